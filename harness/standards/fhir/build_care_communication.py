"""Builds CareCommunication (korrespondancemeddelelse), MedCom's letters with answers and attachments.

Sources: MedCom, CareCommunication 5.0.2 (medcom.fhir.dk.carecommunication), its profiles and examples.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import TypeVar

from harness.standards.fhir import codes
from harness.standards.fhir.messages import Author, CareCommunication, Party, Segment, Turn
from harness.standards.fhir.parts import attachment, bundle, header, instant, organization, patient, provenance
from harness.standards.fhir.write import Part, Write, as_json, coding, own_id, reference, resource, said

_Role = tuple[Author, Party]
_Thing = TypeVar("_Thing", bound=Hashable)


def build_care_communication(message: CareCommunication, write: Write = as_json) -> bytes:
    """The letter as a FHIR message. `write` is `as_json` or `as_xml`.

    build_care_communication(message, as_xml)
    """
    uuid = message.id
    known = {segment for turn in message.history for segment in turn.segments}
    new = tuple(each.id for each in message.segments if each.id not in known)
    this = Turn(own_id(uuid, "header"), message.at, message.sender, new, message.activity, message.earlier)
    roles = _numbered("rolle", [(each.author, each.party) for each in message.segments if each.author])
    concerned = [*(each.party for each in message.segments), *(each.party for each in message.history)]
    others = _numbered("organisation", [each for each in concerned if each not in (message.sender, message.receiver)])
    parties = others | {message.receiver: "modtager"} | {message.sender: "afsender"}
    entries = [
        resource(
            uuid,
            "header",
            "MessageHeader",
            f"{codes.CARE_COMMUNICATION_PROFILES}messageHeader",
            ["Korrespondancemeddelelse"],
            **header(uuid, "care-communication-message", message.sender, message.receiver),
            focus=[reference(uuid, "korrespondance")],
            definition=f"{codes.CARE_COMMUNICATION_DEFINITION}|5.0",
        ),
        patient(uuid, f"{codes.CORE_PROFILES}patient", message.patient),
        _communication(message, parties, roles),
        *(entry for (author, party), part in roles.items() for entry in _author(uuid, part, author, parties[party])),
        organization(uuid, "modtager", "messaging-organization", message.receiver),
        organization(uuid, "afsender", "messaging-organization", message.sender),
        *(organization(uuid, part, "messaging-organization", party) for party, part in others.items()),
        *(_turn(uuid, turn, parties) for turn in (this, *message.history)),
    ]
    return write(bundle(uuid, codes.CARE_COMMUNICATION, "message", instant(message.at), entries))


def _numbered(name: str, things: list[_Thing]) -> dict[_Thing, str]:
    """The part of each different thing: `rolle 1`, `rolle 2`."""
    return {each: f"{name} {number}" for number, each in enumerate(dict.fromkeys(things), 1)}


def _communication(message: CareCommunication, parties: dict[Party, str], roles: dict[_Role, str]) -> Part:
    told = [each.content if isinstance(each.content, str) else each.content.title for each in message.segments]
    return resource(
        message.id,
        "korrespondance",
        "Communication",
        f"{codes.CARE_COMMUNICATION_PROFILES}communication",
        [message.topic or message.category, *told],
        identifier=[{"value": f"urn:uuid:{message.identifier}"}],
        status="unknown",
        category=[{"coding": [coding(codes.CATEGORY_CODES, message.category)]}],
        priority=message.priority,
        subject=reference(message.id, "patient"),
        topic=said(text=message.topic),
        payload=[_payload(message.id, each, parties, roles) for each in message.segments],
    )


def _payload(id: str, segment: Segment, parties: dict[Party, str], roles: dict[_Role, str]) -> Part:
    author, content = segment.author, segment.content
    identifier = {"value": f"urn:uuid:{segment.id}", "assigner": reference(id, parties[segment.party])}
    extensions: list[Part] = [
        {"url": codes.DATE_EXTENSION, "valueDateTime": instant(segment.at)},
        {"url": codes.IDENTIFIER_EXTENSION, "valueIdentifier": identifier},
    ]
    if author:
        extensions.append({"url": codes.AUTHOR_EXTENSION, "valueReference": reference(id, roles[author, segment.party])})
    if author and author.phone:
        contact = {"system": "phone", "value": author.phone}
        extensions.append({"url": codes.CONTACT_EXTENSION, "valueContactPoint": contact})
    if isinstance(content, str):
        return {"extension": extensions, "contentString": content}
    return {"extension": extensions, "contentAttachment": attachment(content)}


def _author(id: str, part: str, author: Author, organization: str) -> list[Part]:
    """The entries of a person and of the role in which the person writes for an organisation."""
    given = [author.given] if author.given else []
    role = resource(
        id,
        part,
        "PractitionerRole",
        f"{codes.CORE_PROFILES}practitionerrole",
        [author.role],
        practitioner=reference(id, f"{part}, person"),
        organization=reference(id, organization),
        code=[{"coding": [coding(codes.PRACTITIONER_ROLES, author.role)]}] if author.role else [],
    )
    person = resource(
        id,
        f"{part}, person",
        "Practitioner",
        f"{codes.CORE_PROFILES}practitioner",
        [f"{author.given} {author.family}"],
        name=[said(family=author.family, given=given)],
    )
    return [role, person]


def _turn(id: str, turn: Turn, parties: dict[Party, str]) -> Part:
    """One step of the correspondence's history."""
    entity: list[Part] = [{"role": "source", "what": {"identifier": {"value": f"urn:uuid:{each}"}}} for each in turn.segments]
    if turn.earlier:
        other = "#" in turn.earlier
        what: Part = {"identifier": {"value": turn.earlier}} if other else {"reference": f"urn:uuid:{turn.earlier}"}
        entity.append({"role": "revision", "what": what})
    return provenance(
        id,
        f"historik {turn.header}",
        turn.header,
        instant(turn.at),
        turn.activity,
        parties[turn.party],
        entity,
        profile=f"{codes.CARE_COMMUNICATION_PROFILES}provenance",
    )
