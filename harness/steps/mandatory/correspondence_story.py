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
from harness.conformance.transport.reliability import Line
from harness.domain.clock import wall_clock
from harness.domain.correspondence import Sort
from harness.domain.exchange import Exchange
from harness.domain.organisations import CLINIC, HOSPITAL, MUNICIPALITY
from harness.domain.patient import Organisation
from harness.lps.driver import Act, CannotAct, Shown, Skipped, View
from harness.record.inbox import Missing
from harness.record.matchers import Matcher, sender
from harness.services.service import LPS, Order
from harness.standards.correspondence import RECEIVER, SENDER, Told, Written, messages_of
from harness.standards.edi_objects import File
from harness.standards.message_xml import Encoding
from harness.standards.oioxml.kinds import NEW_LETTER
from harness.standards.vans import EndPoint, Envelope, Message, build_envelope
from harness.steps.mandatory.entered import (
    IS_FILE,
    Entered,
    carries,
    file_is_about,
    goes_to,
    passed_on,
    stands_under,
    went_elsewhere,
)
from harness.steps.messages.letters import envelope_in, line_of, told_in
from harness.steps.story import ARRIVAL_SECONDS, Story

_TOPIC: Final = "Orientering"
_PARTIES: Final[dict[Sort, Organisation]] = {Sort.ACUTE_REFERRAL: MUNICIPALITY, Sort.ACUTE_NOTE: MUNICIPALITY}
"""Who writes, or is written to; of other letters it is the hospital."""

_RECEIPT_SECONDS: Final = reliability.PATIENCE.total_seconds()
_RECEIPTS: Final = (
    reliability.same_answer,
    reliability.receipt_again,
    reliability.no_receipt_of_receipt,
)


@dataclass(slots=True)
class Correspondence:
    """The letters of one attempt, oldest first: the clinic's own, and those that came."""

    story: Story
    written: list[Entered] = field(default_factory=list)
    received: list[Entered] = field(default_factory=list)
    _posted: list[Message] = field(default_factory=list)
    _late: list[Message] = field(default_factory=list)
    _unsent: list[Entered] = field(default_factory=list)
    """What the network refused, and the system said that it could not send."""

    # What people write

    def write(self, sort: Sort, alias: str, text: str, *, with_file: bool = False, to: Organisation | None = None) -> None:
        """The doctor writes to another about the patient, and sends it; to whom such letters go, unless it says `to` whom."""
        entered = self._entered(sort, alias, text, with_file, to)
        self.written.append(entered)
        of_file = [mark for mark in self.story.marks if mark.encode() in entered.file]
        self.story.messages.is_written(entered.mark, *of_file, to=entered.other)
        wish = {"cpr": str(entered.patient.cpr), "slags": sort, "emne": _TOPIC, "tekst": entered.text}
        wish["modtager"] = entered.other.name
        if with_file:
            wish["fil"] = base64.b64encode(entered.file).decode("ascii")
        try:
            self.story.driver.do(Act("skriv-besked", wish, may_fail=True))
        except CannotAct as reason:
            if isinstance(reason, Skipped) or not self._refused(entered):
                raise
            self._unsent.append(entered)

    def receive(
        self, sort: Sort, alias: str, text: str, *, with_file: bool = False, late: bool = False, encoding: Encoding = "UTF-8"
    ) -> None:
        """Another writes to the clinic about the patient; a `late` file comes after the next letter."""
        entered = self._entered(sort, alias, text, with_file)
        self.story.driver.admit_patient(entered.patient)
        self.received.append(entered)
        letter = Written(
            sort=sort,
            patient=entered.patient,
            sender=entered.other,
            receiver=CLINIC,
            at=self.story.time.now(),
            topic="" if sort is Sort.ACUTE_NOTE else _TOPIC,
            text=entered.text,
            file=entered.file,
            encoding=encoding,
        )
        messages, late_before = messages_of(letter, self._ids(f"{entered.mark} brev")), self._late
        self._late = messages[1:] if late else []
        self._posted = [*(messages[:1] if late else messages), *late_before]
        self._post(self._ids(f"{entered.mark} kuvert"))

    def receive_again(self) -> None:
        """The letter that came last comes again in a new envelope, when the clinic has seen it."""
        self.look(self.received[-1].patient.alias)
        self._post(self._ids(f"{self.received[-1].mark} kuvert igen"))

    def _entered(self, sort: Sort, alias: str, text: str, with_file: bool, to: Organisation | None = None) -> Entered:
        patient = self.story.patient(alias)
        mark = self.story.next_mark(patient)
        file = self._file(self.story.next_mark(patient)) if with_file else b""
        first, *rest = text.split("\n")
        marked = "\n".join((f"{first} {mark}", *rest))
        since, other = len(self.story.attempt.inbox.received), to or _PARTIES.get(sort, HOSPITAL)
        return Entered(sort, patient, marked, mark, file, since, self.story.time.now(), other)

    def _file(self, mark: str) -> bytes:
        shipped = f"Måleskema 'uge 7' {mark}\r\nFør: 82,5 kg\r\n".encode("iso-8859-1")
        return self.story.example_file("maaleskema.txt", shipped, mark)

    def _post(self, new_id: Callable[[], str]) -> None:
        party = self.received[-1].other
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
        """Every letter of this attempt has come: whole, once, under its patient, and by the rules of its standard."""
        self._last(self.written)
        for letter in self.written:
            if letter not in self._unsent:
                self._check_one_sent(letter)
        numbers = [(told.transmission, f"{told.cpr} {told.text} {told.files}") for told in self._all_sent()]
        self.story.check(rules.own_number, numbers)
        self.story.check_if_any(reliability.unchanged, line_of(self.story.attempt.inbox.received))
        self.story.messages.judge()

    def _check_one_sent(self, letter: Entered) -> None:
        missing = ""
        try:
            self.story.attempt.inbox.expect(self._carries(letter) & goes_to(letter.other), ARRIVAL_SECONDS, letter.since)
        except Missing as explanation:
            missing = str(explanation)
        self.story.be_quiet()
        strays = self.story.attempt.inbox.all(self._carries(letter) & ~stands_under(letter.patient))
        self.story.check(rules.for_the_patient, len(strays))
        self.story.check(rules.came, missing)
        self.story.check(rules.only_to_receiver, self._elsewhere(letter))
        sent = self._sent(letter)
        self.story.check(rules.sent_once, [each.identifier for each in sent])
        self.story.check(rules.text_is_whole, f"{sent[0].topic}\n{sent[0].text}", letter.text)
        if letter.sort is Sort.LETTER or sent[0].topic:  # CC-11 says where a message has none, and XREF22's place is not public
            self.story.check(rules.topic_is_there, f"{sent[0].topic}\n{sent[0].text}", _TOPIC)
        self._check_parties_and_times(letter, sent[0])
        self.story.check(rules.letter_is_new, sent[0].status, NEW_LETTER)
        self.story.check(rules.person_is_the_patient, sent[0].gender, sent[0].born, letter.patient)

    def _check_parties_and_times(self, letter: Entered, told: Told) -> None:
        self.story.check(rules.numbers_are_their_own, told.numbers, {SENDER: CLINIC, RECEIVER: letter.other})
        for said in (told.sent, *told.other):
            self.story.check(rules.time_is_now, said, wall_clock(letter.at), wall_clock(self.story.time.now()))

    def check_file_sent(self) -> None:
        """The file that goes with each letter has come too, to the same place."""
        for letter in self.written:
            wanted = [file.identifier for each in self._sent(letter)[:1] for file in each.files]
            found = self.story.attempt.inbox.all(IS_FILE & goes_to(letter.other))
            carrying = [told for each in found if (told := told_in(each)) and any(one.identifier in wanted for one in told.files)]
            files = [file for told in carrying for file in told.files if file.identifier in wanted]
            self.story.check(rules.file_is_unchanged, [each.data for each in files], letter.file)
            referred = [_as_told(file) for each in self._sent(letter)[:1] for file in each.files]
            self.story.check(rules.file_is_as_told, referred, [_as_told(each) for each in files])
            self.story.check(rules.for_the_patient, sum(not file_is_about(told, letter.patient) for told in carrying))
            for told in carrying:
                self._check_parties_and_times(letter, told)

    def _carries(self, letter: Entered) -> Matcher:
        return carries(letter, self._later(letter))

    def _later(self, letter: Entered) -> list[str]:
        """The marks of the letters written after it."""
        return [each.mark for each in self.written[self.written.index(letter) + 1 :]]

    def _elsewhere(self, letter: Entered) -> list[str]:
        """The messages that took it to anybody but its receiver, by id and receiver."""
        found = ((each.id, went_elsewhere(each, letter, self._later(letter))) for each in self.story.attempt.inbox.received)
        return [f"besked {message} til {receiver}" for message, receiver in found if receiver]

    def _sent(self, letter: Entered) -> list[Told]:
        return [told for each in self.messages_with(letter) if (told := told_in(each))]

    def messages_with(self, letter: Entered) -> list[Exchange]:
        """The messages that carry a letter that was written here, oldest first."""
        return self.story.attempt.inbox.all(self._carries(letter))

    def messages_of(self, alias: str = "") -> list[Exchange]:
        """The messages with the letters that were written here about the patient; about anybody, where none is named."""
        letters = [each for each in self.written if alias in ("", each.patient.alias)]
        return [each for letter in letters for each in self.messages_with(letter)]

    def _refused(self, letter: Entered) -> bool:
        since = self.story.attempt.inbox.received[letter.since :]
        return any(each.sender == "lps" and envelope_in(each) and not each.facts.get("taken") for each in since)

    def _all_sent(self) -> list[Told]:
        return [told for each in self.story.attempt.inbox.all(sender("lps")) if (told := told_in(each))]

    def judge_receipts(self) -> None:
        """What came and asked for a receipt got one within half an hour; what came again was receipted as the first time."""

        def line() -> Line:
            return line_of(self.story.attempt.inbox.received)

        self.story.time.until(
            lambda: all(each.answers for each in line().arrivals() if each.transfer.wants_receipt), _RECEIPT_SECONDS
        )
        self.story.be_quiet()
        self.story.messages.judge()
        self.story.check(reliability.acknowledged, line())
        for rule in _RECEIPTS:
            self.story.check_if_any(rule, line())

    # What the system shows

    def check_shown(self, alias: str) -> None:
        """Every letter about the patient is shown whole and once, and was sent on to nobody."""
        about = self._about(alias)
        self._check_kept(alias)
        for letter in about:
            self.story.check(rules.shown_once, [row.text("tekst") for row in self.shown(letter)], letter.text, letter.mark)

    def check_file_shown(self, alias: str) -> None:
        """The file of each of them is shown with it, and no other; neither was sent on to anybody."""
        about = self._about(alias)
        self._check_kept(alias)
        for letter in about:
            rows = [row for row in self.shown(letter) if letter.mark in row.text("tekst")]
            self.story.check(rules.file_is_shown, [_file(each) for row in rows for each in row.texts("filer")], letter.file)

    def _check_kept(self, alias: str) -> None:
        """Nothing that came was sent on to anybody, once somebody has opened it. What the clinic wrote itself may quote it."""
        self.look(alias)
        written = [each.mark for each in self.written]
        found = (
            (each.id, passed_on(each, letter, written, LPS, letter.other.gln, CLINIC.gln))
            for letter in self.received
            for each in self.story.attempt.inbox.received
        )
        told = dict.fromkeys(f"besked {message} til {receiver}" for message, receiver in found if receiver)
        self.story.check(rules.only_to_receiver, list(told))

    def look(self, alias: str) -> Shown:
        """The letters the system shows of the patient, when what was sent has had time to come."""
        self.story.be_quiet()
        return self.story.driver.show(View("modtagne-beskeder", {"cpr": str(self.story.patient(alias).cpr)}))

    def shown(self, letter: Entered) -> tuple[Shown, ...]:
        """The letters the system shows of this one's patient."""
        return self.look(letter.patient.alias).rows("beskeder")

    def _about(self, alias: str) -> list[Entered]:
        about = [each for each in self.received if each.patient.alias == alias]
        self._last(about)
        return about

    @staticmethod
    def _last(letters: list[Entered]) -> Entered:
        if not letters:
            raise CannotAct("Scenariet har ikke skrevet eller modtaget den besked endnu.")
        return letters[-1]


def _as_told(file: File) -> tuple[str, str, str, int]:
    return (file.identifier.casefold(), file.kind, file.extension, file.size)


def _file(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise CannotAct("Systemets testgrænseflade følger ikke kontrakten: en fil skal være Base64.") from None
