"""The seam every driver fits: how the harness makes an LPS act, and reads what it shows.

A driver carries out what a step says, nothing more; it never judges. What it cannot do, it says by `CannotAct`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, NoReturn, Protocol, TypeVar, runtime_checkable

from harness.domain.careplan import Diagnosis, Disease
from harness.domain.errors import HarnessError
from harness.domain.patient import Patient
from harness.domain.sharing import PlanInLps


class CannotAct(HarnessError):
    """The LPS could not be made to do what the step asks, for a reason that is no finding: *kunne ikke testes*."""


class TesterCannot(CannotAct):
    """A tester said that the LPS could not be made to, and why. They are not asked again."""


class Skipped(TesterCannot):
    """A tester left it undone, and said why: the scenario is *afventer*."""


class NotThere(CannotAct):
    """The LPS has no such act or view. Where nobody has decided that it must, a step may take that as nothing shown."""


@dataclass(frozen=True, slots=True)
class NewPlan:
    """What the doctor enters for a new plan. `level` is the differentiation level 1–3, `follow_up` the next planned follow-up."""

    patient: Patient
    disease: Disease
    diagnosis: Diagnosis
    goals: tuple[str, ...]
    interventions: tuple[str, ...]
    level: int | None = None
    follow_up: date | None = None


def patient_as_entered(patient: Patient) -> dict[str, Any]:
    """The patient as the test interface takes them in."""
    return {
        "cpr": str(patient.cpr),
        "fornavne": list(patient.given),
        "efternavn": patient.family,
        "koen": "K" if patient.female else "M",
        "foedt": patient.born.isoformat(),
    }


def plan_as_entered(plan: NewPlan) -> dict[str, Any]:
    """The plan as the test interface takes it in."""
    entered: dict[str, Any] = {
        "cpr": str(plan.patient.cpr),
        "sygdom": plan.disease.name,
        "diagnose": {
            "icpc": plan.diagnosis.code,
            "tekst": plan.diagnosis.display,
            "dato": plan.diagnosis.since.isoformat(),
        },
        "maal": list(plan.goals),
        "indsatser": list(plan.interventions),
    }
    if plan.level is not None:
        entered["niveau"] = plan.level
    if plan.follow_up is not None:
        entered["naesteOpfoelgning"] = plan.follow_up.isoformat()
    return entered


@dataclass(frozen=True, slots=True)
class Act:
    """Something a user does in the LPS: its `name` in the test interface, and what is entered, as plain JSON.

    `Act("registrer-diagnose", {"cpr": "2509479989", "kode": "R95", …})`; docs/lps-testgraenseflade.openapi.yaml has them all.
    `may_fail`: the scenario goes on from the LPS saying that it cannot, so it is done at once.
    """

    name: str
    entered: Mapping[str, Any] = field(default_factory=dict, repr=False)
    may_fail: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """Something a user looks at in the LPS: its `name` in the test interface, and what is asked for, as plain JSON."""

    name: str
    asked: Mapping[str, Any] = field(default_factory=dict, repr=False)


@runtime_checkable
class Pointed(Protocol):
    """What a person looks at: they find what they are told of."""

    def point(self, said: str) -> str:
        """What the thing is called from now on of which this is `said`."""
        ...

    def read_off(self) -> Mapping[str, Any]:
        """The same, of which each part is written down as it stands there, and not judged."""
        ...


Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Shown:
    """What an LPS shows, as its test interface says it. What does not follow the contract raises CannotAct when it is read."""

    content: Mapping[str, Any] = field(repr=False)

    def text(self, name: str, default: str | None = None) -> str:
        """The text called `name`; `default`, where there is one, when it is not there."""
        value = self.content.get(name, default)
        if not isinstance(value, str):
            self._refuse(name, "en tekst")
        return value

    def number(self, name: str) -> int:
        """The whole number called `name`."""
        value = self.content.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            self._refuse(name, "et helt tal")
        return value

    def flag(self, name: str) -> bool:
        """The yes or no called `name`."""
        value = self.content.get(name)
        if not isinstance(value, bool):
            self._refuse(name, "ja eller nej")
        return value

    def day(self, name: str) -> date | None:
        """The day called `name`, written ÅÅÅÅ-MM-DD; None where none is shown."""
        value = self.content.get(name)
        return None if value is None else self._day(name, value)

    def days(self, name: str) -> tuple[date, ...]:
        """The list of days called `name`, each written ÅÅÅÅ-MM-DD."""
        return tuple(self._day(name, each) for each in self.texts(name))

    def choice(self, name: str, kind: type[Choice]) -> Choice:
        """The text called `name`, which is one of those of `kind`: `row.choice("udfald", Outcome)`."""
        said = self.text(name)
        if said not in list(kind):
            self._refuse(name, " eller ".join(kind))
        return kind(said)

    def texts(self, name: str) -> tuple[str, ...]:
        """The list of texts called `name`."""
        value = self.content.get(name)
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self._refuse(name, "en liste af tekster")
        return tuple(value)

    def rows(self, name: str) -> tuple[Shown, ...]:
        """The list called `name`, each of its rows by itself."""
        value = self.content.get(name)
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            self._refuse(name, "en liste af rækker")
        return tuple(Shown(each) for each in value)

    def read_off(self) -> Shown:
        """The same, to be held against what was received: a person writes down what they see, and does not judge it."""
        return Shown(self.content.read_off()) if isinstance(self.content, Pointed) else self

    def key_of(self, rows: str, key: str, holds: Callable[[Shown], bool], said: str) -> str:
        """The system's own name, called `key`, for the row of the list called `rows` that `holds`; empty when there is none.

        A person finds the row by what is `said` of it, and is not asked for names they do not see.
        """
        if isinstance(self.content, Pointed):
            return self.content.point(said)
        return next((row.text(key) for row in self.rows(rows) if holds(row)), "")

    def _day(self, name: str, value: Any) -> date:
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            self._refuse(name, "en dato, skrevet ÅÅÅÅ-MM-DD")

    def _refuse(self, name: str, expected: str) -> NoReturn:
        found = "ingenting" if name not in self.content else repr(self.content[name])[:80]
        raise CannotAct(f"Systemets testgrænseflade følger ikke kontrakten: {name} skal være {expected}. Fundet: {found}.")


class Driver(Protocol):
    """What a scenario can have an LPS do. Every method raises CannotAct when the LPS cannot be made to do it."""

    def admit_patient(self, patient: Patient) -> None:
        """The patient belongs to the clinic."""
        ...

    def create_plan(self, plan: NewPlan) -> PlanInLps:
        """The doctor makes a plan; it is not shared yet."""
        ...

    def change_goal(self, key: str, goal: str) -> PlanInLps:
        """The doctor replaces the plan's goals with `goal`: a new edition, not shared yet."""
        ...

    def share(self, key: str) -> PlanInLps:
        """The doctor shares the plan's newest edition. Returns when the LPS has tried, whatever came of it."""
        ...

    def resend(self, key: str) -> PlanInLps:
        """The user asks for what has not been shared yet to be sent again."""
        ...

    def plan(self, key: str, read_off: bool = False) -> PlanInLps:
        """The plan as the LPS shows it now; `read_off` as for what else is shown."""
        ...

    def do(self, act: Act) -> Shown:
        """A user does something else in the LPS; what the LPS shows them of it."""
        ...

    def show(self, view: View) -> Shown:
        """A user looks at something else in the LPS."""
        ...

    def account(self) -> str:
        """Have the vendor give an account of what the step says; who gave it, empty where nobody can be asked."""
        ...

    def attest(self, blind: str) -> NoReturn:
        """Have a tester vouch for what the step says, since nobody else can see it (`blind` says why, in Danish).

        Raises SeenByTester when it holds, LpsFinding when it does not, CannotAct where there is no tester.
        """
        ...
