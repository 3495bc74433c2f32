"""Which scenarios are relevant for a system: by rute, approval, and the campaign's N/R switches."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.domain.relevance import awaited, why_irrelevant
from harness.domain.requirement import NOT_IN_CAMPAIGN, Campaign, Exemption, Participation, Switch
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


HCO, ACK = "HomeCareObservation:R.CANC", "Acknowledgement:S1"
PARTS = {"novax": Participation.AWAITING, "xmo": Participation.OUTSIDE}
SMALL = replace(CAMPAIGN, id="lille", features=("prøvesvar",), participants=PARTS)


def case(*cases: str, folder: str = "prøvesvar") -> Scenario:
    tags = frozenset(f"brug:{each}" for each in cases)
    return Scenario("HCO-01", "", "", "", f"features/{folder}/b.feature", 1, tags, ())


def exempt(**systems: Participation) -> Campaign:
    return replace(SMALL, exemptions=(Exemption(("Acknowledgement",), systems, "MedCom"),))


def test_a_scenario_knows_its_folder_wherever_the_house_is() -> None:
    for file in (
        "features/prøvesvar/b.feature",
        "C:\\huset\\features\\prøvesvar\\b.feature",
        "/features/x/features/prøvesvar/b.feature",
    ):
        assert replace(case(), file=file).folder == "prøvesvar"
    assert replace(case(), file="b.feature").folder == ""
    assert replace(case(), file="features/b.feature").folder == ""


def test_outside_a_campaign_nothing_is_tested_and_a_system_it_does_not_name_takes_part() -> None:
    assert why_irrelevant(case(), [SMALL], SYSTEMS["xmo"], "plsp") == NOT_IN_CAMPAIGN
    assert why_irrelevant(case(), [SMALL], SYSTEMS["novax"], "plsp") == ""
    assert SMALL.participation("myclinic") is Participation.PARTICIPANT


def test_a_use_case_may_be_another_matter_than_its_campaign() -> None:
    campaign = exempt(novax=Participation.OUTSIDE, myclinic=Participation.OUTSIDE)
    assert why_irrelevant(case(ACK), [campaign], SYSTEMS["novax"], "plsp") == NOT_IN_CAMPAIGN
    assert why_irrelevant(case(HCO), [campaign], SYSTEMS["novax"], "plsp") == ""
    assert why_irrelevant(case(HCO, ACK), [campaign], SYSTEMS["novax"], "plsp") == ""
    assert why_irrelevant(case(ACK), [exempt(xmo=Participation.PARTICIPANT)], SYSTEMS["xmo"], "plsp") == NOT_IN_CAMPAIGN


def test_a_switch_on_a_use_case_leaves_scenarios_of_another_too() -> None:
    switches = (Switch(HCO, ("novax",), "Produktionsafprøvning.", "MedCom"),)
    campaign = replace(SMALL, switches=switches)
    why = "Produktionsafprøvning. Besluttet af: MedCom."
    assert why_irrelevant(case(HCO), [campaign], SYSTEMS["novax"], "plsp") == why
    assert why_irrelevant(case(HCO, ACK), [campaign], SYSTEMS["novax"], "plsp") == ""


def test_of_several_campaigns_only_those_with_the_scenarios_folder_are_asked() -> None:
    assert why_irrelevant(case(), [CAMPAIGN, SMALL], SYSTEMS["xmo"], "plsp") == NOT_IN_CAMPAIGN
    other = replace(SMALL, participants={})
    assert why_irrelevant(case(), [SMALL, other], SYSTEMS["xmo"], "plsp") == "", "it is relevant in one of them"


def test_what_awaits_is_told_by_name() -> None:
    assert awaited(case(), [SMALL], "novax") == ("deltagelse i lille",)
    assert awaited(case(ACK), [exempt(novax=Participation.PARTICIPANT)], "novax") == ()
    basis = replace(SMALL, awaits_basis=True)
    assert awaited(case(), [basis], "novax") == ("kravgrundlag for lille", "deltagelse i lille")
    assert awaited(case(), [basis], "reference") == ("kravgrundlag for lille",)
    assert awaited(case(), [SMALL, CAMPAIGN], "novax") == ("deltagelse i lille",)
    assert awaited(case(), [SMALL, replace(SMALL, participants={})], "novax") == (), "another campaign decides nothing more"


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
