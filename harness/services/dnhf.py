"""Den Nationale Henvisningsformidling, and the municipality behind it: takes referrals, receipts them, and writes back.

How DNHF receipts is not public. Here it answers by both means MedCom's standards have: a receipt for the envelope (VANSEnvelope),
and a receipt for the letter (XCTL03 where the letter asks for one, XCTL02 for a refusal). What the municipality offers a patient
is read by our own contract, docs/dnhf.openapi.yaml.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from harness.domain.clock import wall_clock
from harness.domain.errors import BadInput
from harness.domain.exchange import Answer, Failure, Request, Response
from harness.domain.identifiers import Cpr
from harness.domain.organisations import CLINIC, MUNICIPALITY
from harness.domain.referral import OfferStatus
from harness.services.json_http import Gate, json_response, problem, with_json
from harness.services.service import USUAL, Context, Delivery, Order
from harness.services.vans import post
from harness.standards.message_xml import Encoding
from harness.standards.oioxml.build import build_letter
from harness.standards.oioxml.kinds import PLEASE_RECEIPT, RECEIPTS, XDIS15, XREF15, XREF22
from harness.standards.oioxml.letter import CodedDiagnosis, Letter, LetterPatient, Note, Party, Signed, receipt_for
from harness.standards.oioxml.read import read_letter
from harness.standards.vans import (
    EndPoint,
    Envelope,
    Message,
    Receipt,
    Transport,
    answer_to,
    carrying,
    read_envelope,
)

_HERE, _CLINIC = EndPoint(MUNICIPALITY.gln), EndPoint(CLINIC.gln)


class Receipting(StrEnum):
    """What the municipality answers to a referral; `NONE`: it takes the referral, and its receipts are lost on the way."""

    POSITIVE = "positiv"
    NONE = "ingen"
    REFUSED = "afvist"


@dataclass(slots=True)
class Dnhf:
    """The municipality's door as a Service.

    Orders: `kvittering` {"svar": …, "tekst"?}; `notat` {"cpr", "fornavne", "efternavn", "tekst", "tegnsæt"?, "diagnose"?}, a note
    back to the clinic; `notat-igen` {"kuvert": "samme" or "ny"}; `tilbud` {"cpr", "navn", "status", "dato"}.
    """

    name: str = "dnhf"
    entrances: tuple[str, ...] = ("dnhf", "kommune")
    _gate: Gate = field(default_factory=lambda: Gate("Henvisningsformidlingen"))
    _receipting: Receipting = Receipting.POSITIVE
    _why: str = ""
    _message_of: dict[str, str] = field(default_factory=dict)
    _refusal_of: dict[str, str] = field(default_factory=dict)
    _note: Envelope | None = None
    _offers: dict[str, dict[str, tuple[OfferStatus, date]]] = field(default_factory=dict)

    def handle(self, request: Request, context: Context) -> Answer:
        """Take an envelope from the network, or tell what the municipality offers a patient."""
        match (request.method, request.path):
            case ("POST", "/dnhf/post"):
                return self._gate.through(lambda: self._take(request.body, context))
            case ("POST", "/kommune/tilbud"):
                return self._gate.through(lambda: with_json(request, {"cpr"}, lambda wish: self._offered(wish["cpr"], context)))
            case _:
                return problem(404, f"Henvisningsformidlingen har ikke {request.method} {request.path}.")

    def order(self, order: Order, context: Context) -> dict[str, Any]:
        """See the class. Raises KeyError for an order it does not know."""
        wish = order.arguments
        match order.name:
            case "kvittering":
                self._receipting, self._why = Receipting(wish["svar"]), wish.get("tekst", "")
            case "notat":
                self._note = self._write_note(wish, context)
                post(self._note, context)
            case "notat-igen":
                assert self._note, "a note was sent"
                again = replace(self._note, identifier=context.new_id(), sent=context.now)
                post(again if wish["kuvert"] == "ny" else self._note, context)
            case "tilbud":
                offers = self._offers.setdefault(wish["cpr"], {})
                offers[wish["navn"]] = OfferStatus(wish["status"]), date.fromisoformat(wish["dato"])
            case _:
                if order == USUAL:
                    self._receipting, self._why = Receipting.POSITIVE, ""
                return self._gate.order(order)
        return {}

    def settle(self, delivery: Delivery, answer: Response | Failure, context: Context) -> None:
        """What the network did with an envelope is the network's to tell; there is nothing more to do."""

    def _offered(self, cpr: str, context: Context) -> Response:
        context.note(transaction="tilbud", patient=cpr)
        offers = [
            {"navn": name, "status": str(status), "dato": day.isoformat()}
            for name, (status, day) in self._offers.get(cpr, {}).items()
        ]
        return self._gate.closed or json_response(200, {"tilbud": offers})

    def _take(self, body: bytes, context: Context) -> Response:
        try:
            envelope = read_envelope(body)
        except BadInput as error:
            return problem(422, f"Kuverten kan ikke læses: {error}.")
        context.note(transaction="DNHF", document_id=envelope.identifier)
        closed = self._gate.closed
        if closed:
            return closed
        if isinstance(envelope.content, Message):
            self._receive(envelope, envelope.content, context)
        return json_response(202, {"konvolut": envelope.identifier})

    def _receive(self, envelope: Envelope, message: Message, context: Context) -> None:
        """A message by MedCom's rules for duplicates (Reliable Messaging): what was seen is receipted as the first time."""
        first = self._message_of.setdefault(envelope.identifier, message.meta.identifier)
        if first != message.meta.identifier:
            self._receipt(envelope, answer_to(envelope, "Kuvertens id er brugt før til en anden meddelelse."), context)
            return
        try:
            letter = read_letter(message.data)
        except BadInput as error:
            self._receipt(envelope, answer_to(envelope, f"Brevet kan ikke læses: {error}."[:500]), context)
            return
        if letter.kind in RECEIPTS:
            return
        patient = letter.patient.cpr if letter.patient else None
        context.note(document=letter.kind.name, patient=str(patient or ""))
        refusal = self._refusal_of.setdefault(message.meta.identifier, self._refusal(letter))
        if self._receipting is Receipting.NONE:
            return
        self._receipt(envelope, answer_to(envelope, refusal), context)
        if refusal or letter.acknowledgement == PLEASE_RECEIPT:
            code = "ikke_specificeret" if refusal else ""
            sent = wall_clock(context.now)
            answer = receipt_for(letter, sent, context.new_id(), context.new_id(), code, refusal)
            post(_enveloped(answer, context), context)

    def _refusal(self, letter: Letter) -> str:
        """Why this letter is refused; empty when it is taken in."""
        if letter.kind not in (XREF15, XREF22):
            return f"Kommunen tager ikke imod {letter.kind.name}."
        return self._why if self._receipting is Receipting.REFUSED else ""

    def _receipt(self, envelope: Envelope, receipt: Receipt, context: Context) -> None:
        post(Envelope(_HERE, envelope.sender, context.new_id(), context.now, receipt), context)

    def _write_note(self, wish: dict[str, Any], context: Context) -> Envelope:
        now = wall_clock(context.now)
        code, text = wish.get("diagnose", ("R95", "Kronisk obstruktiv lungesygdom"))
        letter = Letter(
            kind=XDIS15,
            sent=now,
            envelope=context.new_id(),
            identifier=context.new_id(),
            sender=Party(MUNICIPALITY.gln, MUNICIPALITY.gln, "lokationsnummer", MUNICIPALITY.name),
            receiver=Party(CLINIC.gln, CLINIC.yder, "ydernummer", CLINIC.name),
            content=Note(
                wish["tekst"],
                (CodedDiagnosis(code, text),),
                (),
                now,
                now,
                Signed(now.date(), None, "Test Testperson", "Sygeplejerske"),
            ),
            patient=LetterPatient(Cpr(wish["cpr"]), wish["efternavn"], " ".join(wish["fornavne"])),
            authorised=now,
        )
        return _enveloped(letter, context, wish.get("tegnsæt", "UTF-8"))


def _enveloped(letter: Letter, context: Context, encoding: Encoding = "UTF-8") -> Envelope:
    kind = letter.kind
    message = carrying(build_letter(letter, encoding), "XML", kind.name, kind.version, context.new_id(), Transport())
    return Envelope(_HERE, _CLINIC, context.new_id(), context.now, message)
