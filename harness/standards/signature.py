"""Whether a SOSI ID card is signed by the token service that the tester trusts (XML Signature, enveloped in the card)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lxml import etree

from harness.domain.errors import ConfigurationError
from harness.standards.security_codes import DS
from harness.standards.xml import Element

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_EXPIRED: Final = "certifikatet, der underskrev kortet, var ikke gyldigt på det tidspunkt"
_CHANGED: Final = "kortet er ændret, efter at det blev underskrevet"
_ELSEWHERE: Final = "underskriften gælder noget andet end kortet"
_UNUSABLE: Final = "underskriften kan ikke efterprøves: den er ikke, som den skal være"
_FOREIGN: Final = "en anden end STS'en har underskrevet kortet"
_CLOSEST_FIRST: Final = ("", _EXPIRED, _CHANGED, _ELSEWHERE, _UNUSABLE, _FOREIGN)
"""Why a signature is not valid; of several certificates the one that comes closest says it."""


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


def read_certificates(file: Path) -> tuple[bytes, ...]:
    """The certificates in `file` (PEM, one or more), each as DER: its SHA-256 is the fingerprint people compare.

    Raises ConfigurationError (Danish) when the file cannot be read or has no certificate. A key beside them is not looked at.

    >>> read_certificates(Path("sts.pem"))
    (b'0\\x82…',)
    """
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509 import load_pem_x509_certificates

    try:
        found = load_pem_x509_certificates(file.read_bytes())
    except OSError as error:
        raise ConfigurationError(f"{file.as_posix()}  --sts\n    Certifikatet kan ikke læses: {error.strerror}.") from None
    except ValueError:
        raise ConfigurationError(
            f"{file.as_posix()}  --sts\n    Skal være et eller flere certifikater i PEM (-----BEGIN CERTIFICATE-----)."
        ) from None
    return tuple(dict.fromkeys(each.public_bytes(Encoding.DER) for each in found))


def verify_signature(card: Element, sts: Sequence[bytes], at: datetime | None) -> SignatureResult:
    """Whether `card` (a saml:Assertion) is signed by one of the certificates `sts` (DER), which must be valid at the time `at`.

    The signature must stand in the card and be over the card itself. SHA-1 is allowed: the cards of DGWS 1.0 are signed with
    rsa-sha1. What the signature says of its own key is not believed. Without certificates, or a time, nothing is checked.

    >>> verify_signature(id_card_in(envelope), read_certificates(Path("sts.pem")), now).standing
    <Standing.VALID: 'signatur gyldig'>
    """
    if not sts:
        return SignatureResult(Standing.UNCHECKED, "der er ikke angivet noget certifikat at kontrollere med (--sts)")
    if at is None:
        return SignatureResult(Standing.UNCHECKED, "beskeden siger ikke, hvornår den er lavet")
    signature = card.find(f"{{{DS}}}Signature")
    if signature is None:
        return SignatureResult(Standing.INVALID, "kortet er ikke underskrevet")
    references = signature.findall(f"{{{DS}}}SignedInfo/{{{DS}}}Reference")
    if [each.get("URI") for each in references] != [f"#{card.get('id')}"]:
        return SignatureResult(Standing.INVALID, _ELSEWHERE)
    from cryptography.x509 import load_der_x509_certificate  # takes a while to import, and only who has a certificate needs it

    reason = min((_against(card, load_der_x509_certificate(each), at) for each in sts), key=_CLOSEST_FIRST.index)
    return SignatureResult(Standing.INVALID if reason else Standing.VALID, reason)


def _against(card: Element, certificate: Certificate, at: datetime) -> str:
    """Why the card is not signed with `certificate`; empty when it is."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from signxml.algorithms import DigestAlgorithm, SignatureMethod
    from signxml.exceptions import InvalidDigest, InvalidSignature, SignXMLException
    from signxml.verifier import SignatureConfiguration, VerifyResult, XMLVerifier

    wanted = SignatureConfiguration(
        location="./",
        signature_methods=frozenset(each for each in SignatureMethod if each.name.startswith(("RSA", "ECDSA"))),
        digest_algorithms=frozenset(DigestAlgorithm),
        verification_time=certificate.not_valid_before_utc,  # its validity is looked at below, so that the reason can say so
    )
    try:
        # DGWS writes `id` where the schema of XML Signature has `Id`
        found = XMLVerifier().verify(card, x509_cert=certificate, id_attribute="id", validate_schema=False, expect_config=wanted)
    except InvalidDigest:
        return _CHANGED
    except InvalidSignature:
        return _FOREIGN
    except (SignXMLException, UnsupportedAlgorithm, etree.LxmlError, ValueError, TypeError, AttributeError):
        return _UNUSABLE  # a stranger wrote it: whatever keeps it from being verified, it is not valid
    signed = found.signed_xml if isinstance(found, VerifyResult) else None
    if signed is None or (signed.tag, signed.get("id")) != (card.tag, card.get("id")):
        return _ELSEWHERE
    return "" if certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc else _EXPIRED
