"""What must hold of a ConditionList (diagnosekort): the document, its composition and its diagnoses."""

from __future__ import annotations

from harness.conformance.fhir.message import Message, Standard, is_bundle
from harness.conformance.rule import HOLDS, Breach, NotJudged, Outcome
from harness.conformance.subject import Unreadable
from harness.domain.grade import Grade
from harness.domain.identifiers import Cpr, parse_uuid
from harness.standards.fhir import codes
from harness.standards.fhir.tree import Node

STANDARD = Standard(
    subject="fhir-diagnosekort",
    prefix="CL",
    profile=codes.CONDITION_LIST,
    source="MedCom, ConditionList 1.0.1 (medcom.fhir.dk.conditionlist)",
    judges={"CL-13": ("con-4",)},
)
PROTOCOL = "MedCom, ConditionList testprotokol 1.0.2, Send, tekniske krav"
BUNDLE = "medcom-conditionlist-bundle 1.0.1 (id og identifier 1..1); HL7 FHIR R4 (4.0.1), bdl-9 og Identifier.system"


@STANDARD.rule(1, "Dokumentet er et FHIR-dokument: en Bundle med en Composition først", Grade.F2)
def is_document(message: Message | Unreadable) -> Outcome:
    """Bundle.type document, and bdl-11."""
    return is_bundle(message, "document", "Composition")


@STANDARD.rule(2, "Dokumentets type er 11450-4 (LOINC)", Grade.F2)
def type_(message: Message) -> Outcome:
    """Composition.type, pattern."""
    return message.coding(message.header, ("type", "coding"), codes.LOINC, (codes.PROBLEM_LIST,))


@STANDARD.rule(3, "Dokumentets sprog er dansk (da)", Grade.F3)
def language(message: Message) -> Outcome:
    """Composition.language, pattern."""
    return message.text(message.header, "language", ("da",))


@STANDARD.rule(4, "Dokumentets fortrolighed er N", Grade.F3)
def confidentiality(message: Message) -> Outcome:
    """Composition.confidentiality, pattern."""
    return message.text(message.header, "confidentiality", ("N",))


@STANDARD.rule(5, "Dokumentets status er final", Grade.F3, source=PROTOCOL)
def status(message: Message) -> Outcome:
    """Composition.status."""
    return message.text(message.header, "status", ("final",))


@STANDARD.rule(6, "Dokumentet gælder en patient i dokumentet, med CPR-nummer", Grade.F2)
def patient(message: Message) -> Outcome:
    """Composition.subject 1..1; the patient has an identifier in the system of CPR. FHIR-CPR says whether it can be one."""
    found = message.header.one("subject")
    if found is None:
        return (message.missing(message.header, "subject"),)
    broken = message.target(found, "Patient")
    target = message.references.resolve(found)
    if broken or target is None:
        return broken
    return message.known_by(target, Cpr.SYSTEMS)


@STANDARD.rule(7, "Titlen er Diagnoseoversigt for patientens CPR-nummer", Grade.F1, source=PROTOCOL, needs=(1, 6))
def title(message: Message) -> Outcome:
    """The number in the title is the patient's. Neither is shown."""
    found = message.header.one("title")
    expected = "Diagnoseoversigt for <patientens CPR-nummer>"
    if found is None:
        return (message.missing(message.header, "title", expected),)
    target = message.references.resolve(message.header.all("subject")[0])
    cpr = [each.value("value") for each in (target.all("identifier") if target else ()) if each.value("system") == codes.CPR]
    if not any(map(is_cpr, cpr)):
        return NotJudged("patientens CPR-nummer er ikke et CPR-nummer")
    said = (found.text or "").replace("'", "")
    return (
        HOLDS if said in {f"Diagnoseoversigt for {each}" for each in cpr} else (message.wrong(found, expected, "en anden titel"),)
    )


@STANDARD.rule(8, "Afsenderen er netop én klinik (Organization) i dokumentet med SOR-kode", Grade.F3)
def institution(message: Message) -> Outcome:
    """Composition.author:institution 1..1; dk-core-organization-mandatory-identifier as far as SOR is used."""
    found = message.header.all("author")
    clinics = [(each, target) for each in found if (target := message.references.resolve(each)) is not None]
    clinics = [(each, target) for each, target in clinics if target.resource_type == "Organization"]
    if len(clinics) != 1:
        if clinics:
            return (message.wrong(clinics[1][0], "netop én klinik", str(len(clinics))),)
        place = message.missing(message.header, "author", "en Organization i dokumentet")
        return (place if not found else message.wrong(found[0].one("reference") or found[0], "en Organization i dokumentet"),)
    identifiers = clinics[0][1].all("identifier")
    if any(each.value("system") == codes.SOR and each.value("value") for each in identifiers):
        return HOLDS
    return (message.missing(clinics[0][1], "identifier", f"en SOR-kode ({codes.SOR})"),)


@STANDARD.rule(9, "Hver henvisning i dokumentets afsnit er til en diagnose i dokumentet", Grade.F2)
def entries(message: Message) -> Outcome:
    """section.entry 1..*, each a Condition."""
    found = message.header.all("section", "entry")
    if not found:
        section = message.header.one("section")
        return (message.missing(section or message.header, "entry" if section else "section", "mindst én diagnose"),)
    return tuple(breach for each in found for breach in message.target(each, "Condition"))


@STANDARD.rule(10, "Hver diagnose er aktuel (15240007) eller relevant (723506003)", Grade.F3)
def diagnosis_status(message: Message) -> Outcome:
    """Condition.category:status 1..1, SNOMED CT."""
    expected = f"netop én af {' eller '.join(codes.DIAGNOSIS_STATUS)} ({codes.SNOMED})"
    found: list[Breach] = []
    for condition in message.of_type("Condition"):
        codings = condition.all("category", "coding")
        snomed = [each for each in codings if each.value("system") == codes.SNOMED]
        known = [each for each in snomed if each.value("code") in codes.DIAGNOSIS_STATUS]
        if len(known) > 1:
            found.append(message.wrong(known[1], expected, "flere"))
        elif not known and snomed:
            found.append(message.wrong(snomed[0].one("code") or snomed[0], expected))
        elif not known:
            astray = [each for each in codings if each.value("code") in codes.DIAGNOSIS_STATUS and "system" in each.children]
            missing = message.missing(condition, "category", expected)
            found.append(message.wrong(astray[0].children["system"][0], codes.SNOMED) if astray else missing)
    return tuple(found)


@STANDARD.rule(11, "En diagnoses type er forløb (problem-list-item) eller kontakt (encounter-diagnosis)", Grade.F3)
def diagnosis_type(message: Message) -> Outcome:
    """Condition.category:type 0..1, when it is there."""
    return tuple(
        message.wrong(coding.one("code") or coding, " eller ".join(codes.DIAGNOSIS_TYPE))
        for condition in message.of_type("Condition")
        for coding in condition.all("category", "coding")
        if coding.value("system") == codes.CONDITION_CATEGORY and coding.value("code") not in codes.DIAGNOSIS_TYPE
    )


@STANDARD.rule(12, "Hver diagnose har en registreringsdato", Grade.F3)
def recorded(message: Message) -> Outcome:
    """Condition.recordedDate 1..1."""
    return tuple(
        message.missing(each, "recordedDate") for each in message.of_type("Condition") if "recordedDate" not in each.children
    )


@STANDARD.rule(13, "En afsluttet diagnose har en klinisk status, der siger det", Grade.F3)
def ended(message: Message) -> Outcome:
    """con-4: with an abatement, clinicalStatus is resolved, remission or inactive."""
    return tuple(
        breach
        for each in message.of_type("Condition")
        if any(name.startswith("abatement") for name in each.children)
        for breach in message.coding(
            each, ("clinicalStatus", "coding"), codes.CONDITION_CLINICAL, ("resolved", "remission", "inactive")
        )
    )


@STANDARD.rule(14, "Hver diagnose er dokumentets patients", Grade.F1, needs=(1, 6))
def same_patient(message: Message) -> Outcome:
    """Condition.subject points at the Patient of Composition.subject."""
    wanted = message.header.all("subject")[0]
    found: list[Breach] = []
    for condition in message.of_type("Condition"):
        subject = condition.one("subject")
        if subject is None:
            found.append(message.missing(condition, "subject"))
        elif message.references.resolve(subject) is not message.references.resolve(wanted):
            found.append(message.wrong(subject.one("reference") or subject, wanted.value("reference")))
    return tuple(found)


@STANDARD.rule(15, "Dokumentet har et UUID, der er et andet end Bundlens id", Grade.F3, source=f"{PROTOCOL}; {BUNDLE}")
def own_identifier(message: Message) -> Outcome:
    """Bundle.identifier 1..1, a new UUID with its system (bdl-9), and Bundle.id 1..1."""
    root = message.tree.root
    found = root.one("identifier", "value")
    if found is None:
        return (message.missing(root, "identifier/value", "et UUID"),)
    if not root.value("id"):
        return (message.missing(root, "id", "Bundlens eget id"),)
    said = found.text or ""
    try:
        own = parse_uuid(said)
    except ValueError as problem:
        return (message.wrong(found, str(problem)),)
    if str(own) == root.value("id").lower():
        return (message.wrong(found, "et andet UUID"),)
    system, expected = root.one("identifier", "system"), f"systemet {codes.URI} til et UUID, der begynder med urn:"
    if system is None:
        return (message.missing(root, "identifier/system", expected),)
    return HOLDS if system.text == codes.URI or not said.startswith("urn:") else (message.wrong(system, expected),)


@STANDARD.rule(16, "Lægens noter til en diagnose er ikke delt", Grade.F1, source=PROTOCOL)
def no_notes(message: Message) -> Outcome:
    """Condition.note is never shared. The note is not shown."""
    return tuple(
        message.wrong(each, "ingen note", "en note")
        for condition in message.of_type("Condition")
        for each in condition.all("note")
    )


@STANDARD.rule(17, "Hver diagnose står netop én gang i dokumentets afsnit", Grade.F2, source=PROTOCOL, needs=(1, 9))
def every_diagnosis_once(message: Message) -> Outcome:
    """One section.entry for each Condition: one that is in no section is not shown."""
    found: list[Breach] = []
    told: list[Node | None] = []
    for entry in message.header.all("section", "entry"):
        condition = message.references.resolve(entry)
        if condition in told:
            found.append(message.wrong(entry.children["reference"][0], "en diagnose, der ikke allerede er nævnt"))
        told.append(condition)
    lost = (message.wrong(each, "nævnt i et afsnit", "ikke nævnt") for each in message.of_type("Condition") if each not in told)
    return tuple(found or lost)  # a slip of one reference makes both: it is told where it stands


def is_cpr(text: str) -> bool:
    """Whether a text can be a CPR number."""
    try:
        return bool(Cpr(text))
    except ValueError:
        return False
