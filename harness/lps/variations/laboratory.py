"""How an LPS shares its laboratory results, and what its inbox shows and tells: each class one way."""

from __future__ import annotations

import base64
import textwrap
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from harness.lps.reference.laboratory.lab_inbox import LabInbox
from harness.lps.reference.laboratory.lab_messages import LabResult
from harness.lps.reference.laboratory.lab_normality import is_whole
from harness.lps.reference.laboratory.lab_results import LabResults
from harness.lps.reference.laboratory.lab_views import Filed
from harness.standards.medrpt.report import LabReport, ResultType
from harness.standards.message_xml import Encoding
from harness.standards.oioxml.xrpt_build import build_xrpt
from harness.standards.oioxml.xrpt_read import read_xrpt
from harness.standards.xml import parse

Row = dict[str, Any]


def _report(told: Row) -> LabReport:
    return read_xrpt(parse(base64.b64decode(told["dokument"]), "svar.xml"))


def _rewritten(told: Row, change: Callable[[LabReport], LabReport], encoding: Encoding = "UTF-8") -> Row:
    return {**told, "dokument": base64.b64encode(build_xrpt(change(_report(told)), encoding)).decode()}


class SendsTheDenied(LabResults):
    """A result with a no is sent with it, and not kept back."""

    def _keeps_back(self) -> bool:
        return False


class WritesOtherwise(LabResults):
    """Decimal comma, no producer, the remark with the laboratory's own words, the department, and ISO-8859-1."""

    def _message(self, result: LabResult, *, denied: bool) -> Row:
        def otherwise(report: LabReport) -> LabReport:
            said = tuple(
                replace(each, value=each.value.replace(".", ","), producer=None, comments=(f"{' '.join(each.comments)} (lab)",))
                for each in report.results
            )
            return replace(report, results=said, sender=replace(report.sender, department="Laboratoriet"))

        return _rewritten(super()._message(result, denied=denied), otherwise, "ISO-8859-1")


class RemarksOnTheWhole(LabResults):
    """What is said of a result is said of the report."""

    def _message(self, result: LabResult, *, denied: bool) -> Row:
        def otherwise(report: LabReport) -> LabReport:
            (only,) = report.results
            return replace(report, comments=only.comments, results=(replace(only, comments=()),))

        return _rewritten(super()._message(result, denied=denied), otherwise)


class WordsAndRemarksTogether(LabResults):
    """An answer in words stands with its remarks, as one text."""

    def _message(self, result: LabResult, *, denied: bool) -> Row:
        def otherwise(report: LabReport) -> LabReport:
            (only,) = report.results
            if only.type is ResultType.TEXT:
                only = replace(only, value="", text_value=(only.value, *only.comments), comments=())
            return replace(report, results=(only,))

        return _rewritten(super()._message(result, denied=denied), otherwise)


class WithWhatStoodBefore(LabResults):
    """A correction is sent with the result that it corrects."""

    def _message(self, result: LabResult, *, denied: bool) -> Row:
        told = super()._message(result, denied=denied)
        if denied or not result.is_corrected:
            return told
        before = _report(super()._message(replace(result, editions=result.editions[:-1]), denied=denied))
        return _rewritten(told, lambda report: replace(report, results=(*before.results, *report.results)))


class Base64InLines(LabResults):
    """The document's base64 in lines of 76 characters."""

    def _call(self, what: str, told: Row) -> bool:
        broken = {name: "\r\n".join(textwrap.wrap(told[name], 76)) for name in ("dokument",) if name in told}
        return super()._call(what, told | broken)


class TellsTwice(LabResults):
    """As one that lost the answer does."""

    def _call(self, what: str, told: Row) -> bool:
        return super()._call(what, told) and super()._call(what, told)


class NewestFirst(LabInbox):
    """The newest answer and result first; the log is the oldest first, as the contract has it."""

    def _show(self, chosen: Callable[[Filed], bool]) -> Row:
        rows = super()._show(chosen)["svar"][::-1]
        return {"svar": [{**row, "resultater": row["resultater"][::-1]} for row in rows]}


class BreaksLines(LabInbox):
    """The laboratory's remark, a word a line."""

    def _show(self, chosen: Callable[[Filed], bool]) -> Row:
        return {"svar": [{**row, "bemærkning": row["bemærkning"].replace(" ", "\n")} for row in super()._show(chosen)["svar"]]}


class DanishNumbers(LabInbox):
    """Decimal comma, and no space after a sign."""

    def _show(self, chosen: Callable[[Filed], bool]) -> Row:
        def danish(result: Row) -> Row:
            return result | {name: result[name].replace(".", ",").replace("< ", "<") for name in ("værdi", "nedre", "øvre")}

        rows = super()._show(chosen)["svar"]
        return {"svar": [{**row, "resultater": [danish(each) for each in row["resultater"]]} for row in rows]}


class GreetsThePatient(LabInbox):
    """What a patient is told stands in a letter."""

    def _show(self, chosen: Callable[[Filed], bool]) -> Row:
        def greeted(row: Row) -> Row:
            return {**row, "svarTilPatienten": [f"Kære patient\n{each}\nHilsen" for each in row["svarTilPatienten"]]}

        return {"svar": [greeted(row) for row in super()._show(chosen)["svar"]]}


class LogsMore(LabInbox):
    """That an answer came stands in the log too, and rows have numbers."""

    def _show(self, chosen: Callable[[Filed], bool]) -> Row:
        received = {"dato": "2026-10-05", "sted": "hos lægen", "automatisk": False, "grund": ""}
        return {"svar": [{**row, "id": 17, "log": [received, *row["log"]]} for row in super()._show(chosen)["svar"]]}


class SaysNothingOfReceived(LabInbox):
    """That a sample has come to the laboratory is no answer, and is not shown."""

    def _file(self, report: LabReport) -> None:
        if is_whole(report) or report.status != "modtaget":
            super()._file(report)
