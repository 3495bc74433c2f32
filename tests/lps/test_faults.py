"""Every scenario about sharing catches what it should and nothing else: each fault by each rute, and the honest LPS."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, product
from multiprocessing import get_context
from pathlib import Path

import pytest
from rehearsal import HOUSE, rehearse, scenarios, shared_out

from harness.conformance.rule import REGISTRY
from harness.domain.event import Event, Judged, RunEnded, ScenarioEnded, ScenarioStarted
from harness.domain.fault import Fault, FaultPlace
from harness.domain.finding import Finding
from harness.domain.scenario import Scenario
from harness.lps import faults as known_faults
from harness.record.log import LOG_NAME, read_log
from harness.runner.wish import Wish
from harness.suite.faults import load_faults
from harness.suite.profiles import load_profiles

FAULTS = {name: fault for name, fault in load_faults(HOUSE).items() if name in known_faults.ALL}
CONFIRMED = load_profiles(HOUSE)["cpd-2.0"].rules_confirmed
RUTER = ("plsp", "direkte")
VERSIONS = ("1.0.1", "2.0")
SEEN_BY = re.compile(r"DELING-\d+|PLSP-\d+")


@dataclass(frozen=True, slots=True)
class Combination:
    """One run: which fault (empty: the honest LPS), by which rute, in which version of CPD-DK."""

    fault: str
    rute: str
    cpd: str

    def __str__(self) -> str:
        return f"{self.fault or 'ærlig'}-{self.rute}-{self.cpd}"

    @property
    def wish(self) -> Wish:
        return Wish(rute=self.rute, cpd=self.cpd, faults=(self.fault,) if self.fault else ())

    @property
    def chosen(self) -> tuple[Scenario, ...]:
        """All scenarios for the honest LPS. With a fault, of each feature the first it must break by each set of rules and the
        first other one, and those that no other fault is tried on (all of them with LPS_ALL set in the environment); one that
        breaks each set of rules and one that breaks none where a fault must show nothing new.

        That is by the rute it does not concern, and in CPD-DK 2.0, where only the rules of the document weigh otherwise.
        """
        if not self.fault:
            return scenarios()
        fault = FAULTS[self.fault]

        def rules(each: Scenario) -> tuple[str, ...]:
            return fault.rules_broken_in(each.id, self.rute)

        if self.cpd == "1.0.1" and fault.rute in ("", self.rute):
            others = {each.file: each for each in reversed(scenarios()) if not rules(each)}
            broken = tried_on(self.rute)[self.fault]
            return tuple(each for each in scenarios() if each in broken or each in others.values())
        seen: dict[tuple[str, ...], Scenario] = {}
        for each in scenarios():
            if each.rute in ("", self.rute):
                seen.setdefault(rules(each), each)
        return tuple(seen.values())

    @property
    def expected(self) -> dict[str, tuple[str, ...]]:
        """The rules each scenario must break, by the scenario's identity."""
        if not self.fault:
            return {}
        relevant = (each.id for each in self.chosen if each.rute in ("", self.rute))
        broken = {name: FAULTS[self.fault].rules_broken_in(name, self.rute) for name in relevant}
        return {name: rules for name, rules in broken.items() if rules}


@cache
def tried_on(rute: str) -> dict[str, tuple[Scenario, ...]]:
    """Which scenarios each fault is tried on by a rute, of those that it must break."""
    relevant = [each for each in scenarios() if each.rute in ("", rute)]
    broken = {name: [each for each in relevant if fault.rules_broken_in(each.id, rute)] for name, fault in FAULTS.items()}
    return shared_out(broken, lambda fault, each: (FAULTS[fault].rules_broken_in(each.id, rute), each.file))


HONEST = [Combination("", rute, cpd) for rute, cpd in product(RUTER, VERSIONS)]
FAULTY = [Combination(fault, rute, cpd) for fault, rute, cpd in product(known_faults.ALL, RUTER, VERSIONS)]


@pytest.fixture(scope="module")
def runs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Combination, Future[Run]]]:
    """The runs the selected tests ask for, made by as many processes as there are cores."""
    folder = tmp_path_factory.mktemp("matrix")
    asked = [
        item.callspec.params["combination"]
        for item in request.session.items
        if isinstance(item, pytest.Function) and hasattr(item, "callspec") and "combination" in item.callspec.params
    ]
    pool = ProcessPoolExecutor(mp_context=get_context("spawn"))
    yield {each: pool.submit(run, folder, each) for each in dict.fromkeys([*HONEST, *asked])}
    pool.shutdown(cancel_futures=True)


@dataclass(frozen=True, slots=True)
class Run:
    """What one run came to, by the scenarios' identities. `messages` are the findings of each judged message."""

    standings: dict[str, str]
    findings: dict[str, list[Finding]]
    messages: dict[str, list[list[Finding]]]

    def rules(self, *, graded: bool) -> dict[str, tuple[str, ...]]:
        """The rules broken with a grade, or remarked without one, in each scenario where there are any."""
        found = {
            name: tuple(sorted({each.rule for each in found if (each.grade is not None) is graded}))
            for name, found in self.findings.items()
        }
        return {name: rules for name, rules in found.items() if rules}


def run(folder: Path, combination: Combination) -> Run:
    return read(rehearse(folder / str(combination), combination.wish, combination.chosen))


def read(events: list[Event]) -> Run:
    result = Run({}, {}, {})
    scenario = ""
    for event in events:
        match event:
            case ScenarioStarted():
                scenario = event.scenario
                result.findings[scenario], result.messages[scenario] = [], []
            case Judged(findings=findings, exchange=exchange):
                result.findings[scenario] += findings
                if exchange:
                    result.messages[scenario].append(list(findings))
            case ScenarioEnded(standing=standing):
                result.standings[scenario] = standing
    return result


@pytest.mark.parametrize("combination", FAULTY, ids=str)
def test_a_fault_is_caught_where_it_should_and_nowhere_else(
    runs: dict[Combination, Future[Run]], combination: Combination
) -> None:
    fault, result = FAULTS[combination.fault], runs[combination].result()
    honest = runs[replace(combination, fault="")].result()
    only_remarks = bool(fault.awaits) or any(not_known_to_hold(rule, combination.cpd) for rule in rules_of(fault))
    assert result.rules(graded=not only_remarks) == {name: tuple(sorted(rules)) for name, rules in combination.expected.items()}
    assert result.rules(graded=only_remarks) == {}
    assert {each.grade for found in result.findings.values() for each in found} <= {None if only_remarks else fault.grade}
    assert result.standings == {
        name: fault.grade if name in combination.expected and not only_remarks else honest.standings[name]
        for name in result.standings
    }


@pytest.mark.parametrize("combination", FAULTY, ids=str)
def test_one_defect_of_a_message_is_one_finding(runs: dict[Combination, Future[Run]], combination: Combination) -> None:
    for scenario, messages in runs[combination].result().messages.items():
        for found in messages:
            allowed = combination.expected.get(scenario, ())
            assert sorted(each.rule for each in found) in ([], sorted(allowed)), f"{scenario}: {[str(each) for each in found]}"


def rules_of(fault: Fault) -> set[str]:
    return {rule for catch in fault.catches for rule in catch.rules}


def not_known_to_hold(rule: str, cpd: str) -> bool:
    since = REGISTRY[rule].since
    return since not in ("", f"CPD-DK {cpd}") and rule not in CONFIRMED


def test_in_cpd_2_the_rules_of_the_old_document_are_remarks(runs: dict[Combination, Future[Run]]) -> None:
    """Said outright, so that a change of the rules' versions cannot make the matrix forget it."""
    assert not_known_to_hold("CPD-C04", "2.0")
    assert not_known_to_hold("CPD-C12", "2.0")
    assert not not_known_to_hold("CPD-C04", "1.0.1")
    assert not not_known_to_hold("CPD-V03", "2.0")


@pytest.mark.parametrize("combination", HONEST, ids=str)
def test_the_honest_lps_breaks_nothing(runs: dict[Combination, Future[Run]], combination: Combination) -> None:
    result = runs[combination].result()
    assert list(result.standings) == [each.id for each in scenarios()]
    assert {name: found for name, found in result.findings.items() if found} == {}
    irrelevant = {each.id for each in scenarios() if each.rute not in ("", combination.rute)}
    awaiting = {each.id for each in scenarios() if each.id.partition("[")[0] in ("DEL-04", "DEL-05", "DEL-15")}
    assert result.standings == {
        each.id: "IR" if each.id in irrelevant else "afventer" if each.id in awaiting else "OK" for each in scenarios()
    }


def test_content_and_behaviour_stand_alike_by_both_ruter(runs: dict[Combination, Future[Run]]) -> None:
    common = [each.id for each in scenarios() if not each.rute]
    standings = [[runs[each].result().standings[name] for name in common] for each in HONEST]
    assert standings == [standings[0]] * len(HONEST)


def test_the_faults_described_are_the_faults_there_are() -> None:
    assert set(FAULTS) == set(known_faults.ALL)
    assert len(set(known_faults.ALL)) == len(known_faults.ALL)


def test_only_how_a_plan_is_handed_in_differs_by_rute() -> None:
    for fault in FAULTS.values():
        if fault.place is not FaultPlace.SUBMISSION:
            assert {fault.rute, *(catch.rute for catch in fault.catches)} == {""}, fault.id


@pytest.mark.parametrize("fault", FAULTS.values(), ids=lambda fault: fault.id)
def test_what_a_fault_names_is_there(fault: Fault) -> None:
    carried = {each.id: each for each in scenarios()} | {each.id.partition("[")[0]: each for each in scenarios()}
    named = {name for catch in fault.catches for name in catch.scenarios}
    assert named <= carried.keys()
    tested = set(chain.from_iterable(carried[name].requirements for name in named))
    assert set(fault.requirements) <= tested, "et scenarie, der fanger fejlen, skal bære kravet"
    assert {REGISTRY[rule].grade for rule in rules_of(fault)} == {fault.grade}
    assert {REGISTRY[rule].fact for rule in rules_of(fault)} == {fault.awaits}
    assert fault.description.endswith(".")


def test_every_rule_of_sharing_has_a_fault_that_breaks_it() -> None:
    # Also by another folder's fault, which test_capability_faults.py shows.
    broken = set().union(*map(rules_of, load_faults(HOUSE).values()))
    assert {rule for rule in REGISTRY if SEEN_BY.fullmatch(rule)} - broken == set()


def test_every_scenario_catches_some_fault() -> None:
    caught = {
        each.id
        for fault in FAULTS.values()
        for each in scenarios()
        for rute in RUTER
        if each.rute in ("", rute) and fault.rules_broken_in(each.id, rute)
    }
    assert {each.id for each in scenarios()} - caught == set()


def test_every_scenario_is_carried_out_with_a_fault_that_it_must_catch() -> None:
    """Also when not every scenario is carried out with every fault."""
    assert {name for each in FAULTY for name in each.expected} == {each.id for each in scenarios()}


@pytest.mark.parametrize("combination", FAULTY, ids=str)
def test_every_fault_is_tried_where_it_breaks_each_set_of_rules(combination: Combination) -> None:
    relevant = (each.id for each in scenarios() if each.rute in ("", combination.rute))
    expected = {FAULTS[combination.fault].rules_broken_in(name, combination.rute) for name in relevant}
    assert set(combination.expected.values()) == expected - {()}


def test_pytest_writes_the_same_log(tmp_path: Path) -> None:
    """What the matrix takes on trust: pytest-bdd runs the same steps with the same arguments, in the same order."""
    fault = known_faults.RESENDS_AS_NEW
    direct = rehearse(tmp_path / "direct" / "kørsel", Wish(rute="direkte", cpd="2.0", faults=(fault,)), scenarios())
    folder = tmp_path / "pytest" / "kørsel"
    folder.mkdir(parents=True)
    arguments = ("--rute", "direkte", "--cpd", "2.0", "--fault", fault, "--run-folder", str(folder))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", str(HOUSE.features / "deling"), "-q", "-p", "no:cacheprovider", *arguments],
        cwd=HOUSE.home,
        capture_output=True,
        check=False,
    )
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout.decode("utf-8", "replace")
    written = [entry.event for entry in read_log(folder / LOG_NAME)]
    assert [timeless(each) for each in written] == [timeless(each) for each in direct]


def timeless(event: Event) -> Event:
    return replace(event, seconds=0.0) if isinstance(event, RunEnded) else event
