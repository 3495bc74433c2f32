"""The packages of questionnaires the clinic orders at Web-patient, and what the user sees of the answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import httpx

from harness.domain.questionnaire import OrderStatus, Package
from harness.lps.reference.capability import Capability, Means
from harness.lps.reference.laboratory.lab_normality import is_laboratory
from harness.lps.reference.questionnaire import questionnaire_answers
from harness.lps.reference.questionnaire.questionnaire_answers import Answers
from harness.standards.vans import Envelope

NEVER_ORDERS: Final = "pro-pakke-bestilles-ikke"
ALWAYS_KOL: Final = "pro-altid-pakken-for-kol"
FIRST_PATIENT: Final = "pro-pakke-til-den-første-patient"
LACKS_INSTRUMENT: Final = "pro-pakke-mangler-et-skema"
CLAIMS_SENT: Final = "pro-pakke-siger-sendt-uden-at-være-det"
NEVER_RESENDS: Final = "pro-pakke-bestilles-ikke-igen"
FORGETS_UNSENT: Final = "pro-pakke-der-ikke-kom-af-sted-forsvinder"
RESENDS_AS_NEW: Final = "pro-pakke-bestilles-som-ny"
REPLACES_PACKAGE: Final = "pro-ny-pakke-afløser-den-anden"
REPLACES_OTHERS: Final = "pro-ny-pakke-afløser-andre-patienters"
FAULTS: Final = (
    *questionnaire_answers.FAULTS,
    NEVER_ORDERS,
    ALWAYS_KOL,
    FIRST_PATIENT,
    LACKS_INSTRUMENT,
    CLAIMS_SENT,
    NEVER_RESENDS,
    FORGETS_UNSENT,
    RESENDS_AS_NEW,
    REPLACES_PACKAGE,
    REPLACES_OTHERS,
)


@dataclass(slots=True)
class _Order:
    """One package in the record. `number` is the clinic's own, the same each time it is sent."""

    key: str
    cpr: str
    package: Package
    number: str
    sent: bool = False


class Questionnaires(Capability):
    """Every package the clinic ordered, oldest first, by its key; and the answers."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._orders: dict[str, _Order] = {}
        self._ordered: list[str] = []
        self._answers = Answers(means, self._ordered)
        self.acts = {
            "bestil-spoergeskemapakke": self._order,
            "gensend-spoergeskemapakke": lambda wish: self._send_again(self._orders[wish["bestilling"]]),
        }
        self.views = {
            "spoergeskemapakker": self._show,
            "spoergeskemasvar": self._answers.show,
            "svar-ved-behovsvurdering": self._answers.show_basis,
            "svar-uden-patient": lambda _: self._answers.show_strangers(),
        }
        self.letters = {"RPT01": self._take_report, "QRD": self._answers.take}

    def _take_report(self, envelope: Envelope) -> None:
        """What a laboratory sends is the inbox's; what cannot be read is refused here."""
        if not is_laboratory(envelope):
            self._answers.take(envelope)

    def _order(self, wish: dict[str, Any]) -> dict[str, Any]:
        cpr = str(self._means.clinic.patients[wish["cpr"]].cpr)
        order = _Order(f"s{len(self._ordered) + 1}", cpr, Package(wish["pakke"]), self._means.new_id())
        if REPLACES_PACKAGE in self._means.faults:
            self._orders = {key: each for key, each in self._orders.items() if each.cpr != cpr}
        if REPLACES_OTHERS in self._means.faults:
            self._orders = {key: each for key, each in self._orders.items() if each.cpr == cpr}
        self._orders[order.key] = order
        self._ordered.append(cpr)
        self._send(order)
        return self._row(order)

    def _send_again(self, order: _Order) -> dict[str, Any]:
        if RESENDS_AS_NEW in self._means.faults:
            order.number = self._means.new_id()
        if not order.sent and self._means.faults.isdisjoint({NEVER_RESENDS, FORGETS_UNSENT}):
            self._send(order)
        return self._row(order)

    def _send(self, order: _Order) -> None:
        faults = self._means.faults
        if NEVER_ORDERS in faults:
            order.sent = True
            return
        package = Package.KOL if ALWAYS_KOL in faults else order.package
        asked = self._means.fact("pro", "pro-pakker")[package]
        wish = {
            "bestilling": order.number,
            "cpr": self._ordered[0] if FIRST_PATIENT in faults else order.cpr,
            "pakke": package,
            "skemaer": list(asked[1:] if LACKS_INSTRUMENT in faults else asked),
        }
        try:
            order.sent = self._means.client.post(f"{self._means.services}/web-patient/bestillinger", json=wish).is_success
        except httpx.TransportError:
            order.sent = False

    def _show(self, wish: dict[str, Any]) -> dict[str, Any]:
        own = [each for each in self._orders.values() if each.cpr == wish["cpr"]]
        return {"pakker": [self._row(each) for each in own if each.sent or FORGETS_UNSENT not in self._means.faults]}

    def _row(self, order: _Order) -> dict[str, Any]:
        sent = order.sent or CLAIMS_SENT in self._means.faults
        return {
            "bestilling": order.key,
            "pakke": order.package,
            "status": OrderStatus.SENT if sent else OrderStatus.NOT_SENT,
        }
