"""`lps overview`: MedCom's overview of approvals as a page, a workbook and a flat list."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from harness.cli.danish import command
from harness.cli.options import home_option, reports_option, store_option, trusted_option
from harness.domain.errors import EnvironmentFault
from harness.house import House

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

NAME: Final = "godkendelsesoversigt"


@command()
@click.option("--campaign", default="all", metavar="ID,…|all", help="De kampagner, der skal med. Ellers alle.")
@click.option("--format", "kind", type=click.Choice(["html", "xlsx", "csv", "all"]), default="all", help="Ellers alle tre.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), metavar="MAPPE", help="Hvor den skal ligge. Ellers reports/."
)
@trusted_option
@store_option
@reports_option
@home_option
def overview(
    campaign: str,
    kind: str,
    out: Path | None,
    trusted: Ed25519PublicKey | None,
    stores: tuple[Path, ...],
    reports: Path | None,
    house: House,
) -> None:
    """Skriv godkendelsesoversigten: hvad hvert system er godkendt til, og hvor langt det er i kampagnerne.

    Den begynder med MedComs godkendelsesliste og bliver kun ændret af certifikater, der er underskrevet med MedComs
    nøgle (--key), og af MedComs gennemgang af certificeringer. En prøvekørsel ændrer intet. CSV-filen har semikolon
    og UTF-8 med BOM, som Excel på dansk åbner direkte.

    Eksempel: lps overview --campaign kol-lrs-2027 --format xlsx
    """
    from harness.reporting.overview.flat import csv_of
    from harness.reporting.overview.page import page_of
    from harness.reporting.overview.sheets import workbook_of
    from harness.reporting.overview.sources import read_overview
    from harness.suite.approval_list import load_approval_list

    names = load_approval_list(house)
    found = read_overview(house, reports or house.reports, stores, trusted, campaign)
    made = {
        "html": lambda: page_of(found, names.navne),
        "xlsx": lambda: workbook_of(found, names.navne, names.systemtype),
        "csv": lambda: csv_of(found, names.navne, names.systemtype),
    }
    folder = out or reports or house.reports
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for each in made if kind == "all" else (kind,):
            file = folder / f"{NAME}.{each}"
            file.write_bytes(made[each]())
            print(file)
    except OSError as error:
        raise EnvironmentFault(f"Oversigten kan ikke skrives i {folder}: {error.strerror or error}.") from None
    for row in found.campaigns:
        print(f"{row.campaign.id}: {row.success}")
    for told in found.told:
        print(told, file=sys.stderr)
