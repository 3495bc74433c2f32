"""What a run comes to: the verdict as a pure function of its log and its review."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.domain.errors import BadInput, ConfigurationError
from harness.domain.event import Event, Judged, MeasuredAgainst, RunEnded, RunStarted, ScenarioEnded, ScenarioStarted
from harness.domain.finding import Finding, Location, Owner
from harness.domain.grade import Beside, Grade, Standing
from harness.domain.protocol import Prerequisite, Protocol
from harness.domain.requirement import Campaign, Gate, Requirement, RequirementKind
from harness.domain.review import (
    Act,
    Approved,
    Assessed,
    Claimed,
    Commented,
    Escalated,
    Ground,
    Paused,
    Refused,
    Released,
    Resumed,
    Returned,
    Reviewing,
    Role,
    Said,
    Submitted,
    review_of,
)
from harness.domain.vendor import Approval, ApprovalStatus, Channel, Phase
from harness.domain.verdict import Verdict
from harness.record.fold import fold
from harness.record.log import Entry, LogWriter
from harness.record.result import ENVIRONMENT, FINDINGS, GOOD, Result, read_result
from harness.record.review import REVIEW_NAME, append_act, read_review

NOON = datetime(2026, 10, 5, 12, tzinfo=UTC)
FHIR = Protocol(
    "hco", "HomeCareObservation", "1.2", Channel.RECEIVE, "", "", (), {}, prerequisites=(Prerequisite("Acknowledgement", "k"),)
)


def krav(id: str, *, mandatory: bool = True, kind: RequirementKind = RequirementKind.REQUIREMENT) -> Requirement:
    return Requirement(id, id, "kilde", Grade.F2, mandatory, kind, (), phase=Phase.SELF_TEST)


CAMPAIGN = Campaign(
    id="kampagne",
    title="Kampagne",
    source="kilde",
    requirements=(krav("KP-01"), krav("KP-02", mandatory=False)),
    features=(),
    gates=tuple(Gate(phase, "port", "kilde", False) for phase in Phase),
    participants={},
    actors=(),
    open_questions=(),
    profiles=(),
)
STARTED = RunStarted(
    run="r1",
    system="novax",
    product="Novax",
    supplier="Novax A/S",
    sut_version="1",
    driver="attended",
    target="live",
    rute="plsp",
    campaign="kampagne",
    phase=Phase.SELF_TEST,
    grundlag="leverandørens system",
    fingerprint={},
    planned=("A-01", "A-02"),
    participation={"kampagne": "deltager"},
)
CERTIFICERING = replace(STARTED, phase=Phase.CERTIFICATION, data="d" * 64)


def said(*acts: Act) -> tuple[Said, ...]:
    return tuple(Said("Tove", Role.MEDCOM, NOON.isoformat(), act) for act in acts)


def log(
    one: Standing = Grade.OK,
    two: Standing = Grade.OK,
    *,
    started: RunStarted = STARTED,
    campaign: Campaign = CAMPAIGN,
    approvals: tuple[Approval, ...] = (),
) -> list[Event]:
    """A-01 carries the mandatory KP-01, A-02 the voluntary KP-02. What is graded has a finding that says so."""
    events: list[Event] = [started, MeasuredAgainst((campaign,), approvals)]
    for name, requirement, standing in (("A-01", "KP-01", one), ("A-02", "KP-02", two)):
        events.append(ScenarioStarted(name, 1, "Titel", "E", "", "a", 1, (), (requirement,), {}, "", (), ("kampagne",)))
        if isinstance(standing, Grade) and standing not in (Grade.OK, Grade.IR):
            finding = Finding("R-1", "t", standing, Owner.LPS, Location("p"), "a", "b", "k")
            events.append(Judged("Planen", "", (), {}, (finding,)))
        events.append(ScenarioEnded(name, 1, str(standing), "" if standing is Grade.OK else "derfor"))
    return [*events, RunEnded(2, 1.0)]


def result(events: list[Event], *acts: Act) -> Result:
    return Result(fold(Entry(seq, NOON, event) for seq, event in enumerate(events)), review_of(said(*acts)))


def test_a_voluntary_requirement_that_waits_keeps_nothing_open_and_a_mandatory_one_does() -> None:
    waits = result(log(Grade.OK, Beside.AWAITING))
    assert waits.campaigns[0].verdict is Verdict.APPROVED
    assert waits.campaigns[0].open_mandatory == ()
    kept = result(log(Beside.AWAITING, Grade.OK))
    assert (kept.campaigns[0].verdict, kept.campaigns[0].open_mandatory) == (Verdict.NOT_FULLY_VERIFIED, ("KP-01",))


def test_a_voluntary_requirement_that_is_broken_is_broken() -> None:
    broken = result(log(Grade.OK, Grade.F3))
    assert (broken.campaigns[0].verdict, broken.verdict, broken.exit_code) == (
        Verdict.NOT_APPROVED,
        Verdict.NOT_APPROVED,
        FINDINGS,
    )


@pytest.mark.parametrize("kind", [RequirementKind.REQUIREMENT, RequirementKind.AWAITING])
def test_a_mandatory_requirement_that_nothing_tried_keeps_the_campaign_open(kind: RequirementKind) -> None:
    campaign = replace(CAMPAIGN, requirements=(*CAMPAIGN.requirements, krav("KP-03", kind=kind)))
    found = result(log(campaign=campaign))
    assert (found.verdict, found.campaigns[0].verdict) == (Verdict.NOT_FULLY_VERIFIED, Verdict.NOT_FULLY_VERIFIED)
    assert found.campaigns[0].open_mandatory == ("KP-03",)


def test_a_requirement_of_a_later_phase_is_not_asked_for_yet() -> None:
    later = replace(krav("KP-03"), phase=Phase.CONNECTATHON)
    found = result(log(campaign=replace(CAMPAIGN, requirements=(*CAMPAIGN.requirements, later))))
    assert found.campaigns[0].verdict is Verdict.APPROVED


def test_nothing_is_approved_in_certificering_before_medcom_approves() -> None:
    found = result(log(started=CERTIFICERING))
    assert (found.verdict, found.exit_code) == (Verdict.NOT_FULLY_VERIFIED, FINDINGS)
    assert set(found.by_requirement().values()) == {Verdict.NOT_FULLY_VERIFIED}
    approved = result(log(started=CERTIFICERING), Approved((Ground("egentest", "r0", "h", "1"),)))
    assert (approved.verdict, approved.exit_code) == (Verdict.APPROVED, GOOD)
    gate = approved.campaigns[0].gate
    assert gate is not None
    assert gate.lacks == ()


@pytest.mark.parametrize(
    ("grounds", "lacks"),
    [
        ((), "Egentesten er ikke godkendt for den samme version af systemet."),
        ((Ground("egentest", "r0", "h", "2"),), "Egentesten er ikke godkendt for den samme version af systemet."),
        ((Ground("egentest", "r0", "h", "1"),), "Acknowledgement er ikke godkendt."),
        ((Ground("egentest", "r0", "h", "1"), Ground("godkendelse", standard="Acknowledgement")), ""),
    ],
)
def test_certificering_rests_on_the_self_test_and_on_other_approvals(grounds: tuple[Ground, ...], lacks: str) -> None:
    campaign = replace(CAMPAIGN, protocols=(FHIR,))
    gate = result(log(started=CERTIFICERING, campaign=campaign), Approved(grounds)).campaigns[0].gate
    assert gate is not None
    assert (lacks in gate.lacks, gate.passed) == (bool(lacks), not lacks)


def test_what_the_registry_says_is_approved_need_not_be_shown_again() -> None:
    campaign = replace(CAMPAIGN, protocols=(FHIR,))
    held = (Approval("Acknowledgement", "2.0", Channel.SEND, ApprovalStatus.APPROVED),)
    testing = (replace(held[0], status=ApprovalStatus.TESTING),)
    for approvals, passed in ((held, True), (testing, False)):
        events = log(started=CERTIFICERING, campaign=campaign, approvals=approvals)
        gate = result(events, Approved((Ground("egentest", "r0", "h", "1"),))).campaigns[0].gate
        assert gate is not None
        assert gate.passed is passed


def test_medcoms_judgement_counts_and_the_proposal_stays() -> None:
    found = result(log(Grade.F3, started=CERTIFICERING), Assessed("A-01", Grade.F4, "F3", "Kun i en kommentar"), Approved())
    scenario = found.state.scenarios["A-01"]
    assert (found.standing(scenario), scenario.standing, scenario.findings[0].grade) == (Grade.F4, Grade.F3, Grade.F3)
    assert found.verdict is Verdict.APPROVED
    worse = result(log(Grade.OK), Assessed("A-01", Grade.F2, "OK", "Forkert patient på skærmen"))
    assert (worse.verdict, worse.exit_code) == (Verdict.NOT_APPROVED, FINDINGS)


def test_a_part_that_was_handed_in_is_never_the_whole() -> None:
    assert result(log(), Submitted(("A-01",))).verdict is Verdict.NOT_FULLY_VERIFIED
    assert result(log(), Submitted(("A-01", "A-02"))).verdict is Verdict.APPROVED


STANDINGS = st.sampled_from([*Grade, *Beside])
SCENARIO = st.sampled_from(["A-01", "A-02"])
ACTS = st.lists(
    st.one_of(
        st.builds(Assessed, SCENARIO, st.sampled_from(Grade), st.just("F2"), st.just("derfor")),
        st.builds(Submitted, st.just(("A-01", "A-02"))),
        st.builds(Approved, st.just((Ground("egentest", "r0", "h", "1"),))),
        st.builds(Refused, st.just("derfor")),
        st.builds(Returned, st.just("derfor")),
    ),
    max_size=5,
)
PHASES = st.sampled_from(Phase)


@given(STANDINGS, STANDINGS, ACTS, PHASES)
@settings(max_examples=60, deadline=None)
def test_nothing_anybody_says_makes_a_rehearsal_an_approval(one: Standing, two: Standing, acts: list[Act], phase: Phase) -> None:
    found = result(log(one, two, started=replace(STARTED, phase=phase, data="d", grundlag="referencesystem")), *acts)
    verdicts = {found.verdict, *(each.verdict for each in found.campaigns), *found.by_requirement().values()}
    assert not verdicts & {Verdict.APPROVED, Verdict.NOT_APPROVED}
    assert not found.assessed
    assert all(each.gate and not each.gate.passed for each in found.campaigns)


@given(STANDINGS, STANDINGS, ACTS, PHASES)
@settings(max_examples=60, deadline=None)
def test_what_is_approved_has_only_approved_results(one: Standing, two: Standing, acts: list[Act], phase: Phase) -> None:
    found = result(log(one, two, started=replace(STARTED, phase=phase, data="d" * 64)), *acts)
    standings = [found.standing(each) for each in found.state.scenarios.values()]
    if found.verdict is Verdict.APPROVED:
        mandatory, voluntary = standings
        assert isinstance(mandatory, Grade)
        assert mandatory.approved
        assert voluntary in (Grade.F4, Grade.OK, Grade.IR, Beside.AWAITING, Beside.UNCHECKED, Beside.ATTESTED)
        assert found.exit_code == GOOD
    if any(isinstance(each, Grade) and not each.approved for each in standings):
        assert (found.verdict, found.exit_code) == (Verdict.NOT_APPROVED, FINDINGS)
    if phase is Phase.CERTIFICATION and found.review.approved is None:
        assert found.exit_code in (FINDINGS, ENVIRONMENT)
    for each in found.campaigns:
        assert each.gate is not None
        assert not (each.gate.passed and not found.assessed)


@pytest.mark.parametrize(
    ("acts", "state"),
    [
        ((), Reviewing.RUNNING),
        ((Submitted(("A-01",)),), Reviewing.TO_VERIFY),
        ((Submitted(("A-01",)), Claimed(), Assessed("A-01", Grade.OK, "OK")), Reviewing.PARTLY),
        ((Submitted(("A-01",)), Paused("frokost"), Escalated("brand"), Resumed()), Reviewing.TO_VERIFY),
        ((Submitted(("A-01",)), Escalated("brand")), Reviewing.CRITICAL),
        ((Submitted(("A-01",)), Claimed(), Returned("mangler billede")), Reviewing.RUNNING),
        ((Submitted(("A-01",)), Approved()), Reviewing.VERIFIED),
        ((Submitted(("A-01",)), Approved(), Refused("fejl fundet siden")), Reviewing.REFUSED),
    ],
)
def test_a_review_goes_through_the_states_of_a_connectathon(acts: tuple[Act, ...], state: Reviewing) -> None:
    assert review_of(said(*acts)).state is state


def test_who_returns_or_refuses_takes_an_approval_away() -> None:
    for act in (Returned("fejl"), Refused("fejl")):
        assert review_of(said(Approved(), act)).approved is None
    assert review_of(said(Claimed(), Released())).holder == ""


@pytest.fixture
def run(tmp_path: Path) -> Path:
    writer = LogWriter(tmp_path)
    for event in log(Grade.F3):
        writer.append(event)
    writer.close()
    return tmp_path


def test_the_chain_begins_where_the_log_ends(run: Path) -> None:
    first = append_act(run, said(Submitted(("A-01", "A-02")))[0], read_review(run).head)
    append_act(run, said(Assessed("A-01", Grade.F4, "F3", "Kun i en kommentar"))[0], first.head)
    assert read_result(run).verdict is Verdict.APPROVED
    lines = (run / REVIEW_NAME).read_bytes().splitlines(keepends=True)
    said_twice = json.loads(lines[1])
    (run / REVIEW_NAME).write_bytes(lines[0] + lines[1].replace(b"F4", b"OK"))  # the last line: nothing follows it yet
    assert read_review(run).head != first.head
    assert said_twice["by"] == "Tove"
    (run / REVIEW_NAME).write_bytes(lines[0].replace(b"Tove", b"Bent") + lines[1])
    with pytest.raises(BadInput, match="hænger ikke sammen med linjen før"):
        read_review(run)
    with (run / "events.jsonl").open("ab") as file:
        file.write(b"{}\n")
    (run / REVIEW_NAME).write_bytes(b"".join(lines))
    with pytest.raises(BadInput, match="hænger ikke sammen med loggen"):
        read_review(run)


def test_two_who_write_at_once_do_not_overlook_each_other(run: Path) -> None:
    since = read_review(run).head
    append_act(run, said(Claimed())[0], since)
    with pytest.raises(ConfigurationError, match="En anden har skrevet"):
        append_act(run, said(Commented("x"))[0], since)
    assert len(read_review(run).said) == 1


# What a stranger found.


def test_a_condition_a_later_phase_and_another_system_bind_nobody() -> None:
    others = (
        krav("FLP-01", kind=RequirementKind.CONDITION),
        replace(krav("KP-03"), phase=Phase.CONNECTATHON),
        replace(krav("KP-04"), systems=("xmo",)),
    )
    found = result(log(campaign=replace(CAMPAIGN, requirements=(*CAMPAIGN.requirements, *others))))
    assert (found.verdict, found.exit_code, found.campaigns[0].open_mandatory) == (Verdict.APPROVED, GOOD, ())


def test_an_undecided_fact_closes_what_rests_on_it_and_nothing_else() -> None:
    def undecided(scenario: str) -> list[Event]:
        events = log(Grade.OK, Beside.AWAITING) if scenario == "A-02" else log(Beside.AWAITING, Grade.OK)
        return [
            replace(each, undecided=("automatisk-aktivering",))
            if isinstance(each, ScenarioEnded) and each.scenario == scenario
            else each
            for each in events
        ]

    assert result(undecided("A-02")).verdict is Verdict.APPROVED
    assert result(undecided("A-01")).verdict is Verdict.NOT_FULLY_VERIFIED
    gate = result(undecided("A-01")).campaigns[0].gate
    assert gate is not None
    assert "Ikke besluttet: automatisk-aktivering." in gate.lacks


@pytest.mark.parametrize(("standing", "grade"), [(Beside.UNCHECKED, Grade.OK), (Beside.UNTESTABLE, Grade.IR)])
def test_what_medcom_judges_has_been_tried(standing: Standing, grade: Grade) -> None:
    found = result(
        log(standing, Grade.OK, started=CERTIFICERING), Assessed("A-01", grade, str(standing), "set på skærmen"), Approved()
    )
    assert found.campaigns[0].verdict is Verdict.APPROVED
    assert found.verdict is Verdict.APPROVED


def test_a_run_is_approved_only_where_each_of_its_campaigns_is() -> None:
    other = replace(CAMPAIGN, id="anden", requirements=(replace(krav("KP-09"), mandatory=False),))
    started = replace(STARTED, participation={"kampagne": "deltager", "anden": "deltager"})
    events = log(started=started)
    events[1] = MeasuredAgainst((CAMPAIGN, other))
    found = result(events)
    assert [each.verdict for each in found.campaigns] == [Verdict.APPROVED, Verdict.NOT_CARRIED_OUT]
    assert (found.verdict, found.exit_code) == (Verdict.NOT_CARRIED_OUT, ENVIRONMENT)
    left_out = replace(started, participation={"kampagne": "deltager", "anden": "ikke i kampagnen"})
    assert result([left_out, *events[1:]]).verdict is Verdict.APPROVED


def test_what_was_planned_and_never_begun_is_lacking_in_the_campaign() -> None:
    found = result(log(started=replace(STARTED, planned=("A-01", "A-02", "A-03"))))
    assert (found.campaigns[0].verdict, found.verdict) == (Verdict.NOT_CARRIED_OUT, Verdict.NOT_CARRIED_OUT)


def test_a_finding_outside_the_scenarios_is_the_campaigns_too() -> None:
    finding = Finding("R-1", "t", Grade.F1, Owner.LPS, Location("p"), "a", "b", "k")
    events = log(started=replace(STARTED, phase=Phase.PRE_TEST))
    found = result([*events[:2], Judged("Beskeden", "b1", (), {}, (finding,)), *events[2:]], Approved())
    assert (found.verdict, found.campaigns[0].verdict, found.campaigns[0].approved) == (
        *(Verdict.NOT_APPROVED, Verdict.NOT_APPROVED),
        False,
    )


def test_a_graded_finding_is_never_exit_0_whatever_awaits() -> None:
    found = result(log(Grade.F1, started=replace(STARTED, awaiting=("kampagne",))))
    assert (found.verdict, found.exit_code) == (Verdict.AWAITING, FINDINGS)


def test_a_standard_that_is_certified_with_the_others_is_no_prerequisite_of_them() -> None:
    both = replace(CAMPAIGN, protocols=(FHIR, replace(FHIR, id="ack", standard="Acknowledgement", prerequisites=())))
    gate = result(log(started=CERTIFICERING, campaign=both), Approved((Ground("egentest", "r0", "h", "1"),))).campaigns[0].gate
    assert gate is not None
    assert gate.passed
