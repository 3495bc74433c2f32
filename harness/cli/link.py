"""`lps link`: a new way in to a system's page, or to MedCom's, for one more tester."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.danish import command
from harness.cli.options import home_option
from harness.domain.errors import ConfigurationError
from harness.house import House


@command()
@click.argument("system", required=False, metavar="SYSTEM")
@click.option(
    "--medcom", is_flag=True, help="Adgang for en tester fra MedCom: gennemgang af alle kørsler, og alle systemers sider."
)
@click.option("--reports", type=click.Path(path_type=Path), metavar="MAPPE", help="Mappen, hubben skriver i. Ellers reports/.")
@home_option
def link(system: str | None, medcom: bool, reports: Path | None, house: House) -> None:
    """Giv en tester adgang til et systems side, eller en af MedComs testere adgang til dem alle.

    Adgangen virker én gang; hubben skal være i gang.

    Eksempel: lps link novax
    """
    if (system is None) is not medcom:
        raise ConfigurationError("Skriv enten et system eller --medcom, fx lps link novax.")
    from harness.hub.control import CONTROL_FILE
    from harness.hub.pages.access import MEDCOM
    from harness.runner.hub_line import HubLine

    line = HubLine((reports or house.reports) / CONTROL_FILE)
    try:
        print(line.do("link", system=system or MEDCOM))
    finally:
        line.close()
