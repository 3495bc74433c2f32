"""`lps report`: every artefact of a run made again from its log, its evidence and its review."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from functools import partial
from pathlib import Path

import click

from harness.cli.danish import command
from harness.cli.options import home_option, reports_option, signing_option
from harness.cli.outcome import shown, write_reports, write_together
from harness.domain.errors import BadInput, ConfigurationError
from harness.house import House
from harness.record.delivery import is_mirror
from harness.record.log import LOG_NAME
from harness.record.result import GOOD, read_result
from harness.reporting.allure.html import has_node
from harness.reporting.latest import find_run, latest_of_each
from harness.reporting.summary import REHEARSAL, headline


@command()
@click.argument("runs", nargs=-1, metavar="[KØRSEL]…")
@reports_option
@signing_option
@home_option
def report(runs: tuple[str, ...], reports: Path | None, key: Path | None, house: House) -> int:
    """Lav alle rapporter igen af en kørsels log, bilag og gennemgang: de samme bytes på enhver maskine.

    En kørsel er en mappe eller et id. Uden er det hvert systems seneste. Allure-siden bliver lavet, når den kan.

    Eksempel: lps report 20261005T081500
    """
    folder = reports or house.reports
    found = [find_run(folder, each) for each in runs] or [each for each in latest_of_each(folder) if not is_mirror(each)]
    if not found:
        raise ConfigurationError(f"Der er ingen kørsler i {shown(folder)}. Kør først: lps run")
    with ProcessPoolExecutor(min(len(found), os.cpu_count() or 1)) if len(found) > 1 else nullcontext() as pool:
        for told in (pool.map if pool else map)(partial(_reported, house=house, key=key), found):
            print(told)
    for campaign in dict.fromkeys(each.parent.parent for each in found):
        own = [each for each in found if each.parent.parent == campaign]
        if len(own) > 1 and has_node() and (trouble := write_together({each: read_result(each) for each in own}, campaign)):
            print(trouble)
    return GOOD


def _reported(run_folder: Path, house: House, key: Path | None) -> str:
    """What the reader is told once a run's reports are made. Raises ConfigurationError."""
    try:
        result = read_result(run_folder)
        hint = write_reports(run_folder, result, house, key)
    except BadInput as error:
        raise ConfigurationError(f"{shown(run_folder)}: {LOG_NAME} eller gennemgangen kan ikke læses: {error}") from None
    return "\n".join(
        filter(None, [headline(result), REHEARSAL if result.rehearsal else "", hint, f"Rapporter: {shown(run_folder)}"])
    )
