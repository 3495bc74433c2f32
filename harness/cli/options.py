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


def _certificates(_context: click.Context, _option: click.Parameter, file: Path | None) -> tuple[bytes, ...]:
    if file is None:
        return ()
    from harness.standards.signature import read_certificates

    return read_certificates(file)


sts_option = click.option(
    "--sts",
    type=click.Path(path_type=Path),
    metavar="FIL",
    callback=_certificates,
    help="STS'ens certifikat (PEM, et eller flere): så bliver ID-kortets signatur kontrolleret.",
)
"""`--sts FIL`; the command gets `sts: tuple[bytes, ...]`, each certificate as DER."""

json_option = click.option("--json", "as_json", is_flag=True, help="Skriv ét JSON-objekt på stdout.")
"""`--json`; the command gets `as_json: bool`."""

signing_option = click.option(
    "--key",
    type=click.Path(path_type=Path),
    metavar="FIL",
    help="Nøglen (privat Ed25519, PEM), som pakken bliver underskrevet med. Ellers LPS_SIGNING_KEY, når den er sat.",
)
"""`--key FIL`; the command gets `key: Path | None`."""
