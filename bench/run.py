"""The harness's own benchmarks: one command, everything side by side, and a history in the tree.

uv run python bench/run.py                        # everything; under 25 minutes
uv run python bench/run.py --quick                # everything with few rounds; under five minutes
uv run python bench/run.py --only motorer,vækst   # some parts
uv run python bench/page.py                       # the newest history as the tables of docs/ydelse.md

What was measured is printed as tables, and put into bench/history/ when everything was (`--keep`: also when it was not). A missed
aim is reported and ends with 0; a part of ours that could not be measured ends with 1.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import engines
import growth
import own
import start
import subjects
import with_allure
from generated import Size
from measured import Line, Measured, keep, machine, now
from page import made
from peers import Peers
from processes import Failed


@dataclass(frozen=True, slots=True)
class Asked:
    """How thoroughly to measure; everything that is written lies in `folder`."""

    folder: Path
    peers: Peers
    quick: bool

    def rounds(self, usual: int) -> int:
        """How often each process is run."""
        return 1 if self.quick else usual


def _engines(asked: Asked) -> list[Line]:
    race = engines.Race(asked.folder, asked.peers, asked.rounds(3))
    race.warm_up()
    sizes = (Size(1, 300), Size(500, 300)) if asked.quick else engines.SIZES
    return [line for size in sizes for line in race.lines(size)]


def _own(asked: Asked) -> own.Own:
    return own.Own(asked.folder, asked.peers, asked.rounds(3), 2 if asked.quick else 8)


PARTS: dict[str, Callable[[Asked], list[Line]]] = {
    "start": lambda asked: start.lines(asked.folder, asked.rounds(5)),
    "motorer": _engines,
    "egne": lambda asked: _own(asked).overhead(),
    "allure": lambda asked: with_allure.lines(
        asked.folder, asked.peers, asked.rounds(3), with_allure.QUICK if asked.quick else with_allure.SIZE
    ),
    "hukommelse": lambda asked: _own(asked).memory(),
    "rapporter": lambda asked: subjects.reports(asked.folder, asked.rounds(3), asked.quick),
    "validering": lambda asked: subjects.validation(asked.folder, asked.peers, asked.quick),
    "vækst": lambda asked: growth.lines(asked.folder, asked.quick),
}


def main() -> int:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(PARTS), metavar="PART,…", help=f"of: {', '.join(PARTS)}")
    parser.add_argument("--quick", action="store_true", help="few rounds and small sizes: to see that it works")
    parser.add_argument("--keep", action="store_true", help="put it into the history, though it is not all of it")
    given = parser.parse_args()
    chosen = given.only.split(",")
    if unknown := sorted(set(chosen) - set(PARTS)):
        parser.error(f"--only: {', '.join(unknown)} is none of {', '.join(PARTS)}")
    at, began, about, broken = now(), time.monotonic(), machine(), False
    peers, parts = Peers(), dict[str, tuple[Line, ...]]()
    for name in [each for each in PARTS if each in chosen]:
        print(f"{name} …", file=sys.stderr)
        with tempfile.TemporaryDirectory(prefix="lps-bench-") as folder:
            try:
                parts[name] = tuple(PARTS[name](Asked(Path(folder), peers, given.quick)))
            except Failed as error:
                print(f"{name}: {error}", file=sys.stderr)
                parts[name] = (Line(name, missing=error.reason),)
                broken = True
    measured = Measured(at, given.quick, round((time.monotonic() - began) / 60, 1), about, parts)
    print(made(measured))
    if given.keep or set(parts) == set(PARTS):
        print(f"\n{keep(measured).name}", file=sys.stderr)
    return int(broken)


if __name__ == "__main__":
    sys.exit(main())
