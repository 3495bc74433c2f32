"""What the rehearsals of these tests take on trust: pytest-bdd runs the same steps with the same arguments, in the same order."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from rehearsal import HOUSE, rehearse, scenarios

from harness.domain.event import Event, RunEnded
from harness.lps import faults as known_faults
from harness.record.log import LOG_NAME, read_log
from harness.runner.wish import Wish


def test_pytest_writes_the_same_log(tmp_path: Path) -> None:
    fault = known_faults.RESENDS_AS_NEW
    direct = rehearse(tmp_path / "direct" / "kørsel", Wish(rute="direkte", cpd="2.0", faults=(fault,)), scenarios())
    folder = tmp_path / "pytest" / "kørsel"
    folder.mkdir(parents=True)
    arguments = ("--rute", "direkte", "--cpd", "2.0", "--fault", fault, "--run-folder", str(folder))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", str(HOUSE.features / "deling"), "-q", "-p", "no:cacheprovider", *arguments],
        cwd=HOUSE.home,
        capture_output=True,
        check=False,
    )
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout.decode("utf-8", "replace")
    written = [entry.event for entry in read_log(folder / LOG_NAME)]
    assert [timeless(each) for each in written] == [timeless(each) for each in direct]


def timeless(event: Event) -> Event:
    return replace(event, seconds=0.0) if isinstance(event, RunEnded) else event
