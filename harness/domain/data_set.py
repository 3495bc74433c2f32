"""MedCom's withheld set: other persons, values and files for the scenarios than those the feature files have.

A value's name is the value itself, as it stands in the step: the words in quotes, a test person's name in quotes, or a number
with the words that say what it is (`scoren 24`, `svaret 53`, `om 8 uger`). What else stands in a step is what the scenario is
about, and cannot be replaced.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Final

from harness.domain.patient import Patient
from harness.domain.questionnaire import INSTRUMENTS

EVERYWHERE: Final = "alle"
"""Stands for every scenario."""

EXAMPLE_FILES: Final = ("maaleskema.txt", "ekg.pdf", "foto.jpg")
"""The files that scenarios have a system send or receive."""


class Kind(StrEnum):
    """What is entered."""

    PERSON = "person"
    TEXT = "tekst"
    NUMBER = "tal"


@dataclass(frozen=True, slots=True)
class Value:
    """A value that a step enters, where it stands in the step's text: `text[start:end] == name`."""

    kind: Kind
    name: str
    start: int
    end: int


_AMOUNT: Final = r"(?:[<>] )?\d+(?:,\d+)?"
_VALUE: Final = re.compile(
    r'"(?P<quoted>[^"]+)"'
    r"|(?<!\w)(?P<number>om \d+ uger kl\. \d{1,2}\.\d\d|om \d+ uger"
    rf"|(?:målt [\w-]+ til|(?:på [\w-]+(?: fysisk| mentalt)? med )?scoren(?: til)?|svar(?:et)? til|svaret|glukose|CRP|hæmoglobin) {_AMOUNT})"
    r"(?!\w| \(normalt)"
)
"""A number with its normal range beside it is not among them: which side of the range it is on is what the scenario is about."""

_SAID_BEFORE: Final = re.compile(r'(?:ordet|krydset|tallet|initialerne|til lægen|deles diagnosen "[^"]+" med teksten) $')
"""Words before a quote that is what the scenario is about."""

_CODE: Final = re.compile(r"[A-ZÆØÅ]\d|[A-ZÆØÅ\d/-]+$|[a-zæøå]")
"""How a quote begins that is a code, an abbreviation or a name of the field's, and no text of anybody's own."""

_NUMBER: Final = re.compile(r"(?<![\w-])\d+(?:,\d+)?")
_PLAIN: Final = re.compile(r"[\w .,:;!?()/%-]", re.ASCII)
_DANISH: Final = "æøåÆØÅ"
_TOLERANCE: Final = Decimal("0.1")


def values_in(step: str, persons: Collection[str]) -> Iterator[Value]:
    """The values the step enters, in order. `persons` are the names that features use.

    `[each.name for each in values_in('målt CAT til 14 hos "Elmer"', {"Elmer"})] == ["målt CAT til 14", "Elmer"]`
    """
    for match in _VALUE.finditer(step):
        quoted = match["quoted"]
        if quoted is None:
            if not _at_the_limit(match["number"]):
                yield Value(Kind.NUMBER, match["number"], *match.span("number"))
        elif quoted in persons:
            yield Value(Kind.PERSON, quoted, *match.span("quoted"))
        elif not _CODE.match(quoted) and not _SAID_BEFORE.search(step[: match.start()]):
            yield Value(Kind.TEXT, quoted, *match.span("quoted"))


def said_words(step: str) -> list[str]:
    """The words that must stand in a text for the step to hold: those it searches by."""
    return re.findall(r'ordet "([^"]+)"', step)


@dataclass(frozen=True, slots=True)
class DataSet:
    """The set. `sha256` is of what it says, whatever file it stands in; `names` are the persons of the shipped set.

    `persons` are by the name they replace, `own` the test persons that only this set has, `values` by scenario (identity, id
    tag, or EVERYWHERE) and by the value they replace, `files` by name.
    """

    sha256: str
    names: frozenset[str]
    persons: Mapping[str, str] = field(default_factory=dict)
    own: tuple[Patient, ...] = ()
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    def instead_of(self, value: Value, scenario: str) -> str:
        """What is entered in the scenario with this identity in the place of `value`; the same where nothing is."""
        if value.kind is Kind.PERSON:
            return self.persons.get(value.name, value.name)
        named = (scenario, scenario.partition("[")[0], EVERYWHERE)
        return next((own[value.name] for each in named if value.name in (own := self.values.get(each, {}))), value.name)

    def step(self, text: str, scenario: str) -> str:
        """The step's text with the values of this set in it."""
        parts, at = [], 0
        for value in values_in(text, self.names):
            parts += [text[at : value.start], self.instead_of(value, scenario)]
            at = value.end
        return "".join((*parts, text[at:]))

    def parameters(self, row: Mapping[str, str], scenario: str) -> dict[str, str]:
        """The row of Eksempler as the scenario is carried out. Its first column, its identity, is left as it is."""
        first = next(iter(row), "")
        return {name: value if name == first else self._cell(value, scenario) for name, value in row.items()}

    def _cell(self, cell: str, scenario: str) -> str:
        bare = self.step(f'"{cell}"', scenario) if '"' not in cell else ""
        return bare.strip('"') if bare not in ("", f'"{cell}"') else self.step(cell, scenario)


def misfit(old: Value, new: str) -> str:
    """Why `new` cannot stand for `old`, in Danish; empty when it can.

    What makes a value what it is stays: Danish letters and other signs that may be lost on the way, a number's decimals, and
    about how large it is.
    """
    if new == old.name:
        return "Er det samme som i det udleverede sæt."
    if old.kind is Kind.NUMBER:
        return _number_misfit(old.name, new)
    if '"' in new or "\n" in new or "<" in new and re.search("<[^<>\\s][^<>]*>", new):
        return "Må ikke have citationstegn, linjeskift eller <pladsholder>."
    if re.search(rf"[{_DANISH}]", old.name) and not re.search(rf"[{_DANISH}]", new):
        return "Skal have mindst et æ, ø eller å, som det, der erstattes."
    signs = _signs(old.name)
    if lost := sorted(signs - _signs(new)):
        return f"Skal have de samme tegn som det, der erstattes. Mangler: {' '.join(lost)}"
    if extra := sorted(_signs(new) - signs):
        return f"Må ikke have tegn, som det, der erstattes, ikke har. Fundet: {' '.join(extra)}"
    longest = max(40, 2 * len(old.name))
    return f"Må højst være {longest} tegn. Fundet: {len(new)}." if len(new) > longest else ""


def amount_of(number: str) -> str:
    """What a number is, without the words that say what of."""
    return re.sub(r"^\D*?(?=[<>]? ?\d)", "", number)


def _signs(text: str) -> set[str]:
    return {each for each in text if not _PLAIN.match(each) and each not in _DANISH}


def _number_misfit(old: str, new: str) -> str:
    if _NUMBER.sub("#", new) != _NUMBER.sub("#", old) or _decimals(new) != _decimals(old):
        return f"Skal skrives som “{old}”, kun med et andet tal og lige så mange decimaler."
    if " kl. " in new and not re.search(r" kl\. (?:[89]|1[0-5])\.[0-5]\d$", new):
        return "Tiden skal ligge mellem 8.00 og 15.59."
    before, after = _numbers(old)[0], _numbers(new)[0]
    slack = max(Decimal(1), before * _TOLERANCE)
    if abs(before - after) > slack or after <= 0:
        return f"Tallet må højst ligge {str(slack.normalize()).replace('.', ',')} fra det, der erstattes."
    return "Tallet må ikke ligge på kanten af eller uden for det, skemaet kan give." if _at_the_limit(new) else ""


def _at_the_limit(number: str) -> bool:
    """Whether the score is one the instrument can only just give, or cannot give: then that is what the scenario is about."""
    name = next((each for each in INSTRUMENTS if f" {each} " in f"{number} "), "")
    limits = INSTRUMENTS[name].limits if name else None
    score = _numbers(number)[0]
    return score == 0 or (limits is not None and not limits[0] < score < limits[1])


def _numbers(text: str) -> list[Decimal]:
    return [Decimal(each.replace(",", ".")) for each in _NUMBER.findall(text)]


def _decimals(text: str) -> list[int]:
    return [len(each.partition(",")[2]) for each in _NUMBER.findall(text)]

