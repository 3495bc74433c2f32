"""Every part of every message the honest LPS sends, left out or changed in turn, until a scenario catches it.

A change is tried where its message is sent: first where most of the message's parts are, then by turns where others of the same
message were caught and in a feature that has not been tried. It is caught by a finding, or a remark, that the honest LPS does not
get there; that a scenario could not be carried out is no catch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from harness.domain.wire import WireChange
from harness.lps.mutation.message import Mistake
from harness.runner.trials.plan import NEWEST, Catalogue
from harness.runner.trials.trial import Outcome, Setting, Trial

Carry = Callable[[Sequence[Trial]], Sequence[Outcome]]
"""Carries trials out, and gives what came of each in their order: `Crew.carry_out`."""


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
        """What came of each change, tried in at most `tries` scenarios; 0: in all."""
        came = {each: Came(each, 0, len(self.places[each])) for each in changes}
        left = {each: self._ordered(each) for each in changes}
        while left:
            asked = [(change, self._next(change, places, came[change].tried)) for change, places in left.items()]
            trials = [Trial(place.trial.scenario, place.trial.setting, {"wire": Mistake(change)}) for change, place in asked]
            for (change, place), outcome in zip(asked, carry(trials), strict=True):
                came[change] = self._told(came[change], place, outcome)
                left[change].remove(place)
                done = came[change].caught or not left[change] or came[change].tried == tries
                if done:
                    del left[change]
        return list(came.values())

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
        return Came(came.change, came.tried + 1, came.places, by, rules, (*came.stopped, *why))
