"""Reads ebRIM 3.0 objects as metadata: ExtrinsicObject, RegistryPackage and Association. What is not given is empty."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.standards.xds import codes
from harness.standards.xds.metadata import Association, Author, Code, DocumentEntry, SubmissionSet
from harness.standards.xml import Element

_CLASSIFICATION = f"{{{codes.RIM}}}Classification"


def _rim(path: str) -> str:
    return "/".join(f"{{{codes.RIM}}}{name}" for name in path.split("/"))


_SLOT, _VALUE, _IDENTIFIER = _rim("Slot"), _rim("ValueList/Value"), _rim("ExternalIdentifier")
_NAME = _rim("Name/LocalizedString")


def read_entry(element: Element) -> DocumentEntry:
    """An ExtrinsicObject."""
    said = dict(slots(element))
    coded = _coded(element)
    identifiers = _identifiers(element)

    def one(name: str) -> str:
        return next(iter(said.get(name, ())), "")

    def code(scheme: str) -> Code | None:
        return next(iter(coded.get(scheme, ())), None)

    return DocumentEntry(
        id=element.get("id", ""),
        unique_id=identifiers.get(codes.ENTRY_UNIQUE_ID, ""),
        patient_id=identifiers.get(codes.ENTRY_PATIENT_ID, ""),
        object_type=element.get("objectType", ""),
        mime_type=element.get("mimeType", ""),
        status=element.get("status", ""),
        home=element.get("home", ""),
        title=_name(element),
        creation_time=one("creationTime"),
        language_code=one("languageCode"),
        legal_authenticator=one("legalAuthenticator"),
        service_start=one("serviceStartTime"),
        service_stop=one("serviceStopTime"),
        source_patient_id=one("sourcePatientId"),
        source_patient_info=said.get("sourcePatientInfo", ()),
        hash=one("hash"),
        size=one("size"),
        repository_id=one("repositoryUniqueId"),
        authors=_authors(element, codes.ENTRY_AUTHOR),
        class_code=code(codes.CLASS_CODE),
        confidentiality=tuple(coded.get(codes.CONFIDENTIALITY_CODE, ())),
        event_codes=tuple(coded.get(codes.EVENT_CODE, ())),
        format_code=code(codes.FORMAT_CODE),
        facility_type=code(codes.FACILITY_TYPE),
        practice_setting=code(codes.PRACTICE_SETTING),
        type_code=code(codes.TYPE_CODE),
    )


def read_set(objects: Iterable[Element]) -> SubmissionSet | None:
    """The one RegistryPackage that is classified as a submission set, inside it or beside it; None unless there is one."""
    children = list(objects)
    marked = {
        each.get("classifiedObject")
        for each in children
        if each.tag == _CLASSIFICATION and each.get("classificationNode") == codes.SUBMISSION_SET
    }
    sets = [
        package
        for package in children
        if package.tag == f"{{{codes.RIM}}}RegistryPackage"
        and (
            package.get("id") in marked
            or any(each.get("classificationNode") == codes.SUBMISSION_SET for each in package.findall(_CLASSIFICATION))
        )
    ]
    return _set(sets[0]) if len(sets) == 1 else None


def read_association(element: Element) -> Association:
    """An Association."""
    return Association(
        element.get("id", ""),
        element.get("associationType", ""),
        element.get("sourceObject", ""),
        element.get("targetObject", ""),
        dict(slots(element)),
    )


def slots(element: Element) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The slots of an object, name and values, in order; a name may come twice."""
    for slot in element.findall(_SLOT):
        yield slot.get("name", ""), tuple((value.text or "").strip() for value in slot.findall(_VALUE))


def _set(element: Element) -> SubmissionSet:
    identifiers = _identifiers(element)
    return SubmissionSet(
        id=element.get("id", ""),
        unique_id=identifiers.get(codes.SET_UNIQUE_ID, ""),
        source_id=identifiers.get(codes.SET_SOURCE_ID, ""),
        patient_id=identifiers.get(codes.SET_PATIENT_ID, ""),
        submission_time=next(iter(dict(slots(element)).get("submissionTime", ())), ""),
        authors=_authors(element, codes.SET_AUTHOR),
        content_type=next(iter(_coded(element).get(codes.CONTENT_TYPE_CODE, ())), None),
    )


def _coded(element: Element) -> dict[str, list[Code]]:
    found: dict[str, list[Code]] = {}
    for each in element.findall(_CLASSIFICATION):
        scheme = next(iter(dict(slots(each)).get("codingScheme", ())), "")
        code = Code(each.get("nodeRepresentation", ""), scheme, _name(each))
        found.setdefault(each.get("classificationScheme", ""), []).append(code)
    return found


def _authors(element: Element, scheme: str) -> tuple[Author, ...]:
    said = [dict(slots(each)) for each in element.findall(_CLASSIFICATION) if each.get("classificationScheme") == scheme]
    return tuple(Author(each.get("authorInstitution", ()), next(iter(each.get("authorPerson", ())), "")) for each in said)


def _identifiers(element: Element) -> dict[str, str]:
    return {each.get("identificationScheme", ""): each.get("value", "") for each in element.findall(_IDENTIFIER)}


def _name(element: Element) -> str:
    found = element.find(_NAME)
    return "" if found is None else str(found.get("value", ""))
