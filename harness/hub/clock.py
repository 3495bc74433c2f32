"""Real time, for a hub: what is planned happens on the event loop, in the turn of the run it belongs to."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class LiveClock:
    """Time that passes. `tempo` above 1 is for rehearsals: waiting is that many times shorter, and the clock as much faster.

    `in_turn` runs an action when the run has its turn; it is called from the event loop. `not_before` is the last moment of
    a run that is resumed: time never goes back.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        in_turn: Callable[[Callable[[], None]], None],
        tempo: float = 1.0,
        not_before: datetime | None = None,
    ) -> None:
        self._loop = loop
        self._in_turn = in_turn
        self._tempo = tempo
        self._began = max(datetime.now(UTC), not_before or datetime.now(UTC))
        self._zero = time.monotonic()

    def now(self) -> datetime:
        """The moment, in UTC."""
        return self._began + timedelta(seconds=(time.monotonic() - self._zero) * self._tempo)

    def call_in(self, seconds: float, action: Callable[[], None]) -> None:
        """Have `action` done `seconds` from now, once. May be called from any thread."""
        self._loop.call_soon_threadsafe(self._loop.call_later, seconds / self._tempo, self._in_turn, action)

    def real(self, seconds: float) -> float:
        """How many seconds of wall time `seconds` take."""
        return seconds / self._tempo
