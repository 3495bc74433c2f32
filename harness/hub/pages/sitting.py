"""The page on which testers carry a run through: what it shows, made from where the run stands.

A script that acts as a tester reads it too. A task is an element with `data-handling` or `data-visning` (the act's or the view's
name in the test interface), `data-indtastet` (JSON of what is entered) and `data-laver` (JSON of what is made: the name of its
key, and what the scenario calls it). The form has `data-spørgsmål` (the prompt's id) and `data-ønsker` (a `Wanted`); its
inputs are named as `forms` says. `body[data-tilstand]` is one of `State`.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from harness.domain.event import ScenarioEnded, Waiting
from harness.domain.grade import Grade
from harness.domain.patient import Patient
from harness.domain.prompt import UNGROUNDED, Outcome, Prompt, Task, Wanted
from harness.hub.desk import Desk
from harness.hub.pages.forms import Input, Mistake, Sent, inputs

MORE_MINUTES: Final = 5
"""How much more time a tester gives a wait."""


class State(StrEnum):
    """What a tester meets."""

    NO_RUN = "ingen kørsel"
    BEFORE = "før start"
    ASKING = "spørger"
    WAITING = "venter"
    WORKING = "arbejder"
    BETWEEN = "mellem to scenarier"
    OVER = "slut"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the story. `state`: `gjort`, `nu` or `mangler`; `outcome` and `message` say how it ended."""

    text: str
    state: str
    outcome: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A task as it is shown: its data, title and value, without what its group says.

    `named` are the values that the scenario has given names: nothing that could be typed into the LPS.
    """

    task: Task
    number: int
    data: tuple[tuple[str, str], ...]
    named: frozenset[str]


@dataclass(frozen=True, slots=True)
class Group:
    """Tasks one after the other with the same patient, or with none."""

    patient: str
    name: str
    cpr: str
    tasks: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to answer: what the form carries, how it is said, and its key. `remark`: it needs one."""

    value: str
    says: str
    key: str
    remark: bool = True
    grade: bool = False


_DONE = Choice(Outcome.DONE, "Udført", "u", remark=False)
_GIVEN = Choice(Outcome.DONE, "Redegørelsen er givet", "u")
_FAULT = Choice(Outcome.FAULT, "Fejl", "f", grade=True)
_CANNOT = Choice(Outcome.CANNOT, "Kan ikke udføres", "k")
_CHOSEN = Choice(Outcome.DONE, "Gå i gang", "g", remark=False)
_SKIPPED = Choice(Outcome.SKIPPED, "Spring over", "s")
_KEYS: Final = {Grade.OK: "o", Grade.F4: "4", Grade.F3: "3", Grade.F2: "2", Grade.F1: "1", Grade.IR: "i"}
_GRADES: Final = tuple(Choice(grade, grade.danish, key, grade is not Grade.OK) for grade, key in _KEYS.items())

FAULTS: Final = tuple(each for each in _GRADES if each.value in ("F4", "F3", "F2", "F1"))
"""How bad an error is."""


@dataclass(frozen=True, slots=True)
class Wait:
    """What is waited for, and how many seconds are left on a tester's watch (negative: it is over)."""

    waiting: Waiting
    left: float


@dataclass(frozen=True, slots=True)
class Sitting:
    """All that the page shows of a run. `mistakes` and `sent` are those of a form that was refused; `kept` what it said."""

    state: State
    desk: Desk
    prompt: Prompt | None
    steps: tuple[Step, ...] = ()
    groups: tuple[Group, ...] = ()
    inputs: tuple[Input, ...] = ()
    choices: tuple[Choice, ...] = ()
    wait: Wait | None = None
    sent: Sent | None = None
    mistakes: tuple[Mistake, ...] = ()
    kept: tuple[tuple[str, str], ...] = ()

    def text(self, name: str) -> str:
        """What the refused form said in the input called `name`."""
        return self.sent.text(name) if self.sent else ""

    def mistake(self, name: str) -> Mistake | None:
        """What is wrong with the input called `name`."""
        return next((each for each in self.mistakes if each.at == name), None)

    @property
    def grounds(self) -> str:
        """What the remark or a file must say, where one of them is needed."""
        return UNGROUNDED.get(self.prompt.wanted, "") if self.prompt else ""

    @property
    def needed(self) -> int:
        """How many scenarios the run has."""
        return len(self.desk.run.planned) if self.desk.run else 0

    @property
    def last(self) -> ScenarioEnded | None:
        """The scenario that ended last."""
        return next(reversed(self.desk.standings.values()), None)

    @property
    def tally(self) -> list[tuple[str, int]]:
        """How many scenarios came to what."""
        return Counter(each.standing for each in self.desk.standings.values()).most_common()


def sitting(desk: Desk, patients: Mapping[str, Patient], sent: Sent | None = None, mistakes: tuple[Mistake, ...] = ()) -> Sitting:
    """Where the run stands; with a form that was `sent` and refused for its `mistakes`. Only for use in the run's turn."""
    prompt = desk.open
    names = names_made(desk)
    here = prompt is not None and sent is not None and sent.text("_spørgsmål") == prompt.id
    form = sent if here and sent else Sent()
    return Sitting(
        _state(desk),
        desk,
        prompt,
        tuple(_steps(desk)),
        tuple(groups(prompt.tasks, patients, frozenset().union(*names.values()))) if prompt else (),
        inputs(prompt.fields, form, names) if prompt else (),
        _choices(prompt) if prompt else (),
        _wait(desk),
        form if here else None,
        mistakes,
        tuple(_kept(desk, sent)) if sent and not here else (),
    )


def _state(desk: Desk) -> State:
    if desk.over:
        return State.OVER
    if desk.open:
        return State.ASKING
    if desk.scenario is None:
        return State.BETWEEN if desk.standings else State.BEFORE
    return State.WAITING if desk.waiting else State.WORKING


def _steps(desk: Desk) -> Iterator[Step]:
    asked = {task.step for task in desk.open.tasks} if desk.open else frozenset()
    for number, text in enumerate(desk.scenario.steps if desk.scenario else ()):
        ended = desk.ended.get(number) if number not in asked else None  # its code has run; its tasks have not been done
        if ended:
            yield Step(text, "gjort", ended.outcome, ended.message)
        else:
            yield Step(text, "nu" if number == desk.step or number in asked else "mangler")


def groups(tasks: tuple[Task, ...], patients: Mapping[str, Patient], named: frozenset[str]) -> Iterator[Group]:
    """`tasks` by whom they are about; `named` are the names the scenario has given."""
    by_cpr = {str(each.cpr): each for each in patients.values()}
    numbers = itertools.count(1)

    def whose(task: Task) -> tuple[str, str, str]:
        known = by_cpr.get(str(task.entered.get("cpr"))) or patients.get(task.patient)
        cpr = str(known.cpr) if known else str(task.entered.get("cpr", ""))
        return task.patient or (known.alias if known else ""), known.name if known else "", cpr

    for (alias, name, cpr), those in itertools.groupby(tasks, whose):
        shown = (Shown(task, next(numbers), tuple(each for each in task.shown_as if each[1] != cpr), named) for task in those)
        yield Group(alias, name, cpr, tuple(shown))


def names_made(desk: Desk) -> dict[str, tuple[str, ...]]:
    """What the scenario has named so far, by the key each name stands for."""
    found: dict[str, tuple[str, ...]] = {}
    for task in (task for prompt in desk.prompts.values() for task in prompt.tasks):
        for key, name in task.makes.items():
            found[key] = (*found.get(key, ()), name)
    return found


def _choices(prompt: Prompt) -> tuple[Choice, ...]:
    match prompt.wanted:
        case Wanted.CHOOSE:
            return _CHOSEN, _SKIPPED
        case Wanted.ACCOUNT:
            return _GIVEN, _CANNOT, _SKIPPED
        case Wanted.JUDGE:
            return *_GRADES, _CANNOT, _SKIPPED
        case Wanted.ATTEST:
            return *(replace(each, remark=True) for each in _GRADES), _CANNOT, _SKIPPED
        case _:
            return _DONE, _FAULT, _CANNOT, _SKIPPED


def _wait(desk: Desk) -> Wait | None:
    if desk.waiting is None:
        return None
    waiting, since, seconds = desk.waiting
    tempo = desk.run.tempo if desk.run else 1.0
    return Wait(waiting, seconds / tempo - (datetime.now(UTC) - since).total_seconds())


def _kept(desk: Desk, sent: Sent) -> Iterator[tuple[str, str]]:
    """What a tester wrote in a form that nobody asks for any more."""
    prompt = desk.prompts.get(sent.text("_spørgsmål"))
    titles = {each.name: each.title for each in prompt.fields} if prompt else {}
    own = {"_svar": "Svar", "_karakter": "Vurdering", "_bemærkning": "Bemærkning"}
    for name, text in sent.texts.items():
        if text.strip() and name not in ("_spørgsmål", "_csrf", "_række"):
            yield own.get(name) or titles.get(name.partition(".")[0], name), text.strip()
    for each in (each for files in sent.files.values() for each in files if each[0]):
        yield "Fil (ikke gemt)", each[0]
