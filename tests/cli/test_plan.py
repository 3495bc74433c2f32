"""`lps plan`: the order for one system, and how everybody stands afterwards."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from harness.cli import plan_json
from harness.cli.main import main
from harness.house import find_house
from harness.suite.campaigns import load_campaign
from harness.suite.gherkin import read_folders
from harness.suite.vendors import load_vendors

HOUSE = find_house()


def test_the_order_for_one_system(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "--vendor", "novax"]) == 0
    out = capsys.readouterr().out
    order, _, after = out.partition("\nBagefter kan alle personer bruges igen:\n")
    head = re.match(r"Novax: (\d+) scenarier, (\d+) ikke relevante\n\n", order)
    assert head
    placed = re.findall(r"^ *(\d+)  ([A-ZÆØÅ]+-\d+\S*)", order, flags=re.MULTILINE)
    assert [int(number) for number, _ in placed] == list(range(1, int(head[1]) + 1))
    assert int(head[1]) + int(head[2]) == len(read_folders(HOUSE.features, load_campaign(HOUSE, "kol-lrs-2027").features))
    assert re.search(r"DEL-06 +Elmer.* · Nancy.*  To patienters planer bliver aldrig blandet sammen\n", order)
    assert re.search(r"^  Elmer  .*plan for KOL: har", after, flags=re.MULTILINE)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (
            ["--vendor", "nova"],
            '--vendor skal være en af: eg-clinea, eg-winplc, multimed, myclinic, novax, xmo. Fundet: "nova".\n',
        ),
        ([], "--vendor: Der mangler en værdi. kol-lrs-2027 har ingen dag. Skriv fx --vendor novax.\n"),
        (["--json"], "--json viser dagen i en connectathon. kol-lrs-2027 har ingen dag.\n"),
        (["--forslag"], "kol-lrs-2027 har ingen partnere. Skriv dem i kampagnens fil, før du beder om et forslag.\n"),
    ],
)
def test_a_system_that_is_not_there(capsys: pytest.CaptureFixture[str], arguments: list[str], text: str) -> None:
    assert main(["plan", *arguments]) == 2
    assert capsys.readouterr() == ("", text)


CONNECTATHON = "connectathon-kol-lrs"


def test_the_day_of_a_connectathon(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["plan", "--campaign", CONNECTATHON, "--reports", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "Et forslag. Reglerne for en connectathon er ikke offentlige." in out
    assert (
        "\n08.45–09.10  Bord 1  EG Clinea og EG WinPLC med PLSP og Digitale Forløbsplaner\n             Bord 2  MultiMED" in out
    )
    assert "\n12.15–12.30  Bord 1  EG Clinea og EG WinPLC\n" in out
    assert "\n15.25–15.50  Omkørsel (aftales på dagen)\n" in out
    assert "\n  Web-patient                            simulator\n" in out
    assert out.endswith("Målt: ingenting endnu. Der ligger ingen kørsel, hvor systemerne er prøvet med det, dagen rummer.\n")


def test_one_systems_own_day(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["plan", "--campaign", CONNECTATHON, "--vendor", "xmo", "--reports", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    slots = re.findall(r"^\d\d\.\d\d–\d\d\.\d\d  (.*)$", out, flags=re.MULTILINE)
    assert sum("XMO" in each for each in slots) == 12
    again = "Omkørsel (aftales på dagen)"
    shared = ["Velkomst", "Pause", "Frokost", "Pause", again, again, "Afslutning"]
    assert [each for each in slots if "XMO" not in each] == shared


def test_the_day_as_json_has_the_published_shape(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["plan", "--campaign", CONNECTATHON, "--json", "--reports", str(tmp_path)]) == 0
    out = json.loads(capsys.readouterr().out)
    schema = (HOUSE.home / "docs/schema/plan.schema.json").read_text(encoding="utf-8")
    assert schema == plan_json.schema_text(), "kør: python -m harness.cli.plan_json"
    jsonschema.validate(out, json.loads(schema))
    assert sum(len(slot["møder"]) for slot in out["tidsrum"]) == 15 + 6 * 7
    assert {(each["system"], each["målt"]) for each in out["tider"]} == {(name, None) for name in load_vendors(HOUSE)}


def test_the_proposal_is_the_day_that_the_campaign_has(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "--campaign", CONNECTATHON, "--forslag"]) == 0
    written = yaml.safe_load(capsys.readouterr().out)
    file = yaml.safe_load((HOUSE.campaigns / f"{CONNECTATHON}.yaml").read_text(encoding="utf-8"))
    assert written["dag"]["tidsrum"] == file["dag"]["tidsrum"]
