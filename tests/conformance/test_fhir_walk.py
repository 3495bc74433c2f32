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

PROFILE, COLOUR, BARE = "urn:prøve:profil", "urn:prøve:farve", "urn:prøve:ren"
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
    {**element("Organization.other", 0, "*", base={"max": "*"}), "contentReference": "#Organization.contact"},
)
COLOURED = (
    element("Extension", 0, "*", constraint=[RED_OR_BLUE]),
    element("Extension.url", 1, "1", [{"code": "uri"}]),
    element("Extension.value[x]", 1, "1", STRING, maxLength=4),
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
    ),
)


def judged(data: bytes) -> tuple[list[Finding], str]:
    held = judge_profile(data, "klinik", Definitions([PACKAGE]), profile=PROFILE)
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
