"""`lps reference`: the reference LPS as a process of its own, one instance a system."""

from __future__ import annotations

import asyncio
import ssl
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import click
import httpx

from harness.cli.danish import command
from harness.cli.options import home_option
from harness.cli.process import ready, stopping
from harness.domain.errors import ConfigurationError, EnvironmentFault
from harness.domain.exchange import Request, Response
from harness.domain.organisations import CLINIC, PARTNER_CLINIC
from harness.domain.patient import Organisation
from harness.domain.vendor import Driver
from harness.house import House
from harness.hub.clock import LiveClock
from harness.hub.http import HttpDoor
from harness.hub.tls import client_context
from harness.lps.reference.folders import FolderLine
from harness.lps.reference.system import HTTP_TIMEOUT, ReferenceLps
from harness.runner.mock import lps_setup
from harness.runner.options import prepare
from harness.runner.setup import RunSetup
from harness.runner.wish import Wish
from harness.services.world import fresh_ids, text_response
from harness.suite.secret import read_secret
from harness.suite.vendors import load_vendors

NO_LINE = "http://kun-mapper.test"
"""Where the services are for a system that has folders only."""


@command()
@click.option(
    "--services",
    default="",
    metavar="ADRESSE",
    help="Hvor hubben er, fx http://127.0.0.1:8080. Uden den når systemet kun det, der kommer som filer (kanaler i dets fil).",
)
@click.option("--vendor", default="all", metavar="ID,…|all", help="De systemer, referencesystemet påtager sig. Ellers alle seks.")
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADRESSE", help="Hvor testgrænsefladen er.")
@click.option("--port", type=click.IntRange(0, 65535), default=8090, show_default=True, help="0: en ledig port.")
@click.option("--rute", default="", metavar="RUTE", help="plsp eller direkte, i stedet for den i systemets fil.")
@click.option("--cpd", default="", metavar="UDGAVE", help="Den CPD-DK-udgave, systemet sender: 1.0.1 eller 2.0.")
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="[ID:]FEJL",
    help="En fejl, systemet skal have. Med et systems id foran har kun det fejlen. Kan gentages.",
)
@click.option("--as-partner", is_flag=True, help="Systemerne er partnere i kørsler af to: de har den anden kliniks postkasse.")
@click.option(
    "--key",
    "key_source",
    default="",
    metavar="KILDE",
    help="Den adgangsnøgle, man skal vise: env:NAVN eller fil:STI. Ellers ingen.",
)
@click.option(
    "--ca", type=click.Path(path_type=Path), metavar="FIL", help="Certifikater (PEM), som hubbens https skal kendes på."
)
@click.option("--tempo", type=float, default=1.0, hidden=True)
@click.option("--until-stdin-ends", is_flag=True, hidden=True)
@home_option
def reference(
    services: str,
    vendor: str,
    host: str,
    port: int,
    rute: str,
    cpd: str,
    faults: tuple[str, ...],
    as_partner: bool,
    key_source: str,
    ca: Path | None,
    tempo: float,
    until_stdin_ends: bool,
    house: House,
) -> None:
    """Start referencesystemet som en proces for sig.

    Eksempel: lps reference --services http://127.0.0.1:8080 --vendor novax
    """
    names = list(load_vendors(house)) if vendor == "all" else vendor.split(",")
    wish = Wish(home=house.home, driver=Driver.REFERENCE, rute=rute, cpd=cpd, faults=faults)
    setups = [prepare(replace(wish, vendor=name)) for name in names]
    if not services and not all(setup.vendor.ways for setup in setups):
        raise ConfigurationError("Skriv --services ADRESSE: et af systemerne har ingen mapper (kanaler) i sin fil.")
    trusted = client_context(ca) if ca is not None else ssl.create_default_context()
    token = read_secret(key_source) if key_source else ""
    clinic = PARTNER_CLINIC if as_partner else CLINIC
    asyncio.run(_run(setups, services, trusted, token, clinic, host, port, tempo, until_stdin_ends))


async def _run(
    setups: list[RunSetup],
    services: str,
    trusted: ssl.SSLContext,
    token: str,
    clinic: Organisation,
    host: str,
    port: int,
    tempo: float,
    until_stdin_ends: bool,
) -> None:
    systems = {setup.vendor.id: _System(setup, services, trusted, token, clinic, tempo) for setup in setups}

    async def answer(request: Request) -> Response:
        _, name, *rest = request.path.split("/", 2)
        if name not in systems:
            return text_response(404, f"Adressen skal begynde med systemets navn: {', '.join(systems)}.")
        return await systems[name].answer(replace(request, path="/" + "/".join(rest)))

    if services:
        await _reach(services, trusted)
    door = HttpDoor(answer, frozenset({host.lower(), "localhost"}))
    try:
        taken = await door.start(host, port)
    except OSError as error:
        raise EnvironmentFault(f"Referencesystemet kan ikke lytte på {host}:{port}: {error.strerror or error}.") from None
    ready(f"http://{host}:{taken}")
    try:
        await stopping(until_stdin_ends)
    finally:
        await door.stop()


async def _reach(services: str, trusted: ssl.SSLContext) -> None:
    """Raise EnvironmentFault when the hub cannot be reached: that must not look like a system that sends nothing."""
    url = urlsplit(services)
    encrypted = url.scheme == "https"
    try:
        async with asyncio.timeout(HTTP_TIMEOUT):
            _, writer = await asyncio.open_connection(
                url.hostname, url.port or (443 if encrypted else 80), ssl=trusted if encrypted else None
            )
    except OSError as error:
        raise EnvironmentFault(f"Referencesystemet kan ikke nå hubben på {services}: {error or 'den svarer ikke'}.") from None
    writer.close()


class _System:
    """One instance: whatever it does, it does in a thread of its own, one thing at a time."""

    def __init__(
        self, setup: RunSetup, services: str, trusted: ssl.SSLContext, token: str, clinic: Organisation, tempo: float
    ) -> None:
        self._turns = ThreadPoolExecutor(1, setup.vendor.id)
        self._loop = asyncio.get_running_loop()
        clock = LiveClock(self._loop, self._in_turn, tempo)
        address, timeout = f"{services or NO_LINE}/{setup.vendor.id}", HTTP_TIMEOUT / tempo
        # Straight, whatever proxy the machine has: a rehearsal must not depend on it, and `_reach` has tried the straight way.
        client = httpx.Client(timeout=timeout, verify=trusted, trust_env=False)
        if setup.vendor.ways:
            line = httpx.HTTPTransport(verify=trusted) if services else None
            folders = FolderLine(setup.vendor.ways, urlsplit(address).path, lambda: str(uuid.uuid4()), timeout, line)
            client = httpx.Client(transport=folders, timeout=timeout, trust_env=False)
        self._lps = ReferenceLps(
            replace(lps_setup(setup, address, clinic), token=token), client, clock, fresh_ids(f"{setup.vendor.id} {clock.now()}")
        )

    def _in_turn(self, action: Callable[[], None]) -> None:
        self._loop.run_in_executor(self._turns, action)  # what it raises and nobody reads, asyncio writes to standard error

    async def answer(self, request: Request) -> Response:
        """Answer one request to the test interface."""
        asked = httpx.Request(request.method, f"http://lps{request.path}", headers=list(request.headers), content=request.body)
        answered = await self._loop.run_in_executor(self._turns, self._lps, asked)
        return Response(answered.status_code, answered.content, (("content-type", answered.headers["content-type"]),))
