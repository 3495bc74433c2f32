"""Laboratory results as the steps see them: what a message to Health Hub or a databank says, and where something is found."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from harness.conformance.behaviour.seen import one_line
from harness.domain.errors import BadInput
from harness.domain.exchange import Exchange
from harness.domain.laboratory import LabValue
from harness.domain.patient import Patient
from harness.record.matchers import Matcher
from harness.standards.medrpt.report import LabReport, Result, ResultStatus
from harness.standards.oioxml.xrpt_read import read_xrpt
from harness.standards.xml import parse
from harness.steps.messages.marks import stands_in

HUB: Final = "/health-hub/"
RESULTS: Final = f"{HUB}svar"
READERS: Final = {
    "laba": "LABA",
    "miba": "MiBa",
    "laboratoriesvarportalen": "Laboratoriesvarportalen",
    "sundhed-dk": "sundhed.dk",
    "min-laege": "Min Læge",
}
"""Everyone who may come to see a result: the entrance, and the name people know."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A result as a message carries it: its number and kind by our contract, and the document."""

    number: str
    kind: str
    document: bytes

    @property
    def report(self) -> LabReport | None:
        """What the document says; None when it cannot be read."""
        return _report(self.document)


def sent_in(exchange: Exchange) -> Sent | None:
    """The result that an exchange hands in, to the Hub or by it to a databank; None when it hands in none."""
    return _sent(exchange.request.body) if exchange.request.path.endswith("/svar") else None


@lru_cache(maxsize=64)
def _sent(body: bytes) -> Sent | None:
    # Every wait asks this of every message, again each time something happens.
    try:
        told = json.loads(body)
        return Sent(told["svar"], told["art"], base64.b64decode(told["dokument"]))
    except (ValueError, KeyError, TypeError, binascii.Error):
        return None


@lru_cache(maxsize=64)
def _report(document: bytes) -> LabReport | None:
    try:
        return read_xrpt(parse(document, "svar.xml"))
    except BadInput:
        return None


def document_of(edition: str) -> LabReport:
    """The report in an edition as a reader shows it; our own service showed it, so it can be read."""
    report = _report(base64.b64decode(edition))
    assert report is not None, "the databank took it in"
    return report


def tells(marks: Collection[str]) -> Matcher:
    """A result handed to the Hub with one of `marks` in its text."""
    first = next(iter(marks))

    def differences(exchange: Exchange) -> list[str]:
        sent = sent_in(exchange) if exchange.request.path == RESULTS else None
        if sent is None:
            return ["beskeden er intet laboratoriesvar til Health Hub"]
        if stands_in(marks, sent.document):
            return []
        return [f"mærket {first} står ikke i svaret: bemærkningen mangler, eller svaret er fra før dette forsøg (genbrug)"]

    return Matcher(f"et laboratoriesvar med mærket {first}", differences)


def stands_under(person: Patient) -> Matcher:
    """A result about this patient, as its document says. Messages show the alias, never the number."""

    def differences(exchange: Exchange) -> list[str]:
        sent = sent_in(exchange)
        same = sent and sent.report and sent.report.patient.cpr == str(person.cpr)
        return [] if same else [f"patienten er en anden, ikke {person.alias}"]

    return Matcher(f"patient {person.alias}", differences)


def result_with(report: LabReport, marks: Collection[str], code: str) -> Result | None:
    """The report's result with the latest of `marks` (oldest first) in its text: it may carry what stood before too. Where the
    text stands for the whole report, the one with `code`, the corrected one first.
    """
    marked = (each for mark in reversed([*marks]) for each in report.results if mark in text_of(each))
    coded = sorted((each for each in report.results if each.analysis.code == code), key=_is_not_corrected)
    return next(iter((*marked, *coded, *report.results)), None)


def _is_not_corrected(result: Result) -> bool:
    return result.status is not ResultStatus.CORRECTED


def text_of(result: Result) -> str:
    """All text of a result."""
    return " ".join((*result.text_value, *result.comments))


def text_with(report: LabReport, result: Result) -> str:
    """All that is written to a result, also where it is written to the whole report."""
    return " ".join((*report.comments, text_of(result)))


def value_of(result: Result, remarks: Collection[str] = ()) -> LabValue:
    """A result as it is compared. One without a value says it in its text, in which one of `remarks` may stand too."""
    told = one_line(" ".join(result.text_value))
    for remark in remarks:
        told = told.replace(one_line(remark), "").strip()
    return LabValue(result.analysis.code, result.value or told, result.operator.sign if result.operator else "", result.unit)


def shown_by(answer: bytes) -> list[dict[str, Any]]:
    """The results in a reader's answer, each with its editions."""
    found: list[dict[str, Any]] = json.loads(answer)["svar"]
    return found
