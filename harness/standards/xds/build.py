"""Writes the XDS.b transactions ITI-41, ITI-42, ITI-18, ITI-43 and ITI-57 as SOAP 1.1 messages: requests first, then answers.

The two that carry documents can also be packed (MTOM). `soap.rewrapped` gives a message header blocks, or makes it SOAP 1.2.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping, Sequence

from lxml import etree

from harness.standards.mtom import INCLUDE, Package, Part, href
from harness.standards.soap import Version, build_envelope
from harness.standards.xds import codes
from harness.standards.xds.build_objects import add_association, add_entry, add_slot, object_list
from harness.standards.xds.metadata import Association, Code, DocumentEntry, DocumentRequest, RegistryError, Submission
from harness.standards.xml import Element


def provide_and_register(submission: Submission) -> bytes:
    """ITI-41: documents with their metadata; each document lies in the message as base64.

    >>> provide_and_register(submission_of(entry, document, set_uuid=new_id(), source_id="2.25.1", now=now))
    """
    return build_envelope(_provided(submission, _inline))


def packed_provide_and_register(submission: Submission, version: Version = Version.SOAP_12) -> Package:
    """ITI-41 with each document as a part of its own.

    >>> body, content_type = build_package(packed_provide_and_register(submission))
    """
    parts: list[Part] = []
    body = _provided(submission, _packing(parts))
    return Package(build_envelope(body, version), tuple(parts), version, codes.ITI_41)


def register_document_set(submission: Submission) -> bytes:
    """ITI-42: what a repository tells the registry of documents it keeps itself; `submission.documents` stay where they are."""
    return _submit_objects(submission)


def update_document_set(submission: Submission) -> bytes:
    """ITI-57: changes to what is registered, e.g. `deprecation_of(…)`."""
    return _submit_objects(submission)


def find_documents(
    patient_id: str,
    *,
    statuses: Sequence[str] = (codes.APPROVED,),
    type_codes: Sequence[Code] = (),
    format_codes: Sequence[Code] = (),
    event_codes: Sequence[Code] = (),
    entry_types: Sequence[str] = (),
    object_refs: bool = False,
) -> bytes:
    """ITI-18 FindDocuments: the patient's documents. `patient_id` is CX; a filter that is empty is not applied.

    >>> find_documents(patient_id("2509479989"), type_codes=[Code("81215-6", oids.LOINC)])
    """
    parameters = {
        "$XDSDocumentEntryPatientId": _text(patient_id),
        "$XDSDocumentEntryStatus": _texts(statuses),
        "$XDSDocumentEntryTypeCode": _coded(type_codes),
        "$XDSDocumentEntryFormatCode": _coded(format_codes),
        "$XDSDocumentEntryEventCodeList": _coded(event_codes),
        "$XDSDocumentEntryType": _texts(entry_types),
    }
    return _query(codes.FIND_DOCUMENTS, parameters, object_refs)


def get_documents(*, uuids: Sequence[str] = (), unique_ids: Sequence[str] = (), object_refs: bool = False) -> bytes:
    """ITI-18 GetDocuments: entries by entryUUID or by uniqueId, one of them."""
    return _query(codes.GET_DOCUMENTS, _which(uuids, unique_ids), object_refs)


def get_documents_and_associations(
    *, uuids: Sequence[str] = (), unique_ids: Sequence[str] = (), object_refs: bool = False
) -> bytes:
    """ITI-18 GetDocumentsAndAssociations: as GetDocuments, with what ties them to other entries and sets."""
    return _query(codes.GET_DOCUMENTS_AND_ASSOCIATIONS, _which(uuids, unique_ids), object_refs)


def retrieve(requests: Iterable[DocumentRequest]) -> bytes:
    """ITI-43: fetch documents."""
    body = _root(codes.RETRIEVE)
    for request in requests:
        wanted = _under(body, f"{{{codes.XDSB}}}DocumentRequest")
        _identify(wanted, request)
    return build_envelope(body)


def registry_response(errors: Sequence[RegistryError] = ()) -> bytes:
    """The answer to ITI-41, ITI-42 and ITI-57. Success without errors or with warnings only; Failure otherwise."""
    return build_envelope(_registry_response(None, errors))


def query_response(
    entries: Sequence[DocumentEntry] = (),
    associations: Sequence[Association] = (),
    *,
    object_refs: bool = False,
    errors: Sequence[RegistryError] = (),
) -> bytes:
    """The answer to ITI-18: whole objects (LeafClass), or their ids alone (ObjectRef)."""
    body = _root(f"{{{codes.QUERY}}}AdhocQueryResponse", status=status_of(errors))
    _errors(body, errors)
    objects = _under(body, f"{{{codes.RIM}}}RegistryObjectList")
    if object_refs:
        for reference in (*(entry.id for entry in entries), *(association.id for association in associations)):
            _under(objects, f"{{{codes.RIM}}}ObjectRef", id=reference)
    else:
        for entry in entries:
            add_entry(objects, entry)
        for association in associations:
            add_association(objects, association)
    return build_envelope(body)


def retrieve_response(documents: Iterable[tuple[DocumentRequest, str, bytes]], errors: Sequence[RegistryError] = ()) -> bytes:
    """The answer to ITI-43: each document with who asked for it and its mime type; PartialSuccess when some are missing."""
    return build_envelope(_retrieved(documents, errors, _inline))


def packed_retrieve_response(
    documents: Iterable[tuple[DocumentRequest, str, bytes]],
    errors: Sequence[RegistryError] = (),
    version: Version = Version.SOAP_12,
) -> Package:
    """The answer to ITI-43 with each document as a part of its own."""
    parts: list[Part] = []
    body = _retrieved(documents, errors, _packing(parts))
    return Package(build_envelope(body, version), tuple(parts), version, f"{codes.ITI_43}Response")


def status_of(errors: Sequence[RegistryError], *, partial: bool = False) -> codes.ResponseStatus:
    """How a request with these errors went. Warnings alone do not make it fail."""
    if all(error.severity == codes.Severity.WARNING for error in errors):
        return codes.ResponseStatus.SUCCESS
    return codes.ResponseStatus.PARTIAL if partial else codes.ResponseStatus.FAILURE


_Attach = Callable[[Element, bytes], None]
"""Puts a document into its element."""


def _inline(element: Element, document: bytes) -> None:
    element.text = base64.b64encode(document).decode("ascii")


def _packing(parts: list[Part]) -> _Attach:
    def attach(element: Element, document: bytes) -> None:
        parts.append(Part(f"dokument{len(parts) + 1}@lps-harness", document))
        _under(element, INCLUDE, href=href(parts[-1].id))

    return attach


def _provided(submission: Submission, attach: _Attach) -> Element:
    body = _root(codes.PROVIDE_AND_REGISTER)
    object_list(_under(body, codes.SUBMIT_OBJECTS), submission)
    for name, document in submission.documents.items():
        attach(_under(body, f"{{{codes.XDSB}}}Document", id=name), document)
    return body


def _submit_objects(submission: Submission) -> bytes:
    body = _root(codes.SUBMIT_OBJECTS)
    object_list(body, submission)
    return build_envelope(body)


def _retrieved(
    documents: Iterable[tuple[DocumentRequest, str, bytes]], errors: Sequence[RegistryError], attach: _Attach
) -> Element:
    found = list(documents)
    body = _root(f"{{{codes.XDSB}}}RetrieveDocumentSetResponse")
    _registry_response(body, errors, partial=bool(found))
    for request, mime_type, document in found:
        response = _under(body, f"{{{codes.XDSB}}}DocumentResponse")
        _identify(response, request)
        _under(response, f"{{{codes.XDSB}}}mimeType").text = mime_type
        attach(_under(response, f"{{{codes.XDSB}}}Document"), document)
    return body


def _registry_response(parent: Element | None, errors: Sequence[RegistryError], *, partial: bool = False) -> Element:
    name = f"{{{codes.RS}}}RegistryResponse"
    status = status_of(errors, partial=partial)
    response = _root(name, status=status) if parent is None else _under(parent, name, status=status)
    _errors(response, errors)
    return response


def _errors(parent: Element, errors: Sequence[RegistryError]) -> None:
    if not errors:
        return
    severities = {error.severity for error in errors}
    highest = codes.Severity.ERROR if codes.Severity.ERROR in severities else codes.Severity.WARNING
    listed = _under(parent, f"{{{codes.RS}}}RegistryErrorList", highestSeverity=highest)
    for error in errors:
        given = {"errorCode": error.code, "codeContext": error.context, "severity": error.severity, "location": error.location}
        _under(listed, f"{{{codes.RS}}}RegistryError", **given)


def _query(query: str, parameters: Mapping[str, str], object_refs: bool) -> bytes:
    body = _root(codes.ADHOC_QUERY)
    wanted = "ObjectRef" if object_refs else "LeafClass"
    _under(body, f"{{{codes.QUERY}}}ResponseOption", returnComposedObjects="true", returnType=wanted)
    asked = _under(body, f"{{{codes.RIM}}}AdhocQuery", id=query)
    for name, value in parameters.items():
        if value:
            add_slot(asked, name, (value,))
    return build_envelope(body)


def _which(uuids: Sequence[str], unique_ids: Sequence[str]) -> dict[str, str]:
    return {"$XDSDocumentEntryEntryUUID": _texts(uuids), "$XDSDocumentEntryUniqueId": _texts(unique_ids)}


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _texts(values: Sequence[str]) -> str:
    return f"({','.join(_text(value) for value in values)})" if values else ""


def _coded(values: Sequence[Code]) -> str:
    return _texts([f"{value.code}^^{value.scheme}" for value in values])


def _identify(parent: Element, request: DocumentRequest) -> None:
    named = {
        "HomeCommunityId": request.home,
        "RepositoryUniqueId": request.repository_id,
        "DocumentUniqueId": request.unique_id,
    }
    for name, value in named.items():
        if value:
            _under(parent, f"{{{codes.XDSB}}}{name}").text = value


def _root(name: str, **attributes: str) -> Element:
    return etree.Element(name, attributes, nsmap=codes.NAMESPACES)


def _under(parent: Element, name: str, /, **attributes: str) -> Element:
    return etree.SubElement(parent, name, attributes)
