"""The certificeringssæt as it stands: of the test persons alone, true to the features, with an order for every system."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness.domain.errors import ConfigurationError, YamlError
from harness.domain.planner import order_of
from harness.domain.relevance import why_irrelevant
from harness.house import House, find_house
from harness.suite.campaigns import load_campaign
from harness.suite.certification_set import CertificationSet, load_certification_set
from harness.suite.gherkin import read_folders
from harness.suite.patients import load_patients
from harness.suite.vendors import load_vendor, load_vendors, vendor_file

HOUSE = find_house()
CAMPAIGN = load_campaign(HOUSE, "kol-lrs-2027")
SCENARIOS = read_folders(HOUSE.features, CAMPAIGN.features)
PATIENTS = load_patients(HOUSE)


@pytest.fixture(scope="module")
def chosen() -> CertificationSet:
    return load_certification_set(HOUSE, "kol-lrs-2027", PATIENTS)


def test_it_names_the_persons_each_scenario_speaks_of(chosen: CertificationSet) -> None:
    declared = {part.scenario: {use.person for use in part.uses} for part in chosen.parts(SCENARIOS)}
    spoken = {
        each.id: {name for name in re.findall(r'"([^"]+)"', " ".join(each.steps)) if name in PATIENTS} for each in SCENARIOS
    }
    assert {name: persons for name, persons in declared.items() if persons != spoken[name]} == {}


def test_it_speaks_of_no_scenario_that_is_gone(chosen: CertificationSet) -> None:
    assert chosen.unused(SCENARIOS) == ()


@pytest.mark.parametrize("system", load_vendors(HOUSE).values(), ids=lambda system: system.id)
def test_every_system_has_an_order_that_leaves_everybody_usable(chosen: CertificationSet, system) -> None:  # type: ignore[no-untyped-def]
    relevant = [each for each in SCENARIOS if not why_irrelevant(each, [CAMPAIGN], system, system.rute.value)]
    order = order_of(chosen.parts(relevant), chosen.states, chosen.persons)
    assert sorted(each.part.scenario for each in order.placed) == sorted(each.id for each in relevant)
    for state in chosen.states:
        for person, now in order.after.items():
            assert now[state.name] not in state.unusable or chosen.persons[person].get(state.name) == now[state.name]


def written(folder: Path, text: str) -> House:
    path = folder / "fixtures" / "certificeringssaet" / "lille.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return House(folder)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "tilstande: {}\nmapper: { deling: { Sigurd: {} } }\n",
            'mapper.deling.Sigurd\n    Skal være en af: Elmer. Fundet: "Sigurd".',
        ),
        ("tilstande: { liv: { trin: [] } }\nmapper: {}\n", "tilstande.liv.trin\n    Skal være en liste med mindst én."),
        (
            "tilstande: { liv: { trin: [a], tilbage: Gør noget } }\nmapper: {}\n",
            "tilstande.liv.tilbage\n    Skal sige {person}, hvor personens navn skal stå.",
        ),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, told: str) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(YamlError) as caught:
        load_certification_set(written(tmp_path, f"id: lille\n{text}"), "lille", ["Elmer"])
    assert told in str(caught.value)


def test_a_folder_it_does_not_speak_of(tmp_path: Path) -> None:
    empty = load_certification_set(written(tmp_path, "id: lille\ntilstande: {}\nmapper: {}\n"), "lille", ["Elmer"])
    with pytest.raises(
        ConfigurationError, match=r"^DEL-\d+: Certificeringssættet siger ikke, hvem scenarierne i deling bruger\.$"
    ):
        empty.parts([each for each in SCENARIOS if "/deling/" in each.file])


def test_a_campaign_without_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"^Kampagnen lille har intet certificeringssæt\."):
        load_certification_set(House(tmp_path), "lille", ["Elmer"])


def test_no_systems_order_has_the_person_without_cpr_while_medcom_has_not_decided(chosen: CertificationSet) -> None:
    """MedCom allows no erstatnings-CPR in shared FHIR documents; whether a plan may have one is not public."""
    using = [part.scenario for part in chosen.parts(SCENARIOS) if any(use.person == "Peter" for use in part.uses)]
    assert using == ["DEL-16"]
    (scenario,) = (each for each in SCENARIOS if each.id == "DEL-16")
    for system in load_vendors(HOUSE).values():
        assert "erstatnings-CPR" in why_irrelevant(scenario, [CAMPAIGN], system, system.rute.value)
    reference = load_vendor(vendor_file(HOUSE, "reference"))
    assert why_irrelevant(scenario, [CAMPAIGN], reference, reference.rute.value) == ""
