"""A world of both services with a real record around it, in a folder: what an LPS would meet, and what it leaves behind."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from harness.domain.careplan import CarePlan, Diagnosis, Disease
from harness.domain.clock import VirtualClock
from harness.domain.event import Event, Observed, Ordered, Settled
from harness.domain.exchange import Answer, Exchange, Request, Response
from harness.domain.identifiers import Cpr
from harness.domain.patient import Organisation, Patient, Practitioner
from harness.domain.sharing import SharedEdition
from harness.house import find_house
from harness.record.attempt import Attempt
from harness.record.evidence import EVIDENCE_NAME, Evidence
from harness.record.exchanges import happened
from harness.record.guard import Guard
from harness.record.inbox import Inbox
from harness.record.intake import Intake
from harness.record.log import LOG_NAME, LogWriter, read_log
from harness.services.document_sharing import DocumentSharing
from harness.services.plsp import Plsp
from harness.services.service import Order, Service
from harness.services.world import World, fresh_ids
from harness.standards.cda.build import build_cpd
from harness.standards.xds import build, codes
from harness.standards.xds.metadata import entry_from_cpd, submission_of
from harness.steps.reader import DdsReader
from harness.suite.patients import allowed_cprs

ALLOWED = allowed_cprs(find_house())
CLOCK_START = VirtualClock().now()
ELMER = Patient("Elmer", Cpr("2509479989"), ("Elmer", "Test"), "Hansen", date(1947, 9, 25), False)
NANCY = Patient("Nancy", Cpr("2512489996"), ("Nancy", "Ann", "Test"), "Berggren", date(1948, 12, 25), True)
FIRST = CarePlan(
    disease=Disease.KOL,
    patient=ELMER,
    diagnosis=Diagnosis("R95", "Kronisk obstruktiv lungesygdom", date(2026, 9, 1)),
    goals=("Gå 30 minutter hver dag, også når det blæser på Ærø",),
    interventions=("Opfølgning om 8 uger",),
    set_id="6f7b1c1e-3e0b-4b0e-9c3a-0c1f6c6d00ff",
    document_id="6f7b1c1e-3e0b-4b0e-9c3a-0c1f6c6d0001",
    version=1,
    created=CLOCK_START,
    clinic=Organisation("Agerskov lægepraksis", "73091000016008"),
    author=Practitioner("Åse", "Sørensen"),
)


def edition(number: int, **changes: Any) -> CarePlan:
    """That edition of Elmer's plan."""
    return replace(
        FIRST,
        **{
            "version": number,
            "document_id": FIRST.document_id[:-1] + str(number),
            "replaces": FIRST.document_id[:-1] + str(number - 1) if number > 1 else None,
            "goals": (f"Mål nummer {number}",),
            **changes,
        },
    )


def handed_in(document: bytes, **changes: Any) -> bytes:
    """A message to PLSP with this document; a change to None leaves the field out."""
    whole: dict[str, Any] = {
        "patient": str(ELMER.cpr),
        "cpdVersion": "2.0",
        "forloebslabel": codes.LABEL_KOL,
        "dokument": base64.b64encode(document).decode("ascii"),
        **changes,
    }
    return json.dumps({name: value for name, value in whole.items() if value is not None}).encode()


def submitted(plan: CarePlan, set_uuid: str = "22222222-0000-4000-8000-000000000001") -> bytes:
    """An ITI-41 with this plan, alone."""
    document = build_cpd(plan)
    entry = entry_from_cpd(document, "Document01", "2.0")
    return build.provide_and_register(submission_of(entry, document, set_uuid=set_uuid, source_id="2.25.1", now=plan.created))


class OpenWorld(AbstractContextManager["OpenWorld"]):
    """Both services, a clock, and an attempt that records; use it in a `with`."""

    def __init__(self, folder: Path, seed: str = "verden", services: Iterable[Service] | None = None) -> None:
        self.folder = folder
        self.clock = VirtualClock()
        self.log = LogWriter(folder)
        self.attempt = Attempt(self.log, Guard(ALLOWED), Inbox(self.clock))
        intake = Intake(self.log, Evidence(folder), Guard(ALLOWED), self.attempt.inbox.record, self.attempt.judge)
        self.plsp, self.sharing = Plsp(), DocumentSharing()
        self.world = World((self.plsp, self.sharing) if services is None else services, self.clock, intake, fresh_ids(seed))

    def __exit__(self, *error: object) -> None:
        self.log.close()

    def send(self, request: Request) -> Answer:
        return self.world.receive("lps", request)

    def post(self, path: str, body: bytes, *headers: tuple[str, str]) -> Response:
        """An answer that comes at once."""
        answer = self.send(Request("POST", path, headers or (("content-type", "application/json"),), body))
        assert isinstance(answer, Response)
        return answer

    def hand_in(self, plan: CarePlan, **changes: Any) -> Response:
        """Hand a plan in to PLSP."""
        return self.post("/plsp/forloebsplaner", handed_in(build_cpd(plan), **{"patient": str(plan.patient.cpr), **changes}))

    def share(self, body: bytes, action: str = codes.ITI_41) -> Response:
        """Send an ITI-41."""
        return self.post("/dros/iti41", body, ("content-type", "text/xml; charset=utf-8"), ("soapaction", f'"{action}"'))

    def held(self, patient: Patient = ELMER) -> list[dict[str, Any]]:
        """What PLSP holds."""
        answer = self.post("/plsp/soegning", json.dumps({"patient": str(patient.cpr)}).encode())
        found: list[dict[str, Any]] = json.loads(answer.body)["planer"]
        return found

    def shared(self, patient: Patient = ELMER) -> tuple[SharedEdition, ...]:
        """What DDS holds."""
        return DdsReader(lambda request: self.world.receive("harness", request)).editions(patient)

    def order(self, service: str, availability: str) -> None:
        self.world.order(service, Order("tilgængelighed", {"værdi": availability}))

    def wait(self, seconds: float) -> None:
        """Let what falls due within `seconds` happen."""
        self.clock.until(lambda: False, seconds)

    @property
    def exchanges(self) -> list[Exchange]:
        return self.attempt.inbox.received

    @property
    def events(self) -> list[Event]:
        return [entry.event for entry in read_log(self.folder / LOG_NAME)]

    @property
    def happened(self) -> list[Exchange | Ordered | Settled]:
        """What the log tells of how the services' state came to be."""
        return list(happened(read_log(self.folder / LOG_NAME), self.folder))

    @property
    def observations(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, Observed)]

    @property
    def evidence(self) -> dict[str, int]:
        """Sizes by name; every file is what its name says."""
        files = {file.name: file.read_bytes() for file in (self.folder / EVIDENCE_NAME).iterdir()}
        assert all(hashlib.sha256(data).hexdigest() == name for name, data in files.items())
        return {name: len(data) for name, data in files.items()}
