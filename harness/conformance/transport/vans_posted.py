"""What must hold of an envelope as it is handed to the network: whose it is, when it is from, and what it receipts.

Subject `vans-afsendt`. A receipt of what nobody saw come is not judged: it may be of an earlier day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from harness.conformance.rule import HOLDS, Breach, NotJudged, Outcome, Rule, rule
from harness.conformance.transport.vans import XSD
from harness.domain.clock import COPENHAGEN_NAME, wall_clock
from harness.domain.finding import Location, Owner
from harness.domain.grade import Grade

SUBJECT: Final = "vans-afsendt"
_CLOCKS_DIFFER: Final = timedelta(minutes=30)
_MAY_WAIT: Final = timedelta(hours=12)
"""How long a message may wait in a system before it is sent, and how much clocks may differ. The project's convention."""


@dataclass(frozen=True, slots=True)
class Posted:
    """An envelope from `sender` to `receiver`: when it says that it was `sent`, and when it came. Of a receipt `original` is what
    it says of the message it is for, as `Received.document`, and `received` what came in the envelope it names, if that was seen.
    """

    place: Location
    sender: str
    receiver: str
    sent: datetime
    at: datetime
    original: tuple[str, ...] = ()
    received: Received | None = None
    sender_type: str = "EAN"


@dataclass(frozen=True, slots=True)
class Received:
    """An envelope that came from `sender`. `document` is its message's id, and its document's format, name, version and size."""

    sender: str
    document: tuple[str, ...]


def _rule(id: str, title: str, grade: Grade) -> Callable[[Callable[..., Outcome]], Rule]:
    return rule(id, subject=SUBJECT, title=title, grade=grade, owner=Owner.LPS, source=XSD)


@_rule("VANA-01", "Kuverten er fra klinikken selv", Grade.F2)
def from_the_clinic(posted: Posted, clinic: str) -> Outcome:
    """SenderID: a receipt, and an answer, go there. `clinic` is the lokationsnummer the system is set up with; of a number of
    another type (CVR, VANS) nothing is known.
    """
    if posted.sender_type != "EAN":
        return NotJudged("afsenderen står ikke med et lokationsnummer")
    return HOLDS if posted.sender == clinic else (Breach(posted.place, clinic, posted.sender or "intet"),)


@_rule("VANA-02", "Kuverten siger, hvornår den er sendt", Grade.F3)
def sent_when_it_says(posted: Posted) -> Outcome:
    """SentDateTime. One without an offset may be on the Danish clock, either time where an hour comes twice, or in UTC: the
    schema does not say.
    """
    sent, denmark = posted.sent, ZoneInfo(COPENHAGEN_NAME)
    meant = [sent] if sent.tzinfo else [sent.replace(tzinfo=UTC), *(sent.replace(tzinfo=denmark, fold=fold) for fold in (0, 1))]
    if any(posted.at - _MAY_WAIT <= each <= posted.at + _CLOCKS_DIFFER for each in meant):
        return HOLDS
    here = posted.at if sent.tzinfo else wall_clock(posted.at)
    return (Breach(posted.place, f"omkring {here:%d-%m-%Y %H:%M}", f"{sent:%d-%m-%Y %H:%M}"),)


@_rule("VANA-03", "En kvittering går til den, der sendte, og gælder det, der kom", Grade.F3)
def receipts_what_came(posted: Posted) -> Outcome:
    """Receipt/…/OriginalMessage repeats what the original's MetaInformation says of its message and its document. The name may
    stand with and without MCM: and the variant, the size as bytes and as base64, as in VAND-02 and VAND-04.
    """
    if posted.received is None:
        return NotJudged("det, kvitteringen gælder, er ikke set")
    if posted.receiver != posted.received.sender:
        return (Breach(posted.place, f"til {posted.received.sender}", f"til {posted.receiver}"),)
    *named, sized = zip(posted.received.document, posted.original, strict=True)
    wrong = [*((came, said) for came, said in named if said and not _is_named_alike(came, said))]
    if sized[1] and not _is_sized_alike(*sized):
        wrong.append(sized)
    return tuple(Breach(posted.place, came or "intet", said) for came, said in wrong)


def _in_base64(size: int) -> int:
    return -(-size // 3) * 4


def _is_sized_alike(came: str, said: str) -> bool:
    """Whether both are one size, counted as bytes or as base64."""
    if not (came.isdecimal() and said.isdecimal()):
        return came == said
    return int(came) == int(said) or _in_base64(int(came)) == int(said) or _in_base64(int(said)) == int(came)


def _is_named_alike(came: str, said: str) -> bool:
    """Whether both are one value, or one name written in two ways."""
    (name, mark, variant), (other, other_mark, other_variant) = (
        each.removeprefix("MCM:").partition("#") for each in (came, said)
    )
    return name == other and (not mark or not other_mark or variant == other_variant)
