"""What a run against a supplier's own system is prepared from, and what is refused before it begins."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness.domain.errors import ConfigurationError
from harness.domain.vendor import Driver
from harness.house import find_house
from harness.runner.interface import interface_of
from harness.runner.options import prepare
from harness.runner.session import stage_for
from harness.runner.setup import RunSetup
from harness.runner.wish import Wish
from harness.suite.secret import read_secret

NOVAX = (find_house().vendors / "novax.yaml").read_text(encoding="utf-8")
ACCESS = 'adgang: { adresse: "https://lps.test/grænse/", nøgle: "env:LPS_PRØVENØGLE" }\n'.replace("Ø", "O")
REAL = Wish(target="live", hub=Path("hub.json"), campaign="kol-lrs-2027")


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LPS_PROVENOGLE", "hunter2")
    return written(tmp_path, ACCESS)


def written(folder: Path, access: str, driver: str = "adapter") -> Path:
    path = folder / "eget.yaml"
    text = NOVAX.replace("id: novax", "id: eget").replace("driver: reference ", f"driver: {driver} ")
    path.write_text(text + access, encoding="utf-8")
    return path


def prepared(file: Path, **wish: object) -> RunSetup:
    return prepare(replace(REAL, vendor=str(file), **wish))  # type: ignore[arg-type]


def test_the_system_s_own_address_is_spoken_to_with_its_token(file: Path) -> None:
    setup = prepared(file)
    assert not setup.rehearsal
    client = interface_of(setup, 1.0)
    assert str(client.base_url) == "https://lps.test/gr%C3%A6nse/"
    assert client.headers["Authorization"] == "Bearer hunter2"
    assert "hunter2" not in repr((setup, client.headers))


def test_a_rehearsal_with_its_file_speaks_to_the_reference_lps(file: Path) -> None:
    setup = prepared(file, driver="reference", lps="http://127.0.0.1:9", tempo=60.0)
    assert setup.rehearsal
    client = interface_of(setup, 1.0)
    assert str(client.base_url) == "http://127.0.0.1:9/eget/"
    assert "Authorization" not in client.headers


@pytest.mark.parametrize(
    ("wish", "text"),
    [
        (
            {"target": "mock"},
            "kan kun testes live: skriv --target live. En prøvekørsel med referencesystemet er --driver reference",
        ),
        ({"tempo": 60.0}, "--tempo kan kun bruges i en prøvekørsel. Novax er leverandørens system."),
        ({"faults": ("iti41-forkert-hash",)}, "--fault kan kun"),
        ({"cpd": "2.0", "rute": "direkte"}, "--rute, --cpd kan kun"),
    ],
)
def test_what_is_for_rehearsals_is_refused(file: Path, wish: dict[str, object], text: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        prepared(file, **wish)
    assert text in str(caught.value)


def test_the_rute_of_the_file_may_be_said(file: Path) -> None:
    assert prepared(file, rute="plsp").rute.value == "plsp"


def test_a_shipped_system_without_an_address_is_told() -> None:
    with pytest.raises(ConfigurationError, match=r"skal have adgang: \{adresse: …\} i systemets fil"):
        prepare(replace(REAL, vendor="novax", driver=Driver.ADAPTER))


def test_live_must_know_where(file: Path, tmp_path: Path) -> None:
    for setup in (prepared(file, hub=None), prepare(Wish(target="live", hub=Path("hub.json")))):
        with pytest.raises(ConfigurationError, match="skal vide, hvor hub og system er"):
            stage_for(setup, tmp_path)


@pytest.mark.parametrize(
    ("access", "told"),
    [
        ("", "6:9  driver\n    Driveren adapter skal have adgang: {adresse: …} i filen."),
        ("adgang: { adresse: lps.test }\n", "adgang.adresse\n    Skal være en adresse, fx https://"),
        ("adgang: { adresse: 'https://a:b@lps.test' }\n", "adgang.adresse\n    Skal være en adresse"),
        ("adgang: { adresse: 'https://lps.test', nøgle: hunter2 }\n", "En hemmelighed må ikke stå i filen."),
        (ACCESS.replace("env:LPS_PROVENOGLE", "${LPS_PROVENOGLE}"), "env:NAVN (en miljøvariabel) eller fil:STI."),
        (ACCESS.replace("env:LPS_PROVENOGLE", "env:"), "adgang.nøgle"),
    ],
)
def test_a_mistake_is_told_and_no_secret_with_it(access: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LPS_PROVENOGLE", "hunter2")
    with pytest.raises(ConfigurationError) as caught:
        prepared(written(tmp_path, access))
    assert told in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_token_that_is_not_there_is_told_before_anything_starts(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LPS_PROVENOGLE")
    with pytest.raises(ConfigurationError, match="Miljøvariablen LPS_PROVENOGLE er ikke sat"):
        prepared(file)


def test_a_token_s_file_lies_beside_the_system_s(tmp_path: Path) -> None:
    own = written(tmp_path, "adgang: { adresse: 'http://lps.test', nøgle: 'fil:nøgle.txt' }\n")
    with pytest.raises(ConfigurationError, match=r"nøgle\.txt: Filen med hemmeligheden findes ikke"):
        prepared(own)
    (tmp_path / "nøgle.txt").write_text("hunter2\n", encoding="utf-8")
    assert interface_of(prepared(own), 1.0).headers["Authorization"] == "Bearer hunter2"
    for content, told in ((b"\xff", "skal være tekst"), (b" \n", "er tom"), (b"to\nlinjer", "skal være én linje")):
        (tmp_path / "nøgle.txt").write_bytes(content)
        with pytest.raises(ConfigurationError, match=told):
            read_secret(f"fil:{tmp_path / 'nøgle.txt'}")


def test_a_mapping_is_read_and_measured(tmp_path: Path) -> None:
    own = written(tmp_path, "adgang: { adresse: 'http://lps.test', kort: kort.yaml }\n")
    with pytest.raises(ConfigurationError, match=r"kort\.yaml"):
        prepared(own)
    (tmp_path / "kort.yaml").write_text("visninger: { interne-noter: { sti: /n, svar: { noter: '{n}' } } }", encoding="utf-8")
    setup = prepared(own)
    assert setup.own_api is not None
    assert set(setup.own_api) == {"interne-noter"}
    assert "kort" in setup.fingerprint
    assert prepared(own, driver="reference", lps="http://x").own_api is None


def test_own_values_are_for_testers(file: Path) -> None:
    assert prepare(Wish(vendor="novax", driver="attended", target="live", own_values=True)).own_values
    for wish in (Wish(vendor="novax", own_values=True), replace(REAL, vendor=str(file), own_values=True)):
        with pytest.raises(ConfigurationError, match=r"--own-values er til en tester, .* har driveren “(reference|adapter)”"):
            prepare(wish)
