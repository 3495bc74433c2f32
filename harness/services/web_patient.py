"""Web-patient: asks the patient the questionnaires the clinic ordered, and sends the answers to the clinic's post box.

How a system orders is our own contract, docs/web-patient.openapi.yaml. Scores go out as RPT01 (MEDRPT R0131K) with MCS codes,
answered questionnaires as QRD, both by VANS: Web-Patient is approved to send both, but how QRD reaches a clinic is not public.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from harness.domain.exchange import Answer, Failure, Request, Response
from harness.domain.identifiers import Cpr
from harness.domain.organisations import CLINIC, HOSPITAL
from harness.domain.patient import Patient
from harness.domain.questionnaire import Package
from harness.services.json_http import Gate, json_response, problem, with_json
from harness.services.rpt01 import as_rpt01, fresh, fresh_number
from harness.services.service import Context, Delivery, Order
from harness.services.vans import post
from harness.standards.cda import qrd
from harness.standards.cda.header import Header, Recipient
from harness.standards.cda.qfdd import Choice, Option
from harness.standards.medrpt.report import (
    Analysis,
    IdentifierCode,
    LabReport,
    Party,
    Result,
    ResultStatus,
    ResultType,
    Sample,
    Subject,
)
from harness.standards.vans import EndPoint, Envelope, Message, Transport, carrying

_UNIT = "Web-patient"


@dataclass(slots=True)
class WebPatient:
    """Web-patient as a Service. What the patient does comes as orders.

    `svar` {"cpr", "fornavne", "efternavn", "scorer": [{"kode", "navn", "værdi"}], "bemærkning", "besvaret"}: scores as RPT01;
    `besvaret` is Danish local time. `ret` {"scorer"}: the latest scores, corrected. `igen` {"kuvert": "samme" or "ny"}: the
    latest message once more. `skema` {"cpr", "fornavne", "efternavn", "titel", "svar": [{"kode", "spørgsmål", "svar",
    "slags"}]}: a QRD; `slags` is `valg` (the answer is A1 in MedCom's prompt table), `tal` or `tekst`.
    """

    name: str = "web-patient"
    entrances: tuple[str, ...] = ("web-patient",)
    _gate: Gate = field(default_factory=lambda: Gate("Web-patient"))
    _orders: dict[str, tuple[str, str, tuple[str, ...]]] = field(default_factory=dict)
    _report: LabReport | None = None
    _sent: Envelope | None = None

    def handle(self, request: Request, context: Context) -> Answer:
        """Take an order of a package."""
        if (request.method, request.path) != ("POST", "/web-patient/bestillinger"):
            return problem(404, f"Web-patient har ikke {request.method} {request.path}.")
        wanted = {"bestilling", "cpr", "pakke"}
        return self._gate.through(lambda: with_json(request, wanted, lambda wish: self._take(wish, context)))

    def order(self, order: Order, context: Context) -> dict[str, Any]:
        """See the class. Raises KeyError for an order it does not know."""
        wish = order.arguments
        match order.name:
            case "svar":
                self._report = _answered(wish, context)
                self._send(as_rpt01(self._report, context), context)
            case "ret":
                assert self._report, "scores were sent"
                results = _results(wish["scorer"], self._report.results[0].comments, ResultStatus.CORRECTED)
                self._report = replace(self._report, **fresh(context), results=results)
                self._send(as_rpt01(self._report, context), context)
            case "igen":
                assert self._sent, "a message was sent"
                again = replace(self._sent, identifier=context.new_id(), sent=context.now)
                post(again if wish["kuvert"] == "ny" else self._sent, context)
            case "skema":
                document = qrd.build_qrd(_questionnaire(wish, context))
                self._send(carrying(document, "XML", "QRD", "1.2", context.new_id(), Transport()), context)
            case _:
                return self._gate.order(order)
        return {}

    def settle(self, delivery: Delivery, answer: Response | Failure, context: Context) -> None:
        """What the network did with an envelope is the network's to tell; there is nothing more to do."""

    def _take(self, wish: dict[str, Any], context: Context) -> Response:
        asked = wish.get("skemaer")
        if wish["pakke"] not in list(Package) or not (isinstance(asked, list) and asked and all(map(_is_code, asked))):
            return problem(422, "Bestillingen skal have en kendt pakke og mindst ét skema.")
        context.note(transaction="PRO-bestilling", patient=wish["cpr"], document=wish["pakke"], document_id=wish["bestilling"])
        if self._gate.closed:
            return self._gate.closed
        order = (wish["cpr"], wish["pakke"], tuple(asked))
        if self._orders.setdefault(wish["bestilling"], order) != order:
            return problem(409, "En anden bestilling har samme nummer.")
        context.note(taken="ja", package=", ".join(asked))
        return json_response(200, {"bestilling": wish["bestilling"]})

    def _send(self, message: Message, context: Context) -> None:
        self._sent = Envelope(EndPoint(HOSPITAL.gln), EndPoint(CLINIC.gln), context.new_id(), context.now, message)
        post(self._sent, context)


def _is_code(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"MCS\d{5}", value, re.ASCII) is not None


def _answered(wish: dict[str, Any], context: Context) -> LabReport:
    return LabReport(
        **fresh(context),
        sender=Party(HOSPITAL.sor, IdentifierCode.SOR, organisation=HOSPITAL.name, unit=_UNIT, ean=HOSPITAL.gln),
        receiver=Party(CLINIC.yder, IdentifierCode.YDER, organisation=CLINIC.name, ean=CLINIC.gln),
        patient=Subject(wish["efternavn"], " ".join(wish["fornavne"]), wish["cpr"]),
        sample=Sample(fresh_number(context), datetime.fromisoformat(wish["besvaret"])),
        production=fresh_number(context),
        results=_results(wish["scorer"], (wish["bemærkning"],)),
    )


def _results(
    scores: list[dict[str, str]], remark: tuple[str, ...], status: ResultStatus = ResultStatus.FINAL
) -> tuple[Result, ...]:
    """The scores, each with the patient's remark beside it."""
    return tuple(
        Result(Analysis(each["kode"], each["navn"]), each["værdi"], status, ResultType.NUMERIC, comments=remark)
        for each in scores
    )


def _questionnaire(wish: dict[str, Any], context: Context) -> qrd.QuestionnaireResponse:
    cpr = Cpr(wish["cpr"])
    patient = Patient("", cpr, tuple(wish["fornavne"]), wish["efternavn"], cpr.born, cpr.female)
    header = Header(
        document_id=context.new_id(),
        title=wish["titel"],
        created=context.now,
        patient=patient,
        clinic=CLINIC,
        recipient=Recipient(CLINIC.yder, CLINIC),
    )
    answers = tuple(qrd.Answer(each["kode"], each["spørgsmål"], _said(each["svar"], each["slags"])) for each in wish["svar"])
    return qrd.QuestionnaireResponse(header, context.new_id(), answers)


def _said(text: str, kind: str) -> Choice | Decimal | str:
    match kind:
        case "valg":
            return Choice((Option("A1", text),), 1, 1)
        case "tal":
            return Decimal(text)
        case _:
            return text
