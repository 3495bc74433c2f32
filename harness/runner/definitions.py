"""Which step definitions a text means: each text is looked for once, among the few definitions that begin and end as it does."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from pytest_bdd.steps import StepFunctionContext, step_function_context_registry

from harness.runner.beginnings import folds, heads, tail
from harness.runner.template import template_of


class Definitions:
    """Some step definitions, in the order in which they were made."""

    def __init__(self, contexts: Iterable[StepFunctionContext]) -> None:
        self._all = list(contexts)
        self._templates = {id(each): template_of(each.parser) for each in self._all}
        beginning: dict[str, set[int]] = {"": set()}
        for number, each in enumerate(self._all):
            for head in heads(each.parser):
                beginning.setdefault(head, set()).add(number)
        self._heads = sorted(beginning)
        # Whatever a text begins with lies, in sorted order, just before it or is itself what that begins with.
        self._shorter: dict[str, str] = {}
        for before, head in pairwise(self._heads):
            self._shorter[head] = nearest = self._nearest(before, head)
            beginning[head] |= beginning[nearest]
        tails = [tail(each.parser) for each in self._all]
        self._ending = {head: _ByTail(numbers, tails) for head, numbers in beginning.items()}
        self._found: dict[tuple[str, str], tuple[StepFunctionContext, ...]] = {}

    def __iter__(self) -> Iterator[StepFunctionContext]:
        return iter(self._all)

    def of(self, kind: str, text: str) -> tuple[StepFunctionContext, ...]:
        """Those that match the text of a step of this kind: given, when or then."""
        key = (kind, text)
        found = self._found.get(key)
        if found is None:
            small = _small(text)
            candidates = (self._all[number] for number in self._around(small))
            matching = (each for each in candidates if each.type in (None, kind) and self._matches(each, text, small))
            found = self._found[key] = tuple(matching)
        return found

    def arguments(self, context: StepFunctionContext, text: str) -> dict[str, Any]:
        """What one of those that match `text` reads in it, as its parser does."""
        template, small = self._templates[id(context)], _small(text)
        said = context.parser.parse_arguments(text) if template is None or small is None else template.values(text, small)
        return said or {}

    def _matches(self, context: StepFunctionContext, text: str, small: str | None) -> bool:
        template = self._templates[id(context)]
        if template is None or small is None:
            return context.parser.is_matching(text)
        return template.values(text, small) is not None

    def _around(self, small: str | None) -> Iterable[int]:
        """Those that begin and end as a text does."""
        if small is None:
            return range(len(self._all))
        return self._ending[self._nearest(self._heads[bisect_right(self._heads, small) - 1], small)].of(small)

    def _nearest(self, head: str, text: str) -> str:
        """The longest of `head` and its own beginnings with which `text` begins."""
        while not text.startswith(head):
            head = self._shorter[head]
        return head


class _ByTail:
    """Some definitions, by what every text they match ends with."""

    def __init__(self, numbers: Iterable[int], tails: list[str]) -> None:
        self._numbers: dict[str, list[int]] = defaultdict(list)
        for number in sorted(numbers):
            self._numbers[tails[number]].append(number)
        self._lengths = {len(each) for each in self._numbers}

    def of(self, text: str) -> list[int]:
        """Those that end as `text` does, in their order."""
        return sorted(number for length in self._lengths for number in self._numbers.get(text[len(text) - length :], ()))


def _small(text: str) -> str | None:
    """`text` in small letters; None where they cannot be told as a regular expression tells them."""
    return None if folds(text) else text.lower()


def defined(session: pytest.Session) -> Definitions:
    """Every definition there is in this session, once its files are collected."""
    if _DEFINED not in session.stash:
        session.stash[_DEFINED] = Definitions(step_function_context_registry.values())
    return session.stash[_DEFINED]


_DEFINED: pytest.StashKey[Definitions] = pytest.StashKey()
