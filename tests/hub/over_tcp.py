"""What the tests of the hub share: a loop that cannot hang, a bare HTTP client, and a service that can be watched."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from harness.domain.exchange import Answer, Failure, Late, NoAnswer, Request, Response
from harness.services.service import Context, Delivery, Order

PATIENCE = 60.0
"""Seconds until a test that hangs is ended. Nothing is measured by it."""


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run an asyncio test. What the loop would only write to standard error fails it."""
    complaints: list[dict[str, Any]] = []

    async def whole() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, what: complaints.append(what))
        await asyncio.wait_for(test(), PATIENCE)

    asyncio.run(whole())
    assert not complaints


class Client:
    """One connection. `host` stands in every head that `ask` sends."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str) -> None:
        self.reader = reader
        self.writer = writer
        self.host = host

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def answer(self) -> tuple[int, bytes]:
        """The next answer's status and body."""
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        length = next(line.split(":")[1] for line in head.lower().split("\r\n") if line.startswith("content-length:"))
        return int(head.split()[1]), await self.reader.readexactly(int(length))

    async def ask(self, path: str, body: bytes = b"") -> tuple[int, bytes]:
        await self.send(f"POST {path} HTTP/1.1\r\nHost: {self.host}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        return await self.answer()

    async def ended(self) -> bytes:
        """What comes until the other side ends the connection, in whatever way."""
        try:
            return await self.reader.read()
        except ConnectionError:
            return b""

    async def close(self) -> None:
        self.writer.close()
        with suppress(ConnectionError):
            await self.writer.wait_closed()


async def connect(port: int, host: str = "127.0.0.1") -> Client:
    return Client(*await asyncio.open_connection("127.0.0.1", port), host)


async def ask(port: int, path: str, body: bytes = b"") -> tuple[int, bytes]:
    """One request on a connection of its own."""
    client = await connect(port)
    try:
        return await client.ask(path, body)
    finally:
        await client.close()


class Watched:
    """A service that does as its requests' paths say, and writes down who came in and who went out."""

    name = "prøve"
    entrances = ("p",)

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.settled: list[str] = []
        self.inside = threading.Event()
        self.go_on = threading.Event()
        self.meet: threading.Barrier | None = None

    def handle(self, request: Request, context: Context) -> Answer:
        what = request.path.removeprefix("/p/")
        self.steps.append(f"ind {what}")
        answer: Answer = Response(200, b"svar " + what.encode())
        match what:
            case "vent":
                self.inside.set()
                assert self.go_on.wait(PATIENCE)
            case "mød" if self.meet:
                self.meet.wait(PATIENCE)
            case "lever":
                context.deliver(Delivery("k", Request("POST", "/p/modtag")))
            case "lever-senere":
                context.deliver(Delivery("senere", Request("POST", "/p/modtag"), 60.0))
            case "lever-galt":
                context.deliver(Delivery("k", Request("POST", "/p/galt")))
            case "galt":
                raise RuntimeError("2512489990 gik galt")
            case "sent":
                answer = Late(Response(200, b"for sent"), 0.3)
            case "tavs":
                answer = NoAnswer()
        self.steps.append(f"ud {what}")
        return answer

    def order(self, order: Order, _context: Context) -> dict[str, Any]:
        return {"ordre": order.name, "argumenter": {"værdi": order.arguments["værdi"]}}

    def settle(self, delivery: Delivery, _answer: Response | Failure, context: Context) -> None:
        self.settled.append(delivery.key)
        context.observe("Leveringen er faldet på plads.")
