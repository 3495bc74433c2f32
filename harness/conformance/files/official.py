"""What official schemas and schematrons say of a document, beside the rules of the project. Subject `officiel`.

They are not ours to ship: the tester points at them (`lps artefacts add`). Each finding names the file that spoke.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from harness.conformance.rule import Breach, Judgement, Outcome, judge, rule
from harness.domain.errors import BadInput
from harness.domain.finding import Owner
from harness.domain.grade import Grade
from harness.standards.fhir.definitions import Definitions
from harness.standards.schematron import NoSaxon, Saxon, Schematron, SchematronFault
from harness.standards.xml import Element, XmlDocument, local_name
from harness.standards.xsd import Schema, SchemaFault

SUBJECT = "officiel"
MOST = 50
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

    The sentences are Danish and say why. At most 50 places of each artefact are told.
    """
    judgements: list[Judgement] = []
    unchecked: list[str] = []
    found = official.schema(str(element.tag))
    if found is None:
        unchecked.append(f"XML-skemaet: ingen af de skemaer, der er peget på, er til {local_name(element)}")
    else:
        schema, source = found
        faults, many = schema.faults(element, MOST)
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
    return tuple(
        Breach(judged.document.at(each.element), each.text.rstrip(".") or "det, skematronet kræver", _broken(each.id))
        for each in judged.faults
    )


def _broken(id: str) -> str:
    return f"påstanden {id} holder ikke" if id else "påstanden holder ikke"


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
        (r"Character content .* is not allowed", "kun elementer, ingen tekst", "tekst"),
        (r"The QName value '(?P<value>[^']*)' of the attribute .*xsi.*type", "en type, som skemaet kender", "{value}"),
    )
)
