"""What a laboratory is told to send is what the feature's words say, and nothing in them is passed over."""

from __future__ import annotations

import pytest

from harness.conformance.behaviour.lab_inbox import Result
from harness.standards.medrpt.report import RECEIVED_VALUE, ResultStatus
from harness.steps.laboratory.lab_inbox_story import _read

POTASSIUM = Result("NPU03230", "6.1", "mmol/L", "3.5", "4.4")


@pytest.mark.parametrize(
    ("told", "results", "flagged"),
    [
        ("kalium 6,1 (normalt 3,5–4,4)", (POTASSIUM,), [""]),
        ("kalium 6,1 (normalt 3,5–4,4, markeret af laboratoriet)", (POTASSIUM,), ["unormal"]),
        ("CRP < 4 (normalt under 10)", (Result("NPU19748", "<4", "mg/L", "", "10"),), [""]),
        ("natrium 130 (normalt over 137, markeret som for lavt)", (Result("NPU03429", "130", "mmol/L", "137", ""),), ["for_lav"]),
        ("urinsukker Positiv", (Result("NPU04207", "Positiv"),), [""]),
        ("kalium", (Result("NPU03230", RECEIVED_VALUE, "mmol/L"),), [""]),
        (
            "kalium 6,1 (normalt 3,5–4,4) og natrium 140 (normalt 137–144)",
            (POTASSIUM, Result("NPU03429", "140", "mmol/L", "137", "144")),
            ["", ""],
        ),
    ],
)
def test_results_are_read_as_they_are_told(told: str, results: tuple[Result, ...], flagged: list[bool]) -> None:
    found, rows = _read(told, ResultStatus.FINAL)
    assert found == results
    assert [row["markeret"] for row in rows] == flagged


@pytest.mark.parametrize("told", ["kalium 6,1 og bly 3", "kalium cirka 6,1", "kalium 6,1 (normalt"])
def test_what_cannot_be_read_is_not_passed_over(told: str) -> None:
    with pytest.raises(AssertionError, match="kan ikke læses"):
        _read(told, ResultStatus.FINAL)
