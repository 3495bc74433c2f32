"""The header that all Danish CDA documents share: what it says, how it is written, and how it is read."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from harness.domain.clock import COPENHAGEN_NAME
from harness.domain.identifiers import Cpr, PersonNumber, person_number
from harness.domain.patient import Organisation, Patient, Practitioner
from harness.standards import oids
from harness.standards.cda import codes
from harness.standards.cda.codes import NAMESPACES, DocumentKind
from harness.standards.cda.parts import Part, part, time_of, written
from harness.standards.cda.read import patient_number
from harness.standards.xml import Element, XmlDocument


@dataclass(frozen=True, slots=True)
class Recipient:
    """The clinic a document is for. `yder` is its ydernummer, six digits."""

    yder: str
    organisation: Organisation


@dataclass(frozen=True, slots=True)
class Header:
    """Who and what a document is about. `document_id` and `set_id` are UUIDs; `created` is aware, and written to the second.

    `author` is None when the patient is the author. `replaces` is the id of the edition before, None for the first. Optional
    parts that are not there are "" or None.
    """

    document_id: str
    title: str
    created: datetime
    patient: Patient
    clinic: Organisation
    author: Practitioner | None = None
    set_id: str = ""
    version: int | None = None
    replaces: str | None = None
    recipient: Recipient | None = None


def build_document(
    kind: DocumentKind, header: Header, *body: Part, code: str = "", time: str = "", events: tuple[Part, ...] = ()
) -> bytes:
    """The document: shared header around the sections of `body`; the same bytes for the same document.

    `code` is the document's own code where its kind has several, `time` the moment as it shall be written when that is not
    `header.created` in Danish time, `events` what stands between the authors and the document replaced. Shape: MedCom, CPD-DK
    1.0.1; ids as in MedCom's newer APD example (root MedCom's OID, extension a UUID). Raises ValueError for text that XML cannot
    hold.
    """
    time = time or time_of(header.created)
    document_code = _code(kind, code or kind.codes[0])
    return written(
        part(
            "ClinicalDocument",
            part("realmCode", code="DK"),
            part("typeId", root=codes.TYPE_ID_ROOT, extension=codes.TYPE_ID),
            part("templateId", root=kind.template),
            medcom_id("id", header.document_id),
            document_code,
            part("title", header.title),
            part("effectiveTime", value=time),
            part("confidentialityCode", code="N", codeSystem=oids.CONFIDENTIALITY),
            part("languageCode", code="da-DK"),
            *([medcom_id("setId", header.set_id)] if header.set_id else []),
            *([part("versionNumber", value=str(header.version))] if header.version is not None else []),
            _record_target(header),
            _author(header, time),
            part("custodian", part("assignedCustodian", organisation("representedCustodianOrganization", header.clinic))),
            *_recipient(header),
            *events,
            *_replaced(header, document_code),
            part("component", part("structuredBody", *body)),
        )
    )


def organisation(role: str, each: Organisation) -> Part:
    """An organisation in this role, by its SOR code and its name."""
    return part(role, sor_id(each), part("name", each.name))


def sor_id(each: Organisation) -> Part:
    """An organisation's SOR code as an id."""
    return part("id", root=oids.SOR, extension=each.sor, assigningAuthorityName="SOR")


def medcom_id(name: str, uuid: str) -> Part:
    """The id `name` under MedCom's root."""
    return part(name, root=oids.MEDCOM, extension=uuid, assigningAuthorityName="MedCom")


def entry_id(document_id: str, name: str) -> Part:
    """The id of the entry `name`, derived from the document's own, which must be a UUID (ValueError)."""
    return part("id", root=str(uuid5(UUID(document_id), name)))


def _code(kind: DocumentKind, code: str) -> Part:
    return part("code", code=code, codeSystem=kind.code_system, codeSystemName=kind.code_system_name, displayName=kind.display)


def _record_target(header: Header) -> Part:
    patient = header.patient
    return part(
        "recordTarget",
        part(
            "patientRole",
            _number_id(patient),
            part(
                "patient",
                _name(patient),
                part("administrativeGenderCode", code="F" if patient.female else "M", codeSystem=oids.GENDER),
                part("birthTime", value=f"{patient.born:%Y%m%d}"),
                classCode="PSN",
                determinerCode="INSTANCE",
            ),
            organisation("providerOrganization", header.clinic),
            classCode="PAT",
        ),
    )


def _author(header: Header, time: str) -> Part:
    author = header.author
    if author is None:
        assigned = [
            _number_id(header.patient),
            part("code", code=codes.SELF, codeSystem=codes.ROLES),
            part("assignedPerson", _name(header.patient)),
        ]
    else:
        name = part("name", part("prefix", "Læge"), part("given", author.given), part("family", author.family))
        assigned = [
            sor_id(header.clinic),
            part("assignedPerson", name),
            organisation("representedOrganization", header.clinic),
        ]
    return part("author", part("time", value=time), part("assignedAuthor", *assigned))


def _recipient(header: Header) -> list[Part]:
    if header.recipient is None:
        return []
    yder = part("id", root=codes.YDER, extension=header.recipient.yder)
    received = organisation("receivedOrganization", header.recipient.organisation)
    return [part("informationRecipient", part("intendedRecipient", yder, received))]


def _replaced(header: Header, code: Part) -> list[Part]:
    if header.replaces is None:
        return []
    parent = [medcom_id("id", header.replaces), code]
    if header.set_id:
        parent.append(medcom_id("setId", header.set_id))
    if header.version is not None:
        parent.append(part("versionNumber", value=str(header.version - 1)))
    return [part("relatedDocument", part("parentDocument", *parent), typeCode="RPLC")]


def _number_id(patient: Patient) -> Part:
    named = {"assigningAuthorityName": "CPR"} if isinstance(patient.cpr, Cpr) else {}  # no source names it for eCPR
    return part("id", root=patient.cpr.root, extension=str(patient.cpr), **named)


def _name(patient: Patient) -> Part:
    return part("name", *(part("given", given) for given in patient.given), part("family", patient.family))


def read_header(document: XmlDocument, kind: DocumentKind) -> Header:
    """What the header says. Raises BadInput with its place when it is not of this kind, or lacks what no document is without."""
    root = document.root
    if root.tag != f"{{{codes.HL7}}}ClinicalDocument":
        raise document.bad(root, "Roden er ikke ClinicalDocument i CDA's navnerum")
    if not any(kind.has_template(each.get("root", "")) for each in root.findall("cda:templateId", NAMESPACES)):
        raise document.bad(root, f"Dokumentet er ikke et {kind.name}: templateId {kind.template} mangler")
    role = need(document, root, "recordTarget/patientRole")
    set_id, version = root.find("cda:setId", NAMESPACES), root.find("cda:versionNumber", NAMESPACES)
    replaced = root.find("cda:relatedDocument[@typeCode='RPLC']/cda:parentDocument/cda:id", NAMESPACES)
    title = root.find("cda:title", NAMESPACES)
    return Header(
        document_id=_identifier(document, need(document, root, "id")),
        title="" if title is None else plain(title),
        created=moment_at(document, need(document, root, "effectiveTime")),
        patient=_patient(document, role),
        clinic=_organisation(document, need(document, root, "custodian/assignedCustodian/representedCustodianOrganization")),
        author=_read_author(document, need(document, root, "author/assignedAuthor")),
        set_id="" if set_id is None else _identifier(document, set_id),
        version=None if version is None else number_at(document, version),
        replaces=None if replaced is None else _identifier(document, replaced),
        recipient=_read_recipient(document),
    )


def need(document: XmlDocument, parent: Element, path: str) -> Element:
    """The first element at `path` (local names) in `parent`. Raises BadInput at `parent` when there is none."""
    found = parent.find("/".join(f"cda:{name}" for name in path.split("/")), NAMESPACES)
    if found is None:
        raise document.bad(parent, f"{path} mangler")
    return found


def plain(element: Element) -> str:
    """The element's own text exactly as it stands, without comments."""
    return "".join((element.text or "", *(child.tail or "" for child in element)))


def number_at(document: XmlDocument, element: Element) -> int:
    """The whole number in `value`. Raises BadInput."""
    value = element.get("value", "").strip()
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", value):
        raise document.bad(element, f"value skal være et helt tal. Fundet: {value or 'tomt'}")
    return int(value)


def moment_at(document: XmlDocument, element: Element) -> datetime:
    """The moment in `value`; Danish time where no offset is given. Raises BadInput."""
    moment = moment_of(element.get("value", ""))
    if moment is None:
        raise document.bad(element, "Tidspunktet kan ikke læses")
    return moment


_TIME = re.compile(r"(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?(?:\.\d+)?([+-]\d{4})?", re.ASCII)


def moment_of(value: str) -> datetime | None:
    """HL7's time as a moment, None when it is none: `20261005101500+0200`, or less of it."""
    found = _TIME.fullmatch(value.strip())
    if found is None:
        return None
    *parts, offset = found.groups()
    year, month, day, hour, minute, second = (int(each or least) for each, least in zip(parts, (1, 1, 1, 0, 0, 0), strict=True))
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=ZoneInfo(COPENHAGEN_NAME))
        return datetime.strptime(f"{moment:%Y%m%d%H%M%S}{offset}", "%Y%m%d%H%M%S%z") if offset else moment
    except ValueError:
        return None


def _identifier(document: XmlDocument, element: Element) -> str:
    found = element.get("extension") or element.get("root")
    if not found:
        raise document.bad(element, "Et id uden root og extension")
    return found


def _patient(document: XmlDocument, role: Element) -> Patient:
    patient = need(document, role, "patient")
    name, gender = need(document, patient, "name"), need(document, patient, "administrativeGenderCode")
    if gender.get("code") not in ("F", "M"):
        raise document.bad(gender, "Patientens køn skal være F eller M")
    family = name.find("cda:family", NAMESPACES)
    return Patient(
        alias="",
        cpr=_number(document, role),
        given=tuple(plain(each) for each in name.findall("cda:given", NAMESPACES)),
        family="" if family is None else plain(family),
        born=_day(document, need(document, patient, "birthTime")),
        female=gender.get("code") == "F",
    )


def _number(document: XmlDocument, role: Element) -> PersonNumber:
    found = patient_number(document.root)
    if found is None:
        raise document.bad(role, "Patientens CPR-nummer (eller eCPR) mangler")
    with suppress(ValueError):
        number = person_number(found.get("extension", "").replace("-", "").strip())
        if number.root == oids.national(found.get("root", "")):
            return number
    raise document.bad(found, "Patientens CPR-nummer (eller eCPR) kan ikke læses (vises ikke)")


def _day(document: XmlDocument, element: Element) -> date:
    try:
        return datetime.strptime(element.get("value", "")[:8], "%Y%m%d").date()  # noqa: DTZ007  a birth date has no zone
    except ValueError:
        raise document.bad(element, "Fødselsdatoen kan ikke læses (vises ikke)") from None


def _organisation(document: XmlDocument, element: Element) -> Organisation:
    """By its SOR code, or by its first id where it has none."""
    number = element.find(f"cda:id[@root='{oids.SOR}']", NAMESPACES)
    number = need(document, element, "id") if number is None else number
    name = element.find("cda:name", NAMESPACES)
    return Organisation("" if name is None else plain(name), number.get("extension", ""))


def _read_author(document: XmlDocument, assigned: Element) -> Practitioner | None:
    if assigned.find(f"cda:code[@code='{codes.SELF}']", NAMESPACES) is not None:
        return None
    name = need(document, assigned, "assignedPerson/name")
    given, family = (name.find(f"cda:{each}", NAMESPACES) for each in ("given", "family"))
    if given is None and family is None:  # the whole name as one text
        return Practitioner("", plain(name))
    return Practitioner("" if given is None else plain(given), "" if family is None else plain(family))


def _read_recipient(document: XmlDocument) -> Recipient | None:
    intended = document.root.find("cda:informationRecipient/cda:intendedRecipient", NAMESPACES)
    if intended is None:
        return None
    yder = intended.find(f"cda:id[@root='{codes.YDER}']", NAMESPACES)
    received = _organisation(document, need(document, intended, "receivedOrganization"))
    return Recipient("" if yder is None else yder.get("extension", ""), received)
