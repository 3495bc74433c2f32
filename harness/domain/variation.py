"""A way in which an honest LPS may differ, what allows it, and how several are tried together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Tried(StrEnum):
    """Where a variation is seen."""

    MOCK = "mock"
    TCP = "forbindelsen"
    """Only where there is a connection: against a hub."""


@dataclass(frozen=True, slots=True)
class Variation:
    """One way. `source` is what allows it.

    `shown_in` are the id tags of scenarios in which it changes what is sent, when, or what is shown. Two of the same `group` are
    never tried together. `companions` are the variations it needs to be seen. `remarked` are the rules that note it and grade
    nobody. `rute` empty: it shows by either. `awaits`: what its source leaves open.
    """

    id: str
    description: str
    source: str
    shown_in: tuple[str, ...] = ()
    rute: str = ""
    group: str = ""
    companions: frozenset[str] = frozenset()
    remarked: frozenset[str] = frozenset()
    tried: Tried = Tried.MOCK
    awaits: str = ""

    @property
    def names(self) -> frozenset[str]:
        """What the LPS is told to have this variation alone."""
        return self.companions | {self.id}


def rounds(variations: Iterable[Variation]) -> tuple[frozenset[str], ...]:
    """Every variation that is tried in mock, in as few sets as their groups allow.

    The sets are about as large. `rounds(load_variations(house).values())[0]` are ids that go together, companions included.
    """
    catalogue = list(variations)
    groups = {each.id: each.group for each in catalogue}
    made: list[set[str]] = []
    # Those of groups first: they say how many sets there must be, and the others are shared out among them.
    for each in sorted(catalogue, key=lambda each: not any(groups[name] for name in each.names)):
        if each.tried is not Tried.MOCK or any(each.id in names for names in made):
            continue
        fitting = [names for names in made if not _clash(each, names, groups)]
        if not fitting:
            made.append(set())
        smallest = min(fitting, key=len, default=made[-1])
        smallest |= each.names
    return tuple(map(frozenset, made))


def _clash(one: Variation, others: set[str], groups: dict[str, str]) -> bool:
    taken = {groups[each]: each for each in others if groups[each]}
    return any(groups[name] in taken and taken[groups[name]] != name for name in one.names)


def guilty(names: Sequence[str], fails: Callable[[frozenset[str]], bool]) -> tuple[str, ...]:
    """Those of `names` that must be there for `fails` to say so, which it does of all of them; found by halving.

    `guilty(sorted(round), lambda some: bool(failures(scenario, some)))`
    """
    if len(names) < 2:
        return tuple(names)
    half = len(names) // 2
    for some in (names[:half], names[half:]):
        if fails(frozenset(some)):
            return guilty(some, fails)
    left = guilty(names[:half], lambda some: fails(some | frozenset(names[half:])))
    return (*left, *guilty(names[half:], lambda some: fails(some | frozenset(left))))
