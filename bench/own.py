"""The harness's own scenarios about sharing plans, against the same calls as plain test functions and under behave.

All do the same: the same steps on the same story, services, reference LPS and adapter, with the same waiting and judging. It ends
badly unless each counts the same scenarios, exchanges and judgements. What only the harness does is the overhead.
"""

from __future__ import annotations

import json
import shutil
import sys
import sysconfig
from collections.abc import Callable
from itertools import count
from pathlib import Path

from copies import counts_of_run, home_with_copies
from measured import Line, timed
from peers import NotThere, Peers
from processes import CAN_MEASURE, LEAN, ROOT, Command, Failed, Took, environment, middle, path_of, python, ratio

PLAIN = ROOT / "bench" / "plain"
THIN = ROOT / "bench" / "thin"
RUTER = ("plsp", "direkte")
WORKER, NO_LOG, FUNCTIONS, BEHAVE = "lps run", "lps run uden log", "almindelige testfunktioner", "behave"
AIMS = {FUNCTIONS: 1.3, BEHAVE: 1.1}
PEAK = 150
"""Megabytes that a process may come to hold."""


class Own:
    """Measures the scenarios of `features/deling`, each `copies` times; everything is written in `folder`."""

    def __init__(self, folder: Path, peers: Peers, rounds: int, copies: int) -> None:
        self._folder = folder
        self._peers = peers
        self._rounds = rounds
        self._copies = copies
        self._env = environment(folder / "compiled")
        self._number = count()
        self._home = home_with_copies(self._fresh(), copies)

    def overhead(self) -> list[Line]:
        """By each rute: what every side took, and the aims."""
        return [line for rute in RUTER for line in self._overhead(rute)]

    def _overhead(self, rute: str) -> list[Line]:
        few, _ = self._took(rute, ROOT, 1)
        many, missing = self._took(rute, self._home, self._copies)
        tests = self._same_work(rute, BEHAVE in many)
        case = f"{tests} scenarier, rute {rute}"
        lines = [
            timed(
                name,
                each,
                case,
                tests,
                megabytes=_largest(each),
                ratio=ratio(each, many[FUNCTIONS]) if name != FUNCTIONS else None,
                against=FUNCTIONS,
            )
            for name, each in many.items()
        ]
        steep = {name: _median(many[name]) - _median(few[name]) for name in many}
        added = (tests - tests // self._copies) / 1000
        for other, aim in AIMS.items():
            if other in missing:
                lines.append(Line(f"{WORKER} mod {other}", case, missing=missing[other]))
                continue
            found, slope = ratio(many[WORKER], many[other]), round(steep[WORKER] / steep[other], 3)
            told = f"højst {aim:g} gange".replace(".", ",")
            lines.append(Line(f"{WORKER} mod {other}", case, ratio=found, against=other, aim=told, met=found <= aim))
            what = f"… uden opstart: {steep[WORKER] / added:.1f} ms pr. scenarie mod {steep[other] / added:.1f}".replace(".", ",")
            lines.append(Line(what.replace("pr,", "pr."), case, ratio=slope, against=other, aim=told, met=slope <= aim))
        return lines

    def memory(self) -> list[Line]:
        """The peak of the parent alone and of its largest worker."""
        if not CAN_MEASURE:
            return [Line("hukommelse", missing="Windows siger det ikke")]
        target = self._folder / "parent.json"
        run = ("run", "--vendor=novax", f"--reports={self._fresh()}")
        python("bench/own_peak.py", str(target), "harness.cli.main", *run, env=self._env).run()
        unit = 1e6 if sys.platform == "darwin" else 1e6 / 1024
        peaks = {"lps run, den proces man starter": json.loads(target.read_text(encoding="utf-8"))["peak"] / unit}
        for rute in RUTER:
            took = self.worker(rute, self._home, self._fresh()).run()
            peaks[f"dens proces for ét system, rute {rute}, hvert scenarie {self._copies} gange"] = took.peak or 0.0
        return [Line(name, megabytes=round(peak, 1), aim=f"højst {PEAK} MB", met=peak <= PEAK) for name, peak in peaks.items()]

    def worker(self, rute: str, home: Path, run_folder: Path, *more: str) -> Command:
        """A worker as `lps run` starts it."""
        return python("-m", "harness.runner.worker", *worker_arguments(home, rute, run_folder, *more), env=self._env)

    def _took(self, rute: str, home: Path, copies: int) -> tuple[dict[str, list[Took]], dict[str, str]]:
        """What each side took, A B C D A B …, after a time that does not count; and why a side is missing."""
        self._run_folder = self._fresh()
        sides: dict[str, Callable[[], Command]] = {
            FUNCTIONS: lambda: self._functions(rute, copies),
            WORKER: lambda: self.worker(rute, home, self._fresh_run()),
            NO_LOG: lambda: self._no_log(rute, home),
            BEHAVE: lambda: self._behave(rute, home),
        }
        took: dict[str, list[Took]] = {name: [] for name in sides}
        missing: dict[str, str] = {}
        for number in range(self._rounds + 1):
            for name in [each for each in sides if each not in missing]:
                try:
                    once = sides[name]().run()
                except (NotThere, Failed) as error:
                    if name != BEHAVE:
                        raise
                    missing[name] = error.reason
                    print(f"{name}: {error}", file=sys.stderr)
                    del took[name]
                    continue
                if number:
                    took[name].append(once)
        return took, missing

    def _functions(self, rute: str, copies: int) -> Command:
        more = {"LPS_BENCH_RUTE": rute, "LPS_BENCH_COPIES": str(copies), "LPS_BENCH_COUNTS": str(self._counts(rute, FUNCTIONS))}
        return python("-m", "pytest", *LEAN, "-c", str(PLAIN / "pytest.ini"), str(PLAIN), env={**self._env, **more})

    def _no_log(self, rute: str, home: Path) -> Command:
        command = self.worker(rute, home, self._fresh(), "-p", "plugins.no_log")
        return Command(command.arguments, {**self._env, "PYTHONPATH": path_of(ROOT, ROOT / "bench")})

    def _behave(self, rute: str, home: Path) -> Command:
        at = self._peers.get("behave")
        folder = self._fresh() / "features"
        shutil.copytree(THIN, folder, ignore=shutil.ignore_patterns("__pycache__"))
        for source in sorted((home / "features" / "deling").glob("*.feature")):
            if rute == "direkte" or "@rute:direkte" not in source.read_text("utf-8"):
                shutil.copy(source, folder)
        more = {
            "LPS_BENCH_RUTE": rute,
            "LPS_BENCH_COUNTS": str(self._counts(rute, BEHAVE)),
            "PYTHONPATH": path_of(ROOT, PLAIN, Path(sysconfig.get_path("purelib"))),
        }
        return Command((at.python, "-m", "behave", "--format=null", "--no-summary", str(folder)), {**self._env, **more})

    def _counts(self, rute: str, side: str) -> Path:
        return self._folder / f"{rute}-{side}.json"

    def _same_work(self, rute: str, with_behave: bool) -> int:
        """How many scenarios were carried out. Raises Failed when the sides did not do the same work."""
        done = {WORKER: dict(counts_of_run(self._run_folder))}
        for side in (FUNCTIONS, *([BEHAVE] * with_behave)):
            done[side] = json.loads(self._counts(rute, side).read_text(encoding="utf-8"))
        if any(each != done[WORKER] for each in done.values()):
            raise Failed("siderne gjorde ikke det samme", f"{rute}: {done}")
        return done[WORKER]["tests"]

    def _fresh(self) -> Path:
        made = self._folder / f"own-{next(self._number)}"
        made.mkdir()
        return made

    def _fresh_run(self) -> Path:
        self._run_folder = self._fresh()
        return self._run_folder


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


def _median(took: list[Took]) -> float:
    return middle([once.seconds for once in took])


def _largest(took: list[Took]) -> float | None:
    peaks = [once.peak for once in took if once.peak is not None]
    return round(max(peaks), 1) if peaks else None
