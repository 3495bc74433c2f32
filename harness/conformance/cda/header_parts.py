"""The parts of a CDA header, and the types of its elements, as HL7's schema has them."""

from __future__ import annotations

import re

from harness.conformance.cda.document import SCHEMA, TOOL, header_rule
from harness.conformance.cda.element import carries, has, shown
from harness.conformance.rule import HOLDS, Breach, Outcome
from harness.conformance.subject import some
from harness.domain.grade import Grade
from harness.standards.cda import codes
from harness.standards.cda.codes import HL7, NAMESPACES
from harness.standards.xml import XmlDocument, local_name


@header_rule(
    1, "Headeren har de dele, som skemaet kræver, og ikke flere end det tillader", Grade.F2, f"{SCHEMA}; {TOOL} (uniqueId)"
)
def mandatory_parts(document: XmlDocument) -> Outcome:
    """One breach for each part that is missing or stands too often; typeId has the one value there is, and the id has a root."""
    return schema_parts(document)


def schema_parts(document: XmlDocument) -> tuple[Breach, ...]:
    """A breach for each part of the header that the schema asks for and that is missing, stands too often or says nothing."""
    root = document.root
    breaches = [*carries(document, root, "typeId", root=codes.TYPE_ID_ROOT, extension=codes.TYPE_ID)]
    for name in ("id", "code", "effectiveTime", "confidentialityCode", "recordTarget", "author", "custodian", "component"):
        breaches += has(document, root, name)
    breaches += [
        Breach(document.at(each), "id med root", shown(each))
        for each in root.findall("cda:id", NAMESPACES)
        if not each.get("root", "").strip()
    ]
    for name in _AT_MOST_ONCE:
        found = root.findall(f"cda:{name}", NAMESPACES)
        if len(found) > 1:
            breaches.append(Breach(document.at(found[1]), f"{name} højst én gang", f"{len(found)} gange"))
    return tuple(breaches)


_AT_MOST_ONCE = (
    "typeId", "id", "code", "title", "effectiveTime", "confidentialityCode", "languageCode", "setId", "versionNumber",
    "custodian", "component",
)  # fmt: skip
_ORDER = (
    "realmCode", "typeId", "templateId", "id", "code", "title", "effectiveTime", "confidentialityCode", "languageCode", "setId",
    "versionNumber", "copyTime", "recordTarget", "author", "dataEnterer", "informant", "custodian", "informationRecipient",
    "legalAuthenticator", "authenticator", "participant", "inFulfillmentOf", "documentationOf", "relatedDocument",
    "authorization", "componentOf", "component",
)  # fmt: skip


def other_body(document: XmlDocument) -> tuple[Breach, ...]:
    """A breach when the body is a file (nonXMLBody) and not sections."""
    found = document.root.find("cda:component/cda:nonXMLBody", NAMESPACES)
    return () if found is None else (Breach(document.at(found), "structuredBody med afsnit", "nonXMLBody"),)


@header_rule(2, "Hovedets dele står i skemaets rækkefølge, og ingen af dem er fremmed i CDA", Grade.F3, SCHEMA)
def order_of_parts(document: XmlDocument) -> Outcome:
    """The first part out of order, or unknown, in the namespace of CDA. Parts in other namespaces are extensions."""
    latest = 0
    for each in document.root.iterchildren(f"{{{HL7}}}*"):
        name = local_name(each)
        if name not in _ORDER:
            return (Breach(document.at(each), "en af CDA-hovedets dele", name),)
        if _ORDER.index(name) < latest:
            return (Breach(document.at(each), f"{name} før {_ORDER[latest]}", f"{name} efter {_ORDER[latest]}"),)
        latest = _ORDER.index(name)
    return HOLDS


@header_rule(7, "xsi:type på et element, der har en fast type, er den type", Grade.F3, SCHEMA)
def types(document: XmlDocument) -> Outcome:
    """Only elements whose type no profile can narrow: see `_FIXED`."""
    return fixed_types(document)


def fixed_types(document: XmlDocument) -> Outcome:
    """A breach for each element whose `xsi:type` is not the one type that the schema gives it."""
    breaches = []
    for element in document.root.iterfind(f".//*[@{codes.XSI_TYPE}]"):
        if not element.tag.startswith(f"{{{HL7}}}"):
            continue
        parent, name = element.getparent(), local_name(element)
        fixed = _FIXED.get(name) or (_FIXED_IN.get((local_name(parent), name)) if parent is not None else None)
        found = element.get(codes.XSI_TYPE, "").rpartition(":")[2].strip()
        if fixed and found != fixed:
            breaches.append(Breach(document.at(element, "type"), fixed, found or "tom"))
    return tuple(breaches)


# POCD_MT000040_SDTC.xsd gives these names one type wherever they stand. Coded elements (CD, CE) are not among them: a profile
# may narrow them, and its own type would be right.
_FIXED = {
    "realmCode": "CS",
    "templateId": "II",
    "id": "II",
    "setId": "II",
    "versionNumber": "INT",
    "languageCode": "CS",
    "statusCode": "CS",
    "title": "ST",
    "birthTime": "TS",
    "addr": "AD",
    "telecom": "TEL",
}
_FIXED_IN = {
    ("ClinicalDocument", "effectiveTime"): "TS",
    ("author", "time"): "TS",
    ("serviceEvent", "effectiveTime"): "IVL_TS",
    ("act", "effectiveTime"): "IVL_TS",
    ("encounter", "effectiveTime"): "IVL_TS",
    ("observation", "effectiveTime"): "IVL_TS",
    ("patient", "name"): "PN",
    ("assignedPerson", "name"): "PN",
    ("providerOrganization", "name"): "ON",
    ("representedOrganization", "name"): "ON",
    ("representedCustodianOrganization", "name"): "ON",
}


@header_rule(15, "Tal er skrevet som tal", Grade.F3, f"{SCHEMA}, datatyperne INT, REAL og PQ")
def numbers(document: XmlDocument) -> Outcome:
    """The value of every element whose type is INT, REAL or PQ by its `xsi:type`, and of versionNumber. It may be left out."""
    typed = ((each, each.get(codes.XSI_TYPE, "").rpartition(":")[2].strip()) for each in document.root.iter(f"{{{HL7}}}*"))
    kinds = ((each, "INT" if local_name(each) == "versionNumber" else kind) for each, kind in typed if "value" in each.attrib)
    return some(
        Breach(document.at(each, "value"), _NUMBERS[kind][0], each.get("value") or "tomt")
        for each, kind in kinds
        if kind in _NUMBERS and not _NUMBERS[kind][1].fullmatch(each.get("value", "").strip())
    )


_WHOLE = ("et helt tal", re.compile(r"[+-]?[0-9]+"))
_REAL = ("et tal, fx 12.5", re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"))
_NUMBERS = {"INT": _WHOLE, "REAL": _REAL, "PQ": _REAL}
