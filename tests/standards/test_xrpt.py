"""A laboratory report as XRPT01: written in both character sets, read, and refused where it cannot be understood."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.conformance.oioxml.xrpt import judge_xrpt
from harness.conformance.rule import Result as Judged
from harness.domain.errors import BadInput
from harness.standards.medrpt.report import (
    Analysis,
    IdentifierCode,
    Interval,
    IntervalType,
    Operator,
    Party,
    Result,
    ResultStatus,
)
from harness.standards.oioxml.xrpt_build import build_xrpt
from harness.standards.oioxml.xrpt_read import read_xrpt
from harness.standards.xml import parse

HAND_WRITTEN = (Path(__file__).parents[1] / "examples" / "xrpt_haandskrevet.xml").read_text(encoding="utf-8")
REPORT = read_xrpt(parse(HAND_WRITTEN.encode("utf-8"), "svar.xml"))
TEXT = st.text(st.characters(exclude_categories=("C", "Z"))).filter(bool)
LINES = st.lists(st.text(st.characters(exclude_categories=("C", "Z"), include_characters=" ")), max_size=5).map(tuple)


def test_the_hand_written_report_is_read() -> None:
    assert REPORT.sent == datetime.fromisoformat("2026-10-05T10:16")
    assert (REPORT.patient.cpr, REPORT.patient.consent, REPORT.physician) == ("2509479989", False, "ÅBJ")
    assert REPORT.copy == Party("325381000016008", IdentifierCode.SOR)
    assert REPORT.comments == ("Prøven er taget hjemme.", "Patienten var ikke fastende.")
    assert [(each.status, each.operator, each.value) for each in REPORT.results] == [
        (ResultStatus.CORRECTED, Operator.GREATER, "53"),
        (ResultStatus.RECEIVED, None, "*****"),
    ]
    assert REPORT.results[0].intervals == (Interval(IntervalType.UNSPECIFIED, "", "48"),)


@pytest.mark.parametrize("encoding", ["UTF-8", "ISO-8859-1"])
def test_it_is_written_in_either_character_set(encoding: Literal["UTF-8", "ISO-8859-1"]) -> None:
    data = build_xrpt(replace(REPORT, comments=("æøå", "😀 — ]]>")), encoding)
    assert f"encoding='{encoding}'".encode() in data
    assert "æøå".encode(encoding) in data
    again = read_xrpt(parse(data, "svar.xml"))
    assert again.comments == ("æøå", "😀 — ]]>")
    assert build_xrpt(again, encoding) == data
    assert {each.result for each in judge_xrpt(data, "svar.xml")} == {Judged.HOLDS}


@given(TEXT, LINES, LINES)
@settings(deadline=None)
def test_any_text_comes_back(text: str, comments: tuple[str, ...], name: tuple[str, ...]) -> None:
    result = Result(Analysis("NPU27300", text, name), text, unit=text, comments=comments, intervals=(Interval(text=text),))
    report = replace(REPORT, letter=text, comments=comments, results=(result,))
    data = build_xrpt(report)
    assert read_xrpt(parse(data, "svar.xml")) == report


def test_text_in_another_element_and_after_a_comment_is_kept() -> None:
    text = "<m:Comments>En <m:Bold>fed</m:Bold> tekst<!-- x --> her</m:Comments>"
    start, end = HAND_WRITTEN.index("<m:Comments>"), HAND_WRITTEN.index("</m:Comments>") + len("</m:Comments>")
    data = HAND_WRITTEN[:start] + text + HAND_WRITTEN[end:]
    assert read_xrpt(parse(data.encode("utf-8"), "svar.xml")).comments == ("En fed tekst her",)


@pytest.mark.parametrize(
    ("old", "new", "at"),
    [
        ("<m:Emessage", "<m:Andet", "<m:Andet"),
        ("<m:Given>false", "<m:Given>nej", "<m:Given"),
        ("<m:ReportStatusCode>komplet_svar", "<m:ReportStatusCode>K", "<m:ReportStatusCode"),
        ("<m:Date>2026-10-05</m:Date><m:Time>09:00", "<m:Date>2026-02-30</m:Date><m:Time>09:00", "<m:SamplingDateTime"),
        ("<m:Time>09:00", "<m:Time>9", "<m:SamplingDateTime"),
        ("<m:Operator>stoerre_end", "<m:Operator>&gt;", "<m:Operator"),
        ("<m:Sender>", "<m:Sender/><m:Sender>", "<m:Sender/>"),
    ],
    ids=["root", "consent", "status", "date", "time", "operator", "sender"],
)
def test_what_cannot_be_understood_is_refused_at_its_line(old: str, new: str, at: str) -> None:
    assert HAND_WRITTEN.count(old) == 1
    text = HAND_WRITTEN.replace(old, new).replace("</m:Emessage", "</m:Andet" if "Andet" in new else "</m:Emessage")
    with pytest.raises(BadInput) as refused:
        read_xrpt(parse(text.encode("utf-8"), "svar.xml"))
    assert refused.value.line == text[: text.index(at)].count("\n") + 1
