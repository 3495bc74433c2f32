"""OIDs of the identifiers and code systems that several standards share. Each with where it was read."""

from __future__ import annotations

from typing import Final

# Who and what: roots of identifiers
CPR: Final = "1.2.208.176.1.2"  # dk-core (hl7dk/dk-core), CPR; MedCom's CDA examples, assigningAuthorityName "CPR"
X_ECPR: Final = "1.2.208.176.1.6.1.1"  # dk-core, X-eCPR
D_ECPR: Final = "1.2.208.176.1.6.1.3"  # dk-core, D-eCPR
SOR: Final = "1.2.208.176.1.1"  # dk-core, SOR; MedCom's CDA examples, assigningAuthorityName "SOR"
YDER: Final = "1.2.208.176.1.4"  # MedCom's QRD examples, intendedRecipient/id (ydernummer)
MEDCOM: Final = "1.2.208.184"  # MedCom's APD examples, ClinicalDocument/id and setId

# Sharing of documents
HOME_COMMUNITY: Final = "1.2.208.176.8.1"  # medcomdk/dk-medcom-xds-metadata, homeCommunityId
PRIMARY_HEALTHCARE: Final = "1.2.208.193.100"  # medcomdk/dk-medcom-xds-metadata, primary healthcare domain
XDS_CLASS_CODE: Final = "1.2.208.184.100.9"  # medcomdk/dk-medcom-xds-metadata, classCode
XDS_FORMAT_CODE: Final = "1.2.208.184.100.10"  # medcomdk/dk-medcom-xds-metadata, formatCode

# MedCom's code systems
MESSAGE_CODES: Final = "1.2.208.184.100.1"  # MedCom Message Codes: sections of CPD-DK 1.0.1, some typeCodes
PROMPT_TABLE: Final = "1.2.208.184.100.2"  # MedCom prompt table, QFDD and QRD
MCS: Final = "1.2.208.184.100.8"  # MedCom measurement codes, fut-infrastructure/implementation-guide, CodeSystem
MCS_SPELLINGS: Final = frozenset({MCS, MESSAGE_CODES})  # dk-medcom-xds-metadata has the latter: both are accepted

# Danish code systems
SKS: Final = "1.2.208.176.2.4"  # Sundhedsvæsenets Klassifikationssystem; forløbslabels in XDS eventCodeList
SKS_DIAGNOSES: Final = "1.2.208.176.2.4.12"  # MedCom's FHIR terminology: SKS D-hierarchy, Danish ICD-10
NPU: Final = "1.2.208.176.2.1"  # MedCom's FHIR terminology, urn:oid
ICPC2: Final = "1.2.208.176.2.31"  # MedCom's FHIR terminology (ConditionList), ICPC-2-DK
ICPC2_ART_DECOR: Final = "2.16.840.1.113883.6.138.2"  # KvalitetsIT/cda-validator@ceb5c65, art-decor value set 1.2.208.184.11.4
ICPC2_EXAMPLE: Final = "1.2.208.176.99.99.99"  # placeholder in MedCom's CPD-DK 1.0.1 example
ICPC2_SPELLINGS: Final = frozenset({ICPC2, ICPC2_ART_DECOR, ICPC2_EXAMPLE})  # sources disagree: every spelling is accepted
PRO_QUESTIONNAIRES: Final = "1.2.208.176.7.3.1"  # medcomdk/dk-medcom-xds-metadata, Spørgeskemabanken
FSIII: Final = "1.2.208.176.2.21"  # MedCom's FHIR terminology, municipal conditions
FFB: Final = "1.2.208.176.2.22"  # MedCom's FHIR terminology, municipal conditions

# International code systems
LOINC: Final = "2.16.840.1.113883.6.1"  # MedCom, CPD-DK 1.0.1 and DocumentReference examples
SNOMED_CT: Final = "2.16.840.1.113883.6.96"  # medcomdk/dk-medcom-xds-metadata, facility type and practice setting
CONFIDENTIALITY: Final = "2.16.840.1.113883.5.25"  # HL7 Confidentiality, MedCom's CDA examples
LANGUAGE: Final = "2.16.840.1.113883.6.121"  # medcomdk/dk-medcom-xds-metadata, languageCode
MIME_TYPE: Final = "2.16.840.1.113883.5.79"  # medcomdk/dk-medcom-xds-metadata, mimeType
GENDER: Final = "2.16.840.1.113883.5.1"  # HL7 V3 code system AdministrativeGender
ROLE_CODE: Final = "2.16.840.1.113883.5.111"  # HL7 RoleCode, MedCom's QRD examples: SELF
