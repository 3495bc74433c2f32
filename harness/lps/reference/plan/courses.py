"""What the record knows of each patient's pakkeforløb besides the plan: planned activities, and the clinic's own follow-ups."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(slots=True)
class Activity:
    """Something planned in a patient's pakkeforløb. `came` is None until it is known whether the patient did."""

    text: str
    day: date
    came: bool | None = None


@dataclass(slots=True)
class Course:
    """What happened in one patient's pakkeforløb. `follow_ups` are the clinic's own, text and day; `proposed` are profiles.

    `over` is never true but of a system that takes phase 3 for the end.
    """

    activities: list[Activity] = field(default_factory=list)
    follow_ups: list[tuple[str, date]] = field(default_factory=list)
    proposed: list[str] = field(default_factory=list)
    over: bool = False
