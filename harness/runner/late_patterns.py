"""Has the regular expression of a step compiled when a text is first held against it: a run holds its texts against few of them.

pytest-bdd compiles each when its step is defined, which is a tenth of what a worker takes to start. A pattern that cannot be
compiled is found by the tests, which read every step as pytest-bdd does.

The patch is of pytest-bdd's own class. It is put in as the bound steps are: for the versions it was written for alone.
"""

from __future__ import annotations

import os
import re
from functools import cached_property
from typing import Any

from pytest_bdd import parsers

from harness.runner.compiled import STOCK, is_known


def make_patterns_late() -> bool:
    """From now on, in this process; whether it could be done with what is installed, and was wished."""
    if os.environ.get("LPS_STEPS") == STOCK or not is_known():
        return False
    if not isinstance(vars(parsers.re).get("regex"), cached_property):
        stock = parsers.re.__init__

        def late(self: parsers.re, name: str, *arguments: Any, **named: Any) -> None:
            if arguments or named:
                stock(self, name, *arguments, **named)
            else:
                parsers.StepParser.__init__(self, name)

        regex = cached_property(lambda self: re.compile(self.name))
        regex.__set_name__(parsers.re, "regex")
        parsers.re.regex = regex  # type: ignore[assignment]
        parsers.re.__init__ = late  # type: ignore[method-assign]
    return True
