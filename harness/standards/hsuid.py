"""HSUID 1.1: the header that says who looks, on whose behalf, and about whom. Reads and builds it.

Source: hsuid-1_1.xsd. That schema wants NameFormat on every attribute; in use only nsi:OrgUsingID has it, and so has this.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime

from lxml import etree

from harness.standards import security_codes as codes
from harness.standards.instants import instant, written
from harness.standards.message_xml import MessageReader
from harness.standards.security_codes import HSUID
from harness.standards.soap import Envelope
from harness.standards.xml import Element


def _named(name: str, *, hidden: bool = False) -> str:
    """A field that stands in the header as the attribute `name`; empty is left out."""
    found: str = field(default="", repr=not hidden, metadata={"name": name})
    return found


@dataclass(frozen=True, slots=True)
class Hsuid:
    """Who looks. What is not given is empty. `organisation_format` says what kind of id `organisation` is, e.g. `nsi:ynumber`."""

    issuer: str
    issued: datetime
    user_type: str = _named("nsi:UserType")
    acting_cpr: str = _named(codes.ACTING_CPR, hidden=True)
    responsible_cpr: str = _named(codes.RESPONSIBLE_CPR, hidden=True)
    responsible_authorisation: str = _named(codes.RESPONSIBLE_AUTHORISATION)
    organisation: str = _named(codes.ORG_USING_ID)
    consent_override: str = _named("nsi:ConsentOverride")
    system_owner: str = _named("nsi:SystemOwnerName")
    system_name: str = _named("nsi:SystemName")
    system_version: str = _named("nsi:SystemVersion")
    organisation_name: str = _named("nsi:OrgResponsibleName")
    citizen_cpr: str = _named(codes.CITIZEN_CPR, hidden=True)
    citizen_relation: str = _named("nsi:CitizenUserRelation")
    organisation_format: str = ""


_FIELDS = {str(each.metadata["name"]): each.name for each in fields(Hsuid) if each.metadata}


def hsuid_block(hsuid: Hsuid) -> Element:
    """The header block, for `soap.build_envelope` or `soap.rewrapped`.

    >>> rewrapped(retrieve([wanted]), Version.SOAP_11, (*header_blocks(dgws), hsuid_block(hsuid)))
    """
    header = etree.Element(f"{{{HSUID}}}HsuidHeader", nsmap={"hsuid": HSUID})
    given = {"IssueInstant": written(hsuid.issued), "Version": codes.SAML_VERSION, "id": codes.HSUID_ID}
    assertion = etree.SubElement(header, f"{{{HSUID}}}Assertion", given)
    etree.SubElement(assertion, f"{{{HSUID}}}Issuer").text = hsuid.issuer
    statement = etree.SubElement(assertion, f"{{{HSUID}}}AttributeStatement", id=codes.HSUID_DATA)
    for name, said in _FIELDS.items():
        if value := getattr(hsuid, said):
            attribute = etree.SubElement(statement, f"{{{HSUID}}}Attribute", Name=name)
            if name == codes.ORG_USING_ID and hsuid.organisation_format:
                attribute.set("NameFormat", hsuid.organisation_format)
            etree.SubElement(attribute, f"{{{HSUID}}}AttributeValue").text = value
    return header


def read_hsuid(envelope: Envelope) -> Hsuid:
    """The HSUID header of a message. Raises BadInput with its place when it is not there, or has no readable time."""
    reader = MessageReader(envelope.document, HSUID)
    header = reader.need(envelope.document.root if envelope.header is None else envelope.header, "HsuidHeader")
    assertion = reader.need(header, "Assertion")
    issued = instant(assertion.get("IssueInstant", ""))
    if issued is None or issued.tzinfo is None:
        raise envelope.document.bad(assertion, "IssueInstant er ikke et tidspunkt med tidszone")
    attributes = {
        each.get("Name", ""): each for each in assertion.iterfind(f"{{{HSUID}}}AttributeStatement/{{{HSUID}}}Attribute")
    }
    organisation = attributes.get(codes.ORG_USING_ID)
    return Hsuid(
        issuer=_text(assertion.find(f"{{{HSUID}}}Issuer")),
        issued=issued,
        organisation_format="" if organisation is None else organisation.get("NameFormat", ""),
        **{_FIELDS[name]: _text(each.find(f"{{{HSUID}}}AttributeValue")) for name, each in attributes.items() if name in _FIELDS},
    )


def _text(element: Element | None) -> str:
    return "" if element is None else (element.text or "").strip()
