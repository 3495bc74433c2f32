"""The rules of APD-DK: each breaks alone at the right line, and harmless differences break none."""

from __future__ import annotations

import pytest
from test_cda_header_rules import Row, assert_one_finding, changed, example, findings

from harness.conformance.cda.apd import judge_apd
from harness.conformance.rule import Result, rules_for

TEMPLATE = '<c:templateId root="1.2.208.184.14.1"/>'
CODE = '<c:code code="39289-4" codeSystem="2.16.840.1.113883.6.1"/>\n  <c:title>'
SECTION = '<c:section classCode="DOCSECT">'
SECTION_TEMPLATE = '<c:templateId root="1.2.208.184.14.11.1" extension="2019-09-10"/>'
ENCOUNTER = '<c:encounter classCode="ENC" moodCode="APT">'
ENCOUNTER_TEMPLATE = '<c:templateId root="1.2.208.184.14.11.2" extension="2019-09-10"/>'
KIND = '<c:code code="PractitionerAppointment" codeSystem="1.2.208.184.100.1" codeSystemName="MedCom Message Codes"/>'
SECTION_CODE = '<c:code code="18776-5" codeSystem="2.16.840.1.113883.6.1" codeSystemName="LOINC"/>'
SECTION_TITLE, SECTION_TEXT = "<c:title>Aftale</c:title>", "<c:text><c:paragraph>Årskontrol af KOL</c:paragraph></c:text>"
ENCOUNTER_ID, STATUS = '<c:id root="51d8f0a6-0b7e-4a9c-a1c7-0d3c2b1a9003"/>', '<c:statusCode code="active"/>'
LOW, HIGH = '<c:low value="20261102093000+0100"/>', '<c:high value="20261102100000+0100"/>'

BREAKS: list[Row] = [
    ("APD-01", TEMPLATE, "", "<c:ClinicalDocument"),
    ("APD-01", TEMPLATE, TEMPLATE.replace("14.1", "15.1"), TEMPLATE),
    ("APD-01", CODE, CODE.replace("39289-4", "81215-6"), CODE),
    ("APD-01", CODE, CODE.replace("113883.6.1", "113883.6.96"), CODE),
    ("APD-02", SECTION_TEMPLATE, "", SECTION),
    ("APD-02", SECTION_TEMPLATE, SECTION_TEMPLATE.replace("11.1", "11.9"), SECTION_TEMPLATE),
    ("APD-03", ENCOUNTER_TEMPLATE, "", ENCOUNTER),
    ("APD-03", ENCOUNTER_TEMPLATE, ENCOUNTER_TEMPLATE.replace("11.2", "11.9"), ENCOUNTER_TEMPLATE),
    ("APD-02", SECTION_TEMPLATE, SECTION_TEMPLATE.replace("2019", "2018"), SECTION_TEMPLATE),
    ("APD-03", ENCOUNTER_TEMPLATE, ENCOUNTER_TEMPLATE.replace(' extension="2019-09-10"', ""), ENCOUNTER_TEMPLATE),
    ("APD-06", SECTION_CODE, "", SECTION),
    ("APD-06", SECTION_CODE, SECTION_CODE.replace("18776-5", "39289-4"), SECTION_CODE),
    ("APD-06", SECTION_CODE, SECTION_CODE.replace("113883.6.1", "113883.6.96"), SECTION_CODE),
    ("APD-06", SECTION_TITLE, "<c:title/>", SECTION_TITLE),
    ("APD-06", SECTION_TITLE, '<c:title nullFlavor="NI"/>', SECTION_TITLE),
    ("APD-06", SECTION_TEXT, "", SECTION),
    ("APD-06", SECTION_TEXT, '<c:text nullFlavor="NI"/>', "<c:text"),
    ("APD-07", ENCOUNTER, ENCOUNTER.replace("APT", "EVN"), ENCOUNTER),
    ("APD-07", ENCOUNTER, ENCOUNTER.replace("ENC", "ACT"), ENCOUNTER),
    ("APD-07", ENCOUNTER_ID, "", ENCOUNTER),
    ("APD-07", KIND, "", ENCOUNTER),
    ("APD-07", STATUS, "<c:statusCode/>", STATUS),
    ("APD-07", STATUS, "", ENCOUNTER),
    ("APD-07", "<c:performer>", '<c:performer xmlns:c="urn:x">', ENCOUNTER),
    ("APD-04", KIND, KIND.replace("100.1", "100.2"), KIND),
    ("APD-04", KIND, KIND.replace(' codeSystem="1.2.208.184.100.1"', ""), KIND),
    ("APD-05", LOW, LOW.replace("20261102093000", "2026-11-02"), LOW),
    ("APD-05", LOW, LOW.replace("1102", "1131"), LOW),
    ("APD-05", HIGH, HIGH.replace("100000", "090000"), HIGH),
    ("APD-05", HIGH, '<c:high value=""/>', HIGH),
]


@pytest.mark.parametrize("row", BREAKS, ids=[f"{row[0]} {number}" for number, row in enumerate(BREAKS)])
def test_one_fault_gives_one_finding(row: Row) -> None:
    assert_one_finding("apd", row)


def test_every_rule_has_a_fault_that_breaks_it() -> None:
    assert {row[0] for row in BREAKS} | {"APD-08", "APD-09"} == {rule.id for rule in rules_for("apd")}


def test_a_kind_that_is_not_known_is_a_remark() -> None:
    unknown = changed("apd", KIND, '<c:code code="af-en-anden-slags" codeSystem="1.2.3" codeSystemName="Vore egne"/>')
    (found,) = findings(judge_apd(unknown, "aftale.xml"))
    assert (found.rule, found.grade, found.actual) == ("APD-08", None, "af-en-anden-slags")
    assert found.location.path.endswith("/encounter/code/@code")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (SECTION_CODE, SECTION_CODE.replace(' codeSystemName="LOINC"', ""), "mangler"),
        (SECTION_CODE, SECTION_CODE.replace('"LOINC"', '"SNOMED CT"'), "SNOMED CT"),
        (KIND, KIND.replace(' codeSystemName="MedCom Message Codes"', ""), "mangler"),
        (KIND, KIND.replace('"MedCom Message Codes"', '""'), "mangler"),
    ],
    ids=["the section's", "the section's, another", "the appointment's", "the appointment's, empty"],
)
def test_the_name_of_a_code_system_is_a_remark(old: str, new: str, said: str) -> None:
    (found,) = findings(judge_apd(changed("apd", old, new), "aftale.xml"))
    assert (found.rule, found.grade, found.actual) == ("APD-09", None, said)
    assert found.location.path.endswith("/code/@codeSystemName")


def test_the_hand_written_appointment_keeps_every_rule() -> None:
    assert {each.result for each in judge_apd(example("apd").encode("utf-8"), "aftale.xml")} == {Result.HOLDS}


@pytest.mark.parametrize("text", ["<c:text/>", "<c:text> </c:text>", "<c:text><c:paragraph/></c:text>"])
def test_an_appointment_needs_no_words(text: str) -> None:
    assert findings(judge_apd(changed("apd", SECTION_TEXT, text), "aftale.xml")) == []


def test_a_body_without_section_and_encounter_is_told_at_the_body() -> None:
    text = example("apd")
    body = (
        text[: text.index("      <c:component>\n        <c:section")]
        + "    </c:structuredBody></c:component></c:ClinicalDocument>"
    )
    found = findings(judge_apd(body.encode("utf-8"), "aftale.xml"))
    assert [(each.rule, each.location.path) for each in found] == [("APD-02", "/ClinicalDocument/component/section")]


def test_a_body_of_another_kind_is_told_as_that() -> None:
    text = example("apd")
    start, end = text.index("    <c:structuredBody>"), text.index("</c:structuredBody>") + len("</c:structuredBody>")
    body = f"{text[:start]}    <c:nonXMLBody><c:text>x</c:text></c:nonXMLBody>{text[end:]}"
    (found,) = findings(judge_apd(body.encode("utf-8"), "aftale.xml"))
    assert (found.rule, found.actual, found.location.line) == ("APD-02", "nonXMLBody", text[:start].count("\n") + 1)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (CODE, CODE.replace("39289-4", "39290-2")),
        (KIND, KIND.replace("Practitioner", "Municipality")),
        (KIND, KIND.replace("MedCom Message Codes", "MedComs beskedkoder")),
        (HIGH, '<c:high nullFlavor="NI"/>'),
        (SECTION_TEXT, "<c:text><c:paragraph/></c:text>"),
        (HIGH, ""),
        (HIGH, HIGH.replace("100000+0100", "093000+0200")),
        (LOW, LOW.replace("093000+0100", "")),
    ],
    ids=[
        "the other code",
        "another kind",
        "the system by another name",
        "no end known",
        "an empty paragraph",
        "no end",
        "another clock",
        "a day",
    ],
)
def test_harmless_differences_break_nothing(old: str, new: str) -> None:
    assert [str(each) for each in findings(judge_apd(changed("apd", old, new), "aftale.xml"))] == []
