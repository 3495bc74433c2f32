"""Sends plans, keeps what could not be sent, tries again by itself, and tells the user where each stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from harness.domain.clock import Clock
from harness.domain.sharing import SharingStatus
from harness.lps import faults
from harness.lps.reference.clinic import Edition, PlanFile
from harness.lps.reference.routes import Outcome, Reply, Route
from harness.standards.cda.build import build_cpd

RETRY_SECONDS = 300.0
BACKGROUND_SECONDS = 5.0


@dataclass(slots=True)
class Outbox:
    """One queue a plan: an edition is not tried before the one it replaces has arrived."""

    route: Route
    clock: Clock
    new_id: Callable[[], str]
    faults: frozenset[str]

    def share(self, file: PlanFile) -> None:
        """The user shares the newest edition: queue it, and try at once. An edition that is shared already stays shared."""
        if faults.NEVER_SENDS in self.faults:
            return
        if file.newest.status is SharingStatus.DRAFT:
            file.newest.status = SharingStatus.WAITING
        if faults.LOSES_IN_BACKGROUND in self.faults:
            self.clock.call_in(BACKGROUND_SECONDS, lambda: self.resend(file))
        else:
            self.resend(file)

    def resend(self, file: PlanFile) -> None:
        """Try, oldest first, every edition that was handed to the outbox and has not arrived."""
        for edition in file.editions:
            waits = edition.status in (SharingStatus.WAITING, SharingStatus.REFUSED)
            if waits and self._try(file, edition) is not SharingStatus.SHARED:
                return

    def _try(self, file: PlanFile, edition: Edition) -> SharingStatus:
        if edition.tries and faults.RESENDS_AS_NEW in self.faults:
            self._make_another_plan(edition)
        reply = self._send(edition)
        if faults.SENDS_TWICE in self.faults and reply.outcome is Outcome.TAKEN:
            self._make_another_plan(edition)
            reply = self._send(edition)
        match reply.outcome:
            case Outcome.TAKEN:
                edition.status, edition.message = SharingStatus.SHARED, "Planen er delt."
            case Outcome.TRY_LATER if {faults.LOSES_WHEN_BUSY, faults.LOSES_IN_BACKGROUND} & self.faults:
                self._forget(file)
            case Outcome.TRY_LATER:
                edition.status = SharingStatus.WAITING
                edition.message = f"Planen er ikke delt endnu. {reply.message} Systemet prøver igen."
                self.clock.call_in(RETRY_SECONDS, lambda: self._retry(file, edition))
            case Outcome.REFUSED:
                edition.status = SharingStatus.REFUSED
                edition.message = f"Planen er ikke delt endnu. {reply.message} Send den igen, når det kan lade sig gøre."
        if faults.COPIES_LATER in self.faults and edition.status is SharingStatus.SHARED:
            self.clock.call_in(BACKGROUND_SECONDS, lambda: self._copy(edition))
        if faults.CLAIMS_SHARED in self.faults:
            edition.status, edition.message = SharingStatus.SHARED, "Planen er delt."
        return edition.status

    def _retry(self, file: PlanFile, edition: Edition) -> None:
        if edition.status is SharingStatus.WAITING:
            self.resend(file)

    def _forget(self, file: PlanFile) -> None:
        for edition in file.editions:
            if edition.status is SharingStatus.WAITING:
                edition.status = SharingStatus.DRAFT

    def _copy(self, edition: Edition) -> None:
        self._make_another_plan(edition)
        self._send(edition)

    def _make_another_plan(self, edition: Edition) -> None:
        edition.plan = replace(edition.plan, set_id=self.new_id(), document_id=self.new_id(), version=1, replaces=None)

    def _send(self, edition: Edition) -> Reply:
        edition.tries += 1
        plan = faults.faulty_plan(edition.plan, self.faults)
        return self.route.send(plan, faults.faulty_document(build_cpd(plan), self.faults))
