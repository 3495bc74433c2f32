"""CPR numbers as a type: recognised, read, and hidden where they would be printed. Only national test numbers stand here."""

from __future__ import annotations

import copy
import pickle
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.domain.identifiers import Cpr
from harness.house import find_house
from harness.suite.patients import allowed_cprs

NATIONAL = sorted(allowed_cprs(find_house()))


@pytest.mark.parametrize("digits", NATIONAL)
def test_a_number_is_shown_by_str_and_hidden_by_repr(digits: str) -> None:
    cpr = Cpr(digits)
    assert str(cpr) == f"{cpr}" == digits
    assert repr(cpr) == f"Cpr({digits[:6]}-****)"
    assert digits[6:] not in repr([cpr]) + repr({"cpr": cpr})


def test_the_same_number_is_the_same_person() -> None:
    assert {Cpr("2512489996"), Cpr("2512489996")} == {Cpr("2512489996")}
    assert copy.deepcopy(pickle.loads(pickle.dumps(Cpr("2512489996")))) == Cpr("2512489996")
    assert Cpr("2512489996") != Cpr("2509479989")


@pytest.mark.parametrize(
    ("digits", "born", "female"),
    [
        ("2512489996", date(1948, 12, 25), True),  # 7th digit 9, year 37–99
        ("2509479989", date(1947, 9, 25), False),
        ("0504909995", date(1990, 4, 5), False),
        ("2103009996", date(2000, 3, 21), True),  # 7th digit 9, year 00–36
        ("0505239996", date(2023, 5, 5), True),
        ("2311143995", date(1914, 11, 23), False),  # 7th digit 0–3: always the 1900s
    ],
)
def test_birthday_and_sex_follow_from_the_number(digits: str, born: date, female: bool) -> None:
    assert (Cpr(digits).born, Cpr(digits).female) == (born, female)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "251248-9996",
        "251248999",
        "25124899966",
        "2512489996\n",
        " 2512489996",
        "251248999A",
        "0012489996",
        "3212489996",
        "2500489996",
        "2513489996",
        "251248٩٩٩٦",
    ],
)
def test_what_is_no_cpr_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="ti cifre og begynder med en dato") as refusal:
        Cpr(text)
    assert not text.strip() or text not in str(refusal.value)


@given(st.text())
def test_nothing_but_ten_digits_is_taken(text: str) -> None:
    if not (len(text) == 10 and text.isascii() and text.isdigit()):
        with pytest.raises(ValueError, match="ti cifre"):
            Cpr(text)


def test_a_day_that_does_not_exist_has_no_birthday() -> None:
    with pytest.raises(ValueError, match="day"):
        _ = Cpr("3102000000").born
