"""What is seen on the wire of the municipality's results: receipts sent back, sending again, and delivery statuses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from harness.conformance.behaviour import home_care as rules
from harness.conformance.rule import Rule
from harness.conformance.transport import reliability
from harness.domain.errors import BadInput
from harness.domain.exchange import Exchange
from harness.domain.organisations import ACUTE_TEAM, CLINIC
from harness.services.ehmi import STATUS
from harness.services.service import Availability, Order
from harness.standards.eds import DeliveryStatus, Step, read_eds
from harness.standards.fhir.messages import Acknowledgement
from harness.standards.sbdh import Envelope
from harness.steps.home_care.home_care_rows import Sent
from harness.steps.home_care.home_care_story import HomeCare
from harness.steps.messages.fhir_line import acknowledgement_in, line_of, same_id, sbdh_in
from harness.steps.story import ARRIVAL_SECONDS, Story

_ARRIVED: Final = (Step.RECEIVED, Step.RECEIVED_AND_FINALIZED)
_LEEWAY: Final = timedelta(hours=1)
"""How far two clocks may stand apart."""


@dataclass(slots=True)
class HomeCareLine:
    """The line between the clinic and the municipality in one attempt."""

    story: Story

    @property
    def results(self) -> HomeCare:
        """The results that were sent."""
        return self.story.part(HomeCare)

    def _sent_back(self) -> list[tuple[Exchange, Acknowledgement]]:
        """Every acknowledgement that was sent back to the municipality, oldest first."""
        sent = [each for each in self.story.attempt.inbox.received if each.sender == "lps" and each.facts.get("taken")]
        back = [each for each in sent if (envelope := sbdh_in(each)) and envelope.receiver.gln == ACUTE_TEAM.gln]
        return [(each, receipt) for each in back if (receipt := acknowledgement_in(each))]

    def receipts(self) -> list[Acknowledgement]:
        """Those of the latest message."""
        return [each for _, each in self._sent_back() if same_id(each.original, self.results.last.messages[-1])]

    def check_receipts(self, wanted: Sequence[str]) -> None:
        """These acknowledgements came, in this order, and none of another answer; a negative one says why."""
        self._fetch()
        self.story.time.until(lambda: len(self.receipts()) >= len(wanted), ARRIVAL_SECONDS)
        self.story.be_quiet()
        found = self.receipts()
        self.story.check(rules.is_acknowledged, [each.answer for each in found], wanted)
        self.story.check(rules.says_why, [f"{each.error} {each.explanation}" for each in found if each.answer != "ok"])
        positive = [each.original for _, each in self._sent_back() if each.answer == "ok"]
        for sent in self.results.sent:
            told = sum(same_id(each, sent.messages[0]) for each in positive)
            self.story.check(rules.is_not_acknowledged_again, told, len(sent.envelopes))
        self._names_parties(found)
        late = any(not self._is_timely(each.at, exchange, each.original) for exchange, each in self._sent_back())
        ids = {(each.id, each.original) for _, each in self._sent_back()}
        self.story.check(rules.receipt_is_its_own, late, [number for number, _ in ids])

    def _names_parties(self, receipts: Sequence[Acknowledgement]) -> None:
        """By each of their numbers, inside the receipts and on the envelopes; what a receipt leaves out is not asked for."""
        ends = [(each.sender, each.receiver) for exchange, _ in self._sent_back() if (each := sbdh_in(exchange))]
        sors = {(each.sender.sor, each.receiver.sor) for each in receipts} | {(one.sor, two.sor) for one, two in ends}
        glns = {(each.sender.gln or CLINIC.gln, each.receiver.gln or ACUTE_TEAM.gln) for each in receipts}
        glns |= {(one.gln, two.gln) for one, two in ends}
        yders = {(each.sender.ydernummer or CLINIC.yder, each.receiver.sor) for each in receipts}
        check = partial(self.story.check, rules.receipt_names_parties)
        check(sors, (CLINIC.sor, ACUTE_TEAM.sor))
        check(glns, (CLINIC.gln, ACUTE_TEAM.gln))
        check(yders, (CLINIC.yder, ACUTE_TEAM.sor))

    def _came(self, message: str) -> list[tuple[Exchange, Envelope]]:
        """When a message was brought to the clinic, and in what."""
        brought = [each for each in self.story.attempt.inbox.received if each.sender != "lps"]
        found = [(each, envelope) for each in brought if (envelope := sbdh_in(each))]
        return [(each, envelope) for each, envelope in found if same_id(envelope.message_id, message)]

    def _is_timely(self, told: datetime, exchange: Exchange, message: str) -> bool:
        """Whether it is a time between the message's coming and the exchange that tells of it."""
        first = min((each.at for each, _ in self._came(message)), default=exchange.at)
        return first - _LEEWAY <= told <= exchange.at + _LEEWAY

    def check_receipted_alike(self, wanted: str) -> None:
        """The answer that came twice got an acknowledgement of the kind `wanted`, and the same again."""
        again = reliability.same_answer if len(set(self.results.last.envelopes)) == 1 else reliability.receipt_again
        self._fetch()
        self.story.time.until(lambda: bool(self.receipts()), ARRIVAL_SECONDS)
        self.story.be_quiet()
        self.story.check(rules.is_acknowledged, [each.answer for each in self.receipts()[:1]], [wanted])
        self._check_line(again)

    def check_reused_envelope(self) -> None:
        """What came in an envelope that was used before got no positive receipt; what came in it first got one."""
        self._fetch()
        self.story.be_quiet()
        self._check_line(reliability.acknowledged, reliability.reused_envelope)

    def _check_line(self, *wanted: Rule) -> None:
        """MedCom's rules of sending again hold of everything that went to and from the clinic."""
        line = line_of(self.story.attempt.inbox.received)
        for rule in (*wanted, reliability.envelope_ids):
            self.story.check(rule, line)

    def _fetch(self) -> None:
        """Have a system that fetches when somebody looks do so."""
        self.results.look(self.results.last)

    def set_queue(self, availability: Availability) -> None:
        """EHMI's queue of delivery statuses behaves so from now on; the system has tried it as it was before."""
        if self.results.sent:
            self._fetch()
        self.story.services.order("ehmi", Order("tilgængelighed", {"værdi": str(availability)}))

    def check_reported(self) -> None:
        """The queue took a status about every answer, that names the right parties, patient, envelope and time."""
        self._fetch()
        for sent in self.results.sent:
            self._is_reported(sent)

    def _is_reported(self, sent: Sent) -> None:
        self.story.time.until(lambda: bool(self._statuses(sent)), ARRIVAL_SECONDS)
        found = self._statuses(sent)
        told = [each for _, each in found]
        self.story.check(rules.is_reported, len(found))
        check = partial(self.story.check, rules.names_parties)
        check({(each.sender.sor, each.receiver.sor) for each in told}, (ACUTE_TEAM.sor, CLINIC.sor))
        glns = {(each.sender.gln or ACUTE_TEAM.gln, each.receiver.gln or CLINIC.gln) for each in told}
        check(glns, (ACUTE_TEAM.gln, CLINIC.gln))
        around = [envelope for _, envelope in self._came(sent.messages[-1])]
        wrong = {
            "en anden patient (vises ikke)": any(each.patient not in ("", str(sent.patient.cpr)) for each in told),
            "ingen patient": any(each.patient for each in around) and not all(each.patient for each in told),
            "en anden forsendelse": any(each.transport not in ("", *sent.envelopes) for each in told),
            "en anden meddelelseskuvert": any(each.envelope not in ("", *(one.bundle_id for one in around)) for each in told),
            "et andet tidspunkt": any(not self._is_timely(each.recorded, exchange, each.message.id) for exchange, each in found),
        }
        self.story.check(rules.names_answer, [name for name, is_so in wrong.items() if is_so])
        kinds = [(each.message.type, each.message.version) for each in told]
        self.story.check(rules.names_kind, kinds, [(each.standard, each.version) for each in around])
        answers = [each.answer for _, each in self._sent_back() if same_id(each.original, sent.messages[-1])]
        self.story.check_if_any(rules.tells_success, [each.succeeded for each in told], answers)

    def _statuses(self, sent: Sent) -> list[tuple[Exchange, DeliveryStatus]]:
        """What the queue took about the answer's arrival; what cannot be read is for the rules of the format."""
        found = []
        for each in self.story.attempt.inbox.received:
            if each.sender == "lps" and each.request.path == STATUS and each.facts.get("taken"):
                try:
                    found.append((each, read_eds(each.request.body)))
                except BadInput:
                    continue
        return [(at, each) for at, each in found if each.step in _ARRIVED and same_id(each.message.id, sent.messages[-1])]
