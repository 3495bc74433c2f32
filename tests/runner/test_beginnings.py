"""What every text begins with that a pattern matches, and which letters are not told by their small ones."""

from __future__ import annotations

import re

import pytest
from pytest_bdd import parsers

from harness.runner.beginnings import folds, heads, tail


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("Lægen ser (?P<who>.+)", {"lægen ser "}),
        ("(?:viser systemet|systemet viser), at", {"viser systemet", "systemet viser"}),
        ("(?:er )?det", {"er ", "det"}),
        ("(?P<a>x|(?P<b>y|z)w)", {"x", "y", "z"}),
        ("a|bc?", {"a", "b"}),
        ("(?:.+|b)", {"", "b"}),
        ("(?:a)*b", {""}),
        ("(?=a)a", {""}),
        ("a[)|]b|c", {"a", "c"}),
    ],
)
def test_an_expression_begins_in_these_ways(pattern: str, expected: set[str]) -> None:
    assert heads(parsers.re(pattern)) == expected


def test_of_a_pattern_the_fixed_text_at_either_end() -> None:
    parser = parsers.parse("“Ja” {ord} \N{KELVIN SIGN}l. Otte")
    assert (heads(parser), tail(parser)) == ({"“ja” "}, "l. otte")
    assert (heads(parsers.re("ABC", re.IGNORECASE)), tail(parsers.re("abc"))) == ({""}, "")


def test_no_letter_that_does_not_fold_is_another_one_to_a_regular_expression() -> None:
    everything = "".join(map(chr, (*range(0xD800), *range(0xE000, 0x20000))))
    plain = "".join(each for each in everything if not folds(each))
    assert plain.lower() == "".join(each.lower() for each in plain), "one does not change the other"
    assert len(plain.lower()) == len(plain)
    latin, beyond = plain[:256], plain[256:]
    assert latin[-1] == "\N{LATIN SMALL LETTER Y WITH DIAERESIS}"
    assert re.findall(f"[{re.escape(latin)}]", beyond, re.IGNORECASE) == []
    assert beyond.lower() == beyond.upper() == beyond


@pytest.mark.parametrize("letter", ["\N{LATIN SMALL LETTER LONG S}", "\N{KELVIN SIGN}", "\N{GREEK SMALL LETTER MU}", "Ω"])
def test_these_do(letter: str) -> None:
    assert folds(f"lægen {letter}")


@pytest.mark.parametrize("text", ["", "Lægen", "“lægen” – ≥ 7 ✓"])
def test_these_do_not(text: str) -> None:
    assert not folds(text)
