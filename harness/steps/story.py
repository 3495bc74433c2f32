"""What one attempt at one scenario knows: its people, its plans, and the ways to act, read and judge."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from harness.conformance.behaviour import sharing as rules
from harness.conformance.rule import Judgement, Result, Rule, judge
from harness.domain.careplan import Disease
from harness.domain.clock import copenhagen
from harness.domain.errors import LpsFinding
from harness.domain.finding import Finding
from harness.domain.organisations import CLINIC
from harness.domain.patient import Patient
from harness.domain.profile import Profile
from harness.domain.sharing import PlanInLps, SharedEdition
from harness.lps.attended import SeenByTester
from harness.lps.driver import Act, CannotAct, Driver, NewPlan
from harness.record.attempt import Attempt
from harness.record.pair import blame
from harness.standards.xds.metadata import DocumentEntry
from harness.steps.diseases import DIAGNOSES
from harness.steps.messages.judged import DIRECT, Messages
from harness.steps.messages.judging import UNSEEN
from harness.steps.plan.plan_story import PlanStory
from harness.steps.reader import Ask, Reader, ReadingBack, everyones
from harness.steps.real_services import let_down, why_blind
from harness.steps.surroundings import Services, Time

ARRIVAL_SECONDS = 900.0
"""How long a shared plan may be on its way before it counts as not sent. The project's convention: no source gives a number."""

TOO_LATE = "Der gik så lang tid, at systemet kan have fået svaret alligevel. Forstyrrelsen kunne ikke prøves."

OWN_RETRY_SECONDS = 900.0
"""How long the LPS may take to try again by itself, before its user asks it to."""

_CONSONANTS = "BCDFGHJKLMNPQRSTVWXZ"


Part = TypeVar("Part")


def mark_of(seed: str, number: int = 0) -> str:
    """Six letters without vowels: no word, no number, no name. The same seed and number give the same mark."""
    return "".join(random.Random(f"{seed} {number}").choices(_CONSONANTS, k=6))


def marks_in(text: str) -> list[str]:
    """The marks in `text`, of whichever attempt."""
    return re.findall(rf"\b[{_CONSONANTS}]{{6}}\b", text)


QUIET_SECONDS = 60.0
"""How long nothing more may come before what stands at the receiver is counted."""


@dataclass(frozen=True, slots=True)
class Partner:
    """The other LPS of a run of two: its id, its product's name, and how it is made to act. `own` is the run's own product.

    `remembers` is whether it may have what came to it in earlier attempts and runs.
    """

    system: str
    product: str
    driver: Driver
    own: str
    remembers: bool = True


@dataclass(slots=True)
class Story:
    """One attempt. `receiver` is the name of the service that takes plans by this system's rute; `mark` is the attempt's own.

    `ask` sends a request to a national service as its other users do, and gives the answer.
    `sts` are the token service's certificates (DER), which ID cards are held against. `files` are MedCom's own example files.
    Where `real` services have seats, `ours` tells the clinic's documents from others'. With `read_back` nobody sees what the LPS
    sends, only what came of it. `blind` are the seats into which nobody sees even that: there testers vouch for it.
    `partner` is the other LPS of a run of two; None in every other run. `clinic` is the SOR code that the system is set up with.
    """

    patients: Mapping[str, Patient]
    profiles: Mapping[str, Profile]
    driver: Driver
    services: Services
    time: Time
    reader: Reader
    ask: Ask
    attempt: Attempt
    receiver: str
    mark: str
    sts: tuple[bytes, ...] = field(default=(), repr=False)
    ours: Callable[[DocumentEntry], bool] = everyones
    read_back: ReadingBack | None = None
    real: bool = False
    blind: tuple[str, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    partner: Partner | None = None
    clinic: str = CLINIC.sor
    made: list[PlanStory] = field(default_factory=list)
    _current: PlanStory | None = None
    _marks: int = 0
    about: dict[str, str] = field(default_factory=dict)
    _parts: dict[type[Any], Any] = field(default_factory=dict)
    _back: dict[str, Act] = field(default_factory=dict)
    undecided: frozenset[str] = field(init=False)
    """The facts of the profiles that are not decided."""

    def __post_init__(self) -> None:
        self.undecided = frozenset().union(*(profile.undecided for profile in self.profiles.values()))

    def part(self, kind: Callable[[Story], Part]) -> Part:
        """What this attempt knows of one capability: a `kind` made of this story when it is first asked for.

        `story.part(Referrals).sent` is the same list in every step of the attempt.
        """
        assert isinstance(kind, type)
        if kind not in self._parts:
            self._parts[kind] = kind(self)
        found: Part = self._parts[kind]
        return found

    @property
    def messages(self) -> Messages:
        """The rules over the messages themselves."""
        return self.part(Messages)

    @property
    def today(self) -> date:
        """The day in Denmark."""
        return copenhagen(self.time.now()).date()

    def put_back(self, what: str, act: Act) -> None:
        """`act` is done when the attempt is over, whatever came of it, so that the test person can be used again.

        Of several acts about the same thing, `what`, the last one is done.
        """
        self._back[what] = act

    def end(self) -> None:
        """Do what was to be done when the attempt is over. Raises CannotAct when the LPS cannot be made to."""
        for act in self._back.values():
            self.driver.do(act)
        self.time.run_due()

    # People and what they enter

    def patient(self, alias: str) -> Patient:
        """The test person features call `alias`. Raises CannotAct when there is none."""
        if alias not in self.patients:
            raise CannotAct(f"Der er ingen testpatient med navnet {alias}.")
        if self.read_back is not None:
            self.read_back.watch(self.patients[alias])
        return self.patients[alias]

    def next_mark(self, about: Patient | None = None) -> str:
        """A mark no text of this attempt has had: what comes back with it was made here, and from that text.

        `about` is the patient the text is about, when it is about one.
        """
        mark = mark_of(self.mark, self._marks)
        self._marks += 1
        if about is not None:
            self.about[mark] = str(about.cpr)
        return mark

    def marked(self, text: str, about: Patient | None = None) -> str:
        """`text` with a mark of its own at its end; `about` as in `next_mark`."""
        return f"{text} {self.next_mark(about)}"

    def example_file(self, name: str, shipped: bytes, mark: str) -> bytes:
        """The file scenarios call `name`: MedCom's own with the mark at its end, where it is withheld too; else `shipped`."""
        own = self.files.get(name)
        return shipped if own is None else own + mark.encode()

    @property
    def marks(self) -> list[str]:
        """Every mark this attempt has given, oldest first."""
        return [mark_of(self.mark, number) for number in range(self._marks)]

    def make_plan(
        self,
        disease: Disease,
        alias: str,
        goal: str,
        level: int | None = None,
        follow_up: date | None = None,
        interventions: tuple[str, ...] = (),
    ) -> PlanStory:
        """The doctor makes a plan with `goal` and a mark; it becomes the plan the next steps speak of."""
        patient = self.patient(alias)
        mark = self.next_mark(patient)
        wish = NewPlan(
            patient=patient,
            disease=disease,
            diagnosis=DIAGNOSES[disease],
            goals=(f"{goal} {mark}",),
            interventions=(self.marked("Samtale med klinikkens sygeplejerske", patient), *interventions),
            level=level,
            follow_up=follow_up,
        )
        began = self.time.now()  # before it is written: a tester may take their time over it
        made = self.driver.create_plan(wish)
        self._current = PlanStory(wish, made.key, [*wish.goals], [mark], began, [*made.goals])
        self.made.append(self._current)
        return self._current

    @property
    def plans(self) -> dict[str, PlanStory]:
        """Each patient's plan made last, by the name features use."""
        return {each.patient.alias: each for each in self.made}

    @property
    def plan(self) -> PlanStory:
        """The plan made last. Raises CannotAct before there is one."""
        if self._current is None:
            raise CannotAct("Scenariet har ikke lavet en plan endnu.")
        return self._current

    def change_goal(self, goal: str) -> None:
        """The doctor changes the plan's goal; not shared yet."""
        mark = self.next_mark(self.plan.patient)
        self.plan.shown += self.driver.change_goal(self.plan.key, f"{goal} {mark}").goals
        self.plan.goals.append(f"{goal} {mark}")
        self.plan.marks.append(mark)

    def attest(self) -> None:
        """Where nobody can see what comes of what the LPS does, have a tester vouch for what the step says: then it is over."""
        if self.blind:
            self.driver.attest(why_blind(self.blind))

    # The receiver

    def be_quiet(self) -> None:
        """Let so much time pass that a second copy would have come."""
        self.time.until(lambda: False, QUIET_SECONDS)

    def editions(self, person: Patient | None = None) -> tuple[SharedEdition, ...]:
        """What the receiver holds under the patient that this attempt made."""
        self.time.run_due()
        held = self.reader.editions(person or self.plan.patient)
        marks = [mark for plan in self.made for mark in plan.marks]
        return tuple(edition for edition in held if any(mark in edition.text for mark in marks))

    def shown(self, read_off: bool = False) -> PlanInLps:
        """The plan as the LPS shows it; `read_off` where it is held against what was received."""
        return self.driver.plan(self.plan.key, read_off)

    # Judging

    def check(self, rule: Rule, *subject: object) -> None:
        """Run one rule of the scenario; raises LpsFinding when it breaks with a grade worse than F4.

        A rule that had nothing to judge has not held: CannotAct. Where a real service did not do its part, nothing the scenario
        sees afterwards is the LPS's alone: CannotAct too, EnvironmentFault where it could not be reached.
        """
        self.unless_let_down()
        self.check_own_part(rule, *subject)

    def check_if_any(self, rule: Rule, *subject: object) -> None:
        """As `check`, of a rule that is judged beside what the step is about: it is no lack that there is nothing it speaks of.

        story.check_if_any(reliability.unchanged, line)  # where it may be that nothing was sent again
        """
        self.unless_let_down()
        self._judge(rule, *subject)

    def unless_let_down(self) -> None:
        """Raise where a real service did not do its part: CannotAct, EnvironmentFault."""
        reason = let_down(self.attempt.inbox.received) if self.real else None
        if reason is not None:
            self.messages.judge()  # what the LPS sent is its own, whatever was answered
            raise reason

    @contextmanager
    def judged_by(self, *rules: Rule) -> Iterator[None]:
        """Where a tester judges what is looked at in here, no rule runs, but what they come to rests on what these compare with.

        with story.judged_by(rules.follows_criteria):
            listed = lists.listed(title)
        """
        try:
            yield
        except SeenByTester:
            self.attempt.undecided |= {each.fact for each in rules} & self.undecided
            raise

    def check_own_part(self, rule: Rule, *subject: object) -> None:
        """As `check`, for what the LPS did whatever was answered."""
        judged = self._judge(rule, *subject)
        if judged.result is Result.NOT_JUDGED:
            raise CannotAct(f"“{rule.title}” kunne ikke bedømmes: {judged.reason}.")

    def _judge(self, rule: Rule, *subject: object) -> Judgement:
        judgements = judge([rule], *subject, undecided=self.undecided)
        broken = any(each.result is Result.BROKEN for each in judgements)
        if broken and self.read_back is not None and self.receiver != DIRECT and rule.id in rules.REGISTERED:
            raise CannotAct(
                f"“{rule.title}” holder ikke, men PLSP registrerede planen. Om det er PLSP, kan ikke afgøres. {UNSEEN}"
            )
        if broken and self.blind:  # it may have come to the seat into which nobody sees
            raise CannotAct(f"“{rule.title}” kan ikke afgøres. {why_blind(self.blind)}")
        self.stop_at(self.attempt.judge(f"Scenariet: {rule.id}", judgements))
        return judgements[0]

    def fact_text(self, fact: str, **values: object) -> str:
        """How the profile says something stands in a plan: the fact's pattern with `values` put in."""
        return self.profiles["deling"].pattern(fact).format(**values)

    def stop_at(self, findings: list[Finding]) -> None:
        """Raise LpsFinding where a finding is worse than F4; CannotAct where only the partner's are: then it is the cause."""
        severe = self.attempt.severe(findings)
        own = [finding for finding in severe if not finding.side]
        if own:
            raise LpsFinding("\n".join(str(finding) for finding in own))
        if severe:
            assert self.partner is not None, "nobody else is laid findings on"
            raise CannotAct(blame(self.partner.product, self.partner.system, severe))
