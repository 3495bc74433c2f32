"""What must hold of a CareCommunication (korrespondancemeddelelse), with or without MedCom's packages.

Subject `fhir-korrespondance`.
"""

from __future__ import annotations

import re

from harness.conformance.fhir.message import Message, Standard, definition_rule, messaging_rules, patient_rule
from harness.conformance.rule import HOLDS, Judgement, Outcome
from harness.domain.grade import Grade
from harness.standards.fhir import codes
from harness.standards.fhir.definitions import Definitions
from harness.standards.fhir.tree import Node

STANDARD = Standard(
    subject="fhir-korrespondance",
    prefix="CC",
    profile=codes.CARE_COMMUNICATION,
    source="MedCom, CareCommunication 5.0.2 (medcom.fhir.dk.carecommunication)",
    judges={
        "CC-05": ("medcom-messaging-2",),
        "CC-06": ("medcom-carecommunication-definition-url",),
        "CC-08": ("medcom-careCommunication-2",),
        "CC-11": ("medcom-careCommunication-6",),
        "CC-12": ("medcom-careCommunication-5",),
        "CC-14": ("medcom-uuidv4",),
        "CC-16": ("medcom-careCommunication-8", "medcom-careCommunication-13", "medcom-careCommunication-4"),
    },
)
_UUID = re.compile("urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_PARTS = {
    codes.DATE_EXTENSION: "dato",
    codes.AUTHOR_EXTENSION: "forfatter",
    codes.CONTACT_EXTENSION: "forfatterens kontakt",
    codes.IDENTIFIER_EXTENSION: "identifikation",
}


def judge_care_communication(data: bytes, file: str, definitions: Definitions | None = None) -> list[Judgement]:
    """Every rule's result on the message in `data` (JSON or XML); `file` is its name in findings. Never raises for it.

    With the tester's packages in `definitions`, the profile's own checks follow.

        judge_care_communication(body, "korrespondance.xml")
    """
    return STANDARD.judge(data, file, definitions)


messaging_rules(STANDARD, "care-communication-message", codes.CARE_COMMUNICATION_ACTIVITIES)
definition_rule(STANDARD, 6, codes.CARE_COMMUNICATION_DEFINITION, "5")


@STANDARD.rule(7, "Beskeden handler om netop én Communication", Grade.F2)
def about_a_communication(message: Message) -> Outcome:
    """MessageHeader.focus 1..1, a Communication in the message."""
    found = message.header.all("focus")
    if len(found) != 1:
        return (message.wrong(found[1], "netop én", "flere"),) if found else (message.missing(message.header, "focus"),)
    return message.target(found[0], "Communication")


@STANDARD.rule(8, "Beskeden gælder netop én patient", Grade.F1)
def one_patient(message: Message) -> Outcome:
    """medcom-careCommunication-2."""
    found = message.of_type("Patient")
    if len(found) > 1:
        return (message.wrong(found[1], "netop én Patient", f"{len(found)}"),)
    return HOLDS if found else (message.missing(message.tree.root, "entry/resource/Patient", "netop én Patient"),)


@STANDARD.rule(9, "Patienten er angivet", Grade.F2, needs=(1, 7, 8))
def subject(message: Message) -> Outcome:
    """Communication.subject 1..1, in the message."""
    communication = _communication(message)
    found = communication.one("subject")
    return (message.missing(communication, "subject"),) if found is None else message.target(found, "Patient")


@STANDARD.rule(10, "Kategorien er netop én kode fra MedComs liste", Grade.F3, needs=(1, 7))
def category(message: Message) -> Outcome:
    """category 1..1, required value set medcom-careCommunication-categories."""
    return message.coding(_communication(message), ("category", "coding"), codes.CATEGORY_CODES, codes.CATEGORIES)


@STANDARD.rule(11, "Med kategorien other er emnet skrevet", Grade.F3, needs=(1, 7, 10))
def topic(message: Message) -> Outcome:
    """medcom-careCommunication-6."""
    communication = _communication(message)
    if communication.value("category", "coding", "code") != "other" or communication.value("topic", "text"):
        return HOLDS
    return (message.missing(communication, "topic", "topic.text"),)


@STANDARD.rule(12, "Prioritet er kun angivet, når kategorien er regarding-referral", Grade.F3, needs=(1, 7, 10))
def priority(message: Message) -> Outcome:
    """medcom-careCommunication-5."""
    communication = _communication(message)
    found = communication.one("priority")
    if found is None or communication.value("category", "coding", "code") == "regarding-referral":
        return HOLDS
    return (message.wrong(found, "ingen prioritet"),)


@STANDARD.rule(13, "Status er unknown", Grade.F4, needs=(1, 7))
def status(message: Message) -> Outcome:
    """Communication.status, pattern. The receiver shows no status."""
    return message.text(_communication(message), "status", ("unknown",))


@STANDARD.rule(14, "Korrespondancen har et UUID", Grade.F3, needs=(1, 7))
def identifier(message: Message) -> Outcome:
    """identifier 1..1 with a value; medcom-uuidv4."""
    communication = _communication(message)
    value = communication.one("identifier", "value")
    if value is None:
        return (message.missing(communication, "identifier/0/value", "urn:uuid:…"),)
    return HOLDS if _UUID.fullmatch(value.text or "") else (message.wrong(value, "urn:uuid:… med små bogstaver"),)


@STANDARD.rule(15, "Der er en tekst, og hver tekst har dato, forfatter, kontakt og identifikation", Grade.F3, needs=(1, 7))
def message_segments(message: Message) -> Outcome:
    """payload:string 1..*, with its four extensions 1..1 each."""
    communication = _communication(message)
    texts = [each for each in communication.all("payload") if "contentString" in each.children]
    if not texts:
        return (message.missing(communication, "payload/0/contentString", "mindst én tekst"),)
    return tuple(
        message.missing(each, "extension", f"{told} ({url})")
        for each in texts
        for url, told in _PARTS.items()
        if sum(inner.value("url") == url for inner in each.all("extension")) != 1
    )


@STANDARD.rule(16, "Hver forfatter er en person med navn", Grade.F3, needs=(1, 7, 15))
def authors(message: Message) -> Outcome:
    """medcom-careCommunication-8: the author's PractitionerRole points at a Practitioner with a name."""
    for payload in _communication(message).all("payload"):
        for extension in payload.all("extension"):
            reference = extension.one("valueReference")
            if extension.value("url") != codes.AUTHOR_EXTENSION or reference is None:
                continue
            broken = message.target(reference, "PractitionerRole")
            role = message.references.resolve(reference)
            if broken or role is None:
                return broken
            person = role.one("practitioner")
            broken = (message.missing(role, "practitioner"),) if person is None else message.target(person, "Practitioner")
            found = None if person is None else message.references.resolve(person)
            if broken or found is None:
                return broken
            if "name" not in found.children:
                return (message.missing(found, "name", "et navn"),)
    return HOLDS


patient_rule(STANDARD, 17, 8)


def _communication(message: Message) -> Node:
    found = message.references.resolve(message.header.all("focus")[0])
    assert found is not None  # CC-07 has seen that it is there
    return found
