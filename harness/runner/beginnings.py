"""With which letters every text begins, and ends, that a step's pattern matches."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pytest_bdd import parsers

_LATIN = "\u0100"
"""Below it, letters differ from their small ones just as `re.IGNORECASE` has it, with which `parsers.parse` matches."""
_STRUCTURE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]])*\]|[()|]", re.S)
"""What a regular expression is made of, as far as its alternatives go: escapes and sets are passed over."""
_NOT_PLAIN = re.compile(r"[\\.^$*+?{}\[\]|()]")
_FLAGS = re.compile(r"\(\?[aiLmsux]")
"""What says within a regular expression how it is to be read."""
_GROUP = re.compile(r"\((?:\?:|\?P<\w+>|(?!\?))")
"""What begins a group that stands for what is in it; a look ahead or back does not."""


def folds(text: str) -> bool:
    """Whether a letter in `text` may be another one's small or large form in a way of its own: the long s, the Kelvin sign."""
    if max(text, default="") < _LATIN:
        return False
    return any(each >= _LATIN and not each.lower() == each == each.upper() for each in text)


def heads(parser: parsers.StepParser) -> set[str]:
    """What every text that `parser` matches begins with, one or another, in small letters; where that is not plain, no letter."""
    if type(parser) is parsers.string:
        found = {parser.name}
    elif type(parser) in (parsers.parse, parsers.cfparse):
        found = {re.split("[{}]", parser.name)[0]}
    elif type(parser) is parsers.re and _is_plain(parser):
        found = _heads_of_regex(parser.name)
    else:
        return {""}
    return {_until_folded(each).lower() for each in found}


def _is_plain(parser: parsers.re) -> bool:
    """Whether nothing but the letters of its expression says how it is to be read; it is not compiled to find that out."""
    return parser.regex.flags == re.UNICODE if "regex" in vars(parser) else not _FLAGS.search(parser.name)


def tail(parser: parsers.StepParser) -> str:
    """What every text that `parser` matches ends with, in small letters; of a regular expression, nothing."""
    if type(parser) not in (parsers.parse, parsers.cfparse):
        return ""
    fixed = re.split("[{}]", parser.name)[-1]
    return _until_folded(fixed[::-1])[::-1].lower()


def _until_folded(text: str) -> str:
    return next((text[:at] for at, letter in enumerate(text) if folds(letter)), text)


def _heads_of_regex(pattern: str) -> set[str]:
    alternatives = list(_alternatives(pattern))
    return set().union(*map(_heads_of_one, alternatives)) if len(alternatives) > 1 else _heads_of_one(pattern)


def _alternatives(pattern: str) -> Iterator[str]:
    """What stands between the `|` that are in no group."""
    depth = begins = 0
    for found in _STRUCTURE.finditer(pattern):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if found[0] == "|" and depth == 0:
            yield pattern[begins : found.start()]
            begins = found.end()
    yield pattern[begins:]


def _heads_of_one(pattern: str) -> set[str]:
    group = _GROUP.match(pattern)
    if group:
        inside, after = _split(pattern[group.end() :])
        if after.startswith(("*", "{", "??", "?+")):
            return {""}
        if after.startswith("?"):
            return _heads_of_regex(inside) | _heads_of_one(after[1:])
        return _heads_of_regex(inside)
    plain = _NOT_PLAIN.search(pattern)
    if plain is None:
        return {pattern}
    return {pattern[: plain.start() - (plain[0] in "*+?{")]}


def _split(pattern: str) -> tuple[str, str]:
    """What is in the group that `pattern` is in, and what comes after it."""
    depth = 1
    for found in _STRUCTURE.finditer(pattern):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if depth == 0:
            return pattern[: found.start()], pattern[found.end() :]
    raise AssertionError("the expression is one")
