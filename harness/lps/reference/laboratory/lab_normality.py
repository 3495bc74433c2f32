"""Whether a laboratory's result is normal, and what a laboratory's letter is: as the clinic's inbox judges it."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal, InvalidOperation
from typing import Final

from harness.domain.errors import BadInput
from harness.domain.questionnaire import BY_CODE
from harness.standards.medrpt.read import read_medrpt
from harness.standards.medrpt.report import Interval, LabReport, Operator, ReportStatus, Result, ResultStatus, Validation
from harness.standards.vans import Envelope, Message

NO_LOWER: Final = "indbakke-overser-nedre-grænse"
NO_UPPER: Final = "indbakke-overser-øvre-grænse"
CUTS_DECIMALS: Final = "indbakke-sammenligner-uden-decimaler"
AS_TEXT: Final = "indbakke-sammenligner-tal-som-tekst"
IGNORES_SIGN: Final = "indbakke-overser-større-end-og-mindre-end"
ONE_SIDED_IS_NORMAL: Final = "indbakke-kun-områder-med-to-grænser"
NO_INTERVAL_IS_NORMAL: Final = "indbakke-uden-normalområde-er-normalt"
TEXT_IS_NORMAL: Final = "indbakke-tekstsvar-er-normalt"
IGNORES_FLAG: Final = "indbakke-overser-laboratoriets-markering"
ALL_ANALYSES: Final = "indbakke-håndterer-alle-analyser"
LIMIT_IS_ABNORMAL: Final = "indbakke-grænsen-er-ikke-normal"
FIRST_ONLY: Final = "indbakke-bedømmer-kun-det-første-resultat"
LAST_ONLY: Final = "indbakke-bedømmer-kun-det-sidste-resultat"
ONLY_LOWER_IS_NORMAL: Final = "indbakke-kun-nedre-grænse-er-normalt"
IGNORES_SIGN_AT_ONE_LIMIT: Final = "indbakke-tegn-overset-ved-én-grænse"
IGNORES_HIGH_AND_LOW: Final = "indbakke-overser-markering-som-høj-og-lav"
ENDS_ONLY: Final = "indbakke-bedømmer-kun-første-og-sidste-resultat"
IGNORES_COMMENT: Final = "indbakke-overser-bemærkning-om-prøven"
FAULTS: Final = (
    NO_LOWER,
    NO_UPPER,
    CUTS_DECIMALS,
    AS_TEXT,
    IGNORES_SIGN,
    ONE_SIDED_IS_NORMAL,
    NO_INTERVAL_IS_NORMAL,
    TEXT_IS_NORMAL,
    IGNORES_FLAG,
    ALL_ANALYSES,
    LIMIT_IS_ABNORMAL,
    FIRST_ONLY,
    LAST_ONLY,
    ONLY_LOWER_IS_NORMAL,
    IGNORES_SIGN_AT_ONE_LIMIT,
    IGNORES_HIGH_AND_LOW,
    ENDS_ONLY,
    IGNORES_COMMENT,
)


def is_laboratory(envelope: Envelope) -> bool:
    """Whether the envelope has a laboratory's report: one that can be read and has no patient's scores (MCS) in it."""
    assert isinstance(envelope.content, Message)
    try:
        report = read_medrpt(envelope.content.data)
    except BadInput:
        return False
    return not any(each.analysis.code in BY_CODE for each in report.results)


def is_whole(report: LabReport) -> bool:
    """Whether everything that was asked for is answered for good."""
    final = (ResultStatus.FINAL, ResultStatus.CORRECTED)
    return report.status is ReportStatus.COMPLETE and all(each.status in final for each in report.results)


def is_corrected(report: LabReport) -> bool:
    """Whether the report takes the place of another."""
    return any(each.status is ResultStatus.CORRECTED for each in report.results)


def why_not_normal(report: LabReport, analyses: Collection[str], faults: Collection[str]) -> str:
    """Why the doctor must see the report; empty when every result is normal. `analyses` are those the clinic lets pass."""
    results = report.results
    results = results[:1] if FIRST_ONLY in faults else results[-1:] if LAST_ONLY in faults else results
    if ENDS_ONLY in faults:
        results = (results[0], results[-1])
    reasons = (_why(each, analyses, faults) for each in results)
    return next((reason for reason in reasons if reason), "")


def _why(result: Result, analyses: Collection[str], faults: Collection[str]) -> str:
    name = result.analysis.short_name
    value = _number(result.value, faults)
    if result.analysis.code not in analyses and ALL_ANALYSES not in faults:
        return f"Klinikken lader ikke {name} håndtere automatisk."
    overseen = IGNORES_HIGH_AND_LOW in faults and result.validation is not Validation.ABNORMAL
    if result.validation and IGNORES_FLAG not in faults and not overseen:
        return f"Laboratoriet har markeret {name}."
    if result.comments and IGNORES_COMMENT not in faults:
        return f"Laboratoriet har skrevet noget til {name}."
    if value is None:
        return "" if TEXT_IS_NORMAL in faults else f"{name} er ikke et tal."
    intervals = [each for each in result.intervals if each.type]
    if not intervals:
        return "" if NO_INTERVAL_IS_NORMAL in faults else f"{name} har ikke noget normalområde."
    inside = all(_inside(result, value, each, faults) for each in intervals)
    return "" if inside else f"{name} er ikke sikkert inden for normalområdet."


def _inside(result: Result, value: Decimal, interval: Interval, faults: Collection[str]) -> bool:
    lower, upper = _number(interval.lower, faults), _number(interval.upper, faults)
    if ONE_SIDED_IS_NORMAL in faults and None in (lower, upper):
        return True
    if ONLY_LOWER_IS_NORMAL in faults and upper is None:
        return True
    if AS_TEXT in faults:
        return interval.lower <= result.value <= (interval.upper or "~")
    if NO_LOWER in faults:
        lower = None
    if NO_UPPER in faults:
        upper = None
    one_limit = IGNORES_SIGN_AT_ONE_LIMIT in faults and None in (lower, upper)
    operator = None if IGNORES_SIGN in faults or one_limit else result.operator
    if LIMIT_IS_ABNORMAL in faults and value in (lower, upper):
        return False
    high_enough = lower is None or (value >= lower and operator is not Operator.LESS)
    low_enough = upper is None or (value <= upper and operator is not Operator.GREATER)
    return high_enough and low_enough


def _number(text: str, faults: Collection[str]) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return Decimal(int(number)) if CUTS_DECIMALS in faults else number
