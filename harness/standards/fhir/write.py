"""Writes a resource that is built in FHIR's order of elements, as JSON or as XML."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from lxml import etree

from harness.standards.fhir.tree import FHIR, XHTML
from harness.standards.xml import parse

Part = dict[str, Any]
Write = Callable[[Part], bytes]
"""`as_json` or `as_xml`."""


def as_json(resource: Part) -> bytes:
    """The resource as JSON, UTF-8, two spaces a level."""
    return (_json(resource, "") + "\n").encode("utf-8")


def as_xml(resource: Part) -> bytes:
    """The same resource as XML, UTF-8."""
    root = etree.Element(f"{{{FHIR}}}{resource['resourceType']}", nsmap={None: FHIR})  # type: ignore[dict-item]
    _fill(root, resource)
    etree.indent(root)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def said(**parts: Any) -> Part:
    """The parts that say something: FHIR has no empty text, list or object. A name may end in `_` (`class_`)."""
    return {name.removesuffix("_"): value for name, value in parts.items() if value not in ("", None, [], {}, ())}


def narrative(*lines: str) -> Part:
    """A generated text for people: one paragraph a line."""
    div = etree.Element("div", nsmap={None: XHTML})  # type: ignore[dict-item]
    for line in lines:
        etree.SubElement(div, "p").text = line
    return {"status": "generated", "div": etree.tostring(div, encoding="unicode")}


def own_id(bundle: str, part: str) -> str:
    """The UUID of one part of a message: always the same for the same Bundle and part."""
    return str(uuid5(UUID(bundle), part))


def reference(bundle: str, part: str) -> Part:
    """A Reference to a part of the same Bundle."""
    return {"reference": f"urn:uuid:{own_id(bundle, part)}"}


def resource(bundle: str, part: str, type_: str, profile: str, lines: Iterable[str], **parts: Any) -> Part:
    """A Bundle's entry with one resource. `part` names it in this Bundle, `lines` are its narrative."""
    mine = own_id(bundle, part)
    meta = {"profile": [profile], **parts.pop("meta", {})}
    language = said(language=parts.pop("language", ""))
    text = narrative(*lines)
    body = {"resourceType": type_, "id": mine, "meta": meta, **language, "text": text, **said(**parts)}
    return {"fullUrl": f"urn:uuid:{mine}", "resource": body}


def coding(system: str, code: str, display: str = "") -> Part:
    """A Coding."""
    return said(system=system, code=code, display=display)


def _json(value: Any, indent: str) -> str:
    inner = indent + "  "
    if isinstance(value, dict):
        rows = [f"{inner}{json.dumps(name)}: {_json(each, inner)}" for name, each in value.items()]
        return "{\n" + ",\n".join(rows) + f"\n{indent}}}"
    if isinstance(value, (list, tuple)):
        return "[\n" + ",\n".join(f"{inner}{_json(each, inner)}" for each in value) + f"\n{indent}]"
    return str(value) if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)


def _fill(element: etree._Element, part: Part) -> None:
    for name, value in part.items():
        for each in value if isinstance(value, (list, tuple)) else [value]:
            _add(element, name, each)


def _add(element: etree._Element, name: str, value: Any) -> None:
    is_resource = element.tag == f"{{{FHIR}}}{element.tag.rpartition('}')[2]}" and element.tag.rpartition("}")[2][:1].isupper()
    if name == "resourceType":
        return
    if name == "div":
        element.append(parse(value.encode(), "div").root)
    elif name == "url" and element.tag == f"{{{FHIR}}}extension":
        element.set("url", value)
    elif name == "id" and not is_resource:
        element.set("id", value)
    else:
        child = etree.SubElement(element, f"{{{FHIR}}}{name}")
        if not isinstance(value, dict):
            child.set("value", ("true" if value else "false") if isinstance(value, bool) else str(value))
        elif "resourceType" in value:
            _fill(etree.SubElement(child, f"{{{FHIR}}}{value['resourceType']}"), value)
        else:
            _fill(child, value)
