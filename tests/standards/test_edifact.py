"""EDIFACT's syntax: the same bytes back, every segment in its place, and nothing but BadInput for what is not EDIFACT."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.domain.errors import BadInput
from harness.standards.edifact import Interchange, Segment, Service, build_interchange, numbered, read_interchange, segment

HAND_WRITTEN = (Path(__file__).parents[1] / "examples" / "medrpt_haandskrevet.edi").read_bytes()
LATIN_1 = st.text(st.characters(max_codepoint=255))


def interchange(*middle: Segment) -> Interchange:
    return Interchange(numbered([segment("UNB", ("UNOC", "3")), *middle, segment("UNZ", "0", "1")]))


def test_the_hand_written_report_comes_back_byte_by_byte() -> None:
    assert build_interchange(read_interchange(HAND_WRITTEN)) == HAND_WRITTEN


@given(st.lists(st.lists(st.lists(LATIN_1, min_size=1, max_size=4).map(tuple), max_size=5).map(tuple), max_size=5))
def test_what_is_written_is_read_and_written_again(elements: list[tuple[tuple[str, ...], ...]]) -> None:
    made = interchange(*(Segment("FTX", each) for each in elements))
    data = build_interchange(made)
    again = read_interchange(data)
    assert [each.elements for each in again.segments[1:-1]] == elements
    assert build_interchange(again) == data


@given(LATIN_1)
def test_release_characters_guard_every_text(text: str) -> None:
    data = build_interchange(interchange(segment("FTX", ("SPC", text, "x"))))
    assert read_interchange(data).segments[1].elements == (("SPC", text, "x"),)


def test_other_service_characters_are_read_and_written() -> None:
    data = b"UNA*|,\\ ~\r\nUNB|UNOC*3~\r\nFTX|a\\|b*c\\~|d+e:f~UNZ|0~\r\n"
    found = read_interchange(data)
    assert found.service == Service("*", "|", ",", "\\", " ", "~")
    assert found.segments[1].elements == (("a|b", "c~"), ("d+e:f",))
    assert build_interchange(found) == data


def test_every_segment_knows_its_place() -> None:
    found = read_interchange(b"UNA:+.? '\nUNB+1'RFF+SOI:S-1'\r\n\r\n  DTM+4'UNZ'")
    assert [(each.number, each.tag, each.line, each.column) for each in found.segments] == [
        (1, "UNB", 2, 1),
        (2, "RFF", 2, 7),
        (3, "DTM", 4, 3),
        (4, "UNZ", 4, 9),
    ]
    assert str(found.segments[1].at("svar.edi", 1, 2)) == "svar.edi:2:7  /2/RFF/1.2"
    assert found.segments[1].value(1, 2) == "S-1"
    assert (found.segments[1].value(1, 3), found.segments[1].value(2)) == ("", "")


def test_empty_elements_at_the_end_are_left_out_and_those_between_kept() -> None:
    assert segment("NAD", "BV", "", ("", ""), ("ABC", ""), "").elements == (("BV",), ("",), ("",), ("ABC",))
    assert segment("STS").elements == ()


def test_a_character_latin_1_has_not_is_refused() -> None:
    with pytest.raises(ValueError, match="'—' findes ikke i ISO-8859-1"):
        build_interchange(interchange(segment("FTX", "P—CRP")))


@pytest.mark.parametrize(
    ("data", "line", "column", "reason"),
    [
        (b"", 1, 1, "filen er tom"),
        (b" \r\n ", 1, 1, "filen er tom"),
        (b"<?xml?>", 1, 1, "en EDIFACT-forsendelse begynder med UNA eller UNB"),
        (b"UNA:+", 1, 1, "UNA skal følges af seks tegn"),
        (b"UNA::.? 'UNB'", 1, 4, "UNA skal angive fire forskellige"),
        (b"UNA:+.  'UNB'", 1, 4, "UNA skal angive fire forskellige"),
        (b"UNB+1'\nRFF+1", 2, 1, "et segment er ikke afsluttet med '"),
        (b"UNB+1'\nRFF+1?'", 2, 1, "et segment er ikke afsluttet med '"),
        (b"UNB+1'\nRFF+1?", 2, 1, "et segment er ikke afsluttet med '"),
        (b"UNB+1'RF+1'UNZ'", 1, 7, "et segment skal begynde med et navn på tre tegn"),
        (b"UNB+1''UNZ'", 1, 7, "et segment skal begynde med et navn på tre tegn"),
        (b"UNB+1'UNH+1'", 1, 7, "forsendelsen er ikke afsluttet med UNZ"),
        (b"UNB+1'UNB+1'UNZ'", 1, 7, "UNB må kun stå yderst"),
        (b"UNB+1'UNZ'UNZ'", 1, 7, "UNZ må kun stå yderst"),
        (b"UNB+" + b"?" * 1_000_000, 1, 1, "et segment er ikke afsluttet"),
        (b"UNB+" + b"a" * 5_000_000, 1, 1, "et segment er ikke afsluttet"),
    ],
    ids=lambda value: repr(value[:20]) if isinstance(value, bytes) else None,
)
def test_what_is_not_edifact_is_refused_with_its_place(data: bytes, line: int, column: int, reason: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_interchange(data)
    assert (refused.value.line, refused.value.column) == (line, column)
    assert refused.value.reason.startswith(reason)


@given(st.binary(max_size=200).map(lambda tail: b"UNB+UNOC:3'" + tail))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        found = read_interchange(data)
    except BadInput:
        return
    assert build_interchange(read_interchange(build_interchange(found))) == build_interchange(found)


def test_too_many_segments_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.standards.edifact.MAX_SEGMENTS", 1_000)
    assert len(read_interchange(b"UNB'" + b"A00'" * 998 + b"UNZ'").segments) == 1_000
    with pytest.raises(BadInput, match="flere end 1000 segmenter"):
        read_interchange(b"UNB'" + b"A00'" * 999 + b"UNZ'")


def test_a_segment_of_a_million_elements_is_read() -> None:
    assert len(read_interchange(b"UNB+?+" + b"+:" * 1_000_000 + b"'UNZ'").segments[0].elements) == 1_000_001
