"""What official schemas and schematrons say of a document, beside the rules of the project. Subject `officiel`.

They are not ours to ship: the tester points at them (`lps artefacts add`). Each finding names the file that spoke.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Protocol

from lxml import etree

from harness.conformance.rule import Breach, Judgement, Outcome, judge, rule
from harness.domain.errors import BadInput
from harness.domain.finding import Owner
from harness.domain.grade import Grade
from harness.standards import security_codes as codes
from harness.standards.fhir.definitions import Definitions
from harness.standards.schematron import NoSaxon, Saxon, Schematron, SchematronFault
from harness.standards.security_codes import HSUID, MEDCOM, WSSE
from harness.standards.soap import SOAP, SOAP_12
from harness.standards.xml import Element, XmlDocument, local_name
from harness.standards.xsd import Schema, SchemaFault

SUBJECT = "officiel"
MOST = 50
NAME_FORMAT = "NameFormat i HSUID-headeren: skemaet vil have den på alle oplysninger, men i brug har kun nsi:OrgUsingID den"
NO_SAXON = 'skematronet {name}: det kræver Saxon (pip install "lps-harness[schematron]")'


class Official(Protocol):
    """The artefacts there are; each is read when it is first asked for. What cannot be used is in `problems`, in Danish."""

    problems: list[str]

    def definitions(self) -> Definitions | None:
        """The FHIR packages; None when there are none."""

    def schema(self, tag: str) -> tuple[Schema, str] | None:
        """The schema that declares the root element `{namespace}name`, and how a finding names it; None when there is none."""

    def schematrons(self) -> list[tuple[Schematron, str]]:
        """Every schematron, and how a finding names it."""


@dataclass(frozen=True, slots=True)
class BySchema:
    """A document, and where its schema says it is wrong."""

    document: XmlDocument
    faults: tuple[SchemaFault, ...]


@dataclass(frozen=True, slots=True)
class BySchematron:
    """A document, and where a schematron says it is wrong."""

    document: XmlDocument
    faults: tuple[SchematronFault, ...]


def judge_officially(document: XmlDocument, element: Element, official: Official) -> tuple[list[Judgement], list[str]]:
    """What schema and schematrons say of `element`, the document's root or what stands in a SOAP Body; and what is not checked.

    Of a SOAP message its security headers (DGWS, HSUID) are held against their schemas too. The sentences are Danish and say
    why. At most 50 places of each artefact are told.
    """
    judgements: list[Judgement] = []
    unchecked: list[str] = []
    for each in (element, *_security_headers(document)):
        found = official.schema(str(each.tag))
        if found is None:
            unchecked.append(f"XML-skemaet: ingen af de skemaer, der er peget på, er til {local_name(each)}")
            continue
        schema, source = found
        alike = each if each is element else _as_in_use(each)
        faults, many = schema.faults(alike, MOST)
        if faults and alike is not each:
            places = dict(zip(alike.iter("*"), each.iter("*"), strict=True))
            faults = [replace(fault, element=places[fault.element]) for fault in faults]
        if any(True for _ in _without_name_format(each)):
            unchecked.append(NAME_FORMAT)
        judgements.append(_told(judge([by_schema], BySchema(document, tuple(faults)))[0], source, many))
    speaking = [each for each in official.schematrons() if each[0].speaks_of(document)]
    if not speaking and local_name(document.root) == "ClinicalDocument":
        unchecked.append("skematron: ingen af dem, der er peget på, er til dette dokument")
    for schematron, source in speaking:
        try:
            broken = _SAXON.faults(schematron, document)
        except NoSaxon:
            unchecked.append(NO_SAXON.format(name=schematron.name))
        except BadInput as bad:
            unchecked.append(f"skematronet {schematron.name}: {bad.reason}")
        else:
            judged = judge([by_schematron], BySchematron(document, tuple(broken[:MOST])))[0]
            judgements.append(_by_role(_told(judged, source, len(broken)), broken))
    return judgements, unchecked


def _security_headers(document: XmlDocument) -> list[Element]:
    """The header blocks of DGWS and HSUID in a SOAP message, the first of each: DGWS-02, DGWS-03 and HSUID-02 tell of more."""
    headers = (document.root.find(f"{{{each}}}Header") for each in _SOAPS)
    found = (header.find(name) for header in headers if header is not None for name in _BLOCKS)
    return [block for block in found if block is not None]


def _as_in_use(block: Element) -> Element:
    """A copy to hold against the schema, without what the schema does not reckon with.

    SOAP lets any header block say mustUnderstand and actor (SOAP 1.1, 4.2; SOAP 1.2 Part 1, 5.2); and hsuid-1_1.xsd wants
    NameFormat on every attribute, which nobody has.
    """
    alike = deepcopy(block)
    for name in [name for name in alike.attrib if etree.QName(name).namespace in _SOAPS]:
        del alike.attrib[name]
    for each in _without_name_format(alike):
        each.set("NameFormat", min(codes.HSUID_FORMATS))
    return alike


def _without_name_format(block: Element) -> Iterator[Element]:
    """The attributes of an HSUID header that have no NameFormat, and in use have none."""
    attributes = block.iter(f"{{{HSUID}}}Attribute")
    return (each for each in attributes if each.get("NameFormat") is None and each.get("Name") != codes.ORG_USING_ID)


_SOAPS = (SOAP, SOAP_12)
_BLOCKS = (f"{{{WSSE}}}Security", f"{{{MEDCOM}}}Header", f"{{{HSUID}}}HsuidHeader")
_SAXON = Saxon()


def _told(judgement: Judgement, source: str, many: int) -> Judgement:
    more = f"ikke kontrolleret: flere end {MOST} steder i {source}; de sidste {many - MOST} vises ikke" if many > MOST else ""
    return replace(judgement, findings=tuple(replace(each, source=source) for each in judgement.findings), reason=more)


def _by_role(judgement: Judgement, faults: Iterable[SchematronFault]) -> Judgement:
    """A schematron may call an assertion a warning (F4), or say that it only informs (a remark)."""
    grades = [_ROLES.get(each.role.lower(), Grade.F3) for each in faults]
    findings = tuple(
        replace(each, grade=grade, remark="" if grade else "oplysning")
        for each, grade in zip(judgement.findings, grades, strict=False)
    )
    return replace(judgement, findings=findings)


_ROLES: dict[str, Grade | None] = {"warning": Grade.F4, "warn": Grade.F4, "info": None, "information": None, "hint": None}


@rule(
    "XSD",
    subject=SUBJECT,
    title="XML'en følger standardens XML-skema",
    grade=Grade.F3,
    owner=Owner.LPS,
    source="det XML-skema, testeren har peget på",
)
def by_schema(judged: BySchema) -> Outcome:
    """libxml2's findings, told in Danish where it is known how."""
    return tuple(Breach(judged.document.at(each.element), *_in_danish(each.text)) for each in judged.faults)


@rule(
    "SCHEMATRON",
    subject=SUBJECT,
    title="Dokumentet følger standardens skematron",
    grade=Grade.F3,
    owner=Owner.LPS,
    source="det skematron, testeren har peget på",
)
def by_schematron(judged: BySchematron) -> Outcome:
    """The schematron's own text says what is expected; its language is its author's."""
    return tuple(Breach(judged.document.at(each.element), *_said(each)) for each in judged.faults)


def _said(fault: SchematronFault) -> tuple[str, str]:
    """Expected and actual."""
    text, named = fault.text.rstrip("."), f" {fault.id}" if fault.id else ""
    if fault.reported:
        return "ikke det, skematronet melder", f"{text or 'noget, skematronet melder'} (melding{named})"
    return text or "det, skematronet kræver", f"påstanden{named} holder ikke"


def _in_danish(text: str) -> tuple[str, str]:
    """Expected and actual. libxml2 has few messages for a document; one that is not known is given in its own words."""
    for pattern, expected, actual in _MESSAGES:
        if found := pattern.search(text):
            parts = {name: _short(value) for name, value in found.groupdict().items()}
            return expected.format(**parts), actual.format(**parts)
    return "det, skemaet kræver", f"skemaet siger: {_short(text)}"


def _short(text: str) -> str:
    """Names without their namespaces, and no more of a long list than can be read."""
    bare = re.sub(r"\{[^{}]*[:/][^{}]*\}", "", text).strip(" .")
    return bare if len(bare) <= 160 else f"{bare[:159]}…"


_MESSAGES = tuple(
    (re.compile(pattern), expected, actual)
    for pattern, expected, actual in (
        (
            r"^Element '(?P<name>[^']*)': This element is not expected\. Expected is (?:one of )?\( (?P<wanted>.*) \)",
            "{wanted}",
            "{name}",
        ),
        (r"^Element '(?P<name>[^']*)': This element is not expected\.", "ikke flere elementer her", "{name}"),
        (
            r"^Element '(?P<name>[^']*)': Missing child element\(s\)\. Expected is (?:one of )?\( (?P<wanted>.*) \)",
            "{wanted} i {name}",
            "mangler",
        ),
        (r"attribute '(?P<name>[^']*)': The attribute '[^']*' is not allowed", "ingen attribut {name} her", "{name}"),
        (r"The attribute '(?P<name>[^']*)' is required but missing", "attributten {name}", "mangler"),
        (
            r"\[facet 'enumeration'\] The value '(?P<value>.*)' is not an element of the set \{(?P<wanted>.*)\}",
            "en af: {wanted}",
            "{value}",
        ),
        (
            r"\[facet 'pattern'\] The value '(?P<value>.*)' is not accepted by the pattern '(?P<wanted>.*)'",
            "formen {wanted}",
            "{value}",
        ),
        (
            r"'(?P<value>[^']*)' is not a valid value of the (?:atomic|union|list) type '(?P<wanted>[^']*)'",
            "typen {wanted}",
            "{value}",
        ),
        (
            r"The value '(?P<value>.*)' does not match the fixed value constraint '(?P<wanted>.*)'",
            "{wanted}",
            "{value}",
        ),
        (r"Character content .* is not allowed", "kun elementer, ingen tekst", "tekst"),
        (r"The QName value '(?P<value>[^']*)' of the attribute .*xsi.*type", "en type, som skemaet kender", "{value}"),
    )
)
