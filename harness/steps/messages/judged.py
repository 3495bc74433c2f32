"""The rules over what the LPS sent: run once over each message, and over whose texts are in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from harness.conformance.behaviour import mandatory, other_patient
from harness.conformance.rule import judge
from harness.conformance.security.dgws import least_level
from harness.conformance.transport.answered import judge_answer
from harness.domain.exchange import Exchange
from harness.domain.finding import Finding
from harness.domain.patient import Organisation, Patient
from harness.domain.profile import Profile
from harness.record.attempt import Attempt
from harness.record.packed import packed_in, with_plain_breaks
from harness.services.service import PARTNER
from harness.steps.messages.addressed import Addressed, doubled, went_elsewhere
from harness.steps.messages.judging import UNSEEN, delivered, judge_message, judge_security, judge_shared, refused
from harness.steps.messages.letters import whose
from harness.steps.messages.marks import stands_in
from harness.steps.messages.posted import judge_posted
from harness.steps.plan.plan_story import PlanStory
from harness.steps.reader import ReadingBack
from harness.steps.surroundings import Time

DIRECT = "dokumentdeling"
"""The receiver by rute `direkte`."""

_HEADERS = {"dgws": "dgws-er-påkrævet", "hsuid": "hsuid-er-påkrævet"}
"""The profile fact that says that a security header must be there."""


class Sending(Protocol):
    """What the rules look at in an attempt, and say to it: `Story` is one."""

    @property
    def attempt(self) -> Attempt:
        """What came, and what was found."""
        ...

    @property
    def time(self) -> Time:
        """Its time."""
        ...

    @property
    def profiles(self) -> Mapping[str, Profile]:
        """The profiles of its campaigns."""
        ...

    @property
    def undecided(self) -> frozenset[str]:
        """Their facts that are not decided."""
        ...

    @property
    def receiver(self) -> str:
        """The service that takes plans by the system's rute."""
        ...

    @property
    def clinic(self) -> str:
        """The SOR code of the clinic that the system is set up as."""
        ...

    @property
    def sts(self) -> tuple[bytes, ...]:
        """The token service's certificates (DER)."""
        ...

    @property
    def read_back(self) -> ReadingBack | None:
        """How arrivals are found, where nobody sees what the LPS sends."""
        ...

    @property
    def about(self) -> Mapping[str, str]:
        """Whom each marked text is about: CPR by mark."""
        ...

    @property
    def plans(self) -> Mapping[str, PlanStory]:
        """Each patient's plan made last."""
        ...

    def unless_let_down(self) -> None:
        """Raise where a real service did not do its part."""
        ...

    def stop_at(self, findings: list[Finding]) -> None:
        """Raise where a finding is worse than F4."""
        ...


@dataclass(slots=True)
class Messages:
    """What one attempt's messages come to. `story.messages.judge()`."""

    story: Sending
    _letters: list[Addressed] = field(default_factory=list)

    def is_written(self, *marks: str, to: Organisation) -> None:
        """A letter with these marks is written in the LPS, `to` whom it is to go: there and to nobody else, as one letter."""
        self._letters.append(Addressed(marks, to))

    def ask_for(self) -> None:
        """The scenario asks for rules over the LPS's own messages; where nobody saw them, it is *ikke kontrolleret*."""
        if self.story.read_back is not None:
            self.story.attempt.unseen.append(UNSEEN)

    def judge(self, *, shared: bool = False) -> None:
        """Run the message rules over everything the LPS sent and nobody judged yet; raises LpsFinding.

        With `shared`, over the appointments and stamkort among it too: a scenario about plans is not failed by them. In a run of
        two, over everything its partner sent too; that is laid on the partner.
        """
        story, attempt = self.story, self.story.attempt
        story.time.run_due()
        findings: list[Finding] = []
        known: dict[str, str] = {}
        cpd = story.profiles.get("cpd-2.0")  # a campaign without plans does not name it
        confirmed = cpd.rules_confirmed if cpd else frozenset()
        for exchange in list(attempt.inbox.received):
            if exchange.sender == "lps" and exchange.id not in attempt.judged:
                before = len(findings)
                person, clinic = self._named_in(exchange), story.clinic
                found = [*judge_message(exchange, known, confirmed, person, story.undecided, clinic)]
                for subject, judgements in (*found, *(judge_shared(exchange, known, clinic) if shared else ())):
                    findings += attempt.judge(subject, judgements, exchange)
                if posted := judge_posted(exchange, attempt.inbox.received):
                    findings += attempt.judge(f"Kuverten på nettet ({exchange.id})", posted, exchange)
                if story.receiver == DIRECT:  # by the other rute the security header is PLSP's
                    for subject, judgements in judge_security(exchange, self._demanded, story.sts, least_level(story.profiles)):
                        findings += attempt.judge(subject, judgements, exchange)
                if len(findings) == before and (answered := refused(exchange)):  # one defect, one finding
                    findings += attempt.judge(f"Svaret på {exchange.id}", judge_answer(answered), exchange)
            if exchange.sender == PARTNER and exchange.id not in attempt.judged:
                for subject, judgements in judge_message(exchange, known, confirmed, None, story.undecided):
                    findings += attempt.judge(f"{subject} fra partneren", judgements, exchange, attempt.partner)
            if exchange.facts.get("entry"):
                known[exchange.facts["unique_id"]] = exchange.facts["entry"]
        story.stop_at(findings)

    def texts_are_own(self) -> None:
        """Every message of the LPS about a patient has only texts written about that patient; raises LpsFinding."""
        if len(set(self.story.about.values())) < 2:
            return
        strays = [
            each.id for each in self.story.attempt.inbox.received if each.sender == "lps" and self._written_about_others(each)
        ]
        self.story.unless_let_down()
        judgements = judge([other_patient.only_own_texts], strays, undecided=self.story.undecided)
        self.story.stop_at(self.story.attempt.judge(f"Scenariet: {other_patient.only_own_texts.id}", judgements))

    def letters_are_delivered(self) -> None:
        """Every letter that was written went to its receiver alone, and as one letter; raises LpsFinding.

        What is not sent at all, or not whole, is for the steps to judge.
        """
        if not self._letters:
            return
        received = self.story.attempt.inbox.received
        for rule, found in (
            (mandatory.only_to_receiver, went_elsewhere(received, self._letters)),
            (mandatory.sent_once, doubled(received, self._letters) or ["ét brev"]),
        ):
            judgements = judge([rule], found, undecided=self.story.undecided)
            self.story.stop_at(self.story.attempt.judge(f"Scenariet: {rule.id}", judgements))

    def _written_about_others(self, exchange: Exchange) -> bool:
        patient = whose(exchange)
        if not patient:
            return False
        body = with_plain_breaks(exchange.request.body)
        others = [mark for mark, cpr in self.story.about.items() if cpr != patient]
        return stands_in(others, body, *(inner for _, inner in packed_in(body)))

    @property
    def _demanded(self) -> frozenset[str]:
        """The security headers that are decided to be mandatory."""
        profile = self.story.profiles.get("sikkerhed")
        decided = {fact.id for fact in profile.facts.values() if fact.decided and fact.value == "ja"} if profile else set()
        return frozenset(header for header, fact in _HEADERS.items() if fact in decided)

    def _named_in(self, exchange: Exchange) -> Patient | None:
        """The test person the message's plan stands under, when it is one of this attempt's."""
        plan = delivered(exchange)
        people = [each.patient for each in self.story.plans.values()]
        return next((person for person in people if plan is not None and str(person.cpr) == plan.patient_cpr), None)
