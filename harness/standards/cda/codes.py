"""Names and codes of the Danish CDA documents: what all share, and what each kind adds.

Sources: KvalitetsIT/cda-validator@ceb5c65 (MedCom's schematrons and examples: CPD-DK 1.0.1 in art-decor scenario 1.2.208.184.4.2,
appointments in 1.2.208.184.4.5, PDC in 1.2.208.184.4.8, QRD and QFDD examples); their templates in
medcomdk/cda-validator-schematron-resources@995c110; medcomdk/dk-medcom-xds-metadata@41e776f (document codes). Of
CPD-DK 2.0 only the format code is asserted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from harness.standards import oids

HL7: Final = "urn:hl7-org:v3"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
XSI_TYPE: Final = f"{{{XSI}}}type"
NAMESPACES: Final = {"cda": HL7}
"""For `element.find("cda:section", NAMESPACES)`."""

TYPE_ID_ROOT: Final = "2.16.840.1.113883.1.3"
TYPE_ID: Final = "POCD_HD000040"
YDER: Final = "1.2.208.176.1.4"  # ydernummer, MedCom's examples
PROMPTS: Final = "1.2.208.184.100.2"  # MedCom prompt table: the questions and answers of QFDD and QRD
ROLES: Final = "2.16.840.1.113883.5.111"  # HL7 RoleCode, in which the patient as author is SELF
SELF: Final = "SELF"
CPD: Final = "1.2.208.184.15.1"
CARE_PLAN: Final = "81215-6"


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A kind of document. The first of `codes` is what we write unless told; the others are accepted as well.

    Templates below `template` are accepted for it: MedCom's documents also carry ids with a version after it (`….1.1`).
    """

    name: str
    template: str
    codes: tuple[str, ...]
    display: str
    code_system: str = oids.LOINC
    code_system_name: str = "LOINC"

    def has_template(self, root: str) -> bool:
        """Whether a document's templateId with this root says that it is of this kind."""
        return f"{root}.".startswith(f"{self.template}.")


CPD_KIND: Final = DocumentKind("CPD-DK", CPD, (CARE_PLAN,), "Care plan")
QFDD: Final = DocumentKind("QFDD-DK", "1.2.208.184.12.1", ("74468-0",), "Questionnaire Form Definition Document")
QRD: Final = DocumentKind("QRD-DK", "1.2.208.184.13.1", ("74465-6",), "Questionnaire Response Document")
APD: Final = DocumentKind("APD-DK", "1.2.208.184.14.1", ("39289-4", "39290-2"), "Appointment")
PDC: Final = DocumentKind("PDC-DK", "1.2.208.184.16.1", ("PDC",), "Stamkort", oids.MESSAGE_CODES, "MedCom Message Codes")

ANSWERS_SECTION: Final = "2.16.840.1.113883.10.20.33.2.1"  # QRD
ANSWERS: Final = "2.16.840.1.113883.10.20.33.4.1"  # QRD, the organizer
MULTIPLE_CHOICE: Final = "2.16.840.1.113883.10.20.33.4.5"  # QRD
RESPONSE_OPTIONS: Final = "2.16.840.1.113883.10.20.32.4.20"  # QFDD and QRD: how many answers may be given
RESPONSE_OPTIONS_CODE: Final = "74467-2"
FORM_REFERENCE: Final = "1.2.208.184.6.1"  # QRD, the reference to the form that was answered

APPOINTMENT_SECTION: Final = "1.2.208.184.14.11.1"
APPOINTMENT: Final = "1.2.208.184.14.11.2"
APPOINTMENT_EDITION: Final = "2019-09-10"
APPOINTMENT_CODE: Final = "18776-5"  # the section's, LOINC
APPOINTMENT_KINDS: Final = ("PractitionerAppointment", "RegionalAppointment", "MunicipalityAppointment")

PDC_ENTRIES: Final = "1.2.208.184.16.1.10.20.1"
PDC_ENTRY_NUMBERS: Final = range(20, 31)

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
