from __future__ import annotations

import json
import os
import re
import select
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from harness.domain.errors import ConfigurationError, EnvironmentFault
from harness.domain.event import Observed
from harness.domain.grade import Beside, Grade
from harness.domain.scenario import Scenario
from harness.domain.verdict import Verdict
from harness.hub.control import CONTROL_FILE
from harness.hub.open_runs import STANDING
from harness.record.fold import RunState, fold
from harness.record.log import LOG_NAME, event_as_json, read_cut_log, read_log
from harness.record.result import Result
from harness.runner.hub_line import HubLine
from harness.runner.options import DEFAULT_CAMPAIGN
from harness.runner.wish import Wish
from tests.lps.rehearsal import rehearse, scenarios

PATIENCE = 100.0
"""Seconds until a process that hangs is ended. Nothing is measured by it."""
CHOSEN = [each for each in scenarios("deling") if each.tag in ("DEL-01", "DEL-07", "DEL-20")]
BRIEF = "--tag=id:DEL-01 or id:DEL-07 or id:DEL-20"
LONGER = "--tag=" + " or ".join(f"id:DEL-{number:02}" for number in range(1, 10))
COMPLAINT = re.compile("Traceback|Error|Warning|exception")
PROCESSES = Path("/proc")
by_process = pytest.mark.skipif(not PROCESSES.exists(), reason="which processes are left can only be seen in /proc")


class Command:
    """Starts `lps` in processes that carry a mark of their own, as does whatever they start."""

    def __init__(self) -> None:
        self._mark = uuid.uuid4().hex
        self._started: list[subprocess.Popen[str]] = []

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "harness.cli.main", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env={**os.environ, "LPS_MARK": self._mark, "PYTHONUTF8": "1"},
        )
        self._started.append(process)
        return process

    def run(self, *arguments: str, patience: float = PATIENCE) -> tuple[int, str, str]:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=patience)
        return process.returncode, out, err

    @property
    def running(self) -> dict[int, str]:
        """The marked processes that run, and their command lines."""
        found = {}
        for folder in PROCESSES.glob("[0-9]*"):
            with suppress(OSError):  # it ended while we looked
                if f"LPS_MARK={self._mark}".encode() in (folder / "environ").read_bytes():
                    found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        return found

    def left(self) -> dict[int, str]:
        """Those still running when each has had its time to end."""
        for pid in self.running:
            with suppress(ProcessLookupError):
                ending = os.pidfd_open(pid)
                try:
                    select.select([ending], [], [], PATIENCE)
                finally:
                    os.close(ending)
        return self.running

    def end(self) -> None:
        for pid in self.running:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for process in self._started:
            process.kill()
            process.communicate()


@pytest.fixture
def lps() -> Iterator[Command]:
    command = Command()
    yield command
    command.end()


def live(reports: Path, *more: str, vendor: str = "novax,xmo") -> list[str]:
    return ["run", f"--vendor={vendor}", "--target=live", "--tempo=60", f"--reports={reports}", *more]


def states(reports: Path) -> dict[str, RunState]:
    """Each system's run by its whole lines; what came outside any is left out."""
    found = {}
    for log in sorted(each for each in reports.glob(f"*/*/*/{LOG_NAME}") if STANDING not in each.parts):
        found[log.parent.parent.name] = fold(read_cut_log(log))
    return found


def rehearsed(reports: Path, vendors: str, chosen: Sequence[Scenario], **wish: Any) -> Path:
    """`reports` with each system's run of the chosen scenarios in mock, carried out in this process."""
    for vendor in vendors.split(","):
        rehearse(reports / "kampagne" / vendor / "kørsel", Wish(vendor=vendor, **wish), chosen, alone=True)
    return reports


def outcome(reports: Path) -> Any:
    """Per system and scenario its standing and findings, without where in which message."""
    return {
        system: {
            name: (scenario.standing, sorted((found.rule, str(found.grade), found.location.path) for found in scenario.findings))
            for name, scenario in state.scenarios.items()
        }
        for system, state in states(reports).items()
    }


@by_process
@pytest.mark.parametrize(
    ("rute", "fault", "finds"), [("direkte", "iti41-uden-rplc", "XDSM-29"), ("plsp", "plan-sendt-to-gange", "DELING-04")]
)
def test_live_comes_to_what_mock_comes_to_and_leaves_nothing_running(
    lps: Command, tmp_path: Path, rute: str, fault: str, finds: str
) -> None:
    code, out, err = lps.run(*live(tmp_path / "live", f"--rute={rute}", f"--fault={fault}", BRIEF))
    assert not COMPLAINT.search(err)
    assert code == 1, out
    assert lps.left() == {}
    assert not (tmp_path / "live" / CONTROL_FILE).exists()
    mock = rehearsed(tmp_path / "mock", "novax,xmo", CHOSEN, campaign=DEFAULT_CAMPAIGN, rute=rute, faults=(fault,))
    assert outcome(tmp_path / "live") == outcome(mock)
    found = {finding.rule for state in states(tmp_path / "live").values() for finding in state.findings}
    assert found == {finds}
    assert all(state.seconds is not None and not state.observations for state in states(tmp_path / "live").values())


@by_process
def test_a_run_of_two_goes_over_sockets_and_blames_the_one_that_did_it(lps: Command, tmp_path: Path) -> None:
    faulty = ["--partner=xmo", "--fault=xmo:modtaget-besked-vises-hver-gang-den-kommer", "--tag=id:PAR-03"]
    code, out, err = lps.run(*live(tmp_path, *faulty, "--tempo=120", vendor="novax"))
    assert not COMPLAINT.search(err)
    assert code == 1, out
    assert "PAR-03 kunne ikke testes. XMO (xmo) er årsagen: OBL-R10 F2" in out
    assert lps.left() == {}
    state = states(tmp_path)["novax"]
    assert [(each.rule, each.side) for each in state.on_partner] == [("OBL-R10", "xmo")]
    assert state.findings == state.observations == []
    senders = {each.sender for scenario in state.scenarios.values() for step in scenario.steps for each in step.exchanges}
    assert {"lps", "partner"} <= senders


@by_process
def test_a_hub_that_runs_is_used_and_goes_on_and_a_busy_system_is_refused(lps: Command, tmp_path: Path) -> None:
    serve = lps.start("serve", "--port=0", f"--reports={tmp_path}", "--tempo=60")
    assert serve.stdout is not None
    assert "Hubben lytter" in serve.stdout.readline()
    control = tmp_path / CONTROL_FILE
    said = control.read_text("utf-8")
    assert json.loads(said)["pid"] == serve.pid
    code, out, err = lps.run(*live(tmp_path, BRIEF, vendor="xmo"))
    assert code == 0, out + err
    assert not COMPLAINT.search(err)
    line = HubLine(control, lambda _: None)
    (tmp_path / "optaget").mkdir()
    line.do("open", system="xmo", folder=str(tmp_path / "optaget"), allowed=[], tempo=60, resume=False)
    code, out, err = lps.run(*live(tmp_path, BRIEF, vendor="xmo"))
    line.close()
    assert code in (2, 3)
    assert "xmo har allerede en kørsel i gang." in out + err
    assert list(lps.running) == [serve.pid]
    assert control.read_text("utf-8") == said
    serve.send_signal(signal.SIGTERM)
    assert serve.wait(PATIENCE) == 0
    assert not control.exists()


@by_process
def test_a_borrowed_hub_outlives_who_started_it_and_ends_with_the_last_who_borrowed_it(lps: Command, tmp_path: Path) -> None:
    serve = lps.start("serve", "--port=0", f"--reports={tmp_path}", "--until-stdin-ends")
    assert serve.stdout is not None
    assert serve.stdin is not None
    assert serve.stdout.readline()
    over = threading.Event()
    first, second = HubLine(tmp_path / CONTROL_FILE), HubLine(tmp_path / CONTROL_FILE, over=over.set)
    for line in (first, second):
        with pytest.raises(ConfigurationError):
            line.do("settle")  # then the hub knows of it
    serve.stdin.close()
    first.close()
    assert second.do("borrowed") == 0
    worker = HubLine(tmp_path / CONTROL_FILE)
    (tmp_path / "k").mkdir()
    worker.do("open", system="novax", folder=str(tmp_path / "k"), allowed=[], tempo=1, resume=False)
    assert worker.do("append", event=event_as_json(Observed("endnu"))) == 0
    assert not over.is_set()
    second.close()
    assert serve.wait(PATIENCE) == 0
    worker.close()
    assert not (tmp_path / CONTROL_FILE).exists()
    serve.stdin = None


@by_process
def test_a_run_that_was_killed_in_live_goes_on_and_comes_to_its_end(lps: Command, tmp_path: Path) -> None:
    process = started(lps, tmp_path)
    for pid in lps.running:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.communicate()
    assert lps.left() == {}
    before = states(tmp_path)
    code, out, err = lps.run("run", "--vendor=novax,xmo", f"--reports={tmp_path}", "--resume")
    assert code == 0, out + err
    assert not COMPLAINT.search(err)
    assert lps.left() == {}
    after = states(tmp_path)
    assert set(after) == {"novax", "xmo"}
    for system, state in after.items():
        assert state.seconds is not None
        assert state.findings == []
        assert all(scenario.carried_out for scenario in state.scenarios.values())
        earlier = before[system].scenarios if system in before else {}  # one may not have begun yet
        kept = {name: each.started for name, each in earlier.items() if each.carried_out}
        assert {name: state.scenarios[name].started for name in kept} == kept
    assert [len(list(system.iterdir())) for system in tmp_path.glob("kol-lrs-2027/*")] == [1, 1]


@by_process
def test_a_control_file_of_a_hub_that_died_is_no_hub(lps: Command, tmp_path: Path) -> None:
    (tmp_path / CONTROL_FILE).write_text('{"port": 1, "token": "", "pid": 1, "address": "http://127.0.0.1:1"}', "utf-8")
    code, out, err = lps.run(*live(tmp_path, "--tag=id:DEL-01", vendor="xmo"))
    assert code == 0, out + err
    assert not COMPLAINT.search(err)


def started(lps: Command, reports: Path) -> subprocess.Popen[str]:
    """A live run that has come to its scenarios."""
    process = lps.start(*live(reports, LONGER, vendor="novax,xmo"))
    assert process.stderr is not None
    for line in process.stderr:  # how it goes is told there
        if "scenarier" in line:
            return process
    raise AssertionError(process.communicate())


@by_process
@pytest.mark.parametrize(("how", "code"), [("SIGKILL", -9), ("SIGTERM", 130)])
def test_what_an_ended_parent_started_ends_too(lps: Command, tmp_path: Path, how: str, code: int) -> None:
    process = started(lps, tmp_path)
    lines = " ".join(lps.running.values())
    assert all(word in lines for word in (" serve ", " reference ", "harness.runner.worker"))
    process.send_signal(signal.Signals[how])
    _, err = process.communicate()
    assert process.returncode == code
    assert ("Afbrudt." in err) == (how == "SIGTERM")
    assert lps.left() == {}
    assert not (tmp_path / CONTROL_FILE).exists()
    assert all(state.seconds is None for state in states(tmp_path).values())


@by_process
def test_a_killed_hub_leaves_whole_logs_and_no_scenario_that_was_cut_off_is_ok(lps: Command, tmp_path: Path) -> None:
    process = started(lps, tmp_path)
    os.kill(json.loads((tmp_path / CONTROL_FILE).read_text("utf-8"))["pid"], signal.SIGKILL)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 3, out + err
    assert lps.left() == {}
    cut = states(tmp_path)
    begun = [state for state in cut.values() if state.started]
    assert begun
    assert {Result(state).verdict for state in begun} == {Verdict.NOT_CARRIED_OUT}
    assert not [state for state in cut.values() if state.scenarios and state not in begun]
    assert {state.seconds for state in cut.values()} == {None}
    assert {found.rule for state in cut.values() for found in state.findings} == set()
    assert all(standing in (Grade.OK, Grade.IR, *Beside) for state in cut.values() for standing in state.standings)


def test_a_line_to_the_hub_is_used_by_any_thread(lps: Command, tmp_path: Path) -> None:
    serve = lps.start("serve", "--port=0", f"--reports={tmp_path}", "--until-stdin-ends")
    assert serve.stdout is not None
    assert serve.stdout.readline()
    told: list[int] = []
    over = threading.Event()
    line = HubLine(tmp_path / CONTROL_FILE, lambda entry: told.append(entry["seq"]), over.set)
    (tmp_path / "k").mkdir()
    line.do("open", system="novax", folder=str(tmp_path / "k"), allowed=[], tempo=1, resume=False)
    numbers: list[int] = []

    def write() -> None:
        numbers.extend(line.do("append", event=event_as_json(Observed("æ" * 50_000))) for _ in range(10))

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == told == list(range(40))
    with pytest.raises(ConfigurationError, match="Hubben kan ikke “dans”"):
        line.do("dans")
    serve.communicate(timeout=PATIENCE)
    assert over.wait(PATIENCE)
    with pytest.raises(EnvironmentFault, match=r"^Hubben svarer ikke mere"):
        line.do("settle")
    line.close()
    assert len(list(read_log(tmp_path / "k" / LOG_NAME))) == 40


def test_what_goes_wrong_with_a_told_line_is_told_to_whoever_waits(lps: Command, tmp_path: Path) -> None:
    serve = lps.start("serve", "--port=0", f"--reports={tmp_path}", "--until-stdin-ends")
    assert serve.stdout is not None
    assert serve.stdout.readline()

    def defect(_: dict[str, Any]) -> None:
        raise KeyError("defekt")

    line = HubLine(tmp_path / CONTROL_FILE, defect)
    (tmp_path / "k").mkdir()
    line.do("open", system="novax", folder=str(tmp_path / "k"), allowed=[], tempo=1, resume=False)
    with pytest.raises(EnvironmentFault, match="KeyError: 'defekt'"):
        line.do("append", event=event_as_json(Observed("x")))
    line.close()


def test_without_a_hub_there_is_nothing_to_speak_with(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match=r"Der kører ingen hub for mappen"):
        HubLine(tmp_path / CONTROL_FILE, lambda _: None)
