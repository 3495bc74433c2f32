"""What a referral's steps wait for: what was entered, and the letter in which it is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from harness.domain.exchange import Exchange
from harness.domain.organisations import MUNICIPALITY
from harness.domain.patient import Patient
from harness.domain.referral import Asker, Receiver, Told
from harness.record.matchers import Matcher
from harness.standards.oioxml.kinds import XREF15
from harness.steps.messages.letters import envelope_in, letter_in, text_of


@dataclass(frozen=True, slots=True)
class Entered:
    """A referral as it was entered. `told` has a mark in each text; `since` is how many exchanges there were before it.

    `at` is when it was entered, `accepted` how the code of its main diagnosis may begin, and `asker` who, other than the clinic,
    asked for it.
    """

    key: str
    alias: str
    patient: Patient
    receiver: Receiver
    offer: str
    told: dict[Told, str]
    marks: tuple[str, ...]
    since: int
    at: datetime
    accepted: tuple[str, ...] = ()
    asker: Asker | None = None


def _differs(exchange: Exchange) -> list[str]:
    envelope = envelope_in(exchange)
    to = envelope.receiver.value if envelope else ""
    if to != MUNICIPALITY.gln:
        return [f"modtageren er {to or 'ukendt'}, ikke {MUNICIPALITY.gln} ({MUNICIPALITY.name})"]
    return [] if exchange.facts.get("taken") else ["nettet tog ikke imod den"]


TAKEN: Final = Matcher(f"sendt til {MUNICIPALITY.name} og taget imod", _differs)


def tells(marks: tuple[str, ...]) -> Matcher:
    """A referral to the municipality with one of `marks` in its text."""

    def differences(exchange: Exchange) -> list[str]:
        letter = letter_in(exchange)
        if letter is None or letter.kind is not XREF15:
            return ["beskeden er ingen henvisning til kommunen (XREF15)"]
        if any(mark in text_of(exchange) for mark in marks):
            return []
        return [f"mærket {marks[0]} står ikke i henvisningen: årsagen mangler, eller den er skrevet før dette forsøg (genbrug)"]

    return Matcher(f"en henvisning (XREF15) med mærket {marks[0]}", differences)


def stands_under(patient: Patient) -> Matcher:
    """A letter about this patient. Messages show the alias, never the number."""

    def differences(exchange: Exchange) -> list[str]:
        letter = letter_in(exchange)
        same = letter and letter.patient and letter.patient.cpr == patient.cpr
        return [] if same else [f"patienten er en anden, ikke {patient.alias}"]

    return Matcher(f"patient {patient.alias}", differences)
