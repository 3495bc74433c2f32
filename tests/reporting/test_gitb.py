"""GITB's reports: they follow GITB's schemas, and no word of theirs says more than the result does.

The schemas are not ours to ship: LPS_ARTEFACTS names a folder with xsd/gitb/gitb_tr.xsd and gitb_core.xsd (ISAITB/gitb).
"""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from example_run import FINDING, write_example
from lxml import etree
from small_run import REHEARSAL, approved, attempt, run_of

from harness.domain.grade import Beside, Grade
from harness.domain.review import Assessed
from harness.record.result import Result, read_result
from harness.reporting.machine.gitb import case_reports, statement_report
from harness.reporting.machine.gitb_xml import CORE, TR

SCHEMA = Path(os.environ.get("LPS_ARTEFACTS", "")) / "xsd" / "gitb" / "gitb_tr.xsd"
needs_schema = pytest.mark.skipif(not SCHEMA.is_file(), reason="LPS_ARTEFACTS mangler eller har ikke xsd/gitb/gitb_tr.xsd")
NAMES = {"t": TR, "c": CORE}
EVERY: tuple[Grade | Beside, ...] = (*Grade, *Beside)


def read(result: Result) -> etree._Element:
    return etree.fromstring(statement_report(result, Path()))


def texts(root: etree._Element, path: str) -> list[str]:
    return [each.text or "" for each in root.iterfind(path, NAMES)]


def results(result: Result) -> dict[str, str]:
    """How each test case stands, by id, as both its overview and its details say."""
    root = read(result)
    overview = {
        each.get("ref"): each.findtext("t:result", namespaces=NAMES) for each in root.iterfind(".//t:testCases/t:testCase", NAMES)
    }
    details = {
        each.get("id"): each.findtext("t:result", namespaces=NAMES)
        for each in root.iterfind(".//t:testDetails/t:testCase", NAMES)
    }
    assert overview == details
    return {str(name): str(told) for name, told in details.items()}


@needs_schema
@pytest.mark.parametrize("rehearsal", [True, False], ids=["prøvekørsel", "leverandør"])
def test_they_follow_gitbs_schemas(tmp_path: Path, rehearsal: bool) -> None:
    schema = etree.XMLSchema(etree.parse(SCHEMA))
    every = [attempt(f"DEL-{number}[æ ø]", str(each), [FINDING], "fordi \x0b") for number, each in enumerate(EVERY)]
    result = read_result(write_example(tmp_path / "run")) if rehearsal else run_of(*every)
    schema.assertValid(read(result))
    with ZipFile(BytesIO(case_reports(result, tmp_path))) as archive:
        assert len(archive.namelist()) == len(result.state.scenarios)
        for name in archive.namelist():
            schema.assertValid(etree.fromstring(archive.read(name)))
    schema.assertValid(read(run_of()))


def test_only_ok_and_f4_are_success_and_what_is_not_relevant_does_not_count() -> None:
    result = run_of(*[attempt(str(each), str(each)) for each in EVERY])
    wanted = {str(each): "UNDEFINED" for each in EVERY} | {"OK": "SUCCESS", "F4": "SUCCESS"}
    assert results(result) == wanted | {"F1": "FAILURE", "F2": "FAILURE", "F3": "FAILURE"}
    root = read(result)
    assert [each.text for each in root.find(".//t:summary", NAMES)] == ["FAILURE", "2", "3", "5", "0", "0", "1"]
    assert [each.get("ref") for each in root.iterfind(".//t:testCase[@disabled='true']", NAMES)] == ["IR"]


def test_the_status_is_the_verdict() -> None:
    assert texts(read(approved("DEL-07")), ".//t:summary/t:status") == ["SUCCESS"]
    assert texts(read(run_of(attempt("DEL-07", "afventer"))), ".//t:summary/t:status") == ["UNDEFINED"]


def test_a_rehearsal_is_undefined_in_every_place_and_is_not_the_suppliers_system() -> None:
    for standing, findings in (("OK", []), ("F3", [FINDING])):
        root = read(run_of(attempt("DEL-07", standing, findings), run=REHEARSAL))
        assert {each.text for path in ("result", "status") for each in root.iter(f"{{{TR}}}{path}")} == {"UNDEFINED"}
        assert texts(root, ".//t:organisation/t:name") == ["PRØVEKØRSEL med referencesystemet"]
        assert texts(root, ".//t:system/t:description") == texts(root, ".//t:message")[:1]
        assert texts(root, ".//t:testSuite/t:metadata/c:name")[0].startswith("PRØVEKØRSEL: ")


def test_a_finding_carries_rule_grade_requirements_and_place() -> None:
    (entry,) = read(run_of(attempt("DEL-07", "F3", [FINDING]))).iterfind(".//t:reports/t:error", NAMES)
    told = {etree.QName(each).localname: each.text for each in entry}
    assert told["assertionID"] == "CPD-C04"
    assert told["type"] == "F3"
    assert told["test"] == "KP-09, KP-10"
    assert told["value"] == "75310-4"
    assert str(told["location"]).startswith("plan.xml:87:9")
    assert str(told["description"]).startswith("[F3] Afsnittet Helbredsproblemer")


def test_medcoms_judgement_counts_and_the_steps_keep_what_the_harness_saw() -> None:
    result = run_of(attempt("DEL-07", "F3", [FINDING]), acts=[Assessed("DEL-07", Grade.F4, "F3", "Kun prøvemiljøet")])
    assert results(result) == {"DEL-07": "SUCCESS"}
    root = read(result)
    assert texts(root, ".//t:step/t:report/t:result") == ["FAILURE"]
    assert "MedCom vurdering: F4 (Nancy Berggren). Testharnesset foreslog F3. Kun prøvemiljøet" in texts(root, ".//t:message")


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    folder = write_example(tmp_path / "run")
    for make in (statement_report, case_reports):
        assert make(read_result(folder), tmp_path) == make(read_result(folder), tmp_path)
