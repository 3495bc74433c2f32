"""A run's own recording, gone through again, gives the findings that the run gave; what is not in it is never OK."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from rehearsal import rehearse, scenarios

from harness.domain.errors import ConfigurationError
from harness.domain.event import (
    Event,
    Exchanged,
    ForeignCpr,
    Judged,
    RunStarted,
    StepEnded,
    StepStarted,
)
from harness.domain.finding import Finding, Location, Owner
from harness.domain.grade import Beside, Grade
from harness.domain.scenario import Scenario
from harness.record.evidence import EVIDENCE_NAME
from harness.record.fold import RunState, fold
from harness.record.log import LOG_NAME, LogWriter, read_log
from harness.runner.options import prepare
from harness.runner.session import RunSession
from harness.runner.wish import Wish

Found = set[tuple[str, str, str]]


@cache
def chosen(*ids: str) -> tuple[Scenario, ...]:
    folders = ("deling", "drift", "behandlingsplan", "diagnosekort", "henvisning", "epj-obligatoriske", "kommunale-proevesvar")
    return tuple(each for folder in folders for each in scenarios(folder) if each.tag in ids)


def replay(source: Path, folder: Path, todo: tuple[Scenario, ...], campaign: str = "all") -> RunState:
    folder.mkdir()
    run = RunSession(prepare(Wish(campaign=campaign, replay=(source,))), folder, tuple(each.id for each in todo))
    for scenario in todo:
        run.begin(scenario)
        reason = run.irrelevant(scenario)
        if reason:
            run.end(Grade.IR, reason)
        else:
            run.replay(scenario)
    run.close()
    return fold(read_log(folder / LOG_NAME))


def both(folder: Path, rute: str, faults: tuple[str, ...], todo: tuple[Scenario, ...]) -> tuple[RunState, RunState]:
    """How a run ended, and how its replay did."""
    rehearse(folder / "kørsel", Wish(rute=rute, cpd="2.0", campaign="all", faults=faults), todo)
    return fold(read_log(folder / "kørsel" / LOG_NAME)), replay(folder / "kørsel", folder / "replay", todo)


def found(state: RunState) -> Found:
    return {
        (name, each.rule, str(each.location))
        for name, scenario in state.scenarios.items()
        for each in (*scenario.findings, *scenario.remarks)
    }


HONEST = chosen("DEL-01", "DEL-02", "DEL-06", "DEL-12", "DIAG-02", "HENV-05", "OBL-08", "ACK-03")


def test_a_look_that_cannot_be_read_again_does_not_stop_what_can_be_judged(tmp_path: Path) -> None:
    _, again = both(tmp_path, "plsp", (), tuple(each for each in scenarios("cockpit") if each.tag == "COCK-22"))
    judged = {entry.event.subject for entry in read_log(tmp_path / "replay" / LOG_NAME) if isinstance(entry.event, Judged)}
    assert {"Scenariet: DELING-01", "Scenariet: DELING-02"} <= judged
    assert again.scenarios["COCK-22"].standing is Beside.UNCHECKED


@pytest.mark.parametrize("rute", ["plsp", "direkte"])
def test_an_honest_run_gives_no_findings_again(tmp_path: Path, rute: str) -> None:
    run, again = both(tmp_path, rute, (), HONEST)
    assert found(run) == found(again)
    assert not again.findings
    told = {name: (str(each.standing), str(again.scenarios[name].standing)) for name, each in run.scenarios.items()}
    assert {pair for pair in told.values() if pair[0] != pair[1]} <= {
        ("OK", "ikke kontrolleret"),
        ("afventer", "ikke kontrolleret"),
    }
    assert told["DEL-01[KOL]"] == ("OK", "OK")
    assert told["DEL-02"] == ("OK", "ikke kontrolleret"), "the last step asks what the system shows"
    assert told["OBL-08"] == ("OK", "ikke kontrolleret"), "whether the doctor was told is nowhere in the recording"


ON_MESSAGES = [
    ("plsp", ("danske-bogstaver-tabt",), ("DEL-01", "DEL-03")),
    ("plsp", ("blander-patienter",), ("DEL-01", "DEL-06")),
    ("plsp", ("deler-ikke",), ("DEL-01", "DEL-13")),
    ("plsp", ("plan-tabt-når-modtageren-er-optaget",), ("DEL-11", "DRIFT-02")),
    ("plsp", ("diagnosekort-bliver-ikke-delt",), ("DIAG-01", "DIAG-02")),
    ("direkte", ("iti41-forkert-hash",), ("DEL-01", "DEL-06")),
    ("direkte", ("iti41-uden-rplc", "udgave-står-stille"), ("DEL-08", "DEL-09")),
    ("direkte", ("plan-sendt-to-gange",), ("DEL-01", "DEL-12")),
    ("direkte", ("dgws-udløbet-id-kort",), ("DEL-01",)),
]


@pytest.mark.parametrize(("rute", "faults", "ids"), ON_MESSAGES, ids=str)
def test_what_a_message_shows_is_found_again(tmp_path: Path, rute: str, faults: tuple[str, ...], ids: tuple[str, ...]) -> None:
    run, again = both(tmp_path, rute, faults, chosen(*ids))
    assert found(run), "the fault breaks something"
    assert found(again) == found(run)
    graded = {name for name, each in run.scenarios.items() if each.findings}
    assert {name: again.scenarios[name].standing for name in graded} == {name: run.scenarios[name].standing for name in graded}


def test_what_only_a_screen_shows_is_neither_found_nor_ok(tmp_path: Path) -> None:
    run, again = both(tmp_path, "plsp", ("viser-ikke-at-planen-er-delt",), chosen("DEL-02", "DEL-01"))
    assert found(run) == {("DEL-02", "DELING-07", "i systemet")}
    assert found(again) == set()
    assert again.scenarios["DEL-02"].standing is Beside.UNCHECKED
    assert "kan ikke ses i en optagelse" in again.scenarios["DEL-02"].reason
    assert again.scenarios["DEL-01[KOL]"].standing is Grade.OK


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("optaget") / "kørsel"
    rehearse(folder, Wish(vendor="novax", rute="direkte", campaign="kol-lrs-2027"), chosen("DEL-01"))
    return folder


def copy(recorded: Path, folder: Path) -> Path:
    (folder / EVIDENCE_NAME).mkdir(parents=True)
    for each in (LOG_NAME, *(path.relative_to(recorded).as_posix() for path in (recorded / EVIDENCE_NAME).iterdir())):
        (folder / each).write_bytes((recorded / each).read_bytes())
    return folder


def events(folder: Path) -> list[Event]:
    return [each.event for each in read_log(folder / LOG_NAME)]


def write(folder: Path, told: list[Event]) -> None:
    (folder / LOG_NAME).unlink(missing_ok=True)
    log = LogWriter(folder)
    for each in told:
        log.append(each)
    log.close()


def wish(source: Path, **more: object) -> Wish:
    return replace(Wish(vendor="novax", campaign="kol-lrs-2027", replay=(source,)), **more)  # type: ignore[arg-type]


def test_a_replay_is_what_the_run_was_and_says_that_it_is_one(recorded: Path, tmp_path: Path) -> None:
    setup = prepare(wish(recorded))
    assert (setup.rute.value, setup.rehearsal) == ("direkte", True)
    RunSession(setup, tmp_path, ()).close()
    started = events(tmp_path)[0]
    assert isinstance(started, RunStarted)
    assert (started.driver, started.target, started.grundlag, started.rute) == ("replay", "mock", "referencesystem", "direkte")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"phase": "certificering"}, "Optagelser tæller kun i egentest. Fundet: --phase certificering."),
        ({"vendor": "xmo"}, "Optagelsen er af novax, ikke af xmo."),
        ({"rute": "plsp"}, "--rute plsp passer ikke med optagelsen"),
        ({"target": "live"}, "--target live kan ikke vælges sammen med --replay"),
        ({"driver": "reference"}, "--replay hører til driveren replay. Fundet: --driver reference."),
        ({"driver": "replay", "replay": ()}, "skal vide, hvad den skal bedømme: --replay MAPPE"),
        ({"faults": ("deler-ikke",)}, "--fault kan ikke vælges sammen med --replay"),
        ({"resume": True}, "kan ikke genoptages"),
    ],
)
def test_what_does_not_go_with_a_replay_is_refused(recorded: Path, more: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said.replace("(", r"\(")):
        prepare(wish(recorded, **more))


def test_a_scenario_that_was_not_recorded_or_is_changed_is_not_judged(recorded: Path, tmp_path: Path) -> None:
    changed = replace(chosen("DEL-01")[0], steps=("Givet noget andet",))
    state = replay_novax(recorded, tmp_path / "ny", (changed, *chosen("DEL-03")))
    assert {name: str(each.standing) for name, each in state.scenarios.items()} == {
        "DEL-01[KOL]": "ikke kontrolleret",
        "DEL-03": "ikke kontrolleret",
    }
    assert "ændret, siden det blev optaget" in state.scenarios["DEL-01[KOL]"].reason
    assert "Ikke i optagelsen: DEL-03." in state.observations


def replay_novax(source: Path, folder: Path, todo: tuple[Scenario, ...]) -> RunState:
    folder.mkdir()
    run = RunSession(prepare(wish(source)), folder, tuple(each.id for each in todo))
    for scenario in todo:
        run.begin(scenario)
        run.replay(scenario)
    run.close()
    return fold(read_log(folder / LOG_NAME))


def test_a_run_that_was_cut_off_is_judged_as_far_as_it_went(recorded: Path, tmp_path: Path) -> None:
    told = events(copy(recorded, tmp_path / "kort"))
    last_step = max(number for number, each in enumerate(told) if isinstance(each, StepStarted) and each.text == "er planen delt")
    write(tmp_path / "kort", told[:last_step])
    state = replay_novax(tmp_path / "kort", tmp_path / "igen", chosen("DEL-01"))
    assert [str(each.standing) for each in state.scenarios.values()] == ["OK", "ikke kontrolleret"]
    assert not state.findings, "that a plan did not come is nobody's fault where the recording ends"


def test_a_message_that_was_never_stored_is_found_as_the_door_told(recorded: Path, tmp_path: Path) -> None:
    told = events(copy(recorded, tmp_path / "standset"))
    first = next(number for number, each in enumerate(told) if isinstance(each, StepEnded))
    place = Location("beskeden", path="under CPR's OID")
    finding = Finding("CPR-01", "Kun test", Grade.F1, Owner.LPS, place, "et test-CPR-nummer", "et andet", "MedCom")
    stopped = Judged("CPR-numre i /dros/iti41", "", (), {}, (finding,))
    write(
        tmp_path / "standset",
        [*told[:first], ForeignCpr("/dros/iti41, under CPR's OID", "lps", stopped=True), stopped, *told[first:]],
    )
    state = replay_novax(tmp_path / "standset", tmp_path / "igen", chosen("DEL-01"))
    assert ("DEL-01[KOL]", "CPR-01", str(place)) in found(state)
    assert state.scenarios["DEL-01[KOL]"].standing is Grade.F1
    assert [each.stopped for each in state.foreign_cprs] == [True]


def test_a_live_recording_has_the_clock_of_its_run(recorded: Path, tmp_path: Path) -> None:
    told = events(copy(recorded, tmp_path / "live"))
    assert isinstance(told[0], RunStarted)
    write(tmp_path / "live", [replace(told[0], target="live", tempo=60.0), *told[1:]])
    state = replay_novax(tmp_path / "live", tmp_path / "igen", chosen("DEL-01"))
    assert [str(each.standing) for each in state.scenarios.values()] == ["OK", "OK"]


def test_evidence_that_is_gone_or_changed_stops_the_replay(recorded: Path, tmp_path: Path) -> None:
    folder = copy(recorded, tmp_path / "hul")
    body = next((folder / EVIDENCE_NAME).iterdir())
    body.write_bytes(b"noget andet")
    with pytest.raises(ConfigurationError, match=f"evidence/{body.name} har et andet indhold end sit navn"):
        replay_novax(folder, tmp_path / "a", ())
    body.unlink()
    with pytest.raises(ConfigurationError, match=f"evidence/{body.name} mangler"):
        replay_novax(folder, tmp_path / "b", ())


def test_a_log_that_points_out_of_its_folder_or_is_changed_is_refused(recorded: Path, tmp_path: Path) -> None:
    folder = copy(recorded, tmp_path / "ond")
    lines = (folder / LOG_NAME).read_bytes().splitlines(keepends=True)
    name = next((folder / EVIDENCE_NAME).iterdir()).name
    pointing = [json.loads(line.replace(name.encode(), b"../../../etc/passwd")) for line in lines]
    previous, chained = "0" * 64, b""
    for each in pointing:
        line = json.dumps(each | {"prev": previous}).encode() + b"\n"
        previous, chained = hashlib.sha256(line).hexdigest(), chained + line
    (folder / LOG_NAME).write_bytes(chained)
    with pytest.raises(ConfigurationError, match="etc/passwd mangler"):
        replay_novax(folder, tmp_path / "a", ())
    (folder / LOG_NAME).write_bytes(b"".join([lines[0], *lines[2:]]))
    with pytest.raises(ConfigurationError, match=r"linje 2: .*linjen før"):
        replay_novax(folder, tmp_path / "b", ())


def test_what_came_between_two_steps_has_come_when_the_next_begins(recorded: Path, tmp_path: Path) -> None:
    told = events(copy(recorded, tmp_path / "mellem"))
    shared = next(number for number, each in enumerate(told) if isinstance(each, Exchanged) and each.sender == "lps")
    ended = next(number for number, each in enumerate(told) if number > shared and isinstance(each, StepEnded))
    write(tmp_path / "mellem", [*told[:shared], *told[shared + 1 : ended + 1], told[shared], *told[ended + 1 :]])
    state = replay_novax(tmp_path / "mellem", tmp_path / "igen", chosen("DEL-01"))
    assert [str(each.standing) for each in state.scenarios.values()] == ["OK", "OK"]
