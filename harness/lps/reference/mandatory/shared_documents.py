"""The clinic's appointments and stamkort (APD-DK, PDC-DK): shared through the national document sharing, and those of others.

Whether a system submits them itself or through PLSP is not public. Here it submits them itself, whatever way its plans take.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final
from zoneinfo import ZoneInfo

from harness.domain.clock import COPENHAGEN_NAME, wall_clock
from harness.domain.organisations import CLINIC
from harness.domain.patient import Patient
from harness.lps.reference.capability import Capability, Means
from harness.lps.reference.clinic import OWN_DOCTOR
from harness.lps.reference.dds import Dds
from harness.lps.reference.routes import SOURCE_ID
from harness.lps.reference.wire import PLAIN, Wire
from harness.standards import oids
from harness.standards.cda.apd import Appointment, build_apd, read_apd
from harness.standards.cda.codes import APD, APPOINTMENT_CODE, APPOINTMENT_KINDS
from harness.standards.cda.header import Header
from harness.standards.cda.pdc import Stamkort, build_pdc, read_pdc
from harness.standards.mtom import Package
from harness.standards.soap import Version
from harness.standards.xds import build, codes, metadata, read
from harness.standards.xds.metadata import Code
from harness.standards.xml import parse

NOT_SHARED: Final = "aftale-bliver-ikke-delt"
AN_HOUR_OFF: Final = "aftale-uden-dansk-tid"
REASON_LOST: Final = "aftale-uden-årsag"
ENDS_FIRST: Final = "aftale-slutter-før-den-begynder"
MOVED_AS_NEW: Final = "flyttet-aftale-står-to-gange"
APD_FORMER_PATIENT: Final = "aftale-under-den-forrige-patient"
APD_FORMER_NAME: Final = "aftale-med-den-forrige-patients-navn"
SECOND_REPLACES: Final = "aftale-nummer-to-afløser-den-første"
MOVES_FIRST_EDITION: Final = "flyttet-aftale-afløser-første-udgave"
MOVES_FIRST_PATIENTS: Final = "flyttet-aftale-hos-den-første-patient"
MADE_IN_A_YEAR: Final = "aftale-dateret-et-år-frem"
CARD_FORMER_LINES: Final = "stamkort-med-den-forrige-patients-oplysninger"
CARD_FIRST_PATIENT: Final = "stamkort-under-den-første-patient"
FIRST_SHOWN: Final = "andres-aftaler-kun-den-første-vises"
CARD_CUT: Final = "stamkort-kun-første-oplysning"
CARD_NOT_SHARED: Final = "stamkort-bliver-ikke-delt"
SHOWN_IN_UTC: Final = "andres-aftale-vises-uden-dansk-tid"
SHOWS_MOVED: Final = "andres-flyttede-aftale-vises-stadig"
SHOWS_FORMER: Final = "andres-aftaler-fra-forrige-patient-vises"
SHOWN_CARD_CUT: Final = "andres-stamkort-kun-første-oplysning"
ALWAYS_WINTER: Final = "blind-apd-sommertid"
SHOWS_CANCELLED: Final = "blind-apd-aflyst-aftale-staar"
OTHER_SECTION: Final = "aftale-i-et-andet-afsnit"
NOBODY_PERFORMS: Final = "aftale-uden-udfører"
REGIONAL: Final = "aftale-kodet-som-regionens"
FAULTS: Final = (
    NOT_SHARED,
    AN_HOUR_OFF,
    REASON_LOST,
    ENDS_FIRST,
    MOVED_AS_NEW,
    APD_FORMER_PATIENT,
    APD_FORMER_NAME,
    SECOND_REPLACES,
    MOVES_FIRST_EDITION,
    MOVES_FIRST_PATIENTS,
    MADE_IN_A_YEAR,
    CARD_FORMER_LINES,
    CARD_FIRST_PATIENT,
    FIRST_SHOWN,
    CARD_CUT,
    CARD_NOT_SHARED,
    SHOWN_IN_UTC,
    SHOWS_MOVED,
    SHOWS_FORMER,
    SHOWN_CARD_CUT,
    ALWAYS_WINTER,
    SHOWS_CANCELLED,
    OTHER_SECTION,
    NOBODY_PERFORMS,
    REGIONAL,
)
_REWRITTEN: Final = {
    OTHER_SECTION: (f'code="{APPOINTMENT_CODE}"', f'code="{APD.codes[0]}"'),
    NOBODY_PERFORMS: (r"<performer>.*?</performer>", ""),
}
_KINDS: Final = APPOINTMENT_KINDS[:2]
_APD_TYPES: Final = tuple(Code(code, oids.LOINC) for code in APD.codes)
_PDC_TYPE: Final = Code("PDC", oids.MESSAGE_CODES)


@dataclass(slots=True)
class Planned:
    """An appointment in the record. `entry` is the entryUUID of its current edition, `first` of its first."""

    appointment: Appointment
    entry: str = ""
    first: str = ""


class SharedDocuments(Capability):
    """The clinic's own appointments by key; what others shared is asked for each time it is looked at."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._wire = Wire(means.product, PLAIN, means.faults, means.clock, means.new_id)
        self._planned: dict[str, Planned] = {}
        self._cards: dict[str, Stamkort] = {}
        self._card_entries: dict[str, str] = {}
        self._former: Patient | None = None
        self._shown: list[dict[str, Any]] = []
        self.acts = {"giv-tid": self._plan, "flyt-tid": self._move, "del-stamkort": self._share_card}
        self.views = {"andres-aftaler": self._show_appointments, "andres-stamkort": self._show_cards}

    def _plan(self, wish: dict[str, Any]) -> dict[str, Any]:
        patient = self._means.clinic.patients[wish["cpr"]]
        former, self._former = self._former, patient
        header = self._header("Aftale hos lægen", self._whose(patient, former))
        why = "" if REASON_LOST in self._means.faults else wish["årsag"]
        start = self._moment(wish["tidspunkt"])
        end = start - timedelta(minutes=15) if ENDS_FIRST in self._means.faults else None
        planned = Planned(Appointment(header, _KINDS[REGIONAL in self._means.faults], why, start, end, CLINIC))
        same = [each for each in self._planned.values() if each.appointment.header.patient == patient]
        key = f"t{len(self._planned) + 1}"
        self._planned[key] = planned
        self._share_appointment(planned, same[-1].entry if same and SECOND_REPLACES in self._means.faults else "")
        return {"aftale": key}

    def _whose(self, patient: Patient, former: Patient | None) -> Patient:
        if former and APD_FORMER_PATIENT in self._means.faults:
            return former
        if former and APD_FORMER_NAME in self._means.faults:
            return replace(patient, given=former.given, family=former.family)
        return patient

    def _move(self, wish: dict[str, Any]) -> dict[str, Any]:
        planned, now = self._planned[wish["aftale"]], self._means.clock.now()
        before, header = planned.entry, planned.appointment.header
        moved = replace(header, document_id=self._means.new_id(), created=now, replaces=header.document_id)
        if MOVES_FIRST_EDITION in self._means.faults:
            before = planned.first
        if MOVES_FIRST_PATIENTS in self._means.faults:
            first = next(iter(self._planned.values())).appointment.header.patient
            before, moved = "", replace(moved, patient=first, replaces=None)
        planned.appointment = replace(planned.appointment, header=moved, start=self._moment(wish["tidspunkt"]))
        self._share_appointment(planned, "" if MOVED_AS_NEW in self._means.faults else before)
        return {"aftale": wish["aftale"]}

    def _moment(self, text: str) -> datetime:
        moment = datetime.fromisoformat(text)
        if ALWAYS_WINTER in self._means.faults:
            return moment.replace(tzinfo=timezone(timedelta(hours=1)))
        return moment.replace(tzinfo=UTC if AN_HOUR_OFF in self._means.faults else ZoneInfo(COPENHAGEN_NAME))

    def _share_appointment(self, planned: Planned, replaces: str = "") -> None:
        if NOT_SHARED not in self._means.faults:
            format_code = self._means.fact("epj-obligatoriske", "apd-formatcode")
            document = build_apd(planned.appointment).decode()
            for fault in self._means.faults & _REWRITTEN.keys():
                document = re.sub(*_REWRITTEN[fault], document, flags=re.S)
            planned.entry = self._submit(document.encode(), format_code, replaces)
            planned.first = planned.first or planned.entry

    def _share_card(self, wish: dict[str, Any]) -> dict[str, Any]:
        faults, patient = self._means.faults, self._means.clinic.patients[wish["cpr"]]
        lines = tuple(wish["oplysninger"][: 1 if CARD_CUT in faults else None])
        shared = list(self._cards.values())
        if shared and CARD_FORMER_LINES in faults:
            lines = (*shared[-1].lines, *lines)
        if shared and CARD_FIRST_PATIENT in faults:
            patient = shared[0].header.patient
        header = self._header("Stamkort", patient)
        before = self._cards.get(str(patient.cpr))
        if before:
            header = replace(header, replaces=before.header.document_id)
        card = self._cards[str(patient.cpr)] = Stamkort(header, lines)
        if CARD_NOT_SHARED not in faults:
            format_code = self._means.fact("epj-obligatoriske", "pdc-formatcode")
            self._card_entries[str(patient.cpr)] = self._submit(
                build_pdc(card), format_code, self._card_entries.get(str(patient.cpr), "")
            )
        return {}

    def _header(self, title: str, patient: Patient) -> Header:
        now = self._means.clock.now() + timedelta(days=365 if MADE_IN_A_YEAR in self._means.faults else 0)
        return Header(self._means.new_id(), title, now, patient, CLINIC, OWN_DOCTOR)

    def _submit(self, document: bytes, format_code: str, replaces: str = "") -> str:
        """Hand a document in by ITI-41; its entryUUID. Raises ValueError when it is refused."""
        means = self._means
        entry_id = f"urn:uuid:{means.new_id()}"
        entry = metadata.entry_from_cda(document, entry_id, Code(format_code, oids.XDS_FORMAT_CODE))
        submission = metadata.submission_of(
            entry, document, set_uuid=means.new_id(), source_id=SOURCE_ID, now=means.clock.now(), replaces=replaces
        )
        package = Package(build.provide_and_register(submission), (), Version.SOAP_11, codes.ITI_41)
        body, headers = self._wire.dressed(package, entry.unique_id)
        response = means.client.post(f"{means.services}/dros/iti41", content=body, headers=list(headers))
        answer = read.read_registry_answer(response.content, tuple(response.headers.items()))
        if not answer.succeeded:
            raise ValueError(", ".join(error.context for error in answer.errors))
        return entry_id

    def _show_appointments(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Those that others shared and that are current."""
        faults = self._means.faults
        documents = Dds(self._means, self._wire).documents(wish["cpr"], *_APD_TYPES)
        told = [(read_apd(parse(document, "aftale.xml")), current) for document, current in documents]
        moved = {each.header.replaces for each, _ in told}
        found = [
            each
            for each, current in told
            if current or SHOWS_MOVED in faults or (SHOWS_CANCELLED in faults and each.header.document_id not in moved)
        ]
        rows = [self._row(each) for each in found if each.header.clinic.sor != CLINIC.sor]
        rows = rows[:1] if FIRST_SHOWN in faults else rows
        former, self._shown = self._shown, rows
        return {"aftaler": [*(former if SHOWS_FORMER in faults else ()), *rows]}

    def _row(self, appointment: Appointment) -> dict[str, Any]:
        start = appointment.start
        local = start.astimezone(UTC).replace(tzinfo=None) if SHOWN_IN_UTC in self._means.faults else wall_clock(start)
        return {
            "tidspunkt": local.isoformat(timespec="minutes"),
            "årsag": appointment.reason,
            "sted": appointment.place.name,
            "fra": appointment.header.clinic.name,
        }

    def _show_cards(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Those that others shared and that are current."""
        found = [
            read_pdc(parse(document, "stamkort.xml"))
            for document, current in Dds(self._means, self._wire).documents(wish["cpr"], _PDC_TYPE)
            if current
        ]
        kept = 1 if SHOWN_CARD_CUT in self._means.faults else None
        others = [each for each in found if each.header.clinic.sor != CLINIC.sor]
        return {"stamkort": [{"fra": each.header.clinic.name, "tekster": list(each.lines[:kept])} for each in others]}
