"""`lps variations`: two rehearsals of the same cases, one with a defect, and what the report tells of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from rehearsal import rehearse, scenarios

from harness.cli.main import main
from harness.cli.variations_json import schema_text
from harness.house import find_house
from harness.runner.options import Wish

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
    assert sorted(out["ikke_kørt"]) == ["eg-clinea", "eg-winplc", "multimed", "myclinic"]
    (case,) = (each for each in out["tilfælde"] if each["scenarie"] == "DIAG-20[P76/DF339]")
    (trait,) = (each for each in case["træk"] if not each["ens"])
    assert trait == {
        "navn": "kodning: type",
        "ens": False,
        "værdier": [
            {"værdi": "DF339: kontakt", "systemer": ["xmo"]},
            {"værdi": "DF339: forløb", "systemer": ["novax"]},
        ],
    }


def test_without_any_run_it_says_how_to_make_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert lps("variations", "--campaign", "diagnosekort", "--reports", str(tmp_path)) == 2
    assert "lps run --campaign diagnosekort --vendor all" in capsys.readouterr().err
    assert not (tmp_path / PAGE).exists()


def test_the_published_schema_is_up_to_date() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema_text(), "kør: python -m harness.cli.variations_json"
