"""What the reference LPS knows: its patients, and their plans edition by edition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from harness.domain.careplan import CarePlan, Diagnosis, Disease
from harness.domain.clock import Clock
from harness.domain.patient import Organisation, Patient, Practitioner
from harness.domain.sharing import SharingStatus
from harness.lps.faults import CARRIES_GOALS_OVER, MIXES_PATIENTS

OWN_CLINIC = Organisation("Agerskov lægepraksis", "73091000016008")
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
    """The record of one clinic. `new_id()` gives UUIDs."""

    clock: Clock
    new_id: Callable[[], str]
    faults: frozenset[str] = frozenset()
    patients: dict[str, Patient] = field(default_factory=dict)
    plans: dict[str, PlanFile] = field(default_factory=dict)

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
            diagnosis=diagnosis,
            goals=goals if CARRIES_GOALS_OVER not in self.faults else (*self._goals_of_others(cpr), *goals),
            interventions=interventions,
            set_id=self.new_id(),
            document_id=self.new_id(),
            version=1,
            created=self.clock.now(),
            clinic=OWN_CLINIC,
            author=OWN_DOCTOR,
        )
        file = PlanFile(f"p{len(self.plans) + 1}", [Edition(first)])
        self.plans[file.key] = file
        return file

    def _goals_of_others(self, cpr: str) -> tuple[str, ...]:
        plans = (file.newest.plan for file in self.plans.values())
        return tuple(goal for plan in plans if str(plan.patient.cpr) != cpr for goal in plan.goals)

    def _patient(self, cpr: str) -> Patient:
        if MIXES_PATIENTS in self.faults:
            return next(iter(self.patients.values()))
        return self.patients[cpr]

    def change_goals(self, key: str, goals: tuple[str, ...]) -> PlanFile:
        """The plan's next edition. An edition that was never sent is changed in place. Raises KeyError for an unknown key."""
        file = self.plans[key]
        before = file.newest
        if before.status is SharingStatus.DRAFT:
            before.plan = replace(before.plan, goals=goals, created=self.clock.now())
            return file
        file.editions.append(
            Edition(
                replace(
                    before.plan,
                    goals=goals,
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
