"""How a delivered plan is counted: by its diagnosis, in either code system, and by the day it was made on in Denmark."""

from __future__ import annotations

from datetime import date

import pytest

from harness.domain.careplan import Disease
from harness.standards.cda.read import CpdFacts
from harness.steps.plan.monitoring import disease_of, made_on


def plan(*codes: str, effective_time: str = "20261005101500+0200") -> CpdFacts:
    return CpdFacts("", "", "", "", 1, None, "", effective_time, tuple((code, "") for code in codes), (), ())


@pytest.mark.parametrize(
    ("codes", "disease"),
    [
        (["R95"], Disease.KOL),
        (["DJ449"], Disease.KOL),
        (["T90"], Disease.T2D),
        (["DI209"], Disease.HJERTE),
        (["Z99", "L84"], Disease.LRS),
        (["R96"], None),
        ([], None),
    ],
)
def test_a_plan_is_of_the_type_its_diagnosis_says(codes: list[str], disease: Disease | None) -> None:
    assert disease_of(plan(*codes)) is disease


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("20261005101500+0200", date(2026, 10, 5)),
        ("20261005221500+0000", date(2026, 10, 6)),
        ("20261005233000", date(2026, 10, 5)),
        ("20261005", date(2026, 10, 5)),
        ("i går", None),
        ("", None),
    ],
)
def test_the_day_a_plan_was_made_on_is_the_danish_one(written: str, day: date | None) -> None:
    assert made_on(plan(effective_time=written)) == day
