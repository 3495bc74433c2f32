"""Where a recorded run is gone through again: its own log in a new folder, and each attempt's recording as its world."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from harness.conformance.privacy import only_test_persons
from harness.conformance.rule import judge
from harness.domain.errors import LpsFinding
from harness.domain.event import Exchanged, ForeignCpr, Judged, Observed, Ordered
from harness.domain.scenario import Scenario
from harness.lps.attended import AtStep
from harness.lps.replay import NotSeen, RecordingEnds, ReplayDriver
from harness.record.attempt import Attempt
from harness.record.evidence import Evidence
from harness.record.fold import fold
from harness.record.guard import guard_of
from harness.record.inbox import Inbox
from harness.record.intake import Intake
from harness.record.log import Log, LogWriter
from harness.record.recording import Happening, RecordedAttempt
from harness.runner.mock import clinic_of, receiver_and_reader
from harness.runner.replay.bound import bound
from harness.runner.replay.laid_down import LaidDown, some
from harness.runner.replay.source import read_source
from harness.runner.replay.tape import Tape
from harness.runner.setup import RunSetup
from harness.steps.story import Story, mark_of
from harness.suite.gherkin import read_feature

NOT_RECORDED = "Scenariet er ikke med i optagelsen."
CHANGED = "Scenariets trin er ændret, siden det blev optaget, eller testeren skrev egne værdier. Kun beskederne er bedømt."
_LOOKS = re.compile(r"\b(?:lægen|klinikken) har set\b")
LOST = "Bygger på et trin, som ikke kunne følges i optagelsen."


class Playing(Protocol):
    """The run whose recorded steps are played: what is told it of them."""

    @property
    def has_unseen(self) -> bool:
        """Whether a step of the scenario that runs could not be judged."""
        ...

    def story(self) -> Story:
        """The running attempt's story."""
        ...

    def step_started(self, keyword: str, text: str, expects: bool) -> None:
        """The next step begins."""
        ...

    def step_ended(self, error: BaseException | None = None) -> None:
        """The step that runs is over."""
        ...

    def step_unseen(self, reason: str) -> None:
        """The step that runs came to nothing."""
        ...


class ReplayStage:
    """Writes the log itself, in `folder`. `put_on` says which scenario the next story is of, before it is asked for."""

    goes_on = False
    follows = False

    def __init__(self, setup: RunSetup, folder: Path) -> None:
        self._setup = setup
        self._source = read_source(setup.replay)
        self._guard = guard_of(setup.allowed_cprs)
        self._writer = LogWriter(folder, scrub=self._guard.scrub)
        self.log: Log = self._writer
        self.before = fold(())
        self._evidence = Evidence(folder)
        self._laid_down = LaidDown(setup, self.log, self._evidence, self._guard)
        self._recorded: RecordedAttempt | None = None
        self._tape: Tape | None = None

    def begin(self, planned: Iterable[str]) -> None:
        """The run has begun: tell what it stands on. `planned` are the identities of its scenarios."""
        recording, names = self._source.recording, frozenset(planned)
        if recording is None:
            self._laid_down.sort(self._source, [each for each in self._scenarios() if each.id in names])
            return
        changed = sorted({name for name, _ in self._setup.fingerprint.items() ^ recording.started.fingerprint.items()})
        if changed:
            self._tell(f"Siden optagelsen er dette ændret, og bedømt som det er nu: {', '.join(changed)}.")
        if recording.outside:
            self._tell(f"{recording.outside} beskeder kom, mens intet scenarie var i gang. De er ikke bedømt.")
        others, absent = recording.attempts.keys() - names, names - recording.attempts.keys()
        if others:
            self._tell(f"I optagelsen, men ikke blandt de scenarier, der er valgt: {some(sorted(others))}.")
        if absent:
            self._tell(f"Ikke i optagelsen: {some(sorted(absent))}.")

    def _tell(self, text: str) -> None:
        self.log.append(Observed(text))

    def _scenarios(self) -> Iterator[Scenario]:
        """Every scenario of the campaigns."""
        house = self._setup.house
        for folder in self._setup.folders:
            for path in sorted((house.features / folder).rglob("*.feature")):
                yield from read_feature(path, path.relative_to(house.home).as_posix())

    def put_on(self, scenario: Scenario) -> str:
        """The next story is of this scenario; the mark it had then, empty when it was not recorded."""
        recording = self._source.recording
        self._recorded = recording.attempts.get(scenario.id) if recording else None
        return self._recorded.started.mark if self._recorded else ""

    def play(self, run: Playing, scenario: Scenario) -> None:
        """Go through the steps of the scenario that was put on. Raises what a step comes to, and NotSeen where it ends."""
        if self._source.recording is None:
            self._laid_down.judge(scenario, run.story().attempt)
        if self._recorded is None:
            raise NotSeen(NOT_RECORDED)
        story, tape = run.story(), self._tape
        assert tape is not None, "the story has a tape"
        if self._recorded.started.steps != scenario.steps:
            tape.go_to_end()
            story.messages.judge()
            raise NotSeen(CHANGED)
        lost = False
        for number, step in enumerate(bound(scenario.steps)):
            tape.go_to_step(number)
            run.step_started(step.keyword, step.text, expects=step.kind == "then")
            unseen = LOST if lost else ""
            try:
                if not lost:
                    try:
                        step.act(story=story, **step.arguments)
                    except NotSeen as reason:
                        unseen = str(reason)
                        # What was done is not known, and so not what is to come of it. To look at something is to do nothing.
                        lost = step.kind != "then" and not _LOOKS.search(step.text)
                    except LpsFinding:
                        raise
                    except Exception as reason:  # it could then, so what it stands on is not where it was
                        if not run.has_unseen and not tape.was_carried_out(number):
                            raise
                        unseen, lost = f"Trinnet kunne ikke følges i optagelsen: {reason}", True
                tape.step_is_over(number)
            except RecordingEnds as end:
                run.step_unseen(unseen or str(end))
                if self._recorded.messages_were_judged:
                    story.messages.judge()
                raise RecordingEnds(f"{unseen} {end}".lstrip()) from None
            except BaseException as error:
                run.step_ended(error)
                raise
            if unseen:
                run.step_unseen(unseen)
            else:
                run.step_ended()
        tape.go_to_end()

    def story(self, seed: str) -> Story:
        """The story of the attempt that was put on, with its own mark."""
        recorded = self._recorded

        def arrived(happened: Happening) -> None:
            match happened:
                case Exchanged():
                    exchange = self._source.exchange_of(happened)
                    if intake.admit(exchange.sender, exchange.request):
                        intake.keep(exchange)
                case Ordered():
                    intake.note(happened)
                case ForeignCpr():
                    self.log.append(happened)
                case Judged():  # a message that was never stored: what the door said of it is all there is
                    places = tuple(finding.location.path for finding in happened.findings)
                    attempt.judge(happened.subject, judge([only_test_persons], places))
                case Observed():
                    intake.observe(happened.text)

        tape = self._tape = Tape(recorded, self._source.exchange_of, arrived)
        inbox = Inbox(tape)
        attempt = Attempt(self.log, self._guard, inbox)
        intake = Intake(self.log, self._evidence, self._guard, arrived=inbox.record, found=attempt.judge)
        receiver, reader = receiver_and_reader(self._setup, tape.ask)
        return Story(
            patients=self._setup.patients,
            profiles=self._setup.profiles,
            driver=ReplayDriver(tape.refused),
            services=tape,
            time=tape,
            reader=reader,
            ask=tape.ask,
            attempt=attempt,
            receiver=receiver,
            mark=recorded.started.mark if recorded else mark_of(seed),
            sts=self._setup.sts,
            clinic=clinic_of(self._setup),
        )

    def at(self, step: AtStep) -> None:
        """Nobody follows the steps here."""

    def interrupt(self) -> None:
        """The attempt is carried to its end."""

    def close(self, over: bool = True) -> None:
        """Close the log."""
        self._writer.close()
