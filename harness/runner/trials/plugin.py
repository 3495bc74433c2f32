"""The pytest plugin of a session that tries scenarios as it is told, again and again, instead of running each of them once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from harness.domain.event import Event, Exchanged, Judged, ScenarioEnded
from harness.domain.vendor import Phase
from harness.house import House
from harness.lps.mutation.message import Survey
from harness.runner.collect import DATA, SHIPPED
from harness.runner.lean import carry_out
from harness.runner.options import prepare
from harness.runner.plugin import RUN
from harness.runner.session import RunSession
from harness.runner.setup import RunSetup
from harness.runner.trials.asked import Asked
from harness.runner.trials.stage import TrialLog, TrialStage
from harness.runner.trials.trial import OWN_SET, Found, Outcome, Setting, Trial
from harness.runner.wish import Wish


class Trials:
    """Carries out the trials that `todo` gives, and hands each outcome to `done`."""

    def __init__(self, house: House, todo: Iterator[Trial], done: Callable[[Outcome], object]) -> None:
        self._todo = todo
        self._done = done
        self._items: dict[str, pytest.Item] = {}
        self._setup = cache(lambda setting, of_two: with_partner(settled(house, setting)) if of_two else settled(house, setting))

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Every scenario may be asked for."""
        self._items = {item.stash[SHIPPED].id: item for item in session.items if SHIPPED in item.stash}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Until there are no more. True: there is nothing left for pytest to run."""
        if not session.testsfailed:  # features that are refused are told by whoever collects
            for trial in self._todo:
                self._done(self._outcome(trial, session.config))
        return True

    def _outcome(self, trial: Trial, config: pytest.Config) -> Outcome:
        item = self._items[trial.scenario]
        setup = changed(self._setup(trial.setting, item.stash[SHIPPED].of_two), trial.changes)
        asked = Asked()
        survey = Survey()
        asking: dict[str, Any] = {} if trial.faults else {"faults": asked}
        stage = TrialStage(changed(setup, {**asking, "wire": survey} if trial.surveys else asking))
        config.stash[RUN] = RunSession(setup, Path("prøve"), (trial.scenario,), on=stage)
        config.stash[DATA] = setup.data
        item._initrequest()  # type: ignore[attr-defined]  # pytest runs an item once; this makes it as new
        error = carry_out(item)
        outcome = read(trial, stage.kept, frozenset(asked.names))
        if outcome is None:
            raise RuntimeError(f"{trial.scenario} with {trial.changes} did not come to an end") from error
        return replace(outcome, parts=frozenset(survey.changes))


def settled(house: House, setting: Setting) -> RunSetup:
    """What a trial's run stands on in this setting: the reference system with every capability, by any rute."""
    wish = Wish(home=house.home, rute=setting.rute, cpd=setting.cpd, campaign=setting.campaign)
    if not setting.own_set:
        return prepare(wish)
    with TemporaryDirectory(prefix="lps-") as outside:  # a withheld set that lies in the house is refused, as it should be
        data = shutil.copytree(house.faults / OWN_SET, Path(outside) / OWN_SET)
        return prepare(replace(wish, phase=Phase.CERTIFICATION, data=data))


def with_partner(setup: RunSetup) -> RunSetup:
    """The same in a run of two: the other system is as the reference system, by another name."""
    other = replace(setup.vendor, id="anden", product="Det andet referencesystem")
    return replace(setup, partner=replace(setup, vendor=other))


def changed(setup: RunSetup, changes: Any) -> RunSetup:
    """`setup` with a trial's changes; in a run of two both systems have them."""
    partner = replace(setup.partner, **changes) if setup.partner else None
    return replace(setup, **changes, partner=partner)


def read(trial: Trial, log: TrialLog, asked: frozenset[str]) -> Outcome | None:
    """What the events of one attempt say of it; None when it did not come to an end."""
    ended = next((each for each in reversed(log.events) if isinstance(each, ScenarioEnded)), None)
    if ended is None:
        return None
    entrances = {
        each.path.split("/")[1]
        for each in log.events
        if isinstance(each, Exchanged) and (each.method, each.status) != ("GET", 204)  # an empty post box
    }
    return Outcome(trial, str(ended.standing), ended.reason, tuple(_found(log.events)), asked, frozenset(entrances))


def _found(events: list[Event]) -> Iterator[Found]:
    for event in events:
        if isinstance(event, Judged):
            for each in event.findings:
                yield Found(each.rule, each.grade, each.side, event.exchange)
