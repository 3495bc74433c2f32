"""EHMI's delivery status: an AuditEvent that tells where a message has got to. Written and read as FHIR JSON.

Sources: medcomdk/dk-ehmi-eds, profiles EdsBasicDeliveryStatus and EdsPatientDeliveryStatus (http://medcomehmi.dk/ig/eds 1.0.2);
codes: medcomdk/dk-ehmi-terminology, edsValueSets (1.0.0, 2025-02-01).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeVar

from harness.domain.errors import BadInput
from harness.standards.json_text import JsonText, parse_json

PROFILES: Final = "http://medcomehmi.dk/ig/eds/StructureDefinition"
CODES: Final = "http://medcomehmi.dk/ig/terminology/CodeSystem/ehmi-delivery-status"
OUTCOMES: Final = "http://hl7.org/fhir/audit-event-outcome"
OBJECT_ROLES: Final = "http://terminology.hl7.org/CodeSystem/object-role"

_Word = TypeVar("_Word", bound=StrEnum)


class Step(StrEnum):
    """What happened to the message (sub-types of the event)."""

    CREATED = "msg-created"
    CREATED_AND_SENT = "msg-created-and-sent"
    SENT = "msg-sent"
    RECEIVED = "msg-received"
    RECEIVED_AND_FINALIZED = "msg-received-and-finalized"
    FINALIZED = "msg-finalized"


class Station(StrEnum):
    """What kind of system reports."""

    EUA = "EUA"
    EUA_MSH = "EUA-MSH"
    MSH = "MSH"
    AP_MSH = "AP-MSH"
    AP = "AP"


@dataclass(frozen=True, slots=True)
class Organisation:
    """Sender or receiver: name, SOR code, and the network's location number (may be empty)."""

    name: str
    sor: str
    gln: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """The message as its envelope names it: MessageHeader.id, the standard (`homecareobservation-message`), its version."""

    id: str
    type: str
    version: str


@dataclass(frozen=True, slots=True)
class DeliveryStatus:
    """One step of one message. `recorded` has an offset; `device` is the reporting system's id; `envelope` the bundle's id and
    `transport` the SBDH's, empty where unknown; `patient` makes it an EdsPatientDeliveryStatus."""

    step: Step
    recorded: datetime
    sender: Organisation
    receiver: Organisation
    message: Message
    device: str
    station: Station = Station.EUA
    succeeded: bool = True
    envelope: str = ""
    transport: str = ""
    patient: str = ""


_DISPLAY: Final = {
    "ehmiMessage": "Message",
    "ehmiMessageEnvelope": "Message Envelope",
    "ehmiTransportEnvelope": "Transport Envelope",
    "ehmiPatient": "Patient",
}


def build_eds(status: DeliveryStatus) -> bytes:
    """The status as an AuditEvent in JSON, UTF-8; the same bytes for the same status.

    build_eds(replace(status, step=Step.SENT))
    """
    profile = "EdsPatientDeliveryStatus" if status.patient else "EdsBasicDeliveryStatus"
    message = status.message
    entities = [
        _entity("ehmiMessage", message.id, {"ehmiMessageType": message.type, "ehmiMessageVersion": message.version}),
        _entity("ehmiMessageEnvelope", status.envelope, {}),
        _entity("ehmiTransportEnvelope", status.transport, {"ehmiTransportEnvelopeType": "SBDH"}),
        _entity("ehmiPatient", status.patient, {}),
    ]
    event = {
        "resourceType": "AuditEvent",
        "meta": {"profile": [f"{PROFILES}/{profile}"]},
        "type": {"system": f"{CODES}-types", "code": "ehmiMessaging"},
        "subtype": [{"system": f"{CODES}-sub-types", "code": status.step}],
        "action": "C",
        "recorded": status.recorded.isoformat(),
        "outcome": "0" if status.succeeded else "8",
        "agent": [_agent("ehmiSender", status.sender, True), _agent("ehmiReceiver", status.receiver, False)],
        "source": {
            "observer": {"type": "Device", "identifier": {"value": status.device}},
            "type": [{"system": f"{CODES}-source-type", "code": status.station}],
        },
        "entity": [entity for entity in entities if entity["what"]["identifier"]["value"]],
    }
    return json.dumps(event, ensure_ascii=False, indent=2).encode("utf-8")


def _agent(role: str, organisation: Organisation, requestor: bool) -> dict[str, Any]:
    agent: dict[str, Any] = {}
    if organisation.gln:
        gln = {"type": {"coding": [_coded("agent-who-identifier-types", "GLN")]}, "value": organisation.gln}
        agent["extension"] = [{"url": f"{PROFILES}/eds-otherId", "valueIdentifier": gln}]
    agent["type"] = {"coding": [_coded("participationroletype", role)]}
    agent["who"] = {"type": "Organization", "identifier": {"value": organisation.sor}}
    if organisation.name:
        agent["name"] = organisation.name
    return agent | {"requestor": requestor}


def _entity(type: str, identifier: str, details: dict[str, str]) -> dict[str, Any]:
    entity: dict[str, Any] = {
        "what": {"identifier": {"value": identifier}},
        "type": _coded("entity-type", type) | {"display": _DISPLAY[type]},
    }
    if type == "ehmiPatient":
        entity["role"] = {"system": OBJECT_ROLES, "code": "1"}
    if details:
        entity["detail"] = [{"type": name, "valueString": value} for name, value in details.items()]
    return entity


def _coded(system: str, code: str) -> dict[str, str]:
    return {"system": f"{CODES}-{system}", "code": code}


def read_eds(data: bytes) -> DeliveryStatus:
    """The status in an AuditEvent. Raises BadInput (Danish, with line and column) for what it cannot be understood without.

    read_eds(build_eds(status)) == status
    """
    return _Reader(parse_json(data, "")).status()


class _Reader:
    def __init__(self, text: JsonText) -> None:
        self._text = text

    def status(self) -> DeliveryStatus:
        if self._maybe("", "resourceType") != "AuditEvent":
            raise self._bad("", "teksten er ikke en AuditEvent")
        entities = self._by_code("/entity", "/type/code")
        agents = self._by_code("/agent", "/type/coding/0/code")
        message = self._named(entities, "ehmiMessage", "/entity")
        details = {self._string(at, "type"): self._string(at, "valueString") for at in self._items(f"{message}/detail")}
        for name in ("ehmiMessageType", "ehmiMessageVersion"):
            if name not in details:
                raise self._bad(message, f"{name} mangler")
        ids = {name: self._string(at, "what/identifier/value") for name, at in entities.items()}
        return DeliveryStatus(
            step=self._word("/subtype/0/code", Step),
            recorded=self._moment("/recorded"),
            sender=self._organisation(self._named(agents, "ehmiSender", "/agent")),
            receiver=self._organisation(self._named(agents, "ehmiReceiver", "/agent")),
            message=Message(ids["ehmiMessage"], details["ehmiMessageType"], details["ehmiMessageVersion"]),
            device=self._maybe("/source/observer", "identifier/value"),
            station=self._word("/source/type/0/code", Station),
            succeeded=self._string("", "outcome") == "0",
            envelope=ids.get("ehmiMessageEnvelope", ""),
            transport=ids.get("ehmiTransportEnvelope", ""),
            patient=ids.get("ehmiPatient", ""),
        )

    def _organisation(self, at: str) -> Organisation:
        glns = [
            self._string(extension, "valueIdentifier/value")
            for extension in self._items(f"{at}/extension")
            if self._maybe(extension, "url") == f"{PROFILES}/eds-otherId"
        ]
        return Organisation(self._maybe(at, "name"), self._string(at, "who/identifier/value"), glns[0] if glns else "")

    def _by_code(self, pointer: str, code: str) -> dict[str, str]:
        return {self._maybe(at, code.strip("/")): at for at in self._items(pointer)}

    def _named(self, found: dict[str, str], name: str, pointer: str) -> str:
        if name not in found:
            raise self._bad(pointer, f"{name} mangler")
        return found[name]

    def _items(self, pointer: str) -> list[str]:
        value = self._text.get(pointer)
        return [f"{pointer}/{number}" for number in range(len(value))] if isinstance(value, list) else []

    def _maybe(self, at: str, path: str) -> str:
        value = self._text.get(f"{at}/{path}")
        return value if isinstance(value, str) else ""

    def _string(self, at: str, path: str) -> str:
        value = self._text.get(f"{at}/{path}")
        if not isinstance(value, str):
            raise self._bad(f"{at}/{path}", f"{path} skal være en tekst")
        return value

    def _word(self, pointer: str, words: type[_Word]) -> _Word:
        at, _, name = pointer.rpartition("/")
        found = self._string(at, name)
        try:
            return words(found)
        except ValueError:
            raise self._bad(pointer, f"koden “{found}” er ukendt") from None

    def _moment(self, pointer: str) -> datetime:
        try:
            moment = datetime.fromisoformat(self._string("", pointer.strip("/")))
        except ValueError:
            raise self._bad(pointer, "tidspunktet kan ikke læses") from None
        if moment.tzinfo is None:
            raise self._bad(pointer, "tidspunktet skal have en tidszone")
        return moment

    def _bad(self, pointer: str, reason: str) -> BadInput:
        place = self._text.at(pointer)
        return BadInput(reason, place.line, place.column)
