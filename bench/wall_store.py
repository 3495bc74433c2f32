"""Times the wall with many runs behind it: building its index from the logs, starting from a filled index, and answering.

uv run python bench/wall_store.py                        # 320 runs of every scenario of the campaign: about 100,000 results
uv run python bench/wall_store.py --runs 60 --store postgresql://lps@127.0.0.1:5433/postgres

The logs are made up: five lines a scenario, standings by turns. Everything is in one process; nothing is asked over HTTP.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from harness.dashboard.database import address_in, open_database  # noqa: E402
from harness.dashboard.following.follower import Follower  # noqa: E402
from harness.dashboard.index.store import Index  # noqa: E402
from harness.dashboard.standing.ground import Ground, load_ground  # noqa: E402
from harness.dashboard.standing.live import LiveWall  # noqa: E402
from harness.domain.event import (  # noqa: E402
    Event,
    Judged,
    MeasuredAgainst,
    RunEnded,
    RunStarted,
    ScenarioEnded,
    ScenarioStarted,
    StepEnded,
    StepStarted,
)
from harness.domain.requirement import Campaign  # noqa: E402
from harness.house import House, find_house  # noqa: E402
from harness.record.log import FIRST, LOG_NAME, encode  # noqa: E402
from harness.suite.fingerprint import present_fingerprint  # noqa: E402
from harness.suite.gherkin import read_folders  # noqa: E402

T = TypeVar("T")
STANDINGS = ("OK", "OK", "OK", "F3", "afventer", "OK", "F4", "IR", "OK", "kunne ikke testes")


def main() -> None:
    options = _options()
    house = find_house()
    ground = load_ground(house, options.campaign)
    campaign = ground.campaigns[0]
    with tempfile.TemporaryDirectory() as folder:
        reports = Path(folder)
        results = _timed("loggene skrevet", lambda: write_runs(house, ground, campaign, reports, options.runs))
        print(f"{options.runs} kørsler, {results} resultater, {_size(reports)} MB logge")
        address = options.store or address_in(reports)
        _build(ground, house, reports, address)
        _start(ground, house, reports, address, campaign)


def _build(ground: Ground, house: House, reports: Path, address: str) -> None:
    index = Index(open_database(address), print)
    index.clear()
    index.start()
    wall = _wall(ground, house, reports, index)
    _timed("oversigten lavet af alle logge", lambda: asyncio.run(Follower(reports, wall, print).catch_up()))
    _timed("  og skrevet til ende", lambda: index.written(600))
    index.stop()
    print(f"  lager i hukommelsen: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB på det højeste")


def _start(ground: Ground, house: House, reports: Path, address: str, campaign: Campaign) -> None:
    index = Index(open_database(address), print)
    begun, work = time.perf_counter(), time.process_time()
    wall = _timed("start fra en fyldt oversigt", lambda: _wall(ground, house, reports, index))
    first = _timed("  første tavle", lambda: wall.grids(campaign.id))
    spent, worked, cells = time.perf_counter() - begun, time.process_time() - work, sum(len(each.cells) for each in first)
    print(f"  i alt fra start til første tavle: {spent:.3f} s, regnetid {worked:.3f} s; {cells} felter")
    _timed("  igen", lambda: wall.grids(campaign.id))
    _timed("  porte", lambda: wall.progress(campaign.id))
    _timed("  dagens gang", lambda: wall.trend(campaign.id))
    _timed("  kørsler af ét system", lambda: wall.runs(campaign.id, ground.systems[0].id))
    _timed("alle logge set efter, og de viste læst", lambda: asyncio.run(Follower(reports, wall, print).catch_up()))
    shown = wall.grids(campaign.id)[0].cells
    run = next(each.run for each in shown.values() if each.run)
    _timed("  en kørsel, som tavlen viser", lambda: wall.result(run))
    old = min(wall.names)
    _timed("  en ældre kørsel, fra dens mappe", lambda: wall.result(old))
    index.start()
    asyncio.run(_live(ground, reports, wall, campaign, ground.systems[0].id))
    index.stop()


async def _live(ground: Ground, reports: Path, wall: LiveWall, campaign: Campaign, system: str) -> None:
    """From a line on the disk to the change it makes, while the follower watches the folder."""
    following = asyncio.create_task(Follower(reports, wall, print).run())
    names = ground.tested[campaign.id].alone
    lines = lines_of(_events(campaign, ground, system, names, "live"), datetime.now(UTC))
    folder = reports / campaign.id / system / "live"
    folder.mkdir(parents=True)
    waits: list[float] = []
    work = time.process_time()
    with (folder / LOG_NAME).open("ab", buffering=0) as log:
        for number, line in enumerate(lines[:1002]):
            before = wall.newest
            begun = time.perf_counter()
            log.write(line)
            if number > 20 and number % 5 == 1:  # a scenario has ended
                await asyncio.wait_for(wall.changed(before), 10)
                waits.append(time.perf_counter() - begun)
    work = time.process_time() - work
    waits.sort()
    print(
        f"fra linje på disken til ændring: p50 {waits[len(waits) // 2] * 1000:.0f} ms, "
        f"p95 {waits[int(len(waits) * 0.95)] * 1000:.0f} ms; {work / len(waits) * 1000:.1f} ms regnetid pr. scenarie"
    )
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)


def _wall(ground: Ground, house: House, reports: Path, index: Index) -> LiveWall:
    return LiveWall(ground, reports, lambda started: present_fingerprint(house, started), index, index.load())


def write_runs(house: House, ground: Ground, campaign: Campaign, reports: Path, runs: int) -> int:
    """Write the logs of so many runs, spread over the last ten days; how many scenarios they have tried together."""
    names = [each.id for each in read_folders(house.features, campaign.features)]
    begins, apart = datetime.now(UTC) - timedelta(days=10), timedelta(days=10) / (runs + 1)
    for number in range(runs):
        system = ground.systems[number % len(ground.systems)].id
        run = f"{begins + apart * number:%Y%m%dT%H%M%S}"
        folder = reports / campaign.id / system / run
        folder.mkdir(parents=True)
        events = _events(campaign, ground, system, names, run, number)
        (folder / LOG_NAME).write_bytes(b"".join(lines_of(events, begins + apart * number)))
    return runs * len(names)


def _events(campaign: Campaign, ground: Ground, system: str, names: Sequence[str], run: str, turn: int = 0) -> Iterator[Event]:
    carried = [each.id for each in campaign.requirements]
    yield RunStarted(
        run=run,
        system=system,
        product=system,
        supplier=system,
        sut_version="1",
        driver="adapter",
        target="live",
        rute="plsp",
        campaign=campaign.id,
        phase="connectathon",
        grundlag="leverandørens system",
        fingerprint={"features": "0" * 64},
        planned=tuple(names),
        participation={campaign.id: "deltager"},
    )
    yield MeasuredAgainst((campaign,))
    for number, name in enumerate(names):
        file, requirement = ground.files[name], carried[number % len(carried)]
        tags = ("prøver:lps", "set:snitflade")
        yield ScenarioStarted(
            name, 1, name, "Egenskab", "", file, 1, tags, (requirement,), {}, "KLMNPQ", ("Så er planen delt",), (campaign.id,)
        )
        yield StepStarted(0, "Så", "er planen delt")
        yield Judged("planen", "x", ("R-01", "R-02"), {}, ())
        yield StepEnded(0, "udført")
        yield ScenarioEnded(name, 1, STANDINGS[(number + turn) % len(STANDINGS)], "")
    yield RunEnded(len(names), 1.0)


def lines_of(events: Iterator[Event], begins: datetime) -> list[bytes]:
    head, lines = FIRST, []
    for number, event in enumerate(events):
        lines.append(encode(event, number, begins + timedelta(seconds=number), head))
        head = hashlib.sha256(lines[-1]).hexdigest()
    return lines


def _size(reports: Path) -> int:
    return sum(each.stat().st_size for each in reports.glob(f"*/*/*/{LOG_NAME}")) // 1_000_000


def _timed(what: str, done: Callable[[], T]) -> T:
    begun, work = time.perf_counter(), time.process_time()
    found = done()
    print(f"{what}: {time.perf_counter() - begun:.3f} s, regnetid {time.process_time() - work:.3f} s", flush=True)
    return found


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=320)
    parser.add_argument("--campaign", default="kol-lrs-2027")
    parser.add_argument("--store", default="")
    return parser.parse_args()


if __name__ == "__main__":
    main()
