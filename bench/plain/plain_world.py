"""The same world as a scenario's, put together by hand: no Gherkin, no log, no evidence, no inbox, no guard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import httpx

from harness.conformance import sharing as rules
from harness.conformance.cpd_edition import judge_edition
from harness.conformance.rule import Judgement, Result, Rule, judge
from harness.domain.careplan import Diagnosis, Disease
from harness.domain.clock import VirtualClock
from harness.domain.exchange import Exchange, Request
from harness.domain.identifiers import Cpr
from harness.domain.patient import Patient
from harness.domain.sharing import PlanInLps, SharedEdition
from harness.lps.adapter import AdapterDriver
from harness.lps.driver import NewPlan
from harness.lps.reference.system import HOST as LPS_HOST
from harness.lps.reference.system import HTTP_TIMEOUT, ReferenceLps, Setup
from harness.services.document_sharing import DocumentSharing
from harness.services.door import HOST as SERVICES_HOST
from harness.services.door import MockDoor
from harness.services.plsp import Plsp
from harness.services.service import Availability, Order
from harness.services.world import World, fresh_ids
from harness.steps.judging import judge_message, plan_in
from harness.steps.reader import DdsReader, PlspReader, Reader

ELMER = Patient("Elmer", Cpr("2509479989"), ("Elmer", "Test"), "Hansen", date(1947, 9, 25), female=False)
NANCY = Patient("Nancy", Cpr("2512489996"), ("Nancy", "Ann", "Test"), "Berggren", date(1948, 12, 25), female=True)
COPD = Diagnosis("R95", "Kronisk obstruktiv lungesygdom", date(2026, 3, 2))
BACK_PAIN = Diagnosis("L84", "Rygsyndrom uden smerteudstråling", date(2026, 3, 2))
DIAGNOSES = {Disease.KOL: COPD, Disease.LRS: BACK_PAIN}
LEVEL, FOLLOW_UP = "Niveau {niveau}", "Næste opfølgning: {dato}"


@dataclass(slots=True)
class Kept:
    """Keeps exchanges in a list."""

    exchanges: list[Exchange] = field(default_factory=list)

    def admit(self, _sender: str, _request: Request) -> bool:
        """Everything may be taken in."""
        return True

    def keep(self, exchange: Exchange) -> None:
        """One more."""
        self.exchanges.append(exchange)

    def observe(self, _text: str) -> None:
        """Nothing is made of it."""


@dataclass(slots=True)
class Plan:
    """A plan of the test: whose, its key in the LPS, and its goals with their marks, oldest first."""

    patient: Patient
    key: str
    goals: list[str]
    marks: list[str]


class PlainWorld:
    """Services, reference LPS and driver for one test function, and the assertions it makes."""

    def __init__(self, rute: str) -> None:
        self.clock = VirtualClock()
        self.kept = Kept()
        ids = fresh_ids("plain")
        self.world = World((DocumentSharing(), Plsp()), self.clock, self.kept, ids)
        door = MockDoor(self.world, self.clock, "lps", "reference")
        client = httpx.Client(transport=httpx.MockTransport(door), timeout=HTTP_TIMEOUT)
        setup = Setup("Referencesystemet", "0.1", rute, "2.0", f"http://{SERVICES_HOST}/reference", LEVEL, FOLLOW_UP)
        lps = ReferenceLps(setup, client, self.clock, fresh_ids("plain lps"))
        transport = httpx.MockTransport(lps)
        self.driver = AdapterDriver(httpx.Client(transport=transport, base_url=f"http://{LPS_HOST}"), ids)
        reader = PlspReader if rute == "plsp" else DdsReader
        self.reader: Reader = reader(lambda request: self.world.receive("harness", request))
        self.receiver = "plsp" if rute == "plsp" else "dokumentdeling"
        self.plans: list[Plan] = []
        self.judgements = 0
        self._judged: set[str] = set()
        self._since = 0

    def make_plan(
        self, disease: Disease, patient: Patient, goal: str, level: int | None = None, follow_up: date | None = None
    ) -> Plan:
        """A plan with a goal and a mark, in the LPS."""
        mark = self._mark()
        interventions = ("Samtale med klinikkens sygeplejerske",)
        wish = NewPlan(patient, disease, DIAGNOSES[disease], (f"{goal} {mark}",), interventions, level, follow_up)
        plan = Plan(patient, self.driver.create_plan(wish).key, [f"{goal} {mark}"], [mark])
        self.plans.append(plan)
        return plan

    def change_goal(self, plan: Plan, goal: str) -> None:
        """A new edition with another goal."""
        mark = self._mark()
        plan.goals.append(f"{goal} {mark}")
        plan.marks.append(mark)
        self.driver.change_goal(plan.key, plan.goals[-1])

    def _mark(self) -> str:
        return f"QXZ{sum(len(plan.marks) for plan in self.plans):03}"

    def share(self, plan: Plan) -> None:
        """The doctor shares the plan."""
        self._since = len(self.kept.exchanges)
        self.driver.share(plan.key)

    def set_receiver(self, availability: Availability) -> None:
        """The receiver of plans behaves so."""
        self.world.order(self.receiver, Order("tilgængelighed", {"værdi": str(availability)}))

    def send_again(self, plan: Plan) -> None:
        """The LPS sends again by itself, or is asked to."""
        self._since = len(self.kept.exchanges)
        if not self.clock.until(lambda: self._came(plan), 900.0):
            self.driver.resend(plan.key)
        self.assert_sent(plan, rules.plan_was_sent_again)

    def _came(self, plan: Plan) -> bool:
        cpr = str(plan.patient.cpr)
        return any(
            exchange.sender == "lps"
            and exchange.facts.get("patient") == cpr
            and exchange.facts.get("document") == "CPD-DK"
            and any(mark in exchange.facts.get("text", "") for mark in plan.marks)
            for exchange in self.kept.exchanges[self._since :]
        )

    def assert_sent(self, plan: Plan, rule: Rule = rules.plan_was_sent) -> None:
        """The plan came, for the right patient."""
        came = self.clock.until(lambda: self._came(plan), 60.0)
        strays = [each for each in self._with(plan.marks[-1]) if each.facts.get("patient") != str(plan.patient.cpr)]
        self.check(rules.sent_for_the_patient, len(strays))
        self.check(rule, "" if came else "intet")

    def _with(self, mark: str) -> list[Exchange]:
        return [each for each in self.kept.exchanges if each.sender == "lps" and mark in each.facts.get("text", "")]

    def assert_shared(self, plan: Plan) -> None:
        """The plan came, keeps every rule, and is held by the receiver."""
        self.assert_sent(plan)
        self.assert_messages()
        of_mark = [self._with(mark) for mark in plan.marks[-2:]]
        if len(of_mark) == 2 and all(of_mark):
            self.assert_holds(judge_edition(plan_in(of_mark[1][0]), "plan.xml", plan_in(of_mark[0][-1])))
        self.check(rules.plan_is_held, self.editions(plan.patient), plan.marks[-1])

    def assert_messages(self) -> None:
        """Every message of the LPS keeps the message rules; each is judged once."""
        known: dict[str, str] = {}
        for exchange in self.kept.exchanges:
            if exchange.sender == "lps" and exchange.id not in self._judged:
                for _subject, judgements in judge_message(exchange, known, frozenset()):
                    self.assert_holds(judgements)
                    self._judged.add(exchange.id)
            if exchange.facts.get("entry"):
                known[exchange.facts["unique_id"]] = exchange.facts["entry"]

    def editions(self, patient: Patient) -> tuple[SharedEdition, ...]:
        """What the receiver holds under the patient."""
        self.clock.run_due()
        return self.reader.editions(patient)

    def shown(self, plan: Plan) -> PlanInLps:
        """The plan as the LPS shows it."""
        return self.driver.plan(plan.key)

    def check(self, rule: Rule, *subject: object) -> None:
        """The rule holds."""
        self.assert_holds(judge([rule], *subject))

    def assert_holds(self, judgements: list[Judgement]) -> None:
        """No rule is broken."""
        self.judgements += len(judgements)
        broken = [str(finding) for each in judgements if each.result is Result.BROKEN for finding in each.findings]
        assert not broken, "\n".join(broken)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many exchanges there were, and how many times a rule was asked."""
        return {"exchanges": len(self.kept.exchanges), "judgements": self.judgements}
