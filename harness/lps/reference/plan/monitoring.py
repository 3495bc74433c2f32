"""What the clinic registered of a patient's pakkeforløb, as it can be counted: level, attendance, and its own follow-ups."""

from __future__ import annotations

from typing import Any, Final

from harness.domain.indicators import Outcome
from harness.lps.reference.capability import Capability, Means
from harness.lps.reference.plan.courses import Activity

SETS_FOLLOW_UP: Final = "monitorering-systemet-sætter-selv-en-opfølgning"
NO_SHOW_OVERWRITTEN: Final = "monitorering-fremmøde-overskriver-udeblivelse"
LEVEL_FROM_ZERO: Final = "monitorering-niveau-tælles-fra-nul"
LEVELS_MERGED: Final = "monitorering-niveau-1-tælles-som-2"
FOLLOW_UP_UNCOUNTED: Final = "monitorering-opfølgning-kun-i-fri-tekst"
CALL_PER_NO_SHOW: Final = "monitorering-enhver-udeblivelse-står-som-fulgt-op"
FAULTS: Final = (
    SETS_FOLLOW_UP,
    NO_SHOW_OVERWRITTEN,
    LEVEL_FROM_ZERO,
    LEVELS_MERGED,
    FOLLOW_UP_UNCOUNTED,
    CALL_PER_NO_SHOW,
)


class Monitoring(Capability):
    """Reads the record; keeps nothing."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self.views = {"registreringer-til-monitorering": self._show}

    def _show(self, wish: dict[str, Any]) -> dict[str, Any]:
        cpr, faults = str(self._means.clinic.patients[wish["cpr"]].cpr), self._means.faults
        course = self._means.clinic.courses[cpr]
        activities = course.activities
        if NO_SHOW_OVERWRITTEN in faults and any(each.came for each in activities):
            activities = [each for each in activities if each.came is not False]
        followed = [day for _, day in course.follow_ups]
        if FOLLOW_UP_UNCOUNTED in faults:
            followed = []
        if CALL_PER_NO_SHOW in faults:
            followed = [each.day for each in activities if each.came is False]
        shown: dict[str, Any] = {
            "aktiviteter": [{"dato": each.day.isoformat(), "udfald": str(_outcome(each))} for each in activities],
            "opfoelgninger": [day.isoformat() for day in followed],
        }
        level = self._level(cpr)
        return shown if level is None else shown | {"niveau": level}

    def _level(self, cpr: str) -> int | None:
        """The level in the patient's newest plan that has one."""
        levels = self._means.level_texts()
        texts = [text for file in self._means.clinic.plans_of(cpr) for text in file.newest.plan.interventions]
        found = [levels[text] for text in texts if text in levels]
        if not found:
            return None
        if LEVEL_FROM_ZERO in self._means.faults:
            return found[-1] - 1
        return max(found[-1], 2) if LEVELS_MERGED in self._means.faults else found[-1]


def _outcome(activity: Activity) -> Outcome:
    if activity.came is None:
        return Outcome.PLANNED
    return Outcome.CAME if activity.came else Outcome.MISSED
