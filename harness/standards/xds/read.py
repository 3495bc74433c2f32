"""Reads the XDS.b transactions ITI-41, ITI-42, ITI-18, ITI-43 and ITI-57: requests first, then answers.

Reading is lenient: what is not given is empty, for the registry to refuse with the right error. What cannot be the
transaction at all raises BadInput with its place.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass

from harness.domain.errors import BadInput
from harness.domain.exchange import Headers
from harness.standards.mtom import read_message
from harness.standards.soap import EITHER, Envelope, SoapProblem, refuse_fault
from harness.standards.xds import codes
from harness.standards.xds.metadata import Association, DocumentEntry, DocumentRequest, RegistryError, Submission
from harness.standards.xds.read_objects import read_association, read_entry, read_set, slots
from harness.standards.xml import Element, XmlDocument, local_name

_XDSB = {"xdsb": codes.XDSB}
_LITERAL = re.compile(r"'((?:[^']|'')*)'")


@dataclass(frozen=True, slots=True)
class Query:
    """A stored query (ITI-18). Each parameter is a list of lists: one of every inner list must match."""

    id: str
    return_type: str
    parameters: Mapping[str, tuple[tuple[str, ...], ...]]

    def values(self, name: str) -> tuple[str, ...]:
        """All values of a parameter, in one list; empty when it is not given."""
        return tuple(value for group in self.parameters.get(name, ()) for value in group)


@dataclass(frozen=True, slots=True)
class RegistryAnswer:
    """How a request went: `status` is one of ResponseStatus as text."""

    status: str
    errors: tuple[RegistryError, ...] = ()

    @property
    def succeeded(self) -> bool:
        """True for Success, with or without warnings."""
        return self.status == codes.ResponseStatus.SUCCESS


@dataclass(frozen=True, slots=True)
class QueryAnswer:
    """The answer to ITI-18. `references` are the ids of an ObjectRef answer."""

    answer: RegistryAnswer
    entries: tuple[DocumentEntry, ...]
    associations: tuple[Association, ...]
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RetrievedDocument:
    """One document of an ITI-43 answer."""

    repository_id: str
    unique_id: str
    mime_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class RetrieveAnswer:
    """The answer to ITI-43."""

    answer: RegistryAnswer
    documents: tuple[RetrievedDocument, ...]


def read_provide_and_register(envelope: Envelope) -> Submission:
    """What an ITI-41 brings. Raises BadInput when the message is another one, or a document is not base64."""
    body = _expect(envelope, codes.PROVIDE_AND_REGISTER)
    submitted = body.find(codes.SUBMIT_OBJECTS)
    if submitted is None:
        raise _problem(envelope.document, body, "SubmitObjectsRequest mangler i anmodningen")
    documents: dict[str, bytes] = {}
    for found in body.findall("xdsb:Document", _XDSB):
        name = found.get("id", "")
        if name in documents:
            raise _problem(envelope.document, found, f"To dokumenter har samme id ({name})")
        documents[name] = _decoded(envelope, found)
    return _submission(submitted, documents)


def read_register(envelope: Envelope) -> Submission:
    """What an ITI-42 brings: metadata alone. Raises BadInput when the message is another one."""
    return _submission(_expect(envelope, codes.SUBMIT_OBJECTS), {})


def read_update(envelope: Envelope) -> Submission:
    """What an ITI-57 brings. Raises BadInput when the message is another one."""
    return _submission(_expect(envelope, codes.SUBMIT_OBJECTS), {})


def read_query(envelope: Envelope) -> Query:
    """What an ITI-18 asks. Raises BadInput when the message is another one or has no AdhocQuery."""
    body = _expect(envelope, codes.ADHOC_QUERY)
    asked = body.find(f"{{{codes.RIM}}}AdhocQuery")
    if asked is None:
        raise _problem(envelope.document, body, "AdhocQuery mangler i anmodningen")
    option = body.find(f"{{{codes.QUERY}}}ResponseOption")
    parameters: dict[str, tuple[tuple[str, ...], ...]] = {}
    for name, values in slots(asked):
        parameters[name] = (*parameters.get(name, ()), tuple(value for text in values for value in _literals(text)))
    return Query(asked.get("id", ""), "" if option is None else option.get("returnType", ""), parameters)


def read_retrieve(envelope: Envelope) -> tuple[DocumentRequest, ...]:
    """Which documents an ITI-43 wants. Raises BadInput when the message is another one."""
    body = _expect(envelope, codes.RETRIEVE)
    return tuple(
        DocumentRequest(_child(each, "RepositoryUniqueId"), _child(each, "DocumentUniqueId"), _child(each, "HomeCommunityId"))
        for each in body.findall("xdsb:DocumentRequest", _XDSB)
    )


def read_registry_answer(data: bytes, headers: Headers = ()) -> RegistryAnswer:
    """The answer to ITI-41, ITI-42 or ITI-57, packed or not. Raises BadInput, also for a SOAP fault (with its text).

    >>> read_registry_answer(response.body).succeeded
    True
    """
    return _answer(_expect(read_message(data, headers, "svar", EITHER), f"{{{codes.RS}}}RegistryResponse"))


def read_query_answer(data: bytes, headers: Headers = ()) -> QueryAnswer:
    """The answer to ITI-18, as above. Raises BadInput, also for a SOAP fault."""
    body = _expect(read_message(data, headers, "svar", EITHER), f"{{{codes.QUERY}}}AdhocQueryResponse")
    found = body.find(f"{{{codes.RIM}}}RegistryObjectList")
    objects: list[Element] = [] if found is None else list(found)
    return QueryAnswer(
        _answer(body),
        tuple(read_entry(each) for each in objects if each.tag == f"{{{codes.RIM}}}ExtrinsicObject"),
        tuple(read_association(each) for each in objects if each.tag == f"{{{codes.RIM}}}Association"),
        tuple(each.get("id", "") for each in objects if each.tag == f"{{{codes.RIM}}}ObjectRef"),
    )


def read_retrieve_answer(data: bytes, headers: Headers = ()) -> RetrieveAnswer:
    """The answer to ITI-43, as above. Raises BadInput, also for a SOAP fault."""
    envelope = read_message(data, headers, "svar", EITHER)
    body = _expect(envelope, f"{{{codes.XDSB}}}RetrieveDocumentSetResponse")
    response = body.find(f"{{{codes.RS}}}RegistryResponse")
    if response is None:
        raise _problem(envelope.document, body, "RegistryResponse mangler i svaret")
    documents = []
    for each in body.findall("xdsb:DocumentResponse", _XDSB):
        content = each.find("xdsb:Document", _XDSB)
        if content is None:
            raise _problem(envelope.document, each, "Document mangler i svaret")
        documents.append(
            RetrievedDocument(
                _child(each, "RepositoryUniqueId"),
                _child(each, "DocumentUniqueId"),
                _child(each, "mimeType"),
                _decoded(envelope, content),
            )
        )
    return RetrieveAnswer(_answer(response), tuple(documents))


def _expect(envelope: Envelope, name: str) -> Element:
    refuse_fault(envelope)
    if envelope.body.tag != name:
        wanted = name.rpartition("}")[2]
        reason = f"Body skal have {wanted}, men har {local_name(envelope.body)} eller et andet navnerum"
        raise _problem(envelope.document, envelope.body, reason)
    return envelope.body


def _submission(submitted: Element, documents: Mapping[str, bytes]) -> Submission:
    objects = submitted.find(f"{{{codes.RIM}}}RegistryObjectList")
    children: list[Element] = [] if objects is None else list(objects.iterchildren("*"))
    return Submission(
        tuple(read_entry(each) for each in children if each.tag == f"{{{codes.RIM}}}ExtrinsicObject"),
        read_set(children),
        tuple(read_association(each) for each in children if each.tag == f"{{{codes.RIM}}}Association"),
        documents,
    )


def _answer(response: Element) -> RegistryAnswer:
    errors = tuple(
        RegistryError(
            each.get("errorCode", ""),
            each.get("codeContext", ""),
            each.get("location", ""),
            each.get("severity", codes.Severity.ERROR),
        )
        for each in response.findall(f"{{{codes.RS}}}RegistryErrorList/{{{codes.RS}}}RegistryError")
    )
    return RegistryAnswer(response.get("status", ""), errors)


def _literals(text: str) -> list[str]:
    """The values of one stored query parameter: `'a'`, `('a','b')` or a bare number (IHE ITI TF-2, 3.18.4.1.2.3.5)."""
    quoted = [found.replace("''", "'") for found in _LITERAL.findall(text)]
    return quoted or [text.strip()]


def _decoded(envelope: Envelope, element: Element) -> bytes:
    document = envelope.document
    if element in envelope.attached:
        return bytes(envelope.attached[element])
    if next(element.iterchildren("*"), None) is not None:
        raise _problem(document, element, "Dokumentet skal stå som base64 i elementet Document")
    try:
        return base64.b64decode("".join("".join(map(str, element.itertext("*"))).split()), validate=True)
    except (binascii.Error, ValueError):
        raise _problem(document, element, "Dokumentet er ikke gyldig base64") from None


def _child(element: Element, name: str) -> str:
    return (element.findtext(f"xdsb:{name}", "", _XDSB) or "").strip()


def _problem(document: XmlDocument, element: Element, reason: str) -> BadInput:
    place = document.at(element)
    return SoapProblem(reason, place.line, place.column)
