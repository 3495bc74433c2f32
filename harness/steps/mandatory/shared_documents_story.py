"""What one attempt knows of appointments and stamkort: what the clinic and the hospital shared, and how both are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from functools import lru_cache, partial
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
_HAND_IN: Final = "/dros/iti41"
_CHANGE: Final = "/dros/iti57"
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
    since: datetime
    key: str = ""
    document: Appointment | None = None
    entry: str = ""
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """A stamkort as it was written, by the clinic or by the hospital: each line with a mark of its own."""

    patient: Patient
    lines: tuple[str, ...]
    by_hospital: bool
    since: datetime


@dataclass(frozen=True, slots=True)
class Read:
    """A shared document: all that it says, the patient's name, when it was made, and when an appointment is (None: it is none).
    Times are on the Danish clock.
    """

    text: str
    name: str
    created: datetime
    when: datetime | None


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
        planned = Planned(patient, [self._moment(weeks, at)], f"{why} {mark}", mark, self.story.time.now())
        self.planned.append(planned)
        if by_hospital:
            self.story.driver.admit_patient(patient)
            self._hospital_shares(planned)
        else:
            wish = {"cpr": str(patient.cpr), "tidspunkt": _text(planned.times[-1]), "årsag": planned.why}
            planned.key = self._do(Act("giv-tid", wish)).text("aftale")

    def move(self, weeks: int, at: str) -> None:
        """The appointment made last gets another time; what is shared is replaced."""
        planned = self._last()
        planned.times.append(self._moment(weeks, at))
        if planned.key:
            self._do(Act("flyt-tid", {"aftale": planned.key, "tidspunkt": _text(planned.times[-1])}))
        else:
            self._hospital_shares(planned)

    def cancel(self) -> None:
        """The hospital takes its appointment made last out of use."""
        planned = self._last()
        planned.cancelled = True
        change = metadata.deprecation_of(
            planned.entry,
            codes.patient_id(str(planned.patient.cpr)),
            set_uuid=self._id(),
            source_id=_SOURCE,
            now=self.story.time.now(),
            content_type=_APD_TYPES[0],
        )
        answer = read.read_registry_answer(self._post(_CHANGE, codes.ITI_57, build.update_document_set(change)))
        assert answer.succeeded, answer.errors

    def write_card(self, alias: str, lines: tuple[str, ...], *, by_hospital: bool) -> None:
        """A stamkort is written and shared."""
        patient = self.story.patient(alias)
        marked = tuple(self.story.marked(each, patient) for each in lines)
        card = Card(patient, marked, by_hospital, self.story.time.now())
        self.cards.append(card)
        if by_hospital:
            self.story.driver.admit_patient(patient)
            document = build_pdc(Stamkort(self._header("Stamkort", patient), card.lines))
            self._hand_in(document, "pdc-formatcode")
        else:
            self._do(Act("del-stamkort", {"cpr": str(patient.cpr), "oplysninger": list(card.lines)}))

    def _do(self, act: Act) -> Shown:
        """What was sent is judged also when the system says that it could not: it may be why it was refused."""
        try:
            return self.story.driver.do(replace(act, may_fail=True))
        except CannotAct:
            self.story.messages.judge(shared=True)
            raise

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
        answer = read.read_registry_answer(self._post(_HAND_IN, codes.ITI_41, build.provide_and_register(submission)))
        assert answer.succeeded, answer.errors
        return entry.id

    def _id(self) -> str:
        """A UUID of this attempt's own, the same when it is made again."""
        self._numbers += 1
        return str(uuid5(NAMESPACE_OID, f"{self.story.mark} delt {self._numbers}"))

    # What others can see

    def check_shared(self) -> None:
        """Each of the clinic's appointments can be read by others, under its patient; of one that was moved only the new time."""
        self._last()
        own = [each for each in self.planned if each.key]
        if self._awaits_the_way():
            return
        for each in own:
            self._wait(partial(self._appointments, each.patient, each.mark))
        self.story.be_quiet()
        for each in own:
            self._check_whose(each.patient, (each.mark,), self._appointments)
        for each in own:
            found = self._appointments(each.patient)
            told = [(one.when, one.text) for one in found if one.when]
            self.story.check(rules.appointment_is_shared, told, each.times[-1], each.why)
            same = [one for one in found if each.mark in one.text]
            if len(each.times) > 1:
                self.story.check(rules.only_the_new_time, [(one.when, one.text) for one in same if one.when], each.times[-1])
            self._check_time(same, each.since)
        self.story.messages.judge(shared=True)

    def check_card_shared(self) -> None:
        """Each of the clinic's stamkort can be read there too, each line of it, under its patient."""
        own = [each for each in self.cards if not each.by_hospital]
        if self._awaits_the_way():
            return
        for each in own:
            self._wait(partial(self._cards_shared, each.patient))
        for each in own:
            self._check_whose(each.patient, each.lines, self._cards_shared)
        for each in own:
            found = self._cards_shared(each.patient)
            self.story.check(rules.card_is_shared, [one.text for one in found], each.lines)
            self._check_time(found, each.since)
        self.story.messages.judge(shared=True)

    def _awaits_the_way(self) -> bool:
        """Whether nothing was handed in here: then it may have gone through PLSP, and MedCom has not said which way it goes."""

        def handed_in() -> int:
            return sum(each.sender == "lps" and each.request.path == _HAND_IN for each in self.story.attempt.inbox.received)

        self._wait(handed_in)
        if not handed_in():
            self.story.check(rules.handed_in_here, 0)
        return not handed_in()

    def _wait(self, found: Callable[[], object]) -> None:
        self.story.time.until(lambda: bool(found()), ARRIVAL_SECONDS)

    def _check_whose(self, patient: Patient, texts: tuple[str, ...], look_up: Callable[[Patient], list[Read]]) -> None:
        """`texts` stand under no other patient, and what tells them has the patient's name."""
        strays = [one for each in self._others(patient) for one in look_up(each) if _tells(one, texts)]
        strays += [one for one in look_up(patient) if _tells(one, texts) and not rules.is_named(one.name, patient)]
        self.story.check(rules.for_the_patient, len(strays))

    def _check_time(self, documents: list[Read], since: datetime) -> None:
        for each in documents:
            self.story.check(rules.time_is_now, each.created, wall_clock(since), wall_clock(self.story.time.now()))

    def _others(self, patient: Patient) -> list[Patient]:
        """Whom else the scenario has given an appointment or a stamkort."""
        people = {str(each.cpr): each for each in self._people()}
        return [each for each in people.values() if each != patient]

    def _people(self) -> Iterator[Patient]:
        yield from (each.patient for each in self.planned)
        yield from (each.patient for each in self.cards)

    def _appointments(self, patient: Patient, mark: str = "") -> list[Read]:
        """What stands there now and was agreed in this attempt; with a `mark` only that."""
        marks = (mark,) if mark else tuple(self.story.marks)
        return [each for each in self._read(patient, *_APD_TYPES) if each.when and _tells(each, marks)]

    def _cards_shared(self, patient: Patient) -> list[Read]:
        return [each for each in self._read(patient, _PDC_TYPE) if _tells(each, tuple(self.story.marks))]

    def _read(self, patient: Patient, *types: Code) -> list[Read]:
        return [read for each in self._documents(patient, *types) if (read := _read_document(each))]

    def _documents(self, patient: Patient, *types: Code) -> list[bytes]:
        """The patient's current documents of these types."""
        query = build.find_documents(codes.patient_id(str(patient.cpr)), statuses=(codes.APPROVED,), type_codes=types)
        found = read.read_query_answer(self._post("/dds/iti18", codes.ITI_18, query)).entries
        entries = [entry for entry in found if self.story.ours(entry)]
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

    def check_shown(self) -> None:
        """The hospital's appointments with the patient of the last one are shown; of one that was moved only the new time, and
        of one that was cancelled nothing.
        """
        patient = self._last().patient
        looked = self._look("andres-aftaler", patient)
        self.story.messages.judge()
        rows = looked.rows("aftaler")
        shown = [(_moment(row), row.text("årsag")) for row in rows]
        others = [each for each in self.planned if each.patient == patient and not each.key]
        for planned in [each for each in others if not each.cancelled]:
            self.story.check(rules.appointment_is_shown, shown, planned.times[-1], planned.why)
            if len(planned.times) > 1:
                same = [each for each in shown if planned.mark in one_line(each[1])]
                self.story.check(rules.only_the_new_time_is_shown, same, planned.times[-1])
        for planned in [each for each in others if each.cancelled]:
            self.story.check(rules.cancelled_is_gone, [each for each in shown if planned.mark in one_line(each[1])])

    def check_card_shown(self) -> None:
        """Each line of the hospital's stamkort is shown."""
        card = self.cards[-1]
        looked = self._look("andres-stamkort", card.patient)
        self.story.messages.judge()
        texts = [text for row in looked.rows("stamkort") for text in row.texts("tekster")]
        self.story.check(rules.card_is_shown, texts, card.lines)

    def _look(self, view: str, patient: Patient) -> Shown:
        self.story.time.run_due()
        return self.story.driver.show(View(view, {"cpr": str(patient.cpr)}))

    def _last(self) -> Planned:
        if not self.planned:
            raise CannotAct("Scenariet har ikke givet nogen en tid endnu.")
        return self.planned[-1]


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


def _moment(row: Shown) -> datetime:
    try:
        shown = datetime.fromisoformat(row.text("tidspunkt"))
    except ValueError:
        raise CannotAct("Systemets testgrænseflade følger ikke kontrakten: tidspunkt skal skrives ÅÅÅÅ-MM-DDTTT:MM.") from None
    return wall_clock(shown) if shown.tzinfo else shown


def _tells(document: Read, texts: tuple[str, ...]) -> bool:
    return any(one_line(each) in document.text for each in texts)


@lru_cache(maxsize=64)
def _read_document(data: bytes) -> Read | None:
    """Where an appointment's reason stands is not public, so all text is read. None for what cannot be read, or says no time
    it was made: its own rules speak of it.
    """
    try:
        root = parse(data, "dokument.xml").root
    except BadInput:
        return None
    place = f".//cda:encounter/cda:templateId[@root='{APPOINTMENT}']/../cda:effectiveTime"
    created = _first_moment(root, "cda:effectiveTime")
    if created is None:
        return None
    name = " ".join(_all_text(each) for each in root.findall("cda:recordTarget/cda:patientRole/cda:patient/cda:name", NAMESPACES))
    return Read(_all_text(root), name, created, _first_moment(root, f"{place}/cda:low", place))


def _first_moment(root: Element, *paths: str) -> datetime | None:
    """On the Danish clock."""
    found = (moment_of(each.get("value", "")) for path in paths for each in root.findall(path, NAMESPACES))
    return next((wall_clock(moment) for moment in found if moment), None)


def _all_text(element: Element) -> str:
    return one_line("\n".join(map(str, element.itertext("*"))))
