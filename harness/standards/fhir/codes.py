"""Names, addresses and codes of MedCom's FHIR standards.

Sources: MedCom's packages medcom.fhir.dk.conditionlist 1.0.1, homecareobservation 1.2.1, acknowledgement 2.0.3,
carecommunication 5.0.2, messaging 4.0.2 and terminology 2.0.2.
"""

from __future__ import annotations

from typing import Final

_IG: Final = "http://medcomfhir.dk/ig/"
_TERMS: Final = f"{_IG}terminology/CodeSystem/"

CONDITION_LIST: Final = f"{_IG}conditionlist/StructureDefinition/medcom-conditionlist-bundle"
HOME_CARE_OBSERVATION: Final = f"{_IG}homecareobservation/StructureDefinition/medcom-homecareobservation-message"
ACKNOWLEDGEMENT: Final = f"{_IG}acknowledgement/StructureDefinition/medcom-messaging-acknowledgement"
CARE_COMMUNICATION: Final = f"{_IG}carecommunication/StructureDefinition/medcom-careCommunication-message"
"""The profile of each kind's Bundle."""

CONDITION_LIST_PROFILES: Final = f"{_IG}conditionlist/StructureDefinition/medcom-conditionlist-"
HOME_CARE_PROFILES: Final = f"{_IG}homecareobservation/StructureDefinition/medcom-"
ACKNOWLEDGEMENT_PROFILES: Final = f"{_IG}acknowledgement/StructureDefinition/medcom-"
CARE_COMMUNICATION_PROFILES: Final = f"{_IG}carecommunication/StructureDefinition/medcom-careCommunication-"
MESSAGING_PROFILES: Final = f"{_IG}messaging/StructureDefinition/medcom-"
CORE_PROFILES: Final = f"{_IG}core/StructureDefinition/medcom-core-"
DOCUMENT_PROFILES: Final = f"{_IG}document/StructureDefinition/medcom-document-"

EVENT_CODES: Final = f"{_TERMS}medcom-messaging-eventCodes"
ACTIVITY_CODES: Final = f"{_TERMS}medcom-messaging-activityCodes"
DESTINATION_USE: Final = f"{_TERMS}medcom-messaging-destinationUse"
CATEGORY_CODES: Final = f"{_TERMS}medcom-careCommunication-categoryCodes"
ERROR_CODES: Final = f"{_TERMS}medcom-acknowledgement-error-codes"
REPORT_CODES: Final = f"{_TERMS}MedComDiagnosticReportCodes"
INTERPRETATION_CODES: Final = f"{_TERMS}medcom-core-interpretation-codes"
OBSERVATION_CODES: Final = f"{_TERMS}medcom-observation-codes"
PRODUCER_ID: Final = f"{_TERMS}MedComProducentID"
PRACTITIONER_ROLES: Final = f"{_TERMS}medcom-core-PractitionerRolesSKSadministrativ"

USE_EXTENSION: Final = f"{MESSAGING_PROFILES}messaging-destinationUseExtension"
DATE_EXTENSION: Final = f"{CORE_PROFILES}datetime-extension"
IDENTIFIER_EXTENSION: Final = f"{CORE_PROFILES}identifier-extension"
AUTHOR_EXTENSION: Final = f"{CORE_PROFILES}practitioner-extension"
CONTACT_EXTENSION: Final = f"{CORE_PROFILES}contact-extension"
DATA_ABSENT: Final = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"

GLN: Final = "https://www.gs1.org/gln"
SOR: Final = "urn:oid:1.2.208.176.1.1"
CPR: Final = "urn:oid:1.2.208.176.1.2"
YDERNUMMER: Final = "urn:oid:1.2.208.176.1.4"
NPU: Final = "urn:oid:1.2.208.176.2.1"
ICD10: Final = "urn:oid:1.2.208.176.2.4.12"
ICPC2: Final = "urn:oid:1.2.208.176.2.31"
LOINC: Final = "http://loinc.org"
SNOMED: Final = "http://snomed.info/sct"
CONFIDENTIALITY: Final = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
CONDITION_CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/condition-category"
CONDITION_CLINICAL: Final = "http://terminology.hl7.org/CodeSystem/condition-clinical"
URI: Final = "urn:ietf:rfc:3986"

PROBLEM_LIST: Final = "11450-4"
CURRENT: Final = "15240007"
RESOLVED: Final = "723506003"
DIAGNOSIS_STATUS: Final = {CURRENT: "aktuel", RESOLVED: "relevant"}
DIAGNOSIS_TYPE: Final = {"problem-list-item": "forløb", "encounter-diagnosis": "kontakt"}

NEW, REPLY, FORWARD, RETRACT, MODIFIED = "new-message", "reply-message", "forward-message", "retract-message", "modified-message"
CHANGES: Final = {MODIFIED: "revision", RETRACT: "removal"}
"""What a message that changes another says of it (Provenance.entity.role)."""
CANCELLATION_REASONS: Final = (  # code, and its text in English and in Danish
    ("incorrect-cpr", "Cancellation due to incorrect CPR-number", "Annullering grundet forkert CPR-nr."),
    ("incorrect-receiver", "Cancellation due to incorrect receiver", "Annullering grundet forkert modtager"),
    (
        "incorrect-attachment",
        "Cancellation due to attachment with content concerning a incorrect CPR-number",
        "Annullering grundet vedhæftet fil med indhold på forkert CPR-nr.",
    ),
)
HOME_CARE_ACTIVITIES: Final = (NEW, REPLY, RETRACT, MODIFIED)
CARE_COMMUNICATION_ACTIVITIES: Final = (NEW, REPLY, FORWARD)

RESPONSE_CODES: Final = ("ok", "fatal-error", "transient-error")
ERRORS: Final = (
    "MSG_Receiver_Identifier_UNKNOWN",
    "MSG_Receiver_Identifier_MISSING",
    "MSG_RECEIVER_UNABLE_TO_RECEIVE_MSG_TYPE",
    "MSG_VALUESET_VALUE_UNKNOWN",
    "MSG_CodeSystem_VALUE_UNKNOWN",
    "MSG_Element_To_Long",
    "MSG_Datatype_Wrong",
    "MSG_Mailbox_Out_Of_Operation",
    "MSG_Damaged_durin_transport",
)
CATEGORIES: Final = (
    "alcohol-and-drug-treatment",
    "assistive-devices",
    "carecoordination",
    "decease",
    "discharge",
    "examination-results",
    "healthcare",
    "home-care-assessment",
    "medicine",
    "nursing",
    "outpatient",
    "psychiatry-social-disability",
    "regarding-referral",
    "telemedicine",
    "training",
    "acute-ambulant",
    "extended-care-responsibility",
    "other",
)
HOME_CARE_DEFINITION: Final = f"{_IG}messagedefinitions/MessageDefinition/MedComHomeCareObservationMessageDefinition"
CARE_COMMUNICATION_DEFINITION: Final = f"{_IG}messagedefinitions/MessageDefinition/MedComCareCommunicationMessageDefinition"
SOR_ADDRESS: Final = "https://sor2.sum.dsdn.dk/#id="
