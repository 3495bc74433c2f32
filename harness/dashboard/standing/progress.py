"""How far each system is towards the gate of each phase, and how the day has gone. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from harness.dashboard.standing.choice import comparable, whole_run
from harness.dashboard.standing.ground import Ground
from harness.dashboard.standing.row import Seen, parts_of
from harness.dashboard.standing.summary import RunSummary
from harness.dashboard.wall import Moment, Progress
from harness.domain.grade import Standing
from harness.domain.requirement import Campaign, Participation
from harness.record.counting import counts_in, seen_here

NOT_RUN: Final = "Der er ingen kørsel i fasen endnu."
ONLY_SENT: Final = "Kørslen er sendt af leverandøren, ikke set af MedCom. Den passerer ingen port."
STEP: Final = timedelta(minutes=5)
"""How far the points of the trend lie from one another, at least."""


def progress_of(campaign: Campaign, system: str, runs: Iterable[RunSummary]) -> Iterator[Progress]:
    """One for each gate of the campaign, from the system's newest whole run of that phase; own systems before rehearsals.

    A run that was sent passes no gate, since nobody here has seen it: where there is no other, that is what is lacking. A system
    that is outside the campaign has no gate to pass. `runs` are all of the system's runs of the campaign.
    """
    if campaign.participants.get(system) is Participation.OUTSIDE:
        return
    own = [each for each in runs if not each.started.partner]
    for gate in campaign.gates:
        of_phase = [each for each in own if each.phase is gate.phase]
        run = whole_run(comparable(each for each in of_phase if not each.sent))
        found = next((each for each in run.gates if each.campaign == campaign.id), None) if run else None
        if run is None or found is None:
            lacks = ONLY_SENT if any(each.sent for each in of_phase) else NOT_RUN
            yield Progress(system, str(gate.phase), None, passed=False, lacks=(lacks,))
        else:
            yield Progress(system, str(gate.phase), found.verdict, found.passed, found.lacks, run.rehearsal)


def trend_of(ground: Ground, campaign: Campaign, seen: Sequence[Seen]) -> tuple[Moment, ...]:
    """How the last day on which something was tried has gone, over all systems: where each scenario stood at some moments.

    `seen` are all runs of the campaign. Each run counts with the last attempt at each scenario; those of other phases than the
    one a system is shown in, rehearsals of a system that has been tried itself, and what was sent of what the hall has tried
    too, are left out.
    """
    by_system: dict[tuple[str, str], list[Seen]] = {}
    for each in seen:
        by_system.setdefault((each.run.started.system, each.run.started.partner), []).append(each)
    alike = [(whose, _alike(own)) for whose, own in by_system.items()]
    last = max((_last(each) for _, own in alike for each in own), default=None)
    ends: list[tuple[datetime, tuple[str, str, str], Standing]] = []
    for whose, own in alike:
        here = seen_here(each.run for each in own)
        for each in own:
            if last is None or _day(_last(each)) != _day(last):
                continue
            for part in parts_of(ground, campaign, [each], of_two=bool(each.run.started.partner)):
                if not counts_in(each.run, part.scenario, here):
                    continue
                if part.tried is not None and part.tried.ended is not None and part.standing is not None:
                    ends.append((part.tried.ended, (*whose, part.scenario), part.standing))
    return tuple(_moments(sorted(ends, key=lambda each: (each[0], each[1]))))


def _alike(own: Sequence[Seen]) -> list[Seen]:
    named = {each.run.name: each for each in own if any(one.ended for one in each.tried)}
    return [named[each.name] for each in comparable(each.run for each in own) if each.name in named]


def _last(seen: Seen) -> datetime:
    return max(each.ended for each in seen.tried if each.ended is not None)


def _day(at: datetime) -> date:
    return at.astimezone().date()


def _moments(ends: Sequence[tuple[datetime, tuple[str, str, str], Standing]]) -> Iterator[Moment]:
    if not ends:
        return
    day = _day(ends[-1][0])
    now: dict[tuple[str, str, str], Standing] = {}
    counts: Counter[str] = Counter()
    begins: datetime | None = None
    last: datetime | None = None
    for at, what, standing in ends:
        if _day(at) != day:
            continue
        if begins is None or last is None:
            begins = at
        elif at - begins >= STEP:
            yield Moment(last, {name: number for name, number in counts.items() if number})
            begins = at
        if what in now:
            counts[str(now[what])] -= 1
        now[what] = standing
        counts[str(standing)] += 1
        last = at
    if last is not None:
        yield Moment(last, {name: number for name, number in counts.items() if number})
