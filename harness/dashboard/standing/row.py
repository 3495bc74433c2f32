"""One system's row of every grid of a campaign: from its runs to its cells. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from harness.dashboard.standing.choice import shown
from harness.dashboard.standing.ground import ELSEWHERE, Ground, partners_of
from harness.dashboard.standing.summary import RunSummary, Tried, good, worst_of
from harness.dashboard.wall import Cell, Sign
from harness.domain.grade import Beside, Grade, Standing
from harness.domain.requirement import Campaign
from harness.domain.review import Reviewing
from harness.domain.scenario import folder_in
from harness.record.counting import age, counts_in, newest_verdict, seen_here

CAPABILITIES: Final = "kapabiliteter"
PARTNERS: Final = "partnere"
PAIRS: Final = "par"

_SIGN_OF: Final = {Reviewing.PAUSED: Sign.PAUSED, Reviewing.CRITICAL: Sign.CRITICAL}


@dataclass(frozen=True, slots=True)
class Seen:
    """What a row is worked out from: a run as it is shown, its scenarios, whether more is to come, and whether it is outdated."""

    run: RunSummary
    tried: Sequence[Tried]
    running: bool
    outdated: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One scenario of a cell: the run that counts for it, and what that came to. Neither: it is to be tried, and no run has."""

    scenario: str
    seen: Seen | None = None
    tried: Tried | None = None

    @property
    def standing(self) -> Standing | None:
        """How it stands; None while that is still to come. What a run of two shows is the worse of both sides.

        What was planned in a run that is over, and never begun or never ended, is cut off. What an attempt has broken already
        is not undone before it ends.
        """
        if self.seen is None:
            return None
        if self.tried is None:
            return None if self.seen.running else Beside.INTERRUPTED
        if self.tried.ended is None and self.seen.running:
            return None if good(self.tried.broken) else self.tried.broken
        found = (self.tried.standing, self.tried.broken, *(each for _, each in self.tried.sides))
        return worst_of(each for each in found if each is not None)

    @property
    def began(self) -> datetime:
        """When it was tried; when its run began, where nobody can say."""
        assert self.seen is not None  # only what a run has is asked for
        return (self.tried.began if self.tried else None) or self.seen.run.began

    @property
    def decided(self) -> bool:
        """Whether it came to a verdict."""
        return self.tried is not None and self.tried.decided

    @property
    def open(self) -> bool:
        """Whether a run is at it, or has it before it."""
        return self.seen is not None and self.seen.running and (self.tried is None or self.tried.ended is None)

    @property
    def blamed(self) -> str:
        """The partner, where what is broken is laid on it; the run's own system, where it is that one's; else nobody."""
        broken = (
            [system for system, each in self.tried.sides if isinstance(each, Grade) and not each.approved] if self.tried else []
        )
        return broken[0] if broken else ""

    @property
    def at(self) -> datetime | None:
        """When it last changed."""
        if self.tried is not None:
            return self.tried.ended or self.tried.began
        return self.seen.run.began if self.seen else None


def row_cells(
    ground: Ground, campaign: Campaign, system: str, seen: Mapping[str, Seen]
) -> dict[str, dict[tuple[str, str], Cell]]:
    """The cells of `system` by grid and by row and column, from all of its runs of the campaign, by name."""
    alone = [each.run for each in seen.values() if each.run.started.system == system and not each.run.started.partner]
    parts = parts_of(ground, campaign, [seen[each.name] for each in shown(alone)])
    by_folder: dict[str, list[Part]] = {}
    by_partner: dict[str, list[Part]] = {}
    for part in parts:
        file = _file(ground, part)
        by_folder.setdefault(_column(campaign, file), []).append(part)
        for partner in partners_of(campaign, part.scenario, file):
            by_partner.setdefault(partner.id, []).append(part)
    folders = [each.id for each in ground.tested[campaign.id].columns]
    folders += [ELSEWHERE] if ELSEWHERE in by_folder else []
    return {
        CAPABILITIES: {(system, each): cell_of(system, each, by_folder.get(each, ())) for each in folders},
        PARTNERS: {(system, each.id): cell_of(system, each.id, by_partner.get(each.id, ())) for each in campaign.partners},
        PAIRS: dict(_pairs(ground, campaign, system, seen)),
    }


def counting(system: str, seen: Mapping[str, Seen]) -> frozenset[str]:
    """The names of those runs that the cells of `system` are made of."""
    by_partner: dict[str, list[RunSummary]] = {}
    for each in seen.values():
        if each.run.started.system == system:
            by_partner.setdefault(each.run.started.partner, []).append(each.run)
    return frozenset(each.name for runs in by_partner.values() for each in shown(runs))


def _pairs(ground: Ground, campaign: Campaign, system: str, seen: Mapping[str, Seen]) -> Iterator[tuple[tuple[str, str], Cell]]:
    """A cell for each other system, as the one that receives. Nobody meets itself: there is no such cell."""
    own: dict[str, list[RunSummary]] = {each.id: [] for each in ground.systems}
    for each in seen.values():
        if each.run.started.partner and each.run.started.system == system:
            own.setdefault(each.run.started.partner, []).append(each.run)
    for partner, runs in own.items():
        if partner != system:
            parts = parts_of(ground, campaign, [seen[each.name] for each in shown(runs)], of_two=True)
            yield (system, partner), cell_of(system, partner, parts)


def parts_of(ground: Ground, campaign: Campaign, seen: Sequence[Seen], *, of_two: bool = False) -> list[Part]:
    """What is to be tried of a system in a campaign, each with the run among `seen` (oldest first) that counts for it.

    What was sent counts where the hall has nothing. A whole run of the hall's says what is to be tried. Where there is none, all
    that the campaign has is: what was sent says only what came of it.
    """
    found: dict[str, Part] = {}
    attempts: dict[str, list[Part]] = {}
    if not any(each.run.whole and not each.run.sent for each in seen):
        tested = ground.tested[campaign.id]
        found = {name: Part(name) for name in (tested.of_two if of_two else tested.alone)}
    here = seen_here(each.run for each in seen)
    for each in seen:
        for name in each.run.started.planned:
            if not counts_in(each.run, name, here):
                continue
            if _counts_planned(ground, campaign, each.run, name) and (name not in found or found[name].seen is None):
                found[name] = Part(name, each)
        for tried in each.tried:
            if counts_in(each.run, tried.scenario, here) and _counts(campaign, each.run, tried):
                attempts.setdefault(tried.scenario, []).append(Part(tried.scenario, each, tried))
    return list({**found, **{name: _shown_of(own) for name, own in attempts.items()}}.values())


def _shown_of(attempts: Sequence[Part]) -> Part:
    """The attempt that a scenario is shown by: one that runs, else the one that counts.

    What was broken in one that came to no verdict counts too, and is shown where it is worse: a message that is wrong is not put
    right by trying again in another run.
    """
    running = [each for each in attempts if each.open]
    if running:
        return running[-1]
    counts = newest_verdict(attempts)
    lost = [each for each in attempts if not each.decided and each.tried and each.tried.broken and not good(each.tried.broken)]
    worst = worst_of(each.standing for each in (counts, *lost) if each.standing is not None)
    return next((each for each in (counts, *reversed(lost)) if each.standing == worst), counts)


def _counts(campaign: Campaign, run: RunSummary, tried: Tried) -> bool:
    if tried.campaigns:
        return campaign.id in tried.campaigns
    return folder_in(tried.file) in campaign.features or set(run.started.participation) == {campaign.id}


def _counts_planned(ground: Ground, campaign: Campaign, run: RunSummary, scenario: str) -> bool:
    """Nothing says what campaign a scenario counts in that never began; where not even its file is known, it counts in each."""
    file = ground.files.get(scenario)
    return file is None or folder_in(file) in campaign.features or set(run.started.participation) == {campaign.id}


def _file(ground: Ground, part: Part) -> str:
    return part.tried.file if part.tried else ground.files.get(part.scenario, "")


def _column(campaign: Campaign, file: str) -> str:
    folder = folder_in(file)
    return folder if folder in campaign.features else ELSEWHERE


def cell_of(row: str, column: str, parts: Iterable[Part]) -> Cell:
    """The cell these scenarios make. What is good is said once all of them have come to something; what is bad at once."""
    own = [(each, each.standing) for each in parts]
    known = [standing for _, standing in own if standing is not None]
    worst = worst_of(known)
    if good(worst) and len(known) < len(own):
        worst = None
    begun = [each for each, _ in own if each.seen is not None]
    shown_in = [each for each, standing in own if each.seen is not None and standing == worst] or begun
    newest = max(shown_in, key=_newest, default=None)
    blamed = {each.blamed for each, standing in own if standing == worst and each.blamed}
    return Cell(
        row=row,
        column=column,
        standing=worst,
        counts=dict(Counter(map(str, known))),
        planned=len(own),
        signs=frozenset(sign for each in begun if each.seen for sign in _signs(each.seen, open=each.open)),
        blamed="" if row in blamed else min(blamed, default=""),
        run=newest.seen.run.name if newest and newest.seen else "",
        at=max((each.at for each in begun if each.at), default=None),
    )


def _newest(part: Part) -> tuple[datetime, datetime, str]:
    assert part.seen is not None  # only what a run has is asked for
    began, name = age(part.seen.run)
    return part.at or began, began, name


def _signs(seen: Seen, *, open: bool) -> Iterator[Sign]:
    if seen.run.rehearsal:
        yield Sign.REHEARSAL
    if seen.run.sent:
        yield Sign.SENT
    if seen.outdated:
        yield Sign.OUTDATED
    if seen.run.review in _SIGN_OF:
        yield _SIGN_OF[seen.run.review]
    if open:
        yield Sign.RUNNING
