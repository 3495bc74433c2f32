"""What is tried: every scenario with the honest LPS, and each fault on those that must catch it and some of the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from itertools import product

from harness.domain.fault import Fault
from harness.domain.scenario import Scenario
from harness.house import House
from harness.runner.options import RUTER
from harness.runner.trials.trial import Outcome, Setting, Trial
from harness.suite.campaigns import load_campaign
from harness.suite.faults import load_faults
from harness.suite.gherkin import read_folders

VERSIONS = ("1.0.1", "2.0")
NEWEST = VERSIONS[-1]


class Breadth(Enum):
    """On which scenarios that must not notice a fault it is tried, besides those that must catch it.

    `SOME`: in the folders of those that must, the first in each feature file of those that ask about the fault. `SEEING`: all
    that ask about it, wherever they are. `ALL`: also those that do not ask, so as to check that asking is what counts.
    """

    SOME = 1
    SEEING = 2
    ALL = 3


@dataclass(frozen=True)
class Catalogue:
    """The faults and scenarios there are. `campaigns` is by folder: the one whose profiles its scenarios must do with."""

    scenarios: tuple[Scenario, ...]
    faults: Mapping[str, Fault]
    campaigns: Mapping[str, str]

    @cached_property
    def by_id(self) -> Mapping[str, Scenario]:
        """The scenarios by their identities."""
        return {each.id: each for each in self.scenarios}

    @cached_property
    def scopes(self) -> Mapping[str, frozenset[str]]:
        """For each fault the folders whose scenarios it says all of: who of them catch it, and that no other does."""
        return {name: frozenset(self._named(fault)) for name, fault in self.faults.items()}

    def _named(self, fault: Fault) -> Iterator[str]:
        named = {name for catch in fault.catches for name in catch.scenarios}
        return (each.folder for each in self.scenarios if {each.id, each.tag} & named)

    def expected(self, fault: Fault, scenario: Scenario, setting: Setting) -> tuple[str, ...]:
        """The rules that the scenario must break because of the fault; none where it must not notice it, or is not relevant."""
        if scenario.rute not in ("", setting.rute):
            return ()
        return fault.rules_broken_in(scenario.id, setting.rute, withheld=setting.own_set)

    def settings(self, scenario: Scenario) -> Iterator[Setting]:
        """What it is tried in: each rute and version of CPD-DK, and on a set of its own where a fault shows only there."""
        campaign = self.campaigns[scenario.folder]
        for rute, cpd in product(RUTER, VERSIONS):
            yield Setting(rute, cpd, campaign)
        if any(each.withheld and scenario.folder in self.scopes[name] for name, each in self.faults.items()):
            yield Setting("plsp", NEWEST, campaign, own_set=True)


def load_catalogue(house: House, campaigns: Iterable[str] = (), faults: Sequence[str] = ()) -> Catalogue:
    """What there is to try in the campaigns with these ids, and of the faults with these; none: all. Where faults are named, the
    scenarios are those in the folders that must catch them.

    Raises YamlError and FeatureError for what cannot be read, and ConfigurationError for what is not there.
    """
    everyone = sorted(
        (load_campaign(house, path.stem) for path in house.campaigns.glob("*.yaml")),
        key=lambda each: (each.day is not None, each.id),  # a connectathon has its folders from others
    )
    asked = tuple(campaigns)
    owners: dict[str, str] = {}
    for each in everyone:
        if not asked or each.id in asked:
            for folder in each.features:
                owners.setdefault(folder, each.id)
    scenarios = tuple(read_folders(house.features, sorted(owners)))
    known = load_faults(house)
    found = Catalogue(scenarios, {name: fault for name, fault in known.items() if not faults or name in faults}, owners)
    own = {name: fault for name, fault in found.faults.items() if found.scopes[name]}
    if not faults:
        return Catalogue(scenarios, own, owners)
    near = {folder for name in own for folder in found.scopes[name]}
    return Catalogue(tuple(each for each in scenarios if each.folder in near), own, {each: owners[each] for each in near})


def honest_trials(catalogue: Catalogue) -> list[Trial]:
    """Every scenario without a difference, in each of its settings."""
    return [Trial(each.id, setting) for each in catalogue.scenarios for setting in catalogue.settings(each)]


def faulty_trials(catalogue: Catalogue, honest: Iterable[Outcome], breadth: Breadth = Breadth.SOME) -> list[Trial]:
    """Each fault in every setting on each scenario that must catch it there, and in CPD-DK 2.0 on others, as `breadth` says.

    `honest` are the outcomes of `honest_trials`. A scenario that must catch what it never asks about is tried all the same.
    """
    outcomes = list(honest)
    return [
        Trial(outcome.trial.scenario, outcome.trial.setting, {"faults": frozenset({name})})
        for name in catalogue.faults
        for outcome in _chosen(catalogue, name, outcomes, breadth)
    ]


def _chosen(catalogue: Catalogue, name: str, outcomes: Iterable[Outcome], breadth: Breadth) -> Iterator[Outcome]:
    fault, scope = catalogue.faults[name], catalogue.scopes[name]
    firsts: set[tuple[str, Setting]] = set()
    for each in outcomes:
        scenario, setting = catalogue.by_id[each.trial.scenario], each.trial.setting
        first = (scenario.file, setting)
        if catalogue.expected(fault, scenario, setting):
            yield each
        elif setting.cpd != NEWEST:
            continue
        elif breadth is Breadth.ALL or (name in each.asked and breadth is Breadth.SEEING):
            yield each
        elif name in each.asked and scenario.folder in scope and first not in firsts:
            firsts.add(first)
            yield each
