"""Certificates: when one is given, what it says, and that nothing in it can be changed unseen."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from itertools import product
from pathlib import Path

import jsonschema
import pytest
from certified_run import (
    APPROVED,
    CAMPAIGN,
    PROTOCOL,
    SELF_TEST,
    STARTED,
    SUBMITTED,
    by_medcom,
    events,
    rehearsal,
    say,
    write_run,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from harness.cli.main import main
from harness.domain.errors import EnvironmentFault
from harness.domain.event import RunStarted
from harness.domain.grade import Grade
from harness.domain.review import Approved, Assessed, Commented, Escalated, Refused, Returned, Role
from harness.record.result import GOOD, read_result
from harness.record.review import review_heads, run_head
from harness.record.signing import new_private_key
from harness.reporting.certificate.content import Signed, parts_of, path_of, schema_text, signed, written
from harness.reporting.certificate.files import named
from harness.reporting.certificate.issue import Issued, certificates_of
from harness.reporting.certificate.pdf import pdf_of
from harness.reporting.certificate.verify import verify_against_run, verify_certificate, verify_files

KEY = Ed25519PrivateKey.from_private_bytes(b"n" * 32)
SCHEMA = Path(__file__).parents[2] / "docs/schema/certificate.schema.json"


def issued(folder: Path) -> Issued:
    return certificates_of(read_result(folder), run_head(folder))


def first(folder: Path) -> Signed:
    return signed(issued(folder).certificates[0], KEY)


def test_an_approved_certification_gives_one_for_the_campaign_and_one_for_each_protocol(tmp_path: Path) -> None:
    folder = write_run(tmp_path, events())
    campaign, standard = issued(folder).certificates
    assert issued(folder).refusals == ()
    assert campaign.sti == f"/certifikater/novax/kampagne/kommunale-proevesvar/{campaign.version}"
    assert standard.sti == "/certifikater/novax/HomeCareObservation/1.2/modtage"
    assert (standard.godkendt, standard.godkendt_af) == ("2026-11-21T10:00:00+01:00", "Anne Ærø")
    assert (standard.set.krav, standard.set.snitflade, standard.set.skærm, standard.set.attesteret) == (2, 1, 1, 0)
    assert standard.kørsel.hoved == run_head(folder)
    assert standard.kørsel.gennemgangens_hoved == review_heads(folder)[-1]
    assert standard.hviler_på[0].kørsel == SELF_TEST.run
    assert "ikke offentliggjort" in standard.gyldighed


def test_the_edition_of_a_suite_is_the_same_for_every_system(tmp_path: Path) -> None:
    other = replace(STARTED, system="xmo", fingerprint={**STARTED.fingerprint, "system": "44" * 32, "kort": "55" * 32})
    newer = replace(STARTED, run="20261120T100000", fingerprint={**STARTED.fingerprint, "regler": "66" * 32})
    editions = [issued(write_run(tmp_path, events(each))).certificates[0].version for each in (STARTED, other, newer)]
    assert editions[0] == editions[1] != editions[2]


def test_a_path_is_ascii_and_can_be_read_back() -> None:
    for parts in (("novax", "standard", "XDS Metadata", "0.96", "Sende"), ("æ/å", "standard", "..", "%2F+", "Modtage")):
        path = path_of(*parts)
        assert path.isascii()
        assert parts_of(path) == (parts[0], *parts[2:4], parts[4].lower())


@pytest.mark.parametrize(
    ("started", "said", "reason"),
    [
        (rehearsal(), (SUBMITTED, APPROVED), "Prøvekørsel med referencesystemet"),
        (replace(STARTED, driver="replay"), (SUBMITTED, APPROVED), "Bedømt af optagelser"),
        (replace(STARTED, phase="egentest"), (SUBMITTED, APPROVED), "Kun en certificering"),
        (replace(STARTED, sut_version="ukendt"), (SUBMITTED, APPROVED), "version er ukendt"),
        (replace(STARTED, data=""), (SUBMITTED, APPROVED), "det udleverede sæt"),
        (
            replace(STARTED, planned=(*STARTED.planned[:2],), undecided_bindings={"rute": "x"}),
            (SUBMITTED, APPROVED),
            "ikke fuldt",
        ),
        (replace(STARTED, awaiting=(CAMPAIGN.id,)), (SUBMITTED, APPROVED), "Resultatet er: afventer"),
        (STARTED, (), "MedCom har ikke godkendt kørslen. Gennemgangen er: kører"),
        (STARTED, (SUBMITTED, replace(APPROVED, role=Role.SUPPLIER)), "MedCom har ikke godkendt kørslen"),
        (STARTED, (SUBMITTED, APPROVED, by_medcom(Escalated("se her"), "2026-11-22")), "Gennemgangen er: kritisk"),
        (STARTED, (SUBMITTED, APPROVED, by_medcom(Returned("ret"), "2026-11-22")), "MedCom har ikke godkendt"),
        (STARTED, (SUBMITTED, by_medcom(Refused("nej"), "2026-11-22")), "MedCom har ikke godkendt"),
        (STARTED, (SUBMITTED, replace(APPROVED, act=Approved())), "Egentesten er ikke godkendt"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_gives_no_certificate_says_why(tmp_path: Path, started: RunStarted, said: tuple[object, ...], reason: str) -> None:
    found = issued(write_run(tmp_path, events(started), said))  # type: ignore[arg-type]
    assert found.certificates == ()
    assert any(reason in each for each in found.refusals), found.refusals


def test_a_certificate_never_says_other_than_the_exit_code(tmp_path: Path) -> None:
    words = ("OK", "F4", "IR", "F3", "afventer", "kunne ikke testes", "ikke kontrolleret", "attesteret", "afbrudt")
    voluntary = replace(CAMPAIGN, requirements=(CAMPAIGN.requirements[0], replace(CAMPAIGN.requirements[1], mandatory=False)))
    for number, standings in enumerate(product(words, words)):
        folder = write_run(tmp_path / str(number), events(standings=standings))
        own = {each.slags for each in issued(folder).certificates}
        good = set(standings) <= {"OK", "F4", "IR"} and set(standings) != {"IR"}
        assert ("kampagne" in own) == good == (read_result(folder).exit_code == GOOD), standings
        assert ("standard" in own) == good, standings
        folder = write_run(tmp_path / f"frivillig-{number}", events(standings=standings, campaign=voluntary))
        own = {each.slags for each in issued(folder).certificates}
        assert ("kampagne" in own) == (read_result(folder).exit_code == GOOD), standings


def test_medcoms_judgement_counts_and_what_nobody_saw_is_not_counted_as_seen(tmp_path: Path) -> None:
    judged = by_medcom(Assessed("HCO-01", Grade.OK, "attesteret", "Set på stedet"), "2026-11-20")
    folder = write_run(tmp_path, events(standings=("attesteret", "OK")), (SUBMITTED, judged, APPROVED))
    counted = issued(folder).certificates[0].set
    assert (counted.krav, counted.snitflade, counted.skærm, counted.attesteret) == (2, 0, 1, 1)


def test_a_protocol_of_which_a_scenario_was_not_run_gives_none(tmp_path: Path) -> None:
    longer = replace(CAMPAIGN, protocols=(replace(PROTOCOL, steps={**PROTOCOL.steps, "HCO-03": ()}),))
    found = issued(write_run(tmp_path, events(campaign=longer)))
    assert [each.slags for each in found.certificates] == ["kampagne"]
    assert found.refusals == ("HomeCareObservation 1.2, Modtage: Ikke alle dens scenarier er i kørslen (HCO-03).",)


def test_a_changed_byte_is_never_unseen(tmp_path: Path) -> None:
    certificate = first(write_run(tmp_path, events()))
    data = written(certificate)
    assert verify_certificate(data, KEY.public_key(), pdf_of(certificate)) == []
    assert verify_certificate(data + b"\r\n", KEY.public_key()) == []
    silent = [at for at in range(0, len(data), 3) if not verify_certificate(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])]
    assert silent == []


def test_what_is_wrong_is_named(tmp_path: Path) -> None:
    folder = write_run(tmp_path, events())
    certificate = first(folder)
    data, told = written(certificate), certificate.certifikat
    other = Ed25519PrivateKey.from_private_bytes(b"m" * 32)
    moved = written(signed(replace(told, system=replace(told.system, id="xmo")), KEY))
    page = pdf_of(certificate)

    def said(data: bytes, pdf: bytes | None = None) -> str:
        return " ".join(verify_certificate(data, KEY.public_key(), pdf))

    assert "Underskriften passer ikke" in said(data.replace(b"2026.3", b"2026.4"))
    assert "anden nøgle" in said(written(signed(told, other)))
    assert "sti: /certifikater/novax/" in said(moved)
    assert "form: teksten" in said(written(signed(replace(told, form="Udstedt af MedCom"), KEY)))
    assert "kørsel.data: er ikke en SHA-256" in said(written(signed(replace(told, kørsel=replace(told.kørsel, data="")), KEY)))
    assert "certifikat.kørsel.grundlag" in said(data.replace("leverandørens system".encode(), b"referencesystem"))
    assert "PDF'en" in said(data, page.replace(b"Novax", b"Novex") if b"Novax" in page else page[:-9] + b"x" + page[-8:])
    assert "tidszone" in said(written(signed(replace(told, godkendt="20261121T100000+0100"), KEY)), page)
    assert "ikke JSON" in said(b"\xff")

    (folder / "certifikat.pdf").write_bytes(page)
    assert "certifikat.json mangler" in verify_files(folder / "certifikat.pdf")[0]
    (folder / "certifikat.json").write_bytes(data)
    assert verify_files(folder / "certifikat.pdf", KEY.public_key()) == []


def test_a_certificate_is_held_against_its_run(tmp_path: Path) -> None:
    folder = write_run(tmp_path, events())
    other = write_run(tmp_path / "b", events(standings=("OK", "OK")))
    data = written(first(folder))

    def said(data: bytes, folder: Path) -> list[str]:
        return verify_against_run(data, read_result(folder), run_head(folder), review_heads(folder))

    assert said(data, folder) == []
    assert said(data.replace(b'"krav":2', b'"krav":3'), folder) == ["set.krav: certifikatet siger 3, kørslen siger 2."]
    assert {each.partition(":")[0] for each in said(data, other)} == {"kørsel.gennemgangens_hoved", "kørsel.hoved"}
    say(folder, by_medcom(Commented("Tak"), "2026-11-22"))
    assert said(data, folder) == []
    say(folder, by_medcom(Returned("ret"), "2026-11-23"))
    assert said(data, folder) == [
        "Kørslen giver ikke dette certifikat: MedCom har ikke godkendt kørslen. Gennemgangen er: kører."
    ]


def test_the_same_run_and_key_give_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    certificate = first(write_run(tmp_path, events()))
    (tmp_path / "c.json").write_bytes(written(certificate))
    script = (
        "import hashlib, pathlib, sys; from harness.reporting.certificate.content import read_certificate;"
        "from harness.reporting.certificate.pdf import pdf_of;"
        "print(hashlib.sha256(pdf_of(read_certificate(pathlib.Path('c.json').read_bytes()))).hexdigest())"
    )
    environment = {**os.environ, "TZ": "Pacific/Auckland", "PYTHONHASHSEED": "7", "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, check=True, text=True
    )
    assert done.stdout.strip() == hashlib.sha256(pdf_of(certificate)).hexdigest()
    assert b"pdfaid:part" in pdf_of(certificate)


def test_one_certificate_stands_alone_and_several_have_names_of_their_own(tmp_path: Path) -> None:
    both = [signed(each, KEY) for each in issued(write_run(tmp_path, events())).certificates]
    assert list(named(both[:1])) == ["certifikat"]
    edition = both[0].certifikat.version
    assert list(named(both)) == [
        f"certifikater/kampagne+kommunale-proevesvar+{edition}",
        "certifikater/HomeCareObservation+1.2+modtage",
    ]


def test_the_command_issues_with_a_key_and_says_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LPS_SIGNING_KEY", raising=False)
    folder, key = write_run(tmp_path, events()), tmp_path / "medcom.pem"
    assert main(["certificate", str(folder)]) == 2
    assert "lps keys new" in capsys.readouterr().err
    assert not (folder / "certifikater").exists()

    assert main(["keys", "new", str(key)]) == 0
    assert capsys.readouterr().out.startswith("-----BEGIN PUBLIC KEY-----")
    assert os.name != "posix" or key.stat().st_mode & 0o777 == 0o600
    before = key.read_bytes()
    assert main(["keys", "new", str(key)]) == 2
    assert key.read_bytes() == before

    assert main(["certificate", folder.name, "--reports", str(tmp_path), "--key", str(key)]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 4
    assert {each.suffix for each in (folder / "certifikater").iterdir()} == {".json", ".pdf"}

    practice = write_run(tmp_path / "r", events(rehearsal()))
    assert main(["certificate", str(practice), "--key", str(key)]) == 1
    assert "Prøvekørsel med referencesystemet" in capsys.readouterr().err
    assert not list(practice.glob("certifik*"))


def test_the_published_schema_is_up_to_date_and_a_certificate_follows_it(tmp_path: Path) -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema_text(), "kør: python -m harness.reporting.certificate.content"
    jsonschema.validate(json.loads(written(first(write_run(tmp_path, events())))), json.loads(schema_text()))


def test_a_key_is_made_in_a_folder_that_is_there(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault):
        new_private_key(tmp_path / "ingen" / "medcom.pem")


def test_a_certificate_that_was_mailed_is_known_wherever_it_lies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = tmp_path / "nøgle.pem"
    assert main(["keys", "new", str(key)]) == 0
    run = write_run(tmp_path, events())
    assert main(["certificate", str(run), "--key", str(key)]) == 0
    path = next(each for each in (run / "certifikater").glob("*.json"))
    mailed = tmp_path / "fra en mail.json"
    mailed.write_bytes(path.read_bytes())
    mailed.with_suffix(".pdf").write_bytes(path.with_suffix(".pdf").read_bytes())
    capsys.readouterr()
    for file in (mailed, mailed.with_suffix(".pdf")):
        assert main(["verify", str(file)]) == 0
        said = capsys.readouterr().out
        assert "er godkendt til" in said
        assert "ikke hvem der har underskrevet" in said
    mailed.write_bytes(path.read_bytes().replace(b"2026.3", b"2026.4"))
    assert main(["verify", str(mailed)]) == 1
    assert "Ændret: fra en mail.json" in capsys.readouterr().out
