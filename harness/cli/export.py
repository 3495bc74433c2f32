"""`lps export`: all results of a connectathon day in one folder and one zip."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli.danish import command
from harness.cli.export_json import ExportOut, LeftOutOut, SystemOut
from harness.cli.options import home_option, json_option, reports_option, store_option, trusted_option
from harness.cli.outcome import shown
from harness.house import House
from harness.reporting.day.export import Exported, export_day
from harness.reporting.summary import REHEARSAL, counted

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

DEFAULT_CAMPAIGN = "connectathon-kol-lrs"


@command()
@click.option("--campaign", default=DEFAULT_CAMPAIGN, show_default=True, metavar="ID", help="Kampagnen.")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DATO", help="Kun kørsler fra denne dag og frem, skrevet ÅÅÅÅ-MM-DD."
)
@click.option("--rehearsal", is_flag=True, help="Prøvekørslerne i stedet for de rigtige. Alt er mærket som prøvekørsel.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="MAPPE",
    help="Hvor den skal ligge. Ellers kampagnens mappe.",
)
@trusted_option
@store_option
@reports_option
@home_option
@json_option
def export(
    campaign: str,
    since: datetime | None,
    rehearsal: bool,
    out: Path | None,
    trusted: Ed25519PublicKey | None,
    stores: tuple[Path, ...],
    reports: Path | None,
    house: House,
    as_json: bool,
) -> int:
    """Saml dagens resultater: hvert systems resultat, det, der mangler, breve til leverandørerne og tal til styregruppen.

    Alt bliver skrevet som en mappe, dagens-resultater, med index.html, og som én zip-fil. Begge kommer i stedet for dem, der
    var der. En prøvekørsel tæller aldrig: den er nævnt for sig. Exitkoden er 0, når eksporten er skrevet.

    Eksempel: lps export --since 2026-10-27
    """
    told = export_day(
        house,
        reports or house.reports,
        campaign,
        out,
        since=since.date() if since else None,
        rehearsal=rehearsal,
        trusted=trusted,
        stores=stores,
    )
    if as_json:
        print(json.dumps(asdict(_out(told)), ensure_ascii=False))
        return 0
    print("\n".join(said_of(told)))
    print(f"Mappe: {shown(told.folder / 'index.html')}\nPakke: {shown(told.package)}")
    return 0


def said_of(told: Exported) -> Iterator[str]:
    """What is in an export, in Danish, a line each: first that it is of rehearsals, where it is."""
    if told.day.rehearsal:
        yield REHEARSAL
    for each in told.day.systems:
        found = each.tally
        told_of = f"{each.vendor.product}: {each.verdict} · {found.good} uden fund · {found.broken} med fund"
        broken = f" · {len(each.broken_pairs)} med fund sammen med andre" if each.broken_pairs else ""
        others = f" · {len(each.lacking_pairs)} mangler sammen med andre" if each.lacking_pairs else ""
        sent = f" · {each.sent} sendt af leverandøren, ikke set af MedCom" if each.sent else ""
        yield f"{told_of}{broken} · {len(each.missing)} mangler{others}{sent}"
    runs = counted(len(told.day.runs), "kørsel", "kørsler")
    yield f"{runs} · {len(told.day.left_out)} holdt ude · {told.day.missing} mangler i alt · {len(told.files)} filer"


def _out(told: Exported) -> ExportOut:
    day = told.day
    return ExportOut(
        kampagne=day.campaign.id,
        prøvekørsel=day.rehearsal,
        mappe=told.folder.as_posix(),
        pakke=told.package.as_posix(),
        pakkens_sha256=told.package_sha256,
        kørsler=tuple(each.name for each in day.runs),
        holdt_ude=tuple(LeftOutOut(each.place, each.why) for each in day.left_out),
        systemer=tuple(
            SystemOut(
                system=each.vendor.id,
                leverandør=each.vendor.supplier,
                dom=each.verdict,
                skulle_prøves=each.tally.relevant,
                uden_fund=each.tally.good,
                med_fund=each.tally.broken,
                mangler=len(each.missing),
                mangler_sammen_med_andre=len(each.lacking_pairs),
                med_fund_sammen_med_andre=len(each.broken_pairs),
                sendt=each.sent,
            )
            for each in day.systems
        ),
        mangler=day.missing,
        filer=dict(told.files),
    )
