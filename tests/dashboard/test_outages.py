"""The wall, its database and those who send to it are killed, and nothing is lost or doubled: bench/outages.py, in short."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 600.0
"""Seconds until a bench that hangs is ended. Nothing is measured by it."""
FEW = "id:DEL-01 or id:DEL-05 or id:PAK-01"


@pytest.mark.skipif(sys.platform == "win32", reason="a run and its workers are killed as one process group")
@pytest.mark.skipif("LPS_ALL" not in os.environ, reason="a minute of two cores: with LPS_ALL, and as bench/outages.py")
def test_nothing_is_lost_or_doubled_by_killing_wall_database_and_senders() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "bench" / "outages.py"), "--each=2", "--quick", "--seed=5", f"--tag={FEW}", "--json"],
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    assert done.stdout, done.stderr
    counts = json.loads(done.stdout.splitlines()[-1])
    assert counts["kills"] == {"dashboard": 2, "publisher": 2, "both": 2, "database locked": 2}
    assert (counts["lost"], counts["doubled"], counts["wrong"]) == (0, 0, 0), done.stderr
    assert counts["lines in their logs"] > 100
    assert counts["told to fetch anew"] >= 4
    assert done.returncode == 0
