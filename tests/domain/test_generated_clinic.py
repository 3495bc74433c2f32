"""The generated clinic: the same every time, nobody who could be a person, and every edge case for every disease."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from harness.domain.generated_clinic import DISEASES, ICD, ICPC, SIZE, GeneratedPatient, edge_cases, generate_clinic
from harness.domain.identifiers import Cpr, Ecpr
from harness.house import find_house
from harness.record.guard import Guard
from harness.suite.terminology import load_terminology

TODAY = date(2026, 10, 5)
CLINIC = generate_clinic(1, TODAY)


def the(edge: str, disease: str = "KOL") -> GeneratedPatient:
    return next(each for each in CLINIC if each.edge == f"{disease}: {edge}")


def test_the_same_seed_gives_the_same_clinic_and_another_seed_another() -> None:
    assert generate_clinic(1, TODAY) == CLINIC
    assert generate_clinic(2, TODAY) != CLINIC
    assert len(CLINIC) == len({each.id for each in CLINIC}) == SIZE


def test_nobody_can_be_a_person() -> None:
    guard = Guard(frozenset())
    for each in CLINIC:
        for kind in (Cpr, Ecpr):
            with pytest.raises(ValueError, match="nummer er"):
                kind(each.id)
        assert guard.hide(f"patient {each.id} i klinikken") == f"patient {each.id} i klinikken"


def test_every_edge_case_is_there_once_for_every_disease() -> None:
    made = sorted(each.edge for each in CLINIC if each.edge)
    assert made == sorted(f"{disease.name}: {edge}" for disease in DISEASES for edge in edge_cases(disease, TODAY))


def test_no_two_edge_cases_make_the_same_patient() -> None:
    for disease in DISEASES:
        cases = [each for each in CLINIC if each.edge.startswith(f"{disease.name}: ")]
        assert len({(each.born, each.diagnoses, each.own_clinic, each.moved, each.died) for each in cases}) == len(cases) == 29


def test_the_ages_around_18() -> None:
    assert the("fylder 18 i dag").born == date(2008, 10, 5)
    assert the("fyldte 18 i går").born == date(2008, 10, 4)
    assert the("fylder 18 i morgen").born == date(2008, 10, 6)
    coded = {
        days: the(name, "type 2-diabetes") for days, name in ((-1, "kodet dagen før 18-årsdagen"), (0, "kodet på 18-årsdagen"))
    }
    for days, each in coded.items():
        assert each.diagnoses[0].coded == each.born.replace(year=each.born.year + 18) + timedelta(days=days)


def test_the_codes_are_those_of_the_terminology() -> None:
    lists = load_terminology(find_house())
    known = {ICPC: set(lists["icpc-2"].concepts), ICD: set(lists["icd-10"].concepts)}
    for disease in DISEASES:
        assert {disease.icpc, disease.neighbour} <= known[ICPC]
        targets = lists["icpc-2"].concepts[disease.icpc].targets
        assert any(disease.icd.startswith(code) for code in targets)


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2026, 2, 28), date(2026, 12, 31), date(2027, 1, 1)])
def test_it_can_be_made_on_any_day_people_turn_18(day: date) -> None:
    clinic = generate_clinic(1, day)
    assert len({each.id for each in clinic}) == SIZE
    assert all(diagnosis.coded <= day for each in clinic for diagnosis in each.diagnoses)
    assert all(each.born <= day for each in clinic)


@pytest.mark.parametrize("day", [date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1)])
def test_nobody_turns_18_on_29_february(day: date) -> None:
    with pytest.raises(ValueError, match="day"):
        generate_clinic(1, day)
