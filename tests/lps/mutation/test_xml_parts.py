"""A part of an XML message is changed in its own bytes, and every other byte stays."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from harness.lps.mutation.xml_parts import edited, paths

PLAN = """<?xml version='1.0' encoding='UTF-8'?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <templateId root="1.2.208.184.15.1"/>
  <title>Mål &amp; <!-- ikke tekst -->plan</title>
  <section><code code="75310-3"/><text/></section>
  <section><code code="61146-7"/><text>Gå <b>langt</b> i dag</text></section>
  <value xsi:type="ST" nullFlavor='NA'/>
</ClinicalDocument>
""".encode()

NAMES = st.sampled_from(["a", "b", "c"])
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="￾￿"), max_size=8)


@st.composite
def elements(draw: st.DrawFn, depth: int = 3) -> str:
    name = draw(NAMES)
    attributes = "".join(f" {key}={quoteattr(value)}" for key, value in draw(st.dictionaries(NAMES, TEXTS, max_size=2)).items())
    children = draw(st.lists(elements(depth - 1), max_size=3)) if depth else []
    inner = escape(draw(TEXTS)) + "".join(children)
    return f"<{name}{attributes}>{inner}</{name}>" if inner else f"<{name}{attributes}/>"


def test_every_element_and_attribute_is_a_part() -> None:
    assert list(paths(PLAN)) == [
        "ClinicalDocument",
        "ClinicalDocument/templateId[1.2.208.184.15.1]",
        "ClinicalDocument/templateId[1.2.208.184.15.1]/@root",
        "ClinicalDocument/title",
        "ClinicalDocument/section[75310-3]",
        "ClinicalDocument/section[75310-3]/code",
        "ClinicalDocument/section[75310-3]/code/@code",
        "ClinicalDocument/section[75310-3]/text",
        "ClinicalDocument/section[61146-7]",
        "ClinicalDocument/section[61146-7]/code",
        "ClinicalDocument/section[61146-7]/code/@code",
        "ClinicalDocument/section[61146-7]/text",
        "ClinicalDocument/section[61146-7]/text/b",
        "ClinicalDocument/value",
        "ClinicalDocument/value/@type",
        "ClinicalDocument/value/@nullFlavor",
    ]


@pytest.mark.parametrize("path", paths(PLAN))
def test_what_is_left_out_is_gone_and_nothing_else(path: str) -> None:
    left = edited(PLAN, {path: None})
    assert path not in (paths(left) if b"<C" in left else {})
    start = next(at for at, (one, two) in enumerate(zip(PLAN, left + b"\0", strict=False)) if one != two)
    gone = len(PLAN) - len(left)
    assert PLAN[:start] + PLAN[start + gone :] == left


def test_a_value_is_written_as_it_must_be() -> None:
    assert "<title>&lt;nyt&gt; &amp; æ".encode() in edited(PLAN, {"ClinicalDocument/title": lambda _: "<nyt> & æ"})
    assert b"nullFlavor='&quot;&apos;'" in edited(PLAN, {"ClinicalDocument/value/@nullFlavor": lambda _: "\"'"})
    read: list[str] = []
    edited(PLAN, {"ClinicalDocument/section[61146-7]/text": lambda value: read.append(value) or value})
    assert read == ["Gå "], "the first text of its own, where others stand in it"


def test_another_character_set_stays() -> None:
    letter = '<?xml version="1.0" encoding="ISO-8859-1"?><Brev><Navn>Søren</Navn></Brev>'.encode("iso-8859-1")
    assert (
        edited(letter, {"Brev/Navn": lambda value: value.replace("ø", "å")}).decode("iso-8859-1").endswith("Såren</Navn></Brev>")
    )


def test_what_an_element_is_about_is_told_by_its_child() -> None:
    scopes = b"<Scopes><Scope><Type>A</Type><Id>1</Id></Scope><Scope><Type>B</Type><Id>2</Id></Scope></Scopes>"
    assert "Scopes/Scope[A]/Id" in paths(scopes)
    assert edited(scopes, {"Scopes/Scope[B]/Id": None}) == scopes.replace(b"<Id>2</Id>", b"")


def test_what_is_said_twice_is_changed_twice() -> None:
    data = b"<a><b>1</b><b>2</b></a>"
    assert edited(data, {"a/b": lambda value: value * 2}) == b"<a><b>11</b><b>22</b></a>"
    assert edited(data, {"a/b": None}) == b"<a></a>"


@given(elements())
def test_the_same_values_are_the_same_bytes(text: str) -> None:
    data = text.encode()
    for path, own in paths(data).items():
        if own:
            done = edited(data, {path: lambda value: value})
            assert etree.tostring(etree.fromstring(done), method="c14n") == etree.tostring(etree.fromstring(data), method="c14n")


@given(elements())
def test_every_part_of_any_message_can_be_left_out(text: str) -> None:
    data = text.encode()
    for path in list(paths(data))[1:]:
        left = edited(data, {path: None})
        etree.fromstring(left)
        assert path not in paths(left)
