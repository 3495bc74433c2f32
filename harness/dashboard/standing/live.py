"""The wall, worked out from what is read of each run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock

from harness.dashboard.standing.drawn import Drawn
from harness.dashboard.standing.ground import Ground
from harness.dashboard.standing.news import News
from harness.dashboard.standing.progress import progress_of, trend_of
from harness.dashboard.standing.reading import Keeper, Known, Read
from harness.dashboard.standing.row import Seen, counting, row_cells
from harness.dashboard.standing.suites import Suites, suite_key
from harness.dashboard.standing.summary import QUIET, RunSummary, summarise
from harness.dashboard.wall import Change, Grid, Heading, Moment, Progress, Run
from harness.domain.errors import BadInput
from harness.domain.event import RunStarted
from harness.domain.requirement import Campaign
from harness.domain.review import Review
from harness.record.counting import age
from harness.record.fold import Fold
from harness.record.result import Result, read_result


class LiveWall:
    """The wall of the runs under `reports` (`harness.dashboard.wall.Wall`).

    `suite` gives the fingerprint a run would have now, `keeper` keeps what is known, and `known` is what was kept before. What is
    read is handed in by `take`, from the event loop's thread; everything else may be asked from any thread.

    Which run counts for a scenario: `choice.shown`. What a cell comes to: `row.cell_of`.
    """

    def __init__(
        self,
        ground: Ground,
        reports: Path,
        suite: Callable[[RunStarted], Mapping[str, str]],
        keeper: Keeper,
        known: Iterable[Known] = (),
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._ground, self._reports, self._keeper, self._now = ground, reports, keeper, now
        self._lock = RLock()
        self._known: dict[str, Known] = {}
        self._of: dict[tuple[str, str], set[str]] = {}
        self._folds: dict[str, Fold] = {}
        self._reviews: dict[str, Review] = {}
        self._results: dict[str, Result] = {}
        self._suites = Suites(suite)
        self._drawn = {each.id: Drawn(ground, each) for each in ground.campaigns}
        self._trends: dict[str, tuple[int, tuple[Moment, ...]]] = {}
        self._news = News()
        self.behind = 0
        """How many runs are still to be read."""
        for each in known:
            self._enter(each)
        for campaign in ground.campaigns:
            for system in self._systems(campaign):
                self._draw(campaign, system)
        self._news.begin(now())

    # What pages ask (harness.dashboard.wall.Wall).

    @property
    def campaigns(self) -> tuple[Heading, ...]:
        """As `Wall.campaigns`."""
        return tuple(Heading(each.id, each.title) for each in self._ground.campaigns)

    def grids(self, campaign: str) -> tuple[Grid, ...]:
        """As `Wall.grids`; none of a campaign nobody knows."""
        with self._lock:
            drawn = self._drawn.get(campaign)
            return drawn.grids(self._runs_of(campaign)) if drawn else ()

    def progress(self, campaign: str) -> tuple[Progress, ...]:
        """As `Wall.progress`."""
        found = self._ground.campaign(campaign)
        with self._lock:
            systems = self._systems(found) if found else ()
            return tuple(each for one in systems if found for each in progress_of(found, one, self._runs_of(campaign, one)))

    def trend(self, campaign: str) -> tuple[Moment, ...]:
        """As `Wall.trend`: of the last day on which anything was tried."""
        found = self._ground.campaign(campaign)
        if found is None:
            return ()
        with self._lock:
            version = self._drawn[campaign].version
            if self._trends.get(campaign, (-1, ()))[0] != version:
                seen = [self._seen(self._known[each.name]) for each in self._runs_of(campaign)]
                self._trends[campaign] = version, trend_of(self._ground, found, seen)
            return self._trends[campaign][1]

    def runs(self, campaign: str, system: str) -> tuple[Run, ...]:
        """As `Wall.runs`; also those of two in which the system was the partner."""
        with self._lock:
            own = [each for each in self._runs_of(campaign) if system in (each.started.system, each.started.partner)]
            return tuple(self._listed(each) for each in sorted(own, key=age, reverse=True))

    def result(self, run: str) -> Result | None:
        """As `Wall.result`, which nothing that comes later alters. A run the wall does not show is read from its folder: ask for
        it in a thread. None also for one that cannot be read.
        """
        with self._lock:
            known, fold = self._known.get(run), self._folds.get(run)
            if known is None:
                return None
            if fold is not None:
                if run not in self._results:
                    self._results[run] = Result(fold.as_it_stands(), self._reviews.get(run, Review()), known.mark.head)
                return self._results[run]
        try:
            return read_result(self._reports.joinpath(*run.split("/")))
        except (BadInput, OSError):
            return None

    @property
    def newest(self) -> int:
        """As `Wall.newest`; a start begins where no start has been before."""
        return self._news.newest

    def since(self, change: int) -> tuple[Change, ...] | None:
        """As `Wall.since`; what changed before this start is not known."""
        return self._news.since(change)

    async def changed(self, after: int) -> int:
        """As `Wall.changed`."""
        return await self._news.wait(after)

    @property
    def trouble(self) -> str:
        """What readers should know of the wall itself, in Danish: its database is away, or it is still reading; else empty."""
        behind = f"Tavlen læser stadig kørsler ({self.behind} tilbage), så noget kan mangle." if self.behind else ""
        return " ".join(filter(None, (behind, self._keeper.trouble)))

    # What is read.

    def take(self, read: Read) -> None:
        """Take in what has been read of a run. Raises BadInput for a log that no run can have written; nothing is shown of it."""
        with self._lock:
            if read.anew:
                self._folds[read.name], self._reviews[read.name] = Fold(), Review()
            if read.name not in self._folds:
                return  # it was forgotten meanwhile
            if read.review is not None:
                self._reviews[read.name] = read.review
            fold = self._folds[read.name]
            self._results.pop(read.name, None)
            try:
                for entry in read.entries:
                    fold.take(entry)
                if not read.more:
                    self._settle(read, fold)
            except ValueError as error:
                self.forget(read.name)
                raise BadInput(f"{read.name}: loggen siger noget, som ingen kørsel skriver ({error})") from None

    def _settle(self, read: Read, fold: Fold) -> None:
        before = self._known.get(read.name)
        telling = read.telling
        if before is not None and not telling and read.entries:
            last = read.entries[-1].at
            telling = last - before.run.last >= QUIET or before.run.ended
            if not telling:
                self._known[read.name] = Known(replace(before.run, last=last), before.tried, read.mark)
                return
        result = Result(fold.state, self._reviews[read.name], read.mark.head)
        found = summarise(read.name, result, read.source)
        if found is None:
            return
        known = Known(*found, read.mark)
        self._enter(known)
        self._keeper.keep(known)
        self._draw_run(known.run)
        self._let_go()

    def forget(self, run: str) -> None:
        """The run called `run` is gone, or can no longer be read."""
        with self._lock:
            self._folds.pop(run, None)
            self._reviews.pop(run, None)
            self._results.pop(run, None)
            known = self._known.pop(run, None)
            if known is None:
                return
            for names in self._of.values():
                names.discard(run)
            self._keeper.drop(run)
            self._draw_run(known.run)

    def known(self, run: str) -> Known | None:
        """What is known of the run called `run`."""
        with self._lock:
            return self._known.get(run)

    @property
    def names(self) -> frozenset[str]:
        """The runs that are known."""
        with self._lock:
            return frozenset(self._known)

    def holds(self, run: str) -> bool:
        """Whether the run's lines are in memory, so that what follows them can be taken in."""
        return run in self._folds

    @property
    def wanted(self) -> tuple[str, ...]:
        """The runs that are shown and whose lines are not in memory: to be read, so that pages can open them at once."""
        with self._lock:
            every = {name for drawn in self._drawn.values() for name in drawn.counting}
            return tuple(sorted(every - set(self._folds)))

    async def refresh(self) -> None:
        """Look again at what no log tells: whether a run has fallen silent, and whether the suite is another by now."""
        others = await asyncio.to_thread(self._suites.look_again)
        for campaign, system in list(self._of):
            with self._lock:
                found = self._ground.campaign(campaign)
                runs = self._runs_of(campaign, system)
                if found is not None and any(suite_key(each.started) in others or not each.ended for each in runs):
                    self._draw(found, system)
            await asyncio.sleep(0)  # readers are served between two rows

    # How it is worked out.

    def _enter(self, known: Known) -> None:
        run = known.run
        self._known[run.name] = known
        for campaign in run.started.participation:
            self._of.setdefault((campaign, run.started.system), set()).add(run.name)

    def _draw_run(self, run: RunSummary) -> None:
        for campaign in map(self._ground.campaign, run.started.participation):
            if campaign is not None:
                self._draw(campaign, run.started.system)

    def _draw(self, campaign: Campaign, system: str) -> None:
        seen = {name: self._seen(self._known[name]) for name in self._of.get((campaign.id, system), ())}
        cells = row_cells(self._ground, campaign, system, seen)
        changed = self._drawn[campaign.id].replace(system, cells, counting(system, seen))
        self._news.add(((campaign.id, *each) for each in changed), self._now())

    def _let_go(self) -> None:
        """Keep no lines of runs that are over and that no grid shows."""
        shown_now = frozenset().union(*(drawn.counting for drawn in self._drawn.values()))
        for name in set(self._folds) - shown_now:
            known = self._known.get(name)
            if known is not None and not known.run.running(self._now()):
                del self._folds[name], self._reviews[name]
                self._results.pop(name, None)

    def _seen(self, known: Known) -> Seen:
        return Seen(known.run, known.tried, known.run.running(self._now()), self._outdated(known.run))

    def _outdated(self, run: RunSummary) -> bool:
        """Where nobody can say what the suite is now, nobody can say that it is the same."""
        suite = self._suites.of(run.started)
        return suite is None or run.outdated(suite)

    def _runs_of(self, campaign: str, system: str = "") -> list[RunSummary]:
        own = (names for (one, whose), names in self._of.items() if one == campaign and system in ("", whose))
        return [self._known[name].run for names in own for name in sorted(names)]

    def _systems(self, campaign: Campaign) -> list[str]:
        others = sorted(whose for (one, whose), names in self._of.items() if one == campaign.id and names)
        return list(dict.fromkeys([*(each.id for each in self._ground.systems), *others]))

    def _listed(self, run: RunSummary) -> Run:
        mark = self._known[run.name].mark
        return Run(
            name=run.name,
            system=run.started.system,
            partner=run.started.partner,
            phase=run.started.phase,
            rehearsal=run.rehearsal,
            began=run.began,
            ended=run.last if run.ended else None,
            verdict=run.verdict,
            counts=run.counts,
            outdated=self._outdated(run),
            source=run.source,
            version=mark.head + mark.review,
        )
