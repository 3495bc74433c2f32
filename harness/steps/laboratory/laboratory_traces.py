"""Whether something of a laboratory result stands in a message, in whichever encoding and however deep it is packed."""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from harness.domain.exchange import Request
from harness.record.packed import opened, packed_in, with_plain_breaks

_DEEPEST: Final = 8
_ESCAPED: Final = re.compile(r"\\u([0-9a-fA-F]{4})")
_BRIEF: Final = re.compile(rb"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{8,64}(?![A-Za-z0-9+/])")
_URL_SAFE: Final = bytes.maketrans(b"-_", b"+/")


def holds(body: bytes, marks: Collection[str]) -> bool:
    """Whether one of `marks` stands in `body`, however deep it is packed."""
    return any(mark in text for text in readings(body) for mark in marks)


def told_in(request: Request) -> Iterator[str]:
    """All that a request tells whoever gets it: method, path, query, headers and body, as text, unpacked."""
    around = [request.method, request.path, request.query, *(part for pair in request.headers for part in pair)]
    yield from readings("\n".join(around).encode())
    yield from readings(request.body)


@lru_cache(maxsize=256)
def readings(data: bytes, depth: int = _DEEPEST) -> tuple[str, ...]:
    """`data` as text, with what is escaped written out, and everything packed in it likewise."""
    if inner := opened(data):
        return tuple(text for each in inner for text in readings(each, depth - 1)) if depth else ()
    text = _text(data)
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), html.unescape(unquote(text)))
    found = [text, plain]
    if depth:
        packed = {
            inner
            for written in {text.encode(), plain.encode(), plain.encode().translate(_URL_SAFE)}
            for inner in (*(each for _, each in packed_in(with_plain_breaks(written))), *_briefly_packed(written))
        }
        found += (each for inner in sorted(packed) for each in readings(inner, depth - 1))
    return tuple(found)


def _briefly_packed(body: bytes) -> Iterator[bytes]:
    """What `packed_in` takes for too short to be Base64: a name, a number, a remark of a few words."""
    for match in _BRIEF.finditer(body):
        with suppress(binascii.Error):
            yield base64.b64decode(match[0] + b"=" * (-len(match[0]) % 4), validate=True)


def _text(data: bytes) -> str:
    """In UTF-16 or UTF-32 every second byte or more of such a text is nothing; else UTF-8, or the bytes as they are."""
    if data.count(0) * 3 > len(data):
        return data.replace(b"\0", b"").decode("latin-1")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


def standing_alone(value: str, unit: str = "") -> re.Pattern[str]:
    """Where a value stands by itself, written with a comma, a point or neither: not inside another number, a time or a word."""
    whole, _, decimals = value.partition(",")
    number = f"{re.escape(whole)}[.,]?{decimals}0*" if decimals else rf"{re.escape(whole)}(?:[.,]0+)?"
    after = rf"(?:(?={re.escape(unit)})|(?!\w))" if unit else r"(?!\w)"
    return re.compile(rf"(?<!\w)(?<!\d[.,:\-/]){number}{after}(?![.,:\-/]\d)", re.IGNORECASE)
