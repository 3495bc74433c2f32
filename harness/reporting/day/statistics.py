"""What the steering group is told: how many systems are tested, certified and in use, by milestone; and the day in numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final, Literal

from harness.domain.grade import Grade
from harness.domain.reached import Reached
from harness.domain.requirement import Campaign, Milestone, Participation, Requirement
from harness.domain.vendor import Phase
from harness.reporting.day.day import Day, SystemDay
from harness.reporting.day.statistics_json import (
    MilestoneOut,
    PairsOut,
    PartnerOut,
    ReachedOut,
    RequirementOut,
    SaidOut,
    SentOut,
    StatisticsOut,
    SystemOut,
    TotalsOut,
)
from harness.reporting.day.tally import Tally, tally
from harness.reporting.overview.matrix import Overview

NO_SOURCE: Final = "Ingen kilde siger, at den er nået."

_SEEN: Final[Mapping[str, tuple[str, Callable[[TotalsOut, int], int]]]] = {
    "prætest": ("har en prætest her", lambda _, pretested: pretested),
    "test": ("er certificeret", lambda totals, _: totals.certificeret),
    "connectathon": ("er prøvet helt på dagen", lambda totals, _: totals.prøvet_helt),
    "drift": ("er udbredt til alle kunder", lambda totals, _: totals.i_drift),
}
"""What runs and certificates show of a milestone, by its id in fixtures/campaigns/. A project convention."""


def statistics_of(day: Day, overview: Overview) -> StatisticsOut:
    """The statistics of a day of real systems. `overview` has the campaigns that certify, with how far each system has come.

    Raises ValueError for a day of rehearsals: they are never counted.
    """
    if day.rehearsal:
        raise ValueError("a rehearsal is never counted")
    sent = {each.vendor.id: tally(one.word for one in each.entries if one.due and one.sent) for each in day.systems}
    day = _seen_here(day)
    systems = tuple(_system(each, day.campaign, overview, sent[each.vendor.id]) for each in day.systems)
    totals = _totals(systems)
    pretested = sum(
        each.before is not None and not each.before.sent and each.before.started.phase == Phase.PRE_TEST for each in day.systems
    )
    everything = tally(entry.word for each in day.systems for entry in each.entries if entry.due)
    return StatisticsOut(
        skema="lps-dagens-statistik-1",
        kampagne=day.campaign.id,
        titel=day.campaign.title,
        fra=day.began.isoformat() if day.began else "",
        til=day.ended.isoformat() if day.ended else "",
        i_alt=totals,
        systemer=systems,
        milepæle=tuple(_milestone(each, totals, pretested) for each in _milestones(day.campaign, overview)),
        karakterer=dict(everything.counts),
        partnere=tuple(_partners(day)),
        par=_pairs(day),
        krav=tuple(_requirement(each, day) for each in day.campaign.requirements),
    )


def _seen_here(day: Day) -> Day:
    """The day without what was sent: that was not seen by MedCom, and is counted apart."""
    pairs = {id(each): replace(each, sides=None) if each.sent else each for each in day.pairs}

    def seen(system: SystemDay) -> SystemDay:
        entries = tuple(replace(each, standing=None, state=None) if each.sent else each for each in system.entries)
        return replace(system, entries=entries, pairs=tuple(pairs[id(each)] for each in system.pairs))

    return replace(day, systems=tuple(map(seen, day.systems)), pairs=tuple(pairs.values()))


def certifying(campaign: Campaign, campaigns: Iterable[Campaign]) -> list[Campaign]:
    """The campaigns that certify some of what `campaign` tries: they have its requirements, and the phase certificering."""
    asked = {each.id for each in campaign.requirements}
    return [each for each in campaigns if Phase.CERTIFICATION in each.phases and asked & {own.id for own in each.requirements}]


def tested(system: SystemDay) -> Literal["helt", "delvist", "ikke"]:
    """Whether all, some or nothing of what was due came to a result, alone and in pairs."""
    relevant = [each for each in system.pairs if each.due and not each.irrelevant]
    done = system.tally.tried + sum(each.tried for each in relevant)
    if not done:
        return "ikke"
    return "delvist" if system.tally.lacking or system.missing_pairs else "helt"


def _system(system: SystemDay, campaign: Campaign, overview: Overview, sent: Tally) -> SystemOut:
    own, vendor = system.tally, system.vendor
    reached = (
        ReachedOut(row.campaign.id, str(row.stages[vendor.id].reached)) for row in overview.campaigns if vendor.id in row.stages
    )
    return SystemOut(
        system=vendor.id,
        produkt=vendor.product,
        leverandør=vendor.supplier,
        deltagelse=str(campaign.participants.get(vendor.id, Participation.OUTSIDE)),
        version=", ".join(_versions(system)),
        prøvet=tested(system),
        skulle_prøves=own.relevant,
        kom_til_et_resultat=own.tried,
        uden_fund=own.good,
        med_fund=own.broken,
        mangler=own.lacking,
        sendt=SentOut(sent.tried, sent.good, sent.broken),
        nået=tuple(reached),
    )


def _versions(system: SystemDay) -> Iterable[str]:
    """The versions that were seen here."""
    seen = [each for each in system.together.runs if not each.sent] if system.together else []
    return dict.fromkeys(each.started.sut_version for each in seen)


def _totals(systems: tuple[SystemOut, ...]) -> TotalsOut:
    rungs = list(Reached)

    def at_least(rung: Reached) -> int:
        return sum(any(rungs.index(Reached(own.nået)) >= rungs.index(rung) for own in each.nået) for each in systems)

    return TotalsOut(
        systemer=len(systems),
        prøvet_helt=sum(each.prøvet == "helt" for each in systems),
        prøvet_delvist=sum(each.prøvet == "delvist" for each in systems),
        certificeret=at_least(Reached.CERTIFIED),
        klar_til_drift=at_least(Reached.READY),
        i_drift=at_least(Reached.DEPLOYED),
    )


def _milestones(campaign: Campaign, overview: Overview) -> tuple[Milestone, ...]:
    """The milestones of the campaigns that certify the same, and the campaign's own; of one that several have, the campaign's."""
    others = (each for row in overview.campaigns for each in row.campaign.milestones)
    return tuple({each.id: each for each in (*others, *campaign.milestones)}.values())


def _milestone(one: Milestone, totals: TotalsOut, pretested: int) -> MilestoneOut:
    told = [f"{each.reached} ({each.source})" for each in one.said if each.reached]
    words, count = _SEEN.get(one.id, ("", None))
    return MilestoneOut(
        id=one.id,
        tekst=one.text,
        kilder=tuple(SaidOut(each.when, each.source, each.reached) for each in one.said),
        nået="; ".join(told) or NO_SOURCE,
        set_her=f"{count(totals, pretested)} af {totals.systemer} systemer {words}." if count else "",
    )


def _partners(day: Day) -> Iterable[PartnerOut]:
    for partner in day.campaign.partners:
        own = tally(entry.word for each in day.systems for entry in each.with_partner(partner))
        yield PartnerOut(partner.id, partner.name, partner.owner, own.relevant, own.tried, own.good, own.broken, own.lacking)


def _pairs(day: Day) -> PairsOut:
    due = [each for each in day.pairs if each.due and not each.irrelevant]
    tried = [each for each in due if each.tried]
    standings = [[side.standing for side in each.sides or ()] for each in due]
    return PairsOut(
        par=len({(each.sender, each.receiver) for each in day.pairs if each.due}),
        skulle_prøves=len(due),
        kom_til_et_resultat=len(tried),
        uden_fund=sum(bool(own) and all(each in (Grade.OK, Grade.F4) for each in own) for own in standings),
        med_fund=sum(any(isinstance(each, Grade) and not each.approved for each in own) for own in standings),
        mangler=len(due) - len(tried),
    )


def _requirement(requirement: Requirement, day: Day) -> RequirementOut:
    counts = dict.fromkeys(("med_fund", "ikke_prøvet", "ikke_afgjort", "uden_fund", "ikke_relevant", "uden_scenarier"), 0)
    for system in day.systems:
        own = tally(each.word for each in system.entries if each.due and requirement.id in each.requirements)
        counts[_weighed(own)] += 1
    return RequirementOut(
        krav=requirement.id,
        tekst=requirement.text,
        obligatorisk=requirement.mandatory,
        uden_fund=counts["uden_fund"],
        med_fund=counts["med_fund"],
        ikke_afgjort=counts["ikke_afgjort"],
        ikke_prøvet=counts["ikke_prøvet"],
        ikke_relevant=counts["ikke_relevant"],
        uden_scenarier=counts["uden_scenarier"],
    )


def _weighed(own: Tally) -> str:
    """What one requirement comes to for one system: the worst first, and nothing is good by default."""
    if not own.counts:
        return "uden_scenarier"
    if own.broken:
        return "med_fund"
    if not own.relevant:
        return "ikke_relevant"
    if own.lacking:
        return "ikke_prøvet"
    return "uden_fund" if own.good == own.relevant else "ikke_afgjort"
