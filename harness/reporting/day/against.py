"""The day held against an earlier run: what is new, mended, still open, and what was tried in one of the two only."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from harness.domain.grade import Beside, Grade, Standing
from harness.record.result import Result
from harness.reporting.day.runs import DayRun
from harness.reporting.diff.diff import RuleDiff, ScenarioDiff, diff


class Became(StrEnum):
    """What became of a scenario since then. Each is in one of these, and only one."""

    NEW = "nyt fund"
    OPEN = "stadig åbent"
    MENDED = "udbedret"
    UNDECIDED = "ikke afgjort nu"
    ONE_ONLY = "kun prøvet i den ene"
    GOOD = "godt begge gange"
    IRRELEVANT = "ikke relevant i den ene eller begge"


@dataclass(frozen=True, slots=True)
class Against:
    """What the day is held against, and what it comes to. `rules` are broken on the day and were not; `gone` the other way.

    `outdated` are the parts of the suite that are another edition now, `versions` the system's then and now.
    """

    before: DayRun
    scenarios: dict[Became, tuple[ScenarioDiff, ...]]
    rules: tuple[RuleDiff, ...]
    gone: tuple[RuleDiff, ...]
    outdated: tuple[str, ...]
    versions: tuple[str, str]

    def count(self, became: Became) -> int:
        """How many scenarios became so."""
        return len(self.scenarios[became])


def against(before: DayRun, day: Result, due: Collection[str]) -> Against:
    """The day held against `before`, in the scenarios that are `due` or were tried on the day; others do not belong to it."""
    found = diff(before.result, day)
    own = [each for each in found.scenarios if each.scenario in due or each.scenario in day.state.scenarios]
    return Against(
        before=before,
        scenarios={each: tuple(_of(own, each)) for each in Became},
        rules=found.broken,
        gone=found.gone,
        outdated=found.suite,
        versions=(before.started.sut_version, day.started.sut_version),
    )


def became(before: Standing | None, after: Standing | None) -> Became:
    """What became of a scenario that stood as `before` and stands as `after`; None where it was not in the run.

    One that was cut off or could not be carried out was not tried; and what nobody decided is neither mended nor good.
    """
    if not _tried(before) or not _tried(after):
        return Became.ONE_ONLY
    if _broken(after):
        return Became.OPEN if _broken(before) else Became.NEW
    if Grade.IR in (before, after):
        return Became.IRRELEVANT
    if after in (Grade.OK, Grade.F4):
        return Became.MENDED if _broken(before) else Became.GOOD
    return Became.UNDECIDED


def _of(scenarios: Iterable[ScenarioDiff], wanted: Became) -> Iterable[ScenarioDiff]:
    return (each for each in scenarios if became(each.before, each.after) is wanted)


def _tried(standing: Standing | None) -> bool:
    return standing is not None and standing not in (Beside.INTERRUPTED, Beside.UNTESTABLE, Beside.UNCHECKED)


def _broken(standing: Standing | None) -> bool:
    return isinstance(standing, Grade) and not standing.approved
