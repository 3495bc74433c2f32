"""What one attempt knows of the clinic's inbox: how it was set up, what the laboratories answered, and how both are read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from harness.conformance.behaviour import lab_inbox as rules
from harness.conformance.behaviour.lab_inbox import LogLine, Result, ShownAnswer
from harness.conformance.rule import Rule
from harness.conformance.transport.reliability import Answer
from harness.domain.clock import wall_clock
from harness.domain.lab_inbox import ANALYSES, Place
from harness.domain.organisations import HOSPITAL, OTHER_LABORATORY
from harness.lps.driver import Act, CannotAct, Shown, View
from harness.services.service import Order
from harness.standards.medrpt.report import RECEIVED_VALUE, ReportStatus, ResultStatus, Validation
from harness.steps.questionnaire.questionnaire_receipts import answers_line
from harness.steps.story import Story

SERVICE: Final = "laboratorium"
LABORATORIES: Final = {"laboratoriet": HOSPITAL.name, "et andet laboratorium": OTHER_LABORATORY.name}
_COMMENT: Final = "Analyseret på Ærø: apparat 2+2, 'ny serie'; svaret er skrevet ud efter kl. 8 og ikke ændret siden."
"""Of the report, and says nothing that a doctor must see."""

_OF_SAMPLE: Final = "Prøven var hæmolyseret, så værdien kan være for høj: tag evt. en ny prøve."
_FLAGS: Final = {
    "markeret af laboratoriet": Validation.ABNORMAL,
    "markeret som for højt": Validation.HIGH,
    "markeret som for lavt": Validation.LOW,
}
_NUMBER: Final = r"\d+(?:,\d+)?"
_LIMITS: Final = re.compile(
    rf"normalt (?:(?P<lower>{_NUMBER})–(?P<upper>{_NUMBER})|under (?P<below>{_NUMBER})|over (?P<above>{_NUMBER}))"
)
_RESULT: Final = re.compile(
    rf"(?P<name>{'|'.join(ANALYSES)})(?: (?P<sign>[<>]?) ?(?P<value>{_NUMBER}|[A-ZÆØÅ]\w+))?"
    r"(?: \((?P<note>[^)]+)\))?(?:, | og |$)"
)


@dataclass(frozen=True, slots=True)
class Sent:
    """An answer a laboratory sent; the mark begins its comment. `day` is the day in Denmark, `requisition` what it answers."""

    alias: str
    laboratory: str
    results: tuple[Result, ...]
    comment: str
    mark: str
    day: date
    requisition: str


@dataclass(slots=True)
class LabInbox:
    """The answers of one attempt, oldest first, and the appointment made last: its patient, its text and its day.

    `_before` is what the system showed of the patient before the laboratory corrected its latest answer.
    """

    story: Story
    sent: list[Sent] = field(default_factory=list)
    text: str = ""
    booked: tuple[str, str] = ("", "")
    day: date | None = None
    _before: Shown | None = None

    @property
    def last(self) -> Sent:
        """The answer the next steps speak of. Raises CannotAct before there is one."""
        if not self.sent:
            raise CannotAct("Intet laboratorium har svaret endnu.")
        return self.sent[-1]

    def _fact(self, name: str) -> Any:
        return self.story.profiles["indbakke"].facts[name].value

    # What the clinic does

    def set_up(self, on: bool, analyses: Sequence[str] = ()) -> None:
        """The inbox handles answers by itself, or it does not; of `analyses` by the names features use, or the agreed ones."""
        self.text = self.story.marked(self._fact("indbakke-svartekst"))
        settings = {
            "automatik": on,
            "analyser": [ANALYSES[name].code for name in analyses] or self._fact("indbakke-analyser"),
            "aftaleDage": self._fact("indbakke-aftalefrist"),
            "svartekst": self.text,
        }
        self.story.driver.do(Act("saet-indbakkens-regler", settings))
        self.story.put_back("indbakkens regler", Act("saet-indbakkens-regler", {**settings, "automatik": False}))

    def book(self, alias: str, days: int) -> None:
        """The patient has an appointment so many days from today."""
        self.booked = alias, self.story.marked("Årskontrol", self.story.patient(alias))
        self._write(self.story.today + timedelta(days=days))
        self.story.put_back(self.booked[1], self._appointment(None))

    def deadline(self) -> int:
        """How many days ahead an appointment counts."""
        days: int = self._fact("indbakke-aftalefrist")
        return days

    def cancel(self) -> None:
        """The appointment is cancelled, when what came has been handled."""
        self._look(self.booked[0])
        self._write(None)

    def move(self, days: int) -> None:
        """The appointment is so many days later, when what came has been handled."""
        assert self.day, "the appointment was made"
        self._look(self.booked[0])
        self._write(self.day + timedelta(days=days))

    def _write(self, day: date | None) -> None:
        self.day = day
        self.story.driver.do(self._appointment(day))

    def _appointment(self, day: date | None) -> Act:
        alias, text = self.booked
        cpr = str(self.story.patient(alias).cpr)
        return Act("skriv-aftale", {"cpr": cpr, "aftale": text, "dato": day.isoformat() if day else None})

    # What the laboratories do

    def answer(self, laboratory: str, alias: str, told: str, status: ReportStatus, final: ResultStatus) -> None:
        """A laboratory answers `told`, by features' words; another laboratory answers what the first was asked."""
        patient = self.story.patient(alias)
        same = bool(self.sent) and laboratory != "laboratoriet"
        requisition = self.last.requisition if same else self.story.next_mark(patient)
        results, rows = _read(told, final)
        self._remember(alias, laboratory, results, requisition)
        wish = {
            "laboratorium": laboratory,
            "cpr": str(patient.cpr),
            "fornavne": list(patient.given),
            "efternavn": patient.family,
            "rekvisition": requisition,
            "status": str(status),
            "resultater": rows,
            "bemærkning": self.last.comment,
            "taget": (wall_clock(self.story.time.now()) - timedelta(days=1)).isoformat(timespec="minutes"),
        }
        self.story.services.order(SERVICE, Order("svar", wish))

    def correct(self, told: str) -> None:
        """The laboratory corrects its latest answer, when the clinic has got the first."""
        before = self.last
        self._before = self._look(before.alias)
        results, rows = _read(told, ResultStatus.CORRECTED)
        self._remember(before.alias, before.laboratory, results, before.requisition)
        self.story.services.order(SERVICE, Order("ret", {"resultater": rows, "bemærkning": self.last.comment}))

    def again(self, envelope: str) -> None:
        """The same answer comes once more, when the clinic has got it."""
        self._look(self.last.alias)
        self.story.services.order(SERVICE, Order("igen", {"kuvert": envelope}))

    def _remember(self, alias: str, laboratory: str, results: tuple[Result, ...], requisition: str) -> None:
        mark = self.story.next_mark(self.story.patient(alias))
        self.sent.append(Sent(alias, laboratory, results, f"{mark} {_COMMENT}", mark, self.story.today, requisition))

    # What the system shows

    def shown(self, alias: str) -> tuple[ShownAnswer, ...]:
        """The answers about the patient."""
        return _answers(self._look(alias))

    def _look(self, alias: str) -> Shown:
        self.story.time.run_due()
        return self.story.driver.show(View("laboratoriesvar", {"cpr": str(self.story.patient(alias).cpr)}))

    def of_nobody(self) -> tuple[ShownAnswer, ...]:
        """The answers the system has no patient for."""
        self.story.time.run_due()
        return _answers(self.story.driver.show(View("laboratoriesvar-uden-patient")))

    def check(self, rule: Rule, *wanted: object, answer: Sent | None = None) -> None:
        """A rule over what is shown of the patient, the mark of `answer`, else of the one that came last, and `wanted`."""
        one = answer or self.last
        self.story.check(rule, self.shown(one.alias), one.mark, *wanted)

    def check_place(self, rule: Rule, *wanted: object) -> None:
        """The latest answer lies in one place, and there by the rule."""
        with self.story.judged_by(rule):
            self.check(rules.stands_once)
        self.check(rule, *wanted)

    def told(self, answers: Sequence[Sent] = ()) -> list[str]:
        """What the patient was told of `answers`, else of the latest requisition."""
        marks = [each.mark for each in answers or self.sent if each.requisition == self.last.requisition]
        return _told(self.shown(self.last.alias), marks)

    def told_since(self) -> list[str]:
        """What the patient was told of the latest requisition, if the laboratory corrected it only what came after that."""
        if self._before is None:
            return self.told()
        marks = [each.mark for each in self.sent if each.requisition == self.last.requisition]
        return self.told()[len(_told(_answers(self._before), marks)) :]

    def check_content(self, answer: Sent) -> None:
        """Everything the laboratory sent is there, unchanged."""
        self.check(rules.stands_once, answer=answer)
        together = [each.results for each in self.sent if each.alias == answer.alias and each is not answer]
        self.check(rules.values_are_as_sent, answer.results, [result for each in together for result in each], answer=answer)
        self.check(rules.measures_are_as_sent, answer.results, answer=answer)
        self.check(rules.comment_is_as_sent, answer.comment, answer=answer)
        self.check(rules.laboratory_is_own, LABORATORIES[answer.laboratory], answer=answer)

    def check_log(self, place: Place) -> None:
        """The log tells how the answer came to `place`; one that lies elsewhere, where that is not decided, is not asked for."""
        with self.story.judged_by(rules.log_tells):
            self.check(rules.stands_once)
        (answer,) = (each for each in self.shown(self.last.alias) if self.last.mark in each.comment)
        if answer.place != place:
            return
        log = answer.log
        self.story.check(rules.log_tells, log, place, {self.last.day, self.story.today})

    def check_stranger(self) -> None:
        """The answer is kept, or the laboratory was told that it cannot be used."""
        self.story.time.run_due()
        arrivals = answers_line(self.story.attempt.inbox.received).arrivals()
        refused = any(each.answer is Answer.NEGATIVE for each in arrivals[-1].answers) if arrivals else False
        self.story.check(rules.stranger_is_kept, () if refused else self.of_nobody(), self.last.mark, refused)


def _read(told: str, status: ResultStatus) -> tuple[tuple[Result, ...], list[dict[str, Any]]]:
    """The results `told` by features' words: as they shall be shown, and as the laboratory is told to send them."""
    found = list(_RESULT.finditer(told))
    assert "".join(each[0] for each in found) == told, f"resultaterne kan ikke læses: {told}"
    rows = [_row(each.groupdict(), status) for each in found]
    results = tuple(Result(row["kode"], f"{row['tegn']}{row['værdi']}", row["enhed"], row["nedre"], row["øvre"]) for row in rows)
    return results, rows


def _row(told: Mapping[str, str | None], status: ResultStatus) -> dict[str, Any]:
    analysis, note = ANALYSES[told["name"] or ""], told["note"] or ""
    limits = _LIMITS.search(note)
    received = told["value"] is None
    return {
        "kode": analysis.code,
        "navn": analysis.name,
        "værdi": RECEIVED_VALUE if received else _point(told["value"]),
        "tegn": told["sign"] or "",
        "enhed": analysis.unit,
        "nedre": _point(limits["lower"] or limits["above"]) if limits else "",
        "øvre": _point(limits["upper"] or limits["below"]) if limits else "",
        "markeret": next((str(flag) for words, flag in _FLAGS.items() if words in note), ""),
        "kommentar": _OF_SAMPLE if "bemærkning om prøven" in note else "",
        "status": str(status),
    }


def _point(value: str | None) -> str:
    return (value or "").replace(",", ".")


def _answers(shown: Shown) -> tuple[ShownAnswer, ...]:
    return tuple(_answer(row) for row in shown.rows("svar"))


def _told(answers: Iterable[ShownAnswer], marks: Sequence[str]) -> list[str]:
    return [text for each in answers if any(mark in each.comment for mark in marks) for text in each.told]


def _answer(row: Shown) -> ShownAnswer:
    return ShownAnswer(
        comment=row.text("bemærkning"),
        place=row.text("sted"),
        appointment=row.day("aftale"),
        laboratory=row.text("laboratorium"),
        results=tuple(_result(each) for each in row.rows("resultater")),
        told=row.texts("svarTilPatienten"),
        log=tuple(
            LogLine(each.day("dato"), each.text("sted"), each.flag("automatisk"), each.text("grund")) for each in row.rows("log")
        ),
    )


def _result(row: Shown) -> Result:
    return Result(row.text("kode"), row.text("værdi"), row.text("enhed"), row.text("nedre"), row.text("øvre"))
