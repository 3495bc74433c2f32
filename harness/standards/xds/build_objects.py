"""Writes metadata as ebRIM 3.0: ExtrinsicObject, RegistryPackage and Association."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lxml import etree

from harness.standards.xds import codes
from harness.standards.xds.metadata import Association, Author, Code, DocumentEntry, Submission, SubmissionSet
from harness.standards.xml import Element

_OBJECT = "urn:oasis:names:tc:ebxml-regrep:ObjectType:RegistryObject:"


def object_list(parent: Element, submission: Submission) -> None:
    """Put the submission's RegistryObjectList into `parent`."""
    objects = _under(parent, "RegistryObjectList")
    for entry in submission.entries:
        add_entry(objects, entry)
    if submission.set:
        _add_set(objects, submission.set)
    for association in submission.associations:
        add_association(objects, association)


def add_entry(parent: Element, entry: DocumentEntry) -> None:
    """Put `entry` into `parent` as an ExtrinsicObject; what is not given is left out."""
    given = {"id": entry.id, "mimeType": entry.mime_type, "objectType": entry.object_type, "status": entry.status}
    found = _under(parent, "ExtrinsicObject", **{name: value for name, value in given.items() if value})
    if entry.home:
        found.set("home", entry.home)
    _slots(
        found,
        {
            "creationTime": (entry.creation_time,),
            "hash": (entry.hash,),
            "size": (entry.size,),
            "languageCode": (entry.language_code,),
            "legalAuthenticator": (entry.legal_authenticator,),
            "repositoryUniqueId": (entry.repository_id,),
            "serviceStartTime": (entry.service_start,),
            "serviceStopTime": (entry.service_stop,),
            "sourcePatientId": (entry.source_patient_id,),
            "sourcePatientInfo": entry.source_patient_info,
        },
    )
    _name(found, entry.title)
    numbers = _numbers(entry.id)
    _authors(found, codes.ENTRY_AUTHOR, entry.authors, numbers)
    coded: tuple[tuple[str, Iterable[Code | None]], ...] = (
        (codes.CLASS_CODE, (entry.class_code,)),
        (codes.CONFIDENTIALITY_CODE, entry.confidentiality),
        (codes.EVENT_CODE, entry.event_codes),
        (codes.FORMAT_CODE, (entry.format_code,)),
        (codes.FACILITY_TYPE, (entry.facility_type,)),
        (codes.PRACTICE_SETTING, (entry.practice_setting,)),
        (codes.TYPE_CODE, (entry.type_code,)),
    )
    for scheme, values in coded:
        for value in values:
            _code(found, scheme, value, numbers)
    _identifier(found, codes.ENTRY_PATIENT_ID, entry.patient_id, "XDSDocumentEntry.patientId", numbers)
    _identifier(found, codes.ENTRY_UNIQUE_ID, entry.unique_id, "XDSDocumentEntry.uniqueId", numbers)


def add_association(parent: Element, association: Association) -> None:
    """Put `association` into `parent`."""
    found = _under(
        parent,
        "Association",
        id=association.id,
        objectType=f"{_OBJECT}Association",
        associationType=association.type,
        sourceObject=association.source,
        targetObject=association.target,
    )
    _slots(found, association.slots)


def add_slot(parent: Element, name: str, values: Iterable[str]) -> None:
    """Put a Slot with `values` into `parent`."""
    listed = _under(_under(parent, "Slot", name=name), "ValueList")
    for value in values:
        _under(listed, "Value").text = value


def _add_set(parent: Element, submission_set: SubmissionSet) -> None:
    found = _under(parent, "RegistryPackage", id=submission_set.id, objectType=f"{_OBJECT}RegistryPackage")
    _slots(found, {"submissionTime": (submission_set.submission_time,)})
    numbers = _numbers(submission_set.id)
    _under(
        found,
        "Classification",
        id=next(numbers),
        objectType=f"{_OBJECT}Classification",
        classifiedObject=submission_set.id,
        classificationNode=codes.SUBMISSION_SET,
    )
    _authors(found, codes.SET_AUTHOR, submission_set.authors, numbers)
    _code(found, codes.CONTENT_TYPE_CODE, submission_set.content_type, numbers)
    _identifier(found, codes.SET_PATIENT_ID, submission_set.patient_id, "XDSSubmissionSet.patientId", numbers)
    _identifier(found, codes.SET_UNIQUE_ID, submission_set.unique_id, "XDSSubmissionSet.uniqueId", numbers)
    _identifier(found, codes.SET_SOURCE_ID, submission_set.source_id, "XDSSubmissionSet.sourceId", numbers)


def _under(parent: Element, name: str, /, **attributes: str) -> Element:
    return etree.SubElement(parent, f"{{{codes.RIM}}}{name}", attributes)


def _numbers(owner: str) -> Iterator[str]:
    """Ids for the parts of one object, unique in the message."""
    number = 0
    while True:
        number += 1
        yield f"{owner}-{number}"


def _slots(parent: Element, slots: Mapping[str, tuple[str, ...]]) -> None:
    for name, values in slots.items():
        if any(values):
            add_slot(parent, name, values)


def _name(parent: Element, text: str) -> None:
    if text:
        _under(_under(parent, "Name"), "LocalizedString", value=text)


def _classification(parent: Element, scheme: str, node: str, numbers: Iterator[str]) -> Element:
    return _under(
        parent,
        "Classification",
        id=next(numbers),
        objectType=f"{_OBJECT}Classification",
        classificationScheme=scheme,
        classifiedObject=parent.get("id", ""),
        nodeRepresentation=node,
    )


def _authors(parent: Element, scheme: str, authors: Iterable[Author], numbers: Iterator[str]) -> None:
    for author in authors:
        found = _classification(parent, scheme, "", numbers)
        _slots(found, {"authorPerson": (author.person,), "authorInstitution": author.institutions})


def _code(parent: Element, scheme: str, code: Code | None, numbers: Iterator[str]) -> None:
    if code:
        found = _classification(parent, scheme, code.code, numbers)
        add_slot(found, "codingScheme", (code.scheme,))
        _name(found, code.display)


def _identifier(parent: Element, scheme: str, value: str, name: str, numbers: Iterator[str]) -> None:
    if value:
        found = _under(
            parent,
            "ExternalIdentifier",
            id=next(numbers),
            objectType=f"{_OBJECT}ExternalIdentifier",
            registryObject=parent.get("id", ""),
            identificationScheme=scheme,
            value=value,
        )
        _name(found, name)
