"""The wall as an application: its pages, what it tells of changes, its files, and the rooms that others add."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from harness.dashboard.news.broadcast import Broadcast
from harness.dashboard.news.stream import NEWS_ADDRESS, Stream
from harness.dashboard.pages.front_page import FrontPage, frame_text
from harness.dashboard.pages.rendering import FILES, FILES_ADDRESS, Entry, page
from harness.dashboard.pages.run_pages import RunPages
from harness.dashboard.pages.system_page import SystemPage
from harness.dashboard.wall import Wall

RUN_ADDRESS = "/koersel/{folder}/{system}/{run}"


def dashboard_app(
    wall: Wall,
    *,
    rooms: Sequence[BaseRoute] = (),
    middleware: Sequence[Middleware] = (),
    menu: Sequence[Entry] = (),
    reports: Path | None = None,
    address: str = "",
) -> Starlette:
    """The application that shows `wall`.

    `middleware` sets `request.state.caller` and the security headers; it must pass a stream on as it comes, so it is ASGI's own
    kind. `rooms` are routes of others, and come first; `menu` is what stands at the top of every page. `reports` is where this
    machine's runs lie with their evidence. `address` is where the wall is reached from a phone (`https://tavle.example`); without
    it the QR codes lead to where the page was asked for. `app.state.hang_up()` ends the streams, which a server
    that stops would wait for.
    """
    broadcast = Broadcast(wall, partial(frame_text, wall))
    front, systems, runs = FrontPage(wall), SystemPage(wall, address), RunPages(wall, reports)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with broadcast.telling():
            yield

    app = Starlette(
        routes=[
            *rooms,
            Route("/", front.show),
            Route("/celler", front.cells),
            Route(NEWS_ADDRESS, Stream(wall, broadcast)),
            Route("/system/{system}", systems.show),
            Route("/system/{system}/qr.svg", systems.code),
            Route("/qr", systems.codes),
            Route("/kampagne/{campaign}/{grid}/{row}/{column}", runs.cell),
            Route(RUN_ADDRESS, runs.run),
            Route(RUN_ADDRESS + "/krav/{requirement}", runs.requirement),
            Route(RUN_ADDRESS + "/scenarie/{scenario}", runs.scenario),
            Route(RUN_ADDRESS + "/scenarie/{scenario}/besked/{message}", runs.message),
            Route(RUN_ADDRESS + "/scenarie/{scenario}/fund/{number:int}", runs.finding),
            Mount(FILES_ADDRESS, _Files(directory=FILES)),
        ],
        middleware=list(middleware),
        exception_handlers={HTTPException: _refused, ClientDisconnect: _gone},
        lifespan=lifespan,
    )
    app.state.menu = tuple(menu)
    app.state.trouble = lambda: wall.trouble
    app.state.hang_up = broadcast.close
    return app


async def _gone(_request: Request, _left: Exception) -> Response:
    """What nobody hears: whoever asked left before all of it had come, and that is no defect."""
    return Response(status_code=400)


class _Files(StaticFiles):
    """Our own files. Each is asked for by the hash of its content, so a browser may keep it."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        answer.headers["cache-control"] = "public, max-age=31536000, immutable"
        return answer


async def _refused(request: Request, error: Exception) -> Response:
    """What no route answers."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    return page(request, "findes-ikke.html", status)
