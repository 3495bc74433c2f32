"""Who wrote a CDA document, its sections, and who is responsible for it (custodian)."""

from __future__ import annotations

from collections.abc import Iterator

from harness.conformance.cda.document import SCHEMA, TOOL, header_rule
from harness.conformance.cda.element import cda_path, has, sor_among
from harness.conformance.rule import Breach, NotJudged, Outcome
from harness.domain.grade import Grade
from harness.standards.cda import codes
from harness.standards.cda.codes import HL7, NAMESPACES
from harness.standards.xml import XmlDocument


@header_rule(6, "Afsnit er DOCSECT og EVN, og forfattere har tid og id", Grade.F3, SCHEMA)
def sections_and_authors(document: XmlDocument) -> Outcome:
    """An attribute that the schema fixes may be left out. Authors are those of the document and of any part of it."""
    return (*section_classes(document), *authors(document))


def section_classes(document: XmlDocument) -> Iterator[Breach]:
    """A breach for each section with another class or mood than the schema's."""
    for section in document.root.iter(f"{{{HL7}}}section"):
        for attribute, wanted in (("classCode", "DOCSECT"), ("moodCode", "EVN")):
            found = section.get(attribute, wanted)
            if found != wanted:
                yield Breach(document.at(section, attribute), wanted, found or "tom")


def authors(document: XmlDocument) -> Iterator[Breach]:
    """A breach for each author without time, or without id."""
    for author in document.root.iter(f"{{{HL7}}}author"):
        yield from (*has(document, author, "time"), *has(document, author, "assignedAuthor/id"))


@header_rule(10, "Forfatterens organisation har en SOR-kode", Grade.F4, TOOL)
def author_organisation(document: XmlDocument) -> Outcome:
    """For one author at least. A patient who is the author has no organisation."""
    assigned = document.root.findall("cda:author/cda:assignedAuthor", NAMESPACES)
    staff = [each for each in assigned if each.find(f"cda:code[@code='{codes.SELF}']", NAMESPACES) is None]
    if not staff:
        return NotJudged("dokumentet har ingen forfatter ud over patienten")
    path = "representedOrganization/id"
    ids = [found for each in staff for found in each.findall(cda_path(path), NAMESPACES)]
    return sor_among(document, ids, staff[0], path)


@header_rule(12, "Den dataansvarlige (custodian) er en organisation med et id", Grade.F3, SCHEMA)
def custodian(document: XmlDocument) -> Outcome:
    """That it is a SOR code is sourced for CPD-DK alone (`CPD-C12`)."""
    found = document.root.find("cda:custodian", NAMESPACES)
    if found is None:
        return NotJudged("dokumentet har ingen custodian")
    return has(document, found, CUSTODIAN_ID)


CUSTODIAN_ID = "assignedCustodian/representedCustodianOrganization/id"


def custodian_has_sor(document: XmlDocument) -> Outcome:
    """One of the custodian organisation's ids has SOR's root and an extension."""
    found = document.root.find("cda:custodian", NAMESPACES)
    if found is None:
        return NotJudged("dokumentet har ingen custodian")
    return sor_among(document, found.findall(cda_path(CUSTODIAN_ID), NAMESPACES), found, CUSTODIAN_ID)
