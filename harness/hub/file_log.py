"""What the log says of one system's files: which were taken in and laid out, and that something waits for the LPS."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from harness.domain.event import Exchanged
from harness.domain.organisations import CLINIC
from harness.domain.way import answer_name
from harness.hub.laid import finish
from harness.hub.run import LiveRun
from harness.record.log import decode_event

FINGERPRINT: Final = "filaftryk"
"""The fact of an exchange that tells which file it came as, or carried out."""


@dataclass(slots=True)
class FileLog:
    """Follows the log of whatever world the system's messages go to now.

    `current` gives that world, None when none is open; `world` opens one where none is. `places` are where files to the LPS are
    laid. `taken` has, by fingerprint, the run's folder and the exchange a file became; `handed` the names of what was laid out;
    `mail` the networks whose post box something has come to, upon which `wake` is set. Only `networks` are looked at.
    """

    current: Callable[[], LiveRun | None]
    world: Callable[[], Awaitable[LiveRun]]
    places: Iterable[Path]
    networks: frozenset[str]
    taken: dict[str, tuple[Path, Exchanged]] = field(default_factory=dict)
    handed: set[str] = field(default_factory=set)
    mail: set[str] = field(default_factory=set)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    run: LiveRun | None = None
    _said: set[str] = field(default_factory=set)

    async def follow(self) -> None:
        """Know the log of the world that is open, if one is."""
        run = self.current()
        if run is not None:
            await self._follow(run)

    async def ready(self) -> LiveRun:
        """The world that messages go to now, its log known. It is open until somebody else has had a turn."""
        while True:
            run = await self.world()
            await self._follow(run)
            if not run.closed:
                return run

    async def say(self, sentence: str, about: str) -> None:
        """Write a Danish sentence in the log, once for all that is `about` the same."""
        run = await self.ready()
        if about not in self._said:
            await run.observe(sentence, about)

    async def _follow(self, run: LiveRun) -> None:
        """Read it from its first line on; then finish what a kill cut off."""
        if run is self.run:
            return
        if self.run is not None:
            self.run.unlisten(self._told)
        self.run = run
        for known in (self.handed, self._said, self.mail):
            known.clear()
        await run.listen(self._told)
        await asyncio.to_thread(finish, self.places, frozenset(self.handed))

    def _told(self, line: bytes) -> None:
        if b'"kind":"exchanged"' not in line and b'"kind":"observed"' not in line:
            return
        entry = json.loads(line)["event"]
        if entry["kind"] == "observed":
            self._said.add(entry.get("about", ""))
            return
        facts = entry["facts"]
        if FINGERPRINT in facts and entry["sender"] == "lps":
            event = decode_event(entry)
            assert isinstance(event, Exchanged)
            assert self.run is not None
            self.taken[facts[FINGERPRINT]] = (self.run.place.folder, event)
            self.handed.add(answer_name(facts["fil"], event.status))
        elif FINGERPRINT in facts:
            self.handed.add(facts["fil"])
        if entry["service"] in self.networks and facts.get("receiver") == CLINIC.gln and facts.get("taken"):
            self.mail.add(entry["service"])
            self.wake.set()
