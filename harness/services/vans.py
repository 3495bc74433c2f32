"""The VANS network: carries envelopes from the LPS to its partners, and keeps what is sent to the clinic in its post box.

How a system hands envelopes to its VANS carrier is the carrier's business and not public. This is our own contract: an
envelope is posted to `/vans/afsendelse`; `GET /vans/postkasse/{lokationsnummer}` gives the oldest one waiting, with its
number in the header `x-besked`, and `DELETE /vans/postkasse/{lokationsnummer}/{nummer}` says that it is safely stored.
A box is its owner's alone (`boxes`).
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any, Final

from harness.domain.errors import BadInput
from harness.domain.exchange import Answer, Failure, Request, Response
from harness.domain.organisations import ACUTE_TEAM, MUNICIPALITY
from harness.services.boxes import XML, Boxes
from harness.services.json_http import Gate, json_response, problem
from harness.services.service import Context, Delivery, Order
from harness.standards.vans import Envelope, Message, build_envelope, read_envelope

PARTNERS: Final = {MUNICIPALITY.gln: "/dnhf/post", ACUTE_TEAM.gln: "/eoj/post"}
"""Who stands behind a lokationsnummer: a municipality is reached through Den Nationale Henvisningsformidling."""


def post(envelope: Envelope, context: Context) -> None:
    """Have the network carry an envelope from one of its partners."""
    request = Request("POST", "/vans/afsendelse", XML, build_envelope(envelope))
    context.deliver(Delivery(f"{envelope.identifier} {context.now.isoformat()}", request))


@dataclass(slots=True)
class Vans:
    """The network as a Service. The order `send` {"konvolut": base64} is an envelope from a partner that is no service here."""

    name: str = "vans"
    entrances: tuple[str, ...] = ("vans",)
    _boxes: Boxes = field(default_factory=lambda: Boxes("/vans/postkasse"))
    _gate: Gate = field(default_factory=lambda: Gate("VANS-leverandøren"))

    def handle(self, request: Request, context: Context) -> Answer:
        """Take an envelope, hand out the oldest one in a box, or forget one that was stored."""
        if (request.method, request.path) == ("POST", "/vans/afsendelse"):
            if context.from_lps:
                return self._gate.through(lambda: self._take(request.body, context))
            return self._take(request.body, context)
        return self._boxes.handle(request, context) or problem(404, f"VANS-nettet har ikke {request.method} {request.path}.")

    def order(self, order: Order, context: Context) -> dict[str, Any]:
        """`send`: a partner sends an envelope. Else as every service's. Raises KeyError for an order it does not know."""
        if order.name != "send":
            return self._gate.order(order)
        envelope = base64.b64decode(order.arguments["konvolut"])
        context.deliver(Delivery(f"partner {context.now.isoformat()}", Request("POST", "/vans/afsendelse", XML, envelope)))
        return {}

    def settle(self, delivery: Delivery, answer: Response | Failure, context: Context) -> None:
        """A partner that refused an envelope tells it by a receipt of its own; there is nothing more to do."""

    def _take(self, body: bytes, context: Context) -> Response:
        try:
            envelope = read_envelope(body, "konvolut")
        except BadInput as error:
            context.note(transaction="VANS")
            return problem(422, f"Kuverten kan ikke læses: {error}.")
        content = envelope.content
        kind = content.meta.document.name if isinstance(content, Message) else str(content.kind)
        context.note(transaction="VANS", document=kind, document_id=envelope.identifier, receiver=envelope.receiver.value)
        closed = self._gate.closed if context.from_lps else None
        if closed:
            return closed
        context.note(taken="ja")
        partner = PARTNERS.get(envelope.receiver.value)
        if partner:
            context.deliver(Delivery(envelope.identifier, Request("POST", partner, XML, body)))
        else:
            self._boxes.put(envelope.receiver.value, body)
        return json_response(202, {"konvolut": envelope.identifier})
