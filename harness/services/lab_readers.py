"""Those who come to see laboratory results: the databanks LABA and MiBa, Laboratoriesvarportalen, sundhed.dk and Min Læge.

None of their interfaces is public; they follow our own contract, docs/health-hub.openapi.yaml. The databanks show nothing on the
portal before they are told to: in the technical operation nothing is shown (MedCom, Styregruppemøde for Digital Almen Praksis 26.
februar 2026, punkt 4).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from harness.domain.errors import BadInput
from harness.domain.exchange import Answer, Failure, Request, Response
from harness.services.health_hub import report_in
from harness.services.json_http import json_response, problem, with_json
from harness.services.service import USUAL, Context, Delivery, Order


@dataclass(slots=True)
class _Held:
    cpr: str
    kind: str
    editions: list[str] = field(default_factory=list)


@dataclass(slots=True)
class LabReader:
    """One reader as a Service. `onward` are those it gives everything on to, once it `shows`.

    Orders: `udstilling` {"vises": true or false}; `spærring` {"svar": number}: the citizen does not want this result to be seen.
    """

    name: str
    onward: tuple[str, ...] = ()
    shows: bool = True
    entrances: tuple[str, ...] = ()
    _held: dict[str, _Held] = field(default_factory=dict)
    _blocked: set[str] = field(default_factory=set)
    _usually: bool = True

    def __post_init__(self) -> None:
        self.entrances, self._usually = (self.name,), self.shows

    def handle(self, request: Request, context: Context) -> Answer:
        """Take a result, forget one, or show a patient's."""
        match (request.method, request.path.rpartition("/")[2]):
            case ("POST", "svar"):
                return with_json(request, {"svar", "art", "dokument"}, lambda wish: self._take(wish, request, context))
            case ("POST", "tilbagetraekning"):
                return with_json(request, {"svar", "cpr", "grund"}, lambda wish: self._forget(wish, request, context))
            case ("POST", "opslag"):
                return with_json(request, {"cpr"}, lambda wish: self._show(wish["cpr"], context))
            case _:
                return problem(404, f"{self.name} har ikke {request.method} {request.path}.")

    def order(self, order: Order, context: Context) -> dict[str, Any]:
        """See the class. Raises KeyError for an order it does not know."""
        match order.name:
            case "udstilling":
                self.shows = order.arguments["vises"]
            case "spærring":
                self._blocked.add(order.arguments["svar"])
            case _ if order == USUAL:
                self.shows = self._usually
            case _:
                raise KeyError(order.name)
        return {}

    def settle(self, delivery: Delivery, answer: Response | Failure, context: Context) -> None:
        """The others take everything here; there is nothing to learn."""

    def _take(self, wish: dict[str, Any], request: Request, context: Context) -> Response:
        number = wish["svar"]
        try:
            cpr = report_in(wish["dokument"]).patient.cpr
        except BadInput as error:
            return problem(422, f"Svaret kan ikke læses: {error}.")
        context.note(transaction=f"{self.name}-svar", patient=cpr, document=wish["art"], document_id=number, taken="ja")
        self._held.setdefault(number, _Held(cpr, wish["art"])).editions.append(wish["dokument"])
        if self.shows and number not in self._blocked:
            self._give_on("svar", number, request, context)
        return json_response(200, {"svar": number})

    def _forget(self, wish: dict[str, Any], request: Request, context: Context) -> Response:
        context.note(transaction=f"{self.name}-tilbagetrækning", patient=wish["cpr"], document_id=wish["svar"], taken="ja")
        self._held.pop(wish["svar"], None)
        self._give_on("tilbagetraekning", wish["svar"], request, context)
        return json_response(200, {"svar": wish["svar"]})

    def _give_on(self, what: str, number: str, request: Request, context: Context) -> None:
        for reader in self.onward:
            key = f"{number} {context.new_id()}"
            context.deliver(Delivery(key, Request("POST", f"/{reader}/{what}", request.headers, request.body)))

    def _show(self, cpr: str, context: Context) -> Response:
        context.note(transaction=f"{self.name}-opslag", patient=cpr)
        seen = [
            {"svar": number, "art": each.kind, "udgaver": each.editions}
            for number, each in self._held.items()
            if each.cpr == cpr and number not in self._blocked
        ]
        return json_response(200, {"svar": seen})


def lab_readers() -> tuple[LabReader, ...]:
    """Everyone who may come to see a result, behind the Hub."""
    return (
        LabReader("laba", ("laboratoriesvarportalen",), shows=False),
        LabReader("miba", ("laboratoriesvarportalen",), shows=False),
        LabReader("laboratoriesvarportalen", ("sundhed-dk", "min-laege")),
        LabReader("sundhed-dk"),
        LabReader("min-laege"),
    )
