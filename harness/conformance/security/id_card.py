"""What must hold of the SOSI ID card in wsse:Security.

Not checked: which attributes of the user a card must have, who issued the card, and that no message id comes twice. Signature and
level are judged where it is configured what they are to be.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import chain

from harness.conformance.rule import HOLDS, Breach, NotJudged, Outcome
from harness.conformance.security.secured import Secured, dgws_rule, either
from harness.conformance.security.soap_header import (
    AUTHORISATION_FORM,
    AUTHORISATION_SOURCE,
    CPR_FORM,
    CPR_SOURCE,
    Form,
    ill_formed,
    is_a,
    misplaced,
    unlike,
)
from harness.conformance.subject import some
from harness.domain.grade import Grade
from harness.domain.identifiers import Cvr
from harness.standards import security_codes as codes
from harness.standards.instants import instant, written
from harness.standards.security_codes import DS, SAML, WSSE
from harness.standards.signature import Standing, verify_signature
from harness.standards.xml import Element

CARD_XSD = "MedCom, DGWS 1.0, saml.xsd"
CARD_DATA = "DGWS 1.0, ID-kortet (scandihealth/seal.java@7a120b9)"
NAMED = f"{CARD_XSD}; {CARD_DATA}, IDValues; OASIS, SAML 2.0 Core, 2.3.3"
CARD_LIFE = timedelta(hours=24)
"""How long a card can be used: seal.java, IDCard, MAX_IDCARD_LIFE_IN_HOURS."""

BACKDATED = timedelta(hours=1)
"""A card may begin a little before it is made, since clocks differ; seal.java, IDCard, takes five minutes. An hour is ours."""

FAULTS = "DGWS 1.0, FaultCode (seal.java, FaultCodeValues)"
LEVEL_FAULT = f"{FAULTS}: security_level_failed; at et højere niveau også kan bruges, er projektets konvention"
LEVEL_UNCHECKED = (
    "niveau ikke kontrolleret: det er ikke besluttet, hvilket der kræves (dgws-niveau i fixtures/profiles/sikkerhed.yaml)"
)


@dgws_rule("DGWS-07", "ID-kortet har sine dele i rækkefølge", Grade.F3, CARD_XSD, "DGWS-05")
def card_parts(secured: Secured) -> Outcome:
    """Issuer, Subject, Conditions, one to three AttributeStatement, and the signature."""
    counts = {"Issuer": 1, "Subject": 1, "Conditions": 1, "AttributeStatement": 3}
    model = tuple((f"{{{SAML}}}{name}", 1, most) for name, most in counts.items())
    return misplaced(secured.headed, secured.card, (*model, (f"{{{DS}}}Signature", 0, 1)))


@dgws_rule("DGWS-08", "ID-kortet hedder IDCard, er SAML 2.0 og har IssueInstant", Grade.F3, NAMED, "DGWS-05")
def card_attributes(secured: Secured) -> Outcome:
    """Each of its type; by the id the card's signature finds it."""
    headed, card = secured.headed, secured.card
    wrong = unlike(headed, card, {"IssueInstant": "dateTime", "Version": "decimal", "id": "NCName"})
    if wrong:
        return wrong
    other_version = Decimal(card.get("Version", "").strip()) != Decimal(codes.SAML_VERSION)
    return (
        *((headed.breach(card, codes.SAML_VERSION, card.get("Version", ""), "Version"),) if other_version else ()),
        *((headed.breach(card, codes.ID_CARD, card.get("id", ""), "id"),) if card.get("id") != codes.ID_CARD else ()),
    )


@dgws_rule("DGWS-09", "ID-kortets gyldighed er angivet og kan læses", Grade.F3, CARD_XSD, "DGWS-07")
def period(secured: Secured) -> Outcome:
    """NotBefore and NotOnOrAfter."""
    wanted = {"NotBefore": "dateTime", "NotOnOrAfter": "dateTime"}
    return unlike(secured.headed, secured.in_card("Conditions")[0], wanted)


@dgws_rule("DGWS-10", "ID-kortet er gyldigt, da det bliver brugt", Grade.F2, f"{FAULTS}: expired_idcard; {CARD_XSD}", "DGWS-09")
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


@dgws_rule("DGWS-11", "ID-kortets ejer er angivet med en kendt slags id", Grade.F3, CARD_XSD, "DGWS-07")
def subject(secured: Secured) -> Outcome:
    """NameID with a Format from the list."""
    owner = secured.in_card("Subject")[0]
    wrong = misplaced(secured.headed, owner, ((f"{{{SAML}}}NameID", 1, 1), (f"{{{SAML}}}SubjectConfirmation", 0, 1)))
    given = secured.in_card("Subject/NameID")
    return wrong or _formats(secured, given[:1], "Format", required=True)


@dgws_rule(
    "DGWS-12", "Bekræftelsen af ID-kortets ejer er holder-of-key, og nøglen er nævnt", Grade.F3, f"{CARD_XSD}; ds.xsd", "DGWS-11"
)
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
    if len(proofs) != 1:
        return (headed.breach(data, "netop én KeyInfo eller UsernameToken", str(len(proofs))),)
    keys = proofs[0].findall(f"{{{DS}}}KeyName") + proofs[0].findall(f"{{{DS}}}X509Data")
    known = proofs[0].tag != f"{{{DS}}}KeyInfo" or keys
    return HOLDS if known else (headed.breach(proofs[0], "KeyName eller X509Data", "mangler"),)


@dgws_rule("DGWS-13", "ID-kortets afsnit er IDCardData, UserLog og SystemLog", Grade.F3, CARD_XSD, "DGWS-07")
def statements(secured: Secured) -> Outcome:
    """The ids of the AttributeStatements."""
    return some(
        secured.headed.breach(each, either(codes.STATEMENTS), each.get("id") or "mangler", "id")
        for each in secured.in_card("AttributeStatement")
        if each.get("id") not in codes.STATEMENTS
    )


@dgws_rule("DGWS-14", "ID-kortets oplysninger har kendte navne og hver én værdi", Grade.F3, CARD_XSD, "DGWS-13")
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


@dgws_rule("DGWS-15", "Slagsen af id er en kendt, hvor den er angivet", Grade.F3, CARD_XSD, "DGWS-14")
def name_formats(secured: Secured) -> Outcome:
    """NameFormat on an Attribute, as on CareProviderID."""
    return _formats(secured, secured.in_card("AttributeStatement/Attribute"), "NameFormat")


@dgws_rule("DGWS-19", "ID-kortets udsteder er et navn uden mellemrum", Grade.F4, CARD_XSD, "DGWS-07")
def issuer(secured: Secured) -> Outcome:
    """xs:NCName."""
    found = secured.in_card("Issuer")[0]
    text = found.text or ""
    return (
        HOLDS if is_a("NCName", text) else (secured.headed.breach(found, "et navn uden mellemrum", text.strip() or "ingenting"),)
    )


@dgws_rule("DGWS-20", "Brugerens CPR-nummer har et CPR-nummers form", Grade.F3, CPR_SOURCE, "DGWS-14")
def user_cpr(secured: Secured) -> Outcome:
    """Where it is given; eCPR too. It is not shown."""
    return ill_formed(secured.headed, secured.in_card("AttributeStatement/Attribute"), {codes.USER_CPR: CPR_FORM})


@dgws_rule("DGWS-21", "Brugerens autorisations-id har fem tegn", Grade.F3, AUTHORISATION_SOURCE, "DGWS-14")
def user_authorisation(secured: Secured) -> Outcome:
    """Where it is given."""
    return ill_formed(
        secured.headed, secured.in_card("AttributeStatement/Attribute"), {codes.USER_AUTHORISATION: AUTHORISATION_FORM}
    )


@dgws_rule("DGWS-22", "Organisationens CVR-nummer passer", Grade.F3, "HL7 Danmark, dk-core@8322003, CVR", "DGWS-15")
def provider_cvr(secured: Secured) -> Outcome:
    """A CareProviderID that says it is a CVR number: eight digits that fit modulus 11."""
    found = [each for each in secured.in_card("AttributeStatement/Attribute") if each.get("NameFormat") == "medcom:cvrnumber"]
    return ill_formed(secured.headed, found, {codes.CARE_PROVIDER_ID: Form("otte cifre, der passer med modulus 11", (Cvr,))})


@dgws_rule("DGWS-23", "ID-kortets signatur er gyldig", Grade.F2, f"{FAULTS}: invalid_signature, invalid_certificate", "DGWS-07")
def signed(secured: Secured) -> Outcome:
    """Only when the tester has given the token service's certificate."""
    result = verify_signature(secured.card, secured.sts, secured.now)
    if result.standing is Standing.UNCHECKED:
        return NotJudged(f"{result.standing}: {result.reason}")
    if result.standing is Standing.VALID:
        return HOLDS
    return (secured.headed.breach(secured.card, str(Standing.VALID), result.reason),)


@dgws_rule("DGWS-24", "ID-kortets slags, version og niveau er fra DGWS", Grade.F3, CARD_DATA, "DGWS-14")
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
        headed.breach(value, either(codes.CARD_VALUES[name]), (value.text or "").strip() or "ingenting")
        for name, value in values.items()
        if (value.text or "").strip() not in codes.CARD_VALUES[name]
    ]
    return some([*missing, *wrong])


@dgws_rule("DGWS-25", "ID-kortets niveau er højt nok", Grade.F2, f"DGWS 1.0.1, AuthenticationLevel; {LEVEL_FAULT}", "DGWS-24")
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


@dgws_rule("DGWS-26", "ID-kortet gælder højst et døgn", Grade.F3, f"{CARD_DATA}, IDCard: MAX_IDCARD_LIFE_IN_HOURS", "DGWS-09")
def card_life(secured: Secured) -> Outcome:
    """From NotBefore to NotOnOrAfter."""
    conditions = secured.in_card("Conditions")[0]
    begins, ends = (instant(conditions.get(name, "").strip()) for name in ("NotBefore", "NotOnOrAfter"))
    if begins is None or ends is None or (begins.tzinfo is None) != (ends.tzinfo is None):
        return NotJudged("gyldigheden er angivet med tidszone det ene sted og uden det andet")
    if ends - begins <= CARD_LIFE + BACKDATED:
        return HOLDS
    return (secured.headed.breach(conditions, "højst 24 timer", f"{written(begins)} til {written(ends)}", "NotBefore"),)


@dgws_rule(
    "DGWS-27",
    "ID-kortet har sit id, systemets navn og en brugers oplysninger",
    Grade.F3,
    f"{CARD_DATA}, IDCardValidator",
    "DGWS-14",
)
def card_names(secured: Secured) -> Outcome:
    """IDCardID and ITSystemName, neither empty, and UserLog in a user's card: the national library takes no card without."""
    said = {
        each.get("Name"): (each.findtext(f"{{{SAML}}}AttributeValue") or "").strip()
        for each in secured.in_card("AttributeStatement/Attribute")
    }
    wanted = [name for name in codes.CARD_NAMES if not said.get(name)]
    statements = [each.get("id") for each in secured.in_card("AttributeStatement")]
    if said.get("sosi:IDCardType") == "user" and codes.USER_LOG not in statements:
        wanted.append(codes.USER_LOG)
    return some(secured.headed.breach(secured.card, name, "mangler") for name in wanted)


def _formats(secured: Secured, elements: list[Element], attribute: str, *, required: bool = False) -> tuple[Breach, ...]:
    return some(
        secured.headed.breach(each, "en slags id fra DGWS, fx medcom:ynumber", each.get(attribute) or "mangler", attribute)
        for each in elements
        if (required or attribute in each.attrib) and each.get(attribute) not in codes.NAME_FORMATS
    )
