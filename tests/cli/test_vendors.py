"""`lps vendors`: the table people read and the JSON programs read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.cli.main import main
from harness.suite.vendors import VendorList

TABLE = """\
Id         Produkt    Leverandør  Version  Driver     Rute             Sender CPD-DK                      Godkendelser
eg-clinea  EG Clinea  EG          ukendt   reference  plsp (afventer)  2.0 Godkendt                       22
eg-winplc  EG WinPLC  EG          ukendt   reference  plsp (afventer)  2.0 Godkendt                       20
multimed   MultiMED   MultiMed    ukendt   reference  plsp (afventer)  2.0 Godkendt                       20
myclinic   MyClinic   MultiMed    ukendt   reference  plsp (afventer)  2.0 Godkendt                       19
novax      Novax      Novax       ukendt   reference  plsp (afventer)  2.0 Godkendt                       19
xmo        XMO        CGM         ukendt   reference  plsp (afventer)  1.0.1 Ikke Godkendt, 2.0 Godkendt  23

Godkendelser efter: MedCom, godkendte systemer (medcomdk/GodkendteSystemer, arket "Opdateret d. 09-07-2026"), 09-07-2026
"""


def test_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["vendors"]) == 0
    assert capsys.readouterr() == (TABLE, "")


def test_the_json_is_one_object_of_the_published_shape(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["vendors", "--json"]) == 0
    out = json.loads(capsys.readouterr().out)
    assert [each["id"] for each in out["systemer"]] == ["eg-clinea", "eg-winplc", "multimed", "myclinic", "novax", "xmo"]
    schema = Path(__file__).parents[2] / "docs" / "schema" / "vendor-list.schema.json"
    assert set(out) == set(json.loads(schema.read_text(encoding="utf-8"))["properties"]) == set(VendorList.model_fields)


def test_another_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "features").mkdir()
    (tmp_path / "fixtures" / "vendors").mkdir(parents=True)
    (tmp_path / "fixtures" / "vendors" / "a.yaml").write_text("- b\n", encoding="utf-8")
    assert main(["vendors", "--home", "."]) == 2
    assert capsys.readouterr().err == ("fixtures/vendors/a.yaml:1:1\n    Skal være felter (navn: værdi). Fundet: en liste.\n")


def test_a_home_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["vendors", "--home", str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"--home peger på {tmp_path.as_posix()}, men der mangler features/ og fixtures/.\n"
