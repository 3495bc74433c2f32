"""Every step of the harness's vocabulary as a step of behave that calls the same function."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import behave  # type: ignore[import-not-found]  # in an environment of its own
from pytest_bdd import parsers
from pytest_bdd.steps import step_function_context_registry

from harness.steps import MODULES


def _thin(step: Callable[..., object]) -> Callable[..., None]:
    def run(context: Any, **arguments: Any) -> None:
        step(context.story, **arguments)

    return run


for _module in MODULES:
    import_module(_module)
for _each in step_function_context_registry.values():
    _regex = isinstance(_each.parser, parsers.re)
    behave.use_step_matcher("re" if _regex else "parse")
    _define = getattr(behave, _each.type or "step")
    _define(f"(?:{_each.parser.name})" if _regex else _each.parser.name)(_thin(_each.step_func))
