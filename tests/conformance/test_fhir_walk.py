"""How a resource is held against a profile, by a small one made here: order, types, lists, extensions, references inside."""

from __future__ import annotations

import json
from typing import Any

import pytest
from test_fhir_profile import STRING, element

from harness.conformance.fhir.profile import judge_profile
from harness.domain.finding import Finding
from harness.standards.fhir.definitions import Definitions
from harness.standards.fhir.packages import Package

PROFILE, COLOUR, BARE, CLINIC, AUTHORED = (f"urn:prøve:{each}" for each in ("profil", "farve", "ren", "klinik", "skrevet"))
RED_OR_BLUE = {"key": "prøve-9", "severity": "error", "human": "farven er ikke grøn", "expression": "value != 'grøn'"}
ELEMENTS = (
    element("Organization", 0, "*"),
    element("Organization.id", 0, "1", [{"code": "id"}]),
    element("Organization.meta", 0, "1", [{"code": "Meta"}]),
    element("Organization.extension", 0, "*", [{"code": "Extension"}]),
    element("Organization.modifierExtension", 0, "*", [{"code": "Extension", "profile": ["urn:prøve:ukendt"]}]),
    element("Organization.active", 0, "1", [{"code": "boolean"}]),
    element("Organization.name", 0, "1", STRING),
    element("Organization.alias", 0, "*", STRING, base={"max": "*"}),
    element("Organization.telecom", 0, "*", [{"code": "ContactPoint"}], base={"max": "*"}),
    element("Organization.contact", 0, "*", [{"code": "BackboneElement"}], base={"max": "*"}),
    element("Organization.contact.kind", 0, "1", STRING),
    element("Organization.contact.purpose", 1, "1", STRING),
    element("Organization.type", 0, "1", [{"code": "CodeableConcept"}], patternCodeableConcept={"text": "a"}),
    {**element("Organization.other", 0, "*", base={"max": "*"}), "contentReference": "#Organization.contact"},
)
COLOURED = (
    element("Extension", 0, "*", constraint=[RED_OR_BLUE]),
    element("Extension.url", 1, "1", [{"code": "uri"}]),
    element("Extension.value[x]", 1, "1", STRING, maxLength=4),
)
TO_A_CLINIC = [{"code": "Reference", "targetProfile": [CLINIC]}]
CLINICS = (
    element("Organization", 0, "*"),
    element("Organization.id", 0, "1", [{"code": "id"}]),
    element("Organization.meta", 0, "1", [{"code": "Meta"}]),
    element("Organization.name", 1, "1", STRING),
    element("Organization.partOf", 0, "1", TO_A_CLINIC),
)
BY_CLINIC = {"discriminator": [{"type": "profile", "path": "$this.resolve()"}], "rules": "open"}
WITH_AUTHORS = (
    element("Basic", 0, "*"),
    element("Basic.contained", 0, "*", [{"code": "Resource"}], base={"max": "*"}),
    element("Basic.author", 0, "*", [{"code": "Reference"}], base={"max": "*"}, slicing=BY_CLINIC),
    {**element("Basic.author", 1, "*", TO_A_CLINIC, sliceName="klinik", base={"max": "*"}), "id": "Basic.author:klinik"},
)


def structure(url: str, type_: str, *elements: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "StructureDefinition", "url": url, "type": type_, "snapshot": {"element": list(elements)}}


PACKAGE = Package(
    "prøve.pakke",
    "1.0",
    "",
    definitions=(
        structure(PROFILE, "Organization", *ELEMENTS),
        structure(COLOUR, "Extension", *COLOURED),
        structure(BARE, "Patient", element("Patient", 0, "*")),
        structure(CLINIC, "Organization", *CLINICS),
        structure(AUTHORED, "Basic", *WITH_AUTHORS),
    ),
)


def judged(data: bytes, profile: str = PROFILE) -> tuple[list[Finding], str]:
    held = judge_profile(data, "klinik", Definitions([PACKAGE]), profile=profile)
    return [finding for each in held for finding in each.findings], held[-1].reason


def coloured(value: str) -> dict[str, str]:
    return {"url": COLOUR, "valueString": value}


TEXT = {"extension": [{"url": "urn:x", "valueString": "y"}]}
# What the resource has, and each finding: rule, where, what was expected, what was there
WRITTEN: list[tuple[dict[str, Any], list[tuple[str, str, str, str]]]] = [
    ({"name": "Ø", "active": True, "alias": ["x"]}, []),
    ({"name": ["Ø"]}, [("FHIR-TYPE", "/name/0", "én værdi, ikke en liste", '"Ø"')]),
    ({"alias": "Ø"}, [("FHIR-TYPE", "/alias", "en liste", '"Ø"')]),
    ({"alias": []}, [("FHIR-TYPE", "/alias", "mindst én værdi", "en tom liste")]),
    ({"_name": TEXT}, []),
    ({"_name": {"id": "n1", **TEXT}}, []),
    ({"_name": {"id": "n1"}}, [("FHIR-TYPE", "/name", "en tekst (string)", "name med id")]),
    ({"active": "true"}, [("FHIR-TYPE", "/active", "true eller false (boolean)", '"true"')]),
    ({"telecom": ["x"]}, [("FHIR-TYPE", "/telecom/0", "ContactPoint med indhold", '"x"')]),
    ({"contact": [{"purpose": "a"}], "other": [{"purpose": "b"}]}, []),
    ({"contact": [{"kind": "c"}]}, [("FHIR-KARD", "/contact/0/purpose", "netop 1", "mangler")]),
    ({"other": [{"purpose": "b"}, {"kind": "c"}]}, [("FHIR-KARD", "/other/1/purpose", "netop 1", "mangler")]),
    ({"extension": [coloured("rød")]}, []),
    ({"extension": [coloured("violet")]}, [("FHIR-TYPE", "/extension/0/valueString", "højst 4 tegn", "6 tegn")]),
    ({"extension": [coloured("grøn")]}, [("FHIR-INV", "/extension/0", "prøve-9: farven er ikke grøn", "det gælder ikke her")]),
    ({"extension": [{"url": COLOUR}]}, [("FHIR-KARD", "/extension/0/value", "netop 1", "mangler")]),
    ({"type": {"text": "a", "id": "1"}}, []),
    ({"type": {"id": "1"}}, [("FHIR-FAST", "/type/text", '"a"', "mangler")]),
    ({"meta": {"profile": [BARE]}}, [("FHIR-TYPE", "", "en Patient", "Organization")]),
]


@pytest.mark.parametrize(("has", "told"), WRITTEN)
def test_a_resource_in_json_is_held_against_the_profile(has: dict[str, Any], told: list[tuple[str, str, str, str]]) -> None:
    found, _ = judged(json.dumps({"resourceType": "Organization", "id": "o1", **has}).encode())
    assert [(each.rule, each.location.path, each.expected, each.actual) for each in found] == told


@pytest.mark.parametrize(
    ("inside", "told"),
    [
        ('<active value="true"/><name value="Ø"/>', []),
        ('<name value="Ø"/><active value="true"/>', [("FHIR-TYPE", "active før name", "active efter name")]),
        ('<ukendt value="x"/><name value="Ø"/>', [("FHIR-UKENDT", "et element, som Organization har", "ukendt")]),
        ('<name value="Ø" sprog="da"/>', [("FHIR-UKENDT", "kun FHIR's egne elementer og attributter", "attributten sprog")]),
        ('<name><extension url="urn:x"><valueString value="y"/></extension></name>', []),
        ('<alias value="a"/><alias value="b"/>', []),
    ],
)
def test_a_resource_in_xml_is_held_against_the_profile(inside: str, told: list[tuple[str, str, str]]) -> None:
    found, _ = judged(f'<Organization xmlns="http://hl7.org/fhir"><id value="o1"/>{inside}</Organization>'.encode())
    assert [(each.rule, each.expected, each.actual) for each in found] == told


@pytest.mark.parametrize(
    ("has", "told"),
    [
        ({"meta": {"profile": ["urn:prøve:andet"]}}, "profilen urn:prøve:andet"),
        ({"modifierExtension": [{"url": "urn:prøve:ukendt", "valueString": "x"}]}, "profilen urn:prøve:ukendt"),
        ({"telecom": [{"value": "12345678"}]}, "indholdet af datatypen ContactPoint"),
    ],
)
def test_what_no_package_defines_is_told_as_not_checked(has: dict[str, Any], told: str) -> None:
    found, reason = judged(json.dumps({"resourceType": "Organization", "id": "o1", **has}).encode())
    assert found == []
    assert told in reason


NO_NAME = [("FHIR-KARD", "/contained/0/name", "netop 1", "mangler")]
NO_CLINIC = [("FHIR-SLICE", "/author", "mindst 1: author klinik", "mangler")]
DECLARED = {"meta": {"profile": [CLINIC]}}


@pytest.mark.parametrize(
    ("contained", "told"),
    [
        ([{"id": "k", "name": "Ø"}], []),
        ([{"id": "k", "name": "Ø", **DECLARED}], []),
        ([{"id": "k", **DECLARED}], NO_NAME),
        ([{"id": "k"}], NO_CLINIC),
        ([{"resourceType": "Patient", "id": "k"}], NO_CLINIC),
        ([{"id": "k", "name": "Ø", "partOf": {"reference": "#m"}}, {"id": "m", "name": "Å", "partOf": {"reference": "#k"}}], []),
        ([{"id": "k", "name": "Ø", "partOf": {"reference": "#m"}}, {"id": "m"}], NO_CLINIC),
    ],
    ids=["kept", "declared", "declared and broken", "not kept", "another type", "each other", "kept but for what it points at"],
)
def test_what_is_pointed_at_keeps_the_profile_or_says_that_it_does(
    contained: list[dict[str, Any]], told: list[tuple[str, str, str, str]]
) -> None:
    inside = [{"resourceType": "Organization", **each} for each in contained]
    basic = {"resourceType": "Basic", "contained": inside, "author": [{"reference": "#k"}]}
    found, _ = judged(json.dumps(basic).encode(), AUTHORED)
    assert [(each.rule, each.location.path, each.expected, each.actual) for each in found] == told
