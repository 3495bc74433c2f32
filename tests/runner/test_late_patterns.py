"""A worker compiles the expression of a step when a text is held against it, and reads the same in the text."""

from __future__ import annotations

import os
import subprocess
import sys

TELL = """
import os, re
from pytest_bdd import parsers
from harness.runner.late_patterns import make_patterns_late
made = make_patterns_late(), make_patterns_late()
late, told = parsers.re("en (?P<ting>plan|besked)"), parsers.re("EN PLAN", re.IGNORECASE)
print(*made, "regex" in vars(late), "regex" in vars(told))
print(late.is_matching("en plan"), late.is_matching("to planer"), late.parse_arguments("en besked"), late.parse_arguments("x"))
print("regex" in vars(late), late.regex is late.regex, late.regex == re.compile(late.name), told.is_matching("en plan"))
"""


def told(**environment: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", TELL], capture_output=True, text=True, check=True, env={**os.environ, **environment}
    )
    return done.stdout.splitlines()


def test_an_expression_is_compiled_when_it_is_asked() -> None:
    assert told() == [
        "True True False True",
        "True False {'ting': 'besked'} None",
        "True True True True",
    ]


def test_with_the_stock_engine_nothing_is_late() -> None:
    assert told(LPS_STEPS="stock") == [
        "False False True True",
        "True False {'ting': 'besked'} None",
        "True True True True",
    ]
