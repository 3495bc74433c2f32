"""What must hold of a treatment plan written as CPD-DK: MedCom's profile rules, read from the raw XML.

The XML schema alone cannot tell: MedCom's own negative examples are all valid by CDA_SDTC.xsd. Grades are the project's
convention: F2 where a receiver may not find the content at all, F3 where it survives.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

from harness.conformance.cda.cpd_codes import judge_codes
from harness.conformance.cda.document import METADATA, SCHEMA, TOOL, cda_document, read_plan
from harness.conformance.cda.element import attributes, carries, has, matches, missing, says, shown
from harness.conformance.cda.header import judge_plan_header
from harness.conformance.cda.header_author import authors, custodian_has_sor, section_classes
from harness.conformance.cda.header_parts import fixed_types, other_body, schema_parts
from harness.conformance.rule import HOLDS, Breach, Judgement, NotJudged, Outcome, Rule, judge, rule, rules_for
from harness.conformance.subject import Unreadable, readable
from harness.domain.finding import Owner
from harness.domain.grade import Grade
from harness.standards import oids
from harness.standards.cda import codes
from harness.standards.cda.codes import GOALS, HEALTH_CONCERNS, INTERVENTIONS, NAMESPACES, OUTCOMES, SectionKind
from harness.standards.xml import Element, XmlDocument

SUBJECT = "cpd"
SOURCE = (
    "MedCom, CPD-DK 1.0.1, schematron medcom-documents-S_R.sch (art-decor-scenarie 1.2.208.184.4.2), "
    "KvalitetsIT/cda-validator@ceb5c65"
)
CDA_SOURCE = "HL7 CDA R2, CDA_SDTC.xsd; NSPOP, Forløbsplaner (pageId 229645118): planen er CDA i XML"


def judge_cpd(data: bytes, file: str, *, declared: str, confirmed: frozenset[str] = frozenset()) -> list[Judgement]:
    """Every rule's result on the plan in `data`, then those of its header and its codes; `file` is its name in findings.

    `declared` is the version the plan says it follows, `CPD-DK 1.0.1` or `CPD-DK 2.0`; `confirmed` the ids of the rules known to
    hold for that version too. Bytes that are not a CDA document break `CPD-XML`, and nothing else is judged. Never raises for
    what `data` holds. What CDA itself and national identifiers demand holds for every version.

        judge_cpd(body, "plan.xml", declared="CPD-DK 2.0")
    """
    plan = readable(lambda: read_plan(data, file), file)
    own = judge(rules_for(SUBJECT), plan, declared=declared, confirmed=confirmed)
    return [*own, *judge_plan_header(own[0], plan), *judge_codes(own[0], plan)]


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
    return cda_document(plan)


def _profile_rule(number: int, title: str, grade: Grade, *needs: str, also: str = "") -> Callable[[Callable[..., Outcome]], Rule]:
    """Rule `CPD-C{number}`. `also` names the source that makes it hold for every version of CPD-DK."""
    return rule(
        f"CPD-C{number:02}",
        subject=SUBJECT,
        title=title,
        grade=grade,
        owner=Owner.LPS,
        since="" if also else "CPD-DK 1.0.1",
        source=f"{also}; {SOURCE}" if also else SOURCE,
        needs=("CPD-XML", *needs),
    )


@_profile_rule(
    1,
    "Headeren har de dele, som CDA kræver, og koden for en plan (81215-6)",
    Grade.F2,
    also=f"{SCHEMA}; {METADATA}, typeCode; {TOOL} (uniqueId)",
)
def header(plan: XmlDocument) -> Outcome:
    """One breach for each part that is missing, stands too often or has another value."""
    root = plan.root
    coded = root.find("cda:code", NAMESPACES) is not None
    return (
        *schema_parts(plan),
        *(carries(plan, root, "code", code=codes.CARE_PLAN, codeSystem=oids.LOINC) if coded else ()),
    )


@_profile_rule(2, "Afsnittet Helbredsproblemer (Health Concerns) findes", Grade.F2)
def health_concerns(plan: XmlDocument) -> Outcome:
    """Found by its templateId or its code, so that a fault in one of them is that rule's finding alone."""
    return _section_missing(plan, HEALTH_CONCERNS)


@_profile_rule(3, "Helbredsproblemer har sin templateId netop én gang", Grade.F3, "CPD-C02")
def health_concerns_template(plan: XmlDocument) -> Outcome:
    """1.2.208.184.15.1.10.20.1, extension 2018-09-28."""
    section = sections(plan)[HEALTH_CONCERNS]
    return carries(plan, section, "templateId", once=True, root=HEALTH_CONCERNS.template, extension=codes.SECTION_EDITION)


@_profile_rule(4, "Helbredsproblemer har koden 75310-3 (LOINC) netop én gang", Grade.F3, "CPD-C02")
def health_concerns_code(plan: XmlDocument) -> Outcome:
    """LOINC 75310-3."""
    section = sections(plan)[HEALTH_CONCERNS]
    return carries(plan, section, "code", once=True, code=HEALTH_CONCERNS.code, codeSystem=oids.LOINC)


@_profile_rule(5, "Helbredsproblemer har en titel uden nullFlavor", Grade.F3, "CPD-C02")
def health_concerns_title(plan: XmlDocument) -> Outcome:
    """The main section's title; a sub-section's may have a nullFlavor."""
    return has(plan, sections(plan)[HEALTH_CONCERNS], "title", null_flavor=False)


@_profile_rule(6, "Helbredsproblemer har en tekst uden nullFlavor", Grade.F3, "CPD-C02")
def health_concerns_text(plan: XmlDocument) -> Outcome:
    """The main section's text. It may be empty: what is said stands in the sub-sections."""
    return has(plan, sections(plan)[HEALTH_CONCERNS], "text", null_flavor=False)


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


@_profile_rule(11, "Afsnit er DOCSECT og EVN, og forfattere har tid og id", Grade.F3, also=SCHEMA)
def sections_and_authors(plan: XmlDocument) -> Outcome:
    """An attribute that the schema fixes may be left out. Authors are those of the document and of any part of it."""
    return (*section_classes(plan), *authors(plan))


@_profile_rule(12, "Den dataansvarlige (custodian) har en SOR-kode", Grade.F3)
def custodian_sor(plan: XmlDocument) -> Outcome:
    """One of the custodian organisation's ids has SOR's root and an extension."""
    return custodian_has_sor(plan)


@_profile_rule(13, "xsi:type på et element, der har en fast type, er den type", Grade.F3, also=SCHEMA)
def xsi_types(plan: XmlDocument) -> Outcome:
    """Only elements whose type no profile can narrow."""
    return fixed_types(plan)


@_profile_rule(14, "Dokumentet har CPD-DK's templateId, en titel og en krop af afsnit (structuredBody)", Grade.F2)
def of_the_profile(plan: XmlDocument) -> Outcome:
    """What the profile asks of the document beside CDA itself. Of the title only that it is there, and says something."""
    root = plan.root
    body = root.find("cda:component", NAMESPACES)
    return (
        *carries(plan, root, "templateId", root=codes.CPD),
        *says(plan, root, "title"),
        *(() if body is None else other_body(plan) or has(plan, body, "structuredBody")),
    )


@_profile_rule(15, "En person, som et afsnit handler om (relatedSubject), har classCode", Grade.F3)
def related_subjects(plan: XmlDocument) -> Outcome:
    """CDA itself has a value for those without."""
    return tuple(
        missing(plan, each, "@classCode", "classCode")
        for each in plan.root.iterfind(".//cda:section/cda:subject/cda:relatedSubject", NAMESPACES)
        if not each.get("classCode")
    )


@_profile_rule(16, "Hvert underafsnit med diagnoser har en post med sin skabelon", Grade.F3, "CPD-C07")
def health_concerns_entry(plan: XmlDocument) -> Outcome:
    """An act 1.2.208.184.15.1.10.20.1.21 or an observation 1.2.208.184.15.1.10.20.1.20, both extension 2018-09-28.

    The schematron's template 1.2.208.184.15.1.10.20.1.2 asks for one of the two. No other subsection must have an entry.
    """
    own = {"root": HEALTH_CONCERNS.subsection, "extension": codes.SUBSECTION_EDITION}
    found = sections(plan)[HEALTH_CONCERNS].findall("cda:component/cda:section", NAMESPACES)
    those = (each for each in found if any(matches(one, own) for one in each.findall("cda:templateId", NAMESPACES)))
    return tuple(breach for each in those for breach in _without_entry(plan, each))


_DIAGNOSIS_ENTRIES = {"act": HEALTH_CONCERNS.entry, "observation": codes.STATUS_OBSERVATION}


def _without_entry(plan: XmlDocument, subsection: Element) -> tuple[Breach, ...]:
    expected = f'en post (act) med templateId root="{HEALTH_CONCERNS.entry}" extension="{codes.ENTRY_EDITION}"'
    found: list[Element] = []
    for name, root in _DIAGNOSIS_ENTRIES.items():
        templates = subsection.findall(f"cda:entry/cda:{name}/cda:templateId", NAMESPACES)
        if any(matches(each, {"root": root, "extension": codes.ENTRY_EDITION}) for each in templates):
            return HOLDS
        found += templates
    return (Breach(plan.at(found[0]), expected, shown(found[0])) if found else missing(plan, subsection, "entry", expected),)


def sections(plan: XmlDocument) -> dict[SectionKind, Element]:
    """The plan's main sections by kind. Mandatory kinds and the surest marks choose first, and no section counts twice.

    So a section with another kind's templateId or code neither pushes that kind's own aside nor passes for an optional one.
    """
    found: dict[SectionKind, Element] = {}
    candidates = plan.root.findall("cda:component/cda:structuredBody/cda:component/cda:section", NAMESPACES)
    left = [_Marked(section) for section in candidates]
    for group, is_of in product(_KINDS, _SUREST_FIRST):
        for section in tuple(left):
            kind = next((each for each in group if is_of(section, each) and each not in found), None)
            if kind is not None:
                found[kind] = section.element
                left.remove(section)
    return found


class _Marked:
    """A section with what tells its kind: the roots of its templateIds, and its codes."""

    def __init__(self, element: Element) -> None:
        self.element = element
        self.templates = {each.get("root") for each in element.iterfind("cda:templateId", NAMESPACES)}
        self.codes = [each.get("code") for each in element.iterfind("cda:code", NAMESPACES)]


_KINDS = ((HEALTH_CONCERNS, GOALS, INTERVENTIONS), (OUTCOMES,))
_SUREST_FIRST: tuple[Callable[[_Marked, SectionKind], bool], ...] = (
    lambda section, kind: kind.template in section.templates and kind.code in section.codes,
    lambda section, kind: kind.template in section.templates and not section.codes,
    lambda section, kind: kind.code in section.codes,
    lambda section, kind: kind.template in section.templates,
)


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
    template = carries(plan, section, "templateId", root=kind.template, extension=codes.SECTION_EDITION)
    return (*template, *_subsection(plan, section, kind))


def _subsection(plan: XmlDocument, section: Element, kind: SectionKind) -> tuple[Breach, ...]:
    wanted = {"root": kind.subsection, "extension": codes.SUBSECTION_EDITION}
    templates = section.findall("cda:component/cda:section/cda:templateId", NAMESPACES)
    if any(matches(each, wanted) for each in templates):
        return HOLDS
    expected = f"et underafsnit med templateId {attributes(wanted)}"
    if templates:
        return (Breach(plan.at(templates[0]), expected, shown(templates[0])),)
    return (missing(plan, section, f"component/section[templateId/@root='{kind.subsection}']", expected),)
