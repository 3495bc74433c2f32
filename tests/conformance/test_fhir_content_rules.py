"""What must hold everywhere in a FHIR message: numbers, the form of codes, spellings, and what XML has no place for."""

from __future__ import annotations

import re

import pytest
from fhir_examples import (
    ANSWER,
    DIAGNOSES,
    EXAMPLES,
    JUDGES,
    LETTER,
    RECEIPT,
    RESULTS,
    changed,
    definitions,
    graded,
    line_of,
    needs_packages,
)

from harness.conformance.rule import Judgement, rules_for
from harness.domain.finding import Finding
from harness.house import find_house
from harness.standards.fhir import codes
from harness.standards.fhir.spellings import SPELLINGS
from harness.suite.terminology import load_terminology

XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
CVR = "25313763"
CPR = '<system value="urn:oid:1.2.208.176.1.2"/>\n          <value value="2509479989"/>'
SOR = '{"system": "urn:oid:1.2.208.176.1.1", "value": "73091000016008"}'
NAME = '"name": [{"family": "Test", "given": ["Åse"]}]'
NPU = '"urn:oid:1.2.208.176.2.1"/><code value="NPU03987"'


def ecpr(kind: str, value: str) -> str:
    return f'<system value="urn:oid:1.2.208.176.1.6.1.{kind}"/>\n          <value value="{value}"/>'


# rule, example, what is replaced, by what, what stands on the line of the finding
BREAKS: list[tuple[str, str, str, str, str]] = [
    ("FHIR-XML", RESULTS, '<code value="NI"/>', '<code value="NI" foo="x"/>', "foo"),
    ("FHIR-XML", RESULTS, "<focus>", "hej<focus>", "<MessageHeader>"),
    ("FHIR-XML", RESULTS, "</focus>", "</focus>hej", "<MessageHeader>"),
    ("FHIR-XML", RESULTS, "<MessageHeader>", '<MessageHeader version="4">', "<MessageHeader "),
    ("FHIR-XML", ANSWER, '<type value="message"/>', '<type value="message"/>hej', "<Bundle"),
    ("FHIR-XML", RESULTS, '<comparator value="&lt;"/>', '<comparator value="&lt;">hej</comparator>', "<comparator"),
    ("FHIR-CPR", RESULTS, '"2509479989"', '"250947998"', '"250947998"'),
    ("FHIR-CPR", RESULTS, '"2509479989"', '"9909479989"', '"9909479989"'),
    ("FHIR-CPR", LETTER, '"2512489996"', '"251248-9996"', "251248-9996"),
    ("FHIR-CPR", DIAGNOSES, '"value": "2509479989"', '"value": "9909479989"', "9909479989"),
    ("FHIR-ECPR", RESULTS, CPR, ecpr("1", "0703921VJX"), "0703921VJX"),
    ("FHIR-ECPR", RESULTS, CPR, ecpr("3", "0703921VJ5"), "0703921VJ5"),
    ("FHIR-ECPR", RESULTS, CPR, ecpr("3.177", "0703921VJ5"), "0703921VJ5"),
    ("FHIR-SOR", RECEIPT, '"value": "73091000016008"', '"value": "7309"', '"7309"'),
    ("FHIR-SOR", RESULTS, '<value value="1267041000016006"/>', '<value value="1267041000o16006"/>', "000o16006"),
    ("FHIR-SOR", DIAGNOSES, '"73091000016008"', '"7309"', '"7309"'),
    ("FHIR-YDER", RESULTS, '"045861"', '"45861"', '"45861"'),
    ("FHIR-YDER", DIAGNOSES, '"045861"', '"45861"', '"45861"'),
    ("FHIR-GLN", RECEIPT, '"5790000147465"', '"5790000147466"', '"5790000147466"'),
    ("FHIR-GLN", RESULTS, '"5790000147465"', '"579000014746"', '"579000014746"'),
    ("FHIR-GLN", LETTER, '"5790000147465"', '"5790000147466"', '"5790000147466"'),
    ("FHIR-CVR", RECEIPT, SOR, f'{SOR},\n{{"system": "http://cvr.dk", "value": "12345678"}}', "12345678"),
    ("FHIR-AUT", LETTER, NAME, f'"identifier": [{{"system": "https://autregweb.sst.dk", "value": "AEIOU"}}],\n{NAME}', "AEIOU"),
    ("FHIR-KODE", RESULTS, '"NPU19748"', '"NPU1974"', '"NPU1974"'),
    ("FHIR-KODE", RESULTS, NPU, NPU.replace("176.2.1", "176.2.2"), "176.2.2"),
    ("FHIR-KODE", RESULTS, NPU, NPU.replace("176.2.1", "176.2.2").replace("NPU03987", "MCS88122"), "176.2.2"),
]
# example, what is replaced, by a spelling that is also in use
SPELLED: list[tuple[str, str, str]] = [
    (DIAGNOSES, '"http://loinc.org"', '"urn:oid:2.16.840.1.113883.6.1"'),
    (DIAGNOSES, '"urn:oid:1.2.208.176.2.31", "code": "R95"', '"http://hl7.org/fhir/sid/icpc-2", "code": "R95"'),
    (DIAGNOSES, '"urn:oid:1.2.208.176.2.31", "code": "R95"', '"urn:oid:2.16.840.1.113883.6.138.2", "code": "R95"'),
    (RECEIPT, '"https://www.gs1.org/gln", "value": "5790000147465"', '"http://www.gs1.org/gln", "value": "5790000147465"'),
    (RESULTS, NPU, NPU.replace("urn:oid:1.2.208.176.2.1", "http://npu-terminology.org")),
    (RESULTS, NPU, '"urn:oid:1.2.208.184.100.8"/><code value="MCS88122"'),
    (RESULTS, NPU, '"urn:oid:1.2.208.184.100.1"/><code value="MCS88122"'),
    (RESULTS, '"modified-message"', '"modify"'),
]


def findings(judgements: list[Judgement]) -> list[Finding]:
    return [finding for each in judgements for finding in each.findings]


@pytest.mark.parametrize("held", [False, pytest.param(True, marks=needs_packages)], ids=["own", "packages"])
@pytest.mark.parametrize(
    ("rule", "file", "old", "new", "marker"), BREAKS, ids=[f"{row[0]} {number}" for number, row in enumerate(BREAKS)]
)
def test_one_fault_gives_one_finding(rule: str, file: str, old: str, new: str, marker: str, held: bool) -> None:
    text = changed(file, old, new)
    found = graded(JUDGES[file](text.encode("utf-8"), file, definitions() if held else None))
    assert [(each.rule, each.location.line) for each in found] == [(rule, line_of(text, marker))], [str(each) for each in found]


def broken() -> set[str]:
    """The rules that an example breaks."""
    return {row[0] for row in BREAKS} | {"FHIR-STAVNING", "FHIR-GAMMELKODE"}


def test_every_rule_has_a_fault_that_breaks_it() -> None:
    assert broken() == {rule.id for rule in rules_for("fhir-indhold")}


@pytest.mark.parametrize("held", [False, pytest.param(True, marks=needs_packages)], ids=["own", "packages"])
@pytest.mark.parametrize(("file", "old", "new"), SPELLED, ids=[row[2][:44] for row in SPELLED])
def test_a_known_spelling_is_understood_and_told_without_a_grade(file: str, old: str, new: str, held: bool) -> None:
    text = changed(file, old, new)
    found = findings(JUDGES[file](text.encode("utf-8"), file, definitions() if held else None))
    told = [(each.rule, each.grade, each.remark, each.location.line) for each in found]
    assert told == [("FHIR-STAVNING", None, "tålt skrivemåde", line_of(text, new.partition('", ')[0].partition('"/>')[0]))]


@pytest.mark.parametrize(
    ("old", "new"), [('"DJ449"', '"DXXXX"'), ('"DJ449"', '"D93.00"'), ('"R95"', '"R9"'), ('"R95"', '"?"')], ids=lambda each: each
)
def test_an_old_code_of_a_diagnosis_is_told_without_a_grade(old: str, new: str) -> None:
    said = old.replace('"', ""), new.replace('"', "")
    text = changed(DIAGNOSES, old, new).replace(*(f"({each})" for each in said))  # the text to people says the code too
    (found,) = findings(JUDGES[DIAGNOSES](text.encode("utf-8"), DIAGNOSES))
    assert (found.rule, found.grade, found.remark) == ("FHIR-GAMMELKODE", None, "tålt gammel kode")
    assert found.location.line == line_of(text, new)


def test_every_spelling_of_the_code_lists_is_understood() -> None:
    """fixtures/terminology names how a system is written; what is no URI stands in CDA."""
    lists = load_terminology(find_house())
    ours = {"icpc-2": codes.ICPC2, "npu": codes.NPU, "mcs": codes.OBSERVATION_CODES, "icd-10": codes.ICD10}
    for name, system in ours.items():
        written = {each for each in lists[name].systems if re.match("urn:|http:", each)} - {"urn:oid:1.2.208.184.100.1"}
        assert written <= {system, *(other for other, right in SPELLINGS.items() if right == system)}, name


CONTACT_IN_JSON = '{\n                "url": "http://medcomfhir.dk/ig/core/StructureDefinition/medcom-core-contact-extension"'
ANOTHER = '{"url": "urn:andet", "valueReference": {"reference": "Organization/c7d8e9f0-1a2b-4c3d-8e4f-5a6b7c8d9e04"}}'

HARMLESS: list[tuple[str, str, str, str]] = [
    ("an X-eCPR", RESULTS, CPR, ecpr("1", "0703921VJ5")),
    ("a D-eCPR", RESULTS, CPR, ecpr("3", "0703920VJ5")),
    ("a D-eCPR of a region", RESULTS, CPR, ecpr("3.177", "0703920VJ5")),
    ("xsi:schemaLocation", RESULTS, "<Bundle ", f'<Bundle {XSI} xsi:schemaLocation="http://hl7.org/fhir fhir-all.xsd" '),
    ("a comment before the first resource", RESULTS, "<MessageHeader>", "<!-- x --><MessageHeader>"),
    ("a comment before the patient", RESULTS, "<Patient>", "<?x y?><!-- x --><Patient>"),
    ("a comment in a value", RESULTS, '<comparator value="&lt;"/>', '<comparator value="&lt;"><!-- x --></comparator>'),
    ("another extension that refers to somebody", LETTER, CONTACT_IN_JSON, f"{ANOTHER}, {CONTACT_IN_JSON}"),
    ("a valid CVR number", RECEIPT, SOR, f'{SOR},\n{{"system": "http://cvr.dk", "value": "{CVR}"}}'),
    ("a Danish extension of an ICD-10 code", DIAGNOSES, '"DJ449"', '"DE119a"'),
    ("a short historical ICD-10 code", DIAGNOSES, '"DJ449"', '"DJ4"'),
    ("a Danish code with more letters", DIAGNOSES, '"DJ449"', '"DUA05"'),
    ("a diagnosis in remission", DIAGNOSES, '"code": "resolved"', '"code": "remission"'),
    ("a diagnosis that is inactive", DIAGNOSES, '"code": "resolved"', '"code": "inactive"'),
]


@pytest.mark.parametrize("held", [False, pytest.param(True, marks=needs_packages)], ids=["own", "packages"])
@pytest.mark.parametrize(("file", "old", "new"), [row[1:] for row in HARMLESS], ids=[row[0] for row in HARMLESS])
def test_harmless_differences_break_nothing(file: str, old: str, new: str, held: bool) -> None:
    judgements = JUDGES[file](changed(file, old, new).encode("utf-8"), file, definitions() if held else None)
    assert [str(each) for each in graded(judgements)] == []


def test_a_comment_everywhere_changes_nothing() -> None:
    for file in (RESULTS, ANSWER):
        text = re.sub(r">\s*<(?!/?(?:p|div)\b)", "><!-- x --><?y z?><", (EXAMPLES / file).read_text(encoding="utf-8"))
        text = text.replace("?><!-- x --><?y z?><Bundle", "?><Bundle")
        assert text.count("<!-- x -->") > 200
        assert [str(each) for each in findings(JUDGES[file](text.encode("utf-8"), file))] == []


def test_a_finding_shows_nobodys_number() -> None:
    for new in ("9909479989", "250947-9989"):
        (found,) = findings(JUDGES[RESULTS](changed(RESULTS, '"2509479989"', f'"{new}"').encode("utf-8"), RESULTS))
        assert new[-4:] not in str(found)


@pytest.mark.parametrize(
    ("file", "told"),
    [(DIAGNOSES, "ICD-10 og ICPC-2"), (RESULTS, "NPU"), (RECEIPT, ""), (LETTER, "")],
)
def test_it_is_told_that_codes_are_not_looked_up(file: str, told: str) -> None:
    judgements = JUDGES[file]((EXAMPLES / file).read_bytes(), file)
    reasons = {each.reason for each in judgements if each.rule.subject == "fhir-indhold" and each.reason}
    assert reasons == ({f"ikke kontrolleret: om koderne findes i {told}"} if told else set())
