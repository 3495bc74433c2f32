"""`lps variations`: two rehearsals of the same cases, one with a defect, and what the report tells of them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from rehearsal import rehearse, scenarios

from harness.cli.main import main
from harness.cli.variations_json import schema_text
from harness.house import find_house
from harness.runner.wish import Wish

SCHEMA = find_house().home / "docs" / "schema" / "variations.schema.json"
PAGE = Path("diagnosekort") / "variationsrapport.html"


def lps(*arguments: str) -> int:
    return main(list(arguments))


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs of two cases by two systems; Novax writes everything as forløb."""
    folder = tmp_path_factory.mktemp("rapporter")
    chosen = [each for each in scenarios("diagnosekort") if each.tag in ("DIAG-01", "DIAG-20")]
    for system, faults in (("xmo", ()), ("novax", ("diagnosekort-alt-står-som-forløb",))):
        wish = Wish(vendor=system, campaign="diagnosekort", faults=faults)
        rehearse(folder / "diagnosekort" / system / "20261005T100000", wish, chosen)
    return folder


def test_the_difference_is_told_and_grades_nobody(reports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert lps("variations", "--campaign", "diagnosekort", "--reports", str(reports)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.startswith("DIAG-")] == [
        f"DIAG-20[{code}]: forskel i type" for code in ("A77/DB349", "A97/DZ029", "P76/DF339")
    ]
    assert "novax: referencesystemet havde fejl: diagnosekort-alt-står-som-forløb" in lines
    assert "2 systemer · 8 tilfælde · 3 med forskelle" in lines
    page = (reports / PAGE).read_text(encoding="utf-8")
    assert "<strong>novax</strong>: DZ029: forløb" in page
    assert "Prøvekørsel med referencesystemet." in page


def test_the_json_is_one_object_of_the_published_shape(reports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert lps("variations", "--campaign", "diagnosekort", "--reports", str(reports), "--json") == 0
    out = json.loads(capsys.readouterr().out)
    Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(out)
    assert {each["system"]: each["grundlag"] for each in out["systemer"]} == {
        "xmo": "referencesystem",
        "novax": "referencesystem",
    }
    assert {each["system"]: len(each["forbehold"]) for each in out["systemer"]} == {"xmo": 0, "novax": 1}
    assert sorted(out["ikke_kørt"]) == ["eg-clinea", "eg-winplc", "multimed", "myclinic"]
    (case,) = (each for each in out["tilfælde"] if each["scenarie"] == "DIAG-20[P76/DF339]")
    (trait,) = (each for each in case["træk"] if not each["ens"])
    assert trait == {
        "navn": "kodning: type",
        "ens": False,
        "værdier": [
            {"værdi": "DF339: forløb", "systemer": ["novax"]},
            {"værdi": "DF339: kontakt", "systemer": ["xmo"]},
        ],
    }


def test_a_later_run_of_some_scenarios_or_with_a_fault_does_not_take_the_place_of_a_whole_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, chosen = tmp_path / "diagnosekort", [each for each in scenarios("diagnosekort") if each.tag == "DIAG-01"]
    wishes = {"20261005T100000": Wish(), "20261006T100000": Wish(faults=("diagnosekort-alt-står-som-forløb",))}
    for run, wish in wishes.items():
        rehearse(folder / "xmo" / run, replace(wish, vendor="xmo", campaign="diagnosekort"), chosen)
    assert lps("variations", "--campaign", "diagnosekort", "--reports", str(tmp_path), "--json") == 0
    (system,) = json.loads(capsys.readouterr().out)["systemer"]
    assert (system["kørsel"], system["forbehold"]) == ("20261005T100000", [])


def test_without_any_run_it_says_how_to_make_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert lps("variations", "--campaign", "diagnosekort", "--reports", str(tmp_path)) == 2
    assert "lps run --campaign diagnosekort --vendor all" in capsys.readouterr().err
    assert not (tmp_path / PAGE).exists()


def test_the_published_schema_is_up_to_date() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema_text(), "kør: python -m harness.cli.variations_json"
