"""Whom a population profile includes, and why or why not: codes, ages, and where patient and diagnosis belong.

Code systems are names and codes are texts: a profile in ICPC-3 or ICD-11 is other data, not other code. Source:
Sundhedsstyrelsen, Generisk model for pakkeforløb for mennesker med kronisk sygdom, Kriterier for indgang til pakkeforløb.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

OWN_KIND: Final = "Egen"
"""What a diagnosis that is the patient's own is called where its kind (art) is registered (EG Clinea, manual)."""


class Standing(StrEnum):
    """How a patient stands to the clinic."""

    OWN = "tilknyttet"
    VISITING = "tilknyttet en anden klinik"
    MOVED = "flyttet"
    DECEASED = "død"


@dataclass(frozen=True, slots=True)
class Code:
    """A diagnosis code in the code system it belongs to: `Code("ICPC-2", "R95")`. ICD-10 codes are written as in SKS: `DJ449`."""

    system: str
    code: str

    def __str__(self) -> str:
        return f"{self.code} i {self.system}"


@dataclass(frozen=True, slots=True)
class CodedDiagnosis:
    """A diagnosis in a patient's record: the day it was made, whether this clinic made it, and its kind (art)."""

    code: Code
    made: date
    own_clinic: bool = True
    kind: str = OWN_KIND


@dataclass(frozen=True, slots=True)
class PatientRecord:
    """What decides whether a patient is included."""

    born: date
    standing: Standing
    diagnoses: tuple[CodedDiagnosis, ...]


@dataclass(frozen=True, slots=True)
class PopulationProfile:
    """What a profile asks for.

    One of `codes`, and, where there are any, one of `additional` besides. `age` is the age the patient must have reached,
    `age_when_made` the one it must have reached when the diagnosis was made. The other three say that only the clinic's own
    patients, only diagnoses the clinic made, and only diagnoses of these kinds count; empty: all kinds.
    """

    codes: frozenset[Code]
    additional: frozenset[Code] = frozenset()
    age: int | None = None
    age_when_made: int | None = None
    own_patients: bool = False
    own_diagnoses: bool = False
    kinds: frozenset[str] = frozenset()


def age_on(born: date, day: date) -> int:
    """Whole years from birth to `day`. `age_on(date(2008, 10, 5), date(2026, 10, 4)) == 17`."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def why_excluded(profile: PopulationProfile, patient: PatientRecord, day: date) -> str:
    """Why the patient is not included on `day`, as a short Danish phrase; empty when it is."""
    if patient.standing in (Standing.DECEASED, Standing.MOVED):
        return f"er {patient.standing}"
    if profile.own_patients and patient.standing is not Standing.OWN:
        return "hører til en anden klinik"
    if profile.age is not None and age_on(patient.born, day) < profile.age:
        return f"er ikke fyldt {profile.age} år"
    reasons = [_why_not_counted(profile, each, patient.born) for each in patient.diagnoses if each.code in profile.codes]
    if "" not in reasons:
        return reasons[0] if reasons else "har ingen af profilens koder"
    if profile.additional and not any(each.code in profile.additional for each in patient.diagnoses):
        return "har ingen af profilens tillægsdiagnoser"
    return ""


def _why_not_counted(profile: PopulationProfile, diagnosis: CodedDiagnosis, born: date) -> str:
    if profile.own_diagnoses and not diagnosis.own_clinic:
        return "har fået diagnosen på en anden klinik"
    if profile.kinds and diagnosis.kind not in profile.kinds:
        return f"har en diagnose af arten {diagnosis.kind}"
    if profile.age_when_made is not None and age_on(born, diagnosis.made) < profile.age_when_made:
        return f"var ikke fyldt {profile.age_when_made} år, da diagnosen blev stillet"
    return ""


def profile_of(agreed: Mapping[str, Any]) -> PopulationProfile:
    """A profile in the words of docs/klinikens-cockpit.openapi.yaml, which fixtures/profiles/inklusion.yaml uses too.

    Raises KeyError when it has no codes.
    """
    return PopulationProfile(
        codes=_codes(agreed["koder"]),
        additional=_codes(agreed.get("tillaegsdiagnoser", ())),
        age=agreed.get("alder"),
        age_when_made=agreed.get("alderVedDiagnosen"),
        own_patients=agreed.get("kunKlinikkensPatienter", False),
        own_diagnoses=agreed.get("kunKlinikkensDiagnoser", False),
        kinds=frozenset(agreed.get("arter", ())),
    )


def _codes(sets: Sequence[Mapping[str, Any]]) -> frozenset[Code]:
    return frozenset(Code(each["kodesystem"], code) for each in sets for code in each["koder"])
