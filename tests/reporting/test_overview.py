"""The overview of approvals and `lps conforms`: what changes a cell, what never does, and that both say the same."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from certified_run import (
    APPROVED,
    CAMPAIGN,
    PROTOCOL,
    STARTED,
    SUBMITTED,
    by_medcom,
    events,
    rehearsal,
    say,
    write_run,
)
from openpyxl import load_workbook

from harness.cli.conforms_json import schema_text
from harness.cli.main import main
from harness.domain.errors import ConfigurationError
from harness.domain.event import Event
from harness.domain.requirement import Participation
from harness.domain.review import Attested, Deployed, Refused, Returned
from harness.domain.vendor import ApprovalStatus
from harness.house import find_house
from harness.record.delivery import SOURCE_NAME
from harness.record.signing import new_private_key, read_private_key, read_public_key
from harness.reporting.latest import find_run, latest_of_each
from harness.reporting.overview.flat import HEADINGS, csv_of
from harness.reporting.overview.matrix import Line, Overview
from harness.reporting.overview.page import page_of
from harness.reporting.overview.sheets import workbook_of
from harness.reporting.overview.sources import read_overview
from harness.suite.approval_list import load_approval_list

HOUSE = find_house()
NAMES = load_approval_list(HOUSE)
HOME_CARE = Line("HomeCareObservation", "1.2", "Modtage")
SCHEMA = HOUSE.home / "docs/schema/conforms.schema.json"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """MedCom's private key; the public one lies beside it as medcom.pub.pem."""
    file = tmp_path / "medcom.pem"
    (tmp_path / "medcom.pub.pem").write_text(new_private_key(file), encoding="utf-8")
    return file


def seen(reports: Path, key: Path, *stores: Path) -> Overview:
    return read_overview(HOUSE, reports, stores, read_public_key(key.with_name("medcom.pub.pem")), CAMPAIGN.id)


def certify(folder: Path, key: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["certificate", str(folder), "--key", str(key)]) == 0
    capsys.readouterr()


def status(overview: Overview, system: str = "novax") -> str:
    cell = overview.cells.get((HOME_CARE, system))
    return cell.status if cell else ""


def stage(overview: Overview) -> str:
    return overview.campaigns[0].stages["novax"].text


def test_it_begins_with_what_the_registry_says(tmp_path: Path, key: Path) -> None:
    overview = seen(tmp_path, key)
    rows = list(csv.reader(io.StringIO(csv_of(overview, NAMES.navne, NAMES.systemtype).decode("utf-8-sig")), delimiter=";"))
    assert tuple(rows[0]) == HEADINGS
    assert ["XMO", "CGM", "Lægesystem", "Care Plan", "CPD-DK (1.0.1)", "Sende", "Ikke Godkendt"] in rows
    assert len(rows) - 1 == sum(len(each.approvals) for each in overview.systems)
    assert HOME_CARE in overview.lines
    assert status(overview) == ""
    named = {line.standard for line, _ in overview.cells}
    assert named <= set(NAMES.navne)


def test_a_cell_follows_the_certification_step_by_step(tmp_path: Path, key: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_run(tmp_path, events(), ())
    assert status(seen(tmp_path, key)) == ApprovalStatus.TESTING
    assert stage(seen(tmp_path, key)).startswith("Tester (")
    say(folder, SUBMITTED)
    say(folder, APPROVED)
    assert status(seen(tmp_path, key)) == ApprovalStatus.TESTING, "kun et certifikat gør feltet Godkendt"

    certify(folder, key, capsys)
    overview = seen(tmp_path, key)
    assert status(overview) == ApprovalStatus.APPROVED
    assert stage(overview) == "certificeret (21-11-2026)"
    assert [each.source for each in overview.cells[HOME_CARE, "novax"].history] == ["gennemgang", "certifikat"]

    say(folder, by_medcom(Deployed("2026-12-01"), "2026-12-01"))
    assert stage(seen(tmp_path, key)) == "certificeret (21-11-2026)", "uden SIT og releasetest er det ikke i drift"
    for what, day in (("SIT", "2026-11-25"), ("releasetest", "2026-11-27")):
        say(folder, by_medcom(Attested(what, day, "bevis.pdf", "ab" * 32), day))  # type: ignore[arg-type]
    overview = seen(tmp_path, key)
    assert stage(overview) == "udbredt til alle kunder (01-12-2026)"
    stages = {name: replace(each, participation=Participation.PARTICIPANT) for name, each in overview.campaigns[0].stages.items()}
    six = replace(overview.campaigns[0], stages=stages)
    assert six.success == "1 af 6 systemer er certificeret og udbredt til alle kunder."

    say(folder, by_medcom(Returned("Der er fundet en fejl."), "2026-12-02"))
    overview = seen(tmp_path, key)
    assert status(overview) == ApprovalStatus.TESTING
    assert any("MedCom har ikke godkendt" in each for each in overview.told)


def test_a_refusal_counts_and_what_is_approved_stays_while_something_newer_is_tried(
    tmp_path: Path, key: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    certify(write_run(tmp_path, events()), key, capsys)
    newer = write_run(tmp_path, events(replace(STARTED, run="20261201T090000", sut_version="2027.1")), (SUBMITTED,))
    overview = seen(tmp_path, key)
    assert status(overview) == ApprovalStatus.APPROVED
    assert len(overview.cells[HOME_CARE, "novax"].history) == 3
    say(newer, by_medcom(Refused("Patienten blev forvekslet."), "2026-12-02"))
    overview = seen(tmp_path, key)
    assert status(overview) == ApprovalStatus.NOT_APPROVED
    assert "Patienten blev forvekslet" in overview.cells[HOME_CARE, "novax"].last.text
    assert stage(overview).startswith("certificeret")


def test_neither_a_rehearsal_nor_a_broken_signature_changes_anything(
    tmp_path: Path, key: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reports, elsewhere = tmp_path / "reports", tmp_path / "andre"
    folder = write_run(reports, events())
    certify(folder, key, capsys)
    practice = write_run(tmp_path / "p", events(rehearsal()))
    shutil.copytree(folder / "certifikater", practice / "certifikater")
    overview = seen(tmp_path / "p", key)
    assert (status(overview), stage(overview)) == ("", "")
    assert any("Den giver aldrig et certifikat" in each for each in overview.told)
    assert "Prøvekørsler med referencesystemet tæller ikke: 1." in overview.told

    shutil.copytree(folder / "certifikater", elsewhere)
    assert status(seen(tmp_path / "tom", key, elsewhere)) == ApprovalStatus.APPROVED
    for file in elsewhere.glob("*.json"):
        file.write_bytes(file.read_bytes().replace(b"novax", b"myclinic"))
    overview = seen(tmp_path / "tom", key, elsewhere)
    assert [status(overview, each) for each in ("novax", "myclinic")] == ["", ""]
    assert any("Underskriften passer ikke" in each for each in overview.told)

    other = tmp_path / "anden.pem"
    new_private_key(other)
    assert main(["certificate", str(folder), "--key", str(other)]) == 0
    assert status(seen(reports, key)) == ApprovalStatus.TESTING


def test_a_copy_of_a_certificate_is_held_against_its_run_too(
    tmp_path: Path, key: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reports, copy = tmp_path / "reports", tmp_path / "kopi"
    folder = write_run(reports, events())
    certify(folder, key, capsys)
    shutil.move(folder / "certifikater", copy)
    assert status(seen(reports, key, copy)) == ApprovalStatus.APPROVED
    say(folder, by_medcom(Refused("Alligevel ikke."), "2026-11-25"))
    assert status(seen(reports, key, copy)) == ApprovalStatus.NOT_APPROVED


def test_conforms_says_what_it_rests_on(tmp_path: Path, key: Path, capsys: pytest.CaptureFixture[str]) -> None:
    certify(write_run(tmp_path, events()), key, capsys)
    public = str(key.with_name("medcom.pub.pem"))
    asked = ["conforms", "--system", "novax", "--standard", "HomeCareObservation:1.2", "--reports", str(tmp_path)]
    assert main([*asked, "--key", public]) == 0
    assert "Godkendt (certifikat /certifikater/novax/HomeCareObservation/1.2/modtage, 21-11-2026" in capsys.readouterr().out
    assert main(asked) == 1, "uden nøgle tæller certifikatet ikke"
    assert "ikke holdt mod MedComs offentlige nøgle" in capsys.readouterr().err

    everyone = ["conforms", "--all-for", "CPD-DK:1.0.1", "--channel", "Sende", "--reports", str(tmp_path / "tom"), "--json"]
    assert main(everyone) == 0
    told = json.loads(capsys.readouterr().out)
    jsonschema.validate(told, json.loads(schema_text()))
    assert {each["system"]: each["status"] for each in told["svar"]}["xmo"] == "Ikke Godkendt"
    assert not any(each["godkendt"] for each in told["svar"])

    edition = seen(tmp_path, key).campaigns[0].stages["novax"].edition
    campaign = ["conforms", "--all-for", f"{CAMPAIGN.id}:{edition}", "--reports", str(tmp_path), "--key", public, "--json"]
    assert main(campaign) == 0
    answers = json.loads(capsys.readouterr().out)["svar"]
    assert {each["system"] for each in answers if each["godkendt"]} == {"novax"}
    assert {each["nået"] for each in answers} == {"certificeret", ""}


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (["--system", "novax"], "Skriv enten --system ID og --standard"),
        (["--system", "novix", "--standard", "CPD-DK:2.0"], 'Systemet kendes ikke. Fundet: "novix". Kendes: eg-clinea'),
        (["--system", "novax", "--standard", "CPD-DK"], "fx CPD-DK:2.0"),
        (["--all-for", "cpd-dk:2"], "Der er for: CPD-DK:1.0.1, Sende, CPD-DK:2.0, Sende."),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(
    line: list[str], text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["conforms", *line, "--reports", str(tmp_path)]) == 2
    assert text in capsys.readouterr().err


def test_the_workbook_opens_and_says_the_same_as_the_page(tmp_path: Path, key: Path) -> None:
    overview = seen(tmp_path, key)
    book = load_workbook(io.BytesIO(workbook_of(overview, NAMES.navne, NAMES.systemtype)))
    assert book.sheetnames == ["Oversigt", "Liste", "Kampagner", "Historik"]
    rows = list(book["Oversigt"].iter_rows(values_only=True))
    assert rows[0] == (
        "Standard",
        "Standard ID (Version)",
        "Kanal",
        "Clinea",
        "WinPLC",
        "MultiMed Web",
        "MyClinic",
        "Novax",
        "XMO",
    )
    assert ("Care Plan", "CPD-DK (1.0.1)", "Sende", None, None, None, None, None, "Ikke Godkendt") in rows
    counted = sum(cell in set(ApprovalStatus) for row in rows for cell in row)
    page = page_of(overview, NAMES.navne).decode()
    assert page.count('<span class="tegn') == counted == len(overview.cells)
    assert "http://" not in page
    assert "https://" not in page


def test_the_same_files_give_the_same_bytes_in_another_process(
    tmp_path: Path, key: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    certify(write_run(tmp_path / "reports", events()), key, capsys)
    line = ["overview", "--reports", str(tmp_path / "reports"), "--key", str(key.with_name("medcom.pub.pem")), "--out"]
    here, there = tmp_path / "her", tmp_path / "der"
    assert main([*line, str(here)]) == 0
    environment = {**os.environ, "TZ": "Pacific/Auckland", "PYTHONHASHSEED": "7", "PYTHONPATH": str(HOUSE.home)}
    command = [sys.executable, "-m", "harness.cli.main", *line, str(there)]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    made = [{each.suffix: hashlib.sha256(each.read_bytes()).hexdigest() for each in folder.iterdir()} for folder in (here, there)]
    assert set(made[0]) == {".html", ".xlsx", ".csv"}
    assert made[0] == made[1]


def test_the_key_of_the_environment_is_trusted_by_the_one_who_has_it(
    tmp_path: Path, key: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    certify(write_run(tmp_path, events()), key, capsys)
    monkeypatch.setenv("LPS_SIGNING_KEY", str(key))
    assert read_private_key() is not None
    assert main(["conforms", "--system", "novax", "--standard", "HomeCareObservation:1.2", "--reports", str(tmp_path)]) == 0


def test_the_published_schema_is_up_to_date() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema_text(), "kør: python -m harness.cli.conforms_json"


def test_a_refusal_is_of_the_standard_in_which_something_was_broken(tmp_path: Path, key: Path) -> None:
    other = replace(
        PROTOCOL, id="carecommunication", standard="CareCommunication", version="5.0", use_cases=(), steps={"HCO-02": ()}
    )
    campaign = replace(CAMPAIGN, protocols=(replace(PROTOCOL, steps={"HCO-01": ()}), other))
    care = Line("CareCommunication", "5.0", "Modtage")
    for number, standings, refused in ((1, ("F1", "OK"), {HOME_CARE}), (2, ("OK", "OK"), {HOME_CARE, care})):
        said = (SUBMITTED, by_medcom(Refused("Nej."), "2026-11-22"))
        write_run(tmp_path / str(number), events(standings=standings, campaign=campaign), said)
        cells = seen(tmp_path / str(number), key).cells
        found = {line for (line, system), each in cells.items() if (system, each.last.source) == ("novax", "gennemgang")}
        assert found == refused


def sent(folder: Path, right: str = "leverandør") -> None:
    """Makes the run in `folder` one that was sent by that right."""
    (folder / SOURCE_NAME).write_text(json.dumps({"navn": "Novax i hallen", "ret": right, "begyndt": "2026-11-20"}), "utf-8")


def elsewhere(standing: str = "OK") -> list[Event]:
    """The same run by its id, in another folder: it says that it is of two campaigns."""
    both = {"participation": {CAMPAIGN.id: "deltager", "senere": "deltager"}, "campaign": "senere"}
    return events(replace(STARTED, **both), (standing, standing))  # type: ignore[arg-type]


def test_what_a_supplier_sent_is_no_approval_and_no_certificate(
    tmp_path: Path, key: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_run(tmp_path, events())
    sent(folder)
    assert main(["certificate", str(folder), "--key", str(key)]) == 2
    assert "sendt fra en anden maskine" in capsys.readouterr().err
    overview = seen(tmp_path, key)
    assert (status(overview), stage(overview)) == ("", "")
    assert "Certificeringer, som leverandører har sendt, tæller ikke: 1. MedCom har ikke set dem." in overview.told
    assert main(["review", "show", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert "Sendt af leverandøren, ikke set af MedCom. En godkendelse i den tæller ikke." in shown
    assert "Gennemgangen er: til verificering" in shown
    assert main(["review", "list", "--reports", str(tmp_path), "--json"]) == 0
    assert [each["gennemgang"] for each in json.loads(capsys.readouterr().out)["kørsler"]] == ["til verificering"]
    sent(folder, "monitor")
    assert main(["certificate", str(folder), "--key", str(key)]) == 2, "the evidence is on the other machine"
    assert status(seen(tmp_path, key)) == ApprovalStatus.TESTING, "MedCom sent it: it is under way"


@pytest.mark.parametrize("right", ["leverandør", "monitor"])
def test_no_mirror_displaces_medcoms_own_refusal(tmp_path: Path, key: Path, right: str) -> None:
    refused = (SUBMITTED, by_medcom(Refused("Planen kan ikke læses."), "2026-11-21"))
    write_run(tmp_path, events(standings=("F2", "F2")), refused)
    alone = seen(tmp_path, key)
    other = write_run(tmp_path, elsewhere(), (SUBMITTED,))
    sent(other, right)
    overview = seen(tmp_path, key)
    assert status(alone) == status(overview) == ApprovalStatus.NOT_APPROVED
    told = [text for _, text in overview.campaigns[0].stages["novax"].history]
    assert any("Planen kan ikke læses." in each for each in told)


def test_a_certificate_is_held_against_its_own_run_and_no_other_of_its_id(
    tmp_path: Path, key: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_run(tmp_path / "reports", events())
    certify(folder, key, capsys)
    store = tmp_path / "store"
    shutil.copytree(folder, store)
    sent(write_run(tmp_path / "reports", elsewhere("F1"), (SUBMITTED,)), "monitor")
    overview = seen(tmp_path / "reports", key, store)
    assert status(overview) == ApprovalStatus.APPROVED
    assert stage(overview) == "certificeret (21-11-2026)"


def test_a_run_is_found_by_its_id_whatever_was_sent_beside_it(tmp_path: Path) -> None:
    own, mirror = write_run(tmp_path, events()), write_run(tmp_path, elsewhere("F1"), ())
    with pytest.raises(ConfigurationError, match="Flere kørsler hedder"):
        find_run(tmp_path, STARTED.run)
    sent(mirror)
    assert find_run(tmp_path, STARTED.run) == own.resolve()
    assert latest_of_each(tmp_path) == [own.resolve()]
