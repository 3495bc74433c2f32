"""OIDs of the identifiers and code systems that several standards share. Each with where it was read."""

from __future__ import annotations

from typing import Final

# Who and what: roots of identifiers
CPR: Final = "1.2.208.176.1.2"  # dk-core (hl7dk/dk-core), CPR; MedCom's CDA examples, assigningAuthorityName "CPR"
X_ECPR: Final = "1.2.208.176.1.6.1.1"  # dk-core, X-eCPR
D_ECPR: Final = "1.2.208.176.1.6.1.3"  # dk-core, D-eCPR
REGIONAL_D_ECPR: Final = tuple(f"{D_ECPR}.{region}" for region in (177, 179, 181, 183, 187))  # dk-core, D-eCPR of the regions
PERSON_NUMBERS: Final = (CPR, X_ECPR, D_ECPR, *REGIONAL_D_ECPR)  # what a patient is known by, CPR before what stands for it
SOR: Final = "1.2.208.176.1.1"  # dk-core, SOR; MedCom's CDA examples, assigningAuthorityName "SOR"
MEDCOM: Final = "1.2.208.184"  # MedCom's APD examples, ClinicalDocument/id and setId

# Sharing of documents
HOME_COMMUNITY: Final = "1.2.208.176.8.1"  # medcomdk/dk-medcom-xds-metadata, homeCommunityId
XDS_CLASS_CODE: Final = "1.2.208.184.100.9"  # medcomdk/dk-medcom-xds-metadata, classCode
XDS_FORMAT_CODE: Final = "1.2.208.184.100.10"  # medcomdk/dk-medcom-xds-metadata, formatCode

# MedCom's code systems
MESSAGE_CODES: Final = "1.2.208.184.100.1"  # MedCom Message Codes: sections of CPD-DK 1.0.1, some typeCodes
MCS: Final = "1.2.208.184.100.8"  # MedCom measurement codes, fut-infrastructure/implementation-guide, CodeSystem

# Danish code systems
SKS: Final = "1.2.208.176.2.4"  # Sundhedsvæsenets Klassifikationssystem; forløbslabels in XDS eventCodeList
ICPC2: Final = "1.2.208.176.2.31"  # MedCom's FHIR terminology (ConditionList), ICPC-2-DK

# International code systems
LOINC: Final = "2.16.840.1.113883.6.1"  # MedCom, CPD-DK 1.0.1 and DocumentReference examples
SNOMED_CT: Final = "2.16.840.1.113883.6.96"  # medcomdk/dk-medcom-xds-metadata, facility type and practice setting
CONFIDENTIALITY: Final = "2.16.840.1.113883.5.25"  # HL7 Confidentiality, MedCom's CDA examples
GENDER: Final = "2.16.840.1.113883.5.1"  # HL7 V3 code system AdministrativeGender


def national(root: str) -> str:
    """`root`, or what it stands for when it is a region's own for D-eCPR: `national(f"{D_ECPR}.177") == D_ECPR`."""
    return D_ECPR if root in REGIONAL_D_ECPR else root
