"""What a run leaves holds no secret and no foreign CPR number, is the same everywhere, and goes out only through the gate."""

from __future__ import annotations

import base64
import gzip
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from example_run import RUN, START, started, write_example

from harness.cli.main import main as lps
from harness.cli.outcome import write_reports
from harness.domain.event import Answered, Body, ForeignCpr, RunEnded, RunStarted, ScenarioEnded, StepEnded, StepStarted
from harness.domain.exchange import Exchange, Request, Response
from harness.domain.prompt import Answer, Outcome
from harness.domain.review import Cleared, Role, Said
from harness.house import find_house
from harness.record.attachments import keep_files
from harness.record.evidence import EVIDENCE_NAME, Evidence
from harness.record.guard import Guard
from harness.record.intake import Intake
from harness.record.log import LOG_NAME, LogWriter
from harness.record.publishing import leaks_in
from harness.record.result import read_result
from harness.record.review import append_act, run_head
from harness.reporting.bundle.pack import BUNDLE_NAME
from harness.runner.wish import Wish
from harness.suite.patients import allowed_cprs
from tests.lps.rehearsal import rehearse, scenarios

HOUSE = find_house()
FOREIGN = "2311143995"
"""A national test number that the guard here is not told of: no other number stands in this repository."""
ALLOWED = allowed_cprs(HOUSE) - {FOREIGN}
GUARD = Guard(ALLOWED)
SECRET = "hemmeligt-X1y2Z3"
KEY = f"-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----"
ADDRESS = f"https://bruger:{SECRET}@lps.example"
WRITTEN = tuple(f"{FOREIGN[:6]}{between}{FOREIGN[6:]}" for between in ("", "-", " ", "_", "\u2013"))
TOLD = (
    f"password: {SECRET} https://{SECRET}@lps.example ?token={SECRET} ('Authorization', 'Basic {SECRET}') {{'token': '{SECRET}'}}"
)
EVERYTHING = f"Bearer {SECRET} {ADDRESS} {TOLD} plan_{' '.join(WRITTEN)}.xml {KEY}"
VENDORS = replace(RUN, driver="attended", grundlag="leverandørens system")


def left_by(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file under the folder, and what is in zip files, with its name."""
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        data = path.read_bytes()
        yield path.relative_to(folder).as_posix(), data
        if zipfile.is_zipfile(io.BytesIO(data)):
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                yield from ((f"{path.name}/{name}", packed.read(name)) for name in packed.namelist())


def holds_nothing(folder: Path) -> None:
    seen = list(left_by(folder))
    assert len(seen) > 5
    for name, data in seen:
        for planted in (SECRET, *WRITTEN):
            assert planted.encode() not in data + name.encode(), name


def test_nothing_planted_in_a_systems_file_is_in_what_the_run_leaves(tmp_path: Path) -> None:
    file = tmp_path / "novax.yaml"
    text = (HOUSE.vendors / "novax.yaml").read_text("utf-8")
    file.write_text(
        text.replace("produkt: Novax", f"produkt: Novax Bearer {SECRET}")
        .replace("leverandør: Novax", f"leverandør: Novax {FOREIGN} {' '.join(WRITTEN)} _")
        .replace("version: ukendt", f"version: 1 {ADDRESS}")
        .replace("kilde: MedCom, godkendte systemer", f"kilde: Se {ADDRESS} {FOREIGN} ")
        .replace("    registrerer planerne.", f"    registrerer planerne. Bearer {SECRET}"),
        encoding="utf-8",
    )
    chosen = [each for each in scenarios() if each.id == "DEL-02"]
    run = tmp_path / "kol-lrs-2027" / "novax" / "20261005T081500"
    rehearse(run, Wish(vendor=str(file), campaign="kol-lrs-2027"), chosen, allowed_cprs=ALLOWED)
    write_reports(run, read_result(run), HOUSE)
    assert "[skjult]" in read_result(run).started.product
    holds_nothing(run)


def test_nothing_planted_in_what_came_in_is_in_what_the_run_leaves(tmp_path: Path) -> None:
    log = LogWriter(tmp_path, scrub=GUARD.scrub)
    evidence = Evidence(tmp_path)
    intake = Intake(log, evidence, GUARD, lambda _: None, lambda *_: None)
    log.append(VENDORS)
    log.append(started("DEL-07"))
    log.append(StepStarted(0, "Når", "lægen deler planen"))
    headers = (("x-pin", SECRET), ("x-noget", EVERYTHING.replace("\n", " ")), ("content-type", f"text/xml; {FOREIGN}"))
    body = f"<a><Password>{SECRET}</Password><b>Bearer {SECRET}</b><c>{ADDRESS}</c>{KEY}</a>".encode()
    request = Request(
        "POST", f"/dros/{FOREIGN}/x", headers, body, f"a={FOREIGN}&access_token={SECRET}&u={ADDRESS}&b=Bearer+{SECRET}"
    )
    intake.keep(Exchange("x1", "lps", "dros", START, request, Response(200, body, headers), (), {"transaction": EVERYTHING}))
    typed = replace(request, body=f'<id root="1.2.208.176.1.2" extension="{FOREIGN}"/>'.encode())
    assert not intake.admit("lps", typed)
    files = keep_files([("svar.json", json.dumps({"token": f"Bearer {SECRET}"}).encode())], GUARD, evidence)
    named = tuple(replace(each, name=f"{FOREIGN} Bearer {SECRET}.json") for each in files)
    answer = Answer(Outcome.DONE, f"Nancy {FOREIGN}", remark=EVERYTHING, files=named)
    log.append(Answered("DEL-07/1/0", answer))
    log.append(StepEnded(0, "kunne ikke", f"RuntimeError: <Klient adresse={ADDRESS!r} nøgle={KEY!r} hvem='{FOREIGN}'>"))
    log.append(ScenarioEnded("DEL-07", 1, "kunne ikke testes", EVERYTHING))
    log.append(RunEnded(1, 1.0))
    log.close()
    write_reports(tmp_path, read_result(tmp_path), HOUSE)
    holds_nothing(tmp_path)


def test_the_same_log_gives_the_same_bytes_on_another_machine(tmp_path: Path) -> None:
    here, there = tmp_path / "a" / "2026", tmp_path / "æ b" / "2026"
    write_example(here)
    write_reports(here, read_result(here), HOUSE)
    there.mkdir(parents=True)
    shutil.copy(here / LOG_NAME, there)
    shutil.copytree(here / EVIDENCE_NAME, there / EVIDENCE_NAME)
    elsewhere = {"TZ": "Pacific/Chatham", "LC_ALL": "C", "PYTHONHASHSEED": "7", "HOME": str(tmp_path)}
    subprocess.run(
        [sys.executable, "-m", "harness.cli.main", "report", str(there), "--home", str(HOUSE.home)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(HOUSE.home), **elsewhere},
        check=True,
        capture_output=True,
    )
    one, other = (
        {path.relative_to(run).as_posix(): path.read_bytes() for path in run.rglob("*") if path.is_file()}
        for run in (here, there)
    )
    kept = {name for name in one if not name.startswith("allure-report/") and not name.startswith(".")}
    assert BUNDLE_NAME in kept
    assert kept == {name for name in other if not name.startswith("allure-report/") and not name.startswith(".")}
    assert [name for name in sorted(kept) if one[name] != other[name]] == []


def a_run(folder: Path, first: RunStarted, *more: ForeignCpr, kept: Iterable[bytes] = ()) -> Path:
    folder.mkdir(parents=True)
    evidence = Evidence(folder)
    bodies: list[Body] = [evidence.keep(data, "text/plain") for data in kept]
    log = LogWriter(folder)
    for event in (first, started("DEL-07"), *more, ScenarioEnded("DEL-07", 1, "OK", ""), RunEnded(1, 1.0)):
        log.append(event)
    log.close()
    assert len(bodies) == len(list((folder / EVIDENCE_NAME).iterdir()))
    return folder


def published(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = lps(["publish", str(run), "--to", str(tmp_path / "ud")])
    assert bool(list((tmp_path / "ud").glob("*.zip"))) == (code == 0)
    return code, capsys.readouterr().err


def test_a_clean_run_of_a_vendors_goes_out_and_a_rehearsal_never(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = published(a_run(tmp_path / "p", RUN, kept=[b"<plan/>"]), tmp_path, capsys)
    assert (code, "Prøvekørsel med referencesystemet" in said) == (1, True)
    assert published(a_run(tmp_path / "v", VENDORS, kept=[b"<plan/>"]), tmp_path, capsys)[0] == 0
    (out,) = (tmp_path / "ud").glob("novax-*.zip")
    assert lps(["verify", str(out)]) == 0
    before = out.read_bytes()
    assert lps(["publish", str(tmp_path / "v"), "--to", str(tmp_path / "ud")]) == 2
    assert out.read_bytes() == before


def packed(inner: bytes, name: str = "indre.txt") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr(name, inner)
    return made.getvalue()


LEAKS = {
    "adresse": (f"<a href='{ADDRESS}'/>", "en adgangskode i en adresse"),
    "bearer": (f"a\nb Bearer {SECRET}", "et adgangsbevis"),
    "privat nøgle": (KEY, "en privat nøgle"),
    "CPR": (f'{{"cpr":"{"0" * 10}"}}', "et CPR-nummer"),
    "CPR skrevet med tegnkoder": (json.dumps({"cpr": "0" * 10}).replace("0", "\\u0030"), "et CPR-nummer"),
    "adgangskode i XML-tegn": (f"&lt;Password&gt;{SECRET}&lt;/Password&gt;", "en adgangskode"),
}


@pytest.mark.parametrize("wrap", ["som det er", "Base64", "zip", "zip i Base64 i XML", "UTF-16", "UTF-16 uden mærke", "gzip"])
@pytest.mark.parametrize("leak", LEAKS)
def test_what_would_leak_is_refused_with_its_place_and_never_said(leak: str, wrap: str) -> None:
    text, what = LEAKS[leak]
    inner = text.encode()
    wraps = {
        "som det er": inner,
        "Base64": b'{"fil": "' + base64.b64encode(b" " * 40 + inner) + b'"}',
        "UTF-16": text.encode("utf-16"),
        "UTF-16 uden mærke": text.encode("utf-16-be"),
        "gzip": gzip.compress(b"foer") + gzip.compress(inner),
        "zip": packed(inner),
        "zip i Base64 i XML": b"<x>\n<d>" + base64.b64encode(packed(inner)) + b"</d></x>",
    }
    found = leaks_in("bilag.txt", wraps[wrap], GUARD)
    assert any(what in each.what for each in found), found
    assert all("linje" in each.where for each in found)
    assert SECRET not in str(found)
    assert "0" * 10 not in str(found)
    assert leaks_in("bilag.txt", b"<x>Ring 2512489996. https://medcom.dk/a@b</x>", GUARD) == []


@pytest.mark.parametrize(
    "name",
    [
        f"plan_{FOREIGN[:6]}-{FOREIGN[6:]}.xml",
        f"plan {FOREIGN[:6]} {FOREIGN[6:]}.xml",
        f"plan%20{FOREIGN[:6]}%20{FOREIGN[6:]}.xml",
        f"plan{FOREIGN[:6]}\u2013{FOREIGN[6:]}.xml",
        f"password={SECRET}.xml",
    ],
)
def test_a_files_name_is_looked_at_too(name: str) -> None:
    outer, inner = leaks_in(name, b"", GUARD), leaks_in("bundle.zip", packed(b"", name), GUARD)
    assert outer
    assert inner
    assert all(name not in str(each) and SECRET not in str(each) for each in (*outer, *inner))


def test_texts_of_our_own_are_looked_at_as_a_log_is_written_and_messages_are_not() -> None:
    text = f"Nancy {FOREIGN[:6]} {FOREIGN[6:]}"
    for name in ("events.jsonl", "review.jsonl", "grundlag/fixtures/vendors/novax.yaml"):
        [found] = leaks_in("bundle.zip", packed(json.dumps({"a": "\n" + text}).encode(), name), GUARD)
        assert found.where == f"{name}, linje 1"
        assert "CPR-nummer" in found.what
    assert leaks_in("bundle.zip", packed(text.encode(), f"evidence/{'a1' * 32}"), GUARD) == []
    assert leaks_in("novax.yaml", f"kilde: https://{SECRET}@host".encode(), GUARD)


@pytest.mark.parametrize("data", [gzip.compress(b"a")[:-5], gzip.compress(b"")[:10] + b"\xff" * 9], ids=["afkortet", "i stykker"])
def test_what_is_packed_and_cannot_be_read_is_refused(data: bytes) -> None:
    [found] = leaks_in("a.gz", data, GUARD)
    assert "ses efter" in found.what


def test_the_gate_refuses_what_lies_in_the_evidence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = a_run(tmp_path / "v", VENDORS, kept=[f"<a>Bearer {SECRET}</a>".encode()])
    code, said = published(run, tmp_path, capsys)
    assert (code, "evidence/" in said, "linje 1" in said, SECRET in said) == (1, True, True, False)


def test_a_possible_number_waits_for_a_person(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    body = b"Varenummer 3102990000, se listen"  # the 31st of February: nobody's number
    sha = Evidence(tmp_path).keep(body, "").sha256
    noted = ForeignCpr("/dros, i løbende tekst", "lps", False, sha, 11, 21)
    run = a_run(tmp_path / "v", VENDORS, noted, kept=[body])
    code, said = published(run, tmp_path, capsys)
    assert (code, "/dros, i løbende tekst" in said, "3102990000" in said) == (1, True, False)
    act = Cleared(sha, 11, 21, "Et varenummer")
    append_act(run, Said("Nancy Berggren", Role.MEDCOM, datetime(2026, 10, 6, tzinfo=UTC).isoformat(), act), run_head(run))
    assert published(run, tmp_path, capsys)[0] == 0
