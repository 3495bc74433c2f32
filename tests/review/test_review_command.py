"""`lps review`, and what a review keeps from being resumed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from reviewed_run import STARTED, write_run

from harness.cli.main import main
from harness.cli.review_json import SCHEMAS, schema_text
from harness.domain.errors import ConfigurationError
from harness.house import find_house
from harness.record.result import read_result
from harness.reporting.artefacts import ARTEFACTS
from harness.runner.resume import find_cut_off
from harness.suite.fingerprint import present_fingerprint

HOUSE = find_house()
RUN = "novax/20270301T0915"


def lps(reports: Path, *arguments: str) -> int:
    return main(["review", *arguments, f"--reports={reports}"])


def fresh(reports: Path) -> Path:
    """A run that was measured with the suite as it is."""
    return write_run(reports, fingerprint=present_fingerprint(HOUSE, STARTED))


def test_a_run_goes_from_submission_to_approval_and_its_artefacts_are_made_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = fresh(tmp_path)
    anna, bo = ("--by", "Anna Bek"), ("--by", "Bo Dal")
    assert lps(tmp_path, "submit", RUN, *anna) == 0
    assert capsys.readouterr().out == (
        "Novax 20270301T0915: Indsendt til MedCom: 3 resultater af Anna Bek (leverandør).\nGennemgangen er: til verificering.\n"
    )
    assert lps(tmp_path, "approve", RUN, *bo) == 2
    assert capsys.readouterr().err == "Tag gennemgangen først.\n"
    assert lps(tmp_path, "claim", RUN, *bo) == 0
    assert lps(tmp_path, "assess", RUN, "DEL-02", "OK", *bo) == 2
    assert "I egentest står MedCom vurdering tom," in capsys.readouterr().err
    assert lps(tmp_path, "comment", RUN, "Fint", "--scenario=DEL-02", "--role=MedCom", *bo) == 0
    assert lps(tmp_path, "approve", RUN, *bo) == 0
    assert read_result(folder).campaigns[0].gate is not None
    assert all((folder / name).is_file() for name in ARTEFACTS)
    capsys.readouterr()
    assert lps(tmp_path, "show", RUN) == 0
    out = capsys.readouterr().out
    assert "Resultat: godkendt. Gennemgangen er: verificeret, hos Bo Dal." in out
    assert "Bemærkning til DEL-02 · Bo Dal (MedCom): Fint" in out
    assert "Prøv igen" not in out
    assert "Regel for genprøve i lille: også DEL-03 (afventer: Reglen er ikke offentlig)." in out


def test_what_is_printed_as_json_follows_its_published_schema(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fresh(tmp_path)
    write_run(tmp_path, "20270302T0900", {"DEL-01[KOL]": "F3", "DEL-02": "afventer"}, undecided={"DEL-02": ("niveau",)})
    lps(tmp_path, "submit", "20270302T0900", "--by=Anna Bek")
    for name, arguments in (("review-list", ["list"]), ("review", ["show", "20270302T0900"])):
        published = (HOUSE.home / "docs" / "schema" / f"{name}.schema.json").read_text("utf-8")
        assert published == schema_text(SCHEMAS[name])
        capsys.readouterr()
        assert lps(tmp_path, *arguments, "--json") == 0
        said = json.loads(capsys.readouterr().out)
        Draft202012Validator(json.loads(published)).validate(said)
    assert (said["forældet"], said["genprøve"]["tag"]) == (True, "id:DEL-01 or id:DEL-02")
    assert said["ligner_cpr"][0]["fra"] == 18


def test_the_list_says_what_waits_and_what_is_only_a_rehearsal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fresh(tmp_path)
    write_run(tmp_path, "20270302T0900", grundlag="referencesystem", driver="reference")
    assert lps(tmp_path, "list", "--waiting") == 0
    assert capsys.readouterr().out == "Der er ingen kørsler.\n"
    lps(tmp_path, "submit", RUN, "--by=Anna Bek")
    assert lps(tmp_path, "submit", "novax/20270302T0900", "--by=Anna Bek") == 2
    assert capsys.readouterr().err.startswith("Prøvekørsel med referencesystemet:")
    assert lps(tmp_path, "list") == 0
    out = capsys.readouterr().out
    assert "til verificering" in out
    assert "prøvekørsel" in out


def test_a_run_under_review_is_not_resumed(tmp_path: Path) -> None:
    write_run(tmp_path, standings={"DEL-01[KOL]": "OK", "DEL-02": "kunne ikke testes"})
    assert find_cut_off(tmp_path / "lille", {"novax": "novax"}, "seneste")["novax"].unfinished
    lps(tmp_path, "comment", RUN, "Se her", "--role=leverandør", "--by=Anna Bek")
    with pytest.raises(ConfigurationError, match="er under gennemgang og kan ikke genoptages"):
        find_cut_off(tmp_path / "lille", {"novax": "novax"}, "seneste")


def test_a_file_of_the_suite_that_changes_makes_the_run_outdated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_run(tmp_path, fingerprint={**present_fingerprint(HOUSE, STARTED), "regler": "0" * 64})
    for act in (["submit", RUN, "--by=Anna Bek"], ["claim", RUN, "--by=Bo Dal"]):
        assert lps(tmp_path, *act) == 0
    assert lps(tmp_path, "approve", RUN, "--by=Bo Dal") == 2
    assert "Kørslen er forældet" in capsys.readouterr().err
    assert lps(tmp_path, "reconfirm", RUN, "--reason=Kun en kommentar er ny", "--by=Bo Dal") == 0
    assert lps(tmp_path, "approve", RUN, "--by=Bo Dal") == 0
