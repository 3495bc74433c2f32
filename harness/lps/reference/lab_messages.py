"""What the clinic's laboratory results look like when they leave the reference LPS: XRPT01 to Health Hub."""

from __future__ import annotations

import base64
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from harness.domain.clock import wall_clock
from harness.domain.laboratory import Kind
from harness.domain.organisations import CLINIC, HOSPITAL
from harness.domain.patient import Patient
from harness.lps.reference.capability import Means
from harness.standards.medrpt.report import (
    Analysis,
    CodeType,
    IdentifierCode,
    LabReport,
    Operator,
    Party,
    Result,
    ResultStatus,
    ResultType,
    Sample,
    Subject,
)
from harness.standards.oioxml.xrpt_build import build_xrpt

ALL_BIOCHEMISTRY: Final = "lab-alt-sendes-som-biokemi"
LOSES_DECIMALS: Final = "lab-decimaler-tabt"
LOSES_SIGN: Final = "lab-tegnet-foran-værdien-tabt"
LOSES_UNIT: Final = "lab-enheden-tabt"
AS_UTC: Final = "lab-prøvetid-i-utc"
DAY_OF_SENDING: Final = "lab-prøvetid-er-afsendelsen"
OTHER_PRODUCER: Final = "lab-producent-er-laboratoriet"
LETTERS_LOST: Final = "lab-danske-bogstaver-tabt"
CUTS_REMARK: Final = "lab-bemærkning-klippet"
FIRST_PATIENT: Final = "lab-svar-på-den-første-patient"
TEXTS_OF_OTHERS: Final = "lab-bemærkning-fra-en-anden-patient"
CORRECTION_AS_FINAL: Final = "lab-rettet-svar-sendt-som-endeligt"
FAULTS: Final = (
    ALL_BIOCHEMISTRY,
    LOSES_DECIMALS,
    LOSES_SIGN,
    LOSES_UNIT,
    AS_UTC,
    DAY_OF_SENDING,
    OTHER_PRODUCER,
    LETTERS_LOST,
    CUTS_REMARK,
    FIRST_PATIENT,
    TEXTS_OF_OTHERS,
    CORRECTION_AS_FINAL,
)

_SIGNS: Final = {"<": Operator.LESS, ">": Operator.GREATER}
_LINE: Final = 70
_PRODUCER: Final = Party(CLINIC.yder, IdentifierCode.YDER, organisation=CLINIC.name, ean=CLINIC.gln)
_RECEIVER: Final = Party(HOSPITAL.yder, IdentifierCode.YDER, organisation="PLSP Health Hub (testharnesset)", ean=HOSPITAL.gln)


@dataclass(frozen=True, slots=True)
class Edition:
    """What a result said at one time."""

    value: str
    sign: str
    remark: str


@dataclass(slots=True)
class LabResult:
    """One result in the record: its key, and everything it said, oldest first.

    `own`: the clinic made it; else a laboratory did. `number` is the clinic's own for the Hub. `held` is how much of it the Hub
    has: nothing, or so many editions and whether the patient had said no by then.
    """

    key: str
    patient: Patient
    kind: Kind
    code: str
    local: bool
    name: str
    unit: str
    taken: datetime
    number: str
    own: bool = True
    denied: bool = False
    withdrawn: bool = False
    editions: list[Edition] = field(default_factory=list)
    held: tuple[int, bool] | None = None

    @property
    def newest(self) -> Edition:
        """What it says now."""
        return self.editions[-1]


def message(means: Means, result: LabResult, everything: Sequence[LabResult], *, denied: bool) -> dict[str, Any]:
    """The result as it goes to the Hub. `everything` is the whole record, from which a faulty system takes too much."""
    faults = means.faults
    kind = Kind.BIOCHEMISTRY if ALL_BIOCHEMISTRY in faults else result.kind
    document = build_xrpt(_report(means, result, everything, denied))
    return {"svar": result.number, "art": kind, "dokument": base64.b64encode(document).decode("ascii")}


def _report(means: Means, result: LabResult, everything: Sequence[LabResult], denied: bool) -> LabReport:
    now = wall_clock(means.clock.now()).replace(second=0, microsecond=0)
    patient = everything[0].patient if FIRST_PATIENT in means.faults else result.patient
    taken = now if DAY_OF_SENDING in means.faults else result.taken
    if AS_UTC in means.faults:
        taken -= timedelta(hours=1)
    return LabReport(
        transmission=means.new_id().replace("-", "")[:14],
        sent=now,
        letter=means.new_id().replace("-", "")[:14],
        authorised=now,
        sender=_PRODUCER,
        receiver=_RECEIVER,
        patient=Subject(patient.family, " ".join(patient.given), str(patient.cpr), consent=not denied),
        sample=Sample(result.number[:14], taken),
        production=result.number[:14],
        answered=now,
        results=(_result(means, result, everything),),
        speciality="almen_medicin",
    )


def _result(means: Means, result: LabResult, everything: Sequence[LabResult]) -> Result:
    faults, said = means.faults, result.newest
    number = said.value.replace(",", "", 1).isdigit()
    remark = said.remark[:40] if CUTS_REMARK in faults else said.remark
    if LETTERS_LOST in faults:
        remark = remark.encode("ascii", "replace").decode()
    if TEXTS_OF_OTHERS in faults:
        remark += "".join(f" {each.newest.remark}" for each in everything if each.patient != result.patient)
    corrected = len(result.editions) > 1 and CORRECTION_AS_FINAL not in faults
    made = Result(
        analysis=Analysis(result.code, result.name, type=CodeType.LOCAL if result.local else CodeType.IUPAC),
        value=said.value.partition(",")[0] if LOSES_DECIMALS in faults else said.value.replace(",", "."),
        status=ResultStatus.CORRECTED if corrected else ResultStatus.FINAL,
        type=ResultType.NUMERIC if number else ResultType.TEXT,
        operator=_SIGNS.get(said.sign) if LOSES_SIGN not in faults else None,
        unit="" if LOSES_UNIT in faults else result.unit,
        producer=(CLINIC.yder, IdentifierCode.YDER),
        comments=tuple(textwrap.wrap(remark, _LINE)),
    )
    return replace(made, producer=(HOSPITAL.yder, IdentifierCode.YDER)) if OTHER_PRODUCER in faults else made
