"""A plan carries its patient's own birth date, gender and name, and its author another name. Subject `cpd-patient`.

No finding shows anybody's data.
"""

from __future__ import annotations

import re

from harness.conformance.cda.document import SCHEMA, read_plan
from harness.conformance.cda.header import is_time
from harness.conformance.cda.header_patient import person_numbers
from harness.conformance.rule import Breach, Judgement, NotJudged, Outcome, Result, judge, rule, rules_for
from harness.domain.errors import BadInput
from harness.domain.finding import Owner
from harness.domain.grade import Grade
from harness.domain.patient import Patient
from harness.standards.cda.codes import NAMESPACES, SELF
from harness.standards.xml import Element, XmlDocument, text_of

SUBJECT = "cpd-patient"
_ALSO_BORN = {"0201919990": "19910202"}  # MedCom's examples give Else both dates, so either is right


def judge_patient(data: bytes, file: str, patient: Patient) -> list[Judgement]:
    """The rules' results on the plan in `data` (`file` in findings), of which `patient` should be the subject. Never raises.

    Not judged on another number's plan: that is another rule's.

        judge_patient(document, "plan.xml", elmer)
    """
    try:
        document = read_plan(data, file)
    except BadInput:
        return [Judgement(each, Result.NOT_JUDGED, reason="planen kan ikke læses") for each in rules_for(SUBJECT)]
    return judge(rules_for(SUBJECT), document, patient)


@rule(
    "CPD-P01",
    subject=SUBJECT,
    title="Planen bærer patientens egen fødselsdato, køn og navn",
    grade=Grade.F1,
    owner=Owner.LPS,
    source="MedCom, Nationale test-CPR-numre; MedCom, CPD-DK 1.0.1, recordTarget",
)
def own_person(document: XmlDocument, patient: Patient) -> Outcome:
    """Only what stands there. A name is wrong when no word of it is the patient's: sources spell some persons differently."""
    roles = document.root.findall("cda:recordTarget/cda:patientRole", NAMESPACES)
    own = next((role for role in roles if str(patient.cpr) in person_numbers(role.findall("cda:id", NAMESPACES))), None)
    if own is None:
        return NotJudged("planen er en andens, eller dens CPR-nummer (eller eCPR) mangler")
    names = own.findall("cda:patient/cda:name", NAMESPACES)
    found: list[tuple[Element, bool, str, str]] = []
    for born in _given(own, "birthTime", "value"):
        if not is_time(born.get("value", "")):
            continue  # CDA-H05 speaks of it
        dates = (f"{patient.born:%Y%m%d}", _ALSO_BORN.get(str(patient.cpr), ""))
        holds = any(date.startswith(born.get("value", "").strip()[:8]) for date in dates)
        found.append((born, holds, "patientens egen fødselsdato", "en anden fødselsdato (vises ikke)"))
    for gender in _given(own, "administrativeGenderCode", "code"):
        if gender.get("code") not in ("F", "M"):
            continue  # CDA-H13 speaks of it
        holds = gender.get("code") == ("F" if patient.female else "M")
        found.append((gender, holds, "patientens eget køn", "et andet køn (vises ikke)"))
    said, known = _words(" ".join(map(_parts, names))), _words(patient.name)
    if said and known:
        found.append((names[0], bool(said & known), "patientens eget navn", "et andet navn (vises ikke)"))
    if not found:
        return NotJudged("planen siger hverken fødselsdato, køn eller navn")
    return tuple(Breach(document.at(element), expected, actual) for element, holds, expected, actual in found if not holds)


@rule(
    "CPD-P02",
    subject=SUBJECT,
    title="Den, der har skrevet planen, har ikke patientens navn",
    grade=Grade.F3,
    owner=Owner.LPS,
    source=f"{SCHEMA}: assignedAuthor er den, der skrev, og er det patienten, siger koden det (SELF)",
)
def another_wrote(document: XmlDocument, patient: Patient) -> Outcome:
    """All the words of the author's name are the patient's, and the other way round. An author who is the patient, by the code or
    by a number, may have it.
    """
    staff = [
        each
        for each in document.root.iterfind("cda:author/cda:assignedAuthor", NAMESPACES)
        if each.find(f"cda:code[@code='{SELF}']", NAMESPACES) is None and not person_numbers(each.findall("cda:id", NAMESPACES))
    ]
    names = [name for each in staff for name in each.findall("cda:assignedPerson/cda:name", NAMESPACES) if _words(_parts(name))]
    if not names:
        return NotJudged("planen siger ikke, hvad den, der har skrevet den, hedder")
    wrong = [name for name in names if _words(_parts(name)) == _words(patient.name)]
    return tuple(Breach(document.at(name), "navnet på den, der skrev", "patientens navn (vises ikke)") for name in wrong[:1])


def _given(role: Element, name: str, attribute: str) -> list[Element]:
    """The parts called `name` that say something."""
    found = role.findall(f"cda:patient/cda:{name}", NAMESPACES)
    return [each for each in found if each.get(attribute, "").strip() and each.get("nullFlavor") is None]


def _parts(name: Element) -> str:
    """Given and family names, apart by a space."""
    return " ".join(text_of(each) for part in ("given", "family") for each in name.findall(f"cda:{part}", NAMESPACES))


def _words(name: str) -> set[str]:
    """The words of a name, in small letters and without the `Test` that every test person is called."""
    return set(re.findall(r"\w+", name.casefold())) - {"test"}
