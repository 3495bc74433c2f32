"""What the reference LPS knows: its patients, and their plans edition by edition."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from harness.domain.assessment import Element
from harness.domain.careplan import CarePlan, Diagnosis, Disease
from harness.domain.clock import Clock
from harness.domain.organisations import CLINIC, OTHER_CLINIC
from harness.domain.patient import Patient, Practitioner
from harness.domain.sharing import SharingStatus
from harness.lps.faults import CARRIES_GOALS_OVER, MIXES_PATIENTS
from harness.lps.reference.plan.courses import Course

FORGETS_EARLIER_LEVEL: Final = "niveau-fra-før-planen-glemmes"
DROPS_REFERRAL: Final = "ændret-mål-fjerner-henvisning"
MIXES_PLANS: Final = "planer-for-to-sygdomme-blandes"
OTHERS_CLINIC: Final = "monitorering-plan-for-en-anden-klinik"
FIRST_DIAGNOSIS: Final = "monitorering-diagnosen-fra-den-første-plan"
DROPS_FOLLOW_UP: Final = "monitorering-opfølgning-falder-ud-ved-ændring"
CONSENT_FOR_KOL: Final = "et-nej-gælder-kun-planer-for-kol"
CONSENT_FOR_FIRST: Final = "et-nej-gælder-ikke-en-plan-der-er-delt-før"
CONSENT_FOR_NEW: Final = "et-nej-gælder-ikke-en-plan-der-venter"
COPIES_INTERVENTIONS: Final = "indsats-fra-en-anden-patient"
FAULTS: Final = (
    FORGETS_EARLIER_LEVEL,
    DROPS_REFERRAL,
    MIXES_PLANS,
    OTHERS_CLINIC,
    FIRST_DIAGNOSIS,
    DROPS_FOLLOW_UP,
    COPIES_INTERVENTIONS,
    CONSENT_FOR_KOL,
    CONSENT_FOR_FIRST,
    CONSENT_FOR_NEW,
)

_DROPPED: Final = {DROPS_REFERRAL: "Henvist", DROPS_FOLLOW_UP: "Næste opfølgning"}
"""How the texts begin that are gone when the goal is changed."""

OWN_DOCTOR = Practitioner("Test", "Testlæge")


@dataclass(slots=True)
class Edition:
    """One edition of a plan with where its sharing stands. `message` is what the user reads, `tries` how often it was sent."""

    plan: CarePlan
    status: SharingStatus = SharingStatus.DRAFT
    message: str = "Planen er ikke delt endnu."
    tries: int = 0


@dataclass(slots=True)
class PlanFile:
    """A plan in the record: its `key` in this LPS, and its editions, oldest first."""

    key: str
    editions: list[Edition] = field(default_factory=list)

    @property
    def newest(self) -> Edition:
        """The edition the user sees."""
        return self.editions[-1]


@dataclass(slots=True)
class Clinic:
    """The record of one clinic. `new_id()` gives UUIDs; `assessments` are what is written about each element, by CPR.

    The plans of the patients in `undisclosed` are shared with nobody: the patient has said no. `deceased` are the patients who
    are dead. `levels` are the patients' levels as they stand in a plan, `courses` what is registered of their pakkeforløb, both
    by CPR.
    """

    clock: Clock
    new_id: Callable[[], str]
    faults: frozenset[str] = frozenset()
    patients: dict[str, Patient] = field(default_factory=dict)
    plans: dict[str, PlanFile] = field(default_factory=dict)
    assessments: dict[str, dict[Element, str]] = field(default_factory=dict)
    undisclosed: set[str] = field(default_factory=set)
    deceased: set[str] = field(default_factory=set)
    levels: dict[str, str] = field(default_factory=dict)
    courses: defaultdict[str, Course] = field(default_factory=lambda: defaultdict(Course))

    def admit(self, patient: Patient) -> None:
        """The patient belongs to the clinic from now on."""
        self.patients[str(patient.cpr)] = patient

    def create_plan(
        self, cpr: str, disease: Disease, diagnosis: Diagnosis, goals: tuple[str, ...], interventions: tuple[str, ...]
    ) -> PlanFile:
        """A new plan in its first edition. Raises KeyError for a patient the clinic does not have."""
        first = CarePlan(
            disease=disease,
            patient=self._patient(cpr),
            diagnosis=self._diagnosis(cpr, diagnosis),
            goals=goals if CARRIES_GOALS_OVER not in self.faults else (*self._goals_of_others(cpr), *goals),
            interventions=self._with_level(cpr, interventions),
            set_id=self._set_id_of(cpr),
            document_id=self.new_id(),
            version=1,
            created=self.clock.now(),
            clinic=OTHER_CLINIC if OTHERS_CLINIC in self.faults else CLINIC,
            author=OWN_DOCTOR,
        )
        file = PlanFile(f"p{len(self.plans) + 1}", [Edition(first)])
        self.plans[file.key] = file
        return file

    def may_share(self, file: PlanFile) -> bool:
        """Whether the patient has not said no."""
        plan = file.newest.plan
        ignored = {
            CONSENT_FOR_KOL: plan.disease is not Disease.KOL,
            CONSENT_FOR_FIRST: len(file.editions) > 1,
            CONSENT_FOR_NEW: file.newest.tries > 0,
        }
        if any(ignored[fault] for fault in self.faults & ignored.keys()):
            return True
        return str(plan.patient.cpr) not in self.undisclosed

    def plans_of(self, cpr: str) -> list[PlanFile]:
        """The patient's plans, oldest first."""
        return [file for file in self.plans.values() if str(file.newest.plan.patient.cpr) == cpr]

    def _with_level(self, cpr: str, interventions: tuple[str, ...]) -> tuple[str, ...]:
        """With the patient's level, where it is registered already and the plan says none."""
        if COPIES_INTERVENTIONS in self.faults:
            others = (file.newest.plan for file in self.plans.values())
            interventions += tuple(plan.interventions[0] for plan in others if str(plan.patient.cpr) != cpr)
        level = self.levels.get(cpr, "")
        told = level.rpartition(" ")[0]
        if not level or FORGETS_EARLIER_LEVEL in self.faults or any(text.startswith(told) for text in interventions):
            return interventions
        return (*interventions, level)

    def _set_id_of(self, cpr: str) -> str:
        """A new plan's own; one that mixes plans up takes that of the patient's other plan."""
        others = self.plans_of(cpr)
        return others[0].newest.plan.set_id if others and MIXES_PLANS in self.faults else self.new_id()

    def _diagnosis(self, cpr: str, chosen: Diagnosis) -> Diagnosis:
        """The one the doctor chose; one that keeps to the patient's first plan takes that plan's."""
        others = self.plans_of(cpr)
        return others[0].newest.plan.diagnosis if others and FIRST_DIAGNOSIS in self.faults else chosen

    def _goals_of_others(self, cpr: str) -> tuple[str, ...]:
        plans = (file.newest.plan for file in self.plans.values())
        return tuple(goal for plan in plans if str(plan.patient.cpr) != cpr for goal in plan.goals)

    def _patient(self, cpr: str) -> Patient:
        if MIXES_PATIENTS in self.faults:
            return next(iter(self.patients.values()))
        return self.patients[cpr]

    def change_goals(self, key: str, goals: tuple[str, ...]) -> PlanFile:
        """The plan's next edition, with other goals. Raises KeyError for an unknown key."""
        dropped = [start for fault, start in _DROPPED.items() if fault in self.faults]
        if dropped:
            plan = self.plans[key].newest.plan
            kept = tuple(text for text in plan.interventions if not text.startswith(tuple(dropped)))
            return self.revise(key, goals=goals, interventions=kept)
        return self.revise(key, goals=goals)

    def revise(self, key: str, **changes: Any) -> PlanFile:
        """The plan's next edition, with `changes` to the fields of its CarePlan: `revise("p1", goals=("Gå en tur",))`.

        An edition that was never sent is changed in place. Raises KeyError for an unknown key.
        """
        file = self.plans[key]
        before = file.newest
        if before.status is SharingStatus.DRAFT:
            before.plan = replace(before.plan, **changes, created=self.clock.now())
            return file
        file.editions.append(
            Edition(
                replace(
                    before.plan,
                    **changes,
                    document_id=self.new_id(),
                    version=before.plan.version + 1,
                    created=self.clock.now(),
                    replaces=before.plan.document_id,
                )
            )
        )
        return file


def diagnosis_of(icpc: str, text: str, since: str) -> Diagnosis:
    """A diagnosis as it came in over the test interface. Raises ValueError for a date that is none."""
    return Diagnosis(icpc, text, date.fromisoformat(since))
