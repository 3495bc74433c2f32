"""What changed on the wall, numbered, and how readers wait for it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from harness.dashboard.wall import Change

KEPT: Final = 20_000
"""How many changes can be told to whoever comes back; a longer absence is mended by fetching all anew."""

Place = tuple[str, str, str, str]
"""Campaign, grid, row and column."""


class News:
    """Changes in order. It is written in one thread, the event loop's, and waited on there.

    The first id after a start is the milliseconds since 1970: no start, however the one before ended, gives an id that was given
    before, and none of it rests on a database.
    """

    def __init__(self) -> None:
        self._changes: deque[Change] = deque(maxlen=KEPT)
        self._more = asyncio.Event()
        self.newest = 0

    def begin(self, at: datetime) -> None:
        """From here on it is told; what was added before is what the start found."""
        self._changes.clear()
        self.newest = int(at.timestamp() * 1000)

    def add(self, places: Iterable[Place], at: datetime) -> None:
        """Tell of these, each of which is another now."""
        before = self.newest
        for campaign, grid, row, column in places:
            self.newest += 1
            self._changes.append(Change(self.newest, at.astimezone(UTC), campaign, grid, row, column))
        if self.newest > before:
            self._more.set()
            self._more = asyncio.Event()

    def since(self, change: int) -> tuple[Change, ...] | None:
        """The changes after `change`; None when they are not all known."""
        oldest = self._changes[0].id - 1 if self._changes else self.newest
        if not oldest <= change <= self.newest:
            return None
        missed: list[Change] = []
        for each in reversed(self._changes):
            if each.id <= change:
                break
            missed.append(each)
        return tuple(reversed(missed))

    async def wait(self, after: int) -> int:
        """The newest id, once it is above `after`."""
        while self.newest <= after:
            await self._more.wait()
        return self.newest
