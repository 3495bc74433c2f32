"""What must hold of a HomeCareObservation (kommunale prøvesvar), with or without MedCom's packages. Subject `fhir-proevesvar`."""

from __future__ import annotations

from itertools import chain

from harness.conformance.fhir.message import Message, Standard, definition_rule, messaging_rules, patient_rule
from harness.conformance.fhir.pattern import shown
from harness.conformance.rule import HOLDS, Breach, Judgement, Outcome
from harness.domain.grade import Grade
from harness.standards.fhir import codes
from harness.standards.fhir.definitions import Definitions

STANDARD = Standard(
    subject="fhir-proevesvar",
    prefix="HCO",
    profile=codes.HOME_CARE_OBSERVATION,
    source="MedCom, HomeCareObservation 1.2.1 (medcom.fhir.dk.homecareobservation)",
    judges={
        "HCO-05": ("medcom-messaging-2", "medcom-homecareObsMessage-2"),
        "HCO-06": ("medcom-hcobs-definition-url",),
        "HCO-10": ("medcom-homecareReport-1", "medcom-homecareReport-2", "medcom-homecareReport-3"),
    },
)
CANCELLATION = "MedCom, medcom.fhir.dk.terminology 2.0.2, cancellation-reason; MedComs eksempel på retract-message"
MAX_RESULT = 12
"""How many characters a result may have."""


def judge_home_care_observation(data: bytes, file: str, definitions: Definitions | None = None) -> list[Judgement]:
    """Every rule's result on the message in `data` (JSON or XML); `file` is its name in findings. Never raises for it.

    With the tester's packages in `definitions`, the profile's own checks follow.

        judge_home_care_observation(body, "prøvesvar.json")
    """
    return STANDARD.judge(data, file, definitions)


messaging_rules(STANDARD, "homecareobservation-message", codes.HOME_CARE_ACTIVITIES)
definition_rule(STANDARD, 6, codes.HOME_CARE_DEFINITION, "1")


@STANDARD.rule(7, "Beskeden handler om et prøvesvar (DiagnosticReport)", Grade.F2)
def about_a_report(message: Message) -> Outcome:
    """MessageHeader.focus points at a DiagnosticReport in the message."""
    found = message.header.one("focus")
    return (message.missing(message.header, "focus"),) if found is None else message.target(found, "DiagnosticReport")


@STANDARD.rule(8, "Prøvesvarets kode er HomeCareReport", Grade.F3, needs=(1, 7))
def report_code(message: Message) -> Outcome:
    """DiagnosticReport.code, required value set MedComDiagnosticReportCodesValueset."""
    return tuple(
        breach
        for report in message.of_type("DiagnosticReport")
        for breach in message.coding(report, ("code", "coding"), codes.REPORT_CODES, ("HomeCareReport",))
    )


@STANDARD.rule(9, "Prøvesvarets status er final", Grade.F3, needs=(1, 7))
def final(message: Message) -> Outcome:
    """DiagnosticReport.status, pattern."""
    return tuple(
        breach for report in message.of_type("DiagnosticReport") for breach in message.text(report, "status", ("final",))
    )


@STANDARD.rule(10, "Prøvesvaret har en producent og en ansvarlig med rolle, navn og telefon", Grade.F3, needs=(1, 7))
def performers(message: Message) -> Outcome:
    """performer 2..2: a producer organization and a PractitionerRole; medcom-homecareReport-1, -2 and -3."""
    found: list[Breach] = []
    for report in message.of_type("DiagnosticReport"):
        for wanted in ("Organization", "PractitionerRole"):
            targets = [message.references.resolve(each) for each in report.all("performer")]
            mine = [each for each in targets if each is not None and each.resource_type == wanted]
            if not mine:
                found.append(message.missing(report, "performer", f"en {wanted} i beskeden"))
            elif wanted == "PractitionerRole":
                role = mine[0]
                person = next((each for each in map(message.references.resolve, role.all("practitioner")) if each), None)
                if not any(each.value("code") for each in role.all("code", "coding")):
                    found.append(message.missing(role, "code/0/coding/0/code", "en rolle"))
                elif person is None:
                    found.append(message.missing(role, "practitioner", "en Practitioner i beskeden"))
                elif not person.all("name"):
                    found.append(message.missing(person, "name", "et navn"))
                elif not any(each.value("system") == "phone" for each in person.all("telecom")):
                    found.append(message.missing(person, "telecom", "et telefonnummer"))
    return tuple(found)


@STANDARD.rule(11, f"Et resultat fylder højst {MAX_RESULT} tegn", Grade.F3)
def short_results(message: Message) -> Outcome:
    """valueQuantity.value and valueString, maxLength 12."""
    return tuple(
        message.wrong(value, f"højst {MAX_RESULT} tegn", f"{shown(value)} ({len(value.text or '')} tegn)")
        for observation in message.of_type("Observation")
        for value in (*observation.all("valueQuantity", "value"), *observation.all("valueString"))
        if len(value.text or "") > MAX_RESULT
    )


@STANDARD.rule(12, "Et resultat er mærket som ikke fortolket (NI)", Grade.F3)
def not_interpreted(message: Message) -> Outcome:
    """Observation.interpretation, when it is there: pattern NI in MedCom's own code system."""
    return tuple(
        breach
        for observation in message.of_type("Observation")
        for interpretation in observation.all("interpretation")
        for breach in message.coding(interpretation, ("coding",), codes.INTERPRETATION_CODES, ("NI",))
    )


@STANDARD.rule(13, "Et mærke for nægtet samtykke er Restricted (R)", Grade.F1)
def refused_consent(message: Message) -> Outcome:
    """DiagnosticReport.meta.security, when it is there: pattern R. A wrong mark hides that the patient refused."""
    return tuple(
        breach
        for report in message.of_type("DiagnosticReport")
        for meta in report.all("meta")
        if "security" in meta.children
        for breach in message.coding(meta, ("security",), codes.CONFIDENTIALITY, ("R",))
    )


@STANDARD.rule(14, "En rettelse eller annullering siger, hvilken besked den gælder", Grade.F2, needs=(1, 5))
def refers_back(message: Message) -> Outcome:
    """As MedCom's examples: Provenance.entity points at the earlier MessageHeader, with the role revision or removal."""
    found: list[Breach] = []
    for each in message.of_type("Provenance"):
        role = codes.CHANGES.get(each.value("activity", "coding", "code"), "")
        entity = each.one("entity")
        if not role:
            continue
        if entity is None or not entity.value("what", "reference"):
            found.append(message.missing(each, "entity", "entity med en reference til den tidligere besked"))
        else:
            found += message.text(entity, "role", (role,))
    return tuple(found)


@STANDARD.rule(15, "Alle dele af prøvesvaret gælder samme patient", Grade.F1)
def one_patient(message: Message) -> Outcome:
    """subject 1..1 of the report and of each result; all point at one and the same Patient in the message."""
    parts = [part for kind in ("DiagnosticReport", "Observation") for part in message.of_type(kind)]
    subjects = [each for part in parts for each in part.all("subject")]
    broken = [message.missing(part, "subject", "en reference til patienten") for part in parts if not part.all("subject")]
    broken += [breach for each in subjects for breach in message.target(each, "Patient")]
    if broken or not subjects:
        return tuple(broken)
    first = message.references.resolve(subjects[0])
    others = [each for each in subjects if message.references.resolve(each) is not first]
    return tuple(message.wrong(each.children["reference"][0], subjects[0].value("reference")) for each in others) or HOLDS


patient_rule(STANDARD, 16, 15)


@STANDARD.rule(17, "Et tegn foran værdien er <, <=, >= eller >", Grade.F1, source="HL7 FHIR R4 (4.0.1), quantity-comparator")
def comparator(message: Message) -> Outcome:
    """valueQuantity.comparator, where there is one: without it `<4` becomes `4`."""
    return tuple(
        message.wrong(found, "<, <=, >= eller >")
        for observation in message.of_type("Observation")
        for found in observation.all("valueQuantity", "comparator")
        if found.text not in ("<", "<=", ">=", ">")
    )


@STANDARD.rule(18, "En annullering siger hvorfor, med en af MedComs tre grunde", Grade.F3, source=CANCELLATION, needs=(1, 5))
def reason(message: Message) -> Outcome:
    """DiagnosticReport.conclusion of a retract-message: a code of medcom-messaging-cancellation-reason, or its text."""
    if not any(each.value("activity", "coding", "code") == codes.RETRACT for each in message.of_type("Provenance")):
        return HOLDS
    reasons = frozenset(chain.from_iterable(codes.CANCELLATION_REASONS))
    return tuple(breach for each in message.of_type("DiagnosticReport") for breach in message.text(each, "conclusion", reasons))
