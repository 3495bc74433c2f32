"""What one attempt knows of the clinic's laboratory results: what was entered, what left the system, and who can see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Any, Final

from harness.conformance.behaviour import laboratory as rules
from harness.conformance.rule import Rule
from harness.domain.clock import wall_clock
from harness.domain.exchange import Exchange
from harness.domain.laboratory import ANALYSES, DATABANKS, Kind, LabValue, OwnAnalysis
from harness.domain.organisations import CLINIC
from harness.lps.driver import Act, CannotAct, Shown, View
from harness.record.inbox import Missing
from harness.record.matchers import Matcher, fact, sender
from harness.services.service import Availability, Order
from harness.standards.medrpt.report import LabReport, Result
from harness.steps.laboratory import laboratory_wire as wire
from harness.steps.laboratory.laboratory_readers import Entered, Readers
from harness.steps.story import ARRIVAL_SECONDS, OWN_RETRY_SECONDS, Story

SERVICE: Final = "health-hub"
PORTALS: Final = ("laboratoriesvarportalen", "sundhed-dk", "min-laege")
_TAKEN: Final = fact("taken", "ja", "taget imod")
_USUAL_REMARK: Final = "Målt i klinikken"


@dataclass(slots=True)
class Laboratory:
    """The results of one attempt, oldest first. `first`: the steps now speak of the first one, though more were entered since."""

    story: Story
    entered: list[Entered] = field(default_factory=list)
    received: list[str] = field(default_factory=list)
    first: bool = False

    @property
    def readers(self) -> Readers:
        """Everybody behind the Hub."""
        return Readers(self.story)

    @property
    def last(self) -> Entered:
        """The result the next steps speak of. Raises CannotAct before there is one."""
        return self.entered[0] if self.first else self.which()

    @property
    def shared(self) -> list[Entered]:
        """Those whose patient has not said no."""
        return [each for each in self.entered if each.denied_since is None]

    def beside(self, each: Entered) -> list[Entered]:
        """What was entered and shared beside this one: nothing may happen to it."""
        return [other for other in self.shared if other is not each]

    def which(self, name: str | None = None, alias: str | None = None) -> Entered:
        """The result entered last, of this analysis and of this patient where they are named."""
        found = [each for each in self.entered if (name or each.name, alias or each.alias) == (each.name, each.alias)]
        if not found:
            raise CannotAct("Scenariet har ikke skrevet sådan et svar endnu.")
        return found[-1]

    # What people do

    def measure(
        self, alias: str, name: str, value: str, *, at: datetime | None = None, text: str = "", denied: bool = False
    ) -> None:
        """The clinic enters a result it has made, `value` as in `< 20`, with a remark and a mark."""
        person, analysis = self.story.patient(alias), ANALYSES[name]
        mark = self.story.next_mark(person)
        remark, since = f"{mark} {text or _USUAL_REMARK}", len(self.story.attempt.inbox.received)
        said, taken = _value(analysis, value), at or wall_clock(self.story.time.now()).replace(second=0, microsecond=0)
        wish = {
            "cpr": str(person.cpr),
            "art": analysis.kind,
            "kode": analysis.code,
            "navn": analysis.name,
            "enhed": analysis.unit,
            "taget": taken.isoformat(timespec="minutes"),
            "nægtet": denied,
            **_entered(said, remark),
        }
        key = self._do("registrer-laboratoriesvar", wish)
        if denied:
            self._put_back(key)
        denied_since = since if denied else None
        self.entered.append(Entered(key, alias, person, name, analysis, taken, since, [said], [remark], [mark], denied_since))

    def correct(self, value: str) -> None:
        """The doctor corrects the result, and writes that it was misread."""
        mark = self.story.next_mark(self.last.patient)
        said, remark = _value(self.last.analysis, value), f"{mark} Aflæst forkert første gang"
        self.last.said.append(said)
        self.last.remarks.append(remark)
        self.last.marks.append(mark)
        self._do("ret-laboratoriesvar", {"svar": self.last.key, **_entered(said, remark)})

    def say(self, alias: str, *, denied: bool) -> None:
        """The clinician registers that the patient says no to sharing the result, or takes the no back."""
        self.story.time.run_due()
        each = self.which(alias=alias)
        each.denied_since = len(self.story.attempt.inbox.received) if denied else None
        self._do("registrer-nej-til-deling", {"svar": each.key, "nægtet": denied})
        self._put_back(each.key)

    def _put_back(self, key: str) -> None:
        """The no ends with the attempt: a system may keep it for all of the patient's results."""
        self.story.put_back(f"nej til at dele {key}", Act("registrer-nej-til-deling", {"svar": key, "nægtet": False}))

    def remove(self) -> None:
        """The clinic removes a result that is about another patient."""
        self._do("fjern-laboratoriesvar", {"svar": self.last.key})

    def yesterday(self) -> datetime:
        """A quarter past midnight yesterday, in Denmark: in UTC it is the day before."""
        return datetime.combine(self.story.today - timedelta(days=1), time(0, 15))

    def _do(self, act: str, wish: dict[str, Any]) -> str:
        return self.story.driver.do(Act(act, wish)).text("svar")

    # The Hub

    def set_service(self, availability: Availability) -> None:
        """The Hub behaves so towards the LPS from now on."""
        self.story.services.order(SERVICE, Order("tilgængelighed", {"værdi": str(availability)}))

    def send_again(self) -> None:
        """The LPS sends what waits: by itself, if it does so in time, else because its user asks. A denied one need not go."""
        before = len(self._told())
        if not self.story.time.until(lambda: len(self._told()) > before, OWN_RETRY_SECONDS):
            for each in self.entered:
                self._do("gensend-laboratoriesvar", {"svar": each.key})
            self.story.time.run_due()

    def _told(self) -> list[Exchange]:
        """What the LPS told the Hub, whatever it was."""
        return [
            each for each in self.story.attempt.inbox.received if each.sender == "lps" and each.request.path.startswith(wire.HUB)
        ]

    # What leaves the system

    def expect(self, each: Entered, kinds: Iterable[Kind], rule: Rule) -> None:
        """The result comes, for the right patient and the right databank, in a message that keeps its rules."""
        missing = ""
        try:
            self.story.attempt.inbox.expect(self._expected(each), ARRIVAL_SECONDS, each.since)
        except Missing as explanation:
            missing = str(explanation)
        self._check_patient(each)
        self.story.check(rule, missing)
        if missing:
            return  # what that means is not decided
        self.story.check(rules.right_databank, self._sent(each)[-1].kind, list(kinds))
        self.story.messages.judge()
        self._check_numbers(each)

    def _check_numbers(self, each: Entered) -> None:
        """Its sample and its answer are not called what another patient's are."""
        others = (other for other in self.entered if other.patient != each.patient)
        reports = [sent.report for other in others for sent in self._sent(other) if sent.report]
        if own := self._sent(each)[-1].report:
            samples, answers = {one.sample.laboratory_id for one in reports}, {one.production for one in reports}
            self.story.check(rules.numbers_are_apart, ({own.sample.laboratory_id} & samples | {own.production} & answers) - {""})

    def _check_patient(self, each: Entered) -> None:
        strays = sender("lps") & wire.tells(each.marks) & ~wire.stands_under(each.patient)
        self.story.check(rules.for_the_patient, len(self.story.attempt.inbox.all(strays)))

    def _expected(self, each: Entered) -> Matcher:
        return sender("lps") & wire.tells(each.marks) & wire.stands_under(each.patient) & _TAKEN

    def _sent(self, each: Entered) -> list[wire.Sent]:
        self.story.time.run_due()
        return [sent for found in self.story.attempt.inbox.all(self._expected(each)) if (sent := wire.sent_in(found))]

    def _report(self, each: Entered) -> LabReport:
        report = self._sent(each)[-1].report
        assert report is not None, "the Hub took it in"
        return report

    def _result(self, each: Entered) -> Result:
        result = wire.result_with(self._report(each), each.marks, each.analysis.code)
        assert result is not None, "its mark was found in it"
        return result

    def check_unchanged(self, each: Entered) -> None:
        """Value, sign, unit and code; and that it is a result that stands."""
        self.story.check(rules.is_unchanged, wire.value_of(self._result(each), each.remarks), each.said[-1])
        self.story.check(rules.is_final, str(self._result(each).status))

    def check_time(self, each: Entered) -> None:
        """When the sample was taken."""
        self.story.check(rules.time_is_kept, self._report(each).sample.taken, each.taken)

    def check_producer(self, each: Entered) -> None:
        """Who made it: the producer of the result, or where it names none, the sender of the message; and who sent it."""
        report, result, own = self._report(each), self._result(each), (CLINIC.yder, CLINIC.sor, CLINIC.gln)
        told = (result.producer[0],) if result.producer else (report.sender.identifier,)
        self.story.check(rules.made_here, told, own)
        sender = report.sender
        numbers = (sender.identifier if sender.code and not sender.local else "", sender.ean)
        self.story.check(rules.sent_by_the_clinic, [each for each in numbers if each], own)

    def check_remark(self, each: Entered) -> None:
        """What the clinic wrote to it."""
        self.story.check(rules.remark_is_whole, wire.text_with(self._report(each), self._result(each)), each.remarks[-1])

    def check_once(self, each: Entered) -> None:
        """Time enough for a copy goes by first."""
        self.story.be_quiet()
        self.story.check(rules.shared_once, [sent.number for sent in self._sent(each)])

    def check_list(self) -> None:
        """What was taken in of this attempt's results is what the system lists as the clinic's own, and none is lacking."""
        self.story.be_quiet()
        for each in self.entered:
            self._check_patient(each)
        taken = (sent for each in self.entered for sent in self._sent(each))
        numbered = {
            (sent.number, result.analysis.code): (sent.kind, result.analysis.code)
            for sent in taken
            if sent.report
            for result in sent.report.results
        }
        marks = {each.alias: [other.marks[0] for other in self.entered if other.alias == each.alias] for each in self.entered}
        listed = [
            (row.text("art"), row.text("kode"))
            for alias, own in marks.items()
            for row in self.rows(alias, compared=True)
            if any(mark in row.text("bemærkning") for mark in own)
        ]
        self.story.check(rules.agrees_with_list, list(numbered.values()), listed)
        for each in self.entered:  # a system that neither shares nor lists a result agrees with itself
            self.expect(each, [each.analysis.kind], rules.result_came)

    def check_only_own(self) -> None:
        """Nothing of what a laboratory sent has left the system."""
        self.story.be_quiet()
        forwarded = sender("lps") & wire.tells(self.received)
        self.story.check(rules.only_own, len(self.story.attempt.inbox.all(forwarded)))

    def check_nothing_beside(self) -> None:
        """The system itself has sent nothing to a databank or a portal."""
        self.story.be_quiet()
        own = [each.request.path.split("/")[1] for each in self.story.attempt.inbox.received if each.sender == "lps"]
        self.story.check(rules.nothing_beside, sorted({wire.READERS[each] for each in own if each in wire.READERS}))

    # Who can see it

    def show_everywhere(self) -> None:
        """From now on the databanks show what they get on the portals."""
        for databank in DATABANKS:
            self.story.services.order(databank.lower(), Order("udstilling", {"vises": True}))

    def block(self, alias: str) -> None:
        """The citizen does not want the result to be seen."""
        number = self._sent(self.which(alias=alias))[-1].number
        for reader in PORTALS:
            self.story.services.order(reader, Order("spærring", {"svar": number}))

    def check_no_trace(self, each: Entered) -> None:
        """Search everything everybody received and shows for the result."""
        self.story.be_quiet()
        self.story.check(rules.no_trace, self.readers.traces(each, self.shared))

    def check_not_seen(self, each: Entered, rule: Rule, readers: Iterable[str] = tuple(wire.READERS)) -> None:
        """When what was told has had time to come, none of `readers` shows the result."""
        self.story.be_quiet()
        self.story.time.until(lambda: not self.readers.seen_by(each, readers), ARRIVAL_SECONDS)
        self.story.check(rule, self.readers.seen_by(each, readers))

    def check_told_no_more(self, each: Entered) -> None:
        """After the no nobody shows the result, and no message has told of it once more."""
        self.check_not_seen(each, rules.no_longer_seen)
        self.story.check(rules.no_trace, self.readers.traces(each, self.shared, whole=False))

    def check_removed(self, each: Entered) -> None:
        """Nobody shows the result under the wrong patient, nor does the system itself; every other one is still there."""
        self.check_not_seen(each, rules.taken_back)
        self.story.check(
            rules.others_stay, [self._databank_of(other) for other in self.beside(each) if not self._is_there(other)]
        )
        own = ["systemet selv"] if any(row.text("svar") == each.key for row in self.rows(each.alias)) else []
        self.story.check(rules.taken_back, own)

    def _databank_of(self, each: Entered) -> str:
        return next(name for name, kind in DATABANKS.items() if kind is each.analysis.kind)

    def _is_there(self, each: Entered) -> bool:
        return [value.plain for value in self.readers.current(each, self._databank_of(each))] == [each.said[-1].plain]

    def check_corrected(self, each: Entered, databank: str, *, with_history: bool) -> None:
        """The databank has the corrected value and no other, with all else that was entered; and what was not corrected stands.
        With `with_history` it is marked as corrected, and what stood before is still there.
        """
        wanted = [each.said[-1].plain]
        self.story.time.until(lambda: [value.plain for value in self.readers.current(each, databank)] == wanted, ARRIVAL_SECONDS)
        self.story.check(rules.correction_is_current, self.readers.current(each, databank), each.said[-1])
        for other in self.beside(each):
            held = self.readers.current(other, self._databank_of(other))
            self.story.check(rules.correction_is_current, held, other.said[-1])
        self.story.messages.judge()
        (*earlier, (report, result)), *_ = self.readers.editions(each, databank)
        self.story.check(rules.time_is_kept, report.sample.taken, each.taken)
        self.story.check(rules.remark_is_whole, wire.text_with(report, result), each.remarks[-1])
        if with_history:
            self.story.check(rules.is_marked_corrected, str(result.status))
            before = [wire.value_of(one, each.remarks) for _, one in earlier]
            self.story.check(rules.history_is_there, before, each.said[:-1])

    # What the system shows

    def rows(self, alias: str, compared: bool = False) -> tuple[Shown, ...]:
        """The patient's results; `compared` with what was shared."""
        self.story.time.run_due()
        shown = self.story.driver.show(View("egne-laboratoriesvar", {"cpr": str(self.story.patient(alias).cpr)}))
        return (shown.read_off() if compared else shown).rows("laboratoriesvar")

    def check_no_is_shown(self, each: Entered) -> None:
        """The result is there, and says that sharing was denied."""
        shown = [(row.text("bemærkning"), row.flag("nægtet")) for row in self.rows(each.alias)]
        self.story.check(rules.no_is_shown, shown, each.remarks[-1])

    def check_shown_corrected(self, each: Entered) -> None:
        """The result is there as corrected, with what it said before."""
        shown, corrected = [], False
        with self.story.judged_by(rules.shown_as_corrected):
            rows = self.rows(each.alias)
        for row in rows:
            if row.text("svar") == each.key:
                corrected = row.flag("rettet")
                said = (*row.rows("tidligere"), row)
                shown = [replace(each.said[0], value=one.text("værdi"), sign=one.text("tegn")) for one in said]
        self.story.check(rules.shown_as_corrected, shown, each.said, corrected)


def _value(analysis: OwnAnalysis, text: str) -> LabValue:
    """`< 20` and `8,4` as they are entered."""
    sign, _, value = text.rpartition(" ") if text[0] in "<>" else ("", "", text)
    return LabValue(analysis.code, value, sign, analysis.unit)


def _entered(said: LabValue, remark: str) -> dict[str, str]:
    return {"værdi": said.value, "tegn": said.sign, "bemærkning": remark}
