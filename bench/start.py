"""How long it takes until something happens: processes that do nothing."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from measured import Line, timed
from own import worker_arguments
from processes import LEAN, ROOT, Took, environment, interleaved, middle, python, ratio, script

AIM = 0.15
"""Seconds on the clock for `lps --help`."""
BARE, EMPTY = "python, som intet gør", "pytest med én tom test"


def lines(folder: Path, rounds: int) -> list[Line]:
    """A bare interpreter, the command's help, an empty test, and a run with nothing to carry out."""
    nothing = folder / "test_nothing.py"
    nothing.write_text("def test_nothing():\n    pass\n", encoding="utf-8")
    env, number = environment(folder / "compiled"), count()

    def fresh() -> Path:
        made = folder / f"start-{next(number)}"
        made.mkdir()
        return made

    took = interleaved(
        {
            BARE: lambda: python("-c", "pass", env=env),
            "lps --help": lambda: script("lps", "--help", env=env),
            "python -m harness.cli.main --help": lambda: python("-m", "harness.cli.main", "--help", env=env),
            EMPTY: lambda: python("-m", "pytest", *LEAN, str(nothing), env=env),
            "lps run, intet relevant scenarie": lambda: python(
                "-m", "harness.runner.worker", *worker_arguments(ROOT, "plsp", fresh(), "--tag=rute:direkte"), env=env
            ),
        },
        rounds,
    )
    return [_line(name, each, took[BARE]) for name, each in took.items()]


def _line(name: str, each: list[Took], base: list[Took]) -> Line:
    wall = middle([once.wall for once in each])
    help_shown = name.endswith("--help")
    return timed(
        name,
        each,
        ratio=None if name == BARE else ratio(each, base),
        against=BARE,
        aim=f"under {AIM:g} s på uret".replace(".", ",") if help_shown else "",
        met=wall < AIM if help_shown else None,
    )
