"""How a wait says what it waits for: small matchers joined with `&`, `|` and `~`.

inbox.expect(patient(elmer.cpr) & document("CPD-DK") & version(2), seconds=60)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from harness.domain.exchange import Exchange
from harness.domain.identifiers import PersonNumber


@dataclass(frozen=True, slots=True)
class Matcher:
    """Says of an exchange how it differs from what is waited for: no differences is a match. `wanted` is Danish."""

    wanted: str
    differences: Callable[[Exchange], list[str]]

    def matches(self, exchange: Exchange) -> bool:
        """True when `exchange` is what is waited for."""
        return not self.differences(exchange)

    def __and__(self, other: Matcher) -> Matcher:
        return Matcher(
            f"{self.wanted}, {other.wanted}",
            lambda exchange: self.differences(exchange) + other.differences(exchange),
        )

    def __or__(self, other: Matcher) -> Matcher:
        def differences(exchange: Exchange) -> list[str]:
            mine, theirs = self.differences(exchange), other.differences(exchange)
            return mine + theirs if mine and theirs else []

        return Matcher(f"{self.wanted} eller {other.wanted}", differences)

    def __invert__(self) -> Matcher:
        return Matcher(
            f"ikke {self.wanted}",
            lambda exchange: [] if self.differences(exchange) else [f"skulle ikke være {self.wanted}"],
        )


def fact(name: str, value: str, danish: str, shown: str = "") -> Matcher:
    """An exchange whose fact `name` is `value`. `danish` names the fact, `shown` stands for a value that must not be shown."""
    expected = f"{danish} {shown or value}"

    def differences(exchange: Exchange) -> list[str]:
        found = exchange.facts.get(name, "")
        if found == value:
            return []
        return [f"{danish} er {'en anden' if shown else found or 'ukendt'}, ikke {shown or value}"]

    return Matcher(expected, differences)


def patient(cpr: PersonNumber, alias: str) -> Matcher:
    """An exchange about this patient. Messages show the alias, never the number."""
    return fact("patient", str(cpr), "patient", alias)


def document(kind: str) -> Matcher:
    """An exchange that carries a document of this kind, e.g. `CPD-DK`."""
    return fact("document", kind, "dokumenttype")


def version(number: int) -> Matcher:
    """An exchange that carries this edition of a document."""
    return fact("version", str(number), "udgave")


def sender(name: str) -> Matcher:
    """An exchange that `name` sent: `lps`, `harness` or a service."""

    def differences(exchange: Exchange) -> list[str]:
        return [] if exchange.sender == name else [f"afsender er {exchange.sender}, ikke {name}"]

    return Matcher("en besked fra systemet" if name == "lps" else f"en besked fra {name}", differences)


def carries(text: str) -> Matcher:
    """An exchange whose text (a document's free text, as the service understood it) contains `text`, this attempt's mark."""

    def differences(exchange: Exchange) -> list[str]:
        if text in exchange.facts.get("text", ""):
            return []
        return [f"mærket {text} står ikke i planen: målet mangler, eller planen er lavet før dette forsøg (genbrug)"]

    return Matcher(f"mærket {text}", differences)
