"""Our own WSDLs: for every SOAP address one, whole in itself, and never a message of a scenario."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from lxml import etree
from open_world import OpenWorld

from harness.domain.clock import VirtualClock
from harness.domain.exchange import Request, Response
from harness.services.door import HOST, MockDoor
from harness.services.wsdl import OPERATIONS, SOAP_BINDING, WSDL, XSD, wsdl
from harness.standards.security_codes import HSUID, MEDCOM, WSSE
from harness.standards.xds import codes

SPACES = {"w": WSDL, "soap": SOAP_BINDING, "xsd": XSD}
DGWS = {f"{{{WSSE}}}Security", f"{{{MEDCOM}}}Header"}
LOOKS = {*DGWS, f"{{{HSUID}}}HsuidHeader"}


def read(path: str, address: str = "https://hub.test:8443/novax") -> etree._Element:
    return etree.fromstring(wsdl(path, address + path).body)


def named(element: etree._Element, value: str) -> str:
    prefix, _, name = value.partition(":")
    return f"{{{element.nsmap[prefix]}}}{name}"


def test_every_soap_address_has_one(tmp_path: Path) -> None:
    with OpenWorld(tmp_path) as world:
        listed = world.post("/dros/ukendt", b"").body.decode()
    assert sorted(OPERATIONS) == sorted(listed.partition("har ")[2].strip().rstrip(".").split(", "))


@pytest.mark.parametrize("path", OPERATIONS)
def test_each_name_in_it_leads_to_what_it_names(path: str) -> None:
    """WSDL 1.1, section 2: port → binding → portType → message → element of a schema."""
    root = read(path)
    own = root.get("targetNamespace")
    order = ["documentation", "types", "message", "message", "portType", "binding", "service"]
    assert [etree.QName(each).localname for each in root] == order
    declared = {
        f"{{{schema.get('targetNamespace')}}}{element.get('name')}"
        for schema in root.iterfind("w:types/xsd:schema", SPACES)
        for element in schema.iterfind("xsd:element", SPACES)
    }
    parts = {named(part, part.get("element")) for part in root.iterfind("w:message/w:part", SPACES)}
    assert parts == declared
    messages = {f"{{{own}}}{each.get('name')}" for each in root.iterfind("w:message", SPACES)}
    [port_type], [binding], [port] = (root.findall(where, SPACES) for where in ("w:portType", "w:binding", "w:service/w:port"))
    assert {named(each, each.get("message")) for each in port_type.iterfind("w:operation/*", SPACES)} == messages
    assert named(binding, binding.get("type")) == f"{{{own}}}{port_type.get('name')}"
    assert named(port, port.get("binding")) == f"{{{own}}}{binding.get('name')}"
    [abstract], [bound] = port_type.findall("w:operation", SPACES), binding.findall("w:operation", SPACES)
    assert abstract.get("name") == bound.get("name")


@pytest.mark.parametrize(
    ("path", "action", "element", "headers"),
    [
        ("/dros/iti41", codes.ITI_41, codes.PROVIDE_AND_REGISTER, DGWS),
        ("/dros/iti42noDgws", codes.ITI_42, codes.SUBMIT_OBJECTS, set()),
        ("/dros/iti57", codes.ITI_57, codes.SUBMIT_OBJECTS, DGWS),
        ("/dds/iti18", codes.ITI_18, codes.ADHOC_QUERY, LOOKS),
        ("/dds/iti43", codes.ITI_43, codes.RETRIEVE, LOOKS),
    ],
)
def test_it_says_action_request_headers_and_address(path: str, action: str, element: str, headers: set[str]) -> None:
    root = read(path)
    [operation] = root.findall("w:binding/w:operation", SPACES)
    request = root.find("w:message", SPACES)
    assert request is not None
    elements = {part.get("name"): named(part, part.get("element")) for part in request}
    bound = operation.find("w:input", SPACES)
    assert bound is not None
    assert operation.find("soap:operation", SPACES).get("soapAction") == action  # type: ignore[union-attr]
    assert elements[bound.find("soap:body", SPACES).get("parts")] == element  # type: ignore[union-attr]
    assert {elements[each.get("part")] for each in bound.iterfind("soap:header", SPACES)} == headers
    address = root.find("w:service/w:port/soap:address", SPACES)
    assert address is not None
    assert address.get("location") == f"https://hub.test:8443/novax{path}"


def test_to_fetch_it_is_an_observation_and_no_message(tmp_path: Path) -> None:
    with OpenWorld(tmp_path) as world:
        door = MockDoor(world.world, VirtualClock(), "lps", "novax")
        client = httpx.Client(transport=httpx.MockTransport(door))
        answer = client.get(f"http://{HOST}/novax/dds/iti18?WSDL")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/xml; charset=utf-8")
        assert f'location="http://{HOST}/novax/dds/iti18"' in answer.text
        assert world.observations == ["WSDL'en for /dds/iti18 blev hentet."]
        assert (world.exchanges, world.happened) == ([], [])
        for other in ("/novax/dds/iti18", "/novax/plsp/soegning?wsdl"):
            assert client.get(f"http://{HOST}{other}").status_code != 200
        assert isinstance(world.send(Request("POST", "/dds/iti18", query="wsdl")), Response)
        assert len(world.exchanges) == 3
