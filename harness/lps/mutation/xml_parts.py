"""The parts of an XML message by their places in its bytes: what is changed is changed there, and every other byte stays."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat
from xml.sax.saxutils import escape, unescape

_ATTRIBUTE: Final = re.compile(rb"""\s+([^\s=>/]+)\s*=\s*("[^"]*"|'[^']*')""")
_START: Final = re.compile(rb"""<(?:[^>"']|"[^"]*"|'[^']*')*>""")
_ENCODING: Final = re.compile(rb"""^\s*<\?xml[^>]*encoding=["']([\w-]+)["']""")
_QUOTES: Final = {"&quot;": '"', "&apos;": "'"}
_TOLD_BY: Final = {
    "Slot": "@name",
    "Attribute": "@Name",
    "AttributeStatement": "@id",
    "Classification": "@classificationScheme",
    "ExternalIdentifier": "@identificationScheme",
    "Association": "@associationType",
    "templateId": "@root",
    "id": "@root",
    "section": "code/@code",
    "observation": "code/@code",
    "Scope": "Type",
    "ServiceTag": "@name",
    "identifier": "system/@value",
    "coding": "system/@value",
    "extension": "@url",
}
"""What tells elements of one name apart, where the standard says so: an attribute, a child, or a child's attribute."""


@dataclass(slots=True)
class _Element:
    name: str
    start: int
    inner: int
    """Where its content begins; past its end when it has no end tag of its own."""
    close: int = 0
    end: int = 0
    attributes: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    """By name: where it begins (with the space before it), and where its value begins and ends."""
    children: list[_Element] = field(default_factory=list)
    path: str = ""


@dataclass(frozen=True, slots=True)
class _Part:
    """One part in one place: what goes when it is removed, and what is its value (None: it has none of its own)."""

    path: str
    whole: tuple[int, int]
    value: tuple[int, int] | None
    quoted: bool = False


def paths(data: bytes) -> dict[str, bool]:
    """The path of every element and attribute, in the order they come, and whether it has a value of its own."""
    found: dict[str, bool] = {}
    for each in _parts(data):
        found[each.path] = found.get(each.path, False) or each.value is not None
    return found


def edited(data: bytes, edits: Mapping[str, Callable[[str], str] | None]) -> bytes:
    """`data` with each element or attribute at the paths left out (None), or with its value made new.

    Raises UnicodeEncodeError for a character its encoding has not.
    """
    done, at = b"", 0
    for start, stop, written in sorted(_cuts(data, edits)):
        if start >= at:  # else it is in what is left out
            done, at = done + data[at:start] + written, stop
    return done + data[at:]


def _cuts(data: bytes, edits: Mapping[str, Callable[[str], str] | None]) -> Iterator[tuple[int, int, bytes]]:
    """From where to where, and what is to stand there."""
    encoding = _encoding(data)
    for each in _parts(data):
        if each.path not in edits:
            continue
        new = edits[each.path]
        if new is None:
            yield (*each.whole, b"")
        elif each.value is not None:
            text = new(unescape(data[slice(*each.value)].decode(encoding), _QUOTES))
            written = escape(text, {'"': "&quot;", "'": "&apos;"} if each.quoted else {})
            yield (*each.value, written.encode(encoding))


def _encoding(data: bytes) -> str:
    found = _ENCODING.match(data)
    return found[1].decode("ascii") if found else "utf-8"


def _parts(data: bytes) -> Iterator[_Part]:
    root = _read(data)
    root.path = root.name
    todo = [root]
    while todo:
        each = todo.pop()
        yield _Part(each.path, (each.start, each.end), _text(data, each))
        for name, (start, value, end) in each.attributes.items():
            yield _Part(f"{each.path}/@{name}", (start, end + 1), (value, end), quoted=True)
        for child in each.children:
            child.path = f"{each.path}/{child.name}{_told(data, child)}"
        todo += reversed(each.children)


def _read(data: bytes) -> _Element:
    """The elements with their places. Raises expat.ExpatError for what is no XML."""
    reader = expat.ParserCreate()
    top = _Element("", 0, 0)
    stack = [top]

    def start(tag: str, _attributes: dict[str, str]) -> None:
        at = reader.CurrentByteIndex
        opening = _START.match(data, at)
        assert opening is not None, "expat has read it"
        element = _Element(tag.rpartition(":")[2], at, opening.end())
        for found in _ATTRIBUTE.finditer(data, at, opening.end()):
            name = found[1].decode("utf-8")
            if not (name == "xmlns" or name.startswith("xmlns:")):
                element.attributes[name.rpartition(":")[2]] = (found.start(), found.start(2) + 1, found.end(2) - 1)
        stack[-1].children.append(element)
        stack.append(element)

    def end(_tag: str) -> None:
        element, at = stack.pop(), reader.CurrentByteIndex
        has_end = data[element.inner - 2 : element.inner] != b"/>"
        element.close = at if has_end else element.inner
        element.end = data.index(b">", at) + 1 if has_end else element.inner

    reader.StartElementHandler, reader.EndElementHandler = start, end
    reader.Parse(data, True)
    return top.children[0]


def _text(data: bytes, element: _Element) -> tuple[int, int] | None:
    """Where its first own text stands; None when it has none. Between elements white space is no text."""
    at = element.inner
    for stop, after in (*((each.start, each.end) for each in element.children), (element.close, element.end)):
        if data[at:stop].strip():
            return at, stop
        at = after
    return None


def _told(data: bytes, element: _Element) -> str:
    """What tells it from others of its name, in brackets; ids that are new each time tell nothing."""
    child, _, attribute = _TOLD_BY.get(element.name, "@").partition("@")
    found: _Element | None = element
    if name := child.strip("/"):
        found = next((each for each in element.children if each.name == name), None)
    if found is None or not (name or attribute):
        return ""
    place = found.attributes.get(attribute, (0, 0, 0))[1:] if attribute else (found.inner, found.close)
    value = data[place[0] : place[1]].decode(_encoding(data))
    fresh = re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", value) and element.name == "id"
    return f"[{value.rpartition('/')[2] if '//' in value else value}]" if value and not fresh else ""
