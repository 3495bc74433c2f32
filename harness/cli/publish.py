"""`lps publish`: the gate between a run and everybody else."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from harness.cli.danish import command
from harness.cli.options import home_option, reports_option, signing_option
from harness.cli.outcome import shown, write_reports
from harness.domain.errors import BadInput, ConfigurationError, EnvironmentFault
from harness.house import House
from harness.record.result import FINDINGS, GOOD, Result, read_result
from harness.reporting.latest import find_run
from harness.reporting.summary import REHEARSAL, headline
from harness.reporting.whole import write_whole


@command()
@click.argument("run", metavar="KØRSEL")
@click.option(
    "--to", "to", type=click.Path(path_type=Path, file_okay=False), required=True, metavar="MAPPE", help="Hvor pakken skal hen."
)
@reports_option
@signing_option
@home_option
def publish(run: str, to: Path, reports: Path | None, key: Path | None, house: House) -> int:
    """Læg en kørsels pakke (bundle.zip) i en mappe, når intet i den må holdes tilbage.

    Alt i pakken bliver set efter for hemmeligheder og fremmede CPR-numre, også i det, der er pakket i noget andet. En
    prøvekørsel bliver aldrig udgivet, og heller ikke en kørsel med et muligt CPR-nummer, som ingen har taget stilling til.

    Eksempel: lps publish 20261005T081500 --to udgivet
    """
    folder = find_run(reports or house.reports, run)
    try:
        result = read_result(folder)
        refusals = _refusals(folder, result, house, key)
    except BadInput as error:
        raise ConfigurationError(f"{shown(folder)}: {error}") from None
    if refusals:
        print("\n".join(["Ikke udgivet.", *refusals]), file=sys.stderr)
        return FINDINGS
    target = to / f"{result.started.system}-{result.started.run}.zip"
    if target.exists():
        raise ConfigurationError(
            f"{shown(target)} findes allerede. Det, der er udgivet, bliver ikke lavet om: vælg en anden mappe."
        )
    try:
        to.mkdir(parents=True, exist_ok=True)
        write_whole(target, (folder / "bundle.zip").read_bytes())
    except OSError as error:
        raise EnvironmentFault(f"{target} kan ikke skrives: {error.strerror or error}.") from None
    print(f"{headline(result)}\nUdgivet: {shown(target)}")
    return GOOD


def _refusals(folder: Path, result: Result, house: House, key: Path | None) -> list[str]:
    """Why the run may not go out, a line each; its bundle is written anew where nothing else forbids it."""
    from harness.record.evidence import EVIDENCE_NAME
    from harness.record.guard import Guard
    from harness.record.publishing import cleared_numbers, leaks_in, uncleared
    from harness.reporting.bundle.pack import BUNDLE_NAME
    from harness.suite.patients import allowed_cprs

    if result.rehearsal:
        return [f"{REHEARSAL} Den bliver ikke udgivet."]
    waiting = uncleared(result.state.foreign_cprs, result.review)
    if waiting:
        return [f"Et muligt CPR-nummer, som ingen har taget stilling til: {each.place}." for each in waiting]
    write_reports(folder, result, house, key)
    known = cleared_numbers(result.review, lambda sha: (folder / EVIDENCE_NAME / sha).read_bytes())
    guard = Guard(allowed_cprs(house) | known)
    return [str(each) for each in leaks_in(BUNDLE_NAME, (folder / BUNDLE_NAME).read_bytes(), guard)]
