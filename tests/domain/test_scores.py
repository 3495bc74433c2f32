"""The scores: every combination where there are few, hypothesis where there are many, and every bad answer refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.domain.scores import (
    Score,
    cat,
    gold_grade,
    manniche,
    mmrc_from_mrc,
    mrc,
    mrc_from_mmrc,
    promis10_mental,
    promis10_physical,
    start_back,
    start_back_from_totals,
    who5,
)


@given(st.lists(st.integers(0, 5), min_size=8, max_size=8))
def test_cat_is_the_sum_and_ten_is_many(answers: list[int]) -> None:
    found = cat(answers)
    assert found.value == sum(answers)
    assert found.band == ("få symptomer" if sum(answers) < 10 else "mange symptomer")


@pytest.mark.parametrize(
    ("answers", "value", "band"),
    [
        ([0] * 8, 0, "få symptomer"),
        ([5, 4, 0, 0, 0, 0, 0, 0], 9, "få symptomer"),
        ([5, 5, 0, 0, 0, 0, 0, 0], 10, "mange symptomer"),
        ([5] * 8, 40, "mange symptomer"),
    ],
)
def test_cat_at_its_limits(answers: list[int], value: int, band: str) -> None:
    assert (cat(answers).value, cat(answers).band) == (value, band)


def test_mrc_and_mmrc_are_one_apart_both_ways() -> None:
    assert [mrc(level).value for level in range(1, 6)] == [1, 2, 3, 4, 5]
    assert [mmrc_from_mrc(level).value for level in range(1, 6)] == [0, 1, 2, 3, 4]
    assert [mrc_from_mmrc(level) for level in range(5)] == [mrc(level) for level in range(1, 6)]


@pytest.mark.parametrize(
    ("percent", "grade"),
    [
        ("0.1", 4),
        ("29", 4),
        ("29.9", 4),
        ("30", 3),
        ("49", 3),
        ("49.99", 3),
        ("50", 2),
        ("79", 2),
        ("79.9", 2),
        ("80", 1),
        ("125", 1),
    ],
)
def test_gold_grades_at_each_limit(percent: str, grade: int) -> None:
    found = gold_grade(Decimal("0.69"), Decimal(percent))
    assert found is not None
    assert (found.value, found.band, found.unconfirmed) == (grade, f"GOLD {grade}", "")


@pytest.mark.parametrize("ratio", ["0.7", "0.70", "0.71", "1"])
def test_without_obstruction_there_is_no_gold_grade(ratio: str) -> None:
    assert gold_grade(Decimal(ratio), Decimal(20)) is None


@given(st.decimals("0.01", "0.69", places=2), st.decimals("0.1", "200", places=1), st.decimals("0", "50", places=1))
def test_more_breath_never_gives_a_worse_grade(ratio: Decimal, percent: Decimal, more: Decimal) -> None:
    low, high = gold_grade(ratio, percent), gold_grade(ratio, percent + more)
    assert low is not None
    assert high is not None
    assert high.value <= low.value


def band_by_the_text(total: int, distress: int) -> str:
    """Keele's text once more, in its own order: low, then high, and medium the rest."""
    if total <= 3:
        return "lav risiko"
    return "høj risiko" if distress in (4, 5) else "mellem risiko"


@pytest.mark.parametrize("answers", list(product((0, 1), repeat=9)), ids=lambda answers: "".join(map(str, answers)))
def test_start_back_over_all_512_forms(answers: tuple[int, ...]) -> None:
    found = start_back(answers)
    assert found.value == sum(answers)
    assert found.band == band_by_the_text(sum(answers), sum(answers[4:]))


def test_exactly_the_totals_that_some_form_gives_are_possible() -> None:
    possible = {(sum(answers), sum(answers[4:])) for answers in product((0, 1), repeat=9)}
    for total, distress in product(range(10), range(6)):
        if (total, distress) in possible:
            assert start_back_from_totals(total, distress).value == total
        else:
            with pytest.raises(ValueError, match="STarT Back"):
                start_back_from_totals(total, distress)


@pytest.mark.parametrize(
    ("total", "distress", "band"),
    [(3, 3, "lav"), (4, 3, "mellem"), (4, 4, "høj"), (5, 4, "høj"), (9, 5, "høj"), (4, 0, "mellem")],
)
def test_start_back_at_its_limits(total: int, distress: int, band: str) -> None:
    assert start_back_from_totals(total, distress).band == f"{band} risiko"


@pytest.mark.parametrize(
    ("total", "distress", "reason"), [(3, 4, "større end det samlede tal"), (6, 1, "kun fire"), (9, 4, "kun fire")]
)
def test_start_back_totals_that_contradict_each_other(total: int, distress: int, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        start_back_from_totals(total, distress)


@given(st.lists(st.integers(0, 5), min_size=5, max_size=5))
def test_who5_is_four_times_the_sum(answers: list[int]) -> None:
    found = who5(answers)
    assert found.value == 4 * sum(answers)
    assert found.band == ("risiko for dårlig trivsel" if sum(answers) <= 12 else "ingen risiko")


def test_manniche_over_its_whole_range() -> None:
    assert [manniche(total).value for total in range(61)] == list(range(61))


@pytest.mark.parametrize("promis", [promis10_physical, promis10_mental])
@pytest.mark.parametrize("value", ["0", "34.9", "50", "100"])
def test_promis_keeps_the_figure(promis: Callable[[Decimal], Score], value: str) -> None:
    assert promis(Decimal(value)).value == Decimal(value)


GRADED = [
    (cat([0] * 8), "MCS88137", False),
    (mrc(1), "MCS88021", False),
    (mmrc_from_mrc(1), "", False),
    (gold_grade(Decimal("0.5"), Decimal(50)), "MCS88058", True),
    (start_back([0] * 9), "MCS88148", True),
    (manniche(0), "MCS88147", True),
    (promis10_physical(Decimal(50)), "MCS88195", False),
    (promis10_mental(Decimal(50)), "MCS88196", False),
    (who5([0] * 5), "MCS88173", False),
]


@pytest.mark.parametrize(("found", "code", "confirmed"), GRADED, ids=lambda each: getattr(each, "instrument", ""))
def test_each_says_its_code_its_source_and_what_is_not_confirmed(found: Score, code: str, confirmed: bool) -> None:
    assert found.code == code
    assert found.source
    assert (not found.unconfirmed) is confirmed


@pytest.mark.parametrize(
    ("asked", "answers", "reason"),
    [
        (cat, [0] * 7, "CAT har 8 svar, men her er 7"),
        (cat, [0] * 9, "CAT har 8 svar, men her er 9"),
        (cat, [0, 0, 6, 0, 0, 0, 0, 0], "svar 3 i CAT er et helt tal fra 0 til 5"),
        (cat, [-1, 0, 0, 0, 0, 0, 0, 0], "svar 1 i CAT"),
        (cat, [True, 0, 0, 0, 0, 0, 0, 0], "svar 1 i CAT"),
        (cat, [0, 0, 0, 0, 0, 0, 0, 2.5], "svar 8 i CAT"),
        (start_back, [0] * 8, "STarT Back har 9 svar"),
        (start_back, [0, 0, 0, 0, 0, 0, 0, 0, 2], "svar 9 i STarT Back er et helt tal fra 0 til 1"),
        (who5, [], "WHO-5 har 5 svar, men her er 0"),
        (who5, [0, 0, 0, 0, 6], "svar 5 i WHO-5"),
        (who5, [0, 0, 0, 0, None], "svar 5 i WHO-5"),
    ],
)
def test_bad_answers_are_refused_in_danish(
    asked: Callable[[Sequence[object]], Score], answers: list[object], reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        asked(answers)


@pytest.mark.parametrize(
    ("asked", "value", "reason"),
    [
        (mrc, 0, "MRC er et helt tal fra 1 til 5"),
        (mrc, 6, "MRC er"),
        (mrc_from_mmrc, 5, "mMRC er et helt tal fra 0 til 4"),
        (mrc_from_mmrc, -1, "mMRC er"),
        (mmrc_from_mrc, 0, "MRC er"),
        (manniche, 61, "Manniche er et helt tal fra 0 til 60"),
        (manniche, -1, "Manniche er"),
        (promis10_physical, Decimal("100.1"), "T-score"),
        (promis10_mental, Decimal("NaN"), "T-score"),
        (promis10_mental, Decimal("-0.1"), "T-score"),
    ],
)
def test_a_figure_out_of_range_is_refused(asked: Callable[[object], Score], value: object, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        asked(value)


@pytest.mark.parametrize(
    ("ratio", "percent", "reason"),
    [
        ("65", "50", "FEV1/FVC er et tal over 0 og højst 1"),
        ("0", "50", "FEV1/FVC"),
        ("-0.5", "50", "FEV1/FVC"),
        ("NaN", "50", "FEV1/FVC"),
        ("0.65", "0", "FEV1 i procent"),
        ("0.65", "-3", "FEV1 i procent"),
        ("0.65", "sNaN", "FEV1 i procent"),
        ("0.65", "Infinity", "FEV1 i procent"),
    ],
)
def test_lung_figures_that_cannot_be_are_refused(ratio: str, percent: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        gold_grade(Decimal(ratio), Decimal(percent))
