"""Turns each `.feature` into a module of tests named by id tag, in file order; there are no test modules for features."""

from __future__ import annotations

import importlib
import types
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from pytest_bdd import scenario as bdd_scenario
from pytest_bdd.feature import features
from pytest_bdd.gherkin_parser import GherkinDocument
from pytest_bdd.parser import Feature, FeatureParser, ScenarioTemplate, Step

from harness.domain.data_set import DataSet
from harness.domain.errors import FeatureError
from harness.domain.scenario import Scenario
from harness.runner.compiled import is_known
from harness.suite.gherkin import read_feature
from harness.suite.parsed import parsed_or_kept

_BDD = importlib.import_module("pytest_bdd.scenario")  # the package has a function of that name
SCENARIO: pytest.StashKey[Scenario] = pytest.StashKey()
SHIPPED: pytest.StashKey[Scenario] = pytest.StashKey()
"""The same scenario with the values its feature file has."""
DATA: pytest.StashKey[DataSet | None] = pytest.StashKey()
"""The set whose values the scenarios enter, and before them what a tester typed for the one that runs; None: the shipped one."""


class _ReadOnce(FeatureParser):
    """pytest-bdd's own reader, given what `read_feature` has parsed: a file is parsed once a process."""

    def _parse_feature_file(self) -> GherkinDocument:
        return GherkinDocument.from_dict(parsed_or_kept(Path(self.abs_filename).read_bytes().decode("utf-8")))


class ScenarioItem(pytest.Function):
    """A scenario, or one row of an outline, as pytest runs it. `row` is what pytest-bdd puts into the texts of its `template`."""

    row: Mapping[str, str]
    template: ScenarioTemplate
    is_scenario = True  # how reporting knows it, without importing the runner

    @property
    def location(self) -> tuple[str, int | None, str]:  # pytest would look for a function's file
        """Where the scenario stands: its feature file, its line from 0, and its name."""
        scenario = self.stash[SHIPPED]
        return scenario.file, scenario.line - 1, self.name

    @property
    def steps(self) -> list[Step]:
        """Its steps as pytest-bdd runs them."""
        return self.template.render(self.row).steps

    def setup(self) -> None:
        """Each time it is run: pytest forgets the arguments of an item that is made as new."""
        self.funcargs["_pytest_bdd_example"] = self.row
        self.funcargs["request"] = self._request  # which pytest would make a fixture of, each time
        super().setup()


class FeatureFile(pytest.Module):
    """One feature file. Its items are ordinary pytest functions that carry their Scenario in the stash."""

    def _getobj(self) -> types.ModuleType:
        module = types.ModuleType(self.path.stem)
        module.__file__ = str(self.path)
        return module

    def _shown(self) -> str:
        root = self.config.rootpath
        return self.path.relative_to(root).as_posix() if self.path.is_relative_to(root) else self.path.as_posix()

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """The scenarios as items, in file order. Raises CollectError for a file that is refused."""
        try:
            scenarios = read_feature(self.path, self._shown(), parsed_or_kept)
        except FeatureError as error:
            raise self.CollectError(str(error)) from None
        templates = {each.line_number: each for each in self._feature().scenarios.values()}
        data = self.config.stash.get(DATA, None)
        functions: dict[str, Callable[..., None]] = {}
        alike = None
        for each in scenarios:
            template = templates[each.line]
            if each.tag not in functions:
                self._render_entering(template, each.tag)
                functions[each.tag] = _run if is_known() else self._function(template)
            # Which fixtures they take need be found out once: all are called alike.
            item = ScenarioItem.from_parent(self, name=each.id, callobj=functions[each.tag], fixtureinfo=alike)
            alike = getattr(item, "_fixtureinfo", None)
            item.row, item.template = each.parameters, template
            item.stash[SHIPPED] = each
            item.stash[SCENARIO] = data.scenario(each) if data else each
            yield item

    def _feature(self) -> Feature:
        reader = _ReadOnce(str(self.path.parent), str(self.path))
        if reader.abs_filename not in features:
            features[reader.abs_filename] = reader.parse()
        return features[reader.abs_filename]

    def _function(self, template: ScenarioTemplate) -> Callable[..., None]:
        @bdd_scenario(str(self.path), template.name, features_base_dir=str(self.path.parent))
        def run() -> None:
            """pytest-bdd runs the steps; nothing is left to do."""

        return run

    def _render_entering(self, template: Any, tag: str) -> None:
        """Have pytest-bdd's steps of a scenario, too, say the values of the set that is used."""
        template.__dict__.pop("render", None)  # pytest-bdd keeps what it has read, also when another session reads it
        stock = template.render
        rendered: dict[str, tuple[DataSet | None, Any]] = {}

        def render(row: Mapping[str, str]) -> Any:
            data, name = self.config.stash.get(DATA, None), identity_of(tag, row)
            known = rendered.get(name)
            if known is not None and known[0] is data:
                return known[1]
            scenario = stock(row)
            if data is not None:
                for step in scenario.steps:
                    step.name = data.step(step.name, name)
            rendered[name] = data, scenario
            return scenario

        template.render = render


def _run(request: pytest.FixtureRequest, _pytest_bdd_example: Mapping[str, str]) -> None:
    """What pytest-bdd's public decorator comes to, for any scenario: it makes one for each, and asks each time who calls."""
    __tracebackhide__ = True
    template = request.node.template
    _BDD._execute_scenario(template.feature, template.render(_pytest_bdd_example), request)


def identity_of(tag: str, row: Mapping[str, str]) -> str:
    """A scenario's identity, by its id tag and its row of Eksempler: `DEL-01[KOL]`."""
    return f"{tag}[{next(iter(row.values()))}]" if row else tag


def collect_feature(path: Path, parent: pytest.Collector) -> FeatureFile | None:
    """The collector for `path` when it is a feature file."""
    return FeatureFile.from_parent(parent, path=path) if path.suffix == ".feature" else None
