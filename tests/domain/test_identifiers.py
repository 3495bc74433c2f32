"""Identifiers as types: recognised, read, and hidden where they would be printed. Only national test CPR numbers stand here."""

from __future__ import annotations

import copy
import pickle
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.domain.identifiers import AuthorisationId, Cpr, Cvr, Ecpr, Gln, Sor, Yder, cprs_written_in, parse_uuid, person_number
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


@pytest.mark.parametrize("day", ["3102", "3002", "3104", "3106", "3109", "3111"])
def test_a_day_the_month_has_not_is_no_cpr(day: str) -> None:
    with pytest.raises(ValueError, match="begynder med en dato"):
        Cpr(f"{day}000000")


def test_a_leap_day_of_a_year_without_one_has_no_birthday() -> None:
    with pytest.raises(ValueError, match="day"):
        _ = Cpr("2902010000").born


@pytest.mark.parametrize(
    ("value", "kind", "system"),
    [
        ("0703921VJ5", "X", "urn:oid:1.2.208.176.1.6.1.1"),
        ("0703927AB0", "X", "urn:oid:1.2.208.176.1.6.1.1"),
        ("0703920AB0", "D", "urn:oid:1.2.208.176.1.6.1.3"),
        ("0703925AB0", "D", "urn:oid:1.2.208.176.1.6.1.3"),
        ("0703926AB0", "D", "urn:oid:1.2.208.176.1.6.1.3"),
    ],
)
def test_the_seventh_character_tells_the_kind_of_an_ecpr(value: str, kind: str, system: str) -> None:
    found = Ecpr(value)
    assert (found.kind, found.system, str(found)) == (kind, system, value)
    assert found.root == system.removeprefix("urn:oid:")
    assert value[6:] not in repr(found)


@pytest.mark.parametrize(
    "value",
    ["", "2512489996", "0703922VJ5", "0703921VJ", "0703921vj5", "0703921VÆ5", "3102921VJ5", "0703921VJ5\n", "07039211VJ5"],
)
def test_what_is_no_ecpr_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="et eCPR-nummer er en dato") as refusal:
        Ecpr(value)
    assert not value.strip() or value not in str(refusal.value)


def test_a_patients_number_is_one_or_the_other_by_its_form() -> None:
    assert person_number("2512489996") == Cpr("2512489996")
    assert Cpr("2512489996").root == "1.2.208.176.1.2"
    assert person_number("0703921VJ5") == Ecpr("0703921VJ5")
    for neither in ("", "07039215", "0703921vj5", "3102489996"):
        with pytest.raises(ValueError, match="nummer er"):
            person_number(neither)


EXAMPLES = {  # MedCom's own test organisations
    Sor: ("325381000016008", "73091000016008", "1267041000016006", "191901000016999", "12345678901"),
    Yder: ("091034", "045861", "061654"),
    Gln: (
        "5790000147465",
        "5790002757778",
        "5790000121441",
        "5790000123117",
        "5790000127092",
        "5790001348120",
        "5790000209354",
    ),
    AuthorisationId: ("BCDFG", "0zxw9"),
}


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in EXAMPLES.items() for text in texts])
def test_real_examples_are_taken_and_shown_as_they_are(kind: type[Sor], text: str) -> None:
    assert str(kind(text)) == text
    assert kind(text) == kind(text) != kind(EXAMPLES[kind][EXAMPLES[kind][0] == text])


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        (Sor, "1234567890", "mindst 11 cifre"),
        (Sor, "32538100001600A", "mindst 11 cifre"),
        (Sor, "325381000016008\n", "mindst 11 cifre"),
        (Yder, "91034", "seks cifre"),
        (Yder, "0910345", "seks cifre"),
        (Yder, "09103 ", "seks cifre"),
        (Gln, "579000014746", "13 cifre"),
        (Gln, "57900001474655", "13 cifre"),
        (Gln, "5790000147466", "kontrolciffer"),
        (Gln, "5790000174465", "kontrolciffer"),
        (Cvr, "1234567", "otte cifre"),
        (Cvr, "1234567٨", "otte cifre"),
        (AuthorisationId, "BCDFA", "ingen vokaler"),
        (AuthorisationId, "BCDY", "fem tegn"),
        (AuthorisationId, "BCDFGH", "fem tegn"),
        (AuthorisationId, "bcdfå", "fem tegn"),
    ],
)
def test_what_is_none_is_refused_in_danish(kind: type[Sor], text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        kind(text)


def takes(kind: type[Sor], text: str) -> bool:
    try:
        kind(text)
    except ValueError:
        return False
    return True


@given(st.text("0123456789", min_size=12, max_size=12))
def test_one_last_digit_of_ten_makes_a_gln(first: str) -> None:
    assert sum(takes(Gln, f"{first}{last}") for last in range(10)) == 1


@given(st.sampled_from(EXAMPLES[Gln]), st.integers(0, 12), st.integers(1, 9))
def test_any_wrong_digit_in_a_gln_is_seen(gln: str, at: int, off: int) -> None:
    assert not takes(Gln, f"{gln[:at]}{(int(gln[at]) + off) % 10}{gln[at + 1 :]}")


@given(st.text("0123456789", min_size=8, max_size=8), st.integers(0, 7), st.integers(1, 9))
def test_of_two_cvr_numbers_one_digit_apart_one_at_most_is_right(digits: str, at: int, off: int) -> None:
    other = f"{digits[:at]}{(int(digits[at]) + off) % 10}{digits[at + 1 :]}"
    assert not (takes(Cvr, digits) and takes(Cvr, other))


@given(st.text("0123456789", min_size=7, max_size=7))
def test_at_most_one_last_digit_makes_a_cvr(first: str) -> None:
    """None where modulus 11 would ask for a tenth."""
    weighed = sum(int(digit) * weight for digit, weight in zip(first, (2, 7, 6, 5, 4, 3, 2), strict=True))
    assert [last for last in range(10) if takes(Cvr, f"{first}{last}")] == [last for last in [-weighed % 11] if last < 10]


@given(st.uuids(), st.sampled_from(["", "urn:uuid:", "URN:UUID:"]), st.booleans())
def test_a_uuid_is_the_same_however_it_is_written(value: UUID, before: str, upper: bool) -> None:
    text = str(value).upper() if upper else str(value)
    assert parse_uuid(before + text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "urn:uuid:",
        "7c596b9a112e4386ae715ecdd3ed7c50",
        "{7c596b9a-112e-4386-ae71-5ecdd3ed7c50}",
        "7c596b9a-112e-4386-ae71-5ecdd3ed7c5",
        "7c596b9a-112e-4386-ae71-5ecdd3ed7c5g",
        "urn:uuid:urn:uuid:7c596b9a-112e-4386-ae71-5ecdd3ed7c50",
        "urn:oid:7c596b9a-112e-4386-ae71-5ecdd3ed7c50",
        "7c596b9a-112e-4386-ae71-5ecdd3ed7c50\n",
    ],
)
def test_what_is_no_uuid_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="et UUID er 32 hexcifre"):
        parse_uuid(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Diagnoser for 2509479989, og CPR-nr. 251248-9996.", {"2509479989", "2512489996"}),
        ("Cpr-nummer: 2512489996; personnummer 2509479989", {"2512489996", "2509479989"}),
        ("patient-id 251248-9996", {"2512489996"}),
        ("Condition 9b251248-9996-4a7b-8c3d-2f1e0d9c8b7a", set()),
        ("Sagsnr. 251248-9996, prøvenummer 2512489996", set()),
        ("CPR-nr.251248-9996, journalnr. 250947-9989", {"2512489996", "2509479989"}),
        ("Ægtefælle Ingrid 250947-9989", {"2509479989"}),
        ("25124899965 1.2.2512489996 2512489996.5 2513489996", set()),
    ],
)
def test_a_cpr_number_in_a_text_stands_alone_and_is_called_nothing_else(text: str, found: set[str]) -> None:
    assert cprs_written_in(text) == found
