"""Processes of a run are killed at random moments, and nothing is lost: bench/deaths.py, in short."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 900.0
"""Seconds until a bench that hangs is ended. Nothing is measured by it."""


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="which processes are left can only be seen in /proc")
@pytest.mark.parametrize(("target", "seed"), [("live", 2), ("mock", 3)])
def test_nothing_is_lost_by_killing_any_process_of_a_run(target: str, seed: int) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "bench" / "deaths.py"), "--kills=1", f"--seed={seed}", f"--target={target}", "--json"],
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    assert done.stdout, done.stderr
    counts = json.loads(done.stdout.splitlines()[-1])
    assert sum(counts.pop("kills").values()) >= 1
    assert counts.pop("runs") >= 1
    assert counts.pop("carried_out") > 0
    none = {"lost": 0, "run_twice": 0, "broken_logs": 0, "orphans": 0, "false_findings": 0}
    assert counts == none, done.stderr
    assert done.returncode == 0
