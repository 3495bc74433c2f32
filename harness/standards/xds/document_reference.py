"""Reads a FHIR R4 DocumentReference as the metadata of XDS.b, the same type as ebRIM gives.

Which element is which attribute: MedCom, medcom.fhir.dk.document 2.0.2, medcom-contained-documentreference, where each element
is marked with its DocumentEntry attribute. What it cannot say stays empty: objectType and repositoryUniqueId.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from datetime import datetime

from harness.domain.errors import BadInput
from harness.standards import oids
from harness.standards.fhir.tree import Node, Tree, read_tree
from harness.standards.xds import codes
from harness.standards.xds.metadata import Author, Code, DocumentEntry, utc_time

HOME_COMMUNITY = "http://medcomfhir.dk/ig/document/StructureDefinition/medcom-document-homecommunityid-extension"

SYSTEMS = {
    "http://loinc.org": oids.LOINC,
    "http://snomed.info/sct": oids.SNOMED_CT,
    "http://terminology.hl7.org/CodeSystem/v3-Confidentiality": oids.CONFIDENTIALITY,
    "http://medcomfhir.dk/ig/document/CodeSystem/MedCom-ihe-classcode-CS-TEMP": oids.XDS_CLASS_CODE,
    "http://medcomfhir.dk/ig/document/CodeSystem/MedCom-ihe-formatcode-CS-TEMP": oids.XDS_FORMAT_CODE,
    "http://medcomfhir.dk/ig/document/CodeSystem/MedCom-message-codes-CS-TEMP": oids.MESSAGE_CODES,
    "http://medcomfhir.dk/ig/xdsmetadata/CodeSystem/MedCom-ihe-classcode-CS": oids.XDS_CLASS_CODE,
    "http://medcomfhir.dk/ig/xdsmetadata/CodeSystem/MedCom-ihe-formatcode-CS": oids.XDS_FORMAT_CODE,
    "http://medcomfhir.dk/ig/xdsmetadata/CodeSystem/MedCom-ihe-typecode-CS": oids.MESSAGE_CODES,
    "http://medcomfhir.dk/ig/terminology/CodeSystem/medcom-observation-codes": oids.MCS,
}
"""FHIR's names of code systems that have an OID. Source: the packages' own CodeSystem.identifier; dk-core."""

_STATUS = {"current": codes.APPROVED, "superseded": codes.DEPRECATED}
_SEX = {"female": "F", "male": "M"}


def read_document_reference(data: bytes, file: str = "DocumentReference") -> DocumentEntry:
    """The metadata in a DocumentReference, JSON or XML. An element that is not given is empty; a document is its first `content`.

    Raises BadInput (Danish reason, line and column) when it is another thing, when a time has no time zone or is none, and when
    a hash is not base64.

    >>> read_document_reference(body).title
    'Diagnoseoversigt for 2509479989'
    """
    tree = read_tree(data, file)
    root = tree.root
    if root.resource_type != "DocumentReference":
        place = tree.at(root)
        raise BadInput(f"skal være en DocumentReference, men er {root.resource_type}", place.line, place.column)
    contained = {f"#{each.value('id')}": each for each in reversed(root.all("contained"))}  # the first of one id
    patient = contained.get(root.value("context", "sourcePatientInfo", "reference"))
    return DocumentEntry(
        id=next((each.text or "" for each in root.all("identifier", "value") if (each.text or "").startswith(codes.UUID)), ""),
        unique_id=root.value("masterIdentifier", "value"),
        patient_id=_patient_id(contained.get(root.value("subject", "reference"))),
        object_type="",
        mime_type=root.value("content", "attachment", "contentType"),
        status=_STATUS.get(root.value("status"), ""),
        home=_home(root),
        title=root.value("content", "attachment", "title"),
        creation_time=_time(tree, root.one("content", "attachment", "creation")),
        language_code=root.value("content", "attachment", "language"),
        legal_authenticator=_person(contained.get(root.value("authenticator", "reference"))),
        service_start=_time(tree, root.one("context", "period", "start")),
        service_stop=_time(tree, root.one("context", "period", "end")),
        source_patient_id=_patient_id(patient),
        source_patient_info=_patient_info(patient),
        hash=_hash(tree, root.one("content", "attachment", "hash")),
        size=root.value("content", "attachment", "size"),
        authors=_authors(contained.get(each.value("reference")) for each in root.all("author")),
        class_code=_first(root.all("category", "coding")),
        confidentiality=tuple(map(_code, root.all("securityLabel", "coding"))),
        event_codes=tuple(map(_code, root.all("context", "event", "coding"))),
        format_code=_first(root.all("content", "format")),
        facility_type=_first(root.all("context", "facilityType", "coding")),
        practice_setting=_first(root.all("context", "practiceSetting", "coding")),
        type_code=_first(root.all("type", "coding")),
    )


def _home(root: Node) -> str:
    return next((each.value("valueCoding", "code") for each in root.all("extension") if each.value("url") == HOME_COMMUNITY), "")


def _code(coding: Node) -> Code:
    system = coding.value("system")
    return Code(coding.value("code"), SYSTEMS.get(system, system.removeprefix("urn:oid:")), coding.value("display"))


def _first(codings: Iterable[Node]) -> Code | None:
    return next(map(_code, codings), None)


def _identifier(resource: Node, *roots: str) -> tuple[str, str]:
    """Value and root of the first identifier by one of these OIDs."""
    found = ((each.value("value"), each.value("system").removeprefix("urn:oid:")) for each in resource.all("identifier"))
    return next((each for each in found if each[1] in roots), ("", ""))


def _patient_id(patient: Node | None) -> str:
    """The patient as CX, by CPR or eCPR; empty without one."""
    value, root = _identifier(patient, *oids.PERSON_NUMBERS) if patient else ("", "")
    return f"{value}^^^&{root}&ISO" if value else ""


def _patient_info(patient: Node | None) -> tuple[str, ...]:
    if patient is None:
        return ()
    family, given = _names(patient)
    parts = {
        "PID-5": f"{family}^{''.join(given[:1])}^{' '.join(given[1:])}".strip("^"),
        "PID-7": patient.value("birthDate").replace("-", ""),
        "PID-8": _SEX.get(patient.value("gender"), ""),
    }
    return tuple(f"{name}|{value}" for name, value in parts.items() if value)


def _names(person: Node) -> tuple[str, list[str]]:
    """Family name and given names, of the official name when there is one."""
    names = sorted(person.all("name"), key=lambda name: name.value("use") != "official")
    return (names[0].value("family"), [each.text or "" for each in names[0].all("given")]) if names else ("", [])


def _person(person: Node | None) -> str:
    """A name as XCN, as the metadata of a CDA document have it."""
    family, given = _names(person) if person else ("", [])
    if not family and not given:
        return ""
    return f"^{family}^{''.join(given[:1])}^{'&'.join(given[1:])}^^^^^&{oids.SOR}&ISO"


def _authors(found: Iterable[Node | None]) -> tuple[Author, ...]:
    """Organisation and person are one author, as in ebRIM; MedCom allows one of each."""
    authors = [each for each in found if each is not None]
    institutions = tuple(
        codes.institution(each.value("name"), _identifier(each, oids.SOR)[0])
        for each in authors
        if each.resource_type == "Organization"
    )
    person = next((_person(each) for each in authors if each.resource_type == "Practitioner"), "")
    return (Author(institutions, person),) if institutions or person else ()


def _time(tree: Tree, node: Node | None) -> str:
    """A dateTime in UTC; empty when it is not there or only a date."""
    text = (node.text or "") if node else ""
    if node is None or len(text) <= len("2026-10-05"):
        return ""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return utc_time(moment)
    except (ValueError, OverflowError):
        pass
    place = tree.at(node)
    raise BadInput("tidspunktet kan ikke læses som tid med tidszone", place.line, place.column)


def _hash(tree: Tree, node: Node | None) -> str:
    """SHA-1 in hex, as ebRIM writes it; FHIR has its bytes in base64 (FHIR R4, Attachment.hash)."""
    try:
        return base64.b64decode((node.text or "") if node else "", validate=True).hex()
    except (binascii.Error, ValueError):
        assert node is not None
        place = tree.at(node)
        raise BadInput("hash er ikke base64", place.line, place.column) from None
