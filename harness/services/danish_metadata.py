"""The Danish values that the simulated document sharing looks for in metadata, whatever it then does about them.

Sources: KvalitetsIT/ihe-xds-api@8b730ff (which attributes must be given), medcomdk/dk-medcom-xds-metadata@41e776f (values).
This is how the service behaves; what a sender is graded for stands in `harness.conformance.xds.submission`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from harness.standards import oids
from harness.standards.xds import codes
from harness.standards.xds.codes import ErrorCode
from harness.standards.xds.metadata import Code, DocumentEntry, RegistryError, Submission

_PATIENT = re.compile(rf"[0-9A-Z]{{10}}\^\^\^&({'|'.join(map(re.escape, oids.PERSON_NUMBERS))})&ISO")
_INSTITUTION = re.compile(rf"[^^]+\^{{5}}&{re.escape(oids.SOR)}&ISO\^{{4}}\d+")


@dataclass(frozen=True, slots=True)
class _Coded:
    """One coded attribute: the codes it may have and their system."""

    name: str
    values: Sequence[Code | None]
    known: Collection[str]
    scheme: str


def metadata_problems(submission: Submission) -> list[RegistryError]:
    """What is not as the Danish profile has it, as errors; the caller decides how grave that is."""
    problems = [problem for entry in submission.entries for problem in _of_entry(entry)]
    if submission.set and submission.set.patient_id and not _PATIENT.fullmatch(submission.set.patient_id):
        problems.append(_problem("Sættets patientId har ikke formen CPR^^^&1.2.208.176.1.2&ISO", submission.set.id))
    return problems


def _of_entry(entry: DocumentEntry) -> Iterator[RegistryError]:
    institutions = [each for author in entry.authors for each in author.institutions]
    required = {
        "authorInstitution": institutions,
        "confidentialityCode": entry.confidentiality,
        "creationTime": entry.creation_time,
        "languageCode": entry.language_code,
        "sourcePatientId": entry.source_patient_id,
        "sourcePatientInfo": entry.source_patient_info,
        "title": entry.title,
        "typeCode": entry.type_code,
    }
    for name, value in required.items():
        made_later = name == "creationTime" and entry.object_type == codes.ON_DEMAND
        if not value and not made_later:
            yield _problem(f"{name} mangler", entry.id)
    if not _PATIENT.fullmatch(entry.patient_id):
        yield _problem("patientId har ikke formen CPR^^^&1.2.208.176.1.2&ISO", entry.id)
    if any(not _INSTITUTION.fullmatch(each) for each in institutions):
        yield _problem("authorInstitution har ikke formen navn^^^^^&1.2.208.176.1.1&ISO^^^^SOR", entry.id)
    if entry.language_code and entry.language_code not in codes.LANGUAGES:
        yield _problem(f"languageCode {entry.language_code} er ikke kendt", entry.id)
    for coded in _coded(entry):
        for code in coded.values:
            if code and (code.code not in coded.known or code.scheme != coded.scheme):
                yield _problem(f"{coded.name} {code.code} ({code.scheme}) er ikke kendt", entry.id)


def _coded(entry: DocumentEntry) -> tuple[_Coded, ...]:
    labels = [code for code in entry.event_codes if code.scheme == oids.SKS]
    plan = bool(entry.type_code and entry.type_code.code == codes.CARE_PLAN)
    return (
        _Coded("classCode", (entry.class_code,), (codes.CLINICAL_REPORT,), oids.XDS_CLASS_CODE),
        _Coded("confidentialityCode", entry.confidentiality, (codes.NORMAL,), oids.CONFIDENTIALITY),
        _Coded("eventCodeList", labels, codes.FORLOEBSLABELS, oids.SKS),
        _Coded("formatCode", (entry.format_code if plan else None,), codes.FORMAT_CODES, oids.XDS_FORMAT_CODE),
        _Coded("typeCode", (entry.type_code if plan else None,), (codes.CARE_PLAN,), oids.LOINC),
        _Coded("healthcareFacilityTypeCode", (entry.facility_type,), codes.FACILITY_TYPES, oids.SNOMED_CT),
        _Coded("practiceSettingCode", (entry.practice_setting,), codes.PRACTICE_SETTINGS, oids.SNOMED_CT),
    )


def _problem(reason: str, location: str) -> RegistryError:
    return RegistryError(ErrorCode.METADATA, reason, location)
