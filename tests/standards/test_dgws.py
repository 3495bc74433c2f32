"""The DGWS header and the SOSI ID card: built, read, and held against the schemas and a signature."""

from __future__ import annotations

import os
import ssl
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
from harness.standards.signature import SignatureResult, Standing, read_certificates, verify_signature
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
SYSTEM = ItSystem("Et lægepraksissystem")
BARE_CARD = replace(CARD, type="system", level="3", certificate_hash="", user=None, system=SYSTEM, key_name="")
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
def test_the_handwritten_header_is_valid_but_for_mustunderstand() -> None:
    header = soap.read_envelope(EXAMPLE.replace(b" s:mustUnderstand='1'", b"")).header
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


Key = rsa.RSAPrivateKey


@pytest.fixture(scope="module")
def key() -> Key:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="module")
def other_key() -> Key:
    return rsa.generate_private_key(65537, 2048)


def certified(key: Key, until: datetime = NOW + timedelta(days=1)) -> bytes:
    """A certificate like that of a token service, for a test, as DER."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "En STS til test")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(until - timedelta(days=2))
        .not_valid_after(until)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.DER)


class Sha1Signer(XMLSigner):
    """Signs as the cards of DGWS 1.0 are signed; signxml advises against it, and only reads it on request."""

    def check_deprecated_methods(self) -> None: ...


def signed(dgws: Dgws, key: Key, *, sha1: bool = False) -> bytes:
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
    certificate = ssl.DER_cert_to_PEM_cert(certified(key))
    result = signer.sign(card, key=pem, cert=certificate, reference_uri="#IDCard", id_attribute="id")
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


def broken(data: bytes, *sts: bytes, now: datetime = NOW) -> list[tuple[str, str]]:
    """The rules that are broken, with what was found; each at the card. That a card is called something else has its own rule."""
    judged = [each for each in judge_dgws(data, "b.xml", now, sts=sts) if each.rule.id != "DGWS-08"]
    findings = [found for each in judged for found in each.findings]
    assert all(each.location.path.endswith("Assertion") for each in findings)
    return [(each.rule, each.actual) for each in findings]


CHANGED = "kortet er ændret, efter at det blev underskrevet"
FOREIGN = "en anden end STS'en har underskrevet kortet"
ELSEWHERE = "underskriften gælder noget andet end kortet"
UNUSABLE = "underskriften kan ikke efterprøves: den er ikke, som den skal være"
EXPIRED = "certifikatet, der underskrev kortet, var ikke gyldigt på det tidspunkt"


@pytest.mark.parametrize("sha1", [True, False], ids=["rsa-sha1", "rsa-sha256"])
def test_a_signed_card_is_valid(key: Key, sha1: bool) -> None:
    data = signed(FULL, key, sha1=sha1)
    assert verify_signature(card_of(data), [certified(key)], NOW) == SignatureResult(Standing.VALID)
    [judged] = [each for each in judge_dgws(data, "b.xml", NOW, sts=[certified(key)]) if each.rule.id == "DGWS-23"]
    assert judged.result is Result.HOLDS
    assert broken(data, certified(key)) == []


@needs_schema
def test_a_signed_card_is_valid_by_the_schema(key: Key) -> None:
    """So that what is signed here is shaped as a token service does it."""
    security = card_of(signed(FULL, key, sha1=True)).getparent()
    assert security is not None
    etree.XMLSchema(etree.parse(str(FOLDER / "wsse.xsd"))).assertValid(etree.fromstring(etree.tostring(security)))


def test_without_a_certificate_it_says_so(key: Key) -> None:
    result = verify_signature(card_of(signed(FULL, key)), (), NOW)
    assert str(result.standing) == "signatur ikke kontrolleret"
    [judged] = [each for each in judge_dgws(signed(FULL, key), "b.xml", NOW) if each.rule.id == "DGWS-23"]
    assert judged.reason.startswith("signatur ikke kontrolleret: ")


def damaged(old: bytes, new: bytes, reason: str) -> tuple[str, tuple[bytes, bytes, str]]:
    return f"{old.decode()} → {new.decode()}", (old, new, reason)


DAMAGES = dict(
    [
        damaged(b"BC2F4", b"BC2F5", CHANGED),
        damaged(b'<saml:NameID Format="medcom:cprnumber">', b'<saml:NameID Format="medcom:other">', CHANGED),
        damaged(b"2026-10-06T08:15:00Z", b"2026-10-06T08:16:00Z", CHANGED),
        damaged(b'URI="#IDCard"', b'URI="#UserLog"', ELSEWHERE),
        damaged(b'URI="#IDCard"', b'URI=""', ELSEWHERE),
        damaged(b'URI="#IDCard"', b'URI="http://127.0.0.1:9/x"', ELSEWHERE),
        damaged(b"xmldsig-more#rsa-sha256", b"xmldsig-more#hmac-sha256", UNUSABLE),
        damaged(b"xmldsig-more#rsa-sha256", b"xmldsig-more#findes-ikke", UNUSABLE),
        damaged(b"xmlenc#sha256", b"xmlenc#sha512", FOREIGN),
        damaged(b"<ds:SignatureValue>", b"<ds:SignatureValue>AAAA", FOREIGN),
        damaged(b"<ds:SignatureValue>", b"<ds:SignatureValue/><ds:x>", UNUSABLE),
    ]
)


@pytest.mark.parametrize("name", DAMAGES)
def test_a_card_that_was_changed_is_not_valid(key: Key, name: str) -> None:
    old, new, reason = DAMAGES[name]
    data = signed(FULL, key)
    assert data.count(old) == 1
    data = data.replace(old, new)
    if b"<ds:x>" in new:
        data = data.replace(b"</ds:SignatureValue>", b"</ds:x>")
    assert broken(data, certified(key)) == [("DGWS-23", reason)]


def test_a_signature_that_lacks_anything_is_not_valid_and_nothing_is_raised(key: Key) -> None:
    """Every element, text and attribute of the signature left out in turn; only what it says of its own key may be missing."""
    data, sts = signed(FULL, key), [certified(key)]
    count = len(list(etree.fromstring(data).iterfind(f".//{{{DS}}}Signature//*")))
    assert count > 10
    for number in range(count):
        first = list(etree.fromstring(data).iterfind(f".//{{{DS}}}Signature//*"))[number]
        for part in ("element", "text", *first.attrib):
            root = etree.fromstring(data)
            victim = list(root.iterfind(f".//{{{DS}}}Signature//*"))[number]
            own_key = any(each.tag == f"{{{DS}}}KeyInfo" for each in (victim, *victim.iterancestors()))
            parent = victim.getparent()
            assert parent is not None
            if part == "element":
                parent.remove(victim)
            elif part == "text" and victim.text:
                victim.text = ""
            elif part in victim.attrib:
                del victim.attrib[part]
            else:
                continue
            result = verify_signature(card_of(etree.tostring(root)), sts, NOW)
            assert result.standing is (Standing.VALID if own_key else Standing.INVALID), (victim.tag, part)


def test_a_foreign_signer_is_found_whatever_the_signature_says_of_itself(key: Key, other_key: Key) -> None:
    """The signature carries the certificate it was made with; that is not believed."""
    data = signed(FULL, other_key)
    assert b"X509Certificate" in data
    assert broken(data, certified(key)) == [("DGWS-23", FOREIGN)]


def test_a_card_without_signature_is_found(key: Key) -> None:
    assert broken(message(FULL), certified(key)) == [("DGWS-23", "kortet er ikke underskrevet")]


def test_a_certificate_counts_only_while_it_is_valid(key: Key) -> None:
    data = signed(FULL, key)
    until = certified(key, NOW)
    assert broken(data, until) == []
    assert broken(data, until, now=NOW + timedelta(seconds=1)) == [("DGWS-23", EXPIRED)]
    assert broken(data, certified(key, NOW + timedelta(days=2, seconds=1))) == [("DGWS-23", EXPIRED)]


def test_one_of_several_certificates_is_enough_and_the_closest_says_why_not(key: Key, other_key: Key) -> None:
    data, expired = signed(FULL, key), certified(key, NOW - timedelta(days=1))
    assert broken(data, certified(other_key), expired, certified(key)) == []
    assert broken(data, certified(other_key), expired) == [("DGWS-23", EXPIRED)]
    assert broken(data.replace(b"BC2F4", b"BC2F5"), certified(other_key), certified(key)) == [("DGWS-23", CHANGED)]


def wrapped(key: Key, name: str, *, inside: str) -> bytes:
    """A false card called `name` is put where the true one was, with its signature; the true one is hidden within `inside`."""
    root = etree.fromstring(signed(FULL, key))
    card = root.find(f".//{{{SAML}}}Assertion")
    assert card is not None
    false = etree.fromstring(etree.tostring(card_of(message(replace(FULL, card=replace(CARD, level="5"))))))
    false.set("id", name)
    signature = card.find(f"{{{DS}}}Signature")
    parent = card.getparent()
    assert signature is not None
    assert parent is not None
    parent.replace(card, false)
    false.append(signature)
    holder = {"signature": signature, "body": root[-1][0], "header": root[0]}[inside]
    holder.append(card)
    return etree.tostring(root)


@pytest.mark.parametrize(
    ("name", "inside", "reason"),
    [
        ("Falsk", "signature", ELSEWHERE),
        ("Falsk", "body", ELSEWHERE),
        ("Falsk", "header", ELSEWHERE),
        ("IDCard", "signature", UNUSABLE),  # two of one id: which is meant cannot be told
        ("IDCard", "body", CHANGED),
        ("IDCard", "header", CHANGED),
    ],
)
def test_a_signature_over_another_card_is_not_this_cards(key: Key, name: str, inside: str, reason: str) -> None:
    """Wrapping: the signature is true, but what it is over is not what is used."""
    assert broken(wrapped(key, name, inside=inside), certified(key)) == [("DGWS-23", reason)]


def test_a_signature_over_a_part_of_the_card_is_not_over_the_card(key: Key) -> None:
    """What is signed is an element of the card; the rest of the card can be anything."""
    root = etree.fromstring(message(FULL))
    card = root.find(f".//{{{SAML}}}Assertion")
    assert card is not None
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    certificate = ssl.DER_cert_to_PEM_cert(certified(key))
    part = XMLSigner(method=algorithms.SignatureConstructionMethod.detached)
    card.append(part.sign(card[-1], key=pem, cert=certificate, reference_uri="#SystemLog", id_attribute="id"))
    assert broken(etree.tostring(root), certified(key)) == [("DGWS-23", ELSEWHERE)]


def test_certificates_are_read_from_pem(key: Key, other_key: Key, tmp_path: Path) -> None:
    file = tmp_path / "åse's sts.pem"
    one, two = certified(key), certified(other_key)
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    both = ssl.DER_cert_to_PEM_cert(one) + ssl.DER_cert_to_PEM_cert(two)
    file.write_bytes(
        b"subject=/CN=STS\r\n" + both.replace("\n", "\r\n").encode() + secret + ssl.DER_cert_to_PEM_cert(one).encode()
    )
    assert read_certificates(file) == (one, two)


@pytest.mark.parametrize(
    "data",
    [None, b"", b"ikke et certifikat", b"\xff" * 99, b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"],
    ids=["missing", "empty", "text", "bytes", "no certificate within"],
)
def test_a_file_without_certificate_is_the_testers(data: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "sts.pem"
    if data is not None:
        file.write_bytes(data)
    wanted = "Certifikatet kan ikke læses" if data is None else "Skal være et eller flere certifikater i PEM"
    with pytest.raises(ConfigurationError, match=wanted) as refusal:
        read_certificates(file)
    assert str(refusal.value).startswith(f"{file.as_posix()}  --sts\n    ")
