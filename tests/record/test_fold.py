"""The fold: what stands at the end of a log."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from harness.domain.event import (
    Event,
    ForeignCpr,
    Judged,
    Observed,
    RunEnded,
    RunResumed,
    RunStarted,
    ScenarioEnded,
    ScenarioStarted,
    StepStarted,
)
from harness.domain.finding import Finding, Location, Owner
from harness.domain.grade import Beside, Grade
from harness.domain.verdict import Verdict
from harness.record.fold import RunState, fold
from harness.record.log import Entry
from harness.record.result import Result
from harness.reporting.summary import closing_lines, summary

STARTED = RunStarted(
    run="r1",
    system="novax",
    product="Novax",
    supplier="Novax A/S",
    sut_version="1",
    driver="reference",
    target="mock",
    rute="plsp",
    campaign="kol-lrs-2027",
    phase="egentest",
    grundlag="referencesystem",
    fingerprint={},
    undecided_bindings={"rute": "a", "plsp-snitflade": "b"},
)


def begun(scenario: str, attempt: int = 1) -> ScenarioStarted:
    return ScenarioStarted(scenario, attempt, "Titel", "Egenskab", "", "a.feature", 1, (), (), {}, "BCDFGH", ())


def ended(scenario: str, standing: str, *undecided: str, attempt: int = 1, reason: str = "") -> ScenarioEnded:
    return ScenarioEnded(scenario, attempt, standing, reason, undecided)


def found(*grades: Grade | None) -> Judged:
    findings = tuple(Finding(f"R-{grade}", "t", grade, Owner.LPS, Location("p"), "a", "b", "k") for grade in grades)
    return Judged("Planen", "b1", (), {}, findings)


def folded(*events: Event) -> RunState:
    return fold(Entry(seq, datetime(2026, 10, 5, tzinfo=UTC), event) for seq, event in enumerate(events))


def test_a_run_is_told_from_start_to_end() -> None:
    breach = ForeignCpr("/plsp, i løbende tekst", "lps", False)
    run = folded(
        STARTED,
        begun("DEL-02"),
        StepStarted(0, "Når", "noget sker"),
        found(Grade.F3, None, Grade.F4),
        Observed("Noget uventet"),
        ended("DEL-02", "F3", "niveau-kodning", reason="derfor"),
        begun("DEL-01"),
        breach,
        ended("DEL-01", "OK"),
        RunEnded(2, 1.5),
    )
    assert run.started is STARTED
    assert list(run.scenarios) == ["DEL-02", "DEL-01"]
    second = run.scenarios["DEL-02"]
    assert (second.standing, second.reason, second.undecided) == (Grade.F3, "derfor", ("niveau-kodning",))
    assert [finding.grade for finding in second.findings] == [Grade.F3, Grade.F4]
    assert [finding.rule for finding in second.remarks] == ["R-None"]
    assert (run.observations, run.foreign_cprs, run.seconds) == (["Noget uventet"], [breach], 1.5)
    assert run.findings == second.findings
    assert run.remarks == second.remarks


def test_the_last_attempt_wins() -> None:
    run = folded(
        STARTED,
        begun("DEL-01"),
        found(Grade.F1, None),
        ended("DEL-01", "F1", "niveau-kodning"),
        begun("DEL-02"),
        ended("DEL-02", "OK"),
        begun("DEL-01", attempt=2),
        found(Grade.F4),
        ended("DEL-01", "F4", attempt=2),
    )
    assert list(run.scenarios) == ["DEL-01", "DEL-02"]
    first = run.scenarios["DEL-01"]
    assert (first.started.attempt, first.standing, first.undecided) == (2, Grade.F4, ())
    assert [finding.grade for finding in run.findings] == [Grade.F4]
    assert run.remarks == []


def test_a_scenario_without_an_end_was_interrupted() -> None:
    run = folded(STARTED, begun("DEL-01"), found(Grade.F2))
    assert run.scenarios["DEL-01"].standing is Beside.INTERRUPTED
    assert run.seconds is None


def test_an_interrupted_scenario_keeps_its_findings_to_itself() -> None:
    run = folded(STARTED, begun("DEL-01"), found(Grade.F2), begun("DEL-02"), found(Grade.F4), ended("DEL-02", "F4"))
    assert {name: [each.grade for each in state.findings] for name, state in run.scenarios.items()} == {
        "DEL-01": [Grade.F2],
        "DEL-02": [Grade.F4],
    }


def test_a_new_attempt_that_was_cut_off_does_not_inherit_the_old_result() -> None:
    run = folded(STARTED, begun("DEL-01"), ended("DEL-01", "OK"), begun("DEL-01", attempt=2))
    assert run.scenarios["DEL-01"].standing is Beside.INTERRUPTED


def test_grades_are_counted_worst_first_and_what_stands_beside_them_is_not() -> None:
    standings = ["OK", "F4", "afventer", "F1", "OK", "kunne ikke testes", "IR"]
    run = folded(STARTED, *(each for n, word in enumerate(standings) for each in (begun(f"D-{n}"), ended(f"D-{n}", word))))
    assert list(run.grades.items()) == [(Grade.F1, 1), (Grade.F4, 1), (Grade.OK, 2), (Grade.IR, 1)]
    assert (run.count(Beside.AWAITING), run.count(Beside.UNTESTABLE), run.count(Grade.OK)) == (1, 1, 2)


def test_what_is_undecided_stands_once_bindings_first_and_facts_sorted() -> None:
    run = folded(
        STARTED,
        begun("DEL-01"),
        ended("DEL-01", "afventer", "niveau-kodning", "rute"),
        begun("DEL-02"),
        ended("DEL-02", "afventer", "lrs-inklusion", "niveau-kodning"),
    )
    assert run.undecided == ["rute", "plsp-snitflade", "lrs-inklusion", "niveau-kodning"]


def test_an_empty_log_is_an_empty_run() -> None:
    run = folded()
    assert (run.started, run.scenarios, run.undecided, run.grades) == (None, {}, [], {})


def test_the_scenario_that_runs_is_known_until_it_ends() -> None:
    run = folded(STARTED, begun("DEL-01"), ended("DEL-01", "OK"), begun("DEL-02"), found(Grade.F4))
    assert run.running is run.scenarios["DEL-02"]
    assert folded(STARTED, begun("DEL-01"), ended("DEL-01", "OK")).running is None


def test_a_resumed_run_has_not_ended_until_it_ends_again() -> None:
    whole = [STARTED, begun("DEL-01"), ended("DEL-01", "kunne ikke testes"), RunEnded(1, 1.0)]
    assert folded(*whole).seconds == 1.0
    resumed = [*whole, RunResumed(()), begun("DEL-01", attempt=2)]
    assert folded(*resumed).seconds is None
    assert folded(*resumed, ended("DEL-01", "OK", attempt=2), RunEnded(1, 2.0)).seconds == 2.0


def test_of_an_attempt_that_was_cut_off_only_what_a_message_showed_counts_once_it_was_made_again() -> None:
    waited = replace(found(Grade.F2), subject="Scenariet: DELING-01", exchange="")
    stopped = replace(found(Grade.F1), subject="CPR-numre i /plsp/forloebsplaner", exchange="")
    run = folded(
        STARTED,
        begun("DEL-01"),
        waited,
        found(Grade.F3),
        stopped,
        ended("DEL-01", "afbrudt"),
        RunResumed(()),
        begun("DEL-01", attempt=2),
        ended("DEL-01", "OK", attempt=2),
        RunEnded(1, 1.0),
    )
    assert run.scenarios["DEL-01"].standing is Grade.OK
    assert [finding.grade for finding in run.outside] == [Grade.F3, Grade.F1]
    assert run.findings == run.outside
    assert set(run.weighed) == {Grade.OK, Grade.F3, Grade.F1}


def test_a_finding_made_after_the_standing_was_settled_weighs() -> None:
    run = folded(STARTED, begun("DEL-01"), found(Grade.F1), ended("DEL-01", "OK"), RunEnded(1, 1.0))
    assert set(run.weighed) == {Grade.OK, Grade.F1}


@pytest.mark.parametrize(
    ("word", "carried_out"),
    [
        *((str(grade), True) for grade in Grade),
        ("afventer", True),
        ("kunne ikke testes", False),
        ("ikke kontrolleret", False),
        ("afbrudt", False),
    ],
)
def test_only_what_came_to_a_verdict_was_carried_out(word: str, carried_out: bool) -> None:
    run = folded(STARTED, begun("DEL-01"), ended("DEL-01", word))
    assert run.scenarios["DEL-01"].carried_out is carried_out
    assert not folded(STARTED, begun("DEL-01")).scenarios["DEL-01"].carried_out


OUTSIDE = [STARTED, found(Grade.F2, None), begun("DEL-01"), ended("DEL-01", "OK"), RunEnded(1, 1.0)]


def test_what_was_found_while_no_scenario_ran_is_nobodys_and_weighs_all_the_same() -> None:
    run = folded(*OUTSIDE)
    assert run.scenarios["DEL-01"].findings == []
    assert [finding.grade for finding in run.outside] == [Grade.F2]
    assert run.findings == run.outside
    assert run.remarks == []
    assert (run.standings, run.weighed) == ([Grade.OK], [Grade.OK, Grade.F2])
    assert run.grades == {Grade.OK: 1}


@pytest.mark.parametrize(
    ("grundlag", "verdict"),
    [
        ("referencesystem", Verdict.REHEARSAL_FINDINGS),
        ("leverandørens system", Verdict.NOT_APPROVED),
        ("leverandørens eget system", Verdict.REHEARSAL_FINDINGS),
        ("", Verdict.REHEARSAL_FINDINGS),
    ],
)
def test_what_was_found_outside_the_scenarios_is_in_the_verdict_and_told(grundlag: str, verdict: Verdict) -> None:
    run = folded(replace(STARTED, grundlag=grundlag), *OUTSIDE[1:])
    assert Result(run).verdict is verdict
    assert summary(Result(run))["verdict"] == verdict
    told = "\n".join(closing_lines({"novax": Result(run)}, "reports", 1.0))
    assert f"novax: Uden for scenarierne: {run.outside[0]}" in told
    assert "1 fund" in told


def counted_in(scenario: str, *campaigns: str) -> ScenarioStarted:
    return replace(begun(scenario), campaigns=campaigns)


def test_each_campaign_of_a_run_has_its_own_figures_and_one_that_awaits_is_neither_red_nor_green() -> None:
    parts = {"stor": "deltager", "lille": "afventer", "tom": "deltager"}
    run = folded(
        replace(STARTED, participation=parts, awaiting=("lille",)),
        counted_in("DEL-01", "stor"),
        found(Grade.F2),
        ended("DEL-01", "F2"),
        counted_in("DEL-02", "stor", "lille"),
        ended("DEL-02", "OK"),
        counted_in("HCO-01", "lille"),
        ended("HCO-01", "afventer", "deltagelse i lille"),
        counted_in("HCO-02", "lille"),
        ended("HCO-02", "IR"),
        RunEnded(4, 1.0),
    )
    told = summary(Result(run))["campaigns"]
    assert told["stor"] == {
        "verdict": Verdict.REHEARSAL_FINDINGS,
        "participation": "deltager",
        "scenarios": 2,
        "findings": 1,
        "afventer": 0,
        "ikke_relevante": 0,
    }
    assert (told["lille"]["verdict"], told["lille"]["participation"]) == (Verdict.AWAITING, "afventer")
    assert (told["lille"]["scenarios"], told["lille"]["afventer"], told["lille"]["ikke_relevante"]) == (3, 1, 1)
    lines = closing_lines({"novax": Result(run)}, "reports", 1.0)
    assert "stor: prøvekørsel med fund · 2 scenarier · 1 fund · 0 afventer" in lines
    assert "lille: afventer · 3 scenarier · 0 fund · 1 afventer" in lines
    assert "tom: ikke gennemført · ingen scenarier endnu" in lines


def test_one_campaign_alone_needs_no_line_of_its_own() -> None:
    run = folded(replace(STARTED, participation={"stor": "deltager"}), counted_in("DEL-01", "stor"), ended("DEL-01", "OK"))
    assert not [line for line in closing_lines({"novax": Result(run)}, "reports", 1.0) if line.startswith("stor:")]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("", "Kørt på det udleverede sæt med testernes egne værdier."),
        ("a" * 64, "Kørt på MedComs eget sæt (SHA-256 aaaaaaaaaaaa…) med testernes egne værdier."),
    ],
)
def test_a_run_with_testers_own_values_says_so(data: str, said: str) -> None:
    run = folded(replace(STARTED, data=data, own_values=True))
    assert said in closing_lines({"novax": Result(run)}, "reports", 1.0)
    assert summary(Result(run))["egne_værdier"] is True
    assert summary(Result(folded(STARTED)))["egne_værdier"] is False
