"""The wall and the results of the day never disagree: the same runs, the same attempt at each scenario, and the same standing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from day_of_runs import ALL_OK, ALONE, NINE, Moving, a_wall, attempt, cell, finding, ground, read_all, started, whole, write
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.dashboard.standing.choice import shown
from harness.dashboard.standing.row import Seen, parts_of
from harness.dashboard.standing.summary import summarise, worst_of
from harness.domain.event import Event, Judged, RunEnded, ScenarioEnded
from harness.domain.grade import Beside, Grade, Standing
from harness.record.result import Result, read_result
from harness.reporting.day.runs import DayRun
from harness.reporting.day.together import Together, together

STANDINGS = ("OK", "F2", "F4", "IR", "afventer", "attesteret", "kunne ikke testes", "ikke kontrolleret", "afbrudt", "")
LATER = NINE + timedelta(hours=1)


@st.composite
def tries(draw: st.DrawFn) -> list[Event]:
    """An attempt, with what a message showed in it. What breaks a scenario worse than F4 ends it with that grade."""
    name, standing = draw(st.sampled_from(ALONE)), draw(st.sampled_from(STANDINGS))
    worse = Grade(standing) if standing in ("F2",) else draw(st.sampled_from([Grade.F1, Grade.F3, Grade.F4]))
    shows = standing == "F2" or (standing in ("afbrudt", "") and draw(st.booleans()))
    begun, *ended = attempt(name, standing)
    return [begun, *([Judged("planen", "x1", (), {}, (finding(worse),))] if shows else []), *ended]


@st.composite
def days(draw: st.DrawFn) -> list[list[Event]]:
    """A system's runs on one day: whole or chosen, ended or not."""
    made: list[list[Event]] = []
    for number in range(draw(st.integers(1, 4))):
        tried = [event for each in draw(st.lists(tries(), max_size=5)) for event in each]
        begins = started(run=f"r{number}", selection=draw(st.sampled_from(["", "id:DEL-01", "id:HEN-01"])))
        made.append([begins, *tried, *draw(st.sampled_from([[], [RunEnded(1, 1.0)]]))])
    return made


def results(reports: Path, names: list[str]) -> dict[str, Result]:
    """What each run has come to."""
    return {name: read_result(reports.joinpath(*name.split("/"))) for name in names}


def on_the_wall(found: dict[str, Result]) -> dict[str, tuple[str, Standing]]:
    """By scenario: the run that the wall shows it by, and how it stands there, once nothing runs any more."""
    seen = {}
    for name, result in found.items():
        known = summarise(name, result)
        assert known is not None
        seen[name] = Seen(*known, running=False, outdated=False)
    counted = [seen[each.name] for each in shown(each.run for each in seen.values())]
    return {
        part.scenario: (part.seen.run.name, part.standing)
        for part in parts_of(ground(), ground().campaigns[0], counted)
        if part.seen is not None and part.tried is not None and part.standing is not None
    }


def in_the_results(found: dict[str, Result]) -> Together:
    """The same runs as the results of the day have them."""
    day = together([DayRun(name, result) for name, result in found.items()], "dagen", ALONE)
    assert day is not None
    return day


@settings(max_examples=150, deadline=None)
@given(made=days())
def test_the_wall_and_the_results_of_the_day_have_the_same_attempt(made: list[list[Event]]) -> None:
    with TemporaryDirectory() as folder:
        reports = Path(folder)
        names = [write(reports, events, NINE + timedelta(hours=number)) for number, events in enumerate(made)]
        found = results(reports, names)
        wall, day = on_the_wall(found), in_the_results(found)
        assert wall.keys() == day.counted.keys()
        for scenario, counts in day.counted.items():
            tried = day.attempts[scenario]
            rests_on = worst_of(counts.run.result.weighed([counts.state]))
            lost = [each for each in tried if not each.decided and each is not counts]
            showed = [each.grade for one in lost for each in one.state.on_messages if each.grade and not each.grade.approved]
            run, standing = wall[scenario]
            assert standing == worst_of([*([rests_on] if rests_on else []), *showed])
            if not showed:
                assert run == counts.run.name


@pytest.mark.parametrize("nothing", ["kunne ikke testes", "ikke kontrolleret", "afbrudt"])
@pytest.mark.parametrize("before", ["OK", "F3"])
def test_what_came_to_nothing_covers_no_verdict(tmp_path: Path, before: str, nothing: str) -> None:
    first = write(tmp_path, whole({**ALL_OK, "DEL-01": before}))
    again = whole({"DEL-01": nothing}, run="r2", selection="id:DEL-01", planned=("DEL-01",))
    second = write(tmp_path, again, LATER)
    wall = a_wall(tmp_path)
    read_all(wall, tmp_path, first, second)
    assert cell(wall, "kapabiliteter", "novax", "deling").standing is Grade(before)
    day = in_the_results(results(tmp_path, [first, second]))
    assert (day.counted["DEL-01"].run.name, str(day.counted["DEL-01"].standing)) == (first, before)


def test_what_a_message_showed_before_an_attempt_was_cut_off_is_seen(tmp_path: Path) -> None:
    first = write(tmp_path, whole(ALL_OK))
    begun, ended = attempt("DEL-01", "afbrudt")
    assert isinstance(ended, ScenarioEnded)
    showed = Judged("planen", "x1", (), {}, (finding(Grade.F2),))
    chosen = {"run": "r2", "selection": "id:DEL-01", "planned": ("DEL-01",)}
    second = write(tmp_path, [started(**chosen), begun, showed, ended, RunEnded(1, 1.0)], LATER)
    wall = a_wall(tmp_path)
    read_all(wall, tmp_path, first, second)
    deling = cell(wall, "kapabiliteter", "novax", "deling")
    assert (deling.standing, deling.run) == (Grade.F2, second)
    day = in_the_results(results(tmp_path, [first, second]))
    assert (day.counted["DEL-01"].standing, [each.grade for each in day.result.state.outside]) == (Grade.OK, [Grade.F2])


def test_while_it_is_tried_again_the_wall_says_so(tmp_path: Path) -> None:
    first = write(tmp_path, whole({**ALL_OK, "DEL-01": "F3"}))
    chosen = {"run": "r2", "selection": "id:DEL-01", "planned": ("DEL-01",)}
    second = write(tmp_path, [started(**chosen), *attempt("DEL-01", "")], LATER)
    running, over = (a_wall(tmp_path, clock=Moving(LATER + timedelta(hours=after))) for after in (0, 1))
    for wall in (running, over):
        read_all(wall, tmp_path, first, second)
    assert cell(running, "kapabiliteter", "novax", "deling").standing is None
    assert cell(over, "kapabiliteter", "novax", "deling").standing is Grade.F3
    assert Beside.INTERRUPTED.value not in cell(over, "kapabiliteter", "novax", "deling").counts
