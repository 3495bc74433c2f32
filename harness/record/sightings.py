"""Where a person's number stands in a text: in a typed place (the CPR OID, a field called `cpr`, …), or loose in prose."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from harness.domain.identifiers import LONE_CPR

Foreign = Callable[[re.Match[bytes]], bool]
"""Whether the number that was found, six digits and four, is not allowed."""

_TYPED = rb"(\d{6})[- ]?(\d{4})(?!\d)"
_FIELD = rb"(?:cpr|patient|personnummer|cprnummer|civilregistrationnumber)"
_OID = rb"1\.2\.208\.176\.1\.2"
_LOOSE = re.compile(LONE_CPR.encode())
_CPR_TAG = re.compile(rb"<[^<>]*[\"']" + _OID + rb"[\"'][^<>]*>")
_EXTENSION = re.compile(rb"\bextension\s*=\s*[\"']\s*" + _TYPED)
_FHIR_SYSTEM = rb"<(?:\w+:)?system\s[^<>]{0,200}?[\"']urn:oid:" + _OID + rb"[\"'][^<>]{0,200}>"
_EHMI_PATIENT = rb"\s*\}\s*\}\s*,\s*\"type\"\s*:\s*\{\s*\"code\"\s*:\s*\"ehmiPatient\""
_BESIDE_OID = (
    re.compile(rb"(\d(?<!\d\d)\d{5})[- ]?(\d{4})(?!\d)\^\^\^[^&\"'<>]*&(?:amp;)?" + _OID + rb"&"),
    re.compile(rb"\burn:oid:" + _OID + rb"\|" + _TYPED),
    # FHIR: system and value stand beside each other, in JSON in either order.
    re.compile(rb"\"system\"\s*:\s*\"urn:oid:" + _OID + rb"\"[^{}]{0,500}?\"value\"\s*:\s*\"\s*" + _TYPED),
    re.compile(rb"\"value\"\s*:\s*\"\s*" + _TYPED + rb"\s*\"[^{}]{0,500}?\"system\"\s*:\s*\"urn:oid:" + _OID + rb"\""),
    re.compile(
        _FHIR_SYSTEM + rb"(?:\s|<!--.{0,500}?-->|</\w{1,40}:?\w{0,40}>)*<(?:\w+:)?value\s+value\s*=\s*[\"']\s*" + _TYPED, re.S
    ),
)
_FIELDS = (
    re.compile(rb"\"" + _FIELD + rb"\"\s*:\s*\"?\s*" + _TYPED, re.I),
    re.compile(rb"[?&]" + _FIELD + rb"=" + _TYPED, re.I),
    re.compile(rb"<(?:\w+:)?(?:CivilRegistrationNumber|cpr|personnummer)\b[^<>]*>\s*" + _TYPED, re.I),
    re.compile(rb"\bPNA[^\w\s]PAT[^\w\s]" + _TYPED),  # EDIFACT, whatever its separators are
    re.compile(rb">\s*PATIENTID\s*</(?:\w+:)?Type>\s*<(?:\w+:)?InstanceIdentifier>\s*" + _TYPED),  # SBDH
    re.compile(rb"\"value\"\s*:\s*\"\s*" + _TYPED + rb"\s*\"" + _EHMI_PATIENT),  # EDS
)
_SECURITY = re.compile(
    rb"(?:Name\s*=\s*[\"'](?:medcom:UserCivilRegistrationNumber|nsi:\w*CivilRegistrationNumber)"
    rb"|Format\s*=\s*[\"']medcom:cprnumber)[\"'][^<>]*>\s*(?:<(?:\w+:)?AttributeValue[^<>]*>\s*)?" + _TYPED
)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A CPR number that is not allowed: `kind` says in Danish where it stood; `start` and `end` are its bytes in the body.

    `typed`: it stood as a person's number. `security`: that place was a security header, which is the configuration's.
    """

    kind: str
    start: int
    end: int
    typed: bool
    security: bool = False


def sightings_in(body: bytes, foreign: Foreign) -> list[Sighting]:
    """Those in `body` itself, not in what is packed in it: first those in typed places."""
    found = list(_typed(body, foreign))
    taken = {(sighting.start, sighting.end) for sighting in found}
    found += [
        Sighting("i løbende tekst", *match.span(), typed=False)
        for match in _LOOSE.finditer(body)
        if foreign(match) and not any(start <= match.start() < end for start, end in taken)
    ]
    return found


def _typed(body: bytes, foreign: Foreign) -> Iterator[Sighting]:
    if b"1.2.208.176.1.2" in body:
        for tag in _CPR_TAG.finditer(body):
            for _ in _foreigners((_EXTENSION,), tag[0], foreign):
                yield Sighting("under CPR's OID", *tag.span(), typed=True)
        for match in _foreigners(_BESIDE_OID, body, foreign):
            yield Sighting("under CPR's OID", *match.span(), typed=True)
    for match in _foreigners(_FIELDS, body, foreign):
        yield Sighting("i et felt for CPR-nummer", *match.span(), typed=True)
    for match in _foreigners((_SECURITY,), body, foreign):
        yield Sighting("i sikkerhedshovedet", *match.span(), typed=True, security=True)


def _foreigners(patterns: tuple[re.Pattern[bytes], ...], body: bytes, foreign: Foreign) -> Iterator[re.Match[bytes]]:
    return (match for pattern in patterns for match in pattern.finditer(body) if foreign(match))
