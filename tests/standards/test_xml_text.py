"""The text of an element as a reader sees it: words stay apart where the eye sees them apart."""

from __future__ import annotations

import pytest
from lxml import etree

from harness.standards.xml import parse, text_of


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("  Gå  en\n tur ", "Gå en tur"),
        ("Gå<br/>løb", "Gå løb"),
        ("Gå<h:br xmlns:h='http://www.w3.org/1999/xhtml'/>løb", "Gå løb"),
        ("<table><tr><td>R95</td><td>KOL</td></tr><tr><th>L84</th><td>Ryg</td></tr></table>", "R95 KOL L84 Ryg"),
        ("<list><caption>Mål</caption><item>Gå</item><item>Løb</item></list>", "Mål Gå Løb"),
        ("Først<paragraph>Gå</paragraph><paragraph>Løb</paragraph>sidst", "Først Gå Løb sidst"),
        (
            "<h:li xmlns:h='http://www.w3.org/1999/xhtml'>Gå</h:li><h:li xmlns:h='http://www.w3.org/1999/xhtml'>Løb</h:li>",
            "Gå Løb",
        ),
        ("røg<content styleCode='Bold'>fri</content>, <sub>CO</sub>2", "røgfri, CO2"),
        ("røg<!-- ikke tekst -->fri<?pi heller ikke?>t", "røgfrit"),
        ("", ""),
    ],
)
def test_words_are_apart_where_they_are_seen_apart(content: str, text: str) -> None:
    assert text_of(etree.fromstring(f"<text xmlns='urn:hl7-org:v3'>{content}</text>")) == text


def test_a_comment_in_the_middle_of_a_text_is_no_part_of_it() -> None:
    root = parse("<a>Agerskov <!-- her -->lægepraksis<b/>i <!-- dér --><![CDATA[<syd>]]></a>".encode(), "besked.xml").root
    assert root.text == "Agerskov lægepraksis"
    assert root[0].tail == "i <syd>"
