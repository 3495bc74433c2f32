"""Makes the same empty scenarios for each framework: five steps each, whose definitions do nothing but count themselves.

python bench/generated.py ours FOLDER --scenarios 2000 --definitions 300

The words are Danish everywhere, and so are the keywords where the framework knows them (radish and Robot Framework do not). What
the steps say is repeated as in features/, where 3,288 steps have 1,285 texts. When its process ends, how many steps were carried
out is written to the file that LPS_BENCH_DONE names in the environment: nobody is fast by leaving something out.
"""

from __future__ import annotations

import argparse
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
DONE = "LPS_BENCH_DONE"
KINDS = ("given", "when", "then")
SHAPE = ("given", "given", "when", "then", "then")
"""A scenario's steps; the second and the last are said with *Og*."""
DANISH = ("Givet", "Og", "Når", "Så", "Og")
ENGLISH = ("Given", "And", "When", "Then", "And")
TEXTS = {
    "given": "patienten {name} er i afsnit {number}",
    "when": "lægen ser {name} i afsnit {number}",
    "then": "systemet viser {name} i afsnit {number}",
}
PER_FILE = 20
OURS = "deling"
"""The folder under features/ that ours are put in: a campaign has it, and the campaigns' other folders must be there."""
PLUGIN = "generated_steps"
"""The module with our definitions; a worker is told to load it with `-p`."""


@dataclass(frozen=True, slots=True)
class Size:
    """How many scenarios, and how many step definitions: a multiple of three."""

    scenarios: int
    definitions: int

    @property
    def steps(self) -> int:
        """How many steps are carried out."""
        return self.scenarios * len(SHAPE)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a scenario: which definition of its kind it means, and whom it names."""

    kind: str
    number: int
    name: str

    @property
    def text(self) -> str:
        """What it says."""
        return TEXTS[self.kind].format(name=self.name, number=self.number)


Files = Iterator[tuple[int, list[tuple[int, list[Step]]]]]
"""Each file's number with its scenarios: their numbers, and their steps."""


def files(size: Size) -> Files:
    """The scenarios, as they are shared out on files."""
    said: Counter[tuple[str, int]] = Counter()
    turn: Counter[str] = Counter()
    scenarios = []
    for scenario in range(size.scenarios):
        steps = []
        for kind in SHAPE:
            number = turn[kind] % (size.definitions // len(KINDS))
            turn[kind] += 1
            steps.append(Step(kind, number, f"P{said[kind, number] * 2 // 5}"))  # each text is said two and a half times
            said[kind, number] += 1
        scenarios.append((scenario, steps))
    for first in range(0, size.scenarios, PER_FILE):
        yield first // PER_FILE, scenarios[first : first + PER_FILE]


def plain(folder: Path, size: Size) -> None:
    """Ordinary test functions that call the definitions as functions."""
    _steps(folder / "trin.py", size, "", "def {kind}_{number}(name):")
    for number, scenarios in files(size):
        lines = ["from trin import *", ""]
        for scenario, steps in scenarios:
            lines += [f"def test_{scenario:05}():"]
            lines += [f"    {each.kind}_{each.number}({each.name!r})" for each in steps]
        _write(folder / f"test_{number:03}.py", lines)


def stock(folder: Path, size: Size) -> None:
    """pytest-bdd as its documentation has it: the definitions in conftest.py, and a test module that binds every feature."""
    _bdd_steps(folder / "conftest.py", size, "name")
    _features(folder / "features", size, DANISH)
    _write(folder / "test_alle.py", ["from pytest_bdd import scenarios", "scenarios('features')"])


def ours(folder: Path, size: Size) -> None:
    """A home with the project's data, and the features in it; the definitions in a plugin beside it.

    A step of ours names the story. Here it is an empty one: a world for each attempt is work of the services, not of the engine.
    """
    story = [
        "class Story:",
        "    blind = ''",
        "    def attest(self): pass",
        "@pytest.fixture",
        "def story(): return Story()",
    ]
    shutil.copytree(ROOT / "fixtures", folder / "fixtures")
    shutil.copytree(ROOT / "features", folder / "features", ignore=shutil.ignore_patterns(OURS))
    _bdd_steps(folder / f"{PLUGIN}.py", size, "story, name", ["import pytest", *story])
    _features(folder / "features" / OURS, size, DANISH, "@KP-01 @prøver:lps", "@set:testgrænseflade")


def behave(folder: Path, size: Size) -> None:
    """behave: `steps/` beside the features."""
    heading = "from behave import given, when, then"
    _steps(folder / "steps" / "trin.py", size, heading, "def step(context, name):", "@{kind}({text!r})", "{name}")
    _features(folder, size, DANISH)


def radish(folder: Path, size: Size) -> None:
    """radish: a base folder with the definitions, and English keywords."""
    heading = "from radish import given, when, then"
    _steps(folder / "trin" / "trin.py", size, heading, "def {kind}_{number}(step, name):", "@{kind}({text!r})", "{name:w}")
    _features(folder / "features", size, ENGLISH)


def robot(folder: Path, size: Size) -> None:
    """Robot Framework: a library of keywords with the name embedded, and English prefixes."""
    heading = "from robot.api.deco import keyword"
    _steps(folder / "trin.py", size, heading, "def {kind}_{number}(name):", "@keyword({text!r})", "${name}")
    for number, scenarios in files(size):
        lines = ["*** Settings ***", "Library    ../trin.py", "", "*** Test Cases ***"]
        for scenario, steps in scenarios:
            lines += [f"Scenarie {scenario:05}"]
            lines += [f"    {keyword} {each.text}" for keyword, each in zip(ENGLISH, steps, strict=True)]
        _write(folder / "suite" / f"s_{number:03}.robot", lines)


def cucumber(folder: Path, size: Size) -> None:
    """cucumber-js: definitions as cucumber expressions."""
    lines = [
        "const {Given, When, Then} = require('@cucumber/cucumber');",
        "let done = 0;",
        f"process.on('exit', () => require('fs').writeFileSync(process.env.{DONE}, String(done)));",
    ]
    for kind, number in _definitions(size):
        text = TEXTS[kind].format(name="{word}", number=number)
        lines.append(f"{kind.title()}('{text}', function (name) {{ done += 1; }});")
    _write(folder / "trin.js", lines)
    _features(folder / "features", size, DANISH)


WRITERS: dict[str, Callable[[Path, Size], None]] = {
    "plain": plain,
    "stock": stock,
    "ours": ours,
    "behave": behave,
    "robot": robot,
    "radish": radish,
    "cucumber": cucumber,
}


def _definitions(size: Size) -> Iterator[tuple[str, int]]:
    """Kind and number of each definition."""
    for kind in KINDS:
        for number in range(size.definitions // len(KINDS)):
            yield kind, number


def _steps(path: Path, size: Size, heading: str, function: str, decorator: str = "", name: str = "") -> None:
    """A Python module of definitions; `name` is how the pattern writes the place of the name."""
    lines = [heading, *_COUNTING]
    for kind, number in _definitions(size):
        text = TEXTS[kind].format(name=name, number=number) if decorator else ""
        if decorator:
            lines.append(decorator.format(kind=kind, text=text))
        lines += [function.format(kind=kind, number=number), "    done[0] += 1"]
    _write(path, lines)


def _bdd_steps(path: Path, size: Size, arguments: str, more: Sequence[str] = ()) -> None:
    lines = ["from pytest_bdd import given, parsers, then, when", *more, *_COUNTING]
    for kind, number in _definitions(size):
        text = TEXTS[kind].format(name="{name}", number=number)
        lines += [f"@{kind}(parsers.parse({text!r}))", f"def {kind}_{number}({arguments}):", "    done[0] += 1"]
    _write(path, lines)


_COUNTING = (
    "import atexit, os, pathlib",
    "done = [0]",
    "@atexit.register",
    "def _tell():",
    f"    pathlib.Path(os.environ[{DONE!r}]).write_text(str(done[0]))",
)


def _features(folder: Path, size: Size, keywords: Sequence[str], tags: str = "", each_tags: str = "") -> None:
    """Feature files; `tags` stand before each feature, and `each_tags` with an id of its own before each scenario."""
    danish = keywords is DANISH
    feature, scenario_word = ("Egenskab", "Scenarie") if danish else ("Feature", "Scenario")
    for number, scenarios in files(size):
        lines = ["# language: da"] * danish + [tags] * bool(tags) + [f"{feature}: Genereret {number}", ""]
        for scenario, steps in scenarios:
            lines += [f"  @id:GEN-{scenario:05} {each_tags}"] * bool(each_tags)
            lines += [f"  {scenario_word}: Nummer {scenario}"]
            lines += [f"    {keyword} {each.text}" for keyword, each in zip(keywords, steps, strict=True)]
        _write(folder / f"f_{number:03}.feature", lines)


def _write(path: Path, lines: Sequence[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([*lines, ""]), encoding="utf-8", newline="\n")


def main() -> None:
    """Write one framework's."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("framework", choices=WRITERS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scenarios", type=int, default=500)
    parser.add_argument("--definitions", type=int, default=300)
    given = parser.parse_args()
    WRITERS[given.framework](given.folder, Size(given.scenarios, given.definitions))


if __name__ == "__main__":
    main()
