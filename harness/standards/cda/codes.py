"""Names and codes of CPD-DK 1.0.1, the Danish CDA care plan.

Source: MedCom, CPD-DK 1.0.1, schematron and full-length example in KvalitetsIT/cda-validator@ceb5c65 (art-decor scenario
1.2.208.184.4.2). Of CPD-DK 2.0 only the format code is public.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

HL7: Final = "urn:hl7-org:v3"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
XSI_TYPE: Final = f"{{{XSI}}}type"
NAMESPACES: Final = {"cda": HL7}
"""For `element.find("cda:section", NAMESPACES)`."""

TYPE_ID_ROOT: Final = "2.16.840.1.113883.1.3"
TYPE_ID: Final = "POCD_HD000040"
CPD: Final = "1.2.208.184.15.1"
CARE_PLAN: Final = "81215-6"

SECTION_EDITION: Final = "2018-09-28"
SUBSECTION_EDITION: Final = "2018-11-28"
ENTRY_EDITION: Final = "2018-09-28"


@dataclass(frozen=True, slots=True)
class SectionKind:
    """One of the plan's sections. `code` is LOINC, `subsection_code` MedCom Message Codes (empty where none is known).

    `name` is the section's English name in the profile, `danish` what a reader calls it.
    """

    name: str
    danish: str
    template: str
    code: str
    subsection: str
    subsection_code: str
    entry: str


HEALTH_CONCERNS: Final = SectionKind(
    "Health Concerns",
    "Helbredsproblemer",
    f"{CPD}.10.20.1",
    "75310-3",
    f"{CPD}.10.20.1.2",
    "FLPDiagnosisCode",
    f"{CPD}.10.20.1.21",
)
GOALS: Final = SectionKind("Goals", "Mål", f"{CPD}.10.20.2", "61146-7", f"{CPD}.10.20.2.2", "FlpGoalText", f"{CPD}.10.20.2.20")
INTERVENTIONS: Final = SectionKind(
    "Interventions", "Indsatser", f"{CPD}.10.20.3", "62387-6", f"{CPD}.10.20.3.2", "PlannedInterventionText", f"{CPD}.10.20.3.20"
)
OUTCOMES: Final = SectionKind("Outcomes", "Resultater", f"{CPD}.10.20.4", "11383-7", f"{CPD}.10.20.4.2", "", f"{CPD}.10.20.4.20")

STATUS_OBSERVATION: Final = f"{CPD}.10.20.1.20"
"""Beside the diagnosis in Health Concerns: an observation whose code and value are no diagnosis."""
