"""Finds step definitions: once per step text, with every doubt an error at collection.

pytest-bdd 9.0.1 scans every fixture for every step, each time it is reached; `memoise` scans once and keeps each answer. The
patch touches private names and is put in only for exactly that version; with any other, pytest-bdd's own look-up is used.
"""

from __future__ import annotations

import functools
import importlib
import inspect
from collections.abc import Callable, Iterable
from importlib.metadata import version
from typing import Any

import pytest
from pytest_bdd.scenario import scenario_wrapper_template_registry
from pytest_bdd.steps import StepFunctionContext, step_function_context_registry

from harness.domain.errors import FeatureError
from harness.lps.attended import SeenByTester
from harness.runner.collect import SCENARIO, example_row
from harness.steps.story import Story

MEMOISED_VERSION = "9.0.1"


def memoise() -> bool:
    """Keep each step's definitions after the first look-up; whether it could be done with this pytest-bdd."""
    if version("pytest-bdd") != MEMOISED_VERSION:
        return False
    module = importlib.import_module("pytest_bdd.scenario")
    stock = module.find_fixturedefs_for_step
    if getattr(stock, "memoised", False):
        return True
    visible: dict[Any, list[tuple[Any, StepFunctionContext]]] = {}
    found: dict[tuple[Any, str, str], list[Any]] = {}

    def look_up(step: Any, fixturemanager: Any, node: Any) -> list[Any]:
        # Step definitions live in plugins, which every feature sees alike: the session decides what is visible.
        if node.session not in visible:
            names = module.get_fixture_names(fixturemanager=fixturemanager)
            definitions = [each for name in names for each in module.getfixturedefs(fixturemanager, name, node) or []]
            contexts = ((each, step_function_context_registry.get(each.func)) for each in definitions)
            visible[node.session] = [(each, context) for each, context in contexts if context is not None]
        key = (node.session, step.type, step.name)
        if key not in found:
            found[key] = [
                each
                for each, context in visible[node.session]
                if context.type in (None, step.type) and context.parser.is_matching(step.name)
            ]
        return found[key]

    look_up.memoised = True  # type: ignore[attr-defined]
    module.find_fixturedefs_for_step = look_up  # type: ignore[attr-defined]
    return True


def end_when_seen() -> None:
    """Have every step end where a tester has judged what it expects, or vouched for it."""
    for context in step_function_context_registry.values():
        if not hasattr(context.step_func, "__wrapped__"):
            context.step_func = _ends_when_seen(context.step_func, expects=context.type == "then")


@functools.cache  # a step that has several forms is still one function
def _ends_when_seen(step: Callable[..., Any], expects: bool) -> Callable[..., Any]:
    @functools.wraps(step)
    def run(story: Story, *arguments: Any, **named: Any) -> Any:
        try:
            if expects:
                story.attest()
            return step(story, *arguments, **named)
        except SeenByTester:
            return None

    return run


def refuse_doubtful_steps(items: Iterable[pytest.Item]) -> None:
    """Raises FeatureError for steps with no definition or several, and for definitions that would never be awaited."""
    definitions = list(step_function_context_registry.values())
    problems = [
        f"Trinnet {each.step_func.__module__}.{each.step_func.__qualname__} er async og ville aldrig blive udført."
        for each in definitions
        if inspect.iscoroutinefunction(inspect.unwrap(each.step_func))  # beneath what `end_when_seen` put around it
    ]
    checked: set[tuple[str, str]] = set()
    for item in items:
        scenario = item.stash.get(SCENARIO, None)
        if scenario is None or not isinstance(item, pytest.Function):
            continue
        for step in scenario_wrapper_template_registry[item.function].render(example_row(item)).steps:
            if (step.type, step.name) in checked:
                continue
            checked.add((step.type, step.name))
            problem = _doubt(step, definitions)
            if problem:
                problems.append(f"{scenario.file}:{step.line_number}: “{step.keyword} {step.name}” {problem}.")
    if problems:
        raise FeatureError("\n".join(problems))


def _doubt(step: Any, definitions: Iterable[StepFunctionContext]) -> str:
    matching = {each.step_func for each in definitions if each.type in (None, step.type) and each.parser.is_matching(step.name)}
    if not matching:
        return "er ikke et kendt trin"
    if len(matching) > 1:
        return f"passer på flere trin: {', '.join(sorted(found.__qualname__ for found in matching))}"
    return ""
