"""`lps export`: every file is listed and linked, the same runs give the same bytes, and it is there whole or not at all."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
from example_run import FINDING, RUN, START, judged, started, step
from jsonschema import Draft202012Validator
from lxml import html
from made_day import ALONE, CAMPAIGN, SYSTEMS, VENDORS, Try, day, run
from openpyxl import load_workbook

from harness.cli.export_json import schema_text
from harness.cli.main import main
from harness.domain.errors import ConfigurationError, EnvironmentFault
from harness.domain.event import Event, RunEnded, RunStarted, ScenarioEnded
from harness.house import find_house
from harness.record.delivery import SOURCE_NAME
from harness.record.log import FIRST, LOG_NAME, encode
from harness.reporting.day import export
from harness.reporting.day.day import Day, Suite
from harness.reporting.day.export import NAME, REHEARSAL_NAME, export_day, read_day, read_suite
from harness.reporting.day.files import files_of
from harness.reporting.day.manifest import schema_text as manifest_schema
from harness.reporting.overview.matrix import overview_of
from harness.reporting.summary import REHEARSAL

HOUSE = find_house()
OVERVIEW = overview_of(VENDORS.values(), [CAMPAIGN])
ID = "kol-lrs-2027"
REAL = replace(
    RUN, campaign=ID, participation={ID: "deltager"}, phase="connectathon", grundlag="leverandørens system", driver="attended"
)


@cache
def suite() -> Suite:
    """What the real campaign asks for."""
    return read_suite(HOUSE, ID)


def made(found: Day) -> dict[str, bytes]:
    return files_of(found, OVERVIEW, {}, "Lægesystem")


def write(reports: Path, first: RunStarted, standings: dict[str, str], reason: str = "", at: int = 0) -> Path:
    """A run of the real campaign as it lies on the disk, begun `at` days after the first."""
    folder = reports / first.campaign / first.system / first.run
    folder.mkdir(parents=True)
    events: list[Event] = [first]
    for name, standing in standings.items():
        findings = [judged(FINDING)] if standing == "F3" else []
        begin = replace(started(name), campaigns=tuple(first.participation), tags=("set:snitflade",))
        events += [begin, *step(0, "udført", *findings), ScenarioEnded(name, 1, standing, reason)]
    previous = FIRST
    with (folder / LOG_NAME).open("wb") as log:
        for number, event in enumerate([*events, RunEnded(1, 1.0)]):
            line = encode(event, number, START + timedelta(days=at, seconds=number), previous)
            previous = hashlib.sha256(line).hexdigest()
            log.write(line)
    return folder


def test_the_same_runs_in_any_order_give_the_same_bytes_and_every_file_is_listed_and_linked() -> None:
    runs = [
        run("novax", {"DEL-02": Try("F1"), "HENV-01": Try("afventer")}),
        run("novax", {"DEL-02": Try("OK")}, at=1, selection="id:DEL-02"),
        run("xmo", {"PAR-01": Try("F2")}, partner="novax"),
    ]
    files = made(day(*runs))
    assert files == made(day(*reversed(runs)))
    page = html.fromstring(files["index.html"])
    linked = set(page.xpath("//a/@href"))
    assert linked >= set(files) - {"index.html", "manifest.json"}
    listed = json.loads(files["manifest.json"])["filer"]
    assert set(listed) == set(files) - {"manifest.json"}
    for name, told in listed.items():
        assert told == {"sha256": hashlib.sha256(files[name]).hexdigest(), "bytes": len(files[name])}
        assert name == "index.html" or told["sha256"] in files["index.html"].decode()
    Draft202012Validator(json.loads(manifest_schema())).validate(json.loads(files["manifest.json"]))
    for name, data in files.items():
        for target in html.fromstring(data).xpath("//a/@href") if name.endswith(".html") else ():
            whole, _, anchor = target.partition("#")
            other = name if not whole else re.sub(r"^systemer/\.\./", "", f"{name.rpartition('/')[0]}/{whole}".lstrip("/"))
            assert other in files
            assert not anchor or html.fromstring(files[other]).xpath("//*[@id=$id]", id=anchor), target


def test_every_page_and_sheet_of_rehearsals_says_so_and_no_other_does() -> None:
    rehearsed = run("novax", {"DEL-02": Try("OK")}, rehearsal=True)
    of_rehearsals, of_real = made(day(rehearsed, rehearsal=True)), made(day(run("novax", {"DEL-02": Try("OK")})))
    assert not [name for name in of_rehearsals if name.startswith("statistik")]
    assert "statistik.json" in of_real
    for name, data in of_rehearsals.items():
        if name.startswith("godkendelsesoversigt"):
            assert data == of_real[name], "en prøvekørsel ændrer intet i den"
        elif name.endswith((".html", ".md", ".json")):
            assert REHEARSAL in data.decode(), name
            assert REHEARSAL not in of_real[name].decode(), name
    for sheet in load_workbook(io.BytesIO(of_rehearsals["resultater.xlsx"])):
        assert REHEARSAL in str(sheet["A1"].value)
    mixed = made(day(run("novax", {"DEL-02": Try("OK")}), rehearsed))
    assert REHEARSAL in mixed["systemer/novax.html"].decode(), "dens egen del af siden"
    assert "prøvekørsel uden fund" not in mixed["resultater.html"].decode()


def test_the_workbook_has_every_system_in_every_scenario_and_texts_stay_texts() -> None:
    found = day(run("novax", {"DEL-02": Try("F1")}))
    book = load_workbook(io.BytesIO(made(found)["resultater.xlsx"]))
    assert book.sheetnames == ["System og del", "System og partner", "System og system", "Scenarier", "Mangler", "Par"]
    rows = list(book["Scenarier"].iter_rows(min_row=2, values_only=True))
    assert {(each[0], each[3]) for each in rows} == {(VENDORS[one].product, each.id) for one in SYSTEMS for each in ALONE}
    assert book["Mangler"].max_row - 1 == found.missing
    assert [each.value for each in book["System og del"][2]][SYSTEMS.index("novax") + 1] == "F1: 0 af 2 uden fund"


def test_what_comes_from_a_run_is_escaped_in_the_pages() -> None:
    found = day(run("novax", {"DEL-02": Try("F1")}))
    nasty = replace(found, campaign=replace(found.campaign, title="<script>alert(1)</script>"))
    for name, data in made(nasty).items():
        assert not name.endswith(".html") or b"<script" not in data, name


def test_a_run_that_was_sent_is_told_to_be_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write(tmp_path, REAL, {"DEL-02": "F3", "DEL-03": "OK"})
    (folder / SOURCE_NAME).write_text('{"navn": "Novax i hallen"}', encoding="utf-8")
    assert main(["export", "--campaign", ID, "--reports", str(tmp_path)]) == 0
    assert "2 sendt af leverandøren, ikke set af MedCom" in capsys.readouterr().out


def test_the_command_writes_folder_and_zip_alike_and_answers_with_its_schema(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reports = tmp_path / "reports"
    write(reports, REAL, {"DEL-02": "F3", "DEL-03": "OK"})
    write(reports, replace(REAL, run="2", system="xmo", grundlag="referencesystem"), {"DEL-02": "OK"})
    write(reports, replace(REAL, run="3", phase="prætest", planned=("DEL-03",)), {"DEL-03": "F3"}, at=-2)
    (reports / ID / "xmo" / "9").mkdir()
    (reports / ID / "xmo" / "9" / LOG_NAME).write_text("ikke en log\n", encoding="utf-8")
    assert main(["export", "--campaign", ID, "--reports", str(reports), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    Draft202012Validator(json.loads(schema_text())).validate(told)
    assert told["kørsler"] == [f"{ID}/novax/{REAL.run}"]
    assert {each["kørsel"].rpartition("/")[2] for each in told["holdt_ude"]} == {"2", "9"}
    assert {each["system"]: each["dom"] for each in told["systemer"]}["novax"] == "ikke godkendt"
    folder = reports / ID / NAME
    with zipfile.ZipFile(reports / ID / f"{NAME}.zip") as package:
        packed = {each: package.read(each) for each in package.namelist()}
    assert packed == {each.relative_to(folder).as_posix(): each.read_bytes() for each in folder.rglob("*") if each.is_file()}
    assert {name: hashlib.sha256(data).hexdigest() for name, data in packed.items()} == told["filer"]
    assert "udbedret" in packed["systemer/novax.html"].decode().casefold()

    assert main(["export", "--campaign", ID, "--reports", str(reports)]) == 0
    out = capsys.readouterr().out
    assert "XMO: ingen kørsel" in out
    assert "1 kørsel · 2 holdt ude" in out
    assert sorted(each.name for each in (reports / ID).iterdir()) == sorted(["novax", "xmo", NAME, f"{NAME}.zip"])
    assert main(["export", "--campaign", ID, "--reports", str(reports), "--rehearsal", "--out", str(tmp_path / "ud")]) == 0
    assert capsys.readouterr().out.startswith(REHEARSAL)
    assert (tmp_path / "ud" / REHEARSAL_NAME / "index.html").is_file()


def test_days_before_since_are_left_out_and_said(tmp_path: Path) -> None:
    write(tmp_path, REAL, {"DEL-02": "F3"})
    write(tmp_path, replace(REAL, run="2"), {"DEL-03": "OK"}, at=3)
    found = read_day(suite(), HOUSE, tmp_path, since=date(2026, 10, 8))
    assert [each.started.run for each in found.runs] == ["2"]
    assert [(each.place, each.why) for each in found.left_out] == [(f"{ID}/novax/{REAL.run}", "Den er fra før 08-10-2026.")]


def test_a_folder_of_somebody_elses_is_not_touched(tmp_path: Path) -> None:
    mine = tmp_path / "ud" / NAME / "billede.png"
    mine.parent.mkdir(parents=True)
    mine.write_bytes(b"mit")
    with pytest.raises(ConfigurationError, match="ikke en tidligere eksport"):
        export_day(HOUSE, tmp_path / "reports", ID, tmp_path / "ud")
    assert mine.read_bytes() == b"mit"
    assert [each.name for each in (tmp_path / "ud").iterdir()] == [NAME]


@pytest.mark.parametrize(
    "planted",
    ["Authorization: Bearer abcdefghijklmnopqrstuvwxyz012345", "-----BEGIN PRIVATE KEY-----\nMIIabc\n-----END PRIVATE KEY-----"],
)
def test_a_secret_in_a_log_stops_all_of_it(tmp_path: Path, planted: str) -> None:
    write(tmp_path, REAL, {"DEL-02": "kunne ikke testes"}, reason=f"Fejl: {planted}")
    with pytest.raises(EnvironmentFault) as stopped:
        export_day(HOUSE, tmp_path, ID)
    assert "Intet er skrevet" in str(stopped.value)
    assert "abcdefghijklmnop" not in str(stopped.value)
    assert not (tmp_path / ID / NAME).exists()


@pytest.mark.parametrize("failing", ["rename", "replace"])
def test_a_disk_that_fails_leaves_the_export_before_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str) -> None:
    manifest = json.dumps({"skema": "lps-dag-1", "kampagne": ID}).encode()
    contents = iter({"index.html": text, "manifest.json": manifest} for text in (b"den gamle", b"den nye"))
    monkeypatch.setattr(export, "files_of", lambda *_: next(contents))  # how they are written is what is tried
    before = export_day(HOUSE, tmp_path, ID)
    kept = {each: each.read_bytes() for each in [*before.folder.rglob("*.html"), before.package]}
    write(tmp_path, REAL, {"DEL-02": "F3"})
    whole: Callable[[Path, Path], Path] = getattr(Path, failing)

    def fails(path: Path, target: Path) -> Path:
        if path.name.endswith(".ny"):
            raise OSError(28, "No space left on device")
        return whole(path, target)

    monkeypatch.setattr(Path, failing, fails)
    with pytest.raises(EnvironmentFault, match="kan ikke skrives"):
        export_day(HOUSE, tmp_path, ID)
    monkeypatch.undo()
    assert {each: each.read_bytes() for each in kept} == kept
    assert sorted(each.name for each in (tmp_path / ID).iterdir()) == ["dagens-resultater", "dagens-resultater.zip", "novax"]


def test_the_published_schemas_are_those_in_the_code() -> None:
    folder = HOUSE.home / "docs" / "schema"
    assert (folder / "export.schema.json").read_text("utf-8") == schema_text(), "kør: python -m harness.cli.export_json"
    assert (folder / "day-manifest.schema.json").read_text("utf-8") == manifest_schema(), (
        "kør: python -m harness.reporting.day.manifest"
    )


def test_recordings_other_phases_and_strangers_do_not_count(tmp_path: Path) -> None:
    write(tmp_path, replace(REAL, driver="replay"), {"DEL-02": "OK"})
    write(tmp_path, replace(REAL, run="2", system="ukendt"), {"DEL-02": "OK"})
    write(tmp_path, replace(REAL, run="3", phase="egentest"), {"DEL-02": "OK"})
    found = read_day(suite(), HOUSE, tmp_path)
    assert found.runs == ()
    assert {each.place.rpartition("/")[2]: each.why for each in found.left_out} == {
        REAL.run: "Bedømt af optagelser. Det tæller kun i egentest.",
        "2": "Ikke med i kampagnen: ukendt.",
    }
