"""Rules over the metadata of an ITI-41 by themselves: what must be given, and the Danish values."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from harness.conformance.rule import Breach, Outcome
from harness.conformance.xds.message import EXAMPLES, VALUES
from harness.conformance.xds.submitted import (
    Entry,
    Submitted,
    breach,
    each_entry,
    each_plan,
    each_value,
    object_id,
    scheme_of,
    slot_values,
    submission_rule,
    unless,
)
from harness.domain.grade import Grade
from harness.standards import oids
from harness.standards.xds import codes
from harness.standards.xml import Element

MAPPING = "KvalitetsIT, ihe-xds-api@8b730ff, UploadServiceImpl (CDA til XDS-metadata)"
INSTITUTION = re.compile(rf"(?P<name>[^^]+)\^{{5}}&{re.escape(oids.SOR)}&ISO\^{{4}}(?P<sor>\d+)")


@submission_rule("XDSM-06", "Dokumentet har patientId og uniqueId", Grade.F2, MAPPING, ("XDSM-01",))
def identified(submitted: Submitted) -> Outcome:
    """Without them it can neither be registered nor found."""
    wanted = {"patientId": codes.ENTRY_PATIENT_ID, "uniqueId": codes.ENTRY_UNIQUE_ID}
    return tuple(
        breach(submitted, entry.element, name, "mangler")
        for entry in submitted.entries
        for name, scheme in wanted.items()
        if entry.identifier(scheme) is None
    )


@submission_rule("XDSM-07", "De påkrævede metadata er angivet", Grade.F3, MAPPING, ("XDSM-01",))
def required(submitted: Submitted) -> Outcome:
    """What the tool requires to be non-null of a CDA, besides patientId and uniqueId."""

    def missing(entry: Entry) -> list[str]:
        given = {
            "authorInstitution": bool(entry.institutions()),
            "confidentialityCode": bool(entry.classifications(codes.CONFIDENTIALITY_CODE)),
            "creationTime": entry.slot("creationTime") is not None,
            "languageCode": entry.slot("languageCode") is not None,
            "sourcePatientId": entry.slot("sourcePatientId") is not None,
            "sourcePatientInfo": entry.slot("sourcePatientInfo") is not None,
            "title": entry.title() is not None,
            "typeCode": bool(entry.classifications(codes.TYPE_CODE)),
        }
        return [name for name, present in given.items() if not present]

    def check(entry: Entry) -> list[Breach] | None:
        if not (entry.is_plan or entry.is_cda):
            return None
        return [breach(submitted, entry.element, name, "mangler") for name in missing(entry)]

    return each_entry(submitted, "afleveringen har intet CDA-dokument", check)


@submission_rule("XDSM-08", "Planens typeCode er 81215-6 (LOINC)", Grade.F2, VALUES, ("XDSM-01",))
def type_code(submitted: Submitted) -> Outcome:
    """By this code consumers find the plan."""
    return _coded(submitted, "typeCode", codes.TYPE_CODE, (codes.CARE_PLAN,), oids.LOINC, each_plan)


@submission_rule("XDSM-09", "Planens formatCode er CPD-DK 1.0.1 eller 2.0", Grade.F2, VALUES, ("XDSM-01",))
def format_code(submitted: Submitted) -> Outcome:
    """By this code consumers know how to read the plan."""
    return _coded(submitted, "formatCode", codes.FORMAT_CODE, codes.FORMAT_CODES, oids.XDS_FORMAT_CODE, each_plan)


@submission_rule("XDSM-10", "Planens classCode er 001 (Klinisk rapport)", Grade.F3, VALUES, ("XDSM-01",))
def class_code(submitted: Submitted) -> Outcome:
    """When it is given, of a plan: other documents have other classes."""
    return _coded(submitted, "classCode", codes.CLASS_CODE, (codes.CLINICAL_REPORT,), oids.XDS_CLASS_CODE, each_plan)


@submission_rule("XDSM-11", "confidentialityCode er N", Grade.F3, VALUES, ("XDSM-01",))
def confidentiality(submitted: Submitted) -> Outcome:
    """HL7 Confidentiality."""
    return _coded(submitted, "confidentialityCode", codes.CONFIDENTIALITY_CODE, (codes.NORMAL,), oids.CONFIDENTIALITY)


@submission_rule("XDSM-12", "healthcareFacilityTypeCode er en kode fra MedComs liste", Grade.F3, VALUES, ("XDSM-01",))
def facility_type(submitted: Submitted) -> Outcome:
    """When it is given."""
    return _coded(submitted, "healthcareFacilityTypeCode", codes.FACILITY_TYPE, codes.FACILITY_TYPES, oids.SNOMED_CT)


@submission_rule("XDSM-13", "practiceSettingCode er en kode fra MedComs liste", Grade.F3, VALUES, ("XDSM-01",))
def practice_setting(submitted: Submitted) -> Outcome:
    """When it is given."""
    return _coded(submitted, "practiceSettingCode", codes.PRACTICE_SETTING, codes.PRACTICE_SETTINGS, oids.SNOMED_CT)


@submission_rule("XDSM-14", "languageCode er da-DK eller da", Grade.F3, VALUES, ("XDSM-01",))
def language(submitted: Submitted) -> Outcome:
    """The two spellings in use."""

    def check(entry: Entry) -> list[Breach] | None:
        slot = entry.slot("languageCode")
        return None if slot is None else each_value(submitted, slot, "da-DK eller da", lambda value: value in codes.LANGUAGES)

    return each_entry(submitted, "languageCode er ikke angivet", check)


@submission_rule("XDSM-15", "mimeType er text/xml", Grade.F3, VALUES, ("XDSM-01",))
def mime_type(submitted: Submitted) -> Outcome:
    """When it is given. A CDA document is XML."""

    def check(entry: Entry) -> list[Breach] | None:
        given = entry.element.get("mimeType")
        if given is None or not (entry.is_plan or entry.is_cda):
            return None
        return unless(submitted, given == codes.TEXT_XML, entry.element, codes.TEXT_XML, given, "mimeType")

    return each_entry(submitted, "mimeType er ikke angivet, eller dokumentet er ikke CDA", check)


@submission_rule("XDSM-16", "homeCommunityId er dokumentdelingens", Grade.F3, VALUES, ("XDSM-01",))
def home_community(submitted: Submitted) -> Outcome:
    """When it is given: the national one or one of the test environments', with `urn:oid:` or without."""

    def check(entry: Entry) -> list[Breach] | None:
        given = entry.element.get("home")
        if given is None:
            return None
        known = given.removeprefix("urn:oid:") in codes.HOME_COMMUNITIES
        return unless(submitted, known, entry.element, oids.HOME_COMMUNITY, given, "home")

    return each_entry(submitted, "homeCommunityId er ikke angivet", check)


@submission_rule("XDSM-17", "authorInstitution har formen navn^^^^^&1.2.208.176.1.1&ISO^^^^SOR", Grade.F3, EXAMPLES, ("XDSM-01",))
def institution_form(submitted: Submitted) -> Outcome:
    """XON with the SOR code as the organisation's id."""

    def check(entry: Entry) -> list[Breach] | None:
        given = [(value, (value.text or "").strip()) for value in entry.institutions()]
        form = "navn^^^^^&1.2.208.176.1.1&ISO^^^^SOR"
        return (
            [breach(submitted, value, form, text) for value, text in given if not INSTITUTION.fullmatch(text)] if given else None
        )

    return each_entry(submitted, "authorInstitution er ikke angivet", check)


@submission_rule("XDSM-18", "Dokumentet er medlem af sættet med SubmissionSetStatus Original", Grade.F3, EXAMPLES, ("XDSM-01",))
def member(submitted: Submitted) -> Outcome:
    """A HasMember association from the set to each new entry."""
    originals = {
        (object_id(each, "sourceObject"), object_id(each, "targetObject"))
        for each in submitted.associations
        if each.get("associationType") == codes.HAS_MEMBER and slot_values(each, "SubmissionSetStatus") == ["Original"]
    }
    package = object_id(submitted.sets[0])
    return tuple(
        breach(submitted, entry.element, "HasMember med SubmissionSetStatus Original", "mangler")
        for entry in submitted.entries
        if (package, entry.id) not in originals
    )


def _coded(
    submitted: Submitted,
    name: str,
    scheme: str,
    known: Collection[str],
    system: str,
    each: Callable[[Submitted, str, Callable[[Entry], list[Breach] | None]], Outcome] = each_entry,
) -> Outcome:
    """Every classification by `scheme` has a known code of the system. Not judged when there is none."""
    wanted = f"{' eller '.join(sorted(known)) if len(known) < 3 else 'en kode fra listen'} ({system})"

    def check(entry: Entry) -> list[Breach] | None:
        found = entry.classifications(scheme)
        wrong = [code for code in found if code.get("nodeRepresentation") not in known or scheme_of(code) != system]
        return [breach(submitted, code, wanted, code_said(code), "nodeRepresentation") for code in wrong] if found else None

    return each(submitted, f"{name} er ikke angivet", check)


def code_said(classification: Element) -> str:
    """A classification's code and code system, as a finding shows them."""
    return f"{classification.get('nodeRepresentation', '')} ({scheme_of(classification) or 'uden kodesystem'})"
