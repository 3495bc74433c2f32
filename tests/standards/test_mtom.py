"""MTOM both ways: the bytes of a document come through untouched, whatever stands in them."""

from __future__ import annotations

import base64
import os
import re
import tracemalloc
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from harness.domain.errors import BadInput
from harness.domain.exchange import Headers
from harness.standards import mtom, soap
from harness.standards.mtom import Package, Part, build_package, inlined, read_message, read_package
from harness.standards.soap import EITHER, Version
from harness.standards.xds import build, codes, read
from harness.standards.xds.metadata import DocumentRequest, Submission

EXAMPLES = Path(__file__).parents[1] / "examples"
HANDWRITTEN = (EXAMPLES / "mtom_haandskrevet.txt").read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
HANDWRITTEN_TYPE = (
    'Multipart/Related;start="<rod*17@klinik.example>";type="application/xop+xml";boundary="uuid:17+a";'
    'start-info="application/soap+xml;action=\\"urn:ihe:iti:2007:RetrieveDocumentSetResponse\\""'
)
PLAN = b"<?xml version='1.0' encoding='UTF-8'?>\r\n<plan>\xc3\x86r\xc3\xb8</plan>\r\n"
SCHEMA = Path(os.environ.get("LPS_ARTEFACTS", "")) / "xsd" / "ihe-xds-dk" / "XDS.xsd"
needs_schema = pytest.mark.skipif(not SCHEMA.is_file(), reason="LPS_ARTEFACTS mangler eller har ikke xsd/ihe-xds-dk/XDS.xsd")
WANTED = DocumentRequest("2.25.7", "2.25.18", "urn:oid:1.2.208.176.8.1")

ENVELOPE = f"<e:Envelope xmlns:e='{soap.SOAP_12}' xmlns:x='{mtom.XOP}'>\n<e:Body><a>%s</a></e:Body></e:Envelope>"
INCLUDE = "<x:Include href='cid:d'/>"


def said(content_type: str) -> Headers:
    return (("content-type", content_type),)


def packed(envelope: str, *parts: Part) -> tuple[bytes, Headers]:
    body, content_type = build_package(Package(envelope.encode(), parts))
    return body, said(content_type)


def submission(*documents: bytes) -> Submission:
    return Submission((), None, documents={f"Document{number:02}": each for number, each in enumerate(documents)})


def test_a_handwritten_message_is_read() -> None:
    answer = read.read_retrieve_answer(HANDWRITTEN, said(HANDWRITTEN_TYPE))
    assert [each.content for each in answer.documents] == [PLAN, "Hej med dig, Æsel".encode()]
    package = read_package(HANDWRITTEN, HANDWRITTEN_TYPE)
    assert (package.version, package.action) == (Version.SOAP_12, f"{codes.ITI_43}Response")
    assert [(part.id, part.media_type) for part in package.parts] == [
        ("plan.1%25@klinik.example", "text/xml"),
        ("tekst", "application/octet-stream"),
    ]


def test_inlined_has_base64_and_every_element_on_its_line() -> None:
    plain = inlined(HANDWRITTEN, said(HANDWRITTEN_TYPE))
    package = read_package(HANDWRITTEN, HANDWRITTEN_TYPE)
    assert plain.count(b"\n") == package.envelope.count(b"\n")
    assert [each.content for each in read.read_retrieve_answer(plain).documents] == [PLAN, "Hej med dig, Æsel".encode()]
    assert b"Include" not in plain
    assert inlined(plain, said("text/xml")) is plain


@needs_schema
@pytest.mark.parametrize("version", Version)
def test_what_is_packed_is_valid_by_the_ihe_schema_when_it_is_inlined(version: Version) -> None:
    schema = etree.XMLSchema(etree.parse(str(SCHEMA)))
    answer = build.packed_retrieve_response([(WANTED, "text/xml", PLAN)], version=version)
    messages = [inlined(HANDWRITTEN, said(HANDWRITTEN_TYPE))]
    for package in (build.packed_provide_and_register(submission(PLAN, b"\0"), version), answer):
        body, content_type = build_package(package)
        messages.append(inlined(body, said(content_type)))
    for plain in messages:
        content = soap.read_envelope(plain, speaks=EITHER).body
        schema.assertValid(etree.fromstring(etree.tostring(content, with_tail=False)))


@pytest.mark.parametrize("version", Version)
def test_packed_and_inlined_transactions_say_the_same(version: Version) -> None:
    whole = submission(PLAN, bytes(range(256)), b"")
    body, content_type = build_package(build.packed_provide_and_register(whole, version))
    envelope = read_message(body, said(content_type), speaks=EITHER)
    assert (envelope.version, envelope.action) == (version, codes.ITI_41)
    assert read.read_provide_and_register(envelope) == whole
    again = inlined(body, said(content_type))
    plain = soap.rewrapped(build.provide_and_register(whole), version)
    assert etree.canonicalize(again.decode("utf-8-sig").partition("?>")[2]) == etree.canonicalize(
        plain.decode().partition("?>")[2]
    )


DOCUMENT = st.binary(max_size=200) | st.text(max_size=50).map(lambda text: text.encode()) | st.just(b"\r\n--x\r\n" * 20)


@given(st.lists(DOCUMENT, max_size=5), st.sampled_from(Version), st.sampled_from(["", codes.ITI_41]))
@example([b"\r\n", b"\r\n\r\n", b"--", b"\n", "æøå 𝔊".encode("iso-8859-1", "replace")], Version.SOAP_11, "")
def test_build_read_build_gives_the_same_bytes(documents: list[bytes], version: Version, action: str) -> None:
    envelope = soap.build_envelope(etree.Element("a"), version)
    package = Package(
        envelope, tuple(Part(f"d{n}@æ".replace("æ", "x"), each) for n, each in enumerate(documents)), version, action
    )
    body, content_type = build_package(package)
    found = read_package(body, content_type)
    assert found == package
    assert build_package(found) == (body, content_type)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"\r\nContent-ID: tekst", b"\r\nCONTENT-ID:\r\n <tekst>"),
        (b"content-id: <plan", b"X-Andet: 1\r\ncontent-id: <plan"),
        (HANDWRITTEN[: HANDWRITTEN.index(b"--uuid")], b""),
        (b"--uuid:17+a--\r\n", b"--uuid:17+a--"),
        (b"--uuid:17+a--\r\n", b"--uuid:17+a-- \r\nmere\r\n--uuid:17+a\r\n"),
        (b"Transfer-Encoding: binary", b"Transfer-Encoding: 8Bit"),
    ],
    ids=["folded", "another header", "no preamble", "no last CRLF", "epilogue", "8bit"],
)  # fmt: skip
def test_honest_differences_are_read(old: bytes, new: bytes) -> None:
    assert HANDWRITTEN.count(old) == 1
    answer = read.read_retrieve_answer(HANDWRITTEN.replace(old, new), said(HANDWRITTEN_TYPE))
    assert answer.documents[0].content == PLAN


def test_without_start_the_first_part_is_the_envelope() -> None:
    body, headers = packed(ENVELOPE % INCLUDE, Part("d", b"1"))
    for parameter in ('; start="<konvolut@lps-harness>"', '; type="application/xop+xml"', '; start-info="application/soap+xml"'):
        bare = headers[0][1].replace(parameter, "")
        assert bare != headers[0][1]
        envelope = read_message(body, said(bare), speaks=EITHER)
        assert [bytes(each) for each in envelope.attached.values()] == [b"1"]
    bare = headers[0][1].replace('boundary="', "boundary=").replace('";', ";", 1)
    assert read_package(body, bare).parts == (Part("d", b"1"),)
    assert read_package(body, headers[0][1].replace('"<konvolut@lps-harness>"', "konvolut@lps-harness")).parts


def test_what_is_not_packed_is_read_as_it_is() -> None:
    plain = soap.build_envelope(etree.Element("a"))
    assert read_message(plain, said("text/xml")).attached == {}


def changed(old: bytes, new: bytes) -> tuple[bytes, str]:
    assert HANDWRITTEN.count(old) == 1, old
    return HANDWRITTEN.replace(old, new), HANDWRITTEN_TYPE


BAD: dict[str, tuple[bytes, str, str]] = {
    "tom": (b"", HANDWRITTEN_TYPE, "boundary står ingen steder"),
    "uden boundary": (HANDWRITTEN, HANDWRITTEN_TYPE.replace("boundary", "grænse"), "ingen brugbar boundary"),
    "lang boundary": (HANDWRITTEN, HANDWRITTEN_TYPE.replace("uuid:17+a", "a" * 71), "ingen brugbar boundary"),
    "en anden boundary": (HANDWRITTEN, HANDWRITTEN_TYPE.replace("17+a", "17+b"), "boundary står ingen steder"),
    "kortere boundary": (HANDWRITTEN, HANDWRITTEN_TYPE.replace("17+a", "17+"), "hvor linjen fortsætter"),
    "en anden type": (HANDWRITTEN, HANDWRITTEN_TYPE.replace('"application/xop+xml"', "text/xml"), "er af typen text/xml"),
    "en anden start": (HANDWRITTEN, HANDWRITTEN_TYPE.replace("<rod*17", "<rod*18"), "ingen del med det Content-ID"),
    "LF": (HANDWRITTEN.replace(b"\r\n", b"\n"), HANDWRITTEN_TYPE, "boundary står"),
    "afkortet": (HANDWRITTEN[:-20], HANDWRITTEN_TYPE, "stopper, før dens sidste del"),
    "afkortet i boundary": (HANDWRITTEN[:-4], HANDWRITTEN_TYPE, "linjen fortsætter eller beskeden stopper"),
    "kun slut": (b"--uuid:17+a--\r\n", HANDWRITTEN_TYPE, "ingen dele"),
    "uden tom linje": (*changed(b"Content-Transfer-Encoding: BASE64\r\n\r\n", b""), "tom linje inden for 16 kB"),
    "lange headere": (*changed(b"content-id: <plan", b"x: %s\r\ncontent-id: <plan" % (b"y" * 20_000)), "inden for 16 kB"),
    "base64": (*changed(b"SGVq", b"S%Vq"), "ikke gyldig base64"),
    "quoted-printable": (*changed(b"BASE64", b"quoted-printable"), "kodet som quoted-printable"),
    "samme id": (*changed(b"Content-ID: tekst", b"Content-ID: plan.1%25@klinik.example"), "samme Content-ID"),
    "uden del": (*changed(b"cid:tekst", b"cid:text"), "peger på delen text"),
    "to gange samme del": (*changed(b"cid:tekst", b"cid:plan.1%2525@klinik.example"), "allerede er brugt"),
    "ikke cid": (*changed(b"cid:tekst", b"http://127.0.0.1:9/x"), "begynder med cid:"),
    "uden href": (*changed(b" href='cid:tekst'", b""), "begynder med cid:"),
    "tekst ved siden af": (*changed(b"<Document><x:", b"<Document>AAAA<x:"), "stå alene"),
    "tekst i Include": (*changed(b"></x:Include>", b">AAAA</x:Include>"), "skal være tomt"),
    "DOCTYPE": (*changed(b"<s:Envelope", b"<!DOCTYPE a [<!ENTITY b 'c'>]><s:Envelope"), "DOCTYPE"),
    "UTF-16": (*changed(b"<s:Envelope", b"<\0s\0:\0"), "XML'en kan ikke læses"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_is_refused(name: str) -> None:
    data, content_type, reason = BAD[name]
    with pytest.raises(BadInput, match=re.escape(reason)):
        read_message(data, said(content_type), speaks=EITHER)
    with pytest.raises(BadInput):
        inlined(data, said(content_type))


def test_a_refusal_says_where() -> None:
    data, content_type, _ = BAD["uden del"]
    with pytest.raises(BadInput) as refusal:
        read_message(data, said(content_type), speaks=EITHER)
    envelope = read_package(data, content_type).envelope.decode().split("\r\n")
    assert refusal.value.line is not None
    assert refusal.value.column is not None
    assert envelope[refusal.value.line - 1][refusal.value.column - 1 :].startswith("<x:Include")
    data, content_type, _ = BAD["quoted-printable"]
    with pytest.raises(BadInput) as refusal:
        read_package(data, content_type)
    assert data.split(b"\r\n")[(refusal.value.line or 0) - 1] == b"Content-ID: tekst"


def test_the_limits() -> None:
    parts = [Part(f"d{number}", b"") for number in range(mtom.MAX_PARTS)]
    body, headers = packed(ENVELOPE % "", *parts[1:])
    assert len(read_package(body, headers[0][1]).parts) == mtom.MAX_PARTS - 1
    body, headers = packed(ENVELOPE % "", *parts)
    with pytest.raises(BadInput, match="flere end 64 dele"):
        read_package(body, headers[0][1])
    with pytest.raises(BadInput, match="større end 100 MB"):
        read_package(bytes(mtom.MAX_BODY + 1), HANDWRITTEN_TYPE)


def test_utf_16_is_refused_when_it_is_inlined() -> None:
    body, content_type = build_package(Package((ENVELOPE % INCLUDE).encode("utf-16"), (Part("d", b"1"),)))
    assert [bytes(each) for each in read_message(body, said(content_type), speaks=EITHER).attached.values()] == [b"1"]
    with pytest.raises(BadInput, match="UTF-16"):
        inlined(body, said(content_type))


def test_an_iso_8859_1_envelope_is_inlined_where_it_stands() -> None:
    envelope = "<?xml version='1.0' encoding='ISO-8859-1'?>\n" + ENVELOPE % f"<b>æøå</b><c>{INCLUDE}</c>"
    body, content_type = build_package(Package(envelope.encode("iso-8859-1"), (Part("d", PLAN),)))
    encoded = base64.b64encode(PLAN).decode()
    assert inlined(body, said(content_type)).decode("iso-8859-1") == envelope.replace(INCLUDE, encoded)


def test_a_large_part_is_not_copied_when_it_is_read() -> None:
    large = bytes(20_000_000)
    body, headers = packed(ENVELOPE % INCLUDE, Part("d", large))
    tracemalloc.start()
    try:
        envelope = read_message(body, headers, speaks=EITHER)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [len(each) for each in envelope.attached.values()] == [len(large)]
    assert peak < 2_000_000


@settings(max_examples=200)
@given(st.integers(0, len(HANDWRITTEN) - 1), st.binary(max_size=6), st.integers(0, 40))
def test_a_damaged_message_raises_nothing_but_bad_input(position: int, put: bytes, taken: int) -> None:
    damaged = HANDWRITTEN[:position] + put + HANDWRITTEN[position + taken :]
    for reader in (
        lambda: read.read_retrieve_answer(damaged, said(HANDWRITTEN_TYPE)),
        lambda: inlined(damaged, said(HANDWRITTEN_TYPE)),
    ):
        with suppress(BadInput):  # anything else fails the test
            reader()
