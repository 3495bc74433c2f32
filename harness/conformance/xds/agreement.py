"""Rules over how the metadata of an ITI-41 agree with the document they describe."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime

from harness.conformance.cda.header import is_time
from harness.conformance.rule import Breach, Outcome
from harness.conformance.xds.message import VALUES
from harness.conformance.xds.submitted import (
    Entry,
    Submitted,
    breach,
    each_entry,
    each_value,
    instance,
    submission_rule,
    unless,
    words,
)
from harness.conformance.xds.values import INSTITUTION, MAPPING
from harness.domain.clock import copenhagen
from harness.domain.grade import Grade
from harness.standards import oids
from harness.standards.cda.codes import NAMESPACES
from harness.standards.xds import codes
from harness.standards.xml import Element, text_of

_TIME = re.compile(r"(\d{12})(\d{2})?(?:\.\d+)?([+-]\d{4})")
_UUID = re.compile(r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b")


@submission_rule("XDSM-21", "uniqueId er dokumentets id", Grade.F3, MAPPING, ("XDSM-03",))
def unique_id(submitted: Submitted) -> Outcome:
    """`root^extension`, or the root alone when the id has no extension. A UUID is the same in either case (RFC 4122, 3)."""

    def check(entry: Entry) -> list[Breach] | None:
        given, own = entry.identifier(codes.ENTRY_UNIQUE_ID), entry.in_cda("cda:id")
        if given is None or not own or not own[0].get("root"):
            return None  # of a document without id its own rules speak
        value = given.get("value", "").strip()
        return unless(submitted, _alike(value) == _alike(instance(own[0])), given, instance(own[0]), value, "value")

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
    """By its SOR code, and by its name, or the beginning of it, where the document has one."""

    def check(entry: Entry) -> list[Breach] | None:
        organisation = "cda:author/cda:assignedAuthor/cda:representedOrganization/cda:"
        own = {found.get("extension", "") for found in entry.in_cda(f"{organisation}id[@root='{oids.SOR}']")}
        names = [text_of(found) for found in entry.in_cda(f"{organisation}name")]
        given = [(value, INSTITUTION.fullmatch((value.text or "").strip())) for value in entry.institutions()]
        if not own or not given:
            return None
        wrong: list[Breach] = []
        for value, found in given:
            if found and found["sor"] not in own:
                wrong.append(breach(submitted, value, f"SOR {' eller '.join(sorted(own))}", f"SOR {found['sor']}"))
            elif found and names and not any(_begins(name, found["name"]) for name in names):
                wrong.append(breach(submitted, value, " eller ".join(names), found["name"]))
        return wrong

    return each_entry(submitted, "dokumentets forfatter har ingen organisation med SOR", check)


@submission_rule("XDSM-37", "authorPerson er dokumentets forfatter", Grade.F3, MAPPING, ("XDSM-03",))
def author(submitted: Submitted) -> Outcome:
    """When it is given: family name and given names of XCN are those of a person who wrote the document; some may be left out."""

    def check(entry: Entry) -> list[Breach] | None:
        given = [(value, (value.text or "").strip().split("^")) for value in entry.people()]
        people = entry.in_cda("cda:author/cda:assignedAuthor/cda:assignedPerson")
        own = [(_names(each, "family"), _names(each, "given")) for each in people]
        if not given or not any(family for family, _ in own):
            return None
        wrong = [
            value
            for value, parts in given
            if not any(_among(parts[1:2], family) and _among(parts[2:4], names) for family, names in own)
        ]
        return [breach(submitted, value, "dokumentets forfatter", "en anden") for value in wrong]

    return each_entry(submitted, "authorPerson eller dokumentets forfatter er ikke angivet", check)


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
            "PID-7": given.get("PID-7", "")[:8] in ("", *own["PID-7"].split()),
            "PID-8": given.get("PID-8", "") in ("", own["PID-8"]),
        }
        wrong = [part for part, holds in same.items() if own[part] and not holds]
        return [breach(submitted, slot, f"{part} som i dokumentet", f"{part} er et andet") for part in wrong]

    return each_entry(submitted, "sourcePatientInfo eller dokumentets patient mangler", check)


@submission_rule("XDSM-31", "languageCode er dokumentets sprog", Grade.F3, MAPPING, ("XDSM-03", "XDSM-14"))
def language(submitted: Submitted) -> Outcome:
    """da and da-DK are the same language."""

    def check(entry: Entry) -> list[Breach] | None:
        slot, own = entry.slot("languageCode"), _codes_of(entry, "languageCode")
        if slot is None or not own:
            return None
        return each_value(submitted, slot, own[0], lambda value: _language(value) == _language(own[0]))

    return each_entry(submitted, "languageCode eller dokumentets sprog mangler", check)


@submission_rule("XDSM-32", "confidentialityCode er dokumentets fortrolighed", Grade.F3, MAPPING, ("XDSM-03", "XDSM-11"))
def confidentiality(submitted: Submitted) -> Outcome:
    """By the code alone."""
    return _as_coded(submitted, codes.CONFIDENTIALITY_CODE, "confidentialityCode", plans=True)


@submission_rule("XDSM-33", "typeCode er dokumentets type", Grade.F3, MAPPING, ("XDSM-03",))
def type_code(submitted: Submitted) -> Outcome:
    """By the code alone. Of a plan, XDSM-08 says which it is, and the rules of the document too."""
    return _as_coded(submitted, codes.TYPE_CODE, "code", plans=False)


def _as_coded(submitted: Submitted, scheme: str, name: str, *, plans: bool) -> Outcome:
    """Each classification by `scheme` has the code that the document has in its element `name`; of `plans` too, or not."""

    def check(entry: Entry) -> list[Breach] | None:
        given, own = entry.classifications(scheme), _codes_of(entry, name)
        wrong = [each for each in given if own and each.get("nodeRepresentation") != own[0]]
        if not given or not own or (wrong and entry.is_plan and not plans):
            return None
        return [breach(submitted, each, own[0], each.get("nodeRepresentation", ""), "nodeRepresentation") for each in wrong]

    return each_entry(submitted, "koden er ikke angivet begge steder, eller en anden regel ser på den", check)


def _codes_of(entry: Entry, name: str) -> list[str]:
    return [code for each in entry.in_cda(f"cda:{name}") if (code := each.get("code", ""))]


def _language(code: str) -> str:
    return code.partition("-")[0].lower()


def _same_time(submitted: Submitted, entry: Entry, slot_name: str, path: str) -> list[Breach] | None:
    slot, own = entry.slot(slot_name), entry.in_cda(path)
    expected = _utc(own[0].get("value", "")) if own else ""
    if slot is None or not expected:
        return None

    def same(given: str) -> bool:
        return bool(re.fullmatch(r"\d{12}(\d{2})?", given)) and (given.startswith(expected) or expected.startswith(given))

    return each_value(submitted, slot, expected, same)


def _both(first: list[Breach] | None, second: list[Breach] | None) -> list[Breach] | None:
    return None if first is None and second is None else [*(first or ()), *(second or ())]


def _utc(value: str) -> str:
    """An HL7 time with its offset as digits in UTC, with seconds when it has them; empty for anything else."""
    moment, found = _moment(value), _TIME.fullmatch(value)
    return f"{moment:%Y%m%d%H%M%S}"[: 14 if found[2] else 12] if moment and found else ""


def _moment(value: str) -> datetime | None:
    """An HL7 time with its offset, in UTC; None for anything else."""
    found = _TIME.fullmatch(value)
    try:
        text = f"{found[1]}{found[2] or '00'}{found[3]}" if found else ""
        return datetime.strptime(text, "%Y%m%d%H%M%S%z").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _names(person: Element, *parts: str) -> list[str]:
    """The words of these parts of a person's name, in order."""
    found = [each for part in parts for each in person.findall(f"cda:name/cda:{part}", NAMESPACES)]
    return [word for each in found for word in text_of(each).split()]


def _among(given: list[str], own: list[str]) -> bool:
    """Whether every word that is given is one of the person's own, or the beginning of it. Capitals do not count."""
    words, known = (re.split(r"[& .]+", " ".join(each).casefold()) for each in (given, own))
    return all(any(each.startswith(word) for each in known) for word in words if word)


def _begins(name: str, given: str) -> bool:
    """Whether a name is given whole, or cut off; white space and capitals do not count."""
    return " ".join(name.casefold().split()).startswith(" ".join(given.casefold().split()))


def _person(patient: Element) -> dict[str, str]:
    """The document's patient as PID-5 (names apart by space, family name first), PID-7 and PID-8 (M and F only).

    PID-7 is the day as it is written; for a time with an offset also the day it is in Denmark, apart by space.
    """
    born, gender = patient.find("cda:birthTime", NAMESPACES), patient.find("cda:administrativeGenderCode", NAMESPACES)
    sex = gender.get("code", "") if gender is not None else ""
    return {
        "PID-5": " ".join(_names(patient, "family", "given")),
        "PID-7": " ".join(_days(born.get("value", ""))) if born is not None and is_time(born.get("value", "")) else "",
        "PID-8": sex if sex in ("M", "F") else "",
    }


def _days(value: str) -> list[str]:
    """The day an HL7 time is written with, and for a time with an offset the day it is in Denmark then."""
    moment = _moment(value)
    with suppress(OverflowError):
        return [value[:8], *([f"{copenhagen(moment):%Y%m%d}"] if moment else [])]
    return [value[:8]]


def _alike(id: str) -> str:
    """An id as it is compared: its UUIDs in small letters."""
    return _UUID.sub(lambda found: found[0].lower(), id)


def _same_name(text: str, own: list[str]) -> bool:
    """Whether a name in XPN, when given, is family and given names of `own`, in that order. Capitals do not count.

    Second given names stand in the third component, apart by `&` or space, or in components of their own; suffix, prefix and
    degree may follow.
    """
    components, own = text.casefold().split("^"), [each.casefold() for each in own]
    names, everything = (re.split(r"[\^& ]+", "^".join(part).strip("^& ")) for part in (components[:3], components))
    return everything == [""] or (own[: len(names)] == names and everything[: len(own)] == own)
