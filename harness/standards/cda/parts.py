"""Elements of CDA still to be written, and how they become bytes."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from lxml import etree

from harness.domain.clock import copenhagen
from harness.standards.cda import codes
from harness.standards.xml import Element

_ROOT = f'<ClinicalDocument xmlns="{codes.HL7}" xmlns:xsi="{codes.XSI}"/>'


class Part(NamedTuple):
    """An element of CDA still to be written: its children or its text, and its attributes."""

    name: str
    content: tuple[Part | str, ...]
    attributes: dict[str, str]


def part(name: str, *content: Part | str, **attributes: str) -> Part:
    """The element `name` with this content: `part("title", "Min plan")`."""
    return Part(name, content, attributes)


def written(document: Part) -> bytes:
    """The ClinicalDocument as UTF-8 with XML declaration. Raises ValueError for a character that XML cannot hold."""
    root = etree.fromstring(_ROOT)
    _write(document, root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def time_of(moment: datetime) -> str:
    """A moment as HL7 writes it: Danish time with its offset, `20261005101500+0200`."""
    return copenhagen(moment).strftime("%Y%m%d%H%M%S%z")


def component(*content: Part) -> Part:
    """A section of the body with this content."""
    section = part("section", *content, classCode="DOCSECT", moodCode="EVN")
    return part("component", section, typeCode="COMP", contextConductionInd="true")


def _write(each: Part, element: Element) -> None:
    for child in each.content:
        if isinstance(child, str):
            element.text = child
        else:
            _write(child, etree.SubElement(element, f"{{{codes.HL7}}}{child.name}", child.attributes))
