"""MinPlan's part for the patient: the activities patients register themselves; and the Sundhedsmappe, which is closed.

The real interface of MinPlan is not public. This one follows our own contract, docs/minplan.openapi.yaml. What patients and
professionals see of a plan is read from the national document sharing, not here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from harness.domain.exchange import Answer, Failure, Request, Response
from harness.services.json_http import Gate, json_response, problem, with_json
from harness.services.service import Context, Delivery, Order

ACTIVITIES = "/minplan/aktiviteter"
CLOSED = "Sundhedsmappen"


@dataclass(slots=True)
class MinPlan:
    """MinPlan as a Service.

    Order: `registrer-aktivitet` {"cpr", "tekst", "dato"}: the patient registers an activity. Every call to Sundhedsmappen is
    noted as the transaction `Sundhedsmappen`, and refused.
    """

    name: str = "minplan"
    entrances: tuple[str, ...] = ("minplan", "sundhedsmappe")
    _activities: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    _gate: Gate = field(default_factory=lambda: Gate("MinPlan"))

    def handle(self, request: Request, context: Context) -> Answer:
        """Give a patient's activities."""
        if request.path.startswith("/sundhedsmappe"):
            context.note(transaction=CLOSED)
            return problem(410, "Sundhedsmappen er lukket for forløbsplaner. Planen ses på sundhed.dk.")
        if (request.method, request.path) != ("POST", ACTIVITIES):
            return problem(404, f"MinPlan har ikke {request.method} {request.path}.")
        return self._gate.through(lambda: with_json(request, {"cpr"}, lambda wish: self._registered(wish["cpr"], context)))

    def order(self, order: Order, context: Context) -> dict[str, Any]:
        """See the class. Raises KeyError for an order it does not know, ValueError for a day that is none."""
        if order.name != "registrer-aktivitet":
            return self._gate.order(order)
        wish = order.arguments
        activity = {"tekst": str(wish["tekst"]), "dato": date.fromisoformat(wish["dato"]).isoformat()}
        self._activities.setdefault(wish["cpr"], []).append(activity)
        return {}

    def settle(self, delivery: Delivery, answer: Response | Failure, context: Context) -> None:
        """It sends nothing, so there is nothing to learn."""

    def _registered(self, cpr: str, context: Context) -> Response:
        context.note(transaction="Patientens aktiviteter", patient=cpr)
        closed = self._gate.closed
        if closed:
            return closed
        context.note(taken="ja")
        return json_response(200, {"aktiviteter": list(self._activities.get(cpr, []))})
