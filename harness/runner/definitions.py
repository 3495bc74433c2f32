"""Which step definitions a text means: each text is looked for once, among the few definitions that can begin as it does."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

import pytest
from pytest_bdd import parsers
from pytest_bdd.steps import StepFunctionContext, step_function_context_registry

_STRUCTURE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]])*\]|[()|]", re.S)
"""What a regular expression is made of, as far as its alternatives go: escapes and sets are passed over."""
_NOT_PLAIN = re.compile(r"[\\.^$*+?{}\[\]|()]")
_FOLDED = "\u0100"
"""Below it, letters differ from their small ones just as `re.IGNORECASE` has it, with which `parsers.parse` matches."""


class Definitions:
    """Some step definitions, in the order in which they were made."""

    def __init__(self, contexts: Iterable[StepFunctionContext]) -> None:
        self._all = list(contexts)
        self._by_head: dict[str, list[int]] = {}
        for number, each in enumerate(self._all):
            self._by_head.setdefault(_head(each.parser).lower(), []).append(number)
        self._lengths = sorted({len(head) for head in self._by_head})
        self._found: dict[tuple[str, str], tuple[StepFunctionContext, ...]] = {}

    def __iter__(self) -> Iterator[StepFunctionContext]:
        return iter(self._all)

    def of(self, kind: str, text: str) -> tuple[StepFunctionContext, ...]:
        """Those that match the text of a step of this kind: given, when or then."""
        key = (kind, text)
        found = self._found.get(key)
        if found is None:
            candidates = (self._all[number] for number in self._beginning_as(text))
            found = tuple(each for each in candidates if each.type in (None, kind) and each.parser.is_matching(text))
            self._found[key] = found
        return found

    def _beginning_as(self, text: str) -> Iterable[int]:
        if max(text, default="") >= _FOLDED:
            return range(len(self._all))
        small = text.lower()
        lengths = self._lengths[: bisect_right(self._lengths, len(small))]
        return sorted(number for length in lengths for number in self._by_head.get(small[:length], ()))


def defined(session: pytest.Session) -> Definitions:
    """Every definition there is in this session, once its files are collected."""
    if _DEFINED not in session.stash:
        session.stash[_DEFINED] = Definitions(step_function_context_registry.values())
    return session.stash[_DEFINED]


_DEFINED: pytest.StashKey[Definitions] = pytest.StashKey()


def _head(parser: parsers.StepParser) -> str:
    """What every text that `parser` matches begins with, but for capitals; empty where that is not plain."""
    if type(parser) is parsers.string:
        fixed = parser.name
    elif type(parser) in (parsers.parse, parsers.cfparse):
        fixed = re.split("[{}]", parser.name)[0]
    elif type(parser) is parsers.re and parser.regex.flags == re.UNICODE:
        fixed = _head_of_regex(parser.name)
    else:
        return ""
    return next((fixed[:at] for at, character in enumerate(fixed) if character >= _FOLDED), fixed)


def _head_of_regex(pattern: str) -> str:
    depth = 0
    for found in _STRUCTURE.finditer(pattern):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if found[0] == "|" and depth == 0:
            return ""  # it may begin in several ways
    plain = _NOT_PLAIN.search(pattern)
    if plain is None:
        return pattern
    return pattern[: plain.start() - (plain[0] in "*+?{")]
