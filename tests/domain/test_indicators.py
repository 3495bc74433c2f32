"""What the programme counts, by each of its definitions."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from harness.domain.careplan import Disease
from harness.domain.indicators import (
    OF_CLINICS,
    OF_COURSES,
    Activity,
    ClinicKind,
    CountedClinic,
    Course,
    Delivered,
    Outcome,
    PlanCount,
    Share,
    attendance,
    counted_last_year,
    plan_count,
    plan_in_time,
    prevention_in_time,
    within,
)

TODAY = date(2026, 12, 15)
MISSED, CAME, PLANNED = (Activity(TODAY - timedelta(days=7), each) for each in (Outcome.MISSED, Outcome.CAME, Outcome.PLANNED))


def plan(
    patient: str, document: str, disease: Disease = Disease.KOL, *, of: str = "", clinic: str = "A", on: date = TODAY
) -> Delivered:
    return Delivered(patient, disease, of or document, document, clinic, on)


def several(number: int, clinic: str = "A", on: date = TODAY) -> list[Delivered]:
    """That many new plans, each to a patient of its own."""
    return [plan(f"{clinic}{each}", f"{clinic}{each}", clinic=clinic, on=on) for each in range(number)]


@pytest.mark.parametrize(
    ("deliveries", "count"),
    [
        ([], PlanCount(0, 0, 0)),
        ([plan("e", "1")], PlanCount(1, 0, 1)),
        ([plan("e", "1"), plan("e", "2", of="1")], PlanCount(1, 1, 1)),
        ([plan("e", "1"), plan("e", "1")], PlanCount(1, 0, 1)),  # a resend
        ([plan("e", "1"), plan("e", "2")], PlanCount(1, 1, 2)),  # another plan of the same type is not new
        ([plan("e", "1"), plan("e", "2", Disease.T2D)], PlanCount(2, 0, 2)),
        ([plan("e", "1"), plan("n", "2")], PlanCount(2, 0, 2)),
        ([plan("e", "1", clinic="B"), plan("e", "2")], PlanCount(1, 1, 2)),  # had one at another clinic
    ],
)
def test_new_and_maintained_plans(deliveries: list[Delivered], count: PlanCount) -> None:
    assert plan_count(deliveries) == count


def test_what_is_older_than_a_year_is_not_counted_but_decides_what_is_new() -> None:
    older, limit = TODAY - timedelta(days=365), TODAY - timedelta(days=364)
    assert counted_last_year([plan("e", "1", on=older), plan("e", "2", of="1")], TODAY) == PlanCount(0, 1, 1)
    assert counted_last_year([plan("e", "1", on=limit), plan("e", "2", of="1")], TODAY) == PlanCount(1, 1, 1)
    assert counted_last_year([plan("e", "1", on=TODAY + timedelta(days=1))], TODAY) == PlanCount(0, 0, 0)


@pytest.mark.parametrize(
    ("new", "capacity", "meets"),
    [
        (4, 1, {"aktiv-pr-måned", "aktiv-12-måneder"}),
        (5, 1, {"aktiv-pr-måned", "aktiv-12-måneder", "ok22-mindst-5-pr-klinik", "ok22-mindst-5-pr-kapacitet"}),
        (6, 1, set(OF_CLINICS)),
        (9, 2, {"aktiv-pr-måned", "aktiv-12-måneder", "ok22-mindst-5-pr-klinik"}),
        (10, 2, set(OF_CLINICS) - {"ok22-over-5-pr-kapacitet"}),
        (11, 2, set(OF_CLINICS)),
        (0, 1, set()),
    ],
)
def test_the_definitions_of_a_clinic_that_meets_its_goal_differ(new: int, capacity: int, meets: set[str]) -> None:
    clinic = CountedClinic("A", capacity)
    shares = {name: each.share([clinic], several(new), TODAY) for name, each in OF_CLINICS.items()}
    assert {name for name, share in shares.items() if share.part} == meets
    assert {share.whole for share in shares.values()} == {1}


def test_a_clinic_that_only_maintained_last_month_is_active_in_the_year_and_not_in_the_month() -> None:
    clinic, deliveries = CountedClinic("A", 1), several(1, on=TODAY - timedelta(days=20))
    assert OF_CLINICS["aktiv-pr-måned"].share([clinic], deliveries, TODAY) == Share(0, 1)
    assert OF_CLINICS["aktiv-12-måneder"].share([clinic], deliveries, TODAY) == Share(1, 1)
    assert OF_CLINICS["aktiv-12-måneder"].share([clinic], several(1, on=TODAY - timedelta(days=365)), TODAY) == Share(0, 1)


def test_another_clinics_plans_do_not_count_and_its_patients_are_not_new() -> None:
    taken_over = [plan("B0", "x", clinic="A")]
    share = OF_CLINICS["ok22-mindst-5-pr-klinik"].share(
        [CountedClinic("A", 1)], [*several(9, "B"), *several(4), *taken_over], TODAY
    )
    assert share == Share(0, 1)


@pytest.mark.parametrize(
    ("clinic", "active", "ok22"),
    [
        (CountedClinic("A", 1, closed=True), 0, 0),
        (CountedClinic("A", 1, ClinicKind.REGIONAL), 1, 0),
        (CountedClinic("A", 1, ClinicKind.TENDERED), 1, 0),
    ],
)
def test_closed_clinics_never_count_and_regional_and_tendered_ones_not_for_ok22(
    clinic: CountedClinic, active: int, ok22: int
) -> None:
    wholes = {name: each.share([clinic], several(20), TODAY).whole for name, each in OF_CLINICS.items()}
    assert wholes == {name: ok22 if name.startswith("ok22") else active for name in OF_CLINICS}


@pytest.mark.parametrize(
    ("name", "course", "share"),
    [
        ("planlagt-opfølgning", Course(planned=TODAY, next_follow_up=TODAY), Share(1, 1)),
        ("planlagt-opfølgning", Course(planned=TODAY, next_follow_up=TODAY - timedelta(days=1)), Share(0, 1)),
        ("planlagt-opfølgning", Course(planned=TODAY), Share(0, 1)),
        ("planlagt-opfølgning", Course(), Share(0, 0)),
        ("pro-anvendelse", Course(asked=True, answered=True), Share(1, 1)),
        ("pro-anvendelse", Course(asked=True), Share(0, 1)),
        ("pro-anvendelse", Course(), Share(0, 0)),
        ("compliance", Course(level=2, activities=(CAME, PLANNED)), Share(1, 1)),
        ("compliance", Course(level=3, activities=(CAME, MISSED)), Share(0, 1)),
        ("compliance", Course(level=3, activities=(PLANNED,)), Share(0, 0)),
        ("compliance", Course(level=1, activities=(CAME,)), Share(0, 0)),
        ("compliance", Course(activities=(CAME,)), Share(0, 0)),
        ("proaktiv-opfølgning", Course(level=2, activities=(MISSED,), follow_ups=(TODAY,)), Share(1, 1)),
        ("proaktiv-opfølgning", Course(level=2, activities=(MISSED,), follow_ups=(MISSED.on,)), Share(1, 1)),
        ("proaktiv-opfølgning", Course(level=2, activities=(MISSED,), follow_ups=(MISSED.on - timedelta(days=1),)), Share(0, 1)),
        ("proaktiv-opfølgning", Course(level=3, activities=(MISSED,)), Share(0, 1)),
        ("proaktiv-opfølgning", Course(level=3, activities=(CAME,), follow_ups=(TODAY,)), Share(0, 0)),
        ("proaktiv-opfølgning", Course(level=1, activities=(MISSED,)), Share(0, 0)),
    ],
)
def test_indicators_over_courses(name: str, course: Course, share: Share) -> None:
    assert OF_COURSES[name].share([course], TODAY) == share


def test_attendance_counts_activities_with_a_known_outcome() -> None:
    assert attendance([Course(activities=(CAME, MISSED, PLANNED)), Course(activities=(CAME,)), Course()]) == Share(2, 3)


def test_plan_and_prevention_within_the_deadline() -> None:
    last = TODAY + timedelta(days=30)
    assert within(last, TODAY, 30)
    assert not within(last + timedelta(days=1), TODAY, 30)
    courses = [Course(begun=TODAY, planned=last), Course(begun=TODAY, prevention=last), Course(planned=TODAY)]
    assert plan_in_time(courses, 30) == Share(1, 2)
    assert plan_in_time(courses, 29) == Share(0, 2)
    assert prevention_in_time(courses, 30) == Share(1, 2)


def test_every_indicator_says_what_it_is_and_where_it_is_from() -> None:
    every = [*OF_CLINICS.values(), *OF_COURSES.values()]
    assert all(each.source.startswith(("MedCom, ", "Sundhedsstyrelsen, ")) for each in every)
    assert len({each.title for each in every}) == len(every)
