"""What one attempt at one scenario knows: its people, its plans, and the ways to act, wait, read and judge."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, Protocol

from harness.conformance import sharing as rules
from harness.conformance.cpd_edition import judge_edition
from harness.conformance.rule import Rule, judge
from harness.domain.careplan import Diagnosis, Disease
from harness.domain.errors import LpsFinding
from harness.domain.exchange import Exchange
from harness.domain.finding import Finding
from harness.domain.patient import Patient
from harness.domain.profile import Profile
from harness.domain.sharing import PlanInLps, SharedEdition
from harness.lps.driver import CannotAct, Driver, NewPlan
from harness.record.attempt import Attempt
from harness.record.inbox import Missing
from harness.record.matchers import Matcher, carries, document, patient, sender
from harness.services.service import Availability, Order
from harness.steps.judging import judge_message, plan_in
from harness.steps.reader import Reader

ARRIVAL_SECONDS = 60.0
"""How long a shared plan may be on its way before it counts as not sent."""

OWN_RETRY_SECONDS = 900.0
"""How long the LPS may take to try again by itself, before its user asks it to."""


_CONSONANTS = "BCDFGHJKLMNPQRSTVWXZ"


def mark_of(seed: str, number: int = 0) -> str:
    """Six letters without vowels: no word, no number, no name. The same seed and number give the same mark."""
    return "".join(random.Random(f"{seed} {number}").choices(_CONSONANTS, k=6))


class Services(Protocol):
    """What a scenario can do to the national services."""

    def order(self, service: str, order: Order) -> dict[str, Any]:
        """Tell a service to be or do something."""
        ...


class Time(Protocol):
    """What a scenario can do to time."""

    def run_due(self) -> None:
        """Let what is due by now happen."""
        ...

    def until(self, done: Callable[[], bool], seconds: float) -> bool:
        """Let things happen until `done()`, at most `seconds`."""
        ...


@dataclass(slots=True)
class PlanStory:
    """One plan of the scenario: whose, its key in the LPS, and the goals it has had with their marks, oldest first."""

    patient: Patient
    key: str
    goals: list[str]
    marks: list[str]

    @property
    def goal(self) -> str:
        """The goal the doctor wrote last."""
        return self.goals[-1]

    @property
    def mark(self) -> str:
        """The mark of the goal the doctor wrote last."""
        return self.marks[-1]


@dataclass(slots=True)
class Story:
    """One attempt. `receiver` is the name of the service that takes plans by this system's rute; `mark` is the attempt's own."""

    patients: Mapping[str, Patient]
    profiles: Mapping[str, Profile]
    driver: Driver
    services: Services
    time: Time
    reader: Reader
    attempt: Attempt
    receiver: str
    mark: str
    plans: dict[str, PlanStory] = field(default_factory=dict)
    _current: PlanStory | None = None
    _since: int = 0

    # People and what they enter

    def patient(self, alias: str) -> Patient:
        """The test person features call `alias`. Raises CannotAct when there is none."""
        if alias not in self.patients:
            raise CannotAct(f"Der er ingen testpatient med navnet {alias}.")
        return self.patients[alias]

    def next_mark(self) -> str:
        """A mark no text of this attempt has had: what comes back with it was made here, and from that text."""
        return mark_of(self.mark, sum(len(plan.marks) for plan in self.plans.values()))

    def make_plan(
        self, disease: Disease, alias: str, goal: str, level: int | None = None, follow_up: date | None = None
    ) -> PlanStory:
        """The doctor makes a plan with `goal` and a mark; it becomes the plan the next steps speak of."""
        mark = self.next_mark()
        wish = NewPlan(
            patient=self.patient(alias),
            disease=disease,
            diagnosis=_DIAGNOSES[disease],
            goals=(f"{goal} {mark}",),
            interventions=("Samtale med klinikkens sygeplejerske",),
            level=level,
            follow_up=follow_up,
        )
        made = self.driver.create_plan(wish)
        self._current = self.plans[alias] = PlanStory(wish.patient, made.key, [*wish.goals], [mark])
        return self._current

    @property
    def plan(self) -> PlanStory:
        """The plan made last. Raises CannotAct before there is one."""
        if self._current is None:
            raise CannotAct("Scenariet har ikke lavet en plan endnu.")
        return self._current

    def change_goal(self, goal: str) -> None:
        """The doctor changes the plan's goal; not shared yet."""
        mark = self.next_mark()
        self.driver.change_goal(self.plan.key, f"{goal} {mark}")
        self.plan.goals.append(f"{goal} {mark}")
        self.plan.marks.append(mark)

    def share(self) -> None:
        """The doctor shares the plan. Waits from here on count messages from here on."""
        self._since = len(self.attempt.inbox.received)
        self.driver.share(self.plan.key)

    # The receiver

    def set_receiver(self, availability: Availability) -> None:
        """The receiver of plans behaves so towards the LPS from now on."""
        self.services.order(self.receiver, Order("tilgængelighed", {"værdi": str(availability)}))

    def send_again(self) -> None:
        """The LPS sends what waits: by itself, if it does so in time, else because its user asks."""
        self._since = len(self.attempt.inbox.received)
        if not self.time.until(lambda: bool(self._sent()), OWN_RETRY_SECONDS):
            self.driver.resend(self.plan.key)
        self.expect_plan(rules.plan_was_sent_again)

    def _sent(self) -> list[Exchange]:
        return [exchange for exchange in self.attempt.inbox.received[self._since :] if self._any_edition().matches(exchange)]

    def _any_edition(self) -> Matcher:
        """A message of this plan, in whichever edition: an LPS may have several waiting."""
        marks = [carries(mark) for mark in self.plan.marks]
        return sender("lps") & patient(self.plan.patient.cpr, self.plan.patient.alias) & document("CPD-DK") & reduce(or_, marks)

    def expect_plan(self, rule: Rule) -> None:
        """A message of the plan comes, and comes for the right patient, or `rule` is broken."""
        missing = ""
        try:
            self.attempt.inbox.expect(self._any_edition(), ARRIVAL_SECONDS, self._since)
        except Missing as explanation:
            missing = str(explanation)
        strays = ~patient(self.plan.patient.cpr, self.plan.patient.alias) & sender("lps") & carries(self.plan.mark)
        self.check(rules.sent_for_the_patient, len(self.attempt.inbox.all(strays)))
        self.check(rule, missing)

    def editions(self, person: Patient | None = None) -> tuple[SharedEdition, ...]:
        """What the receiver holds under the patient that this attempt made."""
        self.time.run_due()
        held = self.reader.editions(person or self.plan.patient)
        marks = [mark for plan in self.plans.values() for mark in plan.marks]
        return tuple(edition for edition in held if any(mark in edition.text for mark in marks))

    def shown(self) -> PlanInLps:
        """The plan as the LPS shows it."""
        return self.driver.plan(self.plan.key)

    # Judging

    def check(self, rule: Rule, *subject: object) -> None:
        """Run one rule of the scenario; raises LpsFinding when it breaks with a grade worse than F4."""
        self._stop_at(self.attempt.judge(f"Scenariet: {rule.id}", judge([rule], *subject, undecided=self.undecided)))

    def judge_messages(self) -> None:
        """Run the message rules over everything the LPS sent and nobody judged yet; raises LpsFinding."""
        findings: list[Finding] = []
        known: dict[str, str] = {}
        for exchange in self.attempt.inbox.received:
            if exchange.sender == "lps" and exchange.id not in self.attempt.judged:
                for subject, judgements in judge_message(exchange, known, self.profiles["cpd-2.0"].rules_confirmed):
                    findings += self.attempt.judge(subject, judgements, exchange)
            if exchange.facts.get("entry"):
                known[exchange.facts["unique_id"]] = exchange.facts["entry"]
        self._stop_at(findings)

    def judge_edition(self) -> None:
        """The rules over two editions, on the plan's newest document and the edition before it; raises LpsFinding."""
        of_mark = [self.attempt.inbox.all(sender("lps") & carries(mark)) for mark in self.plan.marks[-2:]]
        if len(of_mark) == 2 and all(of_mark):
            older, newer = of_mark[0][-1], of_mark[1][0]
            judgements = judge_edition(plan_in(newer), "plan.xml", plan_in(older))
            self._stop_at(self.attempt.judge(f"Udgaven i {newer.id} mod udgaven i {older.id}", judgements, newer))

    def fact_text(self, fact: str, **values: object) -> str:
        """How the profile says something stands in a plan: the fact's pattern with `values` put in."""
        value = self.profiles["deling"].facts[fact].value
        assert isinstance(value, dict), f"the fact {fact} has no pattern"
        return value["mønster"].format(**values)

    @property
    def undecided(self) -> frozenset[str]:
        """The profile facts that are not decided."""
        return frozenset().union(*(profile.undecided for profile in self.profiles.values()))

    def _stop_at(self, findings: list[Finding]) -> None:
        severe = [finding for finding in findings if finding.grade and not finding.grade.approved]
        if severe:
            raise LpsFinding("\n".join(str(finding) for finding in severe))


_DIAGNOSES = {
    # ICPC-2-DK displays: KvalitetsIT/cda-validator@ceb5c65, art-decor vocabulary 1.2.208.184.11.4. L84 is only an example of
    # a back diagnosis: which codes give access to the pakkeforløb is not decided.
    Disease.KOL: Diagnosis("R95", "Kronisk obstruktiv lungesygdom", date(2026, 3, 2)),
    Disease.LRS: Diagnosis("L84", "Rygsyndrom uden smerteudstråling", date(2026, 3, 2)),
}
