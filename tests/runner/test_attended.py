"""A run that a tester carries out: the same verdict as mock, and whoever dies, nobody is asked twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from scripted_tester import ScriptedTester

from harness.domain.errors import HarnessError
from harness.domain.event import Answered, Prompted, ScenarioEnded, ScenarioStarted, StepEnded, StepStarted
from harness.domain.grade import Beside, Grade
from harness.domain.prompt import Wanted
from harness.house import find_house
from harness.hub.control import CONTROL_FILE
from harness.record.fold import RunState, fold
from harness.record.log import LOG_NAME, read_cut_log
from harness.runner.hub_line import HubLine

TEMPO = "--tempo=120"
LOOK = 0.02
"""Seconds between two looks at the desk."""
SCENARIOS = "id:DEL-01 or id:HENV-41"
SIMULATED = "pladser: { dros: simulator, dds: simulator, plsp: simulator }"
BLIND = "Det, der når frem til dds og dros, kan kun testeren se."


def _lps(*arguments: str, waits: bool = False) -> subprocess.Popen[str]:
    output = subprocess.PIPE if waits else subprocess.DEVNULL
    command = [sys.executable, "-m", "harness.cli.main", *arguments]
    stdin = subprocess.PIPE if waits else subprocess.DEVNULL
    return subprocess.Popen(command, stdin=stdin, stdout=output, stderr=subprocess.DEVNULL, encoding="utf-8")


@contextmanager
def _running(*arguments: str) -> Iterator[str]:
    """A command that runs until its standard input ends, and the line by which it says that it is ready."""
    process = _lps(*arguments, "--until-stdin-ends", waits=True)
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.stdin.close()
        process.wait(30.0)
        process.stdout.close()


def _work(line: HubLine, tester: ScriptedTester, run: subprocess.Popen[str], after: int) -> list[str]:
    """Answer what is asked until the run is over, or after so many answers; the prompts that were answered."""
    answered: list[str] = []
    while run.poll() is None and len(answered) < after:
        with suppress(subprocess.TimeoutExpired):
            run.wait(LOOK)
        try:
            prompt: dict[str, Any] | None = line.do("desk", system="novax")["prompt"]
        except HarnessError:
            continue  # the run has not begun yet, or is over
        if prompt is not None:
            line.do("answer", system="novax", prompt=prompt["id"], answer=tester.answer(prompt))
            answered.append(prompt["id"])
    return answered


def _state(reports: Path) -> RunState:
    (log,) = reports.glob(f"kol-lrs-2027/novax/*/{LOG_NAME}")
    return fold(read_cut_log(log))


@pytest.mark.skipif(sys.platform == "win32", reason="kills with SIGKILL")
def test_a_killed_worker_goes_on_where_it_was(tmp_path: Path) -> None:
    with (
        _running("serve", "--port=0", f"--reports={tmp_path}", TEMPO),
        _running("reference", f"--services={_address(tmp_path)}", "--vendor=novax", "--port=0", TEMPO) as lps,
    ):
        tester = ScriptedTester(f"{lps}/novax")
        line = HubLine(tmp_path / CONTROL_FILE)
        common = ("run", "--vendor=novax", f"--reports={tmp_path}")
        run = _lps(*common, "--driver=attended", "--target=live", TEMPO, f"--tag={SCENARIOS}")
        first = _work(line, tester, run, after=2)
        os.kill(run.pid, signal.SIGKILL)  # its worker ends with it
        run.wait()
        again = _lps(*common, "--resume")
        second = _work(line, tester, again, after=1000)
        line.close()
        tester.close()
        assert again.returncode == 0
    state = _state(tmp_path)
    (log,) = tmp_path.glob(f"kol-lrs-2027/novax/*/{LOG_NAME}")
    events = [entry.event for entry in read_cut_log(log)]
    asked = [event.prompt.id for event in events if isinstance(event, Prompted)]
    assert len(first) == 2
    assert first + second == asked == [event.prompt for event in events if isinstance(event, Answered)]
    assert len(set(asked)) == len(asked)
    assert {event.attempt for event in events if isinstance(event, ScenarioEnded)} == {1}
    assert {each.standing for each in state.scenarios.values()} == {Grade.OK}


SHIPPED = "Få luft på Ærø: gå, cykle & svømme – også når det er < 10 °C"
TYPED = "Få søvn på Samsø: hvil, læs & sov – men ikke ved < 12 °C"


@pytest.mark.skipif(sys.platform == "win32", reason="kills with SIGKILL")
@pytest.mark.parametrize(
    ("faults", "found"),
    [((), {}), (("--fault=kender-det-udleverede-sæts-tekster",), {"DELING-09": Grade.F2})],
    ids=["honest", "by heart"],
)
def test_what_a_tester_types_is_entered_and_judged_and_not_asked_for_again(
    tmp_path: Path, faults: tuple[str, ...], found: dict[str, Grade]
) -> None:
    with (
        _running("serve", "--port=0", f"--reports={tmp_path}", TEMPO),
        _running("reference", f"--services={_address(tmp_path)}", "--vendor=novax", "--port=0", TEMPO, *faults) as lps,
    ):
        tester = ScriptedTester(f"{lps}/novax", own={SHIPPED: TYPED})
        line = HubLine(tmp_path / CONTROL_FILE)
        common = ("run", "--vendor=novax", f"--reports={tmp_path}")
        run = _lps(*common, "--driver=attended", "--target=live", TEMPO, "--tag=id:DEL-03", "--own-values")
        first = _work(line, tester, run, after=1)
        os.kill(run.pid, signal.SIGKILL)
        run.wait()
        again = _lps(*common, "--resume")
        second = _work(line, tester, again, after=1)
        os.kill(again.pid, signal.SIGKILL)
        again.wait()
        once_more = _lps(*common, "--resume")
        third = _work(line, tester, once_more, after=1000)
        line.close()
        tester.close()
    (log,) = tmp_path.glob(f"kol-lrs-2027/novax/*/{LOG_NAME}")
    events = [entry.event for entry in read_cut_log(log)]
    prompts = [event.prompt for event in events if isinstance(event, Prompted)]
    assert first == ["DEL-03/1/0"]
    assert [each.id for each in prompts] == [*first, *second, *third]
    assert [each.wanted for each in prompts].count(Wanted.CHOOSE) == 1
    entered = [text for prompt in prompts for task in prompt.tasks for _, text in task.shown_as]
    assert any(text.startswith(TYPED) for text in entered)
    (began,) = (event for event in events if isinstance(event, ScenarioStarted))
    steps = [f"{event.keyword} {event.text}" for event in events if isinstance(event, StepStarted)]
    assert tuple(steps) == began.steps
    assert TYPED in " ".join(steps)
    (scenario,) = _state(tmp_path).scenarios.values()
    assert {each.rule: each.grade for each in scenario.findings} == found


def _address(reports: Path) -> str:
    address: str = json.loads((reports / CONTROL_FILE).read_text("utf-8"))["address"]
    return address


class Doubting(ScriptedTester):
    """Cannot vouch for what DEL-02 expects."""

    def answer(self, prompt: Mapping[str, Any]) -> dict[str, Any]:
        """As any tester, but for that."""
        answer = super().answer(prompt)
        if prompt["wanted"] == "attestér" and prompt["id"].startswith("DEL-02"):
            answer |= {"grade": "F2", "remark": "Planen er der ikke"}
        return answer


@pytest.mark.skipif(sys.platform == "win32", reason="kills with SIGKILL")
def test_what_nobody_sees_is_never_ok_by_silence_whoever_dies(tmp_path: Path) -> None:
    seats = "pladser: { dros: attest, dds: attest, plsp: attest }"
    vendor = (find_house(None).vendors / "novax.yaml").read_text("utf-8")
    assert SIMULATED in vendor
    (tmp_path / "novax.yaml").write_text(vendor.replace(SIMULATED, seats), "utf-8")
    system = f"--vendor={tmp_path / 'novax.yaml'}"
    with (
        _running("serve", "--port=0", f"--reports={tmp_path}", TEMPO, system),
        _running("reference", f"--services={_address(tmp_path)}", "--vendor=novax", "--port=0", TEMPO) as lps,
    ):
        tester = Doubting(f"{lps}/novax")
        line = HubLine(tmp_path / CONTROL_FILE)
        chosen = ("--campaign=all", "--tag=id:DEL-01 or id:DEL-02 or id:DEL-10 or id:HCO-34", f"--reports={tmp_path}")
        asked = []
        run = _lps("run", system, *chosen, "--driver=attended", "--target=live", "--rute=direkte", TEMPO)
        for answers in (2, 3, 1000):  # cut off beside a prompt to vouch, and after one
            asked += _work(line, tester, run, after=answers)
            if answers < 1000:
                os.kill(run.pid, signal.SIGKILL)
                run.wait()
                run = _lps("run", system, "--campaign=all", f"--reports={tmp_path}", "--resume")
        line.close()
        tester.close()
    (log,) = tmp_path.glob(f"*/novax/*/{LOG_NAME}")
    entries = list(read_cut_log(log))
    state = fold(entries)
    assert asked == [entry.event.prompt.id for entry in entries if isinstance(entry.event, Prompted)], "once each"
    told = {name.partition("[")[0]: (each.standing, each.reason) for name, each in state.scenarios.items()}
    assert told["DEL-01"] == (Beside.ATTESTED, f"En tester har sagt god for det. {BLIND}")
    assert told["DEL-02"][0] is Grade.F2
    assert told["DEL-10"][0] is Beside.UNTESTABLE
    assert told["HCO-34"][0] is Beside.AWAITING
    assert "MedCom har ikke vurderet redegørelsen endnu" in told["HCO-34"][1]
    assert [entry.event.outcome for entry in entries if isinstance(entry.event, StepEnded)][-1] == "afventer", (
        "HCO-34's only step"
    )
    answers = [entry.event.answer for entry in entries if isinstance(entry.event, Answered)]
    assert {"Set hos den rigtige løsning", "Koderne hentes hver nat", "Planen er der ikke"} <= {each.remark for each in answers}
