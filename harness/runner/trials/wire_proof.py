"""The whole proof on the wire: what caught each change in what the honest LPS sends, and what is said of the rest."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harness.domain.errors import ConfigurationError
from harness.domain.wire import Listed, Standing
from harness.house import House
from harness.runner.trials.crew import Crew
from harness.runner.trials.plan import Catalogue
from harness.runner.trials.proof import Told
from harness.runner.trials.trial import Outcome, Trial
from harness.runner.trials.wire import Came, Search, survey_trials
from harness.suite.wire import load_listed


@dataclass(frozen=True, slots=True)
class WireProof:
    """What came of every change, `listed` what is said of those that nobody catches. `seconds` is how long it took.

    `whole`: every change was tried wherever its message is sent, until one caught it; else an entry that no survivor needs is not
    known to be one too many.
    """

    came: tuple[Came, ...]
    listed: tuple[Listed, ...]
    whole: bool
    trials: int
    seconds: float

    def standing(self, each: Came) -> Standing:
        """What is said of it. A change that is listed both ways is a hole: that is the graver."""
        if each.caught:
            return Standing.CAUGHT
        said = {entry.standing for entry in self.listed if entry.covers(each.change)}
        return next((one for one in (Standing.HOLE, Standing.NOT_REQUIRED) if one in said), Standing.UNREVIEWED)

    def those(self, standing: Standing) -> list[Came]:
        """The changes of which that is said."""
        return [each for each in self.came if self.standing(each) is standing]

    def by_kind(self) -> dict[str, Counter[Standing]]:
        """How many changes of each message came to what."""
        found: dict[str, Counter[Standing]] = {}
        for each in self.came:
            found.setdefault(each.change.kind, Counter())[self.standing(each)] += 1
        return found

    def stale(self) -> list[Listed]:
        """What is listed and no survivor needs; nothing where not everything was tried."""
        survivors = [each.change for each in self.came if not each.caught]
        return [entry for entry in self.listed if self.whole and not any(entry.covers(change) for change in survivors)]

    @property
    def holds(self) -> bool:
        """Whether every survivor is reviewed and none of them is a hole, and nothing is listed that nobody needs."""
        return not self.stale() and not self.those(Standing.HOLE) and not self.those(Standing.UNREVIEWED)


def prove_on_the_wire(
    house: House,
    catalogue: Catalogue,
    kinds: Iterable[str] = (),
    tries: int = 0,
    size: int = 0,
    told: Told = lambda *_: None,
    everywhere: bool = True,
) -> WireProof:
    """Try every change of the messages of these `kinds` (none given: all) in at most `tries` scenarios each (0: in all it is in).

    `everywhere`: the catalogue has all scenarios there are. Raises YamlError for the list, ConfigurationError for features that
    are refused and for a kind of message that nobody sends, and EnvironmentFault when a process ends before its time.
    """
    listed, wanted = load_listed(house), tuple(kinds)
    began = time.monotonic()
    count = 0

    with Crew(house, sorted(catalogue.campaigns), size) as crew:

        def carried_out(what: str, trials: Sequence[Trial]) -> list[Outcome]:
            nonlocal count
            before, count = count, count + len(trials)
            done = iter(range(1, len(trials) + 1))
            return crew.carry_out(trials, lambda _: told(what, next(done), count - before))

        search = Search(catalogue, carried_out("uden fejl", survey_trials(catalogue)))
        changes = search.changes(wanted)
        if unknown := set(wanted) - {each.kind for each in changes}:
            sent = ", ".join(sorted({each.kind for each in search.places}))
            raise ConfigurationError(f"--message: Ingen sender {', '.join(sorted(unknown))}. Beskederne er: {sent}.")
        rounds = iter(range(1, 1 << 30))
        came = search.carry_out(changes, lambda trials: carried_out(f"runde {next(rounds)}", trials), tries)
    return WireProof(tuple(came), listed, everywhere and not wanted and not tries, count, time.monotonic() - began)
