"""`--sts`: the token service's certificate, from the command line to the rule, into a run's log, and back when it is resumed."""

from __future__ import annotations

import base64
import hashlib
import shutil
import ssl
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.signer import XMLSigner

from harness.cli.main import main
from harness.conformance.files.formats import judge_file
from harness.conformance.rule import Result
from harness.domain.errors import ConfigurationError
from harness.domain.event import Event, Judged, RunResumed, RunStarted
from harness.domain.exchange import Exchange, Request, Response
from harness.domain.profile import Profile
from harness.house import House, find_house
from harness.record.log import LOG_NAME, LogWriter, read_log
from harness.runner.resume import LATEST, find_cut_off
from harness.runner.wish import Wish
from harness.standards.mtom import Package, build_package
from harness.standards.security_codes import SAML
from harness.standards.soap import Version
from harness.steps.messages.judging import judge_security
from harness.suite.profiles import load_profiles

EXAMPLE, PLAN = ((Path(__file__).parents[1] / "examples" / f"{name}_haandskrevet.xml").read_bytes() for name in ("dgws", "cpd"))
NOW = datetime(2026, 10, 5, 8, 15, tzinfo=UTC)
UNCHECKED = "signatur ikke kontrolleret: der er ikke angivet noget certifikat at kontrollere med (--sts)"
UNSIGNED = "kortet er ikke underskrevet"
_KEY = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="module")
def certificate(key: rsa.RSAPrivateKey) -> bytes:
    """DER."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "En STS til test")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, NOW - timedelta(days=9), NOW + timedelta(days=9))
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


@pytest.fixture(scope="module")
def signed(key: rsa.RSAPrivateKey, certificate: bytes) -> bytes:
    """The handwritten request, its card signed."""
    root = etree.fromstring(EXAMPLE)
    card = root.find(f".//{{{SAML}}}Assertion")
    assert card is not None
    parent = card.getparent()
    assert parent is not None
    pem = ssl.DER_cert_to_PEM_cert(certificate)
    signature = XMLSigner().sign(card, key=key.private_bytes(*_KEY), cert=pem, reference_uri="#IDCard", id_attribute="id")
    parent.replace(card, signature)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, certificate: bytes) -> Path:
    """A folder to stand in, with `sts.pem` in it; no artefacts."""
    monkeypatch.setattr("harness.cli.artefacts.store", lambda: tmp_path / "ingen.json")
    monkeypatch.delenv("LPS_ARTEFACTS", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sts.pem").write_text(ssl.DER_cert_to_PEM_cert(certificate), encoding="ascii")
    return tmp_path


# Files


def test_a_signed_card_is_checked_only_with_a_certificate(here: Path, signed: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "kald.xml").write_bytes(signed)
    assert main(["validate", "kald.xml"]) == 0
    assert UNCHECKED in capsys.readouterr().out
    assert main(["validate", "--sts=sts.pem", "kald.xml"]) == 0
    told = capsys.readouterr().out
    assert "signatur ikke kontrolleret" not in told
    assert "ingen fund" in told


def test_a_changed_card_is_found_with_the_certificate(here: Path, signed: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "kald.xml").write_bytes(signed.replace(b"BC2F4", b"BC2F5"))
    assert main(["validate", "kald.xml"]) == 0
    capsys.readouterr()
    assert main(["validate", "--sts", "sts.pem", "kald.xml"]) == 1
    told = capsys.readouterr().out
    assert "DGWS-23  kald.xml:" in told
    assert "kortet er ændret, efter at det blev underskrevet" in told


def test_what_is_packed_is_held_against_the_certificate_too(signed: bytes, certificate: bytes) -> None:
    body, kind = build_package(Package(signed, (), Version.SOAP_11, ""))
    report = judge_file(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body, "kald.txt", sts=(certificate,))
    signature = [each for part in report.every() for each in part.judgements if each.rule.id == "DGWS-23"]
    assert [each.result for each in signature] == [Result.HOLDS]


def test_a_level_is_held_against_what_the_home_has_decided(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = here / "hjem"
    shutil.copytree(find_house().fixtures, home / "fixtures")
    (home / "features").mkdir()
    (here / "kald.xml").write_bytes(EXAMPLE)
    profile = home / "fixtures" / "profiles" / "sikkerhed.yaml"
    text = profile.read_text(encoding="utf-8")
    for level, code in (("4", 0), ("5", 1)):
        decided = text.replace("dgws-niveau:\n    status: afventer", f'dgws-niveau:\n    værdi: "{level}"\n    status: besluttet')
        assert decided != text
        profile.write_text(decided, encoding="utf-8")
        assert main(["validate", f"--home={home}", "kald.xml"]) == code
        told = capsys.readouterr().out
        assert ("DGWS-25  kald.xml:" in told) is bool(code)
        assert "niveau ikke kontrolleret" not in told


def test_what_is_decided_is_read_once_for_all_files(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[House] = []

    def counted(house: House) -> dict[str, Profile]:
        read.append(house)
        return load_profiles(house)

    monkeypatch.setattr("harness.suite.profiles.load_profiles", counted)
    for number in range(3):
        (here / f"kald{number}.xml").write_bytes(EXAMPLE)
    (here / "plan.xml").write_bytes(PLAN)
    assert main(["validate", *sorted(each.name for each in here.glob("*.xml"))]) == 0
    assert len(read) == 1


@pytest.mark.parametrize("command", [["validate", "kald.xml"], ["run", "--vendor=novax"]], ids=["validate", "run"])
@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("findes-ikke.pem", "findes-ikke.pem  --sts\n    Certifikatet kan ikke læses"),
        ("kald.xml", "kald.xml  --sts\n    Skal være et eller flere certifikater i PEM (-----BEGIN CERTIFICATE-----)."),
    ],
)
def test_a_file_that_is_no_certificate_is_told_and_nothing_is_begun(
    here: Path, command: list[str], file: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "kald.xml").write_bytes(EXAMPLE)
    assert main([*command, f"--sts={file}"]) == 2
    assert told in capsys.readouterr().err
    assert sorted(each.name for each in here.iterdir()) == ["kald.xml", "sts.pem"]


# Runs


def test_a_signed_card_on_the_wire_holds_and_a_changed_one_does_not(signed: bytes, certificate: bytes) -> None:
    request = Request("POST", "/dds/iti18", (("content-type", "text/xml"),), signed)
    honest = Exchange("b1", "lps", "dokumentdeling", NOW, request, Response(200))
    changed = replace(honest, request=replace(request, body=signed.replace(b"BC2F4", b"BC2F5")))
    for exchange, sts, result in (
        (honest, (certificate,), Result.HOLDS),
        (changed, (certificate,), Result.BROKEN),
        (changed, (), Result.NOT_JUDGED),
    ):
        [(_, judgements)] = judge_security(exchange, frozenset({"dgws"}), sts)
        assert [each.result for each in judgements if each.rule.id == "DGWS-23"] == [result]


def lps_run(*arguments: str) -> int:
    """The exit code of a real run, in a process of its own."""
    command = [sys.executable, "-m", "harness.cli.main"]
    return subprocess.run([*command, "run", "--reports=rapporter", *arguments], capture_output=True, check=False).returncode


def events(folder: Path) -> list[Event]:
    return [entry.event for entry in read_log(folder / LOG_NAME)]


def signatures(told: list[Event]) -> list[str]:
    """What came of DGWS-23, message for message."""
    judged = [each for each in told if isinstance(each, Judged) and each.subject.startswith("DGWS")]
    found = [[finding.actual for finding in each.findings if finding.rule == "DGWS-23"] for each in judged]
    return [actual[0] if actual else each.not_judged.get("DGWS-23", "holder") for each, actual in zip(judged, found, strict=True)]


def test_a_run_keeps_the_certificate_and_is_resumed_with_it(here: Path, certificate: bytes) -> None:
    """The reference LPS signs no card, so that a check is a finding. The user's file may be gone when the run is resumed."""
    assert lps_run("--vendor=novax", "--rute=direkte", "--tag=id:DEL-07", "--sts=sts.pem") == 1
    [folder] = (here / "rapporter" / "kol-lrs-2027" / "novax").iterdir()
    log = folder / LOG_NAME
    before = events(folder)
    started = before[0]
    assert isinstance(started, RunStarted)
    assert list(started.sts) == [hashlib.sha256(certificate).hexdigest()]
    assert set(signatures(before)) == {UNSIGNED}
    assert str(here) not in log.read_text("utf-8")
    assert "sts.pem" not in log.read_text("utf-8")

    assert find_cut_off(folder.parent.parent, {"novax": "novax"}, LATEST)["novax"].wish(Wish()).sts == (certificate,)
    cut = next(number for number, event in enumerate(before) if isinstance(event, Judged))
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:cut]))
    (here / "sts.pem").unlink()
    assert lps_run("--vendor=novax", "--resume") == 1
    after = events(folder)
    resumed = next(number for number, event in enumerate(after) if isinstance(event, RunResumed))
    assert set(signatures(after[resumed:])) == {UNSIGNED}


def test_runs_of_different_certificates_are_not_resumed_together(here: Path, certificate: bytes) -> None:
    kept = {hashlib.sha256(certificate).hexdigest(): base64.b64encode(certificate).decode("ascii")}
    for system, sts in (("novax", kept), ("xmo", kept), ("winplc", {})):
        folder = here / system / "20261005T081500"
        folder.mkdir(parents=True)
        log = LogWriter(folder)
        log.append(
            RunStarted(
                run=folder.name,
                system=system,
                product="P",
                supplier="L",
                sut_version="1",
                driver="reference",
                target="mock",
                rute="direkte",
                campaign="kol-lrs-2027",
                phase="egentest",
                grundlag="referencesystem",
                fingerprint={},
                sts=sts,
            )
        )
        log.close()
    same = find_cut_off(here, {"novax": "novax", "xmo": "xmo"}, LATEST)
    assert [each.wish(Wish()).sts for each in same.values()] == [(certificate,)] * 2
    with pytest.raises(ConfigurationError, match="startet med forskellige valg"):
        find_cut_off(here, {"novax": "novax", "winplc": "winplc"}, LATEST)


def test_the_certificate_cannot_be_chosen_anew(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--vendor=novax", f"--reports={here}", "--resume", "--sts=sts.pem"]) == 2
    told = capsys.readouterr().err
    assert told == "--sts kan ikke vælges sammen med --resume: en kørsel genoptages, som den blev startet.\n"
