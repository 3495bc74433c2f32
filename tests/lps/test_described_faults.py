"""The catalogue of faults says what there is: scenarios that carry the requirements, rules of the grade, and none is left out."""

from __future__ import annotations

import re
from itertools import product

import pytest

from harness.conformance.rule import REGISTRY
from harness.domain.fault import Fault, FaultPlace
from harness.domain.scenario import only_account
from harness.house import find_house
from harness.lps import faults as faults_of_sharing
from harness.lps.reference.capabilities import ALL_FAULTS
from harness.runner.options import RUTER
from harness.runner.trials.plan import load_catalogue
from harness.runner.trials.proof import know_every_rule

know_every_rule()
CATALOGUE = load_catalogue(find_house())
FAULTS = CATALOGUE.faults
SHARING = {name: FAULTS[name] for name in faults_of_sharing.ALL}
SEEN_IN_SHARING = re.compile(r"DELING-\d+|PLSP-\d+")
CARRIED = {name: each for each in CATALOGUE.scenarios for name in (each.tag, each.id)}
"""The scenarios by identity; by tag one of its rows."""


def named_by(fault: Fault) -> set[str]:
    return {name for catch in fault.catches for name in catch.scenarios}


def rules_of(fault: Fault) -> set[str]:
    return {rule for catch in fault.catches for rule in catch.rules}


def test_the_faults_described_are_the_faults_there_are() -> None:
    assert set(FAULTS) == set(ALL_FAULTS)
    assert len(set(ALL_FAULTS)) == len(ALL_FAULTS)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=lambda fault: fault.id)
def test_what_a_fault_names_is_there(fault: Fault) -> None:
    assert named_by(fault) <= CARRIED.keys()
    tested = {requirement for name in named_by(fault) for requirement in CARRIED[name].requirements}
    assert set(fault.requirements) <= tested, "et scenarie, der fanger fejlen, skal bære kravet"
    assert {REGISTRY[rule].grade for rule in rules_of(fault)} == {fault.grade}
    facts = {REGISTRY[rule].fact for rule in rules_of(fault)}
    assert facts <= {fault.awaits} if fault.id in SHARING else facts <= {fault.awaits, ""}
    assert fault.description.endswith(".")


def test_only_how_a_plan_is_handed_in_differs_by_rute() -> None:
    for fault in SHARING.values():
        if fault.place is not FaultPlace.SUBMISSION:
            assert {fault.rute, *(catch.rute for catch in fault.catches)} == {""}, fault.id


def test_every_scenario_catches_some_fault() -> None:
    caught = {name for fault, named in CATALOGUE.named.items() for name in named for rute in RUTER if catches(fault, name, rute)}
    of_sharing = {each.id for each in CATALOGUE.scenarios if each.folder == "deling"}
    assert of_sharing - caught == set(), "each row"
    asked = {each.tag for each in CATALOGUE.scenarios if not only_account(each.tags)}
    assert asked - {CARRIED[name].tag for name in caught} == set()


def catches(fault: str, scenario: str, rute: str) -> bool:
    return CARRIED[scenario].rute in ("", rute) and bool(
        [each for withheld in (False, True) if (each := FAULTS[fault].rules_broken_in(scenario, rute, withheld=withheld))]
    )


def test_every_rule_of_sharing_and_of_behaviour_has_a_fault_that_breaks_it() -> None:
    broken = set().union(*map(rules_of, FAULTS.values()))
    behaviour = {rule.id for rule in REGISTRY.values() if rule.check.__module__.startswith("harness.conformance.behaviour.")}
    assert {*filter(SEEN_IN_SHARING.fullmatch, REGISTRY), *behaviour} - broken == set()


def test_every_fault_that_is_tried_shows_somewhere() -> None:
    for name, named in CATALOGUE.named.items():
        assert any(catches(name, *each) for each in product(named, RUTER)), name
