"""Files both ways for one system: what its LPS lays in a folder is taken in as if sent, and what waits for it is laid out.

A file is in the log before it is moved, and in the log before it appears, so a hub that is killed loses nothing and takes
nothing twice: what it finds when it starts again, the log says whether it has had.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from harness.domain.errors import BadInput, EnvironmentFault
from harness.domain.exchange import Request, Response
from harness.domain.organisations import CLINIC
from harness.domain.way import ANSWERS, EHMI, NETWORKS, ON_ITS_WAY, TAKEN, By, Way, answer_name, place_of
from harness.hub.file_log import FINGERPRINT, FileLog
from harness.hub.filing import Filed, filed
from harness.hub.laid import Stamp, files_in, fingerprint, finish, move, publish, read, write
from harness.hub.run import LiveRun
from harness.record.evidence import read_evidence
from harness.record.exchanges import ANSWERS as KINDS_OF_ANSWER
from harness.record.guard import Guard
from harness.services.world import MAX_BODY
from harness.standards.carried import Carried, carried

LOOK_SECONDS = 0.25
"""Between two looks at a folder. A file whose size and time stand still over two looks is whole."""
AGAIN_SECONDS = 5.0
"""Until what could not be laid out is tried again: each try is a line in the log."""
SHORTEST_LOOK = 0.02
"""However fast a rehearsal's time runs."""
LOOKS = 20
"""How often whoever asks what has come waits for one more look."""

NOT_SEEN: Final = (
    "Ikke kontrolleret: Beskederne gennem EHMI kommer som filer mellem fagsystem og MSH. AS4 tales ikke her, så underskriften "
    "på forsendelsen, transportkvitteringer og gensendelser mellem MSH'er kan ikke ses."
)
_ALL: Final = "*"
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_LATE, _SILENT = (KINDS_OF_ANSWER[kind] for kind in KINDS_OF_ANSWER if kind is not Response)


@dataclass(frozen=True, slots=True)
class Left:
    """A file that was not taken in: its name, and why (Danish)."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What came of a file that was handed in: whether it is taken in, and what a tester is told (Danish)."""

    taken: bool
    said: str


@dataclass(slots=True)
class SystemFiles:
    """One system's files. `page` is the folder for what its page offers.

    `log` knows what its logs say. `counted` is called with each message, and `pause` is how many seconds lie between two looks.
    """

    ways: Sequence[Way]
    page: Path
    guard: Guard
    log: FileLog
    counted: Callable[[], object]
    pause: float = LOOK_SECONDS
    _left: dict[str, Left] = field(default_factory=dict)
    _since: dict[Path, tuple[Stamp, float]] = field(default_factory=dict)
    """How each file looks, and since when (the loop's time)."""
    _decided: dict[Path, Stamp] = field(default_factory=dict)
    _done: set[str] = field(default_factory=set)
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def left(self) -> tuple[Left, ...]:
        """The files that were not taken in, and still lie there."""
        return tuple(self._left.values())

    def waiting(self) -> tuple[Path, ...]:
        """The files that the page offers, oldest first: those of the world that is open."""
        found = files_in(self.page) if self.page.is_dir() else {}
        return tuple(sorted((path for path in found if path.name in self.log.handed), key=lambda path: found[path][1]))

    async def watch(self) -> None:
        """Look every `pause`, and at once when something waits for the LPS. Ends by being cancelled."""
        while True:
            with contextlib.suppress(TimeoutError):  # wait_for loses a cancellation that comes just as it is woken
                async with asyncio.timeout(self.pause):
                    await self.log.wake.wait()
            await self.look()

    async def look(self) -> None:
        """Take in what is whole, and lay out what waits. What cannot be done now is tried at the next look."""
        try:
            async with self._lock:
                self.log.wake.clear()
                await self.log.follow()
                for folder in dict.fromkeys(way.folder for way in self.ways if way.sent and way.folder):
                    await self._look_in(folder)
                while self.log.mail and self.log.run is not None and not self.log.run.closed:
                    network = self.log.mail.pop()
                    try:
                        await self._lay_out(self.log.run, network)
                    except (OSError, EnvironmentFault) as error:
                        self._left[network] = Left(
                            network.upper(), f"Det, der venter på systemet, kan ikke lægges frem: {error}."
                        )
                        asyncio.get_running_loop().call_later(AGAIN_SECONDS, self.log.mail.add, network)
                    else:
                        self._left.pop(network, None)
        except (OSError, EnvironmentFault) as error:
            self._left[_ALL] = Left("alle", f"Filerne kan ikke behandles lige nu: {error}.")
        except Exception as error:  # a defect of ours must neither end the watch nor be lost
            if _ALL not in self._left:
                said = {"message": "Filer mellem LPS og harness", "exception": error}
                asyncio.get_running_loop().call_exception_handler(said)
            self._left[_ALL] = Left("alle", f"Fejl i testharnesset: {type(error).__name__}.")
        else:
            self._left.pop(_ALL, None)

    async def settle(self) -> None:
        """Return when what lies there is taken in or left, and what waits is laid out. A file that grows is not waited for."""
        await self.look()
        for _ in range(LOOKS):
            if all(self._decided.get(path) == stamp for path, (stamp, _) in self._since.items()):
                return
            await asyncio.sleep(self.pause)
            await self.look()

    async def hand_in(self, name: str, data: bytes) -> HandedIn:
        """Take in a file that a tester gave to the page. Raises EnvironmentFault and OSError when it cannot be written down."""
        name = _in_names(re.split(r"[/\\]", name)[-1])
        async with self._lock:
            run = await self.log.ready()
            key = fingerprint(f"{run.place.folder.name}/{name}", 0, data)  # in another run it is another file
            if key in self.log.taken:
                return HandedIn(True, "Filen er taget ind før.")
            why = await self._take_in(name, data, key, None)
            if why:
                return HandedIn(False, why)
            self.page.mkdir(parents=True, exist_ok=True)
            self._answer(name, key, self.page)
            return HandedIn(True, "Filen er taget ind.")

    # From the LPS

    async def _look_in(self, folder: Path) -> None:
        try:
            found = await asyncio.to_thread(files_in, folder)
        except OSError as error:
            self._left[str(folder)] = Left(str(folder), f"Mappen kan ikke læses: {error.strerror}. Opret den, eller ret kanaler.")
            return
        self._left.pop(str(folder), None)
        for gone in {path for path in self._since if path.parent == folder} - found.keys():
            for known in (self._since, self._decided):
                known.pop(gone, None)
            self._left.pop(str(gone), None)
        now = asyncio.get_running_loop().time()
        for path, stamp in sorted(found.items(), key=lambda each: (each[1][1], each[0].name)):
            seen, since = self._since.get(path, (None, now))
            if seen != stamp:
                self._since[path] = (stamp, now)
            elif now - since >= self.pause and self._decided.get(path) != stamp:
                await self._take(folder, path, stamp)

    async def _take(self, folder: Path, path: Path, stamp: Stamp) -> None:
        size, written = stamp
        try:
            data = await asyncio.to_thread(read, path, stamp) if size <= MAX_BODY else b""
        except OSError as error:  # somebody has it open: the next look tries again
            self._left[str(path)] = Left(self.guard.hide(path.name), f"Filen kan ikke læses: {error.strerror}.")
            return
        if data is None:
            return  # it changed while it was read
        key = fingerprint(path.name, written, data or str(size).encode())
        if key not in self.log.taken:
            too_big = f"Den er på {size} bytes; grænsen er {MAX_BODY}" if size > MAX_BODY else ""
            why = too_big or await self._take_in(path.name, data, key, folder)
            if why:
                self._decided[path] = stamp
                self._left[str(path)] = Left(self.guard.hide(path.name), why)
                await self.log.say(f"Filen {path.name} bliver liggende og er ikke taget ind. {why}.", key)
                return
        if key not in self._done:
            self._answer(path.name, key, folder / ANSWERS)
            self._done.add(key)
        try:
            await asyncio.to_thread(move, path, folder / TAKEN)
        except OSError as error:  # somebody has it open; it is taken in, and moved at a later look
            self._left[str(path)] = Left(
                self.guard.hide(path.name), f"Filen er taget ind, men kan ikke flyttes: {error.strerror}."
            )
        else:
            self._left.pop(str(path), None)
            self._since.pop(path, None)

    async def _take_in(self, name: str, data: bytes, key: str, folder: Path | None) -> str:
        """Hand the file to its service; why it is not taken in, empty when it is."""
        try:
            what = filed(name, data)
        except BadInput as bad:
            return f"{bad.reason}{f' (linje {bad.line})' if bad.line else ''}"
        if why := self._stranger(what, folder):
            return why
        run = await self.log.ready()
        self.counted()
        by = By.FOLDER if folder else By.PAGE
        came = {"vej": by.value, "fil": name, "indhold": what.carried.formats[0], FINGERPRINT: key, **what.carried.ids}
        try:
            answer = await run.receive("lps", what.request, came)
        except (OSError, EnvironmentFault):
            raise
        except Exception as error:  # told in the log already
            return f"Fejl i testharnesset: {type(error).__name__}"
        if key not in self.log.taken:
            return answer.body.decode().rstrip(".") if isinstance(answer, Response) else "Den blev afvist"
        status = answer.status if isinstance(answer, Response) else 0
        if not what.answered and status >= 400:
            await self.log.say(f"Filen {name} er taget ind, men {what.service} tog ikke imod den (svar {status}).", key)
        if what.service == EHMI:
            await self.log.say(NOT_SEEN, EHMI)
        return ""

    def _stranger(self, what: Filed, folder: Path | None) -> str:
        """Why the file does not belong in the folder (the page, when there is none); empty when it does."""
        here = [way for way in self.ways if way.sent and (way.folder == folder if folder else way.by is By.PAGE)]
        if any(way.format in what.carried.formats for way in here):
            return ""
        if what.carried.receipt and any(what.service in way.services for way in here):
            return ""
        names = ", ".join(way.format for way in here) or "ingenting"
        place = "Mappen" if folder else "Siden"
        return f"Den er {what.carried.formats[0]}. {place} tager imod {names}. Ret kanaler i systemets fil"

    def _answer(self, name: str, key: str, place: Path) -> None:
        """Lay out what the service answered the file, where its format has an answer. The same answer again is the same file."""
        folder, event = self.log.taken[key]
        if event.service in NETWORKS or event.answer == _SILENT:
            return
        assert self.log.run is not None
        data = read_evidence(folder, event.response)
        answer = place / answer_name(name, event.status)
        late = self.log.run.clock.real(event.late_seconds) if event.answer == _LATE else 0.0
        if late:
            asyncio.get_running_loop().call_later(late, write, answer, data)
        else:
            write(answer, data)

    # To the LPS

    async def _lay_out(self, run: LiveRun, network: str) -> None:
        """Empty the clinic's post box, as far as its letters go by file."""
        await asyncio.to_thread(finish, self.log.places, frozenset(self.log.handed))  # what could not be published before
        box, after = f"/{network}/postkasse/{CLINIC.gln}", "0"
        while not run.closed:
            answer = await run.receive("harness", Request("GET", box, query=f"efter={after}"))
            if not isinstance(answer, Response) or answer.status != 200:
                return
            after = answer.header("x-besked")
            letter = carried(network, answer.body)
            place = self._place_for(letter, network)
            if place is None or run.closed:
                continue  # it waits to be fetched over HTTP
            id_ = letter.ids.get("konvolut", "")
            shown = id_ if _UUID.fullmatch(id_) else hashlib.sha256(answer.body).hexdigest()[:16]
            name = f"{_in_names(letter.formats[0])}_{after}_{shown}.xml"
            if place == self.page or place.name == ANSWERS:  # a drop folder is somebody else's to make
                place.mkdir(parents=place == self.page, exist_ok=True)
            await asyncio.to_thread(write, place / ON_ITS_WAY / name, answer.body)
            by = By.PAGE if place == self.page else By.FOLDER
            came = {"vej": by.value, "fil": name, FINGERPRINT: fingerprint(name, 0, answer.body), **letter.ids}
            await run.receive("harness", Request("DELETE", f"{box}/{after}"), came)
            await asyncio.to_thread(publish, place / ON_ITS_WAY / name)
            if network == EHMI:
                await self.log.say(NOT_SEEN, EHMI)

    def _place_for(self, letter: Carried, network: str) -> Path | None:
        """Where a letter to the LPS is laid: by its own format first. A receipt goes back the way of what it answers."""
        to_it = {way.format: way for way in self.ways if not way.sent and network in way.services}
        named = next((to_it[format_] for format_ in letter.formats if format_ in to_it), None)
        if named is None and letter.receipt:
            named = next((way for way in self.ways if way.sent and network in way.services and way.by is not By.HTTP), None)
        return None if named is None or named.by is By.HTTP else place_of(named, self.page)


def _in_names(text: str) -> str:
    """`text` as it can stand in the name of a file on every machine."""
    return re.sub(r"[^\w.-]", "_", text)[-150:]
