"""GITB's names, and how its elements are written."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from harness.reporting.machine.xml_text import xml_text

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

TR: Final = "http://www.gitb.com/tr/v1/"
CORE: Final = "http://www.gitb.com/core/v1/"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
SUCCESS, FAILURE, WARNING, UNDEFINED = "SUCCESS", "FAILURE", "WARNING", "UNDEFINED"
"""What a test, a step or a whole may come to (TestResultType)."""


def new_root(name: str) -> Element:
    """A report's root."""
    from lxml import etree

    names: Any = {None: TR, "core": CORE, "xsi": XSI}  # its types know no default namespace
    return etree.Element(f"{{{TR}}}{name}", nsmap=names)


def add(parent: Element, name: str, text: str = "", /, **attributes: str | None) -> Element:
    """A new last child of `parent`, in the namespace of reports unless `name` has one."""
    from lxml.etree import SubElement

    child = SubElement(parent, name if name.startswith("{") else f"{{{TR}}}{name}")
    child.text = xml_text(text) or None
    for key, value in attributes.items():
        child.set(key, xml_text(value or ""))
    return child


def named(parent: Element, name: str, description: str) -> None:
    """A name and, where there is one, a description."""
    add(parent, "name", name)
    if description:
        add(parent, "description", description)


def metadata(parent: Element, name: str, description: str = "") -> None:
    """The same as GITB's metadata."""
    told = add(parent, "metadata")
    add(told, f"{{{CORE}}}name", name)
    if description:
        add(told, f"{{{CORE}}}description", description)


def time_of(at: datetime | None) -> str:
    """A time as XML Schema writes it."""
    return at.isoformat(timespec="milliseconds") if at else ""


def as_bytes(root: Element) -> bytes:
    """The file."""
    from lxml.etree import indent, tostring

    indent(root)
    return tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"
