"""What a system answers is judged, or cannot be acted on; it is never a defect of the harness, and showing nothing is not OK.

Each system answers one act or view of the test interface otherwise than an honest one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from rehearsal import HOUSE, attempt, scenarios
from test_decided import decided

from harness.conformance.behaviour.sharing import plan_was_sent
from harness.conformance.transport import reliability
from harness.conformance.transport.reliability import Line
from harness.domain.event import Judged, ScenarioEnded
from harness.domain.grade import Beside, Grade, Standing
from harness.domain.referral import ReferralStatus
from harness.domain.scenario import Scenario
from harness.lps.driver import CannotAct, Shown
from harness.lps.reference.system import ReferenceLps
from harness.runner import mock
from harness.runner.options import prepare
from harness.runner.session import RunSession
from harness.runner.trials.stage import TrialStage
from harness.runner.wish import Wish
from harness.steps.story import Story
from harness.suite.profiles import load_profiles

PROFILES = {name: decided(profile) for name, profile in load_profiles(HOUSE).items()}
CAMPAIGNS = {"kommunale-proevesvar": "kommunale-proevesvar", "laboratorie-trin-1": "laboratorie-trin-1"}
Answer = Callable[[dict[str, Any]], dict[str, Any]]


def answering(name: str, answer: Answer, *, acts: bool) -> type[ReferenceLps]:
    """The reference system, which answers `name` so; it does what it is asked for only where it `acts`."""

    class Odd(ReferenceLps):
        def _answered(self, asked: str, plan: str, wish: dict[str, Any]) -> httpx.Response:
            if asked != name:
                return super()._answered(asked, plan, wish)
            told = super()._answered(asked, plan, wish).json() if acts else {}
            return httpx.Response(200, json=answer(told))

    return Odd


def emptied(told: Any) -> Any:
    """Every list in it empty."""
    return {name: [] if isinstance(each, list) else each for name, each in told.items()}


def silent(told: Any) -> Any:
    """Every text in it empty, in lists too."""
    if isinstance(told, dict):
        return {name: silent(each) for name, each in told.items()}
    if isinstance(told, list):
        return [silent(each) for each in told]
    return "" if isinstance(told, str) else told


def unchanged_plan(_: Any) -> dict[str, Any]:
    return {"plan": "p1", "udgave": 1, "maal": [], "status": "kladde", "besked": ""}


def run(scenario: Scenario, carry_out: Callable[[RunSession], object]) -> tuple[Standing, str, list[str]]:
    """How one attempt ended, why, and the rules it broke. Everything is decided."""
    setup = prepare(Wish(cpd="2.0", rute="plsp", campaign=CAMPAIGNS.get(Path(scenario.file).parent.name, "kol-lrs-2027")))
    setup = replace(setup, profiles=PROFILES, campaigns=tuple(replace(each, bindings={}) for each in setup.campaigns))
    stage = TrialStage(setup)
    carry_out(RunSession(setup, Path("p"), (scenario.id,), on=stage))
    (ended,) = (each for each in stage.kept.events if isinstance(each, ScenarioEnded))
    broken = [found.rule for each in stage.kept.events if isinstance(each, Judged) for found in each.findings]
    return ended.standing, ended.reason, broken


@pytest.mark.parametrize(
    ("folder", "scenario", "name", "answer", "acts", "expected"),
    [
        ("pro", "PRO-03[er optaget]", "spoergeskemapakker", emptied, True, Grade.OK),
        ("pro", "PRO-03[er optaget]", "bestil-spoergeskemapakke", silent, True, Beside.UNTESTABLE),
        ("forloebsplan", "FLP-11[KOL]", "tilmeldte-forloebsplaner", silent, True, Beside.UNTESTABLE),
        ("behandlingsplan", "PLAN-17", "pakkeforloeb", silent, True, Beside.UNTESTABLE),
        ("behandlingsplan", "PLAN-20", "ret-maal", unchanged_plan, False, "DELING-02"),
        ("behandlingsplan", "PLAN-52", "delte-planer", emptied, True, "PLAN-R21"),
        ("behandlingsplan", "PLAN-53", "delte-planer", emptied, True, "PLAN-R21"),
        ("kommunale-proevesvar", "HCO-07", "kommunale-proevesvar", emptied, True, "EHM-R10"),
    ],
)
def test_what_a_system_answers_is_judged_or_cannot_be_acted_on(
    monkeypatch: pytest.MonkeyPatch, folder: str, scenario: str, name: str, answer: Answer, acts: bool, expected: object
) -> None:
    (chosen,) = (each for each in scenarios(folder) if each.id == scenario)
    assert run(chosen, lambda session: attempt(session, chosen))[0] == Grade.OK
    monkeypatch.setattr(mock, "ReferenceLps", answering(name, answer, acts=acts))
    standing, reason, broken = run(chosen, lambda session: attempt(session, chosen))
    assert not re.search("testharnesset", reason)
    assert expected in (standing, *broken)
    assert (standing == Grade.OK) is (expected == Grade.OK)


SCENARIO = Scenario("PLAN-17", "", "", "", "features/behandlingsplan/a.feature", 1, frozenset(), ())


def test_a_rule_with_nothing_to_judge_has_not_held() -> None:
    standing, reason, broken = run(SCENARIO, lambda session: _attempt(session, Story.check))
    assert (standing, broken) == (Beside.UNTESTABLE, [])
    nothing = "der er ikke modtaget en ny meddelelse, der skal kvitteres"
    assert reason == f"“En ny meddelelse bliver kvitteret” kunne ikke bedømmes: {nothing}."


def test_a_rule_that_is_judged_beside_may_have_nothing_to_judge() -> None:
    assert run(SCENARIO, lambda session: _attempt(session, Story.check_if_any)) == (Grade.OK, "", [])


def test_a_rule_that_is_judged_beside_is_judged() -> None:
    def act(session: RunSession) -> None:
        session.begin(SCENARIO)
        session.carry_out(lambda: session.story().check_if_any(plan_was_sent, "der kom ingenting"))

    assert run(SCENARIO, act)[2] == [plan_was_sent.id]


def _attempt(session: RunSession, check: Callable[..., None]) -> None:
    session.begin(SCENARIO)
    session.carry_out(lambda: check(session.story(), reliability.acknowledged, Line(())))


def test_a_value_that_is_none_of_the_contracts_is_told() -> None:
    shown = Shown({"status": "væk", "dage": ["2026-10-05", "i går"]})
    with pytest.raises(CannotAct, match=r"status skal være skrevet eller ikke sendt .*Fundet: 'væk'"):
        shown.choice("status", ReferralStatus)
    with pytest.raises(CannotAct, match="dage skal være en dato, skrevet ÅÅÅÅ-MM-DD"):
        shown.days("dage")
