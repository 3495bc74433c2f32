"""Builds the FHIR messages and documents of the harness: kommunale prøvesvar, kvittering, diagnosekort.

Every id but the Bundle's follows from the Bundle's, so that the same thing always gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from harness.standards.fhir import codes
from harness.standards.fhir.messages import (
    Acknowledgement,
    Attachment,
    ConditionList,
    Diagnosis,
    HomeCareObservation,
    Measurement,
    Party,
)
from harness.standards.fhir.parts import attachment, bundle, day, header, instant, organization, patient, provenance
from harness.standards.fhir.write import Part, Write, as_json, coding, own_id, reference, resource, said


def build_home_care_observation(message: HomeCareObservation, write: Write = as_json) -> bytes:
    """The message as a FHIR message. `write` is `as_json` or `as_xml`.

    build_home_care_observation(message, as_xml)
    """
    uuid, at = message.id, instant(message.at)
    results = [f"resultat {number}" for number in range(1, len(message.results) + 1)]
    files = [f"bilag {number}" for number in range(1, len(message.attachments) + 1)]
    entries = [
        resource(
            uuid,
            "header",
            "MessageHeader",
            f"{codes.HOME_CARE_PROFILES}homecareobservation-messageheader",
            ["Kommunale prøvesvar"],
            **header(uuid, "homecareobservation-message", message.sender, message.receiver),
            focus=[reference(uuid, "svar")],
            definition=f"{codes.HOME_CARE_DEFINITION}|1.1",
        ),
        patient(uuid, f"{codes.CORE_PROFILES}patient", message.patient),
        _report(message, results, files),
        *_signature(message),
        organization(uuid, "modtager", "requesterorganization", message.receiver, _contact(message.receiver)),
        organization(uuid, "afsender", "producer-organization", message.sender),
        provenance(uuid, "historik", own_id(uuid, "header"), at, message.activity, "afsender", _entity(message)),
        *(_observation(uuid, part, each) for part, each in zip(results, message.results, strict=True)),
        *(_media(uuid, part, each) for part, each in zip(files, message.attachments, strict=True)),
    ]
    return write(bundle(uuid, codes.HOME_CARE_OBSERVATION, "message", at, entries))


def _report(message: HomeCareObservation, results: Sequence[str], files: Sequence[str]) -> Part:
    """What holds the results and the files together."""
    uuid = message.id
    security = {"security": [coding(codes.CONFIDENTIALITY, "R", "Restricted")]} if message.refused_consent else {}
    return resource(
        uuid,
        "svar",
        "DiagnosticReport",
        f"{codes.HOME_CARE_PROFILES}homecareobservation-diagnosticreport",
        ["Prøvesvar", message.conclusion],
        meta=security,
        status="final",
        code={"coding": [coding(codes.REPORT_CODES, "HomeCareReport")]},
        subject=reference(uuid, "patient"),
        issued=instant(message.at),
        performer=[reference(uuid, "afsender"), reference(uuid, "rolle")],
        result=[reference(uuid, each) for each in results],
        media=[{"link": reference(uuid, each)} for each in files],
        conclusion=message.conclusion,
    )


def _signature(message: HomeCareObservation) -> tuple[Part, Part]:
    """Who answers for the results: a role, and the person who has it."""
    uuid = message.id
    person = said(family=message.author.family, given=[message.author.given] if message.author.given else [])
    return (
        resource(
            uuid,
            "rolle",
            "PractitionerRole",
            f"{codes.CORE_PROFILES}practitionerrole",
            [message.author.role],
            practitioner=reference(uuid, "person"),
            organization=reference(uuid, "afsender"),
            code=[{"coding": [coding(codes.PRACTITIONER_ROLES, message.author.role)]}],
        ),
        resource(
            uuid,
            "person",
            "Practitioner",
            f"{codes.CORE_PROFILES}practitioner",
            [f"{message.author.given} {message.author.family}"],
            name=[person],
            telecom=[{"system": "phone", "value": message.author.phone}],
        ),
    )


def build_acknowledgement(message: Acknowledgement, write: Write = as_json) -> bytes:
    """The receipt as a FHIR message. `write` is `as_json` or `as_xml`."""
    uuid, at = message.id, instant(message.at)
    negative = message.answer != "ok"
    response = said(identifier=message.original, code=message.answer, details=reference(uuid, "årsag") if negative else {})
    entity = [{"role": "revision", "what": {"reference": f"urn:uuid:{message.original}"}}]
    entries = [
        resource(
            uuid,
            "header",
            "MessageHeader",
            f"{codes.ACKNOWLEDGEMENT_PROFILES}messaging-acknowledgementHeader",
            ["Kvittering"],
            **header(uuid, "acknowledgement-message", message.sender, message.receiver),
            response=response,
        ),
        provenance(uuid, "beskedens historik", message.original, at, codes.NEW, "modtager", []),
        provenance(uuid, "historik", own_id(uuid, "header"), at, "acknowledgement", "afsender", entity),
        organization(uuid, "afsender", "messaging-organization", message.sender),
        organization(uuid, "modtager", "messaging-organization", message.receiver),
    ]
    if negative:
        details = said(coding=[coding(codes.ERROR_CODES, message.error)] if message.error else [], text=message.explanation)
        issue = {"severity": "error", "code": "processing", **said(details=details)}
        profile = f"{codes.ACKNOWLEDGEMENT_PROFILES}acknowledgement-operationoutcome"
        entries.append(resource(uuid, "årsag", "OperationOutcome", profile, [message.explanation or "Afvist"], issue=[issue]))
    return write(bundle(uuid, codes.ACKNOWLEDGEMENT, "message", at, entries))


def build_condition_list(document: ConditionList, write: Write = as_json) -> bytes:
    """The diagnoses as a FHIR document. `write` is `as_json` or `as_xml`."""
    uuid = document.id
    parts = [f"diagnose {number}" for number in range(1, len(document.diagnoses) + 1)]
    title = f"Diagnoseoversigt for {document.patient.cpr}"
    entries = [
        resource(
            uuid,
            "dokument",
            "Composition",
            f"{codes.CONDITION_LIST_PROFILES}composition",
            [title],
            language="da",
            status="final",
            type={"coding": [coding(codes.LOINC, codes.PROBLEM_LIST, "Problem list - Reported")]},
            subject=reference(uuid, "patient"),
            date=instant(document.changed),
            author=[reference(uuid, "klinik")],
            title=title,
            confidentiality="N",
            section=[{"entry": [reference(uuid, each) for each in parts]}],
        ),
        patient(uuid, f"{codes.DOCUMENT_PROFILES}patient", document.patient),
        organization(uuid, "klinik", "organization", document.clinic, profiles=codes.CONDITION_LIST_PROFILES),
        *(_condition(uuid, part, each) for part, each in zip(parts, document.diagnoses, strict=True)),
    ]
    identifier = {"system": codes.URI, "value": f"urn:uuid:{document.identifier}"}
    return write(bundle(uuid, codes.CONDITION_LIST, "document", instant(document.assembled), entries, identifier))


def _contact(party: Party) -> Part:
    """Whom the answer is for: a requester whose initials are not known says so."""
    return {} if party.initials else {"extension": [{"url": codes.DATA_ABSENT, "valueCode": "unknown"}]}


def _entity(message: HomeCareObservation) -> list[Part]:
    """Which message a correction or a cancellation changes."""
    role = codes.CHANGES.get(message.activity, "")
    return [{"role": role, "what": {"reference": f"urn:uuid:{message.earlier}"}}] if role else []


def _observation(id: str, part: str, result: Measurement) -> Part:
    quantity = {"value": result.value, **said(comparator=result.comparator, unit=result.unit)}
    value: Part = {"valueQuantity": quantity} if isinstance(result.value, Decimal) else {"valueString": result.value}
    return resource(
        id,
        part,
        "Observation",
        f"{codes.HOME_CARE_PROFILES}homecare-observation",
        [f"{result.display or result.code}: {result.comparator}{result.value} {result.unit}"],
        status="final",
        code={"coding": [coding(result.system, result.code, result.display)]},
        subject=reference(id, "patient"),
        effectiveDateTime=instant(result.at),
        performer=[reference(id, "afsender")],
        **value,
        interpretation=[{"coding": [coding(codes.INTERPRETATION_CODES, "NI", "Not Interpreted")]}],
        note=[{"text": result.note}] if result.note else [],
    )


def _media(id: str, part: str, file: Attachment) -> Part:
    return resource(
        id,
        part,
        "Media",
        f"{codes.CORE_PROFILES}media",
        [file.title],
        identifier=[{"value": f"urn:uuid:{own_id(id, f'{part}, id')}", "assigner": reference(id, "afsender")}],
        status="completed",
        operator=reference(id, "rolle"),
        content=attachment(file),
    )


def _condition(id: str, part: str, diagnosis: Diagnosis) -> Part:
    numbers = ((codes.ICD10, diagnosis.icd), (codes.ICPC2, diagnosis.icpc))
    ended = {"coding": [coding(codes.CONDITION_CLINICAL, "resolved")]} if diagnosis.ended else {}
    active = {"coding": [coding(codes.CONDITION_CLINICAL, "active")]}
    category = [(codes.CONDITION_CATEGORY, diagnosis.type), (codes.SNOMED, diagnosis.status)]
    return resource(
        id,
        part,
        "Condition",
        f"{codes.CONDITION_LIST_PROFILES}condition",
        [diagnosis.text or "/".join(code for _, code in numbers if code) or "Diagnose uden kode og tekst"],
        clinicalStatus=ended or active,
        category=[{"coding": [coding(system, code)]} for system, code in category if code],
        code=said(coding=[coding(system, code) for system, code in numbers if code], text=diagnosis.text),
        subject=reference(id, "patient"),
        onsetDateTime=day(diagnosis.began),
        abatementDateTime=day(diagnosis.ended),
        recordedDate=day(diagnosis.recorded),
    )
