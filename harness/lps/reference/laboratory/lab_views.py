"""A laboratory's answer in the clinic's record, and how it is shown."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from harness.domain.lab_inbox import Place
from harness.standards.medrpt.report import LabReport, Result

READS_AS_UTF8: Final = "indbakke-tegnsæt-overset"
CUTS_COMMENT: Final = "indbakke-bemærkning-klippet"
LOSES_SIGN: Final = "indbakke-større-end-og-mindre-end-vises-ikke"
LOSES_UNIT: Final = "indbakke-enhed-vises-ikke"
LOSES_INTERVAL: Final = "indbakke-normalområde-vises-ikke"
FIRST_RESULT: Final = "indbakke-viser-kun-det-første-resultat"
ONE_LABORATORY: Final = "indbakke-alle-svar-fra-samme-laboratorium"
NO_LOG: Final = "indbakke-arkivering-logges-ikke"
LOG_BY_HAND: Final = "indbakke-loggen-siger-at-lægen-gjorde-det"
LOG_WITHOUT_WHY: Final = "indbakke-loggen-siger-ikke-hvorfor"
LOG_OF_SAMPLE: Final = "indbakke-loggen-har-prøvens-dato"
TWO_RESULTS: Final = "indbakke-viser-kun-to-resultater"
FAULTS: Final = (
    READS_AS_UTF8,
    CUTS_COMMENT,
    LOSES_SIGN,
    LOSES_UNIT,
    LOSES_INTERVAL,
    FIRST_RESULT,
    TWO_RESULTS,
    ONE_LABORATORY,
    NO_LOG,
    LOG_BY_HAND,
    LOG_WITHOUT_WHY,
    LOG_OF_SAMPLE,
)


@dataclass(frozen=True, slots=True)
class Line:
    """What the inbox did with an answer, when, and why."""

    day: date
    place: Place
    why: str


@dataclass(slots=True)
class Filed:
    """An answer in the record: where it stands, for which appointment and its day, what the patient was told, and the log."""

    cpr: str
    report: LabReport
    place: Place = Place.DOCTOR
    appointment: str = ""
    day: date | None = None
    told: list[str] = field(default_factory=list)
    log: list[Line] = field(default_factory=list)


def misread(data: bytes, faults: Collection[str]) -> bytes:
    """The letter as a system with a fault reads it."""
    return data.decode("utf-8", "replace").encode("iso-8859-1", "replace") if READS_AS_UTF8 in faults else data


def row_of(filed: Filed, faults: Collection[str]) -> dict[str, Any]:
    """The answer as the test interface shows it."""
    report = filed.report
    comment = "\n".join((*report.comments, *(line for each in report.results for line in each.comments)))
    number = 1 if FIRST_RESULT in faults else 2 if TWO_RESULTS in faults else len(report.results)
    waits = filed.place is Place.APPOINTMENT and filed.day
    return {
        "sted": filed.place,
        "aftale": filed.day.isoformat() if waits and filed.day else None,
        "laboratorium": "Laboratoriet" if ONE_LABORATORY in faults else report.sender.organisation,
        "bemærkning": comment[:70] if CUTS_COMMENT in faults else comment,
        "resultater": [_result(each, faults) for each in report.results[:number]],
        "svarTilPatienten": list(filed.told),
        "log": [_line(each, report, faults) for each in filed.log if each.place is Place.DOCTOR or NO_LOG not in faults],
    }


def _result(result: Result, faults: Collection[str]) -> dict[str, Any]:
    sign = f"{result.operator.sign} " if result.operator and LOSES_SIGN not in faults else ""
    limits = [] if LOSES_INTERVAL in faults else [(each.lower, each.upper) for each in result.intervals]
    return {
        "kode": result.analysis.code,
        "navn": result.analysis.short_name,
        "værdi": f"{sign}{result.value}",
        "enhed": "" if LOSES_UNIT in faults else result.unit,
        "nedre": next((lower for lower, _ in limits), ""),
        "øvre": next((upper for _, upper in limits), ""),
    }


def _line(line: Line, report: LabReport, faults: Collection[str]) -> dict[str, Any]:
    return {
        "dato": (report.sample.taken.date() if LOG_OF_SAMPLE in faults else line.day).isoformat(),
        "sted": line.place,
        "automatisk": LOG_BY_HAND not in faults,
        "grund": "" if LOG_WITHOUT_WHY in faults else line.why,
    }
