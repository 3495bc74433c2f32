"""Runs scenarios by steps that were bound once: which function, with which arguments, and which fixtures it wants besides.

Stock pytest-bdd looks each step up among all fixtures, makes a fixture of it, parses its text and inspects its function, each
time it is reached. Here that is done once for each text. Its hooks fire as before, in the same order with the same arguments.
What is out of the ordinary (a step with a table or a text block, one that yields or makes a fixture, a definition that not
every feature sees, no definition at all) is left to pytest-bdd itself, the whole scenario with it.

The patch touches private names. It is put in only for exactly the versions it was written for, and not where LPS_STEPS=stock.
"""

from __future__ import annotations

import importlib
import inspect
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import Any, NamedTuple

import pytest
from pytest_bdd.steps import StepFunctionContext, step_function_context_registry

from harness.runner.definitions import defined
from harness.runner.listeners import Listeners, Tell

VERSIONS = {"pytest": "9.1.1", "pytest-bdd": "9.0.1", "pluggy": "1.7.0"}
STOCK = "stock"
"""What LPS_STEPS says where pytest-bdd is to run the steps alone."""
_CONSTANT = (str, int, float, bool, type(None))


@dataclass(frozen=True, slots=True)
class Bound:
    """What the text of a step comes to. `wanted` are the fixtures its function takes."""

    act: Callable[..., object]
    arguments: dict[str, object]
    wanted: tuple[str, ...]


_OF_A_STEP = ("pytest_bdd_before_step", "pytest_bdd_before_step_call", "pytest_bdd_after_step", "pytest_bdd_step_error")

LISTENERS: pytest.StashKey[Listeners] = pytest.StashKey()
"""Of the session: those who are told of its steps; where nobody has put them there, all who listen."""


class _Tell(NamedTuple):
    """How those who listen to the hooks of a step are told."""

    before: Tell
    call: Tell
    after: Tell
    error: Tell


@cache
def is_known() -> bool:
    """Whether pytest and pytest-bdd are those whose private names are known here."""
    return all(version(name) == each for name, each in VERSIONS.items())


def compile_steps() -> bool:
    """Have pytest-bdd run scenarios by bound steps; whether it could be done with what is installed, and was wished."""
    if os.environ.get("LPS_STEPS") == STOCK or not is_known():
        return False
    module = importlib.import_module("pytest_bdd.scenario")  # the package has a function of that name
    stock = module._execute_scenario
    if not hasattr(stock, "compiled"):
        execute = _executing(stock)
        execute.compiled = True  # type: ignore[attr-defined]
        module._execute_scenario = execute  # type: ignore[attr-defined]
    return True


def _executing(stock: Callable[..., None]) -> Callable[..., None]:
    def execute(feature: Any, scenario: Any, request: Any) -> None:
        __tracebackhide__ = True
        stash = request.session.stash
        table = stash.get(_TABLE, None)
        if table is None:
            table = stash[_TABLE] = _Table(request)
            stash.setdefault(LISTENERS, Listeners(request.config))
        steps = [(step, table.of(step)) for step in scenario.steps]
        if any(bound is None for _, bound in steps):
            stock(feature, scenario, request)
            return
        listeners = stash[LISTENERS]
        told = {"request": request, "feature": feature, "scenario": scenario}
        tell = _Tell(*map(listeners.of, _OF_A_STEP))
        listeners.of("pytest_bdd_before_scenario")(**told)
        fixtures: dict[str, object] = {}
        try:
            for step, bound in steps:
                _run(bound, {**told, "step": step, "step_func": bound.act}, fixtures, tell)
        finally:
            listeners.of("pytest_bdd_after_scenario")(**told)

    return execute


def _run(bound: Bound, told: dict[str, Any], fixtures: dict[str, object], tell: _Tell) -> None:
    """One step; `told` is what the hooks are told of it, `fixtures` what steps of this scenario have asked for already."""
    __tracebackhide__ = True
    arguments: dict[str, object] = {}
    tell.before(**told)
    try:
        own = dict(bound.arguments)
        for name in bound.wanted:
            if name not in fixtures:
                fixtures[name] = told["request"].getfixturevalue(name)
            own[name] = fixtures[name]
        arguments = own
        tell.call(**told, step_func_args=arguments)
        bound.act(**arguments)
    except (Exception, pytest.fail.Exception) as exception:  # as pytest-bdd: neither a skip nor an interruption is an error
        tell.error(**told, step_func_args=arguments, exception=exception)
        raise
    tell.after(**told, step_func_args=arguments)


class _Table:
    """What each step's text comes to in one session."""

    def __init__(self, request: Any) -> None:
        found = (each for definitions in request._fixturemanager._arg2fixturedefs.values() for each in definitions)
        steps = [each for each in found if each.func in step_function_context_registry]
        seen_by_all = not any(each.baseid for each in steps)
        # Of several that match, pytest-bdd takes the last in its own order; they are one function, or the step was refused.
        self._order = {id(step_function_context_registry[each.func]): at for at, each in enumerate(steps) if seen_by_all}
        self._definitions = defined(request.session)
        self._bound: dict[tuple[str, str], Bound | None] = {}

    def of(self, step: Any) -> Bound | None:
        """None: pytest-bdd itself is to run it."""
        if step.datatable is not None or step.docstring is not None:
            return None
        key = (step.type, step.name)
        if key not in self._bound:
            visible = [each for each in self._definitions.of(*key) if id(each) in self._order]
            last = max(visible, key=lambda each: self._order[id(each)], default=None)
            self._bound[key] = _bind(last, self._definitions.arguments(last, step.name)) if last else None
        return self._bound[key]


_TABLE: pytest.StashKey[_Table] = pytest.StashKey()


def _bind(context: StepFunctionContext, parsed: dict[str, Any]) -> Bound | None:
    if context.target_fixture is not None or context.converters or inspect.isgeneratorfunction(context.step_func):
        return None
    if not all(type(value) in _CONSTANT for value in parsed.values()):
        return None  # what can change is made anew each time
    if not {"datatable", "docstring"}.isdisjoint(parsed):
        return None
    taken, required = _parameters(context.step_func)
    arguments = {name: value for name, value in parsed.items() if name in taken}
    return Bound(context.step_func, arguments, tuple(name for name in required if name not in arguments))


@cache  # a function is inspected once, whatever is said of it
def _parameters(step: Callable[..., object]) -> tuple[frozenset[str], tuple[str, ...]]:
    """The names it can be told, and those of them that it must be."""
    found = inspect.signature(step).parameters.values()
    required = (each.name for each in found if each.kind is each.POSITIONAL_OR_KEYWORD and each.default is each.empty)
    return frozenset(each.name for each in found), tuple(required)
