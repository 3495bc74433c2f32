"""HL7's own invariants of R4 in Python: they stand in every message, and FHIRPath takes a thousandth of a second for each."""

from __future__ import annotations

import re
from collections.abc import Callable

from harness.domain.errors import BadInput
from harness.standards.fhir.tree import XHTML, Node
from harness.standards.xml import local_name, parse, text_of

# The names txt-1's XPath in HL7's profiles-types.json (4.0.1) allows.
_TEXT_ELEMENTS = frozenset(
    re.split(
        r"\s+",
        "a abbr acronym b big blockquote br caption cite code col colgroup dd dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i img li ol "
        "p pre q samp small span strong sub sup table tbody td tfoot th thead tr tt ul var",
    )
)
_TEXT_ATTRIBUTES = frozenset(
    re.split(
        r"\s+",
        "abbr accesskey align alt axis bgcolor border cellhalign cellpadding cellspacing cellvalign char charoff charset cite "
        "class colspan compact coords dir frame headers height href hreflang hspace id lang longdesc name nowrap rel rev rowspan "
        "rules scope shape span src start style summary tabindex title type valign value vspace width",
    )
)


def container(resource: Node) -> Node:
    """A contained resource's container; else the resource itself. FHIR calls it %rootResource."""
    while resource.name == "contained" and resource.parent is not None:
        resource = resource.parent.resource()
    return resource


def _value_or_extension(node: Node) -> bool:
    """ext-1."""
    return ("extension" in node.children) != any(name.startswith("value") for name in node.children)


def _contained_is_used(node: Node) -> bool:
    """dom-3: something points at each contained resource, or it points at its container."""
    inside = node.children.get("contained", ())
    if not inside:
        return True
    pointed = {each.text for each in node.walk() if each.text}
    return all(f"#{each.value('id')}" in pointed or any(inner.text == "#" for inner in each.walk()) for each in inside)


def _nothing_in_contained(*names: str) -> Callable[[Node], bool]:
    """dom-2 and dom-5."""
    return lambda node: not any(each.all(*names) for each in node.children.get("contained", ()))


def _html_is_plain(node: Node) -> bool:
    """txt-1 and txt-2: only HL7's elements and attributes, and some text or a picture. Source: their XPath in Narrative."""
    try:
        root = parse((node.text or "").encode("utf-8"), "text").root
    except BadInput:
        return False
    elements = list(root.iter("*"))
    plain = all(each.tag == f"{{{XHTML}}}{local_name(each)}" and local_name(each) in _TEXT_ELEMENTS for each in elements)
    named = all(
        name in _TEXT_ATTRIBUTES or str(name).startswith("{http://www.w3.org/XML/") for each in elements for name in each.attrib
    )
    said = text_of(root) != "" or any(local_name(each) == "img" for each in elements)
    return plain and named and said and local_name(root) == "div"


def _reference_inside(node: Node) -> bool:
    """ref-1: `#id` is a contained resource."""
    address = node.value("reference")
    holder = container(node.resource())
    return not address.startswith("#") or any(each.value("id") == address[1:] for each in holder.children.get("contained", ()))


def _one_address_each(node: Node) -> bool:
    """bdl-7."""
    if node.value("type") == "history":
        return True
    marks = [
        (each.value("fullUrl"), each.value("resource", "meta", "versionId"))
        for each in node.children.get("entry", ())
        if "fullUrl" in each.children
    ]
    return len(marks) == len(set(marks))


def _only_in(name: str, *types: str) -> Callable[[Node], bool]:
    """bdl-3 and bdl-4: an entry has `name` in these types of Bundle, and only in them."""
    return lambda node: all((name in each.children) == (node.value("type") in types) for each in node.children.get("entry", ()))


def _in_a_document(*path: str) -> Callable[[Node], bool]:
    """bdl-9 and bdl-10: a document has a value at `path`."""
    return lambda node: node.value("type") != "document" or node.value(*path) != ""


def _comes_first(kind: str, name: str) -> Callable[[Node], bool]:
    """bdl-11 and bdl-12: the first entry of a Bundle of this type is a `name`."""

    def check(node: Node) -> bool:
        first = next(iter(node.children.get("entry", ())), None)
        resource = first.one("resource") if first else None
        return node.value("type") != kind or (resource is not None and resource.resource_type == name)

    return check


# No node the walk comes to is empty (ele-1), and txt-2 is judged with txt-1.
HELD_BY_THE_WALK = frozenset(("ele-1", "txt-2"))

# By the names they have in R4 (4.0.1); profiles repeat them unchanged.
OWN: dict[str, Callable[[Node], bool]] = {
    "ext-1": _value_or_extension,
    "dom-2": _nothing_in_contained("contained"),
    "dom-3": _contained_is_used,
    "dom-4": lambda node: not node.all("contained", "meta", "versionId") and not node.all("contained", "meta", "lastUpdated"),
    "dom-5": _nothing_in_contained("meta", "security"),
    "txt-1": _html_is_plain,
    "ref-1": _reference_inside,
    "org-1": lambda node: "identifier" in node.children or "name" in node.children,
    "obs-6": lambda node: "dataAbsentReason" not in node.children or not any(name.startswith("value") for name in node.children),
    "bdl-1": lambda node: "total" not in node.children or node.value("type") in ("searchset", "history"),
    "bdl-2": lambda node: not node.all("entry", "search") or node.value("type") == "searchset",
    "bdl-3": _only_in("request", "batch", "transaction", "history"),
    "bdl-4": _only_in("response", "batch-response", "transaction-response", "history"),
    "bdl-5": lambda node: any(name in node.children for name in ("resource", "request", "response")),
    "bdl-7": _one_address_each,
    "bdl-8": lambda node: "/_history/" not in node.value("fullUrl"),
    "bdl-9": lambda node: _in_a_document("identifier", "system")(node) and _in_a_document("identifier", "value")(node),
    "bdl-10": _in_a_document("timestamp"),
    "bdl-11": _comes_first("document", "Composition"),
    "bdl-12": _comes_first("message", "MessageHeader"),
}
