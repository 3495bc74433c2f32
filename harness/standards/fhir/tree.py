"""Reads a FHIR resource, JSON or XML, into one tree of nodes that knows where each node stands.

FHIR's two formats say the same, so both become the same tree: an element that may be repeated is always a list of nodes, a
primitive's id and extensions are its children (JSON writes them as `_name`), and a resource inside a resource is one node.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from lxml import etree

from harness.domain.errors import BadInput
from harness.domain.finding import Location
from harness.standards.json_text import Json, JsonText, parse_json, pointer_part
from harness.standards.xml import Element, XmlDocument, local_name, parse

FHIR = "http://hl7.org/fhir"
XHTML = "http://www.w3.org/1999/xhtml"
XSI = "http://www.w3.org/2001/XMLSchema-instance"


class Kind(StrEnum):
    """How a node is written. XML knows only objects and attributes, which may be any primitive."""

    OBJECT = "et objekt"
    STRING = "en tekst"
    NUMBER = "et tal"
    BOOLEAN = "true eller false"
    NULL = "null"
    ATTRIBUTE = "en attribut"
    BARE = "et element uden value"


@dataclass(slots=True, eq=False)
class Node:
    """One element. `text` is a primitive's value as written (None when it has none), `children` what is inside, in order.

    `name` is the element's name (`valueQuantity`), `resource_type` is set for a resource. `listed` says how JSON wrote it:
    as item of a list, and None in XML, which cannot tell. `empty_lists` are names that JSON gave an empty list, `strays` what
    stands in an XML element where FHIR has no place for it: text, and attributes.
    """

    name: str
    kind: Kind
    text: str | None = None
    parent: Node | None = field(default=None, repr=False)
    index: int = 0
    listed: bool | None = None
    resource_type: str = ""
    children: dict[str, list[Node]] = field(default_factory=dict, repr=False)
    empty_lists: tuple[str, ...] = ()
    strays: tuple[str, ...] = ()
    element: Element | None = field(default=None, repr=False)

    def one(self, *names: str) -> Node | None:
        """The first node by a path of names: `node.one("code", "coding")`. None when there is none."""
        return next(iter(self.all(*names)), None)

    def all(self, *names: str) -> list[Node]:
        """Every node by a path of names, through lists."""
        found = [self]
        for name in names:
            found = [child for each in found for child in each.children.get(name, ())]
        return found

    def value(self, *names: str) -> str:
        """The text of the first node by a path of names, or ""."""
        found = self.one(*names)
        return (found.text or "") if found else ""

    def walk(self) -> Iterator[Node]:
        """This node and everything in it, in order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(child for group in reversed(node.children.values()) for child in reversed(group))

    def resource(self) -> Node:
        """The resource this node is in; itself when it is one."""
        node = self
        while not node.resource_type and node.parent is not None:
            node = node.parent
        return node

    @property
    def pointer(self) -> str:
        """The JSON pointer of this node."""
        parts: list[str] = []
        node: Node | None = self
        while node is not None and node.parent is not None:
            parts.append(f"{pointer_part(node.name)}/{node.index}" if node.listed else pointer_part(node.name))
            node = node.parent
        return "".join(f"/{part}" for part in reversed(parts))


@dataclass(slots=True)
class Tree:
    """A message: its `root`, and `at(node)` for where a node stands."""

    root: Node
    file: str
    _place: Callable[[Node, str], Location] = field(repr=False)

    def at(self, node: Node, missing: str = "") -> Location:
        """Line, column and JSON pointer (XPath in XML) of `node`, or of its element `missing`, whose place is the node's."""
        return self._place(node, f"/{missing}" if missing else "")

    def entries(self) -> list[Node]:
        """The resources of a Bundle's entries, in order; of anything else, the resource itself."""
        return self.root.all("entry", "resource") if self.root.resource_type == "Bundle" else [self.root]


def read_tree(data: bytes, file: str) -> Tree:
    """The resource in `data`; XML when it begins with `<`, else JSON. Raises BadInput (Danish reason, line and column).

    read_tree(body, "svar.json").root.value("type")   # message
    """
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    return _from_xml(parse(data, file)) if start == b"<" or b"\0" in data[:4] else _from_json(parse_json(data, file))


def _from_json(text: JsonText) -> Tree:
    if not isinstance(text.value, dict):
        raise BadInput("en FHIR-ressource er et objekt: { … }", 1, 1)
    if not isinstance(text.value.get("resourceType"), str):
        raise BadInput("resourceType mangler, så det er ikke en FHIR-ressource", 1, 1)
    root = Node("", Kind.OBJECT)
    _fill(root, text.value)
    return Tree(root, text.file, lambda node, missing: text.at(node.pointer + missing))


def _fill(node: Node, value: dict[str, Json]) -> None:
    """Put what a JSON object says into `node`. The parser has bounded how deep this goes."""
    kind = value.get("resourceType")
    if isinstance(kind, str):
        node.resource_type = kind
    for name, inner in value.items():
        if name == "resourceType" and node.resource_type:
            continue
        if name.startswith("_") and len(name) > 1:
            _add_extensions(node, name[1:], inner)
        elif isinstance(inner, list):
            if not inner:
                node.empty_lists += (name,)
            already = node.children.get(name, [])
            for index, item in enumerate(inner):
                if index < len(already):
                    _say(already[index], item)
                else:
                    _new(node, name, item, index, listed=True)
        elif name in node.children:
            _say(node.children[name][0], inner)
        else:
            _new(node, name, inner, 0, listed=False)


def _new(parent: Node, name: str, value: Json, index: int, *, listed: bool) -> Node:
    node = Node(name, Kind.NULL, None, parent, index, listed)
    parent.children.setdefault(name, []).append(node)
    _say(node, value)
    return node


def _say(node: Node, value: Json) -> None:
    """Give `node` its value. A null beside an extension is FHIR's way to say that there is only the extension."""
    match value:
        case str():
            node.kind, node.text = Kind.STRING, value
        case dict():
            node.kind = Kind.OBJECT
            _fill(node, value)
        case bool():
            node.kind, node.text = Kind.BOOLEAN, "true" if value else "false"
        case int() | Decimal():
            node.kind, node.text = Kind.NUMBER, str(value)
        case None:
            node.kind = Kind.BARE if node.children else Kind.NULL
        case list():
            node.kind = Kind.OBJECT  # a list in a list, which FHIR does not have
            node.empty_lists = ("[]",)


def _add_extensions(node: Node, name: str, value: Json) -> None:
    """`_name`: the id and extensions of the primitive `name`, or of each item when it is a list."""
    listed = isinstance(value, list)
    items = value if isinstance(value, list) else [value]
    group = node.children.setdefault(name, [])
    for index, item in enumerate(items):
        if index == len(group):
            group.append(Node(name, Kind.NULL, None, node, index, listed))
        if isinstance(item, dict):
            _fill(group[index], item)
            if group[index].kind is Kind.NULL:
                group[index].kind = Kind.BARE
    if not group:
        del node.children[name]


def _from_xml(document: XmlDocument) -> Tree:
    if document.root.tag != f"{{{FHIR}}}{local_name(document.root)}":
        where = document.at(document.root)
        raise BadInput(f"en FHIR-ressource i XML står i navnerummet {FHIR}", where.line, where.column)
    root = _from_element(document, document.root, None, 0)
    root.name, root.resource_type = "", local_name(document.root)

    def place(node: Node, missing: str) -> Location:
        element, attribute = node.element, ""
        if element is None:  # an attribute: id and url
            assert node.parent is not None
            element, attribute = node.parent.element, node.name
        assert element is not None
        found = document.at(element, attribute)
        return replace(found, path=found.path + missing)

    return Tree(root, document.file, place)


def _from_element(document: XmlDocument, element: Element, parent: Node | None, index: int) -> Node:
    node = Node(local_name(element), Kind.BARE, None, parent, index, element=element)
    if element.tag == f"{{{XHTML}}}div":
        node.kind, node.text = Kind.STRING, etree.tostring(element, encoding="unicode", with_tail=False)
        return node
    for name, value in element.attrib.items():
        if name == "value":
            node.kind, node.text = Kind.ATTRIBUTE, str(value)
        elif name in ("id", "url"):
            node.children[str(name)] = [Node(str(name), Kind.ATTRIBUTE, str(value), node)]
        elif not str(name).startswith(f"{{{XSI}}}"):  # XML Schema allows its own attributes everywhere
            node.strays += (f"attributten {etree.QName(name).localname}",)
    inside = list(element.iterchildren("*"))
    if any(text and text.strip() for text in (element.text, *(each.tail for each in element))):
        node.strays += ("tekst",)
    for child in inside:
        if not str(child.tag).startswith((f"{{{FHIR}}}", f"{{{XHTML}}}")):
            where = document.at(child)
            raise BadInput(f"elementet {local_name(child)} står i et andet navnerum end {FHIR}", where.line, where.column)
        group = node.children.setdefault(local_name(child), [])
        group.append(_from_element(document, child, node, len(group)))
    if node.kind is Kind.BARE and node.children:
        node.kind = Kind.OBJECT
    if len(inside) == 1 and local_name(inside[0])[:1].isupper():  # <resource><Patient>…: one node, as in JSON
        inner = node.children[local_name(inside[0])][0]
        inner.name, inner.resource_type, inner.parent, inner.index = node.name, local_name(inside[0]), parent, index
        inner.strays = node.strays + inner.strays
        return inner
    return node
