"""What HL7's schema says of a document's elements: each rule breaks alone at the right line, and agrees with the schema."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from lxml import etree
from test_cda_header_rules import Row, assert_one_finding, changed, findings, line_of

from harness.conformance.cda.apd import judge_apd
from harness.conformance.cda.cpd import judge_cpd
from harness.conformance.cda.structure import _ALLOWED, _DEMANDED, _TYPES, contents, kinds, rooted
from harness.conformance.rule import NotJudged, Rule
from harness.standards.xml import parse

ARTEFACTS = os.environ.get("LPS_ARTEFACTS", "")
needs_artefacts = pytest.mark.skipif(not ARTEFACTS, reason="LPS_ARTEFACTS peger ikke på en mappe med officielle artefakter")
DIABETES = Path(__file__).parents[1] / "examples" / "cpd_diabetes_haandskrevet.xml"

ENCOUNTER = '<c:encounter classCode="ENC" moodCode="APT">'
PLACE = '<c:participant typeCode="LOC">'
PATIENT = '<c:patientRole classCode="PAT">'
PLACE_ID = '<c:id root="1.2.208.176.1.1" extension="73091000016008"/>'
ROLE = '<c:participantRole classCode="SDLOC">'
HIGH = '<c:high value="20261102100000+0100"/>'

ACTS = [
    "act", "encounter", "observation", "observationMedia", "organizer", "procedure", "regionOfInterest",
    "substanceAdministration", "supply",
]  # fmt: skip
POINTING = '<c:code nullFlavor="NI"/><c:text><c:reference value="{}"/></c:text>'

# In the appointment
BREAKS: list[Row] = [
    ("CDA-H16", ENCOUNTER, ENCOUNTER.replace(' moodCode="APT"', ""), ENCOUNTER),
    ("CDA-H16", PLACE, PLACE.replace("LOC", "STED"), PLACE),
    ("CDA-H16", PATIENT, PATIENT.replace("PAT", "PSN"), PATIENT),
    ("CDA-H17", PLACE_ID, '<c:id extension="73091000016008"/>', PLACE_ID),
    ("CDA-H17", PLACE_ID, PLACE_ID.replace("1.2.208.176.1.1", " "), PLACE_ID),
    ("CDA-H18", ROLE, '<c:participantRole xmlns:c="urn:x">', PLACE),
    ("CDA-H20", HIGH, "<c:high/>", HIGH),
]
# In a plan: what is exchanged, what for, and where
IN_PLAN = [
    ("CDA-H16", ' typeCode="REFR"', "", "/entryRelationship/@typeCode"),
    ("CDA-H16", 'classCode="OBS" moodCode="EVN"', 'classCode="OBS" moodCode="UDFØRT"', "/observation/@moodCode"),
    ("CDA-H18", '<c:code nullFlavor="NI"/>\n                      <c:value', "<c:value", "/observation/code"),
    ("CDA-H19", ' xsi:type="c:CD"', "", "/value/@xsi:type"),
    (
        "CDA-H21",
        '<c:code nullFlavor="NI"/>\n                      <c:value',
        f"{POINTING.format('#D1')}<c:value",
        "/reference/@value",
    ),
    ("CDA-H19", ' xsi:type="c:CD"', ' xsi:type="c:DIAGNOSE"', "/value/@type"),
]


@pytest.mark.parametrize("row", BREAKS, ids=[f"{row[0]} {number}" for number, row in enumerate(BREAKS)])
def test_one_fault_gives_one_finding(row: Row) -> None:
    assert_one_finding("apd", row)


@pytest.mark.parametrize(("rule", "old", "new", "ending"), IN_PLAN, ids=[f"{row[0]} {row[3]}" for row in IN_PLAN])
def test_one_fault_in_a_plan_gives_one_finding(rule: str, old: str, new: str, ending: str) -> None:
    text = DIABETES.read_text(encoding="utf-8")
    assert old in text
    found = findings(judge_cpd(text.replace(old, new, 1).encode(), "plan.xml", declared="CPD-DK 1.0.1"))
    assert [each.rule for each in found] == [rule], [str(each) for each in found]
    assert found[0].location.path.endswith(ending), found[0].location.path


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (PATIENT, "<c:patientRole>"),
        (PLACE_ID, '<c:id nullFlavor="UNK"/>'),
        (HIGH, '<c:high nullFlavor="NI"/>'),
        (ROLE, "<c:participantRole>"),
    ],
)
def test_what_the_schema_leaves_free_breaks_nothing(old: str, new: str) -> None:
    assert [str(each) for each in findings(judge_apd(changed("apd", old, new), "aftale.xml"))] == []


def told(check: Rule, inside: str) -> list[tuple[str, str]]:
    """What the rule finds in a body with this: the end of each path, and what was there."""
    names = 'xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    outcome = check.check(parse(f"<ClinicalDocument {names}>{inside}</ClinicalDocument>".encode(), "dokument.xml"))
    assert not isinstance(outcome, NotJudged)
    return [("/".join(each.location.path.split("/")[-2:]), each.actual) for each in outcome]


@pytest.mark.parametrize(
    ("element", "attribute", "right"),
    [
        ("author", "typeCode", "AUT"),
        ("patientRole", "classCode", "PAT"),
        ("structuredBody", "moodCode", "EVN"),
        ("patient", "determinerCode", "INSTANCE"),
        ("component", "contextConductionInd", "true"),
        ("title", "nullFlavor", "NI"),
    ],
)
def test_each_attribute_that_says_a_kind_is_looked_at(element: str, attribute: str, right: str) -> None:
    assert told(kinds, f'<{element} {attribute}="{right}"/>') == []
    assert told(kinds, f'<{element} {attribute}="andet"/>') == [(f"{element}/@{attribute}", "andet")]


@pytest.mark.parametrize("act", ACTS)
def test_an_act_says_its_class_and_its_mood(act: str) -> None:
    assert [path for path, _ in told(kinds, f"<{act}/>")] == [f"{act}/@classCode", f"{act}/@moodCode"]


@pytest.mark.parametrize("holder", ["patientRole", "representedCustodianOrganization", "section"])
def test_an_id_without_a_root_is_told_by_one_rule(holder: str) -> None:
    assert told(rooted, f'<{holder}><id extension="1"/></{holder}>') == []
    assert told(rooted, '<id extension="1"/>') == []
    assert [path for path, _ in told(rooted, '<assignedAuthor><id extension="1"/></assignedAuthor>')] == ["assignedAuthor/id"]


@pytest.mark.parametrize(
    ("element", "inside"),
    [
        ("documentationOf", ["serviceEvent"]),
        ("entry", ACTS),
        ("entryRelationship", ACTS),
        ("act", ["code"]),
        ("observation", ["code"]),
        ("participant", ["participantRole", "associatedEntity"]),
        ("assignedEntity", ["id"]),
    ],
)
def test_an_element_has_one_of_the_things_the_schema_asks_for(element: str, inside: list[str]) -> None:
    for each in inside:
        assert (f"{element}/{inside[0]}", "mangler") not in told(contents, f"<{element}><{each}/></{element}>")
    assert told(contents, f"<{element}><andet/></{element}>") == [(f"{element}/{inside[0]}", "mangler")]
    assert told(contents, f'<{element} nullFlavor="NI"/>') == []


@pytest.mark.parametrize("place", ["#D1", " #D1 ", "https://example.org/a#D1", ""])
def test_a_reference_to_what_is_there_or_lies_elsewhere_breaks_nothing(place: str) -> None:
    text = DIABETES.read_text(encoding="utf-8")
    code = '<c:code nullFlavor="NI"/>\n                      <c:value'
    told = "<c:text>T90 Diabetes type 2</c:text>"
    assert told in text
    text = text.replace(code, f"{POINTING.format(place)}<c:value", 1)
    text = text.replace(told, '<c:text><c:paragraph ID="D1">T90 Diabetes type 2</c:paragraph></c:text>')
    assert findings(judge_cpd(text.encode(), "plan.xml", declared="CPD-DK 1.0.1")) == []


def test_a_long_list_of_kinds_is_not_told_in_full() -> None:
    (found,) = findings(judge_apd(changed("apd", PLACE, PLACE.replace("LOC", "STED")), "aftale.xml"))
    assert (found.expected, found.actual, found.location.line) == ("en værdi, som skemaet kender", "STED", line_of("apd", PLACE))


@needs_artefacts
def test_the_kinds_and_types_are_the_schemas_own() -> None:
    (schema,) = Path(ARTEFACTS).rglob("POCD_MT000040_SDTC.xsd")
    (words,) = Path(ARTEFACTS).rglob("voc.xsd")
    attributes = _attributes(etree.parse(schema).getroot())
    for (element, name), values in _ALLOWED.items():
        for each in attributes[element, name]:
            assert values == ({each.get("fixed")} if each.get("fixed") else _listed(words, each.get("type", ""))), (element, name)
    for element, name in _DEMANDED:
        assert {each.get("use") for each in attributes[element, name]} == {"required"}, (element, name)
    files = [path for name in ("datatypes-base_SDTC.xsd", "datatypes.xsd") for path in Path(ARTEFACTS).rglob(name)]
    types = [each for file in files for each in etree.parse(file).iterfind("{*}complexType") if each.get("abstract") != "true"]
    named = {each.get("name", "") for each in types}
    assert {each for each in named if each[0].isupper() and not each.startswith(("ADXP", "ENXP", "EIVL."))} == _TYPES


def _attributes(schema: etree._Element) -> dict[tuple[str, str], list[etree._Element]]:
    """The attributes of the elements that have each name, wherever in the schema."""
    types = {each.get("name", ""): each for each in schema.iterfind("{*}complexType")}
    of = [(each.get("name", ""), each.get("type", "")) for each in schema.iter("{*}element") if each.get("name")]
    found: dict[tuple[str, str], list[etree._Element]] = {}
    for name, kind in {*of, ("ClinicalDocument", "POCD_MT000040.ClinicalDocument")}:
        for each in types[kind].iterfind(".//{*}attribute") if kind in types else ():
            found.setdefault((name, each.get("name", "")), []).append(each)
    return found


def _listed(words: Path, name: str) -> set[str]:
    types = {each.get("name", ""): each for each in etree.parse(words).iterfind("{*}simpleType")}
    found, todo = set(), [name]
    while todo:
        if (of := types.get(todo.pop())) is not None:
            found |= {each.get("value", "") for each in of.iter("{*}enumeration")}
            todo += [each for union in of.iter("{*}union") for each in (union.get("memberTypes") or "").split()]
            todo += [each.get("base", "") for each in of.iter("{*}restriction")]
    return found
