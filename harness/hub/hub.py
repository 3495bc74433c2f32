"""The hub: the one process that owns sockets, worlds, logs and evidence while systems are tested live."""

from __future__ import annotations

import asyncio
import functools
import json
import os
import secrets
import ssl
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout

from harness.domain.errors import BadInput, ConfigurationError, EnvironmentFault, HarnessError
from harness.domain.exchange import Late, NoAnswer, Request, Response
from harness.domain.patient import Patient
from harness.domain.seat import Seats
from harness.domain.way import By, Way, networks_of, place_of
from harness.hub.arrivals import Arrival, Arrivals, format_of, shown
from harness.hub.certificates import Certificate, read_certificate
from harness.hub.control import CONTROL_FILE, Control
from harness.hub.entrances import Entrances, NobodysMessage, refused
from harness.hub.file_log import FileLog
from harness.hub.folders import LOOK_SECONDS, SHORTEST_LOOK, HandedIn, Left, SystemFiles
from harness.hub.http import CERTIFICATE, CLIENT, ENTRANCE, HttpDoor, Limits
from harness.hub.news import News
from harness.hub.open_runs import ACTIVE, OPEN_FILE, STANDING, OpenRuns, read_open, write_open
from harness.hub.pages.control_room import HubState, Tally
from harness.hub.pages.front import Front, Listening
from harness.hub.run import LiveRun, Place
from harness.record.guard import Guard
from harness.record.reviewing import Reviews
from harness.services.service import LPS, PARTNER, Service

LOCK_FILE = ".hub.lock"
FILES = "filer"
"""The folder in the reports folder for files that wait to be fetched from a page."""
EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104  # what is asked about, never what is listened on


@dataclass(slots=True)
class Hub:
    """Routes each request to the system whose port it came to or whose name its path begins with, and there to the active run,
    its own or the run of two in which it is the partner, else to the system's standing world. `certificates` are the fingerprints
    of the client certificates that systems have named.
    """

    reports: Path
    systems: tuple[str, ...]
    services: Callable[[], Iterable[Service]]
    allowed: frozenset[str]
    tempo: float = 1.0
    limits: Limits = field(default_factory=Limits)
    certificates: Mapping[str, str] = field(default_factory=dict)
    ways: Mapping[str, tuple[Way, ...]] = field(default_factory=dict)
    """By system: what comes as files."""
    _files: dict[str, SystemFiles] = field(default_factory=dict)
    _watching: list[asyncio.Task[None]] = field(default_factory=list)
    seats: Mapping[str, Seats] = field(default_factory=dict)
    """By system who plays the services where it has no run; a run brings its own."""
    patients: Mapping[str, Patient] = field(default_factory=dict)
    authority: Path | None = None
    """The certificate (PEM) of who issued the hub's own, for those who call it; None without TLS."""
    reviews: Reviews | None = None
    """The reviews of the runs in `reports`, shown where the pages are."""
    news: News = field(default_factory=News)
    _active: dict[str, LiveRun] = field(default_factory=dict)
    _standing: dict[str, LiveRun] = field(default_factory=dict)
    _held: set[str] = field(default_factory=set)
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    _lock: FileLock | None = None
    _waiting: OpenRuns = field(default_factory=lambda: {ACTIVE: {}, STANDING: {}})
    """Worlds that could not be opened again as things are; the next hub tries anew."""
    _tally: Tally = field(default_factory=Tally)
    _arrivals: Arrivals | None = None
    _noting: set[asyncio.Task[None]] = field(default_factory=set)
    _door: HttpDoor | None = None
    _pages: Front | None = None
    _control: Control | None = None
    _address: str = ""
    _own_addresses: dict[str, str] = field(default_factory=dict)

    async def start(
        self,
        host: str,
        port: int,
        names: Sequence[str] = (),
        tls: ssl.SSLContext | None = None,
        pages: Listening | None = None,
        own_ports: Mapping[str, int] | None = None,
    ) -> tuple[str, list[str]]:
        """Listen for systems on `host`, and for workers on loopback.

        Returns the address systems send to, and in Danish what could not be taken up again of the runs that a killed hub left
        open. `names` are further names a system may call the hub by; the first is told to systems where `host` is every address
        of the machine. `tls`: systems speak TLS. `pages`: where the control room's and the testers' pages are. `own_ports`:
        systems with a port of their own, where no name need stand in the path. Raises OSError; EnvironmentFault for such a port,
        for pages that cannot be shown and for reports that cannot be written; ConfigurationError when there is a hub already.
        """
        self._lock = FileLock(self.reports / LOCK_FILE, blocking=False)
        try:
            self.reports.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except Timeout:
            raise ConfigurationError(f"Der kører allerede en hub for mappen {self.reports}.") from None
        except OSError as error:
            why = f"{self.reports} kan ikke skrives: {error.strerror or error}"
            raise EnvironmentFault(f"Rapportmappen {why}. Vælg en anden med --reports.") from None
        self._arrivals = Arrivals(self.reports)
        troubles = await self._take_up()
        await self._begin_watching()
        self._door = HttpDoor(self._answer, frozenset(map(str.lower, (host, "localhost", *names))), self.limits, self._no_tls)
        base = _base(host, names, tls)
        self._address = f"{base}:{await self._door.start(host, port, tls)}"
        for system, own_port in (own_ports or {}).items():
            try:
                self._own_addresses[system] = f"{base}:{await self._door.start(host, own_port, tls, system)}"
            except OSError as error:
                raise EnvironmentFault(f"Porten {own_port} til {system} kan ikke bruges: {error.strerror or error}.") from None
        if pages is not None:
            self._pages = Front(self, self.reports, pages, files=self, reviews=self.reviews)
            await self._pages.start(_base(pages.host, names, pages.tls), names)
        token = secrets.token_hex(32)
        self._control = Control(self, token)
        self._write_control_file(await self._control.start(), token)
        return self._address, troubles

    async def _begin_watching(self) -> None:
        """Take in and lay out files. The first look comes before anybody can open another run: it knows what a kill cut off."""
        for system, ways in self.ways.items():
            if any(way.by is not By.HTTP for way in ways):
                page = self.reports / FILES / system
                files = self._files[system] = SystemFiles(
                    ways=ways,
                    page=page,
                    guard=Guard(self.allowed),
                    log=FileLog(
                        current=partial(self._open_world, system),
                        world=partial(self._world, system),
                        places={page, *(place_of(way, page) for way in ways)},
                        networks=networks_of(ways),
                    ),
                    counted=partial(self._count, system),
                    pause=max(LOOK_SECONDS / self.tempo, SHORTEST_LOOK),
                )
                await files.look()
                self._watching.append(asyncio.create_task(files.watch()))

    async def settle_files(self, system: str) -> None:
        """Return when the files from the LPS of `system` are taken in, and those for it are laid out."""
        if system in self._files:
            await self._files[system].settle()

    async def hand_in(self, system: str, name: str, data: bytes) -> HandedIn:
        """Take in a file as what the LPS of `system` would have sent. Raises KeyError for a system without files."""
        return await self._files[system].hand_in(name, data)

    def waiting_files(self, system: str) -> tuple[Path, ...]:
        """The files that wait to be fetched from the page of `system`, oldest first; none where nothing comes that way."""
        return self._files[system].waiting() if system in self._files else ()

    def left_files(self, system: str) -> tuple[Left, ...]:
        """The files from `system` that were not taken in, and why."""
        return self._files[system].left if system in self._files else ()

    async def returned(self) -> None:
        """Return when nobody but whoever started the hub counts on it."""
        if self._control is not None:
            await self._control.returned()

    async def stop(self) -> None:
        """End every connection and every world, and take the control file away. The next hub goes on with the worlds."""
        if self._control is not None:
            (self.reports / CONTROL_FILE).unlink(missing_ok=True)
            await self._control.stop()
        for task in self._watching:
            task.cancel()
        await asyncio.gather(*self._watching, return_exceptions=True)
        for door in (self._door, self._pages):
            if door is not None:
                await door.stop()
        await asyncio.gather(*self._noting, return_exceptions=True)
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

        Raises ConfigurationError for a system that the hub does not know, since it would take nothing in, when it has a run
        already or cannot be resumed; EnvironmentFault when it cannot be written.
        """
        if system not in self.systems:
            raise ConfigurationError(f"Hubben kender ikke {system}. Start den med systemets fil: lps serve --vendor FIL.")
        if place.partner and place.partner not in self.systems:
            raise ConfigurationError(
                f"Hubben kender ikke partneren {place.partner}. Start den med systemets fil: lps serve --vendor FIL."
            )
        async with self._opening:
            await self._make_room(system, place.partner)
            run = self._active.get(system)
            if run is None or not place.resume or run.place.folder != place.folder:
                if run is not None:
                    await self.close(system)
                run = self._active[system] = await self._begin(place)
                self._remember()
            self._held.add(system)
            self.news.tell()
            return run, self.address_of(system)

    async def _make_room(self, system: str, partner: str) -> None:
        """See that neither is in another run. One whose worker is gone ends, but for the system's own: that may be resumed.

        Raises ConfigurationError.
        """
        for each in filter(None, (system, partner)):
            host = self._host_of(each)
            if host in self._held:
                way = "" if host == each else f", som partner til {host}"
                raise ConfigurationError(f"{each} har allerede en kørsel i gang{way}.")
            if host not in ("", system):
                await self.close(host)

    def _host_of(self, system: str) -> str:
        """The system whose run the messages of `system` go to: itself, or the one it is the partner of; empty for none."""
        if system in self._active:
            return system
        return next((host for host, run in self._active.items() if run.place.partner == system), "")

    def address_of(self, system: str) -> str:
        """Where `system` finds the services: its own port where it has one, else a path of everybody's."""
        return self._own_addresses.get(system, f"{self._address}/{system}")

    def arrivals(self, system: str) -> tuple[Arrival, ...]:
        """What has come from `system` lately, the newest first."""
        return self._arrivals.of(system) if self._arrivals else ()

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

    def link(self, system: str) -> str:
        """The address by which one tester gets in to the page of `system`, once.

        Raises ConfigurationError when there is no such system, or the hub shows no pages.
        """
        if self._pages is None:
            raise ConfigurationError("Hubben viser ingen sider. Start den med lps serve --pages-port PORT.")
        return self._pages.link(system)

    @property
    def pages_address(self) -> str:
        """Where the pages are; empty when they are not shown."""
        return self._pages.address if self._pages else ""

    async def _answer(self, request: Request) -> Response | None:
        certificate = _certificate(CERTIFICATE.get())
        arrival = self._arrival(request, certificate)
        try:
            entrances = Entrances(self.systems, self.certificates)
            system, path = entrances.whose(request.path, ENTRANCE.get(), certificate, self._active)
        except NobodysMessage as error:
            answered = refused(request, str(error), error.status)
            self._nobodys(replace(arrival, why=str(error), status=answered.status))
            return answered
        run_id = self._count(system)
        run = await self._world(system)
        came = certificate.facts if certificate else {}
        at_service = replace(request, path=path)
        address = f"{self._address.partition(':')[0]}://{request.header('host')}{request.path}"
        sender = PARTNER if run.place.partner == system else LPS
        answer = await run.described(at_service, address) or await run.receive(sender, at_service, came)
        response: Response | None = None
        match answer:
            case Response():
                response = answer
            case Late(response, seconds):
                await asyncio.sleep(run.clock.real(seconds))
            case NoAnswer():
                pass
        status = response.status if response else 0
        noting = asyncio.create_task(self._note(system, replace(arrival, run=run_id, status=status), request.body))
        self._noting.add(noting)
        noting.add_done_callback(self._noting.discard)
        return response

    async def _note(self, system: str, arrival: Arrival, body: bytes) -> None:
        """Remember an arrival. Whose it is waits for its answer; what it looks like can wait until that has left."""
        kind = await asyncio.to_thread(format_of, body)
        if self._arrivals:
            self._arrivals.came(system, replace(arrival, kind=kind))

    def _arrival(self, request: Request, certificate: Certificate | None) -> Arrival:
        subject = certificate.subject if certificate else ""
        return shown(Arrival(datetime.now(UTC), CLIENT.get(), request.method, request.path, len(request.body), subject))

    def _open_world(self, system: str) -> LiveRun | None:
        return self._active.get(self._host_of(system)) or self._standing.get(system)

    async def _world(self, system: str) -> LiveRun:
        """Where a message from `system` goes now."""
        return self._active.get(self._host_of(system)) or await self._standing_world(system)

    def _count(self, system: str) -> str:
        """Count a message from `system`; the id of the run it came in, empty outside any."""
        active = self._active.get(self._host_of(system))
        run = active.place.folder.name if active else ""
        self._tally.came(system, run)
        return run

    def state(self) -> HubState:
        """What the control room shows."""
        runs = {system: run.place.folder.name for system, run in self._active.items()}
        return self._tally.state({system: self.address_of(system) for system in self.systems}, runs)

    async def _standing_world(self, system: str) -> LiveRun:
        async with self._opening:
            if system not in self._standing:
                folder = self.reports / STANDING / system / datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
                folder.mkdir(parents=True)
                place = Place(folder.resolve(), self.allowed, self.tempo, seats=self.seats.get(system, {}))
                self._standing[system] = await LiveRun.open(place, self.services)
                self._remember()
            return self._standing[system]

    def _no_tls(self, why: str) -> None:
        """A client came no further than the door."""
        self._nobodys(Arrival(datetime.now(UTC), CLIENT.get(), "TLS", ENTRANCE.get(), 0, why=why))

    def _nobodys(self, arrival: Arrival) -> None:
        """Nobody's message: listed without its content, since nobody has said whose it is."""
        self._tally.came_from_unknown(arrival)
        if self._arrivals:
            self._arrivals.came_from_unknown(arrival)


@functools.lru_cache(maxsize=256)
def _certificate(der: bytes) -> Certificate | None:
    return read_certificate(der) if der else None


def _base(host: str, names: Sequence[str], tls: ssl.SSLContext | None) -> str:
    own = next(iter(names), host) if host in EVERY_ADDRESS else host
    return f"{'https' if tls else 'http'}://{f'[{own}]' if ':' in own else own}"
