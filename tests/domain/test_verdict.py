"""From standings to a verdict: only F4, OK and IR are approved, and a rehearsal never is."""

from __future__ import annotations

import itertools

import pytest

from harness.domain.grade import Beside, Grade, Standing, parse_standing, worst
from harness.domain.verdict import Verdict, verdict_of

STANDINGS: list[Standing] = [*Grade, *Beside]
BAD = {Grade.F1, Grade.F2, Grade.F3}
NOT_DONE = {Beside.UNTESTABLE, Beside.INTERRUPTED}

REAL = {
    (): Verdict.NOT_CARRIED_OUT,
    (Grade.OK,): Verdict.APPROVED,
    (Grade.F4,): Verdict.APPROVED,
    (Grade.OK, Grade.IR): Verdict.APPROVED,
    (Grade.IR,): Verdict.NOT_FULLY_VERIFIED,
    (Grade.F3, Grade.OK): Verdict.NOT_APPROVED,
    (Grade.F1, Beside.AWAITING): Verdict.NOT_APPROVED,
    (Grade.F2, Beside.INTERRUPTED): Verdict.NOT_APPROVED,
    (Grade.OK, Beside.AWAITING): Verdict.NOT_FULLY_VERIFIED,
    (Grade.OK, Beside.UNCHECKED): Verdict.NOT_FULLY_VERIFIED,
    (Grade.OK, Beside.UNTESTABLE): Verdict.NOT_CARRIED_OUT,
    (Grade.OK, Beside.INTERRUPTED, Beside.AWAITING): Verdict.NOT_CARRIED_OUT,
}
REHEARSAL = {
    (): Verdict.NOT_CARRIED_OUT,
    (Grade.OK, Grade.F4, Grade.IR): Verdict.REHEARSAL_CLEAN,
    (Grade.OK, Beside.AWAITING): Verdict.REHEARSAL_CLEAN,
    (Grade.OK, Grade.F3): Verdict.REHEARSAL_FINDINGS,
    (Grade.OK, Beside.UNTESTABLE): Verdict.NOT_CARRIED_OUT,
}


@pytest.mark.parametrize("standings", REAL, ids=lambda found: " ".join(found) or "ingen")
def test_the_verdict_over_a_vendors_system(standings: tuple[Standing, ...]) -> None:
    assert verdict_of(standings, rehearsal=False) is REAL[standings]
    assert verdict_of(reversed(standings), rehearsal=False) is REAL[standings]


@pytest.mark.parametrize("standings", REHEARSAL, ids=lambda found: " ".join(found) or "ingen")
def test_the_verdict_over_a_rehearsal(standings: tuple[Standing, ...]) -> None:
    assert verdict_of(standings, rehearsal=True) is REHEARSAL[standings]


COMBINATIONS = [found for size in range(1, 4) for found in itertools.combinations(STANDINGS, size)]


@pytest.mark.parametrize("undecided", [False, True])
def test_a_rehearsal_is_never_an_approval(undecided: bool) -> None:
    verdicts = {verdict_of(found, rehearsal=True, undecided=undecided) for found in COMBINATIONS}
    never_approved = {Verdict.REHEARSAL_CLEAN, Verdict.REHEARSAL_FINDINGS, Verdict.NOT_CARRIED_OUT, Verdict.AWAITING}
    assert verdicts == never_approved | {Verdict.NOT_FULLY_VERIFIED}


def test_a_rehearsal_in_which_everything_waits_waits() -> None:
    assert verdict_of([Beside.AWAITING, Beside.AWAITING, Grade.IR], rehearsal=True) is Verdict.AWAITING
    assert verdict_of([Beside.AWAITING, Grade.OK], rehearsal=True) is Verdict.REHEARSAL_CLEAN
    assert verdict_of([Beside.AWAITING], rehearsal=False) is Verdict.NOT_FULLY_VERIFIED


def test_a_vendors_run_is_never_called_a_rehearsal() -> None:
    verdicts = {verdict_of(found, rehearsal=False) for found in COMBINATIONS}
    other = {Verdict.REHEARSAL_CLEAN, Verdict.REHEARSAL_FINDINGS, Verdict.AWAITING, Verdict.NOT_COUNTED}
    assert verdicts == set(Verdict) - other


def test_what_was_entered_as_vendors_have_seen_it_never_counts() -> None:
    assert {verdict_of(found, rehearsal=False, shipped=True) for found in COMBINATIONS} == {Verdict.NOT_COUNTED}
    for found in COMBINATIONS:
        assert verdict_of(found, rehearsal=True, shipped=True) is verdict_of(found, rehearsal=True)


@pytest.mark.parametrize("rehearsal", [False, True])
def test_nothing_is_red_or_green_before_it_is_decided_who_takes_part_or_what_is_demanded(rehearsal: bool) -> None:
    assert {verdict_of(found, rehearsal=rehearsal, awaiting=True) for found in COMBINATIONS} == {Verdict.AWAITING}


def test_approved_means_that_everything_was_seen_and_nothing_is_open() -> None:
    for found in COMBINATIONS:
        approved = verdict_of(found, rehearsal=False) is Verdict.APPROVED
        assert approved == (set(found) <= {Grade.F4, Grade.OK, Grade.IR} and set(found) != {Grade.IR})
        assert verdict_of(found, rehearsal=False, undecided=True) is not Verdict.APPROVED


def test_a_serious_finding_is_never_hidden_by_anything_else() -> None:
    for found in COMBINATIONS:
        refused = verdict_of(found, rehearsal=False) is Verdict.NOT_APPROVED
        assert refused == bool(BAD & set(found))
        not_done = verdict_of(found, rehearsal=False) is Verdict.NOT_CARRIED_OUT
        assert not_done == (not refused and bool(NOT_DONE & set(found)))


def test_certificering_that_medcom_has_not_approved_is_never_approved() -> None:
    for found in COMBINATIONS:
        told, unassessed = verdict_of(found, rehearsal=False), verdict_of(found, rehearsal=False, unassessed=True)
        assert unassessed is (Verdict.NOT_FULLY_VERIFIED if told is Verdict.APPROVED else told)


def test_the_scale() -> None:
    assert [grade for grade in Grade if grade.approved] == [Grade.F4, Grade.OK, Grade.IR]
    assert {grade.danish for grade in Grade} == {
        *("Kritisk", "Alvorlig", "Betydelig", "Mindre betydelig", "Godkendt", "Ikke relevant"),
    }


def test_the_worst_grade_counts() -> None:
    order = [Grade.F1, Grade.F2, Grade.F3, Grade.F4, Grade.OK, Grade.IR]
    for worse, better in itertools.combinations(order, 2):
        assert worst([better, worse]) is worse
    assert worst([]) is Grade.OK


@pytest.mark.parametrize("standing", STANDINGS)
def test_a_standing_is_read_back(standing: Standing) -> None:
    assert parse_standing(str(standing)) is standing


@pytest.mark.parametrize("text", ["", "F5", "ok", "godkendt"])
def test_other_words_are_no_standing(text: str) -> None:
    with pytest.raises(ValueError, match="is not a valid"):
        parse_standing(text)
