"""One frame for all who follow a campaign: what changed is gathered for a moment, written once, and sent as the same bytes.

Only what the public may see is in a frame, so it is the same for everybody; who may see more fetches it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, suppress
from itertools import islice
from typing import Final

from harness.dashboard.wall import Change, Wall

GATHERED_SECONDS: Final = 0.1
"""So long the first change waits for others, so that fifty a second are ten frames."""
PULSE_SECONDS: Final = 10.0
"""So often everybody hears something, and a browser knows that its line is there."""
RETRY_MS: Final = 1000
"""How long a browser waits before it tries a broken line again: whatever is shown is right two seconds after the wall is back."""
KEPT_FRAMES: Final = 64
"""Who is further behind than this is let go, and comes back by its last id."""

Write = Callable[[str, Iterable[Change]], str | None]
"""What is told of these changes in a campaign, as one line of text; None when all must be fetched anew."""


class Channel:
    """The frames of one campaign, the last `KEPT_FRAMES` of them. `sent` counts them all."""

    def __init__(self) -> None:
        self.sent = 0
        self.followers: set[Follower] = set()
        self._frames: deque[bytes] = deque(maxlen=KEPT_FRAMES)
        self._news = asyncio.Event()

    def send(self, frame: bytes) -> None:
        """Give `frame` to everybody who follows."""
        self._frames.append(frame)
        self.sent += 1
        self._news.set()
        self._news.clear()

    def wake(self) -> None:
        """Have everybody look whether there is more to come."""
        self._news.set()
        self._news.clear()

    async def news(self) -> None:
        """Return when something was sent."""
        await self._news.wait()

    def frames_after(self, seen: int) -> bytes | None:
        """The frames after the first `seen`, put together; None when some of them are not kept any more."""
        behind = self.sent - seen
        return None if behind > len(self._frames) else b"".join(islice(self._frames, len(self._frames) - behind, None))


class Follower:
    """Somebody who follows a channel, and how many of its frames they have been given; `task` is who writes to them."""

    __slots__ = ("seen", "task")

    def __init__(self, seen: int, task: asyncio.Task[object] | None) -> None:
        self.seen = seen
        self.task = task


class Broadcast:
    """Tells all who follow what changed on `wall`, in the words of `write`."""

    def __init__(self, wall: Wall, write: Write, *, gathered: float = GATHERED_SECONDS, pulse: float = PULSE_SECONDS) -> None:
        self._wall = wall
        self._write = write
        self._gathered = gathered
        self._pulse = pulse
        self._told = wall.newest
        self._channels: dict[str, Channel] = {}
        self._missed: dict[tuple[str, int], bytes] = {}
        self._over = False

    @property
    def followers(self) -> int:
        """How many follow now."""
        return sum(len(each.followers) for each in self._channels.values())

    @asynccontextmanager
    async def telling(self) -> AsyncIterator[None]:
        """Tells while the block lasts; after it, everybody's stream ends. What goes wrong meanwhile is raised at the end."""
        tasks = [asyncio.create_task(each) for each in (self._changes(), self._pulses())]
        for task in tasks:
            task.add_done_callback(self._ended)
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.gather(*tasks)

    async def follow(self, campaign: str, after: int | None) -> AsyncIterator[bytes]:
        """What a reader is sent: what they missed after the change `after` (None: nothing), then every frame from now on.

        It ends when the reader is too far behind, and when the wall closes.
        """
        self.tell()  # what others wait for is told first: then this reader has either missed a change, or is told of it
        channel = self._channels.setdefault(campaign, Channel())
        follower = Follower(channel.sent, asyncio.current_task())
        channel.followers.add(follower)
        try:
            yield b"retry: %d\n" % RETRY_MS + (
                _frame(self._told, "puls") if after is None else self._what_was_missed(campaign, after)
            )
            while not self._over:
                if channel.sent == follower.seen:
                    await channel.news()
                frames = channel.frames_after(follower.seen)
                if frames is None:
                    return
                follower.seen = channel.sent
                if frames:
                    yield frames
        finally:
            channel.followers.discard(follower)

    def close(self) -> None:
        """The wall closes: everybody's stream ends."""
        self._over = True
        for channel in self._channels.values():
            channel.wake()

    def tell(self) -> None:
        """Send what changed since the last time."""
        newest = self._wall.newest
        if newest == self._told:
            return
        since, self._told = self._told, newest
        self._missed.clear()
        changes = self._wall.since(since)
        for campaign, channel in self._channels.items():
            if frame := self._frame_of(campaign, changes):
                channel.send(frame)

    def _frame_of(self, campaign: str, changes: Iterable[Change] | None) -> bytes:
        """What is sent of the changes until now; nothing when they are of other campaigns."""
        if changes is None:
            return _frame(self._told, "alt")
        own = [each for each in changes if each.campaign == campaign and each.id <= self._told]
        told = self._write(campaign, own) if own else ""
        return _frame(self._told, "alt") if told is None else _frame(self._told, "felter", told) if told else b""

    def _what_was_missed(self, campaign: str, after: int) -> bytes:
        key = (campaign, after)
        if key not in self._missed:  # a hall whose line was broken comes back at once, with the same question
            changes = self._wall.since(after) if after <= self._told else None
            self._missed[key] = self._frame_of(campaign, changes) or _frame(self._told, "puls")
        return self._missed[key]

    async def _changes(self) -> None:
        while True:
            await self._wall.changed(self._told)
            await asyncio.sleep(self._gathered)
            self.tell()

    async def _pulses(self) -> None:
        while True:
            await asyncio.sleep(self._pulse)
            self.tell()
            for channel in self._channels.values():
                channel.send(_frame(self._told, "puls"))
                for follower in _stuck(channel):
                    if follower.task is not None:
                        follower.task.cancel()

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()):
            logging.getLogger(__name__).error("Tavlen kan ikke fortælle mere om ændringer", exc_info=error)
        self.close()


def _stuck(channel: Channel) -> Iterator[Follower]:
    return (each for each in tuple(channel.followers) if channel.sent - each.seen > KEPT_FRAMES)


def _frame(newest: int, event: str, data: str = "") -> bytes:
    return f"id: {newest}\nevent: {event}\ndata: {data}\n\n".encode()
