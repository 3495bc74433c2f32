"""The seam every driver fits: how the harness makes an LPS act, and reads what it shows.

A driver carries out what a step says, nothing more; it never judges. What it cannot do, it says by `CannotAct`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from harness.domain.careplan import Diagnosis, Disease
from harness.domain.errors import HarnessError
from harness.domain.patient import Patient
from harness.domain.sharing import PlanInLps


class CannotAct(HarnessError):
    """The LPS could not be made to do what the step asks, for a reason that is no finding: *kunne ikke testes*."""


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

    def plan(self, key: str) -> PlanInLps:
        """The plan as the LPS shows it now."""
        ...
