"""Digitale Forløbsplaner (FLP): PLSP's interface to KiAP's forms, a clinic's enrolment, its patients' plans and their page.

Its real interface is not public; that it has the scopes plan, clinic and patient and hands a session over to the page is
(KvalitetsIT, Digitale Forløbsplaner 1.0.1). This one follows our own contract, docs/flp.openapi.yaml. It does not refuse a plan
of a clinic that is not enrolled: whether the real one does is not public.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from urllib.parse import parse_qs

from harness.domain.careplan import Disease
from harness.domain.exchange import Answer, Failure, Request, Response
from harness.domain.forloebsplan import Part
from harness.domain.organisations import OTHER_CLINIC
from harness.services.json_http import Gate, json_response, problem, with_json
from harness.services.service import Context, Delivery, Order

KEY_LIFE: Final = timedelta(minutes=5)
"""How long a key to the plan page can be used."""


@dataclass(slots=True)
class _Session:
    cpr: str
    kind: str
    ends: datetime
    used: bool = False


@dataclass(slots=True)
class Flp:
    """Digitale Forløbsplaner as a Service.

    Orders: `formular` {"plantype", "data": [codes], "anbefaling"}: the next edition of that type's form and recommendations,
    answered with its number; `anden-klinik` {"cpr", "plantype"}: another clinic has made the patient such a plan.
    """

    name: str = "flp"
    entrances: tuple[str, ...] = ("flp",)
    _gate: Gate = field(default_factory=lambda: Gate("Digitale Forløbsplaner"))
    _forms: dict[str, dict[str, Any]] = field(default_factory=dict)
    _enrolled: set[tuple[str, str]] = field(default_factory=set)
    _sessions: dict[str, _Session] = field(default_factory=dict)
    _plans: dict[str, dict[str, Any]] = field(default_factory=dict)

    def handle(self, request: Request, context: Context) -> Answer:
        """Answer one call of the contract."""
        calls: Mapping[tuple[str, str], Callable[[], Response]] = {
            ("POST", "/flp/tilmeldinger"): lambda: self._read(request, {"klinik", "plantype"}, self._enrol, context),
            ("GET", "/flp/formularer"): lambda: self._closed_or(lambda: {"formularer": list(self._forms.values())}),
            ("POST", "/flp/patient"): lambda: self._read(request, {"cpr"}, self._patient, context),
            ("POST", "/flp/sessioner"): lambda: self._read(request, {"klinik", "cpr", "plantype"}, self._begin, context),
            ("GET", "/flp/side"): lambda: self._open(parse_qs(request.query).get("noegle", [""])[0], context),
            ("POST", "/flp/planer"): lambda: self._read(request, {"plan", "klinik", "cpr", "plantype"}, self._take, context),
        }
        call = calls.get((request.method, request.path))
        return self._gate.through(call) if call else problem(404, f"FLP har ikke {request.method} {request.path}.")

    def order(self, order: Order, context: Context) -> dict[str, Any]:
        """See the class. Raises KeyError for an order it does not know."""
        wish = order.arguments
        match order.name:
            case "formular":
                edition = self._forms[wish["plantype"]]["udgave"] + 1 if wish["plantype"] in self._forms else 1
                self._forms[wish["plantype"]] = {**wish, "udgave": edition}
                return {"udgave": edition}
            case "anden-klinik":
                self._plans[context.new_id()] = {**wish, "klinik": OTHER_CLINIC.sor}
                return {}
            case _:
                return self._gate.order(order)

    def settle(self, delivery: Delivery, answer: Response | Failure, context: Context) -> None:
        """It sends nothing, so there is nothing to learn."""

    def _read(
        self,
        request: Request,
        wanted: set[str],
        answer: Callable[[dict[str, Any], Context], Response],
        context: Context,
    ) -> Response:
        def known(wish: dict[str, Any]) -> Response:
            if "plantype" in wanted and wish["plantype"] not in Disease.__members__:
                return problem(422, f"plantype skal være en af: {', '.join(Disease.__members__)}.")
            return answer(wish, context)

        return with_json(request, wanted, known)

    def _closed_or(self, content: Callable[[], dict[str, Any]]) -> Response:
        return self._gate.closed or json_response(200, content())

    def _enrol(self, wish: dict[str, Any], context: Context) -> Response:
        if not isinstance(wish.get("tilmeldt"), bool):
            return problem(422, "tilmeldt skal være ja eller nej.")
        enrolled = "ja" if wish["tilmeldt"] else "nej"
        context.note(transaction="FLP-tilmelding", document=wish["plantype"], enrolled=enrolled)
        if self._gate.closed:
            return self._gate.closed
        (self._enrolled.add if wish["tilmeldt"] else self._enrolled.discard)((wish["klinik"], wish["plantype"]))
        context.note(taken="ja")
        mine = sorted(kind for clinic, kind in self._enrolled if clinic == wish["klinik"])
        return json_response(200, {"plantyper": mine})

    def _patient(self, wish: dict[str, Any], context: Context) -> Response:
        context.note(transaction="FLP-patient", patient=wish["cpr"])
        found = [
            {"plan": number, "klinik": each["klinik"], "plantype": each["plantype"]}
            for number, each in self._plans.items()
            if each["cpr"] == wish["cpr"]
        ]
        return self._closed_or(lambda: {"planer": found})

    def _begin(self, wish: dict[str, Any], context: Context) -> Response:
        context.note(transaction="FLP-session", patient=wish["cpr"], document=wish["plantype"])
        if self._gate.closed:
            return self._gate.closed
        key = context.new_id()
        self._sessions[key] = _Session(wish["cpr"], wish["plantype"], context.now + KEY_LIFE)
        return json_response(201, {"noegle": key, "udloeber": self._sessions[key].ends.isoformat()})

    def _open(self, key: str, context: Context) -> Response:
        context.note(transaction="FLP-side")
        if self._gate.closed:
            return self._gate.closed
        session = self._sessions.get(key)
        if session is None or session.used or context.now >= session.ends:
            return problem(410, "Nøglen er ukendt, brugt eller udløbet.")
        session.used = True
        context.note(patient=session.cpr, document=session.kind, taken="ja")
        return json_response(200, {"cpr": session.cpr, "plantype": session.kind})

    def _take(self, wish: dict[str, Any], context: Context) -> Response:
        lacking = _lacking(wish)
        if lacking:
            return problem(422, lacking)
        context.note(transaction="FLP-plan", patient=wish["cpr"], document=wish["plantype"], document_id=wish["plan"])
        if self._gate.closed:
            return self._gate.closed
        held = self._plans.get(wish["plan"], wish)
        if (held["cpr"], held["plantype"]) != (wish["cpr"], wish["plantype"]):
            return problem(409, "En anden plan har samme nummer.")
        self._plans[wish["plan"]] = wish
        context.note(taken="ja")
        return json_response(200, {"plan": wish["plan"]})


def _lacking(wish: dict[str, Any]) -> str:
    """What is wrong with a plan's content, in Danish; empty when nothing is."""
    if not all(isinstance(wish.get(name), bool) for name in ("ny", "aktiv")):
        return "ny og aktiv skal være ja eller nej."
    if not isinstance(wish.get("formular"), int):
        return "formular skal være formularens udgave."
    if not _rows(wish.get("data"), {"kode", "vaerdi", "enhed", "maalt"}, _is_measured):
        return "data skal være målinger med kode, vaerdi (et tal), enhed og maalt (en dag)."
    if not _rows(wish.get("dele"), {"del", "tekst"}, lambda row: row["del"] in list(Part)):
        return "dele skal være tekster, hver med sin del af planen."
    return ""


def _rows(value: object, names: set[str], right: Callable[[dict[str, str]], bool]) -> bool:
    return isinstance(value, list) and all(
        isinstance(row, dict) and all(isinstance(row.get(name), str) for name in names) and right(row) for row in value
    )


def _is_measured(row: dict[str, str]) -> bool:
    try:
        date.fromisoformat(row["maalt"])
        return Decimal(row["vaerdi"]).is_finite()
    except (ValueError, InvalidOperation):
        return False
