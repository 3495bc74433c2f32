"""The clinic's inbox for laboratories' answers: by its own settings each is archived, waits, or is left to the doctor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from harness.domain.clock import copenhagen
from harness.domain.lab_inbox import Place
from harness.lps.reference.capability import Capability, Means
from harness.lps.reference.laboratory import lab_normality, lab_views
from harness.lps.reference.laboratory.lab_normality import is_corrected, is_laboratory, is_whole, why_not_normal
from harness.lps.reference.laboratory.lab_views import Filed, Line, row_of
from harness.standards.medrpt.read import read_medrpt
from harness.standards.medrpt.report import LabReport, ReportStatus
from harness.standards.vans import Envelope, Message

IGNORES_OFF: Final = "indbakke-kan-ikke-slås-fra"
NEVER_ARCHIVES: Final = "indbakke-arkiverer-ikke-normale"
NEVER_TELLS: Final = "indbakke-svarer-ikke-patienten"
TELLS_ANYWAY: Final = "indbakke-svarer-også-når-lægen-skal-se-svaret"
TELLS_AGAIN: Final = "indbakke-svarer-patienten-hver-gang-svaret-kommer"
NO_APPOINTMENT: Final = "indbakke-kender-ikke-aftaler"
PAST_COUNTS: Final = "indbakke-en-aftale-i-går-tæller"
CANCELLED_COUNTS: Final = "indbakke-en-aflyst-aftale-tæller"
OTHERS_APPOINTMENT: Final = "indbakke-en-anden-patients-aftale"
ANY_DISTANCE: Final = "indbakke-enhver-kommende-aftale-tæller"
DEADLINE_SHORT: Final = "indbakke-fristens-sidste-dag-tæller-ikke"
FORGETS_CANCELLED: Final = "indbakke-aflyst-aftale-glemmer-svaret"
FORGETS_MOVED: Final = "indbakke-flyttet-aftale-mister-svaret"
NORMAL_WAITS: Final = "indbakke-normalt-svar-venter-på-aftalen"
SWALLOWS_CORRECTION: Final = "indbakke-rettelse-overset"
JUDGES_OLD: Final = "indbakke-rettelse-bedømt-som-det-første-svar"
CORRECTED_AS_NEW: Final = "indbakke-rettelse-behandlet-som-nyt-svar"
PARTIAL_AS_WHOLE: Final = "indbakke-ufuldstændigt-svar-som-helt"
RECEIVED_AS_NORMAL: Final = "indbakke-modtaget-prøve-som-normalt-svar"
ANSWERS_THE_DEAD: Final = "indbakke-svarer-den-døde"
STRANGER_LOST: Final = "indbakke-svar-uden-patient-tabt"
STRANGER_ON_LATEST: Final = "indbakke-svar-uden-patient-på-en-anden"
SHOWS_COPY: Final = "indbakke-svar-vist-igen-i-ny-forsendelse"
SHOWS_EVERY: Final = "indbakke-svar-vist-hver-gang-det-kommer"
ONE_PER_REQUISITION: Final = "indbakke-kun-ét-svar-pr-rekvisition"
LAST_DECIDES: Final = "indbakke-sidste-svar-afgør-hele-rekvisitionen"
PARTS_STAY: Final = "indbakke-dele-af-en-rekvisition-bliver-hos-lægen"
ARCHIVES_ALL: Final = "indbakke-arkiverer-alle-patienters-svar"
LAST_APPOINTMENT: Final = "indbakke-lægger-svaret-ved-den-fjerneste-aftale"
OFF_WAITS: Final = "indbakke-aftale-går-forud-for-at-automatikken-er-slået-fra"
DEAD_WAITS: Final = "indbakke-den-dødes-svar-venter-på-aftalen"
CORRECTION_WAITS: Final = "indbakke-rettet-svar-venter-på-aftalen"
PARTIAL_WAITS: Final = "indbakke-ufuldstændigt-svar-venter-på-aftalen"
ONE_COMES_BACK: Final = "indbakke-kun-ét-svar-kommer-tilbage-fra-aflyst-aftale"
TELLS_WHEN_CANCELLED: Final = "indbakke-svarer-patienten-når-aftalen-aflyses"
MOVES_ALL: Final = "indbakke-en-flyttet-aftale-flytter-alles-svar"
TELLS_OF_CORRECTION: Final = "indbakke-svarer-patienten-når-svaret-er-rettet"
PART_FORGOTTEN: Final = "indbakke-unormal-del-glemt"
FAULTS: Final = (
    *lab_normality.FAULTS,
    *lab_views.FAULTS,
    IGNORES_OFF,
    NEVER_ARCHIVES,
    NEVER_TELLS,
    TELLS_ANYWAY,
    TELLS_AGAIN,
    NO_APPOINTMENT,
    PAST_COUNTS,
    CANCELLED_COUNTS,
    OTHERS_APPOINTMENT,
    ANY_DISTANCE,
    DEADLINE_SHORT,
    FORGETS_CANCELLED,
    FORGETS_MOVED,
    NORMAL_WAITS,
    SWALLOWS_CORRECTION,
    JUDGES_OLD,
    CORRECTED_AS_NEW,
    PARTIAL_AS_WHOLE,
    RECEIVED_AS_NORMAL,
    ANSWERS_THE_DEAD,
    STRANGER_LOST,
    STRANGER_ON_LATEST,
    SHOWS_COPY,
    SHOWS_EVERY,
    ONE_PER_REQUISITION,
    LAST_DECIDES,
    PARTS_STAY,
    ARCHIVES_ALL,
    LAST_APPOINTMENT,
    OFF_WAITS,
    DEAD_WAITS,
    CORRECTION_WAITS,
    PARTIAL_WAITS,
    ONE_COMES_BACK,
    TELLS_WHEN_CANCELLED,
    MOVES_ALL,
    TELLS_OF_CORRECTION,
    PART_FORGOTTEN,
)

_OFF: Final = "Automatikken er slået fra."
_DEAD: Final = "Patienten er død."
_CORRECTED: Final = "Svaret er rettet."
_NOT_WHOLE: Final = "Svaret er ikke helt færdigt."
_WAITS_DESPITE: Final = {_OFF: OFF_WAITS, _DEAD: DEAD_WAITS, _CORRECTED: CORRECTION_WAITS, _NOT_WHOLE: PARTIAL_WAITS}
"""Why an answer goes to the doctor, and the defect by which it waits for an appointment instead."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the inbox may do by itself: with which analyses, how many days ahead an appointment counts, what patients are told."""

    on: bool = False
    analyses: tuple[str, ...] = ()
    days: int = 0
    text: str = ""


@dataclass(slots=True)
class Appointment:
    """A patient's appointment; `day` is None when it is cancelled, `was` the day it had before."""

    cpr: str
    name: str
    day: date | None
    was: date | None = None


@dataclass(slots=True)
class _Seen:
    """The ids of what has come."""

    envelopes: set[str] = field(default_factory=set)
    messages: set[str] = field(default_factory=set)


class LabInbox(Capability):
    """Every laboratory's answer the clinic got, oldest first."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._settings = Settings()
        self._appointments: dict[tuple[str, str], Appointment] = {}
        self._filed: list[Filed] = []
        self._seen = _Seen()
        self.acts = {"saet-indbakkens-regler": self._set, "skriv-aftale": self._write_appointment}
        self.views = {
            "laboratoriesvar": lambda wish: self._show(lambda each: each.cpr == wish["cpr"]),
            "laboratoriesvar-uden-patient": lambda _: self._show(lambda each: not self._known(each.cpr)),
        }
        self.letters = {"RPT01": self._take}

    def _today(self) -> date:
        return copenhagen(self._means.clock.now()).date()

    def _known(self, cpr: str) -> bool:
        return cpr in self._means.clinic.patients

    # What people do

    def _set(self, wish: dict[str, Any]) -> dict[str, Any]:
        self._settings = Settings(wish["automatik"], tuple(wish["analyser"]), wish["aftaleDage"], wish["svartekst"])
        return {}

    def _write_appointment(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Make it, move it, or cancel it: what waits for it follows, or goes to the doctor."""
        cpr = str(self._means.clinic.patients[wish["cpr"]].cpr)
        day = date.fromisoformat(wish["dato"]) if wish["dato"] else None
        before = self._appointments.get((cpr, wish["aftale"]))
        made = Appointment(cpr, wish["aftale"], day, (before.day or before.was) if before else None)
        self._appointments[cpr, wish["aftale"]] = made
        waiting = [each for each in self._filed if before and each.place is Place.APPOINTMENT]
        own = [each for each in waiting if (each.cpr, each.appointment) == (cpr, made.name)]
        if MOVES_ALL in self._means.faults and day:
            own = waiting
        for each in own[:1] if ONE_COMES_BACK in self._means.faults else own:
            self._follow(each, made)
        return {}

    def _follow(self, filed: Filed, made: Appointment) -> None:
        faults = self._means.faults
        if made.day and FORGETS_MOVED not in faults:
            filed.day = made.day
        elif made.day:
            filed.place = Place.ARCHIVE
        elif FORGETS_CANCELLED not in faults:
            self._put(filed, Place.DOCTOR, "Aftalen er aflyst.")
            if TELLS_WHEN_CANCELLED in faults:
                self._tell(filed)

    # What comes

    def _take(self, envelope: Envelope) -> None:
        """File a laboratory's answer that is new; receipt it, new or not."""
        if not is_laboratory(envelope):
            return
        assert isinstance(envelope.content, Message)
        faults, seen, message = self._means.faults, self._seen, envelope.content
        known = envelope.identifier in seen.envelopes if SHOWS_COPY in faults else message.meta.identifier in seen.messages
        seen.envelopes.add(envelope.identifier)
        seen.messages.add(message.meta.identifier)
        if not known or SHOWS_EVERY in faults:
            self._file(read_medrpt(lab_views.misread(message.data, faults)))
        elif TELLS_AGAIN in faults:
            self._filed[-1].told.append(self._settings.text)
        self._means.receipt(envelope)

    def _file(self, report: LabReport) -> None:
        faults = self._means.faults
        filed = Filed(report.patient.cpr, report)
        if not self._known(filed.cpr):
            if STRANGER_LOST in faults:
                return
            if STRANGER_ON_LATEST in faults:
                filed.cpr = list(self._means.clinic.patients)[-1]
        if SWALLOWS_CORRECTION in faults and is_corrected(report):
            return
        if ONE_PER_REQUISITION in faults:
            self._filed = [each for each in self._filed if not self._together(each, filed)]
        self._filed.append(filed)
        self._handle(filed)

    def _together(self, one: Filed, other: Filed) -> bool:
        """Whether both answer the same requisition."""
        return one.cpr == other.cpr and one.report.sample.requester_id == other.report.sample.requester_id

    def _handle(self, filed: Filed) -> None:
        faults, why = self._means.faults, self._bar(filed)
        appointment = self._appointment_of(filed.cpr)
        if TELLS_OF_CORRECTION in faults and is_corrected(filed.report):
            self._tell(filed)
        if why and not (appointment and _WAITS_DESPITE.get(why) in faults):
            self._put(filed, Place.DOCTOR, why)
            return
        parts = self._parts_before(filed)
        judged = [filed] if faults & {LAST_DECIDES, PART_FORGOTTEN} else [*parts, filed]
        why = why or next(filter(None, map(self._why_not_normal, judged)), "")
        if faults & {PARTS_STAY, PART_FORGOTTEN}:
            parts = [each for each in parts if PARTS_STAY not in faults and not self._why_not_normal(each)]
        if not why and not (appointment and NORMAL_WAITS in faults):
            for each in self._filed if ARCHIVES_ALL in faults else [*parts, filed]:
                self._put(each, Place.ARCHIVE, "Alle resultater er inden for normalområdet.")
            self._tell(filed)
        elif appointment:
            filed.appointment, filed.day = appointment.name, appointment.day
            self._put(filed, Place.APPOINTMENT, "Patienten har en aftale.")
        else:
            self._put(filed, Place.DOCTOR, why)

    def _parts_before(self, filed: Filed) -> list[Filed]:
        """The answers to the same requisition that waited at the doctor for this one."""
        same = [each for each in self._filed if self._together(each, filed) and each is not filed]
        if LAST_DECIDES in self._means.faults:
            return same
        return [each for each in same if each.place is Place.DOCTOR and not is_whole(each.report)]

    def _bar(self, filed: Filed) -> str:
        """Why the answer may not be handled at all; empty when it may."""
        faults, report = self._means.faults, filed.report
        reasons = {
            "Patienten er ikke i klinikken.": not self._known(filed.cpr),
            _OFF: not self._settings.on and IGNORES_OFF not in faults,
            _DEAD: filed.cpr in self._means.clinic.deceased and ANSWERS_THE_DEAD not in faults,
            _CORRECTED: is_corrected(report) and not (CORRECTED_AS_NEW in faults or self._was_normal(report)),
            _NOT_WHOLE: not is_whole(report) and not self._passes(report),
        }
        return next((reason for reason, holds in reasons.items() if holds), "")

    def _was_normal(self, report: LabReport) -> bool:
        """Whether a defect judges a corrected report by the first, and that was normal."""
        return JUDGES_OLD in self._means.faults and not why_not_normal(self._first(report), self._settings.analyses, ())

    def _first(self, report: LabReport) -> LabReport:
        return next(each.report for each in self._filed if each.report.production == report.production)

    def _passes(self, report: LabReport) -> bool:
        """Whether a defect lets a report pass that is not whole."""
        return (RECEIVED_AS_NORMAL if report.status is ReportStatus.RECEIVED else PARTIAL_AS_WHOLE) in self._means.faults

    def _why_not_normal(self, filed: Filed) -> str:
        report = filed.report
        if NEVER_ARCHIVES in self._means.faults:
            return "Klinikken ser selv alle svar."
        if report.status is ReportStatus.RECEIVED:
            return ""
        if JUDGES_OLD in self._means.faults and is_corrected(report):
            report = self._first(report)
        return why_not_normal(report, self._settings.analyses, self._means.faults)

    def _appointment_of(self, cpr: str) -> Appointment | None:
        """The patient's next appointment, when it is near enough to wait for."""
        faults, today = self._means.faults, self._today()
        last = today + timedelta(days=self._settings.days - (DEADLINE_SHORT in faults))
        own = [each for each in self._appointments.values() if each.cpr == cpr or OTHERS_APPOINTMENT in faults]
        days = [(each.day or (each.was if CANCELLED_COUNTS in faults else None), each) for each in own]
        near = [
            (day, each)
            for day, each in days
            if day and (day >= today or PAST_COUNTS in faults) and (day <= last or ANY_DISTANCE in faults)
        ]
        if not near or NO_APPOINTMENT in faults:
            return None
        return (max if LAST_APPOINTMENT in faults else min)(near, key=lambda pair: pair[0])[1]

    def _tell(self, filed: Filed) -> None:
        if NEVER_TELLS not in self._means.faults:
            filed.told.append(self._settings.text)

    def _put(self, filed: Filed, place: Place, why: str) -> None:
        filed.place = place
        filed.log.append(Line(self._today(), place, why))
        several = filed.report.status is ReportStatus.PARTIAL or self._parts_before(filed)
        if place is not Place.ARCHIVE and TELLS_ANYWAY in self._means.faults and not several:
            self._tell(filed)

    # What the user sees

    def _show(self, chosen: Callable[[Filed], bool]) -> dict[str, Any]:
        return {"svar": [row_of(each, self._means.faults) for each in self._filed if chosen(each)]}
