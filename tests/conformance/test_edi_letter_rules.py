"""The rules of DIS91 and BIN01: each breaks alone, in the right segment, and harmless differences break none."""

from __future__ import annotations

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

# rule, what is changed, into what, end of the finding's path, what it says is there
BREAKS: list[tuple[str, bytes, bytes, bytes, str, str]] = [
    ("EDI-01", DIS91, b"UNZ+1+KUVERT0000017'", b"", "", "forsendelsen er ikke afsluttet med UNZ; den kan være skåret over"),
    ("EDI-02", DIS91, b"UN:D9134L", b"UN:D9133L", "/UNH/2.5", "D9133L"),
    ("EDI-02", BIN01, b"UN:B0131X", b"UN:B0130X", "/UNH/2.5", "B0130X"),
    ("EDI-03", DIS91, b"UNZ+1+KUVERT0000017", b"UNZ+1+KUVERT0000018", "/UNZ/2.1", "KUVERT0000018"),
    ("EDI-03", DIS91, b"UNT+29+", b"UNT+28+", "/UNT/1.1", "28"),
    ("EDI-03", DIS91, b"UNT+29+BREV0000042", b"UNT+29+BREV0000043", "/UNT/2.1", "BREV0000043"),
    ("EDI-03", DIS91, b"UNT+29+BREV0000042'\n", b"", "/FTX", "FTX"),
    ("EDI-04", DIS91, b"+5790000147465:14", b"+5790000147466:14", "/UNB/3.1", "5790000147466"),
    ("EDI-05", DIS91, b"NAD+PO+", b"NAD+XX+", "/UNH", "0 gange"),
    ("EDI-06", DIS91, b"PNA+PAT+2509479989:::CPR:IM+", b"PNA+PAT++", "/PNA", "mangler"),
    ("EDI-07", DIS91, b"+2509479989:", b"+250947-9989:", "/PNA/2.1", "noget andet"),
    ("EDI-08", DIS91, b"GIS+N'\nRFF+SRI", b"GIS+A'\nRFF+SRI", "/GIS/1.1", "A"),
    ("EDI-09", BIN01, b"UNP+12+1", b"UNP+11+1", "/UNP/1.1", "11"),
    ("EDI-10", BIN01, b"OBJ:TXT:TXT", b"OBJ:XXX:TXT", "/UNO/3.2", "XXX"),
    ("EDI-10", DIS91, b"CDEF:TXT:TXT:11", b"CDEF:XXX:TXT:11", "/FTX/4.3", "XXX"),
]


def findings(judgements: list[Judgement]) -> list[Finding]:
    return [finding for judgement in judgements for finding in judgement.findings]


@pytest.mark.parametrize("data", [DIS91, BIN01], ids=["DIS91", "BIN01"])
def test_a_right_letter_breaks_nothing_and_every_rule_was_asked(data: bytes) -> None:
    judgements = judge_edi_letter(data, "brev.edi")
    assert findings(judgements) == []
    not_judged = {each.rule.id for each in judgements if each.result is Result.NOT_JUDGED}
    assert not_judged == (set() if data is BIN01 else {"EDI-09"})


@pytest.mark.parametrize(("rule", "data", "old", "new", "path", "found"), BREAKS, ids=[f"{row[0]} {row[5]}" for row in BREAKS])
def test_each_rule_breaks_alone_in_its_place(rule: str, data: bytes, old: bytes, new: bytes, path: str, found: str) -> None:
    assert data.count(old) == 1
    (finding,) = findings(judge_edi_letter(data.replace(old, new), "brev.edi"))
    assert (finding.rule, finding.actual) == (rule, found)
    assert finding.location.path.endswith(path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"SEQ++2'\n", b"SEQ++2'\r\n"),
        (b"PNA+PAT+2509479989:::CPR:IM+++SU:Hansen+FO:Elmer Test'", b"PNA+PAT++++SU:Hansen'RFF+XPI:250947XYZ1'"),
        (b"RFF+NO:NC'", b"RFF+HI:NC'"),
    ],
    ids=["linjeskift", "uden CPR-nummer", "høj prioritet"],
)
def test_harmless_differences_break_nothing(old: bytes, new: bytes) -> None:
    changed = DIS91.replace(old, new).replace(b"UNT+29+", b"UNT+30+" if b"XPI" in new else b"UNT+29+")
    assert changed != DIS91
    assert findings(judge_edi_letter(changed, "brev.edi")) == []


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
