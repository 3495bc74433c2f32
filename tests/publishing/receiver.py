"""A wall that only receives: its routes, tokens that are made up, and ways to reach it with and without a socket."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from harness.dashboard.receiving.admission import Admission
from harness.dashboard.receiving.routes import receiving_routes
from harness.domain.access import Caller, Right
from harness.house import find_house
from harness.record.guard import Guard
from harness.suite.patients import allowed_cprs

TOKENS: Mapping[str, Caller] = {
    "novax-token": Caller(Right.SUPPLIER, "Novax i hallen", frozenset({"novax"})),
    "alle-token": Caller(Right.SUPPLIER, "Alle", frozenset(("novax", "xmo", "multimed", "myclinic", "eg-clinea", "eg-winplc"))),
    "reader-token": Caller(Right.READER, "En læser"),
    "monitor-token": Caller(Right.MONITOR, "En monitor"),
    "administrator-token": Caller(Right.ADMINISTRATOR, "En administrator"),
}
"""Any other token is forged, expired or revoked: whoever shows it is nobody."""
SYSTEMS = TOKENS["alle-token"].systems
CAMPAIGNS = frozenset({"kol-lrs-2027", "diagnosekort"})


class LetIn:
    """Puts the caller where the wall's own access puts it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            shown = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1").removeprefix("Bearer ")
            scope.setdefault("state", {})["caller"] = TOKENS.get(shown, Caller())
        await self._app(scope, receive, send)


def wall_app(reports: Path) -> ASGIApp:
    """A new process's wall over what stands in `reports`."""
    return LetIn(Starlette(routes=receiving_routes(reports, Guard(_allowed()), Admission(SYSTEMS, CAMPAIGNS))))


@cache
def _allowed() -> frozenset[str]:
    return allowed_cprs(find_house())


class InProcess(httpx.BaseTransport):
    """Asks `app` without a socket. Another app may be put in its place: then the wall was started anew."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        async def answered() -> httpx.Response:
            asked = httpx.Request(request.method, request.url, headers=request.headers, content=request.read())
            answer = await httpx.ASGITransport(app=self.app).handle_async_request(asked)
            return httpx.Response(answer.status_code, headers=answer.headers, content=await answer.aread())

        return asyncio.run(answered())


def client(transport: httpx.BaseTransport, token: str = "novax-token") -> httpx.Client:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.Client(transport=transport, base_url="http://tavle.test", headers=headers)


@contextmanager
def listening(app: ASGIApp, port: int = 0, **tls: str) -> Iterator[str]:
    """The app behind a real socket of this machine; its address. `tls` is uvicorn's own for a certificate and its key."""
    with socket.socket(proto=socket.IPPROTO_TCP) as own:  # else asyncio leaves Nagle's delay on, 40 ms an answer
        own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        own.bind(("127.0.0.1", port))
        quiet = {"log_level": "critical", "lifespan": "off", "ws": "none", "timeout_graceful_shutdown": 1}
        server = uvicorn.Server(uvicorn.Config(app, **quiet, **tls))  # type: ignore[arg-type]
        started = threading.Event()
        startup = server.startup

        async def told(sockets: Any = None) -> None:
            await startup(sockets)
            started.set()

        server.startup = told  # type: ignore[method-assign]
        thread = threading.Thread(target=server.run, kwargs={"sockets": [own]}, daemon=True)
        thread.start()
        try:
            assert started.wait(30), "the server did not start"
            yield f"{'https' if tls else 'http'}://127.0.0.1:{own.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(30)
