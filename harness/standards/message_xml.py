"""How XML is written and read by the names of one namespace: VANSEnvelope, OIOXML, SBDH, and the security headers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lxml import etree

from harness.standards.xml import Element, XmlDocument, local_name

Encoding = Literal["UTF-8", "ISO-8859-1"]


def add(parent: Element, name: str, text: str | None = None) -> Element:
    """A new last child of `parent`, in its namespace. Raises ValueError for text that XML cannot hold (control characters)."""
    child = etree.SubElement(parent, f"{{{etree.QName(parent).namespace}}}{name}")
    child.text = text
    return child


def add_text(parent: Element, name: str, text: str) -> None:
    """The same where there is a text; nothing where it is empty."""
    if text:
        add(parent, name, text)


def written(root: Element, encoding: Encoding) -> bytes:
    """The message as bytes with its XML declaration. What `encoding` has no character for is written as a reference."""
    text = etree.tostring(root, encoding="unicode", pretty_print=True)
    return f'<?xml version="1.0" encoding="{encoding}"?>\n{text}'.encode(encoding, "xmlcharrefreplace")


@dataclass(frozen=True, slots=True)
class MessageReader:
    """Reads `document` by the names that elements have in `namespace`; "" is for elements in none.

    What must be there and is not raises BadInput, in Danish, with line and column.
    """

    document: XmlDocument
    namespace: str

    def all(self, parent: Element, *names: str) -> list[Element]:
        """Every element at the path `names` below `parent`."""
        return parent.findall("/".join(f"{{{self.namespace}}}{name}" if self.namespace else name for name in names))

    def find(self, parent: Element, *names: str) -> Element | None:
        """The first of them, None when there is none."""
        return next(iter(self.all(parent, *names)), None)

    def need(self, parent: Element, name: str) -> Element:
        """The first child `name`, which must be there."""
        found = self.find(parent, name)
        if found is None:
            raise self.document.bad(parent, f"{name} mangler i {local_name(parent)}")
        return found

    def one(self, parent: Element, name: str) -> Element:
        """The one child `name` that there must be."""
        found = self.all(parent, name)
        if len(found) != 1:
            raise self.document.bad(found[1] if found else parent, f"{name} skal stå netop én gang, og står {len(found)} gange")
        return found[0]

    def text(self, parent: Element, *names: str) -> str:
        """The whole text at the path `names`, as it stands; empty when it is not there."""
        found = self.find(parent, *names)
        return whole_text(found) if found is not None else ""

    def word(self, parent: Element, *names: str) -> str:
        """The same without white space around it."""
        return self.text(parent, *names).strip()

    def code(self, element: Element) -> str:
        """The element's own text without white space around it; it must not be empty."""
        text = whole_text(element).strip()
        if not text:
            raise self.document.bad(element, f"{local_name(element)} er tom")
        return text


def whole_text(element: Element) -> str:
    """All text of the element, its marked-up parts included; comments are none."""
    return str(element.xpath("string()"))
