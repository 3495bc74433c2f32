"""A message with a DGWS header, as the rules of its header and of its ID card see it. Judges nothing by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from harness.conformance.rule import Outcome, Rule, rule
from harness.conformance.security.soap_header import Headed
from harness.domain.finding import Owner
from harness.domain.grade import Grade
from harness.standards.instants import instant
from harness.standards.security_codes import MEDCOM, SAML, WSSE, WSU
from harness.standards.xml import Element

SUBJECT = "dgws"


@dataclass(frozen=True, slots=True)
class Secured:
    """A message, when it was received, and what to hold its card against: certificates (DER) and the least level.

    Without them signature and level are not checked.
    """

    headed: Headed
    received: datetime | None
    sts: Sequence[bytes] = ()
    level: str = ""

    @property
    def now(self) -> datetime | None:
        """When it was received; where nobody knows, when it says it was made, else when its card begins to be valid."""
        if self.received is not None:
            return self.received
        made = self.headed.blocks(f"{{{WSSE}}}Security/{{{WSU}}}Timestamp/{{{WSU}}}Created")
        cards = self.headed.blocks(f"{{{WSSE}}}Security/{{{SAML}}}Assertion/{{{SAML}}}Conditions")
        said = [*((each.text or "").strip() for each in made), *(each.get("NotBefore", "") for each in cards)]
        return next((moment for text in said if (moment := instant(text)) is not None and moment.tzinfo is not None), None)

    @property
    def security(self) -> Element:
        """wsse:Security; ask only where DGWS-02 holds."""
        return self.headed.blocks(f"{{{WSSE}}}Security")[0]

    @property
    def header(self) -> Element:
        """medcom:Header; ask only where DGWS-03 holds."""
        return self.headed.blocks(f"{{{MEDCOM}}}Header")[0]

    @property
    def card(self) -> Element:
        """The ID card; ask only where DGWS-05 holds."""
        return self.security.findall(f"{{{SAML}}}Assertion")[0]

    def in_card(self, path: str) -> list[Element]:
        """What a path of saml names finds in the card."""
        return self.card.findall("/".join(f"{{{SAML}}}{name}" for name in path.split("/")))


def dgws_rule(id: str, title: str, grade: Grade, source: str, *needs: str) -> Callable[[Callable[[Secured], Outcome]], Rule]:
    """The decorator of a rule about the header or the card."""
    return rule(id, subject=SUBJECT, title=title, grade=grade, owner=Owner.LPS, source=source, needs=needs)


def either(known: frozenset[str]) -> str:
    """The words of a list, as a finding names them."""
    return " eller ".join(sorted(known))
