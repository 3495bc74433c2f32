"""Reads what a CPD-DK document says, for those who use plans. Never judges: what is missing is empty."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from harness.standards import oids
from harness.standards.cda.codes import (
    GOALS,
    HEALTH_CONCERNS,
    HL7,
    INTERVENTIONS,
    NAMESPACES,
    OUTCOMES,
    STATUS_OBSERVATION,
    SectionKind,
)
from harness.standards.xml import Element, XmlDocument, text_of

_CUSTODIAN = "custodian/cda:assignedCustodian/cda:representedCustodianOrganization"
_BLOCKS = tuple(f"{{{HL7}}}{name}" for name in ("paragraph", "item", "tr"))


@dataclass(frozen=True, slots=True)
class CpdFacts:
    """What one edition of a plan says. Text that is missing is "", a number or a replaced edition None, a list ().

    `document_id`, `set_id` and `replaces` are the id's extension, or its root when it has only that (MedCom's 2018 example).
    `unique_id` is `root^extension` or the root alone, as XDS writes it (KvalitetsIT/ihe-xds-api@8b730ff, UploadServiceImpl).
    `patient_cpr` is the patient's CPR number, or eCPR where there is none. `diagnoses` are pairs of code and code system;
    `custodian` is the SOR code of who is responsible for the plan. `authored` are the times of its authors, `diagnosed` pairs of
    a diagnosis' code and a time that is told of it: when it began, or when it was noted. `doubled` are the goals and
    interventions that stand twice in one text. `coded_goals` and `coded_rest` (interventions, then results) are what stands as
    entries: the text that each points to or says itself. `timed` are pairs of what a goal or a result says and a time told of it:
    itself, or the beginning of a span.
    """

    patient_cpr: str
    document_id: str
    unique_id: str
    set_id: str
    version: int | None
    replaces: str | None
    title: str
    effective_time: str
    diagnoses: tuple[tuple[str, str], ...]
    goals: tuple[str, ...]
    interventions: tuple[str, ...]
    results: tuple[str, ...] = ()
    custodian: str = ""
    authored: tuple[str, ...] = ()
    diagnosed: tuple[tuple[str, str], ...] = ()
    doubled: tuple[str, ...] = ()
    coded_goals: tuple[str, ...] = ()
    coded_rest: tuple[str, ...] = ()
    timed: tuple[tuple[str, str], ...] = ()


def read_cpd(document: XmlDocument) -> CpdFacts:
    """What the plan says; never raises, whatever the XML is."""
    root = document.root
    own = _find(root, "id")
    version = _value(root, "versionNumber")
    title = _find(root, "title")
    return CpdFacts(
        patient_cpr=_patient_cpr(root),
        document_id=_identifier(own),
        unique_id="^".join(part for part in (own.get("root"), own.get("extension")) if part) if own is not None else "",
        set_id=_identifier(_find(root, "setId")),
        version=int(version) if re.fullmatch(r"[0-9]{1,18}", version) else None,
        replaces=_identifier(_find(root, "relatedDocument[@typeCode='RPLC']/cda:parentDocument/cda:id")) or None,
        title=text_of(title) if title is not None else "",
        effective_time=_value(root, "effectiveTime"),
        diagnoses=_diagnoses(_section(root, HEALTH_CONCERNS)),
        goals=_texts(_section(root, GOALS)),
        interventions=_texts(_section(root, INTERVENTIONS)),
        results=_texts(_section(root, OUTCOMES)),
        custodian=_identifier(_find(root, f"{_CUSTODIAN}/cda:id[@root='{oids.SOR}']")),
        authored=tuple(_value(each, "time") for each in root.findall("cda:author", NAMESPACES)),
        diagnosed=_diagnosed(_section(root, HEALTH_CONCERNS)),
        doubled=(*_doubled(_section(root, GOALS)), *_doubled(_section(root, INTERVENTIONS))),
        coded_goals=tuple(text for text, _ in _entries(_section(root, GOALS))),
        coded_rest=tuple(text for kind in (INTERVENTIONS, OUTCOMES) for text, _ in _entries(_section(root, kind))),
        timed=tuple(said for kind in (GOALS, OUTCOMES) for said in _timed(_section(root, kind))),
    )


def _find(element: Element, path: str) -> Element | None:
    return element.find(f"cda:{path}", NAMESPACES)


def _value(element: Element, name: str) -> str:
    found = _find(element, name)
    return found.get("value", "").strip() if found is not None else ""


def _identifier(element: Element | None) -> str:
    return (element.get("extension") or element.get("root") or "") if element is not None else ""


def patient_number(document: Element) -> Element | None:
    """The id with the patient's CPR number, else the one with the eCPR; None without either. `document` is the root."""
    ids = document.findall("cda:recordTarget/cda:patientRole/cda:id", NAMESPACES)
    return next((each for root in oids.PERSON_NUMBERS for each in ids if each.get("root") == root), None)


def _patient_cpr(root: Element) -> str:
    found = patient_number(root)
    return found.get("extension", "").replace("-", "").strip() if found is not None else ""


def _section(root: Element, kind: SectionKind) -> Element | None:
    sections = root.findall("cda:component/cda:structuredBody/cda:component/cda:section", NAMESPACES)
    for mark in (f"templateId[@root='{kind.template}']", f"code[@code='{kind.code}']"):
        for section in sections:
            if _find(section, mark) is not None:
                return section
    return None


def _diagnoses(section: Element | None) -> tuple[tuple[str, str], ...]:
    return tuple((value.get("code", ""), value.get("codeSystem", "")) for _, value in _coded(section))


def _coded(section: Element | None) -> Iterator[tuple[Element, Element]]:
    """Each observation that is a diagnosis, with its value."""
    for observation in () if section is None else section.iter(f"{{{HL7}}}observation"):
        if _find(observation, f"templateId[@root='{STATUS_OBSERVATION}']") is None:
            yield from ((observation, value) for value in observation.findall("cda:value[@code]", NAMESPACES))


def _diagnosed(section: Element | None) -> tuple[tuple[str, str], ...]:
    """The times of each diagnosis, and of the act that it stands in: themselves or the beginning of a span."""
    found = []
    for observation, value in _coded(section):
        for each in (observation, *observation.iterancestors(f"{{{HL7}}}act")):
            for path in ("cda:effectiveTime", "cda:effectiveTime/cda:low"):
                found += [(value.get("code", ""), time.get("value", "").strip()) for time in each.findall(path, NAMESPACES)]
    return tuple((code, time) for code, time in found if time)


def _texts(section: Element | None) -> tuple[str, ...]:
    """The narrative of a section and its sub-sections, one text for each paragraph, item or row; else as one text."""
    return tuple(text for narrative in _narratives(section) for text in narrative)


def _doubled(section: Element | None) -> tuple[str, ...]:
    """What stands twice in one narrative. A section that says as a whole what its sub-sections say says nothing twice."""
    return tuple(text for each in _narratives(section) for text, count in Counter(each).items() if count > 1)


def _narratives(section: Element | None) -> Iterator[list[str]]:
    for each in () if section is None else section.iter(f"{{{HL7}}}section"):
        narrative = _find(each, "text")
        if narrative is not None:
            blocks = [block for block in narrative.iter(*_BLOCKS) if next(block.iterdescendants(*_BLOCKS), None) is None]
            yield [text for block in blocks or [narrative] if (text := text_of(block))]


def _entries(section: Element | None) -> Iterator[tuple[str, Element]]:
    """What each entry says: what it points to in its section's text, else its own words. One that says nothing is left out."""
    for each in () if section is None else section.iter(f"{{{HL7}}}section"):
        narrative = _find(each, "text")
        told = {} if narrative is None else {name: part for part in narrative.iter() if (name := part.get("ID"))}
        for entry in each.iterfind("cda:entry/*", NAMESPACES):
            said = _find(entry, "text")
            reference = None if said is None else _find(said, "reference")
            pointed = told.get(reference.get("value", "").removeprefix("#")) if reference is not None else said
            if pointed is not None and (text := text_of(pointed)):
                yield text, entry


def _timed(section: Element | None) -> Iterator[tuple[str, str]]:
    for text, entry in _entries(section):
        times = (_value(entry, "effectiveTime"), _value(entry, "effectiveTime/cda:low"))
        yield from ((text, time) for time in times if time)
