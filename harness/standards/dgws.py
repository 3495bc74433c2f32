"""DGWS 1.0: the security header of a Danish health service call, with the SOSI ID card. Reads and builds it.

The card is built unsigned: only the national token service (STS) signs. `signature` says whether a received card is signed.
Sources: medcom.xsd (DGWS 1.0) and the saml.xsd, wsse.xsd and wsu.xsd that go with it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from lxml import etree

from harness.standards import security_codes as codes
from harness.standards.instants import instant, written
from harness.standards.message_xml import MessageReader, add_text
from harness.standards.security_codes import DS, MEDCOM, SAML, WSSE, WSU, FaultCode
from harness.standards.soap import Envelope
from harness.standards.xml import Element, XmlDocument


@dataclass(frozen=True, slots=True)
class Identifier:
    """An id and what kind it is, e.g. `091034` and `medcom:ynumber`."""

    value: str = field(repr=False)
    format: str


@dataclass(frozen=True, slots=True)
class User:
    """The person at the keyboard (UserLog). What is not given is empty. `authorisation` is the health professional's id."""

    cpr: str = field(default="", repr=False)
    given_name: str = ""
    surname: str = ""
    email: str = ""
    role: str = ""
    occupation: str = ""
    authorisation: str = ""


@dataclass(frozen=True, slots=True)
class ItSystem:
    """The calling system and whose it is (SystemLog). What is not given is empty."""

    name: str = ""
    provider: Identifier | None = None
    provider_name: str = ""


@dataclass(frozen=True, slots=True)
class IdCard:
    """A SOSI ID card: who calls, said by `issuer`, from `not_before` until `not_on_or_after` (not included).

    `type` is `user` or `system`; `level` is the authentication level. `user` is None on a card without UserLog.
    """

    issuer: str
    subject: Identifier
    issued: datetime
    not_before: datetime
    not_on_or_after: datetime
    id: str = ""
    type: str = ""
    level: str = ""
    version: str = "1.0.1"
    certificate_hash: str = ""
    user: User | None = None
    system: ItSystem | None = None
    key_name: str = codes.KEY_NAME

    def valid(self, now: datetime) -> bool:
        """Whether the card may be used at `now`."""
        return self.not_before <= now < self.not_on_or_after


@dataclass(frozen=True, slots=True)
class MedcomHeader:
    """medcom:Header: what ties messages together, and how they want to be treated. What is not given is empty.

    `timeout` is minutes or `unbound`; `receipt` is RequireNonRepudiationReceipt, `yes` or `no`.
    """

    message_id: str
    flow_id: str = ""
    in_response_to: str = ""
    level: str = ""
    timeout: str = ""
    flow_status: str = ""
    priority: str = ""
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class Dgws:
    """Both header blocks: `created` and `card` of wsse:Security, and medcom:Header. A level 1 call has no card."""

    created: datetime
    header: MedcomHeader
    card: IdCard | None = None


_CARD_DATA = {
    "sosi:IDCardID": "id",
    "sosi:IDCardVersion": "version",
    "sosi:IDCardType": "type",
    "sosi:AuthenticationLevel": "level",
    "sosi:OCESCertHash": "certificate_hash",
}
_USER = {
    codes.USER_CPR: "cpr",
    "medcom:UserGivenName": "given_name",
    "medcom:UserSurName": "surname",
    "medcom:UserEmailAddress": "email",
    "medcom:UserRole": "role",
    "medcom:UserOccupation": "occupation",
    codes.USER_AUTHORISATION: "authorisation",
}
_HEADER = {
    "SecurityLevel": "level",
    "TimeOut": "timeout",
    "Linking": "",
    "FlowStatus": "flow_status",
    "Priority": "priority",
    "RequireNonRepudiationReceipt": "receipt",
}
_LINKING = {"FlowID": "flow_id", "MessageID": "message_id", "InResponseToMessageID": "in_response_to"}


def header_blocks(dgws: Dgws) -> tuple[Element, Element]:
    """wsse:Security and medcom:Header, for `soap.build_envelope` or `soap.rewrapped`.

    >>> rewrapped(find_documents(patient), Version.SOAP_11, header_blocks(dgws))
    """
    security = etree.Element(f"{{{WSSE}}}Security", nsmap={"wsse": WSSE})
    timestamp = etree.SubElement(security, f"{{{WSU}}}Timestamp", nsmap={"wsu": WSU})
    etree.SubElement(timestamp, f"{{{WSU}}}Created").text = written(dgws.created)
    if dgws.card:
        _add_card(security, dgws.card)
    header = etree.Element(f"{{{MEDCOM}}}Header", nsmap={"medcom": MEDCOM})
    for name, attribute in _HEADER.items():
        if name == "Linking":
            linking = etree.SubElement(header, f"{{{MEDCOM}}}{name}")
            for inner, said in _LINKING.items():
                add_text(linking, inner, getattr(dgws.header, said))
        else:
            add_text(header, name, getattr(dgws.header, attribute))
    return security, header


def fault_detail(code: FaultCode) -> Element:
    """medcom:FaultCode, for the detail of a fault ([seal] FaultCodeValues: soap:Fault/detail/medcom:FaultCode).

    >>> fault_response("ID-kortet er udløbet", detail=(fault_detail(FaultCode.EXPIRED_IDCARD),))
    """
    found = etree.Element(f"{{{MEDCOM}}}FaultCode", nsmap={"medcom": MEDCOM})
    found.text = code
    return found


def fault_code(envelope: Envelope) -> str:
    """What medcom:FaultCode says in a message that is a fault; empty when there is none."""
    return next((_text(each) for each in envelope.body.iter(f"{{{MEDCOM}}}FaultCode")), "")


def read_dgws(envelope: Envelope) -> Dgws:
    """The DGWS header of a message. Raises BadInput with its place when a block, a time or the card's frame is missing."""
    document = envelope.document
    top = document.root if envelope.header is None else envelope.header
    security = MessageReader(document, WSSE).need(top, "Security")
    medcom = MessageReader(document, MEDCOM)
    header = medcom.need(top, "Header")
    said = {attribute: _said(header, MEDCOM, name) for name, attribute in _HEADER.items() if attribute}
    linking = medcom.need(header, "Linking")
    said |= {attribute: _said(linking, MEDCOM, name) for name, attribute in _LINKING.items()}
    times = MessageReader(document, WSU)
    created = times.need(times.need(security, "Timestamp"), "Created")
    card = id_card_in(envelope)
    return Dgws(
        _moment(document, created, _text(created)),
        MedcomHeader(**said),
        None if card is None else _card(document, card),
    )


def id_card_in(envelope: Envelope) -> Element | None:
    """The ID card as XML, for `verify_signature`; None when there is none."""
    return None if envelope.header is None else envelope.header.find(f"{{{WSSE}}}Security/{{{SAML}}}Assertion")


def _add_card(parent: Element, card: IdCard) -> None:
    given = {"IssueInstant": written(card.issued), "Version": codes.SAML_VERSION, "id": codes.ID_CARD}
    assertion = etree.SubElement(parent, f"{{{SAML}}}Assertion", given, nsmap={"saml": SAML})
    etree.SubElement(assertion, f"{{{SAML}}}Issuer").text = card.issuer
    subject = etree.SubElement(assertion, f"{{{SAML}}}Subject")
    etree.SubElement(subject, f"{{{SAML}}}NameID", Format=card.subject.format).text = card.subject.value
    if card.key_name:
        confirmation = etree.SubElement(subject, f"{{{SAML}}}SubjectConfirmation")
        etree.SubElement(confirmation, f"{{{SAML}}}ConfirmationMethod").text = codes.HOLDER_OF_KEY
        data = etree.SubElement(confirmation, f"{{{SAML}}}SubjectConfirmationData")
        key = etree.SubElement(data, f"{{{DS}}}KeyInfo", nsmap={"ds": DS})
        etree.SubElement(key, f"{{{DS}}}KeyName").text = card.key_name
    period = {"NotBefore": written(card.not_before), "NotOnOrAfter": written(card.not_on_or_after)}
    etree.SubElement(assertion, f"{{{SAML}}}Conditions", period)
    _add_statement(assertion, codes.CARD_DATA, {name: getattr(card, said) for name, said in _CARD_DATA.items()})
    if card.user:
        _add_statement(assertion, codes.USER_LOG, {name: getattr(card.user, said) for name, said in _USER.items()})
    if card.system:
        provider = card.system.provider
        said = {
            "medcom:ITSystemName": card.system.name,
            codes.CARE_PROVIDER_ID: provider.value if provider else "",
            "medcom:CareProviderName": card.system.provider_name,
        }
        _add_statement(assertion, codes.SYSTEM_LOG, said, provider.format if provider else "")


def _add_statement(parent: Element, id: str, said: dict[str, str], provider_format: str = "") -> None:
    statement = etree.SubElement(parent, f"{{{SAML}}}AttributeStatement", id=id)
    for name, value in said.items():
        if value:
            found = etree.SubElement(statement, f"{{{SAML}}}Attribute", Name=name)
            if name == codes.CARE_PROVIDER_ID and provider_format:
                found.set("NameFormat", provider_format)
            etree.SubElement(found, f"{{{SAML}}}AttributeValue").text = value


def _card(document: XmlDocument, card: Element) -> IdCard:
    saml = MessageReader(document, SAML)
    subject = saml.need(saml.need(card, "Subject"), "NameID")
    conditions = saml.need(card, "Conditions")
    statements = {each.get("id", ""): _attributes(each) for each in card.iterfind(f"{{{SAML}}}AttributeStatement")}
    data, user, system = (statements.get(name) for name in (codes.CARD_DATA, codes.USER_LOG, codes.SYSTEM_LOG))
    key = card.find(f"{{{SAML}}}Subject/{{{SAML}}}SubjectConfirmation/{{{SAML}}}SubjectConfirmationData//{{{DS}}}KeyName")
    return IdCard(
        issuer=_text(saml.need(card, "Issuer")),
        subject=Identifier(_text(subject), subject.get("Format", "")),
        issued=_moment(document, card, card.get("IssueInstant", "")),
        not_before=_moment(document, conditions, conditions.get("NotBefore", "")),
        not_on_or_after=_moment(document, conditions, conditions.get("NotOnOrAfter", "")),
        user=None if user is None else User(**{said: user.get(name, ("", ""))[0] for name, said in _USER.items()}),
        system=None if system is None else _system(system),
        key_name="" if key is None else _text(key),
        **{said: (data or {}).get(name, ("", ""))[0] for name, said in _CARD_DATA.items()},
    )


def _system(said: dict[str, tuple[str, str]]) -> ItSystem:
    provider = Identifier(*said[codes.CARE_PROVIDER_ID]) if codes.CARE_PROVIDER_ID in said else None
    return ItSystem(said.get("medcom:ITSystemName", ("", ""))[0], provider, said.get("medcom:CareProviderName", ("", ""))[0])


def _attributes(statement: Element) -> dict[str, tuple[str, str]]:
    """Value and NameFormat by Name."""
    return {
        each.get("Name", ""): (_said(each, SAML, "AttributeValue"), each.get("NameFormat", ""))
        for each in statement.iterfind(f"{{{SAML}}}Attribute")
    }


def _moment(document: XmlDocument, element: Element, text: str) -> datetime:
    found = instant(text)
    if found is None or found.tzinfo is None:
        raise document.bad(element, f"{text or 'Ingenting'} er ikke et tidspunkt med tidszone")
    return found


def _said(parent: Element, namespace: str, name: str) -> str:
    found = parent.find(f"{{{namespace}}}{name}")
    return "" if found is None else _text(found)


def _text(element: Element) -> str:
    return (element.text or "").strip()
