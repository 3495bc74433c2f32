"""What one attempt knows of appointments and stamkort: what the clinic and the hospital shared, and how both are read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Final
from uuid import NAMESPACE_OID, uuid5
from zoneinfo import ZoneInfo

from harness.conformance.behaviour import mandatory as rules
from harness.conformance.behaviour.seen import one_line
from harness.domain.clock import COPENHAGEN_NAME, wall_clock
from harness.domain.errors import BadInput
from harness.domain.exchange import Request, Response
from harness.domain.organisations import HOSPITAL
from harness.domain.patient import Patient, Practitioner
from harness.lps.driver import Act, CannotAct, Shown, View
from harness.standards import oids
from harness.standards.cda.apd import Appointment, build_apd
from harness.standards.cda.codes import APD, APPOINTMENT, NAMESPACES
from harness.standards.cda.header import Header, moment_of
from harness.standards.cda.pdc import Stamkort, build_pdc
from harness.standards.xds import build, codes, metadata, read
from harness.standards.xds.metadata import Code, DocumentRequest
from harness.standards.xml import Element, parse
from harness.steps.story import ARRIVAL_SECONDS, Story

_APD_TYPES: Final = tuple(Code(code, oids.LOINC) for code in APD.codes)
_PDC_TYPE: Final = Code("PDC", oids.MESSAGE_CODES)
_AUTHOR: Final = Practitioner("Anden", "Testlæge")
_SOURCE: Final = "2.25.115839274650192837465564738291028374651"
"""The hospital's own OID, under 2.25: no real source can have it."""


@dataclass(slots=True)
class Planned:
    """An appointment as it was agreed: with whom, its times on the Danish clock (the last one counts), and why, with its mark.

    `key` is the LPS's own name for it, empty for the hospital's; `document` and `entry` are of its current edition there.
    """

    patient: Patient
    times: list[datetime]
    why: str
    mark: str
    key: str = ""
    document: Appointment | None = None
    entry: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A stamkort as it was written: each line with a mark of its own."""

    patient: Patient
    lines: tuple[str, ...]


@dataclass(slots=True)
class SharedDocuments:
    """The appointments and the stamkort of one attempt, oldest first, by who shared them."""

    story: Story
    planned: list[Planned] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    _numbers: int = 0

    # What people agree and write

    def plan(self, alias: str, weeks: int, at: str, why: str, *, by_hospital: bool) -> None:
        """The patient is given an appointment, and it is shared."""
        patient = self.story.patient(alias)
        mark = self.story.next_mark(patient)
        planned = Planned(patient, [self._moment(weeks, at)], f"{why} {mark}", mark)
        self.planned.append(planned)
        if by_hospital:
            self.story.driver.admit_patient(patient)
            self._hospital_shares(planned)
        else:
            wish = {"cpr": str(patient.cpr), "tidspunkt": _text(planned.times[-1]), "årsag": planned.why}
            planned.key = self.story.driver.do(Act("giv-tid", wish)).text("aftale")

    def move(self, weeks: int, at: str) -> None:
        """The appointment made last gets another time; what is shared is replaced."""
        planned = self._last()
        planned.times.append(self._moment(weeks, at))
        if planned.key:
            self.story.driver.do(Act("flyt-tid", {"aftale": planned.key, "tidspunkt": _text(planned.times[-1])}))
        else:
            self._hospital_shares(planned)

    def write_card(self, alias: str, lines: tuple[str, ...], *, by_hospital: bool) -> None:
        """A stamkort is written and shared."""
        patient = self.story.patient(alias)
        card = Card(patient, tuple(self.story.marked(each, patient) for each in lines))
        self.cards.append(card)
        if by_hospital:
            self.story.driver.admit_patient(patient)
            document = build_pdc(Stamkort(self._header("Stamkort", patient), card.lines))
            self._hand_in(document, "pdc-formatcode")
        else:
            self.story.driver.do(Act("del-stamkort", {"cpr": str(patient.cpr), "oplysninger": list(card.lines)}))

    def _moment(self, weeks: int, at: str) -> datetime:
        hour, _, minute = at.partition(".")
        return datetime.combine(self.story.today + timedelta(weeks=weeks), time(int(hour), int(minute)))

    # What the hospital hands in

    def _hospital_shares(self, planned: Planned) -> None:
        """By ITI-41, as another source; a moved one replaces what it shared before."""
        header = self._header("Aftale på sygehuset", planned.patient)
        if planned.document:
            header = replace(header, replaces=planned.document.header.document_id)
        start = planned.times[-1].replace(tzinfo=ZoneInfo(COPENHAGEN_NAME))
        planned.document = Appointment(header, "RegionalAppointment", planned.why, start, None, HOSPITAL)
        planned.entry = self._hand_in(build_apd(planned.document), "apd-formatcode", planned.entry)

    def _header(self, title: str, patient: Patient) -> Header:
        return Header(self._id(), title, self.story.time.now(), patient, HOSPITAL, _AUTHOR)

    def _hand_in(self, document: bytes, format_fact: str, replaces: str = "") -> str:
        format_code = Code(str(self.story.profiles["epj-obligatoriske"].facts[format_fact].value), oids.XDS_FORMAT_CODE)
        entry = metadata.entry_from_cda(document, f"urn:uuid:{self._id()}", format_code)
        now = self.story.time.now()
        submission = metadata.submission_of(entry, document, set_uuid=self._id(), source_id=_SOURCE, now=now, replaces=replaces)
        answer = read.read_registry_answer(self._post("/dros/iti41", codes.ITI_41, build.provide_and_register(submission)))
        assert answer.succeeded, answer.errors
        return entry.id

    def _id(self) -> str:
        """A UUID of this attempt's own, the same when it is made again."""
        self._numbers += 1
        return str(uuid5(NAMESPACE_OID, f"{self.story.mark} delt {self._numbers}"))

    # What others can see

    def check_shared(self, *, moved: bool) -> None:
        """The clinic's appointment made last can be read by others, under its patient; `moved`: only with the new time."""
        planned = self._last()
        self.story.time.until(lambda: bool(self._appointments(planned.patient, planned.mark)), ARRIVAL_SECONDS)
        self.story.be_quiet()
        others = [each for each in self.story.patients.values() if each != planned.patient]
        self.story.check(
            rules.for_the_patient, sum(len(self._appointments(each, planned.mark)) for each in self._involved(others))
        )
        shared = self._appointments(planned.patient)
        self.story.check(rules.appointment_is_shared, shared, planned.times[-1], planned.why)
        if moved:
            same = self._appointments(planned.patient, planned.mark)
            self.story.check(rules.only_the_new_time, same, planned.times[-1])
        self.story.judge_messages(shared=True)

    def check_card_shared(self) -> None:
        """The clinic's stamkort can be read there too, each line of it."""
        card = self.cards[-1]
        self.story.time.until(lambda: bool(self._cards_shared(card.patient)), ARRIVAL_SECONDS)
        self.story.check(rules.card_is_shared, self._cards_shared(card.patient), card.lines)
        self.story.judge_messages(shared=True)

    def _involved(self, people: list[Patient]) -> Iterator[Patient]:
        """Those of `people` that the scenario has given an appointment."""
        return (each for each in people if any(planned.patient == each for planned in self.planned))

    def _appointments(self, patient: Patient, mark: str = "") -> list[rules.Appointment]:
        """What stands there now and was agreed in this attempt; with a `mark` only that."""
        found = (_read_appointment(each) for each in self._documents(patient, *_APD_TYPES))
        marks = (mark,) if mark else self.story.marks
        return [each for each in found if each and any(mark in each[1] for mark in marks)]

    def _cards_shared(self, patient: Patient) -> list[str]:
        found = map(_text_in, self._documents(patient, _PDC_TYPE))
        return [each for each in found if any(mark in each for mark in self.story.marks)]

    def _documents(self, patient: Patient, *types: Code) -> list[bytes]:
        """The patient's current documents of these types."""
        query = build.find_documents(codes.patient_id(str(patient.cpr)), statuses=(codes.APPROVED,), type_codes=types)
        entries = read.read_query_answer(self._post("/dds/iti18", codes.ITI_18, query)).entries
        if not entries:
            return []
        wanted = [DocumentRequest(entry.repository_id, entry.unique_id, entry.home) for entry in entries]
        answer = read.read_retrieve_answer(self._post("/dds/iti43", codes.ITI_43, build.retrieve(wanted)))
        return [document.content for document in answer.documents]

    def _post(self, path: str, action: str, body: bytes) -> bytes:
        headers = (("content-type", "text/xml; charset=utf-8"), ("soapaction", f'"{action}"'))
        answer = self.story.ask(Request("POST", path, headers, body))
        assert isinstance(answer, Response), "our own service is asked while it answers"
        return answer.body

    # What the system shows

    def check_shown(self, *, moved: bool) -> None:
        """The hospital's appointment made last is shown; `moved`: only with the new time."""
        planned = self._last()
        rows = self._rows("andres-aftaler", "aftaler", planned.patient)
        shown = [(_moment(row), row.text("årsag")) for row in rows]
        self.story.check(rules.appointment_is_shown, shown, planned.times[-1], planned.why)
        if moved:
            same = [each for each in shown if planned.mark in one_line(each[1])]
            self.story.check(rules.only_the_new_time_is_shown, same, planned.times[-1])
        self.story.judge_messages()

    def check_card_shown(self) -> None:
        """Each line of the hospital's stamkort is shown."""
        card = self.cards[-1]
        rows = self._rows("andres-stamkort", "stamkort", card.patient)
        self.story.check(rules.card_is_shown, [text for row in rows for text in row.texts("tekster")], card.lines)
        self.story.judge_messages()

    def _rows(self, view: str, name: str, patient: Patient) -> tuple[Shown, ...]:
        self.story.time.run_due()
        return self.story.driver.show(View(view, {"cpr": str(patient.cpr)})).rows(name)

    def _last(self) -> Planned:
        if not self.planned:
            raise CannotAct("Scenariet har ikke givet nogen en tid endnu.")
        return self.planned[-1]


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


def _moment(row: Shown) -> datetime:
    try:
        return datetime.fromisoformat(row.text("tidspunkt"))
    except ValueError:
        raise CannotAct("Systemets testgrænseflade følger ikke kontrakten: tidspunkt skal skrives ÅÅÅÅ-MM-DDTTT:MM.") from None


@lru_cache(maxsize=64)
def _read_appointment(document: bytes) -> rules.Appointment | None:
    """When it is, and all that it says: where its reason stands is not public. None for what cannot be read."""
    root = _root(document)
    if root is None:
        return None
    place = f".//cda:encounter/cda:templateId[@root='{APPOINTMENT}']/../cda:effectiveTime"
    times = (*root.findall(f"{place}/cda:low", NAMESPACES), *root.findall(place, NAMESPACES))
    start = next((moment for each in times if (moment := moment_of(each.get("value", "")))), None)
    return (wall_clock(start), _all_text(root)) if start else None


@lru_cache(maxsize=64)
def _text_in(document: bytes) -> str:
    root = _root(document)
    return "" if root is None else _all_text(root)


def _all_text(root: Element) -> str:
    return one_line("\n".join(map(str, root.itertext("*"))))


def _root(document: bytes) -> Element | None:
    """None for what is no XML: its own rules speak of it."""
    try:
        return parse(document, "dokument.xml").root
    except BadInput:
        return None
