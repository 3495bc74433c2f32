"""The rules of MEDRPT R0131K: each breaks alone, in the right segment, and harmless differences break none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness.conformance.medrpt import judge_medrpt
from harness.conformance.rule import Judgement, Result, rules_for
from harness.domain.finding import Finding
from harness.domain.grade import Grade

HAND_WRITTEN = (Path(__file__).parents[1] / "examples" / "medrpt_haandskrevet.edi").read_bytes().replace(b"\r\n", b"\n")


def changed(old: str, new: str, count: bool = True) -> bytes:
    """The hand-written report with one change. With `count`, UNT is told of segments added or taken away."""
    text = HAND_WRITTEN.decode("iso-8859-1")
    assert text.count(old) == 1, f"{old} står {text.count(old)} gange"
    text = text.replace(old, new)
    if count:
        inside = text[text.index("UNH+") : text.index("UNT+")]
        text = re.sub(r"UNT\+\d+\+", f"UNT+{len(re.findall(chr(39) + chr(10), inside)) + 1}+", text)
    return text.encode("iso-8859-1")


def line_of(data: bytes, text: str) -> int:
    return data.decode("iso-8859-1")[: data.decode("iso-8859-1").index(text)].count("\n") + 1


def findings(judgements: list[Judgement]) -> list[Finding]:
    return [finding for judgement in judgements for finding in judgement.findings]


# rule, what is changed, into what, the segment the finding must point to (as it then is), end of its path, what it says is there
BREAKS: list[tuple[str, str, str, str, str, str]] = [
    ("RPT-EDI", "UNZ+1+LAB00000017'", "", "UNT+", "", "forsendelsen er ikke afsluttet med UNZ; den kan være skåret over"),
    ("RPT-EDI", "BGM+LRP", "bgm+LRP", "bgm+LRP", "", "et segment skal begynde med et navn på tre tegn og +"),
    ("RPT-EDI", "UNB+UNOC", "UNH+UNOC", "UNH+UNOC", "", "forsendelsens første segment skal være UNB"),
    ("RPT-01", "UNZ+1+", "UNZ+2+", "UNZ+2", "/UNZ/1.1", "2"),
    ("RPT-01", "UNZ+1+LAB00000017", "UNZ+1+LAB00000018", "UNZ+1", "/UNZ/2.1", "LAB00000018"),
    ("RPT-02", "UNT+49+", "UNT+48+", "UNT+48", "/UNT/1.1", "48"),
    ("RPT-02", "UNT+49+SVAR0000042", "UNT+49+SVAR0000043", "UNT+49", "/UNT/2.1", "SVAR0000043"),
    ("RPT-02", "UNT+49+SVAR0000042'\n", "", "STS++PR", "/STS", "STS"),
    ("RPT-03", "UN:R0131K", "UN:R0130K", "UNH+", "/UNH/2.5", "R0130K"),
    ("RPT-03", "MEDRPT:D", "MEDREQ:D", "UNH+", "/UNH/2.1", "MEDREQ"),
    ("RPT-04", "+5790000147465:14", "+5790000147466:14", "UNB+", "/UNB/2.1", "5790000147466"),
    ("RPT-04", "+5790000121441:14", "+579000012144:14", "UNB+", "/UNB/3.1", "579000012144"),
    ("RPT-05", "NAD+SLA+", "NAD+SLB+", "UNH+", "/UNH", "0 gange"),
    ("RPT-05", "S01+01'\nNAD+PO+091034:YNR:SFU++MedCom Testcenter:::::US'\nSEQ++2'\n", "", "UNH+", "/UNH", "0 gange"),
    ("RPT-05", "SEQ++2'\n", "NAD+PO+000001:YNR:SFU'\nSEQ++2'\n", "NAD+PO+000001", "/NAD", "2 gange"),
    ("RPT-06", "PNA+PAT+2509479989:::CPR:IM+", "PNA+PAT++", "S07+07", "/S07", "mangler"),
    ("RPT-06", "S07+07'\n", "", "UNH+", "/UNH", "mangler"),
    ("RPT-07", "+2509479989:", "+2513479989:", "PNA+PAT", "/PNA/2.1", "noget andet"),
    ("RPT-07", "+2509479989:", "+250947-9989:", "PNA+PAT", "/PNA/2.1", "noget andet"),
    ("RPT-08", "STS++K'", "STS++X'", "STS++X", "/STS/2.1", "X"),
    ("RPT-08", "STS++K'\n", "", "UNH+", "/UNH", "mangler"),
    ("RPT-09", "GIS+M'", "GIS+A'", "STS++FR", "/STS/2.1", "A med FR"),
    ("RPT-09", "STS++PR'", "STS++MR'", "STS++MR", "/STS/2.1", "N med MR"),
    ("RPT-09", "STS++PR'\n", "", "GIS+N'\nINV+MQ+AGE", "/GIS", "mangler"),
    ("RPT-10", "NPU19748:CQU:", "NPU19748:NPU:", "INV+MQ+NPU19748", "/INV/2.2", "NPU"),
    ("RPT-10", "+NPU19748:CQU:", "+:CQU:", "INV+MQ+:CQU", "/INV/2.1", "mangler"),
    ("RPT-10", "INV+MQ+AGE-7:91:AGE:Stix'\n", "", "GIS+N'\nRSL+AV", "/GIS", "mangler"),
    ("RPT-11", "RSL+AV+", "RSL+TX+", "RSL+TX", "/RSL/1.1", "TX"),
    ("RPT-12", "RSL+NV+5:7+", "RSL+NV+5:<+", "RSL+NV+5:<", "/RSL/2.2", "<"),
    ("RPT-13", "mmol/mol+HI'", "mmol/mol+XX'", "RSL+NV+53", "/RSL/5.1", "XX"),
    ("RPT-15", "NAD+SLA+045861:", "NAD+SLA+45861:", "NAD+SLA", "/NAD/2.1", "45861"),
    ("RPT-15", "NAD+PO+091034:YNR:SFU", "NAD+PO+3253810000:SOR:SST", "NAD+PO", "/NAD/2.1", "3253810000"),
    ("RPT-14", "RND+U+", "RND+N+", "RND+N", "/RND/1.1", "N"),
]


@pytest.mark.parametrize(
    ("rule", "old", "new", "segment", "ending", "actual"), BREAKS, ids=[f"{row[0]} {row[2][:20]!r}" for row in BREAKS]
)
def test_one_fault_gives_one_finding(rule: str, old: str, new: str, segment: str, ending: str, actual: str) -> None:
    data = changed(old, new, count=rule != "RPT-02" and rule != "RPT-EDI")
    found = findings(judge_medrpt(data, "svar.edi"))
    assert [(each.rule, each.actual) for each in found] == [(rule, actual)], [str(each) for each in found]
    assert found[0].grade is not None
    assert found[0].location.path.endswith(ending)
    assert (found[0].location.line, found[0].location.column) == (line_of(data, segment), 1)


def test_every_rule_has_a_fault_that_breaks_it() -> None:
    assert {row[0] for row in BREAKS} == {rule.id for rule in rules_for("medrpt")}


def test_the_hand_written_report_keeps_every_rule() -> None:
    assert {each.result for each in judge_medrpt(HAND_WRITTEN, "svar.edi")} == {Result.HOLDS}


ON_ONE_LINE = HAND_WRITTEN.replace(b"\n", b"")
HARMLESS = {
    "on one line": ON_ONE_LINE,
    "windows line endings": HAND_WRITTEN.replace(b"\n", b"\r\n"),
    "no UNA": HAND_WRITTEN.removeprefix(b"UNA:+.? '\n"),
    "a result begins with S18": changed("GIS+M'", "S18+18'\nGIS+M'"),
    "no result": HAND_WRITTEN[: HAND_WRITTEN.index(b"GIS+M'")] + b"UNT+32+SVAR0000042'\nUNZ+1+LAB00000017'\n",
    "a corrected result with MR": changed("STS++FR'\nFTX+SPC", "STS++MR'\nFTX+SPC"),
    "no consent refused": changed("HAN+CDS'\n", ""),
    "an alternative id": changed("PNA+PAT+2509479989:::CPR:IM+++SU:Hansen+FO:Elmer Test'", "PNA+PAT++++SU:Hansen'\nRFF+XPI:X1'"),
    "leading zeros in counts": changed("UNZ+1+", "UNZ+000001+"),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_harmless_differences_break_nothing(name: str) -> None:
    assert [str(each) for each in findings(judge_medrpt(HARMLESS[name], "svar.edi"))] == []


def test_on_one_line_the_column_and_the_number_of_the_segment_tell_the_place() -> None:
    data = ON_ONE_LINE.replace(b"STS++K'", b"STS++X'")
    (found,) = findings(judge_medrpt(data, "svar.edi"))
    assert (found.location.line, found.location.column) == (1, data.index(b"STS++X'") + 1)
    assert found.location.path == "/19/STS/2.1"


def test_a_finding_reads_well_and_shows_nobodys_number() -> None:
    (status,) = findings(judge_medrpt(changed("STS++K'", "STS++X'"), "svar.edi"))
    assert str(status).splitlines()[:2] == [
        "F2  RPT-08  svar.edi:20:1  /19/STS/2.1",
        "    Svarets status er K (komplet), D (del) eller M (modtaget). Forventet: K, D eller M. Fundet: X.",
    ]
    (cpr,) = findings(judge_medrpt(changed("+2509479989:", "+250947998:"), "svar.edi"))
    assert "250947998" not in str(cpr)


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe", b"<?xml version='1.0'?><a/>", b"UNA", b"UNB", b"UNB'", b"UNB+?'", "UNB+æ'".encode()],
    ids=["empty", "bom", "xml", "UNA", "UNB", "no UNZ", "released", "utf-8"],
)
def test_what_is_not_edifact_is_one_graded_finding(data: bytes) -> None:
    judgements = judge_medrpt(data, "svar.edi")
    assert [(each.rule, each.grade) for each in findings(judgements)] == [("RPT-EDI", Grade.F2)]
    assert {each.result for each in judgements if each.rule.id != "RPT-EDI"} == {Result.NOT_JUDGED}


def test_an_interchange_without_a_message_is_told_once() -> None:
    found = findings(judge_medrpt(b"UNB+UNOC:3+5790000147465:14+5790000121441:14+261005:1016+1'UNZ+0+1'", "svar.edi"))
    assert [(each.rule, each.actual) for each in found] == [("RPT-03", "ingen")]


def test_a_million_segments_are_judged() -> None:
    result = b"GIS+N'INV+MQ+X:CQU'RSL+NV+1'STS++FR'"
    data = HAND_WRITTEN.replace(b"UNT+49+", result * 240_000 + b"UNT+960049+")
    assert findings(judge_medrpt(data, "svar.edi")) == []
