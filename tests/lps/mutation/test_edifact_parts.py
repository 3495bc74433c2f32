"""A part of an EDIFACT message is changed in its own bytes; only UNT's count follows a segment that is left out."""

from __future__ import annotations

import pytest

from harness.lps.mutation.edifact_parts import edited, paths
from harness.standards.edi_objects import without_objects
from harness.standards.edifact import read_interchange

LETTER = """UNA:+.? '
UNB+UNOC:3+5790000147465:14+5790000209354:14+261005:1015+1++++0'
UNH+1+MEDBIN:D:93A:UN:B0131X+BIN01'
S01+01'
NAD+SSP+045861:YNR:SFU++Lægerne ?+ co:::::US'
S01+01'
NAD+PO+091034:YNR:SFU'
S11+11'
UNO+1+AID:610BD6634229446E88A7BC2E3BD91BC0+OBJ:TXT:TXT:91+14'it's 'ikke' a
UNP+14+1'
UNT+9+1'
UNZ+1+1'
""".encode("iso-8859-1")


def test_every_segment_and_component_is_a_part_with_the_group_it_is_in() -> None:
    assert [each for each in paths(LETTER) if each.startswith(("S01", "S11"))] == [
        "S01",
        "S01/1.1",
        "S01/NAD+SSP",
        "S01/NAD+SSP/1.1",
        "S01/NAD+SSP/2.1",
        "S01/NAD+SSP/2.2",
        "S01/NAD+SSP/2.3",
        "S01/NAD+SSP/4.1",
        "S01/NAD+SSP/4.6",
        "S01/NAD+PO",
        "S01/NAD+PO/1.1",
        "S01/NAD+PO/2.1",
        "S01/NAD+PO/2.2",
        "S01/NAD+PO/2.3",
        "S11",
        "S11/1.1",
        "S11/UNO",
        "S11/UNO/1.1",
        "S11/UNO/2.1",
        "S11/UNO/2.2",
        "S11/UNO/3.1",
        "S11/UNO/3.2",
        "S11/UNO/3.3",
        "S11/UNO/3.4",
        "S11/UNO/4.1",
        "S11/UNO/fil",
    ]


@pytest.mark.parametrize("path", [each for each, own in paths(LETTER).items() if own])
def test_the_same_value_is_the_same_bytes(path: str) -> None:
    assert edited(LETTER, {path: lambda value: value}) == LETTER
    assert edited(LETTER, {path: lambda value: f"{value}x"}) != LETTER


@pytest.mark.parametrize("path", [each for each in paths(LETTER) if each[:3] not in ("UNB", "UNZ")])
def test_what_is_left_out_is_gone_and_every_other_segment_stays(path: str) -> None:
    left = edited(LETTER, {path: None})
    before, after = LETTER.decode("iso-8859-1").split("'\n"), left.decode("iso-8859-1").split("'\n")
    others = [line for line in after if line not in before and not line.startswith("UNT")]
    assert len(others) <= (2 if path.startswith("S01") else 1), "S01 stands twice"
    assert path.startswith(("S11/UNO/", "UNP")) or path not in paths(left)


def test_who_leaves_a_segment_out_counts_one_less() -> None:
    assert b"UNT+8+1'" in edited(LETTER, {"S01/NAD+PO": None})
    assert b"UNT+9+1'" in edited(LETTER, {"S01/NAD+PO/2.1": None})
    assert len(read_interchange(without_objects(edited(LETTER, {"S01/NAD+PO": None}))[0]).segments) == 10


def test_what_separates_is_released_again() -> None:
    assert b"a?+b?'c" in edited(LETTER, {"S01/NAD+SSP/4.1": lambda _: "a+b'c"})
