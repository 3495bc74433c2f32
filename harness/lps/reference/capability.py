"""What every part of the reference LPS is and works with: acts and views by their names in the test interface, and mail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx

from harness.domain.assessment import LEVELS
from harness.domain.clock import Clock
from harness.domain.organisations import CLINIC
from harness.domain.patient import Organisation
from harness.domain.profile import Profile
from harness.lps.reference.clinic import Clinic
from harness.lps.reference.outbox import Outbox
from harness.lps.variations.made import varied
from harness.standards.vans import EndPoint, Envelope, answer_to, build_envelope

P = TypeVar("P")
Handler = Callable[[dict[str, Any]], dict[str, Any]]
"""Does what a user asked for with these values, and gives what is shown. Raises KeyError or ValueError for what cannot be."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a part works with.

    `clinic` is the record and `outbox` what sends its plans; `services` is the address of the national services, reached
    through `client`; `profiles` are what MedCom has decided and what awaits; `faults` the defects this system has. `own` is the
    clinic its letters are from. `variations` are how else it does what it does, as honestly.
    """

    clinic: Clinic
    outbox: Outbox
    client: httpx.Client
    services: str
    clock: Clock
    new_id: Callable[[], str]
    profiles: Mapping[str, Profile]
    faults: frozenset[str]
    product: str
    own: Organisation = CLINIC
    variations: frozenset[str] = frozenset()

    def made(self, part: Callable[[Means], P]) -> P:
        """A part over these means, as the variations have it: `means.made(LabInbox)`."""
        return varied(part, self.variations)(self)

    def fact(self, profile: str, name: str) -> Any:
        """The value of a profile's fact, decided or not. Raises KeyError where nobody has proposed one."""
        value = self.profiles[profile].facts[name].value
        if value is None:
            raise KeyError(f"{profile}: {name}")
        return value

    def level_texts(self) -> dict[str, int]:
        """The level that each text tells, as the profile says it stands in a plan: `{"Niveau 1": 1, …}`."""
        pattern = self.profiles["deling"].pattern("niveau-kodning")
        return {pattern.format(niveau=level): level for level in LEVELS}

    def post(self, envelope: Envelope) -> bool:
        """Whether the VANS network took the envelope. Raises httpx.TransportError when it does not answer."""
        return self.client.post(f"{self.services}/vans/afsendelse", content=build_envelope(envelope)).is_success

    def receipt(self, envelope: Envelope, error: str = "") -> None:
        """Answer an envelope that came: taken, or refused for `error`.

        Raises httpx.TransportError when the network does not take the receipt: then the envelope stays in the post box.
        """
        sender = EndPoint(envelope.receiver.value, envelope.receiver.type)
        receipt = Envelope(sender, envelope.sender, self.new_id(), self.clock.now(), answer_to(envelope, error))
        if not self.post(receipt):
            raise httpx.RemoteProtocolError("kvitteringen blev ikke taget imod")


class Capability:
    """One part of the reference LPS: what it can do and show, and which letters it takes from the post box.

    `letters` is by the kind of document an envelope names (`XDIS15`), or `Receipt` for an answer to an envelope.
    """

    acts: Mapping[str, Handler] = {}
    views: Mapping[str, Handler] = {}
    letters: Mapping[str, Callable[[Envelope], None]] = {}
