"""What one attempt knows of its questionnaires: the packages ordered, what the patients answered, and how both are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

from harness.conformance.behaviour import questionnaire as rules
from harness.conformance.behaviour.questionnaire import ShownScore
from harness.conformance.rule import Rule
from harness.conformance.transport import reliability
from harness.conformance.transport.reliability import Answer, Line
from harness.domain.clock import wall_clock
from harness.domain.exchange import Exchange
from harness.domain.patient import Patient
from harness.domain.questionnaire import BY_CODE, INSTRUMENTS, OrderStatus, Package
from harness.lps.driver import Act, CannotAct, Shown, View
from harness.record.inbox import Missing
from harness.record.matchers import Matcher, document, fact, patient, sender
from harness.services.service import LATE_SECONDS, Availability, Order
from harness.steps.questionnaire.questionnaire_receipts import answers_line
from harness.steps.story import ARRIVAL_SECONDS, OWN_RETRY_SECONDS, QUIET_SECONDS, TOO_LATE, Story

SERVICE: Final = "web-patient"
_REMARK: Final = "Har selv udfyldt skemaet"
_ORDERED = sender("lps") & fact("transaction", "PRO-bestilling", "beskeden")
_TAKEN = fact("taken", "ja", "taget imod")
_PROMPTS: Final = {"Har du taget antibiotika siden sidste måling?": "q10-100"}
"""Questions with a code in MedCom's prompt table. Source: MedCom, QRD-DK, example for KOL."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """A package as it was ordered: its key in the LPS, to whom and when; `since` is how many exchanges there were before it."""

    key: str
    alias: str
    patient: Patient
    package: Package
    at: datetime
    since: int


@dataclass(frozen=True, slots=True)
class Answered:
    """What a patient answered: the scores by MedCom's code, the remark that begins with its mark, and the day in Denmark."""

    alias: str
    scores: Mapping[str, str]
    remark: str
    mark: str
    day: date

    @property
    def value(self) -> str:
        """The score, when there is one."""
        (value,) = self.scores.values()
        return value


@dataclass(frozen=True, slots=True)
class Said:
    """An answer in a questionnaire; the mark stands in the question."""

    alias: str
    said: str
    mark: str


@dataclass(slots=True)
class Questionnaires:
    """The packages and answers of one attempt, oldest first."""

    story: Story
    ordered: list[Ordered] = field(default_factory=list)
    answers: list[Answered] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    mark: str = ""
    """The mark of what a patient answered last, a score or a questionnaire."""

    @property
    def last(self) -> Answered:
        """The answer the next steps speak of. Raises CannotAct before there is one."""
        if not self.answers:
            raise CannotAct("Ingen har svaret på et skema endnu.")
        return self.answers[-1]

    @property
    def first(self) -> Answered:
        """What the same patient answered first."""
        return next(each for each in self.answers if each.alias == self.last.alias)

    # Packages

    def order(self, alias: str, package: Package) -> None:
        """The doctor has Web-patient send a package to the patient."""
        person, since = self.story.patient(alias), len(self.story.attempt.inbox.received)
        at = self.story.time.now()
        shown = self.story.driver.do(Act("bestil-spoergeskemapakke", {"cpr": str(person.cpr), "pakke": package}))
        self.ordered.append(Ordered(shown.text("bestilling"), alias, person, package, at, since))

    def wait_for_package(self) -> None:
        """The order has left the system, also one that orders in the background. That it does not is for the steps to judge."""
        self.story.time.until(lambda: bool(self._orders()), ARRIVAL_SECONDS)

    def set_service(self, availability: Availability) -> None:
        """Web-patient behaves so towards the LPS from now on."""
        self.story.services.order(SERVICE, Order("tilgængelighed", {"værdi": str(availability)}))

    def send_again(self) -> None:
        """The LPS sends the package again: by itself, if it does so in time, else because its user asks."""
        before = len(self._orders())
        if not self.story.time.until(lambda: len(self._orders()) > before, OWN_RETRY_SECONDS):
            self.story.driver.do(Act("gensend-spoergeskemapakke", {"bestilling": self.ordered[-1].key}))
            self.story.time.until(lambda: len(self._orders()) > before, ARRIVAL_SECONDS)

    def expect_package(self) -> None:
        """The order reaches Web-patient, for the right patient."""
        last, inbox, missing = self.ordered[-1], self.story.attempt.inbox, ""
        try:
            inbox.expect(self._of_package(), ARRIVAL_SECONDS, last.since)
        except Missing as explanation:
            missing = str(explanation)
        strays = [each for each in inbox.received[last.since :] if (_ORDERED & ~_for(last.patient)).matches(each)]
        self.story.check(rules.for_the_patient, len(strays))
        self.story.check(rules.package_is_ordered, missing)

    def check_package(self) -> None:
        """The order names the package's questionnaires, by their MCS codes."""
        packages = self.story.profiles["pro"].facts["pro-pakker"].value
        assert isinstance(packages, dict), "the fact has packages"
        asked = self._orders()[-1].facts["package"].split(", ")
        self.story.check(rules.package_is_whole, asked, packages[self.ordered[-1].package])

    def check_not_sent(self) -> None:
        """The package is not shown as sent. Raises CannotAct where even a late answer may have come: then nothing can be said."""
        waited = (self.story.time.now() - self.ordered[-1].at).total_seconds()
        if self._orders() and waited >= LATE_SECONDS:
            raise CannotAct(TOO_LATE)
        _, status = self.packages().get(self.ordered[-1].key, ("", ""))  # one that is not listed is not shown as sent
        self.story.check(rules.not_shown_as_sent, status)

    def check_ordered_once(self) -> None:
        """However often it was sent, it is one order; time enough for a copy goes by first."""
        self.story.time.until(lambda: False, QUIET_SECONDS)
        self.story.check(rules.ordered_once, [each.facts["document_id"] for each in self._orders()])

    def packages(self) -> dict[str, tuple[str, str]]:
        """The packages of the patient of the last order as the system shows them, by key: package and status."""
        shown = self._view("spoergeskemapakker", self.ordered[-1].alias).rows("pakker")
        return {row.text("bestilling"): (row.text("pakke"), row.text("status")) for row in shown}

    def sent_packages(self) -> list[str]:
        """The packages the system shows as sent, when the last one has had time to leave it."""
        self.wait_for_package()
        return [package for package, status in self.packages().values() if status == OrderStatus.SENT]

    def _of_package(self) -> Matcher:
        last = self.ordered[-1]
        return _ORDERED & document(last.package) & _for(last.patient) & _TAKEN

    def _orders(self) -> list[Exchange]:
        last = self.ordered[-1]
        return [each for each in self.story.attempt.inbox.received[last.since :] if self._of_package().matches(each)]

    # What patients answer

    def answer(self, alias: str, scores: Mapping[str, str], remark: str = "", at: datetime | None = None) -> None:
        """The patient answers; `scores` by the names features use. `at` is Danish local time, now when it is not said."""
        person = self.story.patient(alias)
        mark = self.mark = self.story.next_mark(person)
        moment = at or self.local_time()
        coded = {INSTRUMENTS[name].code: value for name, value in scores.items()}
        self.answers.append(Answered(alias, coded, f"{mark} {remark or _REMARK}", mark, moment.date()))
        wish = {
            **_person(person),
            "scorer": _scores(coded),
            "bemærkning": self.last.remark,
            "besvaret": moment.isoformat(timespec="minutes"),
        }
        self.story.services.order(SERVICE, Order("svar", wish))

    def local_time(self) -> datetime:
        """The moment on the wall clock in Denmark."""
        return wall_clock(self.story.time.now())

    def correct(self, value: str) -> None:
        """Web-patient sends the latest answer with another score, when the clinic has seen the first."""
        before = self.last
        self.shown(before.alias)
        self.answers.append(replace(before, scores=dict.fromkeys(before.scores, value)))
        self.story.services.order(SERVICE, Order("ret", {"scorer": _scores(self.last.scores)}))

    def again(self, envelope: str) -> None:
        """The same message comes again when the clinic has seen it."""
        self.shown(self.last.alias)
        self.story.services.order(SERVICE, Order("igen", {"kuvert": envelope}))

    def fill_in(self, alias: str, question: str, kind: str, said: str) -> None:
        """The patient answers one question in a questionnaire."""
        mark = self.mark = self.story.next_mark(self.story.patient(alias))
        self.said.append(Said(alias, said, mark))
        answer = {"kode": _PROMPTS.get(question, ""), "spørgsmål": f"{question} {mark}", "svar": said, "slags": kind}
        wish = {**_person(self.story.patient(alias)), "titel": "Spørgeskema", "svar": [answer]}
        self.story.services.order(SERVICE, Order("skema", wish))

    # What the system shows

    def check(self, rule: Rule, *wanted: object) -> None:
        """A rule over the patient's scores, the mark of the answer that came last, and what is `wanted` of it."""
        with self.story.judged_by(rule):
            scores = self.scores()
        self.story.check(rule, scores, self.last.mark, *wanted)

    def check_scores(self) -> None:
        """Every score of the answer is shown for what it is, unchanged."""
        for code, value in self.last.scores.items():
            self.check(rules.score_is_shown, code)
            self.check(rules.score_is_unchanged, code, value)

    def latest_of(self, alias: str) -> Answered:
        """What the patient answered latest; of two from one day the one that came first."""
        return max((each for each in self.answers if each.alias == alias), key=lambda each: each.day)

    def said_by(self, alias: str) -> tuple[tuple[str, str], ...]:
        """The patient's questions and answers."""
        return tuple((row.text("spørgsmål"), row.text("svar")) for row in self.shown(alias).rows("svar"))

    def at_assessment(self, alias: str) -> tuple[ShownScore, ...]:
        """The scores the doctor is shown with the behovsvurdering."""
        return _shown_scores(self._view("svar-ved-behovsvurdering", alias))

    def scores(self) -> tuple[ShownScore, ...]:
        """The scores of the patient who answered last."""
        return _shown_scores(self.shown(self.last.alias))

    def strangers(self) -> tuple[str, ...]:
        """All text of the answers the system shows as nobody's."""
        self.story.time.run_due()
        return _texts(self.story.driver.show(View("svar-uden-patient")))

    def shown(self, alias: str) -> Shown:
        """The patient's answers."""
        return self._view("spoergeskemasvar", alias)

    def _view(self, name: str, alias: str) -> Shown:
        self.story.time.run_due()
        return self.story.driver.show(View(name, {"cpr": str(self.story.patient(alias).cpr)}))

    # Receipts

    def refused(self) -> bool:
        """Whether the LPS told the sender that it cannot use the message that came last."""
        self.story.time.run_due()
        arrivals = self._line().arrivals()
        return any(answer.answer is Answer.NEGATIVE for answer in arrivals[-1].answers) if arrivals else False

    def judge_receipts(self) -> None:
        """What came was receipted, and what came again was receipted as the first time."""
        self.shown(self.last.alias)
        self.story.time.run_due()
        self.story.messages.judge()
        line = self._line()
        self.story.check(reliability.acknowledged, line)
        for rule in (reliability.same_answer, reliability.receipt_again):
            self.story.check_if_any(rule, line)

    def _line(self) -> Line:
        return answers_line(self.story.attempt.inbox.received)


def _person(person: Patient) -> dict[str, Any]:
    return {"cpr": str(person.cpr), "fornavne": list(person.given), "efternavn": person.family}


def _scores(scores: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"kode": code, "navn": BY_CODE[code].text, "værdi": value} for code, value in scores.items()]


def _for(person: Patient) -> Matcher:
    return patient(person.cpr, person.alias)


def _shown_scores(shown: Shown) -> tuple[ShownScore, ...]:
    return tuple(
        ShownScore(
            row.text("kode"),
            row.text("værdi"),
            row.text("bemærkning"),
            row.day("besvaret"),
            row.flag("gældende"),
            row.flag("advarsel"),
        )
        for row in shown.rows("scorer")
    )


def _texts(shown: Shown) -> tuple[str, ...]:
    return (
        *(each.remark for each in _shown_scores(shown)),
        *(f"{row.text('spørgsmål')} {row.text('svar')}" for row in shown.rows("svar")),
    )
