"""Every scenario outside `features/deling` catches what it should and nothing else: its folder's faults, and the honest LPS."""

from __future__ import annotations

import os
import pkgutil
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path

import pytest
from rehearsal import HOUSE, rehearse, scenarios, shared_out

from harness import conformance
from harness.conformance.rule import REGISTRY
from harness.domain.event import Exchanged, Judged, ScenarioEnded, ScenarioStarted
from harness.domain.fault import Fault
from harness.domain.grade import Beside
from harness.domain.scenario import Scenario, only_account
from harness.lps import faults as faults_of_sharing
from harness.lps.reference.capabilities import ALL_FAULTS
from harness.runner.seats.seated import used_in
from harness.runner.wish import Wish
from harness.suite.campaigns import load_campaign
from harness.suite.faults import load_faults

for _module in pkgutil.walk_packages(conformance.__path__, f"{conformance.__name__}."):
    import_module(_module.name)  # a fault may break a message's rule, whose module is imported when such a message comes

FAULTS = {name: fault for name, fault in load_faults(HOUSE).items() if name not in faults_of_sharing.ALL}
FOLDERS = sorted(path.name for path in HOUSE.features.iterdir() if path.is_dir() and path.name != "deling")


@dataclass(frozen=True, slots=True)
class Case:
    """One folder's scenarios with one fault; none for the honest LPS."""

    folder: str
    fault: str = ""

    def __str__(self) -> str:
        return f"{self.folder}-{self.fault or 'ærlig'}"

    @property
    def chosen(self) -> tuple[Scenario, ...]:
        """All scenarios for the honest LPS; with a fault the first it must break by each set of rules, those that no other fault
        is tried on, and for every other fault the first other one.

        With LPS_ALL set in the environment every scenario it must break, and the first other one of each feature.
        """
        if not self.fault:
            return scenarios(self.folder)
        broken = tried_on(self.folder)[self.fault]
        others = [each for each in scenarios(self.folder) if not rules_of(self.fault, each)]
        if "LPS_ALL" in os.environ:
            others = list({each.file: each for each in reversed(others)}.values())
        elif list(FAULTS).index(self.fault) % 2 and broken:
            others = []
        wanted = {each.id for each in (*broken, *others[: None if "LPS_ALL" in os.environ else 1])}
        return tuple(each for each in scenarios(self.folder) if each.id in wanted)


def rules_of(fault: str, scenario: Scenario) -> tuple[str, ...]:
    """The rules that a fault must break in a scenario."""
    return FAULTS[fault].rules_broken_in(scenario.id, "plsp")


@cache
def tried_on(folder: str) -> dict[str, tuple[Scenario, ...]]:
    """Which of a folder's scenarios each fault is tried on, of those that it must break."""
    return shared_out({fault: [each for each in scenarios(folder) if rules_of(fault, each)] for fault in FAULTS}, rules_of)


@dataclass(slots=True)
class Run:
    """What each scenario came to, which rules it broke with a grade, which it remarked on, and the entrances that were used."""

    standings: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    graded: dict[str, set[str]] = field(default_factory=dict)
    remarked: dict[str, set[str]] = field(default_factory=dict)
    reached: dict[str, set[str]] = field(default_factory=dict)


@cache
def campaign_of(folder: str) -> str:
    """The campaign that has the folder, a connectathon only where no other has: it must do with the profiles that it names."""
    everyone = [load_campaign(HOUSE, path.stem) for path in sorted(HOUSE.campaigns.glob("*.yaml"))]
    having = sorted((each for each in everyone if folder in each.features), key=lambda each: each.day is not None)
    return having[0].id


@cache
def folder_of(scenario: str) -> str:
    """The folder the scenario with this id tag stands in; empty when it stands in none of these."""
    tag = scenario.partition("[")[0]
    return next((folder for folder in FOLDERS if any(each.id.partition("[")[0] == tag for each in scenarios(folder))), "")


def named_by(fault: Fault) -> list[str]:
    return [name for catch in fault.catches for name in catch.scenarios]


FAULTY = [
    Case(folder, fault.id) for fault in FAULTS.values() for folder in sorted({folder_of(name) for name in named_by(fault)} - {""})
]
HONEST = [Case(folder) for folder in FOLDERS]


@pytest.fixture(scope="module")
def runs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Case, Future[Run]]]:
    """The runs the selected tests ask for, made by as many processes as there are cores."""
    folder = tmp_path_factory.mktemp("evner")
    asked = [
        item.callspec.params["case"]
        for item in request.session.items
        if isinstance(item, pytest.Function) and hasattr(item, "callspec") and isinstance(item.callspec.params.get("case"), Case)
    ]
    pool = ProcessPoolExecutor(mp_context=get_context("spawn"))
    yield {each: pool.submit(carry_out, folder, each) for each in dict.fromkeys([*(Case(case.folder) for case in asked), *asked])}
    pool.shutdown(cancel_futures=True)


def carry_out(folder: Path, case: Case) -> Run:
    wish = Wish(rute="plsp", cpd="2.0", faults=(case.fault,) if case.fault else (), campaign=campaign_of(case.folder))
    result, scenario = Run(), ""
    for event in rehearse(folder / str(case), wish, case.chosen):
        match event:
            case ScenarioStarted():
                scenario = event.scenario
            case Judged(findings=findings):
                for each in findings:
                    (result.graded if each.grade else result.remarked).setdefault(scenario, set()).add(each.rule)
            case Exchanged(method=method, path=path, status=status) if (method, status) != ("GET", 204):  # an empty post box
                result.reached.setdefault(scenario, set()).add(path.split("/")[1])
            case ScenarioEnded():
                result.standings[scenario], result.reasons[scenario] = event.standing, event.reason
    return result


@pytest.mark.parametrize("case", HONEST, ids=str)
def test_the_honest_lps_breaks_nothing(runs: dict[Case, Future[Run]], case: Case) -> None:
    result = runs[case].result()
    assert result.graded == {}
    wrong = {
        name: result.reasons[name] for name, standing in result.standings.items() if standing not in ("OK", "IR", Beside.AWAITING)
    }
    assert wrong == {}
    assert list(result.standings) == [each.id for each in scenarios(case.folder)]
    unseated = {each.id: result.reached.get(each.id, set()) - set(used_in(each.file, "plsp")) for each in scenarios(case.folder)}
    assert {name: entrances for name, entrances in unseated.items() if entrances} == {}, "runner/seats/seated.py, USED"


@pytest.mark.parametrize("case", FAULTY, ids=str)
def test_a_fault_is_caught_where_it_should_and_nowhere_else(runs: dict[Case, Future[Run]], case: Case) -> None:
    fault, honest, result = FAULTS[case.fault], runs[Case(case.folder)].result(), runs[case].result()
    expected = {each.id: set(fault.rules_broken_in(each.id, "plsp")) for each in case.chosen}
    expected = {name: rules for name, rules in expected.items() if rules}
    found, other = (result.remarked, result.graded) if fault.awaits else (result.graded, result.remarked)
    assert {name: rules - honest.remarked.get(name, set()) for name, rules in found.items()} == expected
    other = {name: rules - set(fault.remarks) for name, rules in other.items() if rules - set(fault.remarks)}
    assert other == ({} if fault.awaits else {name: rules for name, rules in honest.remarked.items() if name in result.standings})
    untouched = {name: standing for name, standing in result.standings.items() if name not in expected}
    assert untouched == {name: honest.standings[name] for name in untouched}


def test_the_faults_described_are_the_faults_there_are() -> None:
    assert set(FAULTS) == set(ALL_FAULTS) - set(faults_of_sharing.ALL)
    assert len(set(ALL_FAULTS)) == len(ALL_FAULTS)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=lambda fault: fault.id)
def test_what_a_fault_names_is_there(fault: Fault) -> None:
    everywhere = [each for folder in (*FOLDERS, "deling") for each in scenarios(folder)]
    carried = {each.id: each for each in everywhere} | {each.id.partition("[")[0]: each for each in everywhere}
    assert set(named_by(fault)) <= carried.keys()
    tested = {requirement for name in named_by(fault) for requirement in carried[name].requirements}
    assert set(fault.requirements) <= tested, "et scenarie, der fanger fejlen, skal bære kravet"
    rules = {rule for catch in fault.catches for rule in catch.rules}
    assert {REGISTRY[rule].grade for rule in rules} == {fault.grade}
    assert {REGISTRY[rule].fact for rule in rules} <= {fault.awaits, ""}
    assert fault.description.endswith(".")


def test_every_scenario_is_carried_out_with_a_fault_that_it_must_catch() -> None:
    """Also when not every scenario is carried out with every fault."""
    carried_out = {each.id for case in FAULTY for each in case.chosen if rules_of(case.fault, each)}
    catching = {each.id for folder in FOLDERS for each in scenarios(folder) if any(rules_of(fault, each) for fault in FAULTS)}
    assert carried_out == catching


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_is_tried_where_it_breaks_each_set_of_rules(fault: str) -> None:
    cases = [case for case in FAULTY if case.fault == fault]
    tried = {rules_of(fault, each) for case in cases for each in case.chosen}
    assert tried - {()} == {rules_of(fault, each) for case in cases for each in scenarios(case.folder)} - {()}


def test_every_scenario_catches_some_fault() -> None:
    caught = {
        each.id.partition("[")[0]
        for folder in FOLDERS
        for each in scenarios(folder)
        if any(fault.rules_broken_in(each.id, "plsp") for fault in FAULTS.values())
    }
    asked = {each.id.partition("[")[0] for folder in FOLDERS for each in scenarios(folder) if not only_account(each.tags)}
    assert asked - caught == set()


def test_every_rule_of_behaviour_has_a_fault_that_breaks_it() -> None:
    broken = {rule for fault in load_faults(HOUSE).values() for catch in fault.catches for rule in catch.rules}
    of_behaviour = {rule.id for rule in REGISTRY.values() if rule.check.__module__.startswith("harness.conformance.behaviour.")}
    assert of_behaviour - broken == set()
