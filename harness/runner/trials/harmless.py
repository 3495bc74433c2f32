"""Harmless differences as trials: each by itself where it shows, and many together over everything. None may fail a scenario."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from harness.domain.scenario import Scenario
from harness.domain.variation import Tried, Variation, guilty, rounds
from harness.runner.trials.held import honest_mistake
from harness.runner.trials.plan import NEWEST, Catalogue
from harness.runner.trials.trial import Outcome, Setting, Trial

CHANGE = "variations"
"""The field of a run's setup that they are."""

DIRECT = "direkte"
_SHARING = "dros"
"""The entrance at which an LPS hands its plans in by rute `direkte`: without it a scenario goes alike by both ruter."""

CarryOut = Callable[[Sequence[Trial]], Sequence[Outcome]]


@dataclass(frozen=True, slots=True)
class Failed:
    """An honest LPS that was failed: in which trial, why (in Danish), and by which of its variations, as few as it takes."""

    trial: Trial
    why: str
    by: tuple[str, ...]


@dataclass(frozen=True)
class Harmless:
    """The variations, tried on the scenarios of a catalogue."""

    catalogue: Catalogue
    variations: Mapping[str, Variation]

    @property
    def tried(self) -> int:
        """How many of them are tried here; the others show on a connection only."""
        return sum(each.tried is Tried.MOCK for each in self.variations.values())

    def alone(self) -> list[Trial]:
        """Each variation that shows in mock by itself, in every scenario that it says it is shown in, by the rute it shows by."""
        return [
            self._trial(scenario.id, rute, each.names)
            for each in self.variations.values()
            if each.tried is Tried.MOCK
            for tag in each.shown_in
            for scenario in self._tagged.get(tag, ())[:1]
            for rute in self._ruter(each, scenario.rute)
        ]

    def together(self, honest: Iterable[Outcome]) -> list[Trial]:
        """Every scenario with each set of variations that go together; by both ruter where that makes a difference.

        `honest` are the outcomes of `honest_trials`.
        """
        chosen = [each.trial for each in honest if self._is_tried(each)]
        return [replace(each, changes={CHANGE: names}) for names in rounds(self.variations.values()) for each in chosen]

    def failed(self, outcomes: Iterable[Outcome], carry_out: CarryOut) -> list[Failed]:
        """Every outcome that failed an honest LPS, with the guilty named; `carry_out` tries what must be tried for that.

        `Harmless(catalogue, variations).failed(crew.carry_out(trials), crew.carry_out)`
        """
        return [Failed(each.trial, why, self._guilty(each.trial, carry_out)) for each in outcomes if (why := self.mistake(each))]

    def mistake(self, outcome: Outcome) -> str:
        """What is wrong with how a scenario came out, in Danish; empty when nothing is.

        A remark is wrong too, unless a variation says that the rule notes it, or it is one that everybody gets.
        """
        names = _names(outcome.trial)
        allowed = {rule for name in names for rule in self.variations[name].remarked}
        told = outcome.rules(graded=False) - allowed
        return honest_mistake(outcome) or (f"bemærker {', '.join(sorted(told))}" if told else "")

    @cached_property
    def _tagged(self) -> Mapping[str, list[Scenario]]:
        found: dict[str, list[Scenario]] = {}
        for each in self.catalogue.scenarios:
            found.setdefault(each.tag, []).append(each)
        return found

    def _ruter(self, variation: Variation, scenario: str) -> Iterator[str]:
        """By rute `direkte` where either would do: there the LPS itself hands in what it shares."""
        if variation.rute in ("", scenario) or not scenario:
            yield variation.rute or scenario or DIRECT

    def _trial(self, scenario: str, rute: str, names: frozenset[str]) -> Trial:
        campaign = self.catalogue.campaigns[self.catalogue.by_id[scenario].folder]
        return Trial(scenario, Setting(rute, NEWEST, campaign), {CHANGE: names})

    def _is_tried(self, honest: Outcome) -> bool:
        setting = honest.trial.setting
        if setting.cpd != NEWEST or setting.own_set:
            return False
        return setting.rute != DIRECT or _SHARING in honest.entrances

    def _guilty(self, trial: Trial, carry_out: CarryOut) -> tuple[str, ...]:
        def fails(some: frozenset[str]) -> bool:
            (outcome,) = carry_out([replace(trial, changes={CHANGE: some})])
            return bool(self.mistake(outcome))

        return guilty(sorted(_names(trial)), fails)


def _names(trial: Trial) -> frozenset[str]:
    found = trial.changes.get(CHANGE, frozenset())
    assert isinstance(found, frozenset)
    return found
