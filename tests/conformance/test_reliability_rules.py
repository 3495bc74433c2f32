"""The rules of sending and receiving over time: an example that keeps each, and one that breaks it and no other."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from harness.conformance.rule import Judgement, Result, rules_for
from harness.conformance.transport.reliability import Answer, Line, Transfer, judge_reliability
from harness.domain.finding import Finding, Location
from harness.domain.grade import Grade

START = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)
YES, NO = Answer.POSITIVE, Answer.NEGATIVE


def sent(minute: int, envelope: str, message: str, digest: str = "indhold", stamp: str = "") -> Transfer:
    """A message from the system under test."""
    at = START + timedelta(minutes=minute)
    return Transfer(Location(f"{minute}.xml"), True, at, envelope, message, digest, stamp or f"{at:%H:%M}")


def got(minute: int, envelope: str, message: str, *, wants_receipt: bool = True) -> Transfer:
    """A message to the system under test."""
    at = START + timedelta(minutes=minute)
    return Transfer(Location(f"{minute}.xml"), False, at, envelope, message, stamp=f"{at:%H:%M}", wants_receipt=wants_receipt)


def receipt(
    minute: int, envelope: str, answer: Answer, for_envelope: str, for_message: str, *, outgoing: bool = True
) -> Transfer:
    """A receipt; its message id is its envelope's id with a K before it."""
    at = START + timedelta(minutes=minute)
    place = Location(f"{minute}.xml")
    return Transfer(place, outgoing, at, envelope, f"K{envelope}", "", f"{at:%H:%M}", answer, for_envelope, for_message)


def judged(*transfers: Transfer, shown: tuple[str, ...] = ()) -> dict[str, Judgement]:
    return {each.rule.id: each for each in judge_reliability(Line(transfers, shown))}


def findings(judgements: dict[str, Judgement]) -> list[Finding]:
    return [finding for each in judgements.values() for finding in each.findings]


RECEIVED = (got(0, "e1", "m1"), receipt(1, "a1", YES, "e1", "m1"))
FIVE = tuple(sent(31 * n, f"e{n}", "m1") for n in range(5))

KEEPS: list[tuple[str, tuple[Transfer, ...], tuple[str, ...]]] = [
    ("VP-01", (sent(0, "e1", "m1"), sent(31, "e2", "m1"), sent(32, "e3", "m2")), ()),
    ("VP-02", (sent(0, "e1", "m1"), sent(31, "e2", "m1"), sent(40, "e3", "m2", "ændret")), ()),
    ("VP-03", (sent(0, "e1", "m1"), sent(31, "e2", "m1")), ()),
    ("VP-04", FIVE[:4], ()),
    ("VP-05", (sent(0, "e1", "m1"), sent(30, "e2", "m1")), ()),
    ("VP-05", (sent(0, "e1", "m1"), receipt(1, "x", NO, "e1", "m1", outgoing=False), sent(2, "e2", "m1")), ()),
    ("VP-12", (sent(0, "e1", "m1"), receipt(1, "x", NO, "e1", "m1", outgoing=False), sent(2, "e2", "m1")), ()),
    ("VP-12", (sent(0, "e1", "m1"), sent(30, "e2", "m1"), receipt(31, "x", YES, "e1", "m1", outgoing=False)), ()),
    ("VP-06", RECEIVED, ()),
    ("VP-06", (got(0, "e1", "m1"), receipt(1, "a1", NO, "e1", "m1"), receipt(2, "a2", YES, "e1", "m1")), ()),
    ("VP-07", (*RECEIVED, got(5, "e1", "m1"), receipt(6, "a2", YES, "e1", "m1")), ()),
    ("VP-07", (got(0, "e1", "m1"), receipt(1, "a1", NO, "e1", ""), got(5, "e1", "m1"), receipt(6, "a2", NO, "e1", "m1")), ()),
    (
        "VP-07",
        (got(0, "e1", "m1"), got(5, "e1", "m1"), receipt(6, "a1", NO, "e1", "m1"), receipt(7, "a2", NO, "e1", "m1")),
        (),
    ),
    ("VP-08", (*RECEIVED, got(31, "e2", "m1"), receipt(32, "a2", YES, "e2", "m1")), ()),
    ("VP-08", (*RECEIVED, got(31, "e2", "m1"), receipt(32, "a2", YES, "e1", "m1")), ()),  # the first receipt's own content
    ("VP-06", (got(0, "e1", "m1"), receipt(1, "a1", YES, "", "m1")), ()),  # a FHIR receipt knows the message only
    ("VP-09", (*RECEIVED, got(31, "e2", "m1"), receipt(32, "a2", YES, "e2", "m1")), ("m1", "m2")),
    ("VP-10", (sent(0, "e1", "m1"), receipt(1, "x", YES, "e1", "m1", outgoing=False)), ()),
    ("VP-11", (*RECEIVED, got(5, "e1", "m2")), ()),
    ("VP-11", (*RECEIVED, got(5, "e1", "m2"), receipt(6, "a2", NO, "e1", "m2")), ()),
]

# rule, grade, what happened, what was shown, the file of the transfer the finding stands at
EXAMPLES: list[tuple[str, Grade, tuple[Transfer, ...], tuple[str, ...], str]] = [
    ("VP-01", Grade.F2, (sent(0, "e1", "m1"), sent(31, "e1", "m1", stamp="08:00")), (), "31.xml"),
    ("VP-01", Grade.F2, (sent(0, "e1", "m1"), sent(1, "e1", "m2")), (), "1.xml"),
    ("VP-01", Grade.F2, (*RECEIVED, got(5, "e1", "m1"), receipt(6, "a1", YES, "e1", "m1")), (), "6.xml"),
    ("VP-02", Grade.F2, (sent(0, "e1", "m1"), sent(31, "e2", "m1", "ændret")), (), "31.xml"),
    ("VP-03", Grade.F3, (sent(0, "e1", "m1", stamp="08:00"), sent(31, "e2", "m1", stamp="08:00")), (), "31.xml"),
    ("VP-04", Grade.F3, FIVE, (), "124.xml"),
    (
        "VP-12",
        Grade.F3,
        (sent(0, "e1", "m1"), receipt(1, "x", YES, "e1", "m1", outgoing=False), sent(31, "e2", "m1")),
        (),
        "31.xml",
    ),
    ("VP-05", Grade.F4, (sent(0, "e1", "m1"), sent(29, "e2", "m1")), (), "29.xml"),
    ("VP-05", Grade.F4, (sent(0, "e1", "m1"), sent(31, "e2", "m1"), sent(32, "e3", "m1")), (), "32.xml"),
    (
        "VP-05",
        Grade.F4,
        (sent(0, "e1", "m1"), receipt(1, "x", NO, "e1", "m1", outgoing=False), sent(2, "e2", "m1"), sent(3, "e3", "m1")),
        (),
        "3.xml",
    ),
    (
        "VP-05",
        Grade.F4,
        (sent(0, "e1", "m1"), sent(1, "e2", "m2"), receipt(2, "x", NO, "e2", "m2", outgoing=False), sent(3, "e3", "m1")),
        (),
        "3.xml",
    ),
    (
        "VP-12",
        Grade.F3,
        (
            sent(0, "e1", "m1"),
            receipt(1, "x", NO, "e1", "m1", outgoing=False),
            receipt(2, "y", YES, "e1", "m1", outgoing=False),
            sent(31, "e2", "m1"),
        ),
        (),
        "31.xml",
    ),
    ("VP-06", Grade.F2, (got(0, "e1", "m1"),), (), "0.xml"),
    ("VP-06", Grade.F2, (got(0, "e1", "m1"), receipt(1, "a1", YES, "e9", "m1")), (), "0.xml"),
    ("VP-07", Grade.F3, (*RECEIVED, got(5, "e1", "m1")), (), "5.xml"),
    ("VP-07", Grade.F3, (*RECEIVED, got(5, "e1", "m1"), receipt(6, "a2", NO, "e1", "m1")), (), "5.xml"),
    ("VP-08", Grade.F3, (*RECEIVED, got(31, "e2", "m1")), (), "31.xml"),
    ("VP-08", Grade.F3, (*RECEIVED, got(31, "e2", "m1"), receipt(32, "a2", NO, "e2", "m1")), (), "31.xml"),
    ("VP-09", Grade.F2, RECEIVED, ("m1", "m1"), "0.xml"),
    ("VP-09", Grade.F2, (), ("m1", "m1", "m1"), "indbakken"),
    (
        "VP-10",
        Grade.F2,
        (sent(0, "e1", "m1"), receipt(1, "x", YES, "e1", "m1", outgoing=False), receipt(2, "a1", YES, "x", "Kx")),
        (),
        "2.xml",
    ),
    ("VP-11", Grade.F2, (*RECEIVED, got(5, "e1", "m2"), receipt(6, "a2", YES, "e1", "m2")), (), "6.xml"),
]


@pytest.mark.parametrize(("rule", "transfers", "shown"), KEEPS, ids=[f"{row[0]}-{n}" for n, row in enumerate(KEEPS)])
def test_what_is_right_holds(rule: str, transfers: tuple[Transfer, ...], shown: tuple[str, ...]) -> None:
    judgements = judged(*transfers, shown=shown)
    assert [str(each) for each in findings(judgements)] == []
    assert judgements[rule].result is Result.HOLDS


@pytest.mark.parametrize(
    ("rule", "grade", "transfers", "shown", "file"), EXAMPLES, ids=[f"{row[0]}-{n}" for n, row in enumerate(EXAMPLES)]
)
def test_one_fault_gives_one_finding(
    rule: str, grade: Grade, transfers: tuple[Transfer, ...], shown: tuple[str, ...], file: str
) -> None:
    found = findings(judged(*transfers, shown=shown))
    assert [(each.rule, each.grade, each.location.file) for each in found] == [(rule, grade, file)], [str(each) for each in found]


def test_every_rule_has_an_example_of_either_kind() -> None:
    rules = {rule.id for rule in rules_for("forsendelse")}
    assert {row[0] for row in KEEPS} == rules
    assert {row[0] for row in EXAMPLES} == rules


def test_what_did_not_happen_is_not_judged() -> None:
    assert {each.result for each in judged().values()} == {Result.NOT_JUDGED}
    silent = judged(got(0, "e1", "m1", wants_receipt=False), got(1, "e1", "m1", wants_receipt=False))
    assert {each.result for each in silent.values()} == {Result.NOT_JUDGED}
    once = judged(sent(0, "e1", "m1"), receipt(1, "a1", YES, "e1", "m1", outgoing=False))
    assert [once[f"VP-0{number}"].reason for number in (2, 3, 4)] == ["intet er genfremsendt"] * 3


def test_a_duplicate_of_what_was_never_answered_is_one_finding() -> None:
    assert [each.rule for each in findings(judged(got(0, "e1", "m1"), got(5, "e1", "m1")))] == ["VP-06"]


def test_receipts_without_message_ids_are_told_apart_by_their_envelopes() -> None:
    carrier = Transfer(Location("1.xml"), False, START, "x", "", answer=NO, for_envelope="e1")
    own = Transfer(Location("3.xml"), True, START, "a1", "", answer=YES, for_envelope="e2")
    line = (sent(0, "e1", "m1"), carrier, got(2, "e2", "m2"), own)
    assert findings(judged(*line)) == []
    assert [
        each.rule
        for each in findings(judged(*line, Transfer(Location("4.xml"), True, START, "a2", "", answer=YES, for_envelope="x")))
    ] == ["VP-10"]


@pytest.mark.parametrize("seed", range(50))
def test_any_order_of_anything_is_judged(seed: int) -> None:
    dice = random.Random(seed)
    names = ["", "a", "b", "c"]
    line = [
        Transfer(
            place=Location(f"{number}.xml"),
            outgoing=dice.random() < 0.5,
            at=START + timedelta(minutes=dice.randrange(-90, 90)),
            envelope=dice.choice(names),
            message=dice.choice(names),
            digest=dice.choice(names),
            answer=dice.choice([None, YES, NO]),
            for_envelope=dice.choice(names),
            for_message=dice.choice(names),
        )
        for number in range(30)
    ]
    assert set(judged(*line, shown=tuple(dice.choices(names, k=5)))) == {rule.id for rule in rules_for("forsendelse")}
