"""`lps new`: a file to begin with, for a system, a scenario or a service. What is there is never written over."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import click

from harness.cli.danish import Command, Group
from harness.cli.options import home_option
from harness.cli.scaffolds import CONTRACT, SCENARIO, SERVICE, VENDOR
from harness.domain.errors import ConfigurationError, EnvironmentFault
from harness.house import IN_WHEEL, House

ID = re.compile(r"[a-z0-9][a-z0-9.-]*")
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
SCENARIO_ID = re.compile(r"[A-ZÆØÅ]{2,}-\d{2,}")
ON_WINDOWS = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
"""Names that no file may have on Windows."""


@click.group(cls=Group)
def new() -> None:
    """Skriv en ny fil at gå i gang med: et system, et scenarie eller en tjeneste.

    En fil, der er der i forvejen, bliver aldrig overskrevet.

    Eksempel: lps new vendor mit-system
    """


@new.command(cls=Command, name="vendor")
@click.argument("id", metavar="ID")
@home_option
def vendor(id: str, house: House) -> None:
    """Et nyt system. Alt, der ikke er afklaret, står som afventer.

    Filen skrives i fixtures/vendors/. Er lps installeret som pakke, skrives den i den mappe, du står i.

    Eksempel: lps new vendor mit-system
    """
    if not ID.fullmatch(id) or ON_WINDOWS.fullmatch(id) or id == house.reference.stem:
        raise ConfigurationError(
            f'ID må kun have små bogstaver (a–z), tal, punktum og bindestreg, fx mit-system. Fundet: "{id}".'
        )
    inside = _writable(house)
    file = (house.vendors if inside else Path.cwd()) / f"{id}.yaml"
    schema = "../../docs/schema" if inside else (house.home / "docs" / "schema").as_posix()
    told = id if inside else f"./{file.name}"
    _write({file: VENDOR.substitute(id=id, told=told, today=datetime.now(UTC).date(), schema=f"{schema}/vendor.schema.json")})
    print(f"Næste: Udfyld filen, og se efter med: lps doctor {told}")
    print(f"Skal systemet med i en kampagne, skrives {id} under deltagere i fixtures/campaigns/.")


@new.command(cls=Command, name="scenario")
@click.argument("folder", metavar="MAPPE")
@click.argument("id", metavar="ID")
@click.argument("title", metavar="TITEL")
@click.option("--requirement", "requirements", multiple=True, metavar="KRAV", help="Kravet, scenariet prøver. Kan gentages.")
@home_option
def scenario(folder: str, id: str, title: str, requirements: tuple[str, ...], house: House) -> None:
    """Et nyt scenarie i en mappe under features/. Det kan ikke testes, før dets trin er skrevet.

    Eksempel: lps new scenario pro PRO-90 "Svaret kommer midt i en konsultation" --requirement KP-07
    """
    from harness.suite.gherkin import read_feature, read_folders
    from harness.suite.requirements import load_requirements

    _own(house, "et scenarie")
    if not NAME.fullmatch(folder):
        raise ConfigurationError(f'MAPPE må kun have små bogstaver (a–z), tal og bindestreg. Fundet: "{folder}".')
    if not SCENARIO_ID.fullmatch(id):
        raise ConfigurationError(f'ID skal være store bogstaver, bindestreg og mindst to cifre, fx PRO-90. Fundet: "{id}".')
    if not title.strip() or "\n" in title or re.search(r"[<>]", title):
        raise ConfigurationError(f'TITEL skal være én linje uden < og >. Fundet: "{title}".')
    known = load_requirements(house)
    unknown = [each for each in requirements if each not in known]
    if unknown:
        raise ConfigurationError(f"--requirement: Kravet kendes ikke. Fundet: {', '.join(unknown)}. Se: lps coverage")
    folders = sorted(each.name for each in house.features.iterdir() if each.is_dir())
    taken = {each.id.partition("[")[0]: each for each in read_folders(house.features, folders)}
    if id in taken:
        raise ConfigurationError(f"@id:{id} findes allerede i {taken[id].file}:{taken[id].line}.")
    file = house.features / folder / f"{id.lower()}.feature"
    text = SCENARIO.substitute(id=id, title=title.strip(), tags="".join(f"@{each} " for each in requirements))
    _write({file: text})
    try:
        read_feature(file, file.name)
    except ConfigurationError:
        file.unlink()  # what collection would refuse is never left behind
        raise
    print("Næste: Skriv trinnene. De, der findes, står i docs/trin.md.")
    if folder not in folders:
        print(f"Skriv {folder} under features i en kampagne i fixtures/campaigns/, ellers bliver scenariet ikke kørt.")
    print("lps coverage siger, hvad der mangler: kravet, og den fejl i fixtures/faults/, som scenariet skal fange.")


@new.command(cls=Command, name="service")
@click.argument("name", metavar="NAVN")
@home_option
def service(name: str, house: House) -> None:
    """En ny national løsning: en simulator og en kontrakt. For udviklere, i harnessets egen kildekode.

    Eksempel: lps new service min-tjeneste
    """
    _own(house, "en tjeneste")
    module = name.replace("-", "_")
    package = house.home / "harness" / "services"
    if not NAME.fullmatch(name) or ON_WINDOWS.fullmatch(name):
        raise ConfigurationError(f'NAVN må kun have små bogstaver (a–z), tal og bindestreg, fx min-tjeneste. Fundet: "{name}".')
    if not package.is_dir():
        raise ConfigurationError(f"{package.as_posix()} findes ikke. En tjeneste skrives i harnessets egen kildekode.")
    words = {"name": name, "title": name.replace("-", " ").capitalize(), "kind": "".join(map(str.capitalize, name.split("-")))}
    _write(
        {
            package / f"{module}.py": SERVICE.substitute(words),
            house.home / "docs" / f"{name}.openapi.yaml": CONTRACT.substitute(words),
        }
    )
    print(f"Næste: Skriv kontrakten og dens svar i {module}.py, og en prøve i tests/services/test_{module}.py.")
    print("Sæt klassen ind i services() i harness/runner/mock.py, så scenarier kan nå den.")
    print("Sæt kontrakten ind under force-include i pyproject.toml, så den kommer med i pakken.")


def _writable(house: House) -> bool:
    """Whether the house is somebody's own folder: what is in the installed package is replaced with it."""
    return house.home.name != IN_WHEEL


def _own(house: House, what: str) -> None:
    if not _writable(house):
        raise ConfigurationError(f"Harnesset er installeret som pakke. Peg på en egen mappe til {what}: --home MAPPE")


def _write(files: Mapping[Path, str]) -> None:
    """Write every file, or none: one that is there already is refused before anything is written."""
    taken = [each.as_posix() for each in files if each.exists()]
    if taken:
        raise ConfigurationError(f"Findes allerede og bliver ikke overskrevet: {', '.join(taken)}.")
    for file, text in files.items():
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("x", encoding="utf-8", newline="\n") as opened:
                opened.write(text)
        except OSError as error:
            raise EnvironmentFault(f"{file.as_posix()} kan ikke skrives: {error.strerror or error}.") from None
        print(f"Skrevet: {file.as_posix()}")
