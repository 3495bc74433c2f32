"""A run that a tester carries out at the system's page in a real browser stands as in mock."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from harness.record.fold import fold
from harness.record.log import LOG_NAME, read_log

CHROMIUM = shutil.which("chromium") or ""
SCENARIOS = "id:PLAN-40 or id:HENV-07"
"""A screen judged by eye, which awaits a decision whatever is seen; and letters, with values read off."""

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed: no run was carried out in a browser")


def test_a_run_in_a_browser_stands_as_in_mock(tmp_path: Path) -> None:
    bench = Path(__file__).parents[2] / "bench" / "browser.py"
    done = subprocess.run(
        [sys.executable, str(bench), f"--tag={SCENARIOS}", f"--reports={tmp_path}", "--tempo=60"],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (log,) = (tmp_path / "live").glob(f"*/*/*/{LOG_NAME}")
    standings = {name: str(each.standing) for name, each in fold(read_log(log)).scenarios.items()}
    assert standings == {"PLAN-40": "afventer", "HENV-07": "OK"}
