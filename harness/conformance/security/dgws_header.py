"""What must hold of the DGWS header of a request: medcom:Header and wsse:Security, without what stands in the ID card."""

from __future__ import annotations

from harness.conformance.rule import HOLDS, Breach, Outcome
from harness.conformance.security.secured import Secured, dgws_rule, either
from harness.conformance.security.soap_header import is_a, misplaced, one_block
from harness.conformance.subject import some
from harness.domain.grade import Grade
from harness.standards import security_codes as codes
from harness.standards.security_codes import DS, MEDCOM, SAML, WSSE, WSU

WSDL = "DDS, XDS.b_DocumentRepository.wsdl, soap:header"
DROS = "Sundhedsdatastyrelsen, nspop.dk, DROS, security.require.person"
HEADER_XSD = "MedCom, DGWS 1.0, medcom.xsd"
SECURITY_XSD = "MedCom, DGWS 1.0, wsse.xsd og wsu.xsd"


@dgws_rule("DGWS-01", "Beskeden er SOAP og kan læses", Grade.F2, "SOAP 1.1; SOAP 1.2")
def readable(secured: Secured) -> Outcome:
    """Not XML, or not SOAP."""
    headed = secured.headed
    return (Breach(headed.place, "en SOAP-besked", headed.problem),) if headed.problem else HOLDS


@dgws_rule("DGWS-02", "SOAP-headeren har netop én wsse:Security", Grade.F2, WSDL, "DGWS-01")
def one_security(secured: Secured) -> Outcome:
    """There the ID card is."""
    return one_block(secured.headed, f"{{{WSSE}}}Security")


@dgws_rule("DGWS-03", "SOAP-headeren har netop én medcom:Header", Grade.F2, WSDL, "DGWS-01")
def one_header(secured: Secured) -> Outcome:
    """There the message says its id and level."""
    return one_block(secured.headed, f"{{{MEDCOM}}}Header")


@dgws_rule("DGWS-04", "Security har et tidsstempel, der kan læses", Grade.F3, SECURITY_XSD, "DGWS-02")
def timestamp(secured: Secured) -> Outcome:
    """One Timestamp with one Created; what else stands in it is not judged."""
    headed, found = secured.headed, secured.security.findall(f"{{{WSU}}}Timestamp")
    if len(found) != 1:
        return (headed.breach(found[1] if found else secured.security, "netop én Timestamp", str(len(found))),)
    created = found[0].findall(f"{{{WSU}}}Created")
    if len(created) != 1:
        return (headed.breach(created[1] if created else found[0], "netop én Created", str(len(created))),)
    text = (created[0].text or "").strip()
    return HOLDS if is_a("dateTime", text) else (headed.breach(created[0], "et tidspunkt (xs:dateTime)", text or "ingenting"),)


@dgws_rule("DGWS-05", "Security har netop ét ID-kort", Grade.F2, f"{DROS}; {SECURITY_XSD}", "DGWS-02")
def one_card(secured: Secured) -> Outcome:
    """A user's or a system's."""
    found = secured.security.findall(f"{{{SAML}}}Assertion")
    if len(found) == 1:
        return HOLDS
    return (secured.headed.breach(found[1] if found else secured.security, "netop én saml:Assertion", str(len(found))),)


@dgws_rule("DGWS-06", "Tidsstempel og ID-kort står i rækkefølge", Grade.F3, SECURITY_XSD, "DGWS-04", "DGWS-05")
def security_order(secured: Secured) -> Outcome:
    """Timestamp, Assertion, Signature."""
    model = ((f"{{{WSU}}}Timestamp", 1, 1), (f"{{{SAML}}}Assertion", 1, 1), (f"{{{DS}}}Signature", 0, 1))
    return misplaced(secured.headed, secured.security, model)


@dgws_rule("DGWS-16", "medcom:Header har sine dele i rækkefølge", Grade.F3, HEADER_XSD, "DGWS-03")
def header_parts(secured: Secured) -> Outcome:
    """Only Linking must be there."""
    names = ("SecurityLevel", "TimeOut", "Linking", "FlowStatus", "Priority", "RequireNonRepudiationReceipt")
    return misplaced(secured.headed, secured.header, tuple((f"{{{MEDCOM}}}{name}", name == "Linking", 1) for name in names))


@dgws_rule("DGWS-17", "Linking har beskedens MessageID", Grade.F2, HEADER_XSD, "DGWS-16")
def linking(secured: Secured) -> Outcome:
    """FlowID, MessageID and InResponseToMessageID in this order; MessageID must be there."""
    names = ("FlowID", "MessageID", "InResponseToMessageID")
    model = tuple((f"{{{MEDCOM}}}{name}", name == "MessageID", 1) for name in names)
    return misplaced(secured.headed, secured.header.findall(f"{{{MEDCOM}}}Linking")[0], model)


@dgws_rule("DGWS-18", "Værdierne i medcom:Header er fra DGWS", Grade.F3, HEADER_XSD, "DGWS-16")
def header_values(secured: Secured) -> Outcome:
    """Where they are given."""
    lists = {
        "SecurityLevel": codes.SECURITY_LEVELS,
        "TimeOut": codes.TIMEOUTS,
        "FlowStatus": codes.FLOW_STATUSES,
        "Priority": codes.PRIORITIES,
        "RequireNonRepudiationReceipt": codes.YES_NO,
    }
    given = [(each, known) for name, known in lists.items() for each in secured.header.findall(f"{{{MEDCOM}}}{name}")]
    return some(
        secured.headed.breach(each, either(known), (each.text or "").strip() or "ingenting")
        for each, known in given
        if (each.text or "").strip() not in known
    )
