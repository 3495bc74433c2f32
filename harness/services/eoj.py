"""The municipality's system (EOJ) with its acute team: sends results through EHMI, and takes letters through VANS.

What it sends follows MedCom's own examples for receiving a HomeCareObservation (medcomdk/dk_HomeCareObservations@06fdd5a,
input/pagecontent/testProtocolTestExample.md). It receipts a letter as it is told to.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from harness.domain.clock import copenhagen
from harness.domain.errors import BadInput
from harness.domain.exchange import Answer, Failure, Request, Response
from harness.domain.organisations import ACUTE_TEAM, CLINIC
from harness.services.ehmi import send
from harness.services.json_http import json_response, problem
from harness.services.service import USUAL, Context, Delivery, Order
from harness.services.vans import post
from harness.standards import sbdh
from harness.standards.fhir import codes
from harness.standards.fhir.build import build_acknowledgement, build_home_care_observation
from harness.standards.fhir.messages import Acknowledgement, Attachment, Author, HomeCareObservation, Measurement, Party, Person
from harness.standards.fhir.read import read_care_communication, read_message_id
from harness.standards.fhir.write import Write, as_json, as_xml, own_id
from harness.standards.vans import EndPoint, Envelope, Message, Transport, carrying, read_envelope

FORMS: Final[Mapping[str, tuple[Write, str]]] = {
    "json": (as_json, "application/fhir+json"),
    "xml": (as_xml, "application/fhir+xml"),
}
NONE: Final = "ingen"
"""What it answers when it does not receipt."""

_TEAM: Final = Party(ACUTE_TEAM.name, ACUTE_TEAM.sor, ACUTE_TEAM.gln, producer="KAF")
_HERE, _CLINIC = sbdh.Endpoint(ACUTE_TEAM.gln, ACUTE_TEAM.sor), sbdh.Endpoint(CLINIC.gln, CLINIC.sor)


@dataclass(frozen=True, slots=True)
class _Receipting:
    answer: str = "ok"
    text: str = ""
    form: str = "json"


@dataclass(slots=True)
class Eoj:
    """The municipality's system as a Service.

    Orders: `prøvesvar` {"cpr", "fornavne", "efternavn", "initialer", "resultater", "konklusion", "telefon"?, "form"?, "nægtet"?,
    "bilag"?, "kuvert"?: "brugt før"}; `igen` {"kuvert": "samme" or "ny"}; `ret` {"resultater"}; `annuller` {"grund"}, each of
    the latest message, or with {"før": 1} of the one before it; `kvitterer` {"svar", "tekst"?, "form"?}: so from now on;
    `kvitter-nu` {…, "før"?: 1}: so for the latest letter, or the one before it; `kvittering-igen` {"kuvert"}.
    """

    name: str = "eoj"
    entrances: tuple[str, ...] = ("eoj",)
    _sent: list[tuple[sbdh.Envelope, HomeCareObservation]] = field(default_factory=list)
    _receipting: _Receipting = field(default_factory=_Receipting)
    _letters: list[str] = field(default_factory=list)
    _receipt: Envelope | None = None

    def handle(self, request: Request, context: Context) -> Answer:
        """Take what a network delivers."""
        match (request.method, request.path):
            case ("POST", "/eoj/ehmi"):
                context.note(transaction="EOJ")
                return json_response(202, {})
            case ("POST", "/eoj/post"):
                return self._take(request.body, context)
            case _:
                return problem(404, f"Kommunens system har ikke {request.method} {request.path}.")

    def order(self, order: Order, context: Context) -> dict[str, Any]:
        """See the class. Raises KeyError for an order it does not know."""
        wish = order.arguments
        match order.name:
            case "prøvesvar":
                used = self._sent[-1][0].id if wish.get("kuvert") and self._sent else ""
                self._send(_observation(wish, context), FORMS[wish.get("form", "json")], context, used)
            case "igen":
                envelope, message = self._chosen(wish)
                if wish["kuvert"] == "ny":
                    envelope = replace(envelope, id=context.new_id(), created=_now(context))
                    self._sent[-1 - wish.get("før", 0)] = (envelope, message)
                send(envelope, context)
            case "ret":
                self._change(wish, codes.MODIFIED, context, results=_results(wish, context))
            case "annuller":
                self._change(wish, codes.RETRACT, context, conclusion=wish["grund"])
            case "kvitterer":
                self._receipting = _receipting(wish)
            case "kvitter-nu":
                assert len(self._letters) > wish.get("før", 0), "a letter came"
                self._acknowledge(self._letters[-1 - wish.get("før", 0)], _receipting(wish), context)
            case "kvittering-igen":
                assert self._receipt, "a letter was receipted"
                if wish["kuvert"] == "ny":
                    self._receipt = replace(self._receipt, identifier=context.new_id(), sent=context.now)
                post(self._receipt, context)
            case _ if order == USUAL:
                self._receipting = _Receipting()
            case _:
                raise KeyError(order.name)
        return {}

    def settle(self, delivery: Delivery, answer: Response | Failure, context: Context) -> None:
        """What a network did with an envelope is the network's to tell; there is nothing more to do."""

    # Results

    def _chosen(self, wish: dict[str, Any]) -> tuple[sbdh.Envelope, HomeCareObservation]:
        before: int = wish.get("før", 0)
        assert len(self._sent) > before, "a message was sent"
        return self._sent[-1 - before]

    def _change(self, wish: dict[str, Any], activity: str, context: Context, **changes: Any) -> None:
        """Send what changes a message, in the form that the message had."""
        envelope, message = self._chosen(wish)
        earlier = own_id(message.id, "header")
        changed = replace(message, id=context.new_id(), at=_now(context), activity=activity, earlier=earlier, **changes)
        (form,) = (each for each in FORMS.values() if each[1] == envelope.mime_type)
        self._send(changed, form, context)

    def _send(self, message: HomeCareObservation, form: tuple[Write, str], context: Context, used: str = "") -> None:
        write, kind = form
        envelope = sbdh.Envelope(
            id=used or context.new_id(),
            created=message.at,
            sender=_HERE,
            receiver=_CLINIC,
            message_id=own_id(message.id, "header"),
            bundle_id=message.id,
            payload=build_home_care_observation(message, write),
            patient=message.patient.cpr,
            mime_type=kind,
        )
        self._sent.append((envelope, message))
        send(envelope, context)

    # Letters

    def _take(self, body: bytes, context: Context) -> Response:
        context.note(transaction="EOJ")
        try:
            content = read_envelope(body).content
            if isinstance(content, Message) and content.meta.document.name.startswith("MCM:FDIS91"):
                letter = read_care_communication(content.data, "korrespondance")
                context.note(patient=letter.patient.cpr)
                self._letters.append(read_message_id(content.data, "korrespondance"))
                self._acknowledge(self._letters[-1], self._receipting, context)
        except BadInput as error:
            return problem(422, f"Beskeden kan ikke læses: {error}.")
        return json_response(202, {})

    def _acknowledge(self, letter: str, how: _Receipting, context: Context) -> None:
        if how.answer == NONE:
            return
        write, kind = FORMS[how.form]
        error = {"fatal-error": "MSG_VALUESET_VALUE_UNKNOWN", "transient-error": "MSG_Mailbox_Out_Of_Operation"}
        receipt = Acknowledgement(
            id=context.new_id(),
            at=_now(context),
            original=letter,
            sender=_TEAM,
            receiver=_PRACTICE,
            answer=how.answer,
            error=error.get(how.answer, ""),
            explanation=how.text,
        )
        message = carrying(
            build_acknowledgement(receipt, write),
            "HL7",
            f"MCM:FCTL#{how.answer}",
            "",
            own_id(receipt.id, "header"),
            Transport(tags=(("MCM:MIME", kind),)),
        )
        self._receipt = Envelope(EndPoint(ACUTE_TEAM.gln), EndPoint(CLINIC.gln), context.new_id(), context.now, message)
        post(self._receipt, context)


_PRACTICE: Final = Party(CLINIC.name, CLINIC.sor, CLINIC.gln, CLINIC.yder)


def _now(context: Context) -> datetime:
    return copenhagen(context.now).replace(microsecond=0)


def _receipting(wish: dict[str, Any]) -> _Receipting:
    return _Receipting(wish["svar"], wish.get("tekst", ""), wish.get("form", "json"))


def _observation(wish: dict[str, Any], context: Context) -> HomeCareObservation:
    return HomeCareObservation(
        id=context.new_id(),
        at=_now(context),
        patient=Person(wish["cpr"], " ".join(wish["fornavne"]), wish["efternavn"]),
        sender=_TEAM,
        receiver=replace(_PRACTICE, initials=wish["initialer"]),
        author=Author("Test", "Testperson", wish.get("telefon", "00000000"), "sygeplejerske"),
        results=_results(wish, context),
        conclusion=wish["konklusion"],
        refused_consent=wish.get("nægtet", False),
        attachments=tuple(
            Attachment(each["titel"], each["type"], base64.b64decode(each["data"]), made=_now(context))
            for each in wish.get("bilag", [])
        ),
    )


def _results(wish: dict[str, Any], context: Context) -> tuple[Measurement, ...]:
    return tuple(
        Measurement(
            code=each["kode"],
            value=Decimal(each["værdi"]) if each["tal"] else each["værdi"],
            at=_now(context),
            unit=each["enhed"],
            comparator=each["tegn"],
            display=each["navn"],
            note=each["kommentar"],
            system=codes.OBSERVATION_CODES if each["kode"].startswith("MCS") else codes.NPU,
        )
        for each in wish["resultater"]
    )
