"""What the wall's cells come to: which run counts for a scenario, and how several make a cell."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from day_of_runs import ALL_OK, ALONE, CAMPAIGN, NINE, Moving, a_wall, attempt, cell, finding, read_all, started, whole, write

from harness.dashboard.standing.ground import title_of
from harness.dashboard.standing.progress import progress_of
from harness.dashboard.standing.summary import QUIET, GateSummary, RunSummary
from harness.dashboard.wall import Progress, Sign
from harness.domain.errors import BadInput
from harness.domain.event import Judged, MeasuredAgainst, RunEnded
from harness.domain.grade import Beside, Grade
from harness.domain.review import Claimed, Escalated, Paused, Reconfirmed, Resumed, Submitted
from harness.domain.verdict import Verdict

LATER = NINE + timedelta(hours=1)


def test_every_system_has_its_row_before_anything_has_run(tmp_path: Path) -> None:
    wall = a_wall(tmp_path)
    assert [each.id for each in wall.grids("dagen")] == ["partnere", "kapabiliteter", "par"]
    for grid in wall.grids("dagen"):
        assert [each.id for each in grid.rows] == ["novax", "xmo"]
    deling = cell(wall, "kapabiliteter", "novax", "deling")
    assert (deling.standing, deling.planned, deling.counts, deling.run) == (None, 2, {}, "")
    assert [(each.phase, each.passed, each.lacks) for each in wall.progress("dagen") if each.system == "xmo"] == [
        ("egentest", False, ("Der er ingen kørsel i fasen endnu.",)),
        ("connectathon", False, ("Der er ingen kørsel i fasen endnu.",)),
    ]
    assert wall.grids("ukendt") == wall.progress("ukendt") == wall.trend("ukendt") == ()
    assert wall.result("dagen/novax/r1") is None
    assert wall.result("../../etc") is None


def test_a_capability_of_two_has_its_own_grid_and_no_column(tmp_path: Path) -> None:
    by_id = {each.id: each for each in a_wall(tmp_path).grids("dagen")}
    assert [each.id for each in by_id["kapabiliteter"].columns] == ["deling", "henvisning"]
    assert set(by_id["par"].cells) == {("novax", "xmo"), ("xmo", "novax")}


def test_what_a_scenario_comes_to_stands_with_its_capability_and_with_its_party(tmp_path: Path) -> None:
    name = write(tmp_path, whole({**ALL_OK, "HEN-01": "F2"}))
    wall = a_wall(tmp_path)
    read_all(wall, tmp_path, name)
    assert cell(wall, "kapabiliteter", "novax", "henvisning").standing is Grade.F2
    assert cell(wall, "kapabiliteter", "novax", "henvisning").counts == {"F2": 1, "OK": 1}
    assert cell(wall, "partnere", "novax", "kommune").standing is Grade.F2
    assert cell(wall, "partnere", "novax", "flp").standing is Grade.OK
    assert cell(wall, "partnere", "novax", "flp").run == name
    assert cell(wall, "kapabiliteter", "xmo", "henvisning").standing is None


@pytest.mark.parametrize(
    ("standings", "worst"),
    [
        (("OK", "F3"), Grade.F3),
        (("F1", "kunne ikke testes"), Grade.F1),
        (("kunne ikke testes", "OK"), Beside.UNTESTABLE),
        (("afventer", "F4"), Beside.AWAITING),
        (("attesteret", "OK"), Beside.ATTESTED),
        (("F4", "OK"), Grade.F4),
        (("IR", "OK"), Grade.OK),
        (("IR", "IR"), Grade.IR),
    ],
)
def test_a_cell_is_the_worst_of_its_scenarios(tmp_path: Path, standings: tuple[str, str], worst: object) -> None:
    name = write(tmp_path, whole({**ALL_OK, **dict(zip(("HEN-01", "HEN-02"), standings, strict=True))}))
    wall = a_wall(tmp_path)
    read_all(wall, tmp_path, name)
    assert cell(wall, "kapabiliteter", "novax", "henvisning").standing is worst


def test_nothing_is_good_before_all_of_it_is_and_what_is_bad_is_so_at_once(tmp_path: Path) -> None:
    name = write(tmp_path, [started(), *attempt("DEL-01"), *attempt("HEN-01", "", finding(Grade.F3))])
    wall = a_wall(tmp_path)
    read_all(wall, tmp_path, name)
    deling, henvisning = (cell(wall, "kapabiliteter", "novax", each) for each in ("deling", "henvisning"))
    assert (deling.standing, deling.counts, deling.planned, deling.signs) == (None, {"OK": 1}, 2, {Sign.RUNNING})
    assert (henvisning.standing, henvisning.signs) == (Grade.F3, {Sign.RUNNING})


def test_what_was_planned_and_never_begun_is_cut_off_once_the_run_is_over_or_silent(tmp_path: Path) -> None:
    clock = Moving()
    name = write(tmp_path, [started(), *attempt("DEL-01"), *attempt("HEN-01", "")])
    wall = a_wall(tmp_path, clock=clock)
    read_all(wall, tmp_path, name)
    newest = wall.newest
    clock.now += QUIET
    asyncio.run(wall.refresh())
    for column in ("deling", "henvisning"):
        assert cell(wall, "kapabiliteter", "novax", column).standing is Beside.INTERRUPTED
        assert cell(wall, "kapabiliteter", "novax", column).signs == set()
    changed = wall.since(newest)
    assert changed is not None
    assert {("kapabiliteter", "novax", "deling"), ("partnere", "novax", "kommune")} <= {
        (each.grid, each.row, each.column) for each in changed
    }


def test_a_run_that_ended_without_a_scenario_it_planned_counts_it(tmp_path: Path) -> None:
    name = write(tmp_path, whole({"DEL-01": "OK", "HEN-01": "OK", "HEN-02": "OK"}))
    wall = a_wall(tmp_path)
    read_all(wall, tmp_path, name)
    deling = cell(wall, "kapabiliteter", "novax", "deling")
    assert (deling.standing, deling.counts) == (Beside.INTERRUPTED, {"OK": 1, "afbrudt": 1})
    assert wall.runs("dagen", "novax")[0].counts == {"OK": 3, "afbrudt": 1}


def test_a_rehearsal_bears_its_sign_and_never_covers_the_vendors_own_run(tmp_path: Path) -> None:
    own = write(tmp_path, whole({**ALL_OK, "DEL-01": "F3"}))
    ours = {"grundlag": "referencesystem", "driver": "reference"}
    rehearsals = [
        write(tmp_path, whole(ALL_OK, run="r2", **ours), LATER),
        write(tmp_path, whole(ALL_OK, system="xmo", **ours), LATER),
    ]
    wall = a_wall(tmp_path)
    read_all(wall, tmp_path, own, *rehearsals)
    assert cell(wall, "kapabiliteter", "novax", "deling").standing is Grade.F3
    assert cell(wall, "kapabiliteter", "novax", "deling").signs == set()
    assert cell(wall, "kapabiliteter", "xmo", "deling").signs == {Sign.REHEARSAL}
    assert [(each.system, each.rehearsal) for each in wall.progress("dagen") if each.phase == "connectathon"] == [
        ("novax", False),
        ("xmo", True),
    ]


def test_a_recording_never_covers_a_run_of_the_system(tmp_path: Path) -> None:
    names = [
        write(tmp_path, whole({**ALL_OK, "DEL-01": "F3"})),
        write(tmp_path, whole(ALL_OK, run="r2", driver="replay"), LATER),
    ]
    wall = a_wall(tmp_path)
    read_all(wall, tmp_path, *names)
    assert cell(wall, "kapabiliteter", "novax", "deling").run == names[0]


def test_the_furthest_phase_counts_and_an_egentest_later_on_does_not_cover_it(tmp_path: Path) -> None:
    names = [
        write(tmp_path, whole({**ALL_OK, "DEL-01": "F3"})),
        write(tmp_path, whole(ALL_OK, run="r2", phase="egentest"), LATER),
    ]
    wall = a_wall(tmp_path)
    read_all(wall, tmp_path, *names)
    assert cell(wall, "kapabiliteter", "novax", "deling").standing is Grade.F3
    assert [each.name for each in wall.runs("dagen", "novax")] == [names[1], names[0]]


def test_scenarios_tried_again_lie_over_the_whole_run(tmp_path: Path) -> None:
    first = write(tmp_path, whole({**ALL_OK, "DEL-01": "F3", "HEN-01": "F3"}))
    again = whole({"DEL-01": "OK"}, run="r2", selection="id:DEL-01", planned=("DEL-01",))
    second = write(tmp_path, again, LATER)
    wall = a_wall(tmp_path)
    read_all(wall, tmp_path, second, first)  # in whatever order they are read
    assert cell(wall, "kapabiliteter", "novax", "deling").standing is Grade.OK
    assert cell(wall, "kapabiliteter", "novax", "deling").run == second
    assert cell(wall, "kapabiliteter", "novax", "henvisning").standing is Grade.F3


def test_a_whole_run_covers_what_was_chosen_before_it(tmp_path: Path) -> None:
    names = [
        write(tmp_path, whole({"DEL-01": "OK"}, run="r0", selection="id:DEL-01", planned=("DEL-01",))),
        write(tmp_path, whole({**ALL_OK, "DEL-01": "F2"}), LATER),
    ]
    wall = a_wall(tmp_path)
    read_all(wall, tmp_path, *names)
    assert cell(wall, "kapabiliteter", "novax", "deling").standing is Grade.F2


def test_one_good_scenario_of_many_makes_no_good_cell(tmp_path: Path) -> None:
    name = write(tmp_path, whole({"DEL-01": "OK"}, selection="id:DEL-01", planned=("DEL-01",)))
    wall = a_wall(tmp_path)
    read_all(wall, tmp_path, name)
    deling = cell(wall, "kapabiliteter", "novax", "deling")
    assert (deling.standing, deling.counts, deling.planned) == (None, {"OK": 1}, 2)


def test_a_run_of_an_older_suite_says_so_until_it_is_reconfirmed(tmp_path: Path) -> None:
    now = {"features": "2e" * 32}
    wall = a_wall(tmp_path, suite=now)
    read_all(wall, tmp_path, write(tmp_path, whole(ALL_OK)))
    assert cell(wall, "kapabiliteter", "novax", "deling").signs == {Sign.OUTDATED}
    assert wall.runs("dagen", "novax")[0].outdated


def test_a_reconfirmed_run_is_not_outdated(tmp_path: Path) -> None:
    now = {"features": "2e" * 32}
    wall = a_wall(tmp_path, suite=now)
    read_all(wall, tmp_path, write(tmp_path, whole(ALL_OK), acts=[Reconfirmed(now, "Kun en titel")]))
    assert cell(wall, "kapabiliteter", "novax", "deling").signs == set()


def test_a_suite_that_is_changed_while_the_wall_is_up_makes_a_run_outdated(tmp_path: Path) -> None:
    suite = dict(started().fingerprint)
    wall = a_wall(tmp_path, suite=suite)
    read_all(wall, tmp_path, write(tmp_path, whole(ALL_OK)))
    assert cell(wall, "kapabiliteter", "novax", "deling").signs == set()
    suite["features"] = "2e" * 32
    asyncio.run(wall.refresh())
    assert cell(wall, "kapabiliteter", "novax", "deling").signs == {Sign.OUTDATED}


@pytest.mark.parametrize(
    ("acts", "signs"),
    [
        ([Submitted(ALONE), Claimed(), Paused("Frokost")], {Sign.PAUSED}),
        ([Submitted(ALONE), Claimed(), Escalated("Planer går tabt")], {Sign.CRITICAL}),
        ([Submitted(ALONE), Claimed(), Escalated("Planer går tabt"), Resumed()], set()),
    ],
)
def test_a_review_that_is_paused_or_critical_is_seen_in_the_cells(tmp_path: Path, acts: list[Paused], signs: set[Sign]) -> None:
    wall = a_wall(tmp_path)
    read_all(wall, tmp_path, write(tmp_path, whole(ALL_OK), acts=acts))
    assert cell(wall, "kapabiliteter", "novax", "deling").signs == signs


def test_the_sender_and_the_receiver_of_a_run_of_two_are_told_apart(tmp_path: Path) -> None:
    two = {"planned": ("PAR-01",), "partner": "xmo"}
    of_partner = [started(**two), *attempt("PAR-01", "kunne ikke testes", finding(Grade.F2, "xmo")), RunEnded(1, 1.0)]
    own = [
        started(system="xmo", planned=("PAR-01",), partner="novax"),
        *attempt("PAR-01", "F3", finding(Grade.F3)),
        RunEnded(1, 1.0),
    ]
    wall = a_wall(tmp_path)
    read_all(wall, tmp_path, write(tmp_path, of_partner), write(tmp_path, own))
    assert (cell(wall, "par", "novax", "xmo").standing, cell(wall, "par", "novax", "xmo").blamed) == (Grade.F2, "xmo")
    assert (cell(wall, "par", "xmo", "novax").standing, cell(wall, "par", "xmo", "novax").blamed) == (Grade.F3, "")
    assert cell(wall, "kapabiliteter", "novax", "deling").standing is None
    assert {each.name for each in wall.runs("dagen", "xmo")} == {"dagen/novax/r1", "dagen/xmo/r1"}


def test_a_run_that_was_sent_bears_its_sign(tmp_path: Path) -> None:
    wall = a_wall(tmp_path)
    read_all(wall, tmp_path, write(tmp_path, whole(ALL_OK)), source="Novax i hallen")
    assert cell(wall, "kapabiliteter", "novax", "deling").signs == {Sign.SENT}
    assert [each.sent for each in wall.runs("dagen", "novax")] == [True]


def test_what_one_supplier_sends_says_nothing_of_the_others_system(tmp_path: Path) -> None:
    two = {"planned": ("PAR-01",), "partner": "xmo"}
    broken = [started(**two), *attempt("PAR-01", "OK", finding(Grade.F1, "xmo")), RunEnded(1, 1.0)]
    wall = a_wall(tmp_path)
    read_all(wall, tmp_path, write(tmp_path, broken), source="Novax i hallen")
    there = cell(wall, "par", "novax", "xmo")
    assert (there.standing, there.blamed, there.signs) == (Grade.OK, "", {Sign.SENT})


@pytest.mark.parametrize("last", [False, True])
def test_what_was_sent_covers_nothing_that_was_seen_of_two(tmp_path: Path, *, last: bool) -> None:
    two = {"planned": ("PAR-01",), "partner": "xmo"}
    seen = [started(**two), *attempt("PAR-01", "kunne ikke testes", finding(Grade.F2, "xmo")), RunEnded(1, 1.0)]
    sent = [started(run="r2", **two), *attempt("PAR-01", "OK"), RunEnded(1, 1.0)]
    wall = a_wall(tmp_path)
    own, other = write(tmp_path, seen), write(tmp_path, sent, LATER if last else NINE - timedelta(hours=1))
    read_all(wall, tmp_path, own)
    read_all(wall, tmp_path, other, source="Novax i hallen")
    there = cell(wall, "par", "novax", "xmo")
    assert (there.standing, there.blamed, there.run, there.signs) == (Grade.F2, "xmo", own, set())


def test_what_the_partner_has_broken_is_seen_before_the_scenario_ends(tmp_path: Path) -> None:
    events = [started(planned=("PAR-01",), partner="xmo"), *attempt("PAR-01", "", finding(Grade.F2, "xmo"))]
    wall = a_wall(tmp_path)
    read_all(wall, tmp_path, write(tmp_path, events))
    assert (cell(wall, "par", "novax", "xmo").standing, cell(wall, "par", "novax", "xmo").signs) == (Grade.F2, {Sign.RUNNING})


def test_a_finding_outside_the_scenarios_is_told_in_the_row(tmp_path: Path) -> None:
    events = whole(ALL_OK)
    events.insert(-1, Judged("et brev", "x1", (), {}, (finding(Grade.F1),)))
    wall = a_wall(tmp_path)
    read_all(wall, tmp_path, write(tmp_path, events))
    assert wall.grids("dagen")[0].rows[0].note == "Novax A/S · 1 fund uden for scenarierne"
    assert wall.runs("dagen", "novax")[0].verdict is Verdict.NOT_APPROVED


def test_what_lies_in_no_folder_of_the_campaign_gets_a_column(tmp_path: Path) -> None:
    wall = a_wall(tmp_path)
    read_all(wall, tmp_path, write(tmp_path, whole({**ALL_OK, "NY-01": "F2"}, planned=(*ALONE, "NY-01", "NY-02"))))
    assert [each.id for each in wall.grids("dagen")[1].columns] == ["deling", "henvisning", "øvrige"]
    assert cell(wall, "kapabiliteter", "novax", "øvrige").counts == {"F2": 1, "afbrudt": 1}


def test_a_system_nobody_expected_gets_a_row_of_its_own(tmp_path: Path) -> None:
    wall = a_wall(tmp_path)
    newest = wall.newest
    read_all(wall, tmp_path, write(tmp_path, whole(ALL_OK, system="ny")))
    assert [each.title for each in wall.grids("dagen")[0].rows] == ["Novax", "XMO", "Ny"]
    assert wall.since(newest)


def test_the_trend_is_where_each_scenario_stood_as_the_day_went(tmp_path: Path) -> None:
    yesterday = write(tmp_path, whole({**ALL_OK, "DEL-01": "F1"}, run="r0"), NINE - timedelta(days=1))
    first = write(tmp_path, whole({**ALL_OK, "DEL-01": "F2"}))
    again = write(tmp_path, whole({"DEL-01": "OK"}, run="r2", selection="id:DEL-01", planned=("DEL-01",)), LATER)
    wall = a_wall(tmp_path)
    read_all(wall, tmp_path, yesterday, first, again)
    assert [dict(each.counts) for each in wall.trend("dagen")] == [{"F2": 1, "OK": 3}, {"OK": 4}]


def test_a_log_that_no_run_can_have_written_is_not_shown(tmp_path: Path) -> None:
    wall = a_wall(tmp_path)
    with pytest.raises(BadInput, match="som ingen kørsel skriver"):
        read_all(wall, tmp_path, write(tmp_path, [started(phase="fest"), *attempt("DEL-01")]))
    assert wall.runs("dagen", "novax") == ()


def test_a_result_does_not_change_under_the_one_who_reads_it(tmp_path: Path) -> None:
    events = [started(), *attempt("DEL-01"), *attempt("HEN-01", "")]
    name = write(tmp_path, events)
    wall = a_wall(tmp_path)
    read_all(wall, tmp_path, name)
    before = wall.result(name)
    assert before is not None
    write(tmp_path, [*events, Judged("planen", "", (), {}, (finding(Grade.F1),)), *attempt("HEN-02")])
    read_all(wall, tmp_path, name)
    after = wall.result(name)
    assert after is not None
    assert (list(before.state.scenarios), before.state.findings) == (["DEL-01", "HEN-01"], [])
    assert (list(after.state.scenarios), len(after.state.findings)) == (["DEL-01", "HEN-01", "HEN-02"], 1)


def test_an_older_run_is_read_from_its_folder(tmp_path: Path) -> None:
    old, new = write(tmp_path, whole({**ALL_OK, "DEL-01": "F2"})), write(tmp_path, whole(ALL_OK, run="r2"), LATER)
    wall = a_wall(tmp_path, clock=Moving(LATER + timedelta(days=1)))
    read_all(wall, tmp_path, new, old)
    assert (wall.holds(new), wall.holds(old)) == (True, False)
    result = wall.result(old)
    assert result is not None
    assert result.state.scenarios["DEL-01"].standing is Grade.F2


def test_a_run_that_is_gone_is_gone_from_the_wall(tmp_path: Path) -> None:
    name = write(tmp_path, whole(ALL_OK))
    wall = a_wall(tmp_path)
    read_all(wall, tmp_path, name)
    wall.forget(name)
    assert cell(wall, "kapabiliteter", "novax", "deling").standing is None
    assert wall.runs("dagen", "novax") == ()


def test_readers_hear_of_a_change_and_can_ask_what_they_missed(tmp_path: Path) -> None:
    wall = a_wall(tmp_path)
    before = wall.newest

    async def hear() -> int:
        waiting = asyncio.create_task(wall.changed(before))
        await asyncio.sleep(0)
        read_all(wall, tmp_path, write(tmp_path, whole(ALL_OK)))
        return await asyncio.wait_for(waiting, 5)

    assert asyncio.run(hear()) == wall.newest > before
    missed = wall.since(before)
    assert missed is not None
    assert [each.id for each in missed] == list(range(before + 1, wall.newest + 1))
    assert wall.since(wall.newest) == ()
    assert wall.since(wall.newest + 1) is None
    assert wall.since(before - 1) is None


def test_titles_of_capabilities() -> None:
    assert [title_of(each) for each in ("epj-obligatoriske", "forloebsplan", "laboratorie-trin-1")] == [
        "EPJ obligatoriske",
        "Forløbsplan",
        "Laboratorie trin 1",
    ]


def test_what_is_laid_on_the_partner_outside_the_scenarios_is_told_in_its_row(tmp_path: Path) -> None:
    two = {"planned": ("PAR-01",), "partner": "xmo"}
    outside = Judged("et brev", "x1", (), {}, (finding(Grade.F1, "xmo"),))
    events = [started(**two), *attempt("PAR-01"), outside, RunEnded(1, 1.0)]
    for source, note in (("her", "CGM · 1 fund uden for scenarierne"), ("Novax i hallen", "CGM")):
        wall = a_wall(tmp_path)
        read_all(wall, tmp_path, write(tmp_path, events), source=source)
        assert [each.note for each in wall.grids("dagen")[0].rows] == ["Novax A/S", note]


@pytest.mark.parametrize("hours", [-1, 1])
def test_what_was_sent_covers_nothing_that_was_seen(tmp_path: Path, hours: int) -> None:
    chosen = [
        started(run="r1", selection="id:HEN-01", planned=("HEN-01",)),
        MeasuredAgainst((CAMPAIGN,)),
        *attempt("HEN-01", "F1", finding(Grade.F1)),
        RunEnded(1, 1.0),
    ]
    wall = a_wall(tmp_path)
    own = write(tmp_path, chosen)
    sent = write(tmp_path, whole(ALL_OK, run="r2"), NINE + timedelta(hours=hours))
    read_all(wall, tmp_path, own)
    read_all(wall, tmp_path, sent, source="Novax i hallen")
    seen, other = cell(wall, "kapabiliteter", "novax", "henvisning"), cell(wall, "kapabiliteter", "novax", "deling")
    assert (seen.standing, seen.run) == (Grade.F1, own)
    assert (other.standing, other.signs) == (Grade.OK, {Sign.SENT}), "where the hall has nothing it counts, with its sign"
    assert wall.trend("dagen")[-1].counts == {"F1": 1, "OK": 3}


@pytest.mark.parametrize("own", [(), ("HEN-01",)])
def test_what_was_sent_does_not_say_what_is_to_be_tried(tmp_path: Path, own: tuple[str, ...]) -> None:
    """A log that calls itself whole, of another suite or made up, makes no cell smaller than what the campaign asks for."""
    wall = a_wall(tmp_path)
    for name in own:
        chosen = started(run="r1", selection=f"id:{name}", planned=(name,))
        read_all(wall, tmp_path, write(tmp_path, [chosen, MeasuredAgainst((CAMPAIGN,)), *attempt(name), RunEnded(1, 1.0)]))
    sent = write(tmp_path, whole({"DEL-01": "OK"}, run="r2", planned=("DEL-01",)))
    read_all(wall, tmp_path, sent, source="Novax i hallen")
    there = cell(wall, "kapabiliteter", "novax", "deling")
    assert (there.planned, there.counts, there.standing) == (2, {"OK": 1}, None)
    assert cell(wall, "kapabiliteter", "novax", "henvisning").planned == 2


def test_a_whole_run_of_the_hall_and_its_phase_are_covered_by_nothing_sent(tmp_path: Path) -> None:
    wall = a_wall(tmp_path)
    own = write(tmp_path, whole({**ALL_OK, "HEN-01": "F1"}))
    sent = [
        write(tmp_path, whole(ALL_OK, run="r2"), NINE + timedelta(hours=1)),
        write(tmp_path, whole(ALL_OK, run="r3", phase="certificering"), NINE + timedelta(hours=2)),
    ]
    read_all(wall, tmp_path, own)
    read_all(wall, tmp_path, *sent, source="Novax i hallen")
    there = cell(wall, "kapabiliteter", "novax", "henvisning")
    assert (there.standing, there.run, there.signs) == (Grade.F1, own, set())


def test_a_run_that_was_sent_passes_no_gate(tmp_path: Path) -> None:
    wall = a_wall(tmp_path)
    read_all(wall, tmp_path, write(tmp_path, whole(ALL_OK)))
    known = wall.known("dagen/novax/r1")
    assert known is not None
    passed = replace(known.run, gates=(GateSummary("dagen", Verdict.APPROVED, True, ()),))

    def way(*runs: RunSummary) -> Progress:
        return next(each for each in progress_of(CAMPAIGN, "novax", runs) if each.phase == "connectathon")

    sent = replace(passed, name="dagen/novax/r2", source="Novax i hallen", began=LATER)
    refused = replace(known.run, gates=(GateSummary("dagen", Verdict.NOT_APPROVED, False, ("Ikke godkendt",)),))
    assert way(passed).passed, "the same run passes it when the hall has seen it"
    assert (way(sent).passed, way(sent).verdict) == (False, None)
    assert "ikke set af MedCom" in way(sent).lacks[0]
    assert way(refused, sent).lacks == ("Ikke godkendt",)
