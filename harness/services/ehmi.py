"""EHMI: carries MedCom's FHIR messages in SBDH between the LPS and its partners, and takes the delivery statuses they report.

How a system (EUA) and its message handler (MSH) talk is not public. This is our own contract, docs/ehmi.openapi.yaml: what the
LPS hands in is the finished transport envelope, as its MSH would pass it on. The ebBP receipts between MSHs are the network's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from harness.domain.errors import BadInput
from harness.domain.exchange import Answer, Failure, Request, Response
from harness.domain.organisations import ACUTE_TEAM
from harness.services.boxes import XML, Boxes
from harness.services.json_http import Gate, json_response, problem
from harness.services.service import Context, Delivery, Order
from harness.standards.eds import read_eds
from harness.standards.sbdh import Envelope, build_sbdh, read_sbdh
from harness.standards.xml import parse

SENDING: Final = "/ehmi/afsendelse"
STATUS: Final = "/ehmi/status"
PARTNERS: Final = {ACUTE_TEAM.gln: "/eoj/ehmi"}
"""Who stands behind a lokationsnummer."""


def send(envelope: Envelope, context: Context) -> None:
    """Have the network carry an envelope from one of its partners."""
    key = f"{envelope.id} {context.now.isoformat()}"
    context.deliver(Delivery(key, Request("POST", SENDING, XML, build_sbdh(envelope))))


@dataclass(slots=True)
class Ehmi:
    """The network as a Service. The order `tilgængelighed` is about the queue of delivery statuses; messages get through."""

    name: str = "ehmi"
    entrances: tuple[str, ...] = ("ehmi",)
    _boxes: Boxes = field(default_factory=lambda: Boxes("/ehmi/postkasse"))
    _gate: Gate = field(default_factory=lambda: Gate("EHMI's kø til leveringsstatus"))

    def handle(self, request: Request, context: Context) -> Answer:
        """Take an envelope or a status, hand out the oldest envelope in a box, or forget one that was stored."""
        match (request.method, request.path):
            case ("POST", "/ehmi/afsendelse"):
                return self._carry(request.body, context)
            case ("POST", "/ehmi/status"):
                return self._gate.through(lambda: self._note(request.body, context))
            case _:
                return self._boxes.handle(request, context) or problem(404, f"EHMI har ikke {request.method} {request.path}.")

    def order(self, order: Order, context: Context) -> dict[str, Any]:
        """`tilgængelighed`. Raises KeyError for another order."""
        return self._gate.order(order)

    def settle(self, delivery: Delivery, answer: Response | Failure, context: Context) -> None:
        """A partner acknowledges a message by a message of its own; there is nothing more to do."""

    def _carry(self, body: bytes, context: Context) -> Response:
        context.note(transaction="EHMI")
        try:
            envelope = read_sbdh(parse(body, "kuvert"))
        except BadInput as error:
            return problem(422, f"Kuverten kan ikke læses: {error}.")
        context.note(document_id=envelope.id, receiver=envelope.receiver.gln, taken="ja")
        if isinstance(envelope, Envelope):
            context.note(document=envelope.standard, patient=envelope.patient)
        partner = PARTNERS.get(envelope.receiver.gln)
        if partner:
            context.deliver(Delivery(envelope.id, Request("POST", partner, XML, body)))
        else:
            self._boxes.put(envelope.receiver.gln, body)
        return json_response(202, {"forsendelse": envelope.id})

    def _note(self, body: bytes, context: Context) -> Response:
        context.note(transaction="Leveringsstatus")
        try:
            status = read_eds(body)
        except BadInput as error:
            return problem(422, f"Leveringsstatus kan ikke læses: {error}.")
        context.note(document=str(status.step), document_id=status.message.id, patient=status.patient)
        if self._gate.closed:
            return self._gate.closed
        context.note(taken="ja")
        return json_response(202, {"besked": status.message.id})
