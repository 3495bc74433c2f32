"""testrapport.json and junit.xml: what other systems are told, and that they are told the same."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from example_run import FINDING, write_example
from hypothesis import given, settings
from hypothesis import strategies as st
from junitparser import JUnitXml
from lxml import etree
from small_run import REHEARSAL, VENDOR, approved, attempt, run_of

from harness.domain.event import RunStarted
from harness.domain.grade import Beside, Grade
from harness.domain.review import Approved, Assessed
from harness.domain.vendor import Phase
from harness.house import find_house
from harness.record.fold import RunState
from harness.record.result import ENVIRONMENT, FINDINGS, Result, read_result
from harness.reporting.artefacts import ARTEFACTS, write_artefacts
from harness.reporting.machine.gitb import statement_report
from harness.reporting.machine.gitb_xml import TR
from harness.reporting.machine.json_report import json_report
from harness.reporting.machine.json_schema import schema_text
from harness.reporting.machine.junit import junit

SCHEMA = find_house().home / "docs/schema/testrapport.schema.json"
VALID = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
PASSED, FAILED, ERROR, SKIPPED = "bestået", "fejlet", "fejl", "sprunget over"
EVERY = {
    Grade.F1: FAILED,
    Grade.F2: FAILED,
    Grade.F3: FAILED,
    Grade.F4: PASSED,
    Grade.OK: PASSED,
    Grade.IR: SKIPPED,
    Beside.AWAITING: SKIPPED,
    Beside.ATTESTED: SKIPPED,
    Beside.UNCHECKED: SKIPPED,
    Beside.UNTESTABLE: ERROR,
    Beside.INTERRUPTED: ERROR,
}


def json_of(result: Result) -> dict[str, Any]:
    """The report, held against its schema."""
    told: dict[str, Any] = json.loads(json_report(result, Path()))
    VALID.validate(told)
    return told


def outcomes(result: Result) -> dict[str, str]:
    """How each test case of junit.xml stands, by its name up to the colon."""
    read = JUnitXml.fromstring(junit(result, Path()))
    words = {"failure": FAILED, "error": ERROR, "skipped": SKIPPED}
    return {
        case.name.partition(":")[0]: next((words[each._tag] for each in case.result), PASSED) for suite in read for case in suite
    }


def test_the_published_schema_is_up_to_date() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema_text(), "kør: python -m harness.reporting.machine.json_schema"


@pytest.mark.parametrize(("standing", "wanted"), EVERY.items(), ids=map(str, EVERY))
def test_each_standing_has_one_place_in_junit_and_its_own_word_in_json(standing: Grade | Beside, wanted: str) -> None:
    result = run_of(attempt("DEL-07", str(standing)), attempt("DEL-08", "OK"))
    assert outcomes(result)["DEL-07"] == wanted
    assert json_of(result)["scenarier"][0]["udfald"] == str(standing)


def test_all_passed_is_only_a_run_that_medcom_may_approve() -> None:
    assert set(outcomes(approved("DEL-07")).values()) == {PASSED}
    for name, result in {
        "prøvekørsel": run_of(attempt("DEL-07", "OK"), run=REHEARSAL),
        "udvalgte": run_of(attempt("DEL-07", "OK"), run=replace(VENDOR, selection="KP-09")),
        "ikke begyndt": run_of(attempt("DEL-07", "OK"), run=replace(VENDOR, planned=("DEL-07", "DEL-08"))),
    }.items():
        assert outcomes(result)["Kørslen"] != PASSED, name
    assert outcomes(run_of(attempt("DEL-07", "OK"), run=replace(VENDOR, planned=("DEL-07", "DEL-08"))))["DEL-08"] == ERROR


def test_medcoms_judgement_counts_and_the_proposal_is_beside_it() -> None:
    result = run_of(attempt("DEL-07", "F3", [FINDING]), acts=[Assessed("DEL-07", Grade.F4, "F3", "Kun prøvemiljøet")])
    assert outcomes(result) == {"Kørslen": PASSED, "kol-lrs-2027": PASSED, "DEL-07": PASSED}
    (told,) = json_of(result)["scenarier"]
    assert (told["udfald"], told["foreslået"]) == ("F4", "F3")
    assert told["medcom"] == {
        "karakter": "F4",
        "foreslået": "F3",
        "grund": "Kun prøvemiljøet",
        "af": "Nancy Berggren",
        "tidspunkt": "2026-10-06T09:00:00+00:00",
    }
    assert [each["regel"] for each in told["fund"]] == ["CPD-C04"]


@given(
    standings=st.lists(st.sampled_from([*Grade, *Beside]), max_size=6),
    judged=st.dictionaries(st.integers(0, 5), st.sampled_from(Grade)),
    run=st.sampled_from([VENDOR, REHEARSAL]),
    phase=st.sampled_from(Phase),
    is_approved=st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_exit_code_json_junit_and_gitb_never_disagree(
    standings: list[Grade | Beside], judged: dict[int, Grade], run: RunStarted, phase: Phase, is_approved: bool
) -> None:
    acts = [Assessed(f"S-{number}", grade, "OK", "en grund") for number, grade in judged.items() if number < len(standings)]
    attempts = [attempt(f"S-{number}", str(each)) for number, each in enumerate(standings)]
    result = run_of(*attempts, run=replace(run, phase=phase), acts=[*acts, *([Approved()] if is_approved else [])])
    told, junit_says = json.loads(json_report(result, Path())), outcomes(result)
    gitb = etree.fromstring(statement_report(result, Path()))
    status = gitb.findtext(f".//{{{TR}}}summary/{{{TR}}}status")
    assert told["exitkode"] == result.exit_code
    assert (told["dom"] == "godkendt") == (junit_says["Kørslen"] == PASSED) == (status == "SUCCESS")
    assert (told["dom"] == "ikke godkendt") == (status == "FAILURE")
    assert (junit_says["Kørslen"] == FAILED) == (result.exit_code == FINDINGS)
    assert (junit_says["Kørslen"] == ERROR) == (result.exit_code == ENVIRONMENT)
    cases = {each.get("id"): each.findtext(f"{{{TR}}}result") for each in gitb.iter(f"{{{TR}}}testCase") if each.get("id")}
    for each in told["scenarier"]:
        good, bad = each["udfald"] in ("OK", "F4"), each["udfald"] in ("F1", "F2", "F3")
        assert (junit_says[each["id"]] == PASSED, junit_says[each["id"]] == FAILED) == (good, bad)
        expected = "UNDEFINED" if result.rehearsal or not (good or bad) else "SUCCESS" if good else "FAILURE"
        assert cases[each["id"]] == expected


def test_a_rehearsal_is_told_as_one_everywhere(tmp_path: Path) -> None:
    result = read_result(write_example(tmp_path / "run"))
    told = json_of(result)
    assert (told["prøvekørsel"], told["grundlag"], told["dom"]) == (True, "referencesystem", "prøvekørsel med fund")
    assert told["medcom"] == {"tilstand": None, "godkendt": False, "af": "", "tidspunkt": ""}
    assert str(told["forbehold"]).startswith("Prøvekørsel med referencesystemet.")
    read = JUnitXml.fromstring(junit(result, tmp_path))
    assert all(suite.name.startswith("PRØVEKØRSEL: ") for suite in read)
    for suite in read:
        said = {each.name: each.value for each in suite.properties()}
        assert (said["grundlag"], said["verdict"]) == ("referencesystem", "prøvekørsel med fund")
    assert (read.failures, read.errors) == (4, 2)  # F1, F2, F3 and the verdict; kunne ikke testes and afbrudt


def test_what_was_found_outside_the_scenarios_fails_too() -> None:
    result = run_of(attempt("DEL-07", "OK"))
    result.state.outside.append(FINDING)
    assert outcomes(result)["Fund på beskeder uden for scenarierne"] == FAILED
    assert json_of(result)["uden_for_scenarierne"][0]["regel"] == "CPD-C04"


def test_of_a_log_that_tells_of_no_run_nothing_is_made(tmp_path: Path) -> None:
    assert write_artefacts(tmp_path, Result(RunState())) == []
    assert [each.name for each in write_artefacts(tmp_path, approved("DEL-07"))] == list(ARTEFACTS)
