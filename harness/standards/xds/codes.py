"""The names of IHE XDS.b on the wire: namespaces, ebXML UUIDs, actions, statuses, errors, and the Danish metadata values.

Sources: [iheos] usnistgov/iheos-toolkit2; [aftale] KvalitetsIT/aftaledeling@2e9cd2a, eksempel/testxml;
[metadata] medcomdk/dk-medcom-xds-metadata@41e776f; [fut] fut-infrastructure/implementation-guide@fb755c26.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from harness.domain.identifiers import person_number
from harness.standards import oids

# Namespaces: the targetNamespace of XDS.xsd, lcm.xsd, query.xsd, rim.xsd and rs.xsd
XDSB: Final = "urn:ihe:iti:xds-b:2007"
LCM: Final = "urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0"
QUERY: Final = "urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0"
RIM: Final = "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"
RS: Final = "urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0"
NAMESPACES: Final = {"xdsb": XDSB, "lcm": LCM, "query": QUERY, "rim": RIM, "rs": RS}

# SOAP actions [aftale], [iheos]
ITI_41: Final = "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b"
ITI_42: Final = "urn:ihe:iti:2007:RegisterDocumentSet-b"
ITI_18: Final = "urn:ihe:iti:2007:RegistryStoredQuery"
ITI_43: Final = "urn:ihe:iti:2007:RetrieveDocumentSet"
ITI_57: Final = "urn:ihe:iti:2010:UpdateDocumentSet"
ITI_61: Final = "urn:ihe:iti:2010:RegisterOnDemandDocumentEntry"
PROVIDE_AND_REGISTER: Final = f"{{{XDSB}}}ProvideAndRegisterDocumentSetRequest"
SUBMIT_OBJECTS: Final = f"{{{LCM}}}SubmitObjectsRequest"
ADHOC_QUERY: Final = f"{{{QUERY}}}AdhocQueryRequest"
RETRIEVE: Final = f"{{{XDSB}}}RetrieveDocumentSetRequest"

# Object types and classification schemes [iheos], [aftale]
UUID: Final = "urn:uuid:"
STABLE: Final = f"{UUID}7edca82f-054d-47f2-a032-9b2a5b5186c1"
ON_DEMAND: Final = f"{UUID}34268e47-fdf5-41a6-ba33-82133c465248"
SUBMISSION_SET: Final = f"{UUID}a54d6aa5-d40d-43f9-88c5-b4633d873bdd"
ENTRY_AUTHOR: Final = f"{UUID}93606bcf-9494-43ec-9b4e-a7748d1a838d"
CLASS_CODE: Final = f"{UUID}41a5887f-8865-4c09-adf7-e362475b143a"
CONFIDENTIALITY_CODE: Final = f"{UUID}f4f85eac-e6cb-4883-b524-f2705394840f"
EVENT_CODE: Final = f"{UUID}2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4"
FORMAT_CODE: Final = f"{UUID}a09d5840-386c-46f2-b5ad-9c3699a4309d"
FACILITY_TYPE: Final = f"{UUID}f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1"
PRACTICE_SETTING: Final = f"{UUID}cccf5598-8b07-4b77-a05e-ae952c785ead"
TYPE_CODE: Final = f"{UUID}f0306f51-975f-434e-a61c-c59651d33983"
ENTRY_PATIENT_ID: Final = f"{UUID}58a6f841-87b3-4a3e-92fd-a8ffeff98427"
ENTRY_UNIQUE_ID: Final = f"{UUID}2e82c1f6-a085-4c72-9da3-8640a32e42ab"
SET_AUTHOR: Final = f"{UUID}a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d"
CONTENT_TYPE_CODE: Final = f"{UUID}aa543740-bdda-424e-8c96-df4873be8500"
SET_PATIENT_ID: Final = f"{UUID}6b5aea1a-874d-4603-a4bc-96a0a7b38446"
SET_UNIQUE_ID: Final = f"{UUID}96fdda7c-d067-4183-912e-bf5ee74998a8"
SET_SOURCE_ID: Final = f"{UUID}554ac39e-e3fe-47fe-b233-965d2a147832"

# Associations [aftale]
HAS_MEMBER: Final = "urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember"
RPLC: Final = "urn:ihe:iti:2007:AssociationType:RPLC"
APND: Final = "urn:ihe:iti:2007:AssociationType:APND"  # IHE ITI TF-3, 4.2.2
XFRM: Final = "urn:ihe:iti:2007:AssociationType:XFRM"  # IHE ITI TF-3, 4.2.2
XFRM_RPLC: Final = "urn:ihe:iti:2007:AssociationType:XFRM_RPLC"  # IHE ITI TF-3, 4.2.2
UPDATE_STATUS: Final = "urn:ihe:iti:2010:AssociationType:UpdateAvailabilityStatus"

# Stored queries [iheos]
FIND_DOCUMENTS: Final = f"{UUID}14d4debf-8f97-4251-9a74-a90016b0af0d"
GET_DOCUMENTS: Final = f"{UUID}5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4"
GET_DOCUMENTS_AND_ASSOCIATIONS: Final = f"{UUID}bab9529a-4a10-40b3-a01f-f68a615d247a"

# Statuses [aftale]
APPROVED: Final = "urn:oasis:names:tc:ebxml-regrep:StatusType:Approved"
DEPRECATED: Final = "urn:oasis:names:tc:ebxml-regrep:StatusType:Deprecated"


class ResponseStatus(StrEnum):
    """How a request went [aftale]."""

    SUCCESS = "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success"
    PARTIAL = "urn:ihe:iti:2007:ResponseStatusType:PartialSuccess"  # IHE ITI TF-3, 4.2.4
    FAILURE = "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Failure"


class Severity(StrEnum):
    """How bad an entry of a RegistryErrorList is (ebRS 3.0)."""

    ERROR = "urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:Error"
    WARNING = "urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:Warning"


class ErrorCode(StrEnum):
    """The XDS errors that the simulated document sharing answers with [iheos]."""

    METADATA = "XDSRegistryMetadataError"
    MISSING_DOCUMENT = "XDSMissingDocument"
    MISSING_METADATA = "XDSMissingDocumentMetadata"
    OTHER_HASH = "XDSNonIdenticalHash"
    OTHER_SIZE = "XDSNonIdenticalSize"
    DUPLICATE = "XDSRegistryDuplicateUniqueIdInMessage"
    PATIENT = "XDSPatientIdDoesNotMatch"
    DEPRECATED = "XDSRegistryDeprecatedDocumentError"
    UNRESOLVED = "UnresolvedReferenceException"  # IHE ITI TF-3, 4.2.4: an entryUUID the registry does not know
    UPDATE = "XDSMetadataUpdateError"
    UNKNOWN_QUERY = "XDSUnknownStoredQuery"
    MISSING_PARAMETER = "XDSStoredQueryMissingParam"
    PARAMETER_NUMBER = "XDSStoredQueryParamNumber"
    UNKNOWN_REPOSITORY = "XDSUnknownRepositoryId"
    UNKNOWN_DOCUMENT = "XDSDocumentUniqueIdError"
    BUSY = "XDSRepositoryBusy"
    REPOSITORY = "XDSRepositoryError"
    REGISTRY = "XDSRegistryError"


# The Danish metadata values for a care plan [metadata], where nothing else is said
CARE_PLAN: Final = "81215-6"
FORMAT_CODES: Final = {
    "urn:ad:dk:medcom:cpd-v1.0.1:full": "CPD-DK 1.0.1",
    "urn:ad:dk:medcom:cpd-v2.0:full": "CPD-DK 2.0",
}
CLINICAL_REPORT: Final = "001"
NORMAL: Final = "N"
LANGUAGES: Final = frozenset({"da-DK", "da"})
TEXT_XML: Final = "text/xml"
GENERAL_PRACTICE: Final = "394761003"
GENERAL_MEDICINE: Final = "408443003"
FACILITY_TYPES: Final = {
    GENERAL_PRACTICE: "almen lægepraksis",
    "547211000005108": "kommune",
    "264361005": "sundhedscenter",
    "22232009": "hospital",
    "550671000005100": "speciallægepraksis",
    "550621000005101": "hjemmesygeplejeenhed",
    "702916001": "rehabiliteringsenhed",
    "547011000005103": "fysioterapiklinik",
}
PRACTICE_SETTINGS: Final = {
    GENERAL_MEDICINE: "almen medicin",
    "418112009": "lungesygdomme",
    "394810000": "reumatologi",
    "394579002": "kardiologi",
    "394583002": "endokrinologi",
    "658151000005105": "sundhedsfremme og forebyggelse",
    "658161000005107": "hjemmesygepleje",
}
FORLOEBSLABELS: Final = {
    "ALAL01": "kræft",
    "ALAL02": "hjerte",
    "ALAL03": "psykisk sygdom",
    "ALAL21": "KOL",
    "ALAL22": "type 2-diabetes",
    "ALAL23": "osteoporose",
    "ALAL51": "graviditet",
    "ALAL52": "nyfødte",
}
LABEL_KOL: Final = "ALAL21"
HOME_COMMUNITIES: Final = frozenset(
    {oids.HOME_COMMUNITY, *(f"1.2.208.176.43210.8.{environment}" for environment in (10, 20, 30, 40, 50))}
)  # [metadata]: national, TEST1, TEST2, PRODTEST, UDDANNELSE, STAGING


def patient_id(number: str) -> str:
    """A patient's id as CX, `{cpr}^^^&1.2.208.176.1.2&ISO` [metadata]; an eCPR with the root of its kind. Raises ValueError."""
    return f"{number}^^^&{person_number(number).root}&ISO"


def institution(name: str, sor: str) -> str:
    """An organisation as XON, `{name}^^^^^&1.2.208.176.1.1&ISO^^^^{SOR}` [metadata]."""
    return f"{name}^^^^^&{oids.SOR}&ISO^^^^{sor}"
