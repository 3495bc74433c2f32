"""WSDL 1.1 of our own for each SOAP address: what a system's tools need to call it, and no more.

The messages themselves are IHE's (ITI TF-2) and their schemas OASIS's and IHE's: here they are named, and anything may stand in
them. A real service's own WSDL is the one that holds in operation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lxml import etree

from harness.domain.exchange import Request, Response
from harness.standards.security_codes import HSUID, MEDCOM, WSSE
from harness.standards.soap import CONTENT_TYPE
from harness.standards.xds import codes
from harness.standards.xml import Element

WSDL: Final = "http://schemas.xmlsoap.org/wsdl/"  # WSDL 1.1 (W3C Note 2001-03-15), section 1.2
SOAP_BINDING: Final = "http://schemas.xmlsoap.org/wsdl/soap/"
XSD: Final = "http://www.w3.org/2001/XMLSchema"
_HTTP: Final = "http://schemas.xmlsoap.org/soap/http"

_DGWS: Final = (f"{{{WSSE}}}Security", f"{{{MEDCOM}}}Header")
_HSUID: Final = f"{{{HSUID}}}HsuidHeader"
_REGISTRY_RESPONSE: Final = f"{{{codes.RS}}}RegistryResponse"
_ABOUT: Final = (
    "Lavet af LPS-harness til test. Den nationale løsnings egen WSDL gælder i drift. "
    "Beskederne er beskrevet i IHE ITI TF-2, ITI-{number}; her må alt stå i dem."
)


@dataclass(frozen=True, slots=True)
class Operation:
    """What an address takes: its SOAP `action`, the elements of request and answer, and the blocks in the request's header."""

    number: str
    action: str
    request: str
    answer: str = _REGISTRY_RESPONSE
    headers: tuple[str, ...] = _DGWS

    @property
    def name(self) -> str:
        """The operation's name: how its action ends."""
        return self.action.rpartition(":")[2]


OPERATIONS: Final = {
    "/dros/iti41": Operation("41", codes.ITI_41, codes.PROVIDE_AND_REGISTER),
    "/dros/iti42": Operation("42", codes.ITI_42, codes.SUBMIT_OBJECTS),
    "/dros/iti42noDgws": Operation("42", codes.ITI_42, codes.SUBMIT_OBJECTS, headers=()),
    "/dros/iti57": Operation("57", codes.ITI_57, codes.SUBMIT_OBJECTS),
    "/dros/iti61": Operation("61", codes.ITI_61, codes.SUBMIT_OBJECTS),
    "/dds/iti18": Operation("18", codes.ITI_18, codes.ADHOC_QUERY, f"{{{codes.QUERY}}}AdhocQueryResponse", (*_DGWS, _HSUID)),
    "/dds/iti43": Operation("43", codes.ITI_43, codes.RETRIEVE, f"{{{codes.XDSB}}}RetrieveDocumentSetResponse", (*_DGWS, _HSUID)),
}
"""By path. DDS and DROS speak SOAP 1.1 with DGWS (nspop.dk), and HSUID where one looks."""


def asks_for_wsdl(request: Request) -> bool:
    """Whether the request is `GET …?wsdl` to an address that has one."""
    return request.method == "GET" and request.query.lower() == "wsdl" and request.path in OPERATIONS


def wsdl(path: str, address: str) -> Response:
    """The description of the service at `path`, one of `OPERATIONS`, which is called at `address`.

    >>> wsdl("/dds/iti18", "https://hub.test:8443/novax/dds/iti18").status
    200
    """
    content = etree.tostring(
        _definitions(OPERATIONS[path], path, address), xml_declaration=True, encoding="UTF-8", pretty_print=True
    )
    return Response(200, content, (("content-type", CONTENT_TYPE),))


def _definitions(operation: Operation, path: str, address: str) -> Element:
    own = f"urn:lps-harness:wsdl:{path.removeprefix('/').replace('/', ':')}"
    elements = [*operation.headers, operation.request, operation.answer]
    spaces = {
        f"n{number}": space for number, space in enumerate(sorted({etree.QName(each).namespace or "" for each in elements}))
    }
    prefixes = {space: prefix for prefix, space in spaces.items()}
    nsmap = {"wsdl": WSDL, "soap": SOAP_BINDING, "xsd": XSD, "tns": own, **spaces}
    root = etree.Element(f"{{{WSDL}}}definitions", {"name": operation.name, "targetNamespace": own}, nsmap=nsmap)
    _add(root, "documentation").text = _ABOUT.format(number=operation.number)
    types = _add(root, "types")
    for space in prefixes:
        types.append(_schema(space, [etree.QName(each).localname for each in elements if etree.QName(each).namespace == space]))

    def part(message: Element, name: str, element: str) -> None:
        qualified = etree.QName(element)
        _add(message, "part", name=name, element=f"{prefixes[qualified.namespace or '']}:{qualified.localname}")

    request = _add(root, "message", name=f"{operation.name}Request")
    part(request, "body", operation.request)
    for block in operation.headers:
        part(request, etree.QName(block).localname, block)
    part(_add(root, "message", name=f"{operation.name}Response"), "body", operation.answer)

    port_type = _add(_add(root, "portType", name=f"{operation.name}PortType"), "operation", name=operation.name)
    _add(port_type, "input", message=f"tns:{operation.name}Request")
    _add(port_type, "output", message=f"tns:{operation.name}Response")

    binding = _add(root, "binding", name=f"{operation.name}Binding", type=f"tns:{operation.name}PortType")
    _soap(binding, "binding", style="document", transport=_HTTP)
    bound = _add(binding, "operation", name=operation.name)
    _soap(bound, "operation", soapAction=operation.action)
    taken = _add(bound, "input")
    _soap(taken, "body", parts="body", use="literal")
    for block in operation.headers:
        _soap(taken, "header", message=f"tns:{operation.name}Request", part=etree.QName(block).localname, use="literal")
    _soap(_add(bound, "output"), "body", use="literal")

    service = _add(root, "service", name=f"{operation.name}Service")
    port = _add(service, "port", name=f"{operation.name}Port", binding=f"tns:{operation.name}Binding")
    _soap(port, "address", location=address)
    return root


def _schema(space: str, names: list[str]) -> Element:
    """Elements of these names in which anything may stand."""
    schema = etree.Element(f"{{{XSD}}}schema", {"targetNamespace": space, "elementFormDefault": "qualified"})
    for name in dict.fromkeys(names):
        content = etree.SubElement(etree.SubElement(schema, f"{{{XSD}}}element", name=name), f"{{{XSD}}}complexType")
        sequence = etree.SubElement(content, f"{{{XSD}}}sequence")
        etree.SubElement(sequence, f"{{{XSD}}}any", minOccurs="0", maxOccurs="unbounded", processContents="skip")
        etree.SubElement(content, f"{{{XSD}}}anyAttribute", processContents="skip")
    return schema


def _add(parent: Element, name: str, /, **attributes: str) -> Element:
    return etree.SubElement(parent, f"{{{WSDL}}}{name}", attributes)


def _soap(parent: Element, name: str, /, **attributes: str) -> None:
    etree.SubElement(parent, f"{{{SOAP_BINDING}}}{name}", attributes)
