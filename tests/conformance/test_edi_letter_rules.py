"""The rules of DIS91 and BIN01: each breaks alone, in the right segment, and harmless differences break none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness.conformance.edi_letter import judge_edi_letter
from harness.conformance.files.formats import judge_file
from harness.conformance.rule import Judgement, Result
from harness.domain.finding import Finding
from harness.standards.edi_letter import read_edi_letter

DIS91 = (Path(__file__).parents[1] / "examples" / "dis91_haandskrevet.edi").read_bytes().replace(b"\r\n", b"\n")
FILE = b"Vejning\r\n' \xf8"
BIN01 = (
    DIS91[: DIS91.index(b"GIS+N'\nRFF+AHI")].replace(b"MEDDIS:D:93A:UN:D9134L+DIS91", b"MEDBIN:D:93A:UN:B0131X+BIN01")
    + b"UNO+1+AID:0123456789ABCDEF0123456789ABCDEF+OBJ:TXT:TXT:91+12:14:1:A'"
    + FILE
    + b"\nUNP+12+1'\nUNT+22+BREV0000042'\nUNZ+1+KUVERT0000017'\n"
)
COURSE = b"S11+11'\nGIS+N'\nRFF+AHI:1'\nSEQ++1'\nPAS+POT'\n"

# rule, what is changed, into what, end of the finding's path, what it says is there
BREAKS: list[tuple[str, bytes, bytes, bytes, str, str]] = [
    ("EDI-01", DIS91, b"UNZ+1+KUVERT0000017'", b"", "", "forsendelsen er ikke afsluttet med UNZ; den kan være skåret over"),
    ("EDI-02", DIS91, b"UN:D9134L", b"UN:D9133L", "/UNH/2.5", "D9133L"),
    ("EDI-02", BIN01, b"UN:B0131X", b"UN:B0130X", "/UNH/2.5", "B0130X"),
    ("EDI-02", DIS91, b"MEDDIS:", b"MEDREF:", "/UNH/2.1", "MEDREF"),
    ("EDI-02", DIS91, b"MEDDIS:", b":", "/UNH/2.1", "mangler"),
    ("EDI-03", DIS91, b"UNZ+1+KUVERT0000017", b"UNZ+1+KUVERT0000018", "/UNZ/2.1", "KUVERT0000018"),
    ("EDI-03", DIS91, b"UNT+29+", b"UNT+28+", "/UNT/1.1", "28"),
    ("EDI-03", DIS91, b"UNT+29+BREV0000042", b"UNT+29+BREV0000043", "/UNT/2.1", "BREV0000043"),
    ("EDI-03", DIS91, b"UNT+29+BREV0000042'\n", b"", "/FTX", "FTX"),
    ("EDI-04", DIS91, b"+5790000147465:14", b"+5790000147466:14", "/UNB/3.1", "5790000147466"),
    ("EDI-05", DIS91, b"NAD+PO+", b"NAD+XX+", "/UNH", "0 gange"),
    ("EDI-02", DIS91[: DIS91.index(b"UNH+")] + DIS91[DIS91.index(b"UNZ+") :], b"UNZ+1+", b"UNZ+0+", "/UNZ", "ingen"),
    ("EDI-05", DIS91, b"S11+11'\n", b"NAD+PO+5790000147465'\nS11+11'\n", "/20/NAD", "2 gange"),
    ("EDI-05", DIS91, b"S01+01'\nNAD+PO", b"NAD+PO+5790000147465'\nS01+01'\nNAD+PO", "/12/NAD", "2 gange"),
    ("EDI-09", BIN01, b"UNP+12+1'\n", b"UNP+12+1'\nUNP+12+1'\n", "/UNO", "2 UNP til 1 UNO"),
    ("EDI-09", DIS91, b"S11+11'\n", b"UNP+12+1'\nS11+11'\n", "/UNZ", "1 UNP til 0 UNO"),
    ("EDI-06", DIS91, b"PNA+PAT+2509479989:::CPR:IM+", b"PNA+PAT++", "/PNA", "mangler"),
    ("EDI-07", DIS91, b"+2509479989:", b"+250947-9989:", "/PNA/2.1", "noget andet"),
    ("EDI-08", DIS91, b"GIS+N'\nRFF+SRI", b"GIS+A'\nRFF+SRI", "/GIS/1.1", "A"),
    ("EDI-03", DIS91, b"UNZ+1+", b"UNZ+2+", "/UNZ/1.1", "2"),
    ("EDI-06", DIS91, b"S07+07'\n", b"S07+07'\nPNA+PAT+2512489996:::CPR:IM+++SU:Berggren+FO:Nancy'\n", "/PNA", "2 patienter"),
    ("EDI-08", DIS91, b"GIS+N'\nRFF+SRI", b"RFF+SRI", "/UNH", "mangler"),
    ("EDI-03", BIN01, b"UNT+22+", b"UNT+21+", "/UNT/1.1", "21"),
    ("EDI-03", BIN01, b"UNT+22+", b"UNT++", "/UNT/1.1", "mangler"),
    ("EDI-15", DIS91, b"UNB+UNOC:", b"UNB+ANOC:", "/UNB/1.1", "ANOC"),
    ("EDI-15", DIS91, b"UNB+UNOC:3", b"UNB+UNOC", "/UNB/1.2", "mangler"),
    ("EDI-15", DIS91, b"+5790000147465:14", b"+5790000147465:13", "/UNB/3.2", "13"),
    ("EDI-16", DIS91, b"+261005:1015+", b"+20261005:1015+", "/UNB/4.1", "20261005 og 1015"),
    ("EDI-16", DIS91, b"+261005:1015+", b"+261005+", "/UNB/4.1", "261005 og intet klokkeslæt"),
    ("EDI-16", DIS91, b"+261005:1015+", b"+261004:1015+", "/UNB/4.1", "202610041015"),
    ("EDI-16", DIS91, b"DTM+137:202610051010", b"DTM+137:202610051046", "/UNB/4.1", "202610051015"),
    ("EDI-17", DIS91, b"MEDDIS:D:93A:", b"MEDDIS:S:93A:", "/UNH/2.2", "S"),
    ("EDI-17", DIS91, b"MEDDIS:D:93A:", b"MEDDIS:D:92A:", "/UNH/2.3", "92A"),
    ("EDI-17", DIS91, b"MEDDIS:D:93A:UN:", b"MEDDIS:D:93A:ZZ:", "/UNH/2.4", "ZZ"),
    ("EDI-18", DIS91, b"S01+01'\nNAD+PO", b"NAD+PO", "/NAD", "samme S01 som SSP"),
    ("EDI-18", DIS91, b"S07+07'\n", b"", "/PNA", "S02"),
    ("EDI-18", BIN01, b"S11+11'\n", b"", "/UNO", "S07"),
    ("EDI-18", DIS91, b"S11+11'\nGIS+N'\nRFF+AHI:1'\n", b"RFF+AHI:1'\nS11+11'\nGIS+N'\n", "/RFF", "S07"),
    ("EDI-18", DIS91, b"S11+11'\nGIS+N'\nRFF+AHI:1'\n", b"RFF+REI:1'\nS11+11'\nGIS+N'\n", "/RFF", "S07"),
    ("EDI-18", DIS91, COURSE, b"PAS+POT'\n" + COURSE.removesuffix(b"PAS+POT'\n"), "/PAS", "S07"),
    ("EDI-18", DIS91, b"S14+14'\nFTX+OE+P00++Kontrol'\n", b"FTX+OE+P00++Kontrol'\nS14+14'\n", "/FTX", "S11"),
    ("EDI-18", DIS91, b"S01+01'\nNAD+SSP", b"NAD+SSP", "/NAD", "uden for afsnittene"),
    ("EDI-03", DIS91, b"UNT+29+", b"UNT+57+", "/UNT/1.1", "57"),
    ("EDI-19", DIS91, b"NAD+PO+045861:YNR", b"NAD+PO+:YNR", "/NAD/2.1", "mangler"),
    ("EDI-19", DIS91, b"NAD+SSP+091034:YNR", b"NAD+SSP+:YNR", "/NAD/2.1", "mangler"),
    ("EDI-19", DIS91, b"++MedCom Testcenter:Certificering", b"++:Certificering", "/NAD/4.1", "mangler"),
    ("EDI-19", DIS91, b"NAD+PO+045861:YNR:", b"NAD+PO+045861::", "/NAD/2.1", "045861"),
    ("EDI-19", DIS91, b"NAD+PO+045861:YNR:", b"NAD+PO+045861:YDR:", "/NAD/2.2", "YDR"),
    ("EDI-19", DIS91, b"NAD+PO+045861:YNR:", b"NAD+PO+45861:YNR:", "/NAD/2.1", "45861"),
    ("EDI-19", DIS91, b"NAD+PO+045861:YNR:", b"NAD+PO+045861:SOR:", "/NAD/2.1", "045861"),
    ("EDI-19", DIS91, b"NAD+PO+045861:YNR:", b"NAD+PO+045861:EAN:", "/NAD/2.1", "045861"),
    ("EDI-20", DIS91, b"DTM+137:202610051010:203", b"DTM+137:202610051010:204", "/DTM/1.3", "204"),
    ("EDI-20", DIS91, b"DTM+182:202610051010:203", b"DTM+182:202610051010:204", "/DTM/1.3", "204"),
    ("EDI-20", DIS91, b"DTM+182:202610051010:", b"DTM+182:202613051010:", "/DTM/1.2", "202613051010"),
    ("EDI-21", DIS91, b"RFF+SRI:BREV0000042", b"RFF+SRI:BREV0000041", "/RFF/1.2", "BREV0000041"),
    ("EDI-22", DIS91, b"SPR+ORG+99:", b"SPR+ORG+98:", "/SPR/2.1", "98"),
    ("EDI-22", DIS91, b"PAS+POT", b"PAS+PAT", "/PAS/1.1", "PAT"),
    ("EDI-23", DIS91, b"+SU:Hansen", b"+FO:Hansen", "/PNA/5.1", "FO"),
    ("EDI-23", DIS91, b":::CPR:IM", b":::CVR:IM", "/PNA/2.4", "CVR"),
    ("EDI-23", DIS91, b"+SU:Hansen", b"+SU", "/PNA/5.2", "mangler"),
    ("EDI-25", DIS91, b"FTX+BIN+P00++BIN:", b"FTX+BIN+P00++:", "/FTX/4.1", "mangler"),
    ("EDI-24", BIN01, b"UNP+12+1", b"UNP+12+2", "/UNP/2.1", "2"),
    ("EDI-09", BIN01, b"UNP+12+1", b"UNP+11+1", "/UNP/1.1", "11"),
    ("EDI-09", BIN01, b":91+12:14", b":91+4:14", "/UNO/4.1", "4"),
    ("EDI-09", BIN01, b":91+12:14", b":91+999:14", "/UNO/4.1", "999"),
    ("EDI-09", DIS91, b":TXT:TXT:11'", b":TXT:TXT:abc'", "/FTX/4.5", "abc"),
    ("EDI-11", BIN01, b"AID:0123456789ABCDEF0", b"AID:0123456789ABCDEF", "/UNO/2.2", "0123456789ABCDEF123456789ABCDEF"),
    ("EDI-11", DIS91, b"BIN:0123456789ABCDEF0", b"BIN:0123456789ABCDEF", "/FTX/4.2", "0123456789ABCDEF123456789ABCDEF"),
    ("EDI-12", BIN01, b"OBJ:TXT:TXT", b"OBJ:TXT:DOCX", "/UNO/3.3", "DOCX"),
    ("EDI-12", DIS91, b":TXT:TXT:11", b":TXT:JPEG:11", "/FTX/4.4", "JPEG"),
    ("EDI-13", DIS91, b"+5790000147465:14", b"+5790000209354:14", "/UNB/3.1", "5790000209354"),
    ("EDI-14", DIS91, "går med stok".encode("iso-8859-1"), "går med stok".encode(), "/FTX", "byte C3 byte A5"),
    ("EDI-14", DIS91, "går med stok".encode("iso-8859-1"), "går med stok".encode("cp865"), "/FTX", "byte 86"),
    ("EDI-14", DIS91, b"SU:Hansen", b"SU:Han\x00sen", "/PNA", "byte 00"),
    ("EDI-14", DIS91, b"g\xe5r med stok", b"g\xe5r \x96 med stok", "/FTX", "byte 96"),
    ("EDI-10", DIS91, b"CDEF:TXT:TXT:11", b"CDEF:SND:TXT:11", "/FTX/4.3", "SND"),
    ("EDI-10", BIN01, b"OBJ:TXT:TXT", b"OBJ:XXX:TXT", "/UNO/3.2", "XXX"),
    ("EDI-10", DIS91, b"CDEF:TXT:TXT:11", b"CDEF:XXX:TXT:11", "/FTX/4.3", "XXX"),
]


SPECIALITIES = [
    "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "18", "20", "22", "30", "31", "32", "33",
    "34", "35", "38", "40", "42", "44", "46", "48", "50", "52", "60", "61", "62", "63", "64", "65", "66",
    "67", "68", "80", "84", "86", "90", "91", "99", "580", "1519", "2021", "2501", "2503", "2504", "2505",
    "2506", "2507", "2508", "2509", "2511", "2518", "2520", "2522", "2523", "2524", "2525", "2526", "2528",
    "4050", "4551", "5053", "5552", "6054", "6055", "7045", "7046", "9463",
]  # fmt: skip


def recounted(data: bytes, old: bytes, new: bytes) -> bytes:
    """`data` with UNT counting the segments that `new` has more or fewer than `old`; as it is, where the frame changed."""
    more = new.count(b"'\n") - old.count(b"'\n")
    if re.search(rb"UN[BHTZ]\+", old):
        return data
    return re.sub(rb"UNT\+(\d+)\+", lambda told: b"UNT+%d+" % (int(told[1]) + more), data)


def findings(judgements: list[Judgement]) -> list[Finding]:
    return [finding for judgement in judgements for finding in judgement.findings]


@pytest.mark.parametrize("data", [DIS91, BIN01], ids=["DIS91", "BIN01"])
def test_a_right_letter_breaks_nothing_and_every_rule_was_asked(data: bytes) -> None:
    judgements = judge_edi_letter(data, "brev.edi")
    assert findings(judgements) == []
    assert {each.rule.id for each in judgements if each.result is Result.NOT_JUDGED} == set()


def test_without_files_and_in_another_character_set_that_is_not_judged() -> None:
    plain = DIS91.replace(b"S14+14'\nFTX+BIN+P00++BIN:0123456789ABCDEF0123456789ABCDEF:TXT:TXT:11'\n", b"").replace(
        b"UNOC", b"UNOW"
    )
    judgements = judge_edi_letter(plain.replace(b"UNT+29", b"UNT+27"), "brev.edi")
    assert findings(judgements) == []
    assert {each.rule.id for each in judgements if each.result is Result.NOT_JUDGED} == {"EDI-09", "EDI-14"}


def test_a_finding_after_a_file_with_line_breaks_is_on_its_own_line() -> None:
    (finding,) = findings(judge_edi_letter(BIN01.replace(b"UNP+12+1", b"UNP+11+1"), "fil.edi"))
    line = BIN01[: BIN01.index(b"UNP+")].count(b"\n") + 1
    assert (finding.location.line, finding.location.column) == (line, 1)


def test_two_files_with_one_id_are_told() -> None:
    one = BIN01[BIN01.index(b"UNO+") : BIN01.index(b"UNT+")]
    two = BIN01.replace(one, one + one.replace(b"UNO+1+", b"UNO+2+").replace(b"UNP+12+1", b"UNP+12+2")).replace(
        b"UNT+22+", b"UNT+24+"
    )
    assert [(each.rule, each.location.path) for each in findings(judge_edi_letter(two, "fil.edi"))] == [("EDI-11", "/23/UNO/2.2")]


def test_several_messages_are_each_counted_and_a_message_without_a_number_is_told() -> None:
    message = DIS91[DIS91.index(b"UNH+") : DIS91.index(b"UNZ+")]
    two = DIS91.replace(message, message + message.replace(b"BREV0000042", b"BREV0000043")).replace(b"UNZ+1+", b"UNZ+2+")
    assert findings(judge_edi_letter(two, "brev.edi")) == []
    (finding,) = findings(judge_edi_letter(two.replace(b"UNT+29+BREV0000043", b"UNT+28+BREV0000043"), "brev.edi"))
    assert (finding.rule, finding.actual) == ("EDI-03", "28")
    unnumbered = DIS91.replace(b"UNH+BREV0000042+", b"UNH++").replace(b"UNT+29+BREV0000042", b"UNT+29")
    (finding,) = findings(judge_edi_letter(unnumbered, "brev.edi"))
    assert (finding.rule, finding.location.path, finding.actual) == ("EDI-03", "/2/UNH/1.1", "mangler")


def test_a_wrong_number_says_what_was_expected_and_not_what_was_wrong() -> None:
    (finding,) = findings(judge_edi_letter(DIS91.replace(b"+5790000147465:14", b"+5790000147466:14"), "brev.edi"))
    assert finding.expected == "13 cifre, hvor det sidste er kontrolcifret"


@pytest.mark.parametrize(("old", "new"), [(b"UNP+12+", b"UNP+0012+"), (b":91+12:14", b":91+0012:14")], ids=["UNP", "UNO"])
def test_zeros_before_a_size_break_nothing(old: bytes, new: bytes) -> None:
    assert findings(judge_edi_letter(BIN01.replace(old, new), "fil.edi")) == []


def test_a_file_is_found_by_the_characters_that_una_gives() -> None:
    head, tail = BIN01.split(FILE)
    table = bytes.maketrans(b"+:'", b"|;~")
    other = head.translate(table) + FILE + tail.translate(table)
    assert findings(judge_edi_letter(other, "fil.edi")) == []
    assert [each.data for each in read_edi_letter(other).files] == [FILE]


@pytest.mark.parametrize(("rule", "data", "old", "new", "path", "found"), BREAKS, ids=[f"{row[0]} {row[5]}" for row in BREAKS])
def test_each_rule_breaks_alone_in_its_place(rule: str, data: bytes, old: bytes, new: bytes, path: str, found: str) -> None:
    assert data.count(old) == 1
    (finding,) = findings(judge_edi_letter(recounted(data.replace(old, new), old, new), "brev.edi"))
    assert (finding.rule, finding.actual) == (rule, found)
    assert finding.location.path.endswith(path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"SEQ++2'\n", b"SEQ++2'\r\n"),
        (b"PNA+PAT+2509479989:::CPR:IM+++SU:Hansen+FO:Elmer Test'", b"PNA+PAT++++SU:Hansen'RFF+XPI:250947XYZ1'"),
        (b"RFF+NO:NC'", b"RFF+HI:NC'"),
        (b"S11+11'", b"PNA+REL+4711'\nS11+11'"),
        (b"UNB+UNOC:3", b"UNB+UNOC:1"),
        (b"UNB+UNOC:3", b"UNB+UNOC:2"),
        (b"DTM+137:202610051010", b"DTM+137:202610051045"),
        (b"NAD+PO+045861:YNR:", b"NAD+PO+73091000016008:SOR:"),
        (b"NAD+PO+045861:YNR:", b"NAD+PO+5790000147465:EAN:"),
        (b"NAD+PO+045861:YNR:", b"NAD+PO+5790000147465::"),
        (b"NAD+PO+045861:YNR:", b"NAD+PO+6007:SKS:"),
        (b"NAD+PO+045861:YNR:", b"NAD+PO+101:KOM:"),
        *((b"PAS+POT", f"PAS+{episode}".encode()) for episode in ("HS", "HA", "DA", "REQ")),
        *((b"SPR+ORG+99:", f"SPR+ORG+{speciality}:".encode()) for speciality in SPECIALITIES if speciality != "99"),
    ],
    ids=lambda change: change.decode("iso-8859-1"),
)
def test_harmless_differences_break_nothing(old: bytes, new: bytes) -> None:
    changed = recounted(DIS91.replace(old, new), old.replace(b"'", b"'\n"), new.replace(b"'", b"'\n"))
    assert changed != DIS91
    assert findings(judge_edi_letter(changed, "brev.edi")) == []


@pytest.mark.parametrize("kind", ["TXT", "IMG", "PRG", "VGR", "BSG", "MUL", "PRP"])
def test_each_kind_of_file_that_the_stylesheets_translate_is_taken(kind: str) -> None:
    assert findings(judge_edi_letter(BIN01.replace(b"OBJ:TXT:TXT", f"OBJ:{kind}:TXT".encode()), "fil.edi")) == []


EXTENSIONS = """PCX TIF JPG GIF BMP PNG MPG DCM SCP TXT RTF DOC XLS
    WPD EXE PDF WAV AVI MID RMI COM ZIP BIN INH PLO"""


@pytest.mark.parametrize("extension", EXTENSIONS.split())
def test_each_extension_that_the_stylesheets_translate_is_taken(extension: str) -> None:
    assert findings(judge_edi_letter(BIN01.replace(b"OBJ:TXT:TXT", f"OBJ:TXT:{extension}".encode()), "fil.edi")) == []


@pytest.mark.parametrize("counted", [b"UNT+22+", b"UNT+23+", b"UNT+20+"], ids=["both segments", "the file too", "none of it"])
def test_a_file_counts_as_a_segment_or_not(counted: bytes) -> None:
    assert findings(judge_edi_letter(BIN01.replace(b"UNT+22+", counted), "fil.edi")) == []


@pytest.mark.parametrize(
    ("data", "old", "new", "expected"),
    [
        (DIS91, b"S01+01'\nNAD+PO", b"NAD+PO", "NAD+PO i sit eget S01"),
        (DIS91, b"S07+07'\n", b"", "PNA+PAT i afsnittet S07"),
        (BIN01, b"S11+11'\n", b"", "UNO i afsnittet S11"),
    ],
    ids=["NAD", "PNA", "UNO"],
)
def test_what_stands_in_the_wrong_section_is_told_where_it_belongs(data: bytes, old: bytes, new: bytes, expected: str) -> None:
    (finding,) = findings(judge_edi_letter(recounted(data.replace(old, new), old, new), "brev.edi"))
    assert (finding.rule, finding.expected) == ("EDI-18", expected)


def test_a_file_that_looks_like_edifact_is_no_edifact() -> None:
    hostile = BIN01.replace(FILE, b"UNZ+1+X'\nUNH")
    assert findings(judge_edi_letter(hostile, "brev.edi")) == []


@pytest.mark.parametrize("data", [DIS91, BIN01], ids=["DIS91", "BIN01"])
def test_they_are_known_by_their_content_and_can_be_read(data: bytes) -> None:
    report = judge_file(data, "brev.edi")
    assert report.format == "Brev eller fil i EDIFACT (DIS91, BIN01)"
    letter = read_edi_letter(data)
    assert letter.patient.cpr == "2509479989"
    assert letter.text == (
        "Patienten går med stok og har fået tid til kontrol om fjorten dage, hvor såret ses efter.\n\nMøder kl. 8:30."
        if data is DIS91
        else ""
    )
    assert [file.data for file in letter.files] == ([FILE] if data is BIN01 else [b""])
