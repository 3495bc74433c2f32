"""Which trials are made: each fault where it must be caught, and on others that could notice it."""

from __future__ import annotations

from itertools import product

import pytest

from harness.house import find_house
from harness.runner.options import RUTER
from harness.runner.trials.plan import Breadth, Catalogue, faulty_trials, honest_trials, load_catalogue
from harness.runner.trials.trial import Outcome, Setting, Trial

HOUSE = find_house()
MISSING = "mål-mangler"
HASH = "iti41-forkert-hash"
KNOWS = "kender-det-udleverede-sæts-tekster"


@pytest.fixture(scope="module")
def everything() -> Catalogue:
    return load_catalogue(HOUSE)


@pytest.fixture(scope="module")
def sharing() -> Catalogue:
    return load_catalogue(HOUSE, faults=(MISSING, HASH))


def outcomes(catalogue: Catalogue, breadth: Breadth, *asked: str) -> list[Outcome]:
    """An honest LPS's, in which everyone asks about the same."""
    return [Outcome(each, "OK", "", (), frozenset(asked)) for each in honest_trials(catalogue, breadth)]


def must_catch(catalogue: Catalogue, trial: Trial) -> bool:
    (name,) = trial.faults
    return bool(catalogue.expected(catalogue.faults[name], catalogue.by_id[trial.scenario], trial.setting))


def test_every_fault_and_every_scenario_is_in_the_catalogue(everything: Catalogue) -> None:
    from harness.suite.faults import load_faults

    assert set(everything.faults) == set(load_faults(HOUSE))
    assert {each.folder for each in everything.scenarios} == {path.name for path in HOUSE.features.iterdir() if path.is_dir()}


@pytest.mark.parametrize("breadth", Breadth)
def test_no_fault_is_left_out(everything: Catalogue, breadth: Breadth) -> None:
    """Each is tried where it must be caught, and so is each set of rules it breaks."""
    if breadth is Breadth.ALL:
        pytest.skip("it has what the others have")
    catching = [
        each for each in faulty_trials(everything, outcomes(everything, breadth), breadth) if must_catch(everything, each)
    ]
    assert {name for each in catching for name in each.faults} == set(everything.faults)
    assert {each.scenario for each in catching} == {
        scenario.id
        for name, fault in everything.faults.items()
        for scenario in map(everything.by_id.__getitem__, everything.named[name])
        if any(everything.expected(fault, scenario, setting) for setting in everything.settings(scenario, Breadth.SOME))
    }
    tried: dict[str, set[tuple[str, ...]]] = {}
    for each in catching:
        (name,) = each.faults
        tried.setdefault(name, set()).add(
            everything.expected(everything.faults[name], everything.by_id[each.scenario], each.setting)
        )
    for name, fault in everything.faults.items():
        rules = {
            everything.expected(fault, everything.by_id[each], Setting(rute, "2.0", "", withheld))
            for each, rute, withheld in product(everything.named[name], RUTER, (False, True))
        }
        assert tried[name] == rules - {()}, name


def test_a_fault_that_shows_by_one_rute_is_tried_by_that(sharing: Catalogue) -> None:
    found = {each.setting.rute for each in faulty_trials(sharing, outcomes(sharing, Breadth.SOME)) if each.faults == {HASH}}
    assert found == {"direkte"}


def test_a_fault_of_the_withheld_set_is_tried_on_such_a_set() -> None:
    catalogue = load_catalogue(HOUSE, faults=(KNOWS,))
    found = faulty_trials(catalogue, outcomes(catalogue, Breadth.SOME, KNOWS))
    assert {each.setting.own_set for each in found if must_catch(catalogue, each)} == {True}
    assert any(not each.setting.own_set for each in found), "on the shipped set nobody may notice it"


def test_others_are_tried_where_they_ask(sharing: Catalogue) -> None:
    def others(breadth: Breadth, *asked: str) -> list[Trial]:
        found = faulty_trials(sharing, outcomes(sharing, breadth, *asked), breadth)
        return [each for each in found if each.faults == {HASH} and not must_catch(sharing, each)]

    assert others(Breadth.SOME) == others(Breadth.SEEING) == []
    some, seeing, unasked = others(Breadth.SOME, HASH), others(Breadth.SEEING, HASH), others(Breadth.ALL)
    files = [(sharing.by_id[each.scenario].file, each.setting) for each in some]
    assert 0 < len(files) == len(set(files))
    assert {each.scenario for each in some} < {each.scenario for each in seeing}
    assert seeing == unasked


def test_a_campaign_has_its_own_scenarios_and_their_faults() -> None:
    catalogue = load_catalogue(HOUSE, ("diagnosekort",))
    assert {each.folder for each in catalogue.scenarios} == {"diagnosekort"}
    assert MISSING not in catalogue.faults
    assert all("diagnosekort" in scope for scope in catalogue.scopes.values())


def test_a_scenario_must_do_with_the_profiles_of_its_own_campaign(everything: Catalogue) -> None:
    """A connectathon has its folders from others."""
    assert everything.campaigns["parvis"] == "epj-obligatoriske"
    assert {each.campaign for scenario in everything.scenarios for each in everything.settings(scenario, Breadth.FEW)} == set(
        everything.campaigns.values()
    )
