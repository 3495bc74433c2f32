"""JSON from strangers: what is refused and where, and where each value stands."""

from __future__ import annotations

import json
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.domain.errors import BadInput
from harness.standards.json_text import Json, parse_json, pointer_part

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)

REFUSED: dict[str, tuple[bytes, str, int, int]] = {
    "empty": (b"", "mangler en værdi", 1, 1),
    "a million lists": (b"[" * 1_000_000, "dybere end 256", 1, 257),
    "a million objects": (b'{"a":\n' * 1_000_000, "dybere end 256", 257, 1),
    "two million values": (b"[" + b"1," * 2_000_000 + b"1]", "flere end 1000000", 1, 2_000_001),
    "cut off": (b'{"a": 1,\n"b": [1, 2', "komma", 2, 11),
    "cut off in a text": (b'{"a":\n "b', "ikke afsluttet", 2, 2),
    "a million escaped quotes": (b'"' + b'\\"' * 1_000_000, "ikke afsluttet", 1, 1),
    "a name twice": (b'{"a": {"b": 1},\n "c": {"a": 1,\n "\\u0061": 2}}', '"a" står to gange', 3, 2),
    "NaN": (b'{"a":\n [1, NaN]}', "NaN", 2, 6),
    "-Infinity": (b"[-Infinity]", "-Infinity", 1, 2),
    "a number too large": (b"[1, 1e999999999999999999999]", "for stort", 1, 5),
    "a number too long": (b"[" + b"9" * 100_000 + b"]", "for stort", 1, 2),
    "half a character": (b'["a",\n "\\ud83d"]', "halvt tegn", 2, 2),
    "the other half": (b'["\\ude00"]', "halvt tegn", 1, 2),
    "latin-1": ('[\n"bl\xe5"]'.encode("latin-1"), "ikke UTF-8", 2, 4),
    "utf-16": ("[1]".encode("utf-16"), "ikke UTF-8", 1, 1),
    "a line break in a text": (b'["a\nb"]', "kontroltegn", 1, 4),
    "something after": (b"[1]\n[2]", "efter den sidste parentes", 2, 1),
    "a comma too many": (b'{"a": 1,}', "navn i anførselstegn", 1, 9),
    "a quote too few": (b'{a": 1}', "navn i anførselstegn", 1, 2),
    "brackets the wrong way": (b"]]", "mangler en værdi", 1, 1),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_dangerous_or_ambiguous_is_refused_with_its_place(name: str) -> None:
    data, reason, line, column = REFUSED[name]
    with pytest.raises(BadInput) as refused:
        parse_json(data, "svar.json")
    assert reason in refused.value.reason
    assert (refused.value.line, refused.value.column) == (line, column)


TEXT_WITH_PLACES = '{\n  "å~b/c": [1, {"x": "}"}],\r\n  "d": {"e": null}, "f": [[], [true]]\n}'
PLACES = {
    "": (1, 1),
    "/å~0b~1c": (2, 12),
    "/å~0b~1c/0": (2, 13),
    "/å~0b~1c/1": (2, 16),
    "/å~0b~1c/1/x": (2, 22),
    "/d": (3, 8),
    "/d/e": (3, 14),
    "/f/0": (3, 27),
    "/f/1/0": (3, 32),
    "/d/nothing/here": (3, 8),
    "/nothing": (1, 1),
}


@pytest.mark.parametrize("pointer", PLACES)
def test_every_value_knows_its_line_and_column(pointer: str) -> None:
    found = parse_json(TEXT_WITH_PLACES.encode("utf-8"), "svar.json").at(pointer)
    assert (found.file, found.line, found.column, found.path) == ("svar.json", *PLACES[pointer], pointer)


@given(VALUES)
def test_what_python_writes_is_read_as_it_was(value: Json) -> None:
    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False, indent=1)):
        assert parse_json(text.encode("utf-8"), "svar.json").value == value


@given(VALUES)
def test_what_stands_at_a_pointer_is_the_value(value: Json) -> None:
    text = json.dumps(value, indent=1, ensure_ascii=False)
    read = parse_json(text.encode("utf-8"), "svar.json")
    lines = text.replace("\r", "?").split("\n")
    waiting: list[tuple[str, Json]] = [("", value)]
    while waiting:
        pointer, inner = waiting.pop()
        place = read.at(pointer)
        assert place.line is not None
        assert place.column is not None
        rest = "\n".join([lines[place.line - 1][place.column - 1 :], *lines[place.line :]])
        assert json.JSONDecoder().raw_decode(rest)[0] == inner or "?" in rest
        if isinstance(inner, dict):
            waiting += [(f"{pointer}/{pointer_part(name)}", each) for name, each in inner.items()]
        elif isinstance(inner, list):
            waiting += [(f"{pointer}/{number}", each) for number, each in enumerate(inner)]


@given(st.binary())
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(BadInput):
        assert parse_json(data, "svar.json").at("").line is not None


def test_a_byte_order_mark_is_no_part_of_the_text_and_numbers_keep_their_zeros() -> None:
    read = parse_json(b'\xef\xbb\xbf{"a": 1.50}', "svar.json")
    assert str(read.value["a"]) == "1.50"  # type: ignore[index,call-overload]
    assert read.value == {"a": Decimal("1.5")}
    assert (read.at("/a").line, read.at("/a").column) == (1, 7)


def test_a_million_values_are_read() -> None:
    read = parse_json(b"[" + b"1,\n" * 999_998 + b"1]", "svar.json")
    assert read.at("/999998").line == 999_999
