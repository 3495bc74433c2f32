"""A laboratory report as MEDRPT: written and read, the mapping to XRPT01 both ways, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.conformance.medrpt import judge_medrpt
from harness.conformance.oioxml.xrpt import judge_xrpt
from harness.conformance.rule import Result as Judged
from harness.domain.errors import BadInput
from harness.standards.edifact import read_interchange
from harness.standards.medrpt import codes
from harness.standards.medrpt.build import build_medrpt
from harness.standards.medrpt.read import read_medrpt
from harness.standards.medrpt.report import (
    RECEIVED_VALUE,
    Analysis,
    CodeType,
    IdentifierCode,
    Interval,
    IntervalType,
    LabReport,
    Operator,
    Party,
    ReportStatus,
    Result,
    ResultStatus,
    ResultType,
    Sample,
    Subject,
    Validation,
)
from harness.standards.oioxml.xrpt_build import build_xrpt
from harness.standards.oioxml.xrpt_read import read_xrpt
from harness.standards.xml import parse

HAND_WRITTEN = (Path(__file__).parents[1] / "examples" / "medrpt_haandskrevet.edi").read_bytes()
TEN = datetime.fromisoformat("2026-10-05T10:15")

LEAST = LabReport(
    transmission="T1",
    sent=TEN,
    letter="L1",
    authorised=TEN,
    sender=Party("045861", IdentifierCode.YDER, ean="5790000147465"),
    receiver=Party("091034", IdentifierCode.YDER, ean="5790000121441"),
    patient=Subject("Hansen", cpr="2509479989"),
    sample=Sample("S-1", TEN),
    production="P-1",
    answered=TEN,
    results=(),
)

NEVER = "".join(map(chr, (*range(0x7F, 0xA1), 0xAD)))  # controls and spaces that XML or a reader would not keep
CHARACTERS = st.characters(min_codepoint=32, max_codepoint=255, exclude_characters=NEVER)
TEXT = st.text(CHARACTERS, max_size=40).map(str.strip)
SOME = TEXT.filter(bool)
LINES = st.lists(st.text(CHARACTERS, max_size=200).filter(lambda line: line != "." and not line.endswith("\\")), max_size=7).map(
    tuple
)
MOMENT = st.datetimes(datetime.fromisoformat("2000-01-01"), datetime.fromisoformat("2099-12-31")).map(
    lambda moment: moment.replace(second=0, microsecond=0)
)
PARTY = st.one_of(
    st.builds(Party, TEXT, st.sampled_from(IdentifierCode), st.just(""), TEXT, TEXT, TEXT, st.just("5790000147465")),
    st.builds(Party, TEXT, st.none(), SOME, TEXT, TEXT, TEXT, st.just("5790000147465")),
)
INTERVAL = st.one_of(
    st.builds(Interval, st.sampled_from(IntervalType), TEXT, TEXT, st.just("")),
    st.builds(Interval, st.none(), st.just(""), st.just(""), SOME.filter(lambda text: text != "." and not text.endswith("\\"))),
)
ANY_RESULT = st.builds(
    Result,
    st.builds(Analysis, SOME, TEXT, LINES, st.sampled_from(CodeType), TEXT),
    TEXT.filter(lambda value: value != RECEIVED_VALUE),
    st.sampled_from([each for each in ResultStatus if each is not ResultStatus.RECEIVED]),
    st.sampled_from(ResultType),
    st.none() | st.sampled_from(Operator),
    TEXT,
    st.none() | st.sampled_from(Validation),
    st.lists(INTERVAL, max_size=3).map(tuple),
    st.none() | st.tuples(SOME, TEXT),
    LINES,
    LINES,
    TEXT,
) | st.builds(Result, st.builds(Analysis, SOME), st.just(RECEIVED_VALUE), st.just(ResultStatus.RECEIVED))
REPORTS = st.builds(
    LabReport,
    transmission=SOME,
    sent=MOMENT,
    letter=SOME,
    authorised=MOMENT,
    sender=PARTY,
    receiver=PARTY,
    patient=st.builds(Subject, SOME, TEXT, st.sampled_from(["2509479989", "2512489996"]), st.just(""), st.booleans())
    | st.builds(Subject, SOME, TEXT, st.just(""), SOME, st.booleans()),
    sample=st.builds(Sample, SOME, MOMENT, TEXT, TEXT, TEXT, st.none() | st.tuples(MOMENT, MOMENT)),
    production=SOME,
    answered=MOMENT,
    results=st.lists(ANY_RESULT, max_size=3).map(tuple),
    status=st.sampled_from(ReportStatus),
    acknowledge=st.booleans(),
    speciality=st.sampled_from(["", *codes.SPECIALITIES.values()]),
    from_laboratory=TEXT,
    physician=TEXT,
    copy=st.none() | PARTY.map(lambda party: replace(party, ean="")),
    comments=LINES,
)


@given(REPORTS)
@settings(max_examples=60, deadline=None)
def test_a_report_comes_back_from_either_form_and_through_the_other(report: LabReport) -> None:
    edifact = build_medrpt(report)
    assert read_medrpt(edifact) == report
    xml = build_xrpt(read_medrpt(edifact))
    assert read_xrpt(parse(xml, "svar.xml")) == report
    assert build_medrpt(read_xrpt(parse(xml, "svar.xml"))) == edifact
    broken = {each.rule.id for each in judge_medrpt(edifact, "svar.edi") if each.result is Judged.BROKEN}
    assert broken <= {"RPT-15"}  # the numbers are any text here
    broken = {each.rule.id for each in judge_xrpt(xml, "svar.xml") if each.result is Judged.BROKEN}
    early = report.sample.taken - min(report.sent, report.authorised, report.answered) >= timedelta(hours=1)
    any_text = {"XRPT-06", "XRPT-13", "XRPT-23"}  # numbers, values and kinds are any text here, and the times any times
    assert broken - any_text == ({"XRPT-24"} if early else set())


def test_the_hand_written_report_is_read() -> None:
    found = read_medrpt(HAND_WRITTEN)
    assert found.patient == Subject("Hansen", "Elmer Test", "2509479989", consent=False)
    assert (found.physician, found.speciality, found.status) == ("ÅBJ", "almen_medicin", ReportStatus.COMPLETE)
    assert found.comments == ("Prøven er taget hjemme.", "Patienten var ikke fastende, sagde hun: 'nej'.")
    assert [(each.status, each.operator, each.value, each.unit) for each in found.results] == [
        (ResultStatus.CORRECTED, None, "53", "mmol/mol"),
        (ResultStatus.FINAL, Operator.LESS, "5", "mg/L"),
        (ResultStatus.RECEIVED, None, "*****", ""),
    ]
    assert found.results[0].intervals == (Interval(IntervalType.UNSPECIFIED, "", "48"), Interval(text="Under 48 for voksne"))
    assert read_medrpt(build_medrpt(found)) == found


@pytest.mark.parametrize(
    ("what", "how", "value", "status"),
    [
        ("N", "FR", "1", ResultStatus.FINAL),
        ("N", "FR", "*****", ResultStatus.FINAL),
        ("M", "FR", "1", ResultStatus.CORRECTED),
        ("M", "MR", "1", ResultStatus.CORRECTED),
        ("N", "PR", "1", ResultStatus.PRELIMINARY),
        ("N", "PR", "*****", ResultStatus.RECEIVED),
    ],
)
def test_the_statuses_are_mapped_as_the_stylesheet_says(what: str, how: str, value: str, status: ResultStatus) -> None:
    data = build_medrpt(replace(LEAST, results=(Result(Analysis("NPU27300"), value),)))
    data = data.replace(b"GIS+N'\nINV", f"GIS+{what}'\nINV".encode()).replace(b"STS++FR'", f"STS++{how}'".encode())
    assert read_medrpt(data).results[0].status is status


def test_a_refused_consent_is_han_and_a_given_one_is_none() -> None:
    refused = replace(LEAST, patient=replace(LEAST.patient, consent=False))
    assert b"HAN+CDS'\n" in build_medrpt(refused)
    assert b"HAN" not in build_medrpt(LEAST)


@pytest.mark.parametrize(
    "line", ["a" * 70, "a" * 71, "a" * 70 + ".", "a" * 138, "a" * 138 + ".", "a" * 139 + ".", " ", "..", "\\a", ". "]
)
def test_long_and_odd_lines_come_back(line: str) -> None:
    report = replace(LEAST, comments=(line, "", line))
    data = build_medrpt(report)
    assert read_medrpt(data).comments == report.comments
    texts = [each.elements[3] for each in read_interchange(data).segments if each.tag == "FTX"]
    assert max(len(component) for components in texts for component in components) <= 70
    assert max(len(components) for components in texts) <= 5


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda report: replace(report, comments=(".",)), "kan ikke skrives i FTX"),
        (lambda report: replace(report, comments=("C:\\",)), "kan ikke skrives i FTX"),
        (lambda report: replace(report, letter="😀"), "findes ikke i ISO-8859-1"),
        (lambda report: replace(report, speciality="trolddom"), "trolddom har ingen kode i MEDRPT"),
        (lambda report: replace(report, sent=TEN.replace(year=1999)), "året 1999"),
    ],
    ids=["full stop", "backslash", "astral", "speciality", "year"],
)
def test_what_medrpt_cannot_say_is_refused(change: Callable[[LabReport], LabReport], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        build_medrpt(change(LEAST))


@pytest.mark.parametrize(
    ("old", "new", "at"),
    [
        (b"R0131K", b"R0130K", b"UNH+"),
        (b"NAD+SLA", b"NAD+XXX", b"UNH+"),
        (b"S07+07", b"S08+07", b"UNH+"),
        (b"STS++K", b"STS++X", b"STS++X"),
        (b"DTM+4:202610050900:203", b"DTM+4:20261005:102", b"DTM+4"),
        (b"DTM+4:202610050900:203", b"DTM+4:202613050900:203", b"DTM+4"),
        (b"+261005:1016+", b"+261005:+", b"UNB"),
        (b"GIS+M'", b"GIS+X'", b"STS++FR"),
        (b"INV+MQ+NPU27300:CQU", b"INV+MQ+NPU27300:X", b"INV"),
        (b"INV+MQ+AGE", b"INX+MQ+AGE", b"GIS+N'\nINX"),
        (b"RSL+NV+53", b"RSL+XX+53", b"RSL"),
        (b"045861:YNR", b"045861:XXX", b"NAD+SLA"),
        (b"UNZ+1", b"UNH+2'UNT+2'UNZ+1", b"UNT+49"),
    ],
    ids=lambda value: value.decode("iso-8859-1") if isinstance(value, bytes) else None,
)
def test_what_cannot_be_understood_is_refused_at_its_line(old: bytes, new: bytes, at: bytes) -> None:
    assert HAND_WRITTEN.count(old) == 1
    data = HAND_WRITTEN.replace(old, new)
    with pytest.raises(BadInput) as refused:
        read_medrpt(data)
    assert refused.value.line == data[: data.index(at)].count(b"\n") + 1


@pytest.mark.parametrize("size", range(0, len(HAND_WRITTEN), 7))
def test_a_report_cut_anywhere_is_refused(size: int) -> None:
    with pytest.raises(BadInput):
        read_medrpt(HAND_WRITTEN[:size])
