"""Keeps every exchange from the moment it is recorded, and lets steps wait for one.

Nothing is lost by being early: a message that came before the wait is found by the wait.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from harness.domain.exchange import Exchange
from harness.record.matchers import Matcher


class Waiting(Protocol):
    """How time is let pass: the virtual clock in mock, the log's tail in live."""

    def until(self, done: Callable[[], bool], seconds: float, what: str = "") -> bool:
        """Let things happen until `done()`, at most `seconds`; whether it came to be. `what` is waited for, in Danish."""
        ...


class Missing(Exception):
    """What was waited for did not come. `str()` is a Danish text: what was awaited, and what did come."""


class Inbox:
    """One attempt's exchanges, in the order they were recorded."""

    def __init__(self, waiting: Waiting) -> None:
        self._waiting = waiting
        self.received: list[Exchange] = []

    def record(self, exchange: Exchange) -> None:
        """Take in a recorded exchange."""
        self.received.append(exchange)

    def all(self, wanted: Matcher) -> list[Exchange]:
        """Every exchange so far that matches."""
        return [exchange for exchange in self.received if wanted.matches(exchange)]

    def expect(self, wanted: Matcher, seconds: float, since: int = 0) -> Exchange:
        """The first match from number `since` on, waiting at most `seconds` for it. Raises Missing."""

        def found() -> Exchange | None:
            return next((exchange for exchange in self.received[since:] if wanted.matches(exchange)), None)

        self._waiting.until(lambda: found() is not None, seconds, wanted.wanted)
        exchange = found()
        if exchange is None:
            raise Missing(self._explain(wanted, seconds, since))
        return exchange

    def expect_nothing(self, unwanted: Matcher, seconds: float, since: int = 0) -> Exchange | None:
        """Let `seconds` pass; the first match from number `since` on, None when there was none, as there should be."""
        self._waiting.until(lambda: any(unwanted.matches(exchange) for exchange in self.received[since:]), seconds)
        return next((exchange for exchange in self.received[since:] if unwanted.matches(exchange)), None)

    def _explain(self, wanted: Matcher, seconds: float, since: int) -> str:
        lines = [f"Der kom ikke det ventede inden for {seconds:g} sekunder: {wanted.wanted}."]
        came = [exchange for exchange in self.received[since:] if exchange.sender == "lps"]
        if not came:
            lines.append("Systemet sendte ingenting.")
        lines += [f"Der kom {_name(exchange)}: {'; '.join(wanted.differences(exchange))}." for exchange in came]
        return " ".join(lines)


def _name(exchange: Exchange) -> str:
    kind = exchange.facts.get("transaction") or f"{exchange.request.method} {exchange.request.path}"
    return f"{kind} til {exchange.service} (besked {exchange.id})"
