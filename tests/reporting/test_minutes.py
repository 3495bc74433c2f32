"""Minutes measured in earlier runs beside those the day has: a real run before a rehearsal, and nothing measured is nothing."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harness.domain.connectathon import Day, Meeting, Partner, Slot
from harness.domain.event import Event, RunStarted, ScenarioEnded, ScenarioStarted
from harness.domain.grade import Grade
from harness.record.log import FIRST, LOG_NAME, encode
from harness.reporting.minutes import Minutes, minutes_of

PRO = Partner("web-patient", "Web-patient", ("web-patient",), ("pro",))
DAY = Day(
    (
        Slot("09.00", 25, (Meeting("Bord 1", "novax", "web-patient"), Meeting("Bord 2", "xmo", "web-patient"))),
        Slot("09.30", 15, (Meeting("Bord 1", "xmo", "novax"),)),
        Slot("10.00", 25, (Meeting("Bord 1", "novax", "web-patient", rerun=True),)),
    )
)
STARTED = RunStarted(
    run="1",
    system="novax",
    product="Novax",
    supplier="Novax",
    sut_version="1",
    driver="attended",
    target="live",
    rute="plsp",
    campaign="connectathon-kol-lrs",
    phase="connectathon",
    grundlag="leverandørens system",
    fingerprint={},
)


@pytest.fixture
def logs(tmp_path: Path) -> Logs:
    return Logs(tmp_path)


class Logs:
    """Runs under `reports`, each of scenarios that took so many minutes."""

    def __init__(self, reports: Path) -> None:
        self.reports = reports
        self._now = datetime(2026, 10, 1, 9, tzinfo=UTC)

    def run(self, name: str, started: RunStarted, took: dict[str, float], folder: str = "pro") -> None:
        where = self.reports / "connectathon-kol-lrs" / started.system / name
        where.mkdir(parents=True)
        lines, head = [], FIRST
        events: list[tuple[float, Event]] = [(0.0, replace(started, run=name))]
        for scenario, minutes in took.items():
            events.append((0.0, self._scenario(scenario, f"features/{folder}/svar.feature")))
            events.append((minutes, ScenarioEnded(scenario, 1, str(Grade.OK), "")))
        for number, (minutes, event) in enumerate(events):
            self._now += timedelta(minutes=minutes)
            lines.append(encode(event, number, self._now, head))
            head = hashlib.sha256(lines[-1]).hexdigest()
        (where / LOG_NAME).write_bytes(b"".join(lines))

    def _scenario(self, name: str, file: str) -> Event:
        return ScenarioStarted(name, 1, name, "", "", file, 1, (), (), {}, "mrk", ())

    def told(self, *systems: str) -> list[Minutes]:
        return minutes_of(DAY, systems, [PRO], self.reports)


def test_what_nobody_has_tried_is_not_measured(logs: Logs) -> None:
    assert logs.told("novax") == [Minutes("novax", "web-patient", 25), Minutes("novax", "xmo", 15)]


def test_the_scenarios_with_a_party_are_summed_and_the_rest_is_left_out(logs: Logs) -> None:
    logs.run("1", STARTED, {"PRO-01": 12, "PRO-10[CAT]": 18.5})
    logs.run("0", STARTED, {"DEL-01": 90}, folder="deling")
    (party, pair) = logs.told("novax")
    assert (party.measured, party.count, party.planned, party.over) == (30.5, 2, 25, 5.5)
    assert (party.run, party.driver, party.rehearsal) == ("1", "attended", False)
    assert pair.measured is None


def test_a_real_run_comes_before_a_newer_rehearsal(logs: Logs) -> None:
    logs.run("1", STARTED, {"PRO-01": 12})
    logs.run("2", replace(STARTED, grundlag="referencesystem"), {"PRO-01": 1})
    (party, _) = logs.told("novax")
    assert (party.measured, party.rehearsal) == (12, False)


def test_of_two_alike_the_newest_counts_and_a_rehearsal_says_so(logs: Logs) -> None:
    logs.run("1", replace(STARTED, grundlag="referencesystem"), {"PRO-01": 12})
    logs.run("2", replace(STARTED, grundlag="referencesystem"), {"PRO-01": 1})
    (party, _) = logs.told("novax")
    assert (party.measured, party.rehearsal, party.over) == (1, True, 0)


def test_two_systems_are_measured_in_their_own_run_and_nowhere_else(logs: Logs) -> None:
    logs.run("1", replace(STARTED, partner="xmo"), {"PRO-01": 20})
    party, pair = logs.told("novax")
    assert party.measured is None
    assert (pair.other, pair.measured, pair.planned, pair.over) == ("xmo", 20, 15, 5)


def test_two_systems_meet_once_and_each_sends_to_the_other(logs: Logs) -> None:
    logs.run("1", replace(STARTED, partner="xmo"), {"PRO-01": 6})
    logs.run("2", replace(STARTED, system="xmo", partner="novax", driver="adapter"), {"PRO-01": 3, "PRO-02": 1})
    for one, other in (("novax", "xmo"), ("xmo", "novax")):
        pair = next(each for each in logs.told(one) if each.other == other)
        assert (pair.system, pair.measured, pair.count, set(pair.run.split(", "))) == (one, 10, 3, {"1", "2"})
