"""What must hold of a CareCommunication (korrespondancemeddelelse), with or without MedCom's packages.

Subject `fhir-korrespondance`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.conformance.fhir.message import Message, Standard, definition_rule, messaging_rules, patient_rule
from harness.conformance.fhir.narratives import narrative_rule
from harness.conformance.fhir.parts import (
    address_rule,
    endpoint_rule,
    entry_rule,
    history_rule,
    name_rule,
    organization_rule,
    profile_rule,
    text_rule,
)
from harness.conformance.rule import HOLDS, Breach, Judgement, Outcome
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
        "CC-15": ("medcom-core-contact",),
        "CC-16": ("medcom-careCommunication-8", "medcom-careCommunication-13", "medcom-careCommunication-4"),
        "CC-19": ("medcom-careCommunication-1", "medcom-careCommunication-3"),
        "CC-23": ("medcom-careCommunication-7", "medcom-core-practitionerrole-code-xor-text"),
    },
)
_UUID = re.compile("urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_PARTS = {
    codes.DATE_EXTENSION: ("dato", ("valueDateTime",)),
    codes.AUTHOR_EXTENSION: ("forfatter", ("valueReference",)),
    codes.CONTACT_EXTENSION: ("forfatterens kontakt", ("valueContactPoint", "value")),
    codes.IDENTIFIER_EXTENSION: ("identifikation", ("valueIdentifier", "value")),
}
"""What each text of the correspondence has beside it, by its extension, and where in it the value stands."""

_HISTORY = "MedCom, CareCommunication 5.0.2, provenance; MedCom, Governance for MedCom CareCommunication: Coupling of messages"
_PHONE = re.compile(r"\+?[-0-9 ]+")


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
    """payload:string 1..*, with its four extensions 1..1 each, and their values. A contact is a telephone number."""
    communication = _communication(message)
    texts = [each for each in communication.all("payload") if "contentString" in each.children]
    if not texts:
        return (message.missing(communication, "payload/0/contentString", "mindst én tekst"),)
    return tuple(breach for each in texts for url in _PARTS for breach in _part(message, each, url))


def _part(message: Message, payload: Node, url: str) -> Iterator[Breach]:
    told, path = _PARTS[url]
    found = [each for each in payload.all("extension") if each.value("url") == url]
    if len(found) != 1:
        yield message.missing(payload, "extension", f"{told} ({url})")
        return
    there = found[0]
    for name in path:
        if name not in there.children:
            yield message.missing(there, name, told)
            return
        there = there.children[name][0]
    if url == codes.CONTACT_EXTENSION:
        system = found[0].one("valueContactPoint", "system")
        if system is not None and system.text != "phone":
            yield message.wrong(system, "phone")
        if not _PHONE.fullmatch(there.text or ""):
            yield message.wrong(there, "et telefonnummer: cifre, måske med +")


@STANDARD.rule(16, "Hver forfatter er en person med navn", Grade.F3, needs=(1, 7, 15))
def authors(message: Message) -> Outcome:
    """medcom-careCommunication-8: the author's PractitionerRole points at a Practitioner with a name."""
    for reference in _author_references(message):
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
entry_rule(STANDARD, 18)
profile_rule(
    STANDARD,
    19,
    {
        "MessageHeader": f"{codes.CARE_COMMUNICATION_PROFILES}messageHeader",
        "Provenance": f"{codes.CARE_COMMUNICATION_PROFILES}provenance",
    },
)
organization_rule(STANDARD, 20)
endpoint_rule(STANDARD, 21)
history_rule(STANDARD, 22)


@STANDARD.rule(23, "Hver forfatter har en stilling, og en organisation, der er i beskeden", Grade.F3, needs=(1, 7, 15, 16))
def author_roles(message: Message) -> Outcome:
    """medcom-careCommunication-7: a code or a text, not both; so for anybody else's role that says one, such as the receiver's.
    PractitionerRole.organization where it stands: MedCom's examples leave it out, although the profile has it 1..1.
    """
    wrong: list[Breach] = []
    authors = [message.references.resolve(each) for each in _author_references(message)]
    for role in message.of_type("PractitionerRole"):
        organization = role.one("organization")
        if organization is not None:
            wrong += message.target(organization, "Organization")
        coded = [each for each in role.all("code", "coding") if each.value("system") and each.value("code")]
        if (role in authors or role.all("code")) and bool(coded) == bool(role.value("code", "text")):
            wrong.append(message.missing(role, "code", "stillingen som kode (system og code) eller som tekst"))
    return tuple(wrong)


@STANDARD.rule(24, "Beskedens egen historik nævner sine tekster, og hver tekst sin organisation", Grade.F3, needs=(1, 7, 15, 22))
def history_names_texts(message: Message) -> Outcome:
    """Provenance.entity:payload 1..*, with what.identifier 1..1. A text's assigner, where it has one, is in the message."""
    wrong: list[Breach] = []
    for each in _own_history(message):
        sources = _sources(each)
        if not sources:
            wrong.append(message.missing(each, "entity", "en entity med rollen source for hver ny tekst"))
        for entity in sources:
            if not entity.value("what", "identifier", "value"):
                wrong.append(message.missing(entity, "what/identifier/value", "tekstens identifikation"))
    for each in _identifiers(message):
        assigner = each.one("assigner")
        if assigner is not None and "reference" in assigner.children:
            wrong += message.target(assigner, "Organization")
    return tuple(wrong)


text_rule(STANDARD, 25, 8)
name_rule(STANDARD, 26, 8)
address_rule(STANDARD, 27, 21)


@STANDARD.rule(
    28,
    "Historikken nævner tekster, der er i beskeden",
    Grade.F4,
    source=_HISTORY,
    needs=(1, 7, 15, 22, 24),
    remark="to af MedComs egne eksempler nævner andre",
)
def history_names_own_texts(message: Message) -> Outcome:
    """Of the message's own Provenance, each what.identifier is that of a payload."""
    known = {each.value("value") for each in _identifiers(message)}
    sources = (entity for each in _own_history(message) for entity in _sources(each))
    found = (each for entity in sources for each in entity.all("what", "identifier", "value"))
    return tuple(
        message.wrong(each, "en identifikation, som en tekst i beskeden har") for each in found if each.text not in known
    )


@STANDARD.rule(29, "Forfatteren har både fornavn og efternavn", Grade.F4, needs=(1, 16))
def whole_names(message: Message) -> Outcome:
    """medcom-careCommunication-4, as it is worded; its expression asks for a name only."""
    names = (each.children["name"][0] for each in message.of_type("Practitioner") if "name" in each.children)
    return tuple(message.missing(each, part) for each in names for part in ("family", "given") if not each.value(part))


narrative_rule(STANDARD, 30, 23, 25)


def _author_references(message: Message) -> Iterator[Node]:
    for extension in _communication(message).all("payload", "extension"):
        reference = extension.one("valueReference")
        if reference is not None and extension.value("url") == codes.AUTHOR_EXTENSION:
            yield reference


def _own_history(message: Message) -> list[Node]:
    """The Provenance of this message, not those of what it answers."""
    steps = ((each, each.one("target")) for each in message.of_type("Provenance"))
    return [each for each, target in steps if target is not None and message.references.resolve(target) is message.header]


def _sources(provenance: Node) -> list[Node]:
    return [each for each in provenance.all("entity") if each.value("role") == "source"]


def _identifiers(message: Message) -> list[Node]:
    """The identifiers of the message's texts and attachments."""
    extensions = _communication(message).all("payload", "extension")
    return [
        found for each in extensions if each.value("url") == codes.IDENTIFIER_EXTENSION for found in each.all("valueIdentifier")
    ]


def _communication(message: Message) -> Node:
    found = message.references.resolve(message.header.all("focus")[0])
    assert found is not None  # CC-07 has seen that it is there
    return found
