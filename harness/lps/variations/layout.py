"""White space between the elements of an XML document: put in, or taken out, where no text is (W3C, XML 1.0, 2.10)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from harness.standards.xml import Element

_NARRATIVE: Final = ("{urn:hl7-org:v3}text", "{http://www.w3.org/1999/xhtml}div")
"""What people read as it stands."""


def _without_text(root: Element) -> Iterator[Element]:
    """The elements that hold elements and nothing else, outside of what people read as it stands."""
    if root.tag in _NARRATIVE:
        return
    children = list(root)
    if children and not any((text or "").strip() for text in (root.text, *(each.tail for each in children))):
        yield root
    for child in root.iterchildren("*"):
        yield from _without_text(child)


def _indent(root: Element) -> None:
    for element in list(_without_text(root)):
        depth = sum(1 for _ in element.iterancestors())
        element.text = "\n" + "    " * (depth + 1)
        for child in element:
            child.tail = "\n" + "    " * (depth + (child.getnext() is not None))


def _on_one_line(root: Element) -> None:
    for element in list(_without_text(root)):
        element.text = None
        for child in element:
            child.tail = None


LAYOUTS: Final[Mapping[str, Callable[[Element], None]]] = {
    "xml-indrykket": _indent,
    "xml-på-én-linje": _on_one_line,
}
"""By the variation's id; the document is changed."""
