"""What a worker's session loads before its first scenario."""

from __future__ import annotations

import subprocess
import sys

import pytest

LATER = ("httpx", "asyncio", "harness.runner.mock", "harness.lps.reference.system", "harness.services.door")
LOADED = """
import sys
import harness.runner.plugin, harness.runner.mock_stage
from harness.steps import MODULES
from importlib import import_module
for each in MODULES:
    import_module(each)
print("\\n".join(sys.modules))
"""


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    return set(subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True).stdout.splitlines())


@pytest.mark.parametrize("module", LATER)
def test_what_only_an_attempt_needs_comes_with_the_first_attempt(loaded: set[str], module: str) -> None:
    assert "harness.steps.story" in loaded
    assert module not in loaded
