"""One attempt at one scenario, as it is written down: every exchange, judgement and observation passes here, once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import unquote

from harness.conformance import privacy  # noqa: F401  (registers CPR-01)
from harness.conformance.rule import Judgement, Result, judge, rules_for
from harness.domain.event import Body, Exchanged, ForeignCpr, Judged, Observed
from harness.domain.exchange import Exchange, Headers, Late, NoAnswer, Request, Response
from harness.domain.finding import Finding
from harness.domain.grade import Grade, worst
from harness.record.evidence import Evidence
from harness.record.guard import Guard, redact, redact_headers
from harness.record.inbox import Inbox
from harness.record.log import LogWriter

_NOTHING = Response(0)
_NO_BODY = Body("", 0, "")


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
        found = [*self._guard.inspect(request.body), *self._guard.inspect(_around(request))]
        stopping = [sighting for sighting in found if sighting.typed]
        path = self._guard.hide(request.path)
        for sighting in stopping:
            self._log.append(ForeignCpr(f"{path}, {sighting.kind}", sender, stopped=True))
        as_patient = tuple(sighting.kind for sighting in stopping if not sighting.security)
        if sender == "lps" and as_patient:
            self.judge(f"CPR-numre i {path}", judge(rules_for("cpr"), as_patient))
        return not stopping

    def keep(self, exchange: Exchange) -> None:
        """Record an admitted exchange: secrets hidden, bodies as evidence, a line in the log, and into the inbox.

        Bodies are kept as they came, and what must be hidden in them is noted; the log's own lines hold no foreign number.
        """
        came = exchange.request
        request = replace(
            came,
            path=self._guard.hide(came.path),
            query=self._hidden_query(came.query),
            headers=self._hidden_headers(came.headers),
            body=redact(came.body),
        )
        exchange = replace(exchange, request=request)
        response = exchange.response or _NOTHING
        sent = self._evidence.keep(request.body, request.header("content-type"))
        answered = self._evidence.keep(response.body, response.header("content-type"))
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
                response_headers=self._hidden_headers(response.headers),
                response=answered,
                at=exchange.at.isoformat(),
                ids=exchange.ids,
                facts={name: self._guard.hide(value) for name, value in exchange.facts.items()},
            )
        )
        for body, place, sender, kept in (
            (request.body, request.path, exchange.sender, sent),
            (_around(came), f"{request.path}, adresse og hoveder", exchange.sender, _NO_BODY),
            (response.body, f"{request.path}, svaret", exchange.service, answered),
        ):
            for sighting in self._guard.inspect(body):
                span = (sighting.start, sighting.end) if kept.sha256 else (0, 0)
                self._log.append(ForeignCpr(f"{place}, {sighting.kind}", sender, False, kept.sha256, *span))
        self.inbox.record(exchange)

    def _hidden_query(self, query: str) -> str:
        plain = unquote(query)
        hidden = self._guard.hide(plain)
        return query if hidden == plain else hidden

    def _hidden_headers(self, headers: Headers) -> Headers:
        return tuple((name, self._guard.hide(value)) for name, value in redact_headers(headers))

    def judge(self, subject: str, judgements: Iterable[Judgement], exchange: Exchange | None = None) -> list[Finding]:
        """Write down what rules came to over `subject` (Danish: over what); the findings among them, graded or not."""
        done = list(judgements)
        findings = [self._hidden(finding) for judgement in done for finding in judgement.findings]
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

    def _hidden(self, finding: Finding) -> Finding:
        return replace(finding, expected=self._guard.hide(finding.expected), actual=self._guard.hide(finding.actual))

    def observe(self, text: str) -> None:
        """Write down a Danish sentence that grades nobody."""
        self._log.append(Observed(self._guard.hide(text)))


def _around(request: Request) -> bytes:
    """What stands around the body: the address as it is meant, and the headers."""
    lines = [f"{request.path}?{unquote(request.query)}", *(f"{name}: {value}" for name, value in redact_headers(request.headers))]
    return "\n".join(lines).encode("utf-8", "replace")


_ANSWERS: dict[type, str] = {Response: "svar", Late: "for sent svar", NoAnswer: "intet svar"}
