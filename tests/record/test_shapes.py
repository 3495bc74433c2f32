"""What has a person number's shape is found as the plain pattern finds it, one digit at a time."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.record.guard import _SPREAD
from harness.record.shapes import has_six_digits, numbers_in

SLOW = re.compile(rb"(\d(?<!\d\d)\d{5})[- ]?(\d{4})(?!\d)(?:(?=\^\^\^)|(?<![A-Za-z]\d{10})(?<![A-Za-z]\d{6}[- ]\d{4}))")


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(["231114", "3995", "7", "-", " ", "a", "^^^", ".", "\n", "æ"]), max_size=12))
def test_it_finds_what_the_plain_pattern_finds(parts: list[str]) -> None:
    body = "".join(parts).encode()
    assert list(numbers_in(body)) == [found[1] + found[2] for found in SLOW.finditer(body)]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("2311143995", True),
        ("231114-3995", True),
        (">231114 3995<", True),
        ("_2311143995_", True),
        ("12311143995", False),
        ("23111439951", False),
        ("231114  3995", False),
        ("b2311143995e", False),
        ("b2311143995^^^", True),
    ],
)
def test_where_one_can_be_seen(body: str, found: bool) -> None:
    assert list(numbers_in(body.encode())) == [b"2311143995"] * found


@given(st.lists(st.sampled_from(["231114", "23111", "3995", "7", "-", " ", "\\n", "%20", "æ", "a"]), max_size=10))
def test_where_no_six_digits_stand_together_no_number_is_spread(parts: list[str]) -> None:
    text = "".join(parts).encode()
    assert has_six_digits(text) or not _SPREAD.search(text)


def test_few_texts_have_six_digits() -> None:
    assert has_six_digits(b"231114 - 3995")
    assert not has_six_digits(b"2026-10-05T08:15:00 b1c12345")
