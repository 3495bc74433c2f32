"""The plan carries its patient's own birth date, gender and name: what breaks the rule, what holds, what it leaves alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from harness.conformance.cda.cpd_patient import judge_patient
from harness.conformance.rule import Judgement, Result
from harness.domain.finding import Owner
from harness.domain.grade import Grade
from harness.domain.identifiers import Cpr, Ecpr
from harness.domain.patient import Patient

ELMER = Patient("Elmer", Cpr("2509479989"), ("Elmer", "Test"), "Hansen", date(1947, 9, 25), female=False)
PETER = Patient("Peter", Ecpr("0703921VJ5"), ("Peter",), "Hansen", date(1992, 3, 7), female=False)
ELSE = Patient("Else", Cpr("0201919990"), ("Else", "Test"), "Lauridsen", date(1991, 1, 2), female=True)
NAME = "<name><given>Elmer</given><given>Test</given><family>Hansen</family></name>"
GENDER = '<administrativeGenderCode code="M"/>'
BORN = '<birthTime value="19470925"/>'
PLAN = f"""\
<ClinicalDocument xmlns="urn:hl7-org:v3"><recordTarget><patientRole>
  <id root="1.2.208.176.1.2" extension="2509479989"/>
  <patient>{NAME}{GENDER}{BORN}</patient>
</patientRole></recordTarget></ClinicalDocument>"""


def judged(old: str = "", new: str = "", patient: Patient = ELMER) -> Judgement:
    """The rule over the plan with one part of it exchanged."""
    assert old in PLAN
    judgement, _ = judge_patient(PLAN.replace(old, new).encode(), "plan.xml", patient)
    return judgement


BREAKS = [
    ("CPD-P01", BORN, '<birthTime value="19481225"/>', "en anden fødselsdato (vises ikke)"),
    ("CPD-P01", BORN, '<birthTime value="194812250000+0100"/>', "en anden fødselsdato (vises ikke)"),
    ("CPD-P01", BORN, '<birthTime value="1948"/>', "en anden fødselsdato (vises ikke)"),
    ("CPD-P01", GENDER, '<administrativeGenderCode code="F"/>', "et andet køn (vises ikke)"),
    (
        "CPD-P01",
        NAME,
        "<name><given>Nancy</given><given>Test</given><family>Berggren</family></name>",
        "et andet navn (vises ikke)",
    ),
]


@pytest.mark.parametrize(("rule", "old", "new", "actual"), BREAKS, ids=[row[2] for row in BREAKS])
def test_another_persons_part_is_one_critical_finding(rule: str, old: str, new: str, actual: str) -> None:
    (finding,) = judged(old, new).findings
    assert (finding.rule, finding.grade, finding.owner, finding.actual) == (rule, Grade.F1, Owner.LPS, actual)
    assert finding.expected.startswith("patientens eg")
    assert finding.location.file == "plan.xml"
    assert finding.location.line


def test_everything_of_another_person_is_found_and_nothing_of_it_shown() -> None:
    other = '<name><given>Nancy</given></name><administrativeGenderCode code="F"/><birthTime value="19481225"/>'
    findings = judged(f"{NAME}{GENDER}{BORN}", other).findings
    assert len(findings) == 3
    assert not [secret for secret in ("Nancy", "1948", "Elmer", "1947", "2509479989") if secret in str(findings)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""),
        ("19470925", "19470925120000+0100"),
        ("19470925", "1947"),
        (BORN, '<birthTime nullFlavor="UNK"/>'),
        (BORN, '<birthTime nullFlavor="UNK" value="19481225"/>'),  # what is told not to be known is not another's
        (GENDER, ""),
        (GENDER, '<administrativeGenderCode nullFlavor="UNK"/>'),
        (NAME, ""),
        (NAME, '<name nullFlavor="MSK"/>'),
        (NAME, "<name><given>Test</given></name>"),
        (NAME, "<name><given>Bruno Test</given><family>ELMER</family></name>"),
        (NAME, "<name><given>Elmer-Bruno</given><family>Testesen</family></name>"),
        ("2509479989", "250947-9989"),
    ],
)
def test_his_own_data_hold_and_what_is_missing_breaks_nothing(old: str, new: str) -> None:
    assert judged(old, new).result is Result.HOLDS


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "planen kan ikke læses"),
        (b"<a/>", "planen er en andens, eller dens CPR-nummer (eller eCPR) mangler"),
        (PLAN.replace("2509479989", "2512489996").encode(), "planen er en andens, eller dens CPR-nummer (eller eCPR) mangler"),
        (PLAN.replace(f"{NAME}{GENDER}{BORN}", "").encode(), "planen siger hverken fødselsdato, køn eller navn"),
    ],
    ids=["nothing", "another XML", "another patient's plan", "bare"],
)
def test_it_is_judged_on_the_patients_own_plan_only(data: bytes, reason: str) -> None:
    judgement, _ = judge_patient(data, "plan.xml", ELMER)
    assert (judgement.result, judgement.reason) == (Result.NOT_JUDGED, reason)


@pytest.mark.parametrize("born", ["19910102", "19910202"])
def test_both_dates_that_medcom_gives_a_person_hold(born: str) -> None:
    plan = PLAN.replace("2509479989", str(ELSE.cpr)).replace("19470925", born).replace('"M"', '"F"').replace("Elmer", "Else")
    judgement, _ = judge_patient(plan.encode(), "plan.xml", ELSE)
    assert judgement.result is Result.HOLDS


def test_a_person_without_a_known_name_has_no_wrong_name() -> None:
    unnamed = Patient("", ELMER.cpr, (), "", ELMER.born, female=False)
    assert judged(patient=unnamed).result is Result.HOLDS


ECPR = PLAN.replace('1.2.208.176.1.2" extension="2509479989', '1.2.208.176.1.6.1.1" extension="0703921VJ5')


def test_a_patient_without_cpr_is_known_by_the_ecpr_and_its_root() -> None:
    elmers, _ = judge_patient(ECPR.encode(), "plan.xml", PETER)
    assert [each.actual for each in elmers.findings] == ["en anden fødselsdato (vises ikke)"]
    his, _ = judge_patient(ECPR.replace("19470925", "19920307").encode(), "plan.xml", PETER)
    assert his.result is Result.HOLDS
    regional = ECPR.replace("1.2.208.176.1.6.1.1", "1.2.208.176.1.6.1.3.187").replace("0703921", "0703920")
    theirs, _ = judge_patient(regional.encode(), "plan.xml", replace(PETER, cpr=Ecpr("0703920VJ5")))
    assert [each.actual for each in theirs.findings] == ["en anden fødselsdato (vises ikke)"]
    for root in ("1.2.208.176.1.2", "1.2.208.176.1.6.1.3"):
        other, _ = judge_patient(ECPR.replace("1.2.208.176.1.6.1.1", root).encode(), "plan.xml", PETER)
        assert other.result is Result.NOT_JUDGED


def author(name: str, more: str = "") -> Judgement:
    """The second rule over the plan, written by somebody of this name."""
    who = f"<author><assignedAuthor>{more}<assignedPerson>{name}</assignedPerson></assignedAuthor></author></ClinicalDocument>"
    _, judgement = judge_patient(PLAN.replace("</ClinicalDocument>", who).encode(), "plan.xml", ELMER)
    return judgement


def test_an_author_of_the_patients_name_is_one_finding_that_shows_no_name() -> None:
    (finding,) = author(NAME).findings
    assert (finding.rule, finding.grade, finding.owner) == ("CPD-P02", Grade.F3, Owner.LPS)
    assert finding.location.path.endswith("/assignedPerson/name")
    assert "Elmer" not in str(finding)


def test_one_who_shares_a_name_with_the_patient_may_have_written_the_plan() -> None:
    assert author("<name><given>Bruno</given><family>Hansen</family></name>").result is Result.HOLDS


@pytest.mark.parametrize(
    ("name", "more"),
    [
        (NAME, '<code code="SELF" codeSystem="2.16.840.1.113883.5.111"/>'),
        (NAME, '<id root="1.2.208.176.1.2" extension="2509479989"/>'),
        ("<name/>", ""),
        ("", ""),
    ],
)
def test_a_patient_who_wrote_it_and_one_without_a_name_are_not_judged(name: str, more: str) -> None:
    assert author(name, more).result is Result.NOT_JUDGED
