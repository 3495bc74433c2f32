"""A plan on its way to its receiver: shared, waited for, sent again, and its newest edition judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from harness.conformance.behaviour import sharing as rules
from harness.conformance.cda.cpd_edition import judge_edition
from harness.conformance.cda.cpd_label import judge_label
from harness.conformance.rule import Result
from harness.domain.exchange import Exchange
from harness.domain.sharing import SharedEdition, SharingStatus
from harness.lps.driver import CannotAct
from harness.record.inbox import Missing
from harness.record.matchers import Matcher
from harness.services.service import LATE_SECONDS, Availability, Order
from harness.steps.diseases import CODED_AS
from harness.steps.messages.judged import DIRECT
from harness.steps.messages.judging import UNSEEN, not_seen, plan_in
from harness.steps.messages.waiting import hands_in, stands_under
from harness.steps.plan.plan_story import PlanStory
from harness.steps.story import ARRIVAL_SECONDS, OWN_RETRY_SECONDS, Story

PLAN_SEATS = frozenset({"dros", "dds", "plsp"})
"""The seats that a plan comes to."""

_TOLD: Final = (
    ("deling", "niveau-kodning"),
    ("deling", "opfølgning-kodning"),
    ("behandlingsplan", "eget-ansvar-kodning"),
    ("henvisning", "henvisning-i-plan"),
)
"""How a plan says what the clinic registered elsewhere in the system."""


@dataclass(slots=True)
class HandingIn:
    """How the attempt's plans come to their receiver. `story.part(HandingIn).share()`."""

    story: Story
    _since: int = 0
    _settled: int = 0
    _shared_at: datetime | None = None

    def share(self) -> None:
        """The doctor shares the plan. A system that has shared each change already, when it was saved, need not send it again."""
        self._since, self._settled = self._settled, len(self.story.attempt.inbox.received)
        self._shared_at = self.story.time.now()
        self.story.driver.share(self.story.plan.key)

    def set_receiver(self, availability: Availability) -> None:
        """The receiver of plans behaves so towards the LPS from now on."""
        self.story.services.order(self.story.receiver, Order("tilgængelighed", {"værdi": str(availability)}))

    def send_all_again(self) -> None:
        """The LPS sends what waits, of every patient's plan."""
        for plan in self.story.plans.values():
            self._send_again(plan)

    def send_again(self) -> None:
        """The LPS sends what waits: by itself, if it does so in time, else because its user asks.

        One that finds by looking that the plan has arrived already, and so does not send it again, is right too.
        """
        self._send_again(self.story.plan)

    def _send_again(self, plan: PlanStory) -> None:
        story, before = self.story, len(self._sent(plan))
        if not story.time.until(lambda: len(self._sent(plan)) > before, OWN_RETRY_SECONDS):
            story.driver.resend(plan.key)
            story.time.until(lambda: len(self._sent(plan)) > before, ARRIVAL_SECONDS)
        sent = len(self._sent(plan)) > before or rules.current_with(story.editions(plan.patient), plan.mark) is not None
        story.check(rules.plan_was_sent_again, "" if sent else "systemet sendte ingenting")

    def let_it_try(self) -> None:
        """What the doctor does next comes after the system has tried to send what was shared, which may be in the background."""
        if self._shared_at is not None and not self.story.blind:
            tried, inbox = _of(self.story.plan), self.story.attempt.inbox
            self.story.time.until(lambda: any(tried.matches(each) for each in inbox.received[self._since :]), ARRIVAL_SECONDS)

    def expect(self) -> None:
        """A message hands the plan in after it was shared, whatever the receiver answered, and for the right patient."""
        story, plan = self.story, self.story.plan
        if PLAN_SEATS & set(story.blind):
            story.attest()
        missing = ""
        try:
            story.attempt.inbox.expect(_of(plan), ARRIVAL_SECONDS, self._since)
        except Missing as explanation:
            missing = str(explanation)
        self._settled = len(story.attempt.inbox.received)
        if story.read_back is not None:
            if missing:
                self._only_if_claimed(story.read_back.doubt)
            story.attempt.judge(f"Scenariet: {rules.sent_for_the_patient.id}", not_seen([rules.sent_for_the_patient]))
        else:
            strays = hands_in([plan.mark]) & ~stands_under(plan.patient)
            story.check_own_part(rules.sent_for_the_patient, len(story.attempt.inbox.all(strays)))
        story.check_own_part(rules.plan_was_sent, missing)

    def _only_if_claimed(self, doubt: str) -> None:
        """Raise CannotAct for a plan that is not found and whose sending nobody saw: it may be refused, or lost by another.

        That the LPS says it is shared, when it sends to where it is looked for, is the LPS's own.
        """
        if doubt:
            raise CannotAct(doubt)
        if self.story.receiver != DIRECT or self.story.shown(read_off=True).status is not SharingStatus.SHARED:
            raise CannotAct(f"Planen er ikke fundet hos modtageren. Om systemet har sendt den, kan ikke afgøres. {UNSEEN}")

    def _sent(self, plan: PlanStory) -> list[Exchange]:
        return self.story.attempt.inbox.all(_of(plan))

    def had_time_for_the_answer(self) -> bool:
        """Whether so much time has passed since the plan was shared that even a late answer may have come."""
        assert self._shared_at is not None, "the plan was shared"
        return (self.story.time.now() - self._shared_at).total_seconds() >= LATE_SECONDS

    def judge_content(self) -> None:
        """What the doctor entered is in the plan's current edition; raises LpsFinding."""
        story, plan = self.story, self.story.plan
        edition = rules.current_with(story.editions(), plan.mark)
        assert edition is not None, "DELING-02 holds"
        codes = CODED_AS[plan.entered.disease]
        story.check(rules.content_is_there, edition, codes, plan.entered.interventions)
        agreed = plan.entered.interventions[0].rpartition(" ")[2]  # its mark: what has none may stand there from an earlier plan
        story.check(rules.content_stands_once, edition, [plan.mark, agreed])
        self._judge_nothing_else(edition)
        story.check(rules.time_is_now, edition, plan.made, story.time.now())
        diagnosis = plan.entered.diagnosis
        since_made = story.marks[story.marks.index(plan.marks[0]) :]
        written = [mark for mark in since_made if mark not in plan.marks[:-1]]
        story.check_if_any(rules.agreed_now, edition, written, plan.made, diagnosis.since)
        story.check_if_any(rules.diagnosed_on, edition, codes, diagnosis.since, plan.made, story.time.now())

    def _judge_nothing_else(self, edition: SharedEdition) -> None:
        """What stands coded in the plan is what somebody wrote: in this attempt, or in a plan the receiver had before."""
        story, plan = self.story, self.story.plan
        made = story.editions()
        before = [each for each in story.reader.editions(plan.patient) if each not in made]
        known = [
            *plan.goals,
            *plan.entered.interventions,
            *(text for each in before for text in each.text.split("\n")),
            *(story.profiles[profile].pattern(fact).partition("{")[0] for profile, fact in _TOLD if profile in story.profiles),
        ]
        story.check_if_any(rules.goals_are_the_doctors, edition, plan.shown, known)
        story.check_if_any(rules.nobody_wrote, edition, known)

    def judge_edition(self) -> None:
        """The rules over two editions: the plan's newest one, and the last one taken in before it; raises LpsFinding.

        An edition with the same setId goes before a copy that was made a plan of its own: copies have rules of their own.
        """
        attempt, plan = self.story.attempt, self.story.plan
        newest = attempt.inbox.all(hands_in([plan.mark]))
        if not newest:
            return  # an edition that never came is not held either, and that is what is found
        newer = _arrived(newest)
        if len(plan.marks) == 1:
            subject, older = f"Første udgave i {newer.id}", None
        else:
            sent = attempt.inbox.all(hands_in(plan.marks[:-1]))
            taken = [each for each in sent if each.facts.get("taken") and each not in newest]
            if not taken:
                return  # what came before never arrived, so nothing is replaced
            before = next((each for each in reversed(taken) if each.facts.get("set_id") == newer.facts.get("set_id")), taken[-1])
            subject, older = f"Udgaven i {newer.id} mod udgaven i {before.id}", plan_in(before)
        self.story.stop_at(attempt.judge(subject, judge_edition(plan_in(newer), "plan.xml", older), newer))

    def judge_label(self) -> None:
        """Ask for the forløbslabel in the header of the plan's newest edition. One that is there was judged with its message;
        without one the scenario awaits where it should stand.
        """
        attempt = self.story.attempt
        sent = attempt.inbox.all(hands_in([self.story.plan.mark]))
        if not sent:
            raise CannotAct("Planens nyeste udgave er ikke kommet frem, så dens mærke kan ikke læses.")
        newest = _arrived(sent)
        judgements = judge_label(plan_in(newest), "plan.xml", self.story.undecided)
        if all(each.result is Result.NOT_JUDGED for each in judgements):
            attempt.judge(f"Forløbslabel i {newest.id}", judgements, newest)


def _of(plan: PlanStory) -> Matcher:
    """A message of the plan, in whichever edition: an LPS may have several waiting."""
    return hands_in(plan.marks) & stands_under(plan.patient)


def _arrived(sent: Sequence[Exchange]) -> Exchange:
    """Of several messages with one plan the first that was taken in, else the last."""
    return next((each for each in sent if each.facts.get("taken")), sent[-1])
