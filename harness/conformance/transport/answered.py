"""What a national service's answer says of the message it answers: a service that cannot use it was sent something wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from harness.conformance.rule import HOLDS, Breach, Judgement, Outcome, judge, rule
from harness.domain.finding import Location, Owner
from harness.domain.grade import Grade

SENDERS_FAULT: Final = frozenset({400, 415, 422})
"""The statuses by which HTTP says that the request itself cannot be used. Others speak of who asks, when, or of the receiver."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back on one message: the HTTP status, and the text of a SOAP fault that lays it on the sender (empty: none)."""

    place: Location
    status: int
    fault: str = ""


@rule(
    "SVAR-01",
    subject="svar",
    title="Den nationale tjeneste kan bruge det, systemet sender",
    grade=Grade.F2,
    owner=Owner.LPS,
    source="RFC 9110, HTTP Semantics, 15.5.1 (400), 15.5.16 (415) og 15.5.21 (422); W3C, SOAP 1.1, 4.4.1 (Client); "
    "SOAP 1.2 Part 1, 5.4.6 (Sender)",
)
def usable(answered: Answered) -> Outcome:
    """A service that answers that the request cannot be used was sent a message that carries nothing out."""
    if not (answered.fault or answered.status in SENDERS_FAULT):
        return HOLDS
    said = f"{answered.status}: {answered.fault}" if answered.fault else str(answered.status)
    return (Breach(answered.place, "en besked, som tjenesten kan bruge", f"tjenesten afviste beskeden ({said})"),)


def judge_answer(answered: Answered) -> list[Judgement]:
    """The judgements over what came back on one message."""
    return judge([usable], answered)
