"""SOAP 1.1 and 1.2: both are read, told apart and built, and an answer can have the request's form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from harness.domain.errors import BadInput
from harness.standards import soap
from harness.standards.soap import EITHER, Version
from harness.standards.xml import Element

BOTH = pytest.mark.parametrize("version", Version)
BODY = "urn:eksempel:indhold"
WSA_HEADER = f"<a:Action xmlns:a='{soap.WSA}'> urn:x </a:Action>"


def body(text: str = "") -> Element:
    found = etree.Element(f"{{{BODY}}}Indhold")
    found.text = text
    return found


def message(version: Version, header: str = "") -> bytes:
    return f"<e:Envelope xmlns:e='{version.namespace}'>{header}<e:Body><i xmlns='{BODY}'/></e:Body></e:Envelope>".encode()


@BOTH
def test_what_is_built_is_read_with_its_version(version: Version) -> None:
    block = etree.Element("{urn:eksempel:header}Blok")
    built = soap.build_envelope(body("æøå 𝔊"), version, [block])
    envelope = soap.read_envelope(built, speaks=EITHER)
    assert (envelope.version, envelope.body.text) == (version, "æøå 𝔊")
    assert envelope.header is not None
    assert [each.tag for each in envelope.header] == ["{urn:eksempel:header}Blok"]
    assert soap.build_envelope(envelope.body, version, list(envelope.header)) == built


def test_who_speaks_one_version_refuses_the_other() -> None:
    with pytest.raises(soap.SoapProblem, match=r"Beskeden er SOAP 1.2. Her tales SOAP 1.1"):
        soap.read_envelope(message(Version.SOAP_12))
    with pytest.raises(soap.SoapProblem, match=r"Beskeden er SOAP 1.1. Her tales SOAP 1.2"):
        soap.read_envelope(message(Version.SOAP_11), speaks={Version.SOAP_12})
    with pytest.raises(soap.SoapProblem, match=r"ikke SOAP 1.1 eller SOAP 1.2: det yderste element er a"):
        soap.read_envelope(b"<a/>", speaks=EITHER)


@BOTH
def test_a_message_is_wrapped_anew(version: Version) -> None:
    block = etree.Element("{urn:eksempel:header}Blok")
    for before in Version:
        envelope = soap.read_envelope(soap.rewrapped(soap.build_envelope(body("x"), before), version, [block]), speaks=EITHER)
        assert (envelope.version, envelope.body.text) == (version, "x")
        assert envelope.header is not None


@BOTH
@pytest.mark.parametrize("server", [True, False])
def test_a_fault_is_raised_with_its_text(version: Version, server: bool) -> None:
    detail = etree.Element("{urn:eksempel:detalje}Kode")
    response = soap.fault_response("Der er intet hjemme", server=server, version=version, detail=[detail])
    envelope = soap.read_envelope(response.body, response.headers, speaks={version})
    with pytest.raises(soap.SoapProblem, match="SOAP-fejl: Der er intet hjemme"):
        soap.refuse_fault(envelope)
    assert envelope.document.root.find(".//{urn:eksempel:detalje}Kode") is not None


def test_a_fault_in_soap_12() -> None:
    """SOAP 1.2 Part 1, section 5.4."""
    response = soap.fault_response("nej", version=Version.SOAP_12)
    assert (response.status, response.header("content-type")) == (400, "application/soap+xml; charset=utf-8")
    assert soap.fault_response("nej", version=Version.SOAP_12, server=True).status == 500
    fault = soap.read_envelope(response.body, speaks=EITHER).body
    names = {"e": soap.SOAP_12}
    assert fault.findtext("e:Code/e:Value", namespaces=names) == "soap:Sender"
    assert fault.nsmap["soap"] == soap.SOAP_12  # what the value's prefix means
    text = fault.find("e:Reason/e:Text", names)
    assert text is not None
    assert (text.text, text.get("{http://www.w3.org/XML/1998/namespace}lang")) == ("nej", "da")


def test_a_fault_in_soap_11() -> None:
    assert soap.fault_response("nej").status == 500
    assert soap.fault_response("nej", status=405).status == 405
    fault = soap.read_envelope(soap.build_fault("nej", server=True)).body
    assert [fault.findtext(name) for name in ("faultcode", "faultstring", "detail")] == ["soap:Server", "nej", None]


@pytest.mark.parametrize(
    ("content_type", "action"),
    [
        ('application/soap+xml; charset=utf-8; action="urn:x"', "urn:x"),
        ("application/soap+xml;action=urn:x", "urn:x"),
        ('multipart/related; start-info="application/soap+xml;action=\\"urn:x\\""; boundary=a', "urn:x"),
        ('multipart/related; start-info="text/xml"; ACTION="urn:x"', "urn:x"),
        ('text/xml; note="; action=urn:y"', ""),
        ("", ""),
        (';;;=;"', ""),
    ],
)
def test_the_action_in_content_type(content_type: str, action: str) -> None:
    assert soap.action_in((("content-type", content_type),)) == action


def test_the_action_of_soap_12_may_stand_in_the_header() -> None:
    header = f"<e:Header>{WSA_HEADER}</e:Header>"
    assert soap.read_envelope(message(Version.SOAP_12, header), speaks=EITHER).action == "urn:x"
    said = (("content-type", soap.content_type(Version.SOAP_12, "urn:y")),)
    assert soap.read_envelope(message(Version.SOAP_12, header), said, speaks=EITHER).action == "urn:y"
    assert soap.read_envelope(message(Version.SOAP_11, header), speaks=EITHER).action == ""


def test_content_types() -> None:
    assert soap.content_type(Version.SOAP_11, "urn:x") == soap.CONTENT_TYPE
    assert soap.content_type(Version.SOAP_12, "urn:x") == 'application/soap+xml; charset=utf-8; action="urn:x"'
    assert soap.parameters(soap.content_type(Version.SOAP_12, "urn:x")) == {"charset": "utf-8", "action": "urn:x"}


@given(st.text(max_size=200))
def test_any_content_type_can_be_looked_at(content_type: str) -> None:
    assert isinstance(soap.action_in((("content-type", content_type),)), str)


@BOTH
@given(data=st.binary(max_size=40))
def test_what_is_no_message_raises_nothing_but_bad_input(version: Version, data: bytes) -> None:
    for broken in (data, message(version)[: len(data)], message(version).replace(b"Body", data[:4])):
        with pytest.raises(BadInput):
            soap.read_envelope(broken, speaks=EITHER)


ADDRESSED = f"<e:Header xmlns:a='{soap.WSA}'><a:Action>urn:x</a:Action>{{id}}</e:Header>"


@BOTH
@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("", []),
        ("<e:Header/>", []),
        ("<e:Header><MessageID xmlns='urn:eksempel:header'>m-1</MessageID></e:Header>", []),
        (ADDRESSED.format(id=""), [("Action", "urn:svar")]),
        (ADDRESSED.format(id="<a:MessageID> </a:MessageID>"), [("Action", "urn:svar")]),
        (
            ADDRESSED.format(id="<a:MessageID>\n urn:uuid:æ𝔊 </a:MessageID>"),
            [("Action", "urn:svar"), ("RelatesTo", "urn:uuid:æ𝔊")],
        ),
    ],
)
def test_an_answer_is_addressed_where_the_request_is(version: Version, header: str, wanted: list[tuple[str, str]]) -> None:
    request = soap.read_envelope(message(version, header), speaks=EITHER)
    answer = soap.rewrapped(soap.build_envelope(body("svar")), version, soap.answer_headers(request, "urn:svar"))
    found = soap.read_envelope(answer, speaks=EITHER)
    blocks = [] if found.header is None else list(found.header)
    assert [(each.tag, each.text) for each in blocks] == [(f"{{{soap.WSA}}}{name}", text) for name, text in wanted]
    assert found.body.text == "svar"
