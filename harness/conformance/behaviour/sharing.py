"""What must hold of how an LPS shares plans: rules over readings at the receiver, and over what the LPS shows its user.

Subject `deling`. Each *Så* of `features/deling` names its rule here; message rules live with their standard.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from harness.conformance.behaviour.seen import MODEL, RECEIVER, SCREEN, breach, one_line, quoted, rules_about
from harness.conformance.rule import HOLDS, NotJudged, Outcome
from harness.domain.clock import copenhagen
from harness.domain.grade import Grade
from harness.domain.sharing import PlanInLps, SharedEdition, SharingStatus

_PLAN = f"{MODEL}, Behandlingsplan (KP-09)"
_OVERVIEW = f"{MODEL}, Fælles digitalt overblik – MinPlan (KP-10)"

_TIMED: Final = re.compile(r"(\d{12})(?:\d\d(?:\.\d+)?)?([+-]\d{4})")
"""A time in HL7's form that says its offset."""
_EFFECTIVE = "HL7 CDA R2, effectiveTime: den tid, der har klinisk betydning for posten"
_EXAMPLE = "MedCom, CPD-DK 1.0.1, eksempler (KvalitetsIT/cda-validator@ceb5c65): tiden på diagnosen"
_DAY: Final = timedelta(days=1)
_CLOCKS_DIFFER: Final = timedelta(minutes=30)
"""How much the system's clock may differ from ours: less than the hour that a wrong time zone makes. The project's convention."""

_deling = rules_about("deling")

REGISTERED = frozenset({"DELING-02", "DELING-03", "DELING-04", "DELING-05"})
"""Rules over what is registered as current, which by rute `plsp` PLSP does on the LPS's behalf."""


def current_with(editions: Sequence[SharedEdition], mark: str) -> SharedEdition | None:
    """The current edition whose text has `mark`, when there is one."""
    return next((edition for edition in editions if edition.current and mark in edition.text), None)


@_deling("DELING-01", "Systemet sender planen, når lægen deler den", Grade.F2, _OVERVIEW)
def plan_was_sent(missing: str) -> Outcome:
    """`missing` says what did come instead; empty when the plan came."""
    return breach(RECEIVER, "planen", missing) if missing else HOLDS


@_deling("DELING-02", "Den delte plan findes hos modtageren", Grade.F2, _OVERVIEW)
def plan_is_held(editions: Sequence[SharedEdition], mark: str) -> Outcome:
    """A current edition with the mark of the goal the doctor wrote last is at the receiver."""
    if current_with(editions, mark):
        return HOLDS
    return breach(RECEIVER, f"en gældende plan med mærket {mark} i målet", _listed(editions))


@_deling("DELING-03", "Netop én udgave af planen er gældende", Grade.F2, _OVERVIEW)
def one_is_current(editions: Sequence[SharedEdition]) -> Outcome:
    """Of the editions this attempt made, one is current."""
    current = [edition for edition in editions if edition.current]
    return HOLDS if len(current) == 1 else breach(RECEIVER, "1 gældende udgave", _listed(editions))


@_deling("DELING-04", "Den nye udgave afløser den forrige", Grade.F2, _PLAN)
def newer_takes_over(editions: Sequence[SharedEdition], older_mark: str, newer_mark: str) -> Outcome:
    """The edition with the newer goal's mark is current, the one with only the older's is not: a plan may tell its history."""
    newer = [edition for edition in editions if newer_mark in edition.text]
    older = [edition for edition in editions if older_mark in edition.text and edition not in newer]
    if any(edition.current for edition in newer) and not any(edition.current for edition in older):
        return HOLDS
    return breach(RECEIVER, "den nye udgave gældende og den forrige ikke", _listed(editions))


@_deling("DELING-05", "Planen er delt netop én gang", Grade.F2, _OVERVIEW)
def shared_once(editions: Sequence[SharedEdition], mark: str) -> Outcome:
    """One document holds the marked goal, however often the LPS had to send it."""
    holding = {edition.document_id for edition in editions if mark in edition.text}
    if len(holding) == 1:
        return HOLDS
    return breach(RECEIVER, "1 dokument med planen", f"{len(holding)} dokumenter med planen")


@_deling("DELING-06", "Systemet viser, at planen ikke er delt endnu", Grade.F2, _OVERVIEW)
def says_not_shared(plan: PlanInLps) -> Outcome:
    """The user can see that the plan waits."""
    if plan.status is not SharingStatus.SHARED and plan.message:
        return HOLDS
    return breach(SCREEN, "at brugeren kan se, at planen ikke er delt", f"{plan.status}: {plan.message or 'ingen besked'}")


@_deling("DELING-07", "Systemet viser, at planen er delt", Grade.F3, _OVERVIEW)
def says_shared(plan: PlanInLps) -> Outcome:
    """The user can see that the plan has arrived."""
    return HOLDS if plan.status is SharingStatus.SHARED else breach(SCREEN, "delt", f"{plan.status}: {plan.message}")


@_deling("DELING-08", "Systemet kan sende planen igen, når modtageren svarer igen", Grade.F2, _OVERVIEW)
def plan_was_sent_again(missing: str) -> Outcome:
    """By itself or when the user asks for it. `missing` says what did come instead; empty when the plan came."""
    return breach(RECEIVER, "planen sendt på ny", missing) if missing else HOLDS


@_deling("DELING-09", "Målet står i den delte plan, som lægen skrev det", Grade.F2, _OVERVIEW)
def goal_is_whole(editions: Sequence[SharedEdition], goal: str) -> Outcome:
    """Letter for letter, among the plan's goals; how lines are broken does not count."""
    goals = [" ".join(text.split()) for edition in editions for text in edition.goals]
    if any(" ".join(goal.split()) in text for text in goals):
        return HOLDS
    return breach(RECEIVER, f"“{goal}” som mål", "; ".join(f"“{text}”" for text in goals) or "intet mål")


@_deling("DELING-10", "En patients plan står kun hos patienten selv", Grade.F1, _OVERVIEW)
def patients_are_apart(own: Sequence[SharedEdition], own_mark: str, others_mark: str) -> Outcome:
    """Under one patient stands the patient's own goal and nobody else's. Texts are not shown: they may be another person's."""
    if not any(own_mark in edition.text for edition in own):
        return breach(RECEIVER, "patientens egen plan", "ikke patientens egen plan")
    if any(others_mark in edition.text for edition in own):
        return breach(RECEIVER, "kun patientens egen plan", "også en anden patients plan")
    return HOLDS


@_deling(
    "DELING-11", "Patientens niveau står i den delte plan", Grade.F3, f"{MODEL}, Differentiering (KP-06)", fact="niveau-kodning"
)
def level_is_there(editions: Sequence[SharedEdition], text: str) -> Outcome:
    """`text` is the level as the profile says it stands in a plan."""
    return _stands(editions, text)


@_deling(
    "DELING-12", "Næste opfølgning står i den delte plan", Grade.F3, f"{MODEL}, Opfølgning (KP-14)", fact="opfølgning-kodning"
)
def follow_up_is_there(editions: Sequence[SharedEdition], text: str) -> Outcome:
    """`text` is the follow-up as the profile says it stands in a plan."""
    return _stands(editions, text)


def _stands(editions: Sequence[SharedEdition], text: str) -> Outcome:
    if any(edition.current and text in edition.text.split("\n") for edition in editions):
        return HOLDS
    return breach(RECEIVER, f"“{text}”", "; ".join(f"“{edition.text}”" for edition in editions) or "ingen plan")


def _listed(editions: Sequence[SharedEdition]) -> str:
    if not editions:
        return "ingen plan"
    return ", ".join(f"udgave {edition.version} ({'gældende' if edition.current else 'ikke gældende'})" for edition in editions)


@_deling("DELING-13", "Planen bliver sendt for den patient, den er skrevet til", Grade.F1, _OVERVIEW)
def sent_for_the_patient(strays: int) -> Outcome:
    """`strays` counts messages with this plan's mark that stood under another patient, who is not shown."""
    return breach(RECEIVER, "planen under patienten selv", "planen under en anden patient") if strays else HOLDS


@_deling("DELING-14", "Diagnose og aftalte indsatser står i den delte plan", Grade.F2, _OVERVIEW)
def content_is_there(edition: SharedEdition, diagnoses: Sequence[str], interventions: Sequence[str]) -> Outcome:
    """One of the plan's codes begins with one of `diagnoses` (ICPC-2, or SKS that maps to it); every intervention is there."""
    if not any(code.startswith(tuple(diagnoses)) for code in edition.diagnoses):
        return breach(RECEIVER, f"diagnosen {diagnoses[0]}", ", ".join(edition.diagnoses) or "ingen diagnosekode")
    lacking = [text for text in interventions if not any(text in found for found in edition.interventions)]
    return breach(RECEIVER, f"“{lacking[0]}”", "mangler") if lacking else HOLDS


@_deling("DELING-17", "Hvert mål og hver aftalt indsats står én gang i den delte plan", Grade.F3, _OVERVIEW)
def content_stands_once(edition: SharedEdition, marks: Collection[str]) -> Outcome:
    """No line with one of `marks`, of the newest goal and of what was agreed, is there twice."""
    return told_once(edition, marks)


def told_once(edition: SharedEdition, marks: Collection[str]) -> Outcome:
    """No line with one of `marks` is there twice in one text, word for word.

    What tells of the same in other words, such as a goal's history, is another line; and a section's text may sum up what its
    sub-sections say.
    """
    doubled = [text for text in edition.doubled if any(mark in text for mark in marks)]
    return breach(RECEIVER, f"“{doubled[0]}” én gang", "flere gange") if doubled else HOLDS


@_deling("DELING-18", "Målene i den delte plan er dem, lægen kan se i systemet", Grade.F2, _OVERVIEW)
def goals_are_the_doctors(edition: SharedEdition, shown: Sequence[str], known: Collection[str]) -> Outcome:
    """Each coded goal has a mark, which every goal that scenarios enter has; or it is one of `known`, which were entered or stood
    in earlier plans, or of `shown`, which the system shows in the plan. Not judged where nobody saw what it shows.
    """
    if not shown:
        return NotJudged("det er ikke set, hvilke mål systemet viser i planen")
    strays = _strays(edition.coded_goals, [*shown, *known])
    return breach(RECEIVER, "kun mål, lægen har skrevet", quoted(strays, "")) if strays else HOLDS


@_deling(
    "DELING-19",
    "Det, der står i den delte plan, er der nogen, der har skrevet",
    Grade.F2,
    _OVERVIEW,
    remark="kan være noget, patienten eller systemet havde i forvejen; se efter, hvor det kommer fra",
)
def nobody_wrote(edition: SharedEdition, known: Collection[str]) -> Outcome:
    """As DELING-18, of goals, interventions and results. Nobody can tell what a system has on the patient from before, or writes
    in its own words of what was registered; so it is told, and not graded.
    """
    strays = _strays((*edition.coded_goals, *edition.coded_rest), known)
    return breach(RECEIVER, "kun det, nogen har skrevet", quoted(strays, "")) if strays else HOLDS


_MARK: Final = re.compile(r"\b[BCDFGHJKLMNPQRSTVWXZ]{6}\b")
"""As steps put it behind what is entered, in whichever attempt."""


def _strays(texts: Sequence[str], known: Collection[str]) -> list[str]:
    """The texts that nobody is known to have written. One may be split over entries, or have more said around it."""
    wrote = [one_line(each) for each in known if each.strip()]
    lines = [one_line(each) for each in texts if not _MARK.search(each)]
    return [text for text in lines if not any(text in each or each in text for each in wrote)]


@_deling("DELING-15", "Planens tidspunkter er fra dette forsøg", Grade.F3, _PLAN)
def time_is_now(edition: SharedEdition, began: datetime, now: datetime) -> Outcome:
    """effectiveTime and the newest author's time lie from the day before `began`, when the doctor began to write the plan, to the
    day after `now`; one that has an offset lies between the two, with half an hour for a clock that is wrong.

    Another author may have written earlier. Not judged when none can be read.
    """
    made = [(text, *said) for text in (edition.effective_time,) if (said := _said(text))]
    authored = [(text, *said) for text in edition.authored if (said := _said(text))]
    told = [*made, *(each for each in authored if each == max(authored, key=_when))]
    if not told:
        return NotJudged("planens tidspunkter kan ikke læses")
    for text, day, moment in told:
        days = began.date() - _DAY <= day <= now.date() + _DAY
        if not days or (moment and not began - _CLOCKS_DIFFER <= moment <= now + _CLOCKS_DIFFER):
            return breach(RECEIVER, f"{copenhagen(began):%Y%m%d%H%M%z} til {copenhagen(now):%Y%m%d%H%M%z}", text)
    return HOLDS


@_deling(
    "DELING-20",
    "Et mål eller et resultat er ikke fra før, det blev skrevet",
    Grade.F3,
    f"{_OVERVIEW}; {_EFFECTIVE}",
    remark="ingen kilde siger, hvilken tid der skal stå; se efter, om den er målets eller resultatets egen",
)
def agreed_now(edition: SharedEdition, marks: Collection[str], began: datetime, since: date) -> Outcome:
    """The times told of what has one of `marks`, written after `began`, are no earlier than the day before. They may lie
    ahead, where a goal is for later, or be `since`, the day of the diagnosis, where a system dates all of a course from that.
    """
    told = [text for what, text in edition.timed if any(mark in what for mark in marks)]
    days = [(text, said[0]) for text in told if (said := _said(text))]
    if not days:
        return NotJudged("planen siger ikke, hvornår mål og resultater er fra")
    early = [text for text, day in days if day < began.date() - _DAY and day != since]
    return breach(RECEIVER, f"tidligst {began.date() - _DAY:%Y%m%d}", early[0]) if early else HOLDS


@_deling("DELING-16", "Diagnosens dato i den delte plan er den, lægen skrev", Grade.F3, f"{_OVERVIEW}; {_EXAMPLE}")
def diagnosed_on(edition: SharedEdition, diagnoses: Sequence[str], since: date, began: datetime, now: datetime) -> Outcome:
    """Each time told of a diagnosis whose code begins with one of `diagnoses` is `since`, as far as it goes, or a day on which
    the plan was written: a system may note when it was told. That there is one is not asked for.
    """
    told = [text for code, text in edition.diagnosed if code.startswith(tuple(diagnoses)) and re.match(r"\d{4}", text)]
    if not told:
        return NotJudged("planen siger ikke, hvornår diagnosen er stillet")
    for text in told:
        said = _said(text)
        known = said and (said[0] == since or began.date() - _DAY <= said[0] <= now.date() + _DAY)
        if not known and not any(f"{day:%Y%m%d}".startswith(text) for day in (since, began, now)):
            return breach(RECEIVER, f"{since:%Y%m%d}", text)
    return HOLDS


def _when(told: tuple[str, date, datetime | None]) -> tuple[date, datetime]:
    """What orders times of which some say no more than the day."""
    _, day, moment = told
    return day, moment or datetime.max.replace(tzinfo=UTC)


def _said(text: str) -> tuple[date, datetime | None] | None:
    """The day an HL7 time says, in Denmark where it has an offset, and then the moment too; None when it says no day."""
    try:
        if timed := _TIMED.fullmatch(text):
            moment = datetime.strptime(f"{timed[1]}{timed[2]}", "%Y%m%d%H%M%z")
            return copenhagen(moment).date(), moment
        return datetime.strptime(text[:8], "%Y%m%d").date(), None  # noqa: DTZ007  # a day, by whichever clock
    except (ValueError, OverflowError):
        return None
