"""How the wall's door bears a crowd: no connection keeps a newcomer out, and none is waited for without end."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol


@dataclass(frozen=True, slots=True)
class Crowd:
    """Those who are connected: at most `room`, and for how many seconds a whole head, and a whole body, is waited for.

    `waiting` are those that have no request under way, the one that has waited the longest first.
    """

    room: int
    head_seconds: float = 10.0
    body_seconds: float = 60.0
    waiting: dict[BoundedProtocol, None] = field(default_factory=dict)


class BoundedProtocol(H11Protocol):
    """uvicorn's HTTP/1.1, which by itself waits for a request for ever, with the limits of its `crowd`.

    Where there is no room for one connection more, the one that has waited the longest gives way; one with a request under way
    never does, and when all have, the newcomer is turned away.
    """

    crowd: ClassVar[Crowd]

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection in, make room for it, or turn it away."""
        super().connection_made(transport)
        self._missing: object = None
        self._timer: asyncio.TimerHandle | None = None
        if len(self.connections) > self.crowd.room and not self._makes_room():
            self._end(HTTPStatus.SERVICE_UNAVAILABLE, "Der er for mange forbindelser lige nu. Prøv igen om lidt.")
        else:
            self._watch()

    def data_received(self, data: bytes) -> None:
        """Go on with the request; what comes after the end is nobody's."""
        if not self.transport.is_closing():
            super().data_received(data)
            self._watch()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self._wait_for(None, 0)
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002, uvicorn says it in English
        """Say in Danish that this is no HTTP, and end."""
        self._end(HTTPStatus.BAD_REQUEST, "Det, der kom, er ikke HTTP/1.1.")

    def _makes_room(self) -> bool:
        longest = next(iter(self.crowd.waiting), None)
        if longest is None:
            return False
        longest._wait_for(None, 0)
        longest.connections.discard(longest)
        longest.transport.abort()
        return True

    def _watch(self) -> None:
        missing = self.conn.their_state
        if self.transport.is_closing() or missing not in (h11.IDLE, h11.SEND_BODY):
            self._wait_for(None, 0)
        elif missing is not self._missing:
            self._wait_for(missing, self.crowd.head_seconds if missing is h11.IDLE else self.crowd.body_seconds)

    def _wait_for(self, missing: object, seconds: float) -> None:
        if self._timer:
            self._timer.cancel()
        self._missing = missing
        self._timer = self.loop.call_later(seconds, self._give_up) if missing else None
        self.crowd.waiting.pop(self, None)
        if missing is h11.IDLE:
            self.crowd.waiting[self] = None

    def _give_up(self) -> None:
        if self._missing is h11.IDLE and not self.conn.trailing_data[0]:
            self.transport.close()  # nothing was begun, and nobody reads an answer
        else:
            self._end(HTTPStatus.REQUEST_TIMEOUT, "Forespørgslen var for længe om at komme. Prøv igen.")

    def _end(self, status: HTTPStatus, sentence: str) -> None:
        if self.cycle is None or not self.cycle.response_started or self.cycle.response_complete:
            text = f"{sentence}\n".encode()
            head = f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: text/plain; charset=utf-8\r\n"
            self.transport.write(f"{head}Content-Length: {len(text)}\r\nConnection: close\r\n\r\n".encode("ascii") + text)
        self.transport.close()


def bounded(crowd: Crowd) -> type[BoundedProtocol]:
    """The protocol of a wall whose door bears `crowd`."""
    return type("Bounded", (BoundedProtocol,), {"crowd": crowd})
