"""The whole proof: every scenario with the honest LPS, then each fault where it shows, held against the catalogue."""

from __future__ import annotations

import pkgutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module

from harness import conformance
from harness.domain.variation import Variation
from harness.house import House
from harness.runner.trials.crew import Crew
from harness.runner.trials.harmless import Failed, Harmless
from harness.runner.trials.held import Against, Score, Tried, honest_mistake
from harness.runner.trials.plan import Breadth, Catalogue, faulty_trials, honest_trials
from harness.runner.trials.trial import Outcome, Trial
from harness.suite.profiles import load_profiles

Told = Callable[[str, int, int], object]
"""Called with what is tried (Danish), how many of it are done, and how many there are."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of it all. `varied` are the outcomes of harmless variations, `failed` those of them that failed an honest LPS.

    `trials` counts all of them; `seconds` is how long they took.
    """

    catalogue: Catalogue
    honest: tuple[Outcome, ...]
    tried: tuple[Tried, ...]
    varied: tuple[Outcome, ...]
    failed: tuple[Failed, ...]
    trials: int
    seconds: float

    @property
    def mistakes(self) -> tuple[tuple[Outcome, str], ...]:
        """The scenarios that an LPS without defects does not stand up to, with what is wrong."""
        return tuple((each, why) for each in self.honest if (why := honest_mistake(each)))

    @property
    def holds(self) -> bool:
        """Whether every fault is caught where it must be and nowhere else, and an honest LPS nowhere."""
        return not self.mistakes and not self.failed and all(each.score is Score.CAUGHT for each in self.tried)


def prove(
    house: House,
    catalogue: Catalogue,
    variations: Mapping[str, Variation],
    breadth: Breadth = Breadth.SOME,
    size: int = 0,
    told: Told = lambda *_: None,
) -> Proof:
    """Try the catalogue's faults, and the honest LPS, with `size` processes (none given: one a core); unless `breadth` is `FEW`,
    also the `variations`, each alone and sets of them together.

    Raises ConfigurationError for features that are refused, and EnvironmentFault when a process ends before its time.
    """
    know_every_rule()
    began = time.monotonic()
    with Crew(house, sorted(catalogue.campaigns), size) as crew:
        honest = _carried_out(crew, "uden fejl", honest_trials(catalogue, breadth), told)
        faulty = _carried_out(crew, "med fejl", faulty_trials(catalogue, honest, breadth), told)
        harmless = Harmless(catalogue, variations if breadth is not Breadth.FEW else {})
        differing = [*harmless.alone(), *harmless.together(honest)]
        varied = _carried_out(crew, "anderledes, men ærligt", differing, told) if differing else []
        failed = harmless.failed(varied, crew.carry_out)
    confirmed = load_profiles(house)["cpd-2.0"].rules_confirmed
    against = Against(catalogue, {(each.trial.scenario, each.trial.setting): each for each in honest}, confirmed)
    trials, took = len(honest) + len(faulty) + len(varied), time.monotonic() - began
    return Proof(catalogue, tuple(honest), tuple(against.held(faulty)), tuple(varied), tuple(failed), trials, took)


def _carried_out(crew: Crew, what: str, trials: Sequence[Trial], told: Told) -> list[Outcome]:
    done = 0

    def count(_: Outcome) -> None:
        nonlocal done
        done += 1
        told(what, done, len(trials))

    told(what, 0, len(trials))
    return crew.carry_out(trials, count)


def know_every_rule() -> None:
    """Import every rule: in a run one is known once such a message comes, and what it must be graded with is asked before."""
    for module in pkgutil.walk_packages(conformance.__path__, f"{conformance.__name__}."):
        import_module(module.name)
