"""Which scenario tests which requirement, which fault proves that it can fail, and where that is lacking."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from harness.domain.fault import Fault
from harness.domain.protocol import Protocol, UseCase
from harness.domain.requirement import Campaign, Participation, Requirement, RequirementKind
from harness.domain.scenario import Scenario, only_account

ENOUGH_FAULTS: Final = 2
"""A requirement is broken by at least so many faults: one alone may be caught for a reason of its own."""


@dataclass(frozen=True, slots=True)
class Covering:
    """One scenario of a requirement: its id tag, and its rows' identities (its own id, when it is no outline).

    `faults` are those that a rehearsal must catch in it.
    """

    tag: str
    title: str
    seen_in: tuple[str, ...]
    faults: tuple[str, ...]
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Covered:
    """A requirement with its scenarios and the faults that break it."""

    requirement: Requirement
    scenarios: tuple[Covering, ...]
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CoveredUseCase:
    """One of MedCom's use cases: the id tags of its scenarios, each with its steps in the protocol as far as they are known.

    `off` says why it is not relevant for any participant; empty when it is for some.
    """

    use_case: UseCase
    protocol: Protocol
    steps: Mapping[str, tuple[str, ...]]
    off: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """A campaign's requirements with what tests them. `holes` are Danish sentences; empty when it is whole both ways."""

    campaign: Campaign
    covered: tuple[Covered, ...]
    holes: tuple[str, ...]
    use_cases: tuple[CoveredUseCase, ...] = ()

    def of_kind(self, kind: RequirementKind) -> tuple[Covered, ...]:
        """The requirements of this kind, in the campaign's order."""
        return tuple(each for each in self.covered if each.requirement.kind is kind)


def coverage_of(
    campaign: Campaign, scenarios: Iterable[Scenario], faults: Collection[Fault], requirements: Collection[str]
) -> Coverage:
    """The coverage of `campaign` by `scenarios`, those in its folders. `requirements` are the ids of every one there is."""
    by_tag: dict[str, list[Scenario]] = {}
    for each in scenarios:
        by_tag.setdefault(each.tag, []).append(each)
    covering = {tag: _covering(rows, faults) for tag, rows in by_tag.items()}
    covered = tuple(
        Covered(
            each,
            tuple(
                covering[tag] for tag, rows in by_tag.items() if each.id in (*rows[0].requirements, *rows[0].partner_requirements)
            ),
            tuple(fault.id for fault in faults if each.id in fault.requirements),
        )
        for each in campaign.requirements
    )
    use_cases = tuple(_use_cases(campaign, by_tag))
    holes = [
        *_untested(covered, by_tag),
        *_unbound(campaign, by_tag, covering, requirements),
        *_switches(campaign, by_tag),
        *_unnumbered(campaign, use_cases, by_tag),
    ]
    return Coverage(campaign, covered, tuple(holes), use_cases)


def _use_cases(campaign: Campaign, by_tag: Mapping[str, list[Scenario]]) -> Iterator[CoveredUseCase]:
    taking_part = {name for name, part in campaign.participants.items() if part is not Participation.OUTSIDE}
    for protocol in campaign.protocols:
        for each in protocol.use_cases:
            own = {tag: protocol.steps.get(tag, ()) for tag, rows in by_tag.items() if each.id in rows[0].use_cases}
            off = [switch for switch in campaign.switches if switch.target == each.id and taking_part <= set(switch.systems)]
            yield CoveredUseCase(each, protocol, own, off[0].reason if off else "")


def _unnumbered(campaign: Campaign, use_cases: Iterable[CoveredUseCase], by_tag: Mapping[str, list[Scenario]]) -> Iterable[str]:
    """Where scenarios, use cases and protocols do not agree."""
    found = list(use_cases)
    known = {name for protocol in campaign.protocols for name in protocol.names}
    for tag, (first, *_) in by_tag.items():
        yield from (
            f"{first.file}:{first.line}: {tag}: Brugstilfældet {case} står ikke i kampagnens protokoller."
            for case in first.use_cases
            if case not in known
        )
    for each in found:
        if each.use_case.mandatory and not each.steps and not each.off:
            yield f"{each.use_case.id}: Brugstilfældet er obligatorisk og har intet scenarie."
    for protocol in campaign.protocols:
        tested = {tag for tag, (first, *_) in by_tag.items() if set(first.use_cases) & set(protocol.names)}
        yield from (f"{protocol.id}: trin mangler {tag}." for tag in by_tag if tag in tested - protocol.steps.keys())
        yield from (
            f"{protocol.id}: trin nævner {tag}, som ikke hører til et af dens brugstilfælde."
            for tag in protocol.steps
            if tag not in tested
        )


def _covering(rows: list[Scenario], faults: Iterable[Fault]) -> Covering:
    first = rows[0]
    names = {first.tag, *(each.id for each in rows)}
    caught = tuple(fault.id for fault in faults if any(names & set(catch.scenarios) for catch in fault.catches))
    title = first.title if len(rows) == 1 else f"{first.title} (og {len(rows) - 1} til)"
    return Covering(first.tag, title, first.seen_in, caught, tuple(each.id for each in rows))


def _untested(covered: Iterable[Covered], by_tag: Mapping[str, list[Scenario]]) -> Iterable[str]:
    for each in covered:
        name = each.requirement.id
        if each.requirement.kind is not RequirementKind.REQUIREMENT:
            continue
        if not any("prøver:lps" in by_tag[scenario.tag][0].tags for scenario in each.scenarios):
            yield f"{name}: Kravet har intet scenarie, som prøver et LPS."
        elif len(each.faults) < ENOUGH_FAULTS:
            found = "kun én fejl" if each.faults else "ingen fejl"
            yield f"{name}: Kravet har {found}, som viser, at det kan brydes. Der skal være mindst {ENOUGH_FAULTS}."


def _unbound(
    campaign: Campaign, by_tag: Mapping[str, list[Scenario]], covering: Mapping[str, Covering], requirements: Collection[str]
) -> Iterable[str]:
    own = {each.id for each in campaign.requirements}
    for tag, (first, *_) in by_tag.items():
        place = f"{first.file}:{first.line}: {tag}"
        if not first.requirements:
            yield f"{place}: Scenariet prøver intet krav."
        for each in first.requirements:
            if each not in requirements:
                yield f"{place}: Kravet {each} findes ikke."
            elif each not in own:
                yield f"{place}: Kravet {each} er ikke med i kampagnen {campaign.id}."
        if not covering[tag].faults and not only_account(first.tags):
            yield f"{place}: Ingen fejl viser, at scenariet kan fejle."


def _switches(campaign: Campaign, by_tag: Mapping[str, list[Scenario]]) -> Iterable[str]:
    cases = {name for protocol in campaign.protocols for name in protocol.names}
    there = (
        cases | {each.id for each in campaign.requirements} | by_tag.keys() | {row.id for rows in by_tag.values() for row in rows}
    )
    for each in campaign.switches:
        if each.target not in there:
            yield f"{campaign.id}: ikke_relevant nævner {each.target}, som ikke findes i kampagnen."
