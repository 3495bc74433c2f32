"""`lps validate`: what a vendor reads, what a program reads, the exit codes, and that no foreign CPR number is shown."""

from __future__ import annotations

import base64
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from harness.cli import validate as module
from harness.cli.excerpt import WIDEST, excerpt
from harness.cli.main import main
from harness.cli.validate_json import LeftOutOut, NotCheckedOut, not_checked, schema_text, write_schema
from harness.cli.veil import Veil, decoded, name_without_cpr, visible
from harness.conformance.files.formats import judge_file
from harness.conformance.rule import Result
from harness.record.guard import Guard
from harness.suite import known_cprs as lists

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "tests" / "examples"
SCHEMA = ROOT / "docs" / "schema" / "validate.schema.json"
PLAN = (EXAMPLES / "cpd_haandskrevet.xml").read_bytes()
ENVELOPE = (EXAMPLES / "vans_besked_haandskrevet.xml").read_bytes()
ARTEFACTS = os.environ.get("LPS_ARTEFACTS", "") and str(Path(os.environ["LPS_ARTEFACTS"]).resolve())  # tests run elsewhere
FOREIGN = "2512489996"  # the plan's test person, whom the guard of some tests here is not told of
UNCHECKED = """\
Ikke kontrolleret:
  Behandlingsplan (CPD-DK), 3 forhold i 1 fil:
    om koderne findes i deres kodesystemer
    om planen er CPD-DK 2.0: filen siger det ikke selv og er bedømt som 1.0.1 (ellers: --profile cpd-2.0)
    officielt XML-skema og skematron: der er ikke peget på nogen (lps artefacts add MAPPE)
"""


LEFT = (
    "3 ikke bedømt: CDA-H11 (dokumentet erstatter ikke et andet); "
    "CPD-L01 (planens header har ingen forløbslabel, og hvor den skal stå, er ikke kendt); "
    "1 bygger på en regel, der er brudt eller ikke bedømt"
)


def count(data: bytes, result: Result) -> int:
    """How many rules came to `result` on a file."""
    return sum(judgement.result is result for judgement in judge_file(data, "fil").judgements)


@pytest.fixture(autouse=True)
def no_artefacts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the person who runs the tests has pointed at, and where they stand, does not count."""
    monkeypatch.setattr("harness.cli.artefacts.store", lambda: tmp_path / "ingen.json")
    monkeypatch.delenv("LPS_ARTEFACTS", raising=False)
    (tmp_path / "her").mkdir()
    monkeypatch.chdir(tmp_path / "her")


@pytest.fixture
def foreign(monkeypatch: pytest.MonkeyPatch) -> str:
    """A number that is no test person's here."""
    every = lists.known_cprs
    monkeypatch.setattr(lists, "known_cprs", lambda house: every(house) - {FOREIGN})
    return FOREIGN


def put(name: str, data: bytes) -> str:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_bytes(data)
    return name


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(["validate", *arguments])
    out, err = capsys.readouterr()
    assert err == ""
    return code, out


def as_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    code, out = run(capsys, "--json", *arguments)
    found: dict[str, Any] = json.loads(out)
    jsonschema.validate(found, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert found["exitkode"] == code
    return found


def test_a_file_without_findings(capsys: pytest.CaptureFixture[str]) -> None:
    put("plan.xml", PLAN)
    code, out = run(capsys, "plan.xml")
    assert (code, out) == (
        0,
        f"plan.xml: Behandlingsplan (CPD-DK): ingen fund. {count(PLAN, Result.HOLDS)} regler holder, {LEFT}.\n{UNCHECKED}",
    )


def test_a_finding_is_shown_where_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    put("plan.xml", PLAN.replace(b"75310-3", b"75310-4"))
    code, out = run(capsys, "plan.xml")
    line = 1 + PLAN[: PLAN.index(b"75310-3")].count(b"\n")
    text = PLAN.splitlines()[line - 1].decode().replace("75310-3", "75310-4")
    column = text.index("<") + 1
    head, body, shown, caret, source, empty, verdict = out.splitlines()[:7]
    assert code == 1
    assert head.startswith(f"F3  CPD-C04  plan.xml:{line}:{column}  /ClinicalDocument/component/structuredBody/")
    assert body.startswith("    Helbredsproblemer har koden 75310-3 (LOINC) netop én gang. Forventet: ")
    assert shown == f"    {line:>6} | {text.expandtabs(1)}"
    assert caret == f"    {'':>6} | {' ' * (column - 1)}^"
    assert source.startswith("    Kilde: MedCom, CPD-DK 1.0.1")
    assert source.endswith("Hører til: LPS'et.")
    assert empty == ""
    holds = count(PLAN, Result.HOLDS) - 1
    assert verdict == f"plan.xml: Behandlingsplan (CPD-DK): fund (1 F3). {holds} regler holder, {LEFT}."


def test_a_document_on_one_line_is_shown_as_its_element(capsys: pytest.CaptureFixture[str]) -> None:
    put("plan.xml", b" ".join(PLAN.split(b"\n")).replace(b"75310-3", b"75310-4"))
    _, out = run(capsys, "plan.xml")
    shown, caret = out.splitlines()[2:4]
    assert shown == "         1 | <h:code code='75310-4' codeSystem='2.16.840.1.113883.6.1'/>"
    assert caret == "           | ^"


def test_remarks_are_no_finding(capsys: pytest.CaptureFixture[str]) -> None:
    put("plan.xml", PLAN.replace(b"75310-3", b"75310-4"))
    code, out = run(capsys, "plan.xml", "--profile", "cpd-2.0")
    assert code == 0
    assert out.startswith("Bemærkning  CPD-C04  plan.xml:")
    assert "(kun kendt fra 1.0.1)" in out
    assert "plan.xml: Behandlingsplan (CPD-DK 2.0): mindre fund (1 bemærkning)." in out


def test_standard_input(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    put("plan.xml", PLAN)
    with Path("plan.xml").open("rb") as file:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(file))
        code, out = run(capsys, "-")
    assert code == 0
    assert out.startswith("-: Behandlingsplan (CPD-DK): ingen fund.")


def test_a_folder_is_walked_in_order_and_what_is_unknown_stands_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    put("m/b/plan.xml", PLAN)
    put("m/a.xml", (EXAMPLES / "xref15_haandskrevet.xml").read_bytes())
    put("m/billede.png", b"\x89PNG")
    put("m/noter.txt", b"hej")
    put("m/.skjult.xml", PLAN)
    put("m/.git/plan.xml", PLAN)
    code, out = run(capsys, "m")
    assert code == 0
    assert [line.partition(":")[0] for line in out.splitlines()[:2]] == ["m/a.xml", "m/b/plan.xml"]
    assert out.splitlines()[2] == "Ikke bedømt, da der ikke er regler for dem: m/billede.png, m/noter.txt"
    assert out.count("    officielt XML-skema og skematron: der er ikke peget på nogen (lps artefacts add MAPPE)\n") == 2
    assert as_json(capsys, "m")["af_ukendt_slags"] == ["m/billede.png", "m/noter.txt"]


def test_a_folder_linked_into_itself_ends(capsys: pytest.CaptureFixture[str]) -> None:
    put("m/plan.xml", PLAN)
    try:
        Path("m/ring").symlink_to(Path("m").resolve(), target_is_directory=True)
        Path("m/væk.xml").symlink_to(Path("findes-ikke").resolve())
    except OSError:
        pytest.skip("her kan der ikke laves symbolske links")
    assert [each["fil"] for each in as_json(capsys, "m")["filer"]] == ["m/plan.xml"]


def test_a_folder_where_nothing_is_known_is_unusable(capsys: pytest.CaptureFixture[str]) -> None:
    put("m/noter.txt", b"hej")
    assert run(capsys, "m") == (2, "Ikke bedømt, da der ikke er regler for dem: m/noter.txt\n")
    put("m/svar.txt", (EXAMPLES / "mtom_haandskrevet.txt").read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    assert run(capsys, "m") == (2, "Ikke bedømt, da der ikke er regler for dem: m/noter.txt, m/svar.txt\n")


@pytest.mark.parametrize("link", [False, True])
def test_a_folder_with_nothing_in_it_is_unusable(capsys: pytest.CaptureFixture[str], link: bool) -> None:
    Path("tom/under").mkdir(parents=True)
    put("tom/.skjult.xml", PLAN)
    if link:
        try:
            Path("tom/væk.xml").symlink_to(Path("findes-ikke").resolve())
        except OSError:
            pytest.skip("her kan der ikke laves symbolske links")
    put("plan.xml", PLAN)
    code, out = run(capsys, "plan.xml", "tom")
    assert code == 2
    assert "\ntom: ikke bedømt. Der er ingen filer at bedømme i mappen.\n" in out
    assert [each["udfald"] for each in as_json(capsys, "plan.xml", "tom")["filer"]] == ["ingen fund", "ikke bedømt"]


def test_a_broken_document_in_a_folder_is_not_taken_for_one_of_no_known_kind(capsys: pytest.CaptureFixture[str]) -> None:
    put("m/a.xml", PLAN)
    put("m/b.xml", b"\n" + PLAN)
    put("m/c.xml", PLAN.replace(b"<!--", b"<!-- \0", 1))
    put("m/d.html", b"<!DOCTYPE html>\n<p>hej<br>")
    code, out = run(capsys, "m")
    assert code == 2
    assert "m/a.xml: Behandlingsplan (CPD-DK): ingen fund." in out
    assert "\nm/b.xml: ikke bedømt. XML'en kan ikke læses: " in out
    assert "(linje 2, kolonne 1).\n" in out
    assert "\nm/c.xml: ikke bedømt. XML'en kan ikke læses: der står et tegn, som ikke må stå her" in out
    assert "Ikke bedømt, da der ikke er regler for dem: m/d.html\n" in out
    assert run(capsys, "m/b.xml")[1].startswith("m/b.xml: ikke bedømt. XML'en kan ikke læses: ")


def test_our_own_examples_break_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    for each in EXAMPLES.iterdir():
        put(f"m/{each.name}", each.read_bytes())
    found = as_json(capsys, "m")
    assert {each["fil"]: each["udfald"] for each in found["filer"] if each["udfald"] != "ingen fund"} == {}
    assert found["af_ukendt_slags"] == ["m/mtom_haandskrevet.txt"]  # what it carries there are no rules for


def test_what_is_not_judged_is_told_with_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    submission = (EXAMPLES / "iti41_haandskrevet.xml").read_bytes()
    put("iti41.xml", submission)
    (file,) = as_json(capsys, "iti41.xml")["filer"]
    left = file["ikke_bedømte_regler"]
    assert len(left) == file["ikke_bedømt"]
    assert {
        "regel": "XDSM-30",
        "titel": "RPLC peger på den udgave, som dokumentet siger, at det afløser",
        "fil": "iti41.xml",
        "grund": "dokumentet afløser ikke et andet, eller det er ikke set registreret",
    } in left
    assert {each["fil"] for each in left} == {"iti41.xml", "iti41.xml#Document"}
    assert "XDSM-30 (dokumentet afløser ikke et andet, eller det er ikke set registreret)" in run(capsys, "iti41.xml")[1]


def test_rules_not_judged_for_one_reason_are_told_together_and_those_that_follow_are_counted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    put("metadata.json", b'{"resourceType": "DocumentReference", "subject": {"reference": "#a"}}')
    verdict = run(capsys, "metadata.json")[1].partition("\nmetadata.json: ")[2].partition("\n")[0]
    assert "DREF-02, DREF-05, DREF-06, DREF-07 og 5 til (dokumentet er der ikke)" in verdict
    assert "1 bygger på en regel, der er brudt eller ikke bedømt" in verdict
    put("torn.xml", PLAN[:-30])
    assert "bygger på regler, der er brudt eller ikke bedømt." in run(capsys, "torn.xml")[1]


@pytest.mark.skipif(sys.platform != "linux", reason="Kun Linux har filnavne, der ikke er tekst")
@pytest.mark.parametrize("encoding", ["utf-8:strict", "latin-1", "ascii"])
def test_a_name_that_is_no_text_is_written_in_any_encoding(encoding: str, tmp_path: Path) -> None:
    Path("m").mkdir()
    for name in (b"l\xe6ge.xml", "😀.xml".encode(), "læge.xml".encode()):
        with open(b"m/" + name, "wb") as file:  # noqa: PTH123  # pathlib has no names of bytes
            file.write(PLAN)
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}

    def said(*arguments: str) -> str:
        command = [sys.executable, "-m", "harness.cli.main", "validate", *arguments, "m"]
        done = subprocess.run(command, capture_output=True, check=True, env={**environment, "PYTHONPATH": str(ROOT)})
        assert done.stderr == b""
        return done.stdout.decode()

    assert "m/l\\udce6ge.xml: Behandlingsplan (CPD-DK): ingen fund." in said()
    assert sorted(each["fil"] for each in json.loads(said("--json"))["filer"]) == ["m/læge.xml", "m/l\udce6ge.xml", "m/😀.xml"]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (None, "Findes ikke."),
        (b"", "Filen er tom."),
        (b"hej", "Der er ingen regler for noget andet end XML, JSON og EDIFACT. Der er regler for: CDA (CPD-DK, QFDD-DK,"),
        (b"<brev/>", "Der er ingen regler for XML med brev. Der er regler for: CDA"),
        (b'{"resourceType": "Patient"}', "Der er ingen egne regler for FHIR-ressourcen Patient. MedComs FHIR-pakker har måske"),
    ],
    ids=["mangler", "tom", "tekst", "xml", "fhir"],
)
def test_what_cannot_be_judged_says_why(capsys: pytest.CaptureFixture[str], data: bytes | None, sentence: str) -> None:
    if data is not None:
        put("fil", data)
    code, out = run(capsys, "fil")
    assert code == 2
    assert out.startswith(f"fil: ikke bedømt. {sentence}")
    assert as_json(capsys, "fil")["filer"][0]["udfald"] == "ikke bedømt"


def test_an_envelope_in_which_no_rule_could_be_judged_is_not_passed(capsys: pytest.CaptureFixture[str]) -> None:
    put("svar.txt", (EXAMPLES / "mtom_haandskrevet.txt").read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    code, out = run(capsys, "svar.txt")
    assert code == 2
    assert out.startswith("svar.txt: ikke bedømt. Pakket SOAP-besked (MTOM): der er intet i den, som der er regler for.\n")
    assert "    indholdet (konvolut): Der er ingen regler for XML med " in out


def test_a_file_that_is_too_large_is_refused_with_the_limit(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_FILE", 5_000_000)
    put("stor.xml", b"<" + b"a" * 5_000_000)
    assert run(capsys, "stor.xml") == (2, "stor.xml: ikke bedømt. Filen er større end 5 MB, som er grænsen.\n")
    with Path("stor.xml").open("rb") as file:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(file))
        assert run(capsys, "-") == (2, "-: ikke bedømt. Filen er større end 5 MB, som er grænsen.\n")


def test_a_folder_that_cannot_be_read_is_not_passed_over(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put("m/lukket/plan.xml", PLAN)
    put("m/plan.xml", PLAN)
    scandir = os.scandir

    def closed(path: str) -> Any:
        if str(path).endswith("lukket"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", closed)
    code, out = run(capsys, "m")
    assert code == 2
    assert "m/lukket: ikke bedømt. Må ikke læses.\n" in out


def test_one_unusable_file_among_others_does_not_stop_them(capsys: pytest.CaptureFixture[str]) -> None:
    put("plan.xml", PLAN)
    code, out = run(capsys, "væk.xml", "plan.xml")
    assert code == 2
    assert "plan.xml: Behandlingsplan (CPD-DK): ingen fund." in out


def test_a_profile_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    put("plan.xml", PLAN)
    assert main(["validate", "plan.xml", "--profile", "cpd"]) == 2
    assert capsys.readouterr().err.startswith("--profile: Profilen cpd kendes ikke. Kan være: cpd-1.0.1, cpd-2.0,")


def test_no_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate"]) == 2
    assert capsys.readouterr().err == "FIL|MAPPE|-: Der mangler en værdi.\nSe lps validate --help\n"


def test_the_json_has_what_the_text_has(capsys: pytest.CaptureFixture[str]) -> None:
    letter = (EXAMPLES / "xref15_haandskrevet.xml").read_bytes().replace(b"XH1530R", b"XH1531R", 1)
    old = ENVELOPE.partition(b"<v:Data>")[2].partition(b"</v:Data>")[0]
    put("kuvert.xml", ENVELOPE.replace(old, base64.b64encode(letter)))
    (file,) = as_json(capsys, "kuvert.xml")["filer"]
    (finding,) = file["fund"]
    assert (file["udfald"], file["format"], file["brudt"]) == ("fund", "Kuvert (VANSEnvelope)", 1)
    assert (finding["fil"], finding["karakter"]) == ("kuvert.xml#Data", "F3")
    assert finding["linje"] == 1 + letter[: letter.index(b"XH1531R")].count(b"\n")
    assert "XH1531R" in finding["fundet"]


def test_what_was_not_checked_is_counted_by_format(capsys: pytest.CaptureFixture[str]) -> None:
    put("m/a.xml", (EXAMPLES / "xdis01_haandskrevet.xml").read_bytes())
    put("m/b.xml", (EXAMPLES / "xdis15_haandskrevet.xml").read_bytes())
    put("m/c.xml", ENVELOPE)  # with a letter in it
    put("m/d.xml", PLAN)
    out = run(capsys, "m")[1]
    assert (
        out.partition("Ikke kontrolleret:\n")[2]
        == f"""\
  MedCom-brev (OIOXML), 3 forhold i 3 filer:
    rækkefølge, længder og tider: det er der ingen offentlig kilde til
    officielt XML-skema og skematron: der er ikke peget på nogen (lps artefacts add MAPPE)
    indhold og navnerum i XDIS01: det er der ingen offentlig kilde til (1 fil)
  Kuvert (VANSEnvelope), 1 forhold i 1 fil:
    officielt XML-skema og skematron: der er ikke peget på nogen (lps artefacts add MAPPE)
{UNCHECKED.partition(chr(10))[2]}"""
    )
    counted = as_json(capsys, "m")["ikke_kontrolleret"]
    assert [(each["format"], each["filer"], [one["filer"] for one in each["forhold"]]) for each in counted] == [
        ("MedCom-brev (OIOXML)", 3, [3, 3, 1]),
        ("Kuvert (VANSEnvelope)", 1, [1]),
        ("Behandlingsplan (CPD-DK)", 1, [1, 1, 1]),
    ]


def test_what_is_counted_is_what_each_file_says(capsys: pytest.CaptureFixture[str]) -> None:
    for each in EXAMPLES.iterdir():
        put(f"m/{each.name}", each.read_bytes())
    whole = as_json(capsys, "m")
    said = {sentence for file in whole["filer"] for sentence in file["ikke_kontrolleret"]}
    assert said == {one["forhold"] for each in whole["ikke_kontrolleret"] for one in each["forhold"]}
    assert all(1 <= one["filer"] <= each["filer"] for each in whole["ikke_kontrolleret"] for one in each["forhold"])


def test_a_foreign_number_is_hidden_in_what_was_not_checked(capsys: pytest.CaptureFixture[str], foreign: str) -> None:
    letter = f"<Emessage><Brev{foreign}><Patient><CPR>{foreign}</CPR></Patient></Brev{foreign}></Emessage>"
    put("brev.xml", letter.encode())
    text = everything(capsys, "brev.xml")
    assert "er ikke en, testen kender" in text
    assert foreign not in text


def test_what_is_checked_in_whole_has_no_line() -> None:
    assert not_checked([("Kuvert", [])]) == ()
    assert not_checked([("Brev", ["tider", "tider"]), ("Brev", [])]) == (NotCheckedOut("Brev", 2, (LeftOutOut("tider", 1),)),)


def test_an_answer_from_before_the_count_still_keeps_the_schema(capsys: pytest.CaptureFixture[str]) -> None:
    put("plan.xml", PLAN)
    older = as_json(capsys, "plan.xml")
    del older["ikke_kontrolleret"]
    del older["filer"][0]["ikke_bedømte_regler"]
    jsonschema.validate(older, json.loads(SCHEMA.read_text(encoding="utf-8")))


def test_the_published_schema_is_up_to_date(tmp_path: Path) -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema_text(), "kør: python -m harness.cli.validate_json"
    write_schema(tmp_path)
    assert b"\r" not in (tmp_path / "validate.schema.json").read_bytes()


def test_many_findings_are_cut_in_the_text_and_whole_in_the_json(capsys: pytest.CaptureFixture[str]) -> None:
    put("plan.xml", PLAN.replace(b"</h:ClinicalDocument>", b"<h:author/>" * 150 + b"</h:ClinicalDocument>"))
    findings = as_json(capsys, "plan.xml")["filer"][0]["fund"]
    _, out = run(capsys, "plan.xml")
    assert len(findings) > module.MOST_SHOWN
    assert out.count("Kilde: ") == module.MOST_SHOWN
    assert f"… og {len(findings) - module.MOST_SHOWN} fund mere i plan.xml. --json har dem alle." in out


# Foreign CPR numbers


def everything(capsys: pytest.CaptureFixture[str], name: str) -> str:
    """All that is printed of a file, as text and as JSON."""
    return run(capsys, name)[1] + json.dumps(as_json(capsys, name), ensure_ascii=False)


def test_a_foreign_number_as_the_patient_is_told_and_never_shown(capsys: pytest.CaptureFixture[str], foreign: str) -> None:
    put("plan.xml", PLAN)
    line = 1 + PLAN[: PLAN.index(foreign.encode())].count(b"\n")
    text = everything(capsys, "plan.xml")
    assert foreign not in text
    assert f"F1  CPR-01  plan.xml:{line}:" in text
    assert f"    plan.xml:{line}:" in text
    assert "et CPR-nummer, der ikke er til test, under CPR's OID (vises ikke)" in text
    assert "**********" in text
    assert as_json(capsys, "plan.xml")["filer"][0]["fremmede_cpr_numre"][0]["linje"] == line
    assert run(capsys, "plan.xml")[0] == 1


@pytest.mark.parametrize("spelling", ["{}{}", "{}-{}", "{} {}"])
def test_a_number_seen_once_is_hidden_everywhere(capsys: pytest.CaptureFixture[str], foreign: str, spelling: str) -> None:
    written = spelling.format(foreign[:6], foreign[6:])
    put("plan.xml", PLAN.replace(b"81215-6", written.encode()))  # the rule tells what stands there
    text = everything(capsys, "plan.xml")
    assert written not in text
    assert foreign not in text
    assert "CPD-C01" in text


def test_a_foreign_number_in_what_is_carried_is_told_where_it_stands(capsys: pytest.CaptureFixture[str], foreign: str) -> None:
    letter = (EXAMPLES / "xref15_haandskrevet.xml").read_bytes().replace(b"2509479989", foreign.encode())
    old = ENVELOPE.partition(b"<v:Data>")[2].partition(b"</v:Data>")[0]
    put("kuvert.xml", ENVELOPE.replace(old, base64.b64encode(letter)))
    text = everything(capsys, "kuvert.xml")
    assert foreign not in text
    places = {each["fil"] for each in as_json(capsys, "kuvert.xml")["filer"][0]["fremmede_cpr_numre"]}
    assert places == {"kuvert.xml#Data"}


def test_a_number_in_a_files_name_is_hidden(capsys: pytest.CaptureFixture[str], foreign: str) -> None:
    for name, data in ((f"plan-{foreign}.xml", PLAN), (f"{foreign[:6]}-{foreign[6:]}.txt", b"hej")):
        put(name, data)
        text = everything(capsys, name)
        assert foreign not in text
        assert foreign[:6] not in text
        assert "[skjult]" in text
    assert name_without_cpr("plan-2509479989.xml", Guard(frozenset({"2509479989"}))) == "plan-2509479989.xml"


def test_a_placeholder_of_medcoms_examples_may_stand() -> None:
    from harness.house import find_house
    from harness.suite.placeholders import placeholder_cprs

    house = find_house()
    for number in placeholder_cprs(house):
        assert Veil(f'{{"cpr": "{number}"}}'.encode(), Guard(lists.known_cprs(house))).met == []


def test_utf_16_is_hidden_too(capsys: pytest.CaptureFixture[str], foreign: str) -> None:
    put("plan.xml", PLAN.decode().replace("UTF-8", "UTF-16", 1).replace("75310-3", "75310-4").encode("utf-16"))
    text = everything(capsys, "plan.xml")
    assert foreign not in text
    assert "CPR-01" in text
    assert "CPD-C04" in text


# What a terminal is shown


def test_what_steers_a_terminal_is_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    put("fil", '{"resourceType": "AuditEvent", "\x1b[31mrød": NaN, "\u202eomvendt": 1}'.encode())
    out = run(capsys, "fil")[1]
    assert not any(each in out for each in "\x1b\u202e")
    assert visible("a\x1b[0m\r\nb\tc\u202e") == "a·[0m b c·"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows har ingen pseudoterminal")
def test_colour_in_a_terminal_only_and_never_with_no_color() -> None:
    import pty

    def seen(**environment: str) -> bytes:
        leader, follower = pty.openpty()
        process = subprocess.Popen(
            [sys.executable, "-m", "harness.cli.main", "validate", str(EXAMPLES / "cpd_haandskrevet.xml")],
            stdout=follower,
            env={**os.environ, "TERM": "xterm-256color", **environment},
        )
        os.close(follower)
        found = b""
        try:
            while more := os.read(leader, 4096):
                found += more
        except OSError:
            pass  # Linux says so when the other end is closed
        os.close(leader)
        assert process.wait() == 0
        return found

    assert b"\x1b[32m" in seen()
    assert b"\x1b" not in seen(NO_COLOR="1")


def test_piped_output_is_plain_and_loads_nothing_heavy(tmp_path: Path) -> None:
    script = (
        "import sys; from harness.cli.main import main;"
        f"code = main(['validate', {str(EXAMPLES / 'cpd_haandskrevet.xml')!r}]);"
        "print(sorted({'rich', 'pydantic', 'httpx', 'pytest', 'saxonche', 'pytest_bdd'} & set(sys.modules)), code)"
    )
    environment = {name: value for name, value in os.environ.items() if name != "LPS_ARTEFACTS"}
    environment |= {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "APPDATA": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=True, cwd=tmp_path, env=environment
    )
    assert done.stdout.splitlines()[-1] == "[] 0"
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize(
    ("lines", "line", "column", "shown"),
    [
        (["a", "  <b/>"], 2, 3, ["     2 |   <b/>", "       |   ^"]),
        (["\ta\x1bb"], 1, 4, ["     1 |  a·b", "       |    ^"]),
        (["a"], 2, 1, []),
        (["a"], 0, 1, []),
        (["a"], 1, 3, ["     1 | a", "       |   ^"]),
        ([""], 1, 1, ["     1 | ", "       | ^"]),
    ],
)
def test_excerpts_of_short_lines(lines: list[str], line: int, column: int, shown: list[str]) -> None:
    assert excerpt(lines, line, column) == shown


def test_an_excerpt_of_a_long_line_is_the_element_indented() -> None:
    text = "<a>" * 100 + "<b x='1'><c>tekst</c><d/><e><f/></e></b>" + "</a>" * 100
    assert excerpt([text], 1, 301) == [
        "     1 | <b x='1'>",
        "       | ^",
        "       |   <c>tekst</c>",
        "       |   <d/>",
        "       |   <e>",
        "       | …",
    ]


def test_an_excerpt_of_a_long_line_of_something_else_is_a_window() -> None:
    text = "x" * 200 + "HER" + "y" * 200
    shown, caret = excerpt([text], 1, 201)
    assert shown.index("HER") == caret.index("^")
    assert shown.count("…") == 2
    assert len(shown) < WIDEST + 20


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("æ".encode(), "æ"),
        (b"\xef\xbb\xbf\xc3\xa6", "æ"),
        ("æ".encode("utf-16"), "æ"),
        ("<æ".encode("utf-16-le"), "<æ"),
        (b"<?xml version='1.0' encoding='ISO-8859-1'?>\xe6", "<?xml version='1.0' encoding='ISO-8859-1'?>æ"),
        (b"<?xml version='1.0' encoding='x-findes-ikke'?>\xe6", "<?xml version='1.0' encoding='x-findes-ikke'?>æ"),
        (b"\xe6", "æ"),
    ],
    ids=repr,
)
def test_a_file_is_read_as_it_is_written(data: bytes, text: str) -> None:
    assert decoded(data) == text


# The tester's artefacts


def test_artefacts_speak_beside_the_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    medcom = tmp_path / "medcom"
    medcom.mkdir()
    schema = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:oio:medcom:vans-envelope:1.0.4">'
    (medcom / "VANS.xsd").write_text(f'{schema}<xs:element name="VANSEnvelope" type="xs:int"/></xs:schema>', encoding="utf-8")
    monkeypatch.setenv("LPS_ARTEFACTS", str(medcom))
    put("kuvert.xml", ENVELOPE)
    (file,) = as_json(capsys, "kuvert.xml")["filer"]
    assert {each["regel"] for each in file["fund"]} == {"XSD"}
    assert file["fund"][0]["kilde"].startswith("VANS.xsd (SHA-256 ")
    monkeypatch.setenv("LPS_ARTEFACTS", str(medcom / "væk"))
    assert main(["validate", "kuvert.xml"]) == 2
    assert "LPS_ARTEFACTS peger på" in capsys.readouterr().err


@pytest.mark.skipif(not ARTEFACTS, reason="LPS_ARTEFACTS peger ikke på MedComs FHIR-pakker")
def test_what_a_fhir_package_leaves_out_is_counted_one_by_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LPS_ARTEFACTS", ARTEFACTS)
    for name in ("kvittering", "korrespondance"):
        put(f"m/{name}.json", (EXAMPLES / f"fhir_{name}_haandskrevet.json").read_bytes())
    counted = as_json(capsys, "m")["ikke_kontrolleret"]
    assert [each["format"] for each in counted] == ["Korrespondance (CareCommunication)", "Kvittering (Acknowledgement)"]
    for each in counted:
        assert {"forhold": "indholdet af datatypen Identifier", "filer": 1} in each["forhold"]


def test_what_is_wrong_with_the_artefacts_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    medcom = tmp_path / "medcom"
    medcom.mkdir()
    (medcom / "b.sch").write_text("<ikke xml", encoding="utf-8")
    monkeypatch.setenv("LPS_ARTEFACTS", str(medcom))
    put("plan.xml", PLAN)
    assert as_json(capsys, "plan.xml")["artefakter"][0].startswith("skematronet b.sch kan ikke bruges: ")
    assert "\nArtefakter: skematronet b.sch kan ikke bruges: " in run(capsys, "plan.xml")[1]
