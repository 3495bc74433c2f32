"""Whether a SOSI ID card is signed by the token service that the tester trusts (XML Signature, enveloped in the card)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lxml import etree

from harness.domain.errors import ConfigurationError
from harness.standards.security_codes import DS
from harness.standards.xml import Element


class Standing(StrEnum):
    """What is known of a signature."""

    VALID = "signatur gyldig"
    INVALID = "signatur ugyldig"
    UNCHECKED = "signatur ikke kontrolleret"


@dataclass(frozen=True, slots=True)
class SignatureResult:
    """How a signature stands, and a Danish phrase that says why."""

    standing: Standing
    reason: str = ""


def verify_signature(card: Element, trust_anchor: bytes | None, at: datetime) -> SignatureResult:
    """Whether `card` (a saml:Assertion) is signed by the certificate `trust_anchor` (PEM), which must be valid at the time `at`.

    SHA-1 is allowed: the cards of DGWS 1.0 are signed with rsa-sha1. Without a trust anchor nothing is checked.
    Raises ConfigurationError when the trust anchor is no certificate.

    >>> verify_signature(id_card_in(envelope), sts_certificate, now).standing
    <Standing.VALID: 'signatur gyldig'>
    """
    if trust_anchor is None:
        return SignatureResult(Standing.UNCHECKED, "der er ikke angivet noget certifikat at kontrollere med")
    if card.find(f"{{{DS}}}Signature") is None:
        return SignatureResult(Standing.INVALID, "kortet er ikke underskrevet")
    from cryptography import x509  # these take a while to import, and only who has a trust anchor needs them
    from cryptography.exceptions import UnsupportedAlgorithm
    from signxml.algorithms import DigestAlgorithm, SignatureMethod
    from signxml.exceptions import SignXMLException
    from signxml.verifier import SignatureConfiguration, VerifyResult, XMLVerifier

    try:
        certificate = x509.load_pem_x509_certificate(trust_anchor)
    except ValueError as error:
        raise ConfigurationError(f"Certifikatet til kontrol af ID-kort kan ikke læses: {error}") from None
    wanted = SignatureConfiguration(
        location="./",
        signature_methods=frozenset(each for each in SignatureMethod if each.name.startswith(("RSA", "ECDSA"))),
        digest_algorithms=frozenset(DigestAlgorithm),
        verification_time=at,
    )
    try:
        # DGWS writes `id` where the schema of XML Signature has `Id`
        found = XMLVerifier().verify(card, x509_cert=certificate, id_attribute="id", validate_schema=False, expect_config=wanted)
    except (SignXMLException, UnsupportedAlgorithm, etree.LxmlError, ValueError, TypeError, AttributeError):
        # A stranger wrote the signature: whatever keeps it from being verified, it is not valid.
        return SignatureResult(Standing.INVALID, "kortet er ændret, eller en anden har underskrevet det")
    signed = found.signed_xml if isinstance(found, VerifyResult) else None
    if signed is None or (signed.tag, signed.get("id")) != (card.tag, card.get("id")):
        return SignatureResult(Standing.INVALID, "underskriften gælder noget andet end kortet")
    return SignatureResult(Standing.VALID)
