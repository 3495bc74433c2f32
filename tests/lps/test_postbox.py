"""The clinic's post box: every letter is handed over, and one that cannot be read is put aside, not in the others' way."""

from __future__ import annotations

from datetime import datetime

import httpx

from harness.domain.clock import VirtualClock
from harness.domain.errors import BadInput
from harness.domain.organisations import CLINIC, HOSPITAL
from harness.lps.reference.capability import Capability
from harness.lps.reference.postbox import Postbox
from harness.standards.vans import EndPoint, Envelope, Transport, build_envelope, carrying

NOW: datetime = VirtualClock().now()


class Reader(Capability):
    """Takes two kinds of letters, and cannot read one of them."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.letters = {"XDIS15": lambda envelope: self.taken.append(envelope.identifier), "DIS91": self._refuse}

    def _refuse(self, _: Envelope) -> None:
        raise BadInput("brevet er skåret over")


def letter(number: int, kind: str) -> Envelope:
    content = carrying(b"indhold", "EDIFACT", kind, "1", f"6f7b1c1e-3e0b-4b0e-9c3a-0c1f6c6d001{number}", Transport())
    sender, receiver = EndPoint(HOSPITAL.gln), EndPoint(CLINIC.gln)
    return Envelope(sender, receiver, f"6f7b1c1e-3e0b-4b0e-9c3a-0c1f6c6d000{number}", NOW, content)


def test_a_letter_that_cannot_be_read_is_put_aside_and_the_next_one_comes() -> None:
    unreadable, unknown, good = letter(1, "DIS91"), letter(2, "XDIS99"), letter(3, "XDIS15")
    waiting = {str(number): build_envelope(each) for number, each in enumerate((unreadable, unknown, good))}

    def network(request: httpx.Request) -> httpx.Response:
        if request.method == "DELETE":
            del waiting[request.url.path.rpartition("/")[2]]
            return httpx.Response(204)
        if not waiting:
            return httpx.Response(204)
        number, content = next(iter(waiting.items()))
        return httpx.Response(200, content=content, headers={"x-besked": number})

    with httpx.Client(transport=httpx.MockTransport(network)) as client:
        box, reader = Postbox(client, "http://tjenester.test", CLINIC.gln), Reader()
        box.fetch([reader])
    assert reader.taken == [good.identifier]
    assert box.unread == [build_envelope(unreadable), build_envelope(unknown)]
    assert waiting == {}
