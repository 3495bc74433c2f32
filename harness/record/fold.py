"""Folds a log into what stands at the end of it: per scenario its last attempt, its standing and its findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from harness.domain.event import (
    Answered,
    Exchanged,
    ForeignCpr,
    Judged,
    MeasuredAgainst,
    Observed,
    Prompted,
    RunEnded,
    RunResumed,
    RunStarted,
    ScenarioEnded,
    ScenarioStarted,
    StepEnded,
    StepStarted,
)
from harness.domain.finding import Finding
from harness.domain.grade import Beside, Grade, Standing, parse_standing
from harness.domain.prompt import Answer, Prompt
from harness.record.counting import is_decided
from harness.record.intake import STOPPED
from harness.record.log import Entry


@dataclass(slots=True)
class StepState:
    """One step as far as it came, and what happened in it, in the log's order.

    `outcome` and `message` are those of `StepEnded`; both empty for a step that was not ended. `answers` are a tester's, each
    with what was asked (None when the log does not say).
    """

    started: StepStarted
    outcome: str = ""
    message: str = ""
    exchanges: list[Exchanged] = field(default_factory=list)
    answers: list[tuple[Prompt | None, Answer]] = field(default_factory=list)
    judged: list[Judged] = field(default_factory=list)


@dataclass(slots=True)
class ScenarioState:
    """How one scenario stands after its last attempt. `findings` holds graded ones, `remarks` those without a grade; in a run of
    two they are the run's own system's, and what is laid on its partner, graded or not, stands in `on_partner`.

    `on_messages` are those of `findings` that one message alone shows, whatever became of the scenario. `steps` are those that
    were begun; what happened before the first is in `before`. `began` and `ended` are wall time (UTC).
    """

    started: ScenarioStarted
    standing: Standing = Beside.INTERRUPTED
    reason: str = ""
    findings: list[Finding] = field(default_factory=list)
    remarks: list[Finding] = field(default_factory=list)
    undecided: tuple[str, ...] = ()
    by_tester: bool = False
    on_messages: list[Finding] = field(default_factory=list)
    on_partner: list[Finding] = field(default_factory=list)
    steps: list[StepState] = field(default_factory=list)
    before: StepState = field(default_factory=lambda: StepState(StepStarted(-1, "", "")))
    began: datetime | None = None
    ended: datetime | None = None

    @property
    def here(self) -> StepState:
        """The step that runs, or what stands before the first."""
        return self.steps[-1] if self.steps else self.before

    @property
    def carried_out(self) -> bool:
        """Whether it came to a verdict, also one that waits for a decision, or on the partner, or a tester ended it; then it is
        not run again.
        """
        return self.by_tester or is_decided(self.standing, (each.grade for each in self.on_partner))


@dataclass(slots=True)
class RunState:
    """A whole run as its log tells it. `scenarios` is by scenario identity, in the order they were first started.

    `running` is the scenario whose attempt has not ended. `outside` are the graded findings on messages that came while no
    scenario ran, or in an attempt that was cut off and started over; `outside_on_partner` those of them that are laid on the
    partner. `judged` counts the subjects that rules were run over. `basis` is what it was measured against, None in a log that
    does not say. `began` is when its log begins, `ended` when the last line so far was written.
    """

    started: RunStarted | None = None
    basis: MeasuredAgainst | None = None
    began: datetime | None = None
    ended: datetime | None = None
    scenarios: dict[str, ScenarioState] = field(default_factory=dict)
    running: ScenarioState | None = None
    outside: list[Finding] = field(default_factory=list)
    outside_on_partner: list[Finding] = field(default_factory=list)
    observations: list[str] = field(default_factory=list)
    foreign_cprs: list[ForeignCpr] = field(default_factory=list)
    seconds: float | None = None
    judged: int = 0

    @property
    def findings(self) -> list[Finding]:
        """Every graded finding of the scenarios' last attempts, and those outside any scenario."""
        return [finding for scenario in self.scenarios.values() for finding in scenario.findings] + self.outside

    @property
    def on_partner(self) -> list[Finding]:
        """Every graded finding that is laid on the partner, inside and outside the scenarios."""
        laid = [finding for scenario in self.scenarios.values() for finding in scenario.on_partner if finding.grade]
        return laid + self.outside_on_partner

    @property
    def remarks(self) -> list[Finding]:
        """Every remark of the scenarios' last attempts."""
        return [remark for scenario in self.scenarios.values() for remark in scenario.remarks]

    @property
    def grades(self) -> dict[Grade, int]:
        """How many scenarios ended with each grade, worst first; grades nobody got are left out."""
        counted = Counter(scenario.standing for scenario in self.scenarios.values())
        return {grade: counted[grade] for grade in Grade if counted[grade]}

    @property
    def missing(self) -> list[str]:
        """The scenarios that were planned and never started."""
        return [name for name in self.started.planned if name not in self.scenarios] if self.started else []

    @property
    def untried(self) -> list[str]:
        """The scenarios that could not be tested, and that nobody's verdict came of."""
        return [name for name, each in self.scenarios.items() if each.standing is Beside.UNTESTABLE and not each.carried_out]

    @property
    def standings(self) -> list[Standing]:
        """How every planned scenario stands; one that was never started stands as `afbrudt`."""
        return [scenario.standing for scenario in self.scenarios.values()] + [Beside.INTERRUPTED for _ in self.missing]

    @property
    def weighed(self) -> list[Standing]:
        """What a verdict rests on: the scenarios' standings, and the grade of every finding, whenever it was made."""
        return [*self.standings, *(finding.grade for finding in self.findings if finding.grade is not None)]

    def by_requirement(self) -> dict[str, list[Standing]]:
        """The standings of the scenarios that carry each requirement, by requirement id."""
        carried: dict[str, list[Standing]] = {}
        for scenario in self.scenarios.values():
            for requirement in scenario.started.requirements:
                carried.setdefault(requirement, []).append(scenario.standing)
        return dict(sorted(carried.items()))

    def in_campaign(self, campaign: str) -> list[ScenarioState]:
        """The scenarios that count in a campaign."""
        return [scenario for scenario in self.scenarios.values() if campaign in scenario.started.campaigns]

    def count(self, standing: Standing) -> int:
        """How many scenarios stand so."""
        return sum(scenario.standing == standing for scenario in self.scenarios.values())

    @property
    def undecided(self) -> list[str]:
        """What is not decided and this run rests on: bindings first, then facts, each once."""
        bindings = list(self.started.undecided_bindings) if self.started else []
        facts = [name for scenario in self.scenarios.values() for name in scenario.undecided]
        return list(dict.fromkeys(bindings + sorted(facts)))


class Fold:
    """A log taken in line by line: `state` is what stands after the entries so far, as `fold` would give it of all of them."""

    __slots__ = ("_asked", "_early", "state")

    def __init__(self) -> None:
        self.state = RunState()
        self._asked: dict[str, Prompt] = {}
        self._early: list[tuple[Prompt | None, Answer]] = []
        """What was asked and answered before an attempt belongs to it."""

    def take(self, entry: Entry) -> None:
        """Take the log's next line in. Raises ValueError for an ended scenario whose standing nobody knows."""
        run = self.state
        run.began, run.ended = run.began or entry.at, entry.at
        match entry.event:
            case RunStarted() as event:
                run.started = event
            case MeasuredAgainst() as event:
                run.basis = event
            case StepStarted() as event if run.running is not None:
                run.running.steps.append(StepState(event))
            case StepEnded() as event if run.running is not None and run.running.steps:
                step = run.running.steps[-1]
                step.outcome, step.message = event.outcome, event.message
            case Exchanged() as event if run.running is not None:
                run.running.here.exchanges.append(event)
            case Prompted(prompt=prompt):
                self._asked[prompt.id] = prompt
            case Answered() as event:
                told = self._early if run.running is None else run.running.here.answers
                told.append((self._asked.get(event.prompt), event.answer))
            case RunResumed():
                run.seconds = None
            case ScenarioStarted() as event:
                self._begin(event, entry.at)
            case Judged() as event:
                self._judge(event)
            case ScenarioEnded() as event if run.running is not None:
                run.running.standing = parse_standing(event.standing)
                run.running.reason = event.reason
                run.running.undecided = event.undecided
                run.running.by_tester = event.by_tester
                run.running.ended = entry.at
                run.running = None
            case Observed(text=text):
                run.observations.append(text)
            case ForeignCpr() as event:
                run.foreign_cprs.append(event)
            case RunEnded(seconds=seconds):
                run.seconds = seconds
            case _:
                pass

    def _begin(self, event: ScenarioStarted, at: datetime) -> None:
        run = self.state
        before = run.scenarios.get(event.scenario)
        if before is not None and not before.carried_out:
            # What a message itself showed is not undone by starting over; what the attempt waited for may be.
            run.outside += [finding for finding in before.on_messages if not finding.side]
            run.outside_on_partner += [finding for finding in before.on_messages if finding.side]
        run.running = run.scenarios[event.scenario] = ScenarioState(event, began=at)
        run.running.before.answers += self._early
        self._early.clear()

    def _judge(self, event: Judged) -> None:
        run = self.state
        run.judged += 1
        graded = [finding for finding in event.findings if finding.grade is not None]
        if run.running is None:
            run.outside += [finding for finding in graded if not finding.side]
            run.outside_on_partner += [finding for finding in graded if finding.side]
            return
        run.running.here.judged.append(event)
        run.running.findings += [finding for finding in graded if not finding.side]
        run.running.on_messages += graded if event.exchange or event.subject.startswith(STOPPED) else []
        run.running.remarks += [finding for finding in event.findings if finding.grade is None and not finding.side]
        run.running.on_partner += [finding for finding in event.findings if finding.side]

    def as_it_stands(self) -> RunState:
        """The state as of now, which no line that is taken in later alters."""
        run = self.state
        still = replace(
            run,
            scenarios=dict(run.scenarios),
            outside=list(run.outside),
            outside_on_partner=list(run.outside_on_partner),
            observations=list(run.observations),
            foreign_cprs=list(run.foreign_cprs),
        )
        if run.running is not None:  # only the attempt that runs is ever written in
            still.running = _still(run.running)
            still.scenarios[run.running.started.scenario] = still.running
        return still


def _still(scenario: ScenarioState) -> ScenarioState:
    return replace(
        scenario,
        findings=list(scenario.findings),
        remarks=list(scenario.remarks),
        on_messages=list(scenario.on_messages),
        on_partner=list(scenario.on_partner),
        steps=[_still_step(each) for each in scenario.steps],
        before=_still_step(scenario.before),
    )


def _still_step(step: StepState) -> StepState:
    return replace(step, exchanges=list(step.exchanges), answers=list(step.answers), judged=list(step.judged))


def fold(entries: Iterable[Entry]) -> RunState:
    """The state a log ends in. A scenario that was started and not ended stands as `afbrudt`."""
    taken = Fold()
    for entry in entries:
        taken.take(entry)
    return taken.state
