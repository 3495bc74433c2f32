"""Drives an LPS through its test interface where that has the act or view, and through a tester for the rest, step by step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

from harness.domain.patient import Patient
from harness.domain.sharing import PlanInLps
from harness.lps.adapter import AdapterDriver
from harness.lps.attended import AttendedDriver
from harness.lps.driver import Act, Driver, NewPlan, Shown, View, plan_as_entered


class MixedDriver:
    """A Driver over both. What a tester has made, only testers can go on with: the test interface knows no name for it."""

    def __init__(self, adapter: AdapterDriver, attended: AttendedDriver) -> None:
        self._adapter = adapter
        self._attended = attended

    def admit_patient(self, patient: Patient) -> None:
        """The patient belongs to the clinic."""
        self._who("opret-patient").admit_patient(patient)

    def create_plan(self, plan: NewPlan) -> PlanInLps:
        """The doctor makes a plan; it is not shared yet."""
        who = self._who("opret-plan")
        made = who.create_plan(plan)
        if who is self._adapter:
            self._attended.knows(made.key, "opret-plan", plan_as_entered(plan))
        return made

    def change_goal(self, key: str, goal: str) -> PlanInLps:
        """The doctor replaces the plan's goals with `goal`: a new edition, not shared yet."""
        return self._who("ret-maal", [key]).change_goal(key, goal)

    def share(self, key: str) -> PlanInLps:
        """The doctor shares the plan's newest edition."""
        return self._who("del-plan", [key]).share(key)

    def resend(self, key: str) -> PlanInLps:
        """The user asks for what has not been shared yet to be sent again."""
        return self._who("gensend-plan", [key]).resend(key)

    def plan(self, key: str, read_off: bool = False) -> PlanInLps:
        """The plan as the LPS shows it now."""
        return self._who("plan", [key], looks=True).plan(key, read_off)

    def do(self, act: Act) -> Shown:
        """A user does something else in the LPS; what the LPS shows them of it."""
        who = self._who(act.name, act.entered.values())
        shown = who.do(act)
        if who is self._adapter:
            for name in (each.name for each in self._attended.contract.acts[act.name].shown if each.key):
                if isinstance(key := shown.content.get(name), str) and key not in act.entered.values():
                    self._attended.knows(key, act.name, act.entered)
        return shown

    def show(self, view: View) -> Shown:
        """A user looks at something else in the LPS."""
        return self._who(view.name, view.asked.values(), looks=True).show(view)

    def account(self) -> str:
        """A tester gives an account of what the step says."""
        return self._attended.account()

    def attest(self, blind: str) -> NoReturn:
        """A tester vouches for what the step says."""
        self._attended.attest(blind)

    def _who(self, name: str, entered: Iterable[Any] = (), looks: bool = False) -> Driver:
        """Who does it, or `looks`; what testers have not done yet is done before the test interface is used."""
        if any(self._attended.has_made(each) for each in entered) or not self._adapter.can(name):
            return self._attended
        if looks:
            self._attended.carry_out()
        else:
            self._attended.others_act()
        return self._adapter
