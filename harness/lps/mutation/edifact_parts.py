"""The parts of an EDIFACT message by their places in its bytes: what is changed is changed there, and every other byte stays.

Only the count of segments in UNT follows: who leaves a segment out counts one less.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from harness.standards.edi_objects import without_objects
from harness.standards.edifact import ENCODING, Interchange, Segment, build_interchange, read_interchange, segment

_QUALIFIED: Final = frozenset({"NAD", "DTM", "RFF", "PNA", "FTX", "SPR", "INV", "QTY", "MEA", "RNG", "CIN", "HAN", "STS", "LOC"})
"""Segments whose first component says what they are about."""
_GROUP: Final = re.compile(r"S\d\d")
_OBJECT: Final = "UNO"


@dataclass(frozen=True, slots=True)
class _Placed:
    """A segment with its path and the bytes it takes: from `start` to `end`, and on to `after` with what follows it."""

    path: str
    segment: Segment
    start: int
    end: int
    after: int


def paths(data: bytes) -> dict[str, bool]:
    """The path of every segment and component, in the order they come, and whether it has a value of its own."""
    found: dict[str, bool] = {}
    for each in _placed(data)[1]:
        found[each.path] = False
        for element, component, value in _values(each.segment):
            if value:
                found[f"{each.path}/{element}.{component}"] = True
        if each.segment.tag == _OBJECT:
            found[f"{each.path}/fil"] = True
    return found


def edited(data: bytes, edits: Mapping[str, Callable[[str], str] | None]) -> bytes:
    """`data` with the segments or components at the paths left out (None), or with each component there made new.

    UNT counts the segments that are left. Raises UnicodeEncodeError for a character ISO-8859-1 has not.
    """
    interchange, placed = _placed(data)
    gone = 0
    for each in reversed(placed):
        if each.path in edits:  # a segment has no value of its own
            data = data[: each.start] + data[each.after :]
            gone += each.segment.tag not in ("UNA", "UNB", "UNH", "UNT", "UNZ")
            continue
        if f"{each.path}/fil" in edits:
            new = edits[f"{each.path}/fil"]
            file = new(data[each.end : each.after].decode(ENCODING)) if new else ""
            data = data[: each.end] + file.encode(ENCODING) + data[each.after :]
        changed = _changed(each, edits)
        if changed.elements != each.segment.elements:
            data = data[: each.start] + _bytes(interchange, changed) + data[each.end :]
    return _recounted(data, gone) if gone else data


def _changed(each: _Placed, edits: Mapping[str, Callable[[str], str] | None]) -> Segment:
    elements = [list(components) for components in each.segment.elements]
    for element, component, value in _values(each.segment):
        path = f"{each.path}/{element}.{component}"
        if value and path in edits:
            new = edits[path]
            elements[element - 1][component - 1] = new(value) if new else ""
    return segment(each.segment.tag, *(tuple(components) for components in elements))


def _recounted(data: bytes, gone: int) -> bytes:
    count = re.compile(rb"(UNT\+)(\d+)(\+)")
    return count.sub(lambda found: found[1] + str(int(found[2]) - gone).encode() + found[3], data, count=1)


def _values(each: Segment) -> Iterator[tuple[int, int, str]]:
    for element, components in enumerate(each.elements, 1):
        for component, value in enumerate(components, 1):
            yield element, component, value


def _placed(data: bytes) -> tuple[Interchange, list[_Placed]]:
    """The segments where they stand. Raises BadInput for what is no EDIFACT, ValueError for what is written in another way."""
    interchange = read_interchange(without_objects(data)[0])
    found: list[_Placed] = []
    at, group = len(interchange.una), ""
    for each in interchange.segments:
        end = at + len(_bytes(interchange, each))
        after = end + len(each.after)
        if data[at:end] != _bytes(interchange, each):
            raise ValueError(f"segment {each.number} står ikke, som det skrives")
        if _GROUP.fullmatch(each.tag):
            group = f"{each.tag}/"
        own = f"{each.tag}+{each.value(1)}" if each.tag in _QUALIFIED else each.tag
        outside = (each.tag[:2] == "UN" and each.tag != _OBJECT) or _GROUP.fullmatch(each.tag)
        found.append(_Placed(own if outside else group + own, each, at, end, after))
        at = after
    return interchange, found


def _bytes(interchange: Interchange, each: Segment) -> bytes:
    return build_interchange(Interchange((replace(each, after=""),), interchange.service))
