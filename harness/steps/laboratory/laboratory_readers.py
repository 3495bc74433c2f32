"""Who can see a laboratory result: what everybody received and shows, and how one that was entered is known again."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from harness.domain.exchange import Exchange, Request, Response
from harness.domain.laboratory import LabValue, OwnAnalysis
from harness.domain.patient import Patient
from harness.standards.medrpt.report import LabReport, Result
from harness.steps.laboratory import laboratory_wire as wire
from harness.steps.laboratory.laboratory_traces import holds, standing_alone, told_in
from harness.steps.story import Story, marks_in


@dataclass(slots=True)
class Entered:
    """A result as it was entered. `said` and `remarks` are its values and texts, oldest first, each text with its mark.

    `since` and `denied_since` are how many messages there were when it was entered, and when the patient said no; None for a yes.
    """

    key: str
    alias: str
    patient: Patient
    name: str
    analysis: OwnAnalysis
    taken: datetime
    since: int
    said: list[LabValue]
    remarks: list[str]
    marks: list[str]
    denied_since: int | None = None


@dataclass(frozen=True, slots=True)
class Readers:
    """Everybody behind the Hub, as one attempt looks at them."""

    story: Story

    def traces(self, each: Entered, shared: Collection[Entered], *, whole: bool = True) -> list[str]:
        """Where something of the denied result is, in all that anybody received since it was entered or denied; and each message
        to the Hub or a reader that no result of `shared` accounts for. `whole`: also in what was on its way at the no, and shown.
        """
        places, terms = [], self._terms(each, shared)
        for found in self.story.attempt.inbox.received[each.denied_since if each.denied_since is not None else each.since :]:
            if not (whole or found.sender == "lps"):
                continue
            texts = [*told_in(found.request)]
            if self._says_no(found) or self._is_of_another_attempt(texts):
                continue  # the Hub may know of it, with the patient's no: what it gives on tells whether it did
            if any(term.search(text) for text in texts for term in terms) or self._is_unaccounted(found, shared):
                places.append(f"{wire.READERS.get(found.request.path.split('/')[1], found.service)} ({found.id})")
        return [*places, *(self.seen_by(each, wire.READERS) if whole else ())]

    def _terms(self, each: Entered, shared: Collection[Entered]) -> list[re.Pattern[str]]:
        """What tells of the result: its marks, and its values and analysis where no shared result has the same."""
        others = {value.value for other in shared for value in other.said}
        values = [standing_alone(value.value, value.unit) for value in each.said if value.value not in others]
        names = (
            () if any(other.name == each.name for other in shared) else (each.name, each.analysis.code, each.analysis.plain_name)
        )
        return [*map(re.compile, each.marks), *values, *(standing_alone(name) for name in names)]

    @staticmethod
    def _says_no(found: Exchange) -> bool:
        """Whether it tells the Hub of a result, and that its patient said no."""
        sent = wire.sent_in(found) if found.request.path == wire.RESULTS else None
        return bool(sent and sent.report and not sent.report.patient.consent)

    def _is_of_another_attempt(self, texts: Collection[str]) -> bool:
        """Whether every remark in it was written in an attempt that is over: in live its results may still be on their way."""
        marks = {mark for text in texts for mark in marks_in(text)}
        return bool(marks) and marks.isdisjoint(self.story.marks)

    def _is_unaccounted(self, found: Exchange, shared: Collection[Entered]) -> bool:
        """Whether the LPS handed in a result that is none of `shared`, by patient, analysis and remark, or is once too many."""
        if found.sender != "lps" or not found.request.path.endswith("/svar"):
            return False
        sent = wire.sent_in(found)
        if sent is None or sent.report is None:
            return True
        left = [other for other in shared if str(other.patient.cpr) == sent.report.patient.cpr]
        for result in sent.report.results:
            text = wire.text_with(sent.report, result)
            same = (other for other in left if other.analysis.code == result.analysis.code)
            known = next((other for other in same if any(mark in text for mark in other.marks)), None)
            if known is None:
                return True
            left.remove(known)
        return False

    def seen_by(self, each: Entered, readers: Iterable[str]) -> list[str]:
        """The readers, by name, who show something of the result under its patient."""
        return [wire.READERS[reader] for reader in readers if holds(self._lookup(reader, each.patient), each.marks)]

    def _lookup(self, reader: str, person: Patient) -> bytes:
        body = json.dumps({"cpr": str(person.cpr)}).encode()
        request = Request("POST", f"/{reader}/opslag", (("content-type", "application/json"),), body)
        answer = self.story.ask(request)
        assert isinstance(answer, Response), "our own service is asked while it answers"
        return answer.body

    def current(self, each: Entered, databank: str) -> list[LabValue]:
        """The values the databank shows of the result now."""
        return [wire.value_of(result, each.remarks) for *_, (_, result) in self.editions(each, databank)]

    def editions(self, each: Entered, databank: str) -> list[list[tuple[LabReport, Result]]]:
        """For every number under which the databank shows this result, its editions, oldest first."""
        shown = wire.shown_by(self._lookup(databank.lower(), each.patient))
        held = []
        for row in shown:
            reports = [wire.document_of(edition) for edition in row["udgaver"]]
            if any(
                mark in wire.text_with(report, result) for report in reports for result in report.results for mark in each.marks
            ):
                results = ((report, wire.result_with(report, each.marks, each.analysis.code)) for report in reports)
                held.append([(report, result) for report, result in results if result])
        return held
