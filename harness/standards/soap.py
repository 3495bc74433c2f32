"""SOAP 1.1 and 1.2: reads an envelope, and builds one around a body or a fault. Header blocks are left to those who know them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from lxml import etree

from harness.domain.errors import BadInput
from harness.domain.exchange import Headers, Response, header
from harness.standards.xml import Element, XmlDocument, local_name, parse, text_of

SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"  # SOAP 1.1 (W3C Note 2000-05-08), section 3
SOAP_12: Final = "http://www.w3.org/2003/05/soap-envelope"  # SOAP 1.2 Part 1, section 5
WSA: Final = "http://www.w3.org/2005/08/addressing"  # WS-Addressing 1.0, Core
CONTENT_TYPE: Final = "text/xml; charset=utf-8"  # SOAP 1.1, section 6: the HTTP binding

_PARAMETER = re.compile(r";\s*([^\s;=\"]+)\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^\s;\"]*))", re.DOTALL)  # RFC 2045, section 5.1
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


class Version(StrEnum):
    """Which SOAP a message is; the value is what a person calls it."""

    SOAP_11 = "SOAP 1.1"
    SOAP_12 = "SOAP 1.2"

    @property
    def namespace(self) -> str:
        """The namespace of Envelope, Header, Body and Fault."""
        return SOAP if self is Version.SOAP_11 else SOAP_12

    @property
    def media_type(self) -> str:
        """`text/xml` (SOAP 1.1, section 6) or `application/soap+xml` (SOAP 1.2 Part 2, section 7.1.4)."""
        return "text/xml" if self is Version.SOAP_11 else "application/soap+xml"


EITHER: Final = frozenset(Version)


class SoapProblem(BadInput):
    """XML that is not the SOAP message it should be, or an answer that is a SOAP fault."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A SOAP message: its one `body` element, the whole `document`, and the `action` (empty when none was given).

    `header` is its Header, when there is one. `attached` has the bytes of the elements whose content came as a part of its own
    (MTOM): they have an xop:Include where others have base64.
    """

    body: Element
    document: XmlDocument
    action: str = ""
    version: Version = Version.SOAP_11
    header: Element | None = None
    attached: Mapping[Element, bytes | memoryview] = field(default_factory=dict, repr=False)


def read_envelope(
    data: bytes, headers: Headers = (), file: str = "besked", speaks: Collection[Version] = (Version.SOAP_11,)
) -> Envelope:
    """The message in `data`. `speaks` is what the reader understands: DDS and DROS speak SOAP 1.1 only.

    Raises BadInput for what is not XML and SoapProblem for what is not SOAP, or another version than those in `speaks`.

    >>> read_envelope(request.body, request.headers, speaks=EITHER).version
    <Version.SOAP_12: 'SOAP 1.2'>
    """
    document = parse(data, file)
    root = document.root
    version = next((each for each in Version if root.tag == f"{{{each.namespace}}}Envelope"), None)
    spoken = " eller ".join(sorted(speaks))
    if version is None:
        raise _problem(document, root, f"Beskeden er ikke {spoken}: det yderste element er {local_name(root)}, ikke Envelope")
    if version not in speaks:
        raise _problem(document, root, f"Beskeden er {version}. Her tales {spoken}")
    bodies = root.findall(f"{{{version.namespace}}}Body")
    if len(bodies) != 1:
        raise _problem(document, root, f"Konvolutten skal have netop én Body, men har {len(bodies)}")
    content = list(bodies[0].iterchildren("*"))
    if len(content) != 1:
        raise _problem(document, bodies[0], f"Body skal have netop ét element, men har {len(content)}")
    found = root.find(f"{{{version.namespace}}}Header")
    action = action_in(headers)
    if not action and version is Version.SOAP_12 and found is not None:
        action = found.findtext(f"{{{WSA}}}Action", "").strip()  # there the action of HTTP may be left out
    return Envelope(content[0], document, action, version, found)


def parameters(content_type: str) -> dict[str, str]:
    """The parameters of a Content-Type by name in lower case; quotes and their backslashes are taken off.

    >>> parameters('text/xml; charset=utf-8; action="urn:x"')
    {'charset': 'utf-8', 'action': 'urn:x'}
    """
    found = _PARAMETER.findall(content_type)
    return {name.lower(): re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL) or plain for name, quoted, plain in found}


def action_in(headers: Headers) -> str:
    """The SOAP action: header SOAPAction, quoted or not, else `action` in Content-Type or its start-info; empty when none is."""
    given = header(headers, "soapaction").strip().strip('"')
    if given:
        return given
    said = parameters(header(headers, "content-type"))
    return said.get("action") or parameters(said.get("start-info", "")).get("action", "")


def content_type(version: Version, action: str = "") -> str:
    """The Content-Type of a message. SOAP 1.2 says the action here; SOAP 1.1 has a header for it.

    >>> content_type(Version.SOAP_12, "urn:x")
    'application/soap+xml; charset=utf-8; action="urn:x"'
    """
    said = f'; action="{action}"' if action and version is Version.SOAP_12 else ""
    return f"{version.media_type}; charset=utf-8{said}"


def build_envelope(body: Element, version: Version = Version.SOAP_11, headers: Sequence[Element] = ()) -> bytes:
    """A SOAP message with `body` as its only content and `headers` as its header blocks, UTF-8.

    >>> build_envelope(body, Version.SOAP_12, header_blocks(dgws))
    """
    envelope = etree.Element(f"{{{version.namespace}}}Envelope", nsmap={"soap": version.namespace})
    if headers:
        etree.SubElement(envelope, f"{{{version.namespace}}}Header").extend(headers)
    etree.SubElement(envelope, f"{{{version.namespace}}}Body").append(body)
    return etree.tostring(envelope, xml_declaration=True, encoding="UTF-8")


def rewrapped(message: bytes, version: Version, headers: Sequence[Element] = ()) -> bytes:
    """A SOAP message of ours in `version`, with `headers` as its header blocks.

    >>> rewrapped(find_documents(patient), Version.SOAP_11, (*header_blocks(dgws), hsuid_block(hsuid)))
    """
    return build_envelope(read_envelope(message, speaks=EITHER).body, version, headers)


def answer_headers(request: Envelope, action: str) -> tuple[Element, ...]:
    """What an answer to `request` has in its header where the request uses WS-Addressing, else nothing: its own `action`, and
    which message it answers. Source: WS-Addressing 1.0, Core, section 3.

    >>> rewrapped(registry_response(), envelope.version, answer_headers(envelope, "urn:ihe:iti:2007:RegistryStoredQueryResponse"))
    """
    if request.header is None or not any(etree.QName(each).namespace == WSA for each in request.header.iterchildren("*")):
        return ()
    asked = request.header.findtext(f"{{{WSA}}}MessageID", "").strip()
    said = {"Action": action, "RelatesTo": asked} if asked else {"Action": action}
    blocks = []
    for name, text in said.items():
        block = etree.Element(f"{{{WSA}}}{name}", nsmap={"wsa": WSA})
        block.text = text
        blocks.append(block)
    return tuple(blocks)


def build_fault(
    reason: str, *, server: bool = False, version: Version = Version.SOAP_11, detail: Sequence[Element] = ()
) -> bytes:
    """A SOAP fault; `reason` is Danish. `server` says that the fault is the receiver's, not the sender's."""
    fault = etree.Element(f"{{{version.namespace}}}Fault", nsmap={"soap": version.namespace})
    if version is Version.SOAP_11:  # section 4.4
        etree.SubElement(fault, "faultcode").text = "soap:Server" if server else "soap:Client"
        etree.SubElement(fault, "faultstring").text = reason
    else:  # Part 1, section 5.4
        code = etree.SubElement(fault, f"{{{SOAP_12}}}Code")
        etree.SubElement(code, f"{{{SOAP_12}}}Value").text = "soap:Receiver" if server else "soap:Sender"
        text = etree.SubElement(etree.SubElement(fault, f"{{{SOAP_12}}}Reason"), f"{{{SOAP_12}}}Text", {_XML_LANG: "da"})
        text.text = reason
    if detail:
        etree.SubElement(fault, "detail" if version is Version.SOAP_11 else f"{{{SOAP_12}}}Detail").extend(detail)
    return build_envelope(fault, version)


def fault_response(
    reason: str,
    *,
    server: bool = False,
    status: int | None = None,
    version: Version = Version.SOAP_11,
    detail: Sequence[Element] = (),
) -> Response:
    """A fault as it travels: HTTP 500, but 400 for a sender's fault in SOAP 1.2 (SOAP 1.1, 6.2; SOAP 1.2 Part 2, table 20)."""
    usual = 400 if version is Version.SOAP_12 and not server else 500
    body = build_fault(reason, server=server, version=version, detail=detail)
    return Response(status or usual, body, (("content-type", content_type(version)),))


def refuse_fault(envelope: Envelope) -> None:
    """Raise SoapProblem with the fault's text when the message is a fault."""
    if _is_fault(envelope):
        reason = _fault_reason(envelope)
        raise _problem(envelope.document, envelope.body, f"Modtageren svarede med en SOAP-fejl: {reason}")


def sender_fault(data: bytes) -> str:
    """The text of the fault in `data` that lays it on the sender of the request; empty when there is none, or it is no SOAP.

    Source: SOAP 1.1, 4.4.1 (Client); SOAP 1.2 Part 1, 5.4.6 (Sender).
    """
    try:
        envelope = read_envelope(data, speaks=EITHER)
    except BadInput:
        return ""
    code = envelope.body.findtext("faultcode") or envelope.body.findtext(f"{{{SOAP_12}}}Code/{{{SOAP_12}}}Value") or ""
    whose = code.strip().rpartition(":")[2].partition(".")[0]
    return _fault_reason(envelope) if _is_fault(envelope) and whose in ("Client", "Sender") else ""


def _is_fault(envelope: Envelope) -> bool:
    return bool(envelope.body.tag == f"{{{envelope.version.namespace}}}Fault")


def _fault_reason(envelope: Envelope) -> str:
    path = "faultstring" if envelope.version is Version.SOAP_11 else f"{{{SOAP_12}}}Reason/{{{SOAP_12}}}Text"
    text = envelope.body.find(path)
    return text_of(text) if text is not None else "uden forklaring"


def _problem(document: XmlDocument, element: Element, reason: str) -> SoapProblem:
    place = document.at(element)
    return SoapProblem(reason, place.line, place.column)
