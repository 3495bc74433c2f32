"""A text means the same definitions as when every one of them is held against it."""

from __future__ import annotations

import re
from importlib import import_module

import pytest
from pytest_bdd import parsers
from pytest_bdd.steps import StepFunctionContext, step_function_context_registry

from harness.house import find_house
from harness.runner.definitions import Definitions
from harness.steps import MODULES
from harness.suite.gherkin import read_feature

KINDS = ("given", "when", "then")


def every_text() -> set[str]:
    return {
        step.partition(" ")[2]
        for path in find_house().features.rglob("*.feature")
        for scenario in read_feature(path, path.name)
        for step in scenario.steps
    }


def test_every_text_of_the_features_means_what_it_means_without_the_table() -> None:
    for module in MODULES:
        import_module(module)
    contexts = list(step_function_context_registry.values())
    definitions = Definitions(contexts)
    texts = every_text()
    assert len(texts) > 1000
    for text in texts:
        slowly = [each for each in contexts if each.parser.is_matching(text)]
        for kind in KINDS:
            assert list(definitions.of(kind, text)) == [each for each in slowly if each.type in (None, kind)]


def definition(parser: parsers.StepParser) -> StepFunctionContext:
    return StepFunctionContext("given", lambda: None, parser)


@pytest.mark.parametrize(
    ("parser", "text"),
    [
        (parsers.parse("Lægen ser {name}"), "lægen SER Elmer"),
        (parsers.parse("{name} ser"), "Elmer ser"),
        (parsers.parse("a {{b}} {c}"), "a {b} d"),
        (parsers.parse("uden argument"), "Uden Argument"),
        (parsers.parse("sidste {ord}"), "\N{LATIN SMALL LETTER LONG S}idste ord"),
        (parsers.parse("kl. {tid}"), "\N{KELVIN SIGN}l. otte"),
        (parsers.parse("“citat” {ord}"), "“citat” her"),
        (parsers.cfparse("tal {n:d}"), "Tal 7"),
        (parsers.string("helt ens"), "helt ens"),
        (parsers.re("a|b"), "b"),
        (parsers.re("ab?c"), "ac"),
        (parsers.re("abc*d"), "abd"),
        (parsers.re("abc{0,2}d"), "abd"),
        (parsers.re(r"a\|b"), "a|b"),
        (parsers.re(r"a[|]b"), "a|b"),
        (parsers.re(r"a[]|]b"), "a]b"),
        (parsers.re("(a|b)c"), "bc"),
        (parsers.re("(?i)abc"), "ABC"),
        (parsers.re("abc", re.IGNORECASE), "ABC"),
        (parsers.re("a b", re.VERBOSE), "ab"),
        (parsers.re("^abc$"), "abc"),
        (parsers.re("x(?:)|y"), "y"),
    ],
    ids=lambda each: getattr(each, "name", ""),
)
def test_whatever_a_parser_matches_is_found(parser: parsers.StepParser, text: str) -> None:
    assert parser.is_matching(text), "the example itself"
    own = definition(parser)
    assert Definitions([definition(parsers.string("noget andet")), own]).of("given", text) == (own,)


def test_no_letter_below_the_limit_is_folded_otherwise_than_a_regular_expression_does() -> None:
    letters = [chr(each) for each in range(256)]
    for one in letters:
        pattern = re.compile(re.escape(one), re.IGNORECASE)
        assert [each for each in letters if pattern.fullmatch(each)] == [each for each in letters if each.lower() == one.lower()]
