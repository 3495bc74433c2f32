"""`lps link`: a new way in to a system's page, for one more tester."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.danish import command
from harness.cli.options import home_option
from harness.house import House


@command()
@click.argument("system")
@click.option("--reports", type=click.Path(path_type=Path), metavar="MAPPE", help="Mappen, hubben skriver i. Ellers reports/.")
@home_option
def link(system: str, reports: Path | None, house: House) -> None:
    """Giv en tester adgang til et systems side. Adgangen virker én gang; hubben skal være i gang.

    Eksempel: lps link novax
    """
    from harness.hub.control import CONTROL_FILE
    from harness.runner.hub_line import HubLine

    line = HubLine((reports or house.reports) / CONTROL_FILE)
    try:
        print(line.do("link", system=system))
    finally:
        line.close()
