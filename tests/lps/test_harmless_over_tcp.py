"""What can only differ on a connection: whole scenarios with the hub's own door on a socket between the LPS and the services."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import httpx
import pytest
from rehearsal import HOUSE, rehearse, scenarios

from harness.domain.event import Event, Exchanged, Judged, ScenarioEnded
from harness.domain.exchange import Request, Response
from harness.domain.variation import Tried
from harness.hub.http import HttpDoor
from harness.lps.variations import tcp
from harness.runner import mock
from harness.runner.wish import Wish
from harness.suite.variations import load_variations

Sent = list[tuple[str, str, int, str]]
"""Of each exchange the path, the body's hash, the answer's status, and when."""

OVER_TCP = [each for each in load_variations(HOUSE).values() if each.tried is Tried.TCP]
CHOSEN = ("DEL-01[KOL]", "DEL-07")


class Door:
    """The hub's door on a port of its own, in a thread; whatever comes is answered by `inner`, in mock's world."""

    def __init__(self) -> None:
        self.inner: httpx.BaseTransport | None = None
        self.came: list[tuple[tuple[str, str], ...]] = []
        self.timed_out: httpx.ReadTimeout | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._door = HttpDoor(self._answer, frozenset({"nationale-tjenester.test"}))
        self.port = asyncio.run_coroutine_threadsafe(self._door.start("127.0.0.1"), self._loop).result()

    async def _answer(self, request: Request) -> Response:
        assert self.inner is not None
        self.came.append(request.headers)
        kept = [each for each in request.headers if each[0].lower() not in ("content-length", "transfer-encoding", "expect")]
        asked = httpx.Request(
            request.method, f"http://nationale-tjenester.test{request.path}", headers=kept, content=request.body
        )
        try:
            answered = self.inner.handle_request(asked)
        except httpx.ReadTimeout as error:  # mock's clock has passed; the LPS is told below
            self.timed_out = error
            return Response(504, b"")
        return Response(
            answered.status_code, answered.read(), tuple(each for each in answered.headers.items() if each[0] != "content-length")
        )

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._door.stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class ByTheDoor(httpx.BaseTransport):
    """The LPS's line: over TCP to the door."""

    def __init__(self, door: Door, names: frozenset[str]) -> None:
        self._door = door
        self._line = tcp.TcpLine(names, ("127.0.0.1", door.port))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._line.handle_request(request)
        if self._door.timed_out is not None:
            late, self._door.timed_out = self._door.timed_out, None
            raise late
        return answer

    def close(self) -> None:
        self._line.close()


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    made = Door()
    yield made
    made.close()


def carried_out(door: Door, at: Path, names: frozenset[str]) -> list[Event]:
    lines = ExitStack()

    def line_of(inner: httpx.BaseTransport, _names: frozenset[str]) -> httpx.BaseTransport:
        door.inner = inner
        return lines.enter_context(closing(ByTheDoor(door, names)))

    with lines, pytest.MonkeyPatch.context() as patch:
        patch.setattr(mock, "line_of", line_of)
        chosen = [each for each in scenarios() if each.id in CHOSEN]
        at.parent.mkdir()
        return rehearse(at, Wish(rute="direkte", cpd="2.0"), chosen)


def sent(events: list[Event]) -> Sent:
    return [(each.path, each.request.sha256, each.status, each.at) for each in events if isinstance(each, Exchanged)]


@pytest.fixture(scope="module")
def plain(door: Door, tmp_path_factory: pytest.TempPathFactory) -> Sent:
    """What is sent where the connection is as any client's."""
    return sent(carried_out(door, tmp_path_factory.mktemp("uden") / "a" / "kørsel", frozenset()))


@pytest.mark.parametrize("name", [each.id for each in OVER_TCP])
def test_the_same_arrives_and_nothing_fails(name: str, door: Door, plain: Sent, tmp_path: Path) -> None:
    door.came.clear()
    events = carried_out(door, tmp_path / "b" / "kørsel", frozenset({name}))
    assert len([headers for headers in door.came if dict(headers).get("soapaction")]) > 2, "det kom over forbindelsen"
    assert sent(events) == plain
    assert [str(each) for event in events if isinstance(event, Judged) for each in event.findings] == []
    standings = {event.scenario: event.standing for event in events if isinstance(event, ScenarioEnded)}
    assert standings == dict.fromkeys(CHOSEN, "OK")


def written(name: str) -> bytes:
    """What goes over the connection, as one piece."""
    line = tcp.TcpLine(frozenset({name}))
    request = httpx.Request("POST", "http://tjeneste.test:81/sti", headers={"X-Navn": "en vaerdi"}, content=b"b" * 1500)
    return b"".join(line.pieces(request))


def test_each_is_written_otherwise() -> None:
    plain = written("")
    same = {name for name in tcp.ALL if written(name) == plain}
    assert same == {tcp.SLOW, tcp.IN_PIECES}, "they differ in when the bytes come"
    assert set(tcp.ALL) == {each.id for each in OVER_TCP}
