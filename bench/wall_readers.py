"""Five hundred readers of the wall, and fifty changes a second: how soon each change is at the readers, and what it costs.

uv run python bench/wall_readers.py                # one minute
uv run python bench/wall_readers.py --minutes 10

One process is the wall: uvicorn, the whole application, and a wall in memory that changes. Another has the readers: bare sockets,
which only look when each frame came. Both go by the machine's own clock (`time.monotonic`).
A reader is not a browser: what a browser takes to draw a cell comes on top. Linux only: CPU and memory are read in /proc.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from statistics import quantiles
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "dashboard" / "pages")]

EPOCH = datetime(2027, 1, 1, tzinfo=UTC)
"""A change's time is this long after it as the machine's clock says: so a reader knows when it was made."""


def serve(port: int, a_second: int) -> None:
    """The wall: it changes `a_second` times a second, once somebody has asked for `/begynd`."""
    import uvicorn
    from made_wall import CAMPAIGN, CAPABILITIES, SYSTEMS, LetIn, MadeWall, grid_of, log_of, run_name  # type: ignore[import-not-found]
    from starlette.middleware import Middleware
    from starlette.requests import Request
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    from harness.dashboard.app import dashboard_app
    from harness.dashboard.wall import Cell, Heading
    from harness.domain.grade import Grade

    columns = [*CAPABILITIES, *(Heading(f"mere-{each}", f"Mere {each}") for each in range(8))]
    wall = MadeWall({CAMPAIGN.id: [grid_of("kapabiliteter", "Kapabiliteter", SYSTEMS, columns)]})
    for system in SYSTEMS:
        wall.add_run(log_of(system.id, scenarios=307))
        for column in columns:
            wall.put(CAMPAIGN.id, "kapabiliteter", Cell(system.id, column.id, Grade.OK, {"OK": 16}, 16, run=run_name(system.id)))
    made: dict[int, float] = {}
    changing: list[asyncio.Task[None]] = []

    async def change() -> None:
        places = list(product(SYSTEMS, columns))
        began = time.monotonic()
        for number in range(1_000_000_000):
            await asyncio.sleep(max(0.0, began + number / a_second - time.monotonic()))
            row, column = places[number * 7 % len(places)]
            grade = (Grade.OK, Grade.F3, Grade.F2)[number % 3]
            cell = Cell(row.id, column.id, grade, {str(grade): 16}, 16, run=run_name(row.id))
            now = time.monotonic()
            made[wall.put(CAMPAIGN.id, "kapabiliteter", cell, EPOCH + timedelta(seconds=now))] = now
            if len(wall.changes) > 5000:  # a wall does not remember for ever
                wall.forgets = wall.changes[2500].id
                del wall.changes[:2501]

    async def begin(_: Request) -> JSONResponse:
        changing.append(asyncio.create_task(change()))
        return JSONResponse({})

    async def when(_: Request) -> JSONResponse:
        """When each change was made since the last question."""
        told = dict(made)
        made.clear()
        return JSONResponse(told)

    rooms = [Route("/begynd", begin), Route("/hvornår", when)]
    app = dashboard_app(wall, rooms=rooms, middleware=[Middleware(LetIn)])
    uvicorn.run(app, port=port, log_level="warning", http="h11", access_log=False, backlog=2048, timeout_graceful_shutdown=1)


class Readers:
    """So many readers, and when the frame with each id was first, and last, at any of them."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.came: list[tuple[int, float]] = []
        self.frames = 0
        self.open = 0

    async def read(self) -> None:
        """One reader, until it is cancelled."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(b"GET /haendelser?kampagne=connectathon-kol-lrs HTTP/1.1\r\nhost: bench\r\n\r\n")
        await reader.readuntil(b"event: puls")
        self.open += 1
        try:
            while data := await reader.read(65536):
                now = time.monotonic()
                for part in data.split(b"id: ")[1:]:
                    number = part.split(b"\n", 1)[0]
                    if number.isdigit() and b"event: felter" in part:
                        self.came.append((int(number), now))
                        self.frames += 1
        finally:
            self.open -= 1
            writer.close()


def latencies(came: list[tuple[int, float]], made: dict[int, float], before: int) -> list[float]:
    """Seconds from each change to each reader: the frame with id N has every change after the frame before it."""
    ids = sorted({number for number, _ in came})
    changes = {now: [made[each] for each in range(last + 1, now + 1)] for last, now in zip([before, *ids], ids, strict=False)}
    return [at - when for number, at in came for when in changes[number]]


def status_of(process: int) -> tuple[float, float]:
    """CPU seconds and resident megabytes of a process, as Linux says."""
    times = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    pages = int(Path(f"/proc/{process}/statm").read_text("ascii").split()[1])
    return (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK"), pages * os.sysconf("SC_PAGE_SIZE") / 1e6


async def measure(port: int, server: int, readers: int, minutes: float) -> dict[str, Any]:
    """Have everybody read for `minutes`, and say what it was like."""
    import httpx

    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as client:
        paints = []
        for _ in range(12):
            began = time.perf_counter()
            page = await client.get("/", headers={"x-hvem": "monitor"})
            paints.append(time.perf_counter() - began)
            assert page.status_code == 200
        began = time.perf_counter()
        sought = await client.get("/?q=plan", headers={"x-hvem": "monitor"})
        search = time.perf_counter() - began
        assert sought.status_code == 200
        hall = Readers(port)
        tasks = []
        for number in range(readers):
            tasks.append(asyncio.create_task(hall.read()))
            if number % 50 == 49:
                await asyncio.sleep(0.05)
        while hall.open < readers:
            await asyncio.sleep(0.05)
        await client.get("/begynd")
        await asyncio.sleep(3)
        cpu, memory = status_of(server)
        began = time.monotonic()
        made: dict[int, float] = {}
        seconds: list[float] = []
        done = settled = late = 0
        while time.monotonic() < began + 60 * minutes:
            await asyncio.sleep(5.0)
            made |= {int(number): at for number, at in (await client.get("/hvornår")).json().items()}
            ready = [each for each in hall.came if done < each[0] <= settled]  # those of the last five seconds may still come
            late += sum(each[0] <= done for each in hall.came)
            hall.came = [each for each in hall.came if each[0] > settled]
            if done:
                seconds += latencies(ready, made, done)[:: max(1, int(minutes))]
            done = max((number for number, _ in ready), default=done)
            made = {number: at for number, at in made.items() if number > done}
            settled = max(made, default=settled)
        later, kept = status_of(server)
        lasted = time.monotonic() - began
        still = hall.open
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    parts = quantiles(seconds, n=100)
    return {
        "readers": readers,
        "still_open": still,
        "later_than_5_s": late,
        "seconds": round(lasted, 1),
        "frames_read": hall.frames,
        "p50_ms": round(1000 * parts[49]),
        "p95_ms": round(1000 * parts[94]),
        "max_ms": round(1000 * max(seconds)),
        "server_cpu_of_a_core": round((later - cpu) / lasted, 3),
        "rss_mb": [round(memory, 1), round(kept, 1)],
        "page_kb": round(len(page.content) / 1000),
        "page_ms": {"first": round(1000 * paints[0]), "median": round(1000 * sorted(paints)[len(paints) // 2])},
        "search_ms": round(1000 * search),
        "load": os.getloadavg(),
    }


def main() -> None:
    """Measure, and print it as JSON."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--minutes", type=float, default=1.0)
    options.add_argument("--readers", type=int, default=500)
    options.add_argument("--changes", type=int, default=50, help="a second")
    options.add_argument("--port", type=int, default=8931)
    options.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.serve:
        return serve(asked.port, asked.changes)
    command = [sys.executable, __file__, "--serve", f"--port={asked.port}", f"--changes={asked.changes}"]
    server = subprocess.Popen(command, cwd=ROOT)
    try:
        asyncio.run(_when_open(asked.port))
        print(json.dumps(asyncio.run(measure(asked.port, server.pid, asked.readers, asked.minutes)), indent=1))
    finally:
        server.terminate()
        server.wait()
    return None


async def _when_open(port: int) -> None:
    for _ in range(300):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            return writer.close()
    raise SystemExit("The wall did not start.")


if __name__ == "__main__":
    main()
