"""`lps artefacts`: the official artefacts a tester points at, so that `lps validate` can run them beside the rules."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli.danish import Command, Group
from harness.domain.errors import ConfigurationError, EnvironmentFault

if TYPE_CHECKING:
    from harness.suite.artefacts import Artefact, Folder

ENVIRONMENT = "LPS_ARTEFACTS"
HEADINGS = ("Slags", "Navn", "Version", "SHA-256", "Fil", "")


def store() -> Path:
    """The file of the user's own in which folders are remembered: `artefakter.json` where the platform keeps such things."""
    return Path(click.get_app_dir("lps-harness")) / "artefakter.json"


@click.group(cls=Group)
def artefacts() -> None:
    """Peg på officielle artefakter: MedComs FHIR-pakker, XML-skemaer og skematroner.

    lps validate bruger dem ved siden af reglerne. De følger ikke med, fordi de ikke er vores. Miljøvariablen
    LPS_ARTEFACTS=MAPPE gør det samme for én kommando og går forud for det, der er husket.

    Eksempel: lps artefacts add ~/medcom
    """


folder_argument = click.argument("folder", metavar="MAPPE", type=click.Path(path_type=Path))


@artefacts.command(cls=Command, name="add")
@folder_argument
def add(folder: Path) -> None:
    """Husk en mappe og vis, hvad der er i den.

    Eksempel: lps artefacts add ~/medcom
    """
    from harness.suite.artefacts import Folder, scan

    found = scan(folder)
    if not found:
        raise ConfigurationError(
            f"{folder.as_posix()} har ingen FHIR-pakker (.tgz), XML-skemaer (.xsd) eller skematroner (.sch)."
        )
    added = Folder(folder.resolve(), {each.file: each.sha256 for each in found})
    _remember([*(each for each in _remembered() if each.path != added.path), added])
    _show(added, found)


@artefacts.command(cls=Command, name="list")
def list_() -> int:
    """Vis artefakterne, og om de er ændret.

    Eksempel: lps artefacts list
    """
    from harness.suite.artefacts import chosen_folders, scan

    if os.environ.get(ENVIRONMENT):
        print(f"{ENVIRONMENT} er sat og går forud for det, der er husket.")
    folders = chosen_folders(os.environ.get(ENVIRONMENT, ""), store())
    if not folders:
        print("Der er ikke peget på nogen artefakter. Peg på en mappe: lps artefacts add MAPPE")
    changed = False
    for each in folders:
        if not each.path.is_dir():
            print(f"{each.path.as_posix()}\n    Mappen findes ikke mere.")
            changed = True
            continue
        changed |= _show(each, scan(each.path))
    return 1 if changed else 0


@artefacts.command(cls=Command, name="remove")
@folder_argument
def remove(folder: Path) -> None:
    """Glem en mappe. Filerne bliver ikke rørt.

    Eksempel: lps artefacts remove ~/medcom
    """
    kept = [each for each in _remembered() if each.path != folder.resolve()]
    if len(kept) == len(_remembered()):
        raise ConfigurationError(f"{folder.as_posix()} er ikke husket. Se: lps artefacts list")
    _remember(kept)


def _remembered() -> list[Folder]:
    from harness.suite.artefacts import remembered

    return remembered(store())


def _remember(folders: list[Folder]) -> None:
    from harness.suite.artefacts import remember

    try:
        remember(store(), folders)
    except OSError as error:
        raise EnvironmentFault(f"{store().as_posix()} kan ikke skrives ({error.strerror}).") from None


def _show(folder: Folder, found: list[Artefact]) -> bool:
    """Print what is in a folder; whether anything differs from when it was added."""
    from harness.cli.vendors import aligned  # with every model of the suite, which `lps validate` does without

    states = {each.file: folder.state(each.file, each.sha256) for each in found}
    gone = sorted(set(folder.known or ()) - set(states))
    rows = [(str(each.kind), each.name, each.version, each.sha256[:12], each.file, states[each.file]) for each in found]
    print(folder.path.as_posix())
    print("\n".join(f"    {line}" for line in aligned([HEADINGS, *rows])))
    for each in found:
        if each.problem:
            print(f"    {each.file} kan ikke bruges: {each.problem}")
    for file in gone:
        print(f"    {file} er væk")
    return bool(gone) or any(state in ("ny", "ændret") for state in states.values())
