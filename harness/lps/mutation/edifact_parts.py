"""The parts of an EDIFACT message by their places in its bytes: what is changed is changed there, and every other byte stays.

Only the count of segments in UNT follows: who leaves a segment out counts one less.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
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


def without(data: bytes, path: str) -> bytes:
    """`data` without the segments or components at `path`; UNT counts what is left."""
    interchange, placed = _placed(data)
    gone = 0
    for each in reversed(placed):
        if each.path == path:
            data = data[: each.start] + data[each.after :]
            gone += each.segment.tag not in ("UNB", "UNZ", "UNA")
        elif f"{each.path}/fil" == path:
            data = data[: each.end] + data[each.after :]
        else:
            data = _with(data, interchange, each, path, lambda _: "")
    return _recounted(data, gone) if gone and not path.startswith(("UNT", "UNH")) else data


def rewritten(data: bytes, path: str, new: Callable[[str], str]) -> bytes:
    """`data` with each component at `path` made new. Raises UnicodeEncodeError for a character ISO-8859-1 has not."""
    interchange, placed = _placed(data)
    for each in reversed(placed):
        if f"{each.path}/fil" == path:
            file = new(data[each.end : each.after].decode(ENCODING)).encode(ENCODING)
            data = data[: each.end] + file + data[each.after :]
        else:
            data = _with(data, interchange, each, path, new)
    return data


def _with(data: bytes, interchange: Interchange, each: _Placed, path: str, new: Callable[[str], str]) -> bytes:
    if not path.startswith(f"{each.path}/"):
        return data
    wanted = path.removeprefix(f"{each.path}/")
    elements = [list(components) for components in each.segment.elements]
    for element, component, value in _values(each.segment):
        if value and f"{element}.{component}" == wanted:
            elements[element - 1][component - 1] = new(value)
    changed = segment(each.segment.tag, *(tuple(components) for components in elements))
    if tuple(tuple(components) for components in elements) == each.segment.elements:
        return data
    return data[: each.start] + _bytes(interchange, changed) + data[each.end :]


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
