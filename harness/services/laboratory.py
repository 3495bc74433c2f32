"""Two laboratories that answer the clinic's requisitions: reports as RPT01, partial, corrected, and sent once more."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from harness.domain.exchange import Answer, Failure, Request, Response
from harness.domain.organisations import CLINIC, HOSPITAL, OTHER_LABORATORY
from harness.services.json_http import Gate, problem
from harness.services.rpt01 import as_rpt01, fresh, fresh_number
from harness.services.service import Context, Delivery, Order
from harness.services.vans import post
from harness.standards.medrpt.report import (
    OPERATORS,
    Analysis,
    IdentifierCode,
    Interval,
    IntervalType,
    LabReport,
    Party,
    ReportStatus,
    Result,
    ResultStatus,
    ResultType,
    Sample,
    Subject,
    Validation,
)
from harness.standards.vans import EndPoint, Envelope

_SENDERS: Final = {
    "laboratoriet": Party(HOSPITAL.sor, IdentifierCode.SOR, organisation=HOSPITAL.name, ean=HOSPITAL.gln),
    "et andet laboratorium": Party(
        OTHER_LABORATORY.sor, IdentifierCode.SOR, organisation=OTHER_LABORATORY.name, ean=OTHER_LABORATORY.gln
    ),
}


@dataclass(slots=True)
class Laboratory:
    """Both laboratories as a Service; nobody asks them anything here.

    Orders: `svar` {"laboratorium", "cpr", "fornavne", "efternavn", "rekvisition", "status", "resultater", "bemærkning", "taget"},
    a report; of its results each is {"kode", "navn", "værdi", "tegn", "enhed", "nedre", "øvre", "markeret", "kommentar",
    "status"}. `ret`
    {"resultater", "bemærkning"}: the latest report, corrected. `igen` {"kuvert": "samme" or "ny"}: the latest once more.
    """

    name: str = "laboratorium"
    entrances: tuple[str, ...] = ("laboratorium",)
    _gate: Gate = field(default_factory=lambda: Gate("Laboratoriet"))
    _report: LabReport | None = None
    _sent: Envelope | None = None

    def handle(self, request: Request, context: Context) -> Answer:
        """Refuse: a laboratory is written to by VANS."""
        return problem(404, f"Laboratoriet har ikke {request.method} {request.path}.")

    def order(self, order: Order, context: Context) -> dict[str, Any]:
        """See the class. Raises KeyError for an order it does not know."""
        wish = order.arguments
        match order.name:
            case "svar":
                self._send(_answered(wish, context), context)
            case "ret":
                assert self._report, "a report was sent"
                results, comments = _results(wish["resultater"]), (wish["bemærkning"],)
                self._send(replace(self._report, **fresh(context), results=results, comments=comments), context)
            case "igen":
                assert self._sent, "a report was sent"
                again = replace(self._sent, identifier=context.new_id(), sent=context.now)
                post(again if wish["kuvert"] == "ny" else self._sent, context)
            case _:
                return self._gate.order(order)
        return {}

    def settle(self, delivery: Delivery, answer: Response | Failure, context: Context) -> None:
        """What the network did with an envelope is the network's to tell; there is nothing more to do."""

    def _send(self, report: LabReport, context: Context) -> None:
        self._report, message = report, as_rpt01(report, context)
        self._sent = Envelope(EndPoint(report.sender.ean), EndPoint(CLINIC.gln), context.new_id(), context.now, message)
        post(self._sent, context)


def _answered(wish: dict[str, Any], context: Context) -> LabReport:
    return LabReport(
        **fresh(context),
        sender=_SENDERS[wish["laboratorium"]],
        receiver=Party(CLINIC.yder, IdentifierCode.YDER, organisation=CLINIC.name, ean=CLINIC.gln),
        patient=Subject(wish["efternavn"], " ".join(wish["fornavne"]), wish["cpr"]),
        sample=Sample(fresh_number(context), datetime.fromisoformat(wish["taget"]), requester_id=wish["rekvisition"]),
        production=fresh_number(context),
        results=_results(wish["resultater"]),
        status=ReportStatus(wish["status"]),
        speciality="klin_biokemi",
        comments=(wish["bemærkning"],),
    )


def _results(rows: list[dict[str, Any]]) -> tuple[Result, ...]:
    return tuple(_result(row) for row in rows)


def _result(row: dict[str, Any]) -> Result:
    limits = (row["nedre"], row["øvre"])
    return Result(
        Analysis(row["kode"], row["navn"]),
        row["værdi"],
        ResultStatus(row["status"]),
        ResultType.NUMERIC if row["enhed"] else ResultType.TEXT,
        operator=OPERATORS[row["tegn"]] if row["tegn"] else None,
        unit=row["enhed"],
        validation=Validation(row["markeret"]) if row["markeret"] else None,
        intervals=(Interval(IntervalType.PHYSIOLOGICAL, *limits),) if any(limits) else (),
        comments=tuple(filter(None, (row["kommentar"],))),
    )
