"""What must hold of an appointment, APD-DK. The appointment summary (56446-8) has no sourced template, and is not judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from harness.conformance.cda.document import EXAMPLES, METADATA, SCHEMA, SCHEMATRON, is_kind
from harness.conformance.cda.element import carries, has, missing, says
from harness.conformance.cda.header import is_time, judge_document
from harness.conformance.cda.header_parts import other_body
from harness.conformance.rule import HOLDS, Breach, Judgement, NotJudged, Outcome, Rule, rule
from harness.domain.finding import Owner
from harness.domain.grade import Grade
from harness.standards import oids
from harness.standards.cda import codes
from harness.standards.cda.codes import HL7, NAMESPACES
from harness.standards.xml import Element, XmlDocument

SUBJECT = "apd"
SOURCE = (
    "MedCom, APD-DK, schematron (art-decor-scenarie 1.2.208.184.4.5) og eksempler, KvalitetsIT/cda-validator@ceb5c65; "
    f"{SCHEMATRON}, 1.2.208.184.14.11.1 og 1.2.208.184.14.11.2"
)


def judge_apd(data: bytes, file: str) -> list[Judgement]:
    """Every rule's result, those of the header first, on the appointment in `data`; `file` is its name in findings. Never raises.

    judge_apd(body, "aftale.xml")
    """
    return judge_document(SUBJECT, data, file)


def _apd_rule(number: int, title: str, grade: Grade, source: str, *needs: str) -> Callable[[Callable[..., Outcome]], Rule]:
    return rule(f"APD-{number:02}", subject=SUBJECT, title=title, grade=grade, owner=Owner.LPS, source=source, needs=needs)


@_apd_rule(
    1,
    "Dokumentet er et APD-DK: det har skabelonen og koden 39289-4 eller 39290-2 (LOINC)",
    Grade.F2,
    f"{METADATA}, typeCode; {SOURCE}",
)
def kind(appointment: XmlDocument) -> Outcome:
    """templateId 1.2.208.184.14.1."""
    return is_kind(appointment, codes.APD)


@_apd_rule(2, "Aftalens afsnit har sin templateId", Grade.F3, SOURCE)
def section(appointment: XmlDocument) -> Outcome:
    """1.2.208.184.14.11.1, extension 2019-09-10, on one of the sections at least. A body of another kind has none."""
    return other_body(appointment) or _somewhere(appointment, "section", codes.APPOINTMENT_SECTION)


@_apd_rule(3, "Selve aftalen har sin templateId", Grade.F3, SOURCE, "APD-02")
def encounter(appointment: XmlDocument) -> Outcome:
    """1.2.208.184.14.11.2, extension 2019-09-10: on an encounter, or wherever else in the body."""
    return _somewhere(appointment, "encounter", codes.APPOINTMENT)


@_apd_rule(4, "Aftalens art er en kode i MedComs beskedkoder", Grade.F3, f"MedCom Message Codes (1.2.208.184.100.1), {EXAMPLES}")
def appointment_kind(appointment: XmlDocument) -> Outcome:
    """PractitionerAppointment, RegionalAppointment and MunicipalityAppointment belong there; other codes are not judged."""
    found = [each for each in appointment.root.iter(f"{{{HL7}}}code") if each.get("code") in codes.APPOINTMENT_KINDS]
    if not found:
        return NotJudged("aftalens art er ingen af de koder, der er kendt")
    wrong = [each for each in found if each.get("codeSystem") != oids.MESSAGE_CODES]
    return tuple(
        Breach(appointment.at(each, "codeSystem"), oids.MESSAGE_CODES, each.get("codeSystem") or "mangler") for each in wrong
    )


@_apd_rule(5, "Aftalens tid er et tidsrum (IVL_TS) med rigtige tidspunkter", Grade.F2, f"{SCHEMA}, datatypen IVL_TS")
def period(appointment: XmlDocument) -> Outcome:
    """Each time of an encounter is HL7's TS, and an end on the same clock is not before its start. A time is not asked for."""
    found = appointment.root.findall(".//cda:encounter/cda:effectiveTime", NAMESPACES)
    if not found:
        return NotJudged("aftalen har ingen tid")
    return tuple(breach for each in found for breach in _period(appointment, each))


def _period(appointment: XmlDocument, period: Element) -> tuple[Breach, ...]:
    ends = [each for each in (period, *period.iterchildren(f"{{{HL7}}}*")) if "value" in each.attrib]
    wrong = [each for each in ends if not is_time(each.get("value", ""))]
    if wrong:
        return tuple(
            Breach(appointment.at(each, "value"), "et tidspunkt, fx 20261005101500+0200", each.get("value") or "tomt")
            for each in wrong
        )
    low, high = (period.find(f"cda:{name}", NAMESPACES) for name in ("low", "high"))
    start, end = ("" if each is None else each.get("value", "") for each in (low, high))
    same_clock = len(start) == len(end) == 19 and start[14:] == end[14:]
    if high is None or not same_clock or start <= end:
        return HOLDS
    return (Breach(appointment.at(high, "value"), f"ikke før {start}", end),)


@_apd_rule(6, "Aftalens afsnit har koden 18776-5 (LOINC), en titel og en tekst", Grade.F3, SOURCE, "APD-02")
def section_parts(appointment: XmlDocument) -> Outcome:
    """Of each section with the template; neither title nor text has a nullFlavor. A text may be empty: no source asks an
    appointment for a reason.
    """
    return tuple(
        breach
        for each in _with_template(appointment, codes.APPOINTMENT_SECTION)
        for breach in (
            *carries(appointment, each, "code", code=codes.APPOINTMENT_CODE, codeSystem=oids.LOINC),
            *says(appointment, each, "title", null_flavor=False),
            *has(appointment, each, "text", null_flavor=False),
        )
    )


@_apd_rule(7, "Selve aftalen er en aftale (ENC, APT) med id, art, status, tid og udfører", Grade.F3, SOURCE, "APD-03")
def encounter_parts(appointment: XmlDocument) -> Outcome:
    """Of each encounter with the template; neither id nor time has a nullFlavor. What the status is, is not judged."""
    return tuple(
        breach for each in _with_template(appointment, codes.APPOINTMENT) for breach in _encounter_parts(appointment, each)
    )


def _encounter_parts(appointment: XmlDocument, encounter: Element) -> Iterator[Breach]:
    for name, wanted in (("classCode", "ENC"), ("moodCode", "APT")):
        found = encounter.get(name, wanted)  # that it is missing CDA-H16 tells
        if found != wanted:
            yield Breach(appointment.at(encounter, name), wanted, found or "tom")
    for name in ("id", "effectiveTime"):
        yield from has(appointment, encounter, name, null_flavor=False)
    yield from has(appointment, encounter, "performer/assignedEntity")
    for name in ("code", "statusCode"):
        coded = encounter.find(f"cda:{name}", NAMESPACES)
        if coded is None:
            yield missing(appointment, encounter, name)
        elif not coded.get("code", "").strip():
            yield Breach(appointment.at(coded, "code"), f"{name} med en kode", "mangler")


@rule(
    "APD-08",
    subject=SUBJECT,
    title="Aftalens art er en af de koder, der er kendt",
    grade=Grade.F4,
    owner=Owner.LPS,
    source=f"{SCHEMATRON}, 1.2.208.184.14.11.2: værdisættet 1.2.208.184.11.5; {EXAMPLES}",
    needs=("APD-03",),
    remark="kan være rigtig: hele værdisættet er ikke offentligt",
)
def known_kind(appointment: XmlDocument) -> Outcome:
    """PractitionerAppointment, RegionalAppointment or MunicipalityAppointment."""
    return tuple(
        Breach(appointment.at(each, "code"), " eller ".join(codes.APPOINTMENT_KINDS), each.get("code") or "tom")
        for each in _codes(appointment, codes.APPOINTMENT, "[@code]")
        if each.get("code") not in codes.APPOINTMENT_KINDS
    )


@rule(
    "APD-09",
    subject=SUBJECT,
    title="Koderne for aftalens afsnit og art har deres kodesystems navn",
    grade=Grade.F4,
    owner=Owner.LPS,
    source=f"{SCHEMATRON}, 1.2.208.184.14.11.1 og 1.2.208.184.14.11.2 (codeSystemName)",
    needs=("APD-02", "APD-03"),
    remark="MedComs schematron kræver navnet, men HL7's skema ikke; kodesystemets OID siger det samme",
)
def code_system_names(appointment: XmlDocument) -> Outcome:
    """LOINC of the section's code, any name of the encounter's. That a code is missing, or is another, APD-06 and APD-07 tell."""
    sections = _codes(appointment, codes.APPOINTMENT_SECTION, f"[@code='{codes.APPOINTMENT_CODE}'][@codeSystem='{oids.LOINC}']")
    kinds = _codes(appointment, codes.APPOINTMENT, "[@code]")
    wrong = {"LOINC": [each for each in sections if each.get("codeSystemName") != "LOINC"]}
    wrong["kodesystemets navn"] = [each for each in kinds if not each.get("codeSystemName", "").strip()]
    return tuple(
        Breach(appointment.at(each, "codeSystemName"), expected, each.get("codeSystemName") or "mangler")
        for expected, found in wrong.items()
        for each in found
    )


def _codes(appointment: XmlDocument, template: str, which: str) -> list[Element]:
    """The code of each element with the template, where it is as `which` has it."""
    found = (each.find(f"cda:code{which}", NAMESPACES) for each in _with_template(appointment, template))
    return [each for each in found if each is not None]


def _with_template(appointment: XmlDocument, template: str) -> list[Element]:
    path = f".//cda:templateId[@root='{template}'][@extension='{codes.APPOINTMENT_EDITION}']/.."
    return appointment.root.findall(path, NAMESPACES)


def _somewhere(appointment: XmlDocument, name: str, template: str) -> Outcome:
    """Broken when no element of the body has the template: at the first `name`, else at the body."""
    body = appointment.root.find("cda:component", NAMESPACES)
    if body is None:
        return NotJudged("dokumentet har ingen krop (component)")
    if _with_template(appointment, template):
        return HOLDS
    place = next(body.iter(f"{{{HL7}}}{name}"), None)
    if place is None:
        return (missing(appointment, body, name, f"{name} med templateId {template} ({codes.APPOINTMENT_EDITION})"),)
    return carries(appointment, place, "templateId", root=template, extension=codes.APPOINTMENT_EDITION)
