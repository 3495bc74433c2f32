"""How the reference LPS puts a request to the national services on the wire: SOAP version, packing, and its security header.

Its ID card is unsigned: only the national token service (STS) signs, and it is not asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from harness.domain.clock import Clock
from harness.domain.exchange import Headers
from harness.lps.faults import EXPIRED_CARD, LONG_CARD, NO_MESSAGE_ID, NUMBERLESS_CARD, faulty_parts
from harness.standards.dgws import Dgws, IdCard, Identifier, ItSystem, MedcomHeader, header_blocks
from harness.standards.mtom import Package, build_package
from harness.standards.soap import Version, content_type, rewrapped
from harness.standards.xml import Element

KEEPS_CARD: Final = "blind-udloebet-adgangskort-bruges-igen"
FAULTS: Final = (KEEPS_CARD,)

CARD_LIFE: Final = timedelta(hours=24)
CARD_AGE: Final = timedelta(hours=1)
"""How old its card is when first used: it was fetched when the clinic opened."""

_LEVEL = "3"
_ISSUER = "referencesystem.test"


@dataclass(frozen=True, slots=True)
class Form:
    """In which form it sends documents: the SOAP version, and whether they are packed (MTOM)."""

    version: Version = Version.SOAP_11
    packed: bool = False


PLAIN: Final = Form()
"""SOAP 1.1 with the documents as base64."""


@dataclass(slots=True)
class Wire:
    """Dresses requests. `product` is the system's name in its ID card."""

    product: str
    form: Form
    faults: frozenset[str]
    clock: Clock
    new_id: Callable[[], str]
    _card: IdCard | None = field(default=None, repr=False)

    def dressed(self, package: Package, flow: str, *more: Element) -> tuple[bytes, Headers]:
        """Body and headers of a request in this system's form; `package` is packed, and plain when it has no parts.

        `more` are header blocks besides DGWS's.
        """
        blocks = (*self._security(flow), *more)
        dressed = faulty_parts(replace(package, envelope=rewrapped(package.envelope, package.version, blocks)), self.faults)
        if dressed.parts:
            body, kind = build_package(dressed)
        else:
            body, kind = dressed.envelope, content_type(package.version, package.action)
        if package.version is Version.SOAP_12:
            return body, (("Content-Type", kind),)
        return body, (("Content-Type", kind), ("SOAPAction", f'"{package.action}"'))

    def _security(self, flow: str) -> tuple[Element, ...]:
        message_id = "" if NO_MESSAGE_ID in self.faults else self.new_id()
        header = MedcomHeader(message_id, flow_id=flow, level=_LEVEL)
        return header_blocks(Dgws(self.clock.now(), header, self._own_card()))

    def _own_card(self) -> IdCard:
        """The card it has, or a new one where that is used up."""
        now = self.clock.now()
        if self._card is None or not (self._card.valid(now) or self.faults & {EXPIRED_CARD, KEEPS_CARD}):
            begins = now - CARD_AGE - (CARD_LIFE if EXPIRED_CARD in self.faults else timedelta())
            self._card = IdCard(
                issuer=_ISSUER,
                subject=Identifier(self.product, "medcom:itsystemname"),
                issued=begins,
                not_before=begins,
                not_on_or_after=begins + (CARD_LIFE * 7 if LONG_CARD in self.faults else CARD_LIFE),
                id="" if NUMBERLESS_CARD in self.faults else self.new_id(),
                type="system",
                level=_LEVEL,
                system=ItSystem(self.product),
            )
        return self._card
