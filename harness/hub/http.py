"""HTTP/1.1 on our own sockets: every wait has its own limit, and whatever one client does, the others notice nothing.

h11 reads and writes the protocol; what is ours are the limits. A general server leaves half-sent heads and bodies open.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

import h11

from harness.domain.exchange import Headers, Request, Response, header
from harness.hub.tls import Stream, why_no_handshake

if sys.platform != "win32":
    import resource

Answering = Callable[[Request], Awaitable[Response | None]]
"""Answers one request. None leaves the client without an answer: the connection is held until it gives up."""

Room = Callable[[str, str, Headers], int]
"""How many bytes a request may carry, by its method, path and headers: asked before any of them is read."""

CLIENT: ContextVar[str] = ContextVar("CLIENT", default="")
"""While a request is answered: the address it came from."""
ENTRANCE: ContextVar[str] = ContextVar("ENTRANCE", default="")
"""While a request is answered: whose own port it came to; empty when the port is everybody's."""
CERTIFICATE: ContextVar[bytes] = ContextVar("CERTIFICATE", default=b"")
"""While a request is answered: the certificate its client showed (DER), if any."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds, bytes, and how many at a time.

    `handshake_seconds` are for TLS, `head_seconds` for a connection's first head, `idle_seconds` from an answer to the end of
    the next head, `body_seconds` for one whole body. `read_seconds` is how long a client may take to read an answer,
    `silent_seconds` how long it may wait for one that never comes. `requests_per_system` are those being answered whose path
    begins with the same name.
    """

    handshake_seconds: float = 10.0
    head_seconds: float = 10.0
    body_seconds: float = 60.0
    idle_seconds: float = 30.0
    read_seconds: float = 30.0
    silent_seconds: float = 600.0
    head_bytes: int = 16_384
    body_bytes: int = 100_000_000
    connections: int = 2_000
    requests_per_system: int = 100


class _Refused(Exception):
    """The request is not taken in, and its connection ends."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.answer = _text(status, why, ("connection", "close"))


class HttpDoor:
    """Listens, and hands each whole request to `answering`. `hosts` are the names a client may call us by, without port.

    Where there is no room for one connection more, the one that has been idle the longest gives way; one with a request under
    way never does, and when all have, the newcomer is turned away. `no_tls` is told, in Danish, why a client could not agree
    on TLS, while CLIENT and ENTRANCE say whose it was. `room`: less than `limits.body_bytes` for some requests.
    """

    def __init__(
        self,
        answering: Answering,
        hosts: frozenset[str],
        limits: Limits | None = None,
        no_tls: Callable[[str], None] = lambda _: None,
        room: Room | None = None,
    ) -> None:
        self._answering = answering
        self._hosts = hosts
        self._limits = limits or Limits()
        self._room_for = room or (lambda _method, _path, _headers: self._limits.body_bytes)
        self._no_tls = no_tls
        self._tls: ssl.SSLContext | None = None
        self._room = 0
        self._servers: list[asyncio.Server] = []
        self._connections: dict[Stream, asyncio.Task[None]] = {}
        self._turned_away: dict[Stream, asyncio.Task[None]] = {}
        self._idle: dict[Stream, None] = {}  # the one that has been so the longest first
        self._under_way: Counter[str] = Counter()

    async def start(self, host: str, port: int = 0, tls: ssl.SSLContext | None = None, entrance: str = "") -> int:
        """Listen on `host`, with TLS where it is given; `port` 0 takes a free one. The port. Raises OSError when it is taken.

        May be called again for more ports. `entrance`: whose own port it is; what comes there counts on that one's limit.
        """
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
        self._tls = tls
        self._room = connections_possible(self._limits.connections)
        # asyncio takes in up to `backlog` connections before it tells of the first: no more than there are files to spare.
        connected = partial(self._connected, entrance)
        self._servers.append(await asyncio.start_server(connected, sock=listening, backlog=OTHER_FILES // 4))
        listening.listen(512)
        return int(listening.getsockname()[1])

    async def stop(self) -> None:
        """Listen no more, and end every connection."""
        for server in self._servers:
            server.close()
        tasks = [*self._connections.values(), *self._turned_away.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _connected(self, entrance: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        stream = Stream(reader, writer, entrance)
        if len(self._connections) >= self._room and self._idle:
            self._end(next(iter(self._idle)))
        if len(self._connections) < self._room:
            self._idle[stream] = None
            self._connections[stream] = asyncio.create_task(self._to_its_end(stream, self._converse))
        elif len(self._turned_away) < _TURNED_AWAY:
            self._turned_away[stream] = asyncio.create_task(self._to_its_end(stream, _turn_away))
        else:
            stream.abort()

    def _end(self, stream: Stream) -> None:
        self._connections[stream].cancel()
        self._forget(stream)
        stream.abort()

    def _forget(self, stream: Stream) -> None:
        for those in (self._connections, self._turned_away, self._idle):
            those.pop(stream, None)

    async def _to_its_end(self, stream: Stream, conversation: Callable[[Stream], Awaitable[None]]) -> None:
        CLIENT.set(stream.peer)
        ENTRANCE.set(stream.entrance)
        try:
            try:
                await self._shake_hands(stream)
                CERTIFICATE.set(stream.certificate)
                await conversation(stream)
            except _Refused as refused:
                # Said, and the client may stop sending by itself: closing on unread bytes would take the answer from it.
                await self._send(stream, h11.Connection(h11.SERVER), refused.answer)
                await stream.end()
                await stream.until_gone(min(_PARTING_SECONDS, self._limits.read_seconds))
            async with asyncio.timeout(self._limits.read_seconds):
                await stream.close()
        except OSError:
            pass  # the client went away, or took too long: there is nobody left to tell
        finally:
            stream.abort()
            self._forget(stream)

    async def _shake_hands(self, stream: Stream) -> None:
        if self._tls is None:
            return
        try:
            async with asyncio.timeout(self._limits.handshake_seconds):
                await stream.secure(self._tls)
        except ssl.SSLError as error:
            if error.reason == "HTTP_REQUEST":
                raise _Refused(400, "Her tales kun TLS. Adressen skal begynde med https://.") from None
            if stream.begun:  # a connection that only looks whether somebody is here is nobody's mistake
                self._no_tls(why_no_handshake(error))
            raise

    async def _converse(self, stream: Stream) -> None:
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=self._limits.head_bytes)
        patience = self._limits.head_seconds
        while True:
            try:
                head = await self._head(stream, connection, patience)
                if head is None:
                    return
                self._idle.pop(stream, None)
                request = await self._request(stream, connection, head)
            except h11.RemoteProtocolError as error:
                raise _Refused(error.error_status_hint, "Anmodningen er ikke gyldig HTTP.") from None
            response = await self._respond(request, stream)
            if response is None:
                await stream.until_gone(self._limits.silent_seconds)
                return
            await self._send(stream, connection, response, request.method)
            if connection.our_state is not h11.DONE or connection.their_state is not h11.DONE:
                return
            connection.start_next_cycle()
            self._idle[stream] = None
            patience = self._limits.idle_seconds

    async def _head(self, stream: Stream, connection: h11.Connection, patience: float) -> h11.Request | None:
        """The next request's head; None when the client is done, or has begun none in time."""
        try:
            async with asyncio.timeout(patience):
                head = await _next(stream, connection)
        except TimeoutError:
            begun, _ = connection.trailing_data
            if not begun:
                return None
            raise _Refused(408, f"Anmodningens headere kom ikke helt frem inden for {patience:.0f} sekunder.") from None
        return head if isinstance(head, h11.Request) else None

    async def _request(self, stream: Stream, connection: h11.Connection, head: h11.Request) -> Request:
        """The whole request."""
        headers = tuple((name.decode("ascii"), value.decode("latin-1")) for name, value in head.headers)
        if len(head.target) + sum(len(name) + len(value) for name, value in headers) > self._limits.head_bytes:
            raise h11.RemoteProtocolError("the head came whole, and is too long", error_status_hint=431)
        method = head.method.decode("ascii")
        path, query = _path_and_query(head.target.decode("ascii", "replace"))
        room = min(self._room_for(method, path, headers), self._limits.body_bytes)
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                body = await self._body(stream, connection, headers, room)
        except TimeoutError:
            raise _Refused(408, f"Beskeden kom ikke helt frem inden for {self._limits.body_seconds:.0f} sekunder.") from None
        return Request(method, path, headers, body, query)

    async def _body(self, stream: Stream, connection: h11.Connection, headers: Headers, room: int) -> bytes:
        too_big = _Refused(413, f"Beskeden er for stor. Den må højst være på {room} bytes.")
        if int(header(headers, "content-length", "0")) > room:
            raise too_big
        if connection.they_are_waiting_for_100_continue:
            await stream.send(connection.send(h11.InformationalResponse(status_code=100, headers=[])) or b"")
        parts = bytearray()
        while isinstance(part := await _next(stream, connection), h11.Data):
            parts += part.data
            if len(parts) > room:
                raise too_big
        return bytes(parts)

    async def _respond(self, request: Request, stream: Stream) -> Response | None:
        # The address a client reached us at is a name too; unlike a DNS name, nobody can point it elsewhere.
        name = _name(request.header("host"))
        if name not in self._hosts and name != stream.own_address:
            return _text(421, f"Her svares ikke for navnet {request.header('host')}.")
        system = stream.entrance or request.path.removeprefix("/").partition("/")[0]
        if self._under_way[system] >= self._limits.requests_per_system:
            return _text(503, "Systemet har for mange beskeder i gang lige nu. Prøv igen om lidt.", ("retry-after", "1"))
        self._under_way[system] += 1
        try:
            return await self._answering(request)
        except Exception as error:  # a defect of ours: told to the client and, whole, to whoever runs the process
            said = {"message": f"{request.method} {request.path}", "exception": error}
            asyncio.get_running_loop().call_exception_handler(said)
            return _text(500, "Fejl i testharnesset. Det er ikke systemets skyld.")
        finally:
            self._under_way[system] -= 1
            if not self._under_way[system]:
                del self._under_way[system]  # names are made up by whoever sends, and there is no end of them

    async def _send(self, stream: Stream, connection: h11.Connection, response: Response, method: str = "") -> None:
        headers = [*response.headers, ("content-length", str(len(response.body)))]
        head = h11.Response(
            status_code=response.status, headers=[(name.encode(), value.encode("latin-1")) for name, value in headers]
        )
        data = connection.send(head) or b""
        if method != "HEAD":
            data += connection.send(h11.Data(data=response.body)) or b""
        async with asyncio.timeout(self._limits.read_seconds):
            await stream.send(data + (connection.send(h11.EndOfMessage()) or b""))


_PARTING_SECONDS = 2.0
"""How long a client that was refused may go on sending."""
_TURNED_AWAY = 100
"""How many newcomers at a time are told that there is no room. The rest are closed without a word."""
OTHER_FILES = 200
"""How many files and sockets the process needs besides a door's connections."""


async def _turn_away(_stream: Stream) -> None:
    raise _Refused(503, "Der er for mange forbindelser lige nu. Prøv igen om lidt.")


def connections_possible(wanted: int) -> int:
    """How many connections the system lets this process have, at most `wanted`; it is asked for as many as it allows.

    Without this a machine that gives a process 256 files (macOS) or 1,024 (Linux) would keep newcomers out silently.
    """
    if sys.platform == "win32":
        return wanted
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return wanted
    needed = wanted + OTHER_FILES
    if soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return max(1, min(wanted, soft - OTHER_FILES))


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


async def _next(stream: Stream, connection: h11.Connection) -> object:
    while (event := connection.next_event()) is h11.NEED_DATA:
        connection.receive_data(await stream.read())
    return event


def _text(status: int, sentence: str, *headers: tuple[str, str]) -> Response:
    return Response(status, f"{sentence}\n".encode(), (("content-type", "text/plain; charset=utf-8"), *headers))
