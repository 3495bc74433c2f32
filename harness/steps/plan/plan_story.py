"""What one attempt knows of one plan it made."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from harness.domain.patient import Patient
from harness.lps.driver import NewPlan


@dataclass(slots=True)
class PlanStory:
    """One plan of the scenario: what the doctor entered, and its key in the LPS.

    `goals` have their `marks`, oldest first. `made` is when the doctor began to write it. `shown` are the goals that the LPS has
    shown in it, empty where nobody looked.
    """

    entered: NewPlan
    key: str
    goals: list[str]
    marks: list[str]
    made: datetime
    shown: list[str] = field(default_factory=list)

    @property
    def patient(self) -> Patient:
        """Whose the plan is."""
        return self.entered.patient

    @property
    def goal(self) -> str:
        """The goal the doctor wrote last."""
        return self.goals[-1]

    @property
    def mark(self) -> str:
        """The mark of the goal the doctor wrote last."""
        return self.marks[-1]
