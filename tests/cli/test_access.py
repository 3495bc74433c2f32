"""`lps access`: a secret is told once, and who may what is what its token says."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from harness.cli.main import main
from harness.dashboard.access.register import Register, Token
from harness.dashboard.access.secret import read_secret
from harness.dashboard.database import address_in, open_database
from harness.domain.access import Right


def lps(capsys: pytest.CaptureFixture[str], reports: Path, *arguments: str) -> tuple[int, str, str]:
    code = main(["access", *arguments, "--reports", str(reports)])
    return code, *capsys.readouterr()


def kept(reports: Path) -> list[Token]:
    engine = open_database(address_in(reports))
    found = Register(engine).tokens()
    engine.dispose()
    return found


def test_a_supplier_gets_its_own_systems(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, err = lps(capsys, tmp_path, "new", "--right", "leverandør", "--supplier", "eg", "--days", "3")
    secret, [token] = read_secret(out), kept(tmp_path)
    assert code == 0
    assert secret is not None
    assert (token.id, token.hash) == (secret.id, secret.hash)
    assert (token.right, token.supplier, token.name) == (Right.SUPPLIER, "EG", "EG")
    assert token.systems == {"eg-clinea", "eg-winplc"}
    assert 2.9 * 86_400 < token.expires - time.time() <= 3 * 86_400
    assert secret.value not in err
    assert "vises ikke igen" in err


def test_list_link_and_revoke(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    lps(capsys, tmp_path, "new", "--right", "monitor", "--name", "Bo Dal")
    [token] = kept(tmp_path)
    code, out, err = lps(capsys, tmp_path, "link", token.id, "--address", "https://tavle.example/")
    assert (code, err) == (0, "")
    assert out.startswith("https://tavle.example/ind/")
    code, out, err = lps(capsys, tmp_path, "link", token.id)
    assert (code, out.startswith("/ind/"), "--address" in err) == (0, True, True)
    assert lps(capsys, tmp_path, "list")[1].startswith(f"{token.id} · monitor · Bo Dal · til ")
    assert lps(capsys, tmp_path, "revoke", token.id)[1].endswith("· trukket tilbage\n")
    assert lps(capsys, tmp_path, "list")[1].endswith("· trukket tilbage\n")
    assert lps(capsys, tmp_path, "link", token.id)[0] == 2


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (["new", "--right", "leverandør"], 2, "--supplier hører til --right leverandør"),
        (["new", "--right", "monitor", "--supplier", "EG"], 2, "--supplier hører til --right leverandør"),
        (["new", "--right", "leverandør", "--supplier", "Ukendt"], 2, 'Fundet: "Ukendt". Kan være: EG'),
        (["new", "--right", "monitor"], 2, "--name: Skriv dit navn."),
        (["new", "--right", "konge"], 2, 'Fundet: "konge"'),
        (["revoke", "deadbeef"], 2, "Adgangen kendes ikke. Fundet: deadbeef."),
        (["list", "--store", "tavle"], 2, "--store: Adressen kan ikke bruges"),
        (["list", "--store", "sqlite:////findes/ikke/tavle.db"], 3, "Tavlens database kan ikke bruges"),
    ],
)
def test_what_cannot_be_done_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: list[str], code: int, text: str
) -> None:
    found, out, err = lps(capsys, tmp_path, *arguments)
    assert (found, out) == (code, "")
    assert text in err


def test_a_password_in_the_address_is_never_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, err = lps(capsys, tmp_path, "list", "--store", "postgresql+psycopg://bo:planted@127.0.0.1:1/tavle")
    assert code == 3
    assert "planted" not in out + err
