"""Stands before the record: no foreign CPR number and no secret gets past it.

A CPR in a typed place (the CPR OID, a field called `cpr`, …) that is not on the allowed list stops the exchange. Elsewhere
a delimited, date-valid ten-digit number is noted for a person and hidden in what is shown; inside a longer number it is
none. Text that is packed (Base64, gzip, zip) or whose digits are written as codes is looked at too.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from harness.domain.identifiers import LONE_CPR
from harness.record.packed import opened, packed_in, with_plain_breaks, with_plain_digits
from harness.record.redaction import HIDDEN, may_hold_a_secret, redact_told
from harness.record.shapes import numbers_in

_SHORTEST = 10
_FINGERPRINT = 64
"""Characters of a SHA-256: each line of a log has several."""
_STEP_NAME = b"keyword"
"""A name in the line of every step, which looks like a key's."""
_MOST = 200_000_000
"""Bytes of all that is packed in one body that are looked at. What leaves the house is looked at further (`publishing`)."""
_ENTRY = 1_000_000
"""Bytes that one that is packed counts as, at least: so that those in one another come to an end too."""
_PACKED = 40
"""Characters of the shortest Base64 that is looked into."""
_REMEMBERED = 4096
"""How many bodies and header values are remembered, by their SHA-256, with what was found in them; and how many short texts."""
_SHORT = 1000
"""Characters of the longest text, or line of a log, that is remembered with what it reads without what must be hidden."""

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
_WRITTEN = re.compile(
    r"(?<!\d)(?<!\d[.\-])((?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d\d)(?:[\s\-\u00ad\u2010-\u2015\u2212_]|%20){0,3}(\d{4})(?!\d|\.\d)",
    re.ASCII,
)
_HEX = re.compile(
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![0-9a-z])|(?<![0-9a-z])(?=\d*[a-f])[0-9a-f]{16,}(?![0-9a-z])", re.I
)
"""UUIDs and fingerprints, in which any digits may stand together."""
_SPREAD = re.compile(rb"(\d(?<!\d\d)\d{5})(?:[ _\-\x80-\xff]|\\[nrtf]|\\u000b|%20){0,9}(\d{4})(?!\d)")
"""In a line of JSON, what `_WRITTEN` may find in its texts."""
_OTHER_DIGITS = (b"\xef\xbc", b"\xf0\x9d\x9f")
"""How wide and mathematical digits begin in UTF-8."""


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


class Guard:
    """Knows the numbers that may be used: ten digits each, as text."""

    def __init__(self, allowed: frozenset[str]) -> None:
        self._allowed = frozenset(number.encode() for number in allowed)
        self._seen: dict[bytes, tuple[Sighting, ...]] = {}
        self._told: dict[str, str] = {}
        self._harmless = {_STEP_NAME}

    def inspect(self, body: bytes) -> list[Sighting]:
        """Every foreign CPR number in `body`, those in typed places first."""
        return self._inspect(body, _MOST)

    def _inspect(self, body: bytes, left: int) -> list[Sighting]:
        """The same, in which at most `left` bytes that are packed are looked at: a zip may hold itself."""
        if len(body) < _SHORTEST or left < 0:
            return []
        # The same bytes come by several times (at the door, when kept, when passed on), and the same headers all the time.
        if left < _MOST:  # what was not looked through to its end is not remembered
            return list(self._look(body, left))
        name = hashlib.sha256(body).digest()
        found = self._seen.get(name)
        if found is None:
            found = self._look(body, left)
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            self._seen[name] = found
        return list(found)

    def _look(self, body: bytes, left: int) -> tuple[Sighting, ...]:
        insides = opened(body)
        if insides:
            return self._whole(body, insides, left - max(_ENTRY, sum(map(len, insides))))
        if b"\x00" in body:  # UTF-16: the digits lie between zero bytes
            return self._whole(body, [body.replace(b"\x00", b"")], left)
        plain = with_plain_digits(body)
        if plain != body:
            return self._whole(body, [plain], left)
        body = with_plain_breaks(body)
        found: list[Sighting] = []
        if any(number not in self._allowed for number in numbers_in(body)):
            found += self._plainly(body)
        for span, inner in packed_in(body):
            found += [
                Sighting(f"{sighting.kind}, i et vedlagt dokument", *span, sighting.typed, sighting.security)
                for sighting in self._inspect(inner, left)
            ]
        return tuple(sorted(found, key=lambda sighting: not sighting.typed))

    def _whole(self, body: bytes, insides: list[bytes], left: int) -> tuple[Sighting, ...]:
        """What is in `insides`, of which nobody can say where in `body` it stands."""
        found = [each for inner in insides for each in self._inspect(inner, left // len(insides))]
        whole = (Sighting(each.kind, 0, len(body), each.typed, each.security) for each in found)
        return tuple(sorted(whole, key=lambda sighting: not sighting.typed))

    def _plainly(self, body: bytes) -> list[Sighting]:
        """What stands in the text itself."""
        found = list(self._typed(body))
        taken = {(sighting.start, sighting.end) for sighting in found}
        found += [
            Sighting("i løbende tekst", *match.span(), typed=False)
            for match in _LOOSE.finditer(body)
            if self._foreign(match) and not any(start <= match.start() < end for start, end in taken)
        ]
        return found

    def hide(self, text: str) -> str:
        """`text` with every foreign CPR number in it hidden, to be written where people read."""
        body = text.encode("utf-8", "replace")
        shown, at = b"", 0
        for sighting in sorted(self.inspect(body), key=lambda each: each.start):
            if sighting.start >= at:
                shown += body[at : sighting.start] + HIDDEN.encode()
            at = max(at, sighting.end)
        return (shown + body[at:]).decode() if at else text

    def in_prose(self, text: str) -> bool:
        """Whether a person who wrote `text` may have written a foreign CPR number in it, in any of the ways people do.

        Stricter than `inspect`, which must let messages by that only look so: for testers' own words and files.
        """
        plain = _HEX.sub(" ", unicodedata.normalize("NFKC", text))
        written = any((match[1] + match[2]).encode() not in self._allowed for match in _WRITTEN.finditer(plain))
        return written or bool(self.inspect(text.encode("utf-8", "replace")))

    def _hide_written(self, text: str) -> str:
        """`text` without the foreign CPR numbers that `in_prose` finds, and `inspect` lets by."""
        plain = text if text.isascii() else "".join(map(_folded, text))
        plain = _HEX.sub(lambda found: "x" * len(found[0]), plain)
        shown, at = "", 0
        for match in _WRITTEN.finditer(plain):
            if (match[1] + match[2]).encode() not in self._allowed:
                shown += text[at : match.start()] + HIDDEN
                at = match.end()
        return shown + text[at:]

    def _typed(self, body: bytes) -> Iterator[Sighting]:
        if b"1.2.208.176.1.2" in body:
            for tag in _CPR_TAG.finditer(body):
                for _ in self._foreigners((_EXTENSION,), tag[0]):
                    yield Sighting("under CPR's OID", *tag.span(), typed=True)
            for match in self._foreigners(_BESIDE_OID, body):
                yield Sighting("under CPR's OID", *match.span(), typed=True)
        for match in self._foreigners(_FIELDS, body):
            yield Sighting("i et felt for CPR-nummer", *match.span(), typed=True)
        for match in self._foreigners((_SECURITY,), body):
            yield Sighting("i sikkerhedshovedet", *match.span(), typed=True, security=True)

    def _foreigners(self, patterns: tuple[re.Pattern[bytes], ...], body: bytes) -> Iterator[re.Match[bytes]]:
        return (match for pattern in patterns for match in pattern.finditer(body) if self._foreign(match))

    def _foreign(self, match: re.Match[bytes]) -> bool:
        return match[1] + match[2] not in self._allowed

    def scrub(self, line: bytes) -> bytes:
        """A line of JSON with every secret and foreign CPR number in its texts hidden: what every log is written through.

        Whatever way a text came in (a system's file, an address, an exception), this is the last place it passes. A line with
        nothing to hide is given back as it is.
        """
        # Whatever begins a secret, and all of a number, stands between two quotation marks; most of these are in other lines too.
        new = [
            each
            for each in set(line.split(b'"')).difference(self._harmless)
            if not (len(each) == _FINGERPRINT and each.islower())
        ]
        if not may_hold_a_secret(b'"'.join((*new, b""))) and not self._may_hold_a_number(new):
            if len(self._harmless) >= _REMEMBERED:
                self._harmless = {_STEP_NAME}
            self._harmless.update(each for each in new if len(each) <= _SHORT)
            return line
        said = json.loads(line)
        hidden = self._scrubbed(said)
        if hidden == said:
            return line
        return json.dumps(hidden, ensure_ascii=False, separators=(",", ":")).encode() + line[len(line.rstrip(b"\n")) :]

    def _may_hold_a_number(self, texts: list[bytes]) -> bool:
        plain = b'"'.join(texts)
        if with_plain_digits(plain) != plain or any(each in plain for each in _OTHER_DIGITS):
            return True
        if any(map(self._foreign, _SPREAD.finditer(plain))):
            return True
        packed = (inner for each in texts if len(each) >= _PACKED for _, inner in packed_in(with_plain_breaks(each)))
        return any(map(self.inspect, packed))

    def _scrubbed(self, said: Any) -> Any:
        match said:
            case str():
                return self._shown(said)
            case list():
                return [self._scrubbed(each) for each in said]
            case dict():
                return {self._scrubbed(name): self._in_field(name, value) for name, value in said.items()}
            case _:
                return said

    def _shown(self, text: str) -> str:
        """`text` as it may be written. A run begins with some thousand short ones, the same as every other run's."""
        shown = self._told.get(text)
        if shown is None:
            shown = self._hide_written(self.hide(redact_told(text.encode("utf-8", "replace")).decode()))
            if len(self._told) >= _REMEMBERED:
                self._told.clear()
            if len(text) <= _SHORT:
                self._told[text] = shown
        return shown

    def _in_field(self, name: str, value: Any) -> Any:
        """A value that its field's name alone makes a CPR number or a secret is hidden whole."""
        if isinstance(value, str | int) and not isinstance(value, bool):
            field = json.dumps({name: str(value)}).encode()
            if (value != "" and _names_a_secret(name)) or any(each.typed for each in self.inspect(field)):
                return HIDDEN
        return self._scrubbed(value)


@lru_cache(maxsize=8)
def guard_of(allowed: frozenset[str]) -> Guard:
    """The guard that lets these numbers by: one for all who ask, so that what it has looked at it need not look at again."""
    return Guard(allowed)


@lru_cache(maxsize=1024)
def _names_a_secret(field: str) -> bool:
    """Whether any value in a field of this name is a secret."""
    named = json.dumps({field: "x"}).encode()
    return redact_told(named) != named


def _folded(character: str) -> str:
    """The plain form of a character, where that is one character too."""
    plain = unicodedata.normalize("NFKC", character)
    return plain if len(plain) == 1 else character
