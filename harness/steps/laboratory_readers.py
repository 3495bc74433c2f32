"""Who can see a laboratory result: what everybody received and shows, and how one that was entered is known again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from harness.domain.exchange import Exchange, Request, Response
from harness.domain.laboratory import LabValue, OwnAnalysis
from harness.domain.patient import Patient
from harness.standards.medrpt.report import Result
from harness.steps import laboratory_wire as wire
from harness.steps.story import Story, has_mark


@dataclass(slots=True)
class Entered:
    """A result as it was entered. `said` and `remarks` are its values and texts, oldest first, each text with its mark."""

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


@dataclass(frozen=True, slots=True)
class Readers:
    """Everybody behind the Hub, as one attempt looks at them."""

    story: Story

    def traces(self, each: Entered) -> list[str]:
        """Where something of the result is, in everything everybody received and shows: its marks, or the measurement alone."""
        places = []
        for found in self.story.attempt.inbox.received[each.since :]:
            if found.request.path.startswith(wire.HUB):
                continue  # the Hub may know of it, with the patient's no: what it gives on tells whether it did
            if wire.holds(found.request.body, each.marks) or self._is_measured_in(each, found):
                places.append(f"{wire.READERS.get(found.request.path.split('/')[1], found.service)} ({found.id})")
        return [*places, *self.seen_by(each, wire.READERS)]

    def _is_measured_in(self, each: Entered, found: Exchange) -> bool:
        """Whether somebody got this measurement without the remark that was written to it, so that no mark tells it."""
        sent = wire.sent_in(found)
        report = sent.report if sent else None
        if report is None or (report.patient.cpr, report.sample.taken) != (str(each.patient.cpr), each.taken):
            return False
        said = {value.plain for value in each.said}
        return any(wire.value_of(result).plain in said for result in report.results if not has_mark(wire.text_of(result)))

    def seen_by(self, each: Entered, readers: Iterable[str]) -> list[str]:
        """The readers, by name, who show something of the result under its patient."""
        return [wire.READERS[reader] for reader in readers if wire.holds(self._lookup(reader, each.patient), each.marks)]

    def _lookup(self, reader: str, person: Patient) -> bytes:
        body = json.dumps({"cpr": str(person.cpr)}).encode()
        request = Request("POST", f"/{reader}/opslag", (("content-type", "application/json"),), body)
        answer = self.story.ask(request)
        assert isinstance(answer, Response), "our own service is asked while it answers"
        return answer.body

    def current(self, each: Entered, databank: str) -> list[LabValue]:
        """The values the databank shows of the result now."""
        return [wire.value_of(editions[-1]) for editions in self.editions(each, databank)]

    def editions(self, each: Entered, databank: str) -> list[list[Result]]:
        """For every number under which the databank shows this result, its editions, oldest first."""
        shown = wire.shown_by(self._lookup(databank.lower(), each.patient))
        held = []
        for row in shown:
            reports = [wire.document_of(edition) for edition in row["udgaver"]]
            if any(mark in wire.text_of(result) for report in reports for result in report.results for mark in each.marks):
                results = (wire.result_with(report, each.marks, each.analysis.code) for report in reports)
                held.append([result for result in results if result])
        return held
