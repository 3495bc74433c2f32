"""What one attempt knows of its referrals: what was entered, what the municipality was told to answer, and how both are read."""

from __future__ import annotations

import base64
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from harness.conformance.behaviour import referral as rules
from harness.conformance.behaviour.seen import one_line
from harness.conformance.rule import Rule
from harness.conformance.transport import reliability
from harness.domain.careplan import Disease
from harness.domain.exchange import Exchange
from harness.domain.organisations import CLINIC, MUNICIPALITY
from harness.domain.referral import Asker, Receiver, ReferralStatus, Told
from harness.domain.sharing import SharedEdition
from harness.lps.driver import Act, CannotAct, Shown, View
from harness.record.inbox import Missing
from harness.record.matchers import Matcher, sender
from harness.services.service import Order
from harness.standards.oioxml.letter import Referral
from harness.standards.vans import EndPoint, Envelope, Receipt, ReceiptKind, build_envelope
from harness.steps.diseases import CODED_AS, DIAGNOSES
from harness.steps.messages.letters import envelope_in, letter_in, line_of, text_of
from harness.steps.referral.own_letters import additional_diagnoses, wrong_in_referral
from harness.steps.referral.referral_waiting import TAKEN, Entered, stands_under, tells
from harness.steps.story import ARRIVAL_SECONDS, OWN_RETRY_SECONDS, Story

CONVERSATION: Final = "afklarende samtale"
"""What the municipality is asked for."""

DEPRESSION: Final = {"kode": "P76", "tekst": "Depression"}  # MedCom, ConditionList testprotokol: P76 (DF339)
DEPRESSION_CODES: Final = ("P76", "DF3")
"""How the code of it may begin: ICPC-2, or SKS for the affective disorders (DF30 to DF39) it is one of."""
_REASON: Final = "Vil gerne i gang med motion"


@dataclass(slots=True)
class Referrals:
    """The referrals of one attempt, oldest first."""

    story: Story
    entered: list[Entered] = field(default_factory=list)
    unwilling: set[str] = field(default_factory=set)
    depressed: set[str] = field(default_factory=set)
    why: str = ""
    reason: str = ""
    step: str = ""

    @property
    def last(self) -> Entered:
        """The referral the next steps speak of. Raises CannotAct before there is one."""
        if not self.entered:
            raise CannotAct("Scenariet har ikke henvist nogen endnu.")
        return self.entered[-1]

    # What people enter

    def refer(
        self,
        alias: str,
        to: str,
        *,
        told: Mapping[Told, str],
        disease: Disease = Disease.KOL,
        level: int | None = None,
    ) -> None:
        """The doctor refers the patient `to` a conversation or to another receiver; every text gets a mark, and there is always
        a reason.
        """
        main = DIAGNOSES[disease]
        wish: dict[str, Any] = {
            "cpr": str(self.story.patient(alias).cpr),
            "modtager": Receiver.MUNICIPALITY if to == CONVERSATION else Receiver(to),
            "tilbud": to,
            "diagnose": {"kode": main.code, "tekst": main.display},
            "bidiagnoser": [DEPRESSION] if alias in self.depressed else [],
        }
        if level is not None:
            wish["niveau"] = level
        self._write(Act("henvis", wish), alias, to, told, disease)

    def refer_from_plan(self, plan: str, alias: str, told: Mapping[Told, str], disease: Disease) -> None:
        """The doctor refers the patient to a conversation from inside the plan with the key `plan`, which is for `disease`, and
        enters neither patient nor diagnosis.
        """
        self._write(Act("henvis-fra-forloebsplan", {"forloebsplan": plan}), alias, CONVERSATION, told, disease)

    def _write(self, act: Act, alias: str, to: str, told: Mapping[Told, str], disease: Disease) -> None:
        patient, since, at = self.story.patient(alias), len(self.story.attempt.inbox.received), self.story.time.now()
        texts = {Told.REASON: _REASON, **told}
        marks = {about: self.story.next_mark(patient) for about in texts}
        marked = {about: f"{text} {marks[about]}" for about, text in texts.items()}
        receiver = Receiver.MUNICIPALITY if to == CONVERSATION else Receiver(to)
        if receiver is Receiver.MUNICIPALITY:  # whom else a referral goes to, by name and number, the clinic alone knows
            self.story.messages.is_written(*marks.values(), to=MUNICIPALITY)
        entered = {
            "indhold": [{"om": about, "tekst": text} for about, text in marked.items()],
            "tilbagemelding": alias not in self.unwilling,
        }
        key = self.story.driver.do(Act(act.name, {**act.entered, **entered})).text("henvisning")
        accepted = CODED_AS[disease]
        self.entered.append(Entered(key, alias, patient, receiver, to, marked, tuple(marks.values()), since, at, accepted))

    def register(self, alias: str, offer: str, asker: Asker) -> None:
        """The clinic writes down that another than itself asked for something for the patient."""
        patient, since, at = self.story.patient(alias), len(self.story.attempt.inbox.received), self.story.time.now()
        mark = self.story.next_mark(patient)
        text = f"{_REASON} {mark}"
        wish = {"cpr": str(patient.cpr), "tilbud": offer, "bedtOmAf": asker, "tekst": text}
        key = self.story.driver.do(Act("registrer-henvisning", wish)).text("henvisning")
        told = {Told.REASON: text}
        self.entered.append(Entered(key, alias, patient, Receiver.MUNICIPALITY, offer, told, (mark,), since, at, asker=asker))

    def send_again(self) -> None:
        """The LPS sends the referral again: by itself, if it does so in time, else because its user asks.

        One that has learnt by then that the referral did arrive, and so does not send it again, is right too.
        """
        before = len(self._taken())
        if not self.story.time.until(lambda: len(self._taken()) > before, OWN_RETRY_SECONDS):
            self.story.driver.do(Act("gensend-henvisning", {"henvisning": self.last.key}))
            self.story.time.until(lambda: len(self._taken()) > before, ARRIVAL_SECONDS)
        sent = len(self._taken()) > before
        self.story.check(rules.sent_again, sent or self.shown().text("status") == ReferralStatus.RECEIVED)

    def come_back(self, reason: str) -> None:
        """The clinic writes that the referral came back, and why."""
        self.reason = self.story.marked(reason, self.last.patient)
        wish = {"henvisning": self.last.key, "begrundelse": self.reason}
        self.story.driver.do(Act("registrer-tilbagehenvisning", wish))

    def tell_patient(self) -> None:
        """The clinic writes that the patient has been told."""
        self.story.driver.do(Act("giv-patienten-besked", {"henvisning": self.last.key}))

    def write_next_step(self, step: str) -> None:
        """The doctor writes the next step into the patient's plan."""
        self.step = self.story.marked(step, self.last.patient)
        self.story.driver.do(Act("skriv-naeste-skridt", {"henvisning": self.last.key, "tekst": self.step}))

    # What the municipality and the network do

    def receipts(self, answer: str, why: str = "") -> None:
        """The municipality answers referrals so from now on: `positiv`, `ingen` or `afvist`, and why, with a mark."""
        self.why = self.story.marked(why)
        self.story.services.order("dnhf", Order("kvittering", {"svar": answer, "tekst": self.why}))

    def wait_for_receipt(self) -> None:
        """Something that answers the referral sent last goes to the clinic."""
        if not self.story.time.until(lambda: any(each.sender == "dnhf" for each in self._since()), ARRIVAL_SECONDS):
            raise CannotAct("Kommunen har ikke kvitteret for henvisningen.")

    def _since(self) -> list[Exchange]:
        return self.story.attempt.inbox.received[self.last.since :]

    def refuse_by_carrier(self) -> None:
        """The carrier sends the referral's envelope back as one that cannot be delivered."""
        self.expect(rules.referral_came)
        envelope = envelope_in(self._arrived())
        assert envelope is not None, "it was read when it was found"
        receipt = Receipt(ReceiptKind.NEGATIVE_VANS, envelope.identifier, error="Modtageren findes ikke")
        back = Envelope(
            EndPoint("TESTNET", "VANS"), EndPoint(CLINIC.gln), self._fresh_id(envelope), self.story.time.now(), receipt
        )
        body = base64.b64encode(build_envelope(back)).decode("ascii")
        self.story.services.order("vans", Order("send", {"konvolut": body}))

    @staticmethod
    def _fresh_id(envelope: Envelope) -> str:
        """An id no envelope of the LPS has: its own with the first digit changed."""
        first = "0" if envelope.identifier[0] != "0" else "1"
        return first + envelope.identifier[1:]

    # What is seen on the wire

    def expect(self, rule: Rule) -> None:
        """The referral comes, for the right patient, and keeps the rules of its kind; `rule` is broken when it does not come."""
        missing = ""
        try:
            self.story.attempt.inbox.expect(self._expected(), ARRIVAL_SECONDS, self.last.since)
        except Missing as explanation:
            missing = str(explanation)
        strays = self._of_referral() & ~stands_under(self.last.patient)
        self.story.check(rules.for_the_patient, len(self.story.attempt.inbox.all(strays)))
        self.story.check(rule, missing)
        for each in self._taken():
            self.story.check(rules.is_its_own, wrong_in_referral(each, self.last.patient, self.last.at))
        if self.last.alias in self.depressed:
            came, name = self._arrived(), DEPRESSION["tekst"]
            self.story.check(rules.keeps_other_diagnoses, additional_diagnoses(came), text_of(came), DEPRESSION_CODES, name)
        self.story.messages.judge()

    def _taken(self) -> list[Exchange]:
        self.story.time.run_due()
        return self.story.attempt.inbox.all(self._expected())

    def _expected(self) -> Matcher:
        return self._of_referral() & stands_under(self.last.patient) & TAKEN

    def _of_referral(self) -> Matcher:
        return sender("lps") & tells(self.last.marks)

    def _arrived(self) -> Exchange:
        """The referral as it came last."""
        taken = self._taken()
        if not taken:
            raise CannotAct("Henvisningen er ikke kommet frem, så den kan ikke læses.")
        return taken[-1]

    def text(self) -> str:
        """All text of the referral, as it stands."""
        return text_of(self._arrived())

    def earlier_marks(self) -> list[str]:
        """The marks of what was written in the same patient's earlier referrals."""
        return [mark for each in self.entered[:-1] if each.alias == self.last.alias for mark in each.marks]

    def main_diagnoses(self) -> tuple[tuple[str, str], ...]:
        """Code and text of the referral's main diagnoses."""
        letter = letter_in(self._arrived())
        assert letter is not None, "it was read when it was found"
        assert isinstance(letter.content, Referral), "it is a referral"
        return tuple((each.code, each.text) for each in letter.content.main)

    def texts_of_others(self) -> list[str]:
        """What the diagnoses of the other diseases are called."""
        return [each.display for disease, each in DIAGNOSES.items() if CODED_AS[disease] != self.last.accepted]

    def check_held_once(self) -> None:
        """However often it was sent, it is one letter, and MedCom's rules for sending again hold of everything that went to and
        from the clinic. Time enough for a copy goes by first.
        """
        self.story.be_quiet()
        letters = [letter.identifier for each in self._taken() if (letter := letter_in(each))]
        self.story.check(rules.held_once, letters)
        line = line_of(self.story.attempt.inbox.received)
        for rule in (*_SENDING_AGAIN, reliability.no_receipt_of_receipt):
            self.story.check_if_any(rule, line)

    def planned(self, text: str) -> tuple[SharedEdition, ...]:
        """The current editions at the receiver, when `text` is among their interventions or has had time to come."""

        def found() -> tuple[SharedEdition, ...]:
            return tuple(each for each in self.story.editions() if each.current)

        def has_come() -> bool:
            return any(one_line(text) in one_line(each) for edition in found() for each in edition.interventions)

        self.story.time.until(has_come, ARRIVAL_SECONDS)
        return found()

    # What the system shows

    def rows(self, alias: str) -> tuple[Shown, ...]:
        """The patient's referrals."""
        self.story.time.run_due()
        return look(self.story, "henvisninger", alias).rows("henvisninger")

    def shown(self, before: int = 0) -> Shown:
        """The referral the steps speak of, or the same patient's one so many before it."""
        key = self._own(before).key
        found = [row for row in self.rows(self.last.alias) if row.text("henvisning") == key]
        if not found:
            raise CannotAct(f"Systemets testgrænseflade viser ikke henvisningen {key}.")
        return found[0]

    def check_status(self, wanted: Collection[ReferralStatus], before: int = 0) -> None:
        """Where the referral stands, when what the municipality answers has had time to come."""
        self.story.be_quiet()
        self.story.check(rules.status_is_shown, self.shown(before).choice("status", ReferralStatus), wanted)

    # What is decided, and what is not

    def fact_text(self, fact: str, **values: object) -> str:
        """How the profile says something stands: the fact's pattern with `values` put in."""
        return self.story.profiles["henvisning"].pattern(fact).format(**values)

    def plan_text(self, before: int = 0) -> str:
        """How the profile says the referral stands in a plan, or the same patient's one so many before it."""
        found = self._own(before)
        return self.fact_text("henvisning-i-plan", tilbud=found.offer, årsag=found.told[Told.REASON])

    def _own(self, before: int) -> Entered:
        """The patient's referral so many before the last. Raises CannotAct where the scenario made no such one."""
        own = [each for each in self.entered if each.alias == self.last.alias]
        if len(own) <= before:
            raise CannotAct("Scenariet har ikke henvist patienten så mange gange.")
        return own[-1 - before]


_SENDING_AGAIN: Final = (reliability.envelope_ids, reliability.unchanged, reliability.new_stamp, reliability.few_resends)


def look(story: Story, view: str, alias: str) -> Shown:
    """What the system shows of the patient in one of its views."""
    return story.driver.show(View(view, {"cpr": str(story.patient(alias).cpr)}))
