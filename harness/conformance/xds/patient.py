"""Rules over the patient that the metadata of an ITI-41 name: by CPR number or eCPR, as the document they describe does."""

from __future__ import annotations

import re

from harness.conformance.cda.header_patient import is_person_number, person_numbers
from harness.conformance.rule import Breach, Outcome
from harness.conformance.xds.message import ERRORS, EXAMPLES, VALUES
from harness.conformance.xds.submitted import Entry, Submitted, breach, each_entry, identifier, submission_rule, words
from harness.conformance.xds.values import MAPPING
from harness.domain.grade import Grade
from harness.standards import oids
from harness.standards.xds import codes
from harness.standards.xml import Element

_NUMBER = re.compile(r"(\d{6})-?(\d{4}|\d[A-Z]{2}\d)\^")
_ROOT = re.compile(r"&([\d.]+)(?:[&^]|$)")
_CX = re.compile(r"([^^]*)\^\^\^&([\d.]+)&ISO")


@submission_rule(
    "XDSM-19",
    "Patienten i metadata er patienten i dokumentet",
    Grade.F1,
    f"{MAPPING}; {ERRORS} XDSPatientIdDoesNotMatch",
    ("XDSM-03",),
)
def same_patient(submitted: Submitted) -> Outcome:
    """In patientId of the entry and of the set, however it is written (XDSM-20), and in sourcePatientId when it has the root of
    the document's own.
    """

    def check(entry: Entry) -> list[Breach] | None:
        own = person_numbers(_numbers(entry))
        if not own:
            return None
        said = [(each, _number(each.get("value", "").strip()), "value") for each in _patient_ids(submitted, entry)]
        source = entry.slot("sourcePatientId")
        given = [] if source is None else [each for each in words(source) if _root(each) in own.values()]
        said += [(source, each.partition("^")[0].replace("-", ""), "") for each in given if source is not None]
        return [
            breach(submitted, element, "dokumentets patient", "en anden patient", attribute)
            for element, number, attribute in said
            if number and number not in own
        ]

    return each_entry(submitted, "dokumentets CPR-nummer eller eCPR kan ikke læses", check)


@submission_rule(
    "XDSM-20",
    "patientId har formen CPR^^^&1.2.208.176.1.2&ISO, og et eCPR har sin egen rod",
    Grade.F3,
    f"{VALUES}; {EXAMPLES}; {MAPPING}; hl7dk/dk-core@8322003, CPR og eCPR",
    ("XDSM-03",),
)
def patient_form(submitted: Submitted) -> Outcome:
    """In the entry and in the set: the number has the form of its root. Where they say what the document wrongly says, CDA-H04
    speaks. Not judged for a patient whose document has neither CPR number nor eCPR.
    """

    def check(entry: Entry) -> list[Breach] | None:
        ids = _numbers(entry)
        if entry.cda and not ids:
            return None
        copied = {f"{each.get('extension')}^^^&{each.get('root')}&ISO" for each in ids}
        root = next(iter(person_numbers(ids).values()), oids.CPR)
        wanted = f"{'CPR' if root == oids.CPR else 'eCPR'}^^^&{root}&ISO"
        said = [(each, each.get("value", "").strip()) for each in _patient_ids(submitted, entry)]
        wrong = [each for each, value in said if value not in copied and not _is_patient_id(value)]
        return [breach(submitted, each, wanted, "en anden form", "value") for each in wrong]

    return each_entry(submitted, "dokumentets patient har hverken CPR-nummer eller eCPR", check)


def _patient_ids(submitted: Submitted, entry: Entry) -> list[Element]:
    """patientId of the entry and of the set."""
    of_sets = (identifier(package, codes.SET_PATIENT_ID) for package in submitted.sets)
    return [each for each in (entry.identifier(codes.ENTRY_PATIENT_ID), *of_sets) if each is not None]


def _number(patient_id: str) -> str:
    """The CPR number or eCPR that a patientId begins with; empty when it begins with something else."""
    found = _NUMBER.match(patient_id)
    return found[1] + found[2] if found else ""


def _is_patient_id(value: str) -> bool:
    found = _CX.fullmatch(value)
    return found is not None and is_person_number(found[2], found[1])


def _root(patient_id: str) -> str:
    found = _ROOT.search(patient_id)
    return found[1] if found else ""


def _numbers(entry: Entry) -> list[Element]:
    """The patient's ids by CPR and eCPR in the document."""
    ids = entry.in_cda("cda:recordTarget/cda:patientRole/cda:id")
    return [each for each in ids if each.get("root") in oids.PERSON_NUMBERS]
