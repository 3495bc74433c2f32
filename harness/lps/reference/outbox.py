"""Sends plans, keeps what could not be sent, tries again by itself, and tells the user where each stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from harness.domain.careplan import CarePlan
from harness.domain.clock import Clock
from harness.domain.sharing import SharingStatus
from harness.lps import faults
from harness.lps.reference.clinic import Edition, PlanFile
from harness.lps.reference.routes import BALKS_AT_NEWS, WITHDRAWS_OTHERS, Outcome, Reply, Route
from harness.standards.cda.build import build_cpd

FORCES_THROUGH: Final = "plan-gennemtvinges-som-ny-plan"
"""Shares as another plan what the receiver would not have as the plan's next edition."""
TAKES_NEXT_NUMBER: Final = "plan-overskriver-nyere-udgave"
"""Takes the next number until the receiver gives in, without looking at what it overwrites."""
CLAIMS_WHEN_REFUSED: Final = "plan-siger-delt-når-modtageren-har-en-nyere"
"""Takes a refusal of its edition for a sign that the plan is shared already."""
RETRY_SECONDS = 300.0
LONGEST_RETRY_SECONDS = 3600.0
"""It tries again after five minutes, then after twice as long each time, up to an hour."""
_DOUBLINGS: Final = 10
"""More would be longer than an hour anyway."""

GIVES_UP: Final = "opgiver-efter-en-halv-dag"
KEEPS_ONE: Final = "husker-kun-den-sidste-der-venter"
SHARES_AT_NIGHT: Final = "minplan-anden-ændring-deles-om-natten"
OWN_FOR_PATIENT: Final = "minplan-kort-udgave-til-patienten"
SENDS_SAVED: Final = "monitorering-gemt-udgave-afleveres-også"
ALWAYS_NEW: Final = "monitorering-hver-udgave-er-en-ny-plan"
RESENDS_AS_NEXT: Final = "monitorering-gensendelse-er-næste-udgave"
DATES_TOMORROW: Final = "monitorering-plan-dateret-i-morgen"
FOLLOW_UP_IS_NO_CHANGE: Final = "blind-kun-ny-opfoelgning-deles-ikke"
FAULTS: Final = (
    GIVES_UP,
    KEEPS_ONE,
    BALKS_AT_NEWS,
    WITHDRAWS_OTHERS,
    SHARES_AT_NIGHT,
    OWN_FOR_PATIENT,
    SENDS_SAVED,
    ALWAYS_NEW,
    RESENDS_AS_NEXT,
    DATES_TOMORROW,
    FOLLOW_UP_IS_NO_CHANGE,
)
NIGHT_SECONDS = 43_200.0
"""How long it is to the night of one that shares at night."""
PATIENCE_SECONDS = 43_200.0
"""How long one that gives up goes on trying."""

BACKGROUND_SECONDS = 5.0
UNDISCLOSED: Final = "Planen er ikke delt, for patienten har ikke givet samtykke."


@dataclass(slots=True)
class Outbox:
    """One queue a plan: an edition is not tried before the one it replaces has arrived."""

    route: Route
    clock: Clock
    new_id: Callable[[], str]
    faults: frozenset[str]
    may_share: Callable[[PlanFile], bool]
    _waits_alone: PlanFile | None = None

    def share(self, file: PlanFile) -> None:
        """The user shares the newest edition: queue it, and try at once. An edition that is shared already stays shared."""
        if faults.NEVER_SENDS in self.faults:
            return
        if SENDS_SAVED in self.faults and len(file.editions) == 1:
            self._make_next(file)
        if FOLLOW_UP_IS_NO_CHANGE in self.faults and self._only_follow_up_changed(file):
            file.newest.status, file.newest.message = SharingStatus.SHARED, "Planen er delt."
        if file.newest.status is SharingStatus.DRAFT:
            file.newest.status = SharingStatus.WAITING
        if SHARES_AT_NIGHT in self.faults and len(file.editions) > 2:
            self.clock.call_in(NIGHT_SECONDS, lambda: self.resend(file))
        elif faults.LOSES_IN_BACKGROUND in self.faults:
            self.clock.call_in(BACKGROUND_SECONDS, lambda: self.resend(file))
        else:
            self.resend(file)

    def resend(self, file: PlanFile) -> None:
        """Try, oldest first, every edition that was handed to the outbox and has not arrived, if the patient has not said no."""
        if not self.may_share(file):
            file.newest.message = UNDISCLOSED
            return
        for edition in file.editions:
            waits = edition.status in (SharingStatus.WAITING, SharingStatus.REFUSED)
            if waits and self._try(file, edition) is not SharingStatus.SHARED:
                return

    def _try(self, file: PlanFile, edition: Edition) -> SharingStatus:
        if edition.tries and faults.RESENDS_AS_NEW in self.faults:
            self._make_another_plan(edition)
        if ALWAYS_NEW in self.faults and edition.plan.version > 1:
            self._make_another_plan(edition)
        if edition.tries and RESENDS_AS_NEXT in self.faults:
            edition.plan = self._next(edition.plan)
        reply = self._send(edition)
        if reply.outcome is Outcome.TAKEN and OWN_FOR_PATIENT in self.faults and len(edition.plan.interventions) > 1:
            self._send_short(edition)
        if faults.SENDS_TWICE in self.faults and reply.outcome is Outcome.TAKEN:
            self._make_another_plan(edition)
            reply = self._send(edition)
        if reply.outcome is Outcome.REFUSED and self.faults & {FORCES_THROUGH, TAKES_NEXT_NUMBER}:
            self._force(edition)
            reply = self._send(edition)
        match reply.outcome:
            case Outcome.TAKEN:
                edition.status, edition.message = SharingStatus.SHARED, "Planen er delt."
            case Outcome.TRY_LATER if self.faults & {faults.LOSES_WHEN_BUSY, faults.LOSES_IN_BACKGROUND}:
                self._forget(file)
            case Outcome.TRY_LATER:
                edition.status = SharingStatus.WAITING
                edition.message = f"Planen er ikke delt endnu. {reply.message} Systemet prøver igen."
                self._lose_what_waits(file, edition)
                wait = min(RETRY_SECONDS * 2 ** min(edition.tries - 1, _DOUBLINGS), LONGEST_RETRY_SECONDS)
                self.clock.call_in(wait, lambda: self._retry(file, edition))
            case Outcome.REFUSED if CLAIMS_WHEN_REFUSED in self.faults:
                edition.status, edition.message = SharingStatus.SHARED, "Planen er delt."
            case Outcome.REFUSED:
                edition.status = SharingStatus.REFUSED
                edition.message = f"Planen er ikke delt endnu. {reply.message} Send den igen, når det kan lade sig gøre."
        if faults.COPIES_LATER in self.faults and edition.status is SharingStatus.SHARED:
            self.clock.call_in(BACKGROUND_SECONDS, lambda: self._copy(edition))
        if faults.CLAIMS_SHARED in self.faults:
            edition.status, edition.message = SharingStatus.SHARED, "Planen er delt."
        return edition.status

    def _only_follow_up_changed(self, file: PlanFile) -> bool:
        """Whether the newest edition says what the one before said, but for the next follow-up."""
        if len(file.editions) == 1:
            return False
        said = [
            (plan.goals, plan.results, [text for text in plan.interventions if not text.startswith("Næste opfølgning")])
            for plan in (edition.plan for edition in file.editions[-2:])
        ]
        return said[0] == said[1]

    def _retry(self, file: PlanFile, edition: Edition) -> None:
        if edition.status is SharingStatus.WAITING:
            self.resend(file)

    def _lose_what_waits(self, file: PlanFile, edition: Edition) -> None:
        if GIVES_UP in self.faults and (self.clock.now() - edition.plan.created).total_seconds() >= PATIENCE_SECONDS:
            self._forget(file)
        if KEEPS_ONE in self.faults and self._waits_alone not in (None, file):
            assert self._waits_alone is not None
            self._forget(self._waits_alone)
        self._waits_alone = file

    def _forget(self, file: PlanFile) -> None:
        for edition in file.editions:
            if edition.status is SharingStatus.WAITING:
                edition.status = SharingStatus.DRAFT

    def _copy(self, edition: Edition) -> None:
        self._make_another_plan(edition)
        self._send(edition)

    def _make_another_plan(self, edition: Edition) -> None:
        edition.plan = replace(edition.plan, set_id=self.new_id(), document_id=self.new_id(), version=1, replaces=None)

    def _send_short(self, edition: Edition) -> None:
        short = Edition(replace(edition.plan, interventions=edition.plan.interventions[:1]))
        self._make_another_plan(short)
        self._send(short)

    def _make_next(self, file: PlanFile) -> None:
        """What is saved is handed in as it is, and goes out as the next edition too."""
        file.newest.status = SharingStatus.WAITING
        file.editions.append(Edition(self._next(file.newest.plan)))

    def _next(self, plan: CarePlan) -> CarePlan:
        return replace(plan, document_id=self.new_id(), version=plan.version + 1, replaces=plan.document_id)

    def _force(self, edition: Edition) -> None:
        if FORCES_THROUGH in self.faults:
            self._make_another_plan(edition)
        else:
            edition.plan = replace(edition.plan, document_id=self.new_id(), version=edition.plan.version + 1)

    def _send(self, edition: Edition) -> Reply:
        edition.tries += 1
        plan = faults.faulty_plan(edition.plan, self.faults)
        if DATES_TOMORROW in self.faults:
            plan = replace(plan, created=plan.created + timedelta(days=1))
        return self.route.send(plan, faults.faulty_document(build_cpd(plan), self.faults))
