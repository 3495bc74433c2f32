"""Over a made-up clinic of 2,000 patients the reference LPS lists exactly those whom each profile includes, in its own way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pytest

from harness.domain.clock import VirtualClock
from harness.domain.generated_clinic import DISEASES, GeneratedPatient, generate_clinic
from harness.domain.inclusion import Code, CodedDiagnosis, PatientRecord, Standing, profile_of, why_excluded
from harness.lps.reference.capability import Means
from harness.lps.reference.inclusion import inclusion
from harness.lps.reference.inclusion.inclusion import Register

TODAY = date(2026, 10, 5)
CLINIC = generate_clinic(1, TODAY)
BY_NAME = {disease.name: disease for disease in DISEASES}
NARROWING: tuple[dict[str, Any], ...] = (
    {},
    {"alder": 18},
    {"alderVedDiagnosen": 18},
    {"kunKlinikkensPatienter": True},
    {"kunKlinikkensDiagnoser": True},
    {"arter": ["Egen"]},
    {"alder": 18, "alderVedDiagnosen": 18, "kunKlinikkensPatienter": True, "kunKlinikkensDiagnoser": True, "arter": ["Egen"]},
)


@dataclass(frozen=True)
class Person:
    born: date


def standing(patient: GeneratedPatient) -> Standing:
    if patient.died:
        return Standing.DECEASED
    if patient.moved and patient.moved <= TODAY:
        return Standing.MOVED
    return Standing.OWN if patient.own_clinic else Standing.VISITING


def profile(disease: str, **more: Any) -> dict[str, Any]:
    codes = BY_NAME[disease]
    return {
        "profil": disease,
        "sygdom": disease,
        "koder": [{"kodesystem": "ICPC-2", "koder": [codes.icpc]}, {"kodesystem": "ICD-10", "koder": [codes.icd]}],
        **more,
    }


def record(patient: GeneratedPatient) -> PatientRecord:
    diagnoses = tuple(CodedDiagnosis(Code(each.system, each.code), each.coded, each.own, each.kind) for each in patient.diagnoses)
    return PatientRecord(patient.born, standing(patient), diagnoses)


def register(*faults: str) -> Register:
    """The reference's register with the whole clinic in it."""
    clinic = SimpleNamespace(patients={each.id: Person(each.born) for each in CLINIC})
    found = Register(cast(Means, SimpleNamespace(clinic=clinic, clock=VirtualClock(), faults=frozenset(faults))))
    for each in CLINIC:
        found.standing[each.id] = str(standing(each))
        found.diagnoses[each.id] = list(entered(each))
    return found


def entered(patient: GeneratedPatient) -> Iterator[dict[str, Any]]:
    for each in patient.diagnoses:
        yield {
            "kodesystem": each.system,
            "kode": each.code,
            "dato": each.coded.isoformat(),
            "klinik": "egen" if each.own else "anden",
            "art": each.kind,
        }


def expected(wanted: dict[str, Any]) -> set[str]:
    return {each.id for each in CLINIC if not why_excluded(profile_of(wanted), record(each), TODAY)}


def listed(kept: Register, wanted: dict[str, Any]) -> set[str]:
    return {each.id for each in CLINIC if kept.matches(wanted, each.id)}


@pytest.mark.parametrize("more", NARROWING, ids=lambda more: "-".join(more) or "koder")
@pytest.mark.parametrize("disease", BY_NAME)
def test_nobody_is_missing_and_nobody_is_too_many(disease: str, more: dict[str, Any]) -> None:
    wanted = profile(disease, **more)
    found = expected(wanted)
    assert 0 < len(found) < len(CLINIC)
    assert listed(register(), wanted) == found


@pytest.mark.parametrize(
    ("fault", "more"),
    [
        (inclusion.ONLY_ICPC, {}),
        (inclusion.THE_DEAD, {}),
        (inclusion.THE_MOVED, {}),
        (inclusion.OLDER_THAN, {"alder": 18}),
        (inclusion.CALENDAR_AGE, {"alder": 18}),
        (inclusion.AGE_NOW, {"alderVedDiagnosen": 18}),
        (inclusion.OTHERS_PATIENTS, {"kunKlinikkensPatienter": True}),
        (inclusion.OTHERS_DIAGNOSES, {"kunKlinikkensDiagnoser": True}),
        (inclusion.ONLY_OWN_DIAGNOSES, {}),
        (inclusion.ANY_KIND, {"arter": ["Egen"]}),
    ],
)
def test_a_defect_shows_in_the_clinic(fault: str, more: dict[str, Any]) -> None:
    wanted = profile("KOL", **more)
    assert listed(register(fault), wanted) != expected(wanted)


def test_the_edge_cases_are_where_they_should_be() -> None:
    found = listed(register(), profile("KOL", alder=18))
    edges = {each.edge.removeprefix("KOL: "): each.id in found for each in CLINIC if each.edge.startswith("KOL: ")}
    assert {name for name, included in edges.items() if not included} == {
        "fylder 18 i morgen",
        "født i dag",
        "ICD-10 med en anden underkode",
        "ICPC-2-kode skrevet som ICD-10",
        "kun en nabokode",
        "ingen diagnose",
        "flyttet i går",
        "død",
        "død i dag",
    }
