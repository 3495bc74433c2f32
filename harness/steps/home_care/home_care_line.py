"""What is seen on the wire of the municipality's results: receipts sent back, sending again, and delivery statuses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
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
from harness.steps.home_care.home_care_rows import Sent
from harness.steps.home_care.home_care_story import HomeCare
from harness.steps.messages.fhir_line import acknowledgement_in, line_of, same_id, sbdh_in
from harness.steps.story import ARRIVAL_SECONDS, Story

_ARRIVED: Final = (Step.RECEIVED, Step.RECEIVED_AND_FINALIZED)
_ONE_DAY: Final = timedelta(days=1)


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
        told_by = {(each.sender.sor, each.receiver.sor) for each in found}
        self.story.check(rules.receipt_names_parties, told_by, (CLINIC.sor, ACUTE_TEAM.sor))
        late = any(abs(each.at - exchange.at) > _ONE_DAY for exchange, each in self._sent_back())
        ids = {(each.id, each.original) for _, each in self._sent_back()}
        self.story.check(rules.receipt_is_its_own, late, [number for number, _ in ids])

    def check_line(self, *wanted: Rule) -> None:
        """MedCom's rules of sending again hold of everything that went to and from the clinic."""
        self._fetch()
        self.story.be_quiet()
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
        self.story.check(
            rules.names_parties, {(each.sender.sor, each.receiver.sor) for each in told}, (ACUTE_TEAM.sor, CLINIC.sor)
        )
        wrong = {
            "en anden patient (vises ikke)": any(each.patient not in ("", str(sent.patient.cpr)) for each in told),
            "en anden forsendelse": any(each.transport not in ("", *sent.envelopes) for each in told),
            "et andet tidspunkt": any(abs(each.recorded - exchange.at) > _ONE_DAY for exchange, each in found),
        }
        self.story.check(rules.names_answer, [name for name, is_so in wrong.items() if is_so])

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
