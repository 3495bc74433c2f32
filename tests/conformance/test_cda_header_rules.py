"""The rules of the shared header: each breaks alone at the right line, in documents of every kind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.conformance.cda.apd import judge_apd
from harness.conformance.cda.header import is_time, judge_header
from harness.conformance.cda.pdc import judge_pdc
from harness.conformance.cda.qfdd import judge_qfdd
from harness.conformance.cda.qrd import judge_qrd
from harness.conformance.rule import Judgement, Result, rules_for
from harness.domain.finding import Finding
from harness.domain.grade import Grade

EXAMPLES = Path(__file__).parents[1] / "examples"
JUDGES: dict[str, Callable[[bytes, str], list[Judgement]]] = {
    "qfdd": judge_qfdd,
    "qrd": judge_qrd,
    "apd": judge_apd,
    "pdc": judge_pdc,
}

Row = tuple[str, str, str, str]
"""A rule's id, what is exchanged in the example (it stands there once), what for, and what the finding's line holds before it."""


def example(kind: str) -> str:
    """The hand-written document of this kind."""
    return (EXAMPLES / f"{kind}_haandskrevet.xml").read_text(encoding="utf-8")


def changed(kind: str, old: str, new: str) -> bytes:
    """The hand-written document with one change. Line breaks that go away come back at the end of the change."""
    text = example(kind)
    assert text.count(old) == 1, f"{old!r} står {text.count(old)} gange"
    return text.replace(old, new + "\n" * (old.count("\n") - new.count("\n"))).encode("utf-8")


def line_of(kind: str, mark: str) -> int:
    """The line on which `mark` begins in the hand-written document."""
    return example(kind)[: example(kind).index(mark)].count("\n") + 1


def findings(judgements: list[Judgement]) -> list[Finding]:
    """All findings, in order."""
    return [finding for judgement in judgements for finding in judgement.findings]


def assert_one_finding(kind: str, row: Row) -> None:
    """The change breaks the rule alone, and the finding points at the line."""
    rule, old, new, mark = row
    found = findings(JUDGES[kind](changed(kind, old, new), "dokument.xml"))
    assert [each.rule for each in found] == [rule], [str(each) for each in found]
    assert found[0].location.line == line_of(kind, mark), str(found[0])
    assert found[0].grade is not None


ROOT = "<c:ClinicalDocument"
TYPE_ID = '<c:typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>'
EFFECTIVE = '  <c:effectiveTime value="20261005101500+0200"/>\n'
CONFIDENTIAL = '  <c:confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/>\n'
TITLE = "<c:title>Årskontrol</c:title>"
LANGUAGE = '  <c:languageCode code="da-DK"/>\n'
CPR = '<c:id root="1.2.208.176.1.2" extension="2509479989" assigningAuthorityName="CPR"/>'
GENDER = '<c:administrativeGenderCode code="M" codeSystem="2.16.840.1.113883.5.1"/>'
BORN = '<c:birthTime value="19470925000000+0100"/>'
NAME = "<c:name><c:given>Elmer</c:given><c:given>Test</c:given><c:family>Hansen</c:family></c:name>"
AUTHOR_TIME = '<c:time value="20261005101000+0200"/>'

# In every kind of document
EVERYWHERE: list[Row] = [
    ("CDA-XML", ROOT, "<c:Clinical<", ROOT),
    ("CDA-XML", 'xmlns:c="urn:hl7-org:v3"', 'xmlns:c="urn:hl7-org:v2"', ROOT),
    ("CDA-H01", TYPE_ID, "", ROOT),
    ("CDA-H01", TYPE_ID, TYPE_ID.replace("40", "41"), TYPE_ID),
    ("CDA-H01", TYPE_ID, TYPE_ID.replace("883.1.3", "883.1.4"), TYPE_ID),
    ("CDA-H01", EFFECTIVE, "", ROOT),
    ("CDA-H01", EFFECTIVE, '<effectiveTime xmlns="urn:x" value="20261005101500+0200"/>\n', ROOT),
    ("CDA-H01", CONFIDENTIAL, "", ROOT),
    ("CDA-H01", LANGUAGE, LANGUAGE[:-1] * 2 + "\n", LANGUAGE),
    ("CDA-H02", EFFECTIVE + CONFIDENTIAL, CONFIDENTIAL + EFFECTIVE, CONFIDENTIAL),
    ("CDA-H02", LANGUAGE, '  <c:forloebslabel code="x"/>' + LANGUAGE, LANGUAGE),
    ("CDA-H03", CPR, CPR.replace("176.1.2", "176.1.9"), CPR),
    ("CDA-H03", CPR, '<c:id nullFlavor="UNK"/>', CPR),
    ("CDA-H03", CPR, "", '<c:patientRole classCode="PAT">'),
    ("CDA-H04", CPR, CPR.replace("2509479989", "250947-9989"), CPR),
    ("CDA-H04", CPR, CPR.replace("176.1.2", "176.1.6.1.1"), CPR),
    ("CDA-H05", EFFECTIVE, EFFECTIVE.replace("20261005101500+0200", "2026-10-05T10:15:00"), EFFECTIVE),
    ("CDA-H05", EFFECTIVE, EFFECTIVE.replace("20261005", "20261305"), EFFECTIVE),
    ("CDA-H05", EFFECTIVE, "  <c:effectiveTime/>\n", EFFECTIVE),
    ("CDA-H05", BORN, BORN.replace("1947", "47"), BORN),
    ("CDA-H07", EFFECTIVE, EFFECTIVE.replace("<c:effectiveTime", '<c:effectiveTime xsi:type="c:IVL_TS"'), EFFECTIVE),
    ("CDA-H14", LANGUAGE, "", ROOT),
    ("CDA-H14", LANGUAGE, LANGUAGE.replace("da-DK", "en-US"), LANGUAGE),
    ("CDA-H09", CONFIDENTIAL, CONFIDENTIAL.replace('"N"', '"R"'), CONFIDENTIAL),
    ("CDA-H09", CONFIDENTIAL, CONFIDENTIAL.replace("5.25", "5.26"), CONFIDENTIAL),
    ("CDA-H12", "<c:assignedCustodian>", '<c:assignedCustodian xmlns:c="urn:x">', "<c:custodian>"),
    ("CDA-H13", GENDER, "", "<c:patient>"),
    ("CDA-H13", GENDER, GENDER.replace('"M"', '"X"'), GENDER),
    ("CDA-H13", GENDER, GENDER.replace("5.1", "5.2"), GENDER),
    ("CDA-H13", NAME, "", "<c:patient>"),
    ("CDA-H13", NAME, "<c:name> </c:name>", NAME),
    (
        "CDA-H13",
        f"<c:patient>\n        {NAME}\n        {GENDER}\n        {BORN}\n      </c:patient>",
        "",
        '<c:patientRole classCode="PAT">',
    ),
    ("CDA-H13", BORN, "", "<c:patient>"),
]

RELATED = '<c:relatedDocument typeCode="RPLC">'
PARENT_SET = '      <c:setId root="1.2.208.184" extension="51d8f0a6-0b7e-4a9c-a1c7-0d3c2b1a90ff"/>'
PARENT_ID = '<c:id root="1.2.208.184" extension="51d8f0a6-0b7e-4a9c-a1c7-0d3c2b1a9001"/>'
OWN_ID = '<c:id root="1.2.208.184" extension="51d8f0a6-0b7e-4a9c-a1c7-0d3c2b1a9002" assigningAuthorityName="MedCom"/>'
AUTHOR_SOR = "      <c:representedOrganization>\n" + (
    '        <c:id root="1.2.208.176.1.1" extension="325381000016008" assigningAuthorityName="SOR"/>'
)

# In the appointment, which has all parts of the header but the recipient
APPOINTMENT: list[Row] = [
    ("CDA-H01", OWN_ID, "", ROOT),
    ("CDA-H01", OWN_ID, OWN_ID * 2, OWN_ID),
    ("CDA-H01", OWN_ID, "<c:id/>", OWN_ID),
    ("CDA-H08", TITLE, "", ROOT),
    ("CDA-H08", TITLE, '<c:title nullFlavor="NI"/>', TITLE),
    ("CDA-H08", TITLE, "<c:title/>", TITLE),
    ("CDA-H08", TITLE, "<c:title> </c:title>", TITLE),
    ("CDA-H15", '<c:versionNumber value="2"/>', '<c:versionNumber value="to"/>', '<c:versionNumber value="2"/>'),
    ("CDA-H06", AUTHOR_TIME, "", "<c:author>"),
    ("CDA-H06", '<c:section classCode="DOCSECT">', '<c:section classCode="ACT">', '<c:section classCode="DOCSECT">'),
    ("CDA-H06", '<c:section classCode="DOCSECT">', '<c:section moodCode="INT">', '<c:section classCode="DOCSECT">'),
    ("CDA-H05", AUTHOR_TIME, '<c:time value="i går"/>', AUTHOR_TIME),
    ("CDA-H10", AUTHOR_SOR, AUTHOR_SOR.replace("176.1.1", "176.1.9"), AUTHOR_SOR.split("\n")[1]),
    ("CDA-H11", RELATED, RELATED.replace("RPLC", "ERST"), RELATED),
    ("CDA-H11", RELATED, "<c:relatedDocument>", RELATED),
    ("CDA-H11", PARENT_ID, "", RELATED),
    ("CDA-H11", PARENT_ID, PARENT_ID.replace("9001", "9002"), PARENT_ID),
    ("CDA-H11", PARENT_ID, PARENT_ID.replace("9001", "9002").replace("51d8", "51D8"), PARENT_ID),
    ("CDA-H11", PARENT_SET, PARENT_SET.replace("90ff", "90fe"), PARENT_SET),
    ("CDA-H11", '<c:versionNumber value="1"/>', '<c:versionNumber value="2"/>', '<c:versionNumber value="1"/>'),
]

BREAKS = [*EVERYWHERE, *APPOINTMENT]


@pytest.mark.parametrize("kind", JUDGES)
@pytest.mark.parametrize("row", EVERYWHERE, ids=[f"{row[0]} {number}" for number, row in enumerate(EVERYWHERE)])
def test_one_fault_gives_one_finding_in_every_kind(kind: str, row: Row) -> None:
    assert_one_finding(kind, row)


@pytest.mark.parametrize("row", APPOINTMENT, ids=[f"{row[0]} {number}" for number, row in enumerate(APPOINTMENT)])
def test_one_fault_gives_one_finding(row: Row) -> None:
    assert_one_finding("apd", row)


@pytest.mark.parametrize(
    ("root", "wrong"),
    [
        ("1.2.208.176.1.1", "3253"),
        ("1.2.208.176.1.4", "91034"),
        ("1.2.208.176.1.6.1.1", "0703922VJ5"),
        ("1.2.208.176.1.6.1.3", "0703921VJ5"),
        ("1.2.208.176.1.6.1.3.177", "0703921VJ5"),
        ("1.2.208.176.1.2", "3209479989"),
    ],
)
def test_a_number_of_another_form_is_found_by_its_root(root: str, wrong: str) -> None:
    added = f'{CPR}<c:id root="{root}" extension="{wrong}"/>'
    (found,) = findings(judge_apd(changed("apd", CPR, added), "aftale.xml"))
    assert (found.rule, found.location.line, found.location.path.rpartition("/")[2]) == (
        "CDA-H04",
        line_of("apd", CPR),
        "@extension",
    )
    assert (wrong in str(found)) == (root in ("1.2.208.176.1.1", "1.2.208.176.1.4"))


@pytest.mark.parametrize(
    ("root", "right"),
    [("1.2.208.176.1.6.1.1", "0703921VJ5"), ("1.2.208.176.1.6.1.3", "0703920VJ5"), ("1.2.3", "x"), ("1.2.208.176.1.4", "091034")],
)
def test_a_patient_may_have_other_numbers(root: str, right: str) -> None:
    assert findings(judge_apd(changed("apd", CPR, f'{CPR}<c:id root="{root}" extension="{right}"/>'), "aftale.xml")) == []


def test_a_replacement_number_stands_for_the_cpr_number() -> None:
    of_regions = (("1.2.208.176.1.6.1.3", f".{region}", "0703920VJ5") for region in (177, 179, 181, 183, 187))
    for root, region, number in (("1.2.208.176.1.6.1.1", "", "0703921VJ5"), *of_regions):
        document = changed("apd", CPR, f'<c:id root="{root}{region}" extension="{number}"/>')
        assert findings(judge_apd(document, "aftale.xml")) == []
    unknown = changed("apd", CPR, '<c:id root="1.2.208.176.1.6.1.3.178" extension="0703920VJ5"/>')
    assert [each.rule for each in findings(judge_apd(unknown, "aftale.xml"))] == ["CDA-H03"]


ABOUT = (
    '<c:documentationOf><c:serviceEvent classCode="MPROT"><c:effectiveTime><c:low value="20261005"/>{}</c:effectiveTime>'
    "</c:serviceEvent></c:documentationOf>"
)


@pytest.mark.parametrize(
    ("high", "found"),
    [
        ('<c:high value="20261305"/>', ["CDA-H05"]),
        ('<c:high value="2026-10-05"/>', ["CDA-H05"]),
        ('<c:high value="20261005101500+0200"/>', []),
        ('<c:high nullFlavor="NI"/>', []),
        ("<c:high/>", ["CDA-H20"]),
        ("", []),
    ],
)
def test_the_time_that_a_document_is_about_is_a_time(high: str, found: list[str]) -> None:
    judged = findings(judge_apd(changed("apd", RELATED, f"\n{ABOUT.format(high)}{RELATED}"), "aftale.xml"))
    assert [each.rule for each in judged] == found
    assert [each.location.line for each in judged] == [line_of("apd", RELATED) + 1] * len(found)


def test_every_rule_has_a_fault_that_breaks_it() -> None:
    of_elements = {f"CDA-H{number}" for number in range(16, 22)}  # tests/conformance/test_cda_structure.py
    assert {row[0] for row in BREAKS} == {rule.id for rule in rules_for("cda-header")} - of_elements


@pytest.mark.parametrize("kind", ["qfdd", "qrd", "apd", "pdc", "cpd_diabetes", "cpd_hjerte"])
def test_the_hand_written_documents_break_nothing(kind: str) -> None:
    judgements = judge_header(example(kind).encode("utf-8"), "dokument.xml")
    assert findings(judgements) == []
    assert {each.rule.id for each in judgements if each.result is Result.NOT_JUDGED} <= {"CDA-H10", "CDA-H11"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (EFFECTIVE, EFFECTIVE.replace("20261005101500+0200", "20261005")),
        (EFFECTIVE, '  <c:effectiveTime nullFlavor="NI"/>\n'),
        (LANGUAGE, '  <c:languageCode code="da"/>\n'),
        (LANGUAGE, LANGUAGE + '<sdtc:statusCode xmlns:sdtc="urn:hl7-org:sdtc" code="active"/>'),
        (f"{LANGUAGE}{PARENT_SET.strip().join(('  ', chr(10)))}", LANGUAGE),
        (PARENT_SET, PARENT_SET.replace("51d8f0a6", "51D8F0A6")),
        (RELATED, RELATED.replace("RPLC", "APND")),
        ('<c:versionNumber value="1"/>', ""),
        ('<c:versionNumber value="1"/>', "<c:versionNumber/>"),
        ('<c:versionNumber value="2"/>', ""),
        (CPR, f"<!-- før -->{CPR}<?pi efter?>"),
    ],
    ids=[
        "a day",
        "no time",
        "da",
        "an extension",
        "no setId",
        "upper case",
        "an addendum",
        "an edition that was not numbered",
        "or has no number",
        "no number of its own",
        "comments",
    ],
)
def test_harmless_differences_break_nothing(old: str, new: str) -> None:
    assert [str(each) for each in findings(judge_apd(changed("apd", old, new), "aftale.xml"))] == []


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"", 1),
        (b"<a>\n <b></a>", 2),
        (b"\n<ClinicalDocument/>", 2),
        (b"\n<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", 2),
        (b"<a>" * 300, 1),
        ("<å>blåbærgrød</å>".encode("latin-1"), 1),
        (b"<?xml version='1.0' encoding='ukendt'?><a/>", 1),
        (b"<a>" + b"<b/>" * 1_000_001 + b"</a>", 1),
    ],
    ids=["empty", "cut off", "no namespace", "doctype", "deep", "latin-1", "unknown encoding", "a million elements"],
)
@pytest.mark.parametrize("judge", [judge_header, *JUDGES.values()], ids=["header", *JUDGES])
def test_what_is_no_document_is_one_graded_finding(
    judge: Callable[[bytes, str], list[Judgement]], data: bytes, line: int
) -> None:
    judgements = judge(data, "dokument.xml")
    assert [(each.rule, each.grade, each.location.line) for each in findings(judgements)] == [("CDA-XML", Grade.F2, line)]
    assert {each.result for each in judgements[1:]} == {Result.NOT_JUDGED}


@pytest.mark.parametrize("kind", JUDGES)
def test_a_document_cut_off_anywhere_never_raises(kind: str) -> None:
    data = example(kind).rstrip().encode("utf-8")
    for end in range(0, len(data), 97):
        assert [each.rule for each in findings(JUDGES[kind](data[:end], "dokument.xml"))] == ["CDA-XML"]


@pytest.mark.parametrize("kind", JUDGES)
def test_an_empty_document_never_raises(kind: str) -> None:
    found = {each.rule for each in findings(JUDGES[kind](b'<ClinicalDocument xmlns="urn:hl7-org:v3"/>', "dokument.xml"))}
    assert found == {"CDA-H01", "CDA-H08", "CDA-H14", f"{kind.upper()}-01"}


@pytest.mark.parametrize(
    ("value", "holds"),
    [
        ("2026", True),
        ("202610051015", True),
        ("20261005101500.5+0200", True),
        ("20260230", False),
        ("20261005+0200", False),
        ("", False),
    ],
)
def test_a_time_is_told_from_what_is_none(value: str, holds: bool) -> None:
    assert is_time(value) is holds
