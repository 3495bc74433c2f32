"""How an HTTP request may come over its connection (RFC 9112): written by hand, since no client offers all of it."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from typing import Final, TypeVar

import h11
import httpx

CHUNKED: Final = "forbindelse-i-bidder"
CHUNKED_MORE: Final = "forbindelse-i-bidder-med-udvidelser"
EXPECTS: Final = "forbindelse-expect-100-continue"
CLOSES: Final = "forbindelse-lukkes-hver-gang"
SLOW: Final = "forbindelse-langsom-besked"
IN_PIECES: Final = "forbindelse-byte-for-byte-i-headeren"
NAMES_UPPER: Final = "forbindelse-headernavne-med-store-bogstaver"
NAMES_LOWER: Final = "forbindelse-headernavne-med-små-bogstaver"
SPACES: Final = "forbindelse-luft-om-headernes-værdier"
WHOLE_ADDRESS: Final = "forbindelse-hele-adressen"
OLD_HTTP: Final = "forbindelse-http-1.0"
ALL: Final = (
    CHUNKED,
    CHUNKED_MORE,
    EXPECTS,
    CLOSES,
    SLOW,
    IN_PIECES,
    NAMES_UPPER,
    NAMES_LOWER,
    SPACES,
    WHOLE_ADDRESS,
    OLD_HTTP,
)

E = TypeVar("E")

_PAUSE: Final = 0.02
"""Seconds a slow one waits between two pieces: it is the slowness that is tried."""

_CHUNK: Final = 700


class TcpLine(httpx.BaseTransport):
    """Sends each request over TCP in the ways that `names` say, on one connection as long as that is kept open.

    `to` is the address and port it connects to, where they are not those of the request.
    """

    def __init__(self, names: frozenset[str], to: tuple[str, int] | None = None, timeout: float = 30.0) -> None:
        self._names = names
        self._to = to
        self._timeout = timeout
        self._socket: socket.socket | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send it, and give the answer. Raises httpx.TransportError when there is none."""
        try:
            if self._socket is None:
                address = self._to or (request.url.host, request.url.port or 80)
                self._socket = socket.create_connection(address, self._timeout)
                self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            answer = self._asked(self._socket, request)
        except (OSError, h11.RemoteProtocolError) as error:
            self.close()
            raise httpx.ReadError(str(error), request=request) from error
        if {CLOSES, OLD_HTTP} & self._names:
            self.close()
        return answer

    def pieces(self, request: httpx.Request) -> Iterator[bytes]:
        """What is written, piece by piece, as it is written; the head is the first, or the first bytes where it comes so."""
        body = request.read()
        head = self._head(request, bool(body))
        yield from (head[at : at + 1] for at in range(len(head))) if IN_PIECES in self._names else (head,)
        yield from self._body(body)

    def _asked(self, connection: socket.socket, request: httpx.Request) -> httpx.Response:
        reading = h11.Connection(h11.CLIENT)
        # What h11 would write is not sent: it only has to know what is asked to read the answer.
        reading.send(h11.Request(method=request.method, target=request.url.raw_path, headers=[("Host", request.url.host)]))
        reading.send(h11.EndOfMessage())
        for number, piece in enumerate(self.pieces(request)):
            if number == 1 and EXPECTS in self._names:
                self._until(connection, reading, h11.InformationalResponse)
            connection.sendall(piece)
            if SLOW in self._names:
                time.sleep(_PAUSE)
        head, body = self._until(connection, reading, h11.Response), bytearray()
        while isinstance(event := self._next(connection, reading), h11.Data):
            body += event.data
        return httpx.Response(head.status_code, headers=list(head.headers), content=bytes(body))

    def _until(self, connection: socket.socket, reading: h11.Connection, kind: type[E]) -> E:
        while not isinstance(event := self._next(connection, reading), kind):
            if isinstance(event, h11.ConnectionClosed):
                raise h11.RemoteProtocolError("the connection ended before the answer")
        return event

    def _next(self, connection: socket.socket, reading: h11.Connection) -> object:
        while (event := reading.next_event()) is h11.NEED_DATA:
            reading.receive_data(connection.recv(65_536))
        return event

    def _head(self, request: httpx.Request, has_body: bool) -> bytes:
        names = self._names
        headers = [(name.decode(), value.decode("latin-1")) for name, value in request.headers.raw]
        if {CHUNKED, CHUNKED_MORE} & names and has_body:
            headers = [each for each in headers if each[0].lower() != "content-length"] + [("Transfer-Encoding", "chunked")]
        if EXPECTS in names and has_body:
            headers.append(("Expect", "100-continue"))
        if CLOSES in names or OLD_HTTP in names:
            headers = [each for each in headers if each[0].lower() != "connection"] + [("Connection", "close")]
        target = str(request.url) if WHOLE_ADDRESS in names else request.url.raw_path.decode()
        lines = [f"{request.method} {target} HTTP/{'1.0' if OLD_HTTP in names else '1.1'}"]
        lines += [f"{self._named(name)}:{self._padded(value)}" for name, value in headers]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def _named(self, name: str) -> str:
        return name.upper() if NAMES_UPPER in self._names else name.lower() if NAMES_LOWER in self._names else name

    def _padded(self, value: str) -> str:
        return f"\t  {value} \t" if SPACES in self._names else f" {value}"

    def _body(self, body: bytes) -> Iterator[bytes]:
        if not body:
            return
        size = _CHUNK if {CHUNKED, CHUNKED_MORE} & self._names else max(1, len(body) // 5) if SLOW in self._names else len(body)
        chunked, more = bool({CHUNKED, CHUNKED_MORE} & self._names), CHUNKED_MORE in self._names
        for at in range(0, len(body), size):
            piece = body[at : at + size]
            extension = b';navn="en udvidelse"' if more else b""
            yield b"%X%b\r\n%b\r\n" % (len(piece), extension, piece) if chunked else piece
        if chunked:
            yield b"0\r\nX-Lps-Slut: ja\r\n\r\n" if more else b"0\r\n\r\n"

    def close(self) -> None:
        """End the connection; the next request makes another."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
