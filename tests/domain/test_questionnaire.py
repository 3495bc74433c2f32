"""The scores' codes and texts are MedCom's own, and a score is impossible only where a source gives its limits."""

from __future__ import annotations

from decimal import Decimal

import pytest

from harness.domain.questionnaire import BY_CODE, INSTRUMENTS, Package
from harness.house import find_house
from harness.suite.profiles import load_profiles
from tests.published import read_yaml

HOUSE = find_house()
MCS = read_yaml(HOUSE.fixtures / "terminology" / "mcs.yaml")["koder"]


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_codes_and_texts_are_those_of_the_terminology(name: str) -> None:
    assert MCS[INSTRUMENTS[name].code]["tekst"].startswith(INSTRUMENTS[name].text)


def test_the_packages_of_the_profile_hold_known_scores() -> None:
    packages = load_profiles(HOUSE)["pro"].facts["pro-pakker"].value
    assert isinstance(packages, dict)
    assert list(packages) == list(Package)
    assert {code for codes in packages.values() for code in codes} == set(BY_CODE)


@pytest.mark.parametrize(
    ("name", "value", "possible"),
    [
        ("STarT", "0", True),
        ("STarT", "9", True),
        ("STarT", "10", False),
        ("STarT", "-1", False),
        ("Manniche", "60", True),
        ("Manniche", "60.5", False),
        ("CAT", "99", True),
    ],
)
def test_what_a_score_can_be(name: str, value: str, possible: bool) -> None:
    assert INSTRUMENTS[name].possible(Decimal(value)) is possible
