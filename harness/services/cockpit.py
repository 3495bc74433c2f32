"""Klinikens cockpit: publishes, revises and withdraws the profiles that decide a clinic's population lists.

Its real interface is not public. This one follows our own contract, docs/klinikens-cockpit.openapi.yaml.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from harness.domain.exchange import Answer, Failure, Request, Response
from harness.services.json_http import Gate, json_response, problem
from harness.services.service import Context, Delivery, Order

PROFILES = "/cockpit/profiler"


@dataclass(slots=True)
class Cockpit:
    """The cockpit as a Service.

    Orders: `udgiv` {"profil", "titel", "sygdom", "koder", …}, a profile in the contract's words without its edition, answered
    with the edition it got; `træk-tilbage` {"profil"}. A profile that comes back goes on with the next edition.
    """

    name: str = "cockpit"
    entrances: tuple[str, ...] = ("cockpit",)
    _published: dict[str, dict[str, Any]] = field(default_factory=dict)
    _editions: dict[str, int] = field(default_factory=dict)
    _gate: Gate = field(default_factory=lambda: Gate("Klinikens cockpit"))

    def handle(self, request: Request, context: Context) -> Answer:
        """Give the profiles that are in force."""
        if (request.method, request.path) != ("GET", PROFILES):
            return problem(404, f"Klinikens cockpit har ikke {request.method} {request.path}.")
        context.note(transaction="Profiler")
        return self._gate.through(lambda: self._gate.closed or self._profiles(context))

    def order(self, order: Order, context: Context) -> dict[str, Any]:
        """See the class. Raises KeyError for an order or a profile it does not know."""
        wish = order.arguments
        match order.name:
            case "udgiv":
                edition = self._editions.get(wish["profil"], 0) + 1
                self._editions[wish["profil"]] = edition
                self._published[wish["profil"]] = {**wish, "udgave": edition}
                return {"udgave": edition}
            case "træk-tilbage":
                del self._published[wish["profil"]]
                return {}
            case _:
                return self._gate.order(order)

    def settle(self, delivery: Delivery, answer: Response | Failure, context: Context) -> None:
        """It sends nothing, so there is nothing to learn."""

    def _profiles(self, context: Context) -> Response:
        context.note(taken="ja")
        return json_response(200, {"profiler": list(self._published.values())})
