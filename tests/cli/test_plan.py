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
from harness.cli.plan_day import DayPlan, day_lines
from harness.house import find_house
from harness.reporting.minutes import Minutes
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
    assert "\n  Web-patient                     simulator\n" in out
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


def told(*minutes: Minutes, system: str = "") -> str:
    """What is told of these minutes, after the day itself."""
    campaign = load_campaign(HOUSE, CONNECTATHON)
    assert campaign.day is not None
    products = {name: each.product for name, each in load_vendors(HOUSE).items()}
    lines = list(day_lines(DayPlan(campaign, campaign.day, products, minutes, system)))
    return "\n".join(lines[lines.index("Minutter, planlagt og målt i den seneste kørsel:") + 1 :])


def test_where_more_was_measured_than_is_planned_it_says_so() -> None:
    long = Minutes("novax", "web-patient", 25, 41.25, 8, "r1", "attended")
    out = told(long, Minutes("novax", "xmo", 15), system="novax")
    assert re.search(r"^  Novax +Web-patient +25 +41,2 +8 +for lidt tid$", out, flags=re.MULTILINE)
    assert re.search(r"^  Novax +XMO +15 +ikke målt$", out, flags=re.MULTILINE)
    assert out.endswith("  For lidt tid: Novax med Web-patient: planlagt 25, målt 41,2 minutter.")
    assert re.search(r"^  Novax +alle +40 +41,2 +8 +1 af 2 møder er målt$", told(long, Minutes("novax", "xmo", 15)), re.MULTILINE)


def test_a_rehearsals_minutes_never_say_that_the_plan_is_good() -> None:
    quick = Minutes("novax", "web-patient", 25, 0.1, 8, "r1", "reference", rehearsal=True)
    out = told(quick)
    assert "0,1*" in out
    assert out.endswith("Det siger ikke, hvor længe det varer med leverandørens eget system.")
    real = Minutes("novax", "web-patient", 25, 20.0, 8, "r1", "attended")
    assert told(real).endswith("Det, der er målt med leverandørernes egne systemer, kan være i planen.")
