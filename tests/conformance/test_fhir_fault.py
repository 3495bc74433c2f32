"""One defect gives one finding: which of several faults at and around one place stands for itself."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.conformance.fhir.fault import Check, Fault, without_consequences
from harness.standards.fhir.tree import read_tree

PATIENT = {"reference": "#p"}
MESSAGE = {
    "resourceType": "Observation",
    "contained": [{"resourceType": "Patient", "id": "p"}],
    "subject": PATIENT,
    "code": {"coding": [{"system": "urn:s", "code": "A"}], "text": "x"},
    "codeSystem": "x",
}
ROOT = read_tree(json.dumps(MESSAGE).encode(), "prøve.json").root
CODE, CODING, SYSTEM = ROOT.all("code")[0], ROOT.all("code", "coding")[0], ROOT.all("code", "coding", "system")[0]
TEXT, OTHER, SUBJECT = ROOT.all("code", "text")[0], ROOT.all("codeSystem")[0], ROOT.all("subject", "reference")[0]
PERSON, NUMBER = ROOT.all("contained")[0], ROOT.all("contained", "id")[0]


def fault(check: Check, node: Any, **more: Any) -> Fault:
    return Fault(check, node, "ventet", "fundet", "element", "profil", **more)


WRONG, UNKNOWN, SLICE = fault(Check.TYPE, CODE), fault(Check.UNKNOWN, SYSTEM), fault(Check.SLICE, CODING)
VALUE, WORDS, LACK = fault(Check.FIXED, SYSTEM), fault(Check.FIXED, TEXT), fault(Check.CARDINALITY, CODE, missing="id")
LACKING = fault(Check.SLICE, CODE, missing="coding")
SAID, HELD = fault(Check.INVARIANT, CODE, key="a"), fault(Check.INVARIANT, SYSTEM, key="b")
REMARK, NOTED = fault(Check.BINDING, SYSTEM, remark="kun anbefalet"), fault(Check.INVARIANT, SYSTEM, remark="x", key="d")
POINTING, INSIDE = fault(Check.REFERENCE, SUBJECT, about=PERSON), fault(Check.FIXED, NUMBER)
# what was found, what stands for itself, and which invariants are set aside
CASES: list[tuple[str, list[Fault], list[Fault], list[Fault]]] = [
    ("nothing", [], [], []),
    ("two places", [VALUE, fault(Check.TYPE, OTHER)], [VALUE, fault(Check.TYPE, OTHER)], []),
    ("inside what is wrong", [VALUE, WRONG], [WRONG], []),
    ("inside a wrong slice", [VALUE, SLICE], [SLICE], []),
    ("beside what is lacking", [WORDS, LACK], [WORDS, LACK], []),
    ("the first kind at one place", [VALUE, UNKNOWN], [UNKNOWN], []),
    ("an invariant over what is wrong", [SAID, VALUE], [VALUE], [SAID]),
    ("an invariant over another", [SAID, HELD], [HELD], [SAID]),
    ("an invariant alone", [SAID], [SAID], []),
    ("a reference to what is wrong", [POINTING, INSIDE], [INSIDE], []),
    ("a reference to what is right", [POINTING, VALUE], [POINTING, VALUE], []),
    ("a remark under what is wrong", [REMARK, WRONG], [WRONG], []),
    ("a remark alone", [REMARK, fault(Check.TYPE, OTHER)], [fault(Check.TYPE, OTHER), REMARK], []),
    ("a remark where something is wrong", [REMARK, VALUE], [VALUE], []),
    ("an invariant over a remark", [SAID, REMARK], [SAID], []),
    ("a remark by an invariant, under what is wrong", [NOTED, WRONG], [WRONG], []),
    ("inside a list that lacks a slice", [VALUE, LACKING], [VALUE, LACKING], []),
]


def told(faults: list[Fault]) -> list[tuple[Check, str, str]]:
    return sorted((each.check, each.pointer, each.key) for each in faults)


@pytest.mark.parametrize(("found", "own", "aside"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_one_defect_gives_one_finding(found: list[Fault], own: list[Fault], aside: list[Fault]) -> None:
    kept, away = without_consequences(found)
    assert (told(kept), told(away)) == (told(own), told(aside))


@pytest.mark.parametrize(
    ("place", "kept"),
    [
        ("/code", []),
        ("/code/coding/0", []),
        ("/code/coding/0/system", []),
        ("/code/coding/0/system/id", []),
        ("/codeSystem", [VALUE]),
    ],
)
def test_what_a_rule_of_its_own_tells_is_not_told_again(place: str, kept: list[Fault]) -> None:
    assert told(without_consequences([VALUE], told=frozenset({place}))[0]) == told(kept)


def test_an_invariant_over_what_is_told_is_set_aside() -> None:
    beside = fault(Check.INVARIANT, ROOT, key="c")
    kept, away = without_consequences([SAID, beside], told=frozenset({"/codeSystem"}))
    assert (told(kept), told(away)) == (told([SAID]), told([beside]))
