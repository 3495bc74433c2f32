"""`lps dashboard`: what cannot be used is told before anything is shown; and one that follows, answers and ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from harness.cli.main import main


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--campaign", "findes-ikke"], 2, "Kampagnen kendes ikke. Skal være en af: apps, "),
        (["--store", "noget"], 2, "--store: Adressen kan ikke bruges (ArgumentError). Fx sqlite:///tavle.db eller "),
        (["--store", "sqlite:////findes/ikke/tavle.db"], 3, "Tavlens database kan ikke bruges: unable to open database file."),
        (["--tls", "findes-ikke"], 2, "server.pem"),
    ],
)
def test_what_cannot_be_used_is_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    code: int,
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["dashboard", "--reports", "r", *options]) == code
    assert said in capsys.readouterr().err


def test_a_folder_of_reports_that_cannot_be_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "fil").write_bytes(b"")
    assert main(["dashboard", "--reports", str(tmp_path / "fil" / "rapporter")]) == 3
    told = capsys.readouterr().err
    assert told.startswith(f"Rapportmappen {tmp_path / 'fil' / 'rapporter'} kan ikke laves: ")
    assert told.endswith(". Vælg en anden med --reports.\n")


def test_a_password_in_the_address_is_never_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    store = "postgresql://lps:hemmelig-nok@127.0.0.1:9/tavle"
    assert main(["dashboard", "--reports", str(tmp_path), "--store", store]) == 3
    told = capsys.readouterr()
    assert "hemmelig" not in told.out + told.err
    assert "Tavlens database kan ikke bruges: " in told.err


@pytest.mark.parametrize(("host", "told"), [("0.0.0.0", 1), ("::", 1), ("127.0.0.1", 0), ("localhost", 0)])
def test_that_passwords_go_unencrypted_to_other_machines_is_told_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], host: str, told: int
) -> None:
    options = ["--host", host, "--store", "sqlite:////findes/ikke/tavle.db", "--reports", str(tmp_path)]
    assert main(["dashboard", *options]) == 3
    err = capsys.readouterr().err
    assert err.count("koder og nøgler bliver sendt ukrypteret") == told
    assert err.count("--tls") == told


def test_the_wall_is_there_until_its_parent_is_not(tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    options = ["dashboard", "--port=0", f"--reports={reports}", "--campaign=diagnosekort", "--until-stdin-ends"]
    with subprocess.Popen(
        [sys.executable, "-m", "harness.cli.main", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as wall:
        try:
            assert wall.stdout is not None
            line = wall.stdout.readline()
            assert line.startswith("Tavlen er på http://127.0.0.1:")
            page = httpx.get(line.split()[3].rstrip(".")).text
            for system in ("eg-clinea", "eg-winplc", "multimed", "myclinic", "novax", "xmo"):
                assert f'href="/system/{system}?kampagne=diagnosekort"' in page
        finally:
            _, told = wall.communicate()
    assert (wall.returncode, told) == (0, "")
    assert (reports / "tavle.db").is_file()
