"""Builds the FHIR messages and documents of the harness: kommunale prøvesvar, kvittering, diagnosekort.

Every id but the Bundle's follows from the Bundle's, so that the same thing always gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from harness.standards.fhir import codes
from harness.standards.fhir.messages import (
    Acknowledgement,
    ConditionList,
    Diagnosis,
    HomeCareObservation,
    Measurement,
    Party,
    Person,
)
from harness.standards.fhir.write import Part, as_json, coding, own_id, reference, resource, said

Write = Callable[[Part], bytes]


def build_home_care_observation(message: HomeCareObservation, write: Write = as_json) -> bytes:
    """The message as a FHIR message. `write` is `as_json` or `as_xml`.

    build_home_care_observation(message, as_xml)
    """
    bundle, at = message.id, _instant(message.at)
    results = [f"resultat {number}" for number in range(1, len(message.results) + 1)]
    security = {"security": [coding(codes.CONFIDENTIALITY, "R", "Restricted")]} if message.refused_consent else {}
    person = said(family=message.author.family, given=[message.author.given] if message.author.given else [])
    header = _header(bundle, "homecareobservation-message", message.sender, message.receiver)
    entries = [
        resource(
            bundle,
            "header",
            "MessageHeader",
            f"{codes.HOME_CARE_PROFILES}homecareobservation-messageheader",
            ["Kommunale prøvesvar"],
            **header,
            focus=[reference(bundle, "svar")],
            definition=f"{codes.HOME_CARE_DEFINITION}|1.1",
        ),
        _patient(bundle, f"{codes.CORE_PROFILES}patient", message.patient),
        resource(
            bundle,
            "svar",
            "DiagnosticReport",
            f"{codes.HOME_CARE_PROFILES}homecareobservation-diagnosticreport",
            ["Prøvesvar", message.conclusion],
            meta=security,
            status="final",
            code={"coding": [coding(codes.REPORT_CODES, "HomeCareReport")]},
            subject=reference(bundle, "patient"),
            issued=at,
            performer=[reference(bundle, "afsender"), reference(bundle, "rolle")],
            result=[reference(bundle, each) for each in results],
            conclusion=message.conclusion,
        ),
        resource(
            bundle,
            "rolle",
            "PractitionerRole",
            f"{codes.CORE_PROFILES}practitionerrole",
            [message.author.role],
            practitioner=reference(bundle, "person"),
            organization=reference(bundle, "afsender"),
            code=[{"coding": [coding(codes.PRACTITIONER_ROLES, message.author.role)]}],
        ),
        resource(
            bundle,
            "person",
            "Practitioner",
            f"{codes.CORE_PROFILES}practitioner",
            [f"{message.author.given} {message.author.family}"],
            name=[person],
            telecom=[{"system": "phone", "value": message.author.phone}],
        ),
        _organization(bundle, "modtager", "requesterorganization", message.receiver, _contact(message.receiver)),
        _organization(bundle, "afsender", "producer-organization", message.sender),
        _provenance(bundle, "historik", own_id(bundle, "header"), at, message.activity, "afsender", _entity(message)),
        *(_observation(bundle, part, each) for part, each in zip(results, message.results, strict=True)),
    ]
    return write(_bundle(bundle, codes.HOME_CARE_OBSERVATION, "message", at, entries))


def build_acknowledgement(message: Acknowledgement, write: Write = as_json) -> bytes:
    """The receipt as a FHIR message. `write` is `as_json` or `as_xml`."""
    bundle, at = message.id, _instant(message.at)
    negative = message.answer != "ok"
    response = said(identifier=message.original, code=message.answer, details=reference(bundle, "årsag") if negative else {})
    entity = [{"role": "revision", "what": {"reference": f"urn:uuid:{message.original}"}}]
    entries = [
        resource(
            bundle,
            "header",
            "MessageHeader",
            f"{codes.ACKNOWLEDGEMENT_PROFILES}messaging-acknowledgementHeader",
            ["Kvittering"],
            **_header(bundle, "acknowledgement-message", message.sender, message.receiver),
            response=response,
        ),
        _provenance(bundle, "beskedens historik", message.original, at, codes.NEW, "modtager", []),
        _provenance(bundle, "historik", own_id(bundle, "header"), at, "acknowledgement", "afsender", entity),
        _organization(bundle, "afsender", "messaging-organization", message.sender),
        _organization(bundle, "modtager", "messaging-organization", message.receiver),
    ]
    if negative:
        details = said(coding=[coding(codes.ERROR_CODES, message.error)] if message.error else [], text=message.explanation)
        issue = {"severity": "error", "code": "processing", **said(details=details)}
        profile = f"{codes.ACKNOWLEDGEMENT_PROFILES}acknowledgement-operationoutcome"
        entries.append(resource(bundle, "årsag", "OperationOutcome", profile, [message.explanation or "Afvist"], issue=[issue]))
    return write(_bundle(bundle, codes.ACKNOWLEDGEMENT, "message", at, entries))


def build_condition_list(document: ConditionList, write: Write = as_json) -> bytes:
    """The diagnoses as a FHIR document. `write` is `as_json` or `as_xml`."""
    bundle = document.id
    parts = [f"diagnose {number}" for number in range(1, len(document.diagnoses) + 1)]
    title = f"Diagnoseoversigt for {document.patient.cpr}"
    entries = [
        resource(
            bundle,
            "dokument",
            "Composition",
            f"{codes.CONDITION_LIST_PROFILES}composition",
            [title],
            language="da",
            status="final",
            type={"coding": [coding(codes.LOINC, codes.PROBLEM_LIST, "Problem list - Reported")]},
            subject=reference(bundle, "patient"),
            date=_instant(document.changed),
            author=[reference(bundle, "klinik")],
            title=title,
            confidentiality="N",
            section=[{"entry": [reference(bundle, each) for each in parts]}],
        ),
        _patient(bundle, f"{codes.DOCUMENT_PROFILES}patient", document.patient),
        _organization(bundle, "klinik", "organization", document.clinic, profiles=codes.CONDITION_LIST_PROFILES),
        *(_condition(bundle, part, each) for part, each in zip(parts, document.diagnoses, strict=True)),
    ]
    identifier = {"system": codes.URI, "value": f"urn:uuid:{document.identifier}"}
    return write(_bundle(bundle, codes.CONDITION_LIST, "document", _instant(document.assembled), entries, identifier))


def _bundle(id: str, profile: str, kind: str, at: str, entries: list[Part], identifier: Part | None = None) -> Part:
    meta = {"profile": [profile]}
    return {
        "resourceType": "Bundle",
        "id": id,
        "meta": meta,
        **said(identifier=identifier),
        "type": kind,
        "timestamp": at,
        "entry": entries,
    }


def _header(id: str, event: str, sender: Party, receiver: Party) -> Part:
    """What every message's header has: the event, one primary receiver, and the sender."""
    use = {"url": codes.USE_EXTENSION, "valueCoding": coding(codes.DESTINATION_USE, "primary")}
    return {
        "eventCoding": coding(codes.EVENT_CODES, event),
        "destination": [
            {"extension": [use], "endpoint": codes.SOR_ADDRESS + receiver.sor, "receiver": reference(id, "modtager")}
        ],
        "sender": reference(id, "afsender"),
        "source": {"endpoint": codes.SOR_ADDRESS + sender.sor},
    }


def _patient(id: str, profile: str, patient: Person) -> Part:
    return resource(
        id,
        "patient",
        "Patient",
        profile,
        [f"{patient.given} {patient.family}"],
        identifier=[{"system": codes.CPR, "value": patient.cpr}],
        name=[said(use="official", family=patient.family, given=[patient.given] if patient.given else [])],
        gender=patient.gender,
        birthDate=_day(patient.born),
    )


def _organization(
    id: str, part: str, profile: str, party: Party, contact: Part | None = None, *, profiles: str = codes.MESSAGING_PROFILES
) -> Part:
    systems = (codes.GLN, codes.SOR, codes.YDERNUMMER, codes.PRODUCER_ID)
    numbers = zip(systems, (party.gln, party.sor, party.ydernummer, party.producer), strict=True)
    return resource(
        id,
        part,
        "Organization",
        profiles + profile,
        [party.name],
        identifier=[{"system": system, "value": value} for system, value in numbers if value],
        name=party.name,
        contact=[contact] if contact else [{"name": {"given": [party.initials]}}] if party.initials else [],
    )


def _contact(party: Party) -> Part:
    """Whom the answer is for: a requester whose initials are not known says so."""
    return {} if party.initials else {"extension": [{"url": codes.DATA_ABSENT, "valueCode": "unknown"}]}


def _entity(message: HomeCareObservation) -> list[Part]:
    """Which message a correction or a cancellation changes."""
    role = {codes.MODIFIED: "revision", codes.RETRACT: "removal"}.get(message.activity, "")
    return [{"role": role, "what": {"reference": f"urn:uuid:{message.earlier}"}}] if role else []


def _provenance(id: str, part: str, target: str, at: str, activity: str, who: str, entity: list[Part]) -> Part:
    return resource(
        id,
        part,
        "Provenance",
        f"{codes.MESSAGING_PROFILES}messaging-provenance",
        [activity],
        target=[{"reference": f"urn:uuid:{target}"}],
        occurredDateTime=at,
        recorded=at,
        activity={"coding": [coding(codes.ACTIVITY_CODES, activity)]},
        agent=[{"who": reference(id, who)}],
        entity=entity,
    )


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
        effectiveDateTime=_instant(result.at),
        performer=[reference(id, "afsender")],
        **value,
        interpretation=[{"coding": [coding(codes.INTERPRETATION_CODES, "NI", "Not Interpreted")]}],
        note=[{"text": result.note}] if result.note else [],
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
        [diagnosis.text],
        clinicalStatus=ended or active,
        category=[{"coding": [coding(system, code)]} for system, code in category if code],
        code=said(coding=[coding(system, code) for system, code in numbers if code], text=diagnosis.text),
        subject=reference(id, "patient"),
        onsetDateTime=_day(diagnosis.began),
        abatementDateTime=_day(diagnosis.ended),
        recordedDate=_day(diagnosis.recorded),
    )


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
