"""Judges the FHIRPath invariants a walk has met.

HL7's own are judged in Python (`hl7_invariants`), the rest by fhirpathpy. An expression that cannot be carried out is told, never
taken for true.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cached_property
from typing import Any

import fhirpathpy
from fhirpathpy.engine.nodes import ResourceNode
from fhirpathpy.models import models

from harness.conformance.fhir.fault import Check, Fault
from harness.conformance.fhir.hl7_invariants import HELD_BY_THE_WALK, OWN, container
from harness.conformance.fhir.pattern import shown
from harness.conformance.fhir.walk import Walk
from harness.standards.fhir.definitions import Constraint, Element
from harness.standards.fhir.tree import Kind, Node

# XML does not tell a list of one from one value. FHIRPath does not mind, but `extension()` and `memberOf()` look into these.
_ALWAYS_LISTS = frozenset(("extension", "coding"))
_NUMBERS = ("decimal", "integer", "positiveInt", "unsignedInt")


class _NotKnown(Exception):
    """What an invariant asks about is in no package."""


class Invariants:
    """The invariants of one walk. `faults()` is what they find; what cannot be carried out goes to the walk's `unchecked`."""

    def __init__(self, walk: Walk, known: frozenset[str] = frozenset()) -> None:
        """`known` are the names of invariants that a rule of its own judges."""
        self._walk = walk
        self._known = known | HELD_BY_THE_WALK
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
            check = OWN.get(constraint.key)
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
        """The answer of FHIRPath. No answer at all is not a yes: HL7's own validator says so too."""
        resource = node.resource()
        context = {"resource": self._of(resource), "rootResource": self._of(container(resource))}
        subject = self._of(node)
        if not isinstance(subject, dict) or "resourceType" not in subject:
            subject = ResourceNode.create_node(subject, _type_path(node))  # type: ignore[no-untyped-call]
        expression = constraint.expression
        if node.text is not None:  # a primitive is its own value to HL7's validator, and some invariants say so
            expression = expression.removeprefix("value.")
        try:
            answer = _compiled(expression)(self, subject, context)
        except _NotKnown as unknown:
            self._walk.unchecked.add(f"{unknown} (invarianten {constraint.key})")
            return True
        except Exception as error:  # fhirpathpy raises bare Exception for what it does not know
            self._walk.unchecked.add(f"invarianten {constraint.key}, som ikke kunne beregnes ({type(error).__name__}: {error})")
            return True
        return bool(answer) and answer[0] is not False

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
            made[name] = values if group[0].listed or len(values) > 1 or name in _ALWAYS_LISTS else values[0]
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

    def _member(self, inputs: list[Any], url: str) -> bool:
        codes = self._walk.definitions.codes(url)
        if codes is None:
            raise _NotKnown(f"værdisættet {url}")
        answers = [
            codes.has(coding.get("system"), str(coding.get("code", "")))
            if isinstance(coding, dict)
            else codes.has(None, str(coding))
            for each in inputs
            for coding in (each["coding"] if isinstance(each, dict) and "coding" in each else [each])
        ]
        if True not in answers and None in answers:
            raise _NotKnown(f"koder i værdisættet {url}")
        return True in answers


_CACHE: dict[str, Callable[..., Any]] = {}


def _compiled(expression: str) -> Callable[[Invariants, Any, dict[str, Any]], list[Any]]:
    """A function of (invariants, subject, context); compiled once, since that takes five thousandths of a second."""
    if expression not in _CACHE:
        current: dict[str, Any] = {}
        # What the expression stands on is $this; fhirpathpy knows it within functions only.
        compiled = fhirpathpy.compile(
            expression.removeprefix("$this."), models["r4"], {"userInvocationTable": current, "traceFn": _silent}
        )

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


def _type_path(node: Node) -> str:
    """The path by which FHIRPath knows an element's choices: `Observation.component`, `Extension`."""
    names: list[str] = []
    each: Node | None = node
    while each is not None and not each.resource_type:
        if each.name in ("extension", "modifierExtension"):
            return ".".join(["Extension", *reversed(names)])
        names.append(each.name)
        each = each.parent
    return ".".join([each.resource_type if each else "", *reversed(names)])
