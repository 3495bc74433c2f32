"""What the wall shows can be told apart without colours, and a rehearsal never looks like an approval."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import chain

import pytest
from made_wall import CALLERS, CAMPAIGN, SYSTEMS, a_day, grid_of

from harness.dashboard.pages.look import every_sign, every_standing, look_of, sign_looks
from harness.dashboard.pages.matrix import counted, shown, table_of, wall_tables
from harness.dashboard.pages.rendering import FILES, template_called
from harness.dashboard.pages.trend import drawing
from harness.dashboard.wall import Cell, Heading, Moment, Sign
from harness.domain.grade import Beside, Grade

EVERY = (*Grade, *Beside, None)


def test_every_standing_and_sign_has_letters_and_a_shape_of_its_own() -> None:
    looks = [*every_standing(), *every_sign()]
    shapes = [each.shape for each in looks]
    assert [each.code for each in every_standing()] == [look_of(each).code for each in EVERY]
    assert len(sign_looks(Sign)) == len(Sign)
    assert len(set(shapes)) == len(shapes)
    drawn = re.findall(r'<symbol id="form-([^"]+)"', template_called("former.html").render())
    assert sorted(drawn) == sorted(shapes)
    assert len({each.code for each in looks}) == len(looks)


@pytest.mark.parametrize(("sign", "kind", "word"), [(Sign.REHEARSAL, "prøve", "prøvekørsel"), (Sign.SENT, "sendt", "sendt")])
@pytest.mark.parametrize("standing", EVERY)
def test_what_nobody_saw_of_the_vendors_system_is_never_green(
    standing: Grade | Beside | None, sign: Sign, kind: str, word: str
) -> None:
    grid = grid_of("partnere", "Parter", SYSTEMS, SYSTEMS[:1])
    counts = {str(standing): 3} if standing else {}
    cell = Cell("novax", SYSTEMS[0].id, standing, counts, 3, frozenset({sign}))
    grid = replace(grid, cells={("novax", SYSTEMS[0].id): cell})
    one = shown(grid, SYSTEMS[4], SYSTEMS[0], CALLERS["monitor"], CAMPAIGN.id)
    assert kind in one.kind.split()
    assert not {"k-ok", "k-f4", "k-ir", "k-delvis"} & set(one.kind.split())
    assert one.signs[0].code == word
    assert word in one.spoken


@pytest.mark.parametrize(
    ("planned", "came", "kind", "word"),
    [(3, 3, "k-ok", ""), (3, 2, "k-delvis", "indtil nu"), (0, 0, "k-delvis", "indtil nu"), (0, 3, "k-delvis", "indtil nu")],
)
def test_nothing_is_green_before_all_that_was_planned_has_come(planned: int, came: int, kind: str, word: str) -> None:
    grid = grid_of("partnere", "Parter", SYSTEMS, SYSTEMS[:1])
    for grade in (Grade.OK, Grade.F4, Grade.IR, Grade.F3):
        cell = Cell("novax", SYSTEMS[0].id, grade, {str(grade): came}, planned)
        one = shown(replace(grid, cells={("novax", SYSTEMS[0].id): cell}), SYSTEMS[4], SYSTEMS[0], CALLERS[""], CAMPAIGN.id)
        complete = kind == "k-ok" or grade is Grade.F3
        assert (one.kind, one.look.word) == ((f"k-{grade.lower()}", look_of(grade).word) if complete else (kind, word))


def test_green_is_in_the_style_sheet_for_what_is_approved_only() -> None:
    rules = (FILES / "matrix.css").read_text("utf-8").splitlines()
    green = [line for line in rules if "--ok" in line]
    assert green == [".k-ok, .s-ok { background: var(--ok-paper); color: var(--ok); }"]


def test_the_public_sees_standings_and_signs_and_nothing_else() -> None:
    wall = a_day()
    for grid in wall.grids(CAMPAIGN.id):
        for row in grid.rows:
            for column in grid.columns:
                one = shown(grid, row, column, CALLERS[""], CAMPAIGN.id)
                assert (one.address, one.counts, one.blamed) == ("", "", "")


def test_no_system_is_hidden_however_the_grid_lies() -> None:
    for grid in a_day().grids(CAMPAIGN.id):

        def cell(row: Heading, column: Heading, grid=grid):  # type: ignore[no-untyped-def]
            return shown(grid, row, column, CALLERS[""], CAMPAIGN.id)

        everything = {(row.id, column.id) for row in grid.rows for column in grid.columns}
        for tables in ([table_of(grid, cell, grid.rows)], wall_tables(grid, cell)):
            names = [one.name.split("/") for table in tables for line in table.lines for one in line.cells]
            assert sorted(map(tuple, ((row, column) for _, row, column in names))) == sorted(everything)
            assert all(len(line.cells) == len(table.across) for table in tables for line in table.lines)
        assert all(len(table.lines) <= 6 and len(table.across) <= 6 for table in wall_tables(grid, cell))


def test_counts_are_told_worst_first_with_what_is_missing() -> None:
    assert counted({"OK": 12, "F3": 2, "afventer": 1, "F4": 0}, 16) == "2 F3 · 1 afventer · 12 OK · 1 mangler"
    assert counted({}, 0) == ""


def test_the_trend_is_drawn_and_told_in_numbers() -> None:
    wall = a_day()
    drawn = drawing(wall.moments)
    assert drawn is not None
    assert drawn.rows[0][1] == (0, 0, 0)
    last = wall.moments[-1].counts
    assert drawn.rows[-1] == (wall.moments[-1].at, (last["F3"], last["afventer"], last["OK"] + last["F4"]))
    assert drawn.most == max(sum(each.counts.values()) for each in wall.moments)
    heights = [float(each) for each in chain(*(re.findall(r"[\d.]+ ([\d.]+)", band.path) for band in drawn.bands))]
    assert (min(heights), max(heights)) == (0, 180)
    assert len(drawn.marks) <= 8
    assert drawing(wall.moments[:1]) is None
    many = [Moment(wall.moments[0].at.replace(microsecond=each), {"OK": each}) for each in range(1000)]
    thinned = drawing(many)
    assert thinned is not None
    assert (len(thinned.rows), thinned.rows[0][0], thinned.rows[-1][0]) == (120, many[0].at, many[-1].at)


@pytest.mark.parametrize("standing", EVERY)
def test_a_pair_that_was_sent_is_never_green(standing: Grade | Beside | None) -> None:
    """The cell is of both systems, and a run that one of them sent says nothing of the other."""
    grid = grid_of("par", "Hvem sender til hvem", SYSTEMS, SYSTEMS)
    counts = {str(standing): 3} if standing else {}
    for signs in (frozenset({Sign.SENT}), frozenset[Sign]()):
        cell = Cell("novax", "xmo", standing, counts, 3, signs)
        novax, xmo = (next(each for each in SYSTEMS if each.id == name) for name in ("novax", "xmo"))
        one = shown(replace(grid, cells={("novax", "xmo"): cell}), novax, xmo, CALLERS[""], CAMPAIGN.id)
        good = standing in (Grade.OK, Grade.F4, Grade.IR)
        assert one.look == look_of(Beside.AWAITING if good and signs else standing)
        assert ("sendt" in one.spoken) is bool(signs)
