"""To which slice an element belongs: each kind of discriminator, as FHIR R4 (Profiling, Discriminator) has them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from harness.conformance.fhir.slices import Sorter
from harness.standards.fhir.definitions import CORE, Definitions, Element
from harness.standards.fhir.packages import Package
from harness.standards.fhir.tree import Node, read_tree

URL = "urn:prøve:profil"
PEOPLE, PLACES = "urn:prøve:personer", "urn:prøve:steder"


def structure(url: str, kind: str, *elements: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "StructureDefinition", "url": url, "type": kind, "snapshot": {"element": list(elements)}}


def element(name: str, *types: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    path = name.replace(":ens", "")
    return {"id": name, "path": path, "min": 0, "max": "*", "type": list(types), **more}


def sorter_of(
    kind: str, path: str, *elements: dict[str, Any], codes: tuple[str, ...] = ("a",)
) -> tuple[Sorter, Element, Element]:
    """A sorter, and `Basic.x` sliced by one discriminator, with its slice `ens`."""
    base = element("Basic.x", slicing={"discriminator": [{"type": kind, "path": path}]})
    profile = structure(URL, "Basic", element("Basic"), base, *elements)
    people, places = structure(PEOPLE, "Patient"), structure(PLACES, "Location")
    values = {
        "resourceType": "ValueSet",
        "url": "urn:v",
        "compose": {"include": [{"concept": [{"code": each} for each in codes]}]},
    }
    extension = structure(
        "urn:prøve:udvidelse", "Extension", element("Extension"), element("Extension.value[x]", {"code": "code"}, fixedCode="a")
    )
    definitions = Definitions([Package("prøve", "1.0", "", definitions=(profile, people, places, values, extension))])
    root = definitions.profile(URL)
    assert root is not None
    sliced = root.children["x"]
    return (
        Sorter(definitions, resolved, lambda found, url: (url, found.resource_type) == (PEOPLE, "Patient")),
        sliced,
        sliced.slices[0],
    )


def resolved(reference: Node) -> Node | None:
    """`#p` is a patient and `#s` a place; nothing else is known."""
    kinds = {"#p": "Patient", "#s": "Location"}
    address = reference.value("reference")
    return read_tree(json.dumps({"resourceType": kinds[address]}).encode(), "prøve.json").root if address in kinds else None


def node(value: Any, name: str = "x") -> Node:
    return read_tree(json.dumps({"resourceType": "Basic", name: value}).encode("utf-8"), "prøve.json").root.all(name)[0]


def at(name: str, **wanted: Any) -> dict[str, Any]:
    return element(f"Basic.x:ens.{name}", {"code": "code"}, **wanted)


def slice_of(*types: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return element("Basic.x:ens", *types, sliceName="ens", **more)


TO_PEOPLE = {"code": "Reference", "targetProfile": [PEOPLE]}
BOUND = {"strength": "required", "valueSet": "urn:v"}
# discriminator, its path, what the profile says, the element, whether it is in the slice
CASES: list[tuple[str, str, tuple[dict[str, Any], ...], Any, bool | None]] = [
    ("value", "system", (slice_of(), at("system", fixedUri="urn:a")), {"system": "urn:a"}, True),
    ("value", "system", (slice_of(), at("system", fixedUri="urn:a")), {"system": "urn:b"}, False),
    ("value", "system", (slice_of(), at("system", fixedUri="urn:a")), {"value": "urn:a"}, False),
    ("value", "system", (slice_of(), at("system")), {"system": "urn:a"}, None),
    ("pattern", "$this", (slice_of(patternCodeableConcept={"text": "a"}),), {"text": "a", "id": "1"}, True),
    ("pattern", "$this", (slice_of(patternCodeableConcept={"text": "a"}),), {"text": "b"}, False),
    ("value", "$this", (slice_of(fixedCodeableConcept={"text": "a"}),), {"text": "a", "id": "1"}, False),
    ("value", "system", (slice_of(), at("system", binding=BOUND)), {"system": "a"}, True),
    ("value", "system", (slice_of(), at("system", binding=BOUND)), {"system": "b"}, False),
    ("value", "system", (slice_of(), at("system", binding={**BOUND, "valueSet": "urn:andet"})), {"system": "a"}, None),
    ("value", "system", (slice_of(), at("system", binding={**BOUND, "strength": "preferred"})), {"system": "a"}, None),
    ("value", "code", (slice_of(), at("code"), at("code.system", fixedUri="urn:a")), {"code": {"system": "urn:a"}}, True),
    ("value", "code", (slice_of(), at("code"), at("code.system", fixedUri="urn:a")), {"code": {"system": "urn:b"}}, False),
    ("value", "code.system", (slice_of(), at("code"), at("code.system", fixedUri="urn:a")), {"code": {"system": "urn:a"}}, True),
    ("value", "value", (slice_of(), at("value[x]", fixedCode="a")), {"valueCode": "a"}, True),
    ("value", "value", (slice_of(), at("value[x]", fixedCode="a")), {"valuecode": "a"}, False),
    ("type", "$this.resolve()", (slice_of(TO_PEOPLE),), {"reference": "#p"}, True),
    ("type", "$this.resolve()", (slice_of(TO_PEOPLE),), {"reference": "#s"}, False),
    ("type", "$this.resolve()", (slice_of(TO_PEOPLE),), {"reference": "Patient/1"}, None),
    ("type", "$this.resolve()", (slice_of({"code": "Reference", "targetProfile": ["urn:ukendt"]}),), {"reference": "#p"}, None),
    (
        "type",
        "$this.resolve()",
        (slice_of({"code": "Reference", "targetProfile": [f"{CORE}Patient"]}),),
        {"reference": "#p"},
        True,
    ),
    (
        "type",
        "resource",
        (slice_of(), at("resource", type=[{"code": "Patient"}])),
        {"resource": {"resourceType": "Patient"}},
        True,
    ),
    ("type", "resource", (slice_of(), at("resource", type=[{"code": "Patient"}])), {"resource": {"resourceType": "List"}}, False),
    ("type", "value", (slice_of(), at("value[x]")), {"valueCode": "a"}, True),
    ("type", "value", (slice_of(), at("value[x]")), {"valueString": "a"}, False),
    ("profile", "$this.resolve()", (slice_of(TO_PEOPLE),), {"reference": "#p"}, True),
    ("profile", "$this.resolve()", (slice_of(TO_PEOPLE),), {"reference": "#s"}, False),
    ("profile", "$this.resolve()", (slice_of(TO_PEOPLE),), {"reference": "Patient/1"}, None),
    ("profile", "$this.resolve()", (slice_of({"code": "Reference"}),), {"reference": "#p"}, None),
    ("exists", "system", (slice_of(), at("system", min=1)), {"system": "a"}, True),
    ("exists", "system", (slice_of(), at("system", min=1)), {"value": "a"}, False),
    ("exists", "system", (slice_of(), at("system", max="0")), {"value": "a"}, True),
    ("exists", "system", (slice_of(), at("system", max="0")), {"system": "a"}, False),
    ("position", "$this", (slice_of(),), {"system": "a"}, None),
]
IDS = [f"{kind} {path} {value} {answer}" for kind, path, _, value, answer in CASES]


@pytest.mark.parametrize(("kind", "path", "elements", "value", "answer"), CASES, ids=IDS)
def test_an_element_is_in_the_slice_or_not_or_nobody_knows(
    kind: str, path: str, elements: tuple[dict[str, Any], ...], value: Any, answer: bool | None
) -> None:
    sorter, base, slice_ = sorter_of(kind, path, *elements)
    assert sorter.belongs(node(value), base, slice_) is answer


@pytest.mark.parametrize(("name", "inside"), [("xCode", True), ("xString", False)])
def test_a_choice_is_sorted_by_its_type(name: str, inside: bool) -> None:
    base = {**element("Basic.x[x]", {"code": "code"}), "slicing": {"discriminator": [{"type": "type", "path": "$this"}]}}
    mine = {**element("Basic.x[x]:ens", {"code": "code"}, sliceName="ens"), "path": "Basic.x[x]"}
    definitions = Definitions([Package("prøve", "1.0", "", definitions=(structure(URL, "Basic", element("Basic"), base, mine),))])
    root = definitions.profile(URL)
    assert root is not None
    sliced = root.children["x"]
    answer = Sorter(definitions, resolved, lambda *_: False).belongs(node("a", name), sliced, sliced.slices[0])
    assert answer is inside


def test_an_extension_is_found_by_its_address() -> None:
    path = "extension('urn:e').value"
    inside = element("Basic.x:ens.extension", {"code": "Extension", "profile": ["urn:prøve:udvidelse"]})
    sorter, base, slice_ = sorter_of("value", path, slice_of(), inside)
    answers = [
        sorter.belongs(node({"extension": [{"url": url, "valueCode": code}]}), base, slice_)
        for url, code in (("urn:e", "a"), ("urn:e", "b"), ("urn:f", "a"))
    ]
    assert answers == [True, False, False]


def test_every_discriminator_must_be_kept_and_one_broken_is_enough() -> None:
    sorter, base, slice_ = sorter_of(
        "value", "system", slice_of(), at("system", fixedUri="urn:a"), at("value", fixedString="1"), at("use")
    )
    for paths, value, answer in (
        (("system", "value"), {"system": "urn:a", "value": "1"}, True),
        (("system", "value"), {"system": "urn:a", "value": "2"}, False),
        (("system", "use"), {"system": "urn:a", "use": "x"}, None),
        (("system", "use"), {"system": "urn:b", "use": "x"}, False),
        ((), {"system": "urn:a"}, None),
    ):
        base.slicing = {"discriminator": [{"type": "value", "path": each} for each in paths]}
        assert sorter.belongs(node(value), base, slice_) is answer
    base.slicing = None
    assert sorter.belongs(node({"system": "urn:a"}), base, slice_) is None


@pytest.mark.parametrize(
    ("path", "elements", "told"),
    [
        ("system", (slice_of(), at("system", fixedUri="urn:a")), 'x ens (system "urn:a")'),
        ("$this.code", (slice_of(), at("code", patternCoding={"code": "A", "system": "urn:s"})), 'x ens (code "A")'),
        ("code", (slice_of(), at("code", patternCoding={"system": "urn:s"})), "x ens"),
        ("system", (slice_of(), at("system")), "x ens"),
    ],
)
def test_what_a_slice_wants_is_told(path: str, elements: tuple[dict[str, Any], ...], told: str) -> None:
    sorter, base, slice_ = sorter_of("value", path, *elements)
    assert sorter.wanted(base, slice_) == told
