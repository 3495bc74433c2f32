"""The first page: the matrix, what it can be narrowed to, and the same on a wall; and the cells that have changed since."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import Final
from urllib.parse import unquote, urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from harness.dashboard.pages.asked import Asked, asked_of
from harness.dashboard.pages.look import every_sign, every_standing, look_of, so_far
from harness.dashboard.pages.matrix import Shown, Table, as_seen, shown, table_of, wall_tables
from harness.dashboard.pages.rendering import not_shown, page, template_called
from harness.dashboard.pages.search import hits
from harness.dashboard.pages.trend import drawing
from harness.dashboard.wall import Change, Grid, Heading, Progress, Sign, Wall
from harness.domain.access import Caller, Right
from harness.domain.clock import copenhagen
from harness.domain.grade import Grade

_MOST_HITS: Final = 60
_MOST_CELLS: Final = 400
_LIGHTS: Final = {"lys": "lys", "moerk": "mørk"}
_LEAST_TURN, _MOST_TURN = 5, 600
"""Seconds between two parts of the wall."""
PUBLIC: Final = Caller()


class FrontPage:
    """`/`, `/?visning=vaeg` and `/celler`."""

    def __init__(self, wall: Wall) -> None:
        self._wall = wall

    async def show(self, request: Request) -> Response:
        """The matrix."""
        asked = asked_of(request.query_params, self._wall)
        if asked is None:
            return not_shown(request) if self._wall.campaigns else page(request, "tom.html")
        if request.query_params.get("visning") == "vaeg":
            return self._on_the_wall(request, asked)
        caller: Caller = request.state.caller
        reads_all = all(caller.reads(each.id) for each in asked.grid.rows)
        ways: dict[str, list[Progress]] = {}
        for each in self._wall.progress(asked.campaign.id):
            if caller.reads(each.system):
                ways.setdefault(each.system, []).append(each)
        found = list(islice(hits(self._wall, asked.grid, asked.words, caller), _MOST_HITS + 1)) if asked.words else []
        marked = {each.system.id for each in found}

        def cell(row: Heading, column: Heading) -> Shown:
            one = shown(asked.grid, row, column, caller, asked.campaign.id)
            return replace(one, faint=asked.faint(one) or bool(marked and row.id not in marked))

        return page(
            request,
            "tavle.html",
            asked=asked,
            campaigns=self._wall.campaigns,
            table=table_of(asked.grid, cell, tuple(as_seen(each, caller) for each in asked.grid.rows if asked.keeps(each))),
            hits=found[:_MOST_HITS],
            more=len(found) > _MOST_HITS,
            searches=caller.right is not Right.PUBLIC,
            rehearsal=_rehearsal(asked.grid),
            standings=every_standing(),
            signs=every_sign(),
            partly=so_far(look_of(Grade.OK)),
            trend=drawing(self._wall.trend(asked.campaign.id)) if reads_all else None,
            ways=[(row, own) for row in asked.grid.rows if (own := ways.get(row.id))],
            newest=self._wall.newest,
            now=datetime.now(UTC),
        )

    async def cells(self, request: Request) -> Response:
        """The cells that are named, as this caller may see them: `/celler?kampagne=…&c=partnere/novax/dnhf&c=…`."""
        campaign, caller = request.query_params.get("kampagne", ""), request.state.caller
        grids = {each.id: each for each in self._wall.grids(campaign)} if self._knows(campaign) else {}
        names = request.query_params.getlist("c")[:_MOST_CELLS]
        surface = template_called("dele.html").module.flade
        found = {name: (one.kind, str(surface(one))) for name in names if (one := _cell_called(name, grids, caller, campaign))}
        return JSONResponse(found)

    def _knows(self, campaign: str) -> bool:
        return campaign in {each.id for each in self._wall.campaigns}

    def _on_the_wall(self, request: Request, asked: Asked) -> Response:
        query = request.query_params
        grids = [asked.grid] if "gitter" in query else list(asked.grids)
        screens = [(grid, table) for grid in grids for table in _screens(grid, asked.campaign.id)]
        number = _whole(query.get("side", ""), 1, len(screens)) or 1
        turn = _whole(query.get("skift", ""), _LEAST_TURN, _MOST_TURN)
        light = next((look for name, look in _LIGHTS.items() if name in query), "")
        kept = {name: query[name] for name in ("kampagne", "visning", "gitter", "skift", *_LIGHTS) if name in query}
        grid, table = screens[number - 1]
        signs = [each for each in every_sign() if any(each in cell.signs for line in table.lines for cell in line.cells)]
        return page(
            request,
            "vaeg.html",
            asked=asked,
            grid=grid,
            table=table,
            number=number,
            screens=len(screens),
            turn=turn if len(screens) > 1 else 0,
            next_address="/?" + urlencode(kept | {"side": str(number % len(screens) + 1)}),
            light=light,
            rehearsal=_rehearsal(grid),
            signs=signs,
            last=_last_change(grid),
            newest=self._wall.newest,
        )


def _screens(grid: Grid, campaign: str) -> list[Table]:
    return wall_tables(grid, lambda row, column: shown(grid, row, column, PUBLIC, campaign))


def frame_text(wall: Wall, campaign: str, changes: Iterable[Change]) -> str | None:
    """What the stream tells of these changes: the cells as the public sees them. None: more than cells has changed."""
    grids = {each.id: each for each in wall.grids(campaign)}
    inner = template_called("dele.html").module.offentligt
    every, told = list(changes), []
    for grid, row, column in dict.fromkeys((each.grid, each.row, each.column) for each in every):
        if (one := _cell(grids, grid, row, column, PUBLIC, campaign)) is None:
            return None
        told.append({"n": one.name, "k": one.kind, "h": " ".join(str(inner(one)).split("\n")), "s": one.spoken})
    return json.dumps({"felter": told, "kl": f"{copenhagen(every[-1].at):%H.%M.%S}"}, ensure_ascii=False)


def _cell_called(name: str, grids: dict[str, Grid], caller: Caller, campaign: str) -> Shown | None:
    parts = [unquote(each) for each in name.split("/")]
    return _cell(grids, parts[0], parts[1], parts[2], caller, campaign) if len(parts) == 3 else None


def _cell(grids: dict[str, Grid], name: str, row: str, column: str, caller: Caller, campaign: str) -> Shown | None:
    grid = grids.get(name)
    own = next((each for each in grid.rows if each.id == row), None) if grid else None
    other = next((each for each in grid.columns if each.id == column), None) if grid else None
    return shown(grid, own, other, caller, campaign) if grid and own and other else None


def _rehearsal(grid: Grid) -> str:
    """`alt`, `noget` or nothing: how much of what has run was a rehearsal."""
    ran = [each for each in grid.cells.values() if each.standing is not None]
    rehearsed = [each for each in ran if Sign.REHEARSAL in each.signs]
    return "" if not rehearsed else "alt" if len(rehearsed) == len(ran) else "noget"


def _last_change(grid: Grid) -> tuple[str, str]:
    """When a cell of the grid last changed, and what it came to."""
    dated = [(each.at, key) for key, each in grid.cells.items() if each.at is not None]
    if not dated:
        return ("", "")
    at, (row, column) = max(dated)
    one = _cell({grid.id: grid}, grid.id, row, column, PUBLIC, "")
    return (f"{copenhagen(at):%H.%M.%S}", one.spoken if one else "")


def _whole(text: str, least: int, most: int) -> int:
    """`text` as a number, no less and no more than these; 0 where it is none."""
    return max(least, min(most, int(text))) if text.isascii() and text.isdigit() and len(text) < 6 else 0
