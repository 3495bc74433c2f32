"""`lps diff`: two runs beside each other."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from harness.cli.danish import command
from harness.cli.diff_json import diff_out
from harness.cli.options import home_option, json_option, reports_option
from harness.domain.errors import BadInput, ConfigurationError
from harness.house import House
from harness.record.result import FINDINGS, GOOD, Result, read_result
from harness.reporting.diff.diff import diff as diff_of
from harness.reporting.diff.text import diff_lines
from harness.reporting.latest import find_run


@command()
@click.argument("first", metavar="FØRSTE")
@click.argument("second", metavar="ANDEN")
@reports_option
@home_option
@json_option
def diff(first: str, second: str, reports: Path | None, house: House, as_json: bool) -> int:
    """Sammenlign to kørsler: prætest og certificering, to versioner eller to systemer.

    En kørsel er dens mappe, dens log eller dens id. Det vigtigste står først: nye fejl, det, der er værre, og det, der er
    udbedret. Et resultat er forældet, når scenariet eller det, det måles med, er ændret mellem kørslerne. Exitkoden er 1, når
    noget er værre i den anden kørsel, og ellers 0.

    Eksempel: lps diff novax/20261005T081500 novax/20261112T090000
    """
    found = diff_of(*(_read(reports or house.reports, named) for named in (first, second)))
    if as_json:
        print(json.dumps(asdict(diff_out(found)), ensure_ascii=False))
    else:
        print("\n".join(diff_lines(found)))
    return FINDINGS if found.worse else GOOD


def _read(reports: Path, named: str) -> Result:
    folder = find_run(reports, named)
    try:
        result = read_result(folder)
        _ = result.started
    except BadInput as error:
        raise ConfigurationError(f"Kørslen i {folder} kan ikke læses: {error}. Vælg en anden.") from None
    return result
