"""Holds XML against a schema (XSD) the tester has pointed at. What a schema includes or imports must lie in the same folder.

libxml2 does the work. Before it sees a schema, every file it would load is looked at here: read as a stranger's XML, and found
below the folder; so nothing is fetched, neither from the network nor from elsewhere on the disk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from lxml import etree

from harness.domain.errors import BadInput
from harness.standards.xml import Element, XmlDocument, parse

XS = "http://www.w3.org/2001/XMLSchema"
MOST_FILES = 500
_LOADS = tuple(f"{{{XS}}}{name}" for name in ("include", "import", "redefine", "override"))


@dataclass(frozen=True, slots=True)
class SchemaFault:
    """One place where a document breaks its schema: the `element`, and libxml2's own (English) words."""

    element: Element
    text: str


@dataclass(slots=True)
class Schema:
    """A schema ready for use. `name` is its file's name; `version` what it says of itself, else empty."""

    name: str
    version: str
    _compiled: etree.XMLSchema = field(repr=False)

    def faults(self, element: Element, most: int) -> tuple[list[SchemaFault], int]:
        """The first `most` places where `element`, or what is in it, breaks the schema, in order; and how many there are."""
        if self._compiled.validate(element):
            return [], 0
        log: Any = self._compiled.error_log  # the stubs do not know that it can be read
        spaces = {prefix: space for each in element.iter("*") for prefix, space in each.nsmap.items() if prefix}
        places = [SchemaFault(_at(element, each.path or "", spaces), each.message) for each in islice(log, most)]
        return places, len(log)


def declared(document: XmlDocument) -> frozenset[str]:
    """The elements a schema file declares for use as a root, as `{namespace}name`; none when it is no schema."""
    if document.root.tag != f"{{{XS}}}schema":
        return frozenset()
    space = document.root.get("targetNamespace", "")
    names = (each.get("name", "") for each in document.root.findall(f"{{{XS}}}element"))
    return frozenset(f"{{{space}}}{name}" if space else name for name in names)


def read_schema(file: Path, folder: Path) -> Schema:
    """The schema in `file`, with what it includes and imports below `folder`.

    Raises BadInput (Danish) when one of them is not safe XML, lies elsewhere, is missing, or the whole is no schema.

        read_schema(folder / "infrastructure/cda/CDA_SDTC.xsd", folder).faults(document.root, 50)
    """
    top = folder.resolve()
    seen: dict[Path, XmlDocument] = {}
    waiting = [_inside(file, top, file.name)]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        if len(seen) == MOST_FILES:
            raise BadInput(f"skemaet består af flere end {MOST_FILES} filer")
        seen[path] = _read(path)
        waiting += [_inside(path.parent / unquote(place), top, place) for place in _places(seen[path])]
    try:
        compiled = etree.XMLSchema(etree.parse(file.resolve(), _PARSER))
    except (etree.XMLSchemaParseError, etree.XMLSyntaxError, OSError) as error:
        raise BadInput(f"{file.name} kan ikke bruges som skema: {error}") from None
    return Schema(file.name, seen[file.resolve()].root.get("version", ""), compiled)


_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def _read(path: Path) -> XmlDocument:
    try:
        return parse(path.read_bytes(), path.name)
    except BadInput as bad:
        raise BadInput(f"{path.name}: {bad.reason}", bad.line, bad.column) from None
    except OSError as error:
        raise BadInput(f"{path.name} kan ikke læses ({error.strerror})") from None


def _places(document: XmlDocument) -> Iterator[str]:
    return (place for each in document.root.iter(*_LOADS) if (place := each.get("schemaLocation")))


def _inside(path: Path, top: Path, said: str) -> Path:
    """`path`, when it lies below `top` and is there. A network address never does."""
    found = path.resolve()
    if "://" in said or not found.is_relative_to(top):
        raise BadInput(f"skemaet henviser til {said}, som ligger uden for mappen. Der hentes intet udefra")
    if not found.is_file():
        raise BadInput(f"skemaet henviser til {said}, som ikke er i mappen")
    return found


def _at(root: Element, path: str, spaces: dict[str, str]) -> Element:
    """The element at libxml2's path, which begins at `root`; the root where it tells none."""
    steps = path.split("/")[2:]
    if not steps:
        return root
    try:
        found = root.xpath("/".join(steps), namespaces=spaces)
    except etree.XPathError:
        return root
    first = found[0] if isinstance(found, list) and found else root
    return first if isinstance(first, etree._Element) else root
