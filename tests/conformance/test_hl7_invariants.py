"""HL7's own invariants, each on the least that keeps it and the least that breaks it. The words are HL7's, R4 4.0.1."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.conformance.fhir.hl7_invariants import OWN
from harness.standards.fhir.tree import Kind, Node, read_tree

DIV = '<div xmlns="http://www.w3.org/1999/xhtml">{}</div>'


def node(value: dict[str, Any]) -> Node:
    return read_tree(json.dumps({"resourceType": "Bundle", **value}).encode("utf-8"), "prøve.json").root


def entries(kind: str, *inside: dict[str, Any]) -> dict[str, Any]:
    return {"type": kind, "entry": list(inside)}


def first(kind: str, *names: str) -> dict[str, Any]:
    return entries(kind, *({"resource": {"resourceType": each}} for each in names))


def containing(pointer: str, *ids: str, **inside: Any) -> dict[str, Any]:
    contained = [{"resourceType": "Patient", "id": each, **inside} for each in ids]
    return {"contained": contained, "subject": {"reference": pointer}}


MARKED = {"fullUrl": "urn:a", "resource": {"resourceType": "Patient", "meta": {"versionId": "1"}}}
NEWER = {"fullUrl": "urn:a", "resource": {"resourceType": "Patient", "meta": {"versionId": "2"}}}
NAMED = {"system": "urn:s", "value": "1"}
# name, what keeps it, what breaks it
RESOURCES: list[tuple[str, list[dict[str, Any]], list[dict[str, Any]]]] = [
    (
        "ext-1",
        [{"url": "u", "valueString": "x"}, {"url": "u", "extension": [{"url": "v", "valueString": "x"}]}],
        [{"url": "u"}, {"url": "u", "valueString": "x", "extension": [{"url": "v", "valueString": "x"}]}],
    ),
    (
        "dom-2",
        [{}, containing("#p", "p")],
        [{"contained": [{"resourceType": "List", "contained": [{"resourceType": "Patient", "id": "p"}]}]}],
    ),
    (
        "dom-3",
        [
            {},
            containing("#p", "p"),
            containing("#p", "p", link=[{"reference": "#"}]),
            containing("x", "p", link=[{"reference": "#"}]),
        ],
        [containing("x", "p"), containing("#q", "p"), containing("p", "p"), containing("#p", "p", "q")],
    ),
    (
        "dom-4",
        [{}, containing("#p", "p", meta={"profile": ["u"]})],
        [containing("#p", "p", meta={"versionId": "1"}), containing("#p", "p", meta={"lastUpdated": "2026-01-01T00:00:00Z"})],
    ),
    ("dom-5", [containing("#p", "p", meta={"profile": ["u"]})], [containing("#p", "p", meta={"security": [{"code": "R"}]})]),
    (
        "ref-1",
        [
            {"reference": "#p", "contained": [{"resourceType": "Patient", "id": "p"}]},
            {"reference": "Patient/p"},
            {"display": "x"},
        ],
        [{"reference": "#p"}, {"reference": "#p", "contained": [{"resourceType": "Patient", "id": "q"}]}],
    ),
    ("org-1", [{"name": "Klinik"}, {"identifier": [NAMED]}], [{"active": True}]),
    ("obs-6", [{"valueString": "x"}, {"dataAbsentReason": {}}, {}], [{"valueString": "x", "dataAbsentReason": {"text": "x"}}]),
    (
        "bdl-1",
        [{"type": "message"}, {"type": "searchset", "total": 1}, {"type": "history", "total": 1}],
        [{"type": "message", "total": 1}],
    ),
    (
        "bdl-2",
        [entries("message", {"fullUrl": "u"}), entries("searchset", {"search": {"mode": "match"}})],
        [entries("message", {"search": {"mode": "match"}})],
    ),
    (
        "bdl-3",
        [
            entries("message", {"fullUrl": "u"}),
            *(entries(each, {"request": {"url": "u"}}) for each in ("batch", "transaction", "history")),
        ],
        [
            entries("message", {"request": {"url": "u"}}),
            *(entries(each, {"fullUrl": "u"}) for each in ("batch", "transaction", "history")),
        ],
    ),
    (
        "bdl-4",
        [
            entries("message", {"fullUrl": "u"}),
            *(entries(each, {"response": {"status": "200"}}) for each in ("batch-response", "transaction-response", "history")),
        ],
        [
            entries("message", {"response": {"status": "200"}}),
            *(entries(each, {"fullUrl": "u"}) for each in ("batch-response", "transaction-response", "history")),
        ],
    ),
    (
        "bdl-5",
        [{"resource": {"resourceType": "Patient"}}, {"request": {"url": "u"}}, {"response": {"status": "200"}}],
        [{"fullUrl": "u"}],
    ),
    (
        "bdl-7",
        [entries("message", MARKED, NEWER), entries("history", MARKED, MARKED), entries("message", {}, {}), {"type": "message"}],
        [entries("message", MARKED, MARKED), entries("message", MARKED, NEWER, MARKED)],
    ),
    ("bdl-8", [{"fullUrl": "urn:uuid:1"}, {}], [{"fullUrl": "http://klinik.test/Patient/1/_history/2"}]),
    (
        "bdl-9",
        [{"type": "message"}, {"type": "document", "identifier": NAMED}],
        [
            {"type": "document"},
            {"type": "document", "identifier": {"system": "urn:s"}},
            {"type": "document", "identifier": {"value": "1"}},
        ],
    ),
    (
        "bdl-10",
        [{"type": "message"}, {"type": "document", "timestamp": "2026-01-01T00:00:00Z"}],
        [{"type": "document"}, {"type": "document", "timestamp": ""}],
    ),
    (
        "bdl-11",
        [first("document", "Composition", "Patient"), first("message", "Patient")],
        [first("document", "Patient", "Composition"), first("document"), entries("document", {"fullUrl": "u"})],
    ),
    (
        "bdl-12",
        [first("message", "MessageHeader", "Patient"), first("document", "Patient")],
        [first("message", "Patient", "MessageHeader"), first("message"), entries("message", {"fullUrl": "u"})],
    ),
]
# what stands in a text, and whether HL7 allows it
TEXTS = [
    ("Blodtryk 120/80", True),
    ('<p class="x">et <b>fedt</b> ord</p><table><tr><td colspan="2" xml:lang="da">1</td></tr></table>', True),
    ('<img src="#billede" alt=""/>', True),
    ("", False),
    ("<br/>", False),
    ("<script>x</script>", False),
    ('<form action="u">x</form>', False),
    ('<p onclick="x">x</p>', False),
    ('<p xmlns="urn:andet">x</p>', False),
    ('<p xmlns:a="urn:andet" a:class="x">x</p>', False),
]


@pytest.mark.parametrize(("name", "kept", "broken"), RESOURCES, ids=[row[0] for row in RESOURCES])
def test_an_invariant_is_kept_and_broken(name: str, kept: list[dict[str, Any]], broken: list[dict[str, Any]]) -> None:
    assert [OWN[name](node(each)) for each in kept] == [True] * len(kept)
    assert [OWN[name](node(each)) for each in broken] == [False] * len(broken)


@pytest.mark.parametrize(("inside", "allowed"), TEXTS, ids=[row[0] for row in TEXTS])
def test_a_text_is_plain_html_that_says_something(inside: str, allowed: bool) -> None:
    assert OWN["txt-1"](Node("div", Kind.STRING, DIV.format(inside))) is allowed


@pytest.mark.parametrize(
    "text", ["<p>åben", '<p xmlns="http://www.w3.org/1999/xhtml">et p, intet div</p>', "<div>uden navnerum</div>", None]
)
def test_what_is_no_div_of_xhtml_is_no_text(text: str | None) -> None:
    assert not OWN["txt-1"](Node("div", Kind.STRING, text))


def test_a_reference_is_looked_for_in_the_resource_that_contains() -> None:
    """What is contained may point at its neighbour, not at what contains nothing."""
    inside = {"resourceType": "List", "id": "l", "subject": {"reference": "#p"}}
    beside = node({"contained": [inside, {"resourceType": "Patient", "id": "p"}]})
    alone = node({"contained": [inside]})
    assert OWN["ref-1"](beside.all("contained", "subject")[0])
    assert not OWN["ref-1"](alone.all("contained", "subject")[0])


def test_every_invariant_has_an_example() -> None:
    assert {row[0] for row in RESOURCES} | {"txt-1"} == set(OWN)
