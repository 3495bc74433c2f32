"""`lps artefacts`: what is pointed at is remembered, shown, and told of when it changes."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from harness.cli import artefacts as module
from harness.cli.main import main

SCHEMA = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" version="2"><xs:element name="a"/></xs:schema>'


@pytest.fixture(autouse=True)
def own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own place is a folder of the test's."""
    monkeypatch.setattr(click, "get_app_dir", lambda name: str(tmp_path / "hjemme" / name))
    monkeypatch.delenv(module.ENVIRONMENT, raising=False)
    return tmp_path / "hjemme" / "lps-harness" / "artefakter.json"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "medcom"
    place.mkdir()
    (place / "a.xsd").write_text(SCHEMA, encoding="utf-8")
    return place


def test_a_folder_is_added_shown_and_removed(folder: Path, own_place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["artefacts", "list"]) == 0
    assert capsys.readouterr().out == "Der er ikke peget på nogen artefakter. Peg på en mappe: lps artefacts add MAPPE\n"
    assert main(["artefacts", "add", str(folder)]) == 0
    added = capsys.readouterr().out
    head, titles, row = added.splitlines()
    assert head == folder.as_posix()
    assert titles.split() == ["Slags", "Navn", "Version", "SHA-256", "Fil"]
    assert row.split()[:3] == ["XML-skema", "a.xsd", "2"]
    assert row.split()[-2:] == ["a.xsd", "uændret"]
    assert own_place.is_file()
    assert main(["artefacts", "add", str(folder)]) == 0  # a second time is the same
    assert main(["artefacts", "list"]) == 0
    assert capsys.readouterr().out == added * 2
    assert main(["artefacts", "remove", str(folder)]) == 0
    assert main(["artefacts", "remove", str(folder)]) == 2
    assert "er ikke husket. Se: lps artefacts list" in capsys.readouterr().err
    assert folder.is_dir()


def test_a_change_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["artefacts", "add", str(folder)]) == 0
    (folder / "b.xsd").write_text(SCHEMA, encoding="utf-8")
    (folder / "a.xsd").write_text(SCHEMA.replace('"2"', '"3"'), encoding="utf-8")
    capsys.readouterr()
    assert main(["artefacts", "list"]) == 1
    out = capsys.readouterr().out
    assert [line.split()[-1] for line in out.splitlines()[2:]] == ["ændret", "ny"]
    (folder / "a.xsd").unlink()
    assert main(["artefacts", "list"]) == 1
    assert "    a.xsd er væk\n" in capsys.readouterr().out
    (folder / "b.xsd").unlink()
    folder.rmdir()
    assert main(["artefacts", "list"]) == 1
    assert capsys.readouterr().out == f"{folder.as_posix()}\n    Mappen findes ikke mere.\n"


def test_what_cannot_be_used_says_why(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "b.tgz").write_bytes(b"ikke en pakke")
    assert main(["artefacts", "add", str(folder)]) == 0
    assert "    b.tgz kan ikke bruges: b.tgz er ikke en hel pakke (.tgz)" in capsys.readouterr().out


def test_a_folder_without_artefacts_is_not_added(tmp_path: Path, own_place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "tom").mkdir()
    assert main(["artefacts", "add", str(tmp_path / "tom")]) == 2
    assert capsys.readouterr().err.endswith("har ingen FHIR-pakker (.tgz), XML-skemaer (.xsd) eller skematroner (.sch).\n")
    assert main(["artefacts", "add", str(tmp_path / "væk")]) == 2
    assert capsys.readouterr().err.startswith("Skal være en mappe. Fundet: ")
    assert not own_place.exists()


def test_the_environment_goes_before_what_is_remembered(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(module.ENVIRONMENT, str(folder))
    assert main(["artefacts", "list"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("LPS_ARTEFACTS er sat og går forud for det, der er husket.\n")
    assert "uændret" not in out
    monkeypatch.setenv(module.ENVIRONMENT, str(folder / "væk"))
    assert main(["artefacts", "list"]) == 2
    assert "som ikke er en mappe" in capsys.readouterr().err


def test_a_place_that_cannot_be_written_is_the_environments_fault(
    folder: Path, own_place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own_place.parent.parent.mkdir()
    own_place.parent.write_text("en fil, hvor der skulle være en mappe", encoding="utf-8")
    assert main(["artefacts", "add", str(folder)]) in (2, 3)  # which of the two depends on the platform
    assert own_place.as_posix() in capsys.readouterr().err


def test_the_help_is_danish(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["artefacts", "--help"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Brug: lps artefacts [TILVALG] KOMMANDO …\n")
    assert "Kommandoer:\n  add     Husk en mappe og vis, hvad der er i den.\n" in out
    assert main(["artefacts", "add", "--help"]) == 0
    assert "Eksempel: lps artefacts add ~/medcom" in capsys.readouterr().out
