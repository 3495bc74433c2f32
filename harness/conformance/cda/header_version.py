"""A CDA document that takes the place of another: the same set, a higher version."""

from __future__ import annotations

import re

from harness.conformance.cda.document import EXAMPLES, SCHEMA, header_rule
from harness.conformance.cda.element import has, shown
from harness.conformance.rule import Breach, NotJudged, Outcome
from harness.domain.grade import Grade
from harness.standards.cda.codes import NAMESPACES
from harness.standards.xml import Element, XmlDocument


@header_rule(
    11, "Et dokument, der erstatter et andet, har samme setId og et højere versionNumber", Grade.F2, f"{SCHEMA}; {EXAMPLES}"
)
def replacement(document: XmlDocument) -> Outcome:
    """relatedDocument has one of the schema's three kinds and an id; for RPLC, another's id, and setId and versionNumber where
    both have them.
    """
    root = document.root
    related = root.findall("cda:relatedDocument", NAMESPACES)
    if not related:
        return NotJudged("dokumentet erstatter ikke et andet")
    breaches: list[Breach] = []
    for each in related:
        if each.get("typeCode") not in ("RPLC", "APND", "XFRM"):
            breaches.append(Breach(document.at(each, "typeCode"), "RPLC, APND eller XFRM", each.get("typeCode") or "mangler"))
        breaches += has(document, each, "parentDocument/id")
    for parent in root.findall("cda:relatedDocument[@typeCode='RPLC']/cda:parentDocument", NAMESPACES):
        old, own = parent.find("cda:setId", NAMESPACES), root.find("cda:setId", NAMESPACES)
        if old is not None and own is not None and _identity(old) != _identity(own):
            breaches.append(Breach(document.at(old), f"samme setId som dokumentet: {shown(own)}", shown(old)))
        for name in parent.findall("cda:id", NAMESPACES):
            if name.get("root") and any(_identity(name) == _identity(each) for each in root.findall("cda:id", NAMESPACES)):
                breaches.append(Breach(document.at(name), "et andet dokuments id", f"dokumentets eget: {shown(name)}"))
        before, after = (_version(each) for each in (parent, root))
        if before is not None and after is not None and before >= after:
            place = parent.find("cda:versionNumber", NAMESPACES)
            assert place is not None  # it has a version
            breaches.append(Breach(document.at(place, "value"), f"et versionNumber lavere end {after}", str(before)))
    return tuple(breaches)


def _identity(element: Element) -> tuple[str, str]:
    return element.get("root", "").casefold(), element.get("extension", "").casefold()


def _version(element: Element) -> int | None:
    found = element.find("cda:versionNumber", NAMESPACES)
    value = "" if found is None else found.get("value", "").strip()
    return int(value) if re.fullmatch(r"[0-9]{1,18}", value) else None
