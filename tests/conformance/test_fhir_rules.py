"""The rules of MedCom's FHIR standards: each holds for the hand-written examples, and each can be broken."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fhir_examples import (
    ANSWER,
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
RECEIPT_ID = "6b1f2a34-8c1d-4a4e-9f57-0d2b7c9e1a"
HEADER = f"MessageHeader/{RECEIPT_ID}"
LIST_ID = "0f2d6b1e-4a5c-4b7e-8d7a-3f6f0c1d2e"
RESOURCE_7 = f'"resource": {{\n        "resourceType": "Condition",\n        "id": "{LIST_ID}07"'
NOTE_ID = "c7d8e9f0-1a2b-4c3d-8e4f-5a6b7c8d9e"
RESULTS_ID = "urn:uuid:a3c1e5d7-2b4f-4c6a-8e90-1f2d3c4b5a"
SEGMENT = '            "extension": [\n              {\n                "url": "http://medcomfhir.dk/ig/core'
HISTORY = '    {\n      "fullUrl": "https://eksempel.invalid/fhir/Provenance/'
HISTORY_ENTRY = '    {\n\n      "resource": {\n        "resourceType": "Provenance"'
HISTORY_RESOURCE = f'{ENVELOPE}Provenance"'
SENDERS_SOR = ',\n          {"system": "urn:oid:1.2.208.176.1.1", "value": "73091000016008"}'
SENDERS_NUMBERS = '[\n          {"system": "https://www.gs1.org/gln", "value": "5790000147465"}'
ROLE_CODE = '[\n          {\n            "coding": [\n              {\n                "system": "http://medcomfhir.dk/ig/terminology/CodeSystem/medcom-core'
ENTITY = '[\n          {\n            "role"'
DATED = '{\n                "url": "http://medcomfhir.dk/ig/core/StructureDefinition/medcom-core-datetime-extension"'
HEADER_START = f'{ENVELOPE}MessageHeader"'
OTHER = "urn:uuid:c7d8e9f0-1a2b-4c3d-8e4f-5a6b7c8d9e12"
TWO_PATIENTS = '    {"fullUrl": "' + OTHER + '", "resource": {"resourceType": "Patient"}},\n' + HISTORY

PART = "urn:uuid:d4b8a1c2-3e5f-4a7b-9c0d-1e2f3a4b5c"
FOCUS = f'<focus><reference value="{PART}04"/></focus>'
SENDER = f'<sender><reference value="{PART}06"/></sender>'
SUBJECT = f'<subject><reference value="{PART}03"/></subject>'
PHYSIO = '<name><family value="Test"/><given value="Mia"/></name>'
CONTACT = """          <extension url="http://medcomfhir.dk/ig/core/StructureDefinition/medcom-core-contact-extension">
            <valueContactPoint><system value="phone"/><value value="87654321"/></valueContactPoint>
          </extension>
"""
PAYLOAD = """          <extension url="http://medcomfhir.dk/ig/core/StructureDefinition/medcom-core-datetime-extension">
            <valueDateTime value="2026-10-06T08:10"""
SECOND_PATIENT = f'  <entry><fullUrl value="{OTHER}"/><resource><Patient><id value="x"/></Patient></resource></entry>\n</Bundle>'


def part(file: str, start: str, end: str) -> str:
    """A hand-written example from `start` up to `end`."""
    text = (EXAMPLES / file).read_text(encoding="utf-8")
    return text[text.index(start) : text.index(end, text.index(start))]


OUTCOME = part(RECEIPT, ',\n    {\n      "fullUrl": "https://eksempel.invalid/fhir/OperationOutcome', "\n  ]\n}")
KOL_EMPTY = '{"status": "empty", "div": "<div xmlns=\\"http://www.w3.org/1999/xhtml\\"><p>KOL'
KOL_UNSAID = '{"div": "<div xmlns=\\"http://www.w3.org/1999/xhtml\\"><p>KOL'
KOL_TEXT = part(
    DIAGNOSES,
    '        "text": {"status": "generated", "div": "<div xmlns=\\"http://www.w3.org/1999/xhtml\\"><p>KOL',
    '        "category"',
)
OWN_NUMBERS = '"identifier": [\n          \n'
LIST_META = part(DIAGNOSES, '  "meta"', '  "identifier"')
PATIENT_META = part(
    DIAGNOSES,
    '        "meta": {"profile": ["http://medcomfhir.dk/ig/document/StructureDefinition/medcom-document-patient',
    '        "text"',
)
LIST_SUBJECT = part(DIAGNOSES, '        "subject": {"reference"', '        "author"')
LIST_AUTHOR = part(DIAGNOSES, '        "author"', '        "title"')
CLINIC = f'{{"reference": "Organization/{LIST_ID}05"}}'
LIST_SECTION = part(DIAGNOSES, ',\n        "section"', "\n      }\n    }")
LIST_ENTRIES = part(DIAGNOSES, '"entry": [\n              {', "\n          }\n        ]")
CONDITIONS_SUBJECT = part(DIAGNOSES, '        "subject": {\n', '        "onsetDateTime"')
LETTER_CPR = part(LETTER, '        "identifier": [{"system": "urn:oid:1.2.208.176.1.2"', '        "name"')


def letter_text(words: str) -> str:
    """The text for people that begins with these words, in the correspondence."""
    start = f'        "text": {{"status": "generated", "div": "<div xmlns=\\"http://www.w3.org/1999/xhtml\\"><p>{words}'
    return part(LETTER, start, '\n        "') + "\n"


LETTER_TEXT = letter_text("Nancy")
ID_OF = f'        "id": "{NOTE_ID}{{}}",\n'
OF_THE_CORE = {"Patient": "06", "Practitioner": "08", "PractitionerRole": "07"}
TEXTS_OF_THE_CORE = {"Practitioner": "Åse", "PractitionerRole": "Sygeplejerske", "Organization": "Plejecenter"}
PATIENT_DIV = LETTER_TEXT[LETTER_TEXT.index(', "div"') : LETTER_TEXT.index("}")]
PATIENT_STATUS = LETTER_TEXT[: LETTER_TEXT.index(" Ann")]
STATUSES = ("extensions", "additional")
KOL_DIV = '"status": "generated", "div": "<div xmlns=\\"http://www.w3.org/1999/xhtml\\"><p>KOL'
ASSIGNER = f'"assigner": {{"reference": "Organization/{NOTE_ID}04"}}'
CORRECTED = part(RESULTS, '<code value="modified-message"/>', "<what>")
CANCELLED = CORRECTED.replace("modified-message", "retract-message").replace("revision", "removal")
RESULTS_CPR = part(RESULTS, '        <identifier>\n          <system value="urn:oid:1.2.208.176.1.2"', "        <name>")
REFERRAL = part(LETTER, '"code": "regarding-referral"', '        "payload"')
REFERRAL_AS_OTHER = (
    REFERRAL.replace("regarding-referral", "other")
    .replace('        "priority": "asap",\n', "")
    .replace('        "topic": {"text": "Rehabilitering ved KOL"},\n', "")
)

# rule, example, what is replaced, by what, what stands on the line of the finding
CURRENT = '{"coding": [{"system": "http://snomed.info/sct", "code": "15240007"}]}'
RELEVANT = CURRENT.replace("15240007", "723506003").replace('{"coding"', '{ "coding"')
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
    (
        "ACK-10",
        RECEIPT,
        f'"target": [{{"reference": "{HEADER}02"}}]',
        f'"target": [{{"reference": "{HEADER}98"}}]',
        f"{HEADER}98",
    ),
    ("ACK-10", RECEIPT, f'"what": {{"reference": "{HEADER}99"}}', f'"what": {{"reference": "{HEADER}02"}}', '"what"'),
    ("ACK-10", RECEIPT, f'"what": {{"reference": "{HEADER}99"}}', '"what": {"display": "x"}', '"what": {"display"'),
    ("ACK-08", RECEIPT, f'"reference": "OperationOutcome/{RECEIPT_ID}05"', '"reference": "OperationOutcome/1"', '"details": {"'),
    ("ACK-08", RECEIPT, f',\n          "details": {{"reference": "OperationOutcome/{RECEIPT_ID}05"}}', "", '"response": {'),
    ("ACK-11", RECEIPT, f'"identifier": "{RECEIPT_ID}99"', f'"identifier": "{RECEIPT_ID}02"', '          "identifier": "6b'),
    (
        "ACK-13",
        RECEIPT,
        f'"fullUrl": "https://eksempel.invalid/fhir/Provenance/{RECEIPT_ID}06",',
        "",
        '    {\n      \n      "resource": {\n        "resourceType": "Provenance"',
    ),
    ("ACK-14", RECEIPT, '{"system": "https://www.gs1.org/gln", "value": "5790000147465"},', "", OWN_NUMBERS),
    (
        "ACK-15",
        RECEIPT,
        '"source": {"endpoint": "https://sor2.sum.dsdn.dk/#id=73091000016008"},',
        "",
        '"resource": {\n        "resourceType": "MessageHeader"',
    ),
    (
        "ACK-15",
        RECEIPT,
        '"endpoint": "https://sor2.sum.dsdn.dk/#id=1144561000016002",',
        "",
        '          {\n            "extension"',
    ),
    (
        "ACK-16",
        RECEIPT,
        '"recorded": "2026-10-05T12:05:00+02:00",',
        "",
        '"resource": {\n        "resourceType": "Provenance",\n        "id": "6b1f2a34-8c1d-4a4e-9f57-0d2b7c9e1a07"',
    ),
    (
        "ACK-16",
        RECEIPT,
        '"occurredDateTime": "2026-10-05T12:05:00+02:00",',
        "",
        '"resource": {\n        "resourceType": "Provenance",\n        "id": "6b1f2a34-8c1d-4a4e-9f57-0d2b7c9e1a07"',
    ),
    (
        "ACK-17",
        RECEIPT,
        '"status": "generated", "div": "<div xmlns=\\"http://www.w3.org/1999/xhtml\\"><p>Ny',
        '"div": "<div xmlns=\\"http://www.w3.org/1999/xhtml\\"><p>Ny',
        "<p>Ny besked",
    ),
    ("ACK-17", RECEIPT, "<p>Ny besked</p>", "", '"><\\/div>"}'.replace("\\", "")),
    ("ACK-19", RECEIPT, '"severity": "error",', "", '          {\n            \n            "code": "processing"'),
    ("ACK-19", RECEIPT, '"code": "processing"', '"code": "noget"', '"noget"'),
    ("ACK-20", RECEIPT, f'        "id": "{RECEIPT_ID}02",\n', "", '"resource": {'),
    ("ACK-20", RECEIPT, f'  "id": "{RECEIPT_ID}01",\n', "", "{"),
    ("CL-01", DIAGNOSES, '"type": "document"', '"type": "message"', '"type": "message"'),
    ("CL-01", DIAGNOSES, '"resourceType": "Composition"', '"resourceType": "Basic"', '"resource": {'),
    ("CL-02", DIAGNOSES, '"code": "11450-4"', '"code": "11450-3"', '"code": "11450-3"'),
    ("CL-02", DIAGNOSES, '"http://loinc.org"', '"http://loinc.com"', '"http://loinc.com"'),
    ("CL-03", DIAGNOSES, '"language": "da"', '"language": "en"', '"language": "en"'),
    ("CL-03", DIAGNOSES, '        "language": "da",\n', "", '"resource": {'),
    ("CL-04", DIAGNOSES, '"confidentiality": "N"', '"confidentiality": "R"', '"confidentiality": "R"'),
    ("CL-05", DIAGNOSES, '"status": "final"', '"status": "amended"', '"status": "amended"'),
    ("CL-06", DIAGNOSES, '"system": "urn:oid:1.2.208.176.1.2"', '"system": "urn:oid:1.2.208.176.1.3"', "176.1.3"),
    (
        "CL-06",
        DIAGNOSES,
        ',\n            "value": "2509479989"',
        "",
        '          {\n            "system": "urn:oid:1.2.208.176.1.2"',
    ),
    ("CL-15", DIAGNOSES, f'"urn:uuid:{LIST_ID}02"', '"12345"', '"12345"'),
    ("CL-17", DIAGNOSES, f',\n              {{"reference": "Condition/{LIST_ID}07"}}', "", RESOURCE_7),
    ("CL-17", DIAGNOSES, f'"Condition/{LIST_ID}07"', f'"Condition/{LIST_ID}06"', f'"Condition/{LIST_ID}06"}}\n'),
    ("CL-18", DIAGNOSES, KOL_TEXT, "", f"{ENVELOPE}Condition"),
    ("CL-19", DIAGNOSES, LIST_META, "", "{"),
    ("CL-19", DIAGNOSES, PATIENT_META, "", f'{ENVELOPE}Patient"'),
    ("CL-15", DIAGNOSES, f'  "id": "{LIST_ID}01",\n', "", "{"),
    ("CL-15", DIAGNOSES, '    "system": "urn:ietf:rfc:3986",\n', "", '"identifier": {'),
    ("CL-15", DIAGNOSES, "urn:ietf:rfc:3986", "urn:oid:1.2.3", "urn:oid:1.2.3"),
    (
        "CL-18",
        DIAGNOSES,
        '{"status": "generated", "div": "<div xmlns=\\"http://www.w3.org/1999/xhtml\\"><p>KOL',
        KOL_EMPTY,
        "KOL (DJ449, R95)",
    ),
    (
        "CL-18",
        DIAGNOSES,
        '{"status": "generated", "div": "<div xmlns=\\"http://www.w3.org/1999/xhtml\\"><p>KOL',
        KOL_UNSAID,
        "KOL (DJ449, R95)",
    ),
    ("CL-19", DIAGNOSES, "conditionlist/StructureDefinition/medcom-conditionlist-composition", "x", "/ig/x"),
    (
        "CL-19",
        DIAGNOSES,
        "StructureDefinition/medcom-document-patient",
        "StructureDefinition/medcom-core-patient",
        "core-patient",
    ),
    ("CL-20", DIAGNOSES, '"use": "official", ', "", '"name": ['),
    ("CL-20", DIAGNOSES, ', "given": ["Elmer", "Test"]', "", '{"use": "official", "family": "Hansen"}'),
    ("CL-20", DIAGNOSES, '"family": "Hansen", ', "", '{"use": "official", "given"'),
    ("CL-06", DIAGNOSES, LIST_SUBJECT, "", f'{ENVELOPE}Composition"'),
    ("CL-06", DIAGNOSES, LIST_SUBJECT, LIST_SUBJECT.replace("Patient/", "Organization/"), '"subject": {"reference": "Org'),
    ("CL-08", DIAGNOSES, LIST_AUTHOR, "", f'{ENVELOPE}Composition"'),
    ("CL-08", DIAGNOSES, CLINIC, f"{CLINIC}, {CLINIC.replace('{', '{ ')}", '{ "reference"'),
    ("CL-08", DIAGNOSES, '{"system": "urn:oid:1.2.208.176.1.1", "value": "73091000016008"},', "", OWN_NUMBERS),
    ("CL-09", DIAGNOSES, LIST_SECTION, "", f'{ENVELOPE}Composition"'),
    ("CL-09", DIAGNOSES, LIST_ENTRIES, '"title": "Diagnoser"', '{\n            "title"'),
    ("CL-10", DIAGNOSES, f"          {CURRENT}", '          {"coding": []}', '"category": [\n'),
    ("CL-14", DIAGNOSES, CONDITIONS_SUBJECT, "", RESOURCE_7),
    ("CL-20", DIAGNOSES, '"gender": "male",', "", f'{ENVELOPE}Patient"'),
    ("CL-20", DIAGNOSES, ',\n        "birthDate": "1947-09-25"', "", f'{ENVELOPE}Patient"'),
    ("CL-18", DIAGNOSES, "<p>Rygproblem (L84)</p></div>", "<p>Rygproblem (L84)</div>", "Rygproblem (L84)"),
    ("CL-18", DIAGNOSES, "<p>Rygproblem (L84)</p></div>", "<p>Rygproblem (L84)</p></dav>", "Rygproblem (L84)"),
    ("CL-21", DIAGNOSES, ',\n        "name": "Agerskov lægepraksis"', "", f'{ENVELOPE}Organization"'),
    ("CL-21", DIAGNOSES, ', "value": "045861"', "", '{"system": "urn:oid:1.2.208.176.1.4"}'),
    (
        "CL-22",
        DIAGNOSES,
        f'      "fullUrl": "https://eksempel.invalid/fhir/Composition/{LIST_ID}03",\n',
        "",
        '    {\n      "resource"',
    ),
    ("CL-23", DIAGNOSES, "<p>Diagnoser</p>", "<p>Diagnoser, 251248-9996</p>", "251248-9996"),
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
    ("CL-10", DIAGNOSES, CURRENT, f"{CURRENT},\n{RELEVANT}", RELEVANT),
    ("CL-10", DIAGNOSES, CURRENT, '{"text": "aktuel"}', '"category": ['),
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
    ("CC-14", LETTER, f'{{"value": "urn:uuid:{NOTE_ID}10"}}', f'{{"value": "x urn:uuid:{NOTE_ID}10 y"}}', '"x urn:uuid'),
    ("CC-17", LETTER, '"system": "urn:oid:1.2.208.176.1.2"', '"system": "urn:oid:1.2.208.176.1.22"', "176.1.22"),
    ("CC-17", LETTER, LETTER_CPR, "", f'{ENVELOPE}Patient"'),
    ("CC-14", LETTER, '{"value": "urn:uuid:c7d8e9f0-1a2b-4c3d-8e4f-5a6b7c8d9e10"}', '{"value": "urn:uuid:1"}', '"urn:uuid:1"'),
    (
        "CC-14",
        LETTER,
        f'"identifier": [\n          {{"value": "urn:uuid:{NOTE_ID}10"}}\n        ],\n',
        "",
        f"{ENVELOPE}Communication",
    ),
    *(
        ("CC-15", LETTER, f"medcom-core-{part}-extension", f"medcom-core-{part}", SEGMENT)
        for part in ("contact", "datetime", "identifier", "practitioner")
    ),
    (
        "CC-16",
        LETTER,
        '"practitioner": {"reference": "Practitioner/',
        '"practitioner": {"reference": "Practitioner/x',
        "Practitioner/x",
    ),
    ("CC-16", LETTER, ',\n        "name": [{"family": "Test", "given": ["Åse"]}]', "", f'{ENVELOPE}Practitioner"'),
    ("CC-15", LETTER, '"valueDateTime": "2026-10-05T12:58:00+02:00"', '"valueString": "i dag"', DATED),
    ("CC-15", LETTER, f'"value": "urn:uuid:{NOTE_ID}11",', "", '"valueIdentifier"'),
    ("CC-15", LETTER, '"12345678"', '"ring til os"', '"ring til os"'),
    ("CC-15", LETTER, '"system": "phone", ', '"system": "email", ', '"email"'),
    ("CC-18", LETTER, f'      "fullUrl": "https://eksempel.invalid/fhir/Provenance/{NOTE_ID}09",\n', "\n", HISTORY_ENTRY),
    (
        "CC-19",
        LETTER,
        "medcom-careCommunication-messageHeader",
        "medcom-messaging-messageHeader",
        "medcom-messaging-messageHeader",
    ),
    ("CC-20", LETTER, SENDERS_SOR, "", SENDERS_NUMBERS),
    ("CC-21", LETTER, '"source": {"endpoint": "https://sor2.sum.dsdn.dk/#id=73091000016008"},', "", HEADER_START),
    ("CC-22", LETTER, '        "recorded": "2026-10-05T13:00:00+02:00",\n', "\n", HISTORY_RESOURCE),
    ("CC-22", LETTER, f'"reference": "MessageHeader/{NOTE_ID}02"', f'"reference": "MessageHeader/{NOTE_ID}92"', f"{NOTE_ID}92"),
    (
        "CC-22",
        LETTER,
        f'"who": {{"reference": "Organization/{NOTE_ID}04"',
        f'"who": {{"reference": "Organization/{NOTE_ID}94"',
        "94",
    ),
    ("CC-23", LETTER, '"code": "sygeplejerske"', '"display": "sygeplejerske"', ROLE_CODE),
    ("CC-23", LETTER, f'"organization": {{"reference": "Organization/{NOTE_ID}04', '"organization": {"reference": "x', '"x"'),
    ("CC-24", LETTER, '"role": "source"', '"role": "removal"', ENTITY),
    ("CC-24", LETTER, f'{{"identifier": {{"value": "urn:uuid:{NOTE_ID}11"}}}}', '{"display": "teksten"}', '"what"'),
    (
        "CC-25",
        LETTER,
        '"text": {"status": "generated", "div": "<div xmlns=\\"http://www.w3.org/1999/xhtml\\"><p>Plejecenter',
        '"text": {"status": "made", "div": "<div xmlns=\\"http://www.w3.org/1999/xhtml\\"><p>Plejecenter',
        '"made"',
    ),
    ("CC-26", LETTER, '"use": "official"', '"use": "usual"', '"usual"'),
    (
        "CC-29",
        LETTER,
        '"name": [{"family": "Test", "given": ["Åse"]}]',
        '"name": [{"family": "Test"}]',
        '"name": [{"family": "Test"}]',
    ),
    ("CC-16", LETTER, f'"practitioner": {{"reference": "Practitioner/{NOTE_ID}08"}},', "", f'{ENVELOPE}PractitionerRole"'),
    ("CC-22", LETTER, f'"target": [{{"reference": "MessageHeader/{NOTE_ID}02"}}],', "", HISTORY_RESOURCE),
    ("CC-22", LETTER, f'"agent": [{{"who": {{"reference": "Organization/{NOTE_ID}04"}}}}],', "", HISTORY_RESOURCE),
    ("CC-22", LETTER, f'"who": {{"reference": "Organization/{NOTE_ID}04"}}', '"who": {"display": "klinikken"}', '"who"'),
    ("CC-22", LETTER, f'{{"who": {{"reference": "Organization/{NOTE_ID}04"}}}}', '{"id": "a"}', '{"id": "a"}'),
    ("CC-22", LETTER, '"occurredDateTime": "2026-10-05T13:00:00+02:00",', "", HISTORY_RESOURCE),
    ("CC-22", LETTER, '"recorded": "2026-10-05T13:00:00+02:00"', '"recorded": "2026-10-05T10:29:00Z"', '"recorded": "'),
    ("CC-24", LETTER, ASSIGNER, ASSIGNER.replace("9e04", "9e94"), '"assigner"'),
    ("CC-25", LETTER, LETTER_TEXT, "", f'{ENVELOPE}Patient"'),
    *(("CC-25", LETTER, ID_OF.format(number), "", f'{ENVELOPE}{kind}"') for kind, number in OF_THE_CORE.items()),
    *(("CC-25", LETTER, letter_text(words), "", f'{ENVELOPE}{kind}"') for kind, words in TEXTS_OF_THE_CORE.items()),
    ("CC-25", LETTER, LETTER_TEXT, LETTER_TEXT.replace(PATIENT_DIV, ""), '"text": {"status": "generated"}'),
    ("CC-01", ANSWER, '<type value="message"/>', '<type value="batch"/>', "batch"),
    ("CC-01", ANSWER, '  <type value="message"/>\n', "", "<Bundle"),
    ("CC-02", ANSWER, f"{TERMS}medcom-messaging-eventCodes", "urn:x", "urn:x"),
    ("CC-03", ANSWER, f'<receiver><reference value="{PART}05"', f'<receiver><reference value="{PART}03"', "<receiver>"),
    ("CC-04", ANSWER, SENDER, "", "<MessageHeader>"),
    ("CC-05", ANSWER, '<code value="reply-message"/>', '<code value="retract-message"/>', "retract-message"),
    ("CC-06", ANSWER, "MessageDefinition|5.0", "MessageDefinition", "<definition"),
    ("CC-07", ANSWER, FOCUS, f"{FOCUS}\n{FOCUS}", f"{FOCUS}\n        <definition"),
    ("CC-07", ANSWER, FOCUS, "", "<MessageHeader>"),
    ("CC-08", ANSWER, "</Bundle>", SECOND_PATIENT, "<Patient><id"),
    ("CC-09", ANSWER, SUBJECT, "", "<Communication>"),
    (
        "CC-10",
        ANSWER,
        '<code value="training"/>',
        "",
        '<coding>\n            <system value="http://medcomfhir.dk/ig/terminology/CodeSystem/medcom-careC',
    ),
    ("CC-10", ANSWER, f"{TERMS}medcom-careCommunication-categoryCodes", "urn:x", "urn:x"),
    ("CC-12", ANSWER, SUBJECT, f'<priority value="asap"/>{SUBJECT}', "<priority"),
    ("CC-13", ANSWER, '<status value="unknown"/>', '<status value="in-progress"/>', "in-progress"),
    ("CC-14", ANSWER, '9e10"/></identifier>', '9e1"/></identifier>', '9e1"/>'),
    ("CC-15", ANSWER, CONTACT, "", "<payload>\n" + PAYLOAD),
    ("CC-16", ANSWER, PHYSIO, "", f'<Practitioner>\n        <id value="{PART[9:]}10"'),
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
    ("HCO-10", RESULTS, f'<practitioner><reference value="{RESULTS_ID}09"/></practitioner>', "", "<PractitionerRole>"),
    ("HCO-10", RESULTS, f'<performer><reference value="{RESULTS_ID}08"/></performer>', "", "<DiagnosticReport>"),
    ("HCO-11", RESULTS, '<value value="4.0"/>', '<value value="4.00000000000"/>', "4.00000000000"),
    ("HCO-11", RESULTS, '"Negativ"', '"Negativ i dag, måles igen"', "Negativ i dag"),
    ("HCO-12", RESULTS, '<code value="NI"/>', '<code value="H"/>', '<code value="H"/>'),
    ("HCO-13", RESULTS, '<code value="R"/>', '<code value="V"/>', '<code value="V"/>'),
    ("HCO-14", RESULTS, EARLIER, "", "<Provenance>"),
    ("HCO-14", RESULTS, '<role value="revision"/>', '<role value="source"/>', '<role value="source"/>'),
    (
        "HCO-15",
        RESULTS,
        f'<subject><reference value="{RESULTS_ID}03"/></subject>\n        <issued',
        "<issued",
        "<DiagnosticReport>",
    ),
    (
        "HCO-15",
        RESULTS,
        f'<subject><reference value="{RESULTS_ID}03"/></subject>\n        <effectiveDateTime value="2026-10-05T11:30',
        '<effectiveDateTime value="2026-10-05T11:30',
        "<Observation>",
    ),
    ("HCO-16", RESULTS, '"urn:oid:1.2.208.176.1.2"', '"urn:oid:1.2.208.176.1.22"', "176.1.22"),
    ("HCO-16", RESULTS, RESULTS_CPR, "", "<Patient>"),
    ("HCO-18", RESULTS, CORRECTED, CANCELLED, "<conclusion"),
    ("HCO-17", RESULTS, '<comparator value="&lt;"/>', '<comparator value="under"/>', '"under"'),
    ("HCO-15", RESULTS, '5a03"/></subject>\n        <issued', '5a33"/></subject>\n        <issued', '5a33"/>'),
]
# the same, of what gives no grade
REMARKS: list[tuple[str, str, str, str, str]] = [
    ("CL-24", DIAGNOSES, "<p>Agerskov lægepraksis</p>", "<p>En anden klinik</p>", "<p>En anden klinik"),
    ("CL-24", DIAGNOSES, "<p>Rygproblem (L84)</p>", "<p>En diagnose</p>", "<p>En diagnose"),
    ("ACK-12", RECEIPT, f'"identifier": "{RECEIPT_ID}99"', f'"identifier": "{RECEIPT_ID}98"', f'"{RECEIPT_ID}98"'),
    ("ACK-18", RECEIPT, "#id=73091000016008", "#id=73091000016007", "#id=73091000016007"),
    ("CC-30", LETTER, "<p>Nancy Ann Test Berggren</p>", "<p>En patient</p>", "<p>En patient"),
    ("CC-30", LETTER, "<p>Rehabilitering ved KOL</p>", "<p>Blodprøver</p>", "<p>Blodprøver"),
    ("CC-30", LETTER, "<p>Sygeplejerske</p>", "<p>Læge</p>", "<p>Læge"),
    ("CC-30", LETTER, "<p>Åse Test</p>", "<p>En anden</p>", "<p>En anden"),
    ("CC-30", LETTER, "<p>Plejecenter</p>", "<p>En kommune</p>", "<p>En kommune"),
    ("CC-30", ANSWER, "<p>Mia Test</p>", "<p>En anden</p>", "<p>En anden"),
    ("CC-27", LETTER, "#id=73091000016008", "#id=73091000016007", "#id=73091000016007"),
    (
        "CC-28",
        LETTER,
        f'"what": {{"identifier": {{"value": "urn:uuid:{NOTE_ID}11"',
        f'"what": {{"identifier": {{"value": "urn:uuid:{NOTE_ID}19"',
        f"{NOTE_ID}19",
    ),
    ("ACK-12", RECEIPT, f'"what": {{"reference": "{HEADER}99"', f'"what": {{"reference": "{HEADER}98"', '"identifier": "6b1'),
]
IDS = [f"{row[0]} {number}" for number, row in enumerate(BREAKS)]


@pytest.mark.parametrize(("rule", "file", "old", "new", "marker"), BREAKS, ids=IDS)
def test_one_fault_gives_one_finding(rule: str, file: str, old: str, new: str, marker: str) -> None:
    text = changed(file, old, new)
    found = graded(JUDGES[file](text.encode("utf-8"), file))
    assert [(each.rule, each.location.line) for each in found] == [(rule, line_of(text, marker))], [str(each) for each in found]


@pytest.mark.parametrize(
    ("rule", "file", "old", "new", "secret"),
    [
        ("CL-07", DIAGNOSES, "Diagnoseoversigt for 2509479989", "Diagnoseoversigt for 2512489996", "2512489996"),
        (
            "CL-16",
            DIAGNOSES,
            '"recordedDate": "2026-10-05"',
            '"recordedDate": "2026-10-05", "note": [{"text": "skjult"}]',
            "skjult",
        ),
        ("CL-23", DIAGNOSES, "<p>Diagnoser</p>", "<p>Diagnoser, 251248-9996</p>", "251248"),
    ],
)
def test_a_finding_shows_nobodys_number_nor_note(rule: str, file: str, old: str, new: str, secret: str) -> None:
    (found,) = graded(JUDGES[file](changed(file, old, new).encode("utf-8"), file))
    assert found.rule == rule
    assert secret not in str(found)


def test_a_diagnosis_in_no_section_and_a_resource_without_a_text_are_told_what_they_lack() -> None:
    for old, told in (
        (f',\n              {{"reference": "Condition/{LIST_ID}07"}}', "nævnt i et afsnit"),
        (KOL_TEXT, "en tekst (text.div)"),
    ):
        (found,) = graded(JUDGES[DIAGNOSES](changed(DIAGNOSES, old, "").encode("utf-8"), DIAGNOSES))
        assert found.expected == told


def test_a_text_that_says_nothing_is_told_what_it_should_be() -> None:
    (found,) = graded(JUDGES[RECEIPT](changed(RECEIPT, "<p>Ny besked</p>", "").encode("utf-8"), RECEIPT))
    assert (found.expected, found.actual) == ("en <div> med tekst (txt-1 og txt-2)", "intet eller noget andet")


def test_a_diagnosis_with_two_statuses_is_told_what_there_may_be() -> None:
    text = changed(DIAGNOSES, CURRENT, f"{CURRENT},\n{RELEVANT}")
    (found,) = graded(JUDGES[DIAGNOSES](text.encode("utf-8"), DIAGNOSES))
    assert found.expected == "netop én af 15240007 eller 723506003 (http://snomed.info/sct)"
    assert found.actual == "flere"


def test_a_correspondence_without_a_text_is_told_where_it_belongs() -> None:
    text = changed(LETTER, '"contentString": "Kan Nancy', '"contentText": "Kan Nancy')
    (found,) = graded(JUDGES[LETTER](text.encode("utf-8"), LETTER))
    assert (found.rule, found.location.path) == ("CC-15", "/entry/2/resource/payload/0/contentString")


@needs_packages
@pytest.mark.parametrize(("rule", "file", "old", "new", "marker"), BREAKS, ids=IDS)
def test_one_fault_gives_one_finding_beside_medcoms_packages(rule: str, file: str, old: str, new: str, marker: str) -> None:
    text = changed(file, old, new)
    found = graded(JUDGES[file](text.encode("utf-8"), file, definitions()))
    assert [(each.rule, each.location.line) for each in found] == [(rule, line_of(text, marker))], [str(each) for each in found]


@pytest.mark.parametrize("held", [False, pytest.param(True, marks=needs_packages)], ids=["own", "packages"])
@pytest.mark.parametrize(("rule", "file", "old", "new", "marker"), REMARKS)
def test_what_medcoms_own_examples_do_is_told_without_a_grade(
    rule: str, file: str, old: str, new: str, marker: str, held: bool
) -> None:
    text = changed(file, old, new)
    judgements = JUDGES[file](text.encode("utf-8"), file, definitions() if held else None)
    (found,) = (finding for judgement in judgements for finding in judgement.findings)
    assert (found.rule, found.grade, found.location.line) == (rule, None, line_of(text, marker))
    assert rule not in ("CL-24", "CC-30") or found.actual == "noget andet"  # what the text says is not shown


@pytest.mark.parametrize(
    ("file", "old", "new", "rules"),
    [
        *((DIAGNOSES, KOL_DIV, KOL_DIV.replace("generated", each), []) for each in STATUSES),
        *((LETTER, PATIENT_STATUS, PATIENT_STATUS.replace("generated", each), []) for each in STATUSES),
        (LETTER, "<p>Rehabilitering ved KOL</p>", "<p>Kan Nancy begynde på holdet i næste uge? Hilsen Åse</p>", []),
        (LETTER, "<p>Rehabilitering ved KOL</p>", "<p>Om Nancy Berggren</p>", []),
        (LETTER, "<p>Sygeplejerske</p>", "<p>Åse Test</p>", []),
        (DIAGNOSES, '"family": "Hansen", ', "", ["CL-20"]),
        (LETTER, '"recorded": "2026-10-05T13:00:00+02:00"', '"recorded": "2026-10-05T10:30:00Z"', []),
        (LETTER, f'{{"who": {{"reference": "Organization/{NOTE_ID}04"}}}}', '{"who": {"identifier": {"value": "1"}}}', []),
    ],
    ids=[
        *STATUSES,
        *(f"{each} in a message" for each in STATUSES),
        "the letter's text",
        "whom it is about",
        "whose role it is",
        "given names alone",
        "half an hour",
        "an identifier",
    ],
)
def test_what_may_be_said_otherwise_breaks_no_rule_of_its_own(file: str, old: str, new: str, rules: list[str]) -> None:
    judgements = JUDGES[file](changed(file, old, new).encode("utf-8"), file)
    assert [finding.rule for judgement in judgements for finding in judgement.findings] == rules


SUBJECTS = {"fhir-kvittering": "ACK-", "fhir-diagnosekort": "CL-", "fhir-korrespondance": "CC-", "fhir-proevesvar": "HCO-"}


def broken(subject: str) -> set[str]:
    """The rules of a subject that an example breaks."""
    return {row[0] for row in (*BREAKS, *REMARKS) if row[0].startswith(SUBJECTS[subject])}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_rule_has_a_fault_that_breaks_it(subject: str) -> None:
    assert broken(subject) == {rule.id for rule in rules_for(subject)}


@pytest.mark.parametrize(
    "number", ["9b251248-9996-4a7b-8c3d-2f1e0d9c8b7a", "(sagsnr. 251248-9996)", "1.2.251248-9996", "25124899965"]
)
def test_a_number_of_another_kind_in_a_text_is_no_cpr_number(number: str) -> None:
    text = changed(DIAGNOSES, "<p>Diagnoser</p>", f"<p>Generated Narrative: Composition {number}. Diagnoser</p>")
    assert graded(JUDGES[DIAGNOSES](text.encode("utf-8"), DIAGNOSES)) == []


ADDRESSEE = f"""{{
      "fullUrl": "https://eksempel.invalid/fhir/PractitionerRole/{NOTE_ID}77",
      "resource": {{
        "resourceType": "PractitionerRole",
        "id": "{NOTE_ID}77",
        "meta": {{"profile": ["http://medcomfhir.dk/ig/core/StructureDefinition/medcom-core-practitionerrole"]}},
        "text": {{"status": "generated", "div": "<div xmlns=\\"http://www.w3.org/1999/xhtml\\"><p>Modtageren</p></div>"}},
        "organization": {{"reference": "Organization/{NOTE_ID}04"}}
      }}
    }},
    """


@pytest.mark.parametrize("code", ["", '"code": [{"text": "Læge"}],', '"code": [{"id": "x"}],'])
def test_whom_a_letter_is_to_needs_no_position(code: str) -> None:
    """PractitionerRole.code is 0..*, and medcom-careCommunication-7 is of authors."""
    subject = f'"subject": {{"reference": "Patient/{NOTE_ID}06"}},\n        "topic"'
    text = changed(LETTER, subject, f'"recipient": [{{"reference": "PractitionerRole/{NOTE_ID}77"}}],\n        {subject}')
    author = f'{{\n      "fullUrl": "https://eksempel.invalid/fhir/PractitionerRole/{NOTE_ID}07"'
    assert text.count(author) == 1
    text = text.replace(author, ADDRESSEE.replace('"organization"', f'{code}"organization"') + author)
    found = graded(JUDGES[LETTER](text.encode("utf-8"), LETTER))
    assert [each.rule for each in found] == (["CC-23"] if '"id": "x"' in code else []), [str(each) for each in found]


@pytest.mark.parametrize("file", JUDGES)
def test_the_hand_written_examples_keep_every_rule(file: str) -> None:
    judgements = JUDGES[file]((EXAMPLES / file).read_bytes(), file)
    own = [each for each in judgements if each.rule.subject != "fhir"]
    assert {each.result for each in own} == {Result.HOLDS}
    assert {each.reason for each in judgements if each.rule.subject == "fhir"} == {NO_PACKAGES}


@pytest.mark.parametrize("activity", ["reply-message", "forward-message", "retract-message", "modified-message"])
def test_a_receipt_may_be_for_a_message_of_any_activity(activity: str) -> None:
    text = changed(RECEIPT, '"code": "new-message"', f'"code": "{activity}"')
    assert graded(judge_acknowledgement(text.encode("utf-8"), RECEIPT)) == []


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


def test_a_result_of_twelve_characters_is_whole() -> None:
    twelve = changed(RESULTS, '<value value="4.0"/>', '<value value="4.0000000000"/>')
    assert graded(JUDGES[RESULTS](twelve.encode("utf-8"), "svar.xml")) == []
