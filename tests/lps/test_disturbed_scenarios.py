"""Scenarios that disturb a connection: the disturbance happens, and an LPS that does right comes through it without a finding."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from folder_hall import folder_hall
from rehearsal import rehearse, scenarios

from harness.domain.event import Event, Exchanged, Ordered, ScenarioEnded
from harness.domain.scenario import Scenario
from harness.runner.live import FOLDER_TAKES_ALL
from harness.runner.wish import Wish
from harness.services.service import NETWORK, USUAL
from harness.suite.gherkin import read_feature

FEATURE = """# language: da
@KP-09 @prøver:lps
Egenskab: Planen kommer frem, selv om forbindelsen er forstyrret

  Baggrund:
    Givet at "Elmer" er patient i klinikken

  @id:FORS-01 @set:testgrænseflade
  Abstrakt Scenario: Planen venter, til forbindelsen er der igen
    Givet at forbindelsen til {service} <hvordan>
    Når lægen laver en plan for KOL til "Elmer" med målet "Rygestop"
    Og lægen deler planen
    Så viser systemet, at planen ikke er delt endnu
    Når forbindelsen til {service} er som den plejer
    Og modtageren tager imod igen, og planen bliver sendt på ny
    Så er planen delt
    Og planen er delt netop én gang

    Eksempler:
      | hvordan         |
      | svarer med fejl |
      | er nede         |

  @id:FORS-02 @set:snitflade
  Abstrakt Scenario: Planen kommer frem én gang
    Givet at <hvad>
    Når lægen laver en plan for KOL til "Elmer" med målet "Rygestop"
    Og lægen deler planen
    Så er planen delt
    Og planen er delt netop én gang

    Eksempler:
      | hvad                                             |
      | forbindelsen til {service} svarer langsomt       |
      | forbindelsen til {service} sender alt to gange   |
      | uret hos {service} er 90 minutter foran          |
      | uret hos {service} er 5 minutter bagud           |

  @id:FORS-03 @set:testgrænseflade
  Scenarie: Forbindelsen og uret er i orden igen, og tjenesten svarer stadig ikke
    Givet at modtageren af planer svarer ikke
    Og at forbindelsen til {service} sender alt to gange
    Og at uret hos {service} er 90 minutter foran
    Når forbindelsen til {service} er som den plejer
    Og uret hos {service} går rigtigt igen
    Og lægen laver en plan for KOL til "Elmer" med målet "Rygestop"
    Og lægen deler planen
    Så viser systemet, at planen ikke er delt endnu
    Når modtageren tager imod igen, og planen bliver sendt på ny
    Så er planen delt
    Og planen er delt netop én gang
"""


def written(folder: Path, text: str) -> list[Scenario]:
    file = folder / "forstyrret.feature"
    file.write_text(text, encoding="utf-8")
    return read_feature(file, file.name)


def standings(events: list[Event]) -> dict[str, str]:
    return {each.scenario: each.standing for each in events if isinstance(each, ScenarioEnded)}


def met(events: list[Event]) -> list[str]:
    """What the LPS's messages met, in order; the network's copies by their sender."""
    exchanged = [each for each in events if isinstance(each, Exchanged)]
    return [
        each.facts.get("disturbance") or each.sender
        for each in exchanged
        if "disturbance" in each.facts or each.sender == NETWORK
    ]


@pytest.mark.parametrize(
    ("rute", "service", "own"),
    [("plsp", "PLSP", "plsp"), ("direkte", "dokumentdelingen", "dokumentdeling"), ("plsp", "modtageren af planer", "plsp")],
)
def test_a_plan_comes_through_whatever_the_connection_does(tmp_path: Path, rute: str, service: str, own: str) -> None:
    chosen = written(tmp_path, FEATURE.replace("{service}", service))
    events = rehearse(tmp_path / "run", Wish(vendor="novax", rute=rute), chosen)
    assert len(chosen) == 7
    assert standings(events) == {each.id: "OK" for each in chosen}
    assert list(dict.fromkeys(met(events))) == ["http-500", "nedbrud", "forsinkelse", NETWORK]
    assert own in {each.service for each in events if isinstance(each, Ordered)}
    clocks = [each.arguments["sekunder"] for each in events if isinstance(each, Ordered) and each.arguments.get("slags") == "ur"]
    assert set(clocks) == {5400, -300, 0}


@pytest.mark.parametrize(
    ("fault", "how"), [("plan-tabt-når-modtageren-er-optaget", "er nede"), ("siger-delt-uden-at-være-det", "svarer med fejl")]
)
def test_an_lps_that_cannot_bear_it_is_found_out(tmp_path: Path, fault: str, how: str) -> None:
    chosen = [each for each in written(tmp_path, FEATURE.replace("{service}", "PLSP")) if each.id == f"FORS-01[{how}]"]
    events = rehearse(tmp_path / "run", Wish(vendor="novax", rute="plsp", faults=(fault,)), chosen)
    assert standings(events) == {f"FORS-01[{how}]": "F2"}


NET = "til nettet, som breve bliver sendt gennem,"


@pytest.mark.parametrize(
    ("folder", "ids", "way", "service"),
    [
        ("henvisning", {"HENV-10", "HENV-15[er optaget]", "HENV-16[svarer ikke]"}, f"{NET} sender alt to gange", "vans"),
        ("henvisning", {"HENV-10", "HENV-42"}, "fra kommunen bytter om på det, den sender", "dnhf"),
        ("henvisning", {"HENV-10", "HENV-42"}, "fra kommunen er langsom", "dnhf"),
        ("kommunale-proevesvar", {"HCO-20[samme]", "ACK-05[en ny]", "ACK-20[i den ene form, MedCom tillader]"},
         "fra kommunen sender alt to gange", "eoj"),
        ("kommunale-proevesvar", {"HCO-40"}, "til EHMI svarer langsomt", "ehmi"),
        ("laboratorie-trin-1", {"LABO-03"}, "til Health Hub svarer langsomt", "health-hub"),
        ("pro", {"PRO-01[KOL]"}, "til Web-patient sender alt to gange", "web-patient"),
    ],
)  # fmt: skip
def test_scenarios_come_to_the_same_on_a_disturbed_connection(
    tmp_path: Path, folder: str, ids: set[str], way: str, service: str
) -> None:
    chosen = [each for each in scenarios(folder) if each.id in ids]
    wish = Wish(campaign="all")
    usual = rehearse(tmp_path / "usual", wish, chosen)
    disturbed = [replace(each, steps=(f"Givet at forbindelsen {way}", *each.steps)) for each in chosen]
    events = rehearse(tmp_path / "disturbed", wish, disturbed)
    assert standings(events) == standings(usual)
    assert len(standings(events)) == len(ids)
    assert service in {each.service for each in events if isinstance(each, Ordered)}
    assert trail(events) != trail(usual)


def trail(events: list[Event]) -> list[tuple[str, str, str, str]]:
    """Who sent what and when, in order, and whether it was disturbed."""
    exchanged = [each for each in events if isinstance(each, Exchanged)]
    return [(each.sender, each.path, each.at, each.facts.get("disturbance", "")) for each in exchanged]


def test_what_a_folder_cannot_show_is_not_tested_and_the_next_attempt_is_not_disturbed(tmp_path: Path) -> None:
    """In live: a letter in a folder is always taken; and a disturbance ends with its attempt."""
    (letter,) = [each for each in scenarios("henvisning") if each.id == "HENV-10"]
    down = replace(letter, id="nede", steps=(f"Givet at forbindelsen {NET} er nede", *letter.steps))
    twice = replace(letter, id="to gange", steps=("Givet at forbindelsen fra kommunen sender alt to gange", *letter.steps))
    with folder_hall(tmp_path, Wish(campaign="all", tempo=60.0)) as (live, more):
        events = rehearse(tmp_path / "reports" / "live", live, [down, twice, letter], **more)
    ended = {each.scenario: (each.standing, each.reason) for each in events if isinstance(each, ScenarioEnded)}
    assert ended["nede"] == ("kunne ikke testes", FOLDER_TAKES_ALL)
    assert {ended["to gange"][0], ended["HENV-10"][0]} == {"OK"}
    orders = [(each.service, each.arguments) for each in events if isinstance(each, Ordered)]
    assert orders[-2:] == [("dnhf", USUAL.arguments), ("eoj", USUAL.arguments)]
