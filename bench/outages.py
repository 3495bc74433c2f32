"""Kills the wall, its database and those who send to it, at random, and counts what was lost.

uv run python bench/outages.py                                          # five minutes, SQLite
uv run python bench/outages.py --minutes 10 --seed 7 --store postgresql
uv run python bench/outages.py --each 2 --quick --tag id:DEL-01         # two of each kind, few scenarios
uv run python bench/outages.py --rest 0                                 # runs at full speed, which fill two cores

Six systems' runs are sent to the wall, one after another; runs of two are written on its own machine; readers follow the stream,
and two monitors work. After each scenario a run rests, so that all together write some 50 events a second. After each return it
is measured how long it takes until everybody is shown all that the logs said at that moment. In the end every mirror, the index,
the pages and what the monitors were told are held against the logs. Linux only.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from processes import ROOT, environment

sys.path.insert(0, str(ROOT))

from outage import pace
from outage.ending import look_at_all
from outage.pace import REST
from outage.people import Monitor
from outage.runs import Origins, Traffic
from outage.views import GRIDS, SYSTEMS, Reader, client, what_is_wrong
from outage.wall import LPS, Store, WallProcess, a_store, some_seconds

WALL, SENDER, BOTH = "dashboard", "publisher", "both"
WITHIN = 2.0
"""Seconds after a return in which everything must be right."""
PATIENCE = 60.0
"""Seconds after which it is said never to be right."""
POLL = 0.05
PAUSE = (0.5, 4.0)
QUICK = 0.1
"""How long the pauses of a quick one are, beside those of others."""


@dataclass(slots=True)
class Tally:
    """What is counted. `lost`, `doubled` and `wrong` must be empty in the end."""

    kills: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    starts: list[float] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


class Outages:
    """One bench."""

    def __init__(
        self, top: Path, store: Store, wall: WallProcess, chance: random.Random, tokens: dict[str, str], asked: argparse.Namespace
    ) -> None:
        self._rest = top / "rest"
        self._rest.write_text(str(asked.rest), encoding="ascii")
        env = {**environment(top / "compiled"), REST: str(self._rest), "PYTEST_PLUGINS": pace.__name__}
        env["PYTHONPATH"] = os.pathsep.join([str(ROOT / "bench"), *filter(None, [env.get("PYTHONPATH")])])
        options = ["--jobs", "1", *(["--tag", asked.tag] if asked.tag else [])]
        self._pace = QUICK if asked.quick else 1.0
        self.tally = Tally()
        self._chance, self.wall = chance, wall
        self._senders = [
            Traffic(each, top / "own" / each, {**env, "LPS_PUBLISH_TOKEN": tokens[each]}, wall.base, *options) for each in SYSTEMS
        ]
        here = Traffic("multimed", top / "wall", env, "", "--partner", "all", "--jobs", "1")
        self.traffic = [*self._senders, here]
        self.origins = Origins([top / "wall", *(each.top for each in self._senders)])
        self.readers = [Reader(wall.base, grid) for grid in GRIDS]
        self.monitor = client(wall.base, tokens["monitor"])
        self.monitors = [Monitor(wall.base, tokens[name], name, chance) for name in ("Bo Dal", "Ida Holm")]
        self._ways: dict[str, Callable[[], Awaitable[float]]] = {
            WALL: self._kill_wall,
            SENDER: self._kill_sender,
            BOTH: self._kill_both,
        }
        self._ways |= {name: self._cutting(cut) for name, cut in store.cuts.items()}

    async def run(self, seconds: float, each: int) -> None:
        """Kill for so long, or so many times of each kind."""
        until = time.monotonic() + seconds
        left = Counter(dict.fromkeys(self._ways, each))
        while left.total() if each else time.monotonic() < until:
            await self._pause(*PAUSE)
            kind = self._chance.choice(sorted(name for name in self._ways if left[name] or not each))
            left[kind] -= 1
            back = await self._ways[kind]()
            self.tally.kills[kind] += 1
            self.tally.seconds.setdefault(kind, []).append(await self._until_right(back))
            print(f"{kind}: right after {self.tally.seconds[kind][-1]:.2f} s", file=sys.stderr, flush=True)

    def hurry(self) -> None:
        """Begin no more runs, and let those that are on their way rest no longer."""
        self._rest.write_text("0", encoding="ascii")
        for each in self.traffic:
            each.stop()

    async def _until_right(self, back: float) -> float:
        """Seconds from `back` until every page and every reader shows what the logs said then."""
        before = self.origins.look()
        why = ""
        while time.monotonic() < back + PATIENCE:
            if not (why := await what_is_wrong(self.monitor, before, self.origins.look)):
                break
            await asyncio.sleep(POLL)
        try:
            async with asyncio.timeout(back + PATIENCE - time.monotonic()):
                differing = await asyncio.gather(*(each.differs() for each in self.readers))
            self.tally.wrong += [each for each in differing if each]
        except (TimeoutError, httpx.HTTPError) as error:
            why = why or f"a reader: {error or type(error).__name__}"
        if why:
            self.tally.wrong.append(why)
        return time.monotonic() - back

    async def _kill_wall(self) -> float:
        await self.wall.kill()
        await self._pause(0, 3)
        began = time.monotonic()
        await self.wall.start()
        self.tally.starts.append(time.monotonic() - began)
        return time.monotonic()

    async def _kill_both(self) -> float:
        """A sender dies while the wall is away, with lines that the wall has never seen, and is back first."""
        await self.wall.kill()
        await self._pause(0, 3)
        await self._kill_sender()
        await self.wall.start()
        return time.monotonic()

    async def _kill_sender(self) -> float:
        while not (running := [each for each in self._senders if each.is_running]):
            await asyncio.sleep(POLL)
        sender = self._chance.choice(running)
        await sender.kill()
        await self._pause(0, 2)
        sender.go_on(self._chance.choice(["resume", "send"]))
        return time.monotonic()

    async def _pause(self, least: float, most: float) -> None:
        await asyncio.sleep(self._chance.uniform(least, most) * self._pace)

    def _cutting(self, cut: Callable[[float], Awaitable[None]]) -> Callable[[], Awaitable[float]]:
        async def cut_off() -> float:
            await cut(some_seconds(self._chance) * self._pace)
            return time.monotonic()

        return cut_off


async def bench(top: Path, store: Store, asked: argparse.Namespace) -> Tally:
    """The whole of it."""
    chance, env = random.Random(asked.seed), environment(top / "compiled")
    wall = WallProcess(top / "wall", store, env, top / "said")
    tokens = {"monitor": access(env, store, "administrator", "Anna Test")}
    tokens |= {name: access(env, store, "monitor", name) for name in ("Bo Dal", "Ida Holm")}
    for supplier, systems in suppliers().items():
        token = access(env, store, "leverandør", supplier, "--supplier", supplier)
        tokens |= dict.fromkeys(systems, token)
    await wall.start()
    own = Outages(top, store, wall, chance, tokens, asked)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(wall.stop)
        for hang_up in (own.monitor.aclose, *(each.close for each in own.readers), *(each.close for each in own.monitors)):
            stack.push_async_callback(hang_up)
        watching = [asyncio.create_task(each.run()) for each in own.readers]
        working = [asyncio.create_task(each.run()) for each in own.monitors]
        running = [asyncio.create_task(each.run()) for each in own.traffic]
        await own.run(60 * asked.minutes, asked.each)
        own.hurry()
        await asyncio.gather(*running)
        for task in working:
            task.cancel()
        await look_at_all(own.wall, store, top / "wall", own.origins, own.readers, own.monitors, own.monitor, own.tally)
        for task in watching:
            task.cancel()
        await asyncio.gather(*watching, *working, return_exceptions=True)
        own.tally.wrong += [text for each in own.traffic for text in each.said]
    return own.tally


def suppliers() -> dict[str, list[str]]:
    """Each supplier's systems."""
    from harness.house import find_house
    from harness.suite.vendors import load_vendors

    owned: dict[str, list[str]] = {}
    for each in load_vendors(find_house()).values():
        owned.setdefault(each.supplier, []).append(each.id)
    return owned


def access(env: dict[str, str], store: Store, right: str, name: str, *more: str) -> str:
    """A new token."""
    arguments = [*LPS, "access", "new", "--right", right, "--name", name, "--store", store.address, *more]
    return subprocess.run(arguments, cwd=ROOT, env=env, check=True, capture_output=True).stdout.decode().strip()


def main() -> int:
    """Run the bench; 1 when anything was lost, doubled or wrong. A late view is told, and is no failure by itself."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--minutes", type=float, default=5)
    options.add_argument("--each", type=int, default=0, help="so many of each kind, however long it takes")
    options.add_argument("--seed", type=int, default=random.randrange(10**6))
    options.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    options.add_argument("--tag", default="", help="only these scenarios in the runs that are sent")
    options.add_argument("--rest", type=float, default=4.5, help="seconds after each scenario")
    options.add_argument("--quick", action="store_true", help="short pauses, and databases that are soon back")
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    print(f"seed {asked.seed}", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="lps-outages-", ignore_cleanup_errors=True) as name:
        (Path(name) / "wall").mkdir()
        with a_store(asked.store, Path(name) / "wall") as store:
            tally = asyncio.run(bench(Path(name), store, asked))
    for text in (*tally.lost, *tally.doubled, *tally.wrong):
        print(text, file=sys.stderr)
    wrong = {"lost": len(tally.lost), "doubled": len(tally.doubled), "wrong": len(tally.wrong)}
    if asked.json:
        print(json.dumps({"kills": dict(tally.kills), **tally.counts, **wrong}))
    else:
        print(table(tally), *(f"{word:24}{count:8}" for word, count in {**tally.counts, **wrong}.items()), sep="\n")
    return 1 if any(wrong.values()) else 0


def table(tally: Tally) -> str:
    """Kills of each kind, and how soon everything was right."""
    lines = [f"{'':20}{'kills':>8}{'median s':>10}{'p95 s':>8}{'slowest':>9}{'over 2 s':>10}"]
    everything = [each for taken in tally.seconds.values() for each in taken]
    for kind, taken in [*sorted(tally.seconds.items()), ("all", everything)]:
        some = sorted(taken)
        late = sum(each > WITHIN for each in some)
        middle, p95 = some[len(some) // 2], some[len(some) * 95 // 100]
        lines.append(f"{kind:20}{len(some):8}{middle:10.2f}{p95:8.2f}{some[-1]:9.2f}{late:10}")
    if tally.starts:
        lines.append(f"starts of the dashboard until it answers: {min(tally.starts):.2f}-{max(tally.starts):.2f} s")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
