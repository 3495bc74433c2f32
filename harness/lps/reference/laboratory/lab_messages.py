"""What the clinic's laboratory results look like when they leave the reference LPS: XRPT01 to Health Hub."""

from __future__ import annotations

import base64
import textwrap
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from harness.domain.clock import wall_clock
from harness.domain.laboratory import Kind
from harness.domain.organisations import CLINIC, HOSPITAL, OTHER_YDER
from harness.domain.patient import Patient
from harness.lps.reference.capability import Means
from harness.standards.medrpt.report import (
    OPERATORS,
    Analysis,
    CodeType,
    IdentifierCode,
    LabReport,
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
SIGN_LOST_WHEN_CORRECTED: Final = "lab-tegnet-tabt-når-svaret-er-rettet"
DAY_BEFORE_WHEN_CORRECTED: Final = "lab-rettet-svar-får-ny-prøvetid"
OLD_REMARK: Final = "lab-rettet-svar-har-den-gamle-bemærkning"
MICROBIOLOGY_AS_BIOCHEMISTRY: Final = "lab-rettet-mikrobiologi-sendt-som-biokemi"
MICROBIOLOGY_AS_FINAL: Final = "lab-rettet-mikrobiologi-sendt-som-endelig"
CUTS_AT_AMPERSAND: Final = "lab-bemærkning-klippet-ved-og-tegn"
TELLS_EARLIER: Final = "lab-bemærkning-har-patientens-tidligere-svar"
TELLS_OF_OTHERS: Final = "lab-bemærkning-har-andre-patienters-svar"
DENIED_RIDES_ALONG: Final = "lab-nægtet-svar-følger-med-det-næste"
OTHER_SENDER: Final = "lab-sendt-af-en-anden-klinik"
PRELIMINARY: Final = "lab-svar-sendt-som-foreløbigt"
LOCAL_CODE: Final = "lab-npu-kode-sendt-som-lokal"
TEXT_AS_NUMBER: Final = "lab-ord-sendt-som-tal"
PRODUCER_UNTOLD: Final = "lab-producentens-slags-mangler"
OLD_TIMES: Final = "lab-svarets-tider-er-fra-før-prøven"
SAME_NUMBERS: Final = "lab-samme-prøvenummer-til-alle"
COMMA_LOST: Final = "blind-lab-decimalkomma-tabt"
TAKEN_WHEN_CORRECTED: Final = "blind-lab-rettelse-ny-proevetid"
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
    SIGN_LOST_WHEN_CORRECTED,
    DAY_BEFORE_WHEN_CORRECTED,
    OLD_REMARK,
    MICROBIOLOGY_AS_BIOCHEMISTRY,
    MICROBIOLOGY_AS_FINAL,
    CUTS_AT_AMPERSAND,
    TELLS_EARLIER,
    TELLS_OF_OTHERS,
    DENIED_RIDES_ALONG,
    OTHER_SENDER,
    PRELIMINARY,
    LOCAL_CODE,
    TEXT_AS_NUMBER,
    PRODUCER_UNTOLD,
    OLD_TIMES,
    SAME_NUMBERS,
    COMMA_LOST,
    TAKEN_WHEN_CORRECTED,
)

_LINE: Final = 70
_ALWAYS: Final = "1"
_PRODUCER: Final = Party(CLINIC.yder, IdentifierCode.YDER, organisation=CLINIC.name, ean=CLINIC.gln)
_RECEIVER: Final = Party(HOSPITAL.sor, IdentifierCode.SOR, organisation="PLSP Health Hub (testharnesset)", ean=HOSPITAL.gln)


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

    @property
    def is_corrected(self) -> bool:
        """Whether it said something else before."""
        return len(self.editions) > 1


def message(means: Means, result: LabResult, everything: Sequence[LabResult], *, denied: bool) -> dict[str, Any]:
    """The result as it goes to the Hub. `everything` is the whole record, from which a faulty system takes too much."""
    faults = means.faults
    mistaken = ALL_BIOCHEMISTRY in faults or (MICROBIOLOGY_AS_BIOCHEMISTRY in faults and result.is_corrected)
    kind = Kind.BIOCHEMISTRY if mistaken else result.kind
    document = build_xrpt(_report(means, result, everything, denied))
    return {"svar": result.number, "art": kind, "dokument": base64.b64encode(document).decode("ascii")}


def _report(means: Means, result: LabResult, everything: Sequence[LabResult], denied: bool) -> LabReport:
    now = wall_clock(means.clock.now()).replace(second=0, microsecond=0)
    patient = everything[0].patient if FIRST_PATIENT in means.faults else result.patient
    taken = now if DAY_OF_SENDING in means.faults else result.taken
    if TAKEN_WHEN_CORRECTED in means.faults and result.is_corrected:
        taken = now
    if AS_UTC in means.faults:
        taken -= timedelta(hours=1)
    if DAY_BEFORE_WHEN_CORRECTED in means.faults and result.is_corrected:
        taken -= timedelta(days=1)
    results = [_result(means, result, everything)]
    if DENIED_RIDES_ALONG in means.faults:
        denied_too = (each for each in everything if each.denied and each.patient == result.patient and each is not result)
        results += (replace(_result(means, each, ()), comments=results[0].comments) for each in denied_too)
    sender = replace(_PRODUCER, identifier=OTHER_YDER, ean=HOSPITAL.gln) if OTHER_SENDER in means.faults else _PRODUCER
    number = _ALWAYS if SAME_NUMBERS in means.faults else result.number[:14]
    answered = taken - timedelta(days=1) if OLD_TIMES in means.faults else now
    return LabReport(
        transmission=means.new_id().replace("-", "")[:14],
        sent=now,
        letter=means.new_id().replace("-", "")[:14],
        authorised=now,
        sender=sender,
        receiver=_RECEIVER,
        patient=Subject(patient.family, " ".join(patient.given), str(patient.cpr), consent=not denied),
        sample=Sample(number, taken),
        production=number,
        answered=answered,
        results=tuple(results),
        speciality="almen_medicin",
    )


def _result(means: Means, result: LabResult, everything: Sequence[LabResult]) -> Result:
    faults, said = means.faults, result.newest
    number = said.value.replace(",", "", 1).isdigit()
    value = said.value.partition(",")[0] if LOSES_DECIMALS in faults else said.value
    remark = said.remark[:40] if CUTS_REMARK in faults else said.remark
    if LETTERS_LOST in faults:
        remark = remark.encode("ascii", "replace").decode()
    if TEXTS_OF_OTHERS in faults:
        remark += "".join(f" {each.newest.remark}" for each in everything if each.patient != result.patient)
    if OLD_REMARK in faults:
        remark = result.editions[0].remark
    if CUTS_AT_AMPERSAND in faults:
        remark = remark.partition("&")[0]
    remark += "".join(f" {each.name} {each.newest.value} {each.unit}" for each in _told_too(result, everything, faults))
    as_final = CORRECTION_AS_FINAL in faults or (MICROBIOLOGY_AS_FINAL in faults and result.kind is Kind.MICROBIOLOGY)
    corrected = result.is_corrected and not as_final
    loses_sign = LOSES_SIGN in faults or (SIGN_LOST_WHEN_CORRECTED in faults and result.is_corrected)
    final = ResultStatus.PRELIMINARY if PRELIMINARY in faults else ResultStatus.FINAL
    made = Result(
        analysis=Analysis(result.code, result.name, type=CodeType.LOCAL if LOCAL_CODE in faults else CodeType.IUPAC),
        value=value.replace(",", "" if COMMA_LOST in faults else "."),
        status=ResultStatus.CORRECTED if corrected else final,
        type=ResultType.NUMERIC if number or TEXT_AS_NUMBER in faults else ResultType.TEXT,
        operator=None if loses_sign else OPERATORS.get(said.sign),
        unit="" if LOSES_UNIT in faults else result.unit,
        producer=(CLINIC.yder, "" if PRODUCER_UNTOLD in faults else IdentifierCode.YDER),
        comments=tuple(textwrap.wrap(remark, _LINE)),
    )
    return replace(made, producer=(OTHER_YDER, IdentifierCode.YDER)) if OTHER_PRODUCER in faults else made


def _told_too(result: LabResult, everything: Sequence[LabResult], faults: Collection[str]) -> list[LabResult]:
    """The other results that a defect tells of in the remark."""
    same, others = TELLS_EARLIER in faults, TELLS_OF_OTHERS in faults
    return [each for each in everything if each is not result and (same if each.patient == result.patient else others)]
