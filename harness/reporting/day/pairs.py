"""Runs of two systems: each ordered pair of the plan, how both sides stand, and whose message was wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from harness.domain.connectathon import Day
from harness.domain.finding import Finding, Location
from harness.domain.grade import Beside, Grade, Standing, worst
from harness.domain.relevance import why_irrelevant
from harness.domain.requirement import Campaign, holding
from harness.domain.scenario import Scenario
from harness.domain.vendor import Vendor
from harness.record.counting import believed, counting, is_decided, newest_verdict
from harness.record.fold import ScenarioState
from harness.record.pair import Side, sides
from harness.reporting.day.runs import SENT, DayRun
from harness.reporting.day.together import Attempt, is_of_two

NO_RUN: Final = "De to systemer har ingen kørsel sammen."
WITHHELD: Final = "Leverandørens egen begrundelse vises ikke her."
"""In the place of what a supplier's run says of a meeting that nobody here saw: it may speak of the other's system."""
_UNSEEN: Final = f"{SENT} Den siger intet om modtageren."
NOT_AMONG: Final = "Scenariet er ikke med i de to systemers kørsler."


@dataclass(frozen=True, slots=True)
class PairEntry:
    """One scenario of one ordered pair. `sides` are the sender's and the receiver's; None where it was not tried, `why` says why.

    `irrelevant`: it is not relevant for the two. `run` is the name of the run that counts; `names` are what the two are called.
    `campaign` and `target` are what it is run with. `sent`: nobody here has seen it, and it says nothing of the receiver.
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
    campaign: str = ""
    target: str = "live"
    sent: bool = False

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


def planned_pairs(day: Day | None, systems: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The ordered pairs the plan of the day has: two who meet send to each other. In the plan's order."""
    known = set(systems)
    met = [each for slot in (day.slots if day else ()) for each in slot.meetings if each.other in known]
    return tuple(dict.fromkeys(pair for each in met for pair in ((each.system, each.other), (each.other, each.system))))


def pair_entries(
    day: Day | None,
    scenarios: Iterable[Scenario],
    campaigns: Iterable[Campaign],
    vendors: Mapping[str, Vendor],
    runs: Iterable[DayRun],
) -> tuple[PairEntry, ...]:
    """An entry for each scenario of two in each ordered pair the day plans, and for what was tried besides.

    `scenarios` are those of two, of whichever of the `campaigns` they belong to. Of a run that was sent, nothing else counts.
    """
    shared, known = {each.id: each for each in scenarios}, list(campaigns)
    tried: dict[tuple[str, str], dict[str, list[Attempt]]] = {}
    for run in _believed(runs):
        for name, state in run.result.state.scenarios.items():
            if is_of_two(state) and (name in shared or not run.sent):
                pair = tried.setdefault((run.started.system, run.started.partner), {})
                pair.setdefault(name, []).append(Attempt(run, state, run.result.standing(state)))
    due = planned_pairs(day, vendors)
    entries: list[PairEntry] = []
    for sender, receiver in dict.fromkeys([*due, *tried]):
        own = tried.get((sender, receiver), {})
        one, other = vendors[sender], vendors[receiver]
        planned = (sender, receiver) in due
        for name in dict.fromkeys([*(shared if planned else ()), *own]):
            scenario = shared.get(name)
            title = scenario.title if scenario else own[name][-1].state.started.title
            entry = PairEntry(sender, receiver, (one.product, other.product), name, title, planned and scenario is not None)
            if scenario is not None:
                entry = replace(entry, campaign=holding(known, scenario)[0].id)
            if name in own:
                entries.append(_tried(entry, own[name]))
            elif scenario is not None:
                reason = why_irrelevant(scenario, known, one, one.rute.value, other)
                why = reason or (NOT_AMONG if own else NO_RUN)
                entries.append(replace(entry, why=why, irrelevant=bool(reason)))
    return tuple(entries)


def outside_pairs(runs: Iterable[DayRun], system: str, vendors: Mapping[str, Vendor]) -> Iterator[tuple[str, Finding]]:
    """The graded findings on a system's messages that came outside the scenarios of its runs with others, with whom.

    Of each ordered pair the latest whole run counts, and what came after it.
    """
    by_pair: dict[tuple[str, str], list[DayRun]] = {}
    for run in runs:
        by_pair.setdefault((run.started.system, run.started.partner), []).append(run)
    for (sender, receiver), every in by_pair.items():
        used = counting(believed(every))
        if sender == system:
            for each in used:
                told = each.result.state.outside
                yield from ((vendors[receiver].product, _wordless(one) if each.sent else one) for one in told)
        elif receiver == system:
            seen = [each.result.state for each in used if not each.sent]
            yield from ((vendors[sender].product, finding) for state in seen for finding in state.outside_on_partner)


def _believed(runs: Iterable[DayRun]) -> Iterator[DayRun]:
    """Of each ordered pair the runs that were seen here, where there is any (`record/counting.py`)."""
    by_pair: dict[tuple[str, str], list[DayRun]] = {}
    for run in runs:
        by_pair.setdefault((run.started.system, run.started.partner), []).append(run)
    for every in by_pair.values():
        yield from believed(every)


def _tried(entry: PairEntry, attempts: Sequence[Attempt]) -> PairEntry:
    counts = newest_verdict(attempts)
    lost = [finding for each in attempts if not each.decided and each is not counts for finding in each.state.on_messages]
    sender, receiver = sides(_with(counts, lost), counts.run.started)
    sent, irrelevant = counts.run.sent, counts.standing is Grade.IR
    if sent:
        reason = "" if sender.standing is Grade.OK else WITHHELD
        sender = Side(sender.system, sender.standing, tuple(map(_wordless, sender.findings)), reason)
        receiver = Side(receiver.system, Beside.UNTESTABLE, (), _UNSEEN)
    return replace(
        entry,
        sides=(sender, receiver),
        run=counts.run.name,
        campaign=counts.run.started.campaign,
        target=counts.run.started.target,
        irrelevant=irrelevant and not sent,
        why=SENT if sent else counts.state.reason if irrelevant else "",
        sent=sent,
    )


def _wordless(finding: Finding) -> Finding:
    """The finding with none of its texts: that there is one, of which grade, and on whom it is laid."""
    return Finding("en regel", WITHHELD, finding.grade, finding.owner, Location("–"), "–", "–", "–", side=finding.side)


def _with(counts: Attempt, lost: Sequence[Finding]) -> ScenarioState:
    """The attempt that counts, with what messages showed in those that came to nothing, laid on whom it was laid on."""
    own = [each for each in lost if not each.side]
    broken = [each.grade for each in own if each.grade and not each.grade.approved]
    graded = [*broken, counts.standing] if broken and isinstance(counts.standing, Grade) else broken
    return replace(
        counts.state,
        standing=worst(graded) if broken else counts.standing,
        findings=[*counts.state.findings, *own],
        on_partner=[*counts.state.on_partner, *(each for each in lost if each.side)],
    )


def again_together(entries: Iterable[PairEntry], system: str) -> Iterator[str]:
    """The commands that run these of a system's again, to be pasted in a terminal: one as the sender, and one as the receiver."""
    alike: dict[tuple[bool, str, str], list[PairEntry]] = {}
    for each in entries:
        alike.setdefault((each.sender == system, each.campaign, each.target), []).append(each)
    for (_, campaign, target), own in alike.items():
        senders, receivers = (",".join(dict.fromkeys(names)) for names in ((e.sender for e in own), (e.receiver for e in own)))
        tags = " or ".join(dict.fromkeys(f"id:{each.scenario.partition('[')[0]}" for each in own))
        live = f" --target {target}" if target != "mock" else ""
        run = f"lps run --vendor {senders} --partner {receivers} --campaign {campaign} --phase connectathon"
        yield f'{run}{live} --tag "{tags}"'


def of_system(entries: Iterable[PairEntry], system: str) -> Iterator[PairEntry]:
    """The entries in which the system is one of the two."""
    return (each for each in entries if system in (each.sender, each.receiver))


def _came_to_something(standing: Standing) -> bool:
    return is_decided(standing)
