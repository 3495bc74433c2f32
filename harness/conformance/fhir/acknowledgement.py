"""What must hold of a FHIR acknowledgement (kvittering), with or without MedCom's packages. Subject `fhir-kvittering`."""

from __future__ import annotations

from typing import Final

from harness.conformance.fhir.message import Message, Standard, messaging_rules
from harness.conformance.fhir.parts import (
    address_rule,
    endpoint_rule,
    entry_rule,
    history_rule,
    organization_rule,
    text_rule,
)
from harness.conformance.fhir.pattern import shown
from harness.conformance.rule import HOLDS, Judgement, Outcome
from harness.domain.grade import Grade
from harness.standards.fhir import codes
from harness.standards.fhir.definitions import Definitions
from harness.standards.fhir.hl7_codes import VALUE_SETS
from harness.standards.fhir.tree import Node

STANDARD = Standard(
    subject="fhir-kvittering",
    prefix="ACK",
    profile=codes.ACKNOWLEDGEMENT,
    source="MedCom, Acknowledgement 2.0.3 (medcom.fhir.dk.acknowledgement)",
    judges={"ACK-05": ("medcom-messaging-2",), "ACK-08": ("medcom-acknowledgement-1",)},
)


def judge_acknowledgement(data: bytes, file: str, definitions: Definitions | None = None) -> list[Judgement]:
    """Every rule's result on the acknowledgement in `data` (JSON or XML); `file` is its name in findings. Never raises for it.

    With the tester's packages in `definitions`, the profile's own checks follow.

        judge_acknowledgement(body, "kvittering.json", Definitions(read_packages([folder])))
    """
    return STANDARD.judge(data, file, definitions)


_ACTIVITIES = (codes.NEW, codes.REPLY, codes.FORWARD, codes.RETRACT, codes.MODIFIED, "acknowledgement")
messaging_rules(STANDARD, "acknowledgement-message", _ACTIVITIES)


@STANDARD.rule(6, "Kvitteringen siger, hvilken besked den gælder (response.identifier)", Grade.F2)
def which_message(message: Message) -> Outcome:
    """MessageHeader.response 1..1; identifier is the original MessageHeader's id."""
    response = message.header.one("response")
    if response is None:
        return (message.missing(message.header, "response"),)
    return HOLDS if response.value("identifier") else (message.missing(response, "identifier"),)


@STANDARD.rule(7, "Svaret er ok, fatal-error eller transient-error", Grade.F2, needs=(1, 6))
def answer(message: Message) -> Outcome:
    """Positive, negative for the content, negative for a technical error."""
    return message.text(_response(message), "code", codes.RESPONSE_CODES)


@STANDARD.rule(8, "En negativ kvittering har en årsag (OperationOutcome)", Grade.F3, needs=(1, 6, 7))
def reason(message: Message) -> Outcome:
    """medcom-acknowledgement-1: response.details points at an OperationOutcome in the message; wherever it stands, it does."""
    response = _response(message)
    details = response.one("details")
    if details is not None:
        return message.target(details, "OperationOutcome")
    return HOLDS if response.value("code") == "ok" else (message.missing(response, "details", "en OperationOutcome i beskeden"),)


@STANDARD.rule(9, "MedComs fejlkoder er fra MedComs liste", Grade.F3, source="MedCom, medcom.fhir.dk.terminology 2.0.2")
def error_codes(message: Message) -> Outcome:
    """Codes of MedCom's own system; those of HL7 are in HL7's list."""
    return tuple(
        message.wrong(coding.children["code"][0], f"en kode fra {codes.ERROR_CODES}")
        for outcome in message.of_type("OperationOutcome")
        for coding in outcome.all("issue", "details", "coding")
        if coding.value("system") == codes.ERROR_CODES and coding.value("code") not in (*codes.ERRORS, "")
    )


@STANDARD.rule(10, "Historikken har kvitteringen selv (Provenance med acknowledgement)", Grade.F3, needs=(1, 5))
def own_provenance(message: Message) -> Outcome:
    """An entry with the activity acknowledgement whose target is this header, and whose entity (revision) is another."""
    mine = _own_history(message)
    if not mine:
        return (message.missing(message.tree.root, "entry/resource/Provenance", "en Provenance med acknowledgement"),)
    target = mine[0].one("target")
    if target is None or "reference" not in target.children:
        return (message.missing(mine[0], "target", "en reference til kvitteringens MessageHeader"),)
    if message.references.resolve(target) is not message.header:
        return (message.wrong(target.children["reference"][0], "en reference til kvitteringens MessageHeader"),)
    entity = mine[0].one("entity")
    if entity is None:
        return (message.missing(mine[0], "entity", "entity med rollen revision"),)
    what = entity.one("what", "reference")
    if what is None:
        return (message.missing(entity, "what", "en reference til den besked, der er kvitteret for"),)
    if _names(what, message.header.value("id")):
        return (message.wrong(what, "en reference til den besked, der er kvitteret for"),)
    return message.text(entity, "role", ("revision",))


@STANDARD.rule(11, "Kvitteringen gælder en anden besked end sig selv", Grade.F2, needs=(1, 6))
def not_itself(message: Message) -> Outcome:
    """response.identifier is the original's MessageHeader.id, not this one's."""
    found = _response(message).children["identifier"][0]
    return HOLDS if found.text != message.header.value("id") else (message.wrong(found, "den oprindelige beskeds id"),)


@STANDARD.rule(
    12,
    "Kvitteringen og dens historik nævner samme besked",
    Grade.F2,
    needs=(1, 6, 10, 11),
    remark="MedComs egne eksempler på afviste beskeder gør det samme",
)
def same_message(message: Message) -> Outcome:
    """Provenance.entity names response.identifier. A remark: MedCom's examples of AE and AR do not keep it."""
    found = _response(message).children["identifier"][0]
    what = _own_history(message)[0].one("entity", "what", "reference")
    if what is None or _names(what, found.text or ""):
        return HOLDS
    return (message.wrong(found, f"den besked, historikken nævner: {shown(what)}"),)


entry_rule(STANDARD, 13)
organization_rule(STANDARD, 14)
endpoint_rule(STANDARD, 15)
history_rule(STANDARD, 16, needs=(1, 5, 10))
text_rule(STANDARD, 17)
address_rule(STANDARD, 18, 15)

_REASON: Final = {
    name: {code for _, code in VALUE_SETS[f"http://hl7.org/fhir/ValueSet/issue-{value_set}"]}
    for name, value_set in (("severity", "severity"), ("code", "type"))
}


@STANDARD.rule(19, "En årsag siger, hvor alvorlig fejlen er, og hvilken slags den er", Grade.F3)
def reason_is_told(message: Message) -> Outcome:
    """OperationOutcome.issue.severity and issue.code 1..1, from HL7's value sets."""
    issues = [issue for each in message.of_type("OperationOutcome") for issue in each.all("issue")]
    return tuple(breach for each in issues for name, wanted in _REASON.items() for breach in message.text(each, name, wanted))


@STANDARD.rule(20, "Beskeden (Bundle) og dens hoved (MessageHeader) har hver et id", Grade.F3)
def ids(message: Message) -> Outcome:
    """medcom-messaging-message: Bundle.id 1..1, and MessageHeader.id 1..1: the envelope, and who answers, name them."""
    return tuple(message.missing(each, "id") for each in (message.tree.root, message.header) if not each.value("id"))


def _own_history(message: Message) -> list[Node]:
    return [each for each in message.of_type("Provenance") if each.value("activity", "coding", "code") == "acknowledgement"]


def _names(reference: Node, id: str) -> bool:
    """Whether a reference is to the resource with that id, in the message or not."""
    text = reference.value("reference") or reference.text or ""
    return bool(id) and text.partition("/_history/")[0].removeprefix("urn:uuid:").rpartition("/")[2] == id


def _response(message: Message) -> Node:
    return message.header.all("response")[0]
