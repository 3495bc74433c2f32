"""Time as the world, the services and the reference LPS see it. Nobody else may read the machine's clock for a result."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

COPENHAGEN_NAME = "Europe/Copenhagen"
_AT_ONCE = 300
"""How often a wait may look, and have something new made due by looking, without time passing; then a look takes a minute."""


def day_and_hour(moment: datetime) -> str:
    """A moment as people in Denmark read it: `06-10-2026 kl. 11.00`."""
    return f"{copenhagen(moment):%d-%m-%Y kl. %H.%M}"


def copenhagen(moment: datetime) -> datetime:
    """`moment` on the wall clock in Denmark, with its offset (+01:00 or +02:00)."""
    return moment.astimezone(ZoneInfo(COPENHAGEN_NAME))


def wall_clock(moment: datetime) -> datetime:
    """`moment` as the formats write it that have no offset: Danish local time, and only that."""
    return copenhagen(moment).replace(tzinfo=None)


class Clock(Protocol):
    """What those who need time may ask for."""

    def now(self) -> datetime:
        """The moment, in UTC."""
        ...

    def call_in(self, seconds: float, action: Callable[[], None]) -> None:
        """Have `action` done `seconds` from now, once."""
        ...


@dataclass(slots=True)
class VirtualClock:
    """A clock that stands still until it is moved; what is due happens, in order, while it is moved."""

    moment: datetime = datetime(2026, 10, 5, 8, 15, tzinfo=UTC)
    _due: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    _order: itertools.count[int] = field(default_factory=itertools.count)

    def now(self) -> datetime:
        """The moment the clock stands at, in UTC."""
        return self.moment

    def call_in(self, seconds: float, action: Callable[[], None]) -> None:
        """Have `action` done when the clock has been moved `seconds` on."""
        heapq.heappush(self._due, (self.moment + timedelta(seconds=seconds), next(self._order), action))

    def until(self, done: Callable[[], bool], seconds: float, what: str = "") -> bool:
        """Let what is due happen, in order, until `done()`; False at once when nothing due before the deadline can change it.

        `what` is waited for, in Danish: nobody sees it where time is virtual.
        """
        deadline = self.moment + timedelta(seconds=seconds)
        at_once = 0
        while True:
            planned, before = len(self._due), self.moment
            if done():
                return True
            at_once += len(self._due) > planned
            due = self._next_due()
            if due is None or due > deadline:
                self.moment = max(self.moment, deadline)  # what was done may have let more time pass
                return False
            self._run_next()
            at_once = at_once if self.moment == before else 0
            if at_once > _AT_ONCE:  # as when a letter is never deleted from its box, and is answered at every look
                self.pass_time(60)
                at_once = _AT_ONCE

    def run_due(self) -> None:
        """Do everything that is due by now."""
        while (due := self._next_due()) is not None and due <= self.moment:
            self._run_next()

    def _next_due(self) -> datetime | None:
        return self._due[0][0] if self._due else None

    def _run_next(self) -> None:
        when, _, action = heapq.heappop(self._due)
        self.moment = max(self.moment, when)
        action()

    def pass_time(self, seconds: float) -> None:
        """Let time pass without doing what falls due meanwhile; it is done as soon as someone waits."""
        self.moment += timedelta(seconds=seconds)
