"""The checks of a profile, by a small profile made here: each kind of check can fail, and one fault gives one finding."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from harness.conformance.fhir.profile import hold, judge_profile
from harness.conformance.rule import Result, rules_for
from harness.domain.finding import Finding
from harness.domain.grade import Grade
from harness.standards.fhir.definitions import Definitions
from harness.standards.fhir.packages import Package
from harness.standards.fhir.tree import read_tree

PROFILE = "urn:prøve:profil"
STRING = [{"code": "string"}]


def element(path: str, least: int, most: str, types: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
    return {"id": path, "path": path, "min": least, "max": most, "type": types or [], **more}


def sliced(path: str, name: str, least: int, system: str) -> list[dict[str, Any]]:
    mine = f"{path}:{name}"
    slice_ = element(path, least, "1", [{"code": "Identifier"}], sliceName=name, base={"max": "*"})
    fixed = element(f"{path}.system", 1, "1", [{"code": "uri"}], fixedUri=system)
    value = element(f"{path}.value", 1, "1", STRING)
    return [{**slice_, "id": mine}, {**fixed, "id": f"{mine}.system"}, {**value, "id": f"{mine}.value"}]


NOT_X = {"key": "prøve-1", "severity": "error", "human": "et navn er ikke X", "expression": "name != 'X'"}
SPROG = "urn:prøve:sprog"
SNAPSHOT = [
    element("Organization", 0, "*", constraint=[NOT_X]),
    element("Organization.id", 0, "1", [{"code": "id"}]),
    element("Organization.contained", 0, "*", [{"code": "Resource"}]),
    element("Organization.active", 0, "1", [{"code": "boolean"}]),
    element(
        "Organization.language", 0, "1", [{"code": "code"}], binding={"strength": "required", "valueSet": "urn:prøve:sprog|1.0"}
    ),
    element("Organization.implicitRules", 0, "1", [{"code": "uri"}], binding={"strength": "extensible", "valueSet": SPROG}),
    element(
        "Organization.identifier",
        1,
        "*",
        [{"code": "Identifier"}],
        slicing={"discriminator": [{"type": "value", "path": "system"}], "rules": "closed"},
    ),
    *sliced("Organization.identifier", "a", 1, "urn:a"),
    *sliced("Organization.identifier", "b", 0, "urn:b"),
    element("Organization.name", 1, "1", STRING, maxLength=12),
    element("Organization.alias", 0, "*", STRING, patternString="Ø"),
    element("Organization.partOf", 0, "1", [{"code": "Reference", "targetProfile": [PROFILE], "aggregation": ["contained"]}]),
    element("Organization.value[x]", 0, "1", [{"code": "date"}, {"code": "positiveInt"}]),
]
PACKAGE = Package(
    "prøve.pakke",
    "1.0",
    "",
    definitions=(
        {
            "resourceType": "StructureDefinition",
            "url": PROFILE,
            "version": "1.0",
            "type": "Organization",
            "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Organization",
            "snapshot": {"element": SNAPSHOT},
        },
        {
            "resourceType": "ValueSet",
            "url": "urn:prøve:sprog",
            "compose": {"include": [{"system": "urn:ietf:bcp:47", "concept": [{"code": "da"}, {"code": "fo"}]}]},
        },
    ),
)
GOOD = """{
  "resourceType": "Organization",
  "id": "o1",
  "contained": [{"resourceType": "Organization",
    "id": "o2", "name": "To", "identifier": [{"system": "urn:a", "value": "2"}]}],
  "active": true,
  "language": "da",
  "identifier": [
    {"system": "urn:b", "value": "1"},
    {"system": "urn:a", "value": "2"}
  ],
  "name": "Blåbær",
  "alias": ["Ø"],
  "partOf": {
    "reference": "#o2"
  },
  "valueDate": "2024-02-29"
}"""


def judged(text: str) -> list[Finding]:
    judgements = judge_profile(text.encode("utf-8"), "klinik.json", Definitions([PACKAGE]), profile=PROFILE)
    return [finding for each in judgements for finding in each.findings]


def test_what_keeps_the_profile_has_no_finding() -> None:
    assert [str(each) for each in judged(GOOD)] == []


# rule, what is replaced, by what, pointer, line
BREAKS = [
    ("FHIR-UKENDT", '"active": true', '"aktiv": true', "/aktiv", 6),
    ("FHIR-UKENDT", '"name": "Blåbær"', '"name": "Blåbær", "telecom": "x"', "/telecom", 12),
    ("FHIR-TYPE", "true", '"true"', "/active", 6),
    ("FHIR-TYPE", "true", "null", "/active", 6),
    ("FHIR-TYPE", '"Blåbær"', '""', "/name", 12),
    ("FHIR-TYPE", '"Blåbær"', "12", "/name", 12),
    ("FHIR-TYPE", '"Blåbær"', '{"text": "x"}', "/name", 12),
    ("FHIR-TYPE", '"Blåbær"', '"Blåbær og rødgrød"', "/name", 12),
    ("FHIR-TYPE", '["Ø"]', '"Ø"', "/alias", 13),
    ("FHIR-TYPE", '"Blåbær"', '["Blåbær"]', "/name/0", 12),
    ("FHIR-TYPE", '"o1"', '"o 1"', "/id", 3),
    ("FHIR-TYPE", "2024-02-29", "2023-02-29", "/valueDate", 17),
    ("FHIR-TYPE", "2024-02-29", "29-02-2024", "/valueDate", 17),
    ("FHIR-TYPE", '"valueDate": "2024-02-29"', '"valueString": "x"', "/valueString", 17),
    ("FHIR-TYPE", '"valueDate": "2024-02-29"', '"valuePositiveInt": 0', "/valuePositiveInt", 17),
    ("FHIR-TYPE", '"2024-02-29"', '"2024-02-29", "valuePositiveInt": 1', "/valuePositiveInt", 17),
    ("FHIR-TYPE", '{"system": "urn:b", "value": "1"}', "{}", "/identifier/0", 9),
    ("FHIR-TYPE", '["Ø"]', "[]", "/alias", 13),
    ("FHIR-KARD", '  "name": "Blåbær",\n', "", "/name", 1),
    ("FHIR-KARD", '"urn:a", "value": "2"}\n', '"urn:a"}\n', "/identifier/1/value", 10),
    ("FHIR-FAST", '"Ø"', '"Å"', "/alias/0", 13),
    ("FHIR-BINDING", '"da"', '"sv"', "/language", 7),
    ("FHIR-SLICE", '"urn:b"', '"urn:c"', "/identifier/0", 9),
    ("FHIR-SLICE", ',\n    {"system": "urn:a", "value": "2"}\n', "\n", "/identifier", 8),
    ("FHIR-SLICE", '"urn:b"', '"urn:a"', "/identifier/1", 10),
    ("FHIR-SLICE", '"urn:a", "value": "2"}\n', '"urn:c", "value": "2"}\n', "/identifier/1", 10),
    ("FHIR-REF", '"#o2"', '"#o3"', "/partOf/reference", 15),
    ("FHIR-REF", '"#o2"', '"Organization/o2"', "/partOf/reference", 15),
    ("FHIR-REF", '[{"resourceType": "Organization"', '[{"resourceType": "Patient"', "/partOf/reference", 15),
    ("FHIR-INV", '"Blåbær"', '"X"', "", 1),
]


@pytest.mark.parametrize(("rule", "old", "new", "pointer", "line"), BREAKS, ids=[f"{row[0]} {row[2]}" for row in BREAKS])
def test_one_fault_gives_one_finding(rule: str, old: str, new: str, pointer: str, line: int) -> None:
    assert GOOD.count(old) == 1
    found = judged(GOOD.replace(old, new))
    assert [(each.rule, each.location.path, each.location.line) for each in found] == [(rule, pointer, line)], [
        str(e) for e in found
    ]
    assert found[0].grade is not None


def test_every_kind_of_check_has_a_fault_that_breaks_it() -> None:
    assert {row[0] for row in BREAKS} == {rule.id for rule in rules_for("fhir")}


def test_a_code_outside_an_extensible_value_set_is_a_remark() -> None:
    (found,) = judged(GOOD.replace('"language": "da"', '"implicitRules": "sv"'))
    assert (found.rule, found.grade, found.remark) == ("FHIR-BINDING", None, "anbefalet værdisæt")


def test_a_finding_names_the_profile_and_its_element() -> None:
    (found,) = judged(GOOD.replace('"da"', '"sv"'))
    assert found.source == f"{PROFILE}|1.0, Organization.language"
    assert (found.grade, found.expected, found.actual) == (Grade.F3, "en kode fra urn:prøve:sprog|1.0", '"sv"')


def test_a_slice_that_is_there_too_often_is_told_with_what_is_in_it() -> None:
    (found,) = judged(GOOD.replace('"urn:b"', '"urn:a"'))
    assert (found.expected, found.actual) == ('netop 1: identifier a (system "urn:a")', "2")


def test_what_no_package_has_is_told() -> None:
    held = judge_profile(GOOD.encode("utf-8"), "klinik.json", Definitions([PACKAGE]), profile=PROFILE)
    assert {each.result for each in held} == {Result.HOLDS}
    assert held[-1].reason == "ikke kontrolleret: indholdet af datatypen Reference; ressourcer af typen Organization"
    missing = judge_profile(GOOD.encode("utf-8"), "klinik.json", Definitions([PACKAGE]), profile="urn:prøve:ukendt")
    assert {each.result for each in missing} == {Result.NOT_JUDGED}
    assert {each.reason for each in missing} == {"ikke kontrolleret: ingen af pakkerne har profilen urn:prøve:ukendt"}
    unread = judge_profile(b"{", "klinik.json", Definitions([PACKAGE]), profile=PROFILE)
    assert {each.result for each in unread} == {Result.NOT_JUDGED}


def test_a_definition_from_another_version_than_the_standard_builds_on_gives_a_remark() -> None:
    standard = {**PACKAGE.definitions[0], "url": "urn:prøve:standard"}
    builds_on_old = Package("standard", "2.0", "", {"prøve.pakke": "0.9"}, definitions=(standard,))
    text = GOOD.replace('"da"', '"sv"')
    judgements = judge_profile(
        text.encode("utf-8"), "klinik.json", Definitions([builds_on_old, PACKAGE]), profile="urn:prøve:standard"
    )
    (found,) = [finding for each in judgements for finding in each.findings]
    assert (found.grade, found.remark) == (None, "kun kendt fra prøve.pakke 1.0")
    assert "prøve.pakke 0.9, som standard 2.0 bygger på (1.0 er brugt i stedet)" in judgements[-1].reason


def test_what_the_standard_says_itself_has_its_grade_beside_what_another_version_says() -> None:
    standard = {**PACKAGE.definitions[0], "url": "urn:prøve:standard"}
    builds_on_old = Package("standard", "2.0", "", {"prøve.pakke": "0.9"}, definitions=(standard,))
    text = GOOD.replace('"name": "Blåbær"', '"name": 12')
    for profile, declared in (("urn:prøve:standard", PROFILE), (PROFILE, "urn:prøve:standard")):
        both = text.replace('"id": "o1",', f'"id": "o1", "meta": {{"profile": ["{declared}"]}},')
        snapshot = {"element": [*SNAPSHOT, element("Organization.meta", 0, "1", [{"code": "Meta"}])]}
        packages = [
            replace(
                each, definitions=tuple({**one, "snapshot": snapshot} if "snapshot" in one else one for one in each.definitions)
            )
            for each in (builds_on_old, PACKAGE)
        ]
        held = hold(read_tree(both.encode(), "klinik.json"), Definitions(packages), profile=profile, governing=packages[0])
        assert [(each.pointer, each.remark) for each in held.faults] == [("/name", "")]


def test_a_value_of_the_wrong_type_is_asked_nothing_more() -> None:
    whole = [
        element("Organization", 0, "*"),
        element("Organization.name", 0, "1", STRING, constraint=[{**NOT_X, "expression": "$this = 'Y'"}]),
    ]
    structure = {**PACKAGE.definitions[0], "snapshot": {"element": whole}}
    definitions = Definitions([Package("prøve.pakke", "1.0", "", definitions=(structure,))])
    for name, rules in (('"Y"', []), ('"X"', ["FHIR-INV"]), ('""', ["FHIR-TYPE"]), ("12", ["FHIR-TYPE"])):
        text = f'{{"resourceType": "Organization", "name": {name}}}'
        held = judge_profile(text.encode("utf-8"), "klinik.json", definitions, profile=PROFILE)
        assert [finding.rule for each in held for finding in each.findings] == rules
        assert "prøve-1" not in held[-1].reason


KEPT_BY = """<Organization xmlns="http://hl7.org/fhir"><id value="o1"/><extension url="urn:x"><valueString value="x"/></extension>
<identifier><system value="urn:a"/><value value="2"/></identifier>
<active value="true"/><number value="4"/><rank value="4"/><size value="4"/><share value="0.5"/>
<type><coding><system value="urn:ietf:bcp:47"/><code value="da"/></coding></type><name value="Blåbær"/>
<alias value="A"/><alias value="B"/></Organization>"""
IN_JSON = """{"resourceType": "Organization", "id": "o1", "extension": [{"url": "urn:x", "valueString": "x"}],
"identifier": [{"system": "urn:a", "value": "2"}], "active": true, "number": 4, "rank": 4, "size": 4, "share": 0.5,
"type": [{"coding": [{"system": "urn:ietf:bcp:47", "code": "da"}]}], "name": "Blåbær", "alias": ["A", "B"]}"""
# expression, whether it holds, what is told as not checked
INVARIANTS: list[tuple[str, bool, str]] = [
    ("name.empty() or extension('urn:x').exists()", True, ""),
    ("extension('urn:y').exists()", False, ""),
    ("extension('urn:x').value = 'x'", True, ""),
    ("$this.name.matches('^Blå')", True, ""),
    ("$this.name.matches('^Rød')", False, ""),
    ("partOf.reference.matches('x')", False, ""),  # no answer is not a yes
    ("active", True, ""),
    ("active = true", True, ""),
    ("active.not()", False, ""),
    ("number > 3", True, ""),
    ("number = 5", False, ""),
    ("rank > 3 and size > 3", True, ""),
    ("rank > 4", False, ""),
    ("size > 4", False, ""),
    ("share < 0.6", True, ""),
    ("share > 0.5", False, ""),
    ("alias.count() = 2 and alias[1] = 'B'", True, ""),
    ("alias.count() = 1", False, ""),
    ("type.memberOf('urn:prøve:sprog')", True, ""),
    ("type.coding.memberOf('urn:prøve:sprog')", True, ""),
    ("name.memberOf('urn:prøve:sprog')", False, ""),
    ("type.memberOf('urn:prøve:andet-system')", False, ""),
    ("type.memberOf('urn:prøve:ukendt')", True, "værdisættet urn:prøve:ukendt (invarianten prøve-2)"),
    ("type.memberOf('urn:prøve:filter')", True, "koder i værdisættet urn:prøve:filter (invarianten prøve-2)"),
    ("name.findesIkke()", True, "invarianten prøve-2, som ikke kunne beregnes (Exception: Not implemented: findesIkke)"),
    ("identifier.all(value.exists())", True, ""),
]


@pytest.mark.parametrize("text", [KEPT_BY, IN_JSON], ids=["xml", "json"])
@pytest.mark.parametrize(("expression", "holds", "told"), INVARIANTS, ids=[row[0] for row in INVARIANTS])
def test_an_invariant_is_calculated_in_both_formats(expression: str, holds: bool, told: str, text: str) -> None:
    asked = {"key": "prøve-2", "severity": "error", "human": "det prøvede", "expression": expression}
    whole = [
        element("Organization", 0, "*", constraint=[asked]),
        element("Organization.id", 0, "1", [{"code": "id"}]),
        element("Organization.extension", 0, "*", [{"code": "Extension"}]),
        element("Organization.identifier", 0, "*", [{"code": "Identifier"}]),
        element("Organization.active", 0, "1", [{"code": "boolean"}]),
        element("Organization.number", 0, "1", [{"code": "integer"}]),
        element("Organization.rank", 0, "1", [{"code": "positiveInt"}]),
        element("Organization.size", 0, "1", [{"code": "unsignedInt"}]),
        element("Organization.share", 0, "1", [{"code": "decimal"}]),
        element("Organization.type", 0, "*", [{"code": "CodeableConcept"}]),
        element("Organization.name", 0, "1", STRING),
        element("Organization.alias", 0, "*", STRING),
    ]
    structure = {**PACKAGE.definitions[0], "snapshot": {"element": whole}}
    part = {"resourceType": "ValueSet", "url": "urn:prøve:filter", "compose": {"include": [{"system": "urn:q", "filter": [{}]}]}}
    other = {
        "resourceType": "ValueSet",
        "url": "urn:prøve:andet-system",
        "compose": {"include": [{"system": "urn:andet", "concept": [{"code": "da"}]}]},
    }
    definitions = Definitions([Package("prøve.pakke", "1.0", "", definitions=(structure, PACKAGE.definitions[1], part, other))])
    judgements = judge_profile(text.encode("utf-8"), "klinik", definitions, profile=PROFILE)
    found = [finding.expected for each in judgements for finding in each.findings]
    assert found == ([] if holds else ["prøve-2: det prøvede"])
    assert (told in judgements[-1].reason) if told else "prøve-2" not in judgements[-1].reason


@pytest.mark.parametrize(("name", "holds"), [("Blåbær", True), ("Rødbede", False)])
@pytest.mark.parametrize("expression", ["value.matches('^Blå')", "$this.matches('^Blå')", "matches('^Blå')"])
def test_a_primitive_is_its_own_value(expression: str, name: str, holds: bool) -> None:
    asked = {"key": "prøve-2", "severity": "error", "human": "det prøvede", "expression": expression}
    whole = [element("Organization", 0, "*"), element("Organization.name", 0, "1", STRING, constraint=[asked])]
    structure = {**PACKAGE.definitions[0], "snapshot": {"element": whole}}
    definitions = Definitions([Package("prøve.pakke", "1.0", "", definitions=(structure,))])
    text = f'{{"resourceType": "Organization", "name": "{name}"}}'
    judgements = judge_profile(text.encode("utf-8"), "klinik.json", definitions, profile=PROFILE)
    found = [(finding.expected, finding.location.path) for each in judgements for finding in each.findings]
    assert found == ([] if holds else [("prøve-2: det prøvede", "/name")])


@pytest.mark.parametrize(
    ("expression", "holds"),
    [
        ("partOf.resolve().name = 'To'", True),
        ("partOf.resolve().name = 'Blåbær'", False),
        ("partOf.reference.resolve().name = 'To'", True),
        ("name.resolve().empty()", True),
        ("(partOf | name).resolve().count() = 1", True),
        ("partOf.resolve().conformsTo('urn:prøve:profil')", True),
        ("partOf.resolve().conformsTo('urn:prøve:person')", False),
        ("name.hasValue()", True),
        ("partOf.hasValue()", False),
        ("(alias | name).hasValue()", False),
        ("%resource.contained.all(%rootResource.name = 'Blåbær')", True),
    ],
)
def test_an_invariant_follows_references(expression: str, holds: bool) -> None:
    """FHIR R4, FHIRPath, Additional functions: resolve(), conformsTo() and hasValue()."""
    asked = {"key": "prøve-3", "severity": "error", "human": "det prøvede", "expression": expression}
    whole = [{**each, "constraint": [asked]} if each["id"] == "Organization" else each for each in SNAPSHOT]
    on_top = {**PACKAGE.definitions[0], "url": "urn:prøve:øverst", "snapshot": {"element": whole}}
    person = {"resourceType": "StructureDefinition", "url": "urn:prøve:person", "type": "Patient"}
    definitions = Definitions([Package("prøve.pakke", "1.0", "", definitions=(on_top, person, *PACKAGE.definitions))])
    judgements = judge_profile(GOOD.encode("utf-8"), "klinik.json", definitions, profile="urn:prøve:øverst")
    found = [finding.expected for each in judgements for finding in each.findings]
    assert found == ([] if holds else ["prøve-3: det prøvede"])
    assert "prøve-3" not in judgements[-1].reason


def test_an_invariant_that_has_a_rule_of_its_own_is_left_to_it() -> None:
    broken = GOOD.replace('"Blåbær"', '"X"').encode("utf-8")
    judgements = judge_profile(broken, "klinik.json", Definitions([PACKAGE]), profile=PROFILE, known=frozenset({"prøve-1"}))
    assert [finding for each in judgements for finding in each.findings] == []


@pytest.mark.parametrize("kind", ["code", "string", "uri", "Coding", "Quantity"])
def test_a_value_is_held_against_its_value_set(kind: str) -> None:
    bound = element("Organization.name", 0, "1", [{"code": kind}], binding={"strength": "required", "valueSet": SPROG})
    structure = {**PACKAGE.definitions[0], "snapshot": {"element": [element("Organization", 0, "*"), bound]}}
    definitions = Definitions([Package("prøve.pakke", "1.0", "", definitions=(structure, PACKAGE.definitions[1]))])
    for name, found in (("da", []), ("sv", ["FHIR-BINDING"])):
        coded = f'{{"system": "urn:ietf:bcp:47", "code": "{name}"}}' if kind[0].isupper() else f'"{name}"'
        text = f'{{"resourceType": "Organization", "name": {coded}}}'.encode()
        judgements = judge_profile(text, "klinik.json", definitions, profile=PROFILE)
        assert [finding.rule for each in judgements for finding in each.findings] == found


@pytest.mark.parametrize(("key", "found"), [("ele-1", []), ("txt-2", []), ("ele-2", ["ele-2: det prøvede"])])
def test_what_the_walk_holds_itself_is_not_calculated(key: str, found: list[str]) -> None:
    asked = {"key": key, "severity": "error", "human": "det prøvede", "expression": "false"}
    whole = [element("Organization", 0, "*", constraint=[asked]), element("Organization.name", 0, "1", STRING)]
    structure = {**PACKAGE.definitions[0], "snapshot": {"element": whole}}
    definitions = Definitions([Package("prøve.pakke", "1.0", "", definitions=(structure,))])
    text = b'{"resourceType": "Organization", "name": "x"}'
    judgements = judge_profile(text, "klinik.json", definitions, profile=PROFILE)
    assert [finding.expected for each in judgements for finding in each.findings] == found


@pytest.mark.parametrize(("key", "found"), [("patternCodeableConcept", []), ("fixedCodeableConcept", ["ikke til stede"])])
def test_more_may_stand_beside_a_pattern_and_not_beside_a_fixed_value(key: str, found: list[str]) -> None:
    whole = [
        element("Organization", 0, "*"),
        element("Organization.type", 0, "1", [{"code": "CodeableConcept"}], **{key: {"text": "a"}}),
    ]
    structure = {**PACKAGE.definitions[0], "snapshot": {"element": whole}}
    definitions = Definitions([Package("prøve.pakke", "1.0", "", definitions=(structure,))])
    text = '{"resourceType": "Organization", "type": {"text": "a", "id": "1"}}'
    judgements = judge_profile(text.encode("utf-8"), "klinik.json", definitions, profile=PROFILE)
    assert [finding.expected for each in judgements for finding in each.findings] == found


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("Organization/1", []),
        ("http://klinik.test/fhir/Organization/1/_history/2", []),
        ("urn:uuid:1", []),
        ("klinik/1", []),
        ("Patient/1", ["en reference til profil"]),
        ("http://klinik.test/fhir/Patient/1/_history/2", ["en reference til profil"]),
        ("#o9", ["en ressource, der er i contained"]),
    ],
)
def test_a_reference_out_of_the_message_names_the_right_type(address: str, found: list[str]) -> None:
    """HL7 FHIR R4, References: `Patient/1` says the type; an address that does not say it may be of any."""
    target = "http://prøve.test/profil"
    reference = element("Organization.partOf", 0, "1", [{"code": "Reference", "targetProfile": [target]}])
    structure = {**PACKAGE.definitions[0], "url": target, "snapshot": {"element": [element("Organization", 0, "*"), reference]}}
    definitions = Definitions([Package("prøve.pakke", "1.0", "", definitions=(structure,))])
    text = f'{{"resourceType": "Organization", "partOf": {{"reference": "{address}"}}}}'
    judgements = judge_profile(text.encode("utf-8"), "klinik.json", definitions, profile=target)
    assert [finding.expected for each in judgements for finding in each.findings] == found
