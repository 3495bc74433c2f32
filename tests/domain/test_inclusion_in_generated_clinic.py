"""Inclusion over a whole clinic: each edge case falls on the right side, and nobody ordinary is lost or added."""

from __future__ import annotations

from datetime import date

import pytest

from harness.domain.generated_clinic import DISEASES, ICD, ICPC, Disease, GeneratedPatient, edge_cases, generate_clinic
from harness.domain.inclusion import Code, CodedDiagnosis, PatientRecord, PopulationProfile, Standing, why_excluded

TODAY = date(2026, 10, 5)
CLINIC = generate_clinic(7, TODAY)
NEVER = {
    "ICD-10 med en anden underkode",
    "ICPC-2-kode skrevet som ICD-10",
    "kun en nabokode",
    "ingen diagnose",
    "diagnosen er en anden kliniks",
    "diagnosens art er en anden",
    "patienten hører til en anden klinik",
    "flyttet i går",
    "død",
    "død i dag",
}
CODED_TOO_YOUNG = {"fyldte 18 i går", "fylder 18 i dag", "fylder 18 i morgen", "født i dag", "kodet dagen før 18-årsdagen"}


def record(patient: GeneratedPatient) -> PatientRecord:
    if patient.died is not None and patient.died <= TODAY:
        standing = Standing.DECEASED
    elif patient.moved is not None and patient.moved <= TODAY:
        standing = Standing.MOVED
    else:
        standing = Standing.OWN if patient.own_clinic else Standing.VISITING
    diagnoses = (CodedDiagnosis(Code(each.system, each.code), each.coded, each.own, each.kind) for each in patient.diagnoses)
    return PatientRecord(patient.born, standing, tuple(diagnoses))


def profile(disease: Disease, **ages: int) -> PopulationProfile:
    codes = frozenset({Code(ICPC, disease.icpc), Code(ICD, disease.icd)})
    return PopulationProfile(codes, own_patients=True, own_diagnoses=True, kinds=frozenset({"Egen"}), **ages)


@pytest.mark.parametrize("disease", DISEASES, ids=lambda disease: disease.name)
@pytest.mark.parametrize(
    ("ages", "outside"),
    [({}, NEVER), ({"age": 18}, NEVER | {"fylder 18 i morgen", "født i dag"}), ({"age_when_made": 18}, NEVER | CODED_TOO_YOUNG)],
    ids=["uden alder", "alder", "alder ved diagnosen"],
)
def test_each_edge_case_falls_on_the_right_side(disease: Disease, ages: dict[str, int], outside: set[str]) -> None:
    asked = profile(disease, **ages)
    found = {name for name, each in edge_cases(disease, TODAY).items() if why_excluded(asked, record(each), TODAY)}
    assert found == outside


@pytest.mark.parametrize("disease", DISEASES, ids=lambda disease: disease.name)
def test_the_list_of_the_whole_clinic_is_exact(disease: Disease) -> None:
    grown_up = TODAY.replace(year=TODAY.year - 18)
    expected = {
        each.id
        for each in CLINIC
        if each.born <= grown_up
        and each.own_clinic
        and each.died is None
        and any(
            (code.system, code.code) in ((ICPC, disease.icpc), (ICD, disease.icd)) and code.own and code.kind == "Egen"
            for code in each.diagnoses
        )
    }
    asked = profile(disease, age=18)
    assert {each.id for each in CLINIC if not why_excluded(asked, record(each), TODAY)} == expected
    assert 50 < len(expected) < len(CLINIC) / 2
