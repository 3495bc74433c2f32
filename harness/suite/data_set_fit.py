"""What is wrong with a withheld set: what cannot stand for what it replaces, and what no scenario has, each where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from typing import Final

from harness.domain.data_set import EVERYWHERE, DataSet, Kind, Value, amount_of, misfit, searched_for, values_of
from harness.domain.identifiers import Cpr
from harness.domain.patient import Patient
from harness.domain.scenario import Scenario
from harness.suite.yaml_file import Marked, Mistake, Where, quoted

_CHILDHOOD: Final = timedelta(days=18 * 365.25)


def persons_misfit(
    data: DataSet, patients: Mapping[str, Patient], scenarios: Sequence[Scenario], marked: Marked
) -> Iterator[Mistake]:
    """The mistakes in personer.yaml, read as `marked`; `patients` are the shipped persons by name."""
    numbers = {str(each.cpr): name for name, each in patients.items()}
    known = dict(patients)
    for place, own in enumerate(data.own):
        where: Where = ("egne", place)
        if own.alias in known:
            yield _at(marked, (*where, "alias"), f"Navnet {own.alias} er brugt om en anden.")
        if (other := numbers.setdefault(str(own.cpr), own.alias)) != own.alias:
            yield _at(marked, (*where, "cpr"), f"Det er også nummeret på {other}.")
        known.setdefault(own.alias, own)
    stands_for: dict[str, str] = {}
    for name, instead in data.persons.items():
        where = ("personer", name)
        if name not in patients:
            yield Mistake(
                marked.file, marked.keys[where], where, f"Skal være en af scenariernes personer: {', '.join(patients)}."
            )
        elif instead not in known:
            yield _at(marked, where, f"Skal være en af: {', '.join(known)}. Fundet: {quoted(instead)}.")
        elif instead == name:
            yield _at(marked, where, "Er den samme som i det udleverede sæt.")
        elif instead in stands_for:
            yield _at(marked, where, f"{instead} træder allerede i stedet for {stands_for[instead]}.")
        elif only_one := differs(patients[name], known[instead]):
            yield _at(marked, where, f"{instead} kan ikke træde i stedet for {name}: kun den ene {only_one}.")
        stands_for.setdefault(instead, name)
    for scenario in scenarios:
        present = {value.name for value in values_of(scenario, data.names) if value.kind is Kind.PERSON}
        for instead in sorted((present - data.persons.keys()) & {data.persons[name] for name in present & data.persons.keys()}):
            sentence = f"{instead} er selv med i {scenario.id}. Lad også en anden træde i stedet for {instead}."
            yield _at(marked, ("personer", stands_for[instead]), sentence)


def values_misfit(data: DataSet, scenarios: Sequence[Scenario], marked: Marked) -> Iterator[Mistake]:
    """The mistakes in værdier.yaml, read as `marked`."""
    used: set[Where] = set()
    for scenario in scenarios:
        words = [word for step in scenario.steps for word in searched_for(step)]
        entered: dict[str, tuple[str, list[Where]]] = {}
        for value in values_of(scenario, data.names):
            if value.kind is Kind.PERSON:
                continue
            places = list(_places(data, value.name, scenario))
            used.update(places)
            new = data.instead_of(value.kind, value.name, scenario.id)
            if places and (problem := _misfit(value, new, words, scenario.id)):
                yield _at(marked, places[0], f"{problem} Fundet: {quoted(new)}.")
            plain: Callable[[str], str] = amount_of if value.kind is Kind.NUMBER else str
            other, others = entered.setdefault(plain(new), (plain(value.name), places))
            if other != plain(value.name):
                both = f"{quoted(other)} og {quoted(plain(value.name))}"
                yield _at(marked, (*places, *others)[0], f"I {scenario.id} bliver {both} det samme: {quoted(plain(new))}.")
    known: dict[str, set[str]] = {EVERYWHERE: set()}
    for scenario in scenarios:
        names = {value.name for value in values_of(scenario, data.names) if value.kind is not Kind.PERSON}
        for place in (EVERYWHERE, scenario.tag, scenario.id):
            known.setdefault(place, set()).update(names)
    for place, own in data.values.items():
        if place not in known:
            where: Where = ("scenarier", place)
            yield Mistake(marked.file, marked.keys[where], where, f"Der er intet scenarie {place}.")
            continue
        for name in own:
            where = _place(place, name)
            if where not in used:
                near = get_close_matches(name, known[place], 1)
                sentence = "Passer ikke til noget, scenarierne skriver." + (f" Mente du {quoted(near[0])}?" if near else "")
                yield Mistake(marked.file, marked.keys[where], where, sentence)


def _misfit(value: Value, new: str, words: Iterable[str], scenario: str) -> str:
    """Why `new` cannot stand for the value in this scenario, which searches for these words; empty when it can."""
    if lost := [word for word in words if word in value.name and word not in new]:
        return f"{scenario} søger efter ordet {', '.join(lost)}. Det skal stå her."
    return misfit(value, new)


def differs(one: Patient, other: Patient) -> str:
    """What only one of them is, and a scenario may be about; empty when there is nothing."""
    grown_up_since = datetime.now(UTC).date() - _CHILDHOOD
    told: Mapping[str, Callable[[Patient], bool]] = {
        "har et CPR-nummer": lambda each: isinstance(each.cpr, Cpr),
        "er død": lambda each: each.deceased,
        "er et barn": lambda each: each.born > grown_up_since,
    }
    return next((what for what, holds in told.items() if holds(one) is not holds(other)), "")


def _places(data: DataSet, name: str, scenario: Scenario) -> Iterator[Where]:
    """Where the set says what stands for the value in the scenario; the first goes before the others."""
    for place in (scenario.id, scenario.tag, EVERYWHERE):
        if name in data.values.get(place, {}):
            yield _place(place, name)


def _place(place: str, name: str) -> Where:
    return (EVERYWHERE, name) if place == EVERYWHERE else ("scenarier", place, name)


def _at(marked: Marked, where: Where, sentence: str) -> Mistake:
    return Mistake(marked.file, marked.values[where], where, sentence)
