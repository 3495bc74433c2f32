"""Every scenario catches what it should and nothing else: each fault of the catalogue, and the honest LPS (`lps faults`).

On few scenarios each; with LPS_ALL set in the environment on all that must catch it, in every setting. Chosen by `-k`, only the
faults that are named are tried.
"""

from __future__ import annotations

import os

import pytest

from harness.conformance.rule import REGISTRY
from harness.domain.grade import Grade
from harness.house import find_house
from harness.lps import faults as faults_of_sharing
from harness.runner.seats.seated import used_in
from harness.runner.trials.held import Score, Tried
from harness.runner.trials.plan import Breadth, load_catalogue
from harness.runner.trials.proof import Proof, prove
from harness.runner.trials.trial import Outcome, Setting
from harness.suite.faults import load_faults
from harness.suite.profiles import load_profiles

HOUSE = find_house()
BREADTH = Breadth.SOME if "LPS_ALL" in os.environ else Breadth.FEW
FAULTS = list(load_faults(HOUSE))
SHARING = "kol-lrs-2027"
RUTER, VERSIONS = ("plsp", "direkte"), ("1.0.1", "2.0")


@pytest.fixture(scope="module")
def proof(request: pytest.FixtureRequest) -> Proof:
    """The trials of the faults the selected tests ask for; of all of them where the honest LPS is asked about."""
    asked = {
        item.callspec.params["fault"] if hasattr(item, "callspec") and "fault" in item.callspec.params else ""
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.module is request.module
    }
    return prove(HOUSE, load_catalogue(HOUSE, faults=() if "" in asked else tuple(asked)), {}, BREADTH)


def tried(proof: Proof, fault: str) -> Tried:
    return next(each for each in proof.tried if each.fault.id == fault)


def honest(proof: Proof, setting: Setting) -> list[Outcome]:
    """The honest LPS's outcomes in a setting, in the order of the features."""
    return [each for each in proof.honest if each.trial.setting == setting]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_caught_where_it_should_and_nowhere_else(proof: Proof, fault: str) -> None:
    found = tried(proof, fault)
    assert [f"{row.trial.scenario} ({row.trial.setting}): {row.why}" for row in found.wrong] == []
    assert found.score is Score.CAUGHT


@pytest.mark.parametrize("fault", faults_of_sharing.ALL)
def test_one_defect_of_a_message_is_one_finding(proof: Proof, fault: str) -> None:
    for row in tried(proof, fault).rows:
        messages: dict[str, list[str]] = {}
        for each in row.outcome.found:
            if each.message:
                messages.setdefault(each.message, []).append(each.rule)
        assert [rules for rules in messages.values() if sorted(rules) != sorted(row.expected)] == [], row.trial


def test_the_honest_lps_breaks_nothing(proof: Proof) -> None:
    assert [(each.trial.scenario, each.trial.setting, why) for each, why in proof.mistakes] == []
    assert {each.trial.scenario for each in proof.honest} == {each.id for each in proof.catalogue.scenarios}


@pytest.mark.parametrize("cpd", VERSIONS)
@pytest.mark.parametrize("rute", RUTER)
def test_the_honest_lps_shares_plans_without_a_remark(proof: Proof, rute: str, cpd: str) -> None:
    outcomes = honest(proof, Setting(rute, cpd, SHARING))
    own = [each for each in outcomes if proof.catalogue.by_id[each.trial.scenario].folder == "deling"]
    assert own
    assert [each for each in own if each.found] == []
    scenarios = [proof.catalogue.by_id[each.trial.scenario] for each in own]
    awaiting = ("DEL-04", "DEL-05", "DEL-15")
    assert [each.standing for each in own] == [
        Grade.IR if each.rute not in ("", rute) else "afventer" if each.tag in awaiting else Grade.OK for each in scenarios
    ]


def test_what_is_reached_is_known_to_be_used(proof: Proof) -> None:
    """`runner/seats/seated.py` says which services a feature needs: seats are refused by it."""
    unseated = {
        each.trial.scenario: each.entrances - set(used_in(proof.catalogue.by_id[each.trial.scenario].file, "plsp"))
        for each in proof.honest
        if (each.trial.setting.rute, each.trial.setting.cpd, each.trial.setting.own_set) == ("plsp", "2.0", False)
    }
    assert {name: entrances for name, entrances in unseated.items() if entrances} == {}, "runner/seats/seated.py, USED"


def test_in_cpd_2_the_rules_of_the_old_document_are_remarks(proof: Proof) -> None:
    """Said outright, so that a change of the rules' versions cannot make the trials forget it."""
    confirmed = load_profiles(HOUSE)["cpd-2.0"].rules_confirmed
    assert {"CPD-C04", "CPD-C12", "CPD-V03"} & confirmed == set()
    assert [REGISTRY[name].since for name in ("CPD-C04", "CPD-C12", "CPD-V03")] == ["CPD-DK 1.0.1", "CPD-DK 1.0.1", ""]
    remarked = {row.trial.setting.cpd: row.remarked for row in tried(proof, "cpd-uden-sor-i-custodian").rows if row.expected}
    assert not remarked["1.0.1"]
    assert remarked["2.0"]
