"""What `--publish` costs a run, and how soon a line is on the wall.

uv run python bench/publishing.py                 # three rounds of lps run with and without, then 1,000 lines; three minutes
uv run python bench/publishing.py --rounds 5 --lines 3000 --json

The wall's receiver is a process of its own on this machine. Runs are taken in turn, without and with `--publish`; a ratio is the
median of the rounds' own. CPU is that of `lps run` and its worker, not the receiver's. The delay counts from when a line stands
in the log to when it stands in the mirror.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from harness.domain.event import Observed, RunStarted  # noqa: E402
from harness.record.delivery import RunName  # noqa: E402
from harness.record.log import LOG_NAME, LogWriter  # noqa: E402
from harness.runner.publisher.publisher import Publisher  # noqa: E402
from harness.runner.publisher.wall import TOKEN, Wall  # noqa: E402

PER_SECOND = 50
AIM_RATIO, AIM_P95 = 1.05, 0.15
BEARER = "bench"


def main() -> int:
    """Measure, and print one table or one JSON object. A missed aim is told, and still ends with 0."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--lines", type=int, default=1000)
    arguments.add_argument("--tag", default="", help="only these scenarios")
    arguments.add_argument("--json", action="store_true")
    arguments.add_argument("--receive", type=Path, help=argparse.SUPPRESS)
    asked = arguments.parse_args()
    if asked.receive:
        receive(asked.receive)
        return 0
    with tempfile.TemporaryDirectory() as top, receiver(Path(top) / "wall") as address:
        figures = {**cost(Path(top), address, asked.rounds, asked.tag), **delay(Path(top), address, asked.lines)}
    if asked.json:
        print(json.dumps(figures))
    else:
        print("\n".join(f"{name:<28}{value:10.3f}" for name, value in figures.items()))
    for name, aim in (("wall time, ratio", AIM_RATIO), ("line to mirror p95, s", AIM_P95)):
        if figures[name] > aim:
            print(f"missed: {name} {figures[name]:.3f}, aim {aim}", file=sys.stderr)
    return 0


def cost(top: Path, address: str, rounds: int, tag: str) -> dict[str, float]:
    """Whole `lps run --vendor novax` in mock, without and with `--publish`, in turn."""
    walls, cpus = [], []
    seconds: dict[bool, list[float]] = {False: [], True: []}
    for number in range(rounds):
        taken = {}
        for published in (False, True) if number % 2 == 0 else (True, False):
            own = top / f"own-{number}-{published}"
            line = ["run", "--vendor", "novax", "--reports", str(own), *(["--tag", tag] if tag else [])]
            before, began = cpu(), time.monotonic()
            subprocess.run(
                [sys.executable, "-m", "harness.cli.main", *line, *(["--publish", address] if published else [])],
                cwd=ROOT,
                env={**os.environ, TOKEN: BEARER, "PYTHONPATH": str(ROOT)},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=True,
            )
            taken[published] = (time.monotonic() - began, cpu() - before)
            seconds[published].append(taken[published][0])
            if published:
                refuse_other(own, top / "wall")
        walls.append(taken[True][0] / taken[False][0])
        cpus.append(taken[True][1] / taken[False][1] if taken[False][1] else 1.0)
    return {
        "without, s": statistics.median(seconds[False]),
        "with --publish, s": statistics.median(seconds[True]),
        "wall time, ratio": statistics.median(walls),
        "CPU, ratio": statistics.median(cpus),
    }


def refuse_other(own: Path, wall: Path) -> None:
    """Stop unless the mirror is the log."""
    (log,) = own.glob(f"*/*/*/{LOG_NAME}")
    assert (wall / log.relative_to(own)).read_bytes() == log.read_bytes(), "the mirror is another"


def delay(top: Path, address: str, lines: int) -> dict[str, float]:
    """Lines written at an even pace to one log, each timed until it stands in the mirror."""
    name = RunName("kol-lrs-2027", "novax", "20261005T081500")
    folder = name.folder(top / "own-delay")
    folder.mkdir(parents=True)
    log, mirror = LogWriter(folder), name.folder(top / "wall") / LOG_NAME
    publisher = Publisher(name, folder, Wall(address, BEARER), print)
    written: list[tuple[int, float]] = []
    came: list[float] = []
    done = threading.Event()

    def watch() -> None:
        while len(came) < lines + 1 and not done.wait(0.001):
            size, now = (mirror.stat().st_size if mirror.exists() else 0), time.monotonic()
            while len(came) < len(written) and written[len(came)][0] <= size:
                came.append(now)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    publisher.start()
    size = 0
    began = time.monotonic()
    for number in range(lines + 1):
        log.append(started(name) if number == 0 else Observed("Linje på tavlen " * 20))
        size = (folder / LOG_NAME).stat().st_size
        written.append((size, time.monotonic()))
        if number % 10 == 0:
            publisher.wake()  # a scenario has ended
        time.sleep(max(0.0, began + number / PER_SECOND - time.monotonic()))
    publisher.end()
    watcher.join(60)
    done.set()
    log.close()
    assert mirror.read_bytes() == (folder / LOG_NAME).read_bytes(), "the mirror is another"
    taken = sorted(there - here for there, (_, here) in zip(came, written, strict=True))
    return {
        "line to mirror p50, s": taken[len(taken) // 2],
        "line to mirror p95, s": taken[len(taken) * 95 // 100],
        "line to mirror max, s": taken[-1],
    }


def started(name: RunName) -> RunStarted:
    """What a log begins with."""
    texts = {"product": "Novax", "supplier": "Novax", "sut_version": "1", "driver": "reference", "target": "mock", "rute": "plsp"}
    said = {"campaign": name.campaign, "phase": "egentest", "grundlag": "referencesystem"}
    return RunStarted(run=name.run, system=name.system, fingerprint={}, **texts, **said)  # type: ignore[arg-type]


@contextmanager
def receiver(folder: Path) -> Iterator[str]:
    """A process that only receives; its address."""
    process = subprocess.Popen([sys.executable, __file__, "--receive", str(folder)], stdout=subprocess.PIPE, encoding="utf-8")
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def receive(folder: Path) -> None:
    """Receive into `folder` until ended."""
    import uvicorn
    from starlette.applications import Starlette
    from starlette.types import ASGIApp, Receive, Scope, Send

    from harness.dashboard.receiving.admission import Admission
    from harness.dashboard.receiving.routes import receiving_routes
    from harness.domain.access import Caller, Right
    from harness.house import find_house
    from harness.record.guard import Guard
    from harness.suite.patients import allowed_cprs

    admission = Admission(frozenset({"novax"}), frozenset({"kol-lrs-2027"}))
    routes: ASGIApp = Starlette(routes=receiving_routes(folder, Guard(allowed_cprs(find_house())), admission))

    async def let_in(scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"] = {"caller": Caller(Right.SUPPLIER, "bench", frozenset({"novax"}))}
        await routes(scope, receive, send)

    with socket.socket(proto=socket.IPPROTO_TCP) as own:  # else asyncio leaves Nagle's delay on
        own.bind(("127.0.0.1", 0))
        print(f"http://127.0.0.1:{own.getsockname()[1]}", flush=True)
        uvicorn.Server(uvicorn.Config(let_in, log_level="error", lifespan="off")).run(sockets=[own])


def cpu() -> float:
    """CPU seconds of the children that have ended; 0 on Windows, which does not tell."""
    spent: Any = os.times()
    return float(spent.children_user + spent.children_system)


if __name__ == "__main__":
    sys.exit(main())
