"""Finds what others have shared about a patient, by the clinic's own rute, and shows it to the user."""

from __future__ import annotations

import base64
from typing import Any, Final

from harness.lps.reference.capability import Capability, Means
from harness.lps.reference.outbox import CLAIMS_WHEN_REFUSED, FORCES_THROUGH, TAKES_NEXT_NUMBER
from harness.lps.reference.routes import Direct
from harness.lps.reference.wire import Wire
from harness.standards import oids
from harness.standards.cda.read import CpdFacts, read_cpd
from harness.standards.hsuid import Hsuid, hsuid_block
from harness.standards.mtom import Package
from harness.standards.soap import Version
from harness.standards.xds import build, codes, read
from harness.standards.xds.metadata import Code, DocumentRequest
from harness.standards.xml import parse

SHOWS_REPLACED: Final = "plan-afløst-udgave-vises"
SHOWS_WITHDRAWN: Final = "plan-tilbagetrukket-vises-fra-lager"
SHOWS_OTHERS: Final = "plan-fra-forrige-patient-vises"
FINDS_OWN_ONLY: Final = "plan-kun-egne-planer-vises"
FAULTS: Final = (
    SHOWS_REPLACED,
    SHOWS_WITHDRAWN,
    SHOWS_OTHERS,
    FINDS_OWN_ONLY,
    FORCES_THROUGH,
    TAKES_NEXT_NUMBER,
    CLAIMS_WHEN_REFUSED,
)

_ISSUER: Final = "referencesystem.test"


class PlanLookup(Capability):
    """Asks each time it is looked at; keeps nothing."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._kept: list[tuple[str, CpdFacts]] = []
        self.views = {"delte-planer": self._show}

    def _show(self, wish: dict[str, Any]) -> dict[str, Any]:
        cpr, faults = str(wish["cpr"]), self._means.faults
        found = [(cpr, facts) for facts in self._found(cpr)]
        if FINDS_OWN_ONLY in faults:
            own = {edition.plan.document_id for file in self._means.clinic.plans.values() for edition in file.editions}
            found = [each for each in found if each[1].document_id in own]
        earlier = [each for each in self._kept if each not in found]
        self._kept += [each for each in found if each not in self._kept]
        if SHOWS_WITHDRAWN in faults:
            found += [each for each in earlier if each[0] == cpr]
        if SHOWS_OTHERS in faults:
            found += [each for each in earlier if each[0] != cpr]
        return {"planer": [{"titel": facts.title, "tekster": list(_texts(facts))} for _, facts in found]}

    def _found(self, cpr: str) -> list[CpdFacts]:
        """The current plans. The system that shows replaced ones has them as long as the plan is current."""
        route = self._means.outbox.route
        documents = self._from_dds(route.wire, cpr) if isinstance(route, Direct) else self._from_plsp(cpr)
        every = [(read_cpd(parse(document, "plan.xml")), current) for document, current in documents]
        in_use = {facts.set_id for facts, current in every if current}
        replaced = SHOWS_REPLACED in self._means.faults
        return [facts for facts, current in every if current or (replaced and facts.set_id in in_use)]

    def _from_plsp(self, cpr: str) -> list[tuple[bytes, bool]]:
        response = self._means.client.post(f"{self._means.services}/plsp/soegning", json={"patient": cpr})
        plans = response.raise_for_status().json()["planer"]
        return [(base64.b64decode(plan["dokument"]), bool(plan["gaeldende"])) for plan in plans]

    def _from_dds(self, wire: Wire, cpr: str) -> list[tuple[bytes, bool]]:
        """By ITI-18 and ITI-43, each with DGWS and with HSUID, which says who looks, and about whom."""
        plan = Code(codes.CARE_PLAN, oids.LOINC)
        query = build.find_documents(codes.patient_id(cpr), statuses=(codes.APPROVED, codes.DEPRECATED), type_codes=(plan,))
        entries = read.read_query_answer(*self._asked(wire, cpr, "iti18", codes.ITI_18, query)).entries
        if not entries:
            return []
        wanted = [DocumentRequest(entry.repository_id, entry.unique_id, entry.home) for entry in entries]
        answer = read.read_retrieve_answer(*self._asked(wire, cpr, "iti43", codes.ITI_43, build.retrieve(wanted)))
        contents = {document.unique_id: document.content for document in answer.documents}
        return [(contents[entry.unique_id], entry.status == codes.APPROVED) for entry in entries]

    def _asked(self, wire: Wire, cpr: str, path: str, action: str, body: bytes) -> tuple[bytes, tuple[tuple[str, str], ...]]:
        who = Hsuid(
            _ISSUER,
            self._means.clock.now(),
            user_type="nsi:HealthcareProfessional",
            organisation="045861",
            organisation_format="nsi:ynumber",
            system_name=self._means.product,
            citizen_cpr=cpr,
        )
        package = Package(body, (), Version.SOAP_11, action)
        content, headers = wire.dressed(package, self._means.new_id(), hsuid_block(who))
        response = self._means.client.post(f"{self._means.services}/dds/{path}", content=content, headers=list(headers))
        return response.content, tuple(response.headers.items())


def _texts(facts: CpdFacts) -> tuple[str, ...]:
    return (*facts.goals, *facts.interventions, *facts.results)
