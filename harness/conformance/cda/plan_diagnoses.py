"""Which diagnoses a plan is for, and whether that is KOL: what the rules of both ruter say of the forløbslabel stands on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from harness.standards import diagnosis_codes, oids
from harness.standards.cda.codes import HEALTH_CONCERNS, HL7, NAMESPACES, STATUS_OBSERVATION
from harness.standards.xml import Element, XmlDocument

SUBJECT: Final = "cpd-koder"
"""The rules of what a plan's diagnoses are coded in and called."""
KOL_SOURCE = (
    "MedCom, XDS Metadata, medcomdk/dk-medcom-xds-metadata@41e776f; "
    "ICPC-2-DK i KvalitetsIT/cda-validator@ceb5c65; hl7dk/dk-sks-terminology-automation@226bba7"
)


@dataclass(frozen=True, slots=True)
class System:
    """A code system: the OID it has, and the others that sources write for it. `form` is how its codes look, where told."""

    name: str
    oid: str
    also: tuple[str, ...] = ()
    form: re.Pattern[str] | None = None
    told: str = ""

    @property
    def every(self) -> tuple[str, ...]:
        """All OIDs that are accepted for it."""
        return (self.oid, *self.also)

    def __str__(self) -> str:
        return f"{self.name} ({self.oid})"


# The value set in art-decor, and what stands in place of an OID in MedCom's CPD-DK 1.0.1 example
ICPC2: Final = System(
    "ICPC-2-DK",
    oids.ICPC2,
    ("2.16.840.1.113883.6.138.2", "1.2.208.176.99.99.99"),
    diagnosis_codes.ICPC2,
    diagnosis_codes.ICPC2_TOLD,
)
# MedCom's FHIR terminology; SKS as a whole
SKS: Final = System("SKS-diagnoser", "1.2.208.176.2.4.12", (oids.SKS,), diagnosis_codes.SKS, diagnosis_codes.SKS_TOLD)


def codings(value: Element) -> Iterator[Element]:
    """A diagnosis' value, and what it is translated to."""
    return value.iter(f"{{{HL7}}}value", f"{{{HL7}}}translation")


def system_of(value: Element) -> System | None:
    """The system of diagnoses that a value says its code is of."""
    return next((each for each in (ICPC2, SKS) if value.get("codeSystem") in each.every), None)


def is_formed(value: Element) -> bool:
    """Whether a diagnosis has the form of a code of its system; in another system, which others speak of, of either."""
    system = system_of(value)
    systems = (ICPC2, SKS) if system is None else (system,)
    return any(each.form is not None and each.form.fullmatch(value.get("code", "")) for each in systems)


def is_clear(plan: XmlDocument) -> bool:
    """Whether all the plan's diagnoses can be read as codes; of those that cannot, nobody knows what they are for."""
    return all(map(is_formed, diagnosis_values(plan)))


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
