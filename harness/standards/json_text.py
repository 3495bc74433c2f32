"""Reads JSON that a stranger sent: refuses what is dangerous or ambiguous, and knows line and column of every value.

The standard library's C scanner makes the values; one pass over brackets and strings comes before it (depth, halves of
characters), and where a value stands is only worked out when somebody asks. The libraries tried (json-source-map 1.0.5,
jsonvet 3.1.1) recurse, or give no place of a value.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from harness.domain.errors import BadInput
from harness.domain.finding import Location

MAX_DEPTH = 256
MAX_VALUES = 1_000_000

Json = dict[str, "Json"] | list["Json"] | str | int | Decimal | bool | None

_STRING = r'"[^"\\]*(?:\\.[^"\\]*)*"'
_SHAPE = re.compile(rf'{_STRING}|[\[\]{{}},"]', re.DOTALL)  # a quote alone begins a string that does not end
_TOKEN = re.compile(rf'{_STRING}(?P<colon>\s*:)?|(?P<open>[\[{{])|(?P<close>[\]}}])|[^\s\[\]{{}},:"]+', re.DOTALL)
_UNPAIRED = re.compile("[\ud800-\udfff]")


@dataclass(slots=True)
class JsonText:
    """A parsed text: its `value`, and `at(pointer)` for where a value stands. `file` is its name in findings."""

    value: Json
    file: str
    _text: str = field(repr=False)
    _lines: list[int] = field(default_factory=list, repr=False)
    _offsets: dict[str, int] = field(default_factory=dict, repr=False)

    def at(self, pointer: str) -> Location:
        """Line and column of the value at a JSON pointer (RFC 6901), or of the nearest value around it that is there."""
        if not self._offsets:
            self._offsets = _offsets(self._text)
        there = pointer
        while there not in self._offsets:
            there = there.rpartition("/")[0]
        line, column = self.place(self._offsets[there])
        return Location(self.file, line, column, pointer)

    def get(self, pointer: str) -> Json:
        """The value at a pointer whose names have no `~` and no `/`; None where there is none."""
        value = self.value
        for part in pointer.split("/")[1:]:
            if isinstance(value, dict):
                value = value.get(part)
            elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
                value = value[int(part)]
            else:
                return None
        return value

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, from 1, of a character."""
        if not self._lines:
            self._lines = [0, *(found.end() for found in re.finditer(r"\r\n|\r|\n", self._text))]
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1


def parse_json(data: bytes, file: str) -> JsonText:
    """The JSON in `data`; numbers with a point are Decimal. Raises BadInput (Danish reason, line and column) otherwise.

    Refused: what is not UTF-8 (RFC 8259, 8.1), a name twice in one object, NaN and Infinity, half of a character
    (`"\\ud83d"`), more than 256 levels or a million values.

        parse_json(b'{"a": [1]}', "svar.json").at("/a/0")   # svar.json:1:8
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        raise BadInput("teksten er ikke UTF-8, som JSON skal være", *JsonText(None, file, before).place(len(before))) from None
    found = JsonText(None, file, text)
    _check_shape(found)
    try:
        found.value = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse_constant, parse_float=Decimal)
    except _Twice as twice:
        line, column = found.place(_second(text, twice.name))
        raise BadInput(f'navnet "{twice.name}" står to gange i samme objekt', line, column) from None
    except json.JSONDecodeError as error:
        raise BadInput(f"JSON'en kan ikke læses: {_DANISH.get(error.msg, error.msg)}", *found.place(error.pos)) from None
    except (ValueError, ArithmeticError) as error:  # NaN and Infinity, and numbers no machine can hold
        word = next(each for each in _TOKEN.finditer(text) if _is_odd_number(each[0]))
        raise BadInput(f"tallet {word[0][:20]} kan ikke bruges ({_odd(error)})", *found.place(word.start())) from None
    return found


def pointer_part(name: str) -> str:
    """`name` as it is written in a JSON pointer (RFC 6901, 3)."""
    return name.replace("~", "~0").replace("/", "~1")


_DANISH = {
    "Expecting value": "her mangler en værdi, eller der er ingen JSON",
    "Extra data": "der står noget efter den sidste parentes",
    "Expecting property name enclosed in double quotes": "her skal stå et navn i anførselstegn",
    "Expecting ':' delimiter": "her mangler et kolon",
    "Expecting ',' delimiter": "her mangler et komma, eller teksten stopper for tidligt",
    "Unterminated string starting at": "en tekst er ikke afsluttet",
    "Invalid control character at": "et kontroltegn (fx et linjeskift) står inde i en tekst",
    "Invalid \\escape": "en omvendt skråstreg er brugt forkert",
    "Invalid \\uXXXX escape": "en omvendt skråstreg er brugt forkert",
    "Illegal trailing comma before end of object": "der er et komma for meget",
    "Illegal trailing comma before end of array": "der er et komma for meget",
}


class _Twice(Exception):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class _Constant(ValueError):
    """NaN or Infinity."""


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    made = dict(pairs)
    if len(made) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        raise _Twice(next(name for name, times in counts.items() if times > 1))
    return made


def _refuse_constant(_name: str) -> Json:
    raise _Constant


def _odd(error: Exception) -> str:
    return "det er ikke et tal i JSON" if isinstance(error, _Constant) else "det er for stort"


def _is_odd_number(word: str) -> bool:
    """True for the number that made the scanner give up."""
    if word.startswith(("NaN", "Infinity", "-Infinity")):  # the scanner stops there, whatever comes after
        return True
    if word[0] not in "-0123456789":
        return False
    try:
        Decimal(word) if set(word) & set(".eE") else int(word)
    except (ValueError, ArithmeticError):
        return True
    return False


def _check_shape(found: JsonText) -> None:
    """Refuse, before anything is built, what is too deep or too much, and strings with half a character."""
    depth = commas = 0
    for token in _SHAPE.finditer(found._text):
        word = token[0]
        if word in "[{":
            depth += 1
            commas += 1
            if depth > MAX_DEPTH:
                raise BadInput(f"JSON'en er indlejret dybere end {MAX_DEPTH} niveauer", *found.place(token.start()))
        elif word in "]}":
            depth -= 1
        elif word == ",":
            commas += 1
        elif word == '"':
            return  # the scanner tells it, with its place; looking on would take the square of the length
        elif "\\u" in word:
            _check_characters(found, token.start())
        if commas > MAX_VALUES:
            raise BadInput(f"JSON'en har flere end {MAX_VALUES} værdier", *found.place(token.start()))


def _check_characters(found: JsonText, start: int) -> None:
    try:
        value = _string(found._text, start)
    except json.JSONDecodeError:
        return  # the scanner tells it, with its place
    if _UNPAIRED.search(value):
        raise BadInput("teksten har et halvt tegn (et surrogat uden sin anden halvdel)", *found.place(start))


def _string(text: str, start: int) -> str:
    value: str = _DECODER.raw_decode(text, start)[0]
    return value


_DECODER = json.JSONDecoder()


def _second(text: str, wanted: str) -> int:
    """Where `wanted` stands the second time as a name in one object."""
    names: list[set[str]] = []
    for token in _TOKEN.finditer(text):
        if token["open"]:
            names.append(set())
        elif token["close"]:
            names.pop()
        elif token["colon"] and (name := _string(text, token.start())) == wanted:
            if wanted in names[-1]:
                return token.start()
            names[-1].add(name)
    raise AssertionError("the scanner met a name twice")


def _offsets(text: str) -> dict[str, int]:
    """Where each value starts, by pointer. The text has been read, so it is known to be JSON."""
    found: dict[str, int] = {}
    paths: list[str] = []  # of the objects and lists that are open
    counts: list[int] = []  # which item of a list is next; -1 for an object
    name = ""
    for token in _TOKEN.finditer(text):
        if token["close"]:
            paths.pop()
            counts.pop()
        elif token["colon"]:
            name = pointer_part(_string(text, token.start()))
        else:
            path = "" if not paths else f"{paths[-1]}/{name if counts[-1] < 0 else counts[-1]}"
            found[path] = token.start()
            if paths and counts[-1] >= 0:
                counts[-1] += 1
            if token["open"]:
                paths.append(path)
                counts.append(-1 if token[0] == "{" else 0)
    return found
