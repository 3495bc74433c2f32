"""`lps serve`: ports and certificates that cannot be used are told before anything listens; and one that is used."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from harness.cli.main import main
from harness.cli.serve import own_ports
from harness.domain.errors import ConfigurationError
from harness.hub.certificates import AUTHORITY
from harness.hub.control import CONTROL_FILE
from harness.hub.tls import client_context


def test_ports_are_given_in_the_order_of_the_systems() -> None:
    assert own_ports("8441-8443", ["novax", "xmo", "ny"]) == {"novax": 8441, "xmo": 8442, "ny": 8443}
    assert own_ports(None, ["novax"]) == {}


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("8441", "Skriv den første og den sidste port, fx 8441-8446. Den højeste er 65535."),
        ("8442-8441", "Skriv den første og den sidste port, fx 8441-8446. Den højeste er 65535."),
        ("65535-65536", "Skriv den første og den sidste port, fx 8441-8446. Den højeste er 65535."),
        ("0-1", "Skriv den første og den sidste port, fx 8441-8446. Den højeste er 65535."),
        ("8441-8443", "Der er 3 porte og 2 systemer: novax, xmo."),
    ],
)
def test_ports_that_do_not_fit_are_told_of(wanted: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        own_ports(wanted, ["novax", "xmo"])
    assert str(refusal.value) == f"--porte {wanted}: {said}"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--ny-ca"], "--ny-ca: Skriv også --tls MAPPE. Certifikatet bliver lagt dér."),
        (["--ny-ca", "--tls", "x", "--host", "0.0.0.0"], "--ny-ca: Skriv med --name det navn eller den adresse, systemerne"),
        (["--klient-ca", "x.pem"], "--klient-ca: Skriv også --tls MAPPE. Uden TLS viser ingen et certifikat."),
        (["--kun-med-klientcertifikat"], "--kun-med-klientcertifikat: Skriv også --klient-ca FIL."),
    ],
)
def test_options_that_need_another_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["serve", "--reports", "r", *options]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_hub_with_a_certificate_of_its_own_is_reached_by_whoever_imports_the_authority(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "harness.cli.main", "serve", "--port=0", f"--reports={tmp_path / 'r'}", "--until-stdin-ends"]
    with subprocess.Popen(
        [*command, f"--tls={tmp_path / 'c'}", "--ny-ca"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as hub:
        try:
            assert hub.stdout is not None
            assert "Hubben lytter. Et system når tjenesterne på https://127.0.0.1:" in hub.stdout.readline()
            address = json.loads((tmp_path / "r" / CONTROL_FILE).read_text("utf-8"))["address"]
            answer = httpx.get(f"{address}/novax/dds/iti18?wsdl", verify=client_context(tmp_path / "c" / AUTHORITY))
            assert f'location="{address}/novax/dds/iti18"' in answer.text
        finally:
            _, told = hub.communicate()
    assert hub.returncode == 0
    assert f"skal stole på {tmp_path / 'c' / AUTHORITY}. Giv kun den fil videre, aldrig server.key." in told
    assert len(told.splitlines()) == 12


def test_a_folder_of_reports_that_cannot_be_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "fil").write_bytes(b"")
    assert main(["serve", "--port", "0", "--reports", str(tmp_path / "fil" / "rapporter")]) == 3
    told = capsys.readouterr().err
    assert f"Rapportmappen {tmp_path / 'fil' / 'rapporter'} kan ikke skrives: " in told
    assert told.endswith(". Vælg en anden med --reports.\n")
