"""A run that is cut off, wherever that was, comes to the same in the end when it is resumed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from harness.domain.errors import ConfigurationError
from harness.domain.event import (
    Event,
    MeasuredAgainst,
    Observed,
    RunEnded,
    RunResumed,
    RunStarted,
    ScenarioEnded,
    ScenarioStarted,
)
from harness.domain.grade import Grade
from harness.domain.scenario import Scenario
from harness.record.fold import RunState, fold
from harness.record.log import LOG_NAME, read_cut_log, read_log
from harness.runner.options import prepare
from harness.runner.resume import LATEST, find_cut_off
from harness.runner.session import RunSession
from harness.runner.setup import RunSetup
from harness.runner.wish import Wish
from harness.steps.plan import sharing as steps
from harness.steps.plan.treatment_plan import stands_in_the_plan
from harness.steps.story import Story

Steps = list[Callable[[Story], object]]


def shares(*more: Callable[[Story], object]) -> Steps:
    return [
        lambda story: steps.patient_in_clinic(story, "Elmer"),
        lambda story: steps.make_plan(story, "KOL", "Elmer", goal="Gå en tur hver dag"),
        steps.share_plan,
        *more,
    ]


def on_level(story: Story) -> None:
    steps.patient_in_clinic(story, "Elmer")
    steps.make_plan(story, "KOL", "Elmer", level="2")


def breaks(_: Story) -> None:
    raise OSError(28, "ingen plads")


PLAY: dict[str, Steps] = {
    "PRV-01": shares(steps.plan_is_shared),
    "PRV-02": shares(lambda story: steps.sharing_is_shown(story, "ikke er delt endnu")),
    "PRV-03": [on_level, steps.share_plan, lambda story: stands_in_the_plan(story, "niveau 2", level="2")],
    "PRV-04": [breaks],
    "PRV-05": shares(steps.plan_is_shared),
}
COMES_TO = {"PRV-01": "OK", "PRV-02": "F2", "PRV-03": "afventer", "PRV-04": "kunne ikke testes", "PRV-05": "IR"}


def scenario(name: str) -> Scenario:
    tags = frozenset({f"id:{name}", *({"rute:direkte"} if name == "PRV-05" else ())})
    return Scenario(name, f"Prøve {name}", "Prøve", "", "prøve.feature", 1, tags, ())


@cache
def _prepared() -> RunSetup:
    return prepare(Wish(vendor="novax"))


def session(folder: Path, *, planned: tuple[str, ...] = tuple(PLAY), **setup: Any) -> RunSession:
    return RunSession(replace(_prepared(), **setup), folder, planned)


def carry_on(folder: Path, *, resume: bool = True, play: dict[str, Steps] = PLAY) -> list[Event]:
    """The log's events once every scenario that is left has been run."""
    run = session(folder, resume=resume, planned=tuple(play))
    for name, todo in play.items():
        if name in run.left:
            run.begin(scenario(name))
            reason = run.irrelevant(scenario(name))
            if reason:
                run.end(Grade.IR, reason)
            else:
                run.carry_out(lambda todo=todo: _each(run, todo))  # type: ignore[misc]
    run.close()
    return [entry.event for entry in read_log(folder / LOG_NAME)]


def _each(run: RunSession, todo: Steps) -> None:
    for step in todo:
        run.step_started("Når", getattr(step, "__name__", "trin"), expects=False)
        step(run.story())
        run.step_ended()


@pytest.fixture(scope="module")
def uncut(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that was not cut."""
    folder = tmp_path_factory.mktemp("hel") / "kørsel"
    folder.mkdir()
    carry_on(folder, resume=False)
    return folder


def state(folder: Path) -> RunState:
    return fold(read_log(folder / LOG_NAME))


def outcome(run: RunState) -> Any:
    """What each scenario came to, without what is another every time."""
    return {
        name: (
            each.standing,
            each.reason.replace(each.started.mark, "MÆRKE"),
            [(found.rule, found.grade, found.location.path) for found in each.findings],
            each.undecided,
        )
        for name, each in run.scenarios.items()
    }


def cuts(folder: Path) -> Iterator[int]:
    """After every line from the first on, and in the middle of every line."""
    end = 0
    for number, line in enumerate((folder / LOG_NAME).read_bytes().splitlines(keepends=True)):
        if number:
            yield end + len(line) // 2
        end += len(line)
        yield end


def copied(uncut: Path, to: Path, end: int) -> Path:
    """The run as it was when its log had `end` bytes; its folder's name is the run's id, and goes with it."""
    folder = to / uncut.name
    folder.mkdir(parents=True)
    shutil.copytree(uncut / "evidence", folder / "evidence")
    (folder / LOG_NAME).write_bytes((uncut / LOG_NAME).read_bytes()[:end])
    return folder


def test_the_uncut_run_has_a_scenario_of_every_kind(uncut: Path) -> None:
    assert {name: str(each.standing) for name, each in state(uncut).scenarios.items()} == COMES_TO
    assert state(uncut).seconds is not None


def test_wherever_it_was_cut_a_resumed_run_comes_to_the_same(uncut: Path, tmp_path: Path) -> None:
    whole = outcome(state(uncut))
    for end in cuts(uncut):
        folder = copied(uncut, tmp_path / str(end), end)
        before = fold(read_cut_log(folder / LOG_NAME))
        stood = list(read_cut_log(folder / LOG_NAME))
        events = carry_on(folder)
        run = state(folder)
        assert outcome(run) == whole
        assert run.seconds is not None
        assert isinstance(events[-1], RunEnded)
        after = events[len(stood) :]
        assert events[: len(stood)] == [entry.event for entry in stood]
        half = not (uncut / LOG_NAME).read_bytes()[:end].endswith(b"\n")
        assert isinstance(after[0], Observed) == half
        _only_what_is_left_is_run(before, after[1:] if half else after)


def _only_what_is_left_is_run(before: RunState, after: list[Event]) -> None:
    kept = tuple(name for name, each in before.scenarios.items() if each.carried_out)
    begun = {event.scenario: event for event in after if isinstance(event, ScenarioStarted)}
    assert list(begun) == [name for name in PLAY if name not in kept]
    for name, event in begun.items():
        earlier = before.scenarios.get(name)
        assert event.attempt == (earlier.started.attempt + 1 if earlier else 1)
        assert earlier is None or event.mark != earlier.started.mark
    after = [event for event in after if not isinstance(event, MeasuredAgainst) or before.basis is not None]
    if before.running is None:
        assert after[0] == RunResumed(kept)
    else:
        cut = before.running.started
        assert after[0] == ScenarioEnded(cut.scenario, cut.attempt, "afbrudt", "Kørslen standsede midt i scenariet.")
        assert after[1] == RunResumed(kept)


def test_a_run_that_is_cut_again_and_again_counts_its_attempts(uncut: Path, tmp_path: Path) -> None:
    lines = (uncut / LOG_NAME).read_bytes().splitlines(keepends=True)
    folder = copied(uncut, tmp_path, sum(map(len, lines[:4])))
    for attempt in (2, 3):
        run = session(folder, resume=True)
        run.begin(scenario("PRV-01"))
        run.step_started("Når", "noget", expects=False)
        run._stage.close()  # as a killed process leaves it: nothing is said any more
        assert state(folder).scenarios["PRV-01"].started.attempt == attempt
    events = carry_on(folder)
    begun = [event for event in events if isinstance(event, ScenarioStarted) and event.scenario == "PRV-01"]
    assert [event.attempt for event in begun] == [1, 2, 3, 4]
    assert len({event.mark for event in begun}) == 4
    ended = [event.standing for event in events if isinstance(event, ScenarioEnded) and event.scenario == "PRV-01"]
    assert ended == ["afbrudt", "afbrudt", "afbrudt", "OK"]


def test_what_could_not_be_tested_is_run_again_and_nothing_else_is(uncut: Path, tmp_path: Path) -> None:
    folder = copied(uncut, tmp_path, -1)
    shutil.copyfile(uncut / LOG_NAME, folder / LOG_NAME)
    well = {**PLAY, "PRV-04": shares(steps.plan_is_shared)}
    events = carry_on(folder, play=well)
    resumed = next(number for number, event in enumerate(events) if isinstance(event, RunResumed))
    assert events[resumed] == RunResumed(("PRV-01", "PRV-02", "PRV-03", "PRV-05"))
    begun = [(event.scenario, event.attempt) for event in events[resumed:] if isinstance(event, ScenarioStarted)]
    assert begun == [("PRV-04", 2)]
    assert state(folder).scenarios["PRV-04"].standing is Grade.OK
    assert state(folder).seconds is not None


def test_a_run_with_a_scenario_left_does_not_say_that_it_ended(tmp_path: Path) -> None:
    (tmp_path / "kørsel").mkdir()
    run = session(tmp_path / "kørsel")
    run.begin(scenario("PRV-01"))
    run.end(Grade.OK, "")
    run.close()
    assert state(tmp_path / "kørsel").seconds is None
    assert run.left == frozenset(PLAY) - {"PRV-01"}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"files": {"features": {"features/ny.feature": "0" * 64}}}, "features"),
        ({"files": {"noget nyt": {"noget.yaml": "0" * 64}}}, "noget nyt"),
        ({"planned": tuple(PLAY)[:-1]}, "scenarierne"),
        ({"planned": tuple(reversed(PLAY))}, "scenarierne"),
        ({"planned": (*PLAY, "PRV-06")}, "scenarierne"),
        ({"faults": frozenset({"iti41-uden-rplc"})}, "kørslens valg"),
        ({"cpd": "1.0.1"}, "kørslens valg"),
        ({"rute": replace(_prepared().rute, value="direkte")}, "kørslens valg"),
    ],
)
def test_a_run_of_something_else_is_not_gone_on_with(uncut: Path, tmp_path: Path, changed: dict[str, Any], told: str) -> None:
    folder = copied(uncut, tmp_path, (uncut / LOG_NAME).read_bytes().rindex(b"\n", 0, -1) + 1)
    before = (folder / LOG_NAME).read_bytes()
    if "files" in changed:
        changed = {"files": {**_prepared().files, **changed["files"]}}
    for _ in range(2):
        with pytest.raises(ConfigurationError) as refusal:
            session(folder, resume=True, **changed)
        text = f"Kørslen kørsel kan ikke genoptages: {told} er ændret siden. Begynd en ny kørsel."
        assert str(refusal.value) == text
    assert (folder / LOG_NAME).read_bytes() == before
    assert carry_on(folder)


def test_a_run_that_another_process_writes_is_not_gone_on_with(tmp_path: Path) -> None:
    (tmp_path / "kørsel").mkdir()
    first = session(tmp_path / "kørsel")
    with pytest.raises(ConfigurationError, match=r"^Kørslen kørsel er i gang i et andet vindue\.$"):
        session(tmp_path / "kørsel", resume=True)
    first.close()


# Which run that is


def runs(campaign: Path, uncut: Path, system: str, *names: str, end: int | None = None) -> None:
    for name in names:
        (campaign / system / name).mkdir(parents=True)
        (campaign / system / name / LOG_NAME).write_bytes((uncut / LOG_NAME).read_bytes()[:end])


def test_each_systems_latest_run_is_found_or_the_one_that_was_asked_for(uncut: Path, tmp_path: Path) -> None:
    runs(tmp_path, uncut, "novax", "20261005T081500", "20261005T081500-1", "20261004T235959")
    runs(tmp_path, uncut, "xmo", "20261005T081500")
    systems = {"novax": "novax", "xmo": "xmo", "min.yaml": "minsystem"}
    latest = find_cut_off(tmp_path, systems, LATEST)
    assert {name: each.folder.name for name, each in latest.items()} == {"novax": "20261005T081500-1", "xmo": "20261005T081500"}
    asked = find_cut_off(tmp_path, systems, "20261004T235959")
    assert {name: each.folder.name for name, each in asked.items()} == {"novax": "20261004T235959"}
    for run, which in ((LATEST, "nogen kørsel"), ("i går", "en kørsel i går")):
        with pytest.raises(ConfigurationError) as refusal:
            find_cut_off(tmp_path / "andet", systems, run)
        assert str(refusal.value).startswith(
            f"Der er ikke {which} at genoptage i {tmp_path / 'andet'}. Skriv de samme --campaign"
        )


@pytest.mark.parametrize(
    ("play", "lines", "unfinished"),
    [(["PRV-01"], None, False), (["PRV-01"], -1, True), (["PRV-01", "PRV-04"], None, True), (["PRV-04"], -1, True)],
    ids=["whole", "no end", "not tested", "neither"],
)
def test_a_run_is_unfinished_until_it_ended_with_everything_carried_out(
    tmp_path: Path, play: list[str], lines: int | None, unfinished: bool
) -> None:
    folder = tmp_path / "novax" / "kørsel"
    folder.mkdir(parents=True)
    carry_on(folder, resume=False, play={name: PLAY[name] for name in play})
    log = folder / LOG_NAME
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:lines]))
    assert find_cut_off(tmp_path, {"novax": "novax"}, LATEST)["novax"].unfinished is unfinished


@pytest.mark.parametrize("end", [None, 0, 20], ids=["no log", "nothing in it", "half a line"])
def test_a_run_that_never_began_is_begun_as_those_that_were_planned_with_it(uncut: Path, tmp_path: Path, end: int | None) -> None:
    runs(tmp_path, uncut, "xmo", "a")
    (tmp_path / "novax" / "b").mkdir(parents=True)
    if end is not None:
        (tmp_path / "novax" / "b" / LOG_NAME).write_bytes((uncut / LOG_NAME).read_bytes()[:end])
    found = find_cut_off(tmp_path, {"novax": "novax", "xmo": "xmo"}, LATEST)
    assert (found["novax"].folder, found["novax"].unfinished, found["xmo"].unfinished) == (tmp_path / "novax" / "b", True, True)
    assert found["novax"].wish(Wish()) == replace(found["xmo"].wish(Wish()), driver="")  # its own, whichever that is
    events = carry_on(found["novax"].folder)
    assert [isinstance(event, RunStarted) for event in events].index(True) == (1 if end == 20 else 0)
    assert not [event for event in events if isinstance(event, RunResumed)]
    assert state(found["novax"].folder).seconds is not None


def test_a_run_is_resumed_as_it_was_started(uncut: Path, tmp_path: Path) -> None:
    runs(tmp_path, uncut, "novax", "kørsel")
    found = find_cut_off(tmp_path, {"novax": "novax"}, LATEST)["novax"]
    asked = {"driver": "reference", "rute": "direkte", "cpd": "1.0.1", "faults": ("iti41-uden-rplc",), "tempo": 60.0}
    chosen = replace(found, started=replace(found.started, **asked, target="live", selection="KP-10", phase="prætest"))
    wish = chosen.wish(Wish(vendor="novax", home=tmp_path, hub=tmp_path / "hub", lps="http://lps"))
    assert wish == Wish(
        vendor="novax",
        home=tmp_path,
        hub=tmp_path / "hub",
        lps="http://lps",
        target="live",
        tag="KP-10",
        phase="prætest",
        resume=True,
        **asked,
    )


def test_runs_that_were_asked_for_different_things_are_not_resumed_together(uncut: Path, tmp_path: Path) -> None:
    runs(tmp_path, uncut, "novax", "kørsel")
    (tmp_path / "xmo" / "kørsel").mkdir(parents=True)
    RunSession(prepare(Wish(vendor="xmo", phase="prætest")), tmp_path / "xmo" / "kørsel", ("PRV-01",)).close()
    with pytest.raises(ConfigurationError) as refusal:
        find_cut_off(tmp_path, {"novax": "novax", "xmo": "xmo"}, LATEST)
    assert str(refusal.value) == (
        "Kørslerne af novax og xmo er startet med forskellige valg. Genoptag dem hver for sig med --vendor."
    )


@pytest.mark.parametrize(
    ("end", "why"),
    [(0, r"nåede ikke at begynde og kan ikke genoptages\. Begynd en ny\."), (20, "nåede ikke"), (None, "er ikke en hændelse")],
)
def test_a_log_without_a_beginning_or_with_a_broken_line_is_told(uncut: Path, tmp_path: Path, end: int | None, why: str) -> None:
    runs(tmp_path, uncut, "novax", "kørsel", end=end)
    if end is None:
        log = tmp_path / "novax" / "kørsel" / LOG_NAME
        log.write_bytes(log.read_bytes().replace(b"scenario_started", b"scenario_glemt"))
    with pytest.raises(ConfigurationError, match=why):
        find_cut_off(tmp_path, {"novax": "novax"}, LATEST)
