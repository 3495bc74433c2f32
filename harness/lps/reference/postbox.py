"""Fetches what waits in the clinic's post box, and hands each envelope to the part of the LPS it is for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import httpx

from harness.domain.errors import BadInput
from harness.lps.reference.capability import Capability
from harness.standards.vans import Envelope, Message, read_envelope


@dataclass(slots=True)
class Postbox:
    """The post box of the clinic with lokationsnummer `gln`. `unread` are envelopes that no part of the LPS could use."""

    client: httpx.Client
    address: str
    gln: str
    unread: list[bytes] = field(default_factory=list)

    def fetch(self, parts: Iterable[Capability]) -> None:
        """Take in everything that waits. What was handed over is deleted from the box afterwards: nothing is lost in between.

        A network that does not answer, or lays out again what was deleted, is tried again the next time somebody looks.
        """
        capabilities = list(parts)
        box, deleted = f"{self.address}/vans/postkasse/{self.gln}", ""
        while True:
            try:
                response = self.client.get(box)
                if response.status_code != httpx.codes.OK or response.headers["x-besked"] == deleted:
                    return
                self._hand_over(response.content, capabilities)
                deleted = response.headers["x-besked"]
                self.client.delete(f"{box}/{deleted}")
            except httpx.TransportError:
                return

    def _hand_over(self, body: bytes, parts: list[Capability]) -> None:
        envelope = _read(body)
        kind = _kind(envelope) if envelope else ""
        takers = [part.letters[kind] for part in parts if kind in part.letters]
        if envelope is None or not takers:
            self.unread.append(body)
            return
        try:
            for take in takers:
                take(envelope)
        except BadInput:
            self.unread.append(body)  # it must not stand in the way of those behind it


def _read(body: bytes) -> Envelope | None:
    try:
        return read_envelope(body)
    except BadInput:
        return None


def _kind(envelope: Envelope) -> str:
    """What an envelope names: `XDIS15`; of a FHIR message what stands before the category, `MCM:FDIS91`."""
    return envelope.content.meta.document.name.partition("#")[0] if isinstance(envelope.content, Message) else "Receipt"
