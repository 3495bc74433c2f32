"""A worker does without what a run has no use for, and reads files as ever."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAM = """\
import json, sys
if sys.argv[1] == "leave out":
    from harness.runner.left_out import leave_out
    leave_out()
import httpx
from harness.house import find_house
from harness.suite.patients import load_patients
from harness.suite.vendors import VendorFile, load_vendors
told = [each.description for each in VendorFile.model_fields.values()]
read = repr(sorted(load_vendors(find_house()).items())) + repr(load_patients(find_house()))
print(json.dumps([any(told), "rich" in sys.modules, read]))
"""


def told(how: str) -> list[object]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, how],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    told: list[object] = json.loads(done.stdout)
    return told


def test_what_is_said_of_the_fields_is_left_out_and_the_files_are_read_alike() -> None:
    (left_out, little, read), (usual, much, as_ever) = told("leave out"), told("as ever")
    assert (left_out, little, usual, much) == (False, False, True, True)
    assert read == as_ever
