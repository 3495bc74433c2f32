"""When everything is over: mirrors, index, pages, readers and monitors held against the logs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import httpx
from sqlalchemy import func, select
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from harness.dashboard.app import dashboard_app
from harness.dashboard.database import open_database
from harness.dashboard.following.follower import Follower
from harness.dashboard.index.store import Index
from harness.dashboard.index.tables import RESULTS
from harness.dashboard.standing.ground import load_ground
from harness.dashboard.standing.live import LiveWall
from harness.dashboard.standing.reading import Known
from harness.dashboard.worklist.claims import Claims
from harness.domain.access import Caller, Right
from harness.domain.errors import BadInput
from harness.house import find_house
from harness.record.delivery import source_of
from harness.record.log import LOG_NAME, read_log
from harness.suite.fingerprint import present_fingerprint
from outage.people import Monitor, amiss
from outage.runs import CAMPAIGN, Origins
from outage.views import GRIDS, SYSTEMS, Reader, address_of, living
from outage.wall import Store, WallProcess

SETTLE_SECONDS = 15.0
"""So long the wall may take for its last lines."""


class Counted(Protocol):
    """Where it is written."""

    counts: dict[str, int]
    lost: list[str]
    doubled: list[str]
    wrong: list[str]


async def look_at_all(
    process: WallProcess,
    store: Store,
    reports: Path,
    origins: Origins,
    readers: list[Reader],
    monitors: list[Monitor],
    monitor: httpx.AsyncClient,
    tally: Counted,
) -> None:
    """Look at everything, and write in `tally` what is not as it must be. The wall is stopped by it."""
    origins.look()
    lines = 0
    for origin in origins.logs.values():
        lines += _compare(origin.path, reports.joinpath(*origin.name.split("/"), LOG_NAME), tally)
    kept = _Kept()
    wall = await _from_scratch(reports, kept)
    addresses = [*map(address_of, GRIDS), *(f"/system/{each}?kampagne={CAMPAIGN}" for each in SYSTEMS)]
    addresses += [f"/koersel/{name}" for name in sorted(kept.runs)]
    async with _served(wall, reports) as own:
        pages = [await _same(own, monitor, each) for each in addresses]
    tally.wrong += [each for each in pages if each]
    try:
        async with asyncio.timeout(SETTLE_SECONDS):
            tally.lost += [each for each in [await reader.differs() for reader in readers] if each]
    except TimeoutError:
        tally.lost.append("a reader was not told of the last changes")
    tally.doubled += [text for each in readers for text in each.wrong]
    began = time.monotonic()
    code = await process.stop()
    tally.wrong += [f"the wall ended with {code}"] if code else []
    ending = time.monotonic() - began
    _look_at_index(store, kept, tally)
    engine = open_database(store.address)
    held = {item: claim.holder for item, claim in Claims(engine).held().items()}
    engine.dispose()
    lost, doubled = amiss(reports, held, monitors)
    tally.lost += lost
    tally.doubled += doubled
    tally.counts = {
        "runs": len(origins.logs),
        "lines in their logs": lines,
        "pages compared": len(pages),
        "frames heard": sum(each.frames for each in readers),
        "told to fetch anew": sum(each.anew for each in readers),
        "remarks": sum(len(each.noted) for each in monitors),
        "items taken": sum(len(each.taken) for each in monitors),
        "stop, ms": round(ending * 1000),
    }


def _compare(origin: Path, mirror: Path, tally: Counted) -> int:
    """Hold a mirror against its log; how many lines the log has."""
    own = origin.read_bytes()
    own = own[: own.rfind(b"\n") + 1]
    lines = own.splitlines(keepends=True)
    if origin != mirror:
        there = mirror.read_bytes().splitlines(keepends=True) if mirror.exists() else []
        tally.lost += [f"{mirror}: lacks {each[:40]!r}" for each in set(lines) - set(there)]
        tally.doubled += [
            f"{mirror}: twice {each[:40]!r}" for each in set(there) if there.count(each) > 1 and len(there) != len(lines)
        ]
        if there != lines:
            tally.wrong.append(f"{mirror}: another than its log ({len(there)} lines of {len(lines)})")
    try:
        list(read_log(mirror))
    except (BadInput, OSError) as error:
        tally.wrong.append(f"{mirror}: {error}")
    return len(lines)


class _Kept:
    """What a wall would have kept."""

    trouble = ""

    def __init__(self) -> None:
        self.runs: dict[str, Known] = {}

    def keep(self, known: Known) -> None:
        self.runs[known.run.name] = known

    def drop(self, run: str) -> None:
        self.runs.pop(run, None)


async def _from_scratch(reports: Path, kept: _Kept) -> LiveWall:
    house = find_house()
    wall = LiveWall(load_ground(house, ""), reports, lambda started: present_fingerprint(house, started), kept)
    await Follower(reports, wall, print, source_of).catch_up()
    return wall


class _AsMonitor:
    """Everybody is an administrator."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {}).update(caller=Caller(Right.ADMINISTRATOR, "Anna Test"), csrf="", session="")
        await self._app(scope, receive, send)


@asynccontextmanager
async def _served(wall: LiveWall, reports: Path) -> AsyncIterator[httpx.AsyncClient]:
    app = dashboard_app(wall, middleware=[Middleware(_AsMonitor)], reports=reports)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as own:
        yield own


async def _same(own: httpx.AsyncClient, monitor: httpx.AsyncClient, address: str) -> str:
    """Whether the wall's page is what the logs give, worked out from scratch; else where it differs."""
    wanted = living((await own.get(address)).text)
    until = time.monotonic() + SETTLE_SECONDS
    while (found := living((await monitor.get(address)).text)) != wanted:
        if time.monotonic() > until:
            at = next((place for place, both in enumerate(zip(found, wanted, strict=False)) if both[0] != both[1]), 0)
            return f"{address}: {found[at - 60 : at + 60]!r}, not {wanted[at - 60 : at + 60]!r}"
        await asyncio.sleep(0.2)
    return ""


def _look_at_index(store: Store, kept: _Kept, tally: Counted) -> None:
    """The index has each run, and each scenario of it, once, as the logs have it. How far a silent run was read is no matter."""
    engine = open_database(store.address)
    index = Index(engine, print)
    found = {each.run.name: each for each in index.load()}
    with engine.connect() as connection:
        rows = connection.execute(select(func.count()).select_from(RESULTS)).scalar_one()
    index.stop()
    for name, known in kept.runs.items():
        there = found.pop(name, None)
        if there is None:
            tally.lost.append(f"the index lacks {name}")
        elif (there.tried, replace(there.run, last=known.run.last)) != (known.tried, known.run):
            tally.wrong.append(f"the index has {name} otherwise than its log")
    tally.doubled += [f"the index has {name}, which is no run" for name in found]
    if rows != sum(len(each.tried) for each in kept.runs.values()):
        tally.doubled.append(f"the index has {rows} rows of results")
