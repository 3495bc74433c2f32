"""APD-DK, an appointment: what it says, how it is written, and how it is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from harness.domain.patient import Organisation
from harness.standards import oids
from harness.standards.cda import codes
from harness.standards.cda.codes import NAMESPACES
from harness.standards.cda.header import Header, build_document, entry_id, moment_at, need, plain, read_header, sor_id
from harness.standards.cda.parts import component, part, time_of
from harness.standards.xml import XmlDocument


@dataclass(frozen=True, slots=True)
class Appointment:
    """One appointment. `kind` is a MedCom message code (`PractitionerAppointment`), `end` None when it is open.

    `code` is the document's own, 39289-4 or 39290-2; both are MedCom's, and what tells them apart is not sourced.
    """

    header: Header
    kind: str
    reason: str
    start: datetime
    end: datetime | None
    place: Organisation
    code: str = codes.APD.codes[0]


def build_apd(appointment: Appointment) -> bytes:
    """The appointment as a CDA document. The document's id must be a UUID, no text outside XML's characters (ValueError).

    Shape of section and encounter: MedCom, APD-DK, schematron, templates 1.2.208.184.14.11.1 and 1.2.208.184.14.11.2; where the
    reason stands is the project's own.
    """
    end = part("high", nullFlavor="NI") if appointment.end is None else part("high", value=time_of(appointment.end))
    where = part("playingEntity", part("name", appointment.place.name), classCode="PLC")
    section = component(
        part("templateId", root=codes.APPOINTMENT_SECTION, extension=codes.APPOINTMENT_EDITION),
        part("code", code=codes.APPOINTMENT_CODE, codeSystem=oids.LOINC, codeSystemName="LOINC"),
        part("title", appointment.header.title),
        part("text", part("paragraph", appointment.reason, ID="Reason")),
        part(
            "entry",
            part(
                "encounter",
                part("templateId", root=codes.APPOINTMENT, extension=codes.APPOINTMENT_EDITION),
                entry_id(appointment.header.document_id, "Appointment"),
                part("code", code=appointment.kind, codeSystem=oids.MESSAGE_CODES, codeSystemName="MedCom Message Codes"),
                part("text", part("reference", value="#Reason")),
                part("statusCode", code="active"),
                part("effectiveTime", part("low", value=time_of(appointment.start)), end),
                part("performer", part("assignedEntity", sor_id(appointment.place))),
                part(
                    "participant",
                    part("participantRole", sor_id(appointment.place), where, classCode="SDLOC"),
                    typeCode="LOC",
                ),
                classCode="ENC",
                moodCode="APT",
            ),
            typeCode="DRIV",
            contextConductionInd="true",
        ),
    )
    return build_document(codes.APD, appointment.header, section, code=appointment.code)


def read_apd(document: XmlDocument) -> Appointment:
    """What the appointment says. Raises BadInput with its place when it is no APD-DK, or a part cannot be read."""
    header = read_header(document, codes.APD)
    encounter = document.root.find(f".//cda:encounter/cda:templateId[@root='{codes.APPOINTMENT}']/..", NAMESPACES)
    if encounter is None:
        raise document.bad(need(document, document.root, "component"), "Aftalen (encounter) mangler")
    role = need(document, encounter, "participant[@typeCode='LOC']/participantRole")
    name = role.find("cda:playingEntity/cda:name", NAMESPACES)
    reason = document.root.find(".//cda:section/cda:text/cda:paragraph", NAMESPACES)
    end = encounter.find("cda:effectiveTime/cda:high[@value]", NAMESPACES)
    return Appointment(
        header=header,
        kind=need(document, encounter, "code").get("code", ""),
        reason="" if reason is None else plain(reason),
        start=moment_at(document, need(document, encounter, "effectiveTime/low")),
        end=None if end is None else moment_at(document, end),
        place=Organisation("" if name is None else plain(name), need(document, role, "id").get("extension", "")),
        code=need(document, document.root, "code").get("code", ""),
    )
