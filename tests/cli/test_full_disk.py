"""`lps run` where there is no room for more: what stands in the log stands, it is told, and the run can be gone on with."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.domain.event import RunEnded, RunStarted, ScenarioEnded
from harness.record.log import LOG_NAME, read_cut_log, read_log

LIMIT = 60_000
"""Bytes of the largest file: the log of two scenarios is longer."""

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows har ingen grænse for, hvor stor en fil må blive")


def lps(*arguments: str, limit: int = 0) -> subprocess.CompletedProcess[str]:
    """The command, where no file may become larger than `limit`: a write then fails as on a disk that is full."""

    def limited() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    command = [sys.executable, "-m", "harness.cli.main", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", check=False, preexec_fn=limited if limit else None
    )


def test_a_disk_that_becomes_full_is_told_and_the_run_goes_on_when_there_is_room(tmp_path: Path) -> None:
    asked = ("run", "--vendor", "xmo", "--campaign", "diagnosekort", "--reports", str(tmp_path))
    done = lps(*asked, "--tag", "id:DIAG-01 or id:DIAG-20", limit=LIMIT)
    [folder] = (tmp_path / "diagnosekort" / "xmo").iterdir()
    assert done.returncode == 3
    assert f"xmo: Loggen {folder / LOG_NAME} kan ikke skrives: " in done.stdout
    assert "xmo: Rapporterne blev ikke skrevet. " in done.stdout
    assert "Gå videre med: lps run --vendor xmo" in done.stdout
    cut = [entry.event for entry in read_cut_log(folder / LOG_NAME)]
    kept = [event.scenario for event in cut if isinstance(event, ScenarioEnded)]
    assert kept
    assert not [event for event in cut if isinstance(event, RunEnded)]
    assert not list(folder.glob("*.ny"))

    again = lps(*asked, "--resume")
    assert again.returncode == 0, again.stdout + again.stderr
    whole = [entry.event for entry in read_log(folder / LOG_NAME)]
    ended = [event.scenario for event in whole if isinstance(event, ScenarioEnded) and event.standing != "afbrudt"]
    assert ended[: len(kept)] == kept
    assert isinstance(whole[0], RunStarted)
    assert sorted(ended) == sorted(whole[0].planned)
    assert isinstance(whole[-1], RunEnded)
