"""PLSP Health Hub: takes the laboratory results clinics make, and gives them on to LABA or MiBa by their kind.

Its real interface is not public; this is our own contract, docs/health-hub.openapi.yaml. A result whose patient has said no to
sharing is not given on, and one that was is taken back: the simulated Hub keeps the no, so what the LPS told it is what is seen.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, field
from typing import Any, Final

from harness.domain.errors import BadInput
from harness.domain.exchange import Answer, Failure, Request, Response
from harness.domain.laboratory import Kind
from harness.services.json_http import Gate, json_response, problem, with_json
from harness.services.service import Context, Delivery, Order
from harness.standards.medrpt.report import LabReport, Lines, Result, Sample, Subject
from harness.standards.oioxml.xrpt_read import read_xrpt
from harness.standards.xml import parse

DATABANK: Final = {Kind.BIOCHEMISTRY: "laba", Kind.MICROBIOLOGY: "miba"}
"""The entrance of each kind's databank."""

_Content = tuple[Kind, Subject, Sample, tuple[Result, ...], Lines]


@dataclass(slots=True)
class HealthHub:
    """The Hub as a Service. Orders: as every service's."""

    name: str = "health-hub"
    entrances: tuple[str, ...] = ("health-hub",)
    _gate: Gate = field(default_factory=lambda: Gate("Health Hub"))
    _held: dict[str, _Content] = field(default_factory=dict)

    def handle(self, request: Request, context: Context) -> Answer:
        """Take a result, or take one back."""
        match (request.method, request.path):
            case ("POST", "/health-hub/svar"):
                wanted = {"svar", "art", "dokument"}
                return self._gate.through(lambda: with_json(request, wanted, lambda wish: self._take(wish, context)))
            case ("POST", "/health-hub/tilbagetraekning"):
                wanted = {"svar", "cpr", "grund"}
                return self._gate.through(lambda: with_json(request, wanted, lambda wish: self._withdraw(wish, context)))
            case _:
                return problem(404, f"Health Hub har ikke {request.method} {request.path}.")

    def order(self, order: Order, context: Context) -> dict[str, Any]:
        """Raises KeyError for an order it does not know."""
        return self._gate.order(order)

    def settle(self, delivery: Delivery, answer: Response | Failure, context: Context) -> None:
        """The databanks take everything here; there is nothing to learn."""

    def _take(self, wish: dict[str, Any], context: Context) -> Response:
        try:
            report = report_in(wish["dokument"])
        except BadInput as error:
            return problem(422, f"Svaret kan ikke læses: {error}.")
        if wish["art"] not in list(Kind):
            return problem(422, f"art skal være en af: {', '.join(Kind)}.")
        number, kind = wish["svar"], Kind(wish["art"])
        context.note(transaction="Health Hub-svar", patient=report.patient.cpr, document=kind, document_id=number)
        if self._gate.closed:
            return self._gate.closed
        held = self._held.get(number)
        if held and held[1].cpr != report.patient.cpr:
            return problem(409, "Et svar om en anden patient har samme nummer.")
        context.note(taken="ja")
        self._held[number] = kind, report.patient, report.sample, report.results, report.comments
        if held != self._held[number]:
            consent = report.patient.consent
            if held and held[1].consent and (not consent or held[0] is not kind):
                why = "anden art" if consent else "nægtet samtykke"
                _give(held[0], "tilbagetraekning", {"svar": number, "cpr": report.patient.cpr, "grund": why}, context)
            if consent:
                _give(kind, "svar", wish, context)
        return json_response(200, {"svar": number})

    def _withdraw(self, wish: dict[str, Any], context: Context) -> Response:
        context.note(transaction="Health Hub-tilbagetrækning", patient=wish["cpr"], document_id=wish["svar"])
        if self._gate.closed:
            return self._gate.closed
        held = self._held.get(wish["svar"])
        if held and held[1].cpr != wish["cpr"]:
            return problem(409, "Svaret handler om en anden patient.")
        context.note(taken="ja")
        if held:
            del self._held[wish["svar"]]
            _give(held[0], "tilbagetraekning", wish, context)
        return json_response(200, {"svar": wish["svar"]})


def report_in(document: str) -> LabReport:
    """The report in a `dokument` of the contract. Raises BadInput."""
    try:
        return read_xrpt(parse(base64.b64decode("".join(document.split()), validate=True), "svar.xml"))
    except (binascii.Error, ValueError):
        raise BadInput("dokumentet er ikke base64") from None


def _give(kind: Kind, what: str, content: dict[str, Any], context: Context) -> None:
    body = json.dumps(content, ensure_ascii=False).encode()
    request = Request("POST", f"/{DATABANK[kind]}/{what}", (("content-type", "application/json"),), body)
    context.deliver(Delivery(f"{content['svar']} {context.new_id()}", request))
