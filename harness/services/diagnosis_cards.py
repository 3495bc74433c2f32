"""PLSP's side of the diagnosekort: takes each clinic's card, and gives it to those who may read it.

How an LPS hands its diagnoses to PLSP is not public. This one follows our own contract, docs/plsp-diagnosekort.openapi.yaml: the
LPS hands over MedCom's document whenever the card changes, and says when the card is empty. Registration on demand (ITI-61) and
delivery are PLSP's own, and no part of this.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from harness.domain.clock import copenhagen
from harness.domain.errors import BadInput
from harness.domain.exchange import Answer, Failure, Request, Response
from harness.domain.organisations import OTHER_CLINIC
from harness.services.card_traits import traits_of
from harness.services.json_http import Gate, json_response, problem, with_json
from harness.services.service import USUAL, Context, Delivery, Order
from harness.standards.fhir import codes
from harness.standards.fhir.build import build_condition_list
from harness.standards.fhir.diagnosis_card import read_card
from harness.standards.fhir.messages import ConditionList, Diagnosis, Party, Person

HANDED_OVER: Final = "/plsp-diagnosekort/dokumenter"
EMPTIED: Final = "/plsp-diagnosekort/tomme-kort"
LOOKED_UP: Final = "/plsp-diagnosekort/opslag"


@dataclass(slots=True)
class DiagnosisCards:
    """The cards as a Service.

    Order: `andet-kort` {"cpr", "fornavne", "efternavn", "kvinde", "født", "diagnoser": [{"icpc", "icd", "tekst", "status",
    "type"}]}: another clinic's card of the patient now has just these; what is empty is not in its document.
    """

    name: str = "diagnosekort"
    entrances: tuple[str, ...] = ("plsp-diagnosekort",)
    _gate: Gate = field(default_factory=lambda: Gate("PLSP"))
    _own: dict[str, bytes] = field(default_factory=dict)
    _others: dict[str, bytes] = field(default_factory=dict)

    def handle(self, request: Request, context: Context) -> Answer:
        """Take a card, forget one that is empty, or give what is shared of a patient."""
        match (request.method, request.path):
            case ("POST", "/plsp-diagnosekort/dokumenter"):
                return self._gate.through(lambda: self._take(request, context))
            case ("POST", "/plsp-diagnosekort/tomme-kort"):
                return self._gate.through(lambda: with_json(request, {"cpr"}, lambda wish: self._empty(wish["cpr"], context)))
            case ("POST", "/plsp-diagnosekort/opslag"):
                return self._gate.through(lambda: with_json(request, {"cpr"}, lambda wish: self._give(wish["cpr"], context)))
            case _:
                return problem(404, f"PLSP har ikke {request.method} {request.path}.")

    def order(self, order: Order, context: Context) -> dict[str, Any]:
        """See the class. Raises KeyError for an order it does not know."""
        if order.name == "andet-kort":
            self._others[order.arguments["cpr"]] = _others_card(order.arguments, context)
            return {}
        if order == USUAL:
            self._others.clear()
        return self._gate.order(order)

    def settle(self, delivery: Delivery, answer: Response | Failure, context: Context) -> None:
        """It sends nothing, so there is nothing to learn."""

    def _take(self, request: Request, context: Context) -> Response:
        if request.body.lstrip()[:1] != b"{":
            return problem(400, "Dokumentet er ikke JSON.")
        try:
            card = read_card(request.body)
        except BadInput as error:
            return problem(400, f"Dokumentet kan ikke læses: {error}.")
        if not card.cpr:
            return problem(422, "Dokumentet siger ikke, hvem det handler om.")
        context.note(transaction="Diagnosekort", patient=card.cpr, document="ConditionList", document_id=card.id)
        context.note(**traits_of(request.body))
        if self._gate.closed:
            return self._gate.closed
        self._own[card.cpr] = request.body
        context.note(taken="ja")
        return json_response(200, {"dokument": card.id})

    def _empty(self, cpr: str, context: Context) -> Response:
        context.note(transaction="Tomt diagnosekort", patient=cpr)
        if self._gate.closed:
            return self._gate.closed
        self._own.pop(cpr, None)
        context.note(taken="ja")
        return json_response(200, {})

    def _give(self, cpr: str, context: Context) -> Response:
        context.note(transaction="Opslag i diagnosekort", patient=cpr)
        found = [("klinikken", self._own.get(cpr)), ("anden klinik", self._others.get(cpr))]
        documents = [
            {"afsender": who, "dokument": base64.b64encode(document).decode("ascii")} for who, document in found if document
        ]
        return self._gate.closed or json_response(200, {"dokumenter": documents})


def _others_card(wish: dict[str, Any], context: Context) -> bytes:
    now, sex = copenhagen(context.now), "female" if wish["kvinde"] else "male"
    document = ConditionList(
        id=context.new_id(),
        identifier=context.new_id(),
        patient=Person(wish["cpr"], " ".join(wish["fornavne"]), wish["efternavn"], sex, date.fromisoformat(wish["født"])),
        clinic=Party(OTHER_CLINIC.name, OTHER_CLINIC.sor),
        changed=now,
        assembled=now,
        diagnoses=tuple(_diagnosis(each, now.date()) for each in wish["diagnoser"]),
    )
    return build_condition_list(document)


def _diagnosis(wish: dict[str, str], today: date) -> Diagnosis:
    status = next((code for code, told in codes.DIAGNOSIS_STATUS.items() if told == wish["status"]), "")
    type_ = next((code for code, told in codes.DIAGNOSIS_TYPE.items() if told == wish["type"]), "")
    return Diagnosis(wish["icpc"], wish["icd"], wish["tekst"], today, status, type_)
