"""Answers the stored queries of ITI-18 from a registry: FindDocuments, GetDocuments and GetDocumentsAndAssociations.

Shapes and errors: IHE ITI TF-2, 3.18. They bind this service only; nobody is graded by them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from harness.services.registry import Registry
from harness.standards.xds import codes
from harness.standards.xds.build import query_response
from harness.standards.xds.codes import ErrorCode
from harness.standards.xds.metadata import Code, DocumentEntry, RegistryError
from harness.standards.xds.read import Query

_CODED: Final[dict[str, Callable[[DocumentEntry], Sequence[Code | None]]]] = {
    "$XDSDocumentEntryTypeCode": lambda entry: (entry.type_code,),
    "$XDSDocumentEntryFormatCode": lambda entry: (entry.format_code,),
    "$XDSDocumentEntryClassCode": lambda entry: (entry.class_code,),
    "$XDSDocumentEntryEventCodeList": lambda entry: entry.event_codes,
    "$XDSDocumentEntryConfidentialityCode": lambda entry: entry.confidentiality,
    "$XDSDocumentEntryHealthcareFacilityTypeCode": lambda entry: (entry.facility_type,),
    "$XDSDocumentEntryPracticeSettingCode": lambda entry: (entry.practice_setting,),
}


def answer_query(query: Query, registry: Registry) -> bytes:
    """The AdhocQueryResponse to `query`. An answer without objects is a success."""
    if query.return_type not in ("LeafClass", "ObjectRef"):
        reason = f"returnType skal være LeafClass eller ObjectRef, ikke {query.return_type or '(intet)'}"
        return _refused(ErrorCode.REGISTRY, reason, "returnType")
    object_refs = query.return_type == "ObjectRef"
    if query.id == codes.FIND_DOCUMENTS:
        return _find(query, registry, object_refs)
    if query.id in (codes.GET_DOCUMENTS, codes.GET_DOCUMENTS_AND_ASSOCIATIONS):
        return _get(query, registry, object_refs)
    return _refused(ErrorCode.UNKNOWN_QUERY, f"Forespørgslen {query.id or '(uden id)'} kendes ikke", query.id)


def _find(query: Query, registry: Registry, object_refs: bool) -> bytes:
    for needed in ("$XDSDocumentEntryPatientId", "$XDSDocumentEntryStatus"):
        if not query.values(needed):
            return _refused(ErrorCode.MISSING_PARAMETER, f"{needed} mangler", needed)
    patients = query.values("$XDSDocumentEntryPatientId")
    if len(patients) > 1:
        return _refused(ErrorCode.PARAMETER_NUMBER, "Der kan kun søges på én patient", "$XDSDocumentEntryPatientId")
    found = registry.find(
        patients[0],
        query.values("$XDSDocumentEntryStatus"),
        query.values("$XDSDocumentEntryType") or (codes.STABLE,),
        [(read, query.parameters[name]) for name, read in _CODED.items() if name in query.parameters],
    )
    return query_response(found, object_refs=object_refs)


def _get(query: Query, registry: Registry, object_refs: bool) -> bytes:
    uuids = query.values("$XDSDocumentEntryEntryUUID")
    unique_ids = query.values("$XDSDocumentEntryUniqueId")
    both = "$XDSDocumentEntryEntryUUID eller $XDSDocumentEntryUniqueId"
    if not uuids and not unique_ids:
        return _refused(ErrorCode.MISSING_PARAMETER, f"{both} mangler", "$XDSDocumentEntryEntryUUID")
    if uuids and unique_ids:
        return _refused(ErrorCode.PARAMETER_NUMBER, f"Angiv kun én af {both}", "$XDSDocumentEntryUniqueId")
    found = registry.select(uuids=uuids, unique_ids=unique_ids)
    if query.id == codes.GET_DOCUMENTS:
        return query_response(found, object_refs=object_refs)
    return query_response(found, registry.related([entry.id for entry in found]), object_refs=object_refs)


def _refused(code: ErrorCode, reason: str, location: str) -> bytes:
    return query_response(errors=[RegistryError(code, reason, location)])
