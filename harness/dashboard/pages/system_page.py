"""A system's own page, which its QR code leads to: where it stands, what each gate lacks, its runs; and the codes themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from harness.dashboard.pages.matrix import NOBODY, Shown, as_seen, path_of, shown
from harness.dashboard.pages.rendering import not_shown, page
from harness.dashboard.wall import Grid, Heading, Run, Wall
from harness.domain.access import Caller
from harness.domain.finding import Finding
from harness.record.found import every_finding


@dataclass(frozen=True, slots=True)
class Laid:
    """A finding in the run of `other` that is laid on this system, and where it is shown."""

    other: str
    finding: Finding
    address: str


class SystemPage:
    """`/system/ID`, its code at `/system/ID/qr.svg`, and all codes at `/qr`. `address` is where a phone reaches the wall."""

    def __init__(self, wall: Wall, address: str = "") -> None:
        self._wall = wall
        self._address = address.rstrip("/")
        self._laid: dict[str, tuple[str, tuple[Laid, ...]]] = {}

    async def show(self, request: Request) -> Response:
        """The page of one system; whoever may not read it sees its place in the public matrix."""
        system, caller = request.path_params["system"], request.state.caller
        campaign = self._campaign(request, system)
        if campaign is None:
            return not_shown(request)
        reads = caller.reads(system)
        laid = await run_in_threadpool(self._laid_on, system, campaign.id, self._wall.grids(campaign.id)) if reads else []
        # Nothing is waited for from here on: all of it is as it was at the change that the page says it begins with.
        grids = self._wall.grids(campaign.id)
        own = next(row for grid in grids for row in grid.rows if row.id == system)
        return page(
            request,
            "system.html",
            campaign=campaign,
            system=as_seen(own, caller),
            reads=reads,
            grids=[(grid, list(_cells(grid, system, caller, campaign.id))) for grid in grids],
            progress=[each for each in self._wall.progress(campaign.id) if each.system == system] if reads else [],
            runs=self._wall.runs(campaign.id, system) if reads else (),
            laid=laid,
            leads_to=self._leads_to(request, system, campaign.id),
            run_address=lambda name: path_of("koersel", *name.split("/")),
            newest=self._wall.newest,
        )

    async def code(self, request: Request) -> Response:
        """The QR code of one system's page, as SVG."""
        import segno  # where it is used: nothing else needs it

        system = request.path_params["system"]
        campaign = self._campaign(request, system)
        if campaign is None:
            return not_shown(request)
        drawn = BytesIO()
        made = segno.make(self._leads_to(request, system, campaign.id), error="m", micro=False)
        made.save(drawn, kind="svg", border=4, dark="#000", light="#fff", scale=8, omitsize=True)
        return Response(drawn.getvalue(), media_type="image/svg+xml")

    async def codes(self, request: Request) -> Response:
        """A sheet with a code for each system of a campaign, to be printed and put on the tables.

        Anybody may see it: a code leads to a page that tells the public no more than the matrix does.
        """
        campaigns = {each.id: each for each in self._wall.campaigns}
        campaign = campaigns.get(request.query_params.get("kampagne") or next(iter(campaigns), ""))
        if campaign is None:
            return not_shown(request)
        rows = {row.id: row for grid in self._wall.grids(campaign.id) for row in grid.rows}
        sheet = [(row, self._leads_to(request, row.id, campaign.id)) for row in rows.values()]
        return page(request, "qr.html", campaign=campaign, sheet=sheet)

    def _campaign(self, request: Request, system: str) -> Heading | None:
        """The campaign that is asked for, or the first that has the system in it."""
        asked = request.query_params.get("kampagne", "")
        with_it = (each for each in self._wall.campaigns if asked in ("", each.id) and self._has(each.id, system))
        return next(with_it, None)

    def _has(self, campaign: str, system: str) -> bool:
        return any(row.id == system for grid in self._wall.grids(campaign) for row in grid.rows)

    def _leads_to(self, request: Request, system: str, campaign: str) -> str:
        base = self._address or str(request.base_url).rstrip("/")
        return f"{base}{path_of('system', system)}?{urlencode({'kampagne': campaign})}"

    def _laid_on(self, system: str, campaign: str, grids: tuple[Grid, ...]) -> list[Laid]:
        rows = {row.id: row.title for grid in grids for row in grid.rows}
        found: list[Laid] = []
        for other in rows:
            of_two = (each for each in self._wall.runs(campaign, other) if each.partner == system and other != system)
            for run in (each for each in of_two if not each.sent):
                version, laid = self._laid.get(run.name, ("", ()))
                if not run.version or version != run.version:  # one that no grid shows is read from the disk: once
                    laid = tuple(self._laid_in(run, rows[other]))
                    self._laid[run.name] = (run.version, laid)
                found += laid
        return found

    def _laid_in(self, run: Run, other: str) -> Iterator[Laid]:
        """What is laid on the run's partner."""
        result = self._wall.result(run.name)
        for each in result.state.scenarios.values() if result else ():
            for number, found in enumerate(every_finding(each), 1):
                if found.finding.side == run.partner:
                    name = each.started.scenario
                    address = path_of("koersel", *run.name.split("/"), "scenarie", name, "fund", str(number))
                    yield Laid(other, found.finding, address)


def _cells(grid: Grid, system: str, caller: Caller, campaign: str) -> Iterator[tuple[str, Shown]]:
    row = next((each for each in grid.rows if each.id == system), None)
    for column in grid.columns if row else ():
        if row and (one := shown(grid, row, column, caller, campaign)).kind != NOBODY:
            yield column.title, one
