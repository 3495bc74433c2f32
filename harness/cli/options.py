"""Options that mean the same in every command."""

from __future__ import annotations

from pathlib import Path

import click

from harness.house import House, find_house


def _house(_context: click.Context, _option: click.Parameter, home: Path | None) -> House:
    return find_house(home)


home_option = click.option(
    "--home",
    "house",
    type=click.Path(path_type=Path),
    metavar="MAPPE",
    callback=_house,
    help="Mappen med features/ og fixtures/. Ellers LPS_HOME eller harnessets egen.",
)
"""`--home MAPPE`; the command gets a `house: House`."""

json_option = click.option("--json", "as_json", is_flag=True, help="Skriv ét JSON-objekt på stdout.")
"""`--json`; the command gets `as_json: bool`."""
