"""The rule over a packed message (MTOM): that it can be unpacked. What it carries has rules of its own."""

from __future__ import annotations

from harness.conformance.rule import HOLDS, Breach, Judgement, Outcome, judge, rule
from harness.domain.finding import Location, Owner
from harness.domain.grade import Grade

SUBJECT = "mtom"


def judge_packed(place: Location, problem: str) -> list[Judgement]:
    """The rule's result on a message that cannot be unpacked at `place`; an empty `problem` is one that can."""
    return judge([unpacked], place, problem)


@rule(
    "MTOM-01",
    subject=SUBJECT,
    title="Beskeden kan pakkes ud",
    grade=Grade.F2,
    owner=Owner.SENDER,
    source="W3C, MTOM og XOP 1.0; RFC 2387; RFC 2046, 5.1; RFC 2392",
)
def unpacked(place: Location, problem: str) -> Outcome:
    """Parts, their boundaries and Content-IDs, and the xop:Include that point at them."""
    return (Breach(place, "en besked i dele, der kan pakkes ud", problem),) if problem else HOLDS
