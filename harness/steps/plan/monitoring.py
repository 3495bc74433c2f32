"""The Danish steps about what the programme counts. A step's docstring is what the step catalogue says of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from pytest_bdd import parsers, then

from harness.conformance.behaviour import monitoring as rules
from harness.conformance.rule import Rule
from harness.domain.careplan import Disease
from harness.domain.clock import copenhagen
from harness.domain.indicators import (
    OF_COURSES,
    Activity,
    Course,
    Delivered,
    Outcome,
    PlanCount,
    Share,
    attendance,
    plan_count,
    within,
)
from harness.domain.organisations import CLINIC
from harness.lps.driver import CannotAct, Shown, View
from harness.standards.cda.header import moment_of
from harness.standards.cda.read import CpdFacts
from harness.steps.diseases import CODED_AS, disease_called
from harness.steps.messages.judging import delivered
from harness.steps.messages.waiting import hands_in
from harness.steps.other_patient import OtherPatients
from harness.steps.plan.follow_up import FollowUps
from harness.steps.story import ARRIVAL_SECONDS, Story


class Deliveries:
    """The plans of this attempt that the LPS delivered and the receiver took, oldest first: what the programme counts."""

    def __init__(self, story: Story) -> None:
        self._story = story

    def plans(self) -> list[CpdFacts]:
        """Every message's plan, once the newest has arrived or should have, and a copy would have too."""
        newest, own = hands_in([self._story.plan.mark]), hands_in(self._story.marks)
        received = self._story.attempt.inbox.received
        self._story.time.until(lambda: any(newest.matches(each) for each in received), ARRIVAL_SECONDS)
        self._story.be_quiet()
        taken = [each for each in received if own.matches(each) and each.facts.get("taken")]
        return [plan for each in taken if (plan := delivered(each))]

    def counted(self) -> list[Delivered]:
        """As they are counted. A plan whose diagnosis belongs to none of the diseases is of no type, and counts for none.

        A first edition need not say its setId (CDA R2): the edition that replaces it is of the same course all the same.
        """
        plans = self.plans()
        unnamed = {plan.document_id for plan in plans if not plan.set_id}
        first = {plan.set_id: plan.replaces for plan in plans if plan.replaces in unnamed}
        return [
            Delivered(
                patient=plan.patient_cpr,
                disease=disease,
                set_id=first.get(plan.set_id) or plan.set_id or plan.document_id,
                document_id=plan.document_id,
                clinic=plan.custodian,
                on=made_on(plan) or date.min,
            )
            for plan in plans
            if (disease := disease_of(plan))
        ]


def made_on(plan: CpdFacts) -> date | None:
    """The day in Denmark that the plan says it was made on."""
    moment = moment_of(plan.effective_time)
    return copenhagen(moment).date() if moment else None


def disease_of(plan: CpdFacts) -> Disease | None:
    """The disease whose codes the plan's diagnosis is among; None where it is none of them."""
    codes = [code for code, _ in plan.diagnoses]
    return next((disease for disease, starts in CODED_AS.items() if any(code.startswith(starts) for code in codes)), None)


@then(
    parsers.re(
        r"(?:tæller klinikken|klinikken tæller) (?P<new>\d+) nye? og (?P<maintained>\d+) vedligeholdte? plan(?:er)? "
        r'for (?P<disease>.+) til "(?P<alias>.+)" i (?P<plans>\d+) forløb'
    )
)
def plans_are_counted(story: Story, new: str, maintained: str, disease: str, alias: str, plans: str) -> None:
    """Det, systemet har afleveret i dette forsøg, giver netop de tal. Samme dokument afleveret igen tæller én gang."""
    kind, cpr = disease_called(disease), str(story.patient(alias).cpr)
    own = [each for each in story.part(Deliveries).counted() if each.disease is kind and each.patient == cpr]
    story.check(rules.plans_are_counted, plan_count(own), PlanCount(int(new), int(maintained), int(plans)))


@then(parsers.re(r"(?:tæller planen|planen tæller) (?P<how>for klinikken selv|som lavet inden for fristen)"))
def plan_counts(story: Story, how: str) -> None:
    """Den klinik, der har ansvaret for den delte plan, er testklinikken, som systemet er sat op til. Eller: den dag, den delte
    plan siger, at den er lavet, er senest fristens sidste dag.
    """
    if how == "for klinikken selv":
        clinics = {each.clinic for each in story.part(Deliveries).counted()}
        story.check(rules.counts_for_the_clinic, clinics, CLINIC.sor)
        return
    follow_ups = story.part(FollowUps)
    if follow_ups.begun is None:
        raise CannotAct("Scenariet har ikke sagt, hvornår patientens frist udløber.")
    made = min((day for plan in story.part(Deliveries).plans() if (day := made_on(plan))), default=None)
    last = follow_ups.begun + timedelta(days=follow_ups.deadline)
    story.check(rules.counts_as_in_time, within(made, follow_ups.begun, follow_ups.deadline), made, last)


@then(parsers.re(r"tæller forløbet som et (?P<which>med|uden) planlagt opfølgning"))
def follow_up_is_counted(story: Story, which: str) -> None:
    """Den nyeste delte plan siger en kommende dag for opfølgning (med), eller den siger ingen (uden)."""
    plans, today = story.part(Deliveries).plans(), story.today
    by_plan = [Course(planned=today, next_follow_up=_follow_up_in(story, plans[-1]))] if plans else []
    counted = OF_COURSES["planlagt-opfølgning"].share(by_plan, today)
    story.check(rules.follow_up_is_counted, counted, Share(int(which == "med"), 1))


def _follow_up_in(story: Story, plan: CpdFacts) -> date | None:
    """The day the plan says, by the pattern of the profile; the last, where it says several. None for what is no day."""
    pattern = re.escape(story.fact_text("opfølgning-kodning", dato="\0")).replace(re.escape("\0"), r"(\d\d-\d\d-\d{4})")
    found = re.findall(pattern, "\n".join(plan.interventions))
    try:
        return datetime.strptime(found[-1], "%d-%m-%Y").date() if found else None  # noqa: DTZ007  # a day, whatever the clock
    except ValueError:
        return None


_COMES: Final = "fremmøde"
_COUNTED: Final[Mapping[str, tuple[Rule, str, Share]]] = {
    "som mødt til én af to aftaler": (rules.attendance_is_counted, _COMES, Share(1, 2)),
    "som en, der følger sin plan": (rules.compliance_is_counted, "compliance", Share(1, 1)),
    "som udeblevet og fulgt op": (rules.proactive_follow_up_is_counted, "proaktiv-opfølgning", Share(1, 1)),
    "som udeblevet og ikke fulgt op": (rules.proactive_follow_up_is_counted, "proaktiv-opfølgning", Share(0, 1)),
    "ikke med i den proaktive opfølgning": (rules.proactive_follow_up_is_counted, "proaktiv-opfølgning", Share(0, 0)),
}
"""The rule, what is counted of the patient's course, and what the count must be."""


@then(parsers.re(rf'tæller "(?P<alias>[^"]+)" (?P<how>{"|".join(_COUNTED)})'))
def patient_counts(story: Story, alias: str, how: str) -> None:
    """Det, der er registreret om patientens niveau, fremmøde og klinikkens egen opfølgning, giver netop det tal. På niveau 2 og 3
    følger den patient sin plan, der har gennemført alt, og den, der udeblev, er fulgt op, når klinikken har skrevet det bagefter.
    """
    rule, name, right = _COUNTED[how]
    course, today = _registered(story, alias), story.today
    story.check(rule, attendance([course]) if name == _COMES else OF_COURSES[name].share([course], today), right)


def _registered(story: Story, alias: str) -> Course:
    """The course as the system shows it, without what stood there when the clinic looked before the scenario's own acts."""
    shown = story.driver.show(View("registreringer-til-monitorering", {"cpr": str(story.patient(alias).cpr)}))
    before = Shown(story.part(OtherPatients).seen("registreringerne", alias) or {"aktiviteter": [], "opfoelgninger": []})
    rows = _activities(shown) - _activities(before)
    return Course(
        level=shown.number("niveau") if "niveau" in shown.content else None,
        activities=tuple(Activity(day, outcome) for day, outcome in rows.elements() if day),
        follow_ups=tuple((Counter(shown.days("opfoelgninger")) - Counter(before.days("opfoelgninger"))).elements()),
    )


def _activities(shown: Shown) -> Counter[tuple[date | None, Outcome]]:
    return Counter((row.day("dato"), row.choice("udfald", Outcome)) for row in shown.rows("aktiviteter"))
