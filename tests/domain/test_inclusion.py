"""Whom a population profile includes: each criterion by itself, at its limit, and all of them over a made-up clinic."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from harness.domain.inclusion import (
    Code,
    CodedDiagnosis,
    PatientRecord,
    PopulationProfile,
    Standing,
    age_on,
    profile_of,
    why_excluded,
)

TODAY = date(2026, 10, 5)
KOL, KOL_ICD = Code("ICPC-2", "R95"), Code("ICD-10", "DJ449")
DIAGNOSIS = CodedDiagnosis(KOL, date(2026, 3, 2))
PATIENT = PatientRecord(date(1948, 12, 25), Standing.OWN, (DIAGNOSIS,))
PROFILE = PopulationProfile(frozenset({KOL, KOL_ICD}))


def test_a_code_of_the_profile_is_enough() -> None:
    assert why_excluded(PROFILE, PATIENT, TODAY) == ""


@pytest.mark.parametrize(
    ("profile", "patient", "reason"),
    [
        ({}, {"diagnoses": ()}, "har ingen af profilens koder"),
        ({}, {"diagnoses": (replace(DIAGNOSIS, code=Code("ICPC-2", "R79")),)}, "har ingen af profilens koder"),
        ({}, {"diagnoses": (replace(DIAGNOSIS, code=Code("ICD-10", "R95")),)}, "har ingen af profilens koder"),
        ({}, {"diagnoses": (replace(DIAGNOSIS, code=Code("ICD-10", "DJ441")),)}, "har ingen af profilens koder"),
        ({}, {"standing": Standing.DECEASED}, "er død"),
        ({}, {"standing": Standing.MOVED}, "er flyttet"),
        ({}, {"standing": Standing.VISITING}, ""),
        ({"own_patients": True}, {"standing": Standing.VISITING}, "hører til en anden klinik"),
        ({"age": 77}, {}, ""),
        ({"age": 78}, {}, "er ikke fyldt 78 år"),
        (
            {"own_diagnoses": True},
            {"diagnoses": (replace(DIAGNOSIS, own_clinic=False),)},
            "har fået diagnosen på en anden klinik",
        ),
        ({"kinds": frozenset({"Egen"})}, {"diagnoses": (replace(DIAGNOSIS, kind="Anden"),)}, "har en diagnose af arten Anden"),
        ({"age_when_made": 77}, {}, ""),
        ({"age_when_made": 78}, {}, "var ikke fyldt 78 år, da diagnosen blev stillet"),
        ({"additional": frozenset({Code("ICD-10", "DM512")})}, {}, "har ingen af profilens tillægsdiagnoser"),
        ({"additional": frozenset({KOL_ICD})}, {"diagnoses": (DIAGNOSIS, replace(DIAGNOSIS, code=KOL_ICD))}, ""),
    ],
)
def test_why_a_patient_is_not_included(profile: dict[str, Any], patient: dict[str, Any], reason: str) -> None:
    assert why_excluded(replace(PROFILE, **profile), replace(PATIENT, **patient), TODAY) == reason


def test_one_diagnosis_that_counts_is_enough() -> None:
    others = replace(DIAGNOSIS, own_clinic=False)
    own = replace(DIAGNOSIS, code=KOL_ICD)
    profile = replace(PROFILE, own_diagnoses=True)
    assert why_excluded(profile, replace(PATIENT, diagnoses=(others, own)), TODAY) == ""


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2008, 10, 5), date(2026, 10, 4), 17),
        (date(2008, 10, 5), date(2026, 10, 5), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2026, 10, 5), date(2026, 10, 5), 0),
    ],
)
def test_age_in_whole_years(born: date, day: date, age: int) -> None:
    assert age_on(born, day) == age


def test_a_profile_as_the_cockpit_publishes_it() -> None:
    agreed = {
        "koder": [{"kodesystem": "ICPC-3", "koder": ["X1", "X2"]}, {"kodesystem": "ICD-10", "koder": ["DJ449"]}],
        "tillaegsdiagnoser": [{"kodesystem": "ICD-11", "koder": ["Y1"]}],
        "alder": 18,
        "alderVedDiagnosen": 17,
        "kunKlinikkensPatienter": True,
        "kunKlinikkensDiagnoser": True,
        "arter": ["Egen"],
    }
    assert profile_of(agreed) == PopulationProfile(
        codes=frozenset({Code("ICPC-3", "X1"), Code("ICPC-3", "X2"), KOL_ICD}),
        additional=frozenset({Code("ICD-11", "Y1")}),
        age=18,
        age_when_made=17,
        own_patients=True,
        own_diagnoses=True,
        kinds=frozenset({"Egen"}),
    )


def test_a_profile_without_more_than_codes_asks_for_nothing_more() -> None:
    assert profile_of({"koder": [{"kodesystem": "ICPC-2", "koder": ["R95"]}]}) == PopulationProfile(frozenset({KOL}))
