"""`lps conforms`: who is approved for a standard or a campaign, and what each answer rests on."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from harness.cli.conforms_json import AnswerOut, ConformsOut
from harness.cli.danish import command
from harness.cli.options import home_option, json_option, reports_option, store_option, trusted_option
from harness.domain.vendor import Channel
from harness.house import House

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from harness.reporting.overview.answers import Answer

NO_ENTRY: Final = "intet opslag"


@command()
@click.option("--system", metavar="ID", help="Systemet.")
@click.option("--standard", metavar="X:VERSION", help="Standarden og versionen, fx CPD-DK:2.0; eller kampagnen og dens udgave.")
@click.option(
    "--channel", type=click.Choice([each.value for each in Channel], case_sensitive=False), help="Retningen. Ellers begge."
)
@click.option("--all-for", "everyone", metavar="X:VERSION", help="Svar for alle systemer i stedet for ét.")
@trusted_option
@store_option
@reports_option
@home_option
@json_option
def conforms(
    system: str | None,
    standard: str | None,
    channel: str | None,
    everyone: str | None,
    trusted: Ed25519PublicKey | None,
    stores: tuple[Path, ...],
    reports: Path | None,
    house: House,
    as_json: bool,
) -> int:
    """Svar på, hvem der er godkendt til en standard, og hvad svaret bygger på.

    Et svar bygger på et certifikat, hvis underskrift er kontrolleret med MedComs offentlige nøgle (--key), ellers på
    MedComs godkendelsesliste. En prøvekørsel og et certifikat, der ikke holder, tæller ikke; det står der også.
    Exitkoden er 0, når systemet er godkendt i alle de retninger, der er spurgt om, ellers 1. Med --all-for er den 0.

    Eksempel: lps conforms --system novax --standard CPD-DK:2.0 --channel Sende
    """
    from harness.reporting.overview.answers import answers, asked_for
    from harness.reporting.overview.sources import read_overview

    if (everyone is None) == (system is None or standard is None):
        raise click.UsageError("Skriv enten --system ID og --standard X:VERSION, eller --all-for X:VERSION.")
    name, version = asked_for(everyone or standard or "")
    overview = read_overview(house, reports or house.reports, stores, trusted)
    found = answers(overview, name, version, channel or "", [system] if system else ())
    if as_json:
        out = ConformsOut(name, version, tuple(_out(each, name, version) for each in found), overview.told)
        print(json.dumps(asdict(out), ensure_ascii=False))
    else:
        print("\n".join(_lines(found, name, version)))
        for each in overview.told:
            print(each, file=sys.stderr)
    return 0 if everyone or all(each.approved for each in found) else 1


def _lines(found: Iterable[Answer], name: str, version: str) -> Iterable[str]:
    for each in found:
        what = f"{each.system.product}: {name} {version}{f', {each.channel}' if each.channel else ''}"
        stage = f", {each.reached}" if each.status and not each.channel else ""
        yield f"{what}: {each.status or NO_ENTRY}{stage}{_rests_on(each)}"


def _rests_on(each: Answer) -> str:
    from harness.reporting.overview.matrix import Source

    day = f"{each.at:%d-%m-%Y}" if each.at else ""
    match each.source:
        case Source.CERTIFICATE:
            return f" (certifikat {each.place}, {day}, underskriften er kontrolleret)"
        case Source.REGISTRY:
            return f" (MedComs godkendelsesliste, {day})"
        case Source.REVIEW:
            return f" (certificering, {f'{each.place}, ' if each.place else ''}{day})"
        case None:
            return ""


def _out(each: Answer, name: str, version: str) -> AnswerOut:
    return AnswerOut(
        system=each.system.id,
        produkt=each.system.product,
        standard=name,
        version=version,
        kanal=each.channel,  # type: ignore[arg-type]  # a Channel's word, or none
        godkendt=each.approved,
        status=each.status or "",
        nået=each.reached if each.approved and not each.channel else "",
        bygger_på=each.source.value if each.source else "",
        kilde=each.place,
        dato=f"{each.at:%Y-%m-%d}" if each.at else "",
    )
