"""A system's runs of the day as one result: the latest whole run, and the chosen runs that came after it.

Which runs and attempts count is the wall's rule too (`record/counting.py`). What a message showed in an attempt that came to no
verdict still counts, outside the scenarios, as it does within a run (`record/fold.py`). A project convention.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from harness.domain.finding import Finding
from harness.domain.grade import Standing
from harness.domain.review import Review
from harness.domain.scenario import OF_TWO
from harness.record.counting import age, believed, counting, counts_in, is_decided, newest_verdict, seen_here
from harness.record.fold import RunState, ScenarioState
from harness.record.result import Result
from harness.reporting.day.runs import NOBODY_KNOWS_WHEN, SENT, DayRun

RULE: Final = (
    "For hvert system gælder den seneste hele kørsel og de udvalgte kørsler, der er kommet efter den. For hvert scenarie gælder "
    "det nyeste forsøg, der kom til et resultat. Et forsøg, der blev afbrudt eller ikke kunne udføres, sletter ikke et tidligere "
    "resultat, og et fund i en besked fra sådan et forsøg tæller stadig med. En kørsel, som leverandøren har sendt, tæller kun "
    "for det, hallen ikke selv har prøvet. Det er projektets egen konvention."
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a scenario, and how it stands once MedCom has spoken."""

    run: DayRun
    state: ScenarioState
    standing: Standing

    @property
    def decided(self) -> bool:
        """Whether it came to a verdict (`record/counting.py`)."""
        return is_decided(self.standing, (each.grade for each in self.state.on_partner))

    @property
    def began(self) -> datetime:
        """When it began."""
        return self.state.began or self.run.began


@dataclass(frozen=True, slots=True)
class Together:
    """One system's day. `result` holds of each scenario the attempt that counts; `attempts` has all, oldest first.

    `runs` are those it is made of, oldest first; `superseded` those before the latest whole run, the hall's own where it has any.
    """

    result: Result
    runs: tuple[DayRun, ...]
    superseded: tuple[DayRun, ...]
    attempts: Mapping[str, tuple[Attempt, ...]]
    counted: Mapping[str, Attempt]

    @property
    def versions(self) -> tuple[str, ...]:
        """The versions of the system that were tried, oldest first."""
        return tuple(dict.fromkeys(each.started.sut_version for each in self.runs))

    @property
    def whole(self) -> bool:
        """Whether a run of all scenarios is among them."""
        return any(each.whole for each in self.runs)

    @property
    def reservations(self) -> tuple[str, ...]:
        """What a reader must know of the runs, in Danish."""
        told = [] if self.whole else ["Der er ingen hel kørsel, kun udvalgte scenarier."]
        told += [f"Kørslen {each.name}: {SENT[0].lower()}{SENT[1:]}" for each in self.runs if each.sent]
        told += [f"Kørslen {each.name} er ikke afsluttet." for each in self.runs if not each.ended]
        told += [
            f"Kørslen {each.name} er målt med en anden udgave af testen end den nuværende." for each in self.runs if each.outdated
        ]
        if len(self.versions) > 1:
            told.append(f"Kørslerne er af forskellige versioner: {', '.join(self.versions)}.")
        told += [
            f"Kørslen {each.name} har fejl, der er bedt om: {', '.join(each.started.faults)}."
            for each in self.runs
            if each.started.faults
        ]
        return tuple(told)


def together(
    runs: Iterable[DayRun], campaign: str, due: Collection[str], known: Collection[str] | None = None
) -> Together | None:
    """One system's runs as one; None where there are none. `due` are the identities of what it was to try.

    `known` are those of the suite: of a run that was sent nothing else counts. None: all of it does.
    """
    every = sorted(runs, key=age)
    if not every:
        return None
    used = counting(every)
    here, names = seen_here(used), {each.name for each in used}
    attempts: dict[str, list[Attempt]] = {}
    for run in used:
        for name, state in of_campaign(run, campaign).items():
            unknown = run.sent and known is not None and name not in known
            if not is_of_two(state) and not unknown and counts_in(run, name, here):
                attempts.setdefault(name, []).append(Attempt(run, state, run.result.standing(state)))
    counted = {name: newest_verdict(own) for name, own in attempts.items()}
    return Together(
        result=_result(used, campaign, due, attempts, counted),
        runs=tuple(used),
        superseded=tuple(each for each in believed(every) if each.name not in names),
        attempts={name: tuple(own) for name, own in attempts.items()},
        counted=counted,
    )


def of_campaign(run: DayRun, campaign: str) -> dict[str, ScenarioState]:
    """The run's scenarios that count in the campaign, by identity."""
    return {name: each for name, each in run.result.state.scenarios.items() if campaign in each.started.campaigns}


def is_of_two(state: ScenarioState) -> bool:
    """Whether two systems carry out the scenario together."""
    return OF_TWO in {tag.removeprefix("@") for tag in state.started.tags}


def _result(
    used: list[DayRun],
    campaign: str,
    due: Collection[str],
    attempts: Mapping[str, list[Attempt]],
    counted: Mapping[str, Attempt],
) -> Result:
    """One result of several runs, so that whatever is made from a run's result can be made from a day's."""
    first, newest = used[0].started, believed(used)[-1].started
    state = RunState(
        started=replace(
            newest,
            run=first.run,
            selection="" if any(each.whole for each in used) else newest.selection,
            planned=tuple(dict.fromkeys([*due, *counted])),
            participation={campaign: newest.participation[campaign]},
            awaiting=tuple(each for each in newest.awaiting if each == campaign),
            undecided_bindings={name: why for each in used for name, why in each.started.undecided_bindings.items()},
        ),
        basis=next((each.result.state.basis for each in reversed(used) if each.result.state.basis), None),
        began=used[0].result.state.began,
        ended=max(each.result.state.ended or NOBODY_KNOWS_WHEN for each in used),
        scenarios={name: each.state for name, each in counted.items()},
        outside=list(_outside(used, attempts, counted)),
        seconds=used[-1].result.state.seconds,
    )
    assessed = {
        name: each.run.result.review.assessed[name] for name, each in counted.items() if name in each.run.result.review.assessed
    }
    return Result(state, Review(assessed=assessed))


def _outside(used: Iterable[DayRun], attempts: Mapping[str, list[Attempt]], counted: Mapping[str, Attempt]) -> Iterable[Finding]:
    """The graded findings of no scenario that counts."""
    for run in used:
        yield from run.result.state.outside
    for name, own in attempts.items():
        for each in own:
            if not each.decided and each is not counted[name]:
                yield from each.state.on_messages
