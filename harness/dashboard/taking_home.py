"""The day taken home: one button that makes the day's export, and the way to fetch it. For administrators alone."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from harness.dashboard.access.form import form_of
from harness.dashboard.access.refusal import refusal, unless
from harness.dashboard.pages.rendering import page
from harness.dashboard.wall import Heading, Wall
from harness.domain.access import Caller
from harness.domain.errors import HarnessError

EXPORT_ADDRESS: Final = "/dagens-resultater"
REHEARSALS: Final = "proevekoersler"
REAL: Final = "koersler"


class Export(Protocol):
    """Makes the export of a campaign, of its rehearsals where `rehearsal` is true, and knows where it lies."""

    def make(self, campaign: str, rehearsal: bool) -> tuple[str, ...]:
        """Put the export in place of the one before it; in Danish what is in it, a line each. Raises HarnessError."""
        ...

    def package(self, campaign: str, rehearsal: bool) -> Path:
        """Its zip, whether it has been made or not."""
        ...


@dataclass(frozen=True, slots=True)
class Package:
    """An export that lies on the disk, whoever made it. `told`: what is in it, where this wall made it."""

    campaign: Heading
    rehearsal: bool
    at: datetime
    sha256: str
    address: str
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Trouble:
    campaign: str
    rehearsal: bool
    text: str


def export_routes(wall: Wall, export: Export) -> list[BaseRoute]:
    """The page with the button for a campaign of `wall`, and the file. They stand behind `access_middleware`."""
    site = _Site(wall, export)
    return [
        Route(EXPORT_ADDRESS, site.show, methods=["GET"]),
        Route(EXPORT_ADDRESS, site.make, methods=["POST"]),
        Route(f"{EXPORT_ADDRESS}/{{campaign}}/{{which}}.zip", site.fetch, methods=["GET"]),
    ]


class _Site:
    """What lies on the disk is what there is to fetch, so that a wall that is started again has what the one before it made."""

    def __init__(self, wall: Wall, export: Export) -> None:
        self._wall = wall
        self._export = export
        self._one_at_a_time = asyncio.Lock()
        self._told: dict[tuple[str, bool], tuple[str, ...]] = {}
        self._trouble: _Trouble | None = None

    async def show(self, request: Request) -> Response:
        refused = unless(request, _may)
        if refused:
            return refused
        packages = await run_in_threadpool(lambda: list(self._packages()))
        return page(request, "dagens-resultater.html", packages=packages, trouble=self._trouble, campaigns=self._wall.campaigns)

    async def make(self, request: Request) -> Response:
        refused = unless(request, _may)
        if refused:
            return refused
        form = await form_of(request)
        campaign, rehearsal = form.get("kampagne", ""), form.get("prøvekørsler") == "ja"
        if campaign not in {each.id for each in self._wall.campaigns}:
            return refusal(request, 404)
        async with self._one_at_a_time:
            try:
                self._told[campaign, rehearsal] = await run_in_threadpool(self._export.make, campaign, rehearsal)
                self._trouble = None
            except HarnessError as error:
                self._trouble = _Trouble(campaign, rehearsal, str(error))
        return RedirectResponse(EXPORT_ADDRESS, 303)

    async def fetch(self, request: Request) -> Response:
        refused = unless(request, _may)
        if refused:
            return refused
        campaign, which = request.path_params["campaign"], request.path_params["which"]
        known = campaign in {each.id for each in self._wall.campaigns} and which in (REAL, REHEARSALS)
        package = self._export.package(campaign, which == REHEARSALS) if known else None
        if package is None or not package.is_file():
            return refusal(request, 404)
        return FileResponse(package, filename=f"{campaign}-{package.name}", media_type="application/zip")

    def _packages(self) -> Iterator[Package]:
        """Those there are, the newest first."""
        found = [
            each
            for campaign in self._wall.campaigns
            for rehearsal in (False, True)
            if (each := self._package(campaign, rehearsal)) is not None
        ]
        yield from sorted(found, key=lambda each: each.at, reverse=True)

    def _package(self, campaign: Heading, rehearsal: bool) -> Package | None:
        path = self._export.package(campaign.id, rehearsal)
        try:
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
                at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except FileNotFoundError:
            return None
        address = f"{EXPORT_ADDRESS}/{campaign.id}/{REHEARSALS if rehearsal else REAL}.zip"
        return Package(campaign, rehearsal, at, sha256, address, self._told.get((campaign.id, rehearsal), ()))


def _may(caller: Caller) -> bool:
    return caller.administers
