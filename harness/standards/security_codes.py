"""The names of DGWS 1.0, the SOSI ID card and HSUID 1.1 on the wire: namespaces, elements and lists of values.

Sources: medcom.xsd (DGWS 1.0), saml.xsd, wsse.xsd and wsu.xsd as DGWS has them, hsuid-1_1.xsd; [seal] Sundhedsdatastyrelsen,
seal.java, dk.sosi.seal.model.constants (IDValues, FaultCodeValues).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

MEDCOM: Final = "http://www.medcom.dk/dgws/2006/04/dgws-1.0.xsd"
WSSE: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
WSU: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
SAML: Final = "urn:oasis:names:tc:SAML:2.0:assertion"
DS: Final = "http://www.w3.org/2000/09/xmldsig#"
HSUID: Final = "http://www.nsi.dk/hsuid/2016/08/hsuid-1.1.xsd"

# medcom:Header
SECURITY_LEVELS: Final = frozenset({"1", "2", "3", "4", "5"})
TIMEOUTS: Final = frozenset({"5", "30", "480", "1440", "unbound"})  # minutes
FLOW_STATUSES: Final = frozenset({"flow_running", "flow_finalized_succesfully"})  # spelt so in medcom.xsd
PRIORITIES: Final = frozenset({"AKUT", "HASTER", "RUTINE"})
YES_NO: Final = frozenset({"yes", "no"})

# The ID card
ID_CARD: Final = "IDCard"  # [seal]
KEY_NAME: Final = "OCESSignature"  # [seal]
SAML_VERSION: Final = "2.0"
HOLDER_OF_KEY: Final = "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"
CARD_DATA: Final = "IDCardData"
USER_LOG: Final = "UserLog"
SYSTEM_LOG: Final = "SystemLog"
STATEMENTS: Final = frozenset({CARD_DATA, USER_LOG, SYSTEM_LOG})
CARE_PROVIDER_ID: Final = "medcom:CareProviderID"
USER_CPR: Final = "medcom:UserCivilRegistrationNumber"
USER_AUTHORISATION: Final = "medcom:UserAuthorizationCode"
CARD_ATTRIBUTES: Final = frozenset(
    {
        "sosi:IDCardID",
        "sosi:IDCardVersion",
        "sosi:IDCardType",
        "sosi:AuthenticationLevel",
        "sosi:OCESCertHash",
        USER_CPR,
        "medcom:UserGivenName",
        "medcom:UserSurName",
        "medcom:UserEmailAddress",
        "medcom:UserRole",
        "medcom:UserOccupation",
        USER_AUTHORISATION,
        CARE_PROVIDER_ID,
        "medcom:CareProviderName",
        "medcom:ITSystemName",
    }
)
LEVEL: Final = "sosi:AuthenticationLevel"
CARD_NAMES: Final = ("sosi:IDCardID", "medcom:ITSystemName")  # [seal], IDCardValidator
CARD_VALUES: Final = {  # [seal]
    "sosi:IDCardVersion": frozenset({"1.0.1"}),
    "sosi:IDCardType": frozenset({"system", "user"}),
    LEVEL: SECURITY_LEVELS,
}
NAME_FORMATS: Final = frozenset(
    {
        "medcom:cprnumber",
        "medcom:ynumber",
        "medcom:pnumber",
        "medcom:skscode",
        "medcom:cvrnumber",
        "medcom:communalnumber",
        "medcom:locationnumber",
        "medcom:itsystemname",
        "medcom:other",
    }
)


class FaultCode(StrEnum):
    """What medcom:FaultCode in a fault's detail can say [seal]."""

    SYNTAX_ERROR = "syntax_error"
    MISSING_REQUIRED_HEADER = "missing_required_header"
    SECURITY_LEVEL_FAILED = "security_level_failed"
    INVALID_USERNAME_PASSWORD = "invalid_username_password"  # noqa: S105  # a fault code of DGWS
    INVALID_SIGNATURE = "invalid_signature"
    INVALID_IDCARD = "invalid_idcard"
    INVALID_CERTIFICATE = "invalid_certificate"
    EXPIRED_IDCARD = "expired_idcard"
    NOT_AUTHORIZED = "not_authorized"
    ILLEGAL_HTTP_METHOD = "illegal_http_method"
    PROCESSING_PROBLEM = "processing_problem"


# HSUID
HSUID_ID: Final = "HSUID"
HSUID_DATA: Final = "HSUIDdata"
ORG_USING_ID: Final = "nsi:OrgUsingID"
ACTING_CPR: Final = "nsi:ActingUserCivilRegistrationNumber"
RESPONSIBLE_CPR: Final = "nsi:ResponsibleUserCivilRegistrationNumber"
RESPONSIBLE_AUTHORISATION: Final = "nsi:ResponsibleUserAuthorizationCode"
CITIZEN_CPR: Final = "nsi:CitizenCivilRegistrationNumber"
HSUID_ATTRIBUTES: Final = frozenset(
    {
        "nsi:UserType",
        ACTING_CPR,
        RESPONSIBLE_CPR,
        RESPONSIBLE_AUTHORISATION,
        ORG_USING_ID,
        "nsi:ConsentOverride",
        "nsi:SystemOwnerName",
        "nsi:SystemName",
        "nsi:SystemVersion",
        "nsi:OrgResponsibleName",
        CITIZEN_CPR,
        "nsi:CitizenUserRelation",
    }
)
HSUID_FORMATS: Final = frozenset({"nsi:ynumber", "nsi:skskode", "nsi:sor"})
