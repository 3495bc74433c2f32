"""What one attempt knows of its plans in Digitale Forløbsplaner: what was entered, and what FLP was sent."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from harness.conformance.behaviour import forloebsplan as rules
from harness.conformance.behaviour.seen import one_line
from harness.conformance.rule import Rule
from harness.domain.careplan import Disease
from harness.domain.exchange import Exchange, Request, Response
from harness.domain.forloebsplan import MEASURES, Measurement, Part
from harness.domain.organisations import CLINIC
from harness.lps.driver import Act, CannotAct, NotThere, Shown, View
from harness.record.inbox import Missing
from harness.record.matchers import Matcher, document, fact, patient, sender
from harness.services.service import LATE_SECONDS, Availability, Order
from harness.steps.diseases import DISEASES
from harness.steps.story import ARRIVAL_SECONDS, OWN_RETRY_SECONDS, QUIET_SECONDS, TOO_LATE, Story

SERVICE: Final = "flp"
REFERRALS: Final = "henvisninger-i-forloebsplanen"
_TAKEN: Final = fact("taken", "ja", "taget imod")
NAMES: Final = {disease: name for name, disease in DISEASES.items()}
_CODES: Final = {each.code: name for name, each in MEASURES.items()}


def of_kind(transaction: str) -> Matcher:
    """A message of the LPS to FLP of that kind, e.g. `FLP-plan`."""
    return sender("lps") & fact("transaction", transaction, "beskeden")


_PAGE: Final = of_kind("FLP-side") & _TAKEN
_BY_CLINIC: Final = ("/flp/tilmeldinger", "/flp/planer", "/flp/sessioner")
"""Where a message names the clinic it is from."""


@dataclass(slots=True)
class Plan:
    """A plan as it was begun: its key in the LPS (empty where the LPS made none), whose, for what, and what was written."""

    key: str
    alias: str
    disease: Disease
    since: int
    begun: int
    written: list[tuple[Part, str]] = field(default_factory=list)
    saved: datetime | None = None


@dataclass(slots=True)
class Forloebsplaner:
    """The plans of one attempt, oldest first; measurements by patient and name; what the forms are."""

    story: Story
    plans: list[Plan] = field(default_factory=list)
    measured: dict[tuple[str, str], Measurement] = field(default_factory=dict)
    asked: dict[Disease, tuple[str, ...]] = field(default_factory=dict)
    edition: int = 0
    advice: str = ""
    opened_since: int = 0
    opened: Shown | None = None

    @property
    def last(self) -> Plan:
        """The plan the next steps speak of. Raises CannotAct before there is one."""
        if not self.plans:
            raise CannotAct("Scenariet har ikke begyndt en forløbsplan endnu.")
        return self.plans[-1]

    def check(self, rule: Rule, *subject: object) -> None:
        """One rule of the scenario."""
        self.story.check(rule, *subject)

    # The clinic, the service, and the record

    def enrol(self, disease: str, enrolled: bool) -> None:
        """The clinic enrols in one type of plan, or leaves it."""
        self._do("tilmeld-forloebsplaner", sygdom=DISEASES[disease].name, tilmeldt=enrolled)

    def enrolled(self) -> dict[str, bool]:
        """Of each type FLP has been told of in this attempt, whether it was enrolled last or left."""
        told = self.story.attempt.inbox.all(of_kind("FLP-tilmelding") & _TAKEN)
        return {NAMES[Disease[each.facts["document"]]]: each.facts["enrolled"] == "ja" for each in told}

    def chosen(self) -> list[str]:
        """Those it was enrolled in last."""
        return [each for each, taken in self.enrolled().items() if taken]

    def shown_as_enrolled(self) -> list[str]:
        """The types the system says the clinic is enrolled in. One that is no type of the contract's raises CannotAct."""
        kinds = self._view("tilmeldte-forloebsplaner").texts("sygdomme")
        odd = [kind for kind in kinds if kind not in Disease.__members__]
        if odd:
            raise CannotAct(f"Systemets testgrænseflade følger ikke kontrakten: sygdomme har {odd[0]!r}.")
        return [NAMES[Disease[kind]] for kind in kinds]

    def publish(self, disease: Disease, names: tuple[str, ...]) -> None:
        """FLP publishes the next edition of the form, which asks for these measurements, and of its recommendations."""
        unknown = [name for name in names if name not in MEASURES]
        if unknown:
            raise CannotAct(f"Der er ingen måling, som hedder {unknown[0]}. Kan være: {', '.join(MEASURES)}.")
        self.asked[disease], self.advice = names, self.story.marked("Anbefaling")
        codes = [MEASURES[name].code for name in names]
        order = Order("formular", {"plantype": disease.name, "data": codes, "anbefaling": self.advice})
        self.edition = self.story.services.order(SERVICE, order)["udgave"]

    def set_service(self, availability: Availability) -> None:
        """FLP behaves so towards the LPS from now on."""
        self.story.services.order(SERVICE, Order("tilgængelighed", {"værdi": str(availability)}))

    def check_first(self) -> None:
        """Raises CannotAct where FLP has an earlier plan of the last one's type for the patient, from before this attempt."""
        body = json.dumps({"cpr": self._cpr(self.last.alias)}).encode()
        answer = self.story.ask(Request("POST", f"/{SERVICE}/patient", (("content-type", "application/json"),), body))
        assert isinstance(answer, Response), "our own service is asked while it answers"
        own = {each.facts.get("document_id") for each in self.story.attempt.inbox.all(of_kind("FLP-plan"))}
        held = [each for each in json.loads(answer.body)["planer"] if each["plantype"] == self.last.disease.name]
        if any(each["plan"] not in own for each in held):
            raise CannotAct(
                f"{self.last.alias} har før fået en forløbsplan for {NAMES[self.last.disease]}. "
                "At en plan er ny, kan kun prøves på en patient, der ikke har haft en."
            )

    def had_elsewhere(self, alias: str, disease: Disease) -> None:
        """Another clinic has made the patient such a plan."""
        wish = {"cpr": self._cpr(alias), "plantype": disease.name}
        self.story.services.order(SERVICE, Order("anden-klinik", wish))

    def measure(self, alias: str, name: str, value: str, days_ago: int) -> None:
        """The patient's measurement is entered in the record. `value` is written with a comma."""
        measure, day = MEASURES[name], self.day(days_ago)
        each = Measurement(Decimal(value.replace(",", ".")), measure.unit, day)
        entered = {"kode": measure.code, "vaerdi": str(each.value), "enhed": each.unit, "maalt": day.isoformat()}
        self._do("registrer-maaling", cpr=self._cpr(alias), **entered)
        before = self.measured.get((alias, name))
        if before is None or before.day <= day:
            self.measured[alias, name] = each

    def day(self, days_ago: int) -> date:
        """That many days before today in Denmark."""
        return self.story.today - timedelta(days=days_ago)

    # A plan

    def begin(self, disease: Disease, alias: str) -> None:
        """The doctor begins a plan."""
        since = len(self.story.attempt.inbox.received)
        shown = self._do("begynd-forloebsplan", cpr=self._cpr(alias), sygdom=disease.name)
        refused = self.enrolled().get(NAMES[disease]) is False and not shown.flag("oprettet")
        key = "" if refused else shown.text("forloebsplan", "")
        self.plans.append(Plan(key, alias, disease, since, since))  # no key: none was made

    def write(self, part: Part, text: str) -> None:
        """The doctor writes in one part of the plan, with a mark."""
        marked = self.story.marked(text, self.story.patient(self.last.alias))
        self.last.written.append((part, marked))
        self._do("skriv-i-forloebsplan", forloebsplan=self.last.key, **{"del": part, "tekst": marked})

    def save(self) -> None:
        """The doctor saves the plan, and the system sends it."""
        self.last.since, self.last.saved = len(self.story.attempt.inbox.received), self.story.time.now()
        self._do("gem-forloebsplan", forloebsplan=self.last.key)

    def make(self, disease: Disease, alias: str) -> None:
        """The doctor makes a whole plan, where the system lets the doctor begin one."""
        self.begin(disease, alias)
        if self.last.key:
            self.write(Part.SELF_CARE, "Rask gang hver dag")
            self.save()

    def send_again(self) -> None:
        """The LPS sends the plan again: by itself, if it does so in time, else because its user asks."""
        before = len(self._sent())
        if not self.story.time.until(lambda: len(self._sent()) > before, OWN_RETRY_SECONDS):
            self._do("gensend-forloebsplan", forloebsplan=self.last.key)
            self.story.time.until(lambda: len(self._sent()) > before, ARRIVAL_SECONDS)

    # What FLP was sent

    def expect_plan(self) -> None:
        """The plan reaches FLP after it was saved, for the right patient."""
        inbox, missing = self.story.attempt.inbox, ""
        try:
            inbox.expect(self._of_the_plan(), ARRIVAL_SECONDS, self.last.since)
        except Missing as explanation:
            missing = str(explanation)
        marks = [text for _, text in self.last.written]
        others = of_kind("FLP-plan") & ~self._patient()
        strays = [each for each in inbox.received[self.last.since :] if others.matches(each) and _has_any(each, marks)]
        self.story.check(rules.plan_of_the_patient, len(strays))
        self.story.check(rules.plan_arrives, missing)
        self.check_clinic()

    def check_clinic(self) -> None:
        """Enrolments, plans and requests for a page are the clinic's own."""
        sent = [each for each in self.story.attempt.inbox.received if each.sender == "lps" and each.request.path in _BY_CLINIC]
        told = [json.loads(each.request.body).get("klinik", "") for each in sent if each.response and each.response.status < 400]
        self.story.check(rules.told_by_the_clinic, told, CLINIC.sor)

    def attempts(self) -> int:
        """How many messages with a plan of the last one's patient and type left the system, whatever came of them."""
        self.story.be_quiet()
        return len(self._after(of_kind("FLP-plan") & self._patient() & document(self.last.disease.name)))

    def numbers(self) -> list[str]:
        """The plan's number in each message that FLP took in; time enough for a copy goes by first."""
        self.story.time.until(lambda: False, QUIET_SECONDS)
        return [each.facts["document_id"] for each in self._sent()]

    @property
    def newest(self) -> dict[str, Any]:
        """The plan as FLP was sent it last. Raises CannotAct before it was."""
        return _told(self._sent()[-1:])

    @property
    def first(self) -> dict[str, Any]:
        """The plan as FLP was sent it first: a system may send it at each text. Raises CannotAct before it was."""
        return _told(self._after(self._of_the_plan(), self.last.begun)[:1])

    def delivered(self) -> dict[str, Measurement]:
        """The measurements in it, by the names features use."""
        return {
            _CODES.get(row["kode"], row["kode"]): Measurement(
                Decimal(row["vaerdi"]), row["enhed"], date.fromisoformat(row["maalt"])
            )
            for row in self.newest["data"]
        }

    def registered(self) -> dict[str, Measurement]:
        """What the form asks for and the patient has."""
        plan = self.last
        return {name: self.measured[plan.alias, name] for name in self.asked[plan.disease] if (plan.alias, name) in self.measured}

    def lacking(self) -> list[str]:
        """What the form asks for and the patient does not have."""
        return [name for name in self.asked[self.last.disease] if name not in self.registered()]

    def _of_the_plan(self) -> Matcher:
        return of_kind("FLP-plan") & self._patient() & document(self.last.disease.name) & _TAKEN

    def _sent(self) -> list[Exchange]:
        return self._after(self._of_the_plan())

    def _after(self, wanted: Matcher, since: int | None = None) -> list[Exchange]:
        """What matches since the plan was saved last, or since the message with that number."""
        begin = self.last.since if since is None else since
        return [each for each in self.story.attempt.inbox.received[begin:] if wanted.matches(each)]

    def _patient(self) -> Matcher:
        return patient(self.story.patient(self.last.alias).cpr, self.last.alias)

    # The page

    def open(self) -> None:
        """The doctor opens the plan's page from the system."""
        if self.opened is not None:  # the page before may still be on its way, and must not be taken for this one
            self.story.time.until(lambda: bool(self._pages()), ARRIVAL_SECONDS)
        self.opened_since = len(self.story.attempt.inbox.received)
        self.opened = self._do("aabn-forloebsplan", forloebsplan=self.last.key)

    def choose(self, disease: Disease, alias: str) -> None:
        """The next steps speak of the patient's plan of this type. Raises CannotAct where the scenario made none."""
        found = [plan for plan in self.plans if (plan.disease, plan.alias) == (disease, alias)]
        if not found:
            raise CannotAct(f"Scenariet har ikke lavet en forløbsplan for {NAMES[disease]} til {alias}.")
        self.plans.remove(found[-1])
        self.plans.append(found[-1])

    def check_page(self) -> None:
        """A page was opened, and only the patient's own of the right type."""
        missing = ""
        try:
            self.story.attempt.inbox.expect(_PAGE, ARRIVAL_SECONDS, self.opened_since)
        except Missing as explanation:
            missing = str(explanation)
        self.story.check(rules.page_opens, missing)
        pages = self._pages()
        strangers = [each for each in pages if not self._patient().matches(each)]
        types = [NAMES[Disease[each.facts["document"]]] for each in pages]
        self.story.check(rules.right_page, len(strangers), types, NAMES[self.last.disease])
        self.check_clinic()

    def _pages(self) -> list[Exchange]:
        """The pages that were opened since the system was last asked to."""
        return [each for each in self.story.attempt.inbox.received[self.opened_since :] if _PAGE.matches(each)]

    # What the system shows

    def shown(self) -> tuple[Shown, ...]:
        """The plans of the last one's patient."""
        return self._view("forloebsplaner", cpr=self._cpr(self.last.alias)).rows("planer")

    def shown_parts(self) -> list[tuple[str, str]]:
        """The texts the system shows of the last plan, each with its part; none where it shows no such plan."""
        parts = [part for row in self.shown() if row.text("forloebsplan") == self.last.key for part in row.rows("dele")]
        return [(part.text("del"), part.text("tekst")) for part in parts]

    def shown_plan(self) -> Shown:
        """The last plan. Raises CannotAct when the system does not show it."""
        found = [row for row in self.shown() if row.text("forloebsplan") == self.last.key]
        if not found:
            raise CannotAct("Systemet viser ikke den forløbsplan, scenariet handler om.")
        return found[0]

    def shown_as_missing(self) -> list[str]:
        """The measurements the system says the plan lacks, by the names features use."""
        return [_CODES.get(code, code) for code in self.shown_plan().texts("mangler")]

    def check_not_sent(self) -> None:
        """The plan is not shown as sent. Raises CannotAct where even a late answer may have come: then nothing can be said."""
        assert self.last.saved, "the plan was saved"
        if self._sent() and (self.story.time.now() - self.last.saved).total_seconds() >= LATE_SECONDS:
            raise CannotAct(TOO_LATE)
        self.story.check(rules.not_shown_as_sent, self.shown_plan().text("status"))

    def screen_of(self, alias: str, view: str) -> Shown:
        """What a view shows of the patient's plan made last. Raises CannotAct before there is one.

        That a plan shows its referrals is not decided, so a system without that view shows none.
        """
        found = [plan for plan in self.plans if plan.alias == alias]
        if not found:
            raise CannotAct(f"Scenariet har ikke lavet en forløbsplan til {alias}.")
        try:
            return self._view(view, forloebsplan=found[-1].key)
        except NotThere:
            if view != REFERRALS:
                raise
            return Shown({"henvisninger": []})

    def _cpr(self, alias: str) -> str:
        return str(self.story.patient(alias).cpr)

    def _do(self, act: str, **entered: object) -> Shown:
        return self.story.driver.do(Act(act, entered))

    def _view(self, view: str, **asked: str) -> Shown:
        return self.story.driver.show(View(view, asked))


def _has_any(exchange: Exchange, texts: list[str]) -> bool:
    content = json.loads(exchange.request.body)
    return any(one_line(text) in one_line(row["tekst"]) for row in content["dele"] for text in texts)


def _told(sent: list[Exchange]) -> dict[str, Any]:
    """What the one message says. Raises CannotAct when there is none."""
    if not sent:
        raise CannotAct("Forløbsplanen er ikke kommet frem endnu.")
    content: dict[str, Any] = json.loads(sent[0].request.body)
    return content
