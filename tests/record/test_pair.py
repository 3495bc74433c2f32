"""How each of two systems stands in a scenario of two, from the log alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from harness.domain.event import Body, Event, Exchanged, Judged, RunEnded, RunStarted, ScenarioEnded, ScenarioStarted, StepStarted
from harness.domain.finding import Finding, Location, Owner
from harness.domain.grade import Beside, Grade
from harness.record.fold import RunState, fold
from harness.record.found import findings_of, on_partner
from harness.record.log import Entry
from harness.record.pair import Side, sides, undecidable, without_others_screen
from harness.record.result import ENVIRONMENT, FINDINGS, GOOD, Result
from harness.reporting.summary import closing_lines, headline, summary

STARTED = RunStarted(
    run="20261123T094500-xmo",
    system="novax",
    product="Novax",
    supplier="Novax A/S",
    sut_version="1",
    driver="reference",
    target="mock",
    rute="plsp",
    campaign="connectathon",
    phase="egentest",
    grundlag="referencesystem",
    fingerprint={},
    partner="xmo",
    partner_product="XMO",
    partner_version="2",
    planned=("PAR-01",),
)


def finding(grade: Grade | None, side: str = "") -> Finding:
    return Finding(f"R-{side or 'egen'}", "Titel", grade, Owner.LPS, Location("b4.xml", 3), "a", "b", "k", "", side)


def posted(sender: str = "lps") -> Exchanged:
    body = Body("", 0, "")
    return Exchanged("b4", sender, "vans", "POST", "/vans/afsendelse", "", (), body, "svar", 0.0, 202, (), body, "", (), {})


def run(standing: str, *findings: Finding, reason: str = "", outside: tuple[Finding, ...] = ()) -> RunState:
    begun = ScenarioStarted("PAR-01", 1, "Titel", "Egenskab", "", "a.feature", 1, (), (), {}, "BCDFGH", ())
    events: list[Event] = [STARTED, Judged("Før", "b1", (), {}, outside)] if outside else [STARTED]
    events += [begun, StepStarted(0, "Så", "x"), posted(), Judged("Brevet", "b4", (), {}, findings)]
    events += [ScenarioEnded("PAR-01", 1, standing, reason), RunEnded(1, 1.0)]
    return fold(Entry(number, datetime(2026, 11, 23, tzinfo=UTC), each) for number, each in enumerate(events))


def stand(state: RunState) -> tuple[Side, Side]:
    return sides(state.scenarios["PAR-01"], STARTED)


def test_both_are_ok_where_nothing_was_found() -> None:
    assert [(each.system, each.standing) for each in stand(run("OK"))] == [("novax", Grade.OK), ("xmo", Grade.OK)]


def test_the_senders_finding_tries_nobody_else_and_says_by_which_message() -> None:
    sender, partner = stand(run("F2", finding(Grade.F2), reason="F2 R-egen"))
    assert (sender.standing, [each.rule for each in sender.findings]) == (Grade.F2, ["R-egen"])
    assert (partner.standing, partner.findings) == (Beside.UNTESTABLE, ())
    for said in ("Novax (novax) er årsagen", "R-egen F2", "b4.xml:3", "besked b4"):
        assert said in partner.reason


def test_the_partners_finding_is_its_own_alone() -> None:
    state = run("kunne ikke testes", finding(Grade.F1, "xmo"), reason="XMO (xmo) er årsagen: R-xmo F1.")
    sender, partner = stand(state)
    assert (sender.standing, sender.findings) == (Beside.UNTESTABLE, ())
    assert sender.reason == "XMO (xmo) er årsagen: R-xmo F1."
    assert (partner.standing, [each.rule for each in partner.findings]) == (Grade.F1, ["R-xmo"])
    assert "Hører til: partneren xmo" in partner.reason
    assert state.findings == state.remarks == []
    assert [each.rule for each in state.on_partner] == ["R-xmo"]
    assert state.untried == [], "it came to a verdict, on the partner, and is not to be run again"


def test_each_may_have_a_finding_of_its_own() -> None:
    sender, partner = stand(run("F3", finding(Grade.F3), finding(Grade.F2, "xmo")))
    assert [sender.standing, partner.standing] == [Grade.F3, Grade.F2]


@pytest.mark.parametrize("standing", ["kunne ikke testes", "afventer", "afbrudt", "ikke kontrolleret", "IR"])
def test_what_nobody_can_tell_is_so_for_both(standing: str) -> None:
    assert [str(each.standing) for each in stand(run(standing, reason="Derfor."))] == [standing, standing]
    assert [each.reason for each in stand(run(standing, reason="Derfor."))] == ["Derfor.", "Derfor."]


def test_a_remark_and_an_f4_grade_nobody_down() -> None:
    sender, partner = stand(run("OK", finding(None), finding(None, "xmo"), finding(Grade.F4, "xmo")))
    assert [sender.standing, partner.standing] == [Grade.OK, Grade.F4]
    assert [len(each.findings) for each in (sender, partner)] == [1, 2]


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (run("OK"), GOOD),
        (run("F2", finding(Grade.F2)), FINDINGS),
        (run("kunne ikke testes", finding(Grade.F2, "xmo")), FINDINGS),
        (run("OK", outside=(finding(Grade.F2, "xmo"),)), FINDINGS),
        (run("OK", finding(Grade.F4, "xmo")), GOOD),
        (run("kunne ikke testes"), ENVIRONMENT),
    ],
    ids=["ærlige", "afsenderen", "partneren", "partneren, uden for scenarierne", "F4", "ingen kan afgøre det"],
)
def test_the_exit_code_counts_both(state: RunState, code: int) -> None:
    assert Result(state).exit_code == code


def test_nothing_of_the_partners_is_told_as_the_systems() -> None:
    state = run("kunne ikke testes", finding(Grade.F2, "xmo"), reason="XMO er årsagen.", outside=(finding(Grade.F1, "xmo"),))
    result, scenario = Result(state), state.scenarios["PAR-01"]
    assert list(findings_of(scenario)) == []
    assert [each.finding.side for each in on_partner(scenario)] == ["xmo"]
    told = summary(result)
    assert (told["findings"], told["partner"], told["partner_findings"], told["grades"]) == (0, "xmo", 2, {})
    assert headline(result).startswith("Novax til XMO: ")
    lines = "\n".join(closing_lines({"novax til xmo": result}, "reports", 1.0))
    assert "1 par af systemer · 1 scenarie · 0 fund · 2 fund hos partnere" in lines
    assert "novax til xmo: PAR-01 kunne ikke testes. XMO er årsagen." in lines


def test_a_run_of_two_is_only_a_part_of_what_is_tried() -> None:
    real = replace(STARTED, grundlag="leverandørens system")
    state = run("OK")
    state.started = real
    assert Result(state).chosen
    state.started = replace(real, partner="")
    assert not Result(state).chosen


def test_a_sender_reads_why_nobody_can_tell_and_not_what_the_other_showed() -> None:
    reason = undecidable("XMO", "Systemet viser det modtagne", "besked b1, b2 har samme kuvert-id.")
    assert reason.startswith("XMO holder ikke “Systemet viser det modtagne”, men ")
    told = "Det, modparten viste, kan ikke bedømmes: besked b1, b2 har samme kuvert-id. Hvem der er årsagen, kan ikke afgøres."
    assert without_others_screen(reason) == told
    assert without_others_screen("Skærmen findes ikke.") == "Skærmen findes ikke."
