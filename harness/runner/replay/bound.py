"""Finds the function and the arguments of each step, without pytest between: a replay has nothing to set up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, NamedTuple

from pytest_bdd.steps import step_function_context_registry

from harness.steps import MODULES

_KINDS = {"Givet": "given", "Når": "when", "Så": "then"}


class BoundStep(NamedTuple):
    """A step as it stands, what it does, and what it is told. `kind` is given, when or then."""

    keyword: str
    text: str
    kind: str
    act: Callable[..., object]
    arguments: dict[str, Any]


def bound(steps: tuple[str, ...]) -> Iterator[BoundStep]:
    """Each of `steps` (keyword and text), whose definitions collection has found to be one each."""
    for module in MODULES:
        import_module(module)
    kind = ""
    for step in steps:
        keyword, _, text = step.partition(" ")
        kind = _KINDS.get(keyword, kind)
        found = next(
            each for each in step_function_context_registry.values() if each.type == kind and each.parser.is_matching(text)
        )
        yield BoundStep(keyword, text, kind, found.step_func, dict(found.parser.parse_arguments(text) or {}))
