"""SOAP messages to the document sharing that say the same otherwise: ebXML's objects, and the header blocks of DGWS and HSUID."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from typing import Final

from lxml import etree

from harness.standards.soap import SOAP, SOAP_12, WSA
from harness.standards.xds import codes
from harness.standards.xml import Element

_MEDCOM: Final = "http://www.medcom.dk/dgws/2006/04/dgws-1.0.xsd"
_WSSE: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
_SAML: Final = "urn:oasis:names:tc:SAML:2.0:assertion"
_XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_HASH = re.compile("[0-9a-f]{40}")


def _rim(name: str) -> str:
    return f"{{{codes.RIM}}}{name}"


def _objects(root: Element) -> list[Element]:
    return list(root.iter(_rim("ExtrinsicObject"), _rim("RegistryPackage")))


def _turned(parent: Element, name: str) -> None:
    """The children `name`, which stand together, in the opposite order."""
    found = list(parent.iterchildren(name))
    if len(found) > 1:
        place = parent.index(found[0])
        parent[place : place + len(found)] = found[::-1]


def _slots_turned(root: Element) -> None:
    for each in [*_objects(root), *root.iter(_rim("Classification"))]:
        _turned(each, _rim("Slot"))


def _classifications_turned(root: Element) -> None:
    for each in _objects(root):
        _turned(each, _rim("Classification"))
        _turned(each, _rim("ExternalIdentifier"))


def _list_turned(root: Element) -> None:
    for each in root.iter(_rim("RegistryObjectList")):
        each[:] = list(each)[::-1]


def _described(root: Element) -> None:
    """A title in Danish by its language, and a description."""
    for each in root.iter(_rim("ExtrinsicObject")):
        name = next(each.iterchildren(_rim("Name")))
        for text in name:
            text.set(_XML_LANG, "da-DK")
            text.set("charset", "UTF-8")
        description = etree.Element(_rim("Description"))
        etree.SubElement(description, _rim("LocalizedString"), {"value": "Delt fra journalen"})
        name.addnext(description)


def _own_slot(root: Element) -> None:
    for each in root.iter(_rim("ExtrinsicObject")):
        slot = etree.Element(_rim("Slot"), {"name": "urn:x-lps:afsnit"})
        values = etree.SubElement(slot, _rim("ValueList"))
        etree.SubElement(values, _rim("Value")).text = "1"
        each.insert(0, slot)


def _without_status(root: Element) -> None:
    for each in _objects(root):
        each.attrib.pop("status", "")


def _hash_in_capitals(root: Element) -> None:
    for each in root.iter(_rim("Value")):
        if _HASH.fullmatch(each.text or ""):
            each.text = (each.text or "").upper()


def _fresh_association_ids(root: Element) -> None:
    """Associations are named symbolically: nothing refers to them."""
    for number, each in enumerate(root.iter(_rim("Association")), 1):
        each.set("id", f"as{number:02d}")


def _parameters_turned(root: Element) -> None:
    for each in root.iter(_rim("AdhocQuery")):
        _turned(each, _rim("Slot"))


def _blocks_turned(root: Element) -> None:
    for each in root.iter(f"{{{SOAP}}}Header", f"{{{SOAP_12}}}Header"):
        each[:] = list(each)[::-1]


def _addressed(root: Element) -> None:
    for each in root.iter(f"{{{SOAP}}}Header", f"{{{SOAP_12}}}Header"):
        said = etree.tostring(each)
        block = etree.Element(f"{{{WSA}}}MessageID", nsmap={"wsa": WSA})
        block.text = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, said.hex())}"
        each.append(block)


def _more_in_header(root: Element) -> None:
    """What DGWS's own schema lets stand in its header."""
    for each in root.iter(f"{{{_MEDCOM}}}Header"):
        level, linking = (next(each.iterchildren(f"{{{_MEDCOM}}}{name}")) for name in ("SecurityLevel", "Linking"))
        timeout = etree.Element(f"{{{_MEDCOM}}}TimeOut")
        timeout.text = "480"
        level.addnext(timeout)
        for name, value in (("RequireNonRepudiationReceipt", "no"), ("Priority", "RUTINE"), ("FlowStatus", "flow_running")):
            if next(each.iterchildren(f"{{{_MEDCOM}}}{name}"), None) is None:
                more = etree.Element(f"{{{_MEDCOM}}}{name}")
                more.text = value
                linking.addnext(more)


def _need_not_understand(root: Element) -> None:
    for each in root.iter(f"{{{_WSSE}}}Security"):
        namespace = etree.QName(root).namespace
        each.set(f"{{{namespace}}}mustUnderstand", "0")


def _attributes_turned(root: Element) -> None:
    """The facts of HSUID and of the ID card, in the opposite order."""
    for each in root.iter(f"{{{_SAML}}}AttributeStatement"):
        _turned(each, f"{{{_SAML}}}Attribute")


SOAP_WAYS: Final[Mapping[str, Callable[[Element], None]]] = {
    "xds-slots-i-omvendt-rækkefølge": _slots_turned,
    "xds-klassifikationer-i-omvendt-rækkefølge": _classifications_turned,
    "xds-objekter-i-omvendt-rækkefølge": _list_turned,
    "xds-titel-med-sprog-og-beskrivelse": _described,
    "xds-systemets-egen-slot": _own_slot,
    "xds-uden-status": _without_status,
    "xds-hash-med-store-bogstaver": _hash_in_capitals,
    "xds-symbolske-id-på-associationer": _fresh_association_ids,
    "xds-søgningens-parametre-i-omvendt-rækkefølge": _parameters_turned,
    "soap-headerblokke-i-omvendt-rækkefølge": _blocks_turned,
    "soap-med-ws-addressing": _addressed,
    "soap-mustunderstand-0": _need_not_understand,
    "dgws-flere-felter-i-headeren": _more_in_header,
    "dgws-oplysninger-i-omvendt-rækkefølge": _attributes_turned,
}
"""By the variation's id; a SOAP message is changed."""
