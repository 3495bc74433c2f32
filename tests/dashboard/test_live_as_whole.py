"""However a log reaches the wall, the wall is the same: line by line, whole, or with a start in between."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from day_of_runs import ALONE, NINE, Kept, Moving, a_wall, attempt, finding, lines_of, read_all, started
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.dashboard.following.look import read_on
from harness.dashboard.standing.live import LiveWall
from harness.dashboard.standing.reading import Mark
from harness.domain.event import Event, Judged, Observed, RunEnded, RunResumed
from harness.domain.grade import Grade
from harness.record.log import LOG_NAME

SYSTEMS = ("novax", "xmo")
standings = st.sampled_from(["OK", "F2", "F4", "IR", "afventer", "kunne ikke testes", ""])
grades = st.sampled_from([Grade.F1, Grade.F3, Grade.F4])


@st.composite
def runs(draw: st.DrawFn) -> list[list[Event]]:
    """Some runs: whole or chosen, real or rehearsed, ended or cut off, with attempts that start over."""
    made: list[list[Event]] = []
    for number in range(draw(st.integers(1, 3))):
        chosen = draw(st.lists(st.sampled_from([*ALONE, "PAR-01"]), max_size=6))
        rehearsed = {"grundlag": "referencesystem", "driver": "reference"} if draw(st.booleans()) else {}
        first = started(
            system=draw(st.sampled_from(SYSTEMS)),
            run=f"r{number}",
            selection=draw(st.sampled_from(["", "id:DEL-01"])),
            phase=draw(st.sampled_from(["egentest", "connectathon"])),
            partner=draw(st.sampled_from(["", "", "ny"])),
            **rehearsed,
        )
        events: list[Event] = [first]
        for name in chosen:
            events += attempt(name, draw(standings), *draw(st.lists(st.builds(finding, grades), max_size=1)))
            events += draw(st.sampled_from([[], [Observed("Noget")], [Judged("brev", "x", (), {}, (finding(Grade.F1),))]]))
        events += draw(st.sampled_from([[], [RunEnded(1, 1.0)], [RunEnded(1, 1.0), Observed("Sent")], [RunResumed(())]]))
        made.append(events)
    return made


def shown(wall: LiveWall) -> object:
    """Everything a page can ask of the wall, but for ids of changes."""
    runs = {each.id: wall.runs("dagen", each.id) for each in wall.grids("dagen")[0].rows}
    return wall.grids("dagen"), wall.progress("dagen"), wall.trend("dagen"), runs


def place(reports: Path, number: int, events: Sequence[Event]) -> tuple[str, Path, list[bytes]]:
    """A run's name, its folder, and the lines that are to be written there."""
    first = events[0]
    name = f"dagen/{first.system}/{first.run}"  # type: ignore[union-attr]
    folder = reports.joinpath(*name.split("/"))
    folder.mkdir(parents=True)
    return name, folder, lines_of(events, NINE + timedelta(minutes=number))


@settings(max_examples=40, deadline=None)
@given(made=runs(), data=st.data())
def test_line_by_line_with_starts_in_between_is_the_same_wall_as_all_at_once(
    made: list[list[Event]], data: st.DataObject
) -> None:
    with TemporaryDirectory() as folder:
        reports = Path(folder)
        places = [place(reports, number, events) for number, events in enumerate(made)]
        kept, clock = Kept(), Moving()
        wall = a_wall(reports, kept, clock)
        marks = {name: Mark() for name, _, _ in places}
        ids = [wall.newest]
        left = {name: list(lines) for name, _, lines in places}
        while any(left.values()):
            name, run_folder, _ = data.draw(st.sampled_from([each for each in places if left[each[0]]]))
            some = data.draw(st.integers(1, 4))
            with (run_folder / LOG_NAME).open("ab") as log:
                log.write(b"".join(left[name][:some]))
            left[name] = left[name][some:]
            if not wall.holds(name):
                marks[name] = Mark()
            for read in read_on(run_folder, name, marks[name]):
                marks[name] = read.mark
                wall.take(read)
            assert wall.newest >= ids[-1]
            ids.append(wall.newest)
            if data.draw(st.booleans()) and data.draw(st.booleans()):
                clock.now += timedelta(seconds=1)
                wall = a_wall(reports, kept, clock)
                assert wall.newest > ids[-1]
        whole = a_wall(reports, clock=clock)
        read_all(whole, reports, *marks)
        read_all(wall, reports, *(name for name in marks if not wall.holds(name)))
        assert shown(wall) == shown(whole)
        assert {name: known.tried for name, known in kept.runs.items()} == {
            name: known.tried for name in whole.names if (known := whole.known(name)) is not None
        }
        after_start = a_wall(reports, kept, clock)
        read_all(after_start, reports, *(name for name, mark in marks.items() if kept.runs[name].mark != mark))
        assert shown(after_start) == shown(whole)


@settings(max_examples=30, deadline=None)
@given(made=runs())
def test_every_change_of_a_cell_is_told(made: list[list[Event]]) -> None:
    with TemporaryDirectory() as folder:
        reports = Path(folder)
        wall = a_wall(reports)
        for number, events in enumerate(made):
            name, run_folder, lines = place(reports, number, events)
            mark = Mark()
            for line in lines:
                before, since = cells(wall), wall.newest
                with (run_folder / LOG_NAME).open("ab") as log:
                    log.write(line)
                for read in read_on(run_folder, name, mark if wall.holds(name) else Mark()):
                    mark = read.mark
                    wall.take(read)
                after, told = cells(wall), wall.since(since)
                assert told is not None
                differ = {key for key in {*before, *after} if before.get(key) != after.get(key)}
                assert {(each.grid, each.row, each.column) for each in told} == differ


def cells(wall: LiveWall) -> dict[tuple[str, str, str], object]:
    """Every cell of the wall."""
    return {(grid.id, *where): cell for grid in wall.grids("dagen") for where, cell in grid.cells.items()}


def test_a_line_is_taken_in_when_it_is_whole(tmp_path: Path) -> None:
    name, folder, lines = place(tmp_path, 0, [started(), *attempt("DEL-01")])
    (folder / LOG_NAME).write_bytes(b"".join(lines[:2]) + lines[2][:-5])
    reads = list(read_on(folder, name, Mark()))
    assert [len(each.entries) for each in reads] == [2]
    assert reads[0].mark == Mark(len(lines[0] + lines[1]), 2, hashlib.sha256(lines[1]).hexdigest(), len(lines[1]))
    (folder / LOG_NAME).write_bytes(b"".join(lines))
    assert [each.seq for read in read_on(folder, name, reads[0].mark) for each in read.entries] == [2]
