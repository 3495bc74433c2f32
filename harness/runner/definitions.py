"""Which step definitions a text means: each text is looked for once, among the few definitions that can begin as it does."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import pairwise

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
        beginning: dict[str, list[int]] = {"": []}
        for number, each in enumerate(self._all):
            beginning.setdefault(_head(each.parser).lower(), []).append(number)
        self._tails = [_tail(each.parser).lower() for each in self._all]
        self._heads = sorted(beginning)
        # Whatever a text begins with lies, in sorted order, just before it or is itself what that begins with.
        self._shorter: dict[str, str] = {}
        self._beginning: dict[str, list[int]] = {"": beginning[""]}
        for before, head in pairwise(self._heads):
            self._shorter[head] = nearest = self._nearest(before, head)
            self._beginning[head] = sorted([*self._beginning[nearest], *beginning[head]])
        self._found: dict[tuple[str, str], tuple[StepFunctionContext, ...]] = {}

    def __iter__(self) -> Iterator[StepFunctionContext]:
        return iter(self._all)

    def of(self, kind: str, text: str) -> tuple[StepFunctionContext, ...]:
        """Those that match the text of a step of this kind: given, when or then."""
        key = (kind, text)
        found = self._found.get(key)
        if found is None:
            candidates = (self._all[number] for number in self._around(text))
            found = tuple(each for each in candidates if each.type in (None, kind) and each.parser.is_matching(text))
            self._found[key] = found
        return found

    def _around(self, text: str) -> Iterable[int]:
        """Those that begin and end as `text` does."""
        if max(text, default="") >= _FOLDED:
            return range(len(self._all))
        small = text.lower()
        head = self._nearest(self._heads[bisect_right(self._heads, small) - 1], small)
        return [number for number in self._beginning[head] if small.endswith(self._tails[number])]

    def _nearest(self, head: str, text: str) -> str:
        """The longest of `head` and its own beginnings with which `text` begins."""
        while not text.startswith(head):
            head = self._shorter[head]
        return head


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


def _tail(parser: parsers.StepParser) -> str:
    """What every text that `parser` matches ends with, but for capitals; of a regular expression, nothing."""
    fixed = re.split("[{}]", parser.name)[-1] if type(parser) in (parsers.parse, parsers.cfparse) else ""
    return fixed[1 + max((at for at, character in enumerate(fixed) if character >= _FOLDED), default=-1) :]


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
