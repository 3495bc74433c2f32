"""All campaigns together: how long a run of every system takes, what a process holds, and how time grows with the scenarios.

uv run python bench/campaigns.py              # about five minutes
uv run python bench/campaigns.py --times 1,4
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from copies import counts_of_run, home_with_copies
from processes import ROOT, Command, Took, environment, python

WALL_AIM, WALL_LIMIT = 45.0, 120.0
"""Seconds for `lps run --campaign all --vendor all` on two cores."""
MEMORY_LIMIT = 200.0
"""MB a process."""
SYSTEM = "novax"


def whole_run(folder: Path, env: dict[str, str]) -> Took:
    """Every campaign against every system, with all that is left behind."""
    return run_all(ROOT, folder, env, "all").run()


def growth(folder: Path, times: list[int], env: dict[str, str]) -> dict[int, tuple[int, Took]]:
    """By how many times every feature was there: the scenarios one system carried out, and what it took."""
    found = {}
    for each in times:
        home, reports = folder / f"home-{each}", folder / f"reports-{each}"
        home.mkdir()
        home_with_copies(home, each, everything=True)
        took = run_all(home, reports, env, SYSTEM).run()
        (run,) = (reports / "alle" / SYSTEM).iterdir()
        found[each] = counts_of_run(run)["tests"], took
    return found


def run_all(home: Path, reports: Path, env: dict[str, str], systems: str) -> Command:
    """`lps run` of every campaign."""
    options = ("--campaign=all", f"--vendor={systems}", f"--reports={reports}", f"--home={home}")
    return python("-m", "harness.cli.main", "run", *options, env=env)


def main() -> int:
    """Print what was measured; 0 whether the aims are met or not: a bench reports."""
    parser = argparse.ArgumentParser(description="All campaigns together: time, memory and growth.")
    parser.add_argument("--times", default="1,4,16", help="how many times each feature is there (default 1,4,16)")
    times = [int(each) for each in parser.parse_args().times.split(",")]
    with tempfile.TemporaryDirectory(prefix="lps-bench-") as name:
        folder = Path(name)
        env = environment(folder / "compiled")
        whole_run(folder / "warm", env)
        took = whole_run(folder / "whole", env)
        print(
            f"every campaign, every system: {took.wall:.1f} s wall (limit {WALL_LIMIT:.0f}, aim {WALL_AIM:.0f}), "
            f"{took.seconds:.1f} s CPU, largest process {took.peak or 0:.0f} MB (limit {MEMORY_LIMIT:.0f})"
        )
        found = growth(folder, times, env)
        base, first = found[times[0]]
        for each, (scenarios, taken) in found.items():
            linear = (taken.seconds / first.seconds) / (scenarios / base)
            print(
                f"{each:>3} times: {scenarios:>6} scenarios, {taken.seconds:7.1f} s CPU, {taken.wall:7.1f} s wall, "
                f"{taken.peak or 0:4.0f} MB, {linear:.2f} of linear"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
