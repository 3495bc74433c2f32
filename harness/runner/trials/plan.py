"""What is tried: every scenario with the honest LPS, and each fault on those that must catch it and some of the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
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
_USUAL_RUTE = "plsp"
_SHARING = "deling"
"""The folder whose scenarios are about how a plan is handed in: by either rute, and in either version."""


class Breadth(StrEnum):
    """On which scenarios a fault is tried.

    `FEW`: of those that must catch it the first in each folder for each set of rules, and those that no other fault is tried on;
    outside `deling` in CPD-DK 2.0 alone, and by rute `plsp` unless other rules must be broken by `direkte`. `SOME`: all that must
    catch it, in every setting. Both: of those in the same folders that ask about it and must not notice it, the first of each
    feature file. `SEEING`: all that ask about it, wherever they are. `ALL`: also those that do not ask, so as to check that
    asking is what counts.
    """

    FEW = "få"
    SOME = "nogle"
    SEEING = "alle"
    ALL = "også-uset"


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
    def named(self) -> Mapping[str, frozenset[str]]:
        """For each fault the identities of the scenarios it names, one by one or by their tag."""
        rows: dict[str, set[str]] = {}
        for each in self.scenarios:
            rows.setdefault(each.id, set()).add(each.id)
            rows.setdefault(each.tag, set()).add(each.id)
        return {
            name: frozenset(row for catch in fault.catches for named in catch.scenarios for row in rows.get(named, ()))
            for name, fault in self.faults.items()
        }

    @cached_property
    def scopes(self) -> Mapping[str, frozenset[str]]:
        """For each fault the folders whose scenarios it says all of: who of them catch it, and that no other does."""
        return {name: frozenset(self.by_id[each].folder for each in named) for name, named in self.named.items()}

    @cached_property
    def differing(self) -> frozenset[str]:
        """The scenarios in which some fault must break other rules by another rute than the usual one."""
        usual, others = Setting(_USUAL_RUTE, NEWEST, ""), [Setting(each, NEWEST, "") for each in RUTER if each != _USUAL_RUTE]
        return frozenset(
            each
            for name, named in self.named.items()
            for each in named
            for other in others
            if self.expected(self.faults[name], self.by_id[each], other)
            not in ((), self.expected(self.faults[name], self.by_id[each], usual))
        )

    def expected(self, fault: Fault, scenario: Scenario, setting: Setting) -> tuple[str, ...]:
        """The rules that the scenario must break because of the fault; none where it must not notice it, or is not relevant."""
        if scenario.id not in self.named[fault.id] or scenario.rute not in ("", setting.rute):
            return ()
        return fault.rules_broken_in(scenario.id, setting.rute, withheld=setting.own_set)

    def settings(self, scenario: Scenario, breadth: Breadth) -> Iterator[Setting]:
        """What it is tried in: each rute and version of CPD-DK, and on a set of its own where a fault shows only there."""
        campaign = self.campaigns[scenario.folder]
        for rute, cpd in product(RUTER, VERSIONS):
            usual = cpd == NEWEST and (rute == _USUAL_RUTE or scenario.id in self.differing)
            if breadth is not Breadth.FEW or scenario.folder == _SHARING or usual:
                yield Setting(rute, cpd, campaign)
        if any(each.withheld and scenario.folder in self.scopes[name] for name, each in self.faults.items()):
            yield Setting(_USUAL_RUTE, NEWEST, campaign, own_set=True)


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


def honest_trials(catalogue: Catalogue, breadth: Breadth = Breadth.SOME) -> list[Trial]:
    """Every scenario without a difference, in each of its settings."""
    return [Trial(each.id, setting) for each in catalogue.scenarios for setting in catalogue.settings(each, breadth)]


def faulty_trials(catalogue: Catalogue, honest: Iterable[Outcome], breadth: Breadth = Breadth.SOME) -> list[Trial]:
    """Each fault on each scenario that `breadth` says, in each setting of those that must catch it, and in CPD-DK 2.0 on others.

    `honest` are the outcomes of `honest_trials`. A scenario that must catch what it never asks about is tried all the same.
    """
    outcomes = list(honest)
    asking: dict[str, list[Outcome]] = {}
    for each in outcomes:
        for name in catalogue.faults if breadth is Breadth.ALL else each.asked:
            asking.setdefault(name, []).append(each)
    catching = {name: [each for each in outcomes if _rules(catalogue, name, each)] for name in catalogue.faults}
    if breadth is Breadth.FEW:
        catching = _shared_out(catalogue, catching)
    return [
        Trial(outcome.trial.scenario, outcome.trial.setting, {"faults": frozenset({name})})
        for name in catalogue.faults
        for outcome in (*catching[name], *_others(catalogue, name, asking.get(name, ()), breadth))
    ]


def _rules(catalogue: Catalogue, name: str, outcome: Outcome) -> tuple[str, ...]:
    return catalogue.expected(catalogue.faults[name], catalogue.by_id[outcome.trial.scenario], outcome.trial.setting)


def _shared_out(catalogue: Catalogue, catching: Mapping[str, list[Outcome]]) -> dict[str, list[Outcome]]:
    """For each fault the first that must catch it, by folder, setting and rules; then each other that no fault is tried on."""
    shared: dict[str, list[Outcome]] = {}
    for name, outcomes in catching.items():
        firsts: dict[tuple[object, ...], Outcome] = {}
        for each in outcomes:
            folder = catalogue.by_id[each.trial.scenario].folder
            firsts.setdefault((folder, each.trial.setting, _rules(catalogue, name, each)), each)
        shared[name] = list(firsts.values())
    tried = {each.trial.scenario for chosen in shared.values() for each in chosen}
    for name, outcomes in catching.items():
        for each in outcomes:
            if each.trial.scenario not in tried:
                tried.add(each.trial.scenario)
                shared[name].append(each)
    return shared


def _others(catalogue: Catalogue, name: str, asking: Iterable[Outcome], breadth: Breadth) -> Iterator[Outcome]:
    """Those of the `asking` that must not notice the fault."""
    scope = catalogue.scopes[name]
    firsts: set[tuple[str, Setting]] = set()
    for each in asking:
        scenario, setting = catalogue.by_id[each.trial.scenario], each.trial.setting
        if setting.cpd != NEWEST or _rules(catalogue, name, each):
            continue
        first = (scenario.file, setting)
        if breadth in (Breadth.SEEING, Breadth.ALL):
            yield each
        elif scenario.folder in scope and first not in firsts:
            firsts.add(first)
            yield each
