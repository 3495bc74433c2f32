"""What must hold of the population lists and of the profiles that decide them. Subject `cockpit`.

People are given by the names features use, never by their numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Final

from harness.conformance.behaviour.seen import MODEL, SCREEN, breach, one_line, quoted, rules_about
from harness.conformance.rule import HOLDS, Outcome
from harness.domain.grade import Grade

_cockpit = rules_about("cockpit")

# As the source spells it; the house says "Klinikens cockpit".
_COCKPIT: Final = "MedCom, Styregruppemøde for Digital Almen Praksis 26. februar 2026, Klinikkens Cockpit (COC-01)"
_OVERVIEW: Final = f"{MODEL}, Digitalt understøttet opfølgning (populationsoverblik) (KP-15)"
_COMPLIANCE: Final = f"{MODEL}, Fælles digitalt overblik (KP-11)"
_DOCUMENTED: Final = f"{MODEL}, Fælles digitalt overblik (KP-18)"


@_cockpit("COCK-R01", "Systemet henter den udgave af profilerne, der gælder nu", Grade.F2, _COCKPIT)
def profiles_were_fetched(missing: str) -> Outcome:
    """`missing` says what did not come; empty when the system fetched the profiles after they were published."""
    return breach("hos Klinikens cockpit", "systemet henter profilerne", missing) if missing else HOLDS


@_cockpit("COCK-R02", "En profil, der er udgivet, giver en liste", Grade.F2, _COCKPIT)
def published_is_there(lists: Collection[str], published: str) -> Outcome:
    """`lists` are the lists the system shows, `published` the one whose profile is in force."""
    return HOLDS if published in lists else breach(SCREEN, f"en liste for {published}", quoted(lists, "ingen lister"))


@_cockpit("COCK-R11", "En profil, der er trukket tilbage, giver ingen liste", Grade.F3, _COCKPIT)
def withdrawn_is_gone(lists: Collection[str], withdrawn: str) -> Outcome:
    """`lists` are the lists the system shows, `withdrawn` the one whose profile was withdrawn."""
    return breach(SCREEN, f"ingen liste for {withdrawn}", quoted(lists, "")) if withdrawn in lists else HOLDS


@_cockpit("COCK-R03", "En patient uden planlagt aktivitet er markeret", Grade.F2, _OVERVIEW)
def lacking_is_marked(marked: Collection[str], patient: str) -> Outcome:
    """`marked` are those the list shows as lacking planned activity."""
    return HOLDS if patient in marked else breach(SCREEN, f"{patient} mangler planlagt aktivitet", quoted(marked, "ingen"))


@_cockpit("COCK-R04", "En patient, der har planlagt aktivitet, er ikke markeret", Grade.F3, _OVERVIEW)
def planned_is_not_marked(marked: Collection[str], patient: str) -> Outcome:
    """`marked` are those the list shows as lacking planned activity."""
    return breach(SCREEN, f"{patient} mangler ikke planlagt aktivitet", quoted(marked, "")) if patient in marked else HOLDS


@_cockpit("COCK-R05", "Listen viser, hvor mange gange hver patient er udeblevet", Grade.F2, _OVERVIEW)
def no_shows_are_counted(shown: Mapping[str, int], registered: Mapping[str, int]) -> Outcome:
    """Both by patient: what the list shows, and what was registered."""
    return _same(shown, registered)


@_cockpit("COCK-R06", "Når patienten henvender sig, kan klinikken se udeblivelsen, uanset niveau", Grade.F2, _COMPLIANCE)
def no_show_is_seen(shown: Sequence[tuple[str, date | None]], activity: str, days: Collection[date]) -> Outcome:
    """`shown` are what the patient's own page shows as missed, and when; `days` that of the activity, and that on which the
    clinic registered that nobody came. A page may show no day.
    """
    found = [when for said, when in shown if one_line(activity) in one_line(said)]
    if found and set(found) <= {*days, None}:
        return HOLDS
    told = quoted((f"{said}, {when}" for said, when in shown), "ingen udeblivelser")
    return breach(SCREEN, f"“{activity}” den {min(days):%d-%m-%Y}", told)


@_cockpit("COCK-R07", "Listen viser, hvem der er på niveau 2 og 3", Grade.F2, _OVERVIEW)
def levels_are_shown(shown: Mapping[str, int], registered: Mapping[str, int]) -> Outcome:
    """Both by patient, those on level 2 and 3 only."""
    return _same(shown, registered)


@_cockpit("COCK-R08", "En proaktiv opfølgning er dokumenteret med tekst og dag, én gang", Grade.F3, _DOCUMENTED)
def follow_up_is_documented(shown: Sequence[tuple[str, date | None]], text: str, day: date) -> Outcome:
    """`shown` are the patient's follow-ups as text and day; `text` was written on `day`, once."""
    if [when for said, when in shown if one_line(text) in one_line(said)] == [day]:
        return HOLDS
    told = (f"{said}, {when:%d-%m-%Y}" if when else said for said, when in shown)
    return breach(SCREEN, f"“{text}” den {day:%d-%m-%Y}, én gang", quoted(told, "ingenting"))


@_cockpit("COCK-R09", "Hver proaktiv opfølgning tæller med", Grade.F3, _DOCUMENTED)
def follow_ups_are_counted(shown: Mapping[str, int], registered: Mapping[str, int]) -> Outcome:
    """Both by patient: what the list shows, and what was registered."""
    return _same(shown, registered)


@_cockpit("COCK-R10", "Listens tal for delte planer er det, modtageren har", Grade.F3, _DOCUMENTED)
def plans_agree(shown: Mapping[str, int], held: Mapping[str, int]) -> Outcome:
    """Both by patient: how many shared plans the list shows, and how many current ones the receiver of plans holds."""
    return _same(shown, held)


def _same(shown: Mapping[str, int], right: Mapping[str, int]) -> Outcome:
    return HOLDS if shown == right else breach(SCREEN, _told(right), _told(shown))


def _told(numbers: Mapping[str, int]) -> str:
    return ", ".join(f"{name}: {number}" for name, number in numbers.items()) or "ingen"
