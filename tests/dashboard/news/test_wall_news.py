"""What readers are told: every change once, whatever becomes of their lines; and nobody waits for the slowest."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterable
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message

from harness.dashboard.news.broadcast import KEPT_FRAMES, Broadcast
from harness.dashboard.news.stream import Stream
from harness.dashboard.wall import Change, Heading

AT = datetime(2027, 3, 1, 8, tzinfo=UTC)
PATIENCE = 30.0


class Counting:
    """The part of a wall that a broadcast asks: changes, and how far back it remembers."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self.forgets = 0
        self.campaigns = (Heading("a", "A"), Heading("b", "B"))
        self.news = asyncio.Event()

    @property
    def newest(self) -> int:
        return len(self.changes)

    def since(self, change: int) -> tuple[Change, ...] | None:
        return None if change < self.forgets else tuple(self.changes[change:])

    async def changed(self, after: int) -> int:
        while self.newest <= after:
            await self.news.wait()
        return self.newest

    def change(self, campaign: str) -> None:
        self.changes.append(Change(self.newest + 1, AT, campaign, "partnere", "novax", "dnhf"))
        self.news.set()
        self.news.clear()


def ids(_: str, changes: Iterable[Change]) -> str | None:
    """Tells the changes by their ids."""
    return json.dumps([each.id for each in changes])


class Reader:
    """A reader who keeps what it was told, and the last id it heard, as a browser does."""

    def __init__(self, broadcast: Broadcast, campaign: str) -> None:
        self._broadcast = broadcast
        self._campaign = campaign
        self.told: list[int] = []
        self.last: int | None = None
        self.anew: list[int] = []
        self.line: asyncio.Task[None] | None = None

    def connect(self) -> None:
        if self.line is None:
            self.line = asyncio.create_task(self._read())

    async def disconnect(self) -> None:
        if self.line:
            self.line.cancel()
            await asyncio.wait({self.line})
            self.line = None

    async def _read(self) -> None:
        async with aclosing(self._broadcast.follow(self._campaign, self.last)) as frames:  # type: ignore[type-var]
            async for data in frames:
                self.hear(data)

    def hear(self, data: bytes) -> None:
        for frame in data.decode().split("\n\n")[:-1]:
            fields = dict(line.split(": ", 1) for line in frame.splitlines())
            assert self.last is None or int(fields["id"]) >= self.last
            self.last = int(fields["id"])
            if fields["event"] == "felter":
                self.told += json.loads(fields["data"])
            elif fields["event"] == "alt":
                self.anew.append(self.last)


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(test(), PATIENCE))


async def settle() -> None:
    """Let everybody who can do something do it."""
    for _ in range(6):
        await asyncio.sleep(0)


STEPS = st.lists(st.sampled_from(["a", "a", "b", "tell", "burst", "first", "second", "forget"]), max_size=60)


@given(STEPS)
def test_every_change_is_told_once_whatever_becomes_of_the_line(steps: list[str]) -> None:
    async def test() -> None:
        wall = Counting()
        wall.change("a")
        broadcast = Broadcast(wall, ids)  # type: ignore[arg-type]
        readers = {"first": Reader(broadcast, "a"), "second": Reader(broadcast, "a")}
        for reader in readers.values():
            reader.connect()
            await settle()
        for step in steps:
            if step in ("a", "b"):
                wall.change(step)
            elif step == "tell":
                broadcast.tell()
            elif step == "burst":  # several frames before anybody looks
                for _ in range(3):
                    wall.change("a")
                    broadcast.tell()
            elif step == "forget":
                wall.forgets = wall.newest
            elif readers[step].line:
                await readers[step].disconnect()
            else:
                readers[step].connect()
            await settle()
        for reader in readers.values():
            reader.connect()
        await settle()
        broadcast.tell()
        await settle()
        everything = [each.id for each in wall.changes if each.campaign == "a" and each.id > 1]
        for reader in readers.values():
            assert reader.last == wall.newest or not {each for each in everything if reader.last and each > reader.last}
            assert len(set(reader.told)) == len(reader.told)
            assert reader.told == sorted(reader.told)
            # What was not told one by one was before a moment at which all was fetched anew.
            missing = set(everything) - set(reader.told)
            assert not missing or (reader.anew and max(missing) <= max(reader.anew))
            if "forget" not in steps:
                assert (reader.told, reader.anew) == (everything, [])
            await reader.disconnect()
        assert broadcast.followers == 0

    run(test)


def test_a_page_that_is_newer_than_the_last_frame_is_told_nothing_twice() -> None:
    async def test() -> None:
        wall = Counting()
        broadcast = Broadcast(wall, ids)  # type: ignore[arg-type]
        wall.change("a")
        reader = Reader(broadcast, "a")
        reader.last = wall.newest  # the page was drawn now, and nobody has been told of the change yet
        reader.connect()
        await settle()
        wall.change("a")
        broadcast.tell()
        await settle()
        assert (reader.told, reader.anew) == ([2], [])
        await reader.disconnect()

    run(test)


@pytest.mark.parametrize("after", [7, 1 << 62])
def test_an_id_that_the_wall_never_gave_has_all_fetched_anew(after: int) -> None:
    async def test() -> None:
        wall = Counting()
        wall.change("a")
        frames = Broadcast(wall, ids).follow("a", after)  # type: ignore[arg-type]
        assert await anext(frames) == b"retry: 1000\nid: 1\nevent: alt\ndata: \n\n"
        await frames.aclose()  # type: ignore[attr-defined]

    run(test)


def test_more_than_cells_changed_has_all_fetched_anew() -> None:
    async def test() -> None:
        wall = Counting()
        broadcast = Broadcast(wall, lambda *_: None)  # type: ignore[arg-type]
        reader = Reader(broadcast, "a")
        reader.connect()
        await settle()
        wall.change("a")
        broadcast.tell()
        await settle()
        assert reader.anew == [1]
        await reader.disconnect()

    run(test)


def test_what_one_frame_costs_is_paid_once_for_everybody() -> None:
    async def test() -> None:
        wall, written = Counting(), 0

        def write(campaign: str, changes: Iterable[Change]) -> str | None:
            nonlocal written
            written += 1
            return ids(campaign, changes)

        broadcast = Broadcast(wall, write)  # type: ignore[arg-type]
        readers = [Reader(broadcast, "a") for _ in range(50)]
        for reader in readers:
            reader.connect()
        await settle()
        for _ in range(5):
            wall.change("a")
        wall.change("b")  # nobody follows it
        broadcast.tell()
        await settle()
        assert written == 1
        for reader in readers:
            assert reader.told == [1, 2, 3, 4, 5]
            await reader.disconnect()
        wall.change("a")
        broadcast.tell()
        written = 0
        for reader in readers:  # the whole hall comes back at once
            reader.connect()
        await settle()
        assert written == 1
        for reader in readers:
            assert reader.told == [1, 2, 3, 4, 5, 7]
            await reader.disconnect()

    run(test)


def test_who_is_too_far_behind_is_let_go_and_comes_back_without_a_loss() -> None:
    async def test() -> None:
        wall = Counting()
        broadcast = Broadcast(wall, ids)  # type: ignore[arg-type]
        slow = Reader(broadcast, "a")
        frames = broadcast.follow("a", None)
        slow.hear(await anext(frames))
        for _ in range(KEPT_FRAMES + 1):
            wall.change("a")
            broadcast.tell()
        with pytest.raises(StopAsyncIteration):
            await anext(frames)
        slow.connect()
        await settle()
        assert slow.told == list(range(1, KEPT_FRAMES + 2))
        await slow.disconnect()

    run(test)


def test_changes_are_gathered_and_everybody_hears_a_pulse() -> None:
    async def test() -> None:
        wall = Counting()
        broadcast = Broadcast(wall, ids, gathered=0.0, pulse=0.0)  # type: ignore[arg-type]
        async with broadcast.telling():
            frames = broadcast.follow("a", None)
            await anext(frames)
            wall.change("a")
            heard = b""
            while b"felter" not in heard or heard.count(b"event: puls") < 2:
                heard += await anext(frames)
            assert heard.count(b"data: [1]") == 1
            assert b"id: 1\nevent: puls" in heard
        assert [each async for each in frames if b"puls" not in each] == []  # the wall has closed: the stream ends

    run(test)


def test_who_follows_is_let_go_when_the_wall_closes() -> None:
    async def test() -> None:
        broadcast = Broadcast(Counting(), ids)  # type: ignore[arg-type]
        async with broadcast.telling():
            frames = broadcast.follow("a", None)
            await anext(frames)
            broadcast.close()
            assert [each async for each in frames] == []

    run(test)


def test_a_wall_that_fails_is_not_passed_over_in_silence(caplog: pytest.LogCaptureFixture) -> None:
    class Failing(Counting):
        async def changed(self, after: int) -> int:  # noqa: ARG002
            raise RuntimeError("the wall has fallen")

    async def test() -> None:
        broadcast = Broadcast(Failing(), ids)  # type: ignore[arg-type]
        async with broadcast.telling():
            frames = broadcast.follow("a", None)
            assert [each async for each in frames] == [b"retry: 1000\nid: 0\nevent: puls\ndata: \n\n"]

    with pytest.raises(RuntimeError, match="the wall has fallen"):
        run(test)
    assert "Tavlen kan ikke fortælle mere om ændringer" in caplog.text


class Line:
    """One request to the stream, as a server carries it. `stuck`: whoever reads has stopped taking what is sent."""

    def __init__(self, query: bytes, *headers: tuple[bytes, bytes], method: str = "GET", stuck: bool = False) -> None:
        self.scope: dict[str, Any] = {
            "type": "http",
            "method": method,
            "query_string": query,
            "headers": list(headers),
            "path": "/",
        }
        self.sent: list[Message] = []
        self.left = asyncio.Event()
        self._stuck = stuck

    async def receive(self) -> Message:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.sent.append(message)
        if self._stuck and len(self.sent) > 1:
            await asyncio.Event().wait()

    @property
    def body(self) -> bytes:
        return b"".join(each.get("body", b"") for each in self.sent)


def test_the_stream_answers_with_what_was_missed_and_ends_when_the_reader_leaves() -> None:
    async def test() -> None:
        wall = Counting()
        for _ in range(3):
            wall.change("a")
        broadcast = Broadcast(wall, ids)  # type: ignore[arg-type]
        stream = Stream(wall, broadcast)  # type: ignore[arg-type]
        lines = [
            Line(b"kampagne=a&fra=1"),
            Line(b"kampagne=a&fra=0", (b"last-event-id", b"2")),
            Line(b"kampagne=a"),
            Line(b"kampagne=a&fra=nej"),
        ]
        serving = [asyncio.create_task(stream(each.scope, each.receive, each.send)) for each in lines]
        await settle()
        assert [each.sent[0]["status"] for each in lines] == [200] * 4
        assert [each.body.split(b"event: ")[1].split(b"\n\n")[0] for each in lines] == [
            b"felter\ndata: [2, 3]", b"felter\ndata: [3]", b"puls\ndata: ", b"alt\ndata: ",
        ]  # fmt: skip
        for each in lines:
            each.left.set()
        await asyncio.gather(*serving)

    run(test)


@pytest.mark.parametrize(
    ("query", "method", "status"), [("kampagne=nej", "GET", 404), ("", "GET", 404), ("kampagne=a", "POST", 405)]
)
def test_the_stream_is_of_a_campaign_that_is_there(query: str, method: str, status: int) -> None:
    async def test() -> None:
        wall, line = Counting(), Line(query.encode(), method=method)
        await Stream(wall, Broadcast(wall, ids))(line.scope, line.receive, line.send)  # type: ignore[arg-type]
        assert line.sent[0]["status"] == status

    run(test)


def test_a_reader_who_stops_taking_what_is_sent_is_let_go() -> None:
    async def test() -> None:
        wall = Counting()
        broadcast = Broadcast(wall, ids, pulse=0.0)  # type: ignore[arg-type]
        stream, line = Stream(wall, broadcast), Line(b"kampagne=a", stuck=True)  # type: ignore[arg-type]
        async with broadcast.telling():
            await asyncio.wait_for(stream(line.scope, line.receive, line.send), PATIENCE)
        assert len(line.sent) == 2

    run(test)
