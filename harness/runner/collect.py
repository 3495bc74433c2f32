"""Turns each `.feature` into a module of tests named by id tag, in file order; there are no test modules for features."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from pytest_bdd import scenario as bdd_scenario
from pytest_bdd.feature import features
from pytest_bdd.gherkin_parser import GherkinDocument
from pytest_bdd.parser import FeatureParser
from pytest_bdd.scenario import scenario_wrapper_template_registry

from harness.domain.data_set import DataSet
from harness.domain.errors import FeatureError
from harness.domain.scenario import Scenario
from harness.suite.gherkin import parsed, read_feature

SCENARIO: pytest.StashKey[Scenario] = pytest.StashKey()
SHIPPED: pytest.StashKey[Scenario] = pytest.StashKey()
"""The same scenario with the values its feature file has."""
DATA: pytest.StashKey[DataSet | None] = pytest.StashKey()
"""The set whose values the scenarios enter, and before them what a tester typed for the one that runs; None: the shipped one."""


class _ReadOnce(FeatureParser):
    """pytest-bdd's own reader, given what `read_feature` has parsed: a file is parsed once a process."""

    def _parse_feature_file(self) -> GherkinDocument:
        return GherkinDocument.from_dict(parsed(Path(self.abs_filename).read_bytes().decode("utf-8")))


class FeatureFile(pytest.Module):
    """One feature file. Its items are ordinary pytest functions that carry their Scenario in the stash."""

    def _getobj(self) -> types.ModuleType:
        module = types.ModuleType(self.path.stem)
        module.__file__ = str(self.path)
        try:
            self._scenarios = {each.id: each for each in read_feature(self.path, self._shown())}
        except FeatureError as error:
            raise self.CollectError(str(error)) from None
        for each in self._scenarios.values():
            name = each.id.partition("[")[0]
            if not hasattr(module, name):
                setattr(module, name, self._function(each))
        return module

    def _shown(self) -> str:
        root = self.config.rootpath
        return self.path.relative_to(root).as_posix() if self.path.is_relative_to(root) else self.path.as_posix()

    def _function(self, each: Scenario) -> Callable[..., None]:
        title = self._template_name(each)
        self._render_entering(self._templates()[title], each.tag)

        @bdd_scenario(str(self.path), title, features_base_dir=str(self.path.parent))
        def run() -> None:
            """pytest-bdd runs the steps; nothing is left to do."""

        return run

    def _template_name(self, each: Scenario) -> str:
        """The title as it stands in the file, before an outline's row is put in."""
        return next(name for name, template in self._templates().items() if template.line_number == each.line)

    def _templates(self) -> dict[str, Any]:
        reader = _ReadOnce(str(self.path.parent), str(self.path))
        if reader.abs_filename not in features:
            features[reader.abs_filename] = reader.parse()
        return dict(features[reader.abs_filename].scenarios)

    def _render_entering(self, template: Any, tag: str) -> None:
        """Have pytest-bdd's steps of a scenario, too, say the values of the set that is used."""
        template.__dict__.pop("render", None)  # pytest-bdd keeps what it has read, also when another session reads it
        stock = template.render

        def render(row: Mapping[str, str]) -> Any:
            scenario = stock(row)
            data = self.config.stash.get(DATA, None)
            if data is not None:
                for step in scenario.steps:
                    step.name = data.step(step.name, identity_of(tag, row))
            return scenario

        template.render = render

    def funcnamefilter(self, name: str) -> bool:
        """Every attribute that was put here is a test."""
        return name.partition("-")[0].isupper()

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """The scenarios as items, in file order."""
        for item in super().collect():
            if isinstance(item, pytest.Function) and item.function in scenario_wrapper_template_registry:
                shipped = item.stash[SHIPPED] = self._scenario_of(item)
                data = self.config.stash.get(DATA, None)
                item.stash[SCENARIO] = data.scenario(shipped) if data else shipped
                item.is_scenario = True  # type: ignore[attr-defined]  # how reporting knows it, without importing the runner
            yield item

    def _scenario_of(self, item: pytest.Function) -> Scenario:
        return self._scenarios[identity_of(item.originalname, example_row(item))]


def identity_of(tag: str, row: Mapping[str, str]) -> str:
    """A scenario's identity, by its id tag and its row of Eksempler: `DEL-01[KOL]`."""
    return f"{tag}[{next(iter(row.values()))}]" if row else tag


def example_row(item: pytest.Function) -> Mapping[str, str]:
    """The row of Eksempler the item runs; empty when it is no outline."""
    row = item.callspec.params["_pytest_bdd_example"] if hasattr(item, "callspec") else {}
    assert isinstance(row, Mapping)
    return row


def collect_feature(path: Path, parent: pytest.Collector) -> FeatureFile | None:
    """The collector for `path` when it is a feature file."""
    return FeatureFile.from_parent(parent, path=path) if path.suffix == ".feature" else None
