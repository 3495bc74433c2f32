"""Reads XML that a stranger sent: refuses what is dangerous, and knows line and column of every element.

An expat pass comes first (DOCTYPE, depth and count are refused there, before anything is expanded), then lxml builds the
tree. lxml has no columns and its line numbers stop at 65,535; expat's do neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from lxml import etree

from harness.domain.errors import BadInput
from harness.domain.finding import Location

MAX_DEPTH = 256
MAX_ELEMENTS = 1_000_000

Element = etree._Element


@dataclass(slots=True)
class XmlDocument:
    """A parsed message: its `root`, and `at(element)` for where an element stands. `file` is its name in findings."""

    root: Element
    file: str
    _places: list[tuple[int, int]] = field(repr=False)
    _elements: list[Element] = field(default_factory=list, repr=False)
    _index: dict[Element, int] = field(default_factory=dict, repr=False)
    _names: dict[Element, str] = field(default_factory=dict, repr=False)

    def at(self, element: Element, attribute: str = "") -> Location:
        """Line, column and XPath of `element` (or of its `attribute`, by local name; the place is the element's)."""
        if not self._index:
            self._elements = list(self.root.iter("*"))
            self._index = {found: number for number, found in enumerate(self._elements)}
        line, column = self._places[self._index[element]]
        suffix = f"/@{attribute}" if attribute else ""
        return Location(self.file, line, column, self._path(element) + suffix)

    def bad(self, element: Element, reason: str) -> BadInput:
        """What is wrong at `element`, to be raised."""
        place = self.at(element)
        return BadInput(reason, place.line, place.column)

    def _path(self, element: Element) -> str:
        """As `path_of`; siblings are counted once, however many of them are asked for."""
        parts = []
        node: Element | None = element
        while node is not None:
            if node not in self._names:
                self._names |= _names_among(node)
            parts.append(self._names[node])
            node = node.getparent()
        return "/" + "/".join(reversed(parts))


def parse(data: bytes, file: str) -> XmlDocument:
    """The document in `data`. Raises BadInput (Danish reason, line and column) for anything that is not safe, whole XML."""
    places: list[tuple[int, int]] = []
    depth = 0
    reader = expat.ParserCreate()

    def start(_name: str, _attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        places.append((reader.CurrentLineNumber, reader.CurrentColumnNumber + 1))
        if depth > MAX_DEPTH:
            raise BadInput(f"XML'en er indlejret dybere end {MAX_DEPTH} niveauer", *places[-1])
        if len(places) > MAX_ELEMENTS:
            raise BadInput(f"XML'en har flere end {MAX_ELEMENTS} elementer", *places[-1])

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def doctype(*_ignored: object) -> None:
        raise BadInput(
            "XML'en har en DOCTYPE. Den er ikke tilladt, fordi den kan hente filer eller vokse uden grænse",
            reader.CurrentLineNumber,
            reader.CurrentColumnNumber + 1,
        )

    reader.StartElementHandler = start
    reader.EndElementHandler = end
    reader.StartDoctypeDeclHandler = doctype
    try:
        reader.Parse(data, True)
        root = etree.fromstring(data, _PARSER)
    except expat.ExpatError as error:
        raise BadInput(_danish(error), error.lineno, error.offset + 1) from None
    except (LookupError, ValueError) as error:  # an encoding Python does not know
        raise BadInput(f"XML'ens tegnsæt kan ikke læses ({error})", 1, 1) from None
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise BadInput(f"XML'en kan ikke læses ({error.msg})", line, column) from None
    return XmlDocument(root, file, places)


# Comments are no part of a text, and may stand in the middle of it (XML 1.0, 2.5): without them an element's text is whole.
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, load_dtd=False, remove_comments=True)

_DANISH = {
    "not well-formed (invalid token)": "der står et tegn, som ikke må stå her, eller tegnsættet er et andet end angivet",
    "no element found": "der er ingen XML, eller den stopper for tidligt",
    "mismatched tag": "et element bliver lukket med et andet navn, end det blev åbnet med",
    "junk after document element": "der står noget efter dokumentets sidste element",
    "unclosed token": "et element eller en attribut er ikke afsluttet",
    "undefined entity": "en entitet er ikke defineret",
    "unbound prefix": "et navnerumspræfiks er ikke erklæret",
    "duplicate attribute": "samme attribut står to gange",
    "unknown encoding": "tegnsættet er ukendt",
    "encoding specified in XML declaration is incorrect": "tegnsættet er et andet end det, XML-erklæringen angiver",
}


def _danish(error: expat.ExpatError) -> str:
    english = expat.ErrorString(error.code) or "ukendt fejl"
    return f"XML'en kan ikke læses: {_DANISH.get(english, english)}"


def path_of(element: Element) -> str:
    """The XPath of `element` by local names, with a position only where siblings share the name."""
    nodes = [element, *element.iterancestors()]
    return "/" + "/".join(_names_among(node)[node] for node in reversed(nodes))


def _names_among(node: Element) -> dict[Element, str]:
    """What `node` and each of its siblings is called in a path."""
    parent = node.getparent()
    if parent is None:
        return {node: local_name(node)}
    same: dict[str, list[Element]] = {}
    for sibling in parent.iterchildren("*"):
        same.setdefault(local_name(sibling), []).append(sibling)
    return {
        each: f"{name}[{number}]" if len(alike) > 1 else name
        for name, alike in same.items()
        for number, each in enumerate(alike, 1)
    }


def local_name(element: Element) -> str:
    """The element's name without its namespace."""
    return etree.QName(element).localname


def text_of(element: Element) -> str:
    """All text inside `element`, with runs of white space as one space. Lines, table cells and items stay apart."""
    return " ".join("".join(_texts(element)).split())


_APART = frozenset({"br", "caption", "item", "li", "p", "paragraph", "td", "th"})  # of CDA's narrative and of XHTML


def _texts(element: Element) -> Iterator[str]:
    gap = " " if local_name(element) in _APART else ""
    yield gap + (element.text or "")
    for child in element:
        if isinstance(child.tag, str):  # comments and processing instructions are no text, but text follows them
            yield from _texts(child)
        yield child.tail or ""
    yield gap
