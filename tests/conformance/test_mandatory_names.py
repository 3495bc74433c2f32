"""Whose name it is that another system shows of a patient."""

from __future__ import annotations

from datetime import date

import pytest

from harness.conformance.behaviour.mandatory import is_named
from harness.domain.identifiers import Cpr
from harness.domain.patient import Patient

NANCY = Patient("Nancy", Cpr("2512489996"), ("Nancy", "Ann", "Test"), "Berggren", date(1948, 12, 25), female=True)


@pytest.mark.parametrize(
    ("name", "is_hers"),
    [
        ("Nancy Ann Test Berggren", True),
        ("BERGGREN nancy", True),
        ("Nancy  Test\nBerggren", True),
        ("Nancy", False),
        ("Berggren", False),
        ("Ann Test Berggren", False),
        ("Pia Test Berggren", False),
        ("Nancy Pia Berggren", False),
        ("Nancy Ann Test Hansen", False),
        ("", False),
    ],
)
def test_first_and_family_name_and_no_strangers(name: str, is_hers: bool) -> None:
    assert is_named(name, NANCY) is is_hers
