"""What must hold of how a SOAP message travels by HTTP: the headers that say that it is one, and what it asks for.

Only a message that came with headers is judged; a file has none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from harness.conformance.rule import HOLDS, Breach, Judgement, Outcome, Rule, judge, rule, rules_for
from harness.domain.exchange import Headers, header
from harness.domain.finding import Location, Owner
from harness.domain.grade import Grade
from harness.standards.soap import SOAP_12

SUBJECT: Final = "soap-http"
_PACKED: Final = "multipart/related"


@dataclass(frozen=True, slots=True)
class Travelling:
    """One SOAP message as it came: its place, its headers, and the namespace of its envelope."""

    place: Location
    headers: Headers
    namespace: str

    @property
    def media_type(self) -> str:
        """What Content-Type calls it, in small letters; empty when it does not."""
        return header(self.headers, "content-type").partition(";")[0].strip().lower()

    @property
    def is_newer(self) -> bool:
        """Whether it is SOAP 1.2."""
        return self.namespace == SOAP_12


def judge_travelling(travelling: Travelling) -> list[Judgement]:
    """The judgements over how one SOAP message came."""
    return judge(rules_for(SUBJECT), travelling)


def _rule(id: str, title: str, source: str) -> Callable[[Callable[[Travelling], Outcome]], Rule]:
    return rule(id, subject=SUBJECT, title=title, grade=Grade.F3, owner=Owner.LPS, source=source)


@_rule("SOAP-01", "Content-Type siger, at beskeden er SOAP", "W3C, SOAP 1.1, 6; SOAP 1.2 Part 2, 7.1.4; RFC 3902; W3C, MTOM, 4.2")
def says_that_it_is_soap(travelling: Travelling) -> Outcome:
    """text/xml for SOAP 1.1, application/soap+xml for SOAP 1.2, multipart/related for a packed message of either."""
    wanted = "application/soap+xml" if travelling.is_newer else "text/xml"
    if travelling.media_type in (wanted, _PACKED):
        return HOLDS
    return (Breach(travelling.place, f"Content-Type: {wanted}", travelling.media_type or "ingen Content-Type"),)


@_rule("SOAP-02", "En besked i SOAP 1.1 har headeren SOAPAction", "W3C, SOAP 1.1, 6.1.1")
def says_what_it_asks_for(travelling: Travelling) -> Outcome:
    """An empty one says that the address does. A packed one may say it in Content-Type (MTOM, start-info)."""
    if travelling.is_newer or travelling.media_type == _PACKED:
        return HOLDS
    there = any(name == "soapaction" for name, _ in travelling.headers)
    return HOLDS if there else (Breach(travelling.place, "headeren SOAPAction", "den mangler"),)
