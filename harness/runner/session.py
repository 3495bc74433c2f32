"""One run of one system: its folder, its log, and each scenario's attempt from start to end."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Callable
from dataclasses import InitVar, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from harness.domain.data_set import DataSet
from harness.domain.errors import ConfigurationError, EnvironmentFault, LpsFinding
from harness.domain.event import (
    MeasuredAgainst,
    Observed,
    Person,
    RunEnded,
    RunResumed,
    RunStarted,
    ScenarioEnded,
    ScenarioStarted,
    StepEnded,
    StepStarted,
)
from harness.domain.grade import Beside, Grade, Standing
from harness.domain.relevance import awaited, why_irrelevant
from harness.domain.requirement import holding
from harness.domain.scenario import Scenario
from harness.domain.vendor import Driver
from harness.lps.attended import AtStep
from harness.lps.driver import CannotAct, Skipped, TesterCannot
from harness.lps.replay import NotSeen
from harness.record.fold import ScenarioState
from harness.record.guard import Guard, guard_of
from harness.record.journal import Diverged
from harness.record.log import Log, as_written
from harness.runner.attended.own_values import choose
from harness.runner.seats.seated import letters_leave, out_of_sight
from harness.runner.setup import RunSetup
from harness.runner.stage import Stage
from harness.steps.story import Story, mark_of

if TYPE_CHECKING:
    from harness.runner.replay.stage import ReplayStage

TIME_STANDS = "Scenariet flytter tiden mange timer frem. Det kan ikke gøres i live."


@dataclass(slots=True)
class Running:
    """The scenario that runs now: its attempt, its story once a step asked for it, and which step it has come to.

    `unseen`: of each step that could not be judged, since nobody saw what it asks for, why. `accounts`: how many were given in
    the steps that are over.
    """

    scenario: Scenario
    attempt: int
    seed: str
    story: Story | None = None
    step: int = -1
    unseen: list[str] = field(default_factory=list)
    accounts: int = 0


@dataclass(slots=True)
class RunSession:
    """Writes one run. `folder` must exist; its name is the run's id. `planned` are the scenarios' identities.

    `on` is where it takes place; None: where its setup says.

    A run that is resumed goes on in its own log: `left` are the scenarios that are still to be carried out, and `first` the one
    whose attempt is gone on with, which must be the first; empty when none is. Raises ConfigurationError when the log was made
    with another suite, for other scenarios, or was asked for something else.
    """

    setup: RunSetup
    folder: Path
    planned: tuple[str, ...]
    selection: str = ""
    on: InitVar[Stage | None] = None
    left: set[str] = field(init=False)
    first: str = field(init=False)
    _attempts: dict[str, int] = field(init=False)
    _stage: Stage = field(init=False)
    _log: Log = field(init=False)
    _guard: Guard = field(init=False)
    _replay: ReplayStage | None = None
    _running: Running | None = None
    _began: float = field(default_factory=time.monotonic)

    def __post_init__(self, on: Stage | None) -> None:
        if self.setup.vendor.driver is Driver.REPLAY:
            from harness.runner.replay.stage import ReplayStage

            self._replay = ReplayStage(self.setup, self.folder)
        self._stage = on or self._replay or stage_for(self.setup, self.folder)
        self._log = self._stage.log
        self._guard = guard_of(self.setup.allowed_cprs)
        before = self._stage.before
        self._attempts = {name: scenario.started.attempt for name, scenario in before.scenarios.items()}
        kept = tuple(name for name, scenario in before.scenarios.items() if scenario.carried_out)
        self.left = set(self.planned).difference(kept)
        try:
            if before.started is None:
                self._log.append(self._started())
                self._log.append(self._measured())
                if self._replay:
                    self._replay.begin(self.planned)
            else:
                self._go_on(before.started, before.running, kept)
        except BaseException:
            self._stage.close()
            raise
        cut = before.running.started.scenario if before.running and self._stage.goes_on else ""
        self.first = cut if cut in self.left else ""

    def _started(self) -> RunStarted:
        vendor, other = self.setup.vendor, self.setup.partner
        return RunStarted(
            run=self.folder.name,
            system=vendor.id,
            product=vendor.product,
            supplier=vendor.supplier,
            sut_version=vendor.version,
            driver=vendor.driver,
            target=self.setup.target,
            rute=self.setup.rute.value,
            campaign=self.setup.asked,
            participation={each.id: each.participation(vendor.id) for each in self.setup.campaigns},
            awaiting=tuple(each.id for each in self.setup.campaigns if each.awaits(vendor.id)),
            phase=self.setup.phase,
            grundlag="referencesystem" if self.setup.rehearsal or (other and other.rehearsal) else "leverandørens system",
            fingerprint=self.setup.fingerprint,
            undecided_bindings=self.setup.undecided_bindings,
            faults=self.setup.all_faults,
            planned=self.planned,
            selection=self.selection,
            cpd=self.setup.cpd,
            tempo=self.setup.tempo,
            seats={entrance: str(each) for entrance, each in vendor.seats.items() if each.is_real},
            data=self.setup.data.sha256 if self.setup.data else "",
            own_values=self.setup.own_values,
            partner=other.vendor.id if other else "",
            partner_product=other.vendor.product if other else "",
            partner_version=other.vendor.version if other else "",
            sts={hashlib.sha256(each).hexdigest(): base64.b64encode(each).decode("ascii") for each in self.setup.sts},
        )

    def _measured(self) -> MeasuredAgainst:
        vendor = self.setup.vendor
        files = {name: sha for each in self.setup.files.values() for name, sha in each.items()}
        persons = tuple(Person(each.alias, each.name, str(each.cpr)) for each in self.setup.patients.values())
        return MeasuredAgainst(self.setup.campaigns, vendor.approvals, vendor.source, files, persons)

    def _go_on(self, started: RunStarted, cut_off: ScenarioState | None, kept: tuple[str, ...]) -> None:
        """Go on with the attempt that was cut off, or close it: then what it did and was answered counts for nothing."""
        now = self._started()
        changed = sorted({name for name, _ in started.fingerprint.items() ^ now.fingerprint.items()})
        if started.data != now.data:
            changed.append("MedComs eget sæt (--data)")
        if started.planned != self.planned:
            changed.append("scenarierne")
        elif not changed and as_written(replace(now, run=started.run), self._guard.scrub) != started:
            changed.append("kørslens valg")
        if changed:
            what = ", ".join(changed)
            raise ConfigurationError(f"Kørslen {started.run} kan ikke genoptages: {what} er ændret siden. Begynd en ny kørsel.")
        if cut_off is not None and self._stage.goes_on:
            self._attempts[cut_off.started.scenario] -= 1
        elif cut_off is not None:
            name, attempt = cut_off.started.scenario, cut_off.started.attempt
            self._log.append(ScenarioEnded(name, attempt, Beside.INTERRUPTED, "Kørslen standsede midt i scenariet."))
        if self._stage.before.basis is None:  # killed before it was written
            self._log.append(self._measured())
        self._log.append(RunResumed(kept))

    def chosen(self, shipped: Scenario) -> DataSet | None:
        """The set whose values the next attempt at the scenario enters: the run's, with what the tester types put before it.

        Asked of a relevant scenario only, and never twice for an attempt that is gone on with. Raises Skipped.
        """
        if not self.setup.own_values or self.irrelevant(shipped) or self.out_of_reach(shipped):
            return self.setup.data
        from harness.runner.attended.stage import AttendedStage

        assert isinstance(self._stage, AttendedStage), "no other run may have own values"
        return choose(self._stage.choose, shipped, self.setup, self._attempts.get(shipped.id, 0) + 1)

    def begin(self, scenario: Scenario) -> None:
        """A new attempt at `scenario` starts."""
        own = holding(self.setup.campaigns, scenario)
        attempt = self._attempts[scenario.id] = self._attempts.get(scenario.id, 0) + 1
        running = self._running = Running(scenario, attempt, f"{self.folder.name} {scenario.id} {attempt}")
        self._log.append(
            ScenarioStarted(
                scenario=scenario.id,
                attempt=attempt,
                title=scenario.title,
                feature=scenario.feature,
                feature_description=scenario.feature_description,
                file=scenario.file,
                line=scenario.line,
                tags=tuple(sorted(scenario.tags)),
                requirements=scenario.requirements,
                parameters=scenario.parameters,
                mark=(self._replay and self._replay.put_on(scenario)) or mark_of(running.seed),
                steps=scenario.steps,
                campaigns=tuple(each.id for each in own),
                use_cases=scenario.use_cases,
                protocol_steps=tuple(
                    number for each in own for protocol in each.protocols for number in protocol.steps.get(scenario.tag, ())
                ),
            )
        )

    def irrelevant(self, scenario: Scenario) -> str:
        """Why the scenario is not relevant for this system, in Danish; empty when it is."""
        other = self.setup.partner.vendor if self.setup.partner else None
        return why_irrelevant(scenario, self.setup.campaigns, self.setup.vendor, self.setup.rute.value, other)

    def out_of_reach(self, scenario: Scenario) -> str:
        """Why the scenario cannot be carried out here, in Danish; empty when it can."""
        if "tid" in scenario.tags and self.setup.target == "live":
            return TIME_STANDS
        if scenario.of_two and self.setup.partner is not None:
            return letters_leave(self.setup.vendor.seats) or letters_leave(self.setup.partner.vendor.seats)
        seats, attended = self.setup.vendor.seats, self.setup.vendor.driver is Driver.ATTENDED
        return out_of_sight(seats, self.setup.rute.value, scenario, attended)

    @property
    def _systems(self) -> tuple[str, ...]:
        other = self.setup.partner
        return (self.setup.vendor.id, other.vendor.id) if other else (self.setup.vendor.id,)

    def interrupt(self) -> None:
        """Stop in the middle of the scenario, where the run can be gone on with from there. Any thread may say so."""
        self._stage.interrupt()

    def story(self) -> Story:
        """The running attempt's story, with a world of its own."""
        running = self._now()
        if running.story is None:
            running.story = self._stage.story(running.seed)
            running.story.attempt.awaits(awaited(running.scenario, self.setup.campaigns, *self._systems))
        return running.story

    def step_started(self, keyword: str, text: str, expects: bool) -> None:
        """The next step begins; `expects`: it is a *Så*, or belongs to one."""
        running = self._now()
        running.step += 1
        if self._stage.follows:
            self._stage.at(AtStep(running.step, text, expects))
        self._log.append(StepStarted(running.step, keyword, text))

    def step_explained(self, text: str, explained: str, expects: bool) -> None:
        """The step that has begun is the one that the step catalogue explains so."""
        if self._stage.follows:
            self._stage.at(AtStep(self._now().step, text, expects, " ".join(explained.split())))

    def step_ended(self, error: BaseException | None = None) -> None:
        """The step that runs is over, by `error` when there is one."""
        if error is None and (awaits := self._new_account()):
            self._log.append(StepEnded(self._now().step, str(Beside.AWAITING), self._guard.hide(awaits)))
            return
        outcome = "udført" if error is None else "fund" if isinstance(error, LpsFinding) else "kunne ikke"
        self._log.append(StepEnded(self._now().step, outcome, "" if error is None else self._guard.hide(str(error))))

    def _new_account(self) -> str:
        """What the step that runs has left for MedCom to judge; empty when it is nothing."""
        running = self._now()
        accounts = running.story.attempt.accounts if running.story else []
        new, running.accounts = accounts[running.accounts :], len(accounts)
        return " ".join(new)

    def step_unseen(self, reason: str) -> None:
        """The step that runs is over, and came to nothing, for `reason`."""
        running = self._now()
        running.unseen.append(reason)
        self._log.append(StepEnded(running.step, str(Beside.UNCHECKED), self._guard.hide(reason)))

    @property
    def has_unseen(self) -> bool:
        """Whether a step of the scenario that runs could not be judged."""
        return bool(self._now().unseen)

    @property
    def is_replay(self) -> bool:
        """Whether there is nothing to carry out: what is judged was recorded before."""
        return self._replay is not None

    def replay(self, scenario: Scenario) -> ScenarioEnded:
        """Judge what was recorded of `scenario`, whose attempt has begun, and end it."""
        assert self._replay is not None, "the run is a replay"
        return self.carry_out(partial(self._replay.play, self, scenario))

    def carry_out(self, run_steps: Callable[[], object]) -> ScenarioEnded:
        """Run the steps, judge what nobody judged, and end the attempt. Never raises for what came of it."""
        try:
            try:
                try:
                    run_steps()
                except CannotAct:  # what was sent until then counts all the same
                    self._judge_messages()
                    raise
                self._judge_messages()
            except Exception:
                self._put_back()
                raise
            self._put_back()
        except LpsFinding as finding:
            return self.end(self._standing(), str(finding))
        except Skipped as reason:
            return self.end(self._unless_found(Beside.AWAITING), str(reason))
        except TesterCannot as reason:
            return self.end(self._unless_found(Beside.UNTESTABLE), str(reason), by_tester=True)
        except Diverged as reason:
            return self.end(Beside.INTERRUPTED, str(reason))
        except NotSeen as reason:
            return self.end(self._unless_found(Beside.UNCHECKED), str(reason))
        except CannotAct as reason:
            return self.end(self._unless_found(Beside.UNTESTABLE), str(reason))
        except (OSError, EnvironmentFault) as error:
            return self.end(self._unless_found(Beside.UNTESTABLE), f"Miljøet fejlede: {error}")
        except Exception as error:
            # A defect of ours must never look like the LPS's, nor be lost: it stands in the log, and the scenario is not judged.
            return self.end(self._unless_found(Beside.UNTESTABLE), f"Fejl i testharnesset: {type(error).__name__}: {error}")
        return self.end(self._standing(), " ".join(dict.fromkeys(self._now().unseen)))

    def _judge_messages(self) -> None:
        story = self._now().story
        if story is not None:
            story.messages.judge()
            story.messages.texts_are_own()
            story.messages.letters_are_delivered()

    def _put_back(self) -> None:
        """Leave the test persons as they can be used again. That it cannot be done grades nobody, but is told."""
        story = self._now().story
        try:
            if story is not None:
                story.end()
        except (CannotAct, OSError, EnvironmentFault, LpsFinding) as error:
            self._log.append(Observed(self._guard.hide(f"Testpersonerne kunne ikke sættes tilbage efter scenariet: {error}")))

    def end(self, standing: Standing, reason: str, by_tester: bool = False) -> ScenarioEnded:
        """The running attempt ends so; what was written down. `by_tester`: as ScenarioEnded has it."""
        running = self._now()
        undecided = tuple(sorted(running.story.attempt.undecided)) if running.story else ()
        if running.story and not reason:
            attempt = running.story.attempt
            reason = " ".join(dict.fromkeys([*attempt.accounts, *attempt.unseen, *attempt.attested, *attempt.irrelevant]))
        if standing is Beside.AWAITING and undecided:
            reason = f"Bygger på noget, der ikke er besluttet: {', '.join(undecided)}. {reason}".rstrip()
        ended = ScenarioEnded(running.scenario.id, running.attempt, standing, self._guard.hide(reason), undecided, by_tester)
        self._log.append(ended)
        self._running = None
        self.left.discard(running.scenario.id)
        return ended

    def close(self) -> None:
        """No more scenarios. Only a run whose every planned scenario has ended says that it reached its end."""
        if not self.left:
            self._log.append(RunEnded(len(self.planned), round(time.monotonic() - self._began, 3)))
        self._stage.close(over=not self.left or not self._stage.goes_on)

    @property
    def under_way(self) -> bool:
        """Whether a scenario has begun and not ended."""
        return self._running is not None

    def _now(self) -> Running:
        assert self._running is not None, "no scenario runs"
        return self._running

    def _grade(self) -> Grade:
        story = self._now().story
        return story.attempt.grade if story else Grade.OK

    def _unless_found(self, otherwise: Standing) -> Standing:
        """What was found counts even when the scenario could not be carried through."""
        grade = self._grade()
        return otherwise if grade.approved else grade

    def _standing(self) -> Standing:
        story = self._now().story
        grade = self._grade()
        if story is None or not grade.approved:
            return grade
        if self._now().unseen:
            return Beside.UNCHECKED
        if story.attempt.undecided or story.attempt.accounts:
            return Beside.AWAITING
        if story.attempt.unseen:
            return Beside.UNCHECKED
        if story.attempt.attested:
            return Beside.ATTESTED
        if story.blind and not story.attempt.irrelevant:
            return Beside.UNCHECKED  # nobody saw it, and nobody has vouched for it
        return Grade.IR if story.attempt.irrelevant else grade


def stage_for(setup: RunSetup, folder: Path) -> Stage:
    """Where this run takes place. What the other place needs is not imported."""
    if setup.target == "live":
        played = [each for each in (setup, setup.partner) if each and each.vendor.driver is Driver.REFERENCE]
        if not setup.hub.name or not all(each.lps for each in played):
            raise ConfigurationError("--target live skal vide, hvor hub og system er: --hub og --lps.")
        if setup.vendor.driver is Driver.ATTENDED:
            from harness.runner.attended.stage import AttendedStage

            return AttendedStage(setup, folder)
        from harness.runner.live import LiveStage

        return LiveStage(setup, folder)
    from harness.runner.mock_stage import MockStage

    real = sorted(entrance for entrance, each in setup.vendor.seats.items() if each.is_real)
    if real:
        raise ConfigurationError(f"Pladserne {', '.join(real)} er ikke simulatorens. Det kan kun køres med --target live.")
    return MockStage(setup, folder)
