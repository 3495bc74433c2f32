"""`lps variations`: the same cases in all systems, and where the systems coded or sent them differently."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from harness.cli.danish import command
from harness.cli.options import home_option, json_option, reports_option
from harness.cli.variations_json import CaseOut, SystemOut, TraitOut, ValueOut, VariationsOut
from harness.domain.errors import ConfigurationError
from harness.house import House
from harness.reporting.latest import entries_of, latest_whole_log
from harness.reporting.summary import REHEARSAL
from harness.reporting.variations.page import OTHER_EDITIONS, variations_page
from harness.reporting.variations.variations import Variations, variations_of
from harness.suite.campaigns import load_campaign

PAGE_NAME = "variationsrapport.html"


@command()
@click.option("--campaign", required=True, metavar="ID", help="Kampagnen.")
@reports_option
@home_option
@json_option
def variations(campaign: str, reports: Path | None, house: House, as_json: bool) -> int:
    """Skriv variationsrapporten over hvert systems seneste hele kørsel: samme tilfælde, kodet og sendt på hver sin måde.

    Har et system ingen hel kørsel uden indlagte fejl, bruges den seneste, og rapporten siger det. En forskel er
    ingen fejl og giver ingen karakter. Siden bliver skrevet i kampagnens mappe.

    Eksempel: lps variations --campaign diagnosekort
    """
    own, folder = load_campaign(house, campaign), reports or house.reports
    logs = {system: entries_of(latest_whole_log(folder, own.id, system)) for system in own.participants}
    report = variations_of(own.id, own.title, logs)
    if not report.systems:
        raise ConfigurationError(f"Ingen har kørt kampagnen endnu. Kør først: lps run --campaign {own.id} --vendor all")
    page = folder / own.id / PAGE_NAME
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(variations_page(report), encoding="utf-8", newline="\n")
    if as_json:
        print(json.dumps(asdict(_out(report, page)), ensure_ascii=False))
        return 0
    if any(each.rehearsal for each in report.systems):
        print(REHEARSAL)
    if not report.same_edition:
        print(OTHER_EDITIONS)
    for each in report.systems:
        for told in each.reservations:
            print(f"{each.system}: {told}")
    for case in report.differing:
        print(f"{case.scenario}: forskel i {', '.join(each.name.partition(': ')[2] for each in case.traits if not each.equal)}")
    print(f"{len(report.systems)} systemer · {len(report.cases)} tilfælde · {len(report.differing)} med forskelle")
    print(f"Rapport: {page}")
    return 0


def _out(report: Variations, page: Path) -> VariationsOut:
    return VariationsOut(
        kampagne=report.campaign,
        titel=report.title,
        side=page.as_posix(),
        systemer=tuple(
            SystemOut(each.system, each.product, each.version, each.run, each.basis, each.reservations) for each in report.systems
        ),
        ikke_kørt=report.without_run,
        samme_udgave=report.same_edition,
        tilfælde=tuple(
            CaseOut(
                scenarie=case.scenario,
                titel=case.title,
                ens=case.equal,
                mangler=case.missing,
                træk=tuple(
                    TraitOut(each.name, each.equal, tuple(ValueOut(value, having) for value, having in each.values))
                    for each in case.traits
                ),
            )
            for case in report.cases
        ),
    )
