"""Which scenario tests which requirement, which fault proves that it can fail, and where that is lacking."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from harness.domain.fault import Fault
from harness.domain.requirement import Campaign, Requirement, RequirementKind
from harness.domain.scenario import Scenario


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
class Coverage:
    """A campaign's requirements with what tests them. `holes` are Danish sentences; empty when it is whole both ways."""

    campaign: Campaign
    covered: tuple[Covered, ...]
    holes: tuple[str, ...]

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
            tuple(covering[tag] for tag, rows in by_tag.items() if each.id in rows[0].requirements),
            tuple(fault.id for fault in faults if each.id in fault.requirements),
        )
        for each in campaign.requirements
    )
    holes = [*_untested(covered, by_tag), *_unbound(campaign, by_tag, covering, requirements), *_switches(campaign, by_tag)]
    return Coverage(campaign, covered, tuple(holes))


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
        elif not each.faults:
            yield f"{name}: Kravet har ingen fejl, som viser, at det kan brydes."


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
        if not covering[tag].faults:
            yield f"{place}: Ingen fejl viser, at scenariet kan fejle."


def _switches(campaign: Campaign, by_tag: Mapping[str, list[Scenario]]) -> Iterable[str]:
    rows = [each for found in by_tag.values() for each in found]
    there = {each.id for each in campaign.requirements} | by_tag.keys() | {each.id for each in rows}
    there |= {use_case for each in rows for use_case in each.use_cases}
    for each in campaign.switches:
        if each.target not in there:
            yield f"{campaign.id}: ikke_relevant nævner {each.target}, som ikke findes i kampagnen."
