"""`lps dashboard`: the wall, as a process that follows the reports folder and shows pages."""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from harness.cli.danish import command
from harness.cli.options import home_option, reports_option
from harness.cli.process import ready, stopping
from harness.cli.review import reviews_in
from harness.cli.store import opened
from harness.domain.errors import ConfigurationError, EnvironmentFault
from harness.house import House
from harness.record.delivery import source_of

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from starlette.applications import Starlette
    from uvicorn import Config

    from harness.dashboard.following.follower import Follower
    from harness.dashboard.index.store import Index

GRACE_SECONDS = 2
"""How long readers have to leave when the wall is stopped: they stay on the line for as long as it is there."""

_CONNECTIONS: Final = 2_000
"""At most so many readers and senders at a time; fewer where the machine gives a process fewer files."""
_QUEUE: Final = 512
"""How many newcomers the system keeps while the wall is busy."""

_UNENCRYPTED: Final = (
    "Andre maskiner kan nå tavlen, og den svarer på http: koder og nøgler bliver sendt ukrypteret. Start den med --tls MAPPE, "
    "hvor der er server.pem og server.key, så den kun svarer på https."
)


@command()
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADRESSE", help="Hvor tavlen kan nås.")
@click.option("--port", type=click.IntRange(0, 65535), metavar="PORT", default=8088, show_default=True, help="0: en ledig port.")
@click.option("--store", default="", metavar="ADRESSE", help="Tavlens database. Ellers tavle.db hos rapporterne.")
@reports_option
@click.option("--campaign", default="", metavar="ID", help="Den kampagne, tavlen begynder med. Ellers den, der har en dag.")
@click.option(
    "--tls",
    type=click.Path(path_type=Path),
    metavar="MAPPE",
    help="Svar kun på https. Mappen har server.pem (certifikat med kæde) og server.key.",
)
@click.option(
    "--rebuild", is_flag=True, help="Lav tavlens oversigt forfra ud fra loggene. Adgange og arbejdsliste bliver stående."
)
@click.option("--name", "names", multiple=True, metavar="NAVN", help="Et navn, tavlen bliver kaldt ved. Kan gentages.")
@click.option(
    "--address", default="", metavar="ADRESSE", help="Hvor telefoner når tavlen, fx https://tavle.example. Står i QR-koderne."
)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    metavar="MAPPE",
    help="MedComs eget sæt, når kørsler på det bliver sendt hertil: så må dets personer stå i dem.",
)
@click.option("--until-stdin-ends", is_flag=True, hidden=True)
@home_option
def dashboard(
    host: str,
    port: int,
    store: str,
    reports: Path | None,
    campaign: str,
    tls: Path | None,
    rebuild: bool,
    names: tuple[str, ...],
    address: str,
    data: Path | None,
    until_stdin_ends: bool,
    house: House,
) -> None:
    """Vis tavlen: hvor alle systemer står, mens der bliver kørt.

    Tavlen følger kørslerne i rapportmappen. Databasen er kun en genvej: alt i den kan laves igen ud fra loggene.

    Eksempel: lps dashboard --campaign kol-lrs-2027 --port 8088
    """
    from harness.dashboard.hall import hall_app
    from harness.dashboard.receiving.admission import Admission
    from harness.dashboard.standing.ground import load_ground
    from harness.hub.tls import server_context

    context = server_context(tls) if tls else None
    if context is None and not _only_here(host):
        _tell(_UNENCRYPTED)
    ground = load_ground(house, campaign)
    top = (reports or house.reports).absolute()
    with opened(store, top) as engine, _index(engine, rebuild=rebuild) as index:
        from harness.dashboard.following.follower import Follower
        from harness.dashboard.standing.live import LiveWall
        from harness.suite.data_set import load_data
        from harness.suite.fingerprint import present_fingerprint
        from harness.suite.patients import allowed_cprs

        wall = LiveWall(ground, top, lambda started: present_fingerprint(house, started), index, index.load())
        index.start()
        app = hall_app(
            wall,
            top,
            engine,
            allowed=allowed_cprs(house) | {str(each.cpr) for each in (load_data(house, data).own if data else ())},
            admission=Admission(frozenset(each.id for each in ground.systems), frozenset(each.id for each in ground.campaigns)),
            hosts=dict.fromkeys((host, *names, "localhost", "127.0.0.1")),
            export=_Export(house, top),
            reviews=reviews_in(house, top),
            secure=tls is not None,
            address=address,
        )
        asyncio.run(_show(app, Follower(top, wall, _tell, source_of), host, port, context, until_stdin_ends))


@dataclass(frozen=True, slots=True)
class _Export:
    """The export of a campaign's day, as `lps export` makes it."""

    house: House
    reports: Path

    def make(self, campaign: str, rehearsal: bool) -> tuple[str, ...]:
        from harness.cli.export import said_of
        from harness.reporting.day.export import export_day
        from harness.suite.campaigns import load_campaign

        if load_campaign(self.house, campaign).day is None:
            raise ConfigurationError("Kampagnen har ingen dag i sin fil, så der er ingen dag at samle. Vælg en, der har.")
        return tuple(said_of(export_day(self.house, self.reports, campaign, rehearsal=rehearsal)))

    def package(self, campaign: str, rehearsal: bool) -> Path:
        from harness.reporting.day.export import package_in

        return package_in(self.reports / campaign, rehearsal)


@contextmanager
def _index(engine: Engine, *, rebuild: bool) -> Iterator[Index]:
    """The index in the database, written to its end afterwards."""
    from harness.dashboard.index.store import Index

    index = Index(engine, _tell)
    if rebuild:
        index.clear()
    try:
        yield index
    finally:
        index.stop()


def _only_here(host: str) -> bool:
    """Whether nobody on another machine reaches what listens there."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


async def _show(
    app: Starlette, follower: Follower, host: str, port: int, tls: ssl.SSLContext | None, until_stdin_ends: bool
) -> None:
    """Show the wall, and follow the runs, until told to stop. What ends before that ends everything, and is raised."""
    from uvicorn import Config, Server

    from harness.dashboard.crowd import Crowd, bounded
    from harness.hub.http import OTHER_FILES, connections_possible

    class Quiet(Server):
        """Signals are heard by `stopping`, as in every long-running command of ours."""

        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            for each in sockets or ():
                each.listen(_QUEUE)

    def own_context(_config: Config, _usual: object) -> ssl.SSLContext:
        assert tls is not None  # asked for by name below
        return tls

    listening = _listen(host, port)
    server = Quiet(
        Config(
            app,
            http=bounded(Crowd(connections_possible(_CONNECTIONS))),
            ws="none",
            # asyncio takes in up to `backlog` connections before it tells of the first: no more than there are files to spare.
            backlog=OTHER_FILES // 4,
            log_level="error",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
            ssl_context_factory=own_context if tls else None,
        )
    )
    shown = f"[{host}]" if ":" in host else host
    serving = asyncio.create_task(server.serve([listening]))
    others = [asyncio.create_task(follower.run()), asyncio.create_task(stopping(until_stdin_ends))]
    ready(f"Tavlen er på {'https' if tls else 'http'}://{shown}:{listening.getsockname()[1]}/. Stop med Ctrl-C.")
    try:
        done, _ = await asyncio.wait([serving, *others], return_when=asyncio.FIRST_COMPLETED)
    finally:
        app.state.hang_up()
        server.should_exit = True
        for each in others:
            each.cancel()
        await asyncio.gather(serving, *others, return_exceptions=True)
    for each in done:
        each.result()


def _listen(host: str, port: int) -> socket.socket:
    """A socket that takes connections from now on. Raises EnvironmentFault."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listening = socket.socket(family, kind, protocol)
        if sys.platform != "win32":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(_QUEUE)
        listening.setblocking(False)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            why = "Porten er i brug, måske af en tavle, der kører. Stop den, eller vælg en anden port med --port."
        else:
            why = f"{error.strerror or error}."
        raise EnvironmentFault(f"Tavlen kan ikke lytte på {host}:{port}. {why}") from None
    return listening
