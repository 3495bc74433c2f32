"""Which slice of a profile an element belongs to: FHIR's discriminators by value, pattern, type, profile and existence."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from harness.conformance.fhir.pattern import difference, json_text
from harness.standards.fhir.definitions import Definitions, Element
from harness.standards.fhir.tree import Node

_STEP = re.compile(r"extension\('([^']*)'\)|([A-Za-z$]+\(\)|\$?[A-Za-z]+)")


@dataclass(frozen=True, slots=True)
class Sorter:
    """Sorts elements into slices. `resolve` finds what a reference points at; `conforms` whether a resource keeps a profile."""

    definitions: Definitions
    resolve: Callable[[Node], Node | None]
    conforms: Callable[[Node, str], bool]

    def belongs(self, node: Node, base: Element, slice_: Element) -> bool | None:
        """Whether `node` is in `slice_` of `base`; None when that cannot be known."""
        discriminators = (base.slicing or {}).get("discriminator", [])
        if not discriminators:
            return None
        answers = [self._holds(node, slice_, str(each["type"]), str(each["path"])) for each in discriminators]
        return False if False in answers else None if None in answers else True

    def wanted(self, base: Element, slice_: Element) -> str:
        """What an element must have to be in the slice, in words; only the slice's name when that cannot be said shortly."""
        told = []
        for each in (base.slicing or {}).get("discriminator", []):
            path = str(each["path"])
            values = [value for element in self._elements(slice_, path) for value in _values(element)]
            told += [f'{path.replace("$this.", "")} "{value}"' for value in dict.fromkeys(values)]
        return f"{slice_.name} {slice_.slice_name}" + (f" ({', '.join(told)})" if told else "")

    def _holds(self, node: Node, slice_: Element, kind: str, path: str) -> bool | None:
        elements = self._elements(slice_, path)
        match kind:
            case "value" | "pattern":
                return self._by_value(self._nodes(node, path), elements)
            case "type":
                return self._by_type(node, slice_, elements, path)
            case "profile":
                return self._by_profile(self._nodes(node, path), slice_)
            case "exists":
                return bool(self._nodes(node, path)) == any(each.max != 0 and each.min for each in elements)
        return None

    def _by_value(self, nodes: list[Node], elements: list[Element]) -> bool | None:
        telling = [each for each in elements if _tells(each)]
        if not telling:
            return None
        answers = [self._satisfies(node, each) for node in nodes for each in telling]
        return True if True in answers else None if None in answers else False

    def _satisfies(self, node: Node, element: Element) -> bool | None:
        for wanted, exactly in ((element.fixed, True), (element.pattern, False)):
            if wanted is not None:
                return difference(node, wanted, exactly=exactly) is None
        if element.binding and element.binding[0] == "required" and node.text is not None:
            codes = self.definitions.codes(element.binding[1])
            return codes.has(None, node.text) if codes else None
        answers = [
            any(self._satisfies(inner, child) for inner in node.children.get(child.name, ()))
            for child in element.children.values()
            if _tells(child)
        ]
        return all(answers) if answers else None

    def _by_type(self, node: Node, slice_: Element, elements: list[Element], path: str) -> bool | None:
        if path == "$this":
            return slice_.type_of(node.name) is not None
        found = self._nodes(node, path)
        if path.endswith("resolve()"):
            targets = {self.definitions.type_of(url) for type_ in slice_.types for url in type_.targets}
            return any(each.resource_type in targets for each in found) if found and "" not in targets else None
        if path.endswith("resource"):
            codes = {type_.code for each in elements for type_ in each.types}
            return any(each.resource_type in codes for each in found)
        return any(each.type_of(inner.name) is not None for each in elements for inner in found)

    def _by_profile(self, nodes: list[Node], slice_: Element) -> bool | None:
        targets = [url for type_ in slice_.types for url in type_.targets]
        if not nodes or not targets:
            return None
        return any(self.conforms(each, url) for each in nodes for url in targets)

    def _nodes(self, node: Node, path: str) -> list[Node]:
        """The nodes at a discriminator's path."""
        found = [node]
        for step in _STEP.finditer(path):
            if step[1]:
                found = [each for inner in found for each in inner.children.get("extension", ()) if each.value("url") == step[1]]
            elif step[2] == "resolve()":
                found = [each for each in map(self.resolve, found) if each is not None]
            elif not step[2].startswith("$"):
                found = [
                    each for inner in found for name in inner.children if _named(name, step[2]) for each in inner.children[name]
                ]
        return found

    def _elements(self, slice_: Element, path: str) -> list[Element]:
        """What the slice says about the element at a discriminator's path, in its snapshot or in its type's profile."""
        found = [slice_]
        for step in _STEP.finditer(path):
            if step[1] or not (step[2].endswith("()") or step[2].startswith("$")):
                name = "extension" if step[1] else step[2]
                inner = [each.children[name] for each in self._opened(found) if name in each.children]
                found = [each for sliced in inner for each in (sliced, *sliced.slices)]
        return found

    def _opened(self, elements: list[Element]) -> list[Element]:
        """The elements, and the profiles of their types, where children are found."""
        profiles = [self.definitions.profile(url) for each in elements for type_ in each.types for url in type_.profiles]
        return [*elements, *(each for each in profiles if each is not None)]


def _named(name: str, step: str) -> bool:
    """`valueCoding` is `value`."""
    return name == step or (name.startswith(step) and name[len(step)].isupper())


def _tells(element: Element) -> bool:
    """True when the element, or something in it, says which value it must have."""
    own = element.fixed is not None or element.pattern is not None
    return (
        own or (element.binding is not None and element.binding[0] == "required") or any(map(_tells, element.children.values()))
    )


def _values(element: Element) -> list[str]:
    wanted = element.fixed if element.fixed is not None else element.pattern
    if isinstance(wanted, dict):
        return [json_text(wanted["code"])] if "code" in wanted else []
    return [json_text(wanted)] if wanted is not None else []
