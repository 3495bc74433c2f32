"""From 1 to 24 systems at once, while each answer of their LPS comes late: how long it takes against the slowest of them alone.

uv run python bench/growth.py                              # ten minutes or more
uv run python bench/growth.py --systems 24 --latency 200   # one cell, and what it is held against
uv run python bench/growth.py --systems 24 --latency 200 --tag ""   # the whole campaign

`lps run --vendor …` as users start it, in mock, where time is virtual but for what is laid in here: a plugin of the worker's
(`plugins/slow_answers.py`) holds every answer of the LPS's test interface back so long, in real time. So what is waited is real,
and what is worked is the harness's own. How many answers were held back is told.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from many import home_with_systems
from measured import Line
from page import tables
from processes import ROOT, Command, Failed, Took, environment, path_of, python

SYSTEMS = 24
FEW, MORE = "KP-09", "KP-10"
"""Which scenarios are carried out: those in which the LPS is asked some two hundred times, and some four hundred."""
AIM, AIM_AT = 1.2, 200
LIMIT = 1200.0


@dataclass(frozen=True, slots=True)
class Way:
    """How the runs are started: in mock or live, and with how many systems at once; None where `lps run` chooses."""

    target: str = "mock"
    jobs: int | None = SYSTEMS


@dataclass(frozen=True, slots=True)
class Cell:
    """What is held against one system alone: milliseconds an answer, the tags of scenarios (all if empty), how many systems."""

    latency: int
    tag: str
    systems: tuple[int, ...]


CELLS = (Cell(0, FEW, (6, 24)), Cell(50, FEW, (6, 24)), Cell(AIM_AT, MORE, (6, 24)), Cell(500, FEW, (24,)))
QUICK = (Cell(0, FEW, (6,)), Cell(50, FEW, (6,)))


class Growth:
    """Measures runs of several systems in one home; everything is written in `folder`."""

    def __init__(self, folder: Path, way: Way, systems: int = SYSTEMS) -> None:
        self._folder = folder
        self._way = way
        (folder / "home").mkdir()
        self._home, self.systems = home_with_systems(folder / "home", systems)
        self._env = {**environment(folder / "compiled"), "PYTHONPATH": path_of(ROOT, ROOT / "bench")}
        self._number = count()

    def slowest(self) -> str:
        """The system that takes longest by itself, of those that are not copies of another."""
        own = [each for each in self.systems if not each[-1].isdigit()]
        self._run(own[:1], 0, FEW)  # compiles
        return max(own, key=lambda each: self._run([each], 0, FEW)[0].seconds)

    def lines(self, cell: Cell, alone: str) -> list[Line]:
        """One line for `alone`, and one for each number of systems."""
        case = f"{cell.latency} ms pr. svar"
        single, answers = self._run([alone], cell.latency, cell.tag)
        lines = [_line(f"1 system, {answers} svar", case, single)]
        for number in cell.systems:
            took, answers = self._run(self.systems[:number], cell.latency, cell.tag)
            line = _line(f"{number} systemer, {answers} svar", case, took)
            ratio, met = round(took.wall / single.wall, 3), None
            aim = f"højst {AIM:g} gange".replace(".", ",") if (cell.latency, number) == (AIM_AT, SYSTEMS) else ""
            if aim:
                met = ratio <= AIM
            lines.append(replace(line, ratio=ratio, against="det langsomste system alene, på uret", aim=aim, met=met))
        return lines

    def _run(self, systems: Sequence[str], latency: int, tag: str) -> tuple[Took, int]:
        """One `lps run`, and how many answers it waited for. Raises Failed where systems are missing."""
        folder = self._folder / f"run-{next(self._number)}"
        held = folder / "held"
        held.mkdir(parents=True)
        env = {
            **self._env,
            "PYTEST_ADDOPTS": "-p plugins.slow_answers",
            "LPS_BENCH_LATENCY": str(latency / 1000),
            "LPS_BENCH_HELD": str(held),
        }
        options = {
            "--home": self._home,
            "--reports": folder,
            "--vendor": ",".join(systems),
            "--jobs": self._way.jobs or "",
            "--target": self._way.target,
            "--tag": tag,
        }
        given = [f"{name}={value}" for name, value in options.items() if value]
        took = Command(python("-m", "harness.cli.main", "run", *given, env=env).arguments, env, LIMIT).run()
        told = [int(each.read_text("utf-8")) for each in held.iterdir()]
        if len(told) != len(systems) or not all(told):
            raise Failed(f"{len(told)} systemer af {len(systems)} kom igennem")
        return took, sum(told)


def lines(folder: Path, quick: bool) -> list[Line]:
    """The cells of the table."""
    growth = Growth(folder, Way())
    alone = growth.systems[0] if quick else growth.slowest()
    return [line for cell in (QUICK if quick else CELLS) for line in growth.lines(cell, alone)]


def _line(what: str, case: str, took: Took) -> Line:
    return Line(what, case, seconds=round(took.seconds, 2), wall=round(took.wall, 2))


def main() -> int:
    """Measure the cells that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--systems", default="", metavar="N,…", help="how many at once; else as in the table")
    parser.add_argument("--latency", default="", metavar="MS,…", help="milliseconds; else as in the table")
    parser.add_argument("--tag", help="only these scenarios; empty for the whole campaign")
    parser.add_argument("--target", default="mock", choices=("mock", "live"))
    parser.add_argument("--jobs", type=int, help="as `lps run` has it; else 24 in mock, and what it chooses in live")
    given = parser.parse_args()
    counts = tuple(int(each) for each in given.systems.split(",") if each)
    latencies = {int(each) for each in given.latency.split(",") if each}
    cells = [each for each in CELLS if not latencies or each.latency in latencies]
    cells += [Cell(each, FEW, (SYSTEMS,)) for each in sorted(latencies - {cell.latency for cell in cells})]
    way = Way(given.target, given.jobs or (SYSTEMS if given.target == "mock" else None))
    with tempfile.TemporaryDirectory(prefix="lps-bench-") as folder:
        growth = Growth(Path(folder), way, max([SYSTEMS, *counts]))
        alone = growth.slowest()
        for cell in cells:
            tag = cell.tag if given.tag is None else given.tag
            print("\n".join(tables(growth.lines(replace(cell, tag=tag, systems=counts or cell.systems), alone))), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
