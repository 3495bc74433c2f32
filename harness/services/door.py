"""The mock door: httpx requests become the world's requests, and its answers httpx responses, without a socket."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import httpx

from harness.domain.exchange import Late, NoAnswer, Request, Response
from harness.services.world import World

HOST = "nationale-tjenester.test"
_PATIENCE = 30.0
"""Seconds a client is taken to wait when it set no read time-out."""


class PassingClock(Protocol):
    """The one thing the door does to time."""

    def pass_time(self, seconds: float) -> None:
        """Let time pass while a client waits."""
        ...


class MockDoor:
    """One sender's way into a world. Called with each request to `HOST`; `prefix` is the sender's path prefix.

    `sent` makes what the sender meant to send into what it sends, where it is to make a mistake.
    """

    def __init__(
        self, world: World, clock: PassingClock, sender: str, prefix: str, sent: Callable[[Request], Request] = lambda each: each
    ) -> None:
        self._world = world
        self._clock = clock
        self._sender = sender
        self._prefix = prefix
        self._sent = sent

    @property
    def address(self) -> str:
        """Where this sender finds the services: `http://<host>/<prefix>`."""
        return f"http://{HOST}/{self._prefix}"

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one request. Raises httpx.ReadTimeout when the answer comes after the client's read time-out."""
        assert request.url.host == HOST, f"{request.url.host} is not the national services, and nothing else is reached from here"
        body = request.read()
        path = request.url.path.removeprefix(f"/{self._prefix}")
        headers = tuple((name.lower(), value) for name, value in request.headers.multi_items())
        asked = self._sent(Request(request.method, path, headers, body, request.url.query.decode("ascii", "replace")))
        answer = self._world.described(asked, f"{self.address}{asked.path}") or self._world.receive(self._sender, asked)
        match answer:
            case Response():
                return _httpx(answer)
            case Late(response, seconds):
                self._wait(request, seconds)
                return _httpx(response)
            case NoAnswer():
                self._wait(request, None)
                raise AssertionError("unreachable: waiting for no answer always times out")

    def _wait(self, request: httpx.Request, seconds: float | None) -> None:
        patience = request.extensions.get("timeout", {}).get("read") or _PATIENCE
        if seconds is None or seconds > patience:
            self._clock.pass_time(patience)
            raise httpx.ReadTimeout(f"intet svar inden for {patience:g} sekunder", request=request)
        self._clock.pass_time(seconds)


def _httpx(response: Response) -> httpx.Response:
    return httpx.Response(response.status, headers=list(response.headers), content=response.body)
