"""`lps serve`: the hub, the one process that owns sockets, worlds and logs in live."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from harness.cli.danish import command
from harness.cli.options import home_option
from harness.cli.process import ready, stopping
from harness.domain.errors import EnvironmentFault
from harness.house import House
from harness.hub.hub import Hub
from harness.runner.mock import services
from harness.suite.patients import allowed_cprs
from harness.suite.vendors import load_vendors


@command()
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADRESSE", help="Hvor systemerne kan nå hubben.")
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0: en ledig port.")
@click.option("--name", "names", multiple=True, metavar="NAVN", help="Et navn, systemerne kalder hubben ved. Kan gentages.")
@click.option("--reports", type=click.Path(path_type=Path), metavar="MAPPE", help="Hvor kørslerne skrives. Ellers reports/.")
@click.option("--tempo", type=float, default=1.0, hidden=True)
@click.option("--until-stdin-ends", is_flag=True, hidden=True)
@home_option
def serve(
    host: str, port: int, names: tuple[str, ...], reports: Path | None, tempo: float, until_stdin_ends: bool, house: House
) -> None:
    """Start hubben, som spiller de nationale tjenester over nettet.

    Eksempel: lps serve --port 8080
    """
    hub = Hub(reports or house.reports, tuple(load_vendors(house)), services, allowed_cprs(house), tempo)
    asyncio.run(_serve(hub, host, port, names, until_stdin_ends))


async def _serve(hub: Hub, host: str, port: int, names: tuple[str, ...], until_stdin_ends: bool) -> None:
    try:
        address = await hub.start(host, port, names)
        ready(f"Hubben lytter. Et system når tjenesterne på {address}/<system>. Stop med Ctrl-C.")
        await stopping(until_stdin_ends)
    except OSError as error:
        raise EnvironmentFault(f"Hubben kan ikke lytte på {host}:{port}: {error.strerror or error}.") from None
    finally:
        await hub.stop()
