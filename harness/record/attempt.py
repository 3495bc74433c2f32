"""One attempt at one scenario, as it is written down: every exchange, judgement and observation passes here, once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from harness.conformance import privacy  # noqa: F401  (registers CPR-01)
from harness.conformance.rule import Judgement, Result, judge, rules_for
from harness.domain.event import Body, Exchanged, ForeignCpr, Judged, Observed
from harness.domain.exchange import Exchange, Late, NoAnswer, Request, Response
from harness.domain.finding import Finding
from harness.domain.grade import Grade, worst
from harness.record.evidence import Evidence
from harness.record.guard import Guard, redact, redact_headers
from harness.record.inbox import Inbox
from harness.record.log import LogWriter

_NOTHING = Response(0)


class Attempt:
    """Writes to the log and the evidence, feeds the inbox, and knows what was found so far."""

    def __init__(self, log: LogWriter, evidence: Evidence, guard: Guard, inbox: Inbox) -> None:
        self._log = log
        self._evidence = evidence
        self._guard = guard
        self.inbox = inbox
        self.findings: list[Finding] = []
        self.undecided: set[str] = set()
        self.judged: set[str] = set()

    @property
    def grade(self) -> Grade:
        """The worst graded finding so far; OK when there is none."""
        return worst(finding.grade for finding in self.findings if finding.grade)

    def admit(self, sender: str, request: Request) -> bool:
        """Whether `request` may be taken in. A foreign CPR number in a typed place stops it: logged, and never stored."""
        stopping = [sighting for sighting in self._guard.inspect(request.body) if sighting.typed]
        for sighting in stopping:
            self._log.append(ForeignCpr(f"{request.path}, {sighting.kind}", sender, stopped=True))
        as_patient = tuple(sighting.kind for sighting in stopping if not sighting.security)
        if sender == "lps" and as_patient:
            self.judge(f"CPR-numre i {request.path}", judge(rules_for("cpr"), as_patient))
        return not stopping

    def keep(self, exchange: Exchange) -> None:
        """Record an admitted exchange: secrets hidden, bodies as evidence, a line in the log, and into the inbox."""
        request = replace(exchange.request, headers=redact_headers(exchange.request.headers), body=redact(exchange.request.body))
        exchange = replace(exchange, request=request)
        response = exchange.response or _NOTHING
        sent = self._evidence.keep(request.body, request.header("content-type"))
        self._log.append(
            Exchanged(
                exchange=exchange.id,
                sender=exchange.sender,
                service=exchange.service,
                method=request.method,
                path=request.path,
                query=request.query,
                request_headers=request.headers,
                request=sent,
                answer=_ANSWERS[type(exchange.answer)],
                late_seconds=exchange.answer.seconds if isinstance(exchange.answer, Late) else 0.0,
                status=response.status,
                response_headers=redact_headers(response.headers),
                response=self._evidence.keep(response.body, response.header("content-type")),
                at=exchange.at.isoformat(),
                ids=exchange.ids,
                facts=exchange.facts,
            )
        )
        self._note_loose_numbers(exchange, sent)
        self.inbox.record(exchange)

    def _note_loose_numbers(self, exchange: Exchange, sent: Body) -> None:
        for sighting in self._guard.inspect(exchange.request.body):
            place = f"{exchange.request.path}, {sighting.kind}"
            self._log.append(ForeignCpr(place, exchange.sender, False, sent.sha256, sighting.start, sighting.end))

    def judge(self, subject: str, judgements: Iterable[Judgement], exchange: Exchange | None = None) -> list[Finding]:
        """Write down what rules came to over `subject` (Danish: over what); the findings among them, graded or not."""
        done = list(judgements)
        findings = [finding for judgement in done for finding in judgement.findings]
        undecided = tuple(sorted({judgement.undecided for judgement in done if judgement.undecided}))
        self._log.append(
            Judged(
                subject=subject,
                exchange=exchange.id if exchange else "",
                holds=tuple(judgement.rule.id for judgement in done if judgement.result is Result.HOLDS),
                not_judged={judgement.rule.id: judgement.reason for judgement in done if judgement.result is Result.NOT_JUDGED},
                findings=tuple(findings),
                undecided=undecided,
            )
        )
        self.findings += findings
        self.undecided.update(undecided)
        if exchange:
            self.judged.add(exchange.id)
        return findings

    def observe(self, text: str) -> None:
        """Write down a Danish sentence that grades nobody."""
        self._log.append(Observed(text))


_ANSWERS: dict[type, str] = {Response: "svar", Late: "for sent svar", NoAnswer: "intet svar"}
