"""The test protocol: MedCom's blocks and columns, empty and filled, and whose word stands in which of them."""

from __future__ import annotations

import json
import os
import re
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from example_run import FINDING, START, exchanged, judged, started, step, write_example
from example_run import RUN as REHEARSAL_RUN

from harness.cli.main import main
from harness.cli.protocol_json import schema_text
from harness.domain.event import Answered, Body, Event, MeasuredAgainst, Person, Prompted, RunEnded, ScenarioEnded
from harness.domain.finding import Finding
from harness.domain.grade import Grade
from harness.domain.prompt import Answer, Attachment, Outcome, Prompt, Wanted
from harness.domain.protocol import Protocol
from harness.domain.requirement import Campaign, Gate, Participation, Requirement, RequirementKind
from harness.domain.review import Act, Approved, Assessed, Ground, Refused, Role, Said, Submitted, review_of
from harness.domain.vendor import Channel, Phase
from harness.house import find_house
from harness.record.evidence import EVIDENCE_NAME, Evidence
from harness.record.log import Entry
from harness.record.result import Result, read_result, result_of
from harness.reporting.artefacts import make_artefact
from harness.reporting.protocol.document import Protocol as Made
from harness.reporting.protocol.document import Step
from harness.reporting.protocol.evidence import evidence_names
from harness.reporting.protocol.made import empty_protocol, run_protocol
from harness.reporting.protocol.page import as_page
from harness.reporting.summary import REHEARSAL, UNPROVED
from harness.suite.campaigns import load_campaign
from harness.suite.gherkin import read_folders
from harness.suite.patients import load_patients
from harness.suite.vendors import load_vendors

NAMES = ("testprotokol.html", "testprotokol.docx", "testprotokol.md")
SCHEMA = find_house().home / "docs" / "schema" / "protocol-answer.schema.json"
NOWHERE = Path("ingen")
NANCY = Person("Nancy", "Nancy Ann Test Berggren", "2512489996")
CARE_PLAN = Protocol(
    "cpd", "CPD DK", "2.0", Channel.SEND, "Protokol", "MedCom", (), {"DEL-01": ("3.4",), "DEL-02": ()}, (), "HL7 CDA"
)
VENDOR_RUN = replace(
    REHEARSAL_RUN,
    driver="attended",
    grundlag="leverandørens system",
    campaign="lille",
    participation={"lille": "deltager"},
    phase="certificering",
    data="ab" * 32,
)


def campaign(phase: Phase = Phase.CERTIFICATION) -> Campaign:
    """A campaign with one requirement, one of MedCom's protocols, and the gate of one phase."""
    requirement = Requirement("KP-09", "Planen deles", "MedCom", Grade.F2, True, RequirementKind.REQUIREMENT, ())
    gate = Gate(phase, "Alt er vurderet.", "MedCom", False)
    who = {"novax": Participation.PARTICIPANT}
    return Campaign("lille", "Lille kampagne", "MedCom", (requirement,), (), (gate,), who, (), (), (), protocols=(CARE_PLAN,))


def scenario(identity: str, standing: str, *inside: Event, reason: str = "") -> list[Event]:
    """A scenario of the small campaign, with what happened in its third step."""
    begun = replace(started(identity), campaigns=("lille",), protocol_steps=CARE_PLAN.steps.get(identity.partition("[")[0], ()))
    steps = [event for number in range(4) for event in step(number, "udført", *(inside if number == 2 else ()))]
    return [begun, *steps, ScenarioEnded(identity, 1, standing, reason)]


def result(
    *scenarios: list[Event], run: Event = VENDOR_RUN, said: Iterable[Said] = (), phase: Phase = Phase.CERTIFICATION
) -> Result:
    """What a run of these scenarios and its review come to."""
    basis = MeasuredAgainst((campaign(phase),), persons=(NANCY,))
    events: list[Event] = [run, basis, *(event for each in scenarios for event in each), RunEnded(len(scenarios), 1.0)]
    entries = (Entry(seq, START + timedelta(seconds=seq), event) for seq, event in enumerate(events))
    return result_of(entries, review_of(said))


def medcom(*acts: Act) -> list[Said]:
    return [Said("Mette Test", Role.MEDCOM, "2026-10-06T09:00:00+00:00", act) for act in acts]


def texts(of: Result, evidence: Path = NOWHERE) -> dict[str, str]:
    """Every form of the protocol as text, the Word document by its parts."""
    made = {name: make_artefact(name, of, evidence) for name in NAMES}
    word = zipfile.ZipFile(BytesIO(made["testprotokol.docx"]))
    parts = "".join(word.read(name).decode("utf-8", "replace") for name in word.namelist() if name.endswith((".xml", ".rels")))
    return {name: parts if name.endswith("docx") else data.decode() for name, data in made.items()}


def rows(made: Made) -> dict[str, Step]:
    return {each.key: each for section in made.sections for each in section.steps}


def lines(made: Made) -> dict[str, str]:
    return {line.label: line.value for block in made.blocks for line in block.lines}


def notes(made: Made) -> list[str]:
    return [note for block in made.blocks for note in block.notes]


def test_an_empty_protocol_has_medcoms_blocks_and_columns_and_only_numbers_that_are_known() -> None:
    house = find_house()
    whole, clinea = load_campaign(house, "kommunale-proevesvar"), load_vendors(house)["eg-clinea"]
    persons = {name: Person(name, each.name, str(each.cpr)) for name, each in load_patients(house).items()}
    made = empty_protocol(whole, read_folders(house.features, whole.features), persons, clinea)

    assert made.columns == ("Step", "Krav/Handlinger", "Testdata", "Forventet resultat", "Aktuelt resultat", "MedCom vurdering")
    order = ["Standard", "Versionering", "Leverandør", "System under test (SUT)", "Resultat", "Brugstilfælde", "Testpersoner"]
    assert [each.title for each in made.blocks] == [*order, "Testværktøjer"]
    assert [each.title for each in made.sections] == [
        "HomeCareObservation 1.2, Modtage",
        "Acknowledgement 2.0, Sende",
        "Acknowledgement 2.0, Modtage",
    ]
    numbers = {key.partition("[")[0]: each.number for key, each in rows(made).items() if each.number}
    assert numbers == {"ACK-23": "3.3.3.3", "ACK-24": "3.3.3.6"}
    refused = rows(made)["HCO-33"]
    assert refused.actual == (
        "N/R. Vedhæftede filer er ikke med i produktionsafprøvningen. "
        "Besluttet af: MedCom, testprotokol HomeCareObservation v1.2.0 19-12-2025.",
    )
    assert {not each.actual for each in rows(made).values()} == {True, False}
    assert not any(each.assessment or each.files for each in rows(made).values())
    told = lines(made)
    assert (told["Firma"], told["Adresse"], told["Godkendt"], told["Testdato"]) == ("EG", "", "☐ Ja   ☐ Nej", "")
    assert "☒" not in as_page(made).decode()


def test_steps_are_told_in_two_columns_with_their_order_and_the_data_beside_them() -> None:
    row = rows(run_protocol(result(scenario("DEL-01[KOL]", "OK")), NOWHERE))["DEL-01[KOL]"]
    assert row.number == "3.4"
    assert row.actions == (
        '1. Givet at "Nancy" har en delt behandlingsplan for KOL',
        "2. Når lægen ændrer målet i planen og deler planen",
    )
    assert row.expected == ("3. Så overholder planen CPD-DK", "4. Og netop én udgave af planen er gældende")
    assert row.data == ("Nancy Ann Test Berggren, 2512489996",)


def test_in_self_test_medcoms_columns_stay_empty_whatever_was_said() -> None:
    run = replace(VENDOR_RUN, phase="egentest", data="")
    said = medcom(Submitted(("DEL-01",)), Assessed("DEL-01", Grade.OK, "F3", "Set på skærmen"))
    made = run_protocol(result(scenario("DEL-01", "F3", judged(FINDING)), run=run, said=said, phase=Phase.SELF_TEST), NOWHERE)
    row = rows(made)["DEL-01"]
    assert row.assessment == ()
    assert row.actual[0] == "Testharnessets forslag: F3 Betydelig"
    assert row.actual[1].startswith("F3 CPD-C04: Afsnittet Helbredsproblemer")
    told = lines(made)
    assert told["Testtype"].startswith("☒ Egentest   ☐ Livetest")
    assert (told["Godkendt"], told["Testdato"], told["Udført af"]) == ("☐ Ja   ☐ Nej", "", "")


def test_in_certificering_medcoms_word_stands_beside_the_proposal_and_only_an_approval_ticks() -> None:
    ran = [scenario("DEL-01", "F3", judged(FINDING)), scenario("DEL-03", "OK")]
    assessed = Assessed("DEL-01", Grade.F4, "F3", "Kun titlen")
    approval = Approved((Ground("egentest", "r0", "h", VENDOR_RUN.sut_version),))

    open_yet = run_protocol(result(*ran, said=medcom(assessed)), NOWHERE)
    assert lines(open_yet)["Godkendt"] == "☐ Ja   ☐ Nej"
    assert rows(open_yet)["DEL-03"].assessment == ()

    made = run_protocol(result(*ran, said=medcom(assessed, approval)), NOWHERE)
    assert rows(made)["DEL-01"].actual[0] == "Testharnessets forslag: F3 Betydelig"
    assert rows(made)["DEL-01"].assessment == ("F4 Mindre betydelig", "Mette Test, MedCom, 06-10-2026", "Kun titlen")
    assert rows(made)["DEL-03"].assessment == ("OK Godkendt", "Mette Test, MedCom, 06-10-2026, som foreslået")
    told = lines(made)
    assert (told["Godkendt"], told["Testdato"]) == ("☒ Ja   ☐ Nej", "05-10-2026")
    assert told["Udført af"] == "Mette Test, MedCom, 06-10-2026"
    assert (UNPROVED in notes(made), UNPROVED in notes(open_yet)) == (True, False)

    refused = run_protocol(result(*ran, said=medcom(assessed, approval, Refused("Forkert version"))), NOWHERE)
    assert lines(refused)["Godkendt"] == "☐ Ja   ☒ Nej"
    assert lines(refused)["Bemærkninger"] == "Ikke godkendt: Forkert version"
    assert UNPROVED in notes(refused)


def test_an_approval_of_what_is_not_good_enough_ticks_nothing_and_says_what_is_lacking() -> None:
    said = medcom(Approved((Ground("egentest", "r0", "h", "en anden version"),)))
    made = run_protocol(result(scenario("DEL-01", "OK"), scenario("DEL-03", "afventer", reason="Uafklaret"), said=said), NOWHERE)
    assert lines(made)["Godkendt"] == "☐ Ja   ☐ Nej"
    assert "Egentesten er ikke godkendt for den samme version" in lines(made)["Bemærkninger"]
    assert UNPROVED in notes(made)
    assert rows(made)["DEL-03"].assessment == ()


def test_a_rehearsal_reads_as_one_in_every_form_whatever_was_said_of_it() -> None:
    run = replace(VENDOR_RUN, grundlag="referencesystem", driver="reference")
    said = medcom(Assessed("DEL-01", Grade.OK, "OK"), Approved((Ground("egentest", "r0", "h", VENDOR_RUN.sut_version),)))
    rehearsed = result(scenario("DEL-01", "OK"), run=run, said=said)
    for name, text in texts(rehearsed).items():
        assert REHEARSAL in text, name
        assert "☒" not in text, name
        assert "Mette Test" not in text, name
        assert UNPROVED not in text, name
        assert not re.search(r"\bgodkendt\b", text.replace("Godkendt", "")), name
    made = run_protocol(rehearsed, NOWHERE)
    assert lines(made)["System"] == "Referencesystemet i rollen som Novax"
    assert rows(made)["DEL-01"].actual[0] == "Prøvekørsel: OK"


def picture(width: int = 3, height: int = 2) -> bytes:
    """A grey PNG picture."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + b"\x80" * width for _ in range(height)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def shown(kept: Evidence, name: str, data: bytes, remark: str = "") -> list[Event]:
    """A tester's answer with a picture."""
    body = kept.keep(data, "image/png")
    prompt = Prompt(f"DEL/{name}", Wanted.JUDGE, 2, "Så vises planen")
    file = Attachment(name, "image/png", body.sha256, body.size)
    return [Prompted(prompt), Answered(prompt.id, Answer(Outcome.JUDGED, "Jens Test", "OK", remark, files=(file,)))]


def test_files_have_medcoms_names_are_listed_with_their_hash_and_pictures_are_shown(tmp_path: Path) -> None:
    kept = Evidence(tmp_path)
    plan, answer = kept.keep(b"<plan/>", "application/soap+xml; charset=utf-8"), kept.keep(b'{"a": 1}', "")
    nothing = Body("", 0, "")
    ran = result(
        scenario("DEL-01[KOL]", "OK", exchanged(plan, answer), *shown(kept, "skærm.png", picture())),
        scenario("DEL-01[LRS]", "OK", exchanged(plan, nothing)),
        scenario("DEL-02", "OK", exchanged(plan, plan)),
        scenario("ØVR-05[1]", "OK", exchanged(plan, nothing)),
        scenario("ØVR-05-1", "OK", exchanged(plan, nothing), *shown(kept, "halv.png", b"\x89PNG\r\n\x1a\n")),
    )
    evidence = tmp_path / EVIDENCE_NAME
    names = [each.name for each in evidence_names(ran, evidence)]
    assert names == [
        "CPD-DK_3.4_A.xml",
        "CPD-DK_3.4_B.json",
        "CPD-DK_3.4_C.png",
        "CPD-DK_3.4_D.xml",
        "CPD-DK_DEL-02_A.xml",
        "lille_OeVR-05-1_A.xml",
        "lille_OeVR-05-1_B.xml",
        "lille_OeVR-05-1_C.png",
    ]
    told = texts(ran, evidence)
    for form, text in told.items():
        plain = text.replace("\\", "")
        assert all(name in plain for name in names), form
        assert all(each.sha256 in text for each in evidence_names(ran, evidence)), form
    assert told["testprotokol.html"].count('<img src="data:image/png;base64,') == 1
    word = zipfile.ZipFile(BytesIO(make_artefact("testprotokol.docx", ran, evidence)))
    assert [word.read(name) for name in word.namelist() if "/media/" in name] == [picture()]


def test_no_secret_and_no_foreign_number_gets_into_any_form(tmp_path: Path) -> None:
    foreign, secret = "0101701234", "abc123hemmelig"
    run = replace(VENDOR_RUN, product=f"Novax https://navn:{secret}@novax.test", supplier=f"Bearer {secret}")
    leaking = Finding(**{**{n: getattr(FINDING, n) for n in FINDING.__slots__}, "actual": f"{foreign} og Bearer {secret}"})
    said = medcom(Assessed("DEL-01", Grade.F3, "F3", f"Se {foreign}"))
    answered = shown(Evidence(tmp_path), "a.png", picture(), foreign)
    ran = result(scenario("DEL-01", "F3", judged(leaking), *answered, reason=foreign), run=run, said=said)
    for name, text in texts(ran, tmp_path / EVIDENCE_NAME).items():
        assert foreign not in text, name
        assert secret not in text, name
        assert NANCY.number in text, name


def test_what_was_not_carried_out_and_what_no_campaign_has_is_told(tmp_path: Path) -> None:
    run = read_result(write_example(tmp_path))
    made = run_protocol(replace(run), tmp_path / EVIDENCE_NAME)
    assert [each.title for each in made.sections] == ["Scenarier uden kampagne"]
    assert {key: each.actual[0] for key, each in rows(made).items()} == {
        "DEL-07": "Prøvekørsel: F3 Betydelig",
        "DEL-01[KOL]": "Prøvekørsel: OK",
        "DEL-01[Lænderygsmerter]": "Prøvekørsel: F1 Kritisk",
        "DEL-02": "Prøvekørsel: F2 Alvorlig",
        "DEL-03": "Prøvekørsel: F4 Mindre betydelig",
        "DEL-04": "Prøvekørsel: IR Ikke relevant",
        "DEL-05": "Prøvekørsel: afventer",
        "DEL-06": "Prøvekørsel: kunne ikke testes",
        "DEL-08": "Prøvekørsel: ikke kontrolleret",
        "DEL-09": "Prøvekørsel: OK",
        "DEL-10": "Prøvekørsel: afbrudt",
    }
    assert "Jens" not in rows(made)["DEL-04"].actual
    assert "Nancy Berggren: bedømt IR. Systemet har ikke funktionen" in rows(made)["DEL-04"].actual


def test_the_same_log_gives_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    folder = write_example(tmp_path)
    script = (
        "import hashlib, sys; from pathlib import Path; from harness.record.result import read_result;"
        "from harness.reporting.artefacts import make_artefact; run = Path(sys.argv[1]); result = read_result(run);"
        f"print([hashlib.sha256(make_artefact(name, result, run / 'evidence')).hexdigest() for name in {NAMES}])"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", script, str(folder)],
            capture_output=True,
            check=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
        ).stdout
        for seed, zone in (("1", "Pacific/Kiritimati"), ("2", "UTC"))
    }
    assert len(seen) == 1
    word = zipfile.ZipFile(BytesIO(make_artefact("testprotokol.docx", read_result(folder), folder / EVIDENCE_NAME)))
    assert {each.date_time for each in word.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert b"2026-10-05T08:1" in word.read("docProps/core.xml")


def test_the_word_document_is_read_as_one_with_every_row_and_a_repeated_heading() -> None:
    import docx
    from docx.oxml.ns import qn

    run = replace(VENDOR_RUN, product="Novax\x1f" * 60)
    ran = result(scenario("DEL-01", "OK"), scenario("DEL-02", "F4", reason="Et \x0b tegn & <mærke>"), run=run)
    document = docx.Document(BytesIO(make_artefact("testprotokol.docx", ran, NOWHERE)))
    tables = [each for each in document.tables if each.rows[0].cells[0].text == "Step"]
    assert [[row.cells[0].text for row in each.rows] for each in tables] == [["Step", "3.4\nDEL-01", "DEL-02"]]
    assert "Et  tegn & <mærke>" in tables[0].rows[2].cells[4].text
    assert tables[0].rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert document.sections[0].page_width > document.sections[0].page_height


def test_lps_protocol_writes_the_file_and_says_what_is_in_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "protokol.md"
    asked = ["--campaign", "diagnosekort", "--vendor", "novax", "--format", "md", "--out", str(out)]
    assert main(["protocol", *asked, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["protokol"], said["grundlag"], said["filer"]) == (out.as_posix(), "", [])
    told, scenarios = out.read_text("utf-8").replace("\\", ""), read_folders(find_house().features, ["diagnosekort"])
    assert said["trin"] == len(scenarios)
    assert all(f"| {each.id} |" in told for each in scenarios)
    assert SCHEMA.read_text("utf-8") == schema_text(), "kør: python -m harness.cli.protocol_json"

    folder = write_example(tmp_path / "reports" / "kol-lrs-2027" / "novax" / "r1")
    page = tmp_path / "p.html"
    common = ["protocol", "--reports", str(tmp_path / "reports"), "--out", str(page), "--language", "en"]
    assert main([*common, "--vendor", "novax", "--run", folder.name]) == 0
    assert capsys.readouterr().out == f"{REHEARSAL}\nTestprotokol: {page}\n"
    assert '<th scope="col" lang="en">MedCom assessment</th>' in page.read_text("utf-8")
    assert main([*common, "--run", folder.name, "--campaign", "diagnosekort"]) == 2
    assert capsys.readouterr().err.startswith("Kørslen 2026-10-05T081500 er ikke af kampagnen diagnosekort. Den er af: ingen.")
    assert main([*common]) == 2
    assert capsys.readouterr().err.startswith("Skriv --campaign, --run eller begge.")
