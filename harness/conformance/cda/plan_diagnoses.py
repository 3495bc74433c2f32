"""Which diagnoses a plan is for, and whether that is KOL: what the rules of both ruter say of the forløbslabel stands on."""

from __future__ import annotations

from collections.abc import Iterable

from harness.standards.cda.codes import HEALTH_CONCERNS, NAMESPACES, STATUS_OBSERVATION
from harness.standards.xml import Element, XmlDocument

KOL_SOURCE = (
    "MedCom, XDS Metadata, medcomdk/dk-medcom-xds-metadata@41e776f; "
    "ICPC-2-DK i KvalitetsIT/cda-validator@ceb5c65; hl7dk/dk-sks-terminology-automation@226bba7"
)


def diagnoses_of(plan: XmlDocument) -> set[str]:
    """The codes of the plan's own diagnoses."""
    return {value.get("code", "") for value in diagnosis_values(plan)}


def diagnosis_values(plan: XmlDocument) -> list[Element]:
    """What the plan's own diagnoses are coded by: the values of Health Concerns' observations that are no status."""
    marks = (f"cda:code[@code='{HEALTH_CONCERNS.code}']", f"cda:templateId[@root='{HEALTH_CONCERNS.template}']")
    path = "cda:component/cda:structuredBody/cda:component/cda:section"
    sections = [
        each for each in plan.root.iterfind(path, NAMESPACES) if any(each.find(mark, NAMESPACES) is not None for mark in marks)
    ]
    return [
        value
        for section in sections
        for observation in section.iterfind(".//cda:observation", NAMESPACES)
        if observation.find(f"cda:templateId[@root='{STATUS_OBSERVATION}']", NAMESPACES) is None
        for value in observation.iterfind("cda:value[@code]", NAMESPACES)
    ]


def is_kol(diagnoses: Iterable[str]) -> bool:
    """Whether KOL is among them: ICPC-2-DK R95, or SKS DJ43 and DJ44 with what is below them."""
    return any(code.startswith(("R95", "DJ43", "DJ44")) for code in diagnoses)
