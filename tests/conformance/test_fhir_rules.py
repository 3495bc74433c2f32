"""The rules of MedCom's FHIR standards: each holds for the hand-written examples, and each can be broken."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fhir_examples import (
    ARTEFACTS,
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

from harness.conformance.fhir.acknowledgement import judge_acknowledgement
from harness.conformance.fhir.profile import NO_PACKAGES
from harness.conformance.rule import Judgement, Result, rules_for

Judge = Callable[..., list[Judgement]]

ENVELOPE = '"resource": {\n        "resourceType": "'
DESTINATION = '        "destination": [\n          {'
TERMS = "http://medcomfhir.dk/ig/terminology/CodeSystem/"
ROLE = '      "resource": {\n        "resourceType": "PractitionerRole"'
PATIENT_2 = '        "subject": {\n          "reference": "Patient/'
EARLIER = (
    '<entity><role value="revision"/><what><reference value="urn:uuid:a3c1e5d7-2b4f-4c6a-8e90-1f2d3c4b5a99"/></what></entity>'
)
SEGMENT = '            "extension": [\n              {\n                "url": "http://medcomfhir.dk/ig/core'
HISTORY = '    {\n      "fullUrl": "https://eksempel.invalid/fhir/Provenance/'
OTHER = "urn:uuid:c7d8e9f0-1a2b-4c3d-8e4f-5a6b7c8d9e12"
TWO_PATIENTS = '    {"fullUrl": "' + OTHER + '", "resource": {"resourceType": "Patient"}},\n' + HISTORY


def part(file: str, start: str, end: str) -> str:
    """A hand-written example from `start` up to `end`."""
    text = (EXAMPLES / file).read_text(encoding="utf-8")
    return text[text.index(start) : text.index(end, text.index(start))]


OUTCOME = part(RECEIPT, ',\n    {\n      "fullUrl": "https://eksempel.invalid/fhir/OperationOutcome', "\n  ]\n}")
REFERRAL = part(LETTER, '"code": "regarding-referral"', '        "payload"')
REFERRAL_AS_OTHER = (
    REFERRAL.replace("regarding-referral", "other")
    .replace('        "priority": "asap",\n', "")
    .replace('        "topic": {"text": "Rehabilitering ved KOL"},\n', "")
)

# rule, example, what is replaced, by what, what stands on the line of the finding
BREAKS: list[tuple[str, str, str, str, str]] = [
    ("ACK-01", RECEIPT, '"type": "message"', '"type": "collection"', '"type": "collection"'),
    ("ACK-01", RECEIPT, '  "type": "message",\n', "", "{"),
    ("ACK-02", RECEIPT, '"code": "acknowledgement-message"', '"code": "empty-message"', '"code": "empty-message"'),
    ("ACK-02", RECEIPT, f'"{TERMS}medcom-messaging-eventCodes"', '"urn:x"', '"urn:x"'),
    ("ACK-03", RECEIPT, '"code": "primary"', '"code": "cc"', '"code": "cc"'),
    (
        "ACK-03",
        RECEIPT,
        '"receiver": {"reference": "Organization/',
        '"receiver": {"reference": "Organization/x',
        "Organization/x",
    ),
    ("ACK-04", RECEIPT, '        "sender": {"reference": "Organization/6b1f2a34-8c1d-4a4e-9f57-0d2b7c9e1a04"},\n', "", ENVELOPE),
    ("ACK-04", RECEIPT, '"sender": {"reference": "Organization/', '"sender": {"reference": "Patient/', '"sender"'),
    ("ACK-05", RECEIPT, '"code": "new-message"', '"code": "old-message"', '"code": "old-message"'),
    ("ACK-06", RECEIPT, '          "identifier": "6b1f2a34-8c1d-4a4e-9f57-0d2b7c9e1a99",\n', "", '"response": {'),
    ("ACK-07", RECEIPT, '"code": "fatal-error"', '"code": "failed"', '"code": "failed"'),
    ("ACK-07", RECEIPT, '          "code": "fatal-error",\n', "", '"response": {'),
    ("ACK-08", RECEIPT, OUTCOME, "", '"details": {'),
    ("ACK-09", RECEIPT, "MSG_Receiver_Identifier_UNKNOWN", "MSG_UKENDT", "MSG_UKENDT"),
    ("ACK-10", RECEIPT, '"code": "acknowledgement"', '"code": "reply-message"', '"entry": ['),
    ("ACK-10", RECEIPT, '"role": "revision"', '"role": "source"', '"role": "source"'),
    ("CL-01", DIAGNOSES, '"type": "document"', '"type": "message"', '"type": "message"'),
    ("CL-01", DIAGNOSES, '"resourceType": "Composition"', '"resourceType": "Basic"', '"resource": {'),
    ("CL-02", DIAGNOSES, '"code": "11450-4"', '"code": "11450-3"', '"code": "11450-3"'),
    ("CL-02", DIAGNOSES, '"http://loinc.org"', '"urn:oid:2.16.840.1.113883.6.1"', '"urn:oid:2.16.840.1.113883.6.1"'),
    ("CL-03", DIAGNOSES, '"language": "da"', '"language": "en"', '"language": "en"'),
    ("CL-03", DIAGNOSES, '        "language": "da",\n', "", '"resource": {'),
    ("CL-04", DIAGNOSES, '"confidentiality": "N"', '"confidentiality": "R"', '"confidentiality": "R"'),
    ("CL-05", DIAGNOSES, '"status": "final"', '"status": "amended"', '"status": "amended"'),
    ("CL-06", DIAGNOSES, '"system": "urn:oid:1.2.208.176.1.2"', '"system": "urn:oid:1.2.208.176.1.3"', "176.1.3"),
    ("CL-07", DIAGNOSES, "Diagnoseoversigt for 2509479989", "Diagnoseoversigt for 2512489996", '"title"'),
    ("CL-07", DIAGNOSES, '        "title": "Diagnoseoversigt for 2509479989",\n', "", '"resource": {'),
    ("CL-08", DIAGNOSES, '{"reference": "Organization/', '{"reference": "Organisation/', '"Organisation/'),
    (
        "CL-08",
        DIAGNOSES,
        '{"system": "urn:oid:1.2.208.176.1.1"',
        '{"system": "urn:oid:1.2.3"',
        '"identifier": [\n          {"system": "urn:oid:1.2.3"',
    ),
    (
        "CL-09",
        DIAGNOSES,
        '{"reference": "Condition/0f2d6b1e-4a5c-4b7e-8d7a-3f6f0c1d2e07"}',
        '{"reference": "Condition/1"}',
        "Condition/1",
    ),
    ("CL-10", DIAGNOSES, '"code": "15240007"', '"code": "15240008"', "15240008"),
    ("CL-10", DIAGNOSES, '"http://snomed.info/sct", "code": "15240007"', '"urn:x", "code": "15240007"', '"urn:x"'),
    ("CL-11", DIAGNOSES, '"code": "problem-list-item"', '"code": "problem"', '"code": "problem"'),
    ("CL-12", DIAGNOSES, ',\n        "recordedDate": "2026-10-05"', "", '"resource": {\n        "resourceType": "Condition"'),
    ("CL-13", DIAGNOSES, '"code": "resolved"', '"code": "active"', '"code": "active"'),
    ("CL-14", DIAGNOSES, PATIENT_2, PATIENT_2.replace("Patient/", "Patient/x"), '"Patient/x'),
    (
        "CL-15",
        DIAGNOSES,
        "urn:uuid:0f2d6b1e-4a5c-4b7e-8d7a-3f6f0c1d2e02",
        "urn:uuid:0f2d6b1e-4a5c-4b7e-8d7a-3f6f0c1d2e01",
        "urn:uuid:",
    ),
    ("CL-16", DIAGNOSES, '"recordedDate": "2026-10-05"', '"recordedDate": "2026-10-05",\n"note": [{"text": "x"}]', '"note"'),
    ("CC-01", LETTER, '"resourceType": "Bundle"', '"resourceType": "Parameters"', "{"),
    ("CC-02", LETTER, "care-communication-message", "hospital-notification-message", "hospital-notification-message"),
    ("CC-03", LETTER, '"code": "primary"', '"code": "secondary"', "secondary"),
    ("CC-04", LETTER, '"sender": {"reference": "Organization/', '"sender": {"reference": "Organization/x', "Organization/x"),
    ("CC-05", LETTER, '"code": "new-message"', '"code": "modified-message"', "modified-message"),
    ("CC-06", LETTER, "MessageDefinition|5.0", "MessageDefinition|4.0", "MessageDefinition|4.0"),
    ("CC-07", LETTER, '{"reference": "Communication/', '{"reference": "Communication/x', "Communication/x"),
    ("CC-08", LETTER, HISTORY, TWO_PATIENTS, OTHER),
    ("CC-09", LETTER, '"subject": {"reference": "Patient/', '"subject": {"reference": "Patient/x', "Patient/x"),
    ("CC-10", LETTER, '"code": "regarding-referral"', '"code": "henvisning"', "henvisning"),
    ("CC-11", LETTER, REFERRAL, REFERRAL_AS_OTHER, f"{ENVELOPE}Communication"),
    ("CC-12", LETTER, '"code": "regarding-referral"', '"code": "training"', '"priority"'),
    ("CC-13", LETTER, '"status": "unknown"', '"status": "completed"', '"status": "completed"'),
    ("CC-14", LETTER, '{"value": "urn:uuid:c7d8e9f0-1a2b-4c3d-8e4f-5a6b7c8d9e10"}', '{"value": "urn:uuid:1"}', '"urn:uuid:1"'),
    ("CC-15", LETTER, "medcom-core-contact-extension", "medcom-core-kontakt", SEGMENT),
    (
        "CC-16",
        LETTER,
        '"practitioner": {"reference": "Practitioner/',
        '"practitioner": {"reference": "Practitioner/x',
        "Practitioner/x",
    ),
    ("CC-16", LETTER, ',\n        "name": [{"family": "Test", "given": ["Åse"]}]', "", f'{ENVELOPE}Practitioner"'),
    ("HCO-01", RESULTS, '<type value="message"/>', '<type value="document"/>', '<type value="document"/>'),
    ("HCO-02", RESULTS, 'homecareobservation-message"/>\n        </eventCoding>', 'x"/></eventCoding>', '<code value="x"/>'),
    ("HCO-03", RESULTS, '<code value="primary"/>', '<code value="cc"/>', '<code value="cc"/>'),
    (
        "HCO-03",
        RESULTS,
        '<receiver><reference value="urn:uuid:a3c1e5d7-2b4f-4c6a-8e90-1f2d3c4b5a07"/></receiver>',
        "",
        "<destination>",
    ),
    (
        "HCO-04",
        RESULTS,
        '<sender><reference value="urn:uuid:a3c1e5d7-2b4f-4c6a-8e90-1f2d3c4b5a06"/></sender>',
        "",
        "<MessageHeader>",
    ),
    ("HCO-05", RESULTS, '<code value="modified-message"/>', '<code value="forward-message"/>', "forward-message"),
    ("HCO-06", RESULTS, "MessageDefinition|1.1", "MessageDefinition|2.0", "MessageDefinition|2.0"),
    ("HCO-07", RESULTS, '<focus><reference value="urn:uuid:a3c1', '<focus><reference value="urn:uuid:b3c1', "<focus>"),
    ("HCO-08", RESULTS, '<code value="HomeCareReport"/>', '<code value="LabReport"/>', "LabReport"),
    ("HCO-09", RESULTS, '<status value="final"/>\n        <code>\n', '<status value="amended"/>\n        <code>\n', "amended"),
    ("HCO-10", RESULTS, '<telecom><system value="phone"/>', '<telecom><system value="email"/>', "<Practitioner>"),
    ("HCO-10", RESULTS, '<name><given value="Mia"/></name>', "", "<Practitioner>"),
    ("HCO-10", RESULTS, '<code value="sygeplejerske"/>', "", "<PractitionerRole>"),
    ("HCO-11", RESULTS, '<value value="4.0"/>', '<value value="4.00000000000"/>', "4.00000000000"),
    ("HCO-11", RESULTS, '"Negativ"', '"Negativ i dag, måles igen"', "Negativ i dag"),
    ("HCO-12", RESULTS, '<code value="NI"/>', '<code value="H"/>', '<code value="H"/>'),
    ("HCO-13", RESULTS, '<code value="R"/>', '<code value="V"/>', '<code value="V"/>'),
    ("HCO-14", RESULTS, EARLIER, "", "<Provenance>"),
    ("HCO-15", RESULTS, '5a03"/></subject>\n        <issued', '5a33"/></subject>\n        <issued', '5a33"/>'),
]
IDS = [f"{row[0]} {number}" for number, row in enumerate(BREAKS)]


@pytest.mark.parametrize(("rule", "file", "old", "new", "marker"), BREAKS, ids=IDS)
def test_one_fault_gives_one_finding(rule: str, file: str, old: str, new: str, marker: str) -> None:
    text = changed(file, old, new)
    found = graded(JUDGES[file](text.encode("utf-8"), file))
    assert [(each.rule, each.location.line) for each in found] == [(rule, line_of(text, marker))], [str(each) for each in found]


@needs_packages
@pytest.mark.parametrize(("rule", "file", "old", "new", "marker"), BREAKS, ids=IDS)
def test_one_fault_gives_one_finding_beside_medcoms_packages(rule: str, file: str, old: str, new: str, marker: str) -> None:
    text = changed(file, old, new)
    found = graded(JUDGES[file](text.encode("utf-8"), file, definitions()))
    assert [(each.rule, each.location.line) for each in found] == [(rule, line_of(text, marker))], [str(each) for each in found]


SUBJECTS = {"fhir-kvittering": "ACK-", "fhir-diagnosekort": "CL-", "fhir-korrespondance": "CC-", "fhir-proevesvar": "HCO-"}


def broken(subject: str) -> set[str]:
    """The rules of a subject that an example breaks."""
    return {row[0] for row in BREAKS if row[0].startswith(SUBJECTS[subject])}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_rule_has_a_fault_that_breaks_it(subject: str) -> None:
    assert broken(subject) == {rule.id for rule in rules_for(subject)}


@pytest.mark.parametrize("file", JUDGES)
def test_the_hand_written_examples_keep_every_rule(file: str) -> None:
    judgements = JUDGES[file]((EXAMPLES / file).read_bytes(), file)
    own = [each for each in judgements if each.rule.subject != "fhir"]
    assert {each.result for each in own} == {Result.HOLDS}
    assert {each.reason for each in judgements if each.rule.subject == "fhir"} == {NO_PACKAGES}


@needs_packages
@pytest.mark.parametrize("file", JUDGES)
def test_the_hand_written_examples_keep_medcoms_profiles(file: str) -> None:
    judgements = JUDGES[file]((EXAMPLES / file).read_bytes(), file, definitions())
    assert [str(finding) for each in judgements for finding in each.findings] == []
    assert {each.result for each in judgements} == {Result.HOLDS}
    assert ARTEFACTS


HOSTILE = {
    "empty": (b"", 1, 1),
    "cut off": (b'{"resourceType": "Bundle",\n "type": ', 2, 10),
    "not UTF-8": ('{"resourceType":\n"æ"}'.encode("latin-1"), 2, 2),
    "pdf": (b"%PDF-1.7", 1, 1),
    "list": (b"[]", 1, 1),
    "no type": (b"{}", 1, 1),
    "deep": (b"[" * 1_000_000, 1, 257),
    "doctype": (b'<?xml version="1.0"?>\n<!DOCTYPE Bundle [<!ENTITY a "b">]><Bundle xmlns="http://hl7.org/fhir"/>', 2, 18),
    "foreign": (b'<Bundle xmlns="urn:x"/>', 1, 1),
    "foreign inside": (b'<Bundle xmlns="http://hl7.org/fhir">\n<x xmlns="urn:x"/></Bundle>', 2, 1),
    "twice": (b'{"resourceType": "Bundle",\n"type": "message", "type": "document"}', 2, 20),
}


@pytest.mark.parametrize("judge", JUDGES.values(), ids=JUDGES)
@pytest.mark.parametrize("name", HOSTILE)
def test_what_cannot_be_read_is_one_finding_at_its_place(name: str, judge: Judge) -> None:
    data, line, column = HOSTILE[name]
    judgements = judge(data, "besked")
    found = graded(judgements)
    assert [(each.rule[-3:], each.location.line, each.location.column) for each in found] == [("-01", line, column)]
    assert {each.result for each in judgements[1:]} == {Result.NOT_JUDGED}


def test_a_million_elements_are_judged() -> None:
    many = b'{"resourceType":"Bundle","type":"message","x":[' + b"1," * 999_990 + b"1]}"
    assert [each.rule for each in graded(judge_acknowledgement(many, "stor.json"))] == ["ACK-01"]
