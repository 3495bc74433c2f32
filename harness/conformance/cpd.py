"""What must hold of a treatment plan written as CPD-DK: MedCom's profile rules, read from the raw XML.

The XML schema alone cannot tell: MedCom's own negative examples are all valid by CDA_SDTC.xsd. Grades are the project's
convention: F2 where a receiver may not find the content at all, F3 where it survives.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import product

from harness.conformance.rule import HOLDS, Breach, Judgement, NotJudged, Outcome, Rule, judge, rule, rules_for
from harness.domain.errors import BadInput
from harness.domain.finding import Location, Owner
from harness.domain.grade import Grade
from harness.standards import oids
from harness.standards.cda import codes
from harness.standards.cda.codes import GOALS, HEALTH_CONCERNS, HL7, INTERVENTIONS, NAMESPACES, OUTCOMES, SectionKind
from harness.standards.xml import Element, XmlDocument, local_name, parse

SUBJECT = "cpd"
SOURCE = (
    "MedCom, CPD-DK 1.0.1, schematron medcom-documents-S_R.sch (art-decor-scenarie 1.2.208.184.4.2), "
    "KvalitetsIT/cda-validator@ceb5c65"
)
CDA_SOURCE = "HL7 CDA R2, CDA_SDTC.xsd; NSPOP, Forløbsplaner (pageId 229645118): planen er CDA i XML"


def judge_cpd(data: bytes, file: str, *, declared: str, confirmed: frozenset[str] = frozenset()) -> list[Judgement]:
    """Every rule's result on the plan in `data`; `file` is its name in findings. Never raises for what `data` holds.

    `declared` is the version the plan says it follows, `CPD-DK 1.0.1` or `CPD-DK 2.0`; `confirmed` the ids of the rules known to
    hold for that version too. Bytes that are not a CDA document break `CPD-XML`, and nothing else is judged.

        judge_cpd(body, "plan.xml", declared="CPD-DK 2.0")
    """
    subject: XmlDocument | Unreadable
    try:
        subject = parse(data, file)
    except BadInput as bad:
        subject = Unreadable(bad.reason, Location(file, bad.line, bad.column))
    return judge(rules_for(SUBJECT), subject, declared=declared, confirmed=confirmed)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What came was not XML; `reason` is a Danish sentence."""

    reason: str
    location: Location


@rule(
    "CPD-XML",
    subject=SUBJECT,
    title="Planen er et CDA-dokument i XML",
    grade=Grade.F2,
    owner=Owner.LPS,
    source=CDA_SOURCE,
)
def is_clinical_document(plan: XmlDocument | Unreadable) -> Outcome:
    """The bytes are XML, and the root is ClinicalDocument in the namespace of CDA. Holds for every version of CPD-DK."""
    expected = f"ClinicalDocument i navnerummet {HL7}"
    if isinstance(plan, Unreadable):
        return (Breach(plan.location, expected, plan.reason),)
    if not is_cda(plan):
        return (Breach(plan.at(plan.root), expected, plan.root.tag),)
    return HOLDS


def is_cda(document: XmlDocument) -> bool:
    """True when the root is CDA's ClinicalDocument."""
    return document.root.tag == f"{{{HL7}}}ClinicalDocument"


def missing(document: XmlDocument, parent: Element, path: str, expected: str = "") -> Breach:
    """`path` (local names) should stand in `parent`, and does not."""
    place = document.at(parent)
    return Breach(replace(place, path=f"{place.path}/{path}"), expected or path, "mangler")


def _profile_rule(number: int, title: str, grade: Grade, *needs: str) -> Callable[[Callable[..., Outcome]], Rule]:
    return rule(
        f"CPD-C{number:02}",
        subject=SUBJECT,
        title=title,
        grade=grade,
        owner=Owner.LPS,
        since="CPD-DK 1.0.1",
        source=SOURCE,
        needs=("CPD-XML", *needs),
    )


@_profile_rule(1, "Dokumentet har alt, som en plan skal have i hovedet, og en krop", Grade.F2)
def header(plan: XmlDocument) -> Outcome:
    """One breach for each part that is missing or has another value. Only presence is asked where the profile names no value."""
    root = plan.root
    return (
        *_carries(plan, root, "typeId", extension=codes.TYPE_ID),
        *_carries(plan, root, "templateId", root=codes.CPD),
        *_has(plan, root, "id"),
        *_carries(plan, root, "code", code=codes.CARE_PLAN, codeSystem=oids.LOINC),
        *_has(plan, root, "title"),
        *_has(plan, root, "effectiveTime"),
        *_has(plan, root, "confidentialityCode"),
        *_has(plan, root, "recordTarget"),
        *_has(plan, root, "author"),
        *_has(plan, root, "custodian"),
        *_has(plan, root, "component/structuredBody"),
    )


@_profile_rule(2, "Afsnittet Helbredsproblemer (Health Concerns) findes", Grade.F2)
def health_concerns(plan: XmlDocument) -> Outcome:
    """Found by its templateId or its code, so that a fault in one of them is that rule's finding alone."""
    return _section_missing(plan, HEALTH_CONCERNS)


@_profile_rule(3, "Helbredsproblemer har sin templateId netop én gang", Grade.F3, "CPD-C02")
def health_concerns_template(plan: XmlDocument) -> Outcome:
    """1.2.208.184.15.1.10.20.1, extension 2018-09-28."""
    section = sections(plan)[HEALTH_CONCERNS]
    return _carries(plan, section, "templateId", once=True, root=HEALTH_CONCERNS.template, extension=codes.SECTION_EDITION)


@_profile_rule(4, "Helbredsproblemer har koden 75310-3 (LOINC) netop én gang", Grade.F3, "CPD-C02")
def health_concerns_code(plan: XmlDocument) -> Outcome:
    """LOINC 75310-3."""
    section = sections(plan)[HEALTH_CONCERNS]
    return _carries(plan, section, "code", once=True, code=HEALTH_CONCERNS.code, codeSystem=oids.LOINC)


@_profile_rule(5, "Helbredsproblemer har en titel uden nullFlavor", Grade.F3, "CPD-C02")
def health_concerns_title(plan: XmlDocument) -> Outcome:
    """The main section's title; a sub-section's may have a nullFlavor."""
    return _has(plan, sections(plan)[HEALTH_CONCERNS], "title", null_flavor=False)


@_profile_rule(6, "Helbredsproblemer har en tekst uden nullFlavor", Grade.F3, "CPD-C02")
def health_concerns_text(plan: XmlDocument) -> Outcome:
    """The main section's text. It may be empty: what is said stands in the sub-sections."""
    return _has(plan, sections(plan)[HEALTH_CONCERNS], "text", null_flavor=False)


@_profile_rule(7, "Helbredsproblemer har mindst ét underafsnit med diagnoser", Grade.F2, "CPD-C02")
def health_concerns_subsection(plan: XmlDocument) -> Outcome:
    """1.2.208.184.15.1.10.20.1.2, extension 2018-11-28."""
    return _subsection(plan, sections(plan)[HEALTH_CONCERNS], HEALTH_CONCERNS)


@_profile_rule(8, "Afsnittet Mål (Goals) findes med sin templateId og mindst ét underafsnit", Grade.F2)
def goals(plan: XmlDocument) -> Outcome:
    """1.2.208.184.15.1.10.20.2 (2018-09-28) with 20.2.2 (2018-11-28)."""
    return _section_missing(plan, GOALS) or _template_and_subsection(plan, GOALS)


@_profile_rule(9, "Afsnittet Indsatser (Interventions) findes med sin templateId og mindst ét underafsnit", Grade.F2)
def interventions(plan: XmlDocument) -> Outcome:
    """1.2.208.184.15.1.10.20.3 (2018-09-28) with 20.3.2 (2018-11-28)."""
    return _section_missing(plan, INTERVENTIONS) or _template_and_subsection(plan, INTERVENTIONS)


@_profile_rule(10, "Afsnittet Resultater (Outcomes), hvis det er der, har sin templateId og mindst ét underafsnit", Grade.F3)
def outcomes(plan: XmlDocument) -> Outcome:
    """1.2.208.184.15.1.10.20.4 (2018-09-28) with 20.4.2 (2018-11-28). The section is optional."""
    return _template_and_subsection(plan, OUTCOMES) if OUTCOMES in sections(plan) else HOLDS


@_profile_rule(11, "Afsnit er DOCSECT og EVN, relaterede personer har classCode, forfattere har tid og id", Grade.F3)
def sections_and_authors(plan: XmlDocument) -> Outcome:
    """An attribute that the schema fixes may be left out. Authors are those of the document and of any part of it."""
    breaches: list[Breach] = []
    for section in plan.root.iter(f"{{{HL7}}}section"):
        for attribute, wanted in (("classCode", "DOCSECT"), ("moodCode", "EVN")):
            found = section.get(attribute, wanted)
            if found != wanted:
                breaches.append(Breach(plan.at(section, attribute), wanted, found or "tom"))
        for related in section.findall("cda:subject/cda:relatedSubject", NAMESPACES):
            if not related.get("classCode"):
                breaches.append(missing(plan, related, "@classCode", "classCode"))
    for author in plan.root.iter(f"{{{HL7}}}author"):
        breaches += (*_has(plan, author, "time"), *_has(plan, author, "assignedAuthor/id"))
    return tuple(breaches)


@_profile_rule(12, "Den dataansvarlige (custodian) har en SOR-kode", Grade.F3)
def custodian_sor(plan: XmlDocument) -> Outcome:
    """One of the custodian organisation's ids has SOR's root and an extension."""
    custodian = plan.root.find("cda:custodian", NAMESPACES)
    if custodian is None:
        return NotJudged("dokumentet har ingen custodian")
    path = "assignedCustodian/representedCustodianOrganization/id"
    ids = custodian.findall(_cda(path), NAMESPACES)
    if any(each.get("root") == oids.SOR and each.get("extension", "").strip() for each in ids):
        return HOLDS
    expected = f'id root="{oids.SOR}" med SOR-koden i extension'
    return (Breach(plan.at(ids[0]), expected, _shown(ids[0])) if ids else missing(plan, custodian, path, expected),)


@_profile_rule(13, "xsi:type på et element, der har en fast type, er den type", Grade.F3)
def fixed_types(plan: XmlDocument) -> Outcome:
    """Only elements whose type no profile can narrow: see `_FIXED`."""
    breaches = []
    for element in plan.root.iterfind(f".//*[@{codes.XSI_TYPE}]"):
        if not element.tag.startswith(f"{{{HL7}}}"):
            continue
        parent, name = element.getparent(), local_name(element)
        fixed = _FIXED.get(name) or (_FIXED_IN.get((local_name(parent), name)) if parent is not None else None)
        found = element.get(codes.XSI_TYPE, "").rpartition(":")[2].strip()
        if fixed and found != fixed:
            breaches.append(Breach(plan.at(element, "type"), fixed, found or "tom"))
    return tuple(breaches)


# POCD_MT000040_SDTC.xsd gives these names one type wherever they stand. Coded elements (CD, CE) are not among them: a profile
# may narrow them, and its own type would be right.
_FIXED = {
    "realmCode": "CS",
    "templateId": "II",
    "id": "II",
    "setId": "II",
    "versionNumber": "INT",
    "languageCode": "CS",
    "statusCode": "CS",
    "title": "ST",
    "birthTime": "TS",
    "addr": "AD",
    "telecom": "TEL",
}
_FIXED_IN = {
    ("ClinicalDocument", "effectiveTime"): "TS",
    ("author", "time"): "TS",
    ("serviceEvent", "effectiveTime"): "IVL_TS",
    ("act", "effectiveTime"): "IVL_TS",
    ("encounter", "effectiveTime"): "IVL_TS",
    ("observation", "effectiveTime"): "IVL_TS",
    ("patient", "name"): "PN",
    ("assignedPerson", "name"): "PN",
    ("providerOrganization", "name"): "ON",
    ("representedOrganization", "name"): "ON",
    ("representedCustodianOrganization", "name"): "ON",
}


def sections(plan: XmlDocument) -> dict[SectionKind, Element]:
    """The plan's main sections by kind. Mandatory kinds and the surest marks choose first, and no section counts twice.

    So a section with another kind's templateId or code neither pushes that kind's own aside nor passes for an optional one.
    """
    found: dict[SectionKind, Element] = {}
    candidates = plan.root.findall("cda:component/cda:structuredBody/cda:component/cda:section", NAMESPACES)
    kinds = ((HEALTH_CONCERNS, GOALS, INTERVENTIONS), (OUTCOMES,))
    marks = (_by_both, _by_template_alone, _by_code, _by_template)
    for group, is_of, section in product(kinds, marks, candidates):
        for kind in group:
            if kind not in found and section not in found.values() and is_of(section, kind):
                found[kind] = section
    return found


def _by_both(section: Element, kind: SectionKind) -> bool:
    return _by_template(section, kind) and _by_code(section, kind)


def _by_template_alone(section: Element, kind: SectionKind) -> bool:
    return _by_template(section, kind) and section.find("cda:code", NAMESPACES) is None


def _by_template(section: Element, kind: SectionKind) -> bool:
    return section.find(f"cda:templateId[@root='{kind.template}']", NAMESPACES) is not None


def _by_code(section: Element, kind: SectionKind) -> bool:
    return section.find(f"cda:code[@code='{kind.code}']", NAMESPACES) is not None


def _section_missing(plan: XmlDocument, kind: SectionKind) -> Outcome:
    body = plan.root.find("cda:component/cda:structuredBody", NAMESPACES)
    if body is None:
        return NotJudged("dokumentet har ingen structuredBody")
    if kind in sections(plan):
        return HOLDS
    return (
        missing(plan, body, f"component/section[templateId/@root='{kind.template}']", f"afsnittet {kind.danish} ({kind.name})"),
    )


def _template_and_subsection(plan: XmlDocument, kind: SectionKind) -> tuple[Breach, ...]:
    section = sections(plan)[kind]
    template = _carries(plan, section, "templateId", root=kind.template, extension=codes.SECTION_EDITION)
    return (*template, *_subsection(plan, section, kind))


def _subsection(plan: XmlDocument, section: Element, kind: SectionKind) -> tuple[Breach, ...]:
    wanted = {"root": kind.subsection, "extension": codes.SUBSECTION_EDITION}
    templates = section.findall("cda:component/cda:section/cda:templateId", NAMESPACES)
    if any(_matches(each, wanted) for each in templates):
        return HOLDS
    expected = f"et underafsnit med templateId {_attributes(wanted)}"
    if templates:
        return (Breach(plan.at(templates[0]), expected, _shown(templates[0])),)
    return (missing(plan, section, f"component/section[templateId/@root='{kind.subsection}']", expected),)


def _has(plan: XmlDocument, parent: Element, path: str, *, null_flavor: bool = True) -> tuple[Breach, ...]:
    """One breach when `path` is missing, or has a nullFlavor where it may not."""
    found = parent.find(_cda(path), NAMESPACES)
    if found is None:
        return (missing(plan, parent, path),)
    if not null_flavor and "nullFlavor" in found.attrib:
        return (Breach(plan.at(found, "nullFlavor"), f"{path} uden nullFlavor", f'nullFlavor="{found.get("nullFlavor")}"'),)
    return HOLDS


def _carries(plan: XmlDocument, parent: Element, name: str, *, once: bool = False, **wanted: str) -> tuple[Breach, ...]:
    """One breach when no child `name` has the attributes `wanted`, or, with `once`, when several have."""
    children = parent.findall(_cda(name), NAMESPACES)
    matching = [child for child in children if _matches(child, wanted)]
    expected = f"{name} {_attributes(wanted)}"
    if once and len(matching) > 1:
        return (Breach(plan.at(matching[1]), f"{expected} netop én gang", f"{len(matching)} gange"),)
    if matching:
        return HOLDS
    if children:
        return (Breach(plan.at(children[0]), expected, _shown(children[0])),)
    return (missing(plan, parent, name, expected),)


def _matches(element: Element, wanted: dict[str, str]) -> bool:
    return all(element.get(name) == value for name, value in wanted.items())


def _shown(element: Element) -> str:
    return f"{local_name(element)} {_attributes({str(name): str(value) for name, value in element.attrib.items()})}".strip()


def _attributes(attributes: dict[str, str]) -> str:
    return " ".join(f'{name}="{value}"' for name, value in attributes.items())


def _cda(path: str) -> str:
    return "/".join(f"cda:{name}" for name in path.split("/"))
