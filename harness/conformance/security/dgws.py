"""What must hold of the DGWS header of a request: medcom:Header, and the SOSI ID card in wsse:Security. Subject `dgws`.

Asserted is what the schemas of DGWS say, and that the card is valid. Not checked: which attributes a card of each type must
have, who issued the card, and that no message id comes twice. Signature and level are judged where it is configured what they
are to be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from harness.conformance.rule import HOLDS, Breach, Judgement, NotJudged, Outcome, Rule, judge, rule, rules_for
from harness.conformance.security.soap_header import (
    AUTHORISATION_FORM,
    AUTHORISATION_SOURCE,
    CPR_FORM,
    CPR_SOURCE,
    Form,
    Headed,
    ill_formed,
    is_a,
    misplaced,
    one_block,
    read_headed,
    unlike,
)
from harness.conformance.subject import some
from harness.domain.finding import Owner
from harness.domain.grade import Grade
from harness.domain.identifiers import Cvr
from harness.domain.profile import Profile
from harness.standards import security_codes as codes
from harness.standards.instants import instant, written
from harness.standards.security_codes import DS, MEDCOM, SAML, WSSE, WSU
from harness.standards.signature import Standing, verify_signature
from harness.standards.xml import Element

SUBJECT = "dgws"
WSDL = "DDS, XDS.b_DocumentRepository.wsdl, soap:header"
DROS = "Sundhedsdatastyrelsen, nspop.dk, DROS, security.require.person"
HEADER_XSD = "MedCom, DGWS 1.0, medcom.xsd"
CARD_XSD = "MedCom, DGWS 1.0, saml.xsd"
SECURITY_XSD = "MedCom, DGWS 1.0, wsse.xsd og wsu.xsd"
CARD_DATA = "DGWS 1.0, ID-kortet (scandihealth/seal.java@7a120b9)"
FAULTS = "DGWS 1.0, FaultCode (seal.java, FaultCodeValues)"
LEVEL_FAULT = f"{FAULTS}: security_level_failed; at et højere niveau også kan bruges, er projektets konvention"
LEVEL_UNCHECKED = (
    "niveau ikke kontrolleret: det er ikke besluttet, hvilket der kræves (dgws-niveau i fixtures/profiles/sikkerhed.yaml)"
)


def least_level(profiles: Mapping[str, Profile]) -> str:
    """The least level that is decided to be demanded of an ID card; empty while none is."""
    profile = profiles.get("sikkerhed")
    return profile.decided("dgws-niveau") if profile else ""


@dataclass(frozen=True, slots=True)
class Secured:
    """A message, when it was received, and what to hold its card against: certificates (DER) and the least level.

    Without them signature and level are not checked.
    """

    headed: Headed
    received: datetime | None
    sts: Sequence[bytes] = ()
    level: str = ""

    @property
    def now(self) -> datetime | None:
        """When it was received; where nobody knows, when it says it was made, else when its card begins to be valid."""
        if self.received is not None:
            return self.received
        made = self.headed.blocks(f"{{{WSSE}}}Security/{{{WSU}}}Timestamp/{{{WSU}}}Created")
        cards = self.headed.blocks(f"{{{WSSE}}}Security/{{{SAML}}}Assertion/{{{SAML}}}Conditions")
        said = [*((each.text or "").strip() for each in made), *(each.get("NotBefore", "") for each in cards)]
        return next((moment for text in said if (moment := instant(text)) is not None and moment.tzinfo is not None), None)

    @property
    def security(self) -> Element:
        """wsse:Security; ask only where DGWS-02 holds."""
        return self.headed.blocks(f"{{{WSSE}}}Security")[0]

    @property
    def header(self) -> Element:
        """medcom:Header; ask only where DGWS-03 holds."""
        return self.headed.blocks(f"{{{MEDCOM}}}Header")[0]

    @property
    def card(self) -> Element:
        """The ID card; ask only where DGWS-05 holds."""
        return self.security.findall(f"{{{SAML}}}Assertion")[0]

    def in_card(self, path: str) -> list[Element]:
        """What a path of saml names finds in the card."""
        return self.card.findall("/".join(f"{{{SAML}}}{name}" for name in path.split("/")))


def judge_dgws(
    data: bytes, file: str, now: datetime | None, *, sender: Owner = Owner.LPS, sts: Sequence[bytes] = (), level: str = ""
) -> list[Judgement]:
    """Every rule over the header of one request, which `sender` sent and must mend; a packed one is given as `mtom.inlined`.

    `now` is when it was received; None where nobody knows: then the card is held against the message's own time. `sts` are the
    token service's certificates, as `read_certificates` gives them, and `level` the least one the campaign demands (`1` to `5`);
    without them signature and level are not checked. What cannot be read breaks DGWS-01, and nothing else is judged.

    >>> [each.rule.id for each in judge_dgws(request.body, "iti18.xml", now) if each.result is Result.BROKEN]
    []
    """
    owned = [replace(each, owner=sender) for each in rules_for(SUBJECT)]
    return judge(owned, Secured(read_headed(data, file), now, sts, level))


def _rule(id: str, title: str, grade: Grade, source: str, *needs: str) -> Callable[[Callable[[Secured], Outcome]], Rule]:
    return rule(id, subject=SUBJECT, title=title, grade=grade, owner=Owner.LPS, source=source, needs=needs)


@_rule("DGWS-01", "Beskeden er SOAP og kan læses", Grade.F2, "SOAP 1.1; SOAP 1.2")
def readable(secured: Secured) -> Outcome:
    """Not XML, or not SOAP."""
    headed = secured.headed
    return (Breach(headed.place, "en SOAP-besked", headed.problem),) if headed.problem else HOLDS


@_rule("DGWS-02", "SOAP-headeren har netop én wsse:Security", Grade.F2, WSDL, "DGWS-01")
def one_security(secured: Secured) -> Outcome:
    """There the ID card is."""
    return one_block(secured.headed, f"{{{WSSE}}}Security")


@_rule("DGWS-03", "SOAP-headeren har netop én medcom:Header", Grade.F2, WSDL, "DGWS-01")
def one_header(secured: Secured) -> Outcome:
    """There the message says its id and level."""
    return one_block(secured.headed, f"{{{MEDCOM}}}Header")


@_rule("DGWS-04", "Security har et tidsstempel, der kan læses", Grade.F3, SECURITY_XSD, "DGWS-02")
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


@_rule("DGWS-05", "Security har netop ét ID-kort", Grade.F2, f"{DROS}; {SECURITY_XSD}", "DGWS-02")
def one_card(secured: Secured) -> Outcome:
    """A user's or a system's."""
    found = secured.security.findall(f"{{{SAML}}}Assertion")
    if len(found) == 1:
        return HOLDS
    return (secured.headed.breach(found[1] if found else secured.security, "netop én saml:Assertion", str(len(found))),)


@_rule("DGWS-06", "Tidsstempel og ID-kort står i rækkefølge", Grade.F3, SECURITY_XSD, "DGWS-04", "DGWS-05")
def security_order(secured: Secured) -> Outcome:
    """Timestamp, Assertion, Signature."""
    model = ((f"{{{WSU}}}Timestamp", 1, 1), (f"{{{SAML}}}Assertion", 1, 1), (f"{{{DS}}}Signature", 0, 1))
    return misplaced(secured.headed, secured.security, model)


@_rule("DGWS-07", "ID-kortet har sine dele i rækkefølge", Grade.F3, CARD_XSD, "DGWS-05")
def card_parts(secured: Secured) -> Outcome:
    """Issuer, Subject, Conditions, one to three AttributeStatement, and the signature."""
    counts = {"Issuer": 1, "Subject": 1, "Conditions": 1, "AttributeStatement": 3}
    model = tuple((f"{{{SAML}}}{name}", 1, most) for name, most in counts.items())
    return misplaced(secured.headed, secured.card, (*model, (f"{{{DS}}}Signature", 0, 1)))


@_rule("DGWS-08", "ID-kortet har IssueInstant, Version og id", Grade.F3, CARD_XSD, "DGWS-05")
def card_attributes(secured: Secured) -> Outcome:
    """Each of its type."""
    return unlike(secured.headed, secured.card, {"IssueInstant": "dateTime", "Version": "decimal", "id": "NCName"})


@_rule("DGWS-09", "ID-kortets gyldighed er angivet og kan læses", Grade.F3, CARD_XSD, "DGWS-07")
def period(secured: Secured) -> Outcome:
    """NotBefore and NotOnOrAfter."""
    wanted = {"NotBefore": "dateTime", "NotOnOrAfter": "dateTime"}
    return unlike(secured.headed, secured.in_card("Conditions")[0], wanted)


@_rule("DGWS-10", "ID-kortet er gyldigt, da det bliver brugt", Grade.F2, f"{FAULTS}: expired_idcard; {CARD_XSD}", "DGWS-09")
def card_valid(secured: Secured) -> Outcome:
    """From NotBefore until NotOnOrAfter, which is not included."""
    conditions = secured.in_card("Conditions")[0]
    begins, ends = (instant(conditions.get(name, "").strip()) for name in ("NotBefore", "NotOnOrAfter"))
    if begins is None or ends is None or begins.tzinfo is None or ends.tzinfo is None:
        return NotJudged("gyldigheden er angivet uden tidszone")
    now = secured.now
    if now is None:
        return NotJudged("beskeden siger ikke, hvornår den er lavet")
    if begins <= now < ends:
        return HOLDS
    name = "NotBefore" if now < begins else "NotOnOrAfter"
    expected = f"gyldigt {written(now)}"
    return (secured.headed.breach(conditions, expected, f"{written(begins)} til {written(ends)}", name),)


@_rule("DGWS-11", "ID-kortets ejer er angivet med en kendt slags id", Grade.F3, CARD_XSD, "DGWS-07")
def subject(secured: Secured) -> Outcome:
    """NameID with a Format from the list."""
    owner = secured.in_card("Subject")[0]
    wrong = misplaced(secured.headed, owner, ((f"{{{SAML}}}NameID", 1, 1), (f"{{{SAML}}}SubjectConfirmation", 0, 1)))
    given = secured.in_card("Subject/NameID")
    return wrong or _formats(secured, given[:1], "Format", required=True)


@_rule("DGWS-12", "Bekræftelsen af ID-kortets ejer er holder-of-key", Grade.F3, CARD_XSD, "DGWS-11")
def confirmation(secured: Secured) -> Outcome:
    """May be left out."""
    headed, found = secured.headed, secured.in_card("Subject/SubjectConfirmation")
    if not found:
        return NotJudged("SubjectConfirmation er ikke angivet")
    model = ((f"{{{SAML}}}ConfirmationMethod", 1, 1), (f"{{{SAML}}}SubjectConfirmationData", 1, 1))
    if wrong := misplaced(headed, found[0], model):
        return wrong
    method, data = (found[0].findall(name)[0] for name, _, _ in model)
    said = (method.text or "").strip()
    if said != codes.HOLDER_OF_KEY:
        return (headed.breach(method, codes.HOLDER_OF_KEY, said or "ingenting"),)
    proofs = [child for child in data.iterchildren("*") if child.tag in (f"{{{DS}}}KeyInfo", f"{{{WSSE}}}UsernameToken")]
    return HOLDS if len(proofs) == 1 else (headed.breach(data, "netop én KeyInfo eller UsernameToken", str(len(proofs))),)


@_rule("DGWS-13", "ID-kortets afsnit er IDCardData, UserLog og SystemLog", Grade.F3, CARD_XSD, "DGWS-07")
def statements(secured: Secured) -> Outcome:
    """The ids of the AttributeStatements."""
    return some(
        secured.headed.breach(each, _either(codes.STATEMENTS), each.get("id") or "mangler", "id")
        for each in secured.in_card("AttributeStatement")
        if each.get("id") not in codes.STATEMENTS
    )


@_rule("DGWS-14", "ID-kortets oplysninger har kendte navne og hver én værdi", Grade.F3, CARD_XSD, "DGWS-13")
def attributes(secured: Secured) -> Outcome:
    """At least one Attribute in each statement, with one AttributeValue."""
    headed = secured.headed
    empty = [each for each in secured.in_card("AttributeStatement") if each.find(f"{{{SAML}}}Attribute") is None]
    found = secured.in_card("AttributeStatement/Attribute")
    return some(
        chain(
            (headed.breach(each, "mindst én Attribute", "0") for each in empty),
            (
                headed.breach(each, "et navn fra DGWS", each.get("Name") or "mangler", "Name")
                for each in found
                if each.get("Name") not in codes.CARD_ATTRIBUTES
            ),
            (breach for each in found for breach in misplaced(headed, each, ((f"{{{SAML}}}AttributeValue", 1, 1),))),
        )
    )


@_rule("DGWS-15", "Slagsen af id er en kendt, hvor den er angivet", Grade.F3, CARD_XSD, "DGWS-14")
def name_formats(secured: Secured) -> Outcome:
    """NameFormat on an Attribute, as on CareProviderID."""
    return _formats(secured, secured.in_card("AttributeStatement/Attribute"), "NameFormat")


@_rule("DGWS-16", "medcom:Header har sine dele i rækkefølge", Grade.F3, HEADER_XSD, "DGWS-03")
def header_parts(secured: Secured) -> Outcome:
    """Only Linking must be there."""
    names = ("SecurityLevel", "TimeOut", "Linking", "FlowStatus", "Priority", "RequireNonRepudiationReceipt")
    return misplaced(secured.headed, secured.header, tuple((f"{{{MEDCOM}}}{name}", name == "Linking", 1) for name in names))


@_rule("DGWS-17", "Linking har beskedens MessageID", Grade.F2, HEADER_XSD, "DGWS-16")
def linking(secured: Secured) -> Outcome:
    """FlowID, MessageID and InResponseToMessageID in this order; MessageID must be there."""
    names = ("FlowID", "MessageID", "InResponseToMessageID")
    model = tuple((f"{{{MEDCOM}}}{name}", name == "MessageID", 1) for name in names)
    return misplaced(secured.headed, secured.header.findall(f"{{{MEDCOM}}}Linking")[0], model)


@_rule("DGWS-18", "Værdierne i medcom:Header er fra DGWS", Grade.F3, HEADER_XSD, "DGWS-16")
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
        secured.headed.breach(each, _either(known), (each.text or "").strip() or "ingenting")
        for each, known in given
        if (each.text or "").strip() not in known
    )


@_rule("DGWS-19", "ID-kortets udsteder er et navn uden mellemrum", Grade.F4, CARD_XSD, "DGWS-07")
def issuer(secured: Secured) -> Outcome:
    """xs:NCName."""
    found = secured.in_card("Issuer")[0]
    text = found.text or ""
    return (
        HOLDS if is_a("NCName", text) else (secured.headed.breach(found, "et navn uden mellemrum", text.strip() or "ingenting"),)
    )


@_rule("DGWS-20", "Brugerens CPR-nummer har et CPR-nummers form", Grade.F3, CPR_SOURCE, "DGWS-14")
def user_cpr(secured: Secured) -> Outcome:
    """Where it is given; eCPR too. It is not shown."""
    return ill_formed(secured.headed, secured.in_card("AttributeStatement/Attribute"), {codes.USER_CPR: CPR_FORM})


@_rule("DGWS-21", "Brugerens autorisations-id har fem tegn", Grade.F3, AUTHORISATION_SOURCE, "DGWS-14")
def user_authorisation(secured: Secured) -> Outcome:
    """Where it is given."""
    return ill_formed(
        secured.headed, secured.in_card("AttributeStatement/Attribute"), {codes.USER_AUTHORISATION: AUTHORISATION_FORM}
    )


@_rule("DGWS-22", "Organisationens CVR-nummer passer", Grade.F3, "HL7 Danmark, dk-core@8322003, CVR", "DGWS-15")
def provider_cvr(secured: Secured) -> Outcome:
    """A CareProviderID that says it is a CVR number: eight digits that fit modulus 11."""
    found = [each for each in secured.in_card("AttributeStatement/Attribute") if each.get("NameFormat") == "medcom:cvrnumber"]
    return ill_formed(secured.headed, found, {codes.CARE_PROVIDER_ID: Form("otte cifre, der passer med modulus 11", (Cvr,))})


@_rule("DGWS-23", "ID-kortets signatur er gyldig", Grade.F2, f"{FAULTS}: invalid_signature, invalid_certificate", "DGWS-07")
def signed(secured: Secured) -> Outcome:
    """Only when the tester has given the token service's certificate."""
    result = verify_signature(secured.card, secured.sts, secured.now)
    if result.standing is Standing.UNCHECKED:
        return NotJudged(f"{result.standing}: {result.reason}")
    if result.standing is Standing.VALID:
        return HOLDS
    return (secured.headed.breach(secured.card, str(Standing.VALID), result.reason),)


@_rule("DGWS-24", "ID-kortets slags, version og niveau er fra DGWS", Grade.F3, CARD_DATA, "DGWS-14")
def card_data(secured: Secured) -> Outcome:
    """One IDCardData, with IDCardType, IDCardVersion and AuthenticationLevel."""
    headed = secured.headed
    found = [each for each in secured.in_card("AttributeStatement") if each.get("id") == codes.CARD_DATA]
    if len(found) != 1:
        return (headed.breach(found[1] if found else secured.card, "netop én AttributeStatement IDCardData", str(len(found))),)
    said = {each.get("Name"): each for each in found[0].findall(f"{{{SAML}}}Attribute")}
    values = {name: said[name].findall(f"{{{SAML}}}AttributeValue")[0] for name in codes.CARD_VALUES if name in said}
    missing = [headed.breach(found[0], name, "mangler") for name in codes.CARD_VALUES if name not in values]
    wrong = [
        headed.breach(value, _either(codes.CARD_VALUES[name]), (value.text or "").strip() or "ingenting")
        for name, value in values.items()
        if (value.text or "").strip() not in codes.CARD_VALUES[name]
    ]
    return some([*missing, *wrong])


@_rule("DGWS-25", "ID-kortets niveau er højt nok", Grade.F2, f"DGWS 1.0.1, AuthenticationLevel; {LEVEL_FAULT}", "DGWS-24")
def level_suffices(secured: Secured) -> Outcome:
    """Only when it is configured which level is demanded; a higher one does too."""
    if not secured.level:
        return NotJudged(LEVEL_UNCHECKED)
    data = next(each for each in secured.in_card("AttributeStatement") if each.get("id") == codes.CARD_DATA)
    named = {each.get("Name"): each for each in data.findall(f"{{{SAML}}}Attribute")}
    value = named[codes.LEVEL].findall(f"{{{SAML}}}AttributeValue")[0]
    said = (value.text or "").strip()
    if said >= secured.level:
        return HOLDS
    return (secured.headed.breach(value, f"mindst niveau {secured.level}, som er sat op (dgws-niveau)", f"niveau {said}"),)


def _formats(secured: Secured, elements: list[Element], attribute: str, *, required: bool = False) -> tuple[Breach, ...]:
    return some(
        secured.headed.breach(each, "en slags id fra DGWS, fx medcom:ynumber", each.get(attribute) or "mangler", attribute)
        for each in elements
        if (required or attribute in each.attrib) and each.get(attribute) not in codes.NAME_FORMATS
    )


def _either(known: frozenset[str]) -> str:
    return " eller ".join(sorted(known))
