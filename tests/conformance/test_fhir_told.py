"""What findings of FHIR messages tell: where, what was expected, and what was there instead."""

from __future__ import annotations

from test_fhir_rules import BREAKS, JUDGES, changed, graded

SHORT = (
    ("ACTIVITY", "modified-message eller new-message eller reply-message eller retract-message"),
    ("T/", "http://medcomfhir.dk/ig/terminology/CodeSystem/"),
    ("HL7/", "http://terminology.hl7.org/CodeSystem/"),
    ("PERSON", "urn:oid:1.2.208.176.1.2 eller urn:oid:1.2.208.176.1.6.1.1 eller urn:oid:1.2.208.176.1.6.1.3"),
    ("M/", "http://medcomfhir.dk/ig/messagedefinitions/MessageDefinition/"),
    ("ACK~", "6b1f2a34-8c1d-4a4e-9f57-0d2b7c9e1a"),
    ("CC~", "d4b8a1c2-3e5f-4a7b-9c0d-1e2f3a4b5c"),
    ("CCX~", "c7d8e9f0-1a2b-4c3d-8e4f-5a6b7c8d9e"),
    ("CL~", "0f2d6b1e-4a5c-4b7e-8d7a-3f6f0c1d2e"),
    ("S/", "http://medcomfhir.dk/ig/core/StructureDefinition/"),
)
"""How the table writes what is long."""

TOLD = """\
ACK-01 | /type | type message | "collection"
ACK-01 | /type | type message | mangler
ACK-02 | eventCoding/code | acknowledgement-message (T/medcom-messaging-eventCodes) | "empty-message"
ACK-02 | eventCoding/system | acknowledgement-message (T/medcom-messaging-eventCodes) | "urn:x"
ACK-03 | receiver/reference | en reference til en Organization i beskeden | "Organization/xACK~03"
ACK-03 | valueCoding/code | primary (T/medcom-messaging-destinationUse) | "cc"
ACK-04 | resource/sender | sender | mangler
ACK-04 | sender/reference | en reference til en Organization i beskeden | "Patient/ACK~04"
ACK-05 | 0/code | en kode fra MedComs liste (T/medcom-messaging-activityCodes) | "old-message"
ACK-06 | response/identifier | identifier | mangler
ACK-07 | response/code | code fatal-error eller ok eller transient-error | "failed"
ACK-07 | response/code | code fatal-error eller ok eller transient-error | mangler
ACK-08 | details/reference | en reference til en OperationOutcome i beskeden | "OperationOutcome/1"
ACK-08 | details/reference | en reference til en OperationOutcome i beskeden | "OperationOutcome/ACK~05"
ACK-08 | response/details | en OperationOutcome i beskeden | mangler
ACK-09 | 0/code | en kode fra T/medcom-acknowledgement-error-codes | "MSG_UKENDT"
ACK-10 | 0/reference | en reference til kvitteringens MessageHeader | "MessageHeader/ACK~98"
ACK-10 | 0/role | role revision | "source"
ACK-10 | 0/what | en reference til den besked, der er kvitteret for | mangler
ACK-10 | resource/Provenance | en Provenance med acknowledgement | mangler
ACK-10 | what/reference | en reference til den besked, der er kvitteret for | "MessageHeader/ACK~02"
ACK-11 | response/identifier | den oprindelige beskeds id | "ACK~02"
CC-01 |  | en Bundle | en Parameters
CC-01 | Bundle/type | type message | "batch"
CC-01 | Bundle/type | type message | mangler
CC-02 | eventCoding/code | care-communication-message (T/medcom-messaging-eventCodes) | "hospital-notification-message"
CC-02 | eventCoding/system | care-communication-message (T/medcom-messaging-eventCodes) | "urn:x"
CC-03 | receiver/reference | en reference til en Organization i beskeden | "urn:uuid:CC~03"
CC-03 | valueCoding/code | primary (T/medcom-messaging-destinationUse) | "secondary"
CC-04 | MessageHeader/sender | sender | mangler
CC-04 | sender/reference | en reference til en Organization i beskeden | "Organization/xCCX~04"
CC-05 | 0/code | forward-message eller new-message eller reply-message (T/medcom-messaging-activityCodes) | "modified-message"
CC-05 | coding/code | forward-message eller new-message eller reply-message (T/medcom-messaging-activityCodes) | "retract-message"
CC-06 | MessageHeader/definition | M/MedComCareCommunicationMessageDefinition|5.x | "M/MedComCareCommun…"
CC-06 | resource/definition | M/MedComCareCommunicationMessageDefinition|5.x | "M/MedComCareCommun…"
CC-07 | 0/reference | en reference til en Communication i beskeden | "Communication/xCCX~05"
CC-07 | MessageHeader/focus | focus | mangler
CC-07 | MessageHeader/focus[2] | netop én | flere
CC-08 | 7/resource | netop én Patient | 2
CC-08 | resource/Patient | netop én Patient | 2
CC-09 | Communication/subject | subject | mangler
CC-09 | subject/reference | en reference til en Patient i beskeden | "Patient/xCCX~06"
CC-10 | 0/code | en kode fra MedComs liste (T/medcom-careCommunication-categoryCodes) | "henvisning"
CC-10 | coding/code | en kode fra MedComs liste (T/medcom-careCommunication-categoryCodes) | mangler
CC-10 | coding/system | en kode fra MedComs liste (T/medcom-careCommunication-categoryCodes) | "urn:x"
CC-11 | resource/topic | topic.text | mangler
CC-12 | Communication/priority | ingen prioritet | "asap"
CC-12 | resource/priority | ingen prioritet | "asap"
CC-13 | Communication/status | status unknown | "in-progress"
CC-13 | resource/status | status unknown | "completed"
CC-14 | 0/value | urn:uuid:… med små bogstaver | "urn:uuid:1"
CC-14 | 0/value | urn:uuid:… med små bogstaver | "x urn:uuid:CCX~10 y"
CC-14 | identifier/value | urn:uuid:… med små bogstaver | "urn:uuid:CCX~1"
CC-15 | 0/extension | forfatterens kontakt (S/medcom-core-contact-extension) | mangler
CC-15 | payload[2]/extension | forfatterens kontakt (S/medcom-core-contact-extension) | mangler
CC-16 | Practitioner/name | et navn | mangler
CC-16 | practitioner/reference | en reference til en Practitioner i beskeden | "Practitioner/xCCX~08"
CC-16 | resource/name | et navn | mangler
CC-17 | 0/system | et nummer med systemet PERSON | "urn:oid:1.2.208.176.1.22"
CC-17 | resource/identifier | et nummer med systemet PERSON | mangler
CL-01 | /type | type document | "message"
CL-01 | 0/resource | en Composition først | en Basic
CL-02 | 0/code | 11450-4 (http://loinc.org) | "11450-3"
CL-02 | 0/system | 11450-4 (http://loinc.org) | "http://loinc.com"
CL-03 | resource/language | language da | "en"
CL-03 | resource/language | language da | mangler
CL-04 | resource/confidentiality | confidentiality N | "R"
CL-05 | resource/status | status final | "amended"
CL-06 | 0/system | et nummer med systemet urn:oid:1.2.208.176.1.2 | "urn:oid:1.2.208.176.1.3"
CL-06 | 0/value | et nummer med systemet urn:oid:1.2.208.176.1.2 | mangler
CL-07 | resource/title | Diagnoseoversigt for <patientens CPR-nummer> | en anden titel
CL-07 | resource/title | Diagnoseoversigt for <patientens CPR-nummer> | mangler
CL-08 | 0/reference | en Organization i dokumentet | "Organisation/CL~05"
CL-08 | resource/identifier | en SOR-kode (urn:oid:1.2.208.176.1.1) | mangler
CL-09 | 1/reference | en reference til en Condition i beskeden | "Condition/1"
CL-10 | 0/code | netop én af 15240007 eller 723506003 (http://snomed.info/sct) | "15240008"
CL-10 | 0/system | http://snomed.info/sct | "urn:x"
CL-11 | 0/code | problem-list-item eller encounter-diagnosis | "problem"
CL-12 | resource/recordedDate | recordedDate | mangler
CL-13 | 0/code | inactive eller remission eller resolved (HL7/condition-clinical) | "active"
CL-14 | subject/reference | Patient/CL~04 | "Patient/xCL~04"
CL-15 | identifier/value | et UUID er 32 hexcifre i fem grupper: 8-4-4-4-12, evt. med urn:uuid: foran | "12345"
CL-15 | identifier/value | et andet UUID | "urn:uuid:CL~01"
CL-16 | note/0 | ingen note | en note
CL-17 | 1/reference | en diagnose, der ikke allerede er nævnt | "Condition/CL~06"
CL-17 | 4/resource | nævnt i et afsnit | ikke nævnt
CL-18 | resource/text | en tekst (text.div) | mangler
CL-19 | meta/profile | meta.profile | mangler
HCO-01 | Bundle/type | type message | "document"
HCO-02 | eventCoding/code | homecareobservation-message (T/medcom-messaging-eventCodes) | "x"
HCO-03 | destination/receiver | receiver | mangler
HCO-03 | valueCoding/code | primary (T/medcom-messaging-destinationUse) | "cc"
HCO-04 | MessageHeader/sender | sender | mangler
HCO-05 | coding/code | ACTIVITY (T/medcom-messaging-activityCodes) | "forward-message"
HCO-06 | MessageHeader/definition | M/MedComHomeCareObservationMessageDefinition|1.x | "M/MedComHomeCareOb…"
HCO-07 | focus/reference | en reference til en DiagnosticReport i beskeden | "urn:uuid:b3c1e5d7-2b4f-4c6a-8e90-1f2d3c4b5a04"
HCO-08 | coding/code | HomeCareReport (T/MedComDiagnosticReportCodes) | "LabReport"
HCO-09 | DiagnosticReport/status | status final | "amended"
HCO-10 | 0/code | en rolle | mangler
HCO-10 | Practitioner/name | et navn | mangler
HCO-10 | DiagnosticReport/performer | en PractitionerRole i beskeden | mangler
HCO-10 | PractitionerRole/practitioner | en Practitioner i beskeden | mangler
HCO-10 | Practitioner/telecom | et telefonnummer | mangler
HCO-11 | Observation/valueString | højst 12 tegn | "Negativ i dag, måles igen" (25 tegn)
HCO-11 | valueQuantity/value | højst 12 tegn | "4.00000000000" (13 tegn)
HCO-12 | coding/code | NI (T/medcom-core-interpretation-codes) | "H"
HCO-13 | security/code | R (HL7/v3-Confidentiality) | "V"
HCO-14 | Provenance/entity | entity med en reference til den tidligere besked | mangler
HCO-14 | entity/role | role revision | "source"
HCO-15 | DiagnosticReport/subject | en reference til patienten | mangler
HCO-15 | Observation/subject | en reference til patienten | mangler
HCO-15 | subject/reference | en reference til en Patient i beskeden | "urn:uuid:a3c1e5d7-2b4f-4c6a-8e90-1f2d3c4b5a33"
HCO-16 | Patient/identifier | et nummer med systemet PERSON | mangler
HCO-16 | identifier/system | et nummer med systemet PERSON | "urn:oid:1.2.208.176.1.22"
HCO-17 | valueQuantity/comparator | <, <=, >= eller > | "under"
HCO-18 | DiagnosticReport/conclusion | conclusion fra MedComs liste | "Åndenød siden i går"
"""
"""Rule, the end of the path, expected, found."""


def test_a_finding_says_where_it_is_what_was_expected_and_what_was_there() -> None:
    told = set()
    for _, file, old, new, _ in BREAKS:
        for found in graded(JUDGES[file](changed(file, old, new).encode("utf-8"), file)):
            place = "/".join(found.location.path.split("/")[-2:])
            line = " | ".join((found.rule, place, found.expected, found.actual))
            for short, long in SHORT:
                line = line.replace(long, short)
            told.add(line)
    assert sorted(set(TOLD.splitlines()) - told) == []
