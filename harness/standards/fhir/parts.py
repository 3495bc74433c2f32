"""The resources that MedCom's messages and documents have in common, as the builders write them."""

from __future__ import annotations

import base64
from datetime import date, datetime

from harness.domain.identifiers import Ecpr
from harness.standards.fhir import codes
from harness.standards.fhir.messages import Attachment, Party, Person
from harness.standards.fhir.write import Part, coding, reference, resource, said


def bundle(id: str, profile: str, kind: str, at: str, entries: list[Part], identifier: Part | None = None) -> Part:
    """The Bundle itself; `kind` is its type, `at` its timestamp."""
    meta = {"profile": [profile]}
    return {
        "resourceType": "Bundle",
        "id": id,
        "meta": meta,
        **said(identifier=identifier),
        "type": kind,
        "timestamp": at,
        "entry": entries,
    }


def header(id: str, event: str, sender: Party, receiver: Party) -> Part:
    """What every message's header has: the event, one primary receiver, and the sender."""
    use = {"url": codes.USE_EXTENSION, "valueCoding": coding(codes.DESTINATION_USE, "primary")}
    return {
        "eventCoding": coding(codes.EVENT_CODES, event),
        "destination": [
            {"extension": [use], "endpoint": codes.SOR_ADDRESS + receiver.sor, "receiver": reference(id, "modtager")}
        ],
        "sender": reference(id, "afsender"),
        "source": {"endpoint": codes.SOR_ADDRESS + sender.sor},
    }


def patient(id: str, profile: str, person: Person) -> Part:
    """The entry `patient`."""
    return resource(
        id,
        "patient",
        "Patient",
        profile,
        [f"{person.given} {person.family}"],
        identifier=[{"system": _system_of(person.cpr), "value": person.cpr}],
        name=[said(use="official", family=person.family, given=[person.given] if person.given else [])],
        gender=person.gender,
        birthDate=day(person.born),
    )


def _system_of(number: str) -> str:
    """Where a patient's number is registered: CPR's, unless it is an eCPR."""
    return Ecpr(number).system if any(each.isalpha() for each in number) else codes.CPR


def attachment(file: Attachment) -> Part:
    """FHIR's Attachment."""
    return said(
        contentType=file.type,
        data=base64.b64encode(file.data).decode("ascii"),
        url=file.url,
        title=file.title,
        creation=instant(file.made) if file.made else "",
    )


def organization(
    id: str, part: str, profile: str, party: Party, contact: Part | None = None, *, profiles: str = codes.MESSAGING_PROFILES
) -> Part:
    """The entry of an organisation; `profile` is the end of its profile's address, `profiles` the beginning."""
    systems = (codes.GLN, codes.SOR, codes.YDERNUMMER, codes.PRODUCER_ID)
    numbers = zip(systems, (party.gln, party.sor, party.ydernummer, party.producer), strict=True)
    return resource(
        id,
        part,
        "Organization",
        profiles + profile,
        [party.name or party.sor],
        identifier=[{"system": system, "value": value} for system, value in numbers if value],
        name=party.name,
        contact=[contact] if contact else [{"name": {"given": [party.initials]}}] if party.initials else [],
    )


def provenance(
    id: str,
    part: str,
    target: str,
    at: str,
    activity: str,
    who: str,
    entity: list[Part],
    *,
    profile: str = f"{codes.MESSAGING_PROFILES}messaging-provenance",
) -> Part:
    """The entry of one step of a message's history; `target` is a header's UUID, `who` the part that is its agent."""
    return resource(
        id,
        part,
        "Provenance",
        profile,
        [activity],
        target=[{"reference": f"urn:uuid:{target}"}],
        occurredDateTime=at,
        recorded=at,
        activity={"coding": [coding(codes.ACTIVITY_CODES, activity)]},
        agent=[{"who": reference(id, who)}],
        entity=entity,
    )


def instant(at: datetime) -> str:
    """As FHIR writes a time, to the second."""
    return at.isoformat(timespec="seconds")


def day(when: date | None) -> str:
    """As FHIR writes a date; "" when there is none."""
    return when.isoformat() if when else ""
