"""What one attempt knows of its letters to the acute team: what was written, and how the system follows its receipts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Final

from harness.conformance.behaviour import home_care as rules
from harness.conformance.behaviour.seen import one_line, quoted
from harness.conformance.transport import reliability
from harness.domain.acute_letters import LetterStatus
from harness.domain.exchange import Exchange
from harness.domain.organisations import ACUTE_TEAM
from harness.domain.patient import Patient
from harness.lps.driver import Act, CannotAct, Shown, View
from harness.services.service import Order
from harness.steps.home_care.home_care_story import EOJ
from harness.steps.messages.fhir_line import line_of, message_in, same_id
from harness.steps.messages.letters import correspondence_in, envelope_in
from harness.steps.story import ARRIVAL_SECONDS, OWN_RETRY_SECONDS, Story

_SENDING_AGAIN: Final = (
    reliability.envelope_ids,
    reliability.unchanged,
    reliability.new_stamp,
    reliability.few_resends,
    reliability.patient,
    reliability.not_after_receipt,
)


@dataclass(frozen=True, slots=True)
class Written:
    """A letter as it was written: its key in the LPS, about whom, its text with its mark, and the mark."""

    key: str
    alias: str
    patient: Patient
    text: str
    mark: str


@dataclass(slots=True)
class AcuteTeamLetters:
    """The letters of one attempt, oldest first. `why` is what the acute team said when it refused."""

    story: Story
    written: list[Written] = field(default_factory=list)
    why: str = ""
    _logged: Shown | None = None

    @property
    def last(self) -> Written:
        """The letter the next steps speak of. Raises CannotAct before there is one."""
        if not self.written:
            raise CannotAct("Lægen har ikke skrevet til akutteamet endnu.")
        return self.written[-1]

    # What happens

    def write(self, alias: str, text: str) -> None:
        """The doctor writes to the acute team about the patient; the letter reaches it."""
        patient = self.story.patient(alias)
        mark = self.story.next_mark(patient)
        self.story.messages.is_written(mark, to=ACUTE_TEAM)
        shown = self.story.driver.do(Act("skriv-til-akutteam", {"cpr": str(patient.cpr), "tekst": f"{text} {mark}"}))
        self.written.append(Written(shown.text("besked"), alias, patient, f"{text} {mark}", mark))
        self.story.time.until(lambda: bool(self._sendings(self.last)), ARRIVAL_SECONDS)
        self.story.check(rules.letter_came, self._missing())
        self.story.time.run_due()

    def _missing(self) -> str:
        """What came instead of the latest letter as it was written; empty when it came."""
        letters = [letter for each in self._sendings(self.last) if (letter := correspondence_in(each))]
        if not letters:
            return "Systemet sendte ingen besked om patienten"
        letter, names = letters[0], (*self.last.patient.given, self.last.patient.family)
        told = f"{letter.patient.given} {letter.patient.family}"
        if not all(each in told for each in names):
            return f"En besked om “{told}”"
        texts = [each.content for each in letter.segments if isinstance(each.content, str)]
        whole = any(one_line(self.last.text) in one_line(each) for each in texts)
        return "" if whole else f"En besked med teksten {quoted(texts, 'ingen')}"

    def receipts(self, order: str, answer: str, why: str = "", form: str = "json", before: int = 0) -> None:
        """The acute team answers so from now on (`kvitterer`), or now (`kvitter-nu`) the letter so many `before` the latest."""
        self.why = self.story.marked(why) if why else ""
        wish: dict[str, Any] = {"svar": answer, "tekst": self.why, "form": form, "før": before}
        self.story.services.order(EOJ, Order(order, wish))
        self.story.time.run_due()

    def receipt_again(self, envelope: str) -> None:
        """The latest receipt once more. The log is read before."""
        self._logged = self._log()
        self.story.services.order(EOJ, Order("kvittering-igen", {"kuvert": envelope}))
        self.story.time.run_due()

    def wait(self, seconds: float) -> None:
        """Time goes by, when the user has seen where the letter stands: a system may fetch receipts only then."""
        self._look(self.last)
        self.story.time.until(lambda: False, seconds)

    def send_again(self) -> None:
        """Every letter is sent again: by the system itself, if it has done so or does so in time, else because its user asks."""
        for each in self.written:
            self._is_sent_again(each)

    def _is_sent_again(self, written: Written) -> None:
        def again() -> bool:
            return len(self._sendings(written)) > 1

        if not self.story.time.until(again, OWN_RETRY_SECONDS):
            self.story.driver.do(Act("gensend-til-akutteam", {"besked": written.key}))
            self.story.time.until(again, ARRIVAL_SECONDS)
        self.story.check(rules.is_sent_again, again() or self._is_known())

    # What is seen

    def _sendings(self, written: Written) -> list[Exchange]:
        """A letter each time it went to the network for the acute team, about its patient."""
        found = []
        for each in self.story.attempt.inbox.received:
            envelope = envelope_in(each) if each.sender == "lps" else None
            letter = correspondence_in(each) if envelope and envelope.receiver.value == ACUTE_TEAM.gln else None
            if letter and letter.patient.cpr == str(written.patient.cpr) and written.mark in str(letter.segments):
                found.append(each)
        return found

    def row(self, before: int = 0) -> Shown:
        """The letter as the system shows it, or the one so many before it."""
        wanted = self.written[-1 - before]
        found = [each for each in self._look(wanted).rows("beskeder") if each.text("besked") == wanted.key]
        if not found:
            raise CannotAct(f"Systemets testgrænseflade viser ikke beskeden {wanted.key}.")
        return found[0]

    def _look(self, written: Written) -> Shown:
        """The letters about this one's patient. A system that fetches when somebody looks does so."""
        self.story.time.run_due()
        return self.story.driver.show(View("breve-til-akutteam", {"cpr": str(written.patient.cpr)}))

    def _status(self, before: int = 0) -> LetterStatus:
        return self.row(before).choice("status", LetterStatus)

    def _is_known(self) -> bool:
        return self._status() is LetterStatus.RECEIVED

    def check_status(self, wanted: Collection[LetterStatus], before: int = 0) -> None:
        """Where the letter stands, when its receipt has had time to come."""
        self.story.be_quiet()
        self.story.check(rules.shows_status, self._status(before), wanted)

    def check_why(self) -> None:
        """The acute team's own words."""
        self.story.check(rules.explains, self.row().text("forklaring"), self.why)

    def check_receipt_once(self) -> None:
        """The receipt is shown once."""
        self.story.check(rules.receipt_is_shown_once, self.row().texts("kvitteringer"))

    def check_logged(self) -> None:
        """The receipt that came again stands in the log."""
        assert self._logged is not None, "the receipt came again"
        message = message_in(self._sendings(self.last)[0])
        before, now = (sum(same_id(each, message) for each in log.texts("dubletter")) for log in (self._logged, self._log()))
        self.story.check(rules.is_logged, before, now)

    def _log(self) -> Shown:
        return self.story.driver.show(View("modtagelseslog"))

    def check_held_once(self) -> None:
        """However often each letter was sent, it is one message, and MedCom's rules for sending again hold."""
        self.story.be_quiet()
        for written in self.written:
            self.story.check(rules.held_once, [message_in(each) for each in self._sendings(written)])
        line = line_of(self.story.attempt.inbox.received)
        for rule in _SENDING_AGAIN:
            self.story.check_if_any(rule, line)

    def check_unanswered(self) -> None:
        """The system answers no receipt."""
        self._look(self.last)
        self.story.be_quiet()
        self.story.check(reliability.no_receipt_of_receipt, line_of(self.story.attempt.inbox.received))
