"""`lps send`: runs that are over, or were cut off, sent to the wall."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.danish import command
from harness.cli.options import home_option, publish_ca_option, reports_option
from harness.cli.outcome import CONFIGURATION
from harness.cli.sending import publishing, wall_of
from harness.domain.errors import ConfigurationError
from harness.house import House
from harness.record.result import ENVIRONMENT, GOOD
from harness.reporting.latest import find_run


@command()
@click.argument("runs", nargs=-1, required=True, metavar="KØRSEL…")
@click.option("--publish", required=True, metavar="URL", help="Tavlens adresse. Adgangsnøglen står i LPS_PUBLISH_TOKEN.")
@publish_ca_option
@reports_option
@home_option
def send(runs: tuple[str, ...], publish: str, publish_ca: Path | None, reports: Path | None, house: House) -> int:
    """Send kørsler til tavlen, når de er færdige eller afbrudt: loggen og gennemgangen, men ingen bilag.

    En kørsel er en mappe eller et id. Det, tavlen har, bliver ikke sendt igen, så kommandoen kan gentages.

    Eksempel: lps send 20261005T081500 --publish https://tavle.example:8443
    """
    wall = wall_of(publish, publish_ca)
    if wall is None:
        raise ConfigurationError("--publish skal være tavlens adresse, fx https://tavle.example:8443. Fundet: “”.")
    folders = list(dict.fromkeys(find_run(reports or house.reports, each) for each in runs))
    with publishing(wall, folders) as sending:
        pass  # nothing more is written: what is there is sent when it closes
    if sending.unwanted:
        return CONFIGURATION
    return ENVIRONMENT if sending.left() else GOOD
