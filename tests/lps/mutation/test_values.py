"""Another value of the same kind is another, of the same kind, and always the same one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.domain.identifiers import Gln
from harness.lps.mutation.values import another


@pytest.mark.parametrize(
    ("value", "other"),
    [
        ("2026-10-05", "2026-10-04"),
        ("2026-10-05T10:15:00+02:00", "2026-10-04T10:15:00+02:00"),
        ("20261001101500+0200", "20260930101500+0200"),
        ("202610051015", "202610041015"),
        ("19470925", "19470924"),
        ("10:15", "09:15"),
        ("2509479989", "3001749995"),
        ("3001749995", "2509479989"),
        ("2512489996", "1509819996"),
        ("2509479989^^^&1.2.208.176.1.2&ISO", "3001749995^^^&1.2.208.176.1.2&ISO"),
        ("true", "false"),
        ("M", "F"),
        ("DJ449", "DJ448"),
        ("R95", "R94"),
        ("75310-3", "75310-2"),
        ("1", "2"),
        ("9", "8"),
        ("53", "52"),
        ("7,2", "7,1"),
        ("2d055707-bd96-4a0e-ab92-4a46cf405c90", "1d055707-bd96-4a0e-ab92-4a46cf405c90"),
        ("urn:uuid:1d055707-bd96-4a0e-ab92-4a46cf405c90", "urn:uuid:2d055707-bd96-4a0e-ab92-4a46cf405c90"),
        ("Gå 30 minutter hver dag", "Ga 30 minutter hver dag"),
        ("BNPHSV", "xNPHSV"),
        ("", "x"),
        ("text/xml", "text/plain"),
    ],
)
def test_another_value_is_of_the_same_kind(value: str, other: str) -> None:
    assert another(value) == other


def test_another_location_number_has_a_check_digit_that_is_right() -> None:
    assert another("5790000147465") != "5790000147465"
    assert Gln(another("5790000147465"))
    assert another("0088:5790000147465") == f"0088:{another('5790000147465')}"


def test_a_mark_at_the_end_of_a_text_stays() -> None:
    assert another("Rygestop BNPHSV").endswith(" BNPHSV")


@given(st.text(max_size=40))
def test_another_value_is_never_the_same(value: str) -> None:
    assert another(value) != value
    assert another(value) == another(value)
