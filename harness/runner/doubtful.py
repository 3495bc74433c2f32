"""Refuses steps that would be run otherwise than they read, before anything runs: no definition, several, one never awaited."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any

import pytest

from harness.domain.errors import FeatureError
from harness.runner.collect import SCENARIO, ScenarioItem
from harness.runner.definitions import Definitions, defined


def refuse_doubtful_steps(items: Iterable[pytest.Item]) -> None:
    """Raises FeatureError for steps with no definition or several, and for definitions that would never be awaited."""
    scenarios = [item for item in items if isinstance(item, ScenarioItem)]
    if not scenarios:
        return
    definitions = defined(scenarios[0].session)
    problems = [
        f"Trinnet {each.step_func.__module__}.{each.step_func.__qualname__} er async og ville aldrig blive udført."
        for each in definitions
        if inspect.iscoroutinefunction(inspect.unwrap(each.step_func))  # beneath what `end_when_seen` put around it
    ]
    checked: set[tuple[str, str]] = set()
    for item in scenarios:
        for step in item.steps:
            if (step.type, step.name) in checked:
                continue
            checked.add((step.type, step.name))
            problem = _doubt(step, definitions)
            if problem:
                problems.append(f"{item.stash[SCENARIO].file}:{step.line_number}: “{step.keyword} {step.name}” {problem}.")
    if problems:
        raise FeatureError("\n".join(problems))


def _doubt(step: Any, definitions: Definitions) -> str:
    matching = {each.step_func for each in definitions.of(step.type, step.name)}
    if not matching:
        return "er ikke et kendt trin"
    if len(matching) > 1:
        return f"passer på flere trin: {', '.join(sorted(found.__qualname__ for found in matching))}"
    return ""
