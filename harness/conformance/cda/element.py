"""How the rules of Danish CDA documents read an element of the tree, and tell what they found."""

from __future__ import annotations

from dataclasses import replace

from harness.conformance.rule import HOLDS, Breach
from harness.standards import oids
from harness.standards.cda.codes import NAMESPACES, XSI_TYPE
from harness.standards.xml import Element, XmlDocument, local_name, text_of


def missing(document: XmlDocument, parent: Element, path: str, expected: str = "") -> Breach:
    """`path` (local names) should stand in `parent`, and does not."""
    place = document.at(parent)
    return Breach(replace(place, path=f"{place.path}/{path}"), expected or path, "mangler")


def has(document: XmlDocument, parent: Element, path: str, *, null_flavor: bool = True) -> tuple[Breach, ...]:
    """One breach when `path` is missing, or has a nullFlavor where it may not."""
    found = parent.find(cda_path(path), NAMESPACES)
    if found is None:
        return (missing(document, parent, path),)
    if not null_flavor and "nullFlavor" in found.attrib:
        return (Breach(document.at(found, "nullFlavor"), f"{path} uden nullFlavor", f'nullFlavor="{found.get("nullFlavor")}"'),)
    return HOLDS


def says(document: XmlDocument, parent: Element, path: str, *, null_flavor: bool = True) -> tuple[Breach, ...]:
    """As `has`, and one breach when `path` has neither text nor a nullFlavor."""
    found = parent.find(cda_path(path), NAMESPACES)
    if found is None or "nullFlavor" in found.attrib or text_of(found):
        return has(document, parent, path, null_flavor=null_flavor)
    return (Breach(document.at(found), f"{path} med tekst", "tomt"),)


def carries(document: XmlDocument, parent: Element, name: str, *, once: bool = False, **wanted: str) -> tuple[Breach, ...]:
    """One breach when no child `name` has the attributes `wanted`, or, with `once`, when several have."""
    children = parent.findall(cda_path(name), NAMESPACES)
    matching = [child for child in children if matches(child, wanted)]
    expected = f"{name} {attributes(wanted)}"
    if once and len(matching) > 1:
        return (Breach(document.at(matching[1]), f"{expected} netop én gang", f"{len(matching)} gange"),)
    if matching:
        return HOLDS
    if children:
        return (Breach(document.at(children[0]), expected, shown(children[0])),)
    return (missing(document, parent, name, expected),)


def matches(element: Element, wanted: dict[str, str]) -> bool:
    """Whether the element has all these attributes."""
    return all(element.get(name) == value for name, value in wanted.items())


def shown(element: Element) -> str:
    """The element as a finding shows it: its name and attributes."""
    named = {
        "xsi:type" if name == XSI_TYPE else str(name).rpartition("}")[2]: str(value) for name, value in element.attrib.items()
    }
    return f"{local_name(element)} {attributes(named)}".strip()


def attributes(each: dict[str, str]) -> str:
    """Attributes as XML writes them."""
    return " ".join(f'{name}="{value}"' for name, value in each.items())


def cda_path(path: str) -> str:
    """A path of local names as one in CDA's namespace."""
    return "/".join(f"cda:{name}" for name in path.split("/"))


def sor_among(document: XmlDocument, ids: list[Element], owner: Element, path: str) -> tuple[Breach, ...]:
    """One breach unless one of `ids` has SOR's root and an extension; where there are none, `path` is missing in `owner`."""
    if any(each.get("root") == oids.SOR and each.get("extension", "").strip() for each in ids):
        return HOLDS
    expected = f'id root="{oids.SOR}" med SOR-koden i extension'
    return (Breach(document.at(ids[0]), expected, shown(ids[0])) if ids else missing(document, owner, path, expected),)
