"""Holds a node against a fixed value or a pattern of a profile, and says where the first difference is."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from harness.standards.fhir.tree import Kind, Node


@dataclass(frozen=True, slots=True)
class Difference:
    """`node` is what differs, or what lacks the element `missing`."""

    node: Node
    missing: str
    expected: str
    actual: str


def difference(node: Node, wanted: Any, *, exactly: bool) -> Difference | None:
    """The first place where `node` is not `wanted` (a JSON value); None when it is.

    A pattern allows more than it says; with `exactly` (a fixed value) nothing more may be there. FHIR R4, ElementDefinition.
    """
    if isinstance(wanted, dict):
        for name, inner in wanted.items():
            found = _child_difference(node, name, inner, exactly=exactly)
            if found is not None:
                return found
        extra = [name for name in node.children if name not in wanted] if exactly else []
        return Difference(node.children[extra[0]][0], "", "ikke til stede", shown(node.children[extra[0]][0])) if extra else None
    text = json_text(wanted)
    if node.text is None or not (node.text == text or _same_number(node, wanted)):
        return Difference(node, "", f'"{text}"', shown(node))
    return None


def json_text(value: Any) -> str:
    """A primitive JSON value as FHIR writes it."""
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def shown(node: Node) -> str:
    """What a node says, for people: its value, its code, or what kind it is."""
    if node.text is not None:
        return f'"{node.text}"' if len(node.text) <= 80 else f'"{node.text[:77]}…"'
    if node.kind is Kind.NULL:
        return "null"
    told = [f"{name} {shown(node.children[name][0])}" for name in ("url", "system", "code", "reference") if name in node.children]
    return ", ".join(told) or (f"{node.name} med {', '.join(node.children)}" if node.children else "tomt")


def _child_difference(node: Node, name: str, wanted: Any, *, exactly: bool) -> Difference | None:
    found = node.children.get(name, [])
    items = wanted if isinstance(wanted, list) else [wanted]
    if not found:
        return Difference(node, name, _told(items[0]), "mangler")
    for item in items:
        differences = [difference(each, item, exactly=exactly) for each in found]
        if None not in differences:
            return differences[0]
    if exactly and len(found) > len(items):
        return Difference(found[len(items)], "", f"højst {len(items)}", str(len(found)))
    return None


def _told(wanted: Any) -> str:
    if isinstance(wanted, dict):
        return ", ".join(f"{name} {_told(value[0] if isinstance(value, list) else value)}" for name, value in wanted.items())
    return f'"{json_text(wanted)}"'


def _same_number(node: Node, wanted: Any) -> bool:
    """1.0 is 1."""
    return node.kind is Kind.NUMBER and isinstance(wanted, (int, float)) and Decimal(node.text or "0") == Decimal(str(wanted))
