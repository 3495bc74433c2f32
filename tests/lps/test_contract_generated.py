"""The reference LPS answers as its contract says, whatever it is asked: questions made from the contract by schemathesis."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis.errors import Unsatisfiable
from rehearsal import HOUSE
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance, unsupported_method
from test_reference import ELMER, Clinic

from harness.lps.contract import CONTRACT
from harness.services.world import fresh_ids
from tests.published import read_yaml

SCHEMA = schemathesis.openapi.from_dict(read_yaml(HOUSE.home / CONTRACT))
NOT_ASKED = [unsupported_method, positive_data_acceptance]
"""405 is not in the contract; and what follows it may all the same be impossible, as 422 says."""


@pytest.mark.parametrize(("mode", "examples"), [(GenerationMode.POSITIVE, 2), (GenerationMode.NEGATIVE, 1)])
def test_whatever_is_asked_the_answer_follows_the_contract(mode: GenerationMode, examples: int) -> None:
    clinic, keys = Clinic("plsp"), fresh_ids("generated")
    plan = clinic.new_plan()
    answers: Counter[int] = Counter()

    def ask(case: Case) -> None:
        if "Idempotency-Key" in (case.headers or {}):
            case.headers["Idempotency-Key"] = keys()
        if mode is GenerationMode.POSITIVE:  # about what the clinic has, or there would be nothing but 422
            case.path_parameters = dict.fromkeys(case.path_parameters or {}, plan.key)
            if isinstance(case.body, dict):
                case.body |= {name: it for name, it in (("cpr", str(ELMER.cpr)), ("plan", plan.key)) if name in case.body}
        sent: dict[str, Any] = case.as_transport_kwargs(base_url="http://lps")
        del sent["cookies"]
        response = clinic.client.request(**{"content" if name == "data" else name: value for name, value in sent.items()})
        response.elapsed = timedelta()  # httpx counts it only over a line
        case.validate_response(response, excluded_checks=NOT_ASKED)
        answers[response.status_code] += 1

    settings = hypothesis.settings(
        max_examples=examples,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    for found in SCHEMA.get_all_operations():
        operation = found.ok()
        try:
            settings(hypothesis.given(operation.as_strategy(generation_mode=mode))(ask))()
        except Unsatisfiable:
            assert mode is GenerationMode.NEGATIVE  # there is nothing to get wrong in it
    good = answers[200] + answers[201]
    assert (good > answers.total() / 2) == (mode is GenerationMode.POSITIVE)
    assert answers.total() > 90
