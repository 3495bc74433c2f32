"""Empty scenarios a second: the harness and the frameworks of the registries, on the same features, side by side.

python bench/engines.py --scenarios 2000 --definitions 300        # this part alone; `--only ours,plain` for some of them

Each is started as its users start it, with as little output as it can be told to give. A row is left out by nobody: one that
cannot be installed, takes too long or ends badly is shown as not measured. Each says itself how many steps it carried out.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from generated import DONE, OURS, PLUGIN, WRITERS, Size
from measured import Line, timed
from page import tables
from peers import Installed, NotThere, Peers
from processes import ROOT, Command, Failed, Took, environment, path_of, python, ratio

from harness.runner.left_out import SWITCHES

SIZES = tuple(Size(scenarios, definitions) for scenarios in (1, 500, 2000) for definitions in (6, 300))
LARGEST = Size(2000, 300)
"""The one that the aims are for."""
LIMIT = 120.0
PLAIN = "pytest, som man skriver det"
SAME_FLAGS = "pytest, samme flag som lps run"
WORKER = "lps run"
AIM, AIM_SAME_FLAGS = 1.3, 1.7
BEHIND = ("pytest-bdd", "robot", "radish", "cucumber")
"""Those that `lps run` is to be ahead of."""


@dataclass(frozen=True, slots=True)
class Engine:
    """One row: how its scenarios are written, which peer it needs (none for ours), and how it is started on their folder."""

    title: str
    written: str
    peer: str
    command: Callable[[Installed, Path], tuple[str, ...]]
    autoload: bool = True


def _pytest(*more: str) -> Callable[[Installed, Path], tuple[str, ...]]:
    return lambda at, folder: (at.python, "-m", "pytest", *more, str(folder))


def _worker(*more: str) -> Callable[[Installed, Path], tuple[str, ...]]:
    """A worker as `lps run` starts it."""

    def command(_at: Installed, folder: Path) -> tuple[str, ...]:
        run = Path(tempfile.mkdtemp(prefix="run-", dir=folder.parent))
        where = (f"--home={folder}", f"--rootdir={folder}", f"--run-folder={run}", str(folder / "features" / OURS))
        return (*python("-m", "harness.runner.worker", "-p", PLUGIN, env={}).arguments, *more, *where)

    return command


def _cucumber(at: Installed, folder: Path) -> tuple[str, ...]:
    program = at.modules / "@cucumber" / "cucumber" / "bin" / "cucumber.js"
    return (at.node, str(program), str(folder / "features"), "--require", str(folder / "trin.js"), "--format", "summary")


ENGINES = {
    "plain": Engine(PLAIN, "plain", "pytest", _pytest()),
    "same-flags": Engine(SAME_FLAGS, "plain", "pytest", _pytest(*SWITCHES), autoload=False),
    "ours": Engine(WORKER, "ours", "", _worker(), autoload=False),
    "no-log": Engine("lps run uden log", "ours", "", _worker("-p", "plugins.no_log"), autoload=False),
    "pytest-bdd": Engine("pytest-bdd", "stock", "pytest-bdd", _pytest()),
    "behave": Engine(
        "behave",
        "behave",
        "behave",
        lambda at, folder: (at.python, "-m", "behave", "--format=null", "--no-summary", str(folder)),
    ),
    "robot": Engine(
        "Robot Framework",
        "robot",
        "robot",
        lambda at, folder: (
            *(at.python, "-m", "robot", "--output=NONE", "--log=NONE", "--report=NONE", "--console=none"),
            str(folder / "suite"),
        ),
    ),
    "radish": Engine(
        "radish",
        "radish",
        "radish",
        lambda at, folder: (at.python, "-m", "radish.main", "-b", str(folder / "trin"), "-f", "dots", str(folder / "features")),
    ),
    "cucumber": Engine("cucumber-js", "cucumber", "cucumber", _cucumber),
}


class Race:
    """Measures engines on generated scenarios; everything is written in `folder`."""

    def __init__(self, folder: Path, peers: Peers, rounds: int, engines: Mapping[str, Engine] = ENGINES) -> None:
        self._folder = folder
        self._peers = peers
        self._rounds = rounds
        self._engines = engines
        self._env = environment(folder / "compiled")
        self._number = count()

    def lines(self, size: Size) -> list[Line]:
        """One line an engine, in one table."""
        case = size_shown(size)
        took, missing = self.took(size)
        lines = [replace(self._line(name, size, took, missing), case=case) for name in self._engines]
        if size == LARGEST and "ours" in took:
            lines += [replace(line, case=case) for line in _aims(took, missing)]
        return lines

    def warm_up(self) -> None:
        """Have everything compiled, and in the disk's cache."""
        self.took(Size(1, 6), rounds=1)

    def took(self, size: Size, rounds: int = 0) -> tuple[dict[str, list[Took]], dict[str, str]]:
        """What each took in each round, and why others were not measured. One that failed is not tried again."""
        took: dict[str, list[Took]] = {name: [] for name in self._engines}
        missing: dict[str, str] = {}
        written = {name: self._write(self._engines[name].written, size) for name in self._engines}
        for _ in range(rounds or self._rounds):
            for name in [each for each in self._engines if each not in missing]:
                try:
                    took[name].append(self._once(self._engines[name], written[name], size))
                except (NotThere, Failed) as error:
                    missing[name] = error.reason
                    print(f"{name}: {error}", file=sys.stderr)
        return {name: each for name, each in took.items() if name not in missing}, missing

    def _write(self, kind: str, size: Size) -> Path:
        folder = self._folder / f"{kind}-{size.scenarios}-{size.definitions}" / "tests"
        if not folder.exists():
            WRITERS[kind](folder, size)
        return folder

    def _once(self, engine: Engine, folder: Path, size: Size) -> Took:
        at = self._peers.get(engine.peer) if engine.peer else Installed("", Path())
        done = self._folder / f"done-{next(self._number)}"
        env: dict[str, str] = {**self._env, DONE: str(done), "NODE_PATH": str(at.modules)}
        if engine.autoload:
            env.pop("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
        if not engine.peer:
            env["PYTHONPATH"] = path_of(ROOT, ROOT / "bench", folder)
        took = Command(engine.command(at, folder), env, LIMIT).run()
        carried_out = int(done.read_text()) if done.exists() else 0
        if carried_out != size.steps:
            raise Failed(f"udførte {carried_out} trin af {size.steps}")
        return took

    def _line(self, name: str, size: Size, took: Mapping[str, list[Took]], missing: Mapping[str, str]) -> Line:
        engine = self._engines[name]
        title = f"{engine.title} ({self._peers.version(engine.peer)})" if engine.peer else engine.title
        if name in missing:
            return Line(title, missing=missing[name])
        each = took[name]
        beside = ratio(each, took["plain"]) if "plain" in took and name != "plain" else None
        return timed(title, each, scenarios=size.scenarios, ratio=beside, against=PLAIN)


def size_shown(size: Size) -> str:
    """A size as the tables name it."""
    scenarios = "1 scenarie" if size.scenarios == 1 else f"{size.scenarios:,} scenarier".replace(",", ".")
    return f"{scenarios}, {size.definitions} trindefinitioner"


def _aims(took: Mapping[str, list[Took]], missing: Mapping[str, str]) -> list[Line]:
    """How `lps run` stands to what it is to be as quick as."""
    lines = []
    for name, aim in (("plain", AIM), ("same-flags", AIM_SAME_FLAGS)):
        if name in took:
            found = ratio(took["ours"], took[name])
            against = ENGINES[name].title
            lines.append(
                Line(
                    f"{WORKER} mod {against}",
                    ratio=found,
                    against=against,
                    aim=f"højst {aim:g} gange".replace(".", ","),
                    met=found <= aim,
                )
            )
    for name in BEHIND:
        if name in took:
            found = ratio(took["ours"], took[name])
            title = ENGINES[name].title
            lines.append(Line(f"{WORKER} mod {title}", ratio=found, against=title, aim="under 1", met=found < 1))
        elif name in missing:
            lines.append(Line(f"{WORKER} mod {ENGINES[name].title}", missing=missing[name]))
    return lines


def main() -> int:
    """Measure one size, or all of them, and print them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenarios", type=int, help="this many alone")
    parser.add_argument("--definitions", type=int, default=300, help="step definitions, a multiple of three")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default=",".join(ENGINES), metavar="ID,…", help=f"of: {', '.join(ENGINES)}")
    given = parser.parse_args()
    sizes = (Size(given.scenarios, given.definitions),) if given.scenarios else SIZES
    with tempfile.TemporaryDirectory(prefix="lps-bench-") as folder:
        race = Race(Path(folder), Peers(), given.rounds, {name: ENGINES[name] for name in given.only.split(",")})
        race.warm_up()
        for size in sizes:
            print("\n".join(tables(race.lines(size))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
