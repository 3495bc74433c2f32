"""What the wall keeps of a run: enough for every grid, without its steps, messages and findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from harness.dashboard.standing.pair import sides_of
from harness.domain.event import RunStarted
from harness.domain.grade import Beside, Grade, Standing
from harness.domain.review import Reviewing
from harness.domain.vendor import Phase
from harness.domain.verdict import Verdict
from harness.record.counting import is_decided, is_whole
from harness.record.fold import ScenarioState
from harness.record.result import Result

HERE: Final = "her"
"""The source of a run whose log is written on this machine."""

QUIET: Final = timedelta(minutes=15)
"""A log without an end that nothing was written in for so long is of a run that was cut off, until its next line comes."""

WORST_FIRST: Final[tuple[Standing, ...]] = (
    Grade.F1,
    Grade.F2,
    Grade.F3,
    Beside.UNTESTABLE,
    Beside.INTERRUPTED,
    Beside.UNCHECKED,
    Beside.AWAITING,
    Beside.ATTESTED,
    Grade.F4,
    Grade.OK,
    Grade.IR,
)
"""What weighs most in a cell: what is broken, then what nobody knows, then what is good. IR only where all is."""


def worst_of(standings: Iterable[Standing]) -> Standing | None:
    """The one that weighs most; None of none."""
    found = set(standings)
    return next((each for each in WORST_FIRST if each in found), None)


def good(standing: Standing | None) -> bool:
    """Whether it is a grade that may be approved."""
    return isinstance(standing, Grade) and standing.approved


@dataclass(frozen=True, slots=True)
class Tried:
    """How one scenario of a run stands after its last attempt.

    `ended` is None while the attempt runs, and for good where it was cut off; `broken` is the worst graded finding so far that
    MedCom has not judged. `campaigns` are those it counts in. In a run of two, `sides` has both systems' own standings, the
    sender's first; of a run that was sent, the sender's alone.
    """

    scenario: str
    file: str
    standing: Standing
    broken: Grade | None = None
    began: datetime | None = None
    ended: datetime | None = None
    campaigns: tuple[str, ...] = ()
    sides: tuple[tuple[str, Standing], ...] = ()

    @property
    def decided(self) -> bool:
        """Whether it came to a verdict (`record/counting.py`)."""
        return is_decided(self.standing, (each for _, each in self.sides[1:]))


@dataclass(frozen=True, slots=True)
class GateSummary:
    """How a run stands at the gate of its phase in one campaign (`CampaignResult`). `lacks` is in Danish."""

    campaign: str
    verdict: Verdict
    passed: bool
    lacks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One run. `name` is `campaign/system/id`; `last` is when the last line so far was written, `ended` whether the run came to
    its end. `outside` counts graded findings that are of no scenario, and `outside_on_partner` those of them that are
    laid on the partner; none in a run that was sent. `reconfirmed` are the suites it was said to stand for.
    """

    name: str
    started: RunStarted
    began: datetime
    last: datetime
    ended: bool
    source: str = HERE
    outside: int = 0
    outside_on_partner: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    verdict: Verdict = Verdict.NOT_CARRIED_OUT
    gates: tuple[GateSummary, ...] = ()
    review: Reviewing = Reviewing.RUNNING
    reconfirmed: tuple[Mapping[str, str], ...] = ()

    @property
    def rehearsal(self) -> bool:
        """As `Result.rehearsal`."""
        return self.started.rehearsal

    @property
    def sent(self) -> bool:
        """Whether it was sent from another machine: nobody here has seen it."""
        return self.source != HERE

    @property
    def whole(self) -> bool:
        """Whether it was to try everything (`record/counting.py`)."""
        return is_whole(self.started)

    @property
    def phase(self) -> Phase:
        """The phase it is of."""
        return Phase(self.started.phase)

    def running(self, now: datetime) -> bool:
        """Whether more is to be expected of it."""
        return not self.ended and now - self.last < QUIET

    def outdated(self, suite: Mapping[str, str]) -> bool:
        """As `Result.outdated`: it was measured with another suite, and nobody has reconfirmed it for this one."""
        return suite not in (self.started.fingerprint, *self.reconfirmed)


def summarise(name: str, result: Result, source: str = HERE) -> tuple[RunSummary, tuple[Tried, ...]] | None:
    """What the wall keeps of the run called `name`, its scenarios by identity; None of a log that does not begin with a run.

    Raises ValueError for a log with a phase, or a part in a campaign, that nobody knows.
    """
    state = result.state
    if state.started is None or state.began is None or state.ended is None:
        return None
    counts = Counter(str(result.standing(each)) for each in state.scenarios.values() if each.ended)
    left = len(state.missing) + sum(each.ended is None for each in state.scenarios.values())
    ended = state.seconds is not None
    if ended and left:
        counts[str(Beside.INTERRUPTED)] += left
    run = RunSummary(
        name=name,
        started=state.started,
        began=state.began,
        last=state.ended,
        ended=ended,
        source=source,
        outside=len(state.outside),
        outside_on_partner=len(state.outside_on_partner) if source == HERE else 0,
        counts=dict(counts),
        verdict=result.verdict,
        gates=tuple(
            GateSummary(
                each.campaign.id, each.verdict, each.gate is not None and each.gate.passed, each.gate.lacks if each.gate else ()
            )
            for each in result.campaigns
        ),
        review=result.review.state,
        reconfirmed=tuple(each.fingerprint for each in result.review.reconfirmed),
    )
    Phase(state.started.phase)
    return run, tuple(_tried(each, result, sent=source != HERE) for _, each in sorted(state.scenarios.items()))


def _tried(scenario: ScenarioState, result: Result, *, sent: bool) -> Tried:
    started = scenario.started
    standing, *graded = result.weighed([scenario])
    on_partner = () if sent else (each.grade for each in scenario.on_partner if each.grade is not None)
    broken = worst_of([*graded, *on_partner])
    return Tried(
        scenario=started.scenario,
        file=started.file,
        standing=standing,
        broken=broken if isinstance(broken, Grade) else None,
        began=scenario.began,
        ended=scenario.ended,
        campaigns=started.campaigns,
        sides=sides_of(scenario, result.started)[: 1 if sent else 2] if result.started.partner else (),
    )
