"""The day taken home: one button that makes the day's export, and the way to fetch it. For administrators alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from harness.dashboard.access.form import form_of
from harness.dashboard.access.refusal import refusal, unless
from harness.dashboard.pages.rendering import page
from harness.dashboard.wall import Wall
from harness.domain.access import Caller
from harness.domain.errors import HarnessError

EXPORT_ADDRESS: Final = "/dagens-resultater"


@dataclass(frozen=True, slots=True)
class TakenHome:
    """An export that was made: its zip, that file's SHA-256, and in Danish what is in it, a line each."""

    package: Path
    sha256: str
    told: tuple[str, ...]


TakeHome = Callable[[str, bool], TakenHome]
"""Makes the export of a campaign; of its rehearsals where the second argument is true. Raises HarnessError."""


def export_routes(wall: Wall, take_home: TakeHome) -> list[BaseRoute]:
    """The page with the button for a campaign of `wall`, and the file. They stand behind `access_middleware`."""
    site = _Site(wall, take_home)
    return [
        Route(EXPORT_ADDRESS, site.show, methods=["GET"]),
        Route(EXPORT_ADDRESS, site.make, methods=["POST"]),
        Route(f"{EXPORT_ADDRESS}/pakke.zip", site.fetch, methods=["GET"]),
    ]


class _Site:
    def __init__(self, wall: Wall, take_home: TakeHome) -> None:
        self._wall = wall
        self._take_home = take_home
        self._one_at_a_time = asyncio.Lock()
        self._made: TakenHome | None = None
        self._trouble = ""

    async def show(self, request: Request) -> Response:
        return unless(request, _may) or page(
            request, "dagens-resultater.html", made=self._made, trouble=self._trouble, campaigns=self._wall.campaigns
        )

    async def make(self, request: Request) -> Response:
        refused = unless(request, _may)
        if refused:
            return refused
        form = await form_of(request)
        async with self._one_at_a_time:
            try:
                self._made = await run_in_threadpool(self._take_home, form.get("kampagne", ""), form.get("prøvekørsler") == "ja")
                self._trouble = ""
            except HarnessError as error:
                self._trouble = str(error)
        return RedirectResponse(EXPORT_ADDRESS, 303)

    async def fetch(self, request: Request) -> Response:
        refused = unless(request, _may)
        if refused:
            return refused
        if self._made is None or not self._made.package.is_file():
            return refusal(request, 404)
        return FileResponse(self._made.package, filename=self._made.package.name, media_type="application/zip")


def _may(caller: Caller) -> bool:
    return caller.administers
