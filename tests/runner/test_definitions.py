"""A text means the same definitions as when every one of them is held against it."""

from __future__ import annotations

import re
from importlib import import_module

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import from_regex
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
        (parsers.parse("a {c} {{b}} d"), "a c {B} D"),
        (parsers.parse("{tal:d} år"), "7 ÅR"),
        (parsers.parse("{navn:>}"), "   Elmer"),
        (parsers.parse("{navn:^} ser"), "  Elmer   ser"),
        (parsers.parse("{ord} i “citat”"), "ord i “citat”"),
        (parsers.parse("{ord} “citat” til sidst"), "ord “citat” TIL sidst"),
        (parsers.parse("{ord} sidst"), "ord \N{LATIN SMALL LETTER LONG S}idst"),
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
        (parsers.re("(?:er )?det"), "det"),
        (parsers.re("(?:er )?det"), "er det"),
        (parsers.re("(?:er )*det"), "er er det"),
        (parsers.re("(?:er ){0,2}det"), "det"),
        (parsers.re("(?:er )??det"), "det"),
        (parsers.re("(?:er )?+det"), "det"),
        (parsers.re("(?:er )+det"), "er er det"),
        (parsers.re("(?P<a>x|(?P<b>y|z)w)v"), "zwv"),
        (parsers.re("(?:(?:x|)y|[|)(]z)"), "(z"),
        (parsers.re("(?:(?:x|)y|[|)(]z)"), "y"),
        (parsers.re("(?=ab)a."), "ab"),
        (parsers.re("(?<!x)ab"), "ab"),
        (parsers.re("(?!x)ab|(?P<q>c)(?P=q)"), "cc"),
        (parsers.re("()ab"), "ab"),
        (parsers.re("a?b"), "b"),
        (parsers.re("“citat” sidst"), "“citat” sidst"),
        (parsers.parse("“Citat” {ord} – sidst"), "“citat” her – SIDST"),
    ],
    ids=lambda each: getattr(each, "name", ""),
)
def test_whatever_a_parser_matches_is_found(parser: parsers.StepParser, text: str) -> None:
    assert parser.is_matching(text), "the example itself"
    own = definition(parser)
    assert Definitions([definition(parsers.string("noget andet")), own]).of("given", text) == (own,)


def test_of_definitions_that_begin_alike_each_is_found_whichever_is_longer() -> None:
    texts = ("a", "ab", "abc", "abd", "ac", "b", "ba", "bab", "c")
    contexts = [definition(parsers.re(f"{text}.*")) for text in texts]
    definitions = Definitions(contexts)
    for text in (*texts, "abcd", "aa", "abx", "bb", "bac", "", "d"):
        assert list(definitions.of("given", text)) == [each for each in contexts if each.parser.is_matching(text)]


def test_only_those_that_end_as_the_text_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def matches(parser: parsers.parse, text: str) -> bool:
        tried.append(parser.name)
        return stock(parser, text)

    stock = parsers.parse.is_matching
    monkeypatch.setattr(parsers.parse, "is_matching", matches)
    contexts = [definition(parsers.parse(f"lægen ser {{navn}} i afsnit {number}")) for number in range(20)]
    assert Definitions(contexts).of("given", "lægen ser Elmer i afsnit 7") == (contexts[7],)
    assert tried == []  # fields between fixed text need no expression
    contexts = [definition(parsers.parse(f"lægen ser {{navn:w}} i afsnit {number}")) for number in range(20)]
    assert Definitions(contexts).of("given", "lægen ser Elmer i afsnit 7") == (contexts[7],)
    assert tried == ["lægen ser {navn:w} i afsnit 7"]


def test_what_is_read_in_a_text_is_what_its_parser_reads() -> None:
    plain, typed = definition(parsers.parse("{who} ser {what}")), definition(parsers.parse("{who} er {age:d}"))
    definitions = Definitions([plain, typed])
    assert definitions.arguments(plain, "Elmer SER Nancy") == {"who": "Elmer", "what": "Nancy"}
    assert definitions.arguments(plain, "Elmer \N{LATIN SMALL LETTER LONG S}er Nancy") == {"who": "Elmer", "what": "Nancy"}
    assert definitions.arguments(typed, "Elmer er 7") == {"who": "Elmer", "age": 7}


def test_whatever_an_expression_of_ours_matches_is_found() -> None:
    """Also what no feature says yet."""
    for module in MODULES:
        import_module(module)
    contexts = list(step_function_context_registry.values())
    definitions = Definitions(contexts)
    tried = 0
    for each in contexts:
        if not isinstance(each.parser, parsers.re) or each.type is None:
            continue
        for text in texts_of(each.parser.regex):
            assert each in definitions.of(each.type, text), each.parser.name
            tried += 1
    assert tried > 400


def texts_of(expression: re.Pattern[str]) -> list[str]:
    found: list[str] = []

    @settings(max_examples=3, database=None, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(from_regex(expression, fullmatch=True))
    def collect(text: str) -> None:
        found.append(text)

    collect()
    return found


def test_no_letter_below_the_limit_is_folded_otherwise_than_a_regular_expression_does() -> None:
    letters = [chr(each) for each in range(256)]
    for one in letters:
        pattern = re.compile(re.escape(one), re.IGNORECASE)
        assert [each for each in letters if pattern.fullmatch(each)] == [each for each in letters if each.lower() == one.lower()]
