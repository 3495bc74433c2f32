"""PDC-DK, a patient's stamkort: the shared header around what is said in words.

What its entries say is not sourced, only the numbers of their templates; so none is written, and those of others are only named.
"""

from __future__ import annotations

from dataclasses import dataclass

from harness.standards.cda import codes
from harness.standards.cda.codes import HL7, NAMESPACES
from harness.standards.cda.header import Header, build_document, plain, read_header
from harness.standards.cda.parts import component, part
from harness.standards.xml import XmlDocument


@dataclass(frozen=True, slots=True)
class Stamkort:
    """A stamkort. `lines` are its text, `entries` the numbers of the entry templates that stand in it (20–30), once each."""

    header: Header
    lines: tuple[str, ...]
    entries: tuple[int, ...] = ()


def build_pdc(stamkort: Stamkort) -> bytes:
    """The stamkort as a CDA document, without entries. No text may have characters outside XML (ValueError)."""
    text = part("text", *(part("paragraph", line) for line in stamkort.lines))
    return build_document(codes.PDC, stamkort.header, component(part("title", stamkort.header.title), text))


def read_pdc(document: XmlDocument) -> Stamkort:
    """What the stamkort says. Raises BadInput with its place when it is no PDC-DK, or a part of its header cannot be read."""
    header = read_header(document, codes.PDC)
    paragraphs = document.root.findall(".//cda:section/cda:text/cda:paragraph", NAMESPACES)
    templates = {each.get("root", "") for each in document.root.iter(f"{{{HL7}}}templateId")}
    entries = tuple(number for number in codes.PDC_ENTRY_NUMBERS if f"{codes.PDC_ENTRIES}.{number}" in templates)
    return Stamkort(header, tuple(plain(each) for each in paragraphs), entries)
