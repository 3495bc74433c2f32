"""The order of the certificeringssæt: scenarios for few test persons, none used up twice and all of them usable afterwards.

A live system is not reset between scenarios. So each scenario declares, of every person it uses, the states it needs and those
it leaves. Some states a tester can bring a person back from (moved clinic), and it is done when a scenario needs it. Others only
go forward (a first plan can be made once): whoever needs such a state must come before whoever ends it. Versions are no
states: scenarios speak of the next edition of a plan, whatever its number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from harness.domain.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class State:
    """One thing that can be so or so about a person, e.g. `plan for KOL`: `aldrig haft` or `har`.

    `values` are in the order they come; everybody begins in the first. `way_back` says in Danish what a tester does to bring
    {person} to {værdi}; empty: the value only moves forward. `unusable` are the values nobody may be left in. `shared`: it shows
    in what a scenario sees of everybody (a list of patients), so one that names it needs it as it began for all the others.
    """

    name: str
    values: tuple[str, ...]
    way_back: str = ""
    unusable: frozenset[str] = frozenset()
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Use:
    """What a scenario does with one person: the states it needs and those it leaves, by name.

    A state it does not name must be as it began where a tester can bring it back; one that only moves forward does not matter.
    """

    person: str
    needs: Mapping[str, str] = field(default_factory=dict)
    leaves: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """A scenario by its identity, and what it does with its persons."""

    scenario: str
    uses: tuple[Use, ...]


@dataclass(frozen=True, slots=True)
class Preparation:
    """What a tester must do before the next scenario, or at the end: bring `person`'s `state` to `value`, `how`."""

    person: str
    state: str
    value: str
    how: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A scenario in its place: what to prepare first, and the states it changed, by person and state."""

    part: Part
    prepare: tuple[Preparation, ...]
    changed: Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Order:
    """The whole order. `restore` is what to do at the end; `after` how every person then stands, by person and state."""

    placed: tuple[Placed, ...]
    restore: tuple[Preparation, ...]
    after: Mapping[str, Mapping[str, str]]


Key = tuple[str, str]
"""A person and the name of a state."""


def once_only(order: Order, states: Sequence[State]) -> tuple[str, ...]:
    """The scenarios, in order, that cannot be carried out again with the same persons: what they need has no way back."""
    known = {state.name: state for state in states}

    def spent(use: Use) -> bool:
        gone = ((known[name], wanted, order.after[use.person][name]) for name, wanted in use.needs.items())
        return any(not state.way_back and state.values.index(now) > state.values.index(wanted) for state, wanted, now in gone)

    return tuple(each.part.scenario for each in order.placed if any(map(spent, each.part.uses)))


def order_of(parts: Sequence[Part], states: Sequence[State], persons: Mapping[str, Mapping[str, str]]) -> Order:
    """The order to carry `parts` out in, as near to the given one as can be.

    `persons` are all who may be used, each with the states in which it begins otherwise than everybody. Raises ConfigurationError
    when there is no such order, with every reason in Danish.
    """
    named = {each.name: each for each in states}
    _refuse(_unknown(parts, named, persons))
    return _Planner(parts, named, persons).order()


class _Planner:
    def __init__(self, parts: Sequence[Part], states: Mapping[str, State], persons: Mapping[str, Mapping[str, str]]) -> None:
        self._states = states
        self._left = list(parts)
        self._begins: dict[Key, str] = {
            (person, name): own.get(name, state.values[0]) for person, own in persons.items() for name, state in states.items()
        }
        self._now = dict(self._begins)
        self._needs = {each.scenario: self._all_needs(each) for each in parts}
        self._leaves = {each.scenario: _named(each, lambda use: use.leaves) for each in parts}
        self._awaited = Counter(need for needs in self._needs.values() for need in needs.items())
        _refuse([*self._backwards(), *self._left_unusable()])

    def order(self) -> Order:
        placed = []
        while self._left:
            free = [part for part in self._left if self._may_come(part)]
            if not free:
                _refuse([*self._used_up(), *self._never_so()] or [f"Scenarierne venter på hinanden: {_listed(self._left)}."])
            # Whoever needs nothing prepared comes first, so that a person is brought back and forth as little as can be.
            placed.append(self._place(next((part for part in free if not self._lacks(part)), free[0])))
        restore = self._prepare_to({key: value for key, value in self._begins.items() if self._way_back(key)})
        after: dict[str, dict[str, str]] = {}
        for (person, state), value in self._now.items():
            after.setdefault(person, {})[state] = value
        return Order(tuple(placed), restore, after)

    def _all_needs(self, part: Part) -> dict[Key, str]:
        """What it names, and that its persons otherwise are as they began, where they can be brought back to it."""
        persons = {use.person for use in part.uses}
        shared = {name for use in part.uses for name in (*use.needs, *use.leaves) if self._states[name].shared}
        usual = {
            (person, name): value
            for (person, name), value in self._begins.items()
            if self._way_back((person, name)) and (person in persons or name in shared)
        }
        return usual | _named(part, lambda use: use.needs)

    def _may_come(self, part: Part) -> bool:
        """Whether what it needs is so, or can be made so, and nobody else still needs what it ends."""
        if any(self._now[key] != value and not self._way_back(key) for key, value in self._needs[part.scenario].items()):
            return False
        own = self._needs[part.scenario]
        return not any(
            self._awaited[key, still] > (own.get(key) == still)
            for key, value in self._leaves[part.scenario].items()
            if not self._way_back(key)
            for still in self._states[key[1]].values[: self._rank(key, value)]
        )

    def _ended_by(self, part: Part, other: Part) -> list[Key]:
        """What `other` needs and `part` ends for good."""
        needed = self._needs[other.scenario]
        return [
            key
            for key, value in self._leaves[part.scenario].items()
            if key in needed and not self._way_back(key) and self._rank(key, value) > self._rank(key, needed[key])
        ]

    def _place(self, part: Part) -> Placed:
        prepare = self._prepare_to(self._needs[part.scenario])
        changed = {
            key: value
            for key, value in self._leaves[part.scenario].items()
            if self._now[key] != value and (self._way_back(key) or self._rank(key, value) > self._rank(key, self._now[key]))
        }
        self._now.update(changed)
        self._left.remove(part)
        self._awaited.subtract(self._needs[part.scenario].items())
        return Placed(part, prepare, changed)

    def _lacks(self, part: Part) -> bool:
        return any(self._now[key] != value for key, value in self._needs[part.scenario].items())

    def _prepare_to(self, wanted: Mapping[Key, str]) -> tuple[Preparation, ...]:
        done = tuple(
            Preparation(person, state, value, self._way_back((person, state)).format(person=person, værdi=value))
            for (person, state), value in wanted.items()
            if self._now[person, state] != value
        )
        self._now.update({(each.person, each.state): each.value for each in done})
        return done

    def _way_back(self, key: Key) -> str:
        return self._states[key[1]].way_back

    def _rank(self, key: Key, value: str) -> int:
        return self._states[key[1]].values.index(value)

    def _backwards(self) -> Iterator[str]:
        for scenario, leaves in self._leaves.items():
            for key, value in leaves.items():
                needed = self._needs[scenario].get(key, value)
                if not self._way_back(key) and self._rank(key, value) < self._rank(key, needed):
                    yield f"{scenario}: {_so(key, needed)} kan ikke blive til “{value}” igen."

    def _left_unusable(self) -> Iterator[str]:
        for scenario, leaves in self._leaves.items():
            for key, value in leaves.items():
                unusable = value in self._states[key[1]].unusable
                if unusable and not self._way_back(key) and self._begins[key] != value:
                    yield f"{scenario}: Scenariet efterlader {_so(key, value)}. Bagefter kan {key[0]} ikke bruges."

    def _used_up(self) -> Iterator[str]:
        for part, other in combinations(self._left, 2):
            if self._ended_by(other, part):
                for key in self._ended_by(part, other):
                    needed = _so(key, self._needs[other.scenario][key])
                    yield f"{part.scenario} og {other.scenario} kan ikke begge bruge {needed}. Den første bruger det op."

    def _never_so(self) -> Iterator[str]:
        for part in self._left:
            for key, value in self._needs[part.scenario].items():
                if self._way_back(key) or self._now[key] == value:
                    continue
                if self._rank(key, self._now[key]) > self._rank(key, value):
                    yield f"{part.scenario}: Scenariet kræver {_so(key, value)}, men det er “{self._now[key]}” fra begyndelsen."
                elif not any(self._leaves[other.scenario].get(key) == value for other in self._left if other is not part):
                    yield f"{part.scenario}: Scenariet kræver {_so(key, value)}, men intet scenarie efterlader det."


def _unknown(parts: Sequence[Part], states: Mapping[str, State], persons: Mapping[str, Mapping[str, str]]) -> list[str]:
    told = [(person, own) for person, own in persons.items()]
    told += [(part.scenario, each) for part in parts for use in part.uses for each in (use.needs, use.leaves)]
    reasons = [
        f"{part.scenario}: {use.person} er ikke en af testpersonerne."
        for part in parts
        for use in part.uses
        if use.person not in persons
    ]
    for place, values in told:
        for name, value in values.items():
            if name not in states:
                reasons.append(f"{place}: Tilstanden “{name}” kendes ikke.")
            elif value not in states[name].values:
                reasons.append(f"{place}: Tilstanden “{name}” kan ikke være “{value}”.")
    return reasons


def _named(part: Part, told: Callable[[Use], Mapping[str, str]]) -> dict[Key, str]:
    return {(use.person, state): value for use in part.uses for state, value in told(use).items()}


def _listed(parts: Sequence[Part]) -> str:
    return ", ".join(part.scenario for part in parts)


def _so(key: Key, value: str) -> str:
    return f"{key[0]} med {key[1]} “{value}”"


def _refuse(reasons: Sequence[str]) -> None:
    if reasons:
        raise ConfigurationError("\n".join(["Der er ingen rækkefølge, som går op.", *dict.fromkeys(reasons)]))
