"""A received ITI-41 as the rules see it: raw XML, and the documents in it decoded. Reads leniently, judges nothing."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import MappingProxyType

from harness.conformance.rule import Breach, NotJudged, Outcome, Rule, rule
from harness.domain.errors import BadInput
from harness.domain.exchange import Headers
from harness.domain.finding import Location, Owner
from harness.domain.grade import Grade
from harness.standards import oids
from harness.standards.cda.codes import NAMESPACES
from harness.standards.mtom import inlined
from harness.standards.soap import SOAP, SOAP_12
from harness.standards.xds import codes
from harness.standards.xml import Element, XmlDocument, local_name, parse

RIM = {"rim": codes.RIM}


@dataclass(frozen=True, slots=True)
class Entry:
    """One ExtrinsicObject with its document. `document` is None when it cannot be decoded, `cda` when it is no XML."""

    element: Element
    document: bytes | None
    cda: XmlDocument | None

    @property
    def id(self) -> str:
        """The id that ties metadata, document and associations together."""
        return object_id(self.element)

    def slot(self, name: str) -> Element | None:
        """The slot called `name`, when it has a value."""
        return next(
            (slot for slot in self.element.findall("rim:Slot", RIM) if slot.get("name") == name and any(words(slot))), None
        )

    def classifications(self, scheme: str) -> list[Element]:
        """The classifications by one scheme."""
        return [each for each in self.element.findall("rim:Classification", RIM) if each.get("classificationScheme") == scheme]

    def identifier(self, scheme: str) -> Element | None:
        """The external identifier by one scheme, when it has a value."""
        return identifier(self.element, scheme)

    def title(self) -> Element | None:
        """The LocalizedString of the name, when it has a value."""
        found = self.element.find("rim:Name/rim:LocalizedString", RIM)
        return found if found is not None and found.get("value", "").strip() else None

    def institutions(self) -> list[Element]:
        """The values of authorInstitution."""
        path = "rim:Slot[@name='authorInstitution']/rim:ValueList/rim:Value"
        return [value for author in self.classifications(codes.ENTRY_AUTHOR) for value in author.findall(path, RIM)]

    def in_cda(self, path: str) -> list[Element]:
        """What an XPath (prefix `cda`) finds in the document."""
        return self.cda.root.findall(path, NAMESPACES) if self.cda else []


@dataclass(frozen=True, slots=True)
class Submitted:
    """One message, parsed once for all who ask. `problem` says why it is no ITI-41 (then the rest is empty) and `place` where.

    `contents` are the documents that are XML, also those without metadata. `known` maps the uniqueId of registered documents to
    their entryUUID.
    """

    place: Location
    problem: str = ""
    message: XmlDocument | None = None
    request: Element | None = None
    entries: tuple[Entry, ...] = ()
    sets: tuple[Element, ...] = ()
    associations: tuple[Element, ...] = ()
    documents: tuple[Element, ...] = ()
    contents: tuple[XmlDocument, ...] = ()
    known: Mapping[str, str] = field(default_factory=dict)


def read_submitted(body: bytes, file: str, known: Mapping[str, str] = MappingProxyType({}), headers: Headers = ()) -> Submitted:
    """The view over `body`; never raises. `headers` tell whether it is packed: then lines are those of the envelope's part."""
    try:
        message = parse(inlined(body, headers), file)
    except BadInput as problem:
        return Submitted(Location(file, problem.line, problem.column), problem.reason)
    space = next((each for each in (SOAP, SOAP_12) if message.root.tag == f"{{{each}}}Envelope"), None)
    request = None if space is None else message.root.find(f"{{{space}}}Body/{codes.PROVIDE_AND_REGISTER}")
    if request is None:
        return Submitted(message.at(message.root), f"{local_name(message.root)} uden ITI-41-anmodning i SOAP")
    objects = request.findall(f"{codes.SUBMIT_OBJECTS}/{{{codes.RIM}}}RegistryObjectList/*")
    documents = tuple(request.findall(f"{{{codes.XDSB}}}Document"))
    decoded = {object_id(each): _decoded(each) for each in documents}
    read = {name: document for name, content in decoded.items() for document in _read(content)}
    return Submitted(
        place=message.at(request),
        message=message,
        request=request,
        entries=tuple(
            Entry(each, decoded.get(object_id(each)), read.get(object_id(each)))
            for each in objects
            if each.tag == f"{{{codes.RIM}}}ExtrinsicObject"
        ),
        sets=tuple(each for each in objects if _is_set(each, objects)),
        associations=tuple(each for each in objects if each.tag == f"{{{codes.RIM}}}Association"),
        documents=documents,
        contents=tuple(read.values()),
        known=known,
    )


def submission_rule(
    id: str, title: str, grade: Grade, source: str, needs: tuple[str, ...] = ("XDSM-XML",)
) -> Callable[[Callable[..., Outcome]], Rule]:
    """A rule over an ITI-41. It is whoever sent the request's, and only what the LPS sent is judged."""
    return rule(id, subject="iti41", title=title, grade=grade, owner=Owner.LPS, source=source, needs=needs)


def each_entry(submitted: Submitted, lacking: str, check: Callable[[Entry], list[Breach] | None]) -> Outcome:
    """`check` over every entry; not judged, because of `lacking`, when it says None to all of them."""
    judged = [found for found in map(check, submitted.entries) if found is not None]
    return tuple(one for found in judged for one in found) if judged else NotJudged(lacking)


def breach(submitted: Submitted, element: Element | None, expected: str, actual: str, attribute: str = "") -> Breach:
    """A breach at an element of the message (or its attribute); at the request when there is no element."""
    if submitted.message is None or element is None:
        return Breach(submitted.place, expected, actual)
    return Breach(submitted.message.at(element, attribute), expected, actual)


def unless(
    submitted: Submitted, holds: bool, element: Element | None, expected: str, actual: str, attribute: str = ""
) -> list[Breach]:
    """Nothing when it `holds`, else one breach at `element`."""
    return [] if holds else [breach(submitted, element, expected, actual, attribute)]


def object_id(element: Element, attribute: str = "id") -> str:
    """The id in an attribute, to be compared with others: a UUID is the same in upper and lower case (RFC 4122, 3)."""
    text = str(element.get(attribute, "")).strip()
    return text.lower() if text.lower().startswith(codes.UUID) else text


def slot_values(element: Element, name: str) -> list[str]:
    """The values of the slots of one name."""
    return [value for slot in element.findall("rim:Slot", RIM) if slot.get("name") == name for value in words(slot)]


def scheme_of(classification: Element) -> str:
    """The code system of a classification as an OID; LOINC is also spelled as an address (MedCom's Composition)."""
    given = next(iter(slot_values(classification, "codingScheme")), "").removeprefix("urn:oid:")
    return oids.LOINC if given == "http://loinc.org" else given


def instance(element: Element) -> str:
    """An II as XDS writes it."""
    return "^".join(part for part in (element.get("root"), element.get("extension")) if part)


def words(slot: Element) -> list[str]:
    """The values of a slot."""
    return [(value.text or "").strip() for value in slot.findall("rim:ValueList/rim:Value", RIM)]


def identifier(element: Element, scheme: str) -> Element | None:
    """An object's external identifier by one scheme, when it has a value."""
    found = (each for each in element.findall("rim:ExternalIdentifier", RIM) if each.get("identificationScheme") == scheme)
    return next((each for each in found if each.get("value", "").strip()), None)


def _read(content: bytes | None) -> Iterator[XmlDocument]:
    """The document in `content`, when it is XML."""
    if content is not None:
        with suppress(BadInput):  # the document's own rules speak of it
            yield parse(content, "dokument")


def _is_set(element: Element, objects: list[Element]) -> bool:
    """A RegistryPackage is a submission set when it is classified as one, inside it or beside it."""
    if element.tag != f"{{{codes.RIM}}}RegistryPackage":
        return False
    inside = element.findall("rim:Classification", RIM)
    beside = [each for each in objects if object_id(each, "classifiedObject") == object_id(element)]
    return any(each.get("classificationNode") == codes.SUBMISSION_SET for each in (*inside, *beside))


def _decoded(element: Element) -> bytes | None:
    if next(element.iterchildren("*"), None) is not None:
        return None
    try:
        return base64.b64decode("".join("".join(map(str, element.itertext("*"))).split()), validate=True)
    except (binascii.Error, ValueError):
        return None
