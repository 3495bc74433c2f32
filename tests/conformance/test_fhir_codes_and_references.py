"""What a profile says of coded values and of references, by small profiles made here: what breaks it, and what holds."""

from __future__ import annotations

import json
from typing import Any

import pytest
from test_fhir_profile import STRING, element

from harness.conformance.fhir.profile import judge_profile
from harness.domain.finding import Finding
from harness.standards.fhir.definitions import CORE, Definitions
from harness.standards.fhir.packages import Package

PROFILE, LANGUAGES, PARTIAL = "urn:prøve:profil", "urn:prøve:sprog", "urn:prøve:filter"
LANGUAGE, OTHER = "urn:ietf:bcp:47", "urn:andet"
FHIRS_OWN = "http://hl7.org/fhir/ValueSet/proeve"


def value_set(url: str, *include: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "ValueSet", "url": url, "compose": {"include": list(include)}}


def structure(url: str, *elements: dict[str, Any], type_: str = "Organization") -> dict[str, Any]:
    return {"resourceType": "StructureDefinition", "url": url, "type": type_, "snapshot": {"element": list(elements)}}


SOME = {"system": LANGUAGE, "concept": [{"code": "da"}, {"code": "fo"}]}
SETS = (value_set(LANGUAGES, SOME), value_set(PARTIAL, {"system": LANGUAGE, "filter": [{}]}), value_set(FHIRS_OWN, SOME))


def judged(resource: dict[str, Any], *packages: Package, profile: str = PROFILE) -> tuple[list[Finding], str]:
    """The findings, and what is told that was not checked."""
    held = judge_profile(json.dumps(resource).encode(), "klinik.json", Definitions(list(packages)), profile=profile)
    return [finding for each in held for finding in each.findings], held[-1].reason


def bound(type_: str, strength: str, url: str) -> dict[str, Any]:
    return structure(
        PROFILE,
        element("Organization", 0, "*"),
        element("Organization.type", 0, "*", [{"code": type_}], binding={"strength": strength, "valueSet": url}),
    )


def coding(code: str = "", system: str = LANGUAGE) -> dict[str, str]:
    return {"system": system, "code": code} if code else {"system": system, "display": "dansk"}


def concept(*codings: dict[str, str]) -> dict[str, Any]:
    return {"coding": list(codings)} if codings else {"text": "dansk"}


FIRST = "/type/0/coding/0/code"
# The type, how firmly it is bound, the value, and where a finding stands with what it says was there (and whether it is a remark)
BOUND: list[tuple[str, str, Any, list[tuple[str, str, str]]]] = [
    ("CodeableConcept", "required", concept(coding("da")), []),
    ("CodeableConcept", "required", concept(coding("sv"), coding("fo")), []),
    ("CodeableConcept", "required", concept(coding("sv")), [(FIRST, '"sv"', "")]),
    ("CodeableConcept", "required", concept(coding("da", OTHER)), [(FIRST, '"da"', "")]),
    ("CodeableConcept", "required", concept(coding("sv"), coding("de")), [(FIRST, '"sv"', "")]),
    ("CodeableConcept", "required", concept(coding()), [("/type/0/coding/0", 'system "urn:ietf:bcp:47"', "")]),
    ("CodeableConcept", "required", concept(), [("/type/0", "type med text", "")]),
    ("CodeableConcept", "extensible", concept(coding("da")), []),
    ("CodeableConcept", "extensible", concept(coding("sv")), [(FIRST, '"sv"', "anbefalet værdisæt")]),
    ("CodeableConcept", "extensible", concept(coding("sv", OTHER)), []),
    ("CodeableConcept", "extensible", concept(coding("sv"), coding("sv", OTHER)), []),
    ("CodeableConcept", "extensible", concept(), []),
    ("CodeableConcept", "preferred", concept(coding("sv")), []),
    ("Coding", "required", coding("da"), []),
    ("Coding", "required", coding("sv"), [("/type/0/code", '"sv"', "")]),
    ("Coding", "extensible", coding("sv", OTHER), []),
    ("code", "required", "da", []),
    ("code", "required", "sv", [("/type/0", '"sv"', "")]),
    ("code", "extensible", "sv", [("/type/0", '"sv"', "anbefalet værdisæt")]),
]


@pytest.mark.parametrize(("type_", "strength", "value", "told"), BOUND)
def test_a_coded_value_is_one_of_its_value_set(type_: str, strength: str, value: Any, told: list[tuple[str, str, str]]) -> None:
    package = Package("prøve.pakke", "1.0", "", definitions=(bound(type_, strength, LANGUAGES), *SETS))
    found, _ = judged({"resourceType": "Organization", "type": [value]}, package)
    assert [(each.location.path, each.actual, each.remark) for each in found] == told
    assert {(each.rule, each.expected) for each in found} <= {("FHIR-BINDING", f"en kode fra {LANGUAGES}")}
    assert [each.grade is None for each in found] == [bool(remark) for _, _, remark in told]


@pytest.mark.parametrize(
    ("url", "told"), [(PARTIAL, f"koder i værdisættet {PARTIAL}"), ("urn:prøve:ukendt", "værdisættet urn:prøve:ukendt")]
)
def test_a_value_set_that_is_not_known_whole_is_told_and_breaks_nothing(url: str, told: str) -> None:
    package = Package("prøve.pakke", "1.0", "", definitions=(bound("CodeableConcept", "required", url), *SETS))
    found, reason = judged({"resourceType": "Organization", "type": [concept(coding("sv"))]}, package)
    assert found == []
    assert told in reason


@pytest.mark.parametrize(
    ("url", "remark"),
    [
        (f"{FHIRS_OWN}|4.0.1", ""),
        (f"{FHIRS_OWN}|4.0.0", "kun kendt fra prøve.sæt 1.0"),
        (LANGUAGES, "kun kendt fra prøve.sæt 1.0"),
    ],
    ids=["R4's own", "another version", "another's"],
)
def test_a_value_set_of_another_version_gives_a_remark_unless_r4_itself_binds_it(url: str, remark: str) -> None:
    own = Package("prøve.pakke", "1.0", "", {"prøve.sæt": "0.9"}, definitions=(bound("code", "required", url),))
    ((found,), _) = judged(
        {"resourceType": "Organization", "type": ["sv"]}, own, Package("prøve.sæt", "1.0", "", definitions=SETS)
    )
    assert (found.rule, found.remark, found.grade is None) == ("FHIR-BINDING", remark, bool(remark))


NAMED = "urn:prøve:med-navn"
INSIDE = {"resourceType": "Organization", "id": "o2"}
# What may be pointed at, what is, and what a finding says was expected and found
TARGETS: list[tuple[list[str], dict[str, Any], list[tuple[str, str]]]] = [
    ([], INSIDE, []),
    ([f"{CORE}Organization"], INSIDE, []),
    ([f"{CORE}Resource"], INSIDE, []),
    (["urn:prøve:ukendt"], INSIDE, []),
    ([f"{CORE}Patient"], INSIDE, [("en reference til Patient", "en Organization")]),
    ([f"{CORE}Patient", f"{CORE}Organization"], INSIDE, []),
    ([f"{CORE}Patient", NAMED], INSIDE, [("en reference til Patient eller urn:prøve:med-navn", '"#o2"')]),
    ([NAMED], {**INSIDE, "name": "To"}, []),
    ([NAMED], INSIDE, [("en reference til urn:prøve:med-navn", '"#o2"')]),
    ([NAMED], {**INSIDE, "meta": {"profile": [NAMED]}}, []),  # it is held against what it declares by itself
    ([NAMED], {**INSIDE, "meta": {"profile": ["urn:prøve:andet"]}}, [("en reference til urn:prøve:med-navn", '"#o2"')]),
]


@pytest.mark.parametrize(("targets", "inside", "told"), TARGETS)
def test_a_reference_points_at_what_the_profile_allows(
    targets: list[str], inside: dict[str, Any], told: list[tuple[str, str]]
) -> None:
    definitions = (
        structure(
            PROFILE,
            element("Organization", 0, "*"),
            element("Organization.partOf", 0, "1", [{"code": "Reference", "targetProfile": targets}]),
            element("Organization.contained", 0, "*", [{"code": "Resource"}]),
        ),
        structure(
            NAMED,
            element("Organization", 0, "*"),
            element("Organization.id", 0, "1", [{"code": "id"}]),
            element("Organization.meta", 0, "1", [{"code": "Meta"}]),
            element("Organization.name", 1, "1", STRING),
        ),
        *({"resourceType": "StructureDefinition", "url": f"{CORE}{each}", "type": each} for each in ("Patient", "Organization")),
    )
    package = Package("prøve.pakke", "1.0", "", definitions=definitions)
    found, _ = judged({"resourceType": "Organization", "contained": [inside], "partOf": {"reference": "#o2"}}, package)
    assert [(each.expected, each.actual) for each in found if each.rule == "FHIR-REF"] == told


@pytest.mark.parametrize(
    ("aggregation", "where"), [(["contained"], "contained"), (["bundled"], "beskeden"), (["contained", "bundled"], "beskeden")]
)
def test_a_reference_that_must_stay_inside_points_at_something_inside(aggregation: list[str], where: str) -> None:
    kind = {"code": "Reference", "targetProfile": [f"{CORE}Organization"], "aggregation": aggregation}
    definitions = structure(PROFILE, element("Organization", 0, "*"), element("Organization.partOf", 0, "1", [kind]))
    package = Package("prøve.pakke", "1.0", "", definitions=(definitions,))
    ((found,), _) = judged({"resourceType": "Organization", "partOf": {"reference": "Organization/7"}}, package)
    assert (found.rule, found.expected) == ("FHIR-REF", f"en ressource, der er i {where}")
    assert found.actual == '"Organization/7"'


@pytest.mark.parametrize(
    ("least", "most", "there", "told"),
    [
        (0, "0", 1, ("må ikke være der", "1")),
        (2, "*", 1, ("mindst 2", "1")),
        (2, "2", 0, ("netop 2", "mangler")),
        (1, "2", 3, ("1 til 2", "3")),
        (0, "2", 3, ("højst 2", "3")),
    ],
)
def test_how_often_something_may_stand_is_told(least: int, most: str, there: int, told: tuple[str, str]) -> None:
    alias = element("Organization.alias", least, most, STRING, base={"max": "*"})
    package = Package("prøve.pakke", "1.0", "", definitions=(structure(PROFILE, element("Organization", 0, "*"), alias),))
    resource = {"resourceType": "Organization", "id": "o1"} | ({"alias": ["x"] * there} if there else {})
    found = [each for each in judged(resource, package)[0] if each.rule == "FHIR-KARD"]
    assert [(each.expected, each.actual) for each in found] == [told]
    assert found[0].location.path == ("/alias" if not there else f"/alias/{there - 1 if there < 3 else 2}")
