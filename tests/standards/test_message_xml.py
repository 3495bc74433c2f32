"""XML by the names of one namespace: written in either character set, and what is missing told with its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from harness.domain.errors import BadInput
from harness.standards.message_xml import Encoding, MessageReader, add, add_text, whole_text, written
from harness.standards.xml import parse

ENCODINGS: tuple[Encoding, ...] = ("UTF-8", "ISO-8859-1")
LETTER = b'<a xmlns="urn:x">\n  <b> 1<!-- 2 -->3 </b>\n  <c><d/></c>\n  <c><d>x</d></c>\n  <b xmlns=""/>\n</a>'


@pytest.fixture
def reader() -> MessageReader:
    return MessageReader(parse(LETTER, "brev.xml"), "urn:x")


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(text=st.text(st.characters(exclude_categories=("C",))))
def test_any_text_comes_back_from_either_character_set(encoding: Encoding, text: str) -> None:
    root = etree.fromstring('<a xmlns="urn:x"/>')
    add(add(root, "b"), "c", text)
    document = parse(written(root, encoding), "brev.xml")
    found = MessageReader(document, "urn:x")
    assert found.text(document.root, "b", "c") == text
    assert found.word(document.root, "b", "c") == text.strip()


def test_a_character_the_set_does_not_have_is_a_reference() -> None:
    root = etree.fromstring('<a xmlns="urn:x"/>')
    add_text(root, "b", "æ😀")
    add_text(root, "c", "")
    assert written(root, "ISO-8859-1") == (
        b'<?xml version="1.0" encoding="ISO-8859-1"?>\n<a xmlns="urn:x">\n  <b>\xe6&#128512;</b>\n</a>\n'
    )


def test_elements_are_found_in_the_namespace_alone(reader: MessageReader) -> None:
    root = reader.document.root
    assert (len(reader.all(root, "b")), len(reader.all(root, "c", "d"))) == (1, 2)
    assert MessageReader(reader.document, "").all(root, "b") == [root[-1]]
    assert whole_text(reader.need(root, "b")) == reader.text(root, "b") == " 13 "
    assert (reader.word(root, "b"), reader.code(reader.need(root, "b"))) == ("13", "13")
    assert (reader.text(root, "e"), reader.word(root, "e"), reader.find(root, "e")) == ("", "", None)


def test_what_is_missing_empty_or_there_too_often_is_told_with_its_place(reader: MessageReader) -> None:
    root = reader.document.root
    for read, said in (
        (lambda: reader.need(root, "e"), ("e mangler i a", 1, 1)),
        (lambda: reader.one(root, "e"), ("e skal stå netop én gang, og står 0 gange", 1, 1)),
        (lambda: reader.one(root, "c"), ("c skal stå netop én gang, og står 2 gange", 4, 3)),
        (lambda: reader.code(reader.all(root, "c", "d")[0]), ("d er tom", 3, 6)),
    ):
        with pytest.raises(BadInput) as caught:
            read()
        assert (caught.value.reason, caught.value.line, caught.value.column) == said
