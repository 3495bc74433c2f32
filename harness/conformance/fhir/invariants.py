"""Judges the FHIRPath invariants a walk has met.

Those that stand on every element are judged here in Python, since FHIRPath takes a thousandth of a second for each; the rest by
fhirpathpy. An expression that cannot be carried out is told, never taken for true.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import cached_property
from typing import Any

import fhirpathpy
from fhirpathpy.engine.nodes import ResourceNode
from fhirpathpy.models import models

from harness.conformance.fhir.fault import Check, Fault
from harness.conformance.fhir.pattern import shown
from harness.conformance.fhir.walk import Walk
from harness.domain.errors import BadInput
from harness.standards.fhir.definitions import Constraint, Element
from harness.standards.fhir.tree import XHTML, Kind, Node
from harness.standards.xml import local_name, parse, text_of

_NUMBERS = ("decimal", "integer", "positiveInt", "unsignedInt")
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


class Invariants:
    """The invariants of one walk. `faults()` is what they find; what cannot be carried out goes to the walk's `unchecked`."""

    def __init__(self, walk: Walk, known: frozenset[str] = frozenset()) -> None:
        """`known` are the names of invariants that a rule of its own judges."""
        self._walk = walk
        self._known = known
        self._plain: dict[int, Any] = {}
        self._nodes: dict[int, Node] = {}
        self._kept: list[Any] = []  # so that no id is used twice

    def faults(self) -> list[Fault]:
        """One fault for each invariant that does not hold at a node. A warning of the profile is none."""
        found: list[Fault] = []
        seen: set[tuple[int, str, str]] = set()
        for node, element, constraint in self._walk.constraints:
            mark = id(node), constraint.key, constraint.expression
            if not constraint.is_error or constraint.key in self._known or mark in seen:
                continue
            seen.add(mark)
            check = _OWN.get(constraint.key)
            holds = self._holds(node, constraint) if check is None else check(node)
            if not holds:
                found.append(self._fault(node, element, constraint))
        return found

    def _fault(self, node: Node, element: Element, constraint: Constraint) -> Fault:
        remark = self._walk.foreign(element.profile)
        expected = f"{constraint.key}: {constraint.human}"
        actual = "det gælder ikke her" if node.text is None else shown(node)
        return Fault(Check.INVARIANT, node, expected, actual, element.id, element.profile, remark=remark, key=constraint.key)

    def _holds(self, node: Node, constraint: Constraint) -> bool:
        """The answer of FHIRPath. No answer at all is taken as kept, as HL7's own validator does."""
        resource = node.resource()
        context = {"resource": self._of(resource), "rootResource": self._of(_holder(resource))}
        subject = self._of(node)
        if not isinstance(subject, dict) or "resourceType" not in subject:
            subject = ResourceNode.create_node(subject, _type_path(node))  # type: ignore[no-untyped-call]
        try:
            answer = _compiled(constraint.expression)(self, subject, context)
        except Exception as error:  # fhirpathpy raises bare Exception for what it does not know
            self._walk.unchecked.add(f"invarianten {constraint.key} ({type(error).__name__}: {error})")
            return True
        return not answer or answer[0] is not False

    def _of(self, node: Node) -> Any:
        """The node as the JSON FHIRPath reads."""
        if id(node) not in self._plain:
            made = self._made(node)
            self._plain[id(node)] = made
            self._kept.append(made)
            if isinstance(made, dict):
                self._nodes[id(made)] = node
        return self._plain[id(node)]

    def _made(self, node: Node) -> Any:
        if node.text is not None:
            code = self._walk.types.get(id(node), "")
            if node.kind is Kind.BOOLEAN or (node.kind is Kind.ATTRIBUTE and code == "boolean"):
                return node.text == "true"
            if node.kind is Kind.NUMBER or (node.kind is Kind.ATTRIBUTE and code in _NUMBERS):
                return _number(node.text)
            return node.text
        made: dict[str, Any] = {"resourceType": node.resource_type} if node.resource_type else {}
        for name, group in node.children.items():
            values = [self._of(each) for each in group]
            made[name] = values if group[0].listed or len(values) > 1 else values[0]
        return made

    @cached_property
    def functions(self) -> dict[str, Any]:
        """What FHIR adds to FHIRPath."""
        return {
            "resolve": {"fn": self._resolve, "arity": {0: []}},
            "conformsTo": {"fn": self._conforms, "arity": {1: ["String"]}},
            "memberOf": {"fn": self._member, "arity": {1: ["String"]}},
            "hasValue": {"fn": lambda inputs: len(inputs) == 1 and not isinstance(inputs[0], dict), "arity": {0: []}},
        }

    def _resolve(self, inputs: list[Any]) -> list[Any]:
        found = []
        for each in inputs:
            text = each.get("reference", "") if isinstance(each, dict) else str(each)
            target = self._walk.references.resolve(Node("reference", Kind.STRING, text, self._walk.tree.root))
            if target is not None:
                found.append(self._of(target))
        return found

    def _conforms(self, inputs: list[Any], url: str) -> bool:
        return all(self._walk.conforms(self._nodes[id(each)], url) for each in inputs)

    def _member(self, inputs: list[Any], url: str) -> bool | list[Any]:
        codes = self._walk.definitions.codes(url)
        if codes is None:
            self._walk.unchecked.add(f"værdisættet {url}")
            return []
        answers = [
            codes.has(coding.get("system"), str(coding.get("code", "")))
            for each in inputs
            for coding in (each.get("coding", []) if isinstance(each, dict) and "coding" in each else [each])
        ]
        return True if True in answers else [] if None in answers else False


_CACHE: dict[str, Callable[..., Any]] = {}


def _compiled(expression: str) -> Callable[[Invariants, Any, dict[str, Any]], list[Any]]:
    """A function of (invariants, subject, context); compiled once, since that takes five thousandths of a second."""
    if expression not in _CACHE:
        current: dict[str, Any] = {}
        compiled = fhirpathpy.compile(expression, models["r4"], {"userInvocationTable": current, "traceFn": _silent})

        def run(invariants: Invariants, subject: Any, context: dict[str, Any]) -> list[Any]:
            current.update(invariants.functions)
            return list(compiled(subject, context))

        _CACHE[expression] = run
    return _CACHE[expression]


def _number(text: str) -> int | Decimal | str:
    """The number, or the text when it is none (the walk tells that)."""
    try:
        return int(text) if text.lstrip("-").isdecimal() else Decimal(text)
    except (ValueError, ArithmeticError):
        return text


def _silent(_label: str, _value: Any) -> None:
    """fhirpathpy prints what `trace()` is given unless told otherwise."""


def _holder(resource: Node) -> Node:
    """A contained resource's container; else the resource itself. FHIR calls it %rootResource."""
    while resource.name == "contained" and resource.parent is not None:
        resource = resource.parent.resource()
    return resource


def _type_path(node: Node) -> str:
    """The path by which FHIRPath knows a backbone element's choices: `Observation.component`."""
    names: list[str] = []
    each: Node | None = node
    while each is not None and not each.resource_type:
        names.append(each.name)
        each = each.parent
    return ".".join([each.resource_type if each else "", *reversed(names)])


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
    holder = _holder(node.resource())
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


# HL7's own, by the names they have in R4 (4.0.1); profiles repeat them unchanged.
_OWN: dict[str, Callable[[Node], bool]] = {
    "ele-1": lambda node: node.kind is not Kind.NULL,  # the walk has refused an empty object and an empty text
    "ext-1": _value_or_extension,
    "dom-2": _nothing_in_contained("contained"),
    "dom-3": _contained_is_used,
    "dom-4": lambda node: not node.all("contained", "meta", "versionId") and not node.all("contained", "meta", "lastUpdated"),
    "dom-5": _nothing_in_contained("meta", "security"),
    "txt-1": _html_is_plain,
    "txt-2": lambda _node: True,  # with txt-1
    "ref-1": _reference_inside,
    "bdl-3": _only_in("request", "batch", "transaction", "history"),
    "bdl-4": _only_in("response", "batch-response", "transaction-response", "history"),
    "bdl-5": lambda node: any(name in node.children for name in ("resource", "request", "response")),
    "bdl-7": _one_address_each,
    "bdl-8": lambda node: "/_history/" not in node.value("fullUrl"),
}
