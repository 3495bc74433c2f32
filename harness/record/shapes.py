"""Where bytes may hold a person's number: quick, and blind to none that any of the guard's patterns can see."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_AS_SHAPES: Final = re.sub(rb"[- ]", b" ", re.sub(rb"\d", b"0", re.sub(rb"[^\d -]", b"x", bytes(range(256)))))
"""Every digit becomes `0`, and a break that may stand in a number a space: a pattern that begins with plain text is found
several times as fast as one that begins with any digit."""
_SHAPE: Final = re.compile(rb"000000 ?0000(?!0)")
_SIX: Final = b"000000"
_XDS_GOES_ON: Final = b"^^^"
"""After the number in a patient id of XDS (HL7 CX)."""


def numbers_in(body: bytes) -> Iterator[bytes]:
    """The ten digits of everything in `body` that has a person number's shape, and stands where one can be seen.

    Right after a letter, as in a UUID, only a patient id of XDS has one.
    """
    for match in _SHAPE.finditer(body.translate(_AS_SHAPES)):
        start, end = match.span()
        before = body[start - 1 : start]
        if not before.isdigit() and (not before.isalpha() or body.startswith(_XDS_GOES_ON, end)):
            yield body[start : start + 6] + body[end - 4 : end]


def has_six_digits(text: bytes) -> bool:
    """Whether six digits stand together in `text`, as in every person's number, however it is spread."""
    return _SIX in text.translate(_AS_SHAPES)
