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
from harness.standards.cda.codes import CPD, NAMESPACES
from harness.standards.mtom import inlined
from harness.standards.soap import SOAP, SOAP_12
from harness.standards.xds import codes
from harness.standards.xml import Element, XmlDocument, local_name, parse, text_of

RIM = {"rim": codes.RIM}
_OBJECTS = f"{{{codes.RIM}}}RegistryObjectList/*"


@dataclass(frozen=True, slots=True)
class Entry:
    """One ExtrinsicObject with its document. `document` is None when it cannot be decoded, `cda` when it is no XML.

    `holder` is the Document element that the document lies in; None when there is none.
    """

    element: Element
    document: bytes | None
    cda: XmlDocument | None
    holder: Element | None = None

    @property
    def id(self) -> str:
        """The id that ties metadata, document and associations together."""
        return object_id(self.element)

    @property
    def is_cda(self) -> bool:
        """Whether the document is a CDA."""
        return self.cda is not None and self.cda.root.tag == f"{{{NAMESPACES['cda']}}}ClinicalDocument"

    @property
    def is_plan(self) -> bool:
        """Whether a plan is described or lies here, by typeCode or by the document."""
        return any(map(_is_plan_type, self.classifications(codes.TYPE_CODE))) or (self.cda is not None and is_plan(self.cda))

    def slot(self, name: str) -> Element | None:
        """The slot called `name`, when it has a value."""
        return next(
            (slot for slot in self.element.findall("rim:Slot", RIM) if slot.get("name") == name and any(words(slot))), None
        )

    def classifications(self, scheme: str) -> list[Element]:
        """The classifications by one scheme."""
        found = self.element.findall("rim:Classification", RIM)
        return [each for each in found if object_id(each, "classificationScheme") == scheme]

    def identifier(self, scheme: str) -> Element | None:
        """The external identifier by one scheme, when it has a value."""
        return identifier(self.element, scheme)

    def title(self) -> Element | None:
        """The LocalizedString of the name, when it has a value."""
        found = self.element.find("rim:Name/rim:LocalizedString", RIM)
        return found if found is not None and found.get("value", "").strip() else None

    def institutions(self) -> list[Element]:
        """The values of authorInstitution."""
        return self._said_of_author("authorInstitution")

    def people(self) -> list[Element]:
        """The values of authorPerson."""
        return self._said_of_author("authorPerson")

    def _said_of_author(self, name: str) -> list[Element]:
        path = f"rim:Slot[@name='{name}']/rim:ValueList/rim:Value"
        return [value for author in self.classifications(codes.ENTRY_AUTHOR) for value in author.findall(path, RIM)]

    def in_cda(self, path: str) -> list[Element]:
        """What an XPath (prefix `cda`) finds in the document."""
        return self.cda.root.findall(path, NAMESPACES) if self.cda else []


@dataclass(frozen=True, slots=True)
class Submitted:
    """One message, parsed once for all who ask. `problem` says why it is no ITI-41 (then the rest is empty) and `place` where.

    `contents` are the documents that are XML, also those without metadata. `known` maps the uniqueId of registered documents to
    their entryUUID. `registers` when it is an ITI-42, which brings metadata alone.
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
    registers: bool = False


def read_submitted(
    body: bytes,
    file: str,
    known: Mapping[str, str] = MappingProxyType({}),
    headers: Headers = (),
    *,
    registers: bool = False,
) -> Submitted:
    """The view over `body`; never raises. `headers` tell whether it is packed: then lines are those of the envelope's part.

    `registers` reads it as an ITI-42: metadata without documents.
    """
    try:
        message = parse(inlined(body, headers), file)
    except BadInput as problem:
        return Submitted(Location(file, problem.line, problem.column), problem.reason, registers=registers)
    space = next((each for each in (SOAP, SOAP_12) if message.root.tag == f"{{{each}}}Envelope"), None)
    wanted = codes.SUBMIT_OBJECTS if registers else codes.PROVIDE_AND_REGISTER
    request = None if space is None else message.root.find(f"{{{space}}}Body/{wanted}")
    if request is None:
        lacking = "uden ITI-42-anmodning i SOAP" if registers else "uden ITI-41-anmodning i SOAP"
        return Submitted(message.at(message.root), f"{local_name(message.root)} {lacking}", registers=registers)
    objects = request.findall(_OBJECTS if registers else f"{codes.SUBMIT_OBJECTS}/{_OBJECTS}")
    documents = tuple(request.findall(f"{{{codes.XDSB}}}Document"))
    holders = {object_id(each): each for each in reversed(documents)}  # of two with one id XDSM-02 tells
    decoded = {name: _decoded(each) for name, each in holders.items()}
    read = {name: document for name, content in decoded.items() for document in _read(content)}
    return Submitted(
        place=message.at(request),
        message=message,
        request=request,
        entries=tuple(
            Entry(each, decoded.get(name := object_id(each)), read.get(name), holders.get(name))
            for each in objects
            if each.tag == f"{{{codes.RIM}}}ExtrinsicObject"
        ),
        sets=tuple(each for each in objects if _is_set(each, objects)),
        associations=tuple(each for each in objects if each.tag == f"{{{codes.RIM}}}Association"),
        documents=documents,
        contents=tuple(read.values()),
        known=known,
        registers=registers,
    )


def is_registration(message: XmlDocument) -> bool:
    """Whether metadata that come without documents are an ITI-42, by what its Action says; without one, by what it brings.

    ITI-61 brings on-demand documents, and ITI-57 new editions of what is registered, or no metadata of documents.
    """
    action = message.root.find("{*}Header/{*}Action")
    if action is not None:
        return text_of(action) == codes.ITI_42
    brought = message.root.findall(f"{{*}}Body/{codes.SUBMIT_OBJECTS}/{_OBJECTS}")
    entries = [each for each in brought if each.tag == f"{{{codes.RIM}}}ExtrinsicObject"]
    return bool(entries) and all(object_id(each, "objectType") != codes.ON_DEMAND and not each.get("lid") for each in entries)


def submission_rule(
    id: str, title: str, grade: Grade, source: str, needs: tuple[str, ...] = ("XDSM-XML",)
) -> Callable[[Callable[..., Outcome]], Rule]:
    """A rule over an ITI-41. It is whoever sent the request's, and only what the LPS sent is judged."""
    return rule(id, subject="iti41", title=title, grade=grade, owner=Owner.LPS, source=source, needs=needs)


def each_entry(submitted: Submitted, lacking: str, check: Callable[[Entry], list[Breach] | None]) -> Outcome:
    """`check` over every entry; not judged, because of `lacking`, when it says None to all of them."""
    judged = [found for found in map(check, submitted.entries) if found is not None]
    return tuple(one for found in judged for one in found) if judged else NotJudged(lacking)


def each_plan(submitted: Submitted, lacking: str, check: Callable[[Entry], list[Breach] | None]) -> Outcome:
    """`each_entry` over those that are plans; not judged when none is."""
    if not any(entry.is_plan for entry in submitted.entries):
        return NotJudged("afleveringen har ingen behandlingsplan")
    return each_entry(submitted, lacking, lambda entry: check(entry) if entry.is_plan else None)


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


def each_value(submitted: Submitted, slot: Element, expected: str, same: Callable[[str], bool]) -> list[Breach]:
    """A breach at the slot for each of its values that is not the `same` as expected. Empty ones do not count."""
    return [breach(submitted, slot, expected, value) for value in filter(None, words(slot)) if not same(value)]


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
    found = element.findall("rim:ExternalIdentifier", RIM)
    of_scheme = (each for each in found if object_id(each, "identificationScheme") == scheme)
    return next((each for each in of_scheme if each.get("value", "").strip()), None)


def is_plan(document: XmlDocument) -> bool:
    """Whether a document is a plan, by its code or its template."""
    root, marks = document.root, (f"cda:code[@code='{codes.CARE_PLAN}']", f"cda:templateId[@root='{CPD}']")
    return local_name(root) == "ClinicalDocument" and any(root.find(mark, NAMESPACES) is not None for mark in marks)


def _is_plan_type(code: Element) -> bool:
    return code.get("nodeRepresentation") == codes.CARE_PLAN and scheme_of(code) == oids.LOINC


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
    return any(object_id(each, "classificationNode") == codes.SUBMISSION_SET for each in (*inside, *beside))


def _decoded(element: Element) -> bytes | None:
    if next(element.iterchildren("*"), None) is not None:
        return None
    try:
        return base64.b64decode("".join("".join(map(str, element.itertext("*"))).split()), validate=True)
    except (binascii.Error, ValueError):
        return None
