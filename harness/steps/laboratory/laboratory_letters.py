"""A laboratory's answer on its way to the clinic: RPT01 (MEDRPT R0131K) in a VANSEnvelope."""

from __future__ import annotations

import base64
import uuid

from harness.domain.clock import wall_clock
from harness.domain.laboratory import OwnAnalysis
from harness.domain.organisations import CLINIC, HOSPITAL
from harness.domain.patient import Patient
from harness.services.service import Order
from harness.standards.medrpt.build import build_medrpt
from harness.standards.medrpt.report import Analysis, IdentifierCode, LabReport, Party, Result, Sample, Subject
from harness.standards.vans import EndPoint, Envelope, Transport, build_envelope, carrying
from harness.steps.story import Story


def laboratory_sends(story: Story, person: Patient, analysis: OwnAnalysis, value: str) -> str:
    """A laboratory sends the clinic a result that it made itself; the mark in its remark."""
    mark = story.next_mark(person)
    now = wall_clock(story.time.now()).replace(second=0, microsecond=0)
    report = LabReport(
        transmission=_id(mark, 1)[:14],
        sent=now,
        letter=_id(mark, 2)[:14],
        authorised=now,
        sender=Party(HOSPITAL.sor, IdentifierCode.SOR, organisation=HOSPITAL.name, ean=HOSPITAL.gln),
        receiver=Party(CLINIC.yder, IdentifierCode.YDER, organisation=CLINIC.name, ean=CLINIC.gln),
        patient=Subject(person.family, " ".join(person.given), str(person.cpr)),
        sample=Sample(_id(mark, 3)[:14], now),
        production=_id(mark, 4)[:14],
        answered=now,
        results=(
            Result(Analysis(analysis.code, analysis.name), value, unit=analysis.unit, comments=(f"Målt på laboratoriet {mark}",)),
        ),
        speciality="klin_biokemi",
    )
    message = carrying(build_medrpt(report), "EDIFACT", "RPT01", "R0131K", str(_uuid(mark, 5)), Transport())
    envelope = Envelope(EndPoint(HOSPITAL.gln), EndPoint(CLINIC.gln), str(_uuid(mark, 6)), story.time.now(), message)
    body = base64.b64encode(build_envelope(envelope)).decode("ascii")
    story.services.order("vans", Order("send", {"konvolut": body}))
    story.time.run_due()
    return mark


def _uuid(mark: str, number: int) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{mark} {number}")


def _id(mark: str, number: int) -> str:
    return _uuid(mark, number).hex
