"""What is packed in what others send: Base64, zip, gzip and zlib, each read to a limit; and what is written in another way."""

from __future__ import annotations

import base64
import binascii
import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Final

UNREADABLE: Final = (
    *(OSError, EOFError, ValueError, RuntimeError, NotImplementedError),
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
)
"""What the standard library raises for a member or a whole zip that is damaged, encrypted or packed in an unknown way."""
_GZIP: Final = 16
"""What zlib adds to its window to read gzip."""
_UNPACKED: Final[Mapping[bytes, int]] = {b"\x1f\x8b": _GZIP, b"\x78\x01": 0, b"\x78\x9c": 0, b"\x78\xda": 0}
_ZIP: Final = b"PK\x03\x04"
_LARGEST: Final = 50_000_000
"""Bytes that are read of what one message is packed around: a few bytes can be packed so that they fill a disk."""
_BREAK = re.compile(rb"\\[nrt]|&#(?:x0*[9ADad]|0*(?:9|10|13));")
_BASE64 = re.compile(rb"[A-Za-z0-9+/\\]{40,}(?:\s+[A-Za-z0-9+/\\]+)*+={0,2}")
_WRITTEN_DIGIT = re.compile(rb"%(?:25)*3(\d)|&#(?:0*(?:4([89])|5([0-7]))|x0*3(\d));|\\u003(\d)")
"""A digit as an address, XML and JSON may write it."""
_RUN: Final = b"x" * 40
_AS_RUNS: Final = re.sub(rb"[A-Za-z0-9+/\\]", b"x", re.sub(rb"[^A-Za-z0-9+/\\]", b" ", bytes(range(256))))
"""What Base64 is written with becomes `x`: where forty of them stand is found ten times as fast as by the pattern."""


def with_plain_breaks(body: bytes) -> bytes:
    """`body`, as long as before, with a space for each line break, however it is written."""
    if b"\\" not in body and (b"&" not in body or b"&#" not in body):
        return body
    return _BREAK.sub(lambda found: b" " * len(found[0]), body)


def packed_in(body: bytes) -> Iterator[tuple[tuple[int, int], bytes]]:
    """What is packed as Base64 in `body`, whose line breaks are plain: where it stands, and what it is."""
    runs = body.translate(_AS_RUNS)
    at = runs.find(_RUN)
    while at >= 0 and (match := _BASE64.match(body, at)):
        inner = _decoded(match[0])
        if inner:
            yield match.span(), inner
        at = runs.find(_RUN, match.end())


def _decoded(text: bytes) -> bytes:
    """What stands in Base64, also when JSON has written its `/` as `\\/`, and when words follow it."""
    compact = b"".join(text.split()).replace(b"\\", b"").rstrip(b"=")
    whole = compact[:-1] if len(compact) % 4 == 1 else compact
    try:
        return base64.b64decode(whole + b"=" * (-len(whole) % 4), validate=True)
    except binascii.Error:
        return b""


def with_plain_digits(body: bytes) -> bytes:
    """`body` with a digit where the code of one is written: `%30`, `&#48;`, `&#x30;`, `\\u0030`; also twice (`%2530`)."""
    # One character is looked for several times as fast as two.
    if b"%" not in body and (b"&" not in body or b"&#" not in body) and (b"\\" not in body or b"\\u003" not in body):
        return body
    return _WRITTEN_DIGIT.sub(_digit, body)


def _digit(found: re.Match[bytes]) -> bytes:
    address, eight_nine, below, entity, escape = found.groups()
    if eight_nine:
        return b"0" if eight_nine == b"8" else b"1"
    return b"%d" % (int(below) + 2) if below else bytes(address or entity or escape)


def may_be_opened(data: bytes) -> bool:
    """Whether it begins as a zip does, or what is packed with gzip or zlib."""
    return data[:2] in _UNPACKED or data.startswith(_ZIP)


def opened(data: bytes) -> list[bytes]:
    """What is in a zip, or packed with gzip or zlib, as far as the limit; empty when `data` is none of them."""
    try:
        if data[:2] in _UNPACKED:
            return list(_inflated(data, _UNPACKED[data[:2]]))
        if data.startswith(_ZIP):
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                return list(_members(packed))
    except UNREADABLE:
        pass  # it only begins like one, or is locked, so it is read as it stands
    return []


def _inflated(data: bytes, form: int) -> Iterator[bytes]:
    """Each of the streams that stand after one another, and what stands after the last of them."""
    left = _LARGEST
    while data and left > 0:
        stream = zlib.decompressobj(form + zlib.MAX_WBITS)
        try:
            content = stream.decompress(data, left)
        except zlib.error:
            if left == _LARGEST:
                raise
            yield data
            return
        left, data = left - len(content), stream.unused_data
        yield content


def _members(packed: zipfile.ZipFile) -> Iterator[bytes]:
    left = _LARGEST
    for each in packed.infolist():
        try:
            with packed.open(each) as member:
                content = member.read(left)
        except UNREADABLE:
            continue  # the others can be read all the same
        left -= len(content)
        yield content
