"""The matrix as it is drawn: which way round a grid lies, what stands in each cell, and what the caller may see of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote

from harness.dashboard.pages.look import Look, look_of, sign_looks, so_far, standing_named
from harness.dashboard.wall import Cell, Grid, Heading, Sign
from harness.domain.access import Caller
from harness.domain.grade import Beside, Grade

PARTNERS: Final = "partnere"
CAPABILITIES: Final = "kapabiliteter"
PAIRS: Final = "par"
"""The grids' names on the seam."""
NOBODY: Final = "tom"
"""The kind of a cell where nobody meets: no system is its own partner."""
_MOST_ACROSS: Final = 8
"""Of more columns than this the systems stand across: their names are short, and there are few of them."""
_WALL_LINES: Final = 6
_WALL_ACROSS: Final = 6
"""What can be read at ten metres of a grid at a time."""
_APPROVED: Final = ("ok", "f4", "ir")


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell as it is drawn. `name` is its place (`partnere/novax/dnhf`); `address` where its details are, empty for whoever may
    not read them, and so are `counts` and `blamed`. `faint`: the filter is for others.
    """

    name: str
    spoken: str
    look: Look
    signs: tuple[Look, ...]
    kind: str
    address: str = ""
    counts: str = ""
    blamed: str = ""
    faint: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table: whose it is, and its cells."""

    heading: Heading
    cells: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A grid as it lies. `systems_across`: they are the columns. It is `part` of `parts`, where it does not fit on one screen."""

    grid: Grid
    across: tuple[Heading, ...]
    lines: tuple[Line, ...]
    systems_across: bool
    part: int = 1
    parts: int = 1


def path_of(*parts: str) -> str:
    """An address of ours: `path_of("system", "novax")`."""
    return "/" + "/".join(quote(each, safe="") for each in parts)


def name_of(grid: str, row: str, column: str) -> str:
    """What a cell is called between server and browser."""
    return "/".join(quote(each, safe="") for each in (grid, row, column))


def shown(grid: Grid, row: Heading, column: Heading, caller: Caller, campaign: str, *, faint: bool = False) -> Shown:
    """One cell, as `caller` may see it: the public sees the standing and the signs."""
    cell = grid.cells.get((row.id, column.id)) or Cell(row.id, column.id)
    if grid.id == PAIRS and row.id == column.id:
        return Shown(name_of(grid.id, row.id, column.id), "", look_of(None), (), NOBODY)
    look, signs = look_of(cell.standing), sign_looks(cell.signs)
    if grid.id == PAIRS and Sign.SENT in cell.signs and look.kind in _APPROVED:
        look = look_of(Beside.AWAITING)  # the cell is of both, and what one of them sent says nothing of the other
    if look.kind in _APPROVED and not 0 < cell.planned <= sum(cell.counts.values()):
        look = so_far(look)
    reads = caller.reads(row.id)
    return Shown(
        name=name_of(grid.id, row.id, column.id),
        spoken=", ".join([row.title, f"{column.title}: {look.code} {look.word}".strip(), *(each.code for each in signs)]),
        look=look,
        signs=signs,
        kind=" ".join(_kinds(cell, look)),
        address=path_of("kampagne", campaign, grid.id, row.id, column.id) if reads and cell.run else "",
        counts=counted(cell.counts, cell.planned) if reads else "",
        blamed=title_of(grid, cell.blamed) if reads else "",
        faint=faint,
    )


def supplier_of(row: Heading) -> str:
    """Whose the system of a row is: what its note says first. What else it says is for those who read the system."""
    return row.note.partition(" · ")[0]


def as_seen(row: Heading, caller: Caller) -> Heading:
    """The heading of a row, as `caller` may see it."""
    return row if caller.reads(row.id) else replace(row, note=supplier_of(row))


def title_of(grid: Grid, name: str) -> str:
    """What the row or column called `name` is called by people; `name` itself where it is neither."""
    return next((each.title for each in (*grid.rows, *grid.columns) if each.id == name), name)


def counted(counts: Mapping[str, int], planned: int) -> str:
    """`2 F3 · 14 OK · 3 mangler`: the worst first."""
    order = {look_of(each).code: number for number, each in enumerate(Grade)}
    told = sorted(((word, count) for word, count in counts.items() if count), key=lambda each: order.get(each[0], 3.5))
    missing = planned - sum(count for _, count in told)
    lines = [f"{count} {standing_named(word).code}" for word, count in told]
    return " · ".join([*lines, *([f"{missing} mangler"] if missing > 0 else [])])


def table_of(grid: Grid, cell: Callable[[Heading, Heading], Shown], rows: tuple[Heading, ...]) -> Table:
    """The grid as a page shows it, with these of its rows."""
    across = grid.id != PAIRS and len(grid.columns) > _MOST_ACROSS
    if across:
        lines = tuple(Line(each, tuple(cell(row, each) for row in rows)) for each in grid.columns)
        return Table(grid, rows, lines, True)
    lines = tuple(Line(each, tuple(cell(each, column) for column in grid.columns)) for each in rows)
    heads = tuple(replace(each, note="") for each in grid.columns) if grid.id == PAIRS else grid.columns
    return Table(grid, heads, lines, False)


def wall_tables(grid: Grid, cell: Callable[[Heading, Heading], Shown]) -> list[Table]:
    """The grid in parts that each fill a screen read at ten metres: systems across; in a grid of pairs who sends is a row."""
    down, side = (grid.rows, grid.columns) if grid.id == PAIRS else (grid.columns, grid.rows)
    cuts = [(lines, heads) for heads in _even(side, _WALL_ACROSS) for lines in _even(down, _WALL_LINES)]
    found = []
    for number, (lines, heads) in enumerate(cuts, 1):
        own = tuple(
            Line(line, tuple(cell(line, head) if grid.id == PAIRS else cell(head, line) for head in heads)) for line in lines
        )
        found.append(Table(grid, heads, own, grid.id != PAIRS, number, len(cuts)))
    return found


def _even(headings: Sequence[Heading], most: int) -> list[tuple[Heading, ...]]:
    """In as few parts as need be, as long as each other."""
    parts = max(1, -(-len(headings) // most))
    size = max(1, -(-len(headings) // parts))
    return [tuple(headings[start : start + size]) for start in range(0, max(1, len(headings)), size)]


def _kinds(cell: Cell, look: Look) -> list[str]:
    """The cell's classes. What is approved in a rehearsal, or in a run that was sent, has no colour: nobody here has seen the
    vendor's system pass, and it is not to look like that.
    """
    marks = [word for sign, word in ((Sign.REHEARSAL, "prøve"), (Sign.SENT, "sendt")) if sign in cell.signs]
    kinds = marks if marks and look.kind in (*_APPROVED, "delvis") else [f"k-{look.kind}", *marks]
    return [*kinds, *(["haster"] if Sign.CRITICAL in cell.signs else []), *(["gammel"] if Sign.OUTDATED in cell.signs else [])]
