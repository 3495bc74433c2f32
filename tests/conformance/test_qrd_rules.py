"""The rules of QRD-DK: each breaks alone at the right line, and harmless differences break none."""

from __future__ import annotations

import pytest
from test_cda_header_rules import Row, assert_one_finding, changed, example, findings

from harness.conformance.cda.qrd import judge_qrd
from harness.conformance.rule import Result, rules_for

DOCUMENT = "<c:ClinicalDocument"
TEMPLATE = '<c:templateId root="1.2.208.184.13.1"/>\n  <c:templateId root="1.2.208.184.13.1.1.1"/>'
CODE = '<c:code code="74465-6" codeSystem="2.16.840.1.113883.6.1"/>\n  <c:title>Spørgsmål'
SECTION_TEMPLATE = '<c:templateId root="2.16.840.1.113883.10.20.33.2.1"/>'
SECTION_CODE = '<c:code code="74465-6" codeSystem="2.16.840.1.113883.6.1"/>\n          <c:title>Svar'
ORGANIZER = '<c:organizer classCode="BATTERY" moodCode="EVN">'
ORGANIZER_TEMPLATE = '<c:templateId root="2.16.840.1.113883.10.20.33.4.1"/>'
STATUS = '<c:statusCode code="COMPLETED"/>'
QUESTION = '<c:code code="q10-100" codeSystem="1.2.208.184.100.2">'
WORDS = "<c:originalText>Har du taget antibiotika siden sidste måling?</c:originalText>"
ANSWER = '<c:value xsi:type="c:CE" code="A1" codeSystem="1.2.208.184.100.2" displayName="Ja"/>'
UNANSWERED = '<c:value xsi:type="c:CE" nullFlavor="NI"/>'
INTERVAL = '<c:value xsi:type="c:IVL_INT"><c:low value="1"/><c:high value="1"/></c:value>'
MAY_ANSWER = '<c:value xsi:type="c:IVL_INT"><c:low value="0"/><c:high value="1"/></c:value>'
OPTIONS_CODE = f'<c:code code="74467-2" codeSystem="2.16.840.1.113883.6.1"/>\n{" " * 22}{INTERVAL}'
OPTIONS = f'<c:templateId root="2.16.840.1.113883.10.20.32.4.20"/>\n{" " * 22}{OPTIONS_CODE}'
REFERENCE = '<c:reference typeCode="REFR">'
REFERENCE_TEMPLATE = '<c:templateId root="1.2.208.184.6.1"/>'
FORM_CODE = '<c:code code="74468-0" codeSystem="2.16.840.1.113883.6.1"/>'
SELF = '<c:code code="SELF" codeSystem="2.16.840.1.113883.5.111"/>'
YDER = '<c:id root="1.2.208.176.1.4" extension="091034"/>'
CHOICE = '<c:templateId root="2.16.840.1.113883.10.20.33.4.5"/>'
FIRST = f'<c:observation classCode="OBS" moodCode="EVN">\n{" " * 18}{CHOICE}\n{" " * 18}{QUESTION}'
SECOND = FIRST.replace("q10-100", "q10-101")
WHOLE_QUESTION = f"{QUESTION}\n{' ' * 20}{WORDS}\n{' ' * 18}</c:code>"
DOCUMENT_REFERRED_TO = (
    f"<c:externalDocument>\n{' ' * 18}"
    f'<c:id root="1.2.208.184" extension="9a1f5d0e-52c4-4a0c-8b77-6f3d2f0f5b10"/>\n{" " * 18}{FORM_CODE}\n{" " * 16}'
    "</c:externalDocument>"
)

BREAKS: list[Row] = [
    ("QRD-01", TEMPLATE, "", DOCUMENT),
    ("QRD-01", TEMPLATE, '<c:templateId root="1.2.208.184.12.1"/>', TEMPLATE),
    ("QRD-01", CODE, CODE.replace("74465-6", "74468-0"), CODE),
    ("QRD-01", CODE, CODE.replace("113883.6.1", "113883.6.96"), CODE),
    ("QRD-02", f"{SECTION_TEMPLATE}\n          {SECTION_CODE}", "<c:title>Svar", "<c:component>\n    <c:structuredBody>"),
    ("QRD-03", SECTION_TEMPLATE, "", "<c:section>"),
    ("QRD-03", SECTION_TEMPLATE, SECTION_TEMPLATE.replace("33.2.1", "33.2.2"), SECTION_TEMPLATE),
    ("QRD-04", SECTION_CODE, "<c:title>Svar", "<c:section>"),
    ("QRD-04", SECTION_CODE, SECTION_CODE.replace("74465-6", "74468-0"), SECTION_CODE),
    ("QRD-05", ORGANIZER_TEMPLATE, "", ORGANIZER),
    ("QRD-05", ORGANIZER_TEMPLATE, ORGANIZER_TEMPLATE.replace("33.4.1", "33.4.2"), ORGANIZER_TEMPLATE),
    ("QRD-06", ORGANIZER, ORGANIZER.replace("BATTERY", "CLUSTER"), ORGANIZER),
    ("QRD-07", STATUS, STATUS.replace("COMPLETED", "active"), STATUS),
    ("QRD-07", STATUS, "", ORGANIZER),
    ("QRD-08", WORDS, "", QUESTION),
    ("QRD-08", WORDS, "<c:originalText> </c:originalText>", WORDS),
    ("QRD-08", QUESTION, QUESTION.replace('code="q10-100" ', ""), QUESTION),
    ("QRD-09", ANSWER, ANSWER.replace("c:CE", "c:ST"), ANSWER),
    ("QRD-09", ANSWER, ANSWER.replace("100.2", "100.1"), ANSWER),
    ("QRD-09", ANSWER, ANSWER.replace(' code="A1"', ""), ANSWER),
    ("QRD-10", OPTIONS_CODE, OPTIONS_CODE.replace("74467-2", "74467-1"), OPTIONS_CODE),
    ("QRD-11", INTERVAL, INTERVAL.replace('<c:high value="1"/>', ""), INTERVAL),
    ("QRD-11", INTERVAL, INTERVAL.replace("IVL_INT", "IVL_TS"), INTERVAL),
    ("QRD-11", MAY_ANSWER, MAY_ANSWER.replace('"0"', '"2"'), MAY_ANSWER),
    ("QRD-12", ANSWER, "", FIRST),
    ("QRD-12", ANSWER, ANSWER * 2, FIRST),
    ("QRD-12", MAY_ANSWER, MAY_ANSWER.replace('"0"', '"1"'), SECOND),
    ("QRD-13", REFERENCE, REFERENCE.replace("REFR", "XCRPT"), REFERENCE),
    ("QRD-13", REFERENCE_TEMPLATE, "", REFERENCE),
    ("QRD-13", FORM_CODE, FORM_CODE.replace("74468-0", "74465-6"), FORM_CODE),
    ("QRD-13", FORM_CODE, "", "<c:externalDocument>"),
    ("QRD-14", SELF, SELF.replace("5.111", "5.110"), SELF),
    ("CDA-H16", ORGANIZER, ORGANIZER.replace(' classCode="BATTERY"', ""), ORGANIZER),
    ("CDA-H16", ORGANIZER, ORGANIZER.replace("BATTERY", "SAMLING"), ORGANIZER),
    ("QRD-07", STATUS, "<c:statusCode/>", STATUS),
    ("QRD-08", QUESTION, QUESTION.replace('code="q10-100"', 'code=" "'), QUESTION),
    ("QRD-08", WHOLE_QUESTION, "", FIRST),
    ("QRD-09", ANSWER, ANSWER.replace('xsi:type="c:CE" ', ""), ANSWER),
    ("QRD-09", ANSWER, ANSWER.replace('"A1"', '" "'), ANSWER),
    ("QRD-13", REFERENCE, "<c:reference>", REFERENCE),
    ("QRD-13", DOCUMENT_REFERRED_TO, "", REFERENCE),
    ("QRD-14", SELF, '<c:code code="SELF"/>', SELF),
    ("CDA-H04", YDER, YDER.replace("091034", "91034"), YDER),
]
OWN = [row for row in BREAKS if row[0].startswith("QRD")]


@pytest.mark.parametrize("row", BREAKS, ids=[f"{row[0]} {number}" for number, row in enumerate(BREAKS)])
def test_one_fault_gives_one_finding(row: Row) -> None:
    assert_one_finding("qrd", row)


def test_every_rule_has_a_fault_that_breaks_it() -> None:
    assert {row[0] for row in OWN} == {rule.id for rule in rules_for("qrd")}


def test_the_hand_written_answers_keep_every_rule() -> None:
    judgements = judge_qrd(example("qrd").encode("utf-8"), "svar.xml")
    assert {each.rule.id for each in judgements if each.result is not Result.HOLDS} == {"CDA-H10"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (STATUS, STATUS.replace("COMPLETED", "completed")),
        (ANSWER, ANSWER.replace("c:CE", "CE")),
        (MAY_ANSWER, MAY_ANSWER.replace('"1"', '"5"')),
        (UNANSWERED, ""),
        (SELF, ""),
        (TEMPLATE, '<c:templateId root="1.2.208.184.13.1.1.1"/>'),
        (OPTIONS, OPTIONS_CODE),
        (OPTIONS.replace(INTERVAL, MAY_ANSWER), OPTIONS_CODE.replace(INTERVAL, MAY_ANSWER)),
        (REFERENCE_TEMPLATE, f'<c:templateId root="1.2.3"/>{REFERENCE_TEMPLATE}'),
    ],
    ids=[
        "small letters",
        "a type without prefix",
        "many answers allowed",
        "no answer",
        "not SELF",
        "the version's template alone",
        "one question without options",
        "one without options or an answer",
        "a reference with more templates",
    ],
)
def test_harmless_differences_break_no_rule_of_the_answers(old: str, new: str) -> None:
    found = [each.rule for each in findings(judge_qrd(changed("qrd", old, new), "svar.xml")) if each.rule.startswith("QRD")]
    assert found == []


# What is exchanged, where in the document the finding points, and what it says was expected and found
TOLD = [
    (ORGANIZER, ORGANIZER.replace("BATTERY", "CLUSTER"), "organizer/@classCode", "BATTERY", "CLUSTER"),
    (ORGANIZER, ORGANIZER.replace(' classCode="BATTERY"', ""), "organizer/@classCode", "classCode", "mangler"),
    (STATUS, "<c:statusCode/>", "statusCode", "COMPLETED", "statusCode"),
    (STATUS, "", "organizer/statusCode", "statusCode COMPLETED", "mangler"),
    (QUESTION, QUESTION.replace('code="q10-100" ', ""), "observation/code/@code", "spørgsmålets kode", "mangler"),
    (WHOLE_QUESTION, "", "component[1]/observation/code", "code", "mangler"),
    (WORDS, "", "observation/code/originalText", "spørgsmålets ordlyd", "mangler"),
    (WORDS, "<c:originalText/>", "observation/code/originalText", "spørgsmålets ordlyd", "tom"),
    (ANSWER, ANSWER.replace("c:CE", "c:ST"), "observation/value/@type", "CE", "ST"),
    (ANSWER, ANSWER.replace('xsi:type="c:CE" ', ""), "observation/value/@type", "CE", "mangler"),
    (
        ANSWER,
        ANSWER.replace(' code="A1"', ""),
        "observation/value",
        'value med en kode og codeSystem="1.2.208.184.100.2"',
        'value xsi:type="c:CE" codeSystem="1.2.208.184.100.2" displayName="Ja"',
    ),
    (ANSWER, "", "component[1]/observation", "1 til 1 svar", "0"),
    (ANSWER, ANSWER * 2, "component[1]/observation", "1 til 1 svar", "2"),
    (REFERENCE, REFERENCE.replace("REFR", "XCRPT"), "organizer/reference/@typeCode", "REFR", "XCRPT"),
    (REFERENCE, "<c:reference>", "organizer/reference/@typeCode", "REFR", "mangler"),
    (DOCUMENT_REFERRED_TO, "", "organizer/reference/externalDocument", "externalDocument", "mangler"),
    (
        SELF,
        SELF.replace("5.111", "5.110"),
        "assignedAuthor/code/@codeSystem",
        "2.16.840.1.113883.5.111",
        "2.16.840.1.113883.5.110",
    ),
    (SELF, '<c:code code="SELF"/>', "assignedAuthor/code/@codeSystem", "2.16.840.1.113883.5.111", "mangler"),
]


@pytest.mark.parametrize(("old", "new", "place", "expected", "actual"), TOLD)
def test_a_finding_says_where_and_what(old: str, new: str, place: str, expected: str, actual: str) -> None:
    (found,) = findings(judge_qrd(changed("qrd", old, new), "svar.xml"))
    assert (found.expected, found.actual) == (expected, actual)
    assert found.location.path.endswith(f"/{place}")


def test_answers_without_any_organizer_are_told_where_it_belongs() -> None:
    text = example("qrd")
    entry = text[text.index("<c:entry>") : text.index("</c:entry>") + len("</c:entry>")]
    found = findings(judge_qrd(text.replace(entry, "").encode(), "svar.xml"))
    assert [(each.rule, each.expected) for each in found] == [
        ("QRD-05", "organizer med templateId 2.16.840.1.113883.10.20.33.4.1")
    ]
    assert found[0].location.path.endswith("/section/entry/organizer")


def test_an_organizer_of_another_kind_is_told_which_template_it_lacks() -> None:
    changed_template = ORGANIZER_TEMPLATE.replace("33.4.1", "33.4.2")
    (found,) = findings(judge_qrd(changed("qrd", ORGANIZER_TEMPLATE, changed_template), "svar.xml"))
    assert found.expected == 'templateId root="2.16.840.1.113883.10.20.33.4.1"'


def test_answers_that_say_no_form_and_no_choice_are_not_judged_on_them() -> None:
    text = example("qrd").replace("2.16.840.1.113883.10.20.33.4.5", "1.2.3").replace("32.4.20", "32.4.99")
    text = text.replace("1.2.208.184.6.1", "1.2.4").replace("74468-0", "74468-9")
    results = {each.rule.id: each.result for each in judge_qrd(text.encode("utf-8"), "svar.xml")}
    assert {rule for rule, result in results.items() if result is Result.NOT_JUDGED} == {
        "CDA-H10", "QRD-08", "QRD-09", "QRD-10", "QRD-11", "QRD-12", "QRD-13",
    }  # fmt: skip
    assert Result.BROKEN not in results.values()


def test_an_answer_of_another_system_is_shown_as_xml_writes_it() -> None:
    (found,) = findings(judge_qrd(changed("qrd", ANSWER, ANSWER.replace("100.2", "100.1")), "svar.xml"))
    assert 'xsi:type="c:CE"' in found.actual
    assert "{" not in str(found)


def test_no_finding_shows_the_patients_number() -> None:
    number = '<c:id root="1.2.208.176.1.2" extension="2509479989"/>'
    (found,) = findings(judge_qrd(changed("qrd", number, number.replace("2509479989", "25094799890")), "svar.xml"))
    assert found.rule == "CDA-H04"
    assert "250947" not in str(found)
