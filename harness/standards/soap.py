"""SOAP 1.1: reads an envelope, and builds one around a body or a fault. Headers are left to those who know them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from harness.domain.errors import BadInput
from harness.domain.exchange import Headers, Response, header
from harness.standards.xml import Element, XmlDocument, local_name, parse, text_of

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"  # SOAP 1.1 (W3C Note 2000-05-08), section 3
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
CONTENT_TYPE = "text/xml; charset=utf-8"  # SOAP 1.1, section 6: the HTTP binding

_ACTION = re.compile(r"""(?:^|;)\s*action\s*=\s*(?:"([^"]*)"|([^\s;]+))""", re.IGNORECASE)


class SoapProblem(BadInput):
    """XML that is not the SOAP message it should be, or an answer that is a SOAP fault."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A SOAP message: its one `body` element, the whole `document`, and the `action` (empty when none was given)."""

    body: Element
    document: XmlDocument
    action: str = ""


def read_envelope(data: bytes, headers: Headers = (), file: str = "besked") -> Envelope:
    """The message in `data`. Raises BadInput for what is not XML and SoapProblem for what is not SOAP 1.1.

    >>> read_envelope(request.body, request.headers).action
    'urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b'
    """
    document = parse(data, file)
    root = document.root
    if root.tag == f"{{{SOAP_12}}}Envelope":
        raise _problem(document, root, "Beskeden er SOAP 1.2. Her tales SOAP 1.1")
    if root.tag != f"{{{SOAP}}}Envelope":
        raise _problem(document, root, f"Beskeden er ikke SOAP 1.1: det yderste element er {local_name(root)}, ikke Envelope")
    bodies = root.findall(f"{{{SOAP}}}Body")
    if len(bodies) != 1:
        raise _problem(document, root, f"Konvolutten skal have netop én Body, men har {len(bodies)}")
    content = list(bodies[0].iterchildren("*"))
    if len(content) != 1:
        raise _problem(document, bodies[0], f"Body skal have netop ét element, men har {len(content)}")
    return Envelope(content[0], document, action_in(headers))


def action_in(headers: Headers) -> str:
    """The SOAP action: header SOAPAction, quoted or not, else the `action` parameter of Content-Type; empty when neither is."""
    given = header(headers, "soapaction").strip().strip('"')
    if given:
        return given
    found = _ACTION.search(header(headers, "content-type"))
    return (found[1] or found[2] or "") if found else ""


def build_envelope(body: Element) -> bytes:
    """A SOAP 1.1 message with `body` as its only content, UTF-8."""
    envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap": SOAP})
    etree.SubElement(envelope, f"{{{SOAP}}}Body").append(body)
    return etree.tostring(envelope, xml_declaration=True, encoding="UTF-8")


def build_fault(reason: str, *, server: bool = False) -> bytes:
    """A SOAP 1.1 fault; `reason` is Danish. `server` says that the fault is the receiver's, not the sender's."""
    fault = etree.Element(f"{{{SOAP}}}Fault", nsmap={"soap": SOAP})
    etree.SubElement(fault, "faultcode").text = "soap:Server" if server else "soap:Client"
    etree.SubElement(fault, "faultstring").text = reason
    return build_envelope(fault)


def fault_response(reason: str, *, server: bool = False, status: int = 500) -> Response:
    """A fault as it travels: HTTP 500 (SOAP 1.1, section 6.2)."""
    return Response(status, build_fault(reason, server=server), (("content-type", CONTENT_TYPE),))


def refuse_fault(envelope: Envelope) -> None:
    """Raise SoapProblem with the fault's text when the message is a fault."""
    if envelope.body.tag == f"{{{SOAP}}}Fault":
        text = envelope.body.find("faultstring")
        reason = text_of(text) if text is not None else "uden forklaring"
        raise _problem(envelope.document, envelope.body, f"Modtageren svarede med en SOAP-fejl: {reason}")


def _problem(document: XmlDocument, element: Element, reason: str) -> SoapProblem:
    place = document.at(element)
    return SoapProblem(reason, place.line, place.column)
