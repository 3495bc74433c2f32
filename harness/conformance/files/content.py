"""What a file says it is, from its first elements or segments: enough to choose the format, without reading it all.

Nothing is judged here, and nothing is refused: a broken file is recognised by what stands before the fault, so that its own
rules can tell where it breaks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from xml.parsers import expat

FHIR = "http://hl7.org/fhir"
ENOUGH = 400
"""How many of an XML file's first elements are looked at: MedCom's say what they are long before."""

_SLICE = 1 << 16
_HEAD = 1 << 16
_FAR = 1 << 22  # a message says what it is before its first four megabytes are over
_BLANK = re.compile(rb"[\xef\xbb\xbf \t\r\n]*")
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\0<")


class Syntax(StrEnum):
    """How a file is written; the value is what a person calls it."""

    XML = "XML"
    JSON = "JSON"
    EDIFACT = "EDIFACT"
    PACKED = "en besked i dele (multipart)"
    EMPTY = "en tom fil"
    OTHER = "noget andet end XML, JSON og EDIFACT"


@dataclass(frozen=True, slots=True)
class Seen:
    """An XML element at `depth` (the root's is 0): `tag` is `{namespace}name`."""

    depth: int
    tag: str
    attributes: dict[str, str]


@dataclass(frozen=True, slots=True)
class Content:
    """What was seen. `name` is what the file calls itself: the root's tag, a resourceType, or EDIFACT's message type.

    `marks` are the values that tell formats of one name apart: templateIds and the code of a CDA, the tags in a SOAP Header and
    Body or an Emessage, a FHIR message's profiles, event and type of document, and the names in a JSON object. `profiles` are
    those the FHIR resource itself declares.
    """

    syntax: Syntax
    name: str = ""
    marks: frozenset[str] = frozenset()
    profiles: tuple[str, ...] = ()


def look(data: bytes) -> Content:
    """What `data` says of itself. Never raises."""
    blank = _BLANK.match(data)
    begin = blank.end() if blank else 0
    start = data[begin : begin + 4096]
    if not start:
        return Content(Syntax.EMPTY)
    if start[:14].lower() == b"<!doctype html":
        return Content(Syntax.OTHER)  # a page of the web, which need not be XML
    if start.startswith(b"<") or data.startswith(_WIDE):
        return _xml(data)
    if start.startswith((b"{", b"[")):
        return _json(data)
    if start.startswith((b"UNA", b"UNB")):
        return _edifact(data)
    if re.search(rb"^--[^\r\n-]", start, re.M) and re.search(rb"^content-(type|id)\s*:", start, re.M | re.I):
        return Content(Syntax.PACKED)
    return Content(Syntax.OTHER)


def first_elements(data: bytes) -> list[Seen]:
    """The first elements of an XML file, also of one that is broken further on."""
    found: list[Seen] = []
    depth = 0
    reader = expat.ParserCreate(namespace_separator="}")

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        if len(found) < ENOUGH:
            found.append(Seen(depth, f"{{{name}" if "}" in name else name, attributes))
        depth += 1

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    reader.StartElementHandler = start
    reader.EndElementHandler = end
    try:
        for at in range(0, min(len(data), _FAR), _SLICE):
            reader.Parse(data[at : at + _SLICE], False)
            if len(found) >= ENOUGH:
                break
    except (expat.ExpatError, LookupError, ValueError):
        pass  # what was seen is what there is
    return found


def _xml(data: bytes) -> Content:
    found = first_elements(data)
    if not found:
        return Content(Syntax.XML)
    profiles = (each.attributes.get("value", "") for each in found if each.depth == 2 and each.tag == f"{{{FHIR}}}profile")
    return Content(Syntax.XML, found[0].tag, frozenset(_xml_marks(found)), tuple(profiles))


def _xml_marks(found: list[Seen]) -> Iterator[str]:
    """Whatever tells: tags at the first depths by their path, and the values of what names a kind."""
    path: list[str] = []
    for each in found:
        del path[each.depth :]
        name = each.tag.rpartition("}")[2]
        path.append(name)
        if each.depth in (1, 2):
            yield f"{path[-2]}/{each.tag}"
        if each.depth == 1 and name in ("templateId", "code"):
            yield each.attributes.get("root", "") or each.attributes.get("code", "")
        if name == "profile" or path[-2:] == ["eventCoding", "code"] or path[-3:] == ["type", "coding", "code"]:
            yield each.attributes.get("value", "")


def _json(data: bytes) -> Content:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        text = data[:_HEAD].decode("utf-8", "replace")
        return Content(Syntax.JSON, _first(r'"resourceType"\s*:\s*"(\w+)"', text), frozenset(_STRINGS.findall(text)))
    if not isinstance(value, dict):
        return Content(Syntax.JSON)
    kind = value.get("resourceType")
    return Content(Syntax.JSON, kind if isinstance(kind, str) else "", frozenset(_json_marks(value)), tuple(_profiles(value)))


_STRINGS = re.compile(r'"([^"\\\n]{1,200})"')


def _json_marks(value: dict[str, Any]) -> Iterator[str]:
    yield from value
    yield from _profiles(value)
    entries = value.get("entry")
    first = entries[0].get("resource") if isinstance(entries, list) and entries and isinstance(entries[0], dict) else None
    if isinstance(first, dict):
        yield from _profiles(first)
        kind = first.get("type")
        codings = kind.get("coding") if isinstance(kind, dict) else None
        for coding in (first.get("eventCoding"), *(codings if isinstance(codings, list) else ())):
            code = coding.get("code") if isinstance(coding, dict) else None
            if isinstance(code, str):
                yield code


def _profiles(resource: dict[str, Any]) -> Iterator[str]:
    meta = resource.get("meta")
    profiles = meta.get("profile") if isinstance(meta, dict) else None
    if isinstance(profiles, list):
        yield from (each for each in profiles if isinstance(each, str))


def _edifact(data: bytes) -> Content:
    text = data[:_HEAD].decode("iso-8859-1").lstrip("\ufeff \t\r\nï»¿")
    element = text[4:5] if text.startswith("UNA") else "+"
    mark = re.escape(element or "+")
    return Content(Syntax.EDIFACT, _first(rf"UNH{mark}[^{mark}]*{mark}([A-Z]{{6}})", text))


def _first(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    return found[1] if found else ""
