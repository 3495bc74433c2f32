"""Runs of two in this process: the six systems' own files, played by the reference LPS, without pytest between."""

from __future__ import annotations

from pathlib import Path

from rehearsal import HOUSE, attempt, scenarios

from harness.domain.grade import Grade
from harness.domain.scenario import Scenario
from harness.record.fold import RunState, fold
from harness.record.log import LOG_NAME, read_log
from harness.record.pair import Side, sides
from harness.runner.options import prepare
from harness.runner.session import RunSession
from harness.runner.wish import Wish
from harness.suite.vendors import load_vendors

SIX = tuple(load_vendors(HOUSE))
PAIRS = tuple((system, partner) for system in SIX for partner in SIX if system != partner)
CAMPAIGN = "epj-obligatoriske"


def run_of_two(folder: Path, system: str, partner: str, *faults: str, chosen: tuple[Scenario, ...] = ()) -> RunState:
    """How the run stands; `folder` is made. A fault names whose it is: `xmo:besked-…`."""
    folder.mkdir(parents=True)
    todo = chosen or scenarios("parvis")
    setup = prepare(Wish(home=HOUSE.home, vendor=system, partner=partner, campaign=CAMPAIGN, faults=faults))
    run = RunSession(setup, folder, tuple(each.id for each in todo))
    for each in todo:
        attempt(run, each)
    run.close()
    return fold(read_log(folder / LOG_NAME))


def both(run: RunState, scenario: str) -> tuple[Side, Side]:
    """The sender and the partner in one scenario of the run."""
    assert run.started is not None
    return sides(run.scenarios[scenario], run.started)


def is_red(side: Side) -> bool:
    """Whether a grade worse than F4 is laid on it."""
    return isinstance(side.standing, Grade) and not side.standing.approved
