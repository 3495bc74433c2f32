"""A scenario the campaign has switched off for a system stands as IR in that system's log, with the reason."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness.conformance.behaviour.sharing import plan_was_sent
from harness.domain.errors import ConfigurationError
from harness.domain.event import ScenarioEnded
from harness.domain.grade import Beside, Grade
from harness.domain.requirement import Participation, Switch
from harness.domain.scenario import Scenario
from harness.house import find_house
from harness.record.fold import fold
from harness.record.log import LOG_NAME, read_log
from harness.record.result import Result
from harness.reporting.summary import summary
from harness.runner import options
from harness.runner.options import prepare
from harness.runner.session import RunSession
from harness.runner.wish import Wish
from harness.suite.campaigns import load_campaigns

SCENARIO = Scenario("BEHOV-07", "", "", "", "features/a/b.feature", 1, frozenset({"KP-08"}), ())


@pytest.mark.parametrize(("system", "why"), [("novax", "Der er ingen algoritme. Besluttet af: MedCom."), ("xmo", "")])
def test_a_switch_gives_ir_with_its_reason(tmp_path: Path, system: str, why: str) -> None:
    setup = prepare(Wish(vendor=system))
    switch = Switch("KP-08", ("novax",), "Der er ingen algoritme.", "MedCom")
    run = RunSession(
        replace(setup, campaigns=tuple(replace(each, switches=(switch,)) for each in setup.campaigns)),
        tmp_path,
        planned=(SCENARIO.id,),
    )
    run.begin(SCENARIO)
    assert run.irrelevant(SCENARIO) == why
    run.end(Grade.IR if why else Grade.OK, why)
    run.close()
    (ended,) = (entry.event for entry in read_log(tmp_path / LOG_NAME) if isinstance(entry.event, ScenarioEnded))
    assert (ended.standing, ended.reason) == (("IR", why) if why else ("OK", ""))


def test_what_is_found_at_a_system_nobody_has_decided_takes_part_is_told_and_grades_nobody(tmp_path: Path) -> None:
    setup = prepare(Wish(vendor="novax", campaign="kol-lrs-2027"))
    (campaign,) = setup.campaigns
    undecided = replace(campaign, participants={"novax": Participation.AWAITING})
    run = RunSession(replace(setup, campaigns=(undecided,)), tmp_path, planned=(SCENARIO.id,))
    run.begin(SCENARIO)
    run.carry_out(lambda: run.story().check(plan_was_sent, "der kom ingenting"))
    run.close()
    state = fold(read_log(tmp_path / LOG_NAME))
    scenario = state.scenarios[SCENARIO.id]
    assert (scenario.standing, scenario.findings, len(scenario.remarks)) == (Beside.AWAITING, [], 1)
    assert scenario.reason.startswith("Bygger på noget, der ikke er besluttet: deltagelse i kol-lrs-2027. Bemærkning  DELING-01")
    assert state.started is not None
    assert (state.started.participation, state.started.awaiting) == ({"kol-lrs-2027": "afventer"}, ("kol-lrs-2027",))
    assert summary(Result(state))["campaigns"]["kol-lrs-2027"]["verdict"] == "afventer"


def test_a_system_that_is_in_none_of_the_campaigns_cannot_be_run(monkeypatch: pytest.MonkeyPatch) -> None:
    everyone = load_campaigns(find_house(), "kol-lrs-2027")
    outside = [replace(each, participants={"novax": Participation.OUTSIDE}) for each in everyone]
    monkeypatch.setattr(options, "load_campaigns", lambda *_: outside)
    with pytest.raises(ConfigurationError, match=r"^Novax er ikke med i kol-lrs-2027\.$"):
        prepare(Wish(vendor="novax", campaign="kol-lrs-2027"))
