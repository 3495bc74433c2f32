"""The patient lists that are for no pakkeforløb: the defects of who stands on them, and of what they are called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from harness.lps.reference.inclusion.inclusion import DEAD_ON_LISTS, Profile, Register

PATHWAYS_ONLY: Final = "patientliste-uden-pakkeforløb-overses"
WHOLE_CLINIC: Final = "patientliste-viser-hele-klinikken"
ONE_LIST_EACH: Final = "patientliste-patient-kun-på-én-liste"
APART: Final = "patientliste-vises-for-sig-selv"
FREEZES: Final = "patientliste-fryses-når-den-hentes"
TWICE: Final = "patientliste-én-linje-pr-diagnose"
CALLED_BY_ID: Final = "patientliste-uden-sit-navn"
UNKNOWN: Final[Mapping[str, str]] = {
    "blind-liste-nyre-findes-ikke": "nyrepaavirkning",
    "blind-liste-tilskud-findes-ikke": "klausuleret-tilskud",
}
"""The list that a faulty system does not know, by its id."""

FAULTS: Final = (PATHWAYS_ONLY, WHOLE_CLINIC, ONE_LIST_EACH, APART, FREEZES, TWICE, CALLED_BY_ID, DEAD_ON_LISTS, *UNKNOWN)


def is_patient_list(profile: Profile) -> bool:
    """Whether the profile is for no pakkeforløb, and only gives a list."""
    return "sygdom" not in profile


def members_of(register: Register, known: Iterable[str], profile: Profile) -> list[str]:
    """Who stands on the list. `known` are those who had a diagnosis when the list was fetched."""
    faults = register.means.faults
    if WHOLE_CLINIC in faults:
        return [*register.diagnoses]
    found = {cpr: len(register.matches(profile, cpr)) for cpr in (known if FREEZES in faults else register.diagnoses)}
    return [cpr for cpr, lines in found.items() for _ in range(lines if TWICE in faults else min(lines, 1))]


def said_of(profile: Profile, faults: frozenset[str]) -> dict[str, Any]:
    """What the list says of itself: its name, and which list it is shown together with."""
    beside = {"sammenMed": profile["sammenMed"]} if "sammenMed" in profile and APART not in faults else {}
    return {"titel": profile["profil"] if CALLED_BY_ID in faults else profile["titel"], **beside}
