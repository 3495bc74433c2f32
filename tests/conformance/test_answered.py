"""A message that a service cannot use is a finding; one that it would not or could not take now is none."""

from __future__ import annotations

import pytest

from harness.conformance.rule import Result
from harness.conformance.transport.answered import Answered, judge_answer
from harness.domain.finding import Location

BREAKS = [("SVAR-01", 400, ""), ("SVAR-01", 415, ""), ("SVAR-01", 422, ""), ("SVAR-01", 500, "Body er tom")]


@pytest.mark.parametrize(("rule", "status", "fault"), BREAKS)
def test_what_a_service_cannot_use_is_a_finding_with_what_it_said(rule: str, status: int, fault: str) -> None:
    (judgement,) = judge_answer(Answered(Location("b1"), status, fault))
    assert [each.rule for each in judgement.findings] == [rule]
    assert fault in judgement.findings[0].actual
    assert str(status) in judgement.findings[0].actual


@pytest.mark.parametrize("status", [200, 202, 403, 404, 409, 500, 503])
def test_a_service_that_is_busy_or_will_not_is_none(status: int) -> None:
    (judgement,) = judge_answer(Answered(Location("b1"), status))
    assert judgement.result is Result.HOLDS
