"""FHIR's primitive types: how each is written in JSON, and the pattern its text must have.

Source: HL7 FHIR R4 (4.0.1), profiles-types.json: the extension `regex` on each type's value. A test holds this table to it.
"""

from __future__ import annotations

import base64
import binascii
import re
from datetime import date
from typing import Final

from harness.standards.fhir.tree import Kind

_YEAR = "([0-9]([0-9]([0-9][1-9]|[1-9]0)|[1-9]00)|[1-9]000)"
_MONTH, _DAY = "(0[1-9]|1[0-2])", "(0[1-9]|[1-2][0-9]|3[0-1])"
_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?"
_ZONE = r"(Z|(\+|-)((0[0-9]|1[0-3]):[0-5][0-9]|14:00))"

PATTERNS: Final = {
    "base64Binary": r"(\s*([0-9a-zA-Z\+/=]){4}\s*)+",
    "boolean": "true|false",
    "canonical": r"\S*",
    "code": r"[^\s]+(\s[^\s]+)*",
    "date": f"{_YEAR}(-{_MONTH}(-{_DAY})?)?",
    "dateTime": f"{_YEAR}(-{_MONTH}(-{_DAY}(T{_TIME}{_ZONE})?)?)?",
    "decimal": r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?",
    "id": r"[A-Za-z0-9\-\.]{1,64}",
    "instant": f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}",
    "integer": "-?([0]|([1-9][0-9]*))",
    "markdown": r"[ \r\n\t\S]+",
    "oid": r"urn:oid:[0-2](\.(0|[1-9][0-9]*))+",
    "positiveInt": "[1-9][0-9]*",
    "string": r"[ \r\n\t\S]+",
    "time": _TIME,
    "unsignedInt": "[0]|([1-9][0-9]*)",
    "uri": r"\S*",
    "url": r"\S*",
    "uuid": "urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    "xhtml": "",
}
"""HL7's pattern by type; xhtml has none."""

DANISH: Final = {
    "base64Binary": "base64",
    "code": "en kode uden mellemrum i enderne",
    "date": "en dato (ÅÅÅÅ-MM-DD)",
    "dateTime": "et tidspunkt (ÅÅÅÅ-MM-DDTtt:mm:ss+01:00) eller en dato",
    "decimal": "et tal",
    "id": "højst 64 bogstaver, cifre, bindestreger og punktummer",
    "instant": "et tidspunkt med tidszone (ÅÅÅÅ-MM-DDTtt:mm:ss+01:00)",
    "integer": "et helt tal",
    "oid": "et OID (urn:oid:1.2.3)",
    "positiveInt": "et helt tal over 0",
    "time": "et klokkeslæt (tt:mm:ss)",
    "unsignedInt": "et helt tal fra 0",
    "uuid": "et UUID (urn:uuid:…)",
}

_NUMBERS = ("decimal", "integer", "positiveInt", "unsignedInt")
_COMPILED = {name: re.compile(pattern) for name, pattern in PATTERNS.items() if name not in ("base64Binary", "xhtml")}
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def is_primitive(type_: str) -> bool:
    """True for the name of a primitive type; FHIR writes those with a small letter."""
    return type_[:1].islower()


def kind_of(type_: str) -> Kind:
    """How a primitive is written in JSON."""
    if type_ == "boolean":
        return Kind.BOOLEAN
    return Kind.NUMBER if type_ in _NUMBERS else Kind.STRING


def is_valid(type_: str, text: str) -> bool:
    """Whether `text` can be a value of the type: its pattern holds, and a day is in the calendar."""
    if type_ == "base64Binary":  # HL7's pattern takes exponential time on a long wrong text
        return _is_base64(text)
    pattern = _COMPILED.get(type_)
    if not text or (pattern is not None and not pattern.fullmatch(text)):
        return False
    if type_ in ("date", "dateTime", "instant") and _DATE.match(text):
        try:
            date.fromisoformat(text[:10])
        except ValueError:
            return False
    return True


def _is_base64(text: str) -> bool:
    try:
        return bool(base64.b64decode("".join(text.split()), validate=True))
    except (binascii.Error, ValueError):
        return False
