"""Every part of every message the honest LPS sends, left out or changed in turn, until a scenario catches it.

A change is tried where its message is sent: first where most of the message's parts are, then by turns where others of the same
message were caught and in a feature that has not been tried. It is caught by a finding, or a remark, that the honest LPS does not
get there; that a scenario could not be carried out is no catch.

What a few scenarios have not caught, most likely none will: in all the others it is tried together with what else is left, and
only where something comes of that is it halved until it is known of what.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

from harness.domain.wire import How, WireChange
from harness.lps.mutation.message import Mistakes
from harness.runner.trials.plan import NEWEST, Catalogue
from harness.runner.trials.trial import Outcome, Setting, Trial

Carry = Callable[[Sequence[Trial]], Sequence[Outcome]]
"""Carries trials out, and gives what came of each in their order: `Crew.carry_out`."""
Set = tuple[tuple[WireChange, ...], Outcome]
"""Changes that are made at once, and the honest outcome of where they are."""
ALONE: Final = 3
"""In how many scenarios a change is tried by itself before it is tried together with others."""
PLACES: Final = 60
"""In how many scenarios sets are tried at a time."""


@dataclass(frozen=True, slots=True)
class Came:
    """What came of one change: the outcome that caught it and the rules that did; none when nothing did.

    `tried` is in how many scenarios it was tried, of `places` where it could have been. `stopped` are those that could not be
    carried out, with why: what broke is seen, and laid on nobody.
    """

    change: WireChange
    tried: int
    places: int
    by: str = ""
    rules: tuple[str, ...] = ()
    stopped: tuple[tuple[str, str], ...] = ()

    @property
    def caught(self) -> bool:
        """Whether some scenario caught it."""
        return bool(self.rules)


def survey_trials(catalogue: Catalogue) -> list[Trial]:
    """Every scenario of one system with the honest LPS, by each rute, told to tell what could be changed."""
    return [
        Trial(each.id, Setting(rute, NEWEST, catalogue.campaigns[each.folder]), surveys=True)
        for rute in ("plsp", "direkte")
        for each in catalogue.scenarios
        if not each.of_two
    ]


@dataclass(slots=True)
class Search:
    """Looks for what catches each change. `surveyed` are the outcomes of `survey_trials`."""

    catalogue: Catalogue
    surveyed: Sequence[Outcome]
    places: dict[WireChange, list[Outcome]] = field(init=False)
    _rich: dict[tuple[str, int], int] = field(init=False)
    _catching: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.places, self._rich = {}, {}
        for outcome in self.surveyed:
            parts = Counter(each.kind for each in outcome.parts)
            self._rich |= {(kind, id(outcome)): count for kind, count in parts.items()}
            for change in sorted(outcome.parts):
                before = self.places.setdefault(change, [])
                if all(each.trial.scenario != outcome.trial.scenario for each in before):  # one rute is enough
                    before.append(outcome)

    def changes(self, kinds: Iterable[str] = ()) -> list[WireChange]:
        """Every change there can be made; of the `kinds` of messages, where some are given."""
        wanted = tuple(kinds)
        return sorted(each for each in self.places if not wanted or each.kind in wanted)

    def carry_out(self, changes: Sequence[WireChange], carry: Carry, tries: int = 0) -> list[Came]:
        """What came of each change, tried in at most `tries` scenarios; 0: in all, in most of them together with others."""
        came = {each: Came(each, 0, len(self.places[each])) for each in changes}
        left = {each: self._ordered(each) for each in changes}
        while alone := [each for each in left if left[each] and not came[each].caught and came[each].tried < (tries or ALONE)]:
            sets = [((change,), self._next(change, left[change], came[change].tried)) for change in alone]
            for ((change,), place), outcome in zip(sets, carry(_trials(sets)), strict=True):
                came[change] = self._told(came[change], place, outcome)
                left[change].remove(place)
        if not tries:
            self._try_together({each: places for each, places in left.items() if not came[each].caught}, came, carry)
        return list(came.values())

    def _try_together(self, left: Mapping[WireChange, Sequence[Outcome]], came: dict[WireChange, Came], carry: Carry) -> None:
        at: dict[int, tuple[Outcome, list[WireChange]]] = {}
        for change, places in left.items():
            for place in places:
                at.setdefault(id(place), (place, []))[1].append(change)
        todo = iter(at.values())
        while some := tuple(islice(todo, PLACES)):  # what one of them catches is not looked for in the next
            sets = [(each, place) for place, changes in some for each in self._mixed(_not_caught(changes, came), place, came)]
            while sets:
                sets = self._halved(sets, carry(_trials(sets)), came)

    def _halved(self, sets: Sequence[Set], outcomes: Iterable[Outcome], came: dict[WireChange, Came]) -> list[Set]:
        """What is to be tried next, where something came of more than one change; what came of the others is told."""
        halves: list[Set] = []
        for (changes, place), outcome in zip(sets, outcomes, strict=True):
            told = {each: self._told(came[each], place, outcome) for each in changes}
            as_it_was = outcome.standing == place.standing and not any(each.caught for each in told.values())
            if as_it_was or len(changes) == 1:
                came |= {each: one for each, one in told.items() if not came[each].caught}
            else:
                middle = len(changes) // 2
                halves += [(changes[:middle], place), (changes[middle:], place)]
        known = ((_not_caught(changes, came), place) for changes, place in halves)
        return [(changes, place) for changes, place in known if changes]

    def _mixed(
        self, changes: Iterable[WireChange], place: Outcome, came: Mapping[WireChange, Came]
    ) -> list[tuple[WireChange, ...]]:
        """Sets that can be made at once: none has a part that lies in another that is left out.

        What stopped a scenario is kept from the others. Each place mixes anew, so that two that outweigh each other are parted.
        """
        sets: dict[tuple[int, bool, int], list[WireChange]] = {}
        above: list[WireChange] = []
        for each in sorted(changes, key=_after_what_it_is_in):
            while above and not (_within(each, above[-1]) or _is_same_part(each, above[-1])):
                above.pop()
            depth = len(above) + 1 if each.how is How.REMOVED else 0
            by_lot = hashlib.sha256(f"{place.trial.scenario} {each}".encode()).digest()[0] % 2
            sets.setdefault((depth, bool(came[each].stopped), by_lot), []).append(each)
            if each.how is How.REMOVED:
                above.append(each)
        return [tuple(each) for each in sets.values()]

    def _ordered(self, change: WireChange) -> list[Outcome]:
        """Where it can be tried: the first of each feature first, and of those the one with most of the message."""
        places = sorted(self.places[change], key=lambda each: -self._rich[change.kind, id(each)])
        turns: Counter[str] = Counter()
        turn: dict[int, int] = {}
        for each in places:
            file = self.catalogue.by_id[each.trial.scenario].file
            turn[id(each)], turns[file] = turns[file], turns[file] + 1
        return sorted(places, key=lambda each: turn[id(each)])

    def _next(self, change: WireChange, places: Sequence[Outcome], tried: int) -> Outcome:
        if tried % 2 == 0:
            return places[0]
        return max(places, key=lambda each: self._catching[change.kind, each.trial.scenario])

    def _told(self, came: Came, place: Outcome, outcome: Outcome) -> Came:
        before = place.rules(graded=True) | place.rules(graded=False)
        rules = tuple(sorted((outcome.rules(graded=True) | outcome.rules(graded=False)) - before))
        if rules:
            self._catching[came.change.kind, outcome.trial.scenario] += 1
        why = () if rules or outcome.standing == place.standing else ((outcome.trial.scenario, outcome.reason),)
        by = outcome.trial.scenario if rules else ""
        return replace(came, tried=came.tried + 1, by=by, rules=rules, stopped=(*came.stopped, *why))


def _trials(sets: Iterable[Set]) -> list[Trial]:
    return [Trial(place.trial.scenario, place.trial.setting, {"wire": Mistakes(changes)}) for changes, place in sets]


def _not_caught(changes: Iterable[WireChange], came: Mapping[WireChange, Came]) -> tuple[WireChange, ...]:
    return tuple(each for each in changes if not came[each].caught)


def _after_what_it_is_in(change: WireChange) -> tuple[str, list[str], How]:
    return change.kind, change.path.split("/"), change.how


def _is_same_part(change: WireChange, other: WireChange) -> bool:
    return (change.kind, change.path) == (other.kind, other.path)


def _within(change: WireChange, other: WireChange) -> bool:
    return change.kind == other.kind and change.path.startswith(f"{other.path}/")
