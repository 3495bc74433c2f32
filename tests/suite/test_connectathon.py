"""The campaign of the connectathon: its parties and its day, and that what is wrong in its file is told where it stands."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from harness.domain.day_check import mistakes_in_day
from harness.domain.day_proposal import proposed_day
from harness.domain.errors import ConfigurationError, YamlError
from harness.domain.seat import Seat
from harness.house import House, find_house
from harness.runner.seats.seated import ENTRANCES
from harness.suite.campaigns import load_campaign, load_campaigns, suppliers_in
from harness.suite.connectathon import DayFile, day_of, day_text
from harness.suite.gherkin import read_folders

HOUSE = find_house()
NAME = "connectathon-kol-lrs"
CAMPAIGN = load_campaign(HOUSE, NAME)
WEB_PATIENT = "  - { id: web-patient, navn: Web-patient, indgange: [web-patient], scenarier: [pro] }"
SUPPLIERS = suppliers_in(HOUSE, CAMPAIGN)


def test_the_day_can_be_held_and_is_the_projects_own_proposal() -> None:
    assert CAMPAIGN.day is not None
    assert mistakes_in_day(CAMPAIGN.day, SUPPLIERS, CAMPAIGN.partners) == []
    assert CAMPAIGN.day.convention
    assert set(SUPPLIERS) == {"eg-clinea", "eg-winplc", "multimed", "myclinic", "novax", "xmo"}


def test_every_scenario_of_the_day_is_with_a_party_and_every_party_is_tried() -> None:
    scenarios = read_folders(HOUSE.features, CAMPAIGN.features)
    for each in CAMPAIGN.partners:
        for name in each.scenarios:
            tried = [one for one in scenarios if name in (one.tag, one.folder, f"{one.folder}/{Path(one.file).stem}")]
            assert tried, f"{each.id}: {name}"
    alone = [one for one in scenarios if "par" not in one.tags]  # those are of two systems
    left = [one.id for one in alone if not any(each.covers(one.id, one.file) for each in CAMPAIGN.partners)]
    assert left == []


def test_every_entrance_of_a_party_is_one_there_is() -> None:
    assert {entrance for each in CAMPAIGN.partners for entrance in each.entrances} <= ENTRANCES


def test_a_day_with_others_is_none_of_the_campaigns_that_certify() -> None:
    assert NAME not in [each.id for each in load_campaigns(HOUSE, "all")]
    assert [each.id for each in load_campaigns(HOUSE, NAME)] == [NAME]
    with pytest.raises(ConfigurationError, match=r"både i kampagnen connectathon-kol-lrs og i kol-lrs-2027"):
        load_campaigns(HOUSE, f"kol-lrs-2027,{NAME}")


def test_a_proposal_can_be_put_into_the_file() -> None:
    day = proposed_day(SUPPLIERS, CAMPAIGN.partners)
    written = yaml.safe_load(day_text(day))
    assert day_of(DayFile.model_validate(written["dag"])).slots == day.slots


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """A copy of what a campaign is read from."""
    shutil.copytree(HOUSE.fixtures, tmp_path / "fixtures")
    shutil.copy(HOUSE.home / "pyproject.toml", tmp_path)
    for folder in HOUSE.features.iterdir():
        (tmp_path / "features" / folder.name).mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return find_house(tmp_path)


def line_of(path: Path, text: str) -> int:
    return path.read_text(encoding="utf-8").split("\n").index(text) + 1


@pytest.mark.parametrize(
    ("old", "new", "field", "said"),
    [
        (
            "        - { plads: Bord 3, system: novax, med: xmo }",
            "        - { plads: Bord 3, system: eg-clinea, med: xmo }",
            "dag.tidsrum[10].møder[3]",
            "eg-clinea skal møde to kl. 12.15: eg-winplc og xmo.",
        ),
        (
            "        - { plads: Bord 3, system: novax, med: xmo }",
            "        - { plads: Bord 3, system: novax, med: xmoo }",
            "dag.tidsrum[10].møder[3]",
            'Fundet: "xmoo".',
        ),
        (
            '    - { begynder: "10.25", minutter: 15, titel: Pause }',
            '    - { begynder: "10.20", minutter: 15, titel: Pause }',
            "dag.tidsrum[6]",
            "Skal begynde, når tidsrummet før er slut, kl. 10.25. Fundet: 10.20.",
        ),
        (
            '    - { begynder: "10.25", minutter: 15, titel: Pause }',
            "    - { begynder: 10.25, minutter: 15, titel: Pause }",
            "dag.tidsrum[6].begynder",
            'Skal være tekst. Fundet: "10.25". Skriv det i citationstegn.',
        ),
        (
            '    - { begynder: "10.25", minutter: 15, titel: Pause }',
            '    - { begynder: "10.25", minutter: 15 }',
            "dag.tidsrum[6]",
            "Et tidsrum uden møder skal have en titel, fx Pause.",
        ),
        (
            WEB_PATIENT,
            WEB_PATIENT.replace("[web-patient]", "[web-patient, flp]"),
            "partnere[5].indgange[2]",
            "Kan kun have én ejer, og er allerede hos plsp-flp.",
        ),
        (WEB_PATIENT, WEB_PATIENT.replace("id: web", "id: Web"), "partnere[5].id", "Må kun have små bogstaver (a–z)"),
        (
            WEB_PATIENT,
            WEB_PATIENT.replace("web-patient,", "novax,", 1),
            "partnere[5].id",
            "Skal være et andet id end systemernes",
        ),
        (
            WEB_PATIENT,
            WEB_PATIENT.replace("[pro]", "[proo]"),
            "partnere[5].scenarier[1]",
            "Skal være en af kampagnens mapper, en fil i en af dem eller et scenaries id",
        ),
        (
            WEB_PATIENT,
            WEB_PATIENT.replace("[pro]", "[pro], pladser: { web-patient: attest }"),
            "partnere[5].pladser",
            "Skal have en ejer ved siden af sig: den, der har pladserne.",
        ),
        (
            WEB_PATIENT,
            WEB_PATIENT.replace("[pro]", "[pro], ejer: En A/S, pladser: { flp: attest }"),
            "partnere[5].pladser.flp",
            "Skal være en af partens indgange: web-patient.",
        ),
    ],
)
def test_what_is_wrong_is_told_where_it_stands(home: House, old: str, new: str, field: str, said: str) -> None:
    path = home.campaigns / f"{NAME}.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(YamlError) as caught:
        load_campaign(home, NAME)
    told = str(caught.value)
    assert f"fixtures/campaigns/{NAME}.yaml:{line_of(path, new)}:" in told
    assert f"  {field}\n" in told
    assert said in told


def test_a_party_brings_its_own_system(home: House) -> None:
    path = home.campaigns / f"{NAME}.yaml"
    seats = "ejer: Et firma A/S, pladser: { web-patient: { hvem: attest } }"
    text = path.read_text(encoding="utf-8").replace("indgange: [web-patient],", f"indgange: [web-patient], {seats},")
    path.write_text(text, encoding="utf-8")
    party = next(each for each in load_campaign(home, NAME).partners if each.id == "web-patient")
    assert party.owner == "Et firma A/S"
    assert party.seats["web-patient"].who is Seat.ATTEST
    assert str(party.seats["web-patient"]) == "attest hos Et firma A/S"
