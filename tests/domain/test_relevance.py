"""Which scenarios are relevant for a system: by rute, approval, and the campaign's N/R switches."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.domain.relevance import why_irrelevant
from harness.domain.requirement import Campaign, Switch
from harness.domain.scenario import Scenario
from harness.house import find_house
from harness.suite.campaigns import load_campaign
from harness.suite.vendors import load_vendors

HOUSE = find_house()
SYSTEMS = load_vendors(HOUSE)
CAMPAIGN = replace(load_campaign(HOUSE, "kol-lrs-2027"), switches=())


def scenario(*tags: str, id: str = "BEHOV-07") -> Scenario:
    return Scenario(id, "", "", "", "features/a/b.feature", 1, frozenset({"KP-08", *tags}), ())


def switched(target: str) -> Campaign:
    return replace(CAMPAIGN, switches=(Switch(target, ("novax", "xmo"), "Der er ingen algoritme.", "MedCom"),))


def test_without_a_reason_it_is_relevant() -> None:
    assert why_irrelevant(scenario(), [CAMPAIGN], SYSTEMS["novax"], "plsp") == ""


@pytest.mark.parametrize("target", ["BEHOV-07", "BEHOV-07[niveau 2]", "KP-08"])
def test_a_switch_says_why_and_who_decided_it_for_its_systems_only(target: str) -> None:
    row = scenario(id="BEHOV-07[niveau 2]")
    why = "Der er ingen algoritme. Besluttet af: MedCom."
    assert why_irrelevant(row, [switched(target)], SYSTEMS["novax"], "plsp") == why
    assert why_irrelevant(row, [switched(target)], SYSTEMS["myclinic"], "plsp") == ""


def test_a_switch_on_one_row_leaves_the_others() -> None:
    assert why_irrelevant(scenario(id="BEHOV-07[niveau 1]"), [switched("BEHOV-07[niveau 2]")], SYSTEMS["novax"], "plsp") == ""


def test_a_switch_on_a_requirement_leaves_scenarios_that_test_another_too() -> None:
    assert why_irrelevant(scenario("KP-06"), [switched("KP-08")], SYSTEMS["novax"], "plsp") == ""
    assert why_irrelevant(scenario("KP-06"), [switched("BEHOV-07")], SYSTEMS["novax"], "plsp") != ""


def test_the_rute_and_what_a_system_is_approved_for() -> None:
    assert why_irrelevant(scenario("rute:direkte"), [CAMPAIGN], SYSTEMS["novax"], "plsp") == (
        "Gælder kun ruten direkte; systemet bruger ruten plsp."
    )
    questionnaires = scenario("kræver:Modtage:QRD")
    assert why_irrelevant(questionnaires, [CAMPAIGN], SYSTEMS["novax"], "plsp") == (
        "Gælder kun systemer, der er godkendt til at modtage QRD. "
        "Godkendelseslisten af 09-07-2026 siger om systemet: intet opslag."
    )
    assert why_irrelevant(questionnaires, [CAMPAIGN], SYSTEMS["xmo"], "plsp") == ""


@pytest.mark.parametrize(
    ("tag", "system", "said"),
    [
        ("kræver:Sende:APD-DK", "novax", "Ikke Godkendt (2.0.1)"),
        ("kræver:Sende:CareCommunication", "eg-clinea", "Tester (5.0)"),
        ("kræver:Modtage:PDC-DK", "xmo", "intet opslag"),
    ],
)
def test_the_registrys_own_word_is_said_of_what_a_system_is_not_approved_for(tag: str, system: str, said: str) -> None:
    why = why_irrelevant(scenario(tag), [CAMPAIGN], SYSTEMS[system], "plsp")
    assert why.endswith(f"Godkendelseslisten af 09-07-2026 siger om systemet: {said}.")
