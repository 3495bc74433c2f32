"""HTTP/1.1 on our own sockets: every wait has its own limit, and whatever one client does, the others notice nothing.

h11 reads and writes the protocol; what is ours are the limits. A general server leaves half-sent heads and bodies open.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import h11

from harness.domain.exchange import Request, Response, header

Answering = Callable[[Request], Awaitable[Response | None]]
"""Answers one request. None leaves the client without an answer: the connection is held until it gives up."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds and bytes.

    `head_seconds` are for a connection's first head, `idle_seconds` from an answer to the end of the next head, `body_seconds`
    for one whole body. `read_seconds` is how long a client may take to read an answer, `silent_seconds` how long it may wait
    for one that never comes.
    """

    head_seconds: float = 10.0
    body_seconds: float = 60.0
    idle_seconds: float = 30.0
    read_seconds: float = 30.0
    silent_seconds: float = 600.0
    head_bytes: int = 16_384
    body_bytes: int = 100_000_000
    connections: int = 2_000


class _TooBig(Exception):
    """The body is over the limit."""


class HttpDoor:
    """Listens, and hands each whole request to `answering`. `hosts` are the names a client may call us by, without port."""

    def __init__(self, answering: Answering, hosts: frozenset[str], limits: Limits | None = None) -> None:
        self._answering = answering
        self._hosts = hosts
        self._limits = limits or Limits()
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def start(self, host: str, port: int = 0, tls: ssl.SSLContext | None = None) -> int:
        """Listen on `host`; `port` 0 takes a free one. Returns the port. Raises OSError when it is taken."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        # With protocol 0 asyncio leaves Nagle's algorithm on, and a small answer waits for the client's delayed ACK.
        listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, port))
        except OSError:
            listening.close()
            raise
        self._server = await asyncio.start_server(self._connected, sock=listening, ssl=tls, backlog=512)
        return int(listening.getsockname()[1])

    async def stop(self) -> None:
        """Listen no more, and end every connection."""
        if self._server is not None:
            self._server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = asyncio.create_task(self._serve(reader, writer))
        self._connections.add(connection)
        connection.add_done_callback(self._connections.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if len(self._connections) > self._limits.connections:
                await self._refuse(reader, writer, h11.Connection(h11.SERVER), 503, "Der er for mange forbindelser lige nu.")
            else:
                await self._converse(reader, writer)
            writer.close()
            async with asyncio.timeout(self._limits.read_seconds):
                await writer.wait_closed()
        except OSError:
            pass  # the client went away, or took too long: there is nobody left to tell
        finally:
            writer.transport.abort()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=self._limits.head_bytes)
        patience = self._limits.head_seconds
        while True:
            try:
                request = await self._read(reader, writer, connection, patience)
            except h11.RemoteProtocolError as error:
                await self._refuse(reader, writer, connection, error.error_status_hint, "Anmodningen er ikke gyldig HTTP.")
                return
            except _TooBig:
                size = f"Den må højst være på {self._limits.body_bytes} bytes."
                await self._refuse(reader, writer, connection, 413, f"Beskeden er for stor. {size}")
                return
            if request is None:
                return
            response = await self._respond(request, writer)
            if response is None:
                await _until_gone(reader, self._limits.silent_seconds)
                return
            await self._send(writer, connection, response, request.method)
            if connection.our_state is not h11.DONE or connection.their_state is not h11.DONE:
                return
            connection.start_next_cycle()
            patience = self._limits.idle_seconds

    async def _respond(self, request: Request, writer: asyncio.StreamWriter) -> Response | None:
        # The address a client reached us at is a name too; unlike a DNS name, nobody can point it elsewhere.
        name = _name(request.header("host"))
        if name not in self._hosts and name != writer.get_extra_info("sockname")[0]:
            return _text(421, f"Her svares ikke for navnet {request.header('host')}.")
        try:
            return await self._answering(request)
        except Exception as error:  # a defect of ours: told to the client and, whole, to whoever runs the process
            said = {"message": f"{request.method} {request.path}", "exception": error}
            asyncio.get_running_loop().call_exception_handler(said)
            return _text(500, "Fejl i testharnesset. Det er ikke systemets skyld.")

    async def _read(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: h11.Connection, patience: float
    ) -> Request | None:
        """The next whole request; None when the client is done."""
        async with asyncio.timeout(patience):
            head = await _next(reader, connection)
        if not isinstance(head, h11.Request):
            return None
        headers = tuple((name.decode("ascii"), value.decode("latin-1")) for name, value in head.headers)
        if len(head.target) + sum(len(name) + len(value) for name, value in headers) > self._limits.head_bytes:
            raise h11.RemoteProtocolError("the head came whole, and is too long", error_status_hint=431)
        if int(header(headers, "content-length", "0")) > self._limits.body_bytes:
            raise _TooBig
        if connection.they_are_waiting_for_100_continue:
            writer.write(connection.send(h11.InformationalResponse(status_code=100, headers=[])) or b"")
        parts = bytearray()
        async with asyncio.timeout(self._limits.body_seconds):
            while isinstance(part := await _next(reader, connection), h11.Data):
                parts += part.data
                if len(parts) > self._limits.body_bytes:
                    raise _TooBig
        path, query = _path_and_query(head.target.decode("ascii", "replace"))
        return Request(head.method.decode("ascii"), path, headers, bytes(parts), query)

    async def _send(self, writer: asyncio.StreamWriter, connection: h11.Connection, response: Response, method: str = "") -> None:
        headers = [*response.headers, ("content-length", str(len(response.body)))]
        head = h11.Response(
            status_code=response.status, headers=[(name.encode(), value.encode("latin-1")) for name, value in headers]
        )
        data = connection.send(head) or b""
        if method != "HEAD":
            data += connection.send(h11.Data(data=response.body)) or b""
        writer.write(data + (connection.send(h11.EndOfMessage()) or b""))
        async with asyncio.timeout(self._limits.read_seconds):
            await writer.drain()

    async def _refuse(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: h11.Connection, status: int, why: str
    ) -> None:
        """Say why, and let the client stop sending by itself: closing on unread bytes would take the answer from it."""
        await self._send(writer, connection, _text(status, why))
        if writer.can_write_eof():
            writer.write_eof()
        await _until_gone(reader, min(_PARTING_SECONDS, self._limits.read_seconds))


_PARTING_SECONDS = 2.0
"""How long a client that was refused may go on sending."""


async def _until_gone(reader: asyncio.StreamReader, seconds: float) -> None:
    """Read and forget until the client is gone. Raises TimeoutError when it is still there after `seconds`."""
    async with asyncio.timeout(seconds):
        while await reader.read(65_536):
            pass


def _path_and_query(target: str) -> tuple[str, str]:
    """Of a request's target, which may be a whole address (RFC 9112, section 3.2.2)."""
    if target.lower().startswith(("http://", "https://")):
        whole = urlsplit(target)
        return whole.path or "/", whole.query
    path, _, query = target.partition("?")
    return path, query


def _name(host: str) -> str:
    """A Host header's name, lower case, without port and brackets."""
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdecimal() else host).strip("[]").lower()


async def _next(reader: asyncio.StreamReader, connection: h11.Connection) -> object:
    while (event := connection.next_event()) is h11.NEED_DATA:
        connection.receive_data(await reader.read(65_536))
    return event


def _text(status: int, sentence: str) -> Response:
    return Response(status, f"{sentence}\n".encode(), (("content-type", "text/plain; charset=utf-8"),))
