"""Looks through what is to leave the house: no secret and no foreign CPR number may be in it, however it is packed."""

from __future__ import annotations

import codecs
import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any, Final
from urllib.parse import unquote_plus

from harness.domain.event import ForeignCpr
from harness.domain.review import Review
from harness.record.guard import Guard
from harness.record.log import LOG_NAME, REVIEW_NAME
from harness.record.packed import UNREADABLE, packed_in, with_plain_breaks
from harness.record.redaction import secrets_in

_DEEPEST: Final = 8
"""How many times what is packed is unpacked. What lies deeper is refused unseen."""
_TEN_DIGITS: Final = re.compile(rb"(?<!\d)(\d{6})[- ]?(\d{4})(?!\d)")
_OWN_DATA: Final = (".yaml", ".feature")
_NUMBER_HERE: Final = "et CPR-nummer, som ikke er et test-CPR-nummer, skrevet som folk skriver det"
_GZIP: Final = b"\x1f\x8b\x08"
_SAMPLE: Final = 1000
"""Characters by which UTF-16 without a mark is told: of most of them one byte is zero."""
_LARGEST: Final = 200_000_000
"""Bytes of one packed file. A larger one is refused unseen."""
_MOST: Final = 2_000_000_000
"""Bytes of all that is packed in one file. A small file can be packed so that nobody comes to its end."""


@dataclass(frozen=True, slots=True)
class Leak:
    """Something that may not leave: in which file, where in it, and in Danish what kind of thing. Never the thing itself."""

    file: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}{f', {self.where}' if self.where else ''}: {self.what}"


def leaks_in(name: str, data: bytes, guard: Guard) -> list[Leak]:
    """Every secret and foreign CPR number in the file called `name`, also in what is packed in it; each place once."""
    seen = (*_in_name(name, guard), *_in_own(name, data, guard), *_seen(data, _Search(guard, _MOST), 0))
    found = [Leak(_told(name, guard), where, what) for where, what in seen]
    return list(dict.fromkeys(found))


def uncleared(numbers: Iterable[ForeignCpr], review: Review) -> list[ForeignCpr]:
    """The numbers that were kept or shown hidden, and that nobody has said are none. What was stopped was never kept."""
    cleared = {(each.sha256, each.start, each.end) for each in review.cleared}
    return [each for each in numbers if not each.stopped and (each.sha256, each.start, each.end) not in cleared]


def cleared_numbers(review: Review, bytes_of: Callable[[str], bytes]) -> frozenset[str]:
    """The numbers a person has said are no CPR numbers, ten digits each. `bytes_of` gives evidence by its SHA-256."""
    spans = [bytes_of(each.sha256)[each.start : each.end] for each in review.cleared if each.sha256]
    spans += [inner for span in spans for _, inner in packed_in(with_plain_breaks(span))]
    return frozenset((found[1] + found[2]).decode() for span in spans for found in _TEN_DIGITS.finditer(span))


def _told(name: str, guard: Guard) -> str:
    return "En fil, hvis navn ikke kan vises" if list(_in_name(name, guard)) else name


def _in_name(name: str, guard: Guard) -> Iterator[tuple[str, str]]:
    for form in dict.fromkeys((name, unquote_plus(name))):
        for _, what in _plainly(form.encode("utf-8", "replace"), guard):
            yield "navnet", what
        for kind, _ in secrets_in(form.encode("utf-8", "replace"), told=True):
            yield "navnet", kind
        if guard.in_prose(form):
            yield "navnet", _NUMBER_HERE


def _in_own(name: str, data: bytes, guard: Guard) -> Iterator[tuple[str, str]]:
    """What may not stand in texts of ours and of testers, in which nothing is judged: stricter than in a message."""
    if name == LOG_NAME:
        for number, line in enumerate(data.splitlines(keepends=True), 1):
            if _would_be_scrubbed(line, guard):
                yield f"linje {number}", "noget, som en log ikke må indeholde: en hemmelighed eller et fremmed CPR-nummer"
    elif name == REVIEW_NAME or name.endswith(_OWN_DATA):
        for number, written in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
            if guard.in_prose(written):
                yield f"linje {number}", _NUMBER_HERE
        if name != REVIEW_NAME:
            yield from ((_line(data, start), kind) for kind, start in secrets_in(data, told=True))


def _would_be_scrubbed(line: bytes, guard: Guard) -> bool:
    try:
        return guard.scrub(line) != line
    except (ValueError, RecursionError):
        return True  # no line of a log


@dataclass(slots=True)
class _Search:
    """One look through a file: `left` is how many bytes of what is packed in it will still be looked at."""

    guard: Guard
    left: int


def _seen(data: bytes, search: _Search, depth: int) -> Iterator[tuple[str, str]]:
    """Where in `data`, and what: as it is, as a reader of XML, JSON or an address gets it, and inside what is packed in it."""
    search.left -= len(data) if depth else 0
    if depth > _DEEPEST or search.left < 0:
        yield "", f"noget er pakket for {'dybt' if depth > _DEEPEST else 'tæt'} til at blive set efter"
        return
    if zipfile.is_zipfile(io.BytesIO(data)):
        yield from _in_zip(data, search, depth)
        return
    wide = _wide(data)
    if wide:
        yield from _seen(wide.encode(), search, depth + 1)
    if data.startswith(_GZIP):
        yield from _in_gzip(data, search, depth)
    for place, form in _readings(data):
        for line, what in _plainly(form, search.guard):
            yield place or line, what
    for span, inner in packed_in(with_plain_breaks(data)):
        for where, what in _seen(inner, search, depth + 1):
            yield f"{_line(data, span[0])}, pakket som Base64{f', {where}' if where else ''}", what


def _readings(data: bytes) -> Iterator[tuple[str, bytes]]:
    """`data` as different readers get it; with where that is, when the reader's own lines do not tell."""
    yield "", data
    text = data.decode("utf-8", "replace")
    if "&" in text:
        yield "", unescape(text).encode("utf-8", "replace")
    if "%" in text or "Bearer+" in text:
        yield "", unquote_plus(text).encode("utf-8", "replace")
    for place, said in _json_in(text):
        yield place, "\n".join((json.dumps(said, ensure_ascii=False), *_texts(said))).encode("utf-8", "replace")


def _json_in(text: str) -> Iterator[tuple[str, Any]]:
    """The JSON that `text` is, or each of its lines: escapes (as `\\u0031`) resolved. Without any it reads as it stands."""
    for place, part in (
        ("linje 1 og frem", text),
        *((f"linje {number}", line) for number, line in enumerate(text.splitlines(), 1)),
    ):
        if "\\" in part and part.lstrip()[:1] in ("{", "["):
            try:
                said = json.loads(part)
            except (ValueError, RecursionError):
                continue  # it was read as plain text, and that is all it is
            yield place, said
            if part is text:
                return


def _texts(said: Any) -> Iterator[str]:
    match said:
        case str():
            yield said
        case list():
            for each in said:
                yield from _texts(each)
        case dict():
            for name, each in said.items():
                yield name
                yield from _texts(each)


def _wide(data: bytes) -> str:
    """The text of UTF-16, with a mark or without; nothing for other data."""
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if data.startswith(mark):
            return data[2:].decode(encoding, "replace")
    sample = data[: 2 * _SAMPLE]
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if 2 * sample[first::2].count(0) > len(sample) // 2 > 2 * sample[1 - first :: 2].count(0):
            return data.decode(encoding, "replace")
    return ""


def _in_gzip(data: bytes, search: _Search, depth: int) -> Iterator[tuple[str, str]]:
    left = data
    while left.startswith(_GZIP) and search.left >= 0:
        unpacking = zlib.decompressobj(16 + zlib.MAX_WBITS)
        try:
            inner = unpacking.decompress(left, _LARGEST + 1)
        except zlib.error:
            yield "", "gzip-filen kan ikke læses og derfor ikke ses efter"
            return
        if len(inner) > _LARGEST:
            yield "", "filen er for stor til at blive set efter"
            return
        for where, what in _seen(inner, search, depth + 1):
            yield f"pakket med gzip{f', {where}' if where else ''}", what
        if not unpacking.eof:
            yield "", "gzip-filen slutter midt i det hele og kan ikke ses efter"
        left = unpacking.unused_data


def _in_zip(data: bytes, search: _Search, depth: int) -> Iterator[tuple[str, str]]:
    guard = search.guard
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for entry in packed.infolist():
                if search.left < 0:
                    return  # it has been told
                if entry.file_size > _LARGEST:
                    yield _told(entry.filename, guard), "filen er for stor til at blive set efter"
                    continue
                inner = packed.read(entry)
                name = entry.filename
                seen = (*_in_name(name, guard), *_in_own(name, inner, guard), *_seen(inner, search, depth + 1))
                for where, what in seen:
                    yield f"{_told(entry.filename, guard)}{f', {where}' if where else ''}", what
    except UNREADABLE:
        yield "", "zip-filen kan ikke læses og derfor ikke ses efter"


def _plainly(data: bytes, guard: Guard) -> Iterator[tuple[str, str]]:
    for sighting in guard.inspect(data):
        yield _line(data, sighting.start), f"et CPR-nummer, som ikke er et test-CPR-nummer, {sighting.kind}"
    for kind, start in secrets_in(data):
        yield _line(data, start), kind


def _line(data: bytes, at: int) -> str:
    before = data.count(b"\n", 0, at)
    return f"linje {before + 1}"
