"""Letters in EDIFACT: what is written is read again as it was, and what MedCom's converters write is read too."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.domain.errors import BadInput
from harness.standards.edi_letter import BIN01, DIS91, EdiLetter, build_edi_letter, read_edi_letter
from harness.standards.edi_objects import File
from harness.standards.medrpt.report import IdentifierCode, Party, Subject

PLAN = b"Plan for \xe6ldre'\nUNP+1+1'\r\n\x00UNA"
LETTER = EdiLetter(
    standard=DIS91,
    transmission="KUVERT1",
    letter="BREV1",
    sent=datetime.fromisoformat("2026-10-05T10:15"),
    sender=Party("045861", IdentifierCode.YDER, organisation="Agerskov lægepraksis", ean="5790000147465"),
    receiver=Party("091034", IdentifierCode.YDER, organisation="MedCom Testcenter", ean="5790000209354"),
    patient=Subject("Hansen", "Elmer Test", "2509479989"),
    topic="Sårpleje",
    text="Kan hun komme kl. 8:30 + få målt 'Hb'?\n\nÆblegrød, øl og å",
)
LINES = st.lists(
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\\."), max_size=200),
    min_size=1,
    max_size=30,
)


@given(LINES)
def test_a_letter_is_read_as_it_was_written_however_long(lines: list[str]) -> None:
    letter = replace(LETTER, text="\n".join(lines))
    assert read_edi_letter(build_edi_letter(letter)) == letter


def test_no_section_has_more_text_than_medcom_allows() -> None:
    written = build_edi_letter(replace(LETTER, text="x" * 9000)).decode("iso-8859-1")
    sections = written.split("S14+14'")[1:]
    assert len(sections) > 1
    assert max(each.count("FTX+") for each in sections) == 9


def test_a_file_goes_whole_through_whatever_its_bytes_are() -> None:
    file = File("0123456789ABCDEF0123456789ABCDEF", "TXT", "TXT", len(PLAN), PLAN)
    carried = replace(LETTER, standard=BIN01, topic="", text="", files=(file, replace(file, identifier="F" * 32)))
    assert read_edi_letter(build_edi_letter(carried)) == carried


def test_a_letter_refers_to_its_file() -> None:
    letter = replace(LETTER, files=(File("0" * 32, "VGR", "PDF", 4297),))
    assert read_edi_letter(build_edi_letter(letter)) == letter


def test_who_has_no_cpr_number_has_another() -> None:
    letter = replace(LETTER, patient=Subject("Hansen", "Elmer", alternative="250947XYZ1"))
    assert read_edi_letter(build_edi_letter(letter)) == letter


def test_what_a_hospital_writes_besides_is_let_be() -> None:
    """Shape: MedCom's example of a DIS91 (glasdam/edifact_converter@a65ffc4 test/complete/files/edifact/DIS91_1.edi)."""
    written = build_edi_letter(LETTER).decode("iso-8859-1")
    more = written.replace("SEQ++2'", "ADR++US:Vandværksvej 99+Hillerød+3400'\nSEQ++2'").replace(
        "RFF+SRI:BREV1'", "RFF+SRI:BREV1'\nRFF+HI:NC'"
    )
    assert read_edi_letter(more.encode("iso-8859-1")) == LETTER


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("MEDDIS:D:93A:UN:D9134L", "MEDDIS:D:93A:UN:D2030C", "hverken DIS91"),
        ("PNA+PAT", "PNA+REL", "PNA+PAT mangler"),
        ("NAD+PO+091034:YNR", "NAD+PO+091034:XXX", "'XXX'"),
        ("DTM+137:202610051015", "DTM+137:20261005", "tidspunktet"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_its_place(old: str, new: str, reason: str) -> None:
    written = build_edi_letter(LETTER).decode("iso-8859-1")
    assert old in written
    with pytest.raises(BadInput, match=re.escape(reason)) as refused:
        read_edi_letter(written.replace(old, new).encode("iso-8859-1"))
    assert refused.value.line > 1


def test_a_character_that_edifact_lacks_is_refused() -> None:
    with pytest.raises(ValueError, match="ISO-8859-1"):
        build_edi_letter(replace(LETTER, text="20 €"))
