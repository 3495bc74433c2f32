"""Results in a treatment plan as CPD-DK: what is written in the section Outcomes is read back, and follows the profile."""

from __future__ import annotations

from datetime import UTC, date, datetime

from harness.conformance.cda.cpd import judge_cpd
from harness.conformance.rule import Result
from harness.domain.careplan import CarePlan, Diagnosis, Disease
from harness.domain.identifiers import Cpr
from harness.domain.organisations import CLINIC
from harness.domain.patient import Patient, Practitioner
from harness.standards.cda.build import build_cpd
from harness.standards.cda.read import read_cpd
from harness.standards.xml import parse

ELMER = Patient("Elmer", Cpr("2509479989"), ("Elmer", "Test"), "Hansen", date(1947, 9, 25), female=False)


def plan(*results: str) -> CarePlan:
    return CarePlan(
        disease=Disease.KOL,
        patient=ELMER,
        diagnosis=Diagnosis("R95", "Kronisk obstruktiv lungesygdom", date(2026, 3, 2)),
        goals=("Gå en tur",),
        interventions=("Samtale med sygeplejersken",),
        set_id="11111111-1111-4111-8111-111111111111",
        document_id="22222222-2222-4222-8222-222222222222",
        version=1,
        created=datetime(2026, 10, 5, 8, 15, tzinfo=UTC),
        clinic=CLINIC,
        author=Practitioner("Test", "Testlæge"),
        results=results,
    )


def test_results_are_read_back_as_they_were_written() -> None:
    results = ("Lungefunktion målt: bedre end sidst", "Vægt < 80 kg & stabil")
    facts = read_cpd(parse(build_cpd(plan(*results)), "plan.xml"))
    assert facts.results == results
    assert facts.interventions == ("Samtale med sygeplejersken",)


def test_a_plan_with_results_keeps_the_profile() -> None:
    judged = judge_cpd(build_cpd(plan("Lungefunktion målt")), "plan.xml", declared="CPD-DK 1.0.1", confirmed=frozenset())
    assert [finding for each in judged if each.result is Result.BROKEN for finding in each.findings] == []


def test_a_plan_without_results_has_no_section_for_them() -> None:
    document = build_cpd(plan())
    assert b"11383-7" not in document
    assert read_cpd(parse(document, "plan.xml")).results == ()
