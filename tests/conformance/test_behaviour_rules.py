"""Every rule of behaviour, by its tables of examples: what breaks it is found, and what is right holds."""

from __future__ import annotations

import assessment_examples
import diagnosis_card_examples
import forloebsplan_examples
import home_care_examples
import inclusion_examples
import lab_inbox_examples
import laboratory_examples
import mandatory_examples
import min_plan_examples
import other_patient_examples
import patient_list_examples
import plan_referral_examples
import pytest
import questionnaire_examples
import referral_examples
import test_sharing_rules
import test_treatment_plan_rules

from harness.conformance.rule import Result, Rule, judge

# by subject; in a row: the rule, what breaks it, what must be found, what holds
EXAMPLES: dict[str, list[tuple[Rule, tuple[object, ...], str, tuple[object, ...]]]] = {
    "anden-patient": other_patient_examples.EXAMPLES,
    "behandlingsplan": test_treatment_plan_rules.EXAMPLES,
    "behovsvurdering": assessment_examples.EXAMPLES,
    "cockpit": inclusion_examples.COCKPIT,
    "deling": test_sharing_rules.EXAMPLES,
    "flp-henvisning": plan_referral_examples.EXAMPLES,
    "epj": mandatory_examples.EXAMPLES,
    "diagnosekort": diagnosis_card_examples.EXAMPLES,
    "forloebsplan": forloebsplan_examples.EXAMPLES,
    "henvisning": referral_examples.EXAMPLES,
    "indbakke": lab_inbox_examples.EXAMPLES,
    "inklusion": inclusion_examples.INCLUSION,
    "laboratoriesvar": laboratory_examples.EXAMPLES,
    "kommunale-proevesvar": home_care_examples.EXAMPLES,
    "minplan": min_plan_examples.MINPLAN,
    "monitorering": min_plan_examples.MONITORERING,
    "patientlister": patient_list_examples.EXAMPLES,
    "pro": questionnaire_examples.EXAMPLES,
}
ROWS = [row for rows in EXAMPLES.values() for row in rows]


@pytest.mark.parametrize(("rule", "breaking", "found", "holding"), ROWS, ids=[f"{row[0].id} {row[2]}" for row in ROWS])
def test_each_rule_finds_what_breaks_it_and_nothing_else(
    rule: Rule, breaking: tuple[object, ...], found: str, holding: tuple[object, ...]
) -> None:
    (broken,) = judge([rule], *breaking)
    assert broken.result is Result.BROKEN
    assert [(finding.actual, finding.grade) for finding in broken.findings] == [(found, None if rule.remark else rule.grade)]
    (holds,) = judge([rule], *holding)
    assert (holds.result, holds.findings) == (Result.HOLDS, ())
