"""What EHMI's delivery status says by codes: each from its own list, with the name EHMI gives it, and what stands beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeGuard

from harness.conformance.rule import HOLDS, Breach, Outcome
from harness.conformance.transport import eds_event as event_rules
from harness.conformance.transport.eds_reading import (
    AUDIT_EVENT,
    SOURCE,
    agents_of,
    both_parties,
    eds_rule,
    entities_of,
    has_text,
    is_one_of,
    pointers,
    shown,
)
from harness.domain.grade import Grade
from harness.standards.json_text import Json, JsonText

PROFILE: Final = f"{SOURCE} (medcomdk/dk-ehmi-eds@08d91f9, input/fsh/edsBasicDeliveryStatus.fsh)"
LISTS: Final = "medcomdk/dk-ehmi-terminology@00a1e2a, edsValueSets 1.0.0 (01-02-2025)"
_OTHER_ID: Final = "http://medcomehmi.dk/ig/eds/StructureDefinition/eds-otherId"
_SYSTEM: Final = "http://medcomehmi.dk/ig/terminology/CodeSystem/ehmi-delivery-status"
_KINDS_OF_NUMBER: Final = f"{_SYSTEM}-agent-who-identifier-types"
_ROLES: Final = "http://terminology.hl7.org/CodeSystem/object-role"
_HL7_THINGS: Final = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
_THINGS: Final = {
    "ehmiPatient": "Patient",
    "ehmiMessage": "Message",
    "ehmiMessageEnvelope": "Message Envelope",
    "ehmiTransportEnvelope": "Transport Envelope",
    "ehmiOrigMessage": "Original Message",
    "ehmiOrigMessageEnvelope": "Original Message Envelope",
    "ehmiOrigTransportEnvelope": "Original Transport Envelope",
}
"""What an entity may be, and the name the profile has beside each code."""
_DETAILED: Final = ("ehmiMessage", "ehmiMessageEnvelope", "ehmiTransportEnvelope", "ehmiOrigMessage", "ehmiOrigTransportEnvelope")
_DETAILS: Final = (
    "ehmiMessageType",
    "ehmiMessageVersion",
    "ehmiStatisticalInfo",
    "ehmiMessageEnvelopeType",
    "ehmiTransportEnvelopeType",
    "ehmiTransportEnvelopeVersion",
)


@eds_rule(16, "Hændelsen er af EHMI's slags (ehmiMessaging)", Grade.F3, source=f"{PROFILE}; {LISTS}")
def event_type(event: JsonText) -> Outcome:
    """AuditEvent.type: system and code."""
    system = is_one_of(event, "/type/system", f"{_SYSTEM}-types")
    return system or is_one_of(event, "/type/code", "ehmiMessaging")


@eds_rule(17, "Hver kode siger, hvilken kodeliste den er fra, og det er den rigtige", Grade.F3, source=f"{PROFILE}; {LISTS}")
def systems(event: JsonText) -> Outcome:
    """The system of the sub-type (any), of sender and receiver, of the source, of the entities, and of the patient's role."""
    return (*_of_subtype(event), *_of_parties(event), *_of_source(event), *_of_entities(event))


def _of_subtype(event: JsonText) -> Iterator[Breach]:
    for each in pointers(event, "/subtype"):
        yield from has_text(event, f"{each}/system")


def _of_parties(event: JsonText) -> Iterator[Breach]:
    for role in ("ehmiSender", "ehmiReceiver"):
        for coding in (each for agent in agents_of(event, role) for each in pointers(event, f"{agent}/type/coding")):
            if event.get(f"{coding}/code") == role:
                yield from is_one_of(event, f"{coding}/system", f"{_SYSTEM}-participationroletype")


def _of_source(event: JsonText) -> Iterator[Breach]:
    for each in pointers(event, "/source/type"):
        yield from is_one_of(event, f"{each}/system", f"{_SYSTEM}-source-type")


def _of_entities(event: JsonText) -> Iterator[Breach]:
    for each in pointers(event, "/entity"):
        if event.get(f"{each}/type") is not None:
            hl7s = not _is_ehmis(event.get(f"{each}/type/code"))
            yield from is_one_of(event, f"{each}/type/system", f"{_SYSTEM}-entity-type", *([_HL7_THINGS] if hl7s else []))
    for each in entities_of(event, "ehmiPatient"):
        if event.get(f"{each}/role") is not None:
            yield from is_one_of(event, f"{each}/role/system", _ROLES) or is_one_of(event, f"{each}/role/code", "1")


@eds_rule(
    18, "Det står ved hver part, om den satte hændelsen i gang (requestor)", Grade.F3, source=f"{AUDIT_EVENT}.agent.requestor"
)
def requestors(event: JsonText) -> Outcome:
    """AuditEvent.agent.requestor 1..1: true or false."""
    found = ((each, event.get(f"{each}/requestor")) for each in pointers(event, "/agent"))
    return tuple(
        Breach(event.at(f"{each}/requestor"), "true eller false", shown(said))
        for each, said in found
        if not isinstance(said, bool)
    )


@eds_rule(19, "Modtageren står med navn", Grade.F3, event_rules.parties.id, source=PROFILE)
def receiver_name(event: JsonText) -> Outcome:
    """agent[ehmiReceiver].name 1..1; the sender's is optional."""
    return tuple(breach for each in agents_of(event, "ehmiReceiver") for breach in has_text(event, f"{each}/name"))


@eds_rule(20, "Afsender og modtager er organisationer", Grade.F3, event_rules.parties.id, source=PROFILE)
def organisations(event: JsonText) -> Outcome:
    """agent.who.type, where it is given; older examples say SOR there, the kind of its number."""
    given = [each for each in both_parties(event) if event.get(f"{each}/who/type") is not None]
    return tuple(breach for each in given for breach in is_one_of(event, f"{each}/who/type", "Organization", "SOR"))


@eds_rule(
    21,
    "Et nummer mere på afsender eller modtager siger, at det er et lokationsnummer",
    Grade.F3,
    event_rules.parties.id,
    source=PROFILE,
)
def other_numbers(event: JsonText) -> Outcome:
    """The extension eds-otherId: among its codes is GLN, as EHMI writes it. What EHMI calls so stands in no other extension."""
    extensions = [each for agent in both_parties(event) for each in pointers(event, f"{agent}/extension")]
    return tuple(breach for each in extensions for breach in _other_number(event, each))


def _other_number(event: JsonText, extension: str) -> tuple[Breach, ...]:
    type_ = f"{extension}/valueIdentifier/type"
    codings = pointers(event, f"{type_}/coding")
    if any((event.get(f"{each}/system"), event.get(f"{each}/code")) == (_KINDS_OF_NUMBER, "GLN") for each in codings):
        return is_one_of(event, f"{extension}/url", _OTHER_ID)
    if event.get(f"{extension}/url") != _OTHER_ID or event.get(f"{extension}/valueIdentifier") is None:
        return HOLDS
    if not codings:
        return (Breach(event.at(type_), "GLN", "mangler"),)
    return is_one_of(event, f"{codings[0]}/system", _KINDS_OF_NUMBER) or is_one_of(event, f"{codings[0]}/code", "GLN")


@eds_rule(
    22,
    "Hver ting, status nævner, er af en slags, EHMI har, og det samme er dens oplysninger",
    Grade.F3,
    event_rules.message_details.id,
    source=f"{PROFILE}; {LISTS}",
)
def things(event: JsonText) -> Outcome:
    """entity.type from its value set; entity.detail of those the profile says it of, with a type from its own, and a text."""
    return tuple(breach for each in pointers(event, "/entity") for breach in _thing(event, each))


def _is_ehmis(code: Json) -> TypeGuard[str]:
    return isinstance(code, str) and code in _THINGS


def _thing(event: JsonText, entity: str) -> Iterator[Breach]:
    code = event.get(f"{entity}/type/code")
    hl7s = event.get(f"{entity}/type/system") == _HL7_THINGS and code in ("1", "2", "3", "4")
    if event.get(f"{entity}/type") is not None and not hl7s and not _is_ehmis(code):
        yield Breach(event.at(f"{entity}/type/code"), ", ".join(_THINGS), shown(code))
    for detail in pointers(event, f"{entity}/detail") if code in _DETAILED else ():
        type_ = event.get(f"{detail}/type")
        if type_ not in _DETAILS:
            yield Breach(event.at(f"{detail}/type"), ", ".join(_DETAILS), shown(type_))
        elif type_ == "ehmiTransportEnvelopeType":
            yield from is_one_of(event, f"{detail}/valueString", "SBDH")
        elif type_ not in ("ehmiMessageType", "ehmiMessageVersion"):  # EDS-10 has looked at those
            yield from has_text(event, f"{detail}/valueString")


@eds_rule(
    23,
    "Hver ting står med det navn, EHMI's profil giver dens kode",
    Grade.F4,
    things.id,
    source=f"{PROFILE}; {LISTS}",
    remark="koden selv siger det samme",
)
def names(event: JsonText) -> Outcome:
    """entity.type.display: the profile's pattern has it, and FHIR R4 lets a code stand without."""
    found = ((each, event.get(f"{each}/type/code")) for each in pointers(event, "/entity"))
    wanted = [(each, _THINGS[code]) for each, code in found if _is_ehmis(code)]
    return tuple(breach for each, name in wanted for breach in is_one_of(event, f"{each}/type/display", name)) or HOLDS
