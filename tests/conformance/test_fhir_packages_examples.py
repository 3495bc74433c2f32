"""Against MedCom's published packages: their own examples, and one change at a time in ours. Skipped without the packages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fhir_examples import (
    ANSWER,
    DIAGNOSES,
    EXAMPLES,
    JUDGES,
    KINDS,
    LETTER,
    RECEIPT,
    RESULTS,
    changed,
    definitions,
    graded,
    line_of,
    needs_packages,
    needs_r4,
    packages,
)

from harness.conformance.fhir import hl7_invariants, invariants
from harness.conformance.fhir.profile import Held, hold
from harness.conformance.fhir.walk import Walk
from harness.standards.fhir import codes
from harness.standards.fhir.definitions import Codes, Definitions
from harness.standards.fhir.hl7_codes import VALUE_SETS
from harness.standards.fhir.primitives import PATTERNS
from harness.standards.fhir.references import References
from harness.standards.fhir.tree import read_tree
from harness.standards.fhir.write import as_xml

# What is wrong in MedCom's own examples.
WRONG_TITLE = "titlen har Elmers CPR-nummer, patienten er en anden"
FAULTY: dict[str, tuple[str, set[str]]] = {
    "Bundle-eb26be85-fdb7-454d-a980-95cba6d1745b.json": (
        "en empty-message uden response, ikke en kvittering",
        {"ACK-02", "ACK-06", "ACK-10"},
    ),
    "Bundle-23d8ece4-7cff-47c1-9680-571377c6ea74.json": ("to diagnoser har en note, som protokollen ikke lader dele", {"CL-16"}),
    "Bundle-7ffa0111-1aa2-4d68-99f8-1fbf57448c8c.json": (WRONG_TITLE, {"CL-07"}),
    "Bundle-96d37376-e176-4c6a-9c49-2b56e7aae665.json": (WRONG_TITLE, {"CL-07"}),
    "Bundle-9d923ef7-c817-4e41-a0c2-01c80e8bde0c.json": (WRONG_TITLE, {"CL-07"}),
    "Bundle-a4630688-dc6b-4484-9ef7-b9a08148c407.json": (WRONG_TITLE, {"CL-07"}),
    "Bundle-b991dcb7-6f2a-4e56-96f9-6b4b23cb9472.json": (WRONG_TITLE, {"CL-07"}),
    "Bundle-df3915a2-6f88-4dea-955a-1b0008b23853.json": (WRONG_TITLE, {"CL-07"}),
    "DocumentReference-94e65db8-2f0c-4a2c-a7c9-06a160d59a12.json": (
        "contentType application/fhir+json er ikke i MedComs værdisæt; det siger HL7's egen validator også",
        {"FHIR-BINDING"},
    ),
}


@needs_packages
def test_every_bundle_among_medcoms_examples_is_as_its_standard_says_or_its_fault_is_named() -> None:
    found: dict[str, set[str]] = {}
    seen = 0
    for package in packages():
        for name, data in package.examples if package.name in KINDS else ():
            if name.startswith("Bundle-"):
                seen += 1
                rules = {each.rule for each in graded(KINDS[package.name](data, name, definitions()))}
                found |= {name: rules} if rules else {}
    assert found == {name: rules for name, (_, rules) in FAULTY.items() if name.startswith("Bundle-")}
    assert seen == 28


@needs_packages
def test_every_resource_among_medcoms_examples_keeps_its_profile() -> None:
    """Alone, out of its Bundle, a resource points at others that are not there: HL7's validator says the same of each."""
    wrong: dict[str, set[str]] = {}
    seen = 0
    for package in packages():
        for name, data in package.examples if package.name in KINDS else ():
            if name.startswith("Bundle-"):
                continue
            seen += 1
            tree = read_tree(data, name)
            held = hold(tree, definitions(), profile="", governing=package)
            alone = "en ressource, der er i beskeden"
            rules = {each.check.value for each in held.faults if not each.remark and each.expected != alone}
            wrong |= {name: rules} if rules else {}
    assert seen > 100
    assert {name: rules for name, rules in wrong.items() if name not in FAULTY} == {}
    assert set(wrong) <= {"DocumentReference-94e65db8-2f0c-4a2c-a7c9-06a160d59a12.json"}


def every_example(held_to: Any) -> Iterator[tuple[str, Held]]:
    """MedCom's examples of every package, as they are and as XML, and ours."""
    for package in packages():
        for name, data in package.examples:
            for form in (data, as_xml(json.loads(data))):
                yield name, hold(read_tree(form, name), held_to, governing=package)
    for name in JUDGES:
        yield name, hold(read_tree((EXAMPLES / name).read_bytes(), name), held_to)


@needs_packages
@pytest.mark.parametrize("r4", [False, pytest.param(True, marks=needs_r4)])
def test_every_invariant_of_the_packages_can_be_calculated(r4: bool) -> None:
    seen = 0
    for name, held in every_example(definitions(r4)):
        assert [told for told in held.unchecked if "kunne ikke beregnes" in told] == [], name
        seen += 1
    assert seen > 500


@needs_packages
def test_an_example_says_the_same_in_xml_as_in_json() -> None:
    """The same faults at the same elements: a list of one is no list in XML, which FHIRPath must not mind."""
    for package in packages():
        for name, data in package.examples if package.name in KINDS else ():
            json_tree, xml_tree = read_tree(data, name), read_tree(as_xml(json.loads(data)), name)
            by_json, by_xml = (hold(tree, definitions(), governing=package) for tree in (json_tree, xml_tree))
            assert by_json.unchecked == by_xml.unchecked, name
            told = [[(each.check, each.element, each.key, each.expected) for each in held.faults] for held in (by_json, by_xml)]
            assert told[0] == told[1], name


TAKEN = '<effectiveDateTime value="2026-10-05T11:35:00+02:00"/>'
SPOILED: dict[str, tuple[str, str, str, str]] = {
    "total": ("bdl-1", RECEIPT, '"type": "message"', '"type": "message", "total": 1'),
    "search": ("bdl-2", RECEIPT, '"entry": [\n    {', '"entry": [\n    {"search": {"mode": "match"},'),
    "request": ("bdl-3", RECEIPT, '"entry": [\n    {', '"entry": [\n    {"request": {"method": "GET", "url": "x"},'),
    "response": ("bdl-4", RECEIPT, '"entry": [\n    {', '"entry": [\n    {"response": {"status": "200"},'),
    "no resource": ("bdl-5", RECEIPT, '"entry": [\n', '"entry": [\n    {"fullUrl": "urn:x"},\n'),
    "twice": ("bdl-7", RECEIPT, '"entry": [\n', '"entry": [\n    {"fullUrl": "urn:x"}, {"fullUrl": "urn:x"},\n'),
    "history": ("bdl-8", RECEIPT, '"entry": [\n', '"entry": [\n    {"fullUrl": "urn:x/_history/1"},\n'),
    "no identifier": ("bdl-9", DIAGNOSES, '    "system": "urn:ietf:rfc:3986",\n', ""),
    "no timestamp": ("bdl-10", DIAGNOSES, '  "timestamp": "2026-10-05T12:50:00+02:00",\n', ""),
    "no document": ("bdl-11", RECEIPT, '"type": "message"', '"type": "document"'),
    "no message": ("bdl-12", DIAGNOSES, '"type": "document"', '"type": "message"'),
    "nobody": (
        "org-1",
        RECEIPT,
        '"entry": [\n',
        f'"entry": [\n    {{"fullUrl": "urn:x", "resource": {{"resourceType": "Organization", "meta": {{"profile": '
        f'["{codes.MESSAGING_PROFILES}messaging-organization"]}}, "language": "da"}}}},\n',
    ),
    "absent": ("obs-6", RESULTS, TAKEN, f'{TAKEN}<dataAbsentReason><text value="x"/></dataAbsentReason>'),
    "nothing wrong": ("", DIAGNOSES, '"type": "document"', '"type":  "document"'),
}


@needs_packages
@pytest.mark.parametrize("name", SPOILED)
def test_what_is_judged_in_python_is_what_fhirpath_answers(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    key, file, old, new = SPOILED[name]
    data = changed(file, old, new).encode("utf-8")

    def broken() -> list[str]:
        walk = Walk(read_tree(data, file), definitions(), References(read_tree(data, file)))
        walk.resource(walk.tree.root)
        return sorted(fault.key for fault in invariants.Invariants(walk).faults() if fault.key in hl7_invariants.OWN)

    ours = broken()
    # FHIRPath cannot look into HTML, and has no place for what dom-3 asks.
    monkeypatch.setattr(invariants, "OWN", {key: hl7_invariants.OWN[key] for key in ("txt-1", "dom-3")})
    assert ours == broken()
    assert key in ours or not key


@needs_packages
def test_a_resource_alone_points_outside_as_often_as_hl7s_validator_says() -> None:
    """HL7's validator counts 14 `Reference is external` in the acknowledgement package (other/validation-oo.json)."""
    (package,) = [each for each in packages() if each.name == "medcom.fhir.dk.acknowledgement"]
    alone = [data for name, data in package.examples if not name.startswith("Bundle-")]
    held = [hold(read_tree(data, "alene.json"), definitions(), governing=package) for data in alone]
    assert sum(fault.check == "FHIR-REF" for each in held for fault in each.faults) == 14


UUID = "6b1f2a34-8c1d-4a4e-9f57-0d2b7c9e1a"
LIST_ID = "0f2d6b1e-4a5c-4b7e-8d7a-3f6f0c1d2e"
NOTE_ID = "c7d8e9f0-1a2b-4c3d-8e4f-5a6b7c8d9e"
CLINIC = f'{{"reference": "Organization/{LIST_ID}05"}}'
SOURCE = f'"what": {{"identifier": {{"value": "urn:uuid:{NOTE_ID}11"}}}}'
WHO = f'"agent": [{{"who": {{"reference": "Organization/{UUID}03"}}}}]'
HELLO = '"contentString": "Kan Nancy begynde på holdet i næste uge? Hilsen Åse"'
DIV = '<div xmlns="http://www.w3.org/1999/xhtml"><p>Svar</p></div>'
CRP = '<valueQuantity><value value="4.0"/><comparator value="&lt;"/><unit value="mg/L"/></valueQuantity>'
ISSUED = '<issued value="2026-10-05T12:24:00+02:00"/>'
EVENT = '"eventCoding": {\n'

# rule, example, what is replaced, by what, what stands on the line of the finding
BREAKS: list[tuple[str, str, str, str, str]] = [
    (
        "FHIR-KARD",
        RECEIPT,
        '            "endpoint": "https://sor2.sum.dsdn.dk/#id=1144561000016002",\n',
        "",
        '          {\n            "ext',
    ),
    (
        "FHIR-KARD",
        RECEIPT,
        '        "source": {"endpoint": "https://sor2.sum.dsdn.dk/#id=73091000016008"},\n',
        "",
        '"resource": {',
    ),
    ("FHIR-KARD", RECEIPT, '  "timestamp": "2026-10-05T12:05:00+02:00",\n', "", "{"),
    ("FHIR-UKENDT", RECEIPT, '"sender": {', '"transmitter": "x",\n        "sender": {', '"transmitter"'),
    ("FHIR-TYPE", RECEIPT, '"timestamp": "2026-10-05T12:05:00+02:00"', '"timestamp": "2026-10-05T12:05:00"', '"timestamp"'),
    ("FHIR-TYPE", RECEIPT, f'"identifier": "{UUID}99"', '"identifier": "6b1f_2a34"', "6b1f_2a34"),
    ("FHIR-REF", RECEIPT, WHO, WHO.replace("Organization", "OperationOutcome").replace("03", "05"), '"agent": [{"who": {"ref'),
    ("FHIR-INV", RECEIPT, "<p>Afvist kvittering</p>", "<script>x</script>", "<script>"),
    ("FHIR-TYPE", RECEIPT, '"text": "Modtagerens lokationsnummer er ukendt"', '"text": true', '"text": true'),
    ("FHIR-TYPE", RECEIPT, '"severity": "error"', '"severity": ["error"]', '"severity"'),
    ("FHIR-UKENDT", RECEIPT, '"entity": [', '"enhed": 1,\n        "entity": [', '"enhed"'),
    (
        "FHIR-TYPE",
        RECEIPT,
        '"details": {\n              "coding": [',
        '"details": {\n              "id": "a", "coding": ["b", ',
        '"id": "a"',
    ),
    ("FHIR-KARD", DIAGNOSES, '  "timestamp": "2026-10-05T12:50:00+02:00",\n', "", "{"),
    ("FHIR-KARD", DIAGNOSES, '        "date": "2026-10-05T12:50:00+02:00",\n', "", '"resource": {'),
    ("FHIR-TYPE", DIAGNOSES, '"recordedDate": "2025-01-03"', '"recordedDate": "03-01-2025"', "03-01-2025"),
    ("FHIR-TYPE", DIAGNOSES, f'"author": [\n          {CLINIC}\n        ]', f'"author": {CLINIC}', '"author"'),
    ("FHIR-TYPE", DIAGNOSES, '"onsetDateTime"', '"onsetDato"', '"onsetDato"'),
    ("FHIR-UKENDT", DIAGNOSES, '"language": "da"', '"language": "da",\n        "sprog": "da"', '"sprog"'),
    ("FHIR-REF", DIAGNOSES, CLINIC, f'{CLINIC},\n          {{"reference": "Practitioner/1"}}', "Practitioner/1"),
    ("FHIR-TYPE", DIAGNOSES, '"abatementDateTime": "2025-06-01"', '"abatementDateTime": 2025', '"abatementDateTime"'),
    ("FHIR-TYPE", DIAGNOSES, '"onsetDateTime": "2025-01-02"', '"onsetDateTime": "2025-02-30"', "2025-02-30"),
    ("FHIR-BINDING", DIAGNOSES, '"gender": "male"', '"gender": "mand"', '"mand"'),
    ("FHIR-INV", DIAGNOSES, '    "system": "urn:ietf:rfc:3986",\n', "", "{"),
    ("FHIR-INV", DIAGNOSES, "<p>Rygproblem</p>", "<form>x</form>", "<form>"),
    ("FHIR-TYPE", DIAGNOSES, '"section": [', '"section": [\n          {},', "          {},"),
    ("FHIR-SLICE", LETTER, '"role": "source"', '"role": "quotation"', '          {\n            "role"'),
    ("FHIR-KARD", LETTER, SOURCE, '"what": {"display": "x"}', '"what": {"display"'),
    ("FHIR-TYPE", LETTER, HELLO, '"contentString": 7', '"contentString"'),
    (
        "FHIR-KARD",
        LETTER,
        f'{{"value": "urn:uuid:{NOTE_ID}10"}}',
        f'{{"value": "urn:uuid:{NOTE_ID}10"}},\n{{"value": "x"}}',
        '{"value": "x"}',
    ),
    ("FHIR-INV", LETTER, "<p>Rehabilitering ved KOL</p>", "<script>x</script>", "<script>"),
    ("FHIR-UKENDT", LETTER, '"topic"', '"emne": "x",\n        "topic"', '"emne"'),
    ("FHIR-KARD", LETTER, '  "timestamp": "2026-10-05T13:00:00+02:00",\n', "", "{"),
    ("FHIR-KARD", LETTER, '{"text": "Rehabilitering ved KOL"}', '{"coding": [{"code": "x"}]}', '"topic"'),
    ("FHIR-TYPE", LETTER, '"valueDateTime": "2026-10-05T12:58:00+02:00"', '"valueDateTime": "i går"', "i går"),
    ("FHIR-TYPE", LETTER, EVENT, f'"eventUri": "urn:x",\n        {EVENT}', '"eventUri"'),
    ("FHIR-TYPE", LETTER, '"recorded": "2026-10-05T13:00:00+02:00"', '"recorded": "2026-10-05"', '"recorded"'),
    (
        "FHIR-KARD",
        LETTER,
        '        "source": {"endpoint": "https://sor2.sum.dsdn.dk/#id=73091000016008"},\n',
        "",
        '"resource": {',
    ),
    ("FHIR-TYPE", RESULTS, ISSUED, '<issued value="2026-10-05"/>', "<issued"),
    ("FHIR-KARD", RESULTS, '<endpoint value="https://sor2.sum.dsdn.dk/#id=73091000016008"/>', "", "<destination>"),
    (
        "FHIR-KARD",
        RESULTS,
        '          <endpoint value="https://sor2.sum.dsdn.dk/#id=1144561000016002"/>\n',
        "<name value='x'/>\n",
        "<source>",
    ),
    ("FHIR-TYPE", RESULTS, '<value value="4.0"/>', '<value value="4,0"/>', "4,0"),
    ("FHIR-UKENDT", RESULTS, '<conclusion value="Åndenød siden i går"/>', '<konklusion value="x"/>', "<konklusion"),
    ("FHIR-TYPE", RESULTS, '<timestamp value="2026-10-05T12:24:10+02:00"/>', '<timestamp value="i dag"/>', "i dag"),
    ("FHIR-KARD", RESULTS, '  <timestamp value="2026-10-05T12:24:10+02:00"/>\n', "", "<Bundle"),
    ("FHIR-INV", RESULTS, DIV, '<div xmlns="http://www.w3.org/1999/xhtml"><object/>Svar</div>', "<object/>"),
    (
        "FHIR-TYPE",
        RESULTS,
        '<effectiveDateTime value="2026-10-05T11:35:00+02:00"/>',
        '<effectiveDateTime value="2026-13-05"/>',
        "2026-13-05",
    ),
    ("FHIR-FAST", RESULTS, '<display value="Restricted"/>', '<display value="Fortroligt"/>', "Fortroligt"),
    (
        "FHIR-TYPE",
        RESULTS,
        "<source>\n          <endpoint",
        '<source>\n          <software value="b"/><name value="a"/><endpoint',
        "<name value",
    ),
]


@needs_r4
@pytest.mark.parametrize(
    ("rule", "file", "old", "new", "marker"), BREAKS, ids=[f"{row[0]} {row[1]} {number}" for number, row in enumerate(BREAKS)]
)
def test_one_fault_gives_one_finding(rule: str, file: str, old: str, new: str, marker: str) -> None:
    text = changed(file, old, new)
    found = graded(JUDGES[file](text.encode("utf-8"), file, definitions()))
    assert [(each.rule, each.location.line) for each in found] == [(rule, line_of(text, marker))], [str(each) for each in found]


PART = "urn:uuid:d4b8a1c2-3e5f-4a7b-9c0d-1e2f3a4b5c"
SPECIFIC = f'<recipient><reference value="{PART}07"/></recipient>'
TITLE = '            <title value="Plan for holdet"/>\n'
# the invariant or the profile's element, what is replaced, by what, what stands on the line of the finding
ANSWERS: list[tuple[str, str, str, str]] = [
    (
        "medcom-careCommunication-11",
        f'<managingOrganization><reference value="{PART}06"/>',
        f'<managingOrganization><reference value="{PART}05"/>',
        "<Bundle",
    ),
    (
        "medcom-careCommunication-12",
        f'<recipient><reference value="{PART}07"/>',
        f'<recipient><reference value="{PART}11"/>',
        "<Bundle",
    ),
    ("Communication.payload:attachment.content[x].title", TITLE, "", "<contentAttachment>"),
    ("Communication.recipient", SPECIFIC, f"{SPECIFIC}\n{SPECIFIC.replace('07', '09')}", SPECIFIC.replace("07", "09")),
    ("Provenance.entity", '<role value="revision"/>', '<role value="removal"/>', '<entity>\n          <role value="removal"'),
    ("Communication.topic.text", '<text value="Rehabilitering ved KOL"/>', '<coding><code value="x"/></coding>', "<topic>"),
]


@needs_packages
@pytest.mark.parametrize(("told", "old", "new", "marker"), ANSWERS, ids=[row[0] for row in ANSWERS])
def test_one_fault_in_an_answer_gives_one_finding(told: str, old: str, new: str, marker: str) -> None:
    text = changed(ANSWER, old, new)
    found = graded(JUDGES[ANSWER](text.encode("utf-8"), ANSWER, definitions()))
    assert [each.location.line for each in found] == [line_of(text, marker)], [str(each) for each in found]
    assert told in (found[0].expected.partition(":")[0], found[0].source.rpartition(", ")[2])


@needs_packages
def test_a_requester_has_initials_or_says_that_they_are_not_known() -> None:
    """medcom-homecareObservation-4, which looks for an extension where XML has but one.

    A remark: HomeCareObservation 1.2.1 builds on another version of medcom.fhir.dk.messaging than the one in the packages.
    """
    text = changed(RESULTS, "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "http://eksempel.invalid/ukendt")
    (found,) = [
        each for judgement in JUDGES[RESULTS](text.encode("utf-8"), RESULTS, definitions()) for each in judgement.findings
    ]
    assert (found.rule, found.location.line) == ("FHIR-INV", line_of(text, "<contact>"))
    assert found.expected.startswith("medcom-homecareObservation-4: ")


@needs_r4
def test_our_patterns_of_primitives_are_those_of_r4() -> None:
    theirs: dict[str, str] = {}
    for package in definitions().packages:
        for each in package.definitions:
            if each.get("kind") == "primitive-type":
                (value,) = [element for element in each["snapshot"]["element"] if element["path"].endswith(".value")]
                told = [
                    x["valueString"] for type_ in value["type"] for x in type_.get("extension", []) if x["url"].endswith("regex")
                ]
                theirs[each["name"]] = "".join(told)
    assert theirs == PATTERNS


@needs_packages
@pytest.mark.parametrize("r4", [False, pytest.param(True, marks=needs_r4)])
@pytest.mark.parametrize(
    ("rule", "file", "old", "new"),
    [
        ("FHIR-BINDING", DIAGNOSES, '"gender": "male"', '"gender": "mand"'),
        ("ACK-19", RECEIPT, '"severity": "error"', '"severity": "stor"'),
        ("ACK-19", RECEIPT, '"code": "processing"', '"code": "behandling"'),
    ],
)
def test_hl7s_own_codes_are_held_against_without_hl7s_definitions_too(rule: str, file: str, old: str, new: str, r4: bool) -> None:
    text = changed(file, old, new)
    found = graded(JUDGES[file](text.encode("utf-8"), file, definitions(r4)))
    assert [(each.rule, each.location.line) for each in found] == [(rule, line_of(text, new))], [str(each) for each in found]


@needs_r4
def test_our_value_sets_are_those_of_r4() -> None:
    theirs = Definitions(each for each in definitions().packages if not each.name.startswith("medcom"))
    assert {url for url in VALUE_SETS if theirs.codes(url) != Codes(set(VALUE_SETS[url]))} == set()
    assert all(("ValueSet", url) in theirs._raw for url in VALUE_SETS)
