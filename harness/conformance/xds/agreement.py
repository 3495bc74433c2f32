"""Rules over how the metadata of an ITI-41 agree with the document they describe."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from harness.conformance.rule import Breach, Outcome
from harness.conformance.xds.message import ERRORS, EXAMPLES, VALUES
from harness.conformance.xds.submitted import (
    Entry,
    Submitted,
    breach,
    each_entry,
    identifier,
    instance,
    submission_rule,
    unless,
    words,
)
from harness.conformance.xds.values import INSTITUTION, MAPPING
from harness.domain.grade import Grade
from harness.standards import oids
from harness.standards.cda.codes import NAMESPACES
from harness.standards.xds import codes
from harness.standards.xml import Element, text_of

_NUMBER = re.compile(r"(\d{6})-?(\d{4})\^")
_OF_CPR = re.compile(rf"&{re.escape(oids.CPR)}(?:[&^]|$)")


@submission_rule(
    "XDSM-19",
    "Patienten i metadata er patienten i dokumentet",
    Grade.F1,
    f"{MAPPING}; {ERRORS} XDSPatientIdDoesNotMatch",
    ("XDSM-03",),
)
def same_patient(submitted: Submitted) -> Outcome:
    """In patientId of the entry and of the set, however it is written (XDSM-20), and in sourcePatientId when that is a CPR."""

    def check(entry: Entry) -> list[Breach] | None:
        own = {number.get("extension", "").replace("-", "") for number in _numbers(entry)}
        if not own:
            return None
        said = [(each, _number(each.get("value", "").strip()), "value") for each in _patient_ids(submitted, entry)]
        source = entry.slot("sourcePatientId")
        if source is not None and _OF_CPR.search(words(source)[0]):
            said.append((source, words(source)[0].partition("^")[0].replace("-", ""), ""))
        return [
            breach(submitted, element, "dokumentets patient", "en anden patient", attribute)
            for element, number, attribute in said
            if number and number not in own
        ]

    return each_entry(submitted, "dokumentets CPR-nummer kan ikke læses", check)


@submission_rule("XDSM-20", "patientId har formen CPR^^^&1.2.208.176.1.2&ISO", Grade.F3, f"{VALUES}; {EXAMPLES}", ("XDSM-03",))
def patient_form(submitted: Submitted) -> Outcome:
    """In the entry and in the set. Not judged for a patient whose document has no CPR, but an eCPR."""
    form = re.compile(rf"\d{{10}}\^\^\^&{re.escape(oids.CPR)}&ISO")

    def check(entry: Entry) -> list[Breach] | None:
        if entry.cda and not _numbers(entry):
            return None
        found = [each for each in _patient_ids(submitted, entry) if not form.fullmatch(each.get("value", "").strip())]
        return [breach(submitted, each, "CPR^^^&1.2.208.176.1.2&ISO", "en anden form", "value") for each in found]

    return each_entry(submitted, "dokumentets patient har ikke et CPR-nummer", check)


@submission_rule("XDSM-21", "uniqueId er dokumentets id", Grade.F3, MAPPING, ("XDSM-03",))
def unique_id(submitted: Submitted) -> Outcome:
    """`root^extension`, or the root alone when the id has no extension."""

    def check(entry: Entry) -> list[Breach] | None:
        given, own = entry.identifier(codes.ENTRY_UNIQUE_ID), entry.in_cda("cda:id")
        if given is None or not own:
            return None
        value = given.get("value", "").strip()
        return unless(submitted, value == instance(own[0]), given, instance(own[0]), value, "value")

    return each_entry(submitted, "uniqueId eller dokumentets id mangler", check)


@submission_rule("XDSM-22", "title er dokumentets titel", Grade.F3, MAPPING, ("XDSM-03",))
def title(submitted: Submitted) -> Outcome:
    """White space does not count."""

    def check(entry: Entry) -> list[Breach] | None:
        given, own = entry.title(), entry.in_cda("cda:title")
        if given is None or not own:
            return None
        value = " ".join(given.get("value", "").split())
        return unless(submitted, value == text_of(own[0]), given, text_of(own[0]), value, "value")

    return each_entry(submitted, "title eller dokumentets titel mangler", check)


@submission_rule("XDSM-23", "creationTime er dokumentets effectiveTime i UTC", Grade.F3, MAPPING, ("XDSM-03",))
def creation_time(submitted: Submitted) -> Outcome:
    """`yyyyMMddHHmmss`, or without seconds: to the precision that both give."""
    return each_entry(
        submitted,
        "creationTime mangler, eller dokumentets effectiveTime har ingen tidszone",
        lambda entry: _same_time(submitted, entry, "creationTime", "cda:effectiveTime"),
    )


@submission_rule("XDSM-24", "serviceStartTime og serviceStopTime er dokumentets tider i UTC", Grade.F3, MAPPING, ("XDSM-03",))
def service_times(submitted: Submitted) -> Outcome:
    """When they are given, and the document has them with a time zone."""
    path = "cda:documentationOf/cda:serviceEvent/cda:effectiveTime/cda:"
    return each_entry(
        submitted,
        "tiderne er ikke angivet begge steder",
        lambda entry: _both(
            _same_time(submitted, entry, "serviceStartTime", f"{path}low"),
            _same_time(submitted, entry, "serviceStopTime", f"{path}high"),
        ),
    )


@submission_rule(
    "XDSM-25", "authorInstitution er forfatterens organisation i dokumentet", Grade.F3, MAPPING, ("XDSM-03", "XDSM-17")
)
def institution(submitted: Submitted) -> Outcome:
    """By its SOR code."""

    def check(entry: Entry) -> list[Breach] | None:
        path = f"cda:author/cda:assignedAuthor/cda:representedOrganization/cda:id[@root='{oids.SOR}']"
        own = {found.get("extension", "") for found in entry.in_cda(path)}
        given = [(value, INSTITUTION.fullmatch((value.text or "").strip())) for value in entry.institutions()]
        if not own or not given:
            return None
        wanted = f"SOR {' eller '.join(sorted(own))}"
        return [breach(submitted, value, wanted, f"SOR {found[1]}") for value, found in given if found and found[1] not in own]

    return each_entry(submitted, "dokumentets forfatter har ingen organisation med SOR", check)


@submission_rule(
    "XDSM-26",
    "sourcePatientInfo har patientens navn, fødselsdag og køn fra dokumentet",
    Grade.F3,
    f"{VALUES}; {MAPPING}",
    ("XDSM-03",),
)
def patient_info(submitted: Submitted) -> Outcome:
    """PID-5 (family and given names only), PID-7 and PID-8, those that are given."""

    def check(entry: Entry) -> list[Breach] | None:
        slot, people = entry.slot("sourcePatientInfo"), entry.in_cda("cda:recordTarget/cda:patientRole/cda:patient")
        if slot is None or not people:
            return None
        own = _person(people[0])
        given = dict(text.split("|", 1) for text in words(slot) if "|" in text)
        same = {
            "PID-5": _same_name(given.get("PID-5", ""), own["PID-5"].split()),
            "PID-7": given.get("PID-7", "")[:8] in ("", own["PID-7"]),
            "PID-8": given.get("PID-8", "") in ("", own["PID-8"]),
        }
        wrong = [part for part, holds in same.items() if own[part] and not holds]
        return [breach(submitted, slot, f"{part} som i dokumentet", f"{part} er et andet") for part in wrong]

    return each_entry(submitted, "sourcePatientInfo eller dokumentets patient mangler", check)


def _patient_ids(submitted: Submitted, entry: Entry) -> list[Element]:
    """patientId of the entry and of the set."""
    of_sets = (identifier(package, codes.SET_PATIENT_ID) for package in submitted.sets)
    return [each for each in (entry.identifier(codes.ENTRY_PATIENT_ID), *of_sets) if each is not None]


def _number(patient_id: str) -> str:
    """The ten digits a patientId begins with; empty when it begins with something else."""
    found = _NUMBER.match(patient_id)
    return found[1] + found[2] if found else ""


def _numbers(entry: Entry) -> list[Element]:
    """The patient's CPR ids in the document."""
    return entry.in_cda(f"cda:recordTarget/cda:patientRole/cda:id[@root='{oids.CPR}']")


def _same_time(submitted: Submitted, entry: Entry, slot_name: str, path: str) -> list[Breach] | None:
    slot, own = entry.slot(slot_name), entry.in_cda(path)
    expected = _utc(own[0].get("value", "")) if own else ""
    if slot is None or not expected:
        return None
    given = words(slot)[0]
    same = re.fullmatch(r"\d{12}(\d{2})?", given) and (given.startswith(expected) or expected.startswith(given))
    return unless(submitted, bool(same), slot, expected, given)


def _both(first: list[Breach] | None, second: list[Breach] | None) -> list[Breach] | None:
    return None if first is None and second is None else [*(first or ()), *(second or ())]


def _utc(value: str) -> str:
    """An HL7 time with its offset as digits in UTC, with seconds when it has them; empty for anything else."""
    found = re.fullmatch(r"(\d{12})(\d{2})?(?:\.\d+)?([+-]\d{4})", value)
    if not found:
        return ""
    try:
        moment = datetime.strptime(f"{found[1]}{found[2] or '00'}{found[3]}", "%Y%m%d%H%M%S%z")
        return f"{moment.astimezone(UTC):%Y%m%d%H%M%S}"[: 14 if found[2] else 12]
    except (ValueError, OverflowError):
        return ""


def _person(patient: Element) -> dict[str, str]:
    """The document's patient as PID-5 (names apart by space, family name first), PID-7 and PID-8 (M and F only)."""
    family = [text_of(each) for each in patient.findall("cda:name/cda:family", NAMESPACES)]
    given = [text_of(each) for each in patient.findall("cda:name/cda:given", NAMESPACES)]
    born, gender = patient.find("cda:birthTime", NAMESPACES), patient.find("cda:administrativeGenderCode", NAMESPACES)
    sex = gender.get("code", "") if gender is not None else ""
    return {
        "PID-5": " ".join((*family, *given)),
        "PID-7": born.get("value", "")[:8] if born is not None else "",
        "PID-8": sex if sex in ("M", "F") else "",
    }


def _same_name(text: str, own: list[str]) -> bool:
    """Whether a name in XPN, when given, is family and given names of `own`, in that order.

    Second given names stand in the third component, apart by `&` or space, or in components of their own; suffix, prefix and
    degree may follow.
    """
    components = text.split("^")
    names, everything = (re.split(r"[\^& ]+", "^".join(part).strip("^& ")) for part in (components[:3], components))
    return everything == [""] or (own[: len(names)] == names and everything[: len(own)] == own)
