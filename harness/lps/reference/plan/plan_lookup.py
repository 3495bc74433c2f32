"""Finds what others have shared about a patient, by the clinic's own rute, and shows it to the user."""

from __future__ import annotations

import base64
from typing import Any, Final

from harness.lps.reference.capability import Capability, Means
from harness.lps.reference.dds import Dds
from harness.lps.reference.outbox import CLAIMS_WHEN_REFUSED, FORCES_THROUGH, TAKES_NEXT_NUMBER
from harness.lps.reference.routes import Direct
from harness.standards import oids
from harness.standards.cda.read import CpdFacts, read_cpd
from harness.standards.xds import codes
from harness.standards.xds.metadata import Code
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

_PLAN: Final = Code(codes.CARE_PLAN, oids.LOINC)


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
        documents = Dds(self._means, route.wire).documents(cpr, _PLAN) if isinstance(route, Direct) else self._from_plsp(cpr)
        every = [(read_cpd(parse(document, "plan.xml")), current) for document, current in documents]
        in_use = {facts.set_id for facts, current in every if current}
        replaced = SHOWS_REPLACED in self._means.faults
        return [facts for facts, current in every if current or (replaced and facts.set_id in in_use)]

    def _from_plsp(self, cpr: str) -> list[tuple[bytes, bool]]:
        response = self._means.client.post(f"{self._means.services}/plsp/soegning", json={"patient": cpr})
        plans = response.raise_for_status().json()["planer"]
        return [(base64.b64decode(plan["dokument"]), bool(plan["gaeldende"])) for plan in plans]


def _texts(facts: CpdFacts) -> tuple[str, ...]:
    return (*facts.goals, *facts.interventions, *facts.results)
