"""`lps serve`: the hub, the one process that owns sockets, worlds and logs in live."""

from __future__ import annotations

import asyncio
import re
import ssl
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from harness.cli.danish import command
from harness.cli.options import home_option
from harness.cli.process import ready, stopping
from harness.cli.review import reviews_in
from harness.domain.errors import ConfigurationError, EnvironmentFault
from harness.house import House
from harness.hub.certificates import AUTHORITY, new_authority
from harness.hub.hub import EVERY_ADDRESS, Hub
from harness.hub.pages.front import Listening
from harness.hub.tls import CHAIN, server_context
from harness.runner.mock import services
from harness.suite.patients import allowed_cprs, load_patients
from harness.suite.vendors import load_vendor, load_vendors

SWITCH_SECONDS = 0.0005
"""A run's thread at work may not keep the event loop from passing on what has arrived: Python's own 5 ms are felt in waits."""


OWN_MACHINE = ("127.0.0.1", "::1", "localhost")


@command()
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADRESSE", help="Hvor systemerne kan nå hubben.")
@click.option("--port", type=click.IntRange(0, 65535), metavar="PORT", default=8080, show_default=True, help="0: en ledig port.")
@click.option(
    "--porte",
    metavar="FRA-TIL",
    help="Giv hvert system sin egen port, i rækkefølge efter id, fx 8441-8446. Der står intet systemnavn i adressen.",
)
@click.option("--name", "names", multiple=True, metavar="NAVN", help="Et navn, systemerne kalder hubben ved. Kan gentages.")
@click.option(
    "--vendor",
    "files",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FIL",
    help="Et systems fil, som ikke ligger i fixtures/vendors/. Kan gentages.",
)
@click.option("--reports", type=click.Path(path_type=Path), metavar="MAPPE", help="Hvor kørslerne skrives. Ellers reports/.")
@click.option(
    "--tls",
    type=click.Path(path_type=Path),
    metavar="MAPPE",
    help="Svar kun på https. Mappen har server.pem (certifikat med kæde) og server.key.",
)
@click.option(
    "--ny-ca", is_flag=True, help="Lav først et midlertidigt certifikat i mappen fra --tls, med en CA-fil til systemerne."
)
@click.option(
    "--klient-ca",
    type=click.Path(path_type=Path),
    metavar="FIL",
    help="Bed om klientcertifikat. Filen (PEM) har de CA-certifikater, der godtages.",
)
@click.option("--kun-med-klientcertifikat", "demanded", is_flag=True, help="Luk ingen ind uden klientcertifikat.")
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
    porte: str | None,
    names: tuple[str, ...],
    files: tuple[Path, ...],
    reports: Path | None,
    tls: Path | None,
    ny_ca: bool,
    klient_ca: Path | None,
    demanded: bool,
    pages_port: int | None,
    pages_host: str,
    tempo: float,
    until_stdin_ends: bool,
    house: House,
) -> None:
    """Start hubben, som spiller de nationale tjenester over nettet.

    Eksempel: lps serve --port 8443 --tls certifikat --ny-ca --pages-port 8081
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    own = [load_vendor(path) for path in files]
    vendors = load_vendors(house) | {each.id: each for each in own}
    if ny_ca:
        print(_new_certificate(tls, host, names), file=sys.stderr)
    context = _tls(tls, klient_ca, demanded=demanded)
    ways = {name: vendor.ways for name, vendor in vendors.items()}
    seats = {name: vendor.seats for name, vendor in vendors.items()}
    named = {vendor.id: vendor.client_certificate for vendor in vendors.values() if vendor.client_certificate}
    hub = Hub(
        reports or house.reports,
        tuple(vendors),
        services,
        allowed_cprs(house),
        tempo,
        certificates=named,
        ways=ways,
        seats=seats,
        patients=load_patients(house),
        reviews=reviews_in(house, reports, {each.id: path for each, path in zip(own, files, strict=True)}),
        authority=(tls / AUTHORITY).absolute() if tls and (tls / AUTHORITY).is_file() else None,
    )
    pages = None
    if pages_port is not None:
        # A context of their own: browsers do not show the certificates that systems may have to.
        pages = Listening(pages_host, pages_port, server_context(tls) if tls and pages_host not in OWN_MACHINE else None)
    start = {"names": names, "tls": context, "pages": pages, "own_ports": own_ports(porte, list(vendors))}
    asyncio.run(_serve(hub, host, port, start, until_stdin_ends))


def own_ports(wanted: str | None, systems: Sequence[str]) -> Mapping[str, int]:
    """Each system's own port, in their order; none when none are wanted. Raises ConfigurationError.

    >>> own_ports("8441-8442", ["novax", "xmo"])
    {'novax': 8441, 'xmo': 8442}
    """
    if wanted is None:
        return {}
    found = re.fullmatch(r"(\d{1,5})-(\d{1,5})", wanted)
    first, last = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 0 < first <= last <= 65535:
        raise ConfigurationError(f"--porte {wanted}: Skriv den første og den sidste port, fx 8441-8446. Den højeste er 65535.")
    if last - first + 1 != len(systems):
        raise ConfigurationError(
            f"--porte {wanted}: Der er {last - first + 1} porte og {len(systems)} systemer: {', '.join(systems)}."
        )
    return dict(zip(systems, range(first, last + 1), strict=True))


def _new_certificate(folder: Path | None, host: str, names: Sequence[str]) -> str:
    if folder is None:
        raise ConfigurationError("--ny-ca: Skriv også --tls MAPPE. Certifikatet bliver lagt dér.")
    if host in EVERY_ADDRESS and not names:
        raise ConfigurationError("--ny-ca: Skriv med --name det navn eller den adresse, systemerne kalder hubben ved.")
    own = () if host in EVERY_ADDRESS else (host,)
    return new_authority(folder, tuple(dict.fromkeys((*names, *own, "localhost", "127.0.0.1"))))


def _tls(folder: Path | None, clients: Path | None, *, demanded: bool) -> ssl.SSLContext | None:
    if folder is None and clients is not None:
        raise ConfigurationError("--klient-ca: Skriv også --tls MAPPE. Uden TLS viser ingen et certifikat.")
    if demanded and clients is None:
        raise ConfigurationError("--kun-med-klientcertifikat: Skriv også --klient-ca FIL.")
    if folder and not (folder / CHAIN).exists():
        raise ConfigurationError(
            f"{folder / CHAIN}: Filen findes ikke. Skriv også --ny-ca, hvis der skal laves et midlertidigt certifikat."
        )
    return server_context(folder, clients, required=demanded) if folder else None


async def _serve(hub: Hub, host: str, port: int, start: dict[str, Any], until_stdin_ends: bool) -> None:
    try:
        address, troubles = await hub.start(host, port, **start)
        for trouble in troubles:
            print(trouble, file=sys.stderr)
        for system in start["own_ports"]:
            print(f"{system}: {hub.address_of(system)} (den adresse skal leverandøren bruge)", file=sys.stderr)
        ready(f"Hubben lytter. Et system når tjenesterne på {address}/<system>. Stop med Ctrl-C.")
        if start["pages"]:
            _tell_of_pages(hub, start["pages"])
        await stopping(until_stdin_ends)
        if until_stdin_ends:
            await hub.returned()
    except OSError as error:
        raise EnvironmentFault(f"Hubben kan ikke lytte på {host}:{port}: {error.strerror or error}.") from None
    finally:
        await hub.stop()


def _tell_of_pages(hub: Hub, pages: Listening) -> None:
    print(f"Kontrolrummet (kun på denne maskine): {hub.pages_address}/")
    if pages.tls is None and pages.host not in OWN_MACHINE:
        print("Siderne går ukrypteret over nettet. Med --tls MAPPE er de på https.", file=sys.stderr)
    print("Adgang for én tester til hvert systems side. Den virker én gang; lps link SYSTEM giver en ny:")
    for system in hub.systems:
        print(f"  {system}: {hub.link(system)}", flush=True)
