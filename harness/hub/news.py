"""Lets any number of people wait until something has changed."""

from __future__ import annotations

import asyncio


class News:
    """Counts changes, on the event loop. `seen = news.number; …; await news.after(seen)` misses none."""

    def __init__(self) -> None:
        self.number = 0
        self._next = asyncio.Event()

    def tell(self) -> None:
        """Something has changed."""
        self.number += 1
        self._next.set()
        self._next = asyncio.Event()

    async def after(self, seen: int) -> None:
        """Return when there is something newer than what was counted as `seen`."""
        while self.number == seen:
            await self._next.wait()
