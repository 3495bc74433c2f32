"""Runs scenarios against the reference LPS in this process: the run's own session and the real steps, without pytest between.

A pytest of its own for each of a hundred combinations would take minutes. That pytest-bdd runs the same steps with the same
arguments is asserted in test_rehearsal.py, by comparing logs.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from pytest_bdd.steps import step_function_context_registry

from harness.domain.event import Event
from harness.domain.grade import Grade
from harness.domain.scenario import Scenario
from harness.house import find_house
from harness.record.log import LOG_NAME, read_log
from harness.runner.options import prepare
from harness.runner.session import RunSession
from harness.runner.setup import RunSetup
from harness.runner.wish import Wish
from harness.steps import MODULES
from harness.suite.gherkin import read_feature

STEPS = [import_module(name) for name in MODULES]
HOUSE = find_house()
_TYPES = {"Givet": "given", "Når": "when", "Så": "then"}


@cache
def scenarios(folder: str = "deling") -> tuple[Scenario, ...]:
    """Every scenario of one folder under features/, in the order pytest runs them."""
    files = sorted((HOUSE.features / folder).rglob("*.feature"))
    return tuple(each for path in files for each in read_feature(path, path.relative_to(HOUSE.home).as_posix()))


def rehearse(folder: Path, wish: Wish, chosen: Iterable[Scenario], *, alone: bool = False, **changes: Any) -> list[Event]:
    """The events of one run of the `chosen` scenarios; `folder` is made. `changes` are to the run's setup, e.g. `profiles`.

    Where some of them are of two, the partner is another system with every capability: both have the faults and variations;
    not so `alone`.
    """
    folder.mkdir(parents=True)
    todo = tuple(chosen)
    if not alone and any(each.of_two for each in todo):
        wish = replace(wish, partner=str(another_reference()))
    setup, faults = _prepared(replace(wish, faults=())), frozenset(wish.faults)
    variations = changes.get("variations", frozenset())
    partner = replace(setup.partner, faults=faults, variations=variations) if setup.partner else None
    setup = replace(setup, faults=faults, partner=partner, **changes)
    run = RunSession(setup, folder, tuple(each.id for each in todo))
    for scenario in todo:
        attempt(run, scenario)
    run.close()
    return [entry.event for entry in read_log(folder / LOG_NAME)]


def attempt(run: RunSession, scenario: Scenario) -> None:
    """One attempt at the scenario, from its start to its end."""
    run.begin(scenario)
    reason = run.irrelevant(scenario)
    if reason:
        run.end(Grade.IR, reason)
    else:
        run.carry_out(lambda: _carry_out(run, scenario))


@cache
def another_reference() -> Path:
    """The file of a system that is as the reference system, by another name: no system is its own partner."""
    folder = Path(tempfile.mkdtemp(prefix="lps-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = folder / "anden.yaml"
    own = HOUSE.reference.read_text("utf-8")
    file.write_text(
        own.replace("id: reference", "id: anden").replace("produkt: Reference", "produkt: Det andet reference"), "utf-8"
    )
    return file


@cache
def _prepared(wish: Wish) -> RunSetup:
    return prepare(wish)


def _carry_out(run: RunSession, scenario: Scenario) -> None:
    for keyword, text, expects, step, arguments in _bound(scenario.steps):
        run.step_started(keyword, text, expects)
        try:
            step(story=run.story(), **arguments)
        except BaseException as error:
            run.step_ended(error)
            raise
        run.step_ended()


@cache
def _bound(steps: tuple[str, ...]) -> tuple[tuple[str, str, bool, Callable[..., object], dict[str, Any]], ...]:
    return tuple(_bind(steps))


def _bind(steps: tuple[str, ...]) -> Iterator[tuple[str, str, bool, Callable[..., object], dict[str, Any]]]:
    type_ = ""
    for step in steps:
        keyword, _, text = step.partition(" ")
        type_ = _TYPES.get(keyword, type_)
        (found,) = {
            each.step_func: each
            for each in step_function_context_registry.values()
            if each.type == type_ and each.parser.is_matching(text)
        }.values()
        yield keyword, text, type_ == "then", found.step_func, dict(found.parser.parse_arguments(text) or {})
