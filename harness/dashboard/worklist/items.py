"""What needs a person, worked out from the wall: pure, and the same for whoever asks.

An item is one attempt at one scenario, or one run that was submitted. Its id is where that lies, and never changes; an attempt
made later takes its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import PurePosixPath
from threading import Lock
from typing import Final

from harness.dashboard.wall import Run, Wall
from harness.domain.finding import Finding
from harness.domain.grade import Beside, Grade, Standing, worst
from harness.domain.review import Reviewing, Submitted
from harness.domain.vendor import Phase
from harness.record.counting import is_decided, is_whole
from harness.record.fold import ScenarioState
from harness.record.objection import is_undecided
from harness.record.result import Result

TOGETHER: Final = frozenset({"parvis", "pakkeforloeb"})
"""Folders under features/ whose scenarios are test instances of several systems: a monitor verifies each."""
_PHASES: Final = (Phase.CERTIFICATION, Phase.CONNECTATHON)
_OUTSIDE: Final = "uden-for-scenarierne"
_REVIEW: Final = "gennemgang"
_WITH_MEDCOM: Final = (Reviewing.TO_VERIFY, Reviewing.PARTLY, Reviewing.CRITICAL)


class Kind(StrEnum):
    """Why an item waits."""

    FINDING = "fund"
    JUDGEMENT = "skal bedømmes"
    UNTESTABLE = "kunne ikke testes"
    IRRELEVANT = "ikke relevant"
    TOGETHER = "prøvet sammen"
    SUBMITTED = "indsendt"


@dataclass(frozen=True, slots=True)
class Item:
    """Something that a person looks at. `since` is when it began to wait; `reason` is the harness's or a tester's.

    `judged` is MedCom's grade where the run's review has it: then nothing waits. `replaced` is the id of the item that took its
    place: then it is *forældet*. `critical`: the run's review is. `decided`: the attempt came to a verdict, which only another
    verdict takes the place of. `on_partner` is the worst grade that is laid on the partner; `sent`: the run is from another
    machine, and then none is.
    """

    id: str
    kind: Kind
    run: str
    system: str
    phase: str
    scenario: str
    attempt: int
    title: str
    since: datetime
    partner: str = ""
    rehearsal: bool = False
    standing: Standing | None = None
    reason: str = ""
    file: str = ""
    findings: tuple[Finding, ...] = ()
    judged: Grade | None = None
    critical: bool = False
    replaced: str = ""
    decided: bool = True
    on_partner: Grade | None = None
    sent: bool = False

    @property
    def proposed(self) -> str:
        """What the harness says of it, as a verification is held against."""
        return str(self.standing or self.kind)


_Place = tuple[str, str, str, str, bool, bool, str]
"""Where an item stands, whichever run it is of: campaign's folder, phase, system, partner, rehearsal, sent, scenario."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one run has come to: the items of it, and by scenario when it was tried, as which attempt, and if to a verdict."""

    items: tuple[Item, ...]
    tried: Mapping[str, tuple[datetime, int, bool]]


class Items:
    """The items of a wall. A run is looked at anew only when its log or review has grown: those no grid shows are on the disk."""

    def __init__(self, wall: Wall) -> None:
        self._wall = wall
        self._one_at_a_time = Lock()
        self._systems: dict[str, tuple[str, ...]] = {}
        self._seen: dict[str, tuple[object, _Seen]] = {}
        self._latest: dict[_Place, tuple[datetime, str, int]] = {}
        self._decided: dict[_Place, tuple[datetime, str, int]] = {}
        self._all: dict[str, Item] = {}

    def all(self) -> dict[str, Item]:
        """Every item, also of what was tried again, by id. Waits for the disk: a server asks in a thread."""
        with self._one_at_a_time:
            there = {run.name: run for run in self._runs()}
            if self._seen.keys() - there.keys():  # a run was taken away, and so was what it had come to
                self._seen, self._latest, self._decided, self._all = {}, {}, {}, {}
            changed = [self._look(run) for run in there.values()]
            if any(changed):
                found = (item for _, seen in self._seen.values() for item in seen.items)
                self._all = {item.id: replace(item, replaced=self._newer(item)) for item in found}
            return self._all

    def result(self, run: str) -> Result | None:
        """What the run called `run` has come to."""
        return self._wall.result(run)

    def products(self) -> dict[str, str]:
        """What people call each system, by its id."""
        grids = (grid for campaign in self._wall.campaigns for grid in self._wall.grids(campaign.id))
        return {row.id: row.title for grid in grids for row in grid.rows}

    def _runs(self) -> Iterator[Run]:
        for campaign in self._wall.campaigns:
            if not self._systems.get(campaign.id):
                rows = (row.id for grid in self._wall.grids(campaign.id) for row in grid.rows)
                self._systems[campaign.id] = tuple(dict.fromkeys(rows))
            for system in self._systems[campaign.id]:
                yield from self._wall.runs(campaign.id, system)

    def _look(self, run: Run) -> bool:
        """Take in what the run has come to; whether it is another than it was. What has not grown is not asked for: the wall may
        have to read it from its folder.
        """
        known = self._seen.get(run.name)
        if run.version and known is not None and known[0] == run.version:
            return False
        result = self._wall.result(run.name)
        if result is None or result.state.started is None:
            return False
        key = run.version or (result.state.ended, result.review.head, len(result.review.said))
        if known is not None and known[0] == key:
            return False
        seen = _seen(run, result)
        self._seen[run.name] = (key, seen)
        for scenario, (at, attempt, decided) in seen.tried.items():
            place = _place(run, scenario)
            for latest in (self._latest, self._decided) if decided else (self._latest,):
                before = latest.get(place)
                if before is None or before[0] < at or before[1] == run.name:
                    latest[place] = (at, run.name, attempt)
        return True

    def _newer(self, item: Item) -> str:
        """The id of what took the item's place; empty when nothing has. What came to nothing takes no verdict's place, as on the
        wall (`record/counting.py`).
        """
        place = _place(item, item.scenario)
        latest = (self._decided if item.decided else self._latest).get(place)
        if latest is None or latest[1] == item.run or latest[0] < item.since:
            return ""
        return _id(latest[1], item.scenario, latest[2])


def _place(of: Run | Item, scenario: str) -> _Place:
    """In a run that was sent it is another: that takes no place of what was seen here."""
    run = of.run if isinstance(of, Item) else of.name
    return (run.partition("/")[0], of.phase, of.system, of.partner, of.rehearsal, of.sent, scenario)


def _id(run: str, scenario: str, attempt: int) -> str:
    return f"{run}/{scenario}/{attempt}"


def _seen(run: Run, result: Result) -> _Seen:
    tried = {
        name: (each.ended, each.started.attempt, _decided(run, each))
        for name, each in result.state.scenarios.items()
        if each.ended is not None
    }
    if run.ended is not None and is_whole(result.started):  # chosen scenarios say nothing of what came outside a whole run's
        tried[_OUTSIDE] = (run.began, 0, True)
    return _Seen((*_submitted(run, result), *(_results(run, result) if run.phase in _PHASES else ())), tried)


def _results(run: Run, result: Result) -> Iterator[Item]:
    critical = result.review.state is Reviewing.CRITICAL
    outside, laid = _bad(result.state.outside), () if run.sent else _bad(result.state.outside_on_partner)
    if outside or laid:
        yield replace(
            _blank(run, Kind.FINDING, _OUTSIDE, 0, run.began),
            title="Fund uden for scenarierne",
            standing=_worst(outside),
            findings=(*outside, *laid),
            on_partner=_worst(laid),
        )
    for name, each in result.state.scenarios.items():
        laid = _laid(run, each)
        kind = Kind.FINDING if laid else _kind(result, each, run.partner)
        if kind is None or each.ended is None:
            continue
        judged = None if run.rehearsal else result.review.assessed.get(name)
        yield replace(
            _blank(run, kind, name, each.started.attempt, each.ended),
            title=each.started.title,
            standing=each.standing,
            reason=each.reason,
            file=each.started.file,
            findings=(*each.findings, *laid),
            on_partner=_worst(laid),
            judged=judged[1].grade if judged else None,
            critical=critical,
            decided=_decided(run, each),
        )


def _submitted(run: Run, result: Result) -> Iterator[Item]:
    handed_in = [said for said in result.review.said if isinstance(said.act, Submitted)]
    if handed_in and result.review.state in _WITH_MEDCOM:
        blank = _blank(run, Kind.SUBMITTED, _REVIEW, len(handed_in), datetime.fromisoformat(handed_in[-1].at))
        count = len(result.review.submitted)
        yield replace(
            blank,
            title=f"Gennemgang af {count} {'resultat' if count == 1 else 'resultater'}",
            reason=f"Gennemgangen er: {result.review.state}.",
            critical=result.review.state is Reviewing.CRITICAL,
        )


def _blank(run: Run, kind: Kind, scenario: str, attempt: int, since: datetime) -> Item:
    name = _id(run.name, scenario, attempt)
    item = Item(name, kind, run.name, run.system, run.phase, scenario, attempt, "", since)
    return replace(item, partner=run.partner, rehearsal=run.rehearsal, sent=run.sent)


def _kind(result: Result, scenario: ScenarioState, partner: str) -> Kind | None:
    """Why a person must look at this result; None when nobody needs to, or when it waits for a decision and not for a person."""
    standing = scenario.standing
    if _bad(scenario.findings) or (isinstance(standing, Grade) and not standing.approved):
        return Kind.FINDING
    if standing in (Beside.AWAITING, Beside.ATTESTED) and not is_undecided(result, scenario):
        return Kind.JUDGEMENT
    if standing is Beside.UNTESTABLE:
        return Kind.UNTESTABLE
    if standing is Grade.IR and scenario.steps and scenario.reason:
        return Kind.IRRELEVANT  # a tester says so: what the harness knows to be irrelevant is never begun
    together = bool(partner) or PurePosixPath(scenario.started.file.replace("\\", "/")).parent.name in TOGETHER
    if together and isinstance(standing, Grade) and standing is not Grade.IR:
        return Kind.TOGETHER
    return None


def _laid(run: Run, scenario: ScenarioState) -> tuple[Finding, ...]:
    """What is laid on the partner, and needs to be looked at. What one supplier sends lays nothing on another's system."""
    return () if run.sent else _bad(scenario.on_partner)


def _decided(run: Run, scenario: ScenarioState) -> bool:
    """Whether the attempt came to a verdict, as the wall sees it (`record/counting.py`)."""
    return scenario.carried_out or is_decided(scenario.standing, (each.grade for each in _laid(run, scenario)))


def _worst(findings: Iterable[Finding]) -> Grade | None:
    found = [each.grade for each in findings if each.grade]
    return worst(found) if found else None


def _bad(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(each for each in findings if each.grade is not None and not each.grade.approved)
