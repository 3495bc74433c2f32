"""`lps serve`: the hub, the one process that owns sockets, worlds and logs in live."""

from __future__ import annotations

import asyncio
import ssl
import sys
from pathlib import Path

import click

from harness.cli.danish import command
from harness.cli.options import home_option
from harness.cli.process import ready, stopping
from harness.domain.errors import EnvironmentFault
from harness.house import House
from harness.hub.hub import Hub, Listening
from harness.hub.tls import server_context
from harness.runner.mock import services
from harness.suite.patients import allowed_cprs, load_patients
from harness.suite.vendors import load_vendors

SWITCH_SECONDS = 0.0005
"""A run's thread at work may not keep the event loop from passing on what has arrived: Python's own 5 ms are felt in waits."""


OWN_MACHINE = ("127.0.0.1", "::1", "localhost")


@command()
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADRESSE", help="Hvor systemerne kan nå hubben.")
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0: en ledig port.")
@click.option("--name", "names", multiple=True, metavar="NAVN", help="Et navn, systemerne kalder hubben ved. Kan gentages.")
@click.option("--reports", type=click.Path(path_type=Path), metavar="MAPPE", help="Hvor kørslerne skrives. Ellers reports/.")
@click.option(
    "--tls",
    type=click.Path(path_type=Path),
    metavar="MAPPE",
    help="Svar kun på https. Mappen har server.pem (certifikat med kæde) og server.key.",
)
@click.option(
    "--pages-port", type=click.IntRange(0, 65535), metavar="PORT", help="Vis kontrolrummet og testernes sider. 0: en ledig port."
)
@click.option(
    "--pages-host",
    default="127.0.0.1",
    show_default=True,
    metavar="ADRESSE",
    help="Hvor testerne kan nå siderne. 0.0.0.0: fra hele nettet; med --tls er det https.",
)
@click.option("--tempo", type=float, default=1.0, hidden=True)
@click.option("--until-stdin-ends", is_flag=True, hidden=True)
@home_option
def serve(
    host: str,
    port: int,
    names: tuple[str, ...],
    reports: Path | None,
    tls: Path | None,
    pages_port: int | None,
    pages_host: str,
    tempo: float,
    until_stdin_ends: bool,
    house: House,
) -> None:
    """Start hubben, som spiller de nationale tjenester over nettet.

    Eksempel: lps serve --port 8443 --tls certifikat --pages-port 8081
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    context = server_context(tls) if tls else None
    systems = tuple(load_vendors(house))
    hub = Hub(reports or house.reports, systems, services, allowed_cprs(house), tempo, patients=load_patients(house))
    pages = None
    if pages_port is not None:
        # A context of their own: browsers never show the certificates that systems may have to.
        pages = Listening(pages_host, pages_port, server_context(tls) if tls and pages_host not in OWN_MACHINE else None)
    asyncio.run(_serve(hub, host, port, names, context, pages, until_stdin_ends))


async def _serve(
    hub: Hub,
    host: str,
    port: int,
    names: tuple[str, ...],
    tls: ssl.SSLContext | None,
    pages: Listening | None,
    until_stdin_ends: bool,
) -> None:
    try:
        address, troubles = await hub.start(host, port, names, tls, pages)
        for trouble in troubles:
            print(trouble, file=sys.stderr)
        ready(f"Hubben lytter. Et system når tjenesterne på {address}/<system>. Stop med Ctrl-C.")
        if pages:
            print(f"Kontrolrummet (kun på denne maskine): {hub.pages_address}/")
            if pages.tls is None and pages.host not in OWN_MACHINE:
                print("Siderne går ukrypteret over nettet. Med --tls MAPPE er de på https.", file=sys.stderr)
            print("Adgang for én tester til hvert systems side. Den virker én gang; lps link SYSTEM giver en ny:")
            for system in hub.systems:
                print(f"  {system}: {hub.link(system)}", flush=True)
        await stopping(until_stdin_ends)
        if until_stdin_ends:
            await hub.returned()
    except OSError as error:
        raise EnvironmentFault(f"Hubben kan ikke lytte på {host}:{port}: {error.strerror or error}.") from None
    finally:
        await hub.stop()
