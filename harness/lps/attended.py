"""Drives an LPS through a tester: what the steps do becomes tasks at the LPS's screen, in as few sittings as can be.

Acts are kept until something depends on them: a wait, an order to a service, something to be read off the screen. What a *Så*
wants to see on the screen is not read off but judged by the tester, and the step is over.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn, Protocol

from harness.domain.errors import LpsFinding
from harness.domain.finding import Finding, Location, Owner
from harness.domain.grade import Grade
from harness.domain.patient import Patient
from harness.domain.prompt import Answer, Field, Outcome, Prompt, Task, Wanted
from harness.domain.sharing import PlanInLps, SharingStatus
from harness.domain.told import told
from harness.lps.contract import Contract, Operation
from harness.lps.driver import Act, CannotAct, NewPlan, Shown, Skipped, TesterCannot, View, patient_as_entered, plan_as_entered
from harness.lps.owner_task import owner_task

ADMIT = "opret-patient"

SCREEN_RULE = "SKÆRM"
"""The id of what a tester found at the screen."""

ATTEST_RULE = "ATTEST"
"""The id of what a tester vouched for, since nobody else could see it."""


class SeenByTester(Exception):
    """A tester has judged what the step expects, and it holds well enough to go on: the step is over."""


@dataclass(frozen=True, slots=True)
class AtStep:
    """The step that runs: its number from 0, its text, whether it is a *Så*, and what the step catalogue says of it."""

    number: int
    text: str
    expects: bool
    explained: str = ""


class Desk(Protocol):
    """Where testers are asked."""

    step: AtStep
    admitted: set[str]
    """The CPR numbers of those the testers have said are in the clinic."""

    def ask(self, prompt: Prompt) -> Answer:
        """The answer, whenever it comes. Asked with an id that has been answered, the same answer again."""
        ...

    def judged(self, subject: str, rule: str, finding: Finding | None) -> None:
        """Write down what a tester saw of `subject` by the rule with this id: that it was as it should, or what they found."""
        ...

    def irrelevant(self, reason: str) -> None:
        """Write down that a tester says the step is not relevant for this system, and why."""
        ...


@dataclass(slots=True)
class AttendedDriver:
    """A Driver for one attempt, whose prompts are called `attempt` and a number. `patients` names the test persons by CPR."""

    contract: Contract
    desk: Desk
    attempt: str
    patients: Mapping[str, Patient]
    _tasks: list[Task] = field(default_factory=list)
    _about: dict[str, str] = field(default_factory=dict)
    _labels: dict[str, str] = field(default_factory=dict)
    _whose: dict[str, str] = field(default_factory=dict)
    _made: dict[str, itertools.count[int]] = field(default_factory=dict)
    _prompts: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _admitted: set[str] = field(default_factory=set)
    _turn: int = 0
    """What is done in the LPS, or by others, is one turn more: a screen that was looked at before stands there no longer."""

    def admit_patient(self, patient: Patient) -> None:
        """The patient belongs to the clinic. Asked once in a run: who has been said to be there is there."""
        cpr = str(patient.cpr)
        if cpr not in self.desk.admitted and cpr not in self._admitted:
            self._admitted.add(cpr)
            self._add(self.contract.acts[ADMIT], patient_as_entered(patient))

    def create_plan(self, plan: NewPlan) -> PlanInLps:
        """The doctor makes a plan; it is not shared yet."""
        task = self._add(self.contract.acts["opret-plan"], plan_as_entered(plan))
        return PlanInLps(task.makes["plan"], 1, (), SharingStatus.DRAFT, "")

    def change_goal(self, key: str, goal: str) -> PlanInLps:
        """The doctor replaces the plan's goals with `goal`: a new edition, not shared yet."""
        self._add(self.contract.acts["ret-maal"], {"plan": key, "maal": [goal]})
        return PlanInLps(key, 0, (), SharingStatus.DRAFT, "")

    def share(self, key: str) -> PlanInLps:
        """The doctor shares the plan's newest edition."""
        return self._sent("del-plan", key)

    def resend(self, key: str) -> PlanInLps:
        """The user asks for what has not been shared yet to be sent again."""
        return self._sent("gensend-plan", key)

    def _sent(self, act: str, key: str) -> PlanInLps:
        self._add(self.contract.acts[act], {"plan": key})
        return PlanInLps(key, 0, (), SharingStatus.WAITING, "")

    def plan(self, key: str, read_off: bool = False) -> PlanInLps:
        """The plan as the LPS shows it now."""
        looked = self.show(View("plan", {"plan": key}))
        shown = looked.read_off() if read_off else looked
        try:
            status = SharingStatus(shown.text("status"))
        except ValueError as error:
            raise CannotAct(f"Planens status er aflæst forkert: {error}.") from None
        return PlanInLps(key, shown.number("udgave"), shown.texts("maal"), status, shown.text("besked"))

    def do(self, act: Act) -> Shown:
        """A user does something else in the LPS; what the LPS shows them of it is asked for when a step reads it."""
        operation = self.contract.acts[act.name]
        task = self._add(operation, act.entered)
        if act.may_fail:
            self.carry_out()
        return Shown(self._screen(operation, task.makes))

    def show(self, view: View) -> Shown:
        """A user looks at something in the LPS. What they see is asked for when a step reads it."""
        operation = self.contract.views[view.name]
        self._add(operation, view.asked, looks=True)
        return Shown(self._screen(operation, {}))

    def _screen(self, operation: Operation, made: Mapping[str, str]) -> _Screen:
        turn = self._turn

        def read(fields: tuple[Field, ...], off: bool) -> Mapping[str, Any]:
            return self._read(fields, off, stands=turn == self._turn)

        return _Screen(made, operation.shown, read)

    def others_act(self) -> None:
        """Others do something now, after what has been kept so far."""
        self.carry_out()
        self._turn += 1

    def ask_owner(self, owner: str, arguments: Mapping[str, Any]) -> None:
        """The tester asks the `owner` of a real service's seat to do what the step says, after what has been kept so far.

        Raises TesterCannot when it is not done: what another party does is never the LPS's finding.
        """
        self.others_act()
        self._tasks.append(owner_task(self.desk.step.number, owner, arguments, self._patient_of(arguments)))
        self._ask(Wanted.DO, owner=owner)

    def account(self) -> str:
        """The vendor gives an account of what the step says: a text or a file. Who gave it."""
        return self._ask(Wanted.ACCOUNT).by

    def attest(self, blind: str) -> NoReturn:
        """A tester vouches for what the step says, told why nobody else can see it: it is over."""
        self.carry_out()
        raise self._judged(self._ask(Wanted.ATTEST, explains=blind), ATTEST_RULE)

    def knows(self, name: str, act: str, entered: Mapping[str, Any]) -> None:
        """The system's own name for what `act` has made through its test interface: testers are told what and whose it is."""
        operation = self.contract.acts[act]
        key = next(each for each in operation.shown if each.key)
        self._whose[name] = about = self._patient_of(entered)
        self._labels[name] = f"{self._name(key, about)}, i systemet: {name}"

    def has_made(self, name: object) -> bool:
        """Whether `name` is what the scenario calls something that a tester has made."""
        return isinstance(name, str) and name in self._about

    def carry_out(self) -> None:
        """Have the testers do what has been kept so far. Raises what they answer, when it is not *udført*."""
        if self._tasks:
            self._ask(Wanted.DO)

    def _read(self, fields: tuple[Field, ...], off: bool, stands: bool) -> Mapping[str, Any]:
        """What stands in `fields` of the screen looked at last; no field: whatever stands there, to be remembered.

        What a *Så* wants is judged, unless it is to be read `off`. Raises CannotAct for what no longer `stands` there: what is
        there now would be taken for what was there then.
        """
        if self.desk.step.expects and not off:
            answer = self._ask(Wanted.JUDGE)
            raise self._judged(answer, SCREEN_RULE)
        if not fields:
            self.carry_out()
            return {}
        if not stands:
            raise CannotAct(f"{fields[0].title} skulle have været aflæst, da skærmbilledet blev vist.")
        return self._ask(Wanted.TELL, fields).values

    def _ask(self, wanted: Wanted, fields: tuple[Field, ...] = (), explains: str = "", owner: str = "") -> Answer:
        """What is answered. `owner` is the party that is asked to act, where it is not the LPS that is to do it."""
        tasks, self._tasks = tuple(self._tasks), []
        step = self.desk.step
        explained = " ".join(filter(None, (explains, step.explained)))
        prompt = Prompt(f"{self.attempt}/{next(self._prompts)}", wanted, step.number, step.text, tasks, fields, explained)
        answer = self.desk.ask(prompt)
        match answer.outcome:
            case Outcome.CANNOT | Outcome.FAULT if owner:
                raise TesterCannot(f"{owner} har ikke gjort det, {answer.by} har bedt om: {answer.remark}")
            case Outcome.CANNOT:
                raise TesterCannot(f"{answer.by} kan ikke gøre det i systemet: {answer.remark}")
            case Outcome.SKIPPED:
                raise Skipped(f"{answer.by} sprang over: {answer.remark}")
            case Outcome.FAULT:
                self._found(answer, SCREEN_RULE)
            case _:
                pass
        self.desk.admitted.update(task.entered["cpr"] for task in tasks if task.act == ADMIT)
        return answer

    def _judged(self, answer: Answer, rule: str) -> SeenByTester:
        if answer.outcome is not Outcome.JUDGED:
            return SeenByTester()  # an error of no weight was met on the way, and is what was seen
        if answer.grade == Grade.IR:
            self.desk.irrelevant(f"{answer.by}: {answer.remark}")
        elif answer.grade == Grade.OK:
            self.desk.judged(f"{_BY_RULE[rule][1]}: {self.desk.step.text}", rule, None)
        else:
            self._found(answer, rule)
        return SeenByTester()

    def _found(self, answer: Answer, rule: str) -> None:
        """Write down what the tester found. Raises LpsFinding when it is worse than F4."""
        step, (title, subject, place) = self.desk.step, _BY_RULE[rule]
        finding = Finding(
            rule=rule,
            title=title,
            grade=Grade(answer.grade),
            owner=Owner.LPS,
            location=Location(place),
            expected=step.text,
            actual=answer.remark,
            source=f"Trin {step.number + 1} i scenariet, bedømt af {answer.by}",
        )
        self.desk.judged(f"{subject}: {step.text}", rule, finding)
        if not Grade(answer.grade).approved:
            raise LpsFinding(str(finding))

    def _add(self, operation: Operation, entered: Mapping[str, Any], looks: bool = False) -> Task:
        about = self._patient_of(entered)
        makes = {each.name: self._name(each, about) for each in operation.shown if each.key and each.name not in entered}
        for name in makes.values():
            self._about[name] = about
        task = Task(
            step=self.desk.step.number,
            act=operation.name,
            says=operation.summary,
            entered=dict(entered),
            shown_as=tuple(
                (title, self._labels.get(value, value)) for title, value in told(operation.entered, entered, file=str)
            ),
            patient=about,
            looks=looks,
            makes=makes,
        )
        self._tasks.append(task)
        self._turn += not looks
        return task

    def _patient_of(self, entered: Mapping[str, Any]) -> str:
        cpr = entered.get("cpr")
        if cpr is not None:
            return next((alias for alias, patient in self.patients.items() if str(patient.cpr) == cpr), "")
        known = {**self._about, **self._whose}
        return next((known[value] for value in entered.values() if isinstance(value, str) and value in known), "")

    def _name(self, key: Field, about: str) -> str:
        """What the scenario calls a new thing in the LPS: `Henvisning 1 (Elmer)`."""
        number = next(self._made.setdefault(key.name, itertools.count(1)))
        return f"{key.title} {number}" + (f" ({about})" if about else "")


_BY_RULE: Final = {
    SCREEN_RULE: ("Testeren ser det, trinnet siger", "På skærmen", "på skærmen"),
    ATTEST_RULE: ("Testeren siger god for det, trinnet siger", "Attesteret", "set af testeren"),
}
"""Of each rule a tester judges by: its title, what the judgement is called, and where the finding is."""

Read = Callable[[tuple[Field, ...], bool], Mapping[str, Any]]
"""Asks what stands in these fields, to be judged or to be read off."""


class _Screen(Mapping[str, Any]):
    """What the LPS shows: the names of what was made are known at once, everything else is asked for when it is read."""

    def __init__(self, made: Mapping[str, str], fields: tuple[Field, ...], read: Read, off: bool = False) -> None:
        self._made = made
        self._fields = fields
        self._read = read
        self._off = off
        self._told: dict[str, Any] = dict(made)

    def __getitem__(self, name: str) -> Any:
        if name not in self._told:
            wanted = next((each for each in self._fields if each.name == name), None)
            if wanted is None:
                raise KeyError(name)
            self._told |= self._read((wanted,), self._off)
            if name not in self._told:
                raise TesterCannot(f"{wanted.title} er ikke aflæst.")
        return self._told[name]

    def point(self, said: str) -> str:
        """What the tester finds by what is `said` of it is called so."""
        return said

    def read_off(self) -> _Screen:
        """The same, of which each part is written down and not judged."""
        return self if self._off else _Screen(self._made, self._fields, self._read, off=True)

    def __iter__(self) -> Iterator[str]:
        if self._fields and len(self._told) == len(self._made):
            self._told |= self._read((), self._off)
        return iter(self._told)

    def __len__(self) -> int:
        return sum(1 for _ in self)
