"""Judges a ConditionList (diagnosekort), with or without MedCom's packages. Subject `fhir-diagnosekort`.

The rules stand in `condition_list_document` and `condition_list_resources`.
"""

from __future__ import annotations

from harness.conformance.fhir import condition_list_document, condition_list_resources
from harness.conformance.fhir.condition_list_document import STANDARD
from harness.conformance.rule import Judgement
from harness.standards.fhir.definitions import Definitions

RULE_MODULES = (condition_list_document, condition_list_resources)
"""Importing them registers the rules."""


def judge_condition_list(data: bytes, file: str, definitions: Definitions | None = None) -> list[Judgement]:
    """Every rule's result on the document in `data` (JSON or XML); `file` is its name in findings. Never raises for it.

    With the tester's packages in `definitions`, the profile's own checks follow.

        judge_condition_list(body, "diagnosekort.json")
    """
    return STANDARD.judge(data, file, definitions)
