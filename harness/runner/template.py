"""What a text says in the fields of a step's pattern, where these are plain: without the regular expression it would come to."""

from __future__ import annotations

import re

from pytest_bdd import parsers

from harness.runner.beginnings import folds

_FIELD = re.compile(r"\{([A-Za-z]\w*)\}", re.ASCII)
_FLAGS = re.IGNORECASE | re.DOTALL
"""With which `parse` matches, unless it is told that capitals count."""


class Template:
    """A pattern of `parsers.parse`: what stands fast, in small letters, and the names of the fields between."""

    def __init__(self, fast: list[str], names: list[str]) -> None:
        self._head, *self._between = fast
        self._tail = self._between.pop() if self._between else ""
        self._names = names

    def values(self, text: str, small: str) -> dict[str, str] | None:
        """What each field is in `text`, which is `small` in small letters; None when it does not match.

        As in the expression, each field has a letter at least and no more than it must, and the last one all that is left.
        """
        if not self._names:
            return {} if small == self._head else None
        at, end = len(self._head), len(text) - len(self._tail)
        if not (small.startswith(self._head) and small.endswith(self._tail)):
            return None
        said = {}
        for name, fast in zip(self._names, self._between, strict=False):
            found = small.find(fast, at + 1, end)
            if found < 0:
                return None
            said[name], at = text[at:found], found + len(fast)
        said[self._names[-1]] = text[at:end]
        return said if at < end else None


def template_of(parser: parsers.StepParser) -> Template | None:
    """None where more than plain fields and fixed text is in the pattern, or where capitals count."""
    if type(parser) is not parsers.parse or getattr(parser.parser, "_re_flags", None) != _FLAGS:
        return None
    fast, names = _FIELD.split(parser.name)[::2], _FIELD.findall(parser.name)
    if folds(parser.name) or len(set(names)) < len(names) or any(set(each) & set("{}") for each in fast):
        return None
    return Template([each.lower() for each in fast], names)
