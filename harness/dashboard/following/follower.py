"""Follows the runs under the reports folder, and hands what they write to the wall."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from watchfiles import Change, awatch

from harness.dashboard.following.look import Look, Since, look_of, read_on, since
from harness.dashboard.standing.live import LiveWall
from harness.dashboard.standing.reading import Mark, Read
from harness.dashboard.standing.summary import HERE
from harness.domain.errors import BadInput
from harness.record.log import LOG_NAME, REVIEW_NAME

GATHER_MS: Final = 40
"""How long what is written is gathered before it is read, at most."""
RESCAN_SECONDS: Final = 1.0
"""How often the folder is gone through besides: some file systems, and folders made in haste, tell of nothing."""
REFRESH_SECONDS: Final = 60.0
"""How often the wall looks again at what no log tells."""


class Follower:
    """Reads each run under `reports` once, and whatever is written in it from then on; newest runs first, what is written now
    before what was written long ago.

    `tell` is called with what the operator should know, once for each thing. `source` says who sent the run in a folder.
    """

    def __init__(
        self, reports: Path, wall: LiveWall, tell: Callable[[str], object], source: Callable[[Path], str] = lambda _: HERE
    ) -> None:
        self._reports, self._wall, self._tell, self._source = reports.resolve(), wall, tell, source
        self._looks: dict[str, Look] = {}
        self._marks: dict[str, Mark] = {}
        self._now: dict[str, None] = {}
        self._later: dict[str, None] = {}
        self._opened: set[str] = set()
        self._told: set[tuple[str, str]] = set()
        self._due = asyncio.Event()

    async def run(self) -> None:
        """Follow until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._work())
            tasks.create_task(self._watch())
            tasks.create_task(self._rescan())
            tasks.create_task(self._refresh())

    async def catch_up(self) -> None:
        """Read everything there is, and return."""
        await self._scan()
        while (name := self._next()) is not None:
            await self._read(name)

    async def _work(self) -> None:
        while True:
            while (name := self._next()) is not None:
                await self._read(name)
            self._due.clear()
            await self._due.wait()

    async def _watch(self) -> None:
        while True:
            self._reports.mkdir(parents=True, exist_ok=True)
            await self._scan()
            try:
                await self._watch_folder()
            except OSError as error:  # no watch, as where a machine allows too few of them
                self._tell_once("", f"Mappen {self._reports} kan ikke følges ({error}). Tavlen ser i stedet efter hvert sekund.")
                await asyncio.sleep(RESCAN_SECONDS)

    async def _watch_folder(self) -> None:
        """Return when the folder is gone."""
        changes = awatch(
            self._reports,
            watch_filter=_ours,
            debounce=GATHER_MS,
            step=GATHER_MS // 4,
        )
        async for changed in changes:
            files = {Path(path) for _, path in changed}
            self._put({each.parent for each in files if each.name in (LOG_NAME, REVIEW_NAME)})
            if any(each.name not in (LOG_NAME, REVIEW_NAME) for each in files):
                await self._scan()
            if not self._reports.is_dir():
                return

    async def _rescan(self) -> None:
        while True:
            await asyncio.sleep(RESCAN_SECONDS)
            await self._scan()

    async def _refresh(self) -> None:
        while True:
            await asyncio.sleep(REFRESH_SECONDS)
            await self._wall.refresh()

    def _put(self, folders: Iterable[Path]) -> None:
        for folder in folders:
            try:
                name = folder.relative_to(self._reports)
            except ValueError:
                continue
            if len(name.parts) == 3 and not any(each.startswith(".") for each in name.parts):
                self._now[name.as_posix()] = None
        if self._now:
            self._due.set()

    async def _scan(self) -> None:
        """Have read what looks otherwise than when it was read last, and forget what is gone."""
        looks = await asyncio.to_thread(_looks, self._reports)
        for name in self._wall.names - set(looks):
            self._forget(name)
        for name in sorted(looks, key=lambda each: each.rpartition("/")[2], reverse=True):
            if looks[name] != self._looks.get(name):
                self._later.setdefault(name)
        if self._later or self._wall.wanted:
            self._due.set()

    def _next(self) -> str | None:
        self._wall.behind = len(self._later)
        for names in (self._now, self._later):
            if names:
                name = next(iter(names))
                del names[name]
                self._later.pop(name, None)
                return name
        wanted = self._wall.wanted
        self._opened &= set(wanted)
        unread = next((each for each in wanted if each not in self._opened), None)
        if unread is not None:
            self._opened.add(unread)  # once: one that cannot be read is asked for again when it looks otherwise
        return unread

    async def _read(self, name: str) -> None:
        folder = self._reports.joinpath(*name.split("/"))
        try:
            look, what, source = await asyncio.to_thread(self._look, folder, self._mark(name))
            self._looks[name] = look
            await self._read_from(folder, name, what, source)
        except FileNotFoundError:
            self._forget(name)
        except OSError as error:
            self._looks.pop(name, None)  # tried again when the folder is gone through
            self._tell_once(name, f"{name}: Kørslen kan ikke læses: {error.strerror or error}.")

    def _look(self, folder: Path, mark: Mark) -> tuple[Look, Since, str]:
        """How the run looks, what has become of it since `mark`, and who sent it: in one go, since a thread's turn costs."""
        look = look_of(folder)
        if look is None:
            raise FileNotFoundError
        try:
            source = self._source(folder)
        except ValueError:
            raise OSError("det kan ikke læses, hvem der har sendt den") from None
        return look, since(folder, mark), source

    async def _read_from(self, folder: Path, name: str, what: Since, source: str) -> None:
        if what is Since.CUT:
            self._tell_once(name, f"{name}: Loggen er skåret af eller skiftet ud. Den bliver læst forfra.")
        elif what is Since.NOTHING and (self._wall.holds(name) or name not in self._wall.wanted):
            return
        mark = self._mark(name) if what is not Since.CUT and self._wall.holds(name) else Mark()
        try:
            await self._hand_on(read_on(folder, name, mark, source), name)
        except BadInput as error:
            where = f", linje {error.line}" if error.line else ""
            self._tell_once(name, f"{name}{where}: {error}. Tavlen viser kørslen, som den var før det.")

    async def _hand_on(self, reads: Iterator[Read], name: str) -> None:
        while (read := await asyncio.to_thread(next, reads, None)) is not None:
            self._marks[name] = read.mark
            self._wall.take(read)
            if not read.more:  # nothing more is read: it only says what is wrong with the line after, if any
                next(reads, None)
                return

    def _mark(self, name: str) -> Mark:
        """How far the run was read: what the wall was given before this start counts too."""
        known = self._wall.known(name)
        return self._marks.get(name) or (known.mark if known else Mark())

    def _forget(self, name: str) -> None:
        self._wall.forget(name)
        self._looks.pop(name, None)
        self._marks.pop(name, None)
        self._opened.discard(name)

    def _tell_once(self, name: str, text: str) -> None:
        if (name, text) not in self._told:
            self._told.add((name, text))
            self._tell(text)


def _ours(change: Change, path: str) -> bool:
    """A log or a review; or something new that may be a folder with one."""
    name = Path(path).name
    return name in (LOG_NAME, REVIEW_NAME) or (change is Change.added and "." not in name) or change is Change.deleted


def _looks(reports: Path) -> dict[str, Look]:
    folders = (log.parent for log in reports.glob(f"*/*/*/{LOG_NAME}"))
    found = {each.relative_to(reports): look_of(each) for each in folders}
    return {
        name.as_posix(): look
        for name, look in found.items()
        if look is not None and not any(part.startswith(".") for part in name.parts)
    }
