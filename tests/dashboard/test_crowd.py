"""The wall's door with a crowd at it: idle ones give way, slow ones are told so and ended, and a newcomer is always served."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
import uvicorn
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from harness.dashboard.app import dashboard_app
from harness.dashboard.crowd import Crowd, bounded
from tests.dashboard.pages.made_wall import LetIn, MadeWall

GET = b"GET / HTTP/1.1\r\nHost: tavle\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: tavle\r\nContent-Length: 5\r\n\r\n"
Client = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Door:
    """A server with a page that answers with what it was sent, and one (`/venter`) that answers when it may."""

    def __init__(self) -> None:
        self.may = asyncio.Event()
        self.begun = asyncio.Semaphore(0)
        rooms = [Route("/", self.echo, methods=["GET", "POST"]), Route("/venter", self.waits)]
        self.app = dashboard_app(MadeWall({}), rooms=rooms, middleware=[Middleware(LetIn)])
        self.port = 0

    async def echo(self, request: Request) -> PlainTextResponse:
        return PlainTextResponse(b"tavlen" + await request.body())

    async def waits(self, _: Request) -> PlainTextResponse:
        self.begun.release()
        await self.may.wait()
        return PlainTextResponse("endelig")

    async def connect(self, *said: bytes) -> Client:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.writelines(said)
        return reader, writer

    async def ask(self, said: bytes) -> bytes:
        reader, writer = await self.connect(said.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
        answer = await reader.read()
        writer.close()
        return answer


@asynccontextmanager
async def door(crowd: Crowd) -> AsyncIterator[Door]:
    it = Door()
    config = uvicorn.Config(it.app, port=0, http=bounded(crowd), ws="none", log_level="error", access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    it.port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield it
    finally:
        it.may.set()
        for each in server.servers:
            each.close()
        for connection in list(server.server_state.connections):
            connection.transport.abort()  # type: ignore[union-attr]
        await asyncio.gather(*server.server_state.tasks, return_exceptions=True)


def run(crowd: Crowd, test: Callable[[Door], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with asyncio.timeout(30), door(crowd) as it:
            await test(it)

    asyncio.run(whole())


def test_idle_connections_keep_no_newcomer_out() -> None:
    async def test(wall: Door) -> None:
        idle = [await wall.connect() for _ in range(100)]
        assert (await wall.ask(GET)).endswith(b"tavlen")
        assert await idle[0][0].read() == b""  # it gave way
        for _, writer in idle:
            writer.transport.abort()

    run(Crowd(10), test)


def test_only_when_every_connection_is_busy_a_newcomer_is_turned_away() -> None:
    async def test(wall: Door) -> None:
        busy = [await wall.connect(GET.replace(b"/", b"/venter", 1)) for _ in range(3)]
        for _ in busy:
            await wall.begun.acquire()
        turned_away = await wall.ask(GET)
        assert turned_away.startswith(b"HTTP/1.1 503 ")
        assert turned_away.endswith("Der er for mange forbindelser lige nu. Prøv igen om lidt.\n".encode())
        wall.may.set()
        for reader, writer in busy:
            assert (await reader.readuntil(b"endelig")).startswith(b"HTTP/1.1 200 ")
            writer.close()
        assert (await wall.ask(GET)).endswith(b"tavlen")

    run(Crowd(3), test)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ((), []),
        ((GET[:20],), ["408"]),
        ((POST, b"to"), ["408"]),
        ((GET, GET[:20]), ["200", "408"]),
    ],
    ids=["intet", "en halv forespørgsel", "en halv krop", "en hel og en halv"],
)
def test_what_does_not_come_is_told_so_and_ended_while_another_is_served(
    said: tuple[bytes, ...], told: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    async def test(wall: Door) -> None:
        reader, writer = await wall.connect(*said)
        assert (await wall.ask(GET)).endswith(b"tavlen")
        assert re.findall(r"HTTP/1.1 (\d+) ", (await reader.read()).decode()) == told
        writer.close()

    run(Crowd(10, head_seconds=0.2, body_seconds=0.2), test)
    assert capfd.readouterr().err == ""


def test_a_patient_client_is_waited_for() -> None:
    async def test(wall: Door) -> None:
        reader, writer = await wall.connect(POST)
        writer.write(b"hello")
        assert (await reader.readuntil(b"tavlenhello")).startswith(b"HTTP/1.1 200 ")
        writer.write(GET)
        assert (await reader.readuntil(b"tavlen")).startswith(b"HTTP/1.1 200 ")
        writer.close()

    run(Crowd(10), test)


def test_what_is_no_http_is_told_in_danish(capfd: pytest.CaptureFixture[str]) -> None:
    async def test(wall: Door) -> None:
        answer = await wall.ask(b"\x16\x03\x01\x02\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 400 ")
        assert "Det, der kom, er ikke HTTP/1.1." in answer.decode()

    run(Crowd(10), test)
    assert capfd.readouterr().err == ""
