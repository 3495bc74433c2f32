"""A fixed value and a pattern (FHIR R4, ElementDefinition): what keeps them, and where the first difference is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.conformance.fhir.pattern import difference, shown
from harness.standards.fhir.tree import Kind, Node, read_tree

WANTED = {"coding": [{"system": "urn:s", "code": "A"}]}
ONE = {"coding": [{"system": "urn:s", "code": "A"}]}
TWO = {"coding": [{"system": "urn:t", "code": "B"}, {"system": "urn:s", "code": "A"}]}
WORDED = {"coding": [{"system": "urn:s", "code": "A"}], "text": "et navn"}


def node(value: Any) -> Node:
    return read_tree(json.dumps({"resourceType": "Basic", "code": value}).encode("utf-8"), "prøve.json").root.all("code")[0]


def seen(value: Any, wanted: Any, *, exactly: bool) -> tuple[str, str, str, str] | None:
    found = difference(node(value), wanted, exactly=exactly)
    return found and (found.node.pointer, found.missing, found.expected, found.actual)


@pytest.mark.parametrize("value", [ONE, TWO, WORDED])
def test_a_pattern_allows_more_than_it_says(value: Any) -> None:
    assert seen(value, WANTED, exactly=False) is None


# what stands there, whether nothing more may, and the difference: place, what is missing, expected, actual
DIFFERENCES: list[tuple[Any, bool, tuple[str, str, str, str]]] = [
    (TWO, True, ("/code/coding/1", "", "højst 1", "2")),
    ({"coding": [*ONE["coding"], *ONE["coding"]]}, True, ("/code/coding/1", "", "højst 1", "2")),
    (WORDED, True, ("/code/text", "", "ikke til stede", '"et navn"')),
    ({"text": "x"}, False, ("/code", "coding", 'system "urn:s", code "A"', "mangler")),
    ({"coding": [{"system": "urn:s", "code": "B"}]}, False, ("/code/coding/0/code", "", '"A"', '"B"')),
    ({"coding": [{"system": "urn:s"}]}, False, ("/code/coding/0", "code", '"A"', "mangler")),
    ({"coding": [{"system": "urn:s", "code": {"x": "y"}}]}, False, ("/code/coding/0/code", "", '"A"', "code med x")),
]


@pytest.mark.parametrize(("value", "exactly", "told"), DIFFERENCES)
def test_the_first_difference_is_told(value: Any, exactly: bool, told: tuple[str, str, str, str]) -> None:
    assert seen(value, WANTED, exactly=exactly) == told


def test_every_item_of_a_pattern_must_be_there() -> None:
    both = {"coding": [{"code": "A"}, {"code": "B"}]}
    assert seen(both, both, exactly=False) is None
    assert seen({"coding": [{"code": "A"}, {"code": "C"}]}, both, exactly=False) == ("/code/coding/0/code", "", '"B"', '"A"')


@pytest.mark.parametrize(
    ("value", "wanted", "holds"),
    [
        (1, 1, True),
        (1.0, 1, True),
        (1, 1.0, True),
        (1.5, 1, False),
        ("1.0", 1, False),
        (True, True, True),
        (False, True, False),
        ("x", "x", True),
    ],
)
def test_a_number_is_its_value_and_a_text_its_letters(value: Any, wanted: Any, holds: bool) -> None:
    assert (seen(value, wanted, exactly=True) is None) is holds


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("x" * 80, f'"{"x" * 80}"'),
        ("x" * 81, f'"{"x" * 77}…"'),
        ({"system": "urn:s", "code": "A"}, 'system "urn:s", code "A"'),
        ({"reference": "#p"}, 'reference "#p"'),
        ({"a": "1", "b": "2"}, "code med a, b"),
        ({}, "tomt"),
        (None, "null"),
    ],
)
def test_what_stands_there_is_told_shortly(value: Any, told: str) -> None:
    assert shown(node(value)) == told


def test_xml_writes_a_number_as_a_text() -> None:
    assert difference(Node("value", Kind.ATTRIBUTE, "1.0"), 1, exactly=True) is not None
    assert difference(Node("value", Kind.ATTRIBUTE, "true"), True, exactly=True) is None
