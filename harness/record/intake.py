"""What is taken into the record: admitted or stopped, hidden where it must be, kept as evidence, and written to the log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import unquote, unquote_plus

from harness.conformance.privacy import only_test_persons
from harness.conformance.rule import Judgement, judge
from harness.domain.event import Body, Exchanged, ForeignCpr, Forwarded, Observed, Ordered, Settled
from harness.domain.exchange import Exchange, Headers, Late, Request, Response
from harness.record.evidence import Evidence
from harness.record.exchanges import ANSWERS
from harness.record.guard import Guard
from harness.record.log import Log
from harness.record.redaction import redact, redact_headers

STOPPED = "CPR-numre i"
"""How the subject of a judgement on a stopped message begins."""

_NOTHING = Response(0)
_NO_BODY = Body("", 0, "")


class Intake:
    """Stands between a world and its log.

    `arrived` is called with each exchange once it is recorded, `found` with Danish words for where something
    was stopped, and the judgements on it; `on_partner` instead where the other LPS of a run of two had sent it.
    """

    def __init__(
        self,
        log: Log,
        evidence: Evidence,
        guard: Guard,
        arrived: Callable[[Exchange], None],
        found: Callable[[str, list[Judgement]], object],
        on_partner: Callable[[str, list[Judgement]], object] = lambda *_: None,
    ) -> None:
        self._log = log
        self._evidence = evidence
        self._guard = guard
        self._arrived = arrived
        self._found = {"lps": found, "partner": on_partner}

    def admit(self, sender: str, request: Request) -> bool:
        """Whether `request` may be taken in. A foreign CPR number in a typed place stops it: logged, and never stored."""
        found = [*self._guard.inspect(request.body), *self._guard.inspect(_around(request))]
        stopping = [sighting for sighting in found if sighting.typed]
        path = self._guard.hide(request.path)
        for sighting in stopping:
            self._log.append(ForeignCpr(f"{path}, {sighting.kind}", sender, stopped=True))
        as_patient = tuple(sighting.kind for sighting in stopping if not sighting.security)
        if sender in self._found and as_patient:
            self._found[sender](f"{STOPPED} {path}", judge([only_test_persons], as_patient))
        return not stopping

    def keep(self, exchange: Exchange) -> None:
        """Record an admitted exchange: secrets hidden, bodies as evidence, a line in the log; then it has arrived.

        Bodies are kept as they came, and what must be hidden in them is noted; the log's own lines hold no foreign number.
        """
        came = exchange.request
        request = self._hidden(came)
        exchange = replace(exchange, request=request)
        response = exchange.response or _NOTHING
        sent = self._evidence.keep(request.body, request.header("content-type"))
        answer = self._guard.redacted(response.body)
        answered = self._evidence.keep(answer, response.header("content-type"))
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
                answer=ANSWERS[type(exchange.answer)],
                late_seconds=exchange.answer.seconds if isinstance(exchange.answer, Late) else 0.0,
                status=response.status,
                response_headers=self._hidden_headers(response.headers),
                response=answered,
                at=exchange.at.isoformat(),
                ids=exchange.ids,
                facts={name: self._guard.hide(value) for name, value in exchange.facts.items()},
                delivery=exchange.delivery,
                seat=exchange.seat,
                answered=exchange.answered.isoformat() if exchange.answered else "",
            )
        )
        for body, place, sender, kept in (
            (request.body, request.path, exchange.sender, sent),
            (_around(came), f"{request.path}, adresse og headere", exchange.sender, _NO_BODY),
            (answer, f"{request.path}, svaret", exchange.service, answered),
        ):
            for sighting in self._guard.inspect(body):
                span = (sighting.start, sighting.end) if kept.sha256 else (0, 0)
                self._log.append(ForeignCpr(f"{place}, {sighting.kind}", sender, False, kept.sha256, *span))
        self._arrived(exchange)

    def forward(self, exchange: Exchange) -> None:
        """Write down that an admitted request goes on to a real service, hidden and kept as `keep` does."""
        request = self._hidden(exchange.request)
        self._log.append(
            Forwarded(
                exchange=exchange.id,
                sender=exchange.sender,
                service=exchange.service,
                method=request.method,
                path=request.path,
                query=request.query,
                request_headers=request.headers,
                request=self._evidence.keep(request.body, request.header("content-type")),
                at=exchange.at.isoformat(),
            )
        )

    def _hidden(self, came: Request) -> Request:
        """`came` as it may be kept."""
        return replace(
            came,
            path=self._hidden_address(came.path, unquote(came.path)),
            query=self._hidden_address(came.query, unquote_plus(came.query)),
            headers=self._hidden_headers(came.headers),
            body=self._guard.redacted(came.body),
        )

    def _hidden_address(self, written: str, plain: str) -> str:
        """`written`, part of an address, as it came where nothing must be hidden in it as it is meant (`plain`)."""
        hidden = self._guard.hide(redact(plain.encode("utf-8", "replace")).decode())
        return written if hidden == plain else hidden

    def _hidden_headers(self, headers: Headers) -> Headers:
        return tuple((name, self._guard.hide(value)) for name, value in redact_headers(headers))

    def note(self, event: Ordered | Settled) -> None:
        """Write down what else changed a service's state."""
        self._log.append(event)

    def observe(self, text: str) -> None:
        """Write down a Danish sentence that grades nobody."""
        self._log.append(Observed(self._guard.hide(text)))


def _around(request: Request) -> bytes:
    """What stands around the body: the address as it is meant, and the headers."""
    lines = [f"{request.path}?{unquote(request.query)}", *(f"{name}: {value}" for name, value in redact_headers(request.headers))]
    return "\n".join(lines).encode("utf-8", "replace")
