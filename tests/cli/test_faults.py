"""`lps faults`: what it says of faults that are caught, survive or are caught by another, and how each is made again."""

from __future__ import annotations

import json
import shlex
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path

import jsonschema
import pytest

from harness.cli.faults_json import FaultsOut, schema_text
from harness.cli.faults_page import faults_page
from harness.cli.faults_told import lines, told
from harness.cli.main import main
from harness.domain.fault import FirstTry
from harness.domain.grade import Grade
from harness.house import find_house
from harness.record.fold import fold
from harness.record.log import LOG_NAME, read_log
from harness.reporting.summary import REHEARSAL
from harness.runner.trials.again import command
from harness.runner.trials.harmless import Failed
from harness.runner.trials.held import Held, Row, Tried
from harness.runner.trials.plan import Catalogue, load_catalogue
from harness.runner.trials.proof import Proof
from harness.runner.trials.trial import Found, Outcome, Setting, Trial
from harness.suite.requirements import load_requirements

HOUSE = find_house()
SCHEMA = HOUSE.home / "docs" / "schema" / "fault-trials.schema.json"
FAULTS = ("mål-mangler", "forkert-diagnose", "deler-ikke")
PLSP, OWN = Setting("plsp", "2.0", "kol-lrs-2027"), Setting("plsp", "2.0", "kol-lrs-2027", own_set=True)
AGAIN = "lps run --vendor reference --campaign kol-lrs-2027 --rute plsp --cpd 2.0 --tag id:DEL-03"


@cache
def catalogue() -> Catalogue:
    return load_catalogue(HOUSE, faults=FAULTS)


def row(fault: str, held: Held, *found: Found, setting: Setting = PLSP, why: str = "", standing: str = "OK") -> Row:
    trial = Trial("DEL-03", setting, {"faults": frozenset({fault})})
    return Row(Outcome(trial, standing, "", found), held, ("DELING-01",), (), why)


def proof_of(*tried: tuple[str, Row], honest: tuple[Outcome, ...] = (), failed: tuple[Failed, ...] = ()) -> Proof:
    rows = {name: [row for fault, row in tried if fault == name] for name in FAULTS}
    faults = catalogue().faults | {"deler-ikke": replace(catalogue().faults["deler-ikke"], blind=True, first=FirstTry.SURVIVED)}
    all_tried = tuple(Tried(faults[name], tuple(own)) for name, own in rows.items() if own)
    return Proof(catalogue(), honest, all_tried, (), failed, 7, 1.25)


def out_of(proof: Proof) -> FaultsOut:
    requirements = load_requirements(HOUSE)
    return told(proof, {name: requirements[name] for name in ("KP-02", "KP-09", "KP-10")}, "reports/fejlproever.html")


CAUGHT = row("mål-mangler", Held.CAUGHT, Found("DELING-01", Grade.F2), standing="F2")
MISSED = row("deler-ikke", Held.MISSED, why="DELING-02 blev ikke brudt", setting=OWN)
ANOTHER = row("forkert-diagnose", Held.BY_ANOTHER, Found("X-1", Grade.F2), why="bryder X-1 <med> karakter; ventet: DELING-01")
HONEST = Outcome(Trial("DEL-03", PLSP), "F2", "", (Found("DELING-01", Grade.F2),))
FAILED = Failed(Trial("DEL-03", PLSP, {"variations": frozenset({"xml-cdata"})}), "bryder CPD-C04", ("xml-cdata",))


def test_all_caught_is_good() -> None:
    out = out_of(proof_of(("mål-mangler", CAUGHT)))
    assert out.exitkode == 0
    text = list(lines(out))
    assert text[:3] == [
        REHEARSAL,
        "Fejl: 1 · 1 fanget · 0 fanget af en anden · 0 overlevede",
        "Uden fejl: 0 forsøg · 0 med fund",
    ]
    assert text[-1] == "7 forsøg · 1 s · Rapport: reports/fejlproever.html"
    assert not any("Igen:" in line for line in text)


def test_what_is_wrong_is_told_with_the_command_that_makes_it_again() -> None:
    whole = proof_of(
        ("mål-mangler", CAUGHT), ("forkert-diagnose", ANOTHER), ("deler-ikke", MISSED), honest=(HONEST,), failed=(FAILED,)
    )
    out = out_of(whole)
    assert out.exitkode == 1
    text = "\n".join(lines(out))
    assert "Fejl: 3 · 1 fanget · 1 fanget af en anden · 1 overlevede\n" in text
    assert "skrevet ud fra kilderne alene: 0 fanget · 0 fanget af en anden · 1 overlevede\n" in text
    assert "Uden fejl: 1 forsøg · 1 med fund\n" in text
    assert f"    DEL-03 (plsp, CPD-DK 2.0) {ANOTHER.why}\n      Igen: {AGAIN} --fault forkert-diagnose\n" in text
    assert "    DEL-03 (plsp, CPD-DK 2.0, eget sæt) DELING-02 blev ikke brudt\n" in text
    assert f"  DEL-03 (plsp, CPD-DK 2.0) bryder DELING-01\n    Igen: {AGAIN}\n" in text
    assert "  xml-cdata i DEL-03 (plsp, CPD-DK 2.0) bryder CPD-C04\n" in text
    assert text.index("Overlevede:") < text.index("Fanget af en anden:")


@pytest.mark.parametrize("proof", [proof_of(honest=(HONEST,)), proof_of(failed=(FAILED,))], ids=["honest", "different"])
def test_an_honest_lps_that_fails_is_not_good(proof: Proof) -> None:
    assert out_of(proof).exitkode == 1


def test_a_requirement_with_few_faults_says_why() -> None:
    text = "\n".join(lines(out_of(proof_of(("mål-mangler", CAUGHT)))))
    assert "  KP-10: 1 fejl. Skriv flere i fixtures/faults/." in text
    assert "  KP-02: 0 fejl. Prøves ikke (afventer): Sundhedsstyrelsen skriver" in text


def test_the_page_has_every_fault_and_escapes_what_it_shows() -> None:
    page = faults_page(out_of(proof_of(("mål-mangler", CAUGHT), ("forkert-diagnose", ANOTHER))))
    assert REHEARSAL in page
    assert "DEL-03: DELING-01 (F2) · plsp, CPD-DK 2.0" in page
    assert "bryder X-1 &lt;med&gt; karakter" in page
    assert "<med>" not in page


def test_the_answer_follows_its_published_schema() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema_text(), "kør: python -m harness.cli.faults_json"
    out = out_of(proof_of(("mål-mangler", CAUGHT), ("deler-ikke", MISSED), honest=(HONEST,), failed=(FAILED,)))
    jsonschema.validate(json.loads(json.dumps(asdict(out))), json.loads(schema_text()))


def test_a_fault_is_tried_told_and_made_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["faults", "--fault=diagnosekort-noten-deles", "--breadth=få", "--jobs=1", f"--reports={tmp_path}", "--json"]
    assert main(asked) == 0
    said = capsys.readouterr()
    out = json.loads(said.out)
    jsonschema.validate(out, json.loads(schema_text()))
    (fault,) = out["fejl"]
    assert fault["udfald"] == "fanget"
    assert "Uden fejl: 0 af " in said.err
    assert "diagnosekort-noten-deles" in (tmp_path / "fejlproever.html").read_text(encoding="utf-8")
    caught = next(each for each in fault["scenarier"] if each["udfald"] == "fanget")
    assert main([*shlex.split(caught["igen"])[1:], f"--reports={tmp_path / 'igen'}"]) == 1
    (log,) = tmp_path.joinpath("igen").rglob(LOG_NAME)
    found = fold(read_log(log)).scenarios[caught["scenarie"]]
    assert sorted({each.rule for each in found.findings}) == caught["brudt"]


def test_two_systems_are_both_given_the_fault_again() -> None:
    everything = load_catalogue(HOUSE, faults=("modtaget-besked-vises-ikke",))
    setting = Setting("plsp", "2.0", "epj-obligatoriske")
    said = command(Trial("PAR-03", setting, {"faults": frozenset({"modtaget-besked-vises-ikke"})}), everything.by_id["PAR-03"])
    assert said.endswith("--partner xmo --fault modtaget-besked-vises-ikke --fault xmo:modtaget-besked-vises-ikke")


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (("--fault=findes-ikke",), "--fault: Fejlen findes-ikke kendes ikke. "),
        (("--fault=mål-manglar",), "--fault: Fejlen mål-manglar kendes ikke. Mente du mål-mangler?"),
        (("--message=plsp/soegning",), "--message hører til --wire."),
        (("--tries=2", "--message=plsp/soegning"), "--message og --tries hører til --wire."),
        (("--wire", "--fault=mål-mangler", "--breadth=få"), "--fault og --breadth kan ikke bruges sammen med --wire."),
        (("--campaign=diagnosekort", "--fault=mål-mangler"), "--fault: Ingen scenarier i diagnosekort skal fange mål-mangler."),
        (("--campaign=findes-ikke",), "Kampagnen kendes ikke."),
    ],
)
def test_what_is_not_there_is_refused(options: tuple[str, ...], text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["faults", *options]) == 2
    assert text in capsys.readouterr().err
