"""The hub: the one process that owns sockets, worlds, logs and evidence while systems are tested live."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import ssl
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from harness.domain.errors import BadInput, ConfigurationError, EnvironmentFault, HarnessError
from harness.domain.exchange import Late, NoAnswer, Request, Response
from harness.domain.patient import Patient
from harness.hub.control import CONTROL_FILE, Control
from harness.hub.http import CLIENT, HttpDoor, Limits
from harness.hub.news import News
from harness.hub.open_runs import ACTIVE, OPEN_FILE, STANDING, OpenRuns, read_open, write_open
from harness.hub.pages.access import ACCESS_FILE, Access
from harness.hub.pages.control_room import HubState, Tally
from harness.hub.pages.first_contact import Arrival, first_contacts
from harness.hub.pages.site import PAGE_LIMITS, WAYS_IN, Site
from harness.hub.run import LiveRun, Place
from harness.services.service import Service
from harness.services.world import text_response

LOCK_FILE = ".hub.lock"
UNKNOWN_FILE = "ukendt-afsender.jsonl"
UNKNOWN_BYTES = 1_000_000
"""How large the list of unknown senders may grow; a flood of them must not fill the disk. The page counts on."""
EVERY_ADDRESS = ("0.0.0.0", "::")


@dataclass(frozen=True, slots=True)
class Listening:
    """Where something listens; `port` 0 takes a free one."""

    host: str = "127.0.0.1"
    port: int = 0
    tls: ssl.SSLContext | None = None


@dataclass(slots=True)
class Hub:
    """Routes each request to the system its path names, and there to the active run, else to the system's standing world."""

    reports: Path
    systems: tuple[str, ...]
    services: Callable[[], Iterable[Service]]
    allowed: frozenset[str]
    tempo: float = 1.0
    limits: Limits = field(default_factory=Limits)
    patients: Mapping[str, Patient] = field(default_factory=dict)
    news: News = field(default_factory=News)
    pages_address: str = ""
    _active: dict[str, LiveRun] = field(default_factory=dict)
    _standing: dict[str, LiveRun] = field(default_factory=dict)
    _held: set[str] = field(default_factory=set)
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    _lock: FileLock | None = None
    _waiting: OpenRuns = field(default_factory=lambda: {ACTIVE: {}, STANDING: {}})
    """Worlds that could not be opened again as things are; the next hub tries anew."""
    _tally: Tally = field(default_factory=Tally)
    _door: HttpDoor | None = None
    _pages: HttpDoor | None = None
    _access: Access | None = None
    _control: Control | None = None
    _address: str = ""

    async def start(
        self,
        host: str,
        port: int,
        names: Sequence[str] = (),
        tls: ssl.SSLContext | None = None,
        pages: Listening | None = None,
    ) -> tuple[str, list[str]]:
        """Listen for systems on `host`, and for workers on loopback.

        Returns the address systems send to, and in Danish what could not be taken up again of the runs that a killed hub left
        open. `names` are further names a system may call the hub by; the first is told to systems where `host` is every address
        of the machine. `tls`: systems speak TLS. `pages`: where the control room's and the testers' pages are. Raises OSError,
        EnvironmentFault where pages cannot be shown, and ConfigurationError when the reports folder has a hub already.
        """
        self.reports.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(self.reports / LOCK_FILE, blocking=False)
        try:
            self._lock.acquire()
        except Timeout:
            raise ConfigurationError(f"Der kører allerede en hub for mappen {self.reports}.") from None
        troubles = await self._take_up()
        self._door = HttpDoor(self._answer, frozenset(map(str.lower, (host, "localhost", *names))), self.limits)
        taken = await self._door.start(host, port, tls)
        self._address = _address(host, names, taken, tls)
        if pages is not None:
            self._access = _access_in(self.reports / ACCESS_FILE, secure=pages.tls is not None)
            site = Site(self, self._access, pages.host)
            known = frozenset(map(str.lower, ("localhost", *names)))
            self._pages = HttpDoor(site.answer, known, PAGE_LIMITS, room=site.room)
            try:
                taken = await self._pages.start(pages.host, pages.port, pages.tls)
            except OSError as error:
                place = f"{pages.host}:{pages.port}"
                raise EnvironmentFault(f"Siderne kan ikke vises på {place}: {error.strerror or error}.") from None
            self.pages_address = _address(pages.host, names, taken, pages.tls)
        token = secrets.token_hex(32)
        self._control = Control(self, token)
        self._write_control_file(await self._control.start(), token)
        return self._address, troubles

    async def returned(self) -> None:
        """Return when nobody but whoever started the hub counts on it."""
        if self._control is not None:
            await self._control.returned()

    async def stop(self) -> None:
        """End every connection and every world, and take the control file away. The next hub goes on with the worlds."""
        if self._control is not None:
            (self.reports / CONTROL_FILE).unlink(missing_ok=True)
            await self._control.stop()
        for door in (self._door, self._pages):
            if door is not None:
                await door.stop()
        for run in (*self._active.values(), *self._standing.values()):
            await run.close()
        if self._lock is not None:
            self._lock.release()

    async def _take_up(self) -> list[str]:
        """Go on with the worlds that were open when the last hub was killed: what it acknowledged is still known."""
        troubles = []
        try:
            left = read_open(self.reports / OPEN_FILE)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            return [f"Ingen kørsel kan fortsætte: {OPEN_FILE} kan ikke læses ({error})."]
        for kind, worlds in ((ACTIVE, self._active), (STANDING, self._standing)):
            for system, place in left[kind].items():
                if not place.folder.exists():
                    continue  # somebody has deleted the run, and so wants it no more
                try:
                    worlds[system] = await LiveRun.open(replace(place, resume=True), self.services)
                except (HarnessError, OSError) as error:
                    self._waiting[kind][system] = place
                    troubles.append(f"{system}: Kørslen {place.folder.name} kan ikke fortsætte: {error}.")
        self._remember()
        return troubles

    def _remember(self) -> None:
        worlds = {ACTIVE: self._active, STANDING: self._standing}
        write_open(
            self.reports / OPEN_FILE,
            {
                kind: {**self._waiting[kind], **{system: run.place for system, run in runs.items()}}
                for kind, runs in worlds.items()
            },
        )

    def _write_control_file(self, port: int, token: str) -> None:
        """Where workers find the hub; only this user may read it. It appears whole."""
        path = self.reports / CONTROL_FILE
        new = path.with_suffix(f".{os.getpid()}")
        new.unlink(missing_ok=True)
        said = {"port": port, "token": token, "pid": os.getpid(), "address": self._address}
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(said, file)
        new.replace(path)

    async def open(self, system: str, place: Place) -> tuple[LiveRun, str]:
        """The run of `system` that is active from now on, and where its LPS sends to.

        Raises ConfigurationError when it has one already or cannot be resumed, EnvironmentFault when it cannot be written.
        """
        async with self._opening:
            if system in self._held:
                raise ConfigurationError(f"{system} har allerede en kørsel i gang.")
            run = self._active.get(system)
            if run is None or not place.resume or run.place.folder != place.folder:
                if run is not None:
                    await self.close(system)
                run = self._active[system] = await self._begin(place)
                self._remember()
            self._held.add(system)
            self.news.tell()
            return run, f"{self._address}/{system}"

    async def _begin(self, place: Place) -> LiveRun:
        try:
            return await LiveRun.open(place, self.services)
        except OSError as error:
            raise EnvironmentFault(f"Kørslen kan ikke skrives i {place.folder}: {error.strerror}.") from None
        except BadInput as error:
            raise ConfigurationError(f"Kørslen {place.folder.name} kan ikke genoptages: {error}.") from None

    def run_of(self, system: str) -> LiveRun | None:
        """The run that `system` has under way."""
        return self._active.get(system)

    async def close(self, system: str) -> None:
        """The run of `system` is over; what comes from now on goes to its standing world."""
        run = self._active.pop(system, None)
        self._waiting[ACTIVE].pop(system, None)
        self._held.discard(system)
        self.news.tell()
        if run is not None:
            self._remember()
            await run.close()

    def leave(self, system: str) -> None:
        """The worker of the run of `system` is gone. The run goes on, and may be resumed."""
        self._held.discard(system)
        self.news.tell()

    def is_driven(self, system: str) -> bool:
        """Whether the run of `system` has its worker."""
        return system in self._held

    def address_of(self, system: str) -> str:
        """Where `system` sends to."""
        return f"{self._address}/{system}"

    def link(self, system: str) -> str:
        """The address by which one tester gets in to the page of `system`, once.

        Raises ConfigurationError when there is no such system, or the hub shows no pages.
        """
        if system not in self.systems:
            raise ConfigurationError(f"Systemet kendes ikke. Fundet: {system}. Kan være: {', '.join(self.systems)}.")
        if self._access is None:
            raise ConfigurationError("Hubben viser ingen sider. Start den med lps serve --pages-port PORT.")
        return f"{self.pages_address}{WAYS_IN}{self._access.new_link(system)}"

    def arrivals(self, system: str) -> Sequence[Arrival]:
        """What `system` sent while it had no run, the newest first."""
        standing = self._standing.get(system)
        return first_contacts(standing.place.folder) if standing else ()

    async def _answer(self, request: Request) -> Response | None:
        system, _, rest = request.path.removeprefix("/").partition("/")
        if system not in self.systems and system not in self._active:
            return await self._unknown(request)
        active = self._active.get(system)
        self._tally.came(system, active.place.folder.name if active else "")
        run = active or await self._standing_world(system)
        answer = await run.receive("lps", replace(request, path=f"/{rest}"))
        match answer:
            case Response():
                return answer
            case Late(response, seconds):
                await asyncio.sleep(run.clock.real(seconds))
                return response
            case NoAnswer():
                return None

    def state(self) -> HubState:
        """What the control room shows."""
        runs = {system: run.place.folder.name for system, run in self._active.items()}
        return self._tally.state(self._address, self.systems, runs)

    async def _standing_world(self, system: str) -> LiveRun:
        async with self._opening:
            if system not in self._standing:
                folder = self.reports / STANDING / system / datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
                folder.mkdir(parents=True)
                self._standing[system] = await LiveRun.open(Place(folder.resolve(), self.allowed, self.tempo), self.services)
                self._remember()
            return self._standing[system]

    async def _unknown(self, request: Request) -> Response:
        """Nobody's message: noted without its content, since nobody has said whose it is."""
        self._tally.came_from_unknown(CLIENT.get())
        path = self.reports / UNKNOWN_FILE
        line = {"at": datetime.now(UTC).isoformat(), "method": request.method, "bytes": len(request.body)}
        if not path.exists() or path.stat().st_size < UNKNOWN_BYTES:
            with path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
        return text_response(404, f"Adressen skal begynde med systemets navn: {', '.join(self.systems)}.")


def _address(host: str, names: Sequence[str], port: int, tls: ssl.SSLContext | None) -> str:
    own = next(iter(names), host) if host in EVERY_ADDRESS else host
    return f"{'https' if tls else 'http'}://{f'[{own}]' if ':' in own else own}:{port}"


def _access_in(path: Path, *, secure: bool) -> Access:
    try:
        return Access(path, secure=secure)
    except BadInput as error:
        raise ConfigurationError(f"{error}.") from None
