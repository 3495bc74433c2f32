"""Runs of two systems: each ordered pair of the plan, how both sides stand, and whose message was wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from harness.domain.connectathon import Day
from harness.domain.event import RunStarted
from harness.domain.finding import Finding
from harness.domain.grade import Beside, Grade, Standing, worst
from harness.domain.relevance import why_irrelevant
from harness.domain.requirement import Campaign
from harness.domain.scenario import Scenario
from harness.domain.vendor import Vendor
from harness.record.fold import ScenarioState
from harness.reporting.day.runs import DayRun
from harness.reporting.day.together import Attempt, is_pair, newest_verdict, of_campaign

NO_RUN = "De to systemer har ingen kørsel sammen."


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two systems in a scenario: how it stands, what is laid on it, and why where its findings do not say."""

    system: str
    standing: Standing
    findings: tuple[Finding, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PairEntry:
    """One scenario of one ordered pair. `sides` are the sender's and the receiver's; None where it was not tried, `why` says why.

    `irrelevant`: it is not relevant for the two. `run` is the name of the run that counts; `names` are what the two are called.
    """

    sender: str
    receiver: str
    names: tuple[str, str]
    scenario: str
    title: str
    due: bool
    sides: tuple[Side, Side] | None = None
    why: str = ""
    run: str = ""
    irrelevant: bool = False

    @property
    def tried(self) -> bool:
        """Whether the two came to something in it, or it is not relevant."""
        return self.irrelevant or (self.sides is not None and all(_came_to_something(each.standing) for each in self.sides))

    def side(self, system: str) -> Side | None:
        """How it went for one of the two."""
        return next((each for each in self.sides or () if each.system == system), None)

    def other(self, system: str) -> str:
        """Who the other is, by id."""
        return self.receiver if system == self.sender else self.sender

    def other_name(self, system: str) -> str:
        """What the other is called."""
        return self.names[1] if system == self.sender else self.names[0]


def sides_of(scenario: ScenarioState, started: RunStarted) -> tuple[Side, Side]:
    """How a scenario of a run of two went for each of them: the run's system first, then its partner.

    A finding is laid on the side it names, else on the run's own system. A side without findings whose scenario failed by the
    other's is *kunne ikke testes*.
    """
    theirs = tuple(each for each in scenario.findings if each.side == started.partner)
    own = tuple(each for each in scenario.findings if each.side != started.partner)
    return _side(started.system, own, theirs, scenario), _side(started.partner, theirs, own, scenario)


def _side(system: str, own: tuple[Finding, ...], others: tuple[Finding, ...], scenario: ScenarioState) -> Side:
    mine = [each.grade for each in own if each.grade and not each.grade.approved]
    if mine:
        return Side(system, worst(mine), own)
    if any(each.grade and not each.grade.approved for each in others):
        return Side(system, Beside.UNTESTABLE, own)
    return Side(system, scenario.standing, own, scenario.reason)


def planned_pairs(day: Day | None, systems: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The ordered pairs the plan of the day has: two who meet send to each other. In the plan's order."""
    known = set(systems)
    met = [each for slot in (day.slots if day else ()) for each in slot.meetings if each.other in known]
    return tuple(dict.fromkeys(pair for each in met for pair in ((each.system, each.other), (each.other, each.system))))


def pair_entries(
    campaign: Campaign, scenarios: Sequence[Scenario], vendors: Mapping[str, Vendor], runs: Iterable[DayRun]
) -> tuple[PairEntry, ...]:
    """An entry for each scenario of two in each ordered pair that is due, and for what was tried besides."""
    shared = {each.id: each for each in scenarios if is_pair(each.file)}
    tried: dict[tuple[str, str], dict[str, list[Attempt]]] = {}
    for run in runs:
        pair = (run.started.system, run.started.partner)
        for name, state in of_campaign(run, campaign.id).items():
            if is_pair(state.started.file):
                tried.setdefault(pair, {}).setdefault(name, []).append(Attempt(run, state, run.result.standing(state)))
    due = planned_pairs(campaign.day, vendors)
    entries: list[PairEntry] = []
    for pair in dict.fromkeys([*due, *tried]):
        own = tried.get(pair, {})
        for name in dict.fromkeys([*(shared if pair in due else ()), *own]):
            title = shared[name].title if name in shared else own[name][-1].state.started.title
            called = (vendors[pair[0]].product, vendors[pair[1]].product)
            entry = PairEntry(*pair, called, name, title, pair in due and name in shared)
            entries.append(_tried(entry, own[name]) if name in own else _not_tried(entry, shared[name], campaign, vendors, own))
    return tuple(entries)


def outside_pairs(runs: Iterable[DayRun], system: str, vendors: Mapping[str, Vendor]) -> Iterator[tuple[str, Finding]]:
    """The graded findings on a system's messages that came outside the scenarios of its runs with others, with whom.

    Of each ordered pair the latest whole run counts, and what came after it.
    """
    by_pair: dict[tuple[str, str], list[DayRun]] = {}
    for run in runs:
        by_pair.setdefault((run.started.system, run.started.partner), []).append(run)
    for (own, partner), every in by_pair.items():
        last = max((at for at, each in enumerate(every) if each.whole), default=0)
        for run in every[last:]:
            for finding in run.result.state.outside:
                laid_on = partner if finding.side == partner else own
                if laid_on == system:
                    yield vendors[partner if own == system else own].product, finding


def _tried(entry: PairEntry, attempts: Sequence[Attempt]) -> PairEntry:
    counts = newest_verdict(attempts)
    shown = [finding for each in attempts if not each.decided and each is not counts for finding in each.state.on_messages]
    state = replace(counts.state, findings=[*counts.state.findings, *shown])
    return replace(
        entry,
        sides=sides_of(state, counts.run.started),
        run=counts.run.name,
        irrelevant=counts.standing is Grade.IR,
        why=counts.state.reason if counts.standing is Grade.IR else "",
    )


def _not_tried(
    entry: PairEntry, scenario: Scenario, campaign: Campaign, vendors: Mapping[str, Vendor], own: Mapping[str, object]
) -> PairEntry:
    sender = vendors[entry.sender]
    reason = why_irrelevant(scenario, [campaign], sender, sender.rute.value)
    why = reason or ("Ikke med i de to systemers kørsler." if own else NO_RUN)
    return replace(entry, why=why, irrelevant=bool(reason))


def of_system(entries: Iterable[PairEntry], system: str) -> Iterator[PairEntry]:
    """The entries in which the system is one of the two."""
    return (each for each in entries if system in (each.sender, each.receiver))


def _came_to_something(standing: Standing) -> bool:
    return isinstance(standing, Grade) or standing in (Beside.AWAITING, Beside.ATTESTED)
