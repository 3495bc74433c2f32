"""The page of what the harness costs is what the history says, and leaves nothing out."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from measured import HISTORY, Line, Measured, from_json, keep, newest
from page import PAGE, TITLES, filled, made, number, tables

LINES = (
    Line("pytest", "500 scenarier", seconds=1.5, least=1.25, most=1234.5, per_second=333.3),
    Line("lps run", "500 scenarier", seconds=3.0, ratio=2.0, against="pytest", aim="højst 1,3 gange", met=False),
    Line("radish", "500 scenarier", missing="kunne ikke installeres"),
)
RUN = Measured(
    "2026-11-23T05:00Z", False, 12.5, {"cores": 2, "system": "Linux", "python": "3.11.7", "load": 0.5}, {"motorer": LINES}
)


def test_the_page_holds_the_newest_run_of_the_history() -> None:
    page = PAGE.read_text("utf-8")
    assert filled(page, newest()) == page, "kør: python bench/page.py"


def test_every_run_of_the_history_is_of_every_part_and_names_no_machine() -> None:
    files = sorted(HISTORY.glob("*.json"))
    assert files
    for file in files:
        text = file.read_text("utf-8")
        assert not re.search(r"://|/home/|/root|/tmp/|/work/|[A-Z]:\\\\", text), file.name
        assert list(from_json(text).parts) == list(TITLES), file.name


def test_a_run_comes_out_of_the_history_as_it_went_in(tmp_path) -> None:
    keep(RUN, tmp_path)
    keep(replace(RUN, at="2026-11-22T05:00Z", minutes=1.0), tmp_path)
    assert newest(tmp_path) == RUN
    with pytest.raises(FileNotFoundError, match="has no run yet"):
        newest(tmp_path / "none")


def test_what_was_not_measured_and_an_aim_that_was_missed_stand_in_the_table() -> None:
    rows = tables(LINES)
    assert rows[:4] == ["", "**500 scenarier**", "", "| gange: mod pytest | CPU-s | fra–til | pr. sekund | gange | mål |"]
    assert rows[5:] == [
        "| pytest | 1,500 | 1,250–1.234,500 | 333 |  |  |",
        "| lps run | 3,000 |  |  | 2,00 | højst 1,3 gange: ikke nået |",
        "| radish: kunne ikke installeres | ikke målt |  |  |  |  |",
    ]


def test_ratios_against_different_things_are_not_said_to_be_against_one() -> None:
    other = replace(LINES[1], against="behave")
    assert tables([LINES[1], other])[3].startswith("|  | CPU-s |")


def test_a_page_without_its_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="must have"):
        filled("# Ydelse", RUN)


def test_a_page_of_a_quick_run_or_a_busy_machine_says_so() -> None:
    assert "hurtigt" not in made(RUN)
    assert "imens" not in made(RUN)
    assert "hurtigt" in made(replace(RUN, quick=True))
    assert "imens" in made(replace(RUN, machine={**RUN.machine, "load": 1.5}))


@pytest.mark.parametrize(("value", "shown"), [(None, ""), (0.1234, "0,12"), (12345.678, "12.345,68"), (7.0, "7,00")])
def test_numbers_are_written_as_danes_write_them(value: float | None, shown: str) -> None:
    assert number(value) == shown
