"""A CDA document that says the same otherwise (HL7 CDA Release 2; HL7 V3 Data Types Release 1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Final

from lxml import etree

from harness.domain.organisations import ACUTE_TEAM
from harness.standards import oids
from harness.standards.xml import Element

_V3: Final = "urn:hl7-org:v3"
_XSI_TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"
_TIME = re.compile(r"(\d{14})([+-]\d{4})")


def _all(root: Element, *names: str) -> Iterator[Element]:
    return root.iter(*(f"{{{_V3}}}{name}" for name in names))


def _times(change: Callable[[str, str], str]) -> Callable[[Element], None]:
    """`change` gets each time that has seconds, and its offset."""

    def changed(root: Element) -> None:
        for each in root.iter(f"{{{_V3}}}*"):
            found = _TIME.fullmatch(each.get("value", ""))
            if found:
                each.set("value", change(found[1], found[2]))

    return changed


def _in_utc(time: str, offset: str) -> str:
    moment = datetime.strptime(time + offset, "%Y%m%d%H%M%S%z").astimezone(UTC)
    return f"{moment:%Y%m%d%H%M%S}+0000"


def _without_names(root: Element) -> None:
    for each in root.iter(f"{{{_V3}}}*"):
        for name in ("codeSystemName", "displayName", "assigningAuthorityName"):
            each.attrib.pop(name, "")


def _child(parent: Element, name: str, text: str = "", **attributes: str) -> Element:
    made = etree.SubElement(parent, f"{{{_V3}}}{name}", attributes)
    made.text = text or None
    return made


def _with_address(root: Element) -> None:
    """Address and telephone of the patient, and of the organisations, after their ids and names as the schema has them."""
    for role in _all(root, "patientRole"):
        ids = list(role.iterchildren(f"{{{_V3}}}id"))
        address = _child(role, "addr", use="H")
        _child(address, "streetAddressLine", "Testvej 1")
        _child(address, "postalCode", "5000")
        _child(address, "city", "Odense C")
        _child(role, "telecom", use="H", value="tel:+4500000000")
        for new in list(role)[-1:-3:-1]:
            ids[-1].addnext(new)


def _names_in_one(root: Element) -> None:
    for patient in _all(root, "patient"):
        for name in patient.iterchildren(f"{{{_V3}}}name"):
            given = list(name.iterchildren(f"{{{_V3}}}given"))
            given[0].text = " ".join(each.text or "" for each in given)
            for each in given[1:]:
                name.remove(each)


def _typed(root: Element) -> None:
    """xsi:type where the schema fixes it anyway."""
    for each in root.iterchildren(f"{{{_V3}}}id"):
        each.set(_XSI_TYPE, "II")
    for each in root.iterchildren(f"{{{_V3}}}effectiveTime"):
        each.set(_XSI_TYPE, "TS")


def _another_template(root: Element) -> None:
    found = list(root.iterchildren(f"{{{_V3}}}templateId"))
    more = etree.Element(f"{{{_V3}}}templateId", {"root": "2.25.308692225183755893730920600174288813839"})
    found[-1].addnext(more)


def _with_legal_authenticator(root: Element) -> None:
    custodian, author = next(_all(root, "custodian")), next(_all(root, "author"))
    if next(_all(root, "legalAuthenticator"), None) is not None:
        return
    signed = etree.Element(f"{{{_V3}}}legalAuthenticator")
    time = next(author.iterchildren(f"{{{_V3}}}time"))
    _child(signed, "time", value=time.get("value", ""))
    _child(signed, "signatureCode", code="S")
    entity = _child(signed, "assignedEntity")
    _child(entity, "id", root=oids.SOR, extension="73091000016008")
    custodian.addnext(signed)


def _with_another_author(root: Element) -> None:
    """One of another organisation, who wrote a week before."""
    author = next(_all(root, "author"))
    other = deepcopy(author)
    for time in other.iterchildren(f"{{{_V3}}}time"):
        found = _TIME.fullmatch(time.get("value", ""))
        if found:
            earlier = datetime.strptime(found[1], "%Y%m%d%H%M%S") - timedelta(days=7)  # noqa: DTZ007  # by its own offset
            time.set("value", f"{earlier:%Y%m%d%H%M%S}{found[2]}")
    for each in _all(other, "id"):
        if each.get("root") == oids.SOR:
            each.set("extension", ACUTE_TEAM.sor)
    for name in other.findall(f".//{{{_V3}}}representedOrganization/{{{_V3}}}name"):
        name.text = ACUTE_TEAM.name
    author.addnext(other)


def _icpc2(system: str) -> Callable[[Element], None]:
    def changed(root: Element) -> None:
        for each in root.iter(f"{{{_V3}}}*"):
            if each.get("codeSystem") == oids.ICPC2:
                each.set("codeSystem", system)

    return changed


def _goal_on_two_lines(root: Element) -> None:
    for each in _all(root, "paragraph"):
        start, space, rest = (each.text or "").partition(" ")
        if each.get("ID") == "Goal1" and space:
            each.text = start
            _child(each, "br").tail = rest


def _summed_up(root: Element) -> None:
    """A section's own text says what its sub-sections say."""
    for section in _all(root, "section"):
        path = f"{{{_V3}}}component/{{{_V3}}}section/{{{_V3}}}text/{{{_V3}}}paragraph"
        told, own = section.findall(path), section.find(f"{{{_V3}}}text")
        if own is not None:
            for each in told:
                _child(own, "paragraph", "".join(map(str, each.itertext())))


def _with_other_diseases(root: Element) -> None:
    """The table of the plan's diagnosis has a row of another disease that the patient has."""
    body = next(_all(root, "tbody"), None)
    if body is not None:
        row = _child(body, "tr")
        _child(row, "td", "K86")
        _child(row, "td", "Ukompliceret hypertension")


def _first_without_set(root: Element) -> None:
    """The first edition of a document has neither setId nor versionNumber: CDA R2 asks for neither."""
    version = next(root.iterchildren(f"{{{_V3}}}versionNumber"), None)
    replaced = next(root.iterchildren(f"{{{_V3}}}relatedDocument"), None)
    if version is None or version.get("value") != "1" or replaced is not None:
        return
    for each in list(root.iterchildren(f"{{{_V3}}}versionNumber", f"{{{_V3}}}setId")):
        root.remove(each)


CDA: Final[Mapping[str, Callable[[Element], None]]] = {
    "cda-tider-i-utc": _times(_in_utc),
    "cda-tider-uden-sekunder": _times(lambda time, offset: (time[:12] if time.endswith("00") else time) + offset),
    "cda-uden-kodesystemers-navne": _without_names,
    "cda-adresse-og-telefon": _with_address,
    "cda-fornavne-i-ét-element": _names_in_one,
    "cda-xsi-type-på-faste-typer": _typed,
    "cda-flere-skabeloner": _another_template,
    "cda-ansvarlig-underskriver": _with_legal_authenticator,
    "cda-medforfatter-fra-kommunen": _with_another_author,
    "cda-icpc2-efter-art-decor": _icpc2("2.16.840.1.113883.6.138.2"),
    "cda-icpc2-efter-eksemplet": _icpc2("1.2.208.176.99.99.99"),
    "cda-linjeskift-i-målet": _goal_on_two_lines,
    "cda-afsnit-sammenfatter-sine-underafsnit": _summed_up,
    "cda-andre-sygdomme-i-teksten": _with_other_diseases,
    "cda-første-udgave-uden-setid": _first_without_set,
}
"""By the variation's id; a ClinicalDocument is changed."""
