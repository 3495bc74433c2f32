"""What must hold of sending and receiving over time: nothing lost, nothing shown twice. Subject `forsendelse`.

A list of transfers, in the order they happened, is judged; what the messages say is not. Whether a system sends again when no
receipt came within 30 minutes is not judged: sending again is a person's act.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from itertools import pairwise

from harness.conformance.rule import Breach, Judgement, NotJudged, Outcome, Rule, judge, rule, rules_for
from harness.domain.finding import Location, Owner
from harness.domain.grade import Grade

SUBJECT = "forsendelse"
SOURCE = "MedCom, Reliable Messaging (VANS og EHMI): dubletter og genfremsendelse"
ACKNOWLEDGED = "MedCom, Acknowledgement testprotokol: kvitteringer, dubletter og genfremsendelse"
GENERAL = "MedCom, Generelle tekniske use cases 1.0.0-b2 (medcomdk/MedCom-FHIR-Communication@1022949), S.TC3, MR2.S og MR3.S"
PATIENCE = timedelta(minutes=30)
MOST_RESENDS = 3


class Answer(Enum):
    """What a receipt says of the message it is for."""

    POSITIVE = "positiv"
    NEGATIVE = "negativ"


@dataclass(frozen=True, slots=True)
class Transfer:
    """One envelope on the line. `outgoing` is from the system under test; `at` is when, `stamp` the time the envelope says.

    `digest` stands for the message's content: equal content, equal digest. A receipt has `answer` and the ids it is for:
    `for_envelope` and `for_message`. `wants_receipt` is False for a message whose sender asked for none. `place` is in findings.
    """

    place: Location
    outgoing: bool
    at: datetime
    envelope: str
    message: str
    digest: str = ""
    stamp: str = ""
    answer: Answer | None = None
    for_envelope: str = ""
    for_message: str = ""
    wants_receipt: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """All transfers between a system and the others, in time order, and `shown`: the id of each message each time a user was
    shown it as new (empty where nobody looked)."""

    transfers: tuple[Transfer, ...]
    shown: tuple[str, ...] = ()

    def sent(self) -> list[Transfer]:
        """What the system under test sent, receipts included."""
        return [each for each in self.transfers if each.outgoing]

    def resent(self) -> Iterator[list[Transfer]]:
        """The messages it sent more than once, receipts not counted: each with all its sendings."""
        by_message: dict[str, list[Transfer]] = {}
        for each in self.sent():
            if each.answer is None:
                by_message.setdefault(each.message, []).append(each)
        return (sendings for sendings in by_message.values() if len(sendings) > 1)

    def arrivals(self) -> list[Arrival]:
        """Each message it received, with whether its ids were seen before, and with the receipts that answer it."""
        answered = self._answers()
        envelopes: dict[str, str] = {}
        first: dict[str, Answer | None] = {}
        found = []
        for index, answers in answered.items():
            each = self.transfers[index]
            seen_envelope = each.envelope in envelopes
            reused = envelopes.setdefault(each.envelope, each.message) != each.message
            found.append(Arrival(each, seen_envelope, each.message in first, reused, tuple(answers), first.get(each.message)))
            if not reused:
                first.setdefault(each.message, answers[-1].answer if answers else None)
        return found

    def _answers(self) -> dict[int, list[Transfer]]:
        """The receipts of each message received, by its place in `transfers`. A receipt answers the oldest that waits for one."""
        answers: dict[int, list[Transfer]] = {}
        envelopes: dict[str, set[str]] = {}
        for index, each in enumerate(self.transfers):
            if not each.outgoing and each.answer is None:
                answers[index] = []
                envelopes.setdefault(each.message, set()).add(each.envelope)
            elif each.outgoing and each.answer:
                arrived = [other for other in answers if _is_for(each, self.transfers[other], envelopes)]
                waiting = [other for other in arrived if not answers[other]]
                for other in (waiting or arrived[-1:])[:1]:
                    answers[other].append(each)
        return answers


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message as it was received. `first_answer` is what its first arrival was last answered (None: it was not)."""

    transfer: Transfer
    seen_envelope: bool
    seen_message: bool
    reused_envelope: bool
    answers: tuple[Transfer, ...]
    first_answer: Answer | None


def _is_for(receipt: Transfer, message: Transfer, envelopes: Mapping[str, set[str]]) -> bool:
    """A receipt names the message, its envelope, or both; one sent again keeps its content, and so names the first envelope."""
    if not receipt.for_message:
        return receipt.for_envelope == message.envelope
    carried_in = ("", *envelopes[message.message])
    return receipt.for_message == message.message and receipt.for_envelope in carried_in


def judge_reliability(line: Line) -> list[Judgement]:
    """Every rule's result on what was sent and received. Never raises, whatever the order and the ids."""
    return judge(rules_for(SUBJECT), line)


def _line_rule(
    id: str, title: str, grade: Grade, source: str = SOURCE, needs: tuple[str, ...] = ()
) -> Callable[[Callable[..., Outcome]], Rule]:
    return rule(id, subject=SUBJECT, title=title, grade=grade, owner=Owner.LPS, source=source, needs=needs)


@_line_rule("VP-01", "Et kuvert-id bliver brugt netop én gang", Grade.F2)
def envelope_ids(line: Line) -> Outcome:
    """Of all that is sent, receipts and what is sent again included."""
    sent = line.sent()
    if not sent:
        return NotJudged("systemet har ikke sendt noget")
    seen: set[str] = set()
    reused = []
    for each in sent:
        if each.envelope in seen:
            reused.append(Breach(each.place, "et nyt kuvert-id", f"{each.envelope} igen"))
        seen.add(each.envelope)
    return tuple(reused)


@_line_rule("VP-02", "En meddelelse med samme id har samme indhold", Grade.F2)
def unchanged(line: Line) -> Outcome:
    """Changed content is a new message, with a new id of its own."""
    return _each_resent(
        line,
        lambda before, after: before.digest != after.digest,
        "samme indhold, eller et nyt meddelelses-id",
        "andet indhold, samme id",
    )


@_line_rule("VP-03", "En genfremsendelse har et nyt afsendelsestidspunkt", Grade.F3, needs=("VP-01",))
def new_stamp(line: Line) -> Outcome:
    """The envelope of what is sent again says when that was."""
    return _each_resent(line, lambda before, after: before.stamp == after.stamp, "et nyt tidspunkt i kuverten", "det samme")


@_line_rule("VP-04", "En meddelelse bliver genfremsendt højst 3 gange", Grade.F3, ACKNOWLEDGED)
def few_resends(line: Line) -> Outcome:
    """Beside the first sending."""
    resent = list(line.resent())
    if not resent:
        return NotJudged("intet er genfremsendt")
    most = MOST_RESENDS + 1
    return tuple(
        Breach(sendings[most].place, f"højst {MOST_RESENDS} genfremsendelser", f"{len(sendings) - 1} genfremsendelser")
        for sendings in resent
        if len(sendings) > most
    )


@_line_rule("VP-05", "Der bliver først genfremsendt efter 30 minutter uden kvittering", Grade.F4, ACKNOWLEDGED)
def patient(line: Line) -> Outcome:
    """At once after a negative receipt. A recommendation: no source says what to do earlier."""

    def hasty(before: Transfer, after: Transfer) -> bool:
        between = (each for each in line.transfers if not each.outgoing and before.at <= each.at <= after.at)
        refused = any(each.answer is Answer.NEGATIVE and each.for_message == before.message for each in between)
        return not refused and after.at - before.at < PATIENCE

    return _each_resent(line, hasty, "mindst 30 minutter siden sidst", "kortere tid")


@_line_rule("VP-06", "En ny meddelelse bliver kvitteret", Grade.F2)
def acknowledged(line: Line) -> Outcome:
    """When its sender asks for a receipt: positive or negative."""
    new = [each for each in _wanting(line) if not each.seen_envelope and not each.seen_message]
    if not new:
        return NotJudged("der er ikke modtaget en ny meddelelse, der skal kvitteres")
    return tuple(Breach(each.transfer.place, "en kvittering", "ingen kvittering") for each in new if not each.answers)


@_line_rule("VP-07", "En dublet bliver kvitteret som første gang", Grade.F3)
def same_answer(line: Line) -> Outcome:
    """Envelope and message both seen: received twice, answered alike."""
    return _like_first(line, "dublet", seen_envelope=True)


@_line_rule("VP-08", "En genfremsendt meddelelse får den første kvittering igen", Grade.F3)
def receipt_again(line: Line) -> Outcome:
    """A new envelope with a message that was seen: the receipt was lost, so it is sent again with ids of its own."""
    return _like_first(line, "genfremsendt meddelelse", seen_envelope=False)


@_line_rule("VP-09", "En meddelelse bliver aldrig vist to gange", Grade.F2)
def shown_once(line: Line) -> Outcome:
    """However often it arrives."""
    if not line.shown:
        return NotJudged("ingen har set efter i systemet")
    place = {each.message: each.place for each in line.transfers}
    twice = sorted({each for each in line.shown if line.shown.count(each) > 1})
    return tuple(
        Breach(place.get(each, Location("indbakken")), "vist én gang", f"vist {line.shown.count(each)} gange") for each in twice
    )


@_line_rule("VP-10", "En kvittering bliver aldrig kvitteret", Grade.F2, ACKNOWLEDGED)
def no_receipt_of_receipt(line: Line) -> Outcome:
    """Two systems that do would never end."""
    receipts = [each for each in line.transfers if each.answer and not each.outgoing]
    if not receipts:
        return NotJudged("der er ikke modtaget en kvittering")
    messages, envelopes = {each.message for each in receipts} - {""}, {each.envelope for each in receipts}
    return tuple(
        Breach(each.place, "ingen kvittering af en kvittering", f"kvittering for {each.for_envelope or each.for_message}")
        for each in line.sent()
        if each.answer and (each.for_message in messages or each.for_envelope in envelopes)
    )


@_line_rule("VP-11", "En ny meddelelse i en kuvert, der er set før, bliver ikke kvitteret positivt", Grade.F2)
def reused_envelope(line: Line) -> Outcome:
    """The sender's error. A negative receipt is allowed, not required."""
    reused = [each for each in line.arrivals() if each.reused_envelope]
    if not reused:
        return NotJudged("der er ikke modtaget en kuvert med et genbrugt id")
    accepted = [answer for each in reused for answer in each.answers if answer.answer is Answer.POSITIVE]
    return tuple(Breach(each.place, "ingen eller negativ kvittering", "positiv kvittering") for each in accepted)


@_line_rule("VP-12", "En meddelelse, der er positivt kvitteret, bliver ikke genfremsendt", Grade.F3, GENERAL)
def not_after_receipt(line: Line) -> Outcome:
    """Sending again is for what was receipted with a technical error, or not at all."""

    def needless(before: Transfer, after: Transfer) -> bool:
        earlier = line.transfers[: line.transfers.index(after)]
        told = [each.answer for each in earlier if not each.outgoing and each.answer and each.for_message == before.message]
        return told[-1:] == [Answer.POSITIVE]

    return _each_resent(line, needless, "ikke sendt igen efter en positiv kvittering", "sendt igen")


def _each_resent(line: Line, wrong: Callable[[Transfer, Transfer], bool], expected: str, actual: str) -> Outcome:
    """Every sending of a message against the one before it."""
    pairs = [pair for sendings in line.resent() for pair in pairwise(sendings)]
    if not pairs:
        return NotJudged("intet er genfremsendt")
    return tuple(Breach(after.place, expected, actual) for before, after in pairs if wrong(before, after))


def _wanting(line: Line) -> Iterator[Arrival]:
    return (each for each in line.arrivals() if each.transfer.wants_receipt and not each.reused_envelope)


def _like_first(line: Line, what: str, *, seen_envelope: bool) -> Outcome:
    again = [each for each in _wanting(line) if each.seen_message and each.seen_envelope is seen_envelope and each.first_answer]
    if not again:
        return NotJudged(f"der er ikke modtaget en {what}, der er kvitteret før")
    return tuple(
        Breach(each.transfer.place, f"en {each.first_answer.value} kvittering som første gang", _told(each.answers))
        for each in again
        if each.first_answer and (not each.answers or each.answers[-1].answer is not each.first_answer)
    )


def _told(answers: tuple[Transfer, ...]) -> str:
    return " og ".join(f"en {each.answer.value}" for each in answers if each.answer) or "ingen kvittering"
