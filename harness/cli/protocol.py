"""`lps protocol`: MedCom's test protocol, empty for a vendor, or filled from a run."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from harness.cli.danish import command
from harness.cli.options import home_option, json_option, reports_option
from harness.cli.protocol_json import FileOut, ProtocolOut
from harness.domain.errors import BadInput, ConfigurationError, EnvironmentFault
from harness.domain.event import Person
from harness.house import House
from harness.record.evidence import EVIDENCE_NAME
from harness.record.result import Result, read_result
from harness.reporting.latest import find_run
from harness.reporting.summary import REHEARSAL
from harness.suite.campaigns import load_campaign
from harness.suite.gherkin import read_folders
from harness.suite.patients import load_patients
from harness.suite.vendors import load_vendors

if TYPE_CHECKING:
    from harness.reporting.protocol.document import Language, Protocol

FORMATS = ("html", "docx", "md")


@command()
@click.option("--campaign", metavar="ID", help="Kampagnen. Kan udelades med --run: så er det alle kørslens kampagner.")
@click.option("--vendor", metavar="ID", help="Systemet.")
@click.option("--run", "named", metavar="KØRSEL", help="Kørslens mappe eller id. Uden den er protokollen tom.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="html", show_default=True, help="Filens type.")
@click.option("--language", type=click.Choice(("da", "en")), default="da", show_default=True, help="Overskrifternes sprog.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FIL", help="Hvor den skal skrives. Ellers her.")
@reports_option
@home_option
@json_option
def protocol(
    campaign: str | None,
    vendor: str | None,
    named: str | None,
    form: str,
    language: str,
    out: Path | None,
    reports: Path | None,
    house: House,
    as_json: bool,
) -> None:
    """Lav MedComs testprotokol: tom, som en leverandør får den, eller udfyldt fra en kørsel.

    Eksempel: lps protocol --campaign diagnosekort --vendor novax --format docx
    """
    parts: list[str | None]
    said = cast("Language", language)
    if named:
        run_folder = find_run(reports or house.reports, named if vendor is None or Path(named).exists() else f"{vendor}/{named}")
        made, result, evidence = *_filled(run_folder, campaign, said), run_folder / EVIDENCE_NAME
        if vendor not in (None, result.started.system):
            raise ConfigurationError(
                f"Kørslen er af {result.started.system}, ikke af {vendor}. Udelad --vendor, eller vælg en anden kørsel."
            )
        parts = [campaign, result.started.system, result.started.run]
    elif campaign:
        made, result, evidence = _empty(house, campaign, vendor, said), None, None
        parts = [campaign, vendor]
    else:
        raise click.UsageError("Skriv --campaign, --run eller begge.")
    path = out or Path("-".join(("testprotokol", *filter(None, parts))) + f".{form}")
    _write(path, _as(form, made, evidence, result))
    if as_json:
        files = tuple(
            FileOut(each.name, each.sha256, each.size, each.media_type, each.scenario, each.what)
            for each in dict.fromkeys(made.files)
        )
        steps = sum(len(each.steps) for each in made.sections)
        basis = result.started.grundlag if result else ""
        print(json.dumps(asdict(ProtocolOut(path.as_posix(), form, language, basis, steps, files)), ensure_ascii=False))
        return
    if made.rehearsal:
        print(REHEARSAL)
    print(f"Testprotokol: {path}")


def _empty(house: House, campaign: str, vendor: str | None, language: Language) -> Protocol:
    from harness.reporting.protocol.made import empty_protocol

    whole, vendors = load_campaign(house, campaign), load_vendors(house)
    if vendor is not None and vendor not in vendors:
        raise ConfigurationError(f'--vendor skal være en af: {", ".join(vendors)}. Fundet: "{vendor}".')
    persons = {name: Person(name, each.name, str(each.cpr)) for name, each in load_patients(house).items()}
    scenarios = read_folders(house.features, whole.features)
    return empty_protocol(whole, scenarios, persons, vendors[vendor] if vendor else None, language)


def _filled(run_folder: Path, campaign: str | None, language: Language) -> tuple[Protocol, Result]:
    from harness.reporting.protocol.made import run_protocol

    try:
        result = read_result(run_folder)
        return run_protocol(result, run_folder / EVIDENCE_NAME, campaign or "", language), result
    except BadInput as error:
        raise EnvironmentFault(f"Kørslen i {run_folder} kan ikke læses: {error}") from None


def _as(form: str, made: Protocol, evidence: Path | None, result: Result | None) -> bytes:
    if form == "docx":
        from harness.reporting.protocol.word import as_word

        return as_word(made, evidence, result.state.ended if result else None)
    if form == "md":
        from harness.reporting.protocol.markdown import as_markdown

        return as_markdown(made)
    from harness.reporting.protocol.page import as_page

    return as_page(made, evidence)


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise ConfigurationError(
            f"Protokollen kan ikke skrives til {path}: {error.strerror or error}. Vælg et andet sted."
        ) from None
