"""A part of a JSON message is changed in its own text, and every other character stays."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.lps.mutation.json_parts import edited, paths

BUNDLE = json.dumps(
    {
        "resourceType": "Bundle",
        "entry": [
            {"fullUrl": "urn:uuid:1", "resource": {"resourceType": "MessageHeader", "sender": {"reference": "urn:uuid:2"}}},
            {"fullUrl": "urn:uuid:2", "resource": {"resourceType": "Organization", "name": "Læge"}},
            {"resource": {"resourceType": "Patient", "identifier": [{"system": "urn:oid:1", "value": "x"}], "given": ["A", "B"]}},
        ],
        "flag": True,
        "tal": 12.50,
    },
    ensure_ascii=False,
    indent=2,
).encode()

KEYS = st.sampled_from(["a", "b", "æ"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)
OBJECTS = st.dictionaries(KEYS, VALUES, min_size=1, max_size=3)
STYLES: list[dict[str, Any]] = [{}, {"indent": 2}, {"separators": (",", ":")}, {"ensure_ascii": False}]


def test_every_member_is_a_part_with_what_it_is_in() -> None:
    assert list(paths(BUNDLE)) == [
        "Bundle/resourceType",
        "Bundle/entry",
        "Bundle/entry[MessageHeader]",
        "Bundle/entry[MessageHeader]/fullUrl",
        "Bundle/entry[MessageHeader]/resource",
        "Bundle/entry[MessageHeader]/resource/resourceType",
        "Bundle/entry[MessageHeader]/resource/sender",
        "Bundle/entry[MessageHeader]/resource/sender/reference",
        "Bundle/entry[Organization sender]",
        "Bundle/entry[Organization sender]/fullUrl",
        "Bundle/entry[Organization sender]/resource",
        "Bundle/entry[Organization sender]/resource/resourceType",
        "Bundle/entry[Organization sender]/resource/name",
        "Bundle/entry[Patient]",
        "Bundle/entry[Patient]/resource",
        "Bundle/entry[Patient]/resource/resourceType",
        "Bundle/entry[Patient]/resource/identifier",
        "Bundle/entry[Patient]/resource/identifier[urn:oid:1]",
        "Bundle/entry[Patient]/resource/identifier[urn:oid:1]/system",
        "Bundle/entry[Patient]/resource/identifier[urn:oid:1]/value",
        "Bundle/entry[Patient]/resource/given",
        "Bundle/flag",
        "Bundle/tal",
    ]


@pytest.mark.parametrize("path", paths(BUNDLE))
def test_what_is_left_out_is_gone_and_the_rest_reads_the_same(path: str) -> None:
    left = edited(BUNDLE, {path: None})
    assert path not in paths(left)
    lines = left.decode().splitlines()
    assert all(line.rstrip(",") in {each.rstrip(",") for each in BUNDLE.decode().splitlines()} for line in lines)


def test_a_list_that_is_left_empty_goes_with_its_last_item() -> None:
    assert "Bundle/entry[Patient]/resource/identifier" not in paths(
        edited(BUNDLE, {"Bundle/entry[Patient]/resource/identifier[urn:oid:1]": None})
    )


def test_a_value_keeps_its_type_and_how_it_is_written() -> None:
    assert b'"flag": false' in edited(BUNDLE, {"Bundle/flag": lambda _: "false"})
    assert b'"tal": 12.51' in edited(BUNDLE, {"Bundle/tal": lambda value: f"{value}1"})
    assert "Låge" in edited(BUNDLE, {"Bundle/entry[Organization sender]/resource/name": lambda _: "Låge"}).decode()
    assert edited(b'{"a": "\\u00e6"}', {"a": lambda _: "ø"}) == b'{"a": "\\u00f8"}'
    assert edited(b'{"a": ["x", "y"]}', {"a": str.upper}) == b'{"a": ["X", "Y"]}'


@pytest.mark.parametrize("text", ["", "{", '{"a": }', '{"a": 1} 2'])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(json.JSONDecodeError):
        paths(text.encode())


@given(OBJECTS, st.sampled_from(STYLES))
def test_only_the_part_is_changed(value: dict[str, Any], style: dict[str, Any]) -> None:
    data = json.dumps(value, **style).encode()
    for path, own in paths(data).items():
        if own:
            assert edited(data, {path: lambda text: text}) == data
        left = edited(data, {path: None})
        json.loads(left)
        assert set(paths(left)) < set(paths(data))
