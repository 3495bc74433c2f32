"""The variationsrapport: how each system coded the same cases, and by which technique; where they differ. It grades nobody.

Everything comes from the runs' logs. What a service read of a message stands there as facts of the exchange, named with
`kodning: ` or `teknik: ` before them; of several messages in one case the last one counts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from harness.domain.event import OWN_SYSTEM, Exchanged, RunEnded, RunResumed, RunStarted, ScenarioStarted
from harness.record.log import Entry

KINDS: Final = ("kodning: ", "teknik: ")
REQUESTS: Final = "teknik: forespørgsler"
_MARK: Final = re.compile(r"\b[BCDFGHJKLMNPQRSTVWXZ]{6}\b")
"""The mark that each attempt puts into its texts (`Story.next_mark`): never the same twice, so no difference."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One system's run. `basis` is `referencesystem` for a rehearsal, else `leverandørens system`.

    `asked` is the campaign or campaigns it was a run of, `edition` the fingerprint of their scenarios. `reservations` say in
    Danish why it may lack cases, or differ by other than the system's own doing.
    """

    system: str
    product: str
    version: str
    run: str
    basis: str
    asked: str = ""
    edition: str = ""
    reservations: tuple[str, ...] = ()

    @property
    def rehearsal(self) -> bool:
        """As `Result.rehearsal`."""
        return self.basis != OWN_SYSTEM


@dataclass(frozen=True, slots=True)
class Trait:
    """One trait of one case: each different value with the systems that have it, the one most have first."""

    name: str
    values: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def equal(self) -> bool:
        """Whether all have the same."""
        return len(self.values) < 2


@dataclass(frozen=True, slots=True)
class Case:
    """One scenario that several systems were put to. `missing` are the systems that sent nothing to compare."""

    scenario: str
    title: str
    traits: tuple[Trait, ...]
    missing: tuple[str, ...]

    @property
    def equal(self) -> bool:
        """Whether the systems do not differ in it."""
        return all(trait.equal for trait in self.traits)


@dataclass(frozen=True, slots=True)
class Variations:
    """The whole report. `without_run` are the participants of whom there is no run yet."""

    campaign: str
    title: str
    systems: tuple[Compared, ...]
    without_run: tuple[str, ...]
    cases: tuple[Case, ...]

    @property
    def same_edition(self) -> bool:
        """Whether the systems were put to the same edition of the scenarios, as far as runs of the same campaigns can tell."""
        return len({(each.asked, each.edition) for each in self.systems}) == len({each.asked for each in self.systems})

    @property
    def differing(self) -> tuple[Case, ...]:
        """The cases in which the systems differ."""
        return tuple(each for each in self.cases if not each.equal)


@dataclass(slots=True)
class _Told:
    """What one run tells of one case: its traits, and how often each address was sent to."""

    title: str
    traits: dict[str, str] = field(default_factory=dict)
    requests: dict[str, Counter[str]] = field(default_factory=dict)
    service: str = ""


def variations_of(campaign: str, title: str, logs: Mapping[str, Iterable[Entry]]) -> Variations:
    """The report of a campaign; `logs` has each participant's latest run by system, empty where there is none."""
    systems: list[Compared] = []
    told: dict[str, dict[str, _Told]] = {}
    for system, entries in logs.items():
        run, ended, cases = _read(entries)
        if run is not None:
            edition = run.fingerprint.get("features", "")
            systems.append(
                Compared(
                    system, run.product, run.sut_version, run.run, run.grundlag, run.campaign, edition, _reservations(run, ended)
                )
            )
            told[system] = cases
    order = dict.fromkeys(name for cases in told.values() for name, case in cases.items() if case.traits)
    return Variations(
        campaign=campaign,
        title=title,
        systems=tuple(systems),
        without_run=tuple(each for each in logs if each not in told),
        cases=tuple(_case(name, {system: cases.get(name) for system, cases in told.items()}) for name in sorted(order)),
    )


def _reservations(run: RunStarted, ended: bool) -> tuple[str, ...]:
    said = {
        f"kun udvalgte scenarier ({run.selection})": run.selection,
        f"referencesystemet havde fejl: {', '.join(run.faults)}": run.faults,
        "ikke kørt til ende": not ended,
    }
    return tuple(text for text, holds in said.items() if holds)


def _read(entries: Iterable[Entry]) -> tuple[RunStarted | None, bool, dict[str, _Told]]:
    """The run, whether it came to its end, and what its log tells of each scenario's last attempt."""
    run: RunStarted | None = None
    ended = False
    cases: dict[str, _Told] = {}
    current: _Told | None = None
    for entry in entries:
        match entry.event:
            case RunStarted() as event:
                run = event
            case RunEnded() | RunResumed() as event:
                ended = isinstance(event, RunEnded)
            case ScenarioStarted() as event:
                current = cases[event.scenario] = _Told(event.title)
            case Exchanged(sender="lps") as event if current is not None:
                current.requests.setdefault(event.service, Counter())[event.path.rpartition("/")[2]] += 1
                traits = {name: _MARK.sub("[mærke]", told) for name, told in event.facts.items() if name.startswith(KINDS)}
                if traits:
                    current.traits, current.service = traits, event.service
            case _:
                pass
    return run, ended, cases


def _case(name: str, told: Mapping[str, _Told | None]) -> Case:
    own = {system: case for system, case in told.items() if case is not None and case.traits}
    values = {system: _with_requests(case) for system, case in own.items()}
    names = dict.fromkeys(trait for traits in values.values() for trait in traits)
    return Case(
        scenario=name,
        title=next(each.title for each in own.values()),
        traits=tuple(_trait(each, {system: traits.get(each, "intet") for system, traits in values.items()}) for each in names),
        missing=tuple(system for system in told if system not in own),
    )


def _with_requests(told: _Told) -> dict[str, str]:
    sent = sorted(told.requests[told.service].items())
    return {**told.traits, REQUESTS: ", ".join(f"{count} til {path}" for path, count in sent)}


def _trait(name: str, by_system: Mapping[str, str]) -> Trait:
    having: dict[str, list[str]] = {}
    for system, value in by_system.items():
        having.setdefault(value, []).append(system)
    return Trait(name, tuple((value, tuple(having[value])) for value in sorted(having, key=lambda each: -len(having[each]))))
