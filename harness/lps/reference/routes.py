"""How the reference LPS hands a plan in, by either rute, and how it understands the answer."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Protocol

import httpx

from harness.domain.careplan import CarePlan, Disease
from harness.domain.clock import Clock
from harness.domain.errors import BadInput
from harness.lps.faults import (
    ADDRESSES_FIRST_PATIENT,
    DROPS_LETTERS,
    KOL_LABEL,
    PACKING_FAULTS,
    UNKNOWN_LABEL,
    WRONG_LABEL,
    faulty_submission,
)
from harness.lps.reference.wire import Wire
from harness.standards import oids
from harness.standards.mtom import Package
from harness.standards.xds import build, codes, metadata, read

SOURCE_ID = "2.25.308692225183755893730920600174288813838"
"""Its own OID, under 2.25: no real source can have it."""

_LABELLED: Final = {Disease.KOL: ("R95",), Disease.T2D: ("T90",), Disease.HJERTE: ("K74", "K75", "K76")}
"""The diagnoses in ICPC-2-DK that a disease's forløbslabel goes with."""


BALKS_AT_NEWS: Final = "tror-ikke-på-et-svar-med-mere-end-før"
WITHDRAWS_OTHERS: Final = "plan-for-en-ny-sygdom-trækker-den-anden-tilbage"
_RECEIPT: Final = {"kvittering", "dokumentId", "setId", "version"}


class Outcome(Enum):
    """What came of one try."""

    TAKEN = "modtaget"
    TRY_LATER = "prøv senere"
    REFUSED = "afvist"


@dataclass(frozen=True, slots=True)
class Reply:
    """The outcome of one try, with what the user is told."""

    outcome: Outcome
    message: str = ""


class Route(Protocol):
    """Hands one written plan in."""

    def send(self, plan: CarePlan, document: bytes) -> Reply:
        """Try once."""
        ...


def _label(plan: CarePlan, faults: frozenset[str]) -> metadata.Code | None:
    """The forløbslabel of the plan's disease and diagnosis; none is published for lænderygsmerter, so none is sent."""
    if WRONG_LABEL in faults:
        return KOL_LABEL
    label = plan.disease.forloebslabel
    if label and UNKNOWN_LABEL in faults:
        return metadata.Code("ALAL99", oids.SKS, plan.disease)
    fits = plan.diagnosis.code in _LABELLED.get(plan.disease, ())
    return metadata.Code(label, oids.SKS, codes.FORLOEBSLABELS[label]) if label and fits else None


@dataclass(slots=True)
class ViaPlsp:
    """To PLSP's forløbsplandatabase, which registers the plan nationally."""

    client: httpx.Client
    address: str
    cpd_version: str
    faults: frozenset[str]
    _first_patient: str = ""
    _taken: dict[str, str] = field(default_factory=dict)

    def send(self, plan: CarePlan, document: bytes) -> Reply:
        """Try once."""
        self._first_patient = self._first_patient or str(plan.patient.cpr)
        patient = self._first_patient if ADDRESSES_FIRST_PATIENT in self.faults else str(plan.patient.cpr)
        message = {
            "patient": "".join(filter(str.isdigit, patient)) if DROPS_LETTERS in self.faults else patient,
            "cpdVersion": self.cpd_version,
            "dokument": base64.b64encode(document).decode("ascii"),
        }
        label = _label(plan, self.faults)
        if label:
            message["forloebslabel"] = label.code
        try:
            response = self.client.post(f"{self.address}/plsp/forloebsplaner", json=message)
        except httpx.TransportError:
            return Reply(Outcome.TRY_LATER, "Modtageren svarer ikke.")
        if response.is_success and BALKS_AT_NEWS in self.faults and not response.json().keys() <= _RECEIPT:
            return Reply(Outcome.REFUSED, "Modtagerens svar kan ikke forstås.")
        if response.is_success:
            self._withdraw_other(patient, plan.set_id)
            return Reply(Outcome.TAKEN)
        if response.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            return Reply(Outcome.TRY_LATER, "Modtageren er optaget.")
        return Reply(Outcome.REFUSED, f"Modtageren afviste planen ({response.status_code}).")

    def _withdraw_other(self, patient: str, set_id: str) -> None:
        other = self._taken.get(patient, set_id)
        if other != set_id and WITHDRAWS_OTHERS in self.faults:
            self.client.post(f"{self.address}/plsp/tilbagetraekning", json={"patient": patient, "setId": other})
        self._taken[patient] = set_id


@dataclass(slots=True)
class Direct:
    """To DROS by ITI-41. Remembers the entryUUID of each edition it shared, since the next one must name it."""

    client: httpx.Client
    address: str
    cpd_version: str
    faults: frozenset[str]
    clock: Clock
    new_id: Callable[[], str]
    wire: Wire
    _entries: dict[tuple[str, int], str] = field(default_factory=dict)

    def send(self, plan: CarePlan, document: bytes) -> Reply:
        """Try once. The same edition has the same entryUUID however often it is tried."""
        entry_id = self._entries.setdefault((plan.document_id, plan.version), f"urn:uuid:{self.new_id()}")
        entry = metadata.entry_from_cpd(document, entry_id, self.cpd_version, _label(plan, self.faults))
        submission = metadata.submission_of(
            entry,
            document,
            set_uuid=self.new_id(),
            source_id=SOURCE_ID,
            now=self.clock.now(),
            replaces=self._entry_of(plan.replaces, besides=entry_id),
        )
        body, headers = self.wire.dressed(self._written(faulty_submission(submission, self.faults)), plan.document_id)
        try:
            response = self.client.post(f"{self.address}/dros/iti41", content=body, headers=list(headers))
            answer = read.read_registry_answer(response.content, tuple(response.headers.items()))
        except httpx.TransportError:
            return Reply(Outcome.TRY_LATER, "Modtageren svarer ikke.")
        except BadInput as error:
            return Reply(Outcome.REFUSED, f"Modtagerens svar kan ikke læses: {error}")
        if answer.succeeded and not (BALKS_AT_NEWS in self.faults and answer.errors):
            return Reply(Outcome.TAKEN)
        named = ", ".join(error.code for error in answer.errors)
        if any("Busy" in error.code for error in answer.errors):
            return Reply(Outcome.TRY_LATER, f"Modtageren er optaget ({named}).")
        return Reply(Outcome.REFUSED, f"Modtageren afviste planen ({named}).")

    def _entry_of(self, document_id: str | None, *, besides: str) -> str:
        """The entryUUID of a document it shared before the one `besides`; empty when there is none."""
        found = [entry for (known, _), entry in self._entries.items() if known == document_id and entry != besides]
        return found[-1] if found else ""

    def _written(self, submission: metadata.Submission) -> Package:
        form = self.wire.form
        if form.packed or self.faults & PACKING_FAULTS:
            return build.packed_provide_and_register(submission, form.version)
        return Package(build.provide_and_register(submission), (), form.version, codes.ITI_41)
