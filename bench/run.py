"""The harness's own benchmarks: one command, one table of ratios.

uv run python bench/run.py                # two to four minutes
uv run python bench/run.py --rounds 5 --copies 20 --json
uv run python bench/run.py --profile      # where a worker's time goes, besides
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path

from copies import counts_of_run, home_with_copies
from processes import CAN_MEASURE, ROOT, Command, Took, environment, interleaved, middle, python, script

PLAIN = ROOT / "bench" / "plain"
RUTER = ("plsp", "direkte")
# The switches of harness.runner.worker, so that plain pytest starts as lean as the worker does.
LEAN = ("terminal", "cacheprovider", "junitxml", "pastebin", "doctest", "faulthandler")
LEAN_PYTEST = ("-m", "pytest", *(option for name in LEAN for option in ("-p", f"no:{name}")), "-c", str(PLAIN / "pytest.ini"))


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table. `ratio` is against the row named in `against`; `met` is None for a row without an aim."""

    part: str
    what: str
    seconds: float | None = None
    least: float | None = None
    most: float | None = None
    wall: float | None = None
    ratio: float | None = None
    against: str = ""
    megabytes: float | None = None
    aim: str = ""
    met: bool | None = None


class Bench:
    """One run of the benchmarks; everything it writes lies in `folder`."""

    def __init__(self, folder: Path, rounds: int, copies: int) -> None:
        self.folder = folder
        self.rounds = rounds
        self.copies = copies
        self.env = environment(folder / "compiled")
        self.counted: dict[str, dict[str, int]] = {}
        self._number = count()

    def fresh(self) -> Path:
        """A new, empty folder."""
        made = self.folder / f"run-{next(self._number)}"
        made.mkdir()
        return made

    def worker(self, home: Path, rute: str, *more: str, run_folder: Path | None = None) -> Command:
        """A worker as `lps run` starts it."""
        return python(
            "-m", "harness.runner.worker", *worker_arguments(home, rute, run_folder or self.fresh(), *more), env=self.env
        )

    def plain(self, rute: str, copies: int) -> Command:
        """The same scenarios as plain test functions."""
        more = {
            "LPS_BENCH_RUTE": rute,
            "LPS_BENCH_COPIES": str(copies),
            "LPS_BENCH_COUNTS": str(self.folder / f"{rute}-{copies}.json"),
        }
        return python(*LEAN_PYTEST, str(PLAIN), env={**self.env, **more})

    def start_up(self) -> list[Line]:
        """Processes that do nothing."""
        nothing = self.fresh() / "test_nothing.py"
        nothing.write_text("def test_nothing():\n    pass\n", encoding="utf-8")
        took = interleaved(
            {
                "python -c pass": lambda: python("-c", "pass", env=self.env),
                "python -m harness.cli.main --help": lambda: python("-m", "harness.cli.main", "--help", env=self.env),
                "lps --help": lambda: script("lps", "--help", env=self.env),
                "pytest, one empty test": lambda: python(*LEAN_PYTEST, str(nothing), env=self.env),
                "worker, nothing to carry out": lambda: self.worker(ROOT, "plsp", "--tag=rute:direkte"),
            },
            max(self.rounds, 5),
        )
        base = {"worker, nothing to carry out": "pytest, one empty test"}
        lines = []
        for name, each in took.items():
            against = base.get(name, "python -c pass")
            help_shown = name.endswith("--help")
            lines.append(
                Line(
                    "start",
                    name,
                    *_spread([once.seconds for once in each]),
                    wall=middle([once.wall for once in each]),
                    ratio=None if name == against else _ratio(each, took[against]),
                    against="" if name == against else against,
                    aim="0.15 s wall" if help_shown else "",
                    met=middle([once.wall for once in each]) < 0.15 if help_shown else None,
                )
            )
        return lines

    def overhead(self) -> list[Line]:
        """The features by both ruter against the same calls and assertions as plain functions."""
        home = home_with_copies(self.fresh(), self.copies)
        return [line for rute in RUTER for line in self._overhead(home, rute)]

    def _overhead(self, home: Path, rute: str) -> list[Line]:
        last = self.fresh()
        few = interleaved({"worker": lambda: self.worker(ROOT, rute), "plain": lambda: self.plain(rute, 1)}, self.rounds)
        lines = []
        folders = iter([*(self.fresh() for _ in range(self.rounds - 1)), last])
        many = interleaved(
            {"worker": lambda: self.worker(home, rute, run_folder=next(folders)), "plain": lambda: self.plain(rute, self.copies)},
            self.rounds,
            warm_up=False,
        )
        tests = self._same_work(rute, last)
        steep = {side: _median(many[side]) - _median(few[side]) for side in many}
        each = {side: seconds / (tests - tests // self.copies) * 1000 for side, seconds in steep.items()}
        for side, name in (("plain", "plain functions"), ("worker", "worker")):
            lines.append(
                Line(
                    f"overhead {rute}",
                    f"{name}, {tests} scenarios",
                    *_spread([once.seconds for once in many[side]]),
                    wall=middle([once.wall for once in many[side]]),
                    ratio=_ratio(many["worker"], many["plain"]) if side == "worker" else None,
                    against="plain functions" if side == "worker" else "",
                    aim="1.5x" if side == "worker" else "",
                    met=_ratio(many["worker"], many["plain"]) <= 1.5 if side == "worker" else None,
                    megabytes=_largest(many[side]),
                )
            )
        slope = steep["worker"] / steep["plain"]
        what = f"start subtracted: {each['worker']:.1f} ms a scenario against {each['plain']:.1f} ms"
        lines.append(Line(f"overhead {rute}", what, ratio=slope, against="plain functions", aim="1.5x", met=slope <= 1.5))
        return lines

    def _same_work(self, rute: str, folder: Path) -> int:
        """How many scenarios were carried out. Raises SystemExit when the two sides did not do the same work."""
        harness = dict(counts_of_run(folder))
        plain = json.loads((self.folder / f"{rute}-{self.copies}.json").read_text(encoding="utf-8"))
        if harness != plain:
            raise SystemExit(f"{rute}: the two sides did not do the same. Worker: {harness}. Plain functions: {plain}.")
        self.counted[rute] = harness
        return harness["tests"]

    def memory(self) -> list[Line]:
        """The peak of the parent alone and of its largest worker."""
        if not CAN_MEASURE:
            return [Line("memory", "not measured on Windows")]
        home = home_with_copies(self.fresh(), self.copies)
        target = self.folder / "parent.json"
        run = ("run", "--vendor=novax", f"--reports={self.fresh()}")
        python("bench/own_peak.py", str(target), "harness.cli.main", *run, env=self.env).run()
        unit = 1e6 if sys.platform == "darwin" else 1e6 / 1024
        peaks = {"lps run, the parent": json.loads(target.read_text(encoding="utf-8"))["peak"] / unit}
        for rute in RUTER:
            peaks[f"worker, {rute}, {self.copies} copies"] = self.worker(home, rute).run().peak or 0.0
        return [Line("memory", name, megabytes=peak, aim="150 MB", met=peak <= 150) for name, peak in peaks.items()]


def worker_arguments(home: Path, rute: str, run_folder: Path, *more: str) -> tuple[str, ...]:
    """The arguments `lps run` gives a worker."""
    return (
        f"--home={home}",
        f"--rute={rute}",
        f"--run-folder={run_folder}",
        f"--rootdir={home}",
        *more,
        str(home / "features" / "deling"),
    )


def _spread(values: list[float]) -> tuple[float, float, float]:
    return middle(values), min(values), max(values)


def _median(took: list[Took]) -> float:
    return middle([once.seconds for once in took])


def _ratio(these: list[Took], those: list[Took]) -> float:
    """The median of the rounds' own ratios: what disturbs the machine disturbs both sides of one round."""
    return middle([one.seconds / other.seconds for one, other in zip(these, those, strict=True)])


def _largest(took: list[Took]) -> float | None:
    peaks = [once.peak for once in took if once.peak is not None]
    return max(peaks) if peaks else None


def table(lines: list[Line], say: Callable[[str], None] = print) -> None:
    """Everything in one table of plain text."""
    clock = "CPU s" if CAN_MEASURE else "wall s"
    say(f"{'':17}{'':58}{clock:>8}{'min–max':>15}{'wall s':>8}{'MB':>6}{'ratio':>8}  aim")
    part = ""
    for line in lines:
        spread = "" if line.least is None else f"{line.least:.3f}–{line.most:.3f}"
        cells = (
            f"{'' if line.part == part else line.part:17}{line.what:58}{_cell(line.seconds, '.3f'):>8}{spread:>15}"
            f"{_cell(line.wall, '.3f'):>8}{_cell(line.megabytes, '.0f'):>6}{_cell(line.ratio, '.2f', 'x'):>8}"
        )
        verdict = "" if line.met is None else f"  {line.aim}: {'met' if line.met else 'MISSED'}"
        say((cells + verdict).rstrip())
        part = line.part


def _cell(value: float | None, form: str, unit: str = "") -> str:
    return "" if value is None else f"{value:{form}}{unit}"


def show_profile(bench: Bench) -> None:
    """Where a worker's time goes, by rute."""
    from rooms import by_room, dearest, profile

    home = home_with_copies(bench.fresh(), bench.copies)
    for rute in RUTER:
        stats = profile(worker_arguments(home, rute, bench.fresh()), bench.env, bench.folder)
        print(f"\nworker, {rute}: where the time goes (under cProfile)")
        for name, share in by_room(stats)[:14]:
            print(f"  {share:6.1%}  {name}")
        print("  dearest functions of the harness: with what they call, alone, calls")
        for place, calls, together, own in dearest(stats, 25):
            print(f"  {together:6.1%} {own:6.1%} {calls:8}  {place}")


def main() -> int:
    """Print the table; 0 whether the aims are met or not: a bench reports."""
    parser = argparse.ArgumentParser(description="The harness's own benchmarks, as ratios side by side.")
    parser.add_argument("--rounds", type=int, default=3, help="how often each process is run (default 3)")
    parser.add_argument(
        "--copies", type=int, default=4, help="how many times the scenario set is repeated, 2 or more (default 4)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output instead of the table")
    parser.add_argument("--profile", action="store_true", help="also say where a worker's time goes")
    given = parser.parse_args()
    if given.copies < 2 or given.rounds < 1:
        parser.error("--copies must be 2 or more (the slope needs two points), --rounds 1 or more")
    with tempfile.TemporaryDirectory(prefix="lps-bench-") as folder:
        bench = Bench(Path(folder), given.rounds, given.copies)
        lines = bench.start_up() + bench.overhead() + bench.memory()
        if given.json:
            print(json.dumps({"rounds": given.rounds, "same_work": bench.counted, "lines": [asdict(line) for line in lines]}))
        else:
            table(lines)
            for rute, done in bench.counted.items():
                print(f"{rute}: both sides {', '.join(f'{number} {what}' for what, number in done.items())}")
        if given.profile and not given.json:
            show_profile(bench)
    return 0


if __name__ == "__main__":
    sys.exit(main())
