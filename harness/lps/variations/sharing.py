"""When and how often an LPS shares its plans, what it does beside it, and how it makes editions: each class one way."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any, Final

import httpx

from harness.domain.careplan import CarePlan, Diagnosis, Disease
from harness.domain.sharing import SharingStatus
from harness.lps.reference.clinic import Clinic, Edition, PlanFile
from harness.lps.reference.outbox import Outbox
from harness.lps.reference.plan.treatment_plans import TreatmentPlans
from harness.lps.reference.routes import SOURCE_ID, Direct, Outcome, Reply, ViaPlsp
from harness.lps.reference.wire import Wire
from harness.standards import oids
from harness.standards.cda.build import build_cpd
from harness.standards.cda.read import read_cpd
from harness.standards.hsuid import Hsuid, hsuid_block
from harness.standards.mtom import Package
from harness.standards.soap import Version
from harness.standards.xds import build, codes, metadata
from harness.standards.xds.read import read_query_answer, read_retrieve_answer
from harness.standards.xml import Element, parse

BACKGROUND: Final = 5.0
BATCH: Final = 90.0
POLL: Final = 60.0
POLLS: Final = 60
"""How often it looks: a system that looks for ever would do so thousands of times where a scenario waits for weeks."""

_NO_ANSWER: Final = (httpx.TransportError, httpx.HTTPStatusError)


def _asked(route: Direct, path: str, action: str, body: bytes, cpr: str) -> httpx.Response:
    """A question to the document sharing, with who asks, and about whom."""
    who = Hsuid(
        "referencesystem.test",
        route.clock.now(),
        user_type="nsi:HealthcareProfessional",
        organisation="045861",
        organisation_format="nsi:ynumber",
        system_name=route.wire.product,
        citizen_cpr=cpr,
    )
    content, headers = route.wire.dressed(Package(body, (), Version.SOAP_11, action), route.new_id(), hsuid_block(who))
    return route.client.post(f"{route.address}{path}", content=content, headers=list(headers)).raise_for_status()


def _held(route: object, cpr: str) -> str:
    """What the receiver says it holds of the patient, as text; empty when it does not answer."""
    try:
        if isinstance(route, ViaPlsp):
            return route.client.post(f"{route.address}/plsp/soegning", json={"patient": cpr}).raise_for_status().text
        assert isinstance(route, Direct)
        return _asked(route, "/dds/iti18", codes.ITI_18, build.find_documents(codes.patient_id(cpr)), cpr).text
    except _NO_ANSWER:
        return ""


class InTheBackground(Outbox):
    """A few seconds after the user asked."""

    def share(self, file: PlanFile) -> None:
        _queue(file)
        self.clock.call_in(BACKGROUND, lambda: self.resend(file))


class InBatches(Outbox):
    """What waits is sent together, every minute and a half, until it has arrived."""

    def share(self, file: PlanFile) -> None:
        _queue(file)
        self._send_later(file)

    def _send_later(self, file: PlanFile) -> None:
        self.clock.call_in(BATCH, lambda: self._send_batch(file))

    def _send_batch(self, file: PlanFile) -> None:
        self.resend(file)
        if file.newest.status is SharingStatus.WAITING:
            self._send_later(file)

    def _retry(self, file: PlanFile, edition: Edition) -> None:
        """The next batch tries again."""


def _queue(file: PlanFile) -> None:
    if file.newest.status is SharingStatus.DRAFT:
        file.newest.status = SharingStatus.WAITING


class ReadsBack(Outbox):
    """It fetches each plan that it has shared."""

    def _try(self, file: PlanFile, edition: Edition) -> SharingStatus:
        status = super()._try(file, edition)
        cpr = str(edition.plan.patient.cpr)
        if status is SharingStatus.SHARED and isinstance(self.route, Direct):
            found = read_query_answer(_held(self.route, cpr).encode()).entries
            wanted = [metadata.DocumentRequest(each.repository_id, each.unique_id, each.home) for each in found]
            answer = _asked(self.route, "/dds/iti43", codes.ITI_43, build.retrieve(wanted), cpr)
            read_retrieve_answer(answer.content, tuple(answer.headers.items()))
        elif status is SharingStatus.SHARED:
            _held(self.route, cpr)
        return status


class LooksFirst(Outbox):
    """Before it sends again, it asks whether the receiver has it already."""

    def _try(self, file: PlanFile, edition: Edition) -> SharingStatus:
        if edition.tries and edition.plan.document_id in _held(self.route, str(edition.plan.patient.cpr)):
            edition.status, edition.message = SharingStatus.SHARED, "Planen er delt."
            return edition.status
        return super()._try(file, edition)


class SendsTheSameAgain(Outbox):
    """As one that lost the answer does."""

    def _try(self, file: PlanFile, edition: Edition) -> SharingStatus:
        status = super()._try(file, edition)
        if status is SharingStatus.SHARED:
            self._send(edition)
        return status


class SearchesEveryMinute(Outbox):
    """For an hour after it shared something, what is shared of the patient."""

    def share(self, file: PlanFile) -> None:
        super().share(file)
        self._search(str(file.newest.plan.patient.cpr), POLLS)

    def _search(self, cpr: str, left: int) -> None:
        if left:
            _held(self.route, cpr)
            self.clock.call_in(POLL, lambda: self._search(cpr, left - 1))


class TakesNewerIn(Outbox):
    """Where the receiver has a newer edition, what that says is taken in before it is sent again."""

    def _send(self, edition: Edition) -> Reply:
        reply = super()._send(edition)
        return super()._send(edition) if reply.outcome is Outcome.REFUSED and self._merge(edition) else reply

    def _merge(self, edition: Edition) -> bool:
        if not isinstance(self.route, ViaPlsp):
            return False
        try:
            found = self.route.client.post(
                f"{self.route.address}/plsp/soegning", json={"patient": str(edition.plan.patient.cpr)}
            ).raise_for_status()
        except _NO_ANSWER:
            return False
        documents = [base64.b64decode(each["dokument"]) for each in found.json()["planer"] if each["gaeldende"]]
        plans = [read_cpd(parse(each, "plan")) for each in documents]
        newer = [each for each in plans if each.set_id == edition.plan.set_id and (each.version or 0) >= edition.plan.version]
        for newest in newer[:1]:
            edition.plan = replace(
                edition.plan,
                interventions=tuple(dict.fromkeys((*newest.interventions, *edition.plan.interventions))),
                document_id=self.new_id(),
                version=(newest.version or 1) + 1,
                replaces=newest.document_id,
            )
        return bool(newer)


class LooksAgainFirst(TreatmentPlans):
    """A user whose plan another has changed meanwhile must open it again before anything is saved."""

    def _save(self, wish: dict[str, Any]) -> dict[str, Any]:
        opened = self._opened[wish["plan"], wish["bruger"]]
        if self._clinic.plans[wish["plan"]].newest.plan != opened:
            return {"gemt": False}
        return super()._save(wish)


class KeepsHistory(Clinic):
    """The old goal stands in the plan as history."""

    def change_goals(self, key: str, goals: tuple[str, ...]) -> PlanFile:
        before = self.plans[key].newest.plan.goals
        return super().change_goals(key, (*goals, *(f"Tidligere: {goal}" for goal in before)))


class AmendsWhatWaits(Clinic):
    """An edition that nobody has got is changed, and not followed by another."""

    def change_goals(self, key: str, goals: tuple[str, ...]) -> PlanFile:
        file = self.plans[key]
        if file.newest.status is not SharingStatus.WAITING:
            return super().change_goals(key, goals)
        file.newest.plan = replace(file.newest.plan, goals=goals, created=self.clock.now())
        return file


class CountsFromFive(Clinic):
    """A plan's first edition that is shared is the fifth in the record."""

    def create_plan(
        self, cpr: str, disease: Disease, diagnosis: Diagnosis, goals: tuple[str, ...], interventions: tuple[str, ...]
    ) -> PlanFile:
        file = super().create_plan(cpr, disease, diagnosis, goals, interventions)
        file.newest.plan = replace(file.newest.plan, version=5)
        return file


class IdsInCapitals(Clinic):
    """The plan's own ids are written in capitals from the beginning."""

    def create_plan(
        self, cpr: str, disease: Disease, diagnosis: Diagnosis, goals: tuple[str, ...], interventions: tuple[str, ...]
    ) -> PlanFile:
        file = super().create_plan(cpr, disease, diagnosis, goals, interventions)
        plan = file.newest.plan
        file.newest.plan = replace(plan, document_id=plan.document_id.upper(), set_id=plan.set_id.upper())
        return file


class SymbolicIds(Direct):
    """Its document is `Document01`: the registry gives it an entryUUID, which it asks for before it replaces it."""

    def send(self, plan: CarePlan, document: bytes) -> Reply:
        self._patient = str(plan.patient.cpr)
        return super().send(plan, document)

    def _written(self, submission: metadata.Submission) -> Package:
        package = super()._written(submission)
        return replace(package, envelope=package.envelope.replace(submission.entries[0].id.encode(), b"Document01"))

    def _entry_of(self, document_id: str | None, *, besides: str) -> str:
        if not super()._entry_of(document_id, besides=besides):
            return ""
        query = build.get_documents(unique_ids=[f"{oids.MEDCOM}^{document_id}"])
        answer = _asked(self, "/dds/iti18", codes.ITI_18, query, self._patient)
        return read_query_answer(answer.content, tuple(answer.headers.items())).entries[0].id


class SharesAnAppointmentToo(Direct):
    """With each plan the appointment that it speaks of is shared, as another document."""

    def send(self, plan: CarePlan, document: bytes) -> Reply:
        reply = super().send(plan, document)
        if reply.outcome is Outcome.TAKEN:
            own = replace(
                plan,
                goals=("Kontrol",),
                interventions=("Kontrol hos lægen",),
                results=(),
                document_id=self.new_id(),
                set_id=self.new_id(),
                replaces=None,
                version=1,
            )
            other = build_cpd(own).replace(b"81215-6", b"39289-4").replace(b"Care plan", b"Appointment")
            other = other.replace(b"1.2.208.184.15.1", b"1.2.208.184.14.1")
            entry = replace(
                metadata.entry_from_cpd(other, f"urn:uuid:{self.new_id()}", self.cpd_version),
                format_code=metadata.Code("urn:ad:dk:medcom:appointment:full", oids.XDS_FORMAT_CODE, "DK APD schema"),
            )
            sent = metadata.submission_of(entry, other, set_uuid=self.new_id(), source_id=SOURCE_ID, now=self.clock.now())
            package = Package(build.provide_and_register(sent), (), Version.SOAP_11, codes.ITI_41)
            body, headers = self.wire.dressed(package, own.document_id)
            self.client.post(f"{self.address}/dros/iti41", content=body, headers=list(headers))
        return reply


class WithoutSecurityHeader(Wire):
    """What secures the line is agreed otherwise."""

    def _security(self, flow: str) -> tuple[Element, ...]:  # noqa: ARG002  # it secures nothing here
        return ()
