"""The patient in a CDA header, and the form of the numbers that persons and organisations are known by."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from harness.conformance.cda.document import EXAMPLES, METADATA, SCHEMATRON, TOOL, header_rule
from harness.conformance.cda.element import has, missing
from harness.conformance.rule import HOLDS, Breach, NotJudged, Outcome
from harness.domain.grade import Grade
from harness.standards import oids
from harness.standards.cda import codes
from harness.standards.cda.codes import HL7, NAMESPACES
from harness.standards.xml import Element, XmlDocument, local_name, text_of

NUMBERS = f"hl7dk/dk-core@8322003, CPR, eCPR og SOR; {EXAMPLES} (ydernummer)"


@header_rule(3, "Patienten har et CPR-nummer eller et erstatnings-CPR-nummer (eCPR)", Grade.F2, f"{TOOL}; hl7dk/dk-core@8322003")
def patient_number(document: XmlDocument) -> Outcome:
    """One of the patient's ids has CPR's or eCPR's root and an extension."""
    role = document.root.find("cda:recordTarget/cda:patientRole", NAMESPACES)
    if role is None:
        return NotJudged("dokumentet har ingen patientRole")
    ids = role.findall("cda:id", NAMESPACES)
    personal = [each for each in ids if each.get("root") in oids.PERSON_NUMBERS]
    if any(each.get("extension", "").strip() for each in personal):
        return HOLDS
    expected = f'id root="{oids.CPR}" med CPR-nummeret i extension'
    if personal:
        return (Breach(document.at(personal[0], "extension"), expected, "intet nummer"),)
    return (
        Breach(document.at(ids[0]), expected, "et andet id (vises ikke)") if ids else missing(document, role, "id", expected),
    )


@header_rule(4, "Numre i headeren (CPR, eCPR, SOR, ydernummer) har den rette form", Grade.F3, NUMBERS)
def number_forms(document: XmlDocument) -> Outcome:
    """By the id's root; an id whose extension says nothing is not judged. No person's number is shown."""
    breaches = []
    for each in _header_elements(document, "id"):
        root, number = each.get("root", ""), each.get("extension", "")
        if root in _FORMS and number.strip() and not _FORMS[root][1].fullmatch(number):
            actual = number if root in (oids.SOR, codes.YDER) else "et nummer af en anden form (vises ikke)"
            breaches.append(Breach(document.at(each, "extension"), _FORMS[root][0], actual))
    return tuple(breaches)


_DATE = r"(0[1-9]|[12][0-9]|3[01])(0[1-9]|1[0-2])[0-9]{2}"
_D_ECPR = ("et D-eCPR-nummer: dato, 0, 5 eller 6, to bogstaver og et ciffer", re.compile(_DATE + r"[056][A-Z]{2}[0-9]"))
_FORMS = {
    oids.CPR: ("et CPR-nummer: ti cifre, først en dato (DDMMÅÅ)", re.compile(_DATE + r"[0-9]{4}")),
    oids.X_ECPR: ("et X-eCPR-nummer, fx 0703921VJ5", re.compile(_DATE + r"[17][A-Z]{2}[0-9]")),
    **dict.fromkeys((oids.D_ECPR, *oids.REGIONAL_D_ECPR), _D_ECPR),
    oids.SOR: ("en SOR-kode: mindst 11 cifre", re.compile(r"[0-9]{11,}")),
    codes.YDER: ("et ydernummer: seks cifre", re.compile(r"[0-9]{6}")),
}


def person_numbers(ids: Iterable[Element]) -> dict[str, str]:
    """The CPR numbers and eCPRs among `ids`, each with its root; a hyphen does not count.

    One that has not the form of its root is none: CDA-H04 speaks of it.
    """
    said = [(each.get("root", ""), each.get("extension", "").replace("-", "").strip()) for each in ids]
    return {number: root for root, number in said if is_person_number(root, number)}


def is_person_number(root: str, number: str) -> bool:
    """Whether `root` is that of CPR or eCPR, and `number` has its form."""
    return root in oids.PERSON_NUMBERS and _FORMS[root][1].fullmatch(number) is not None


@header_rule(
    13,
    "Patienten har navn, køn (F eller M) og fødselsdato",
    Grade.F4,
    f"{TOOL}; {METADATA}, sourcePatientInfo; {SCHEMATRON}, 2.16.840.1.113883.10.12.101 (kønnets kodesystem)",
)
def patient_data(document: XmlDocument) -> Outcome:
    """One breach for each that is missing, one when the whole person is. What they say is not judged here, and never shown; a
    gender's code system, where it is told, is HL7's.
    """
    role = document.root.find("cda:recordTarget/cda:patientRole", NAMESPACES)
    if role is None:
        return NotJudged("dokumentet har ingen patientRole")
    patient = role.find("cda:patient", NAMESPACES)
    if patient is None:
        return has(document, role, "patient")
    breaches = [each for part in ("name", "administrativeGenderCode", "birthTime") for each in has(document, patient, part)]
    name, gender = (patient.find(f"cda:{part}", NAMESPACES) for part in ("name", "administrativeGenderCode"))
    if name is not None and not text_of(name) and "nullFlavor" not in name.attrib:
        breaches.append(Breach(document.at(name), "et navn", "tomt"))
    if gender is not None and gender.get("code") not in ("F", "M"):
        breaches.append(Breach(document.at(gender), "F eller M", "en anden kode (vises ikke)"))
    elif gender is not None and gender.get("codeSystem", oids.GENDER) != oids.GENDER:
        breaches.append(Breach(document.at(gender, "codeSystem"), oids.GENDER, gender.get("codeSystem") or "tomt"))
    return tuple(breaches)


def _header_elements(document: XmlDocument, name: str) -> Iterator[Element]:
    """The elements called `name` in the header, outside the body."""
    for part in document.root.iterchildren(f"{{{HL7}}}*"):
        if local_name(part) != "component":
            yield from part.iter(f"{{{HL7}}}{name}")
