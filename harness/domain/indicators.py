"""What the programme counts of plans and forløb, each count with the source that defines it. Pure; a date is the clinic's own.

The sources disagree on some definitions; each of theirs is an indicator of its own, and none is chosen here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from harness.domain.careplan import Disease

_STATUS_2026: Final = "MedCom, Digital Almen Praksis, status for projektet Forløbsplaner 15. april 2026"
_STATUS_2022: Final = "MedCom, Udbredelse af forløbsplaner i almen praksis, status 18. maj 2022"
_STATUS_2024: Final = "MedCom, styregruppen for digitale forløbsplaner, status på udbredelse 1. juni 2024"
_MODEL: Final = (
    "Sundhedsstyrelsen, Generisk model for pakkeforløb for mennesker med kronisk sygdom, Monitorering og kvalitetsudvikling"
)
_YEAR: Final = timedelta(days=365)
_ENOUGH: Final = 5
PROACTIVE_LEVELS: Final = (2, 3)


@dataclass(frozen=True, slots=True)
class Delivered:
    """One edition of a plan that a clinic delivered, for whom, and of which type; `clinic` is its SOR code."""

    patient: str
    disease: Disease
    set_id: str
    document_id: str
    clinic: str
    on: date


class ClinicKind(StrEnum):
    """The kinds of clinic the counts tell apart."""

    OWNED = "ydernummer"
    REGIONAL = "regionsklinik"
    TENDERED = "udbudsklinik"


@dataclass(frozen=True, slots=True)
class CountedClinic:
    """A clinic with its number of capacities (doctors)."""

    sor: str
    capacity: int
    kind: ClinicKind = ClinicKind.OWNED
    closed: bool = False


class Outcome(StrEnum):
    """What became of an activity the patient was referred to."""

    PLANNED = "planlagt"
    CAME = "gennemført"
    MISSED = "udeblevet"


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity, its day, and what became of it."""

    on: date
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Course:
    """One patient's forløb as it is counted. A date is None for what has not happened.

    `follow_ups` are the days on which the clinic followed up of its own accord; `asked` and `answered` say whether a
    questionnaire (PRO) was sent and came back.
    """

    level: int | None = None
    begun: date | None = None
    planned: date | None = None
    prevention: date | None = None
    next_follow_up: date | None = None
    activities: tuple[Activity, ...] = ()
    follow_ups: tuple[date, ...] = ()
    asked: bool = False
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`."""

    part: int
    whole: int


@dataclass(frozen=True, slots=True)
class PlanCount:
    """New and maintained plans, and how many plans they are editions of."""

    new: int
    maintained: int
    plans: int


def plan_count(deliveries: Iterable[Delivered]) -> PlanCount:
    """Of `deliveries`, oldest first. The same document again counts once. New is what a patient had no plan of that type before.

    Source: MedCom, Digital Almen Praksis, status for projektet Forløbsplaner 15. april 2026, Ny plan.
    """
    each_once = _each_once(deliveries)
    new = sum(1 for _ in _new(each_once))
    return PlanCount(new, len(each_once) - new, len({each.set_id for each in each_once}))


def _each_once(deliveries: Iterable[Delivered]) -> list[Delivered]:
    first: dict[str, Delivered] = {}
    for each in deliveries:
        first.setdefault(each.document_id, each)
    return list(first.values())


def _new(deliveries: Iterable[Delivered]) -> Iterable[Delivered]:
    """The first of each type to each patient."""
    had: set[tuple[str, Disease]] = set()
    for each in deliveries:
        if (each.patient, each.disease) not in had:
            had.add((each.patient, each.disease))
            yield each


def counted_last_year(deliveries: Sequence[Delivered], on: date) -> PlanCount:
    """New and maintained plans, accumulated over the twelve months up to `on`. What is older decides only what is new."""
    each_once = _each_once(deliveries)
    recent = [each for each in each_once if on - _YEAR < each.on <= on]
    new = sum(each in recent for each in _new(each_once))
    return PlanCount(new, len(recent) - new, len({each.set_id for each in recent}))


@dataclass(frozen=True, slots=True)
class ClinicIndicator:
    """A share of clinics: of those `counts` keeps, the ones that `meets` says meet it, by what they delivered up to a day."""

    title: str
    source: str
    counts: Callable[[CountedClinic], bool]
    meets: Callable[[CountedClinic, Sequence[Delivered], date], bool]

    def share(self, clinics: Iterable[CountedClinic], deliveries: Sequence[Delivered], on: date) -> Share:
        """Whose new plans are new is decided over all clinics' deliveries: a patient may have had a plan elsewhere."""
        kept = [each for each in clinics if self.counts(each)]
        return Share(sum(self.meets(each, deliveries, on) for each in kept), len(kept))


def _open(clinic: CountedClinic) -> bool:
    return not clinic.closed


def _open_and_owned(clinic: CountedClinic) -> bool:
    return not clinic.closed and clinic.kind is ClinicKind.OWNED


def _active_this_month(clinic: CountedClinic, deliveries: Sequence[Delivered], on: date) -> bool:
    return any(each.clinic == clinic.sor and (each.on.year, each.on.month) == (on.year, on.month) for each in deliveries)


def _active_last_year(clinic: CountedClinic, deliveries: Sequence[Delivered], on: date) -> bool:
    return any(each.clinic == clinic.sor and on - _YEAR < each.on <= on for each in deliveries)


def _new_last_year(clinic: CountedClinic, deliveries: Sequence[Delivered], on: date) -> int:
    return sum(each.clinic == clinic.sor and on - _YEAR < each.on <= on for each in _new(_each_once(deliveries)))


def _five_a_clinic(clinic: CountedClinic, deliveries: Sequence[Delivered], on: date) -> bool:
    return _new_last_year(clinic, deliveries, on) >= _ENOUGH


def _five_a_capacity(clinic: CountedClinic, deliveries: Sequence[Delivered], on: date) -> bool:
    return _new_last_year(clinic, deliveries, on) >= _ENOUGH * clinic.capacity


def _over_five_a_capacity(clinic: CountedClinic, deliveries: Sequence[Delivered], on: date) -> bool:
    return _new_last_year(clinic, deliveries, on) > _ENOUGH * clinic.capacity


OF_CLINICS: Final = {
    "aktiv-pr-måned": ClinicIndicator(
        "Klinikker med mindst én ny eller vedligeholdt plan i måneden", _STATUS_2026, _open, _active_this_month
    ),
    "aktiv-12-måneder": ClinicIndicator(
        "Klinikker med mindst én ny eller vedligeholdt plan i de seneste 12 måneder", _STATUS_2024, _open, _active_last_year
    ),
    "ok22-mindst-5-pr-klinik": ClinicIndicator(
        "Klinikker med mindst 5 nye planer de seneste 12 måneder", _STATUS_2022, _open_and_owned, _five_a_clinic
    ),
    "ok22-mindst-5-pr-kapacitet": ClinicIndicator(
        "Klinikker med mindst 5 nye planer pr. kapacitet det seneste år", _STATUS_2024, _open_and_owned, _five_a_capacity
    ),
    "ok22-over-5-pr-kapacitet": ClinicIndicator(
        "Klinikker med mere end 5 nye planer pr. kapacitet pr. år", _STATUS_2026, _open_and_owned, _over_five_a_capacity
    ),
}
"""Indicators over clinics, by name."""


@dataclass(frozen=True, slots=True)
class CourseIndicator:
    """A share of forløb: of those `counts` keeps on a day, the ones that meet `meets`."""

    title: str
    counts: Callable[[Course], bool]
    meets: Callable[[Course, date], bool]
    source: str = _MODEL

    def share(self, courses: Collection[Course], on: date) -> Share:
        """Counted on the day `on`."""
        kept = [each for each in courses if self.counts(each)]
        return Share(sum(self.meets(each, on) for each in kept), len(kept))


def within(made: date | None, begun: date, days: int) -> bool:
    """Whether it was made by the last day of a deadline of `days`, counted from `begun`. The length is not fixed yet: data."""
    return made is not None and made <= begun + timedelta(days=days)


def _known(course: Course) -> list[Outcome]:
    return [each.outcome for each in course.activities if each.outcome is not Outcome.PLANNED]


def _missed(course: Course) -> list[date]:
    return [each.on for each in course.activities if each.outcome is Outcome.MISSED]


def _completed(course: Course, _: date) -> bool:
    return Outcome.MISSED not in _known(course)


def _followed_up(course: Course, _: date) -> bool:
    """After the last no-show, or on its day."""
    return any(day >= max(_missed(course)) for day in course.follow_ups)


def _proactive(course: Course) -> bool:
    return course.level in PROACTIVE_LEVELS


OF_COURSES: Final = {
    "planlagt-opfølgning": CourseIndicator(
        "Forløb med planlagt opfølgning",
        lambda course: course.planned is not None,
        lambda course, on: course.next_follow_up is not None and course.next_follow_up >= on,
    ),
    "pro-anvendelse": CourseIndicator(
        "Forløb, hvor patienten svarede på det spørgeskema, der blev sendt",
        lambda course: course.asked,
        lambda course, _: course.answered,
    ),
    "compliance": CourseIndicator(
        "Patienter på niveau 2 og 3, der har gennemført de aktiviteter, de er henvist til",
        lambda course: _proactive(course) and bool(_known(course)),
        _completed,
    ),
    "proaktiv-opfølgning": CourseIndicator(
        "Patienter på niveau 2 og 3, der udeblev, og som klinikken har fulgt op",
        lambda course: _proactive(course) and bool(_missed(course)),
        _followed_up,
    ),
}
"""Indicators over forløb, by name."""


def plan_in_time(courses: Iterable[Course], days: int) -> Share:
    """Of those that have begun, those with a behandlingsplan within the deadline. Source: as `OF_COURSES`."""
    begun = [(each, each.begun) for each in courses if each.begun]
    return Share(sum(within(each.planned, first, days) for each, first in begun), len(begun))


def prevention_in_time(courses: Iterable[Course], days: int) -> Share:
    """Of those that have begun, those whose patientrettet forebyggelse began within the deadline. Source: as `OF_COURSES`."""
    begun = [(each, each.begun) for each in courses if each.begun]
    return Share(sum(within(each.prevention, first, days) for each, first in begun), len(begun))


def attendance(courses: Iterable[Course]) -> Share:
    """Of the activities whose outcome is known, those the patient came to. Source: as `OF_COURSES` (fremmøde)."""
    known = [each for course in courses for each in _known(course)]
    return Share(known.count(Outcome.CAME), len(known))
