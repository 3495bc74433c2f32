"""What happens to a run from outside: it is stopped, killed, its folder is taken away. What was done stands, and it is told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.cli.jobs import job_of
from harness.cli.main import main
from harness.domain.event import RunStarted, ScenarioEnded
from harness.record.log import LOG_NAME, read_cut_log, read_log
from harness.runner.options import prepare
from harness.runner.wish import Wish

ASKED = ("--vendor", "xmo", "--campaign", "kol-lrs-2027")
MANY = ("--tag", "KP-09 or KP-10 or KP-12")
"""So many scenarios that whatever comes from outside comes before they are over."""
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows har ikke POSIX-signaler")
by_process = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="en kørsels processer kan kun ses i /proc")


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """A long path with what people have in theirs."""
    return tmp_path / "Mine kørsler (prøver) æøå" / ("lang" * 20) / "rapporter"


@pytest.fixture
def run(reports: Path) -> Iterator[subprocess.Popen[str]]:
    """`lps run` far from Copenhagen, in a terminal's group of its own, from when its first scenario may begin."""
    process = subprocess.Popen(
        [sys.executable, "-m", "harness.cli.main", "run", *ASKED, *MANY, "--reports", str(reports)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "TZ": "Asia/Tokyo", "PYTHONUTF8": "1"},
        start_new_session=True,
        preexec_fn=_hears_ctrl_c if os.name == "posix" else None,
    )
    assert process.stderr is not None
    with process:
        assert any("scenarier" in line for line in process.stderr)
        yield process
        process.kill()


def _hears_ctrl_c() -> None:
    """What a shell starts in the background ignores it, and so do its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@posix
def test_ctrl_c_leaves_what_was_done_and_says_how_to_go_on(
    run: subprocess.Popen[str], reports: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.killpg(run.pid, signal.SIGINT)  # as a terminal does: to all of it
    _, err = run.communicate()
    assert run.returncode == 130
    assert "Kørslen er standset. Alt, der er kørt, er gemt. Gå videre med: lps run --vendor xmo" in err
    assert err.rstrip().endswith("Afbrudt.")
    assert "Traceback" not in err
    [log] = reports.glob(f"*/*/*/{LOG_NAME}")
    before = [entry.event for entry in read_cut_log(log)]

    assert main(["run", *ASKED, "--reports", str(reports), "--resume"]) == 0, capsys.readouterr()
    whole = [entry.event for entry in read_log(log)]
    assert whole[: len(before)] == before
    assert isinstance(whole[0], RunStarted)
    assert {event.scenario for event in whole if isinstance(event, ScenarioEnded)} == set(whole[0].planned)


@by_process
def test_a_worker_that_the_machine_ends_is_told_with_what_may_be_the_reason(run: subprocess.Popen[str]) -> None:
    [worker] = Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text("ascii").split() or started_by_threads(run.pid)
    os.kill(int(worker), signal.SIGKILL)
    out, err = run.communicate()
    assert run.returncode == 3
    assert "xmo: Kørslen blev standset af maskinen (signal 9)." in out
    assert "Noget blev ikke kørt til ende. Gå videre med: lps run --vendor xmo" in out
    assert "Traceback" not in out + err


def started_by_threads(pid: int) -> list[str]:
    """The children of a process, whichever of its threads started them."""
    return [each for task in Path(f"/proc/{pid}/task").iterdir() for each in (task / "children").read_text("ascii").split()]


@posix
def test_a_folder_that_is_taken_away_while_it_runs_is_told(run: subprocess.Popen[str], reports: Path) -> None:
    [log] = reports.glob(f"*/*/*/{LOG_NAME}")
    run.send_signal(signal.SIGSTOP)  # so that nothing is said of the run before its folder is gone
    log.parent.rename(reports / "flyttet")
    run.send_signal(signal.SIGCONT)
    _, err = run.communicate()
    assert run.returncode == 3
    assert "Traceback" not in err
    assert LOG_NAME in err or "mappe" in err
    assert str(log.parent) in err


def test_reports_that_cannot_be_kept_there_are_told_and_nothing_is_begun(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    in_the_way = tmp_path / "rapporter"
    in_the_way.write_text("en fil, ikke en mappe", encoding="utf-8")
    assert main(["run", *ASKED, "--reports", str(in_the_way)]) == 3
    assert str(in_the_way) in capsys.readouterr().err
    assert in_the_way.read_text("utf-8") == "en fil, ikke en mappe"


def test_two_runs_of_one_system_in_one_second_have_each_their_folder(tmp_path: Path) -> None:
    setup = prepare(Wish(vendor="xmo", campaign="diagnosekort"))
    folders = [job_of(setup, Wish(), tmp_path, None, "").folder for _ in range(5)]
    assert len(set(folders)) == 5
    assert sorted(folders) == folders
    assert all(each.is_dir() for each in folders)
