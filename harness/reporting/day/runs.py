"""Finds the runs of the day, and the earlier run that each system's day is held against."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from harness.domain.clock import copenhagen
from harness.domain.errors import BadInput
from harness.domain.event import RunStarted
from harness.domain.vendor import Phase
from harness.house import House
from harness.record.counting import is_whole
from harness.record.delivery import is_mirror
from harness.record.log import LOG_NAME, first_event
from harness.record.result import Result, read_result
from harness.reporting.summary import SENT as SENT
from harness.suite.fingerprint import present_fingerprint

NOBODY_KNOWS_WHEN: Final = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DayRun:
    """A run and its name (`campaign/system/id`). `outdated`: it was measured with another suite than the present one.

    `sent`: it came from another machine, and nobody here has seen it.
    """

    name: str
    result: Result = field(repr=False)
    outdated: bool = False
    sent: bool = False

    @property
    def started(self) -> RunStarted:
        """The run's first event."""
        return self.result.started

    @property
    def began(self) -> datetime:
        """When its log begins."""
        return self.result.state.began or NOBODY_KNOWS_WHEN

    @property
    def whole(self) -> bool:
        """Whether it was of all scenarios (`record/counting.py`)."""
        return is_whole(self.started)

    @property
    def chosen(self) -> str:
        """What it was of, where it was not whole. What a sent run says of that is its sender's own words, and is not repeated."""
        return "nogle scenarier" if self.sent else self.started.selection

    @property
    def ended(self) -> bool:
        """Whether it reached its end."""
        return self.result.state.seconds is not None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A run that does not count, and why, in Danish. `run` is None where it cannot be read; `place` says where it lies."""

    place: str
    why: str
    run: DayRun | None = None


@dataclass(frozen=True, slots=True)
class Runs:
    """What was found. `alone` are the day's runs of one system, `pairs` those of two, oldest first; `before` by system.

    All of them are rehearsals, or none is: the others are in `left_out`.
    """

    alone: tuple[DayRun, ...] = ()
    pairs: tuple[DayRun, ...] = ()
    before: Mapping[str, DayRun] = field(default_factory=dict)
    left_out: tuple[LeftOut, ...] = ()

    @property
    def counted(self) -> tuple[DayRun, ...]:
        """Every run of the day that is looked at."""
        return (*self.alone, *self.pairs)


_REHEARSAL: Final = "Prøvekørsel med referencesystemet. Den tæller ikke."
_REAL: Final = "Kørsel med leverandørens eget system. Her er kun prøvekørsler taget med."
_REPLAY: Final = "Bedømt af optagelser. Det tæller kun i egentest."


def read_runs(
    house: House,
    reports: Path,
    campaign: str,
    systems: Collection[str],
    scenarios: Collection[str],
    since: date | None = None,
    rehearsal: bool = False,
    *,
    pairs: bool = False,
) -> Runs:
    """The runs of `campaign` in phase connectathon under `reports`: those of the vendors' own systems, or the rehearsals.

    `pairs`: the day plans runs of two; theirs may be of another campaign.
    `systems` and `scenarios` (identities) are those of the campaign: a run of none of them is no earlier run. `since` is the
    first day, as it is in Denmark. Raises YamlError for a suite that cannot be read; a log that cannot is in `left_out`.
    """
    reader = _Reader(house, {})
    found: list[DayRun] = []
    left_out: list[LeftOut] = []
    earlier: dict[str, list[Path]] = {}
    for log in sorted(reports.glob(f"*/*/*/{LOG_NAME}")):
        name = log.parent.relative_to(reports).as_posix()
        try:
            first = first_event(log)
            if not isinstance(first, RunStarted):
                if name.partition("/")[0] == campaign:
                    left_out.append(LeftOut(name, "Loggen begynder ikke med en kørsel."))
            elif (campaign in first.participation and first.phase == Phase.CONNECTATHON) or (pairs and first.partner):
                run = reader.run(name, log.parent)
                why = _why_not(run, systems, since, rehearsal)
                if why:
                    left_out.append(LeftOut(name, why, run))
                else:
                    found.append(run)
            elif _may_be_before(first, rehearsal) and not set(scenarios).isdisjoint(first.planned):
                earlier.setdefault(first.system, []).append(log.parent)
        except BadInput as error:
            left_out.append(LeftOut(name, f"Loggen kan ikke læses: {error}."))
    found.sort(key=lambda each: (each.began, each.name))
    return Runs(
        alone=tuple(each for each in found if not each.started.partner),
        pairs=tuple(each for each in found if each.started.partner),
        before={
            system: before
            for system, folders in earlier.items()
            if system in systems and (before := reader.latest(reports, campaign, folders, left_out)) is not None
        },
        left_out=tuple(left_out),
    )


def _why_not(run: DayRun, systems: Collection[str], since: date | None, rehearsal: bool) -> str:
    if run.started.phase != Phase.CONNECTATHON:
        return f"Den er kørt i fasen {run.started.phase}, ikke i connectathon."
    if since is not None and copenhagen(run.began).date() < since:
        return f"Den er fra før {since:%d-%m-%Y}."
    if run.result.rehearsal is not rehearsal:
        return _REAL if rehearsal else _REHEARSAL
    if run.result.replay:
        return _REPLAY
    strangers = [each for each in (run.started.system, run.started.partner) if each and each not in systems]
    return f"Ikke med i kampagnen: {', '.join(strangers)}." if strangers else ""


def _may_be_before(first: RunStarted, rehearsal: bool) -> bool:
    """Whether a run can be what the day is held against: of one system, without a defect that somebody asked for."""
    early = first.phase in (Phase.PRE_TEST, Phase.SELF_TEST)
    return early and not first.partner and not first.faults and first.rehearsal is rehearsal


@dataclass(slots=True)
class _Reader:
    house: House
    now: dict[tuple[str, ...], dict[str, str]]

    def run(self, name: str, folder: Path) -> DayRun:
        result = read_result(folder)
        return DayRun(name, result, result.outdated(self._present(result.started)), is_mirror(folder))

    def _present(self, started: RunStarted) -> dict[str, str]:
        asked = (started.system, started.grundlag, *sorted(started.participation))
        if asked not in self.now:
            self.now[asked] = present_fingerprint(self.house, started)
        return self.now[asked]

    def latest(self, reports: Path, campaign: str, folders: list[Path], left_out: list[LeftOut]) -> DayRun | None:
        """The latest of them: of a prætest before any egentest, seen here before sent, whole before chosen."""
        for folder in _best_first(campaign, folders):
            name = folder.relative_to(reports).as_posix()
            try:
                return self.run(name, folder)
            except BadInput as error:
                left_out.append(LeftOut(name, f"Loggen kan ikke læses: {error}."))
        return None


def _best_first(campaign: str, folders: list[Path]) -> Iterator[Path]:
    def weight(folder: Path) -> tuple[bool, bool, bool, bool, str]:
        first = first_event(folder / LOG_NAME)
        assert isinstance(first, RunStarted)
        return (
            first.phase == Phase.PRE_TEST,
            not is_mirror(folder),
            not first.selection,
            campaign in first.participation,
            folder.name,
        )

    yield from sorted(folders, key=weight, reverse=True)
