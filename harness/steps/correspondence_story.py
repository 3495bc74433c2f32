"""What one attempt knows of its letters: what was written in the LPS, what others wrote to it, and how both are read."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final
from uuid import NAMESPACE_OID, uuid5

from harness.conformance.behaviour import mandatory as rules
from harness.conformance.transport import reliability
from harness.domain.correspondence import Sort
from harness.domain.exchange import Exchange
from harness.domain.organisations import CLINIC, HOSPITAL, MUNICIPALITY
from harness.domain.patient import Organisation, Patient
from harness.lps.driver import Act, CannotAct, Shown, View
from harness.record.inbox import Missing
from harness.record.matchers import Matcher, sender
from harness.services.service import Order
from harness.standards.correspondence import Told, Written, messages_of
from harness.standards.message_xml import Encoding
from harness.standards.vans import EndPoint, Envelope, Message, build_envelope
from harness.steps.letters import line_of, told_in
from harness.steps.story import ARRIVAL_SECONDS, Story

_TOPIC: Final = "Orientering"
_PARTIES: Final[dict[Sort, Organisation]] = {Sort.ACUTE_REFERRAL: MUNICIPALITY, Sort.ACUTE_NOTE: MUNICIPALITY}
"""Who writes, or is written to; of other letters it is the hospital."""

_RECEIPTS: Final = (
    reliability.acknowledged,
    reliability.same_answer,
    reliability.receipt_again,
    reliability.no_receipt_of_receipt,
)


@dataclass(frozen=True, slots=True)
class Entered:
    """A letter as it was written. `mark` is its own; `since` is how many exchanges there were before it."""

    sort: Sort
    patient: Patient
    text: str
    mark: str
    file: bytes
    since: int


@dataclass(slots=True)
class Correspondence:
    """The letters of one attempt, oldest first: the clinic's own, and those that came."""

    story: Story
    written: list[Entered] = field(default_factory=list)
    received: list[Entered] = field(default_factory=list)
    _posted: list[Message] = field(default_factory=list)

    # What people write

    def write(self, sort: Sort, alias: str, text: str, *, with_file: bool = False) -> None:
        """The doctor writes to another about the patient, and sends it."""
        entered = self._entered(sort, alias, text, with_file)
        self.written.append(entered)
        wish = {"cpr": str(entered.patient.cpr), "slags": sort, "emne": _TOPIC, "tekst": entered.text}
        wish["modtager"] = _PARTIES.get(sort, HOSPITAL).name
        if with_file:
            wish["fil"] = base64.b64encode(entered.file).decode("ascii")
        self.story.driver.do(Act("skriv-besked", wish))

    def receive(self, sort: Sort, alias: str, text: str, *, with_file: bool = False, encoding: Encoding = "UTF-8") -> None:
        """Another writes to the clinic about the patient."""
        entered = self._entered(sort, alias, text, with_file)
        self.story.driver.admit_patient(entered.patient)
        self.received.append(entered)
        letter = Written(
            sort=sort,
            patient=entered.patient,
            sender=_PARTIES.get(sort, HOSPITAL),
            receiver=CLINIC,
            at=self.story.time.now(),
            topic="" if sort is Sort.ACUTE_NOTE else _TOPIC,
            text=entered.text,
            file=entered.file,
            encoding=encoding,
        )
        self._posted = messages_of(letter, self._ids(f"{entered.mark} brev"))
        self._post(self._ids(f"{entered.mark} kuvert"))

    def receive_again(self) -> None:
        """The letter that came last comes again in a new envelope, when the clinic has seen it."""
        self.shown(self.received[-1])
        self._post(self._ids(f"{self.received[-1].mark} kuvert igen"))

    def _entered(self, sort: Sort, alias: str, text: str, with_file: bool) -> Entered:
        patient = self.story.patient(alias)
        mark = self.story.next_mark(patient)
        file = f"Måleskema 'uge 7' {self.story.next_mark(patient)}\r\nFør: 82,5 kg\r\n".encode("iso-8859-1") if with_file else b""
        first, *rest = text.split("\n")
        marked = "\n".join((f"{first} {mark}", *rest))
        return Entered(sort, patient, marked, mark, file, len(self.story.attempt.inbox.received))

    def _post(self, new_id: Callable[[], str]) -> None:
        party = _PARTIES.get(self.received[-1].sort, HOSPITAL)
        for message in self._posted:
            envelope = Envelope(EndPoint(party.gln), EndPoint(CLINIC.gln), new_id(), self.story.time.now(), message)
            body = base64.b64encode(build_envelope(envelope)).decode("ascii")
            self.story.services.order("vans", Order("send", {"konvolut": body}))

    @staticmethod
    def _ids(name: str) -> Callable[[], str]:
        """UUIDs of this attempt's own, the same when it is made again."""
        return partial(next, (str(uuid5(NAMESPACE_OID, f"{name} {number}")) for number in range(100)))

    # What is seen on the wire

    def check_sent(self) -> None:
        """The letter written last has come: whole, once, under its patient, and by the rules of its standard."""
        letter = self._last(self.written)
        missing = ""
        try:
            self.story.attempt.inbox.expect(_carries(letter), ARRIVAL_SECONDS, letter.since)
        except Missing as explanation:
            missing = str(explanation)
        self.story.be_quiet()
        strays = self.story.attempt.inbox.all(_carries(letter) & ~_stands_under(letter.patient))
        self.story.check(rules.for_the_patient, len(strays))
        self.story.check(rules.came, missing)
        sent = self._sent(letter)
        self.story.check(rules.sent_once, [each.identifier for each in sent])
        self.story.check(rules.text_is_whole, sent[0].text, letter.text)
        self.story.judge_messages()

    def check_file_sent(self) -> None:
        """The file that goes with the letter has come too."""
        letter = self._last(self.written)
        wanted = [file.identifier for each in self._sent(letter)[:1] for file in each.files]
        told = [each for each in map(told_in, self.story.attempt.inbox.received) if each and each.sort is None]
        self.story.check(
            rules.file_is_unchanged, [f.data for each in told for f in each.files if f.identifier in wanted], letter.file
        )

    def _sent(self, letter: Entered) -> list[Told]:
        return [told for each in self.story.attempt.inbox.all(_carries(letter)) if (told := told_in(each))]

    def judge_receipts(self) -> None:
        """What came and asked for a receipt got one, and what came again was receipted as the first time."""
        self.story.be_quiet()
        self.story.judge_messages()
        line = line_of(self.story.attempt.inbox.received)
        for rule in _RECEIPTS:
            self.story.check(rule, line)

    # What the system shows

    def check_shown(self, alias: str) -> None:
        """The letter about the patient that came last is shown whole and once."""
        letter = self._about(alias)
        self.story.check(rules.shown_once, [row.text("tekst") for row in self.shown(letter)], letter.text, letter.mark)

    def check_file_shown(self, alias: str) -> None:
        """The file of that letter is shown with it."""
        letter = self._about(alias)
        rows = [row for row in self.shown(letter) if letter.mark in row.text("tekst")]
        self.story.check(rules.file_is_shown, [_file(each) for row in rows for each in row.texts("filer")], letter.file)

    def shown(self, letter: Entered) -> tuple[Shown, ...]:
        """The letters the system shows of this one's patient, when what was sent has had time to come."""
        self.story.be_quiet()
        return self.story.driver.show(View("modtagne-beskeder", {"cpr": str(letter.patient.cpr)})).rows("beskeder")

    def _about(self, alias: str) -> Entered:
        return self._last([each for each in self.received if each.patient.alias == alias])

    @staticmethod
    def _last(letters: list[Entered]) -> Entered:
        if not letters:
            raise CannotAct("Scenariet har ikke skrevet eller modtaget den besked endnu.")
        return letters[-1]


def _file(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise CannotAct("Systemets testgrænseflade følger ikke kontrakten: en fil skal være Base64.") from None


def _carries(letter: Entered) -> Matcher:
    """A letter of the LPS of this kind, with this one's mark, that the network took."""

    def differences(exchange: Exchange) -> list[str]:
        told = told_in(exchange)
        if told is None or told.sort is not letter.sort:
            return [f"beskeden er ikke et/en {letter.sort}"]
        if letter.mark not in told.text.replace("\n", ""):
            return [f"mærket {letter.mark} står ikke i den: teksten mangler, eller den er skrevet før dette forsøg (genbrug)"]
        return [] if exchange.facts.get("taken") else ["nettet tog ikke imod den"]

    return sender("lps") & Matcher(f"{letter.sort} med mærket {letter.mark}", differences)


def _stands_under(patient: Patient) -> Matcher:
    """A letter about this patient. Messages show the alias, never the number."""

    def differences(exchange: Exchange) -> list[str]:
        told = told_in(exchange)
        return [] if told and told.cpr == str(patient.cpr) else [f"patienten er en anden, ikke {patient.alias}"]

    return Matcher(f"patient {patient.alias}", differences)
