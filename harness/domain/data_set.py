"""MedCom's withheld set: other persons, values and files for the scenarios than those the feature files have.

A value's name is the value itself, as it stands in the step: the words in quotes, a test person's name in quotes, or a number
with the words that say what it is (`scoren 24`, `svaret 53`, `om 8 uger`). What else stands in a step is what the scenario is
about, and cannot be replaced.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import Final

from harness.domain.patient import Patient
from harness.domain.questionnaire import INSTRUMENTS
from harness.domain.scenario import Scenario

EVERYWHERE: Final = "alle"
"""Stands for every scenario."""

EXAMPLE_FILES: Final = {"maaleskema.txt": b"", "ekg.pdf": b"%PDF-", "foto.jpg": b"\xff\xd8\xff"}
"""The files that scenarios have a system send or receive, and how each begins."""


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
    r"|(?:målt [\w-]+ til|(?:på [\w-]+(?: fysisk| mentalt)? med )?scoren(?: til)?|svar(?:et)? til|svaret"
    rf"|glukose|CRP|hæmoglobin) {_AMOUNT})"
    r"(?!\w| \(normalt)"
)
"""A number with its normal range beside it is not among them: which side of the range it is on is what the scenario is about."""

_SAID_BEFORE: Final = re.compile(r'(?:ordet|krydset|tallet|initialerne|til lægen|deles diagnosen "[^"]+" med teksten) $')
"""Words before a quote that is what the scenario is about."""

_CODE: Final = re.compile(r"[A-ZÆØÅ]\d|[A-ZÆØÅ\d/-]+$|[a-zæøå]")
"""How a quote begins that is a code, an abbreviation or a name of the field's, and no text of anybody's own."""

FIGURES: Final = re.compile(r"(?<![\w-])\d+(?:,\d+)?")
"""A number that stands by itself, and is no part of a name."""

_PLAIN: Final = re.compile(r"[\w .,:;!?()/%-]", re.ASCII)
_DANISH: Final = "æøåÆØÅ"
LONG: Final = 60
"""Characters from which a text is so long that a system may cut it off."""

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


def values_of(scenario: Scenario, persons: Collection[str]) -> Iterator[Value]:
    """The values all its steps enter, in order."""
    for step in scenario.steps:
        yield from values_in(step, persons)


def searched_for(step: str) -> list[str]:
    """The words a text must have for the step to hold."""
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

    def instead_of(self, kind: Kind, name: str, scenario: str) -> str:
        """What the scenario with this identity enters in the place of the value called `name`; the same where nothing is."""
        if kind is Kind.PERSON:
            return self.persons.get(name, name)
        places = (scenario, scenario.partition("[")[0], EVERYWHERE)
        return next((own[name] for each in places if name in (own := self.values.get(each, {}))), name)

    def with_own(self, scenario: str, typed: Mapping[str, str]) -> DataSet:
        """The same set, but with what a tester typed for this scenario, by the value's name, before all else."""
        return replace(self, values={**self.values, scenario: {**self.values.get(scenario, {}), **typed}})

    def scenario(self, shipped: Scenario) -> Scenario:
        """The scenario with the values of this set in its steps. Its identity and title are as they were."""
        row = {
            name: value if number == 0 else self._cell(value, shipped.id)
            for number, (name, value) in enumerate(shipped.parameters.items())
        }
        return replace(shipped, steps=tuple(self.step(each, shipped.id) for each in shipped.steps), parameters=row)

    def step(self, text: str, scenario: str) -> str:
        """The step's text with the values of this set in it."""
        parts, at = [], 0
        for value in values_in(text, self.names):
            parts += [text[at : value.start], self.instead_of(value.kind, value.name, scenario)]
            at = value.end
        return "".join((*parts, text[at:]))

    def _cell(self, cell: str, scenario: str) -> str:
        """A value of Eksempler, which stands in quotes in the step or has quotes of its own."""
        return self.step(cell, scenario) if '"' in cell else self.step(f'"{cell}"', scenario)[1:-1]


def misfit(old: Value, new: str) -> str:
    """Why `new` cannot stand for `old`, in Danish; empty when it can.

    What makes a value what it is stays: Danish letters and other signs that may be lost on the way, a number's decimals, and
    about how large it is.
    """
    if new == old.name:
        return "Er det samme som i det udleverede sæt."
    if old.kind is Kind.NUMBER:
        return _number_misfit(old.name, new)
    if '"' in new or "\n" in new or ("<" in new and re.search("<[^<>\\s][^<>]*>", new)):
        return "Må ikke have citationstegn, linjeskift eller <pladsholder>."
    if re.search(r"^\s|\s\s|[^\S ]|\s$", new):
        return "Må ikke have to mellemrum efter hinanden, tabulator eller mellemrum i enderne."
    if re.search(rf"[{_DANISH}]", old.name) and not re.search(rf"[{_DANISH}]", new):
        return "Skal have mindst et æ, ø eller å, som det, der erstattes."
    if lost := sorted(_easily_lost(old.name) - _easily_lost(new)):
        return f"Skal have de samme tegn som det, der erstattes. Mangler: {' '.join(lost)}"
    if extra := sorted(_signs(new) - _signs(old.name)):
        return f"Må ikke have tegn, som det, der erstattes, ikke har. Fundet: {' '.join(extra)}"
    least = len(old.name) if len(old.name) > LONG else 1
    if len(new) < least:
        return f"Skal være mindst {least} tegn, så det kan ses, om teksten bliver afkortet. Fundet: {len(new)}."
    longest = max(40, 2 * len(old.name))
    return f"Må højst være {longest} tegn. Fundet: {len(new)}." if len(new) > longest else ""


def amount_of(number: str) -> str:
    """What a number is, without the words that say what of."""
    return re.sub(r"^\D*?(?=[<>]? ?\d)", "", number)


def _easily_lost(text: str) -> set[str]:
    """The signs that mean something to some format, and that a system may lose on the way."""
    return {each for each in text if not (each.isalnum() or each in " ,.")}


def _signs(text: str) -> set[str]:
    return {each for each in text if not _PLAIN.match(each) and each not in _DANISH}


def _number_misfit(old: str, new: str) -> str:
    if FIGURES.sub("#", new) != FIGURES.sub("#", old) or _decimals(new) != _decimals(old):
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
    return [Decimal(each.replace(",", ".")) for each in FIGURES.findall(text)]


def _decimals(text: str) -> list[int]:
    return [len(each.partition(",")[2]) for each in FIGURES.findall(text)]
