"""A tester's own values: which of a scenario's texts and numbers they may type otherwise, and what they are held against."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from harness.domain.data_set import FIGURES, DataSet, Kind, Value, amount_of, misfit, searched_for, values_in
from harness.domain.scenario import Scenario

SHORTEST: Final = 5
"""Characters a text has at least: a shorter one may stand by chance where it was not written."""

_SIGNED: Final = re.compile(rf"(?:[<>] )?{FIGURES.pattern}")
_ALONE: Final = re.compile(r"(?P<sign>[<>] )?\d+(?:,\d+)?")


@dataclass(frozen=True, slots=True)
class OwnValue:
    """A value that a tester may type otherwise, in the form's `field`.

    `name` is what it is in the shipped set, and `stands` what is entered when nobody types anything: another where MedCom's set
    has one. `step` is the first step that enters it, as it stands, and `words` what is searched for in it.
    """

    field: str
    kind: Kind
    name: str
    stands: str
    step: str
    words: tuple[str, ...] = ()


def own_values(shipped: Scenario, data: DataSet) -> tuple[OwnValue, ...]:
    """The texts and numbers of the scenario, each once, in order; `data` is the set it is entered from."""
    words = [word for step in shipped.steps for word in searched_for(step)]
    found: dict[str, OwnValue] = {}
    for step in shipped.steps:
        for kind, name in ((each.kind, each.name) for each in values_in(step, data.names)):
            if kind is not Kind.PERSON and name not in found:
                found[name] = OwnValue(
                    field=f"værdi{len(found) + 1}",
                    kind=kind,
                    name=name,
                    stands=data.instead_of(kind, name, shipped.id),
                    step=data.step(step, shipped.id),
                    words=tuple(word for word in words if word in name),
                )
    return tuple(found.values())


def typed(own: Sequence[OwnValue], values: Mapping[str, Any]) -> dict[str, str]:
    """What was typed otherwise than it stands, by the value's name; `values` are the answer's, by field."""
    given = {each: _whole(each, (values.get(each.field) or "").strip()) for each in own}
    return {each.name: new for each, new in given.items() if new not in ("", each.stands)}


def _whole(own: OwnValue, new: str) -> str:
    """`new` with the words that stand around the number, when it is the number alone."""
    alone = _ALONE.fullmatch(new) if own.kind is Kind.NUMBER else None
    return (_SIGNED if alone["sign"] else FIGURES).sub(new, own.stands, count=1) if alone else new


def misfits(own: Sequence[OwnValue], values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What cannot be used of what was typed: the field, and why, in Danish.

    It is held against the shipped value, as MedCom's set is: a scenario is certain only so far from it.
    """
    given = typed(own, values)
    for each in own:
        if each.name in given and (why := _misfit(each, given, own)):
            yield each.field, f"{each.stands}: {why}"


def _misfit(own: OwnValue, given: Mapping[str, str], others: Sequence[OwnValue]) -> str:
    new = given[own.name]
    if lost := [word for word in own.words if word not in new]:
        return f"Scenariet søger efter ordet {', '.join(lost)}. Det skal stå her."
    if why := misfit(Value(own.kind, own.name, 0, len(own.name)), new):
        return why
    if own.kind is Kind.TEXT and len(new) < SHORTEST:
        return f"Skal være mindst {SHORTEST} tegn, så teksten kan kendes igen."
    for other in others:
        text = given.get(other.name, other.stands)
        if other is not own and _alike(own.kind, new, other.kind, text):
            return f"Kan ikke kendes fra “{text}”, som også bliver brugt i scenariet."
    return ""


def _alike(kind: Kind, one: str, other_kind: Kind, other: str) -> bool:
    if kind is other_kind is Kind.TEXT:
        return one.casefold() in other.casefold() or other.casefold() in one.casefold()
    return kind is other_kind and amount_of(one) == amount_of(other)
