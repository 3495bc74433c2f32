"""The whole wall under load: `lps dashboard` over 100,000 results, six runs that write, 500 readers and a browser.

uv run python bench/wall_whole.py                             # about three minutes; one of them is measured
uv run python bench/wall_whole.py --minutes 10
uv run python bench/wall_whole.py --folder /tmp/many          # keep what was made; the next time it is there already

Each in a process of its own: the wall, who writes, who reads, and Chromium where there is one. All go by the machine's own clock.
Linux only: CPU and memory are read in /proc.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

RESULTS = 100_000
LPS = [sys.executable, "-m", "harness.cli.main"]
WATCH = """() => {
  window.seen = [];
  new MutationObserver((all) => {
    const now = Date.now(), cells = new Set(all.map((each) => each.target.closest && each.target.closest("[data-celle]")));
    for (const cell of cells) if (cell) {
      const standing = cell.querySelector(".karakter .lang").textContent;
      const running = [...cell.querySelectorAll(".tegn .lang")].some((each) => each.textContent === "kører");
      window.seen.push([now / 1000, cell.dataset.celle, standing, running]);
    }
  }).observe(document.getElementById("levende"), {subtree: true, childList: true});
}"""
PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"


class Dashboard:
    """`lps dashboard` over `reports`; it is stopped at the end of the block."""

    def __init__(self, reports: Path) -> None:
        began = time.perf_counter()
        command = [*LPS, "dashboard", "--port=0", f"--reports={reports}"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        self.ready = time.perf_counter() - began
        if "http://" not in said:
            raise SystemExit(f"The wall did not start: {said}")
        self.address = said.split("http://")[1].split("/")[0]
        self.pid = self._process.pid

    def __enter__(self) -> Dashboard:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(60)

    @property
    def cpu(self) -> float:
        """Seconds of CPU so far."""
        times = Path(f"/proc/{self.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def memory(self) -> float:
        """Resident megabytes now."""
        return round(int(Path(f"/proc/{self.pid}/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)


def made(reports: Path) -> int:
    """How many results lie in `reports`, which are made where there are none."""
    from wall_store import write_runs

    from harness.dashboard.standing.ground import load_ground
    from harness.house import find_house

    house = find_house()
    ground = load_ground(house)
    campaign = ground.campaigns[0]
    names = len(ground.tested[campaign.id].alone) + len(ground.tested[campaign.id].of_two)
    if not (reports / campaign.id).exists():
        write_runs(house, ground, campaign, reports, -(-RESULTS // names))
    return len(list(reports.glob("*/*/*/events.jsonl"))) * names


def filled(reports: Path, seconds: float = 1200) -> None:
    """Wait until every run is in the index."""
    runs, until = len(list(reports.glob("*/*/*/events.jsonl"))), time.monotonic() + seconds
    while time.monotonic() < until:
        with closing(sqlite3.connect(reports / "tavle.db", timeout=60)) as database:
            if database.execute("SELECT count(*) FROM tavle_runs").fetchone()[0] == runs:
                return
        time.sleep(0.5)
    raise SystemExit("The index was not filled.")


def token(reports: Path) -> str:
    """What a monitor shows."""
    command = [*LPS, "access", "new", "--right=monitor", "--name=Bo Dal", "--days=1", f"--reports={reports}"]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def pages(wall: Dashboard, secret: str) -> dict[str, Any]:
    """Milliseconds for the first page, the first time and the median of twenty, as everybody sees it and as a monitor does."""
    import httpx

    found = {}
    with httpx.Client(base_url=f"http://{wall.address}", trust_env=False, timeout=120) as client:
        for who, shown in (("public", {}), ("monitor", {"authorization": f"Bearer {secret}"})):
            times = []
            for _ in range(20):
                began = time.perf_counter()
                answer = client.get("/", headers=shown)
                times.append(1000 * (time.perf_counter() - began))
                assert answer.status_code == 200, answer.status_code
            kilobytes = round(len(answer.content) / 1000)
            found[who] = {"first_ms": round(times[0]), "median_ms": round(statistics.median(times)), "kb": kilobytes}
    return found


@contextmanager
def browser() -> Iterator[Any]:
    """Chromium; None where there is none."""
    found = shutil.which("chromium")
    if not found:
        yield None
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])


def paints(chromium: Any, wall: Dashboard, secret: str) -> dict[str, Any]:
    """Milliseconds from navigation to first contentful paint, with an empty cache each time."""
    found = {}
    for who, shown in (("public", {}), ("monitor", {"authorization": f"Bearer {secret}"})):
        times = []
        for _ in range(5):
            context = chromium.new_context(extra_http_headers=shown)
            page = context.new_page()
            page.goto(f"http://{wall.address}/", wait_until="load")
            page.wait_for_function(PAINT)
            times.append(page.evaluate(PAINT))
            context.close()
        found[who] = {"first_ms": round(times[0]), "median_ms": round(statistics.median(times))}
    return found


def under_load(wall: Dashboard, chromium: Any, reports: Path, asked: argparse.Namespace) -> dict[str, Any]:
    """Have the runs write and everybody read for so many minutes, and say what it was like."""
    work = reports / ".bench"
    work.mkdir(exist_ok=True)
    told, until = work / "told.jsonl", work / "end"
    until.unlink(missing_ok=True)
    writer = _role(f"--write={reports}", f"--told={told}", f"--lines={asked.lines}", f"--until={until}")
    filled(reports)
    readers = _role(f"--read={wall.address.rpartition(':')[2]}", f"--told={told}", f"--readers={asked.readers}")
    page = chromium.new_page() if chromium else None
    if page:
        page.goto(f"http://{wall.address}/?gitter=kapabiliteter")
        page.evaluate(WATCH)
    writer.stdin.close()
    _sleep(page, 5)
    began, cpu, memory = time.monotonic(), wall.cpu, [wall.memory]
    while time.monotonic() < began + 60 * asked.minutes:
        _sleep(page, min(60.0, began + 60 * asked.minutes - time.monotonic()))
        memory.append(wall.memory)
    lasted, worked, load = time.monotonic() - began, wall.cpu - cpu, os.getloadavg()
    until.touch()
    written = json.loads(writer.stdout.readline())
    _sleep(page, 5)
    heard = json.loads(readers.communicate()[0])
    return {
        "seconds": round(lasted),
        "lines_a_second": round(written["lines"] / written["seconds"], 1),
        **heard,
        "in_the_browser": drawn(page, told) if page else None,
        "cpu_of_a_core": round(worked / lasted, 3),
        "rss_mb": memory,
        "load": load,
    }


def drawn(page: Any, told: Path) -> dict[str, int]:
    """Milliseconds from each line until the browser has the cell, as its own observer says."""
    from stream_readers import LONGEST, parts_of, read_lines

    seen: dict[tuple[str, str, bool], list[float]] = {}
    for at, cell, standing, running in page.evaluate("window.seen"):
        seen.setdefault((cell, standing, running), []).append(at)
    waits, unseen = [], 0
    for _, at, cell, code, running in read_lines(told):
        # The browser's clock has whole milliseconds.
        came = next((each for each in seen.get((cell, code, running), ()) if at - 0.001 <= each < at + LONGEST), None)
        waits += [came - at] if came else []
        unseen += came is None
    return {"drawn": len(waits), "overtaken": unseen, **parts_of(waits)}


def _sleep(page: Any, seconds: float) -> None:
    """Meanwhile the browser's messages are heard."""
    page.wait_for_timeout(1000 * seconds) if page else time.sleep(seconds)


def _role(*options: str) -> Any:
    role = subprocess.Popen([sys.executable, __file__, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert role.stdout is not None
    if role.stdout.readline().strip() != "klar":
        raise SystemExit(f"{options[0]} did not begin.")
    return role


def measure(reports: Path, asked: argparse.Namespace) -> dict[str, Any]:
    """All of it, of the runs in `reports`."""
    found: dict[str, Any] = {"results": made(reports)}
    (reports / "tavle.db").unlink(missing_ok=True)
    with Dashboard(reports) as wall:
        found["from_an_empty_index_s"] = {"ready": round(wall.ready, 2)}
        began = time.perf_counter()
        filled(reports)
        found["from_an_empty_index_s"]["all_read"] = round(wall.ready + time.perf_counter() - began, 1)
    secret = token(reports)
    with Dashboard(reports) as wall, browser() as chromium:
        found["from_a_filled_index_s"] = round(wall.ready, 2)
        found["page"] = pages(wall, secret)
        found["first_paint"] = paints(chromium, wall, secret) if chromium else None
        found["load_before"] = os.getloadavg()
        found["under_load"] = under_load(wall, chromium, reports, asked)
    return found


def main() -> None:
    """Measure, and print it as JSON; or be one of those who are measured with."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--minutes", type=float, default=1.0)
    options.add_argument("--readers", type=int, default=500)
    options.add_argument("--lines", type=int, default=50, help="a second, of all six runs together")
    options.add_argument("--folder", type=Path, help="where the runs are, or are made and kept")
    for role in ("--write", "--told", "--until", "--read"):
        options.add_argument(role, help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.write:
        from live_runs import write

        return write(Path(asked.write), asked.lines, Path(asked.until), Path(asked.told))
    if asked.read:
        from stream_readers import listen

        heard = asyncio.run(listen(int(asked.read), "connectathon-kol-lrs", asked.readers, Path(asked.told)))
        return print(json.dumps(heard))
    with tempfile.TemporaryDirectory() as folder:
        reports = asked.folder or Path(folder)
        reports.mkdir(parents=True, exist_ok=True)
        found = measure(reports, asked)
    print(json.dumps(found, indent=1))
    print(table(found), file=sys.stderr)
    return None


def table(found: dict[str, Any]) -> str:
    """What matters of it, beside the aims."""
    page, paint, load = found["page"], found["first_paint"], found["under_load"]
    drawn = load["in_the_browser"]
    rows = [
        ("first page, public / monitor", f"{page['public']['first_ms']} / {page['monitor']['first_ms']} ms", "1000 ms"),
        (
            "event to reader, p50 / p95 / max",
            f"{load['p50_ms']} / {load['p95_ms']} / {load['max_ms']} ms",
            "p95 150, at most 500 ms",
        ),
        ("CPU of the wall", f"{load['cpu_of_a_core']:.0%} of a core", "33 %, at most 100 %"),
        ("memory", f"{load['rss_mb'][0]} to {load['rss_mb'][-1]} MB", "flat"),
        ("readers left", f"{load['still_open']} of {load['readers']}", "all"),
        ("load average", f"{load['load'][0]:.1f}", ""),
    ]
    if paint and drawn:
        first = f"{paint['public']['first_ms']:.0f} / {paint['monitor']['first_ms']:.0f} ms"
        rows[1:1] = [("first paint, public / monitor", first, "1000 ms")]
        rows[3:3] = [("event to browser, p50 / p95", f"{drawn['p50_ms']} / {drawn['p95_ms']} ms", "p95 150, at most 500 ms")]
    return "\n".join(f"{what:34} {came:24} {aim}" for what, came, aim in rows)


if __name__ == "__main__":
    main()
