"""A template reads in a text what `parse` reads in it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_bdd import parsers

from harness.runner.template import template_of

_FIXED = st.text("aAbæÆ ß()“.\n", max_size=3)


def read(pattern: str, text: str) -> tuple[object, object]:
    """What the template finds in the text, and what `parse` itself does."""
    parser = parsers.parse(pattern)
    template = template_of(parser)
    assert template is not None
    found = parser.parser.parse(text)
    return template.values(text, text.lower()), found and found.named


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("lægen ser {who}", "LÆGEN ser Elmer"),
        ("lægen ser {who}", "lægen ser "),
        ("{who} ser {what}", "a ser b ser c"),
        ("{who} ser {what}", " ser  ser  ser "),
        ("{a}{b}{c}", "xyz"),
        ("{a}{b}{c}", "xy"),
        ("{a} og {b} og {c}", "x og y og z og w"),
        ("x{a}xx", "xxx"),
        ("x{a}xx", "xxxx"),
        ("uden felter", "Uden FELTER"),
        ("uden felter", "uden felter!"),
        ("{a}", ""),
        ("{a} slut", "linje\nlinje slut"),
        ("{a} slut", "x slut\n"),
    ],
)
def test_a_field_takes_what_it_does_in_the_expression(pattern: str, text: str) -> None:
    ours, theirs = read(pattern, text)
    assert ours == theirs


@settings(database=None, derandomize=True, max_examples=150)
@given(st.lists(_FIXED, min_size=1, max_size=4), st.lists(_FIXED, max_size=4))
def test_in_any_text(fixed: list[str], said: list[str]) -> None:
    pattern = fixed[0] + "".join(f"{{f{number}}}{each}" for number, each in enumerate(fixed[1:]))
    text = "".join(each + (said[number] if number < len(said) else "") for number, each in enumerate(fixed))
    ours, theirs = read(pattern, text)
    assert ours == theirs


@pytest.mark.parametrize(
    "parser",
    [
        parsers.parse("{tal:d} år"),
        parsers.parse("{navn:>}"),
        parsers.parse("{a} og {a}"),
        parsers.parse("{a.b}"),
        parsers.parse("{}"),
        parsers.parse("{{b}} {c}"),
        parsers.parse("Store {bogstaver}", case_sensitive=True),
        parsers.parse("kl\N{KELVIN SIGN} {a}"),
        parsers.cfparse("{a}"),
        parsers.re("a"),
        parsers.string("a"),
    ],
    ids=lambda each: each.name,
)
def test_whatever_is_more_than_plain_is_left_to_parse(parser: parsers.StepParser) -> None:
    assert template_of(parser) is None
