"""The DGWS header and the SOSI ID card: built, read, and held against the schemas and a signature."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from signxml import algorithms
from signxml.signer import XMLSigner

from harness.conformance.rule import Result
from harness.conformance.security.dgws import judge_dgws
from harness.domain.errors import BadInput, ConfigurationError
from harness.standards import soap
from harness.standards.dgws import (
    Dgws,
    IdCard,
    Identifier,
    ItSystem,
    MedcomHeader,
    User,
    fault_code,
    fault_detail,
    header_blocks,
    id_card_in,
    read_dgws,
)
from harness.standards.security_codes import DS, SAML, FaultCode
from harness.standards.signature import SignatureResult, Standing, verify_signature
from harness.standards.soap import EITHER, Version
from harness.standards.xml import Element

EXAMPLE = (Path(__file__).parents[1] / "examples" / "dgws_haandskrevet.xml").read_bytes()
FOLDER = Path(os.environ.get("LPS_ARTEFACTS", "")) / "xsd" / "ihe-xds-dk"
needs_schema = pytest.mark.skipif(not FOLDER.is_dir(), reason="LPS_ARTEFACTS mangler eller har ikke xsd/ihe-xds-dk")

NOW = datetime(2026, 10, 5, 8, 15, tzinfo=UTC)
CARD = IdCard(
    issuer="TEST2-NSP-STS",
    subject=Identifier("2512489996", "medcom:cprnumber"),
    issued=NOW - timedelta(minutes=5),
    not_before=NOW - timedelta(minutes=5),
    not_on_or_after=NOW + timedelta(days=1),
    id="kort-7",
    type="user",
    level="4",
    certificate_hash="abc=",
    user=User("2512489996", "Åse 𝔊", "Sørensen", "aase@klinik.example", "læge", "læge", "BC2F4"),
    system=ItSystem("Et lægepraksissystem", Identifier("46837428", "medcom:cvrnumber"), "Lægerne på Ærø"),
)
FULL = Dgws(NOW, MedcomHeader("m", "f", "r", "4", "1440", "flow_running", "RUTINE", "no"), CARD)
BARE_CARD = replace(CARD, id="", type="", level="3", certificate_hash="", user=None, system=None, key_name="")
BARE = Dgws(NOW, MedcomHeader("m"), BARE_CARD)


def message(dgws: Dgws, version: Version = Version.SOAP_11) -> bytes:
    return soap.build_envelope(etree.Element("{urn:eksempel:indhold}Indhold"), version, header_blocks(dgws))


def test_the_handwritten_header_is_read() -> None:
    found = read_dgws(soap.read_envelope(EXAMPLE))
    assert found.created == datetime(2026, 10, 5, 8, 15, tzinfo=UTC)
    assert found.header == replace(FULL.header, message_id="besked-42", flow_id="forløb-17", in_response_to="besked-41")
    assert found.card is not None
    assert found.card.user == User("2512489996", "Åse Test", "Sørensen", authorisation="BC2F4")
    assert found.card.system == CARD.system
    assert (found.card.issuer, found.card.id, found.card.type, found.card.level) == ("TEST2-NSP-STS", "kort-7", "user", "4")
    assert found.card.not_before == datetime(2026, 10, 5, 8, 10, 0, 500_000, tzinfo=UTC)


def test_who_uses_it_is_not_shown() -> None:
    assert "2512489996" not in repr(FULL)


def test_a_card_is_valid_until_its_end() -> None:
    ends = CARD.not_on_or_after
    assert [CARD.valid(each) for each in (CARD.not_before, NOW, ends - timedelta(seconds=1), ends)] == [True, True, True, False]
    assert not CARD.valid(CARD.not_before - timedelta(seconds=1))


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=20)
FILLED = TEXT.filter(bool)
MOMENT = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
USER = st.builds(User, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, FILLED)
SYSTEM = st.builds(ItSystem, FILLED, st.none() | st.builds(Identifier, FILLED, TEXT), TEXT)
CARDS = st.builds(
    IdCard, FILLED, st.builds(Identifier, TEXT, TEXT), MOMENT, MOMENT, MOMENT, TEXT, TEXT, TEXT, FILLED, TEXT,
    st.none() | USER, st.none() | SYSTEM, TEXT,
)  # fmt: skip
HEADERS = st.builds(MedcomHeader, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT)


@given(st.builds(Dgws, MOMENT, HEADERS, st.none() | CARDS), st.sampled_from(Version))
def test_build_read_build_gives_the_same_bytes(dgws: Dgws, version: Version) -> None:
    built = message(dgws, version)
    found = read_dgws(soap.read_envelope(built, speaks=EITHER))
    assert found == dgws
    assert message(found, version) == built


@needs_schema
@pytest.mark.parametrize("dgws", [FULL, BARE, replace(FULL, card=None)], ids=["user", "system", "without card"])
def test_what_is_built_is_valid_by_the_schemas(dgws: Dgws) -> None:
    for block, schema in zip(header_blocks(dgws), ("wsse.xsd", "medcom.xsd"), strict=True):
        etree.XMLSchema(etree.parse(str(FOLDER / schema))).assertValid(etree.fromstring(etree.tostring(block)))


@needs_schema
def test_the_handwritten_header_is_valid_but_for_space_and_mustunderstand() -> None:
    header = soap.read_envelope(EXAMPLE.replace(b" s:mustUnderstand='1'", b"").replace(b" 1440 ", b"1440")).header
    assert header is not None
    for block, schema in zip(list(header)[1:], ("medcom.xsd", "wsse.xsd"), strict=True):
        etree.XMLSchema(etree.parse(str(FOLDER / schema))).assertValid(etree.fromstring(etree.tostring(block)))


@pytest.mark.parametrize("dgws", [FULL, BARE], ids=["user", "system"])
def test_what_is_built_holds_by_the_rules(dgws: Dgws) -> None:
    dgws = replace(dgws, card=replace(dgws.card or CARD, id="kort-7"))
    judgements = judge_dgws(message(dgws), "besked.xml", NOW)
    assert [each.rule.id for each in judgements if each.result is Result.BROKEN] == []


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b"w:Security", b"w:Sikkerhed", "Security mangler i Header"),
        (b"DgwsHeader:Linking", b"DgwsHeader:Link", "Linking mangler i Header"),
        (b"u:Created", b"u:Lavet", "Created mangler i Timestamp"),
        (b"T10:15:00+02:00", b"T10:15:00", "ikke et tidspunkt med tidszone"),
        (b"Conditions ", b"Betingelser ", "Conditions mangler i Assertion"),
        (b"2026-10-06T08:10:00Z", b"2026-10-06", "ikke et tidspunkt med tidszone"),
    ],
    ids=["Security", "Linking", "Created", "tidszone", "Conditions", "dato"],
)
def test_what_cannot_be_read_is_refused_with_its_place(old: bytes, new: bytes, reason: str) -> None:
    with pytest.raises(BadInput, match=reason) as refusal:
        read_dgws(soap.read_envelope(EXAMPLE.replace(old, new)))
    assert refusal.value.line
    assert refusal.value.column


def test_a_message_without_header_is_refused() -> None:
    envelope = soap.read_envelope(soap.build_envelope(etree.Element("a")))
    assert id_card_in(envelope) is None
    with pytest.raises(BadInput, match="Security mangler i Envelope"):
        read_dgws(envelope)


@pytest.mark.parametrize("version", Version)
@pytest.mark.parametrize("code", FaultCode)
def test_a_fault_says_its_code(version: Version, code: FaultCode) -> None:
    response = soap.fault_response("Kaldet kan ikke tages imod", version=version, detail=(fault_detail(code),))
    assert fault_code(soap.read_envelope(response.body, speaks=EITHER)) == code
    assert fault_code(soap.read_envelope(soap.build_fault("nej"))) == ""


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def certified(key: rsa.RSAPrivateKey) -> bytes:
    """A certificate like that of a token service, for a test, as PEM."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "En STS til test")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM)


class Sha1Signer(XMLSigner):
    """Signs as the cards of DGWS 1.0 are signed; signxml advises against it, and only reads it on request."""

    def check_deprecated_methods(self) -> None: ...


def signed(dgws: Dgws, key: rsa.RSAPrivateKey, *, sha1: bool = False) -> bytes:
    """The message with its card signed as DGWS does it: enveloped, exclusive canonicalisation, `id` and not `Id`."""
    method, digest = (
        (algorithms.SignatureMethod.RSA_SHA1, algorithms.DigestAlgorithm.SHA1)
        if sha1
        else (algorithms.SignatureMethod.RSA_SHA256, algorithms.DigestAlgorithm.SHA256)
    )
    root = etree.fromstring(message(dgws))
    card = root.find(f".//{{{SAML}}}Assertion")
    assert card is not None
    signer = Sha1Signer(
        signature_algorithm=method,
        digest_algorithm=digest,
        c14n_algorithm=algorithms.CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    result = signer.sign(card, key=pem, cert=certified(key).decode(), reference_uri="#IDCard", id_attribute="id")
    found = result.find(f"{{{DS}}}Signature")
    assert found is not None
    found.set("id", "OCESSignature")
    parent = card.getparent()
    assert parent is not None
    parent.replace(card, result)
    return etree.tostring(root)


def card_of(data: bytes) -> Element:
    found = id_card_in(soap.read_envelope(data))
    assert found is not None
    return found


@pytest.mark.parametrize("sha1", [True, False], ids=["rsa-sha1", "rsa-sha256"])
def test_a_signed_card_is_valid(key: rsa.RSAPrivateKey, sha1: bool) -> None:
    data = signed(FULL, key, sha1=sha1)
    assert verify_signature(card_of(data), certified(key), NOW) == SignatureResult(Standing.VALID)
    [judged] = [each for each in judge_dgws(data, "b.xml", NOW, trust_anchor=certified(key)) if each.rule.id == "DGWS-23"]
    assert judged.result is Result.HOLDS


def test_without_a_trust_anchor_it_says_so(key: rsa.RSAPrivateKey) -> None:
    result = verify_signature(card_of(signed(FULL, key)), None, NOW)
    assert str(result.standing) == "signatur ikke kontrolleret"


def damaged(old: bytes, new: bytes) -> tuple[str, tuple[bytes, bytes]]:
    return f"{old.decode()} → {new.decode()}", (old, new)


DAMAGES = dict(
    [
        damaged(b"BC2F4", b"BC2F5"),
        damaged(b'<saml:NameID Format="medcom:cprnumber">', b'<saml:NameID Format="medcom:other">'),
        damaged(b"URI=\"#IDCard\"", b"URI=\"#UserLog\""),
        damaged(b"URI=\"#IDCard\"", b"URI=\"http://127.0.0.1:9/x\""),
        damaged(b"xmldsig-more#rsa-sha256", b"xmldsig-more#hmac-sha256"),
        damaged(b"xmldsig-more#rsa-sha256", b"xmldsig-more#findes-ikke"),
        damaged(b"<ds:SignatureValue>", b"<ds:SignatureValue>AAAA"),
        damaged(b"<ds:SignatureValue>", b"<ds:SignatureValue/><ds:x>"),
    ]
)  # fmt: skip


@pytest.mark.parametrize("name", DAMAGES)
def test_a_card_that_was_changed_is_not_valid(key: rsa.RSAPrivateKey, name: str) -> None:
    old, new = DAMAGES[name]
    data = signed(FULL, key)
    assert old in data
    data = data.replace(old, new)
    if b"<ds:x>" in new:
        data = data.replace(b"</ds:SignatureValue>", b"</ds:x>")
    assert verify_signature(card_of(data), certified(key), NOW).standing is Standing.INVALID
    findings = [found for each in judge_dgws(data, "b.xml", NOW, trust_anchor=certified(key)) for found in each.findings]
    assert [each.rule for each in findings] == ["DGWS-23"]
    assert findings[0].location.path.endswith("Assertion")


def test_a_card_within_the_card_is_not_the_card(key: rsa.RSAPrivateKey) -> None:
    """The signature and the true card are put into a false one: what is signed is not what is used."""
    card = card_of(signed(FULL, key))
    signature = card.find(f"{{{DS}}}Signature")
    assert signature is not None
    false = etree.fromstring(etree.tostring(card_of(message(replace(FULL, card=replace(CARD, level="5"))))))
    false.set("id", "Falsk")
    false.append(etree.fromstring(etree.tostring(signature)))
    card.remove(signature)
    false.append(etree.fromstring(etree.tostring(card)))
    result = verify_signature(false, certified(key), NOW)
    assert result == SignatureResult(Standing.INVALID, "underskriften gælder noget andet end kortet")


def test_another_key_no_signature_and_another_time(key: rsa.RSAPrivateKey) -> None:
    card = card_of(signed(FULL, key))
    other = certified(rsa.generate_private_key(65537, 2048))
    assert verify_signature(card, other, NOW).standing is Standing.INVALID
    assert verify_signature(card, certified(key), NOW + timedelta(days=2)).standing is Standing.INVALID
    unsigned = verify_signature(card_of(message(FULL)), certified(key), NOW)
    assert unsigned == SignatureResult(Standing.INVALID, "kortet er ikke underskrevet")


def test_a_trust_anchor_that_is_no_certificate_is_the_testers(key: rsa.RSAPrivateKey) -> None:
    with pytest.raises(ConfigurationError, match="kan ikke læses"):
        verify_signature(card_of(signed(FULL, key)), b"ikke et certifikat", NOW)
