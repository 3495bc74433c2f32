"""How a pakkeforløb is followed up: the next follow-up, no-shows, phases, goals that are reached, and deadlines."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from harness.domain.careplan import Disease
from harness.domain.clock import copenhagen
from harness.domain.treatment_plan import FollowUpForm
from harness.lps.reference.capability import Capability, Means
from harness.lps.reference.clinic import PlanFile

KEEPS_OLD_DAY: Final = "plan-flyttet-opfølgning-står-begge-steder"
LOSES_RESPONSIBILITY: Final = "plan-eget-ansvar-deles-ikke"
KEEPS_RESPONSIBILITY: Final = "plan-eget-ansvar-bliver-stående"
HIDES_PASSED: Final = "plan-passeret-opfølgning-forsvinder"
SILENT_WITHOUT_NEXT: Final = "plan-tier-om-manglende-opfølgning"
LOSES_FORM: Final = "plan-opfølgning-altid-hos-lægen"
NO_SHOW_ON_LEVEL_ONE: Final = "plan-udeblivelse-skjult-på-niveau-1"
NO_SHOW_FORGOTTEN: Final = "plan-udeblivelse-glemt-ved-ny-opfølgning"
STANDS_STILL: Final = "plan-fase-står-stille"
PHASE_WITHOUT_DAY: Final = "plan-fase-3-uden-opfølgning"
PHASE_FORGETS_DAY: Final = "plan-fase-3-sletter-opfølgningen"
ENDS_AT_GOAL: Final = "plan-afsluttes-når-målene-er-nået"
WITHDRAWS_AT_GOAL: Final = "plan-trækkes-tilbage-når-målene-er-nået"
FORM_FORGOTTEN: Final = "plan-opfølgningens-form-glemmes-når-den-flyttes"
PHASE_RESET: Final = "plan-fase-1-igen-ved-ny-opfølgning"
DROPS_LEVEL: Final = "plan-ny-opfølgning-fjerner-niveauet"
DEADLINE_DAY_EARLY: Final = "plan-frist-en-dag-for-tidligt"
DEADLINE_FIXED: Final = "plan-frist-kan-ikke-ændres"
DEADLINE_STAYS: Final = "plan-frist-advarer-selv-om-planen-er-lavet"
DEADLINE_SILENT: Final = "plan-frist-advarer-ikke"
KEEPS_DAY_BESIDE_OWN: Final = "blind-egenansvar-med-gammel-dato"
SWAPS_DAY_AND_MONTH: Final = "blind-maaned-og-dag-byttet"
ENDS_IN_PHASE_3: Final = "blind-fase-3-forlader-overblikket"
FAULTS: Final = (
    KEEPS_OLD_DAY,
    LOSES_RESPONSIBILITY,
    KEEPS_RESPONSIBILITY,
    HIDES_PASSED,
    SILENT_WITHOUT_NEXT,
    LOSES_FORM,
    NO_SHOW_ON_LEVEL_ONE,
    NO_SHOW_FORGOTTEN,
    STANDS_STILL,
    PHASE_WITHOUT_DAY,
    PHASE_FORGETS_DAY,
    ENDS_AT_GOAL,
    WITHDRAWS_AT_GOAL,
    FORM_FORGOTTEN,
    PHASE_RESET,
    DROPS_LEVEL,
    DEADLINE_DAY_EARLY,
    DEADLINE_FIXED,
    DEADLINE_STAYS,
    DEADLINE_SILENT,
    KEEPS_DAY_BESIDE_OWN,
    SWAPS_DAY_AND_MONTH,
    ENDS_IN_PHASE_3,
)

_FIXED_DAYS: Final = 30
"""The deadline of a system that has it built in."""


@dataclass(slots=True)
class _Course:
    """One pakkeforløb. `own` says that the patient makes contact; `missing` that nobody has decided on the next follow-up."""

    phase: int = 1
    running: bool = True
    day: date | None = None
    own: bool = False
    form: FollowUpForm = FollowUpForm.DOCTOR
    no_shows: list[date] = field(default_factory=list)


def day_in_plan(day: date, faults: frozenset[str]) -> str:
    """The day of a follow-up as the plan tells it: `07-08-2027`."""
    return f"{day:%m-%d-%Y}" if SWAPS_DAY_AND_MONTH in faults else f"{day:%d-%m-%Y}"


class FollowUps(Capability):
    """One course a plan, and what a patient without a plan waits for."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._courses: dict[str, _Course] = {}
        self._begun: dict[tuple[str, Disease], date] = {}
        self._days: int = _FIXED_DAYS
        self.acts = {
            "aftal-opfoelgning": self._agree,
            "registrer-opfoelgning": self._held,
            "skift-fase": self._change_phase,
            "registrer-maal-naaet": self._reached,
            "begynd-pakkeforloeb": self._begin,
            "saet-frist-for-plan": self._set_deadline,
        }
        self.views = {"pakkeforloeb": self._show, "frist-for-plan": self._deadline}

    def _agree(self, wish: dict[str, Any]) -> dict[str, Any]:
        """`dato` for a day that is agreed; without it the patient makes contact."""
        file = self._means.clinic.plans[wish["plan"]]
        course = self._course(file)
        course.day = date.fromisoformat(wish["dato"]) if "dato" in wish else None
        course.own = course.day is None
        if "form" in wish and LOSES_FORM not in self._faults:
            course.form = FollowUpForm(wish["form"])
        elif FORM_FORGOTTEN in self._faults:
            course.form = FollowUpForm.DOCTOR
        if PHASE_RESET in self._faults:
            course.phase = 1
        if NO_SHOW_FORGOTTEN in self._faults:
            course.no_shows.clear()
        self._rewrite(file, course)
        return {}

    def _rewrite(self, file: PlanFile, course: _Course) -> None:
        """The plan says what is agreed now, and nothing of what was."""
        written = self._pattern("deling", "opfølgning-kodning")
        own = self._pattern("behandlingsplan", "eget-ansvar-kodning")
        texts = list(file.newest.plan.interventions)
        if KEEPS_OLD_DAY not in self._faults and not (course.own and KEEPS_DAY_BESIDE_OWN in self._faults):
            texts = [text for text in texts if not text.startswith(written.partition("{")[0])]
        if DROPS_LEVEL in self._faults:
            texts = [text for text in texts if text not in self._means.level_texts()]
        if KEEPS_RESPONSIBILITY not in self._faults:
            texts = [text for text in texts if text != own]
        if course.day:
            texts.append(written.format(dato=day_in_plan(course.day, self._faults)))
        elif LOSES_RESPONSIBILITY not in self._faults:
            texts.append(own)
        self._means.clinic.revise(file.key, interventions=tuple(texts))

    def _held(self, wish: dict[str, Any]) -> dict[str, Any]:
        """A follow-up took place, or the patient did not come. The next one is not agreed by that."""
        course = self._course(self._means.clinic.plans[wish["plan"]])
        if wish["udfald"] == "udeblevet":
            course.no_shows.append(course.day or self._today)
        elif wish["udfald"] == "gennemført":
            course.day, course.own = None, False
        else:
            raise ValueError(wish["udfald"])
        return {}

    def _change_phase(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Phase 3 begins with a follow-up on a day that is agreed: without one the phase is not changed."""
        course = self._course(self._means.clinic.plans[wish["plan"]])
        phase = int(wish["fase"])
        if phase not in (1, 2, 3):
            raise ValueError(phase)
        if STANDS_STILL in self._faults or (phase == 3 and course.day is None and PHASE_WITHOUT_DAY not in self._faults):
            return {"skiftet": False, "besked": "Aftal først dagen for den opfølgning, som fase 3 begynder med."}
        course.phase = phase
        if phase == 3 and ENDS_IN_PHASE_3 in self._faults:
            plan = self._means.clinic.plans[wish["plan"]].newest.plan
            self._means.clinic.courses[str(plan.patient.cpr)].over = True
        if phase == 3 and PHASE_FORGETS_DAY in self._faults:
            course.day = None
        return {"skiftet": True, "besked": ""}

    def _reached(self, wish: dict[str, Any]) -> dict[str, Any]:
        """The goals are reached; the pakkeforløb goes on."""
        file = self._means.clinic.plans[wish["plan"]]
        if ENDS_AT_GOAL in self._faults:
            self._course(file).running = False
        if WITHDRAWS_AT_GOAL in self._faults:
            plan = file.newest.plan
            body = {"patient": str(plan.patient.cpr), "setId": plan.set_id}
            self._means.client.post(f"{self._means.services}/plsp/tilbagetraekning", json=body)
        return {}

    def _show(self, wish: dict[str, Any]) -> dict[str, Any]:
        file = self._means.clinic.plans[wish["plan"]]
        course = self._course(file)
        day = course.day
        if HIDES_PASSED in self._faults and day and day < self._today:
            day = None
        lacking = course.day is None and not course.own and SILENT_WITHOUT_NEXT not in self._faults
        if PHASE_WITHOUT_DAY in self._faults and course.phase == 3:
            lacking = False
        hides = NO_SHOW_ON_LEVEL_ONE in self._faults and self._on_level_one(file)
        return {
            "fase": course.phase,
            "iGang": course.running,
            "naesteOpfoelgning": day.isoformat() if day else None,
            "patientenTagerKontakt": course.own,
            "opfoelgningMangler": lacking,
            "form": str(course.form),
            "udeblivelser": [] if hides else [each.isoformat() for each in course.no_shows],
        }

    def _on_level_one(self, file: PlanFile) -> bool:
        levels = self._means.level_texts()
        return any(levels.get(text) == 1 for text in file.newest.plan.interventions)

    def _course(self, file: PlanFile) -> _Course:
        """The plan's course; a follow-up that was agreed when the plan was made is its first."""
        if file.key not in self._courses:
            prefix = self._pattern("deling", "opfølgning-kodning").partition("{")[0]
            said = [text for text in file.newest.plan.interventions if text.startswith(prefix)]
            day, month, year = said[0].removeprefix(prefix).split("-") if said else ("", "", "")
            if SWAPS_DAY_AND_MONTH in self._faults:
                day, month = month, day
            self._courses[file.key] = _Course(day=date(int(year), int(month), int(day)) if said else None)
        return self._courses[file.key]

    def _begin(self, wish: dict[str, Any]) -> dict[str, Any]:
        patient = self._means.clinic.patients[wish["cpr"]]
        self._begun[str(patient.cpr), Disease[wish["sygdom"]]] = date.fromisoformat(wish["dato"])
        return {}

    def _set_deadline(self, wish: dict[str, Any]) -> dict[str, Any]:
        if DEADLINE_FIXED not in self._faults:
            self._days = int(wish["dage"])
        return {}

    def _deadline(self, wish: dict[str, Any]) -> dict[str, Any]:
        """The last day of the deadline, and whether it has passed without a plan."""
        disease = Disease[wish["sygdom"]]
        last = self._begun[wish["cpr"], disease] + timedelta(days=self._days)
        made = any(file.newest.plan.disease is disease for file in self._means.clinic.plans_of(wish["cpr"]))
        late = self._today >= last if DEADLINE_DAY_EARLY in self._faults else self._today > last
        passed = late and DEADLINE_SILENT not in self._faults and (not made or DEADLINE_STAYS in self._faults)
        return {"fristenErOverskredet": passed}

    @property
    def _faults(self) -> frozenset[str]:
        return self._means.faults

    @property
    def _today(self) -> date:
        return copenhagen(self._means.clock.now()).date()

    def _pattern(self, profile: str, fact: str) -> str:
        return self._means.profiles[profile].pattern(fact)
