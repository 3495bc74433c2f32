"""Systems that share laboratory results in another right way than the reference LPS break nothing."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rehearsal import rehearse, scenarios

from harness.domain.event import Judged, ScenarioEnded
from harness.domain.grade import Beside
from harness.lps.reference.capability import Means
from harness.lps.reference.laboratory import lab_messages
from harness.lps.reference.laboratory.lab_messages import LabResult
from harness.lps.reference.laboratory.lab_results import LabResults
from harness.runner.wish import Wish
from harness.standards.medrpt.report import LabReport, ResultType
from harness.standards.oioxml.xrpt_build import build_xrpt


def carried_out(folder: Path) -> tuple[set[str], list[str]]:
    """How the scenarios ended, and which rules broke with a grade."""
    chosen = [each for step in (1, 2) for each in scenarios(f"laboratorie-trin-{step}")]
    events = rehearse(folder / "kørsel", Wish(rute="plsp", cpd="2.0"), chosen)
    ended = {str(event.standing) for event in events if isinstance(event, ScenarioEnded)}
    return ended, [each.rule for event in events if isinstance(event, Judged) for each in event.findings if each.grade]


def test_a_system_that_sends_a_denied_result_with_the_no(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LabResults, "_keeps_back", lambda _: False)
    assert carried_out(tmp_path) == ({"OK", str(Beside.AWAITING)}, [])


def test_a_system_that_writes_its_messages_otherwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def otherwise(report: LabReport) -> bytes:
        said = (
            replace(each, value=each.value.replace(".", ","), producer=None, comments=(f"{' '.join(each.comments)} (lab)",))
            for each in report.results
        )
        changed: dict[str, Any] = {"results": tuple(said), "sender": replace(report.sender, department="Laboratoriet")}
        return build_xrpt(replace(report, **changed), "ISO-8859-1")

    monkeypatch.setattr(lab_messages, "build_xrpt", otherwise)
    assert carried_out(tmp_path) == ({"OK", str(Beside.AWAITING)}, [])


def test_a_system_that_writes_remarks_to_the_whole_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def otherwise(report: LabReport) -> bytes:
        (result,) = report.results
        return build_xrpt(replace(report, comments=result.comments, results=(replace(result, comments=()),)))

    monkeypatch.setattr(lab_messages, "build_xrpt", otherwise)
    assert carried_out(tmp_path) == ({"OK", str(Beside.AWAITING)}, [])


def test_a_system_that_writes_answers_in_words_and_remarks_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def otherwise(report: LabReport) -> bytes:
        (result,) = report.results
        if result.type is ResultType.TEXT:
            result = replace(result, value="", text_value=(result.value, *result.comments), comments=())
        return build_xrpt(replace(report, results=(result,)))

    monkeypatch.setattr(lab_messages, "build_xrpt", otherwise)
    assert carried_out(tmp_path) == ({"OK", str(Beside.AWAITING)}, [])


def test_a_system_that_sends_what_stood_before_with_the_correction(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = lab_messages._report

    def with_earlier(means: Means, result: LabResult, everything: Sequence[LabResult], denied: bool) -> LabReport:
        report = written(means, result, everything, denied)
        if denied or not result.is_corrected:
            return report
        before = written(means, replace(result, editions=result.editions[:-1]), everything, denied)
        return replace(report, results=(*before.results, *report.results))

    monkeypatch.setattr(lab_messages, "_report", with_earlier)
    assert carried_out(tmp_path) == ({"OK", str(Beside.AWAITING)}, [])


def test_a_system_that_breaks_its_base64_into_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    call = LabResults._call

    def broken(self: LabResults, what: str, told: dict[str, Any]) -> bool:
        document = "\r\n".join(textwrap.wrap(told["dokument"], 76)) if what == "svar" else ""
        return call(self, what, {**told, "dokument": document} if document else told)

    monkeypatch.setattr(LabResults, "_call", broken)
    assert carried_out(tmp_path) == ({"OK", str(Beside.AWAITING)}, [])


def test_a_system_that_tells_everything_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    call = LabResults._call
    monkeypatch.setattr(LabResults, "_call", lambda self, what, told: call(self, what, told) and call(self, what, told))
    assert carried_out(tmp_path) == ({"OK", str(Beside.AWAITING)}, [])
