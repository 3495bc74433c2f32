"""The lines of a recorded message around the place a finding names, as they may be shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.domain.errors import BadInput
from harness.domain.event import Body, Exchanged, ForeignCpr
from harness.domain.finding import Location
from harness.domain.review import Cleared
from harness.record.packed import packed_in, with_plain_breaks
from harness.standards.mtom import inlined

_AROUND = 2
_BEFORE, _WIDTH = 60, 200
"""A long line is shown from so many characters before the place, and so many in all."""
_DEEPEST = 3
"""A letter lies in an envelope, a document in a letter."""

_BREAK = re.compile(r"\r\n|\r|\n")
_ROOT = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>]*>)*<(?:[\w.-]+:)?([\w.-]+)", re.S)
_ENCODING = re.compile(rb"<\?xml[^>]*encoding=[\"']([\w.-]+)")
_PACKED = re.compile(r"[A-Za-z0-9+/]{65,}={0,2}…?")
"""Base64: longer than the longest hash that is written in digits, which may be what is wrong."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a message; `here` is the one the finding names. What is long in it is cut with `…`."""

    number: int
    text: str
    here: bool


def lines_at(
    place: Location,
    exchange: Exchanged,
    evidence: Path,
    foreign: Iterable[ForeignCpr] = (),
    cleared: Iterable[Cleared] = (),
) -> tuple[Line, ...]:
    """The line at `place` with those beside it; none where it names no line, or not one of this message.

    It is looked for in the message and in what is packed in it, and told by the first name of the path. A number that looked like
    a `foreign` CPR number is hidden, unless a person has `cleared` it. Raises FileNotFoundError for evidence that is not there.
    """
    if place.line is None:
        return ()
    seen = {(each.sha256, each.start, each.end) for each in cleared}
    hidden = [each for each in foreign if not each.stopped and (each.sha256, each.start, each.end) not in seen]
    sides = [(exchange.request, exchange.request_headers), (exchange.response, exchange.response_headers)]
    for body, headers in sides if exchange.sender == "lps" else reversed(sides):
        if not body.sha256:
            continue
        try:
            outer = inlined(_masked(body, evidence, hidden), headers)
        except BadInput:  # what is wrong may be the package itself: then it has no line to show
            continue
        for layer in _layers(outer):
            if _speaks_of(place, layer, exchange.exchange if layer is outer else ""):
                return _lines(_text(layer), place.line, place.column)
    return ()


def _masked(body: Body, evidence: Path, hidden: Iterable[ForeignCpr]) -> bytes:
    """The bytes, with those to be hidden as asterisks: no Base64, so what is packed there is not looked into either."""
    data = bytearray((evidence / body.sha256).read_bytes())
    for each in hidden:
        if each.sha256 == body.sha256:
            data[each.start : each.end] = b"*" * (each.end - each.start)
    return bytes(data)


def _layers(data: bytes, depth: int = 0) -> Iterator[bytes]:
    yield data
    if depth < _DEEPEST:
        for _, inner in packed_in(with_plain_breaks(data)):
            yield from _layers(inner, depth + 1)


def _speaks_of(place: Location, data: bytes, exchange: str) -> bool:
    """Whether `place` is one in `data`. A place without a path is one in the message itself, which is called after `exchange`."""
    if b"\0" in data:
        return False
    if not place.path:
        return bool(exchange) and place.file.partition(".")[0] == exchange
    first = place.path.split("/")[1].partition("[")[0].encode()
    if root := _ROOT.match(data):
        return root[1] == first
    return data.lstrip()[:1] in (b"{", b"[") and b'"' + first + b'"' in data


def _text(data: bytes) -> str:
    said = _ENCODING.match(data.lstrip(b"\xef\xbb\xbf \r\n\t"))
    try:
        return data.decode(said[1].decode() if said else "utf-8", "replace")
    except LookupError:
        return data.decode("utf-8", "replace")


def _lines(text: str, wanted: int, column: int | None) -> tuple[Line, ...]:
    every = _BREAK.split(text)
    if wanted > len(every):
        return ()
    numbers = range(max(1, wanted - _AROUND), min(len(every), wanted + _AROUND) + 1)
    return tuple(Line(each, _cut(every[each - 1], column if each == wanted else None), each == wanted) for each in numbers)


def _cut(line: str, column: int | None) -> str:
    start = max(0, (column or 0) - _BEFORE) if len(line) > _WIDTH else 0
    cut = f"{'…' if start else ''}{line[start : start + _WIDTH]}{'…' if start + _WIDTH < len(line) else ''}"
    return _PACKED.sub("…", cut)
