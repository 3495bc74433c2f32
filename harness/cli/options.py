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


def _trusted(_context: click.Context, _option: click.Parameter, file: Path | None) -> object:
    from harness.record.signing import read_private_key, read_public_key

    if file is not None:
        return read_public_key(file)
    own = read_private_key()
    return own.public_key() if own else None


trusted_option = click.option(
    "--key",
    "trusted",
    type=click.Path(path_type=Path),
    metavar="FIL",
    callback=_trusted,
    help="MedComs offentlige nøgle (PEM). Ellers den, der hører til LPS_SIGNING_KEY.",
)
"""`--key FIL`; the command gets `trusted: Ed25519PublicKey | None`, which certificates must be signed with to count."""

reports_option = click.option(
    "--reports", type=click.Path(path_type=Path), metavar="MAPPE", help="Hvor rapporterne ligger. Ellers reports/."
)
"""`--reports MAPPE`; the command gets `reports: Path | None`."""

store_option = click.option(
    "--store",
    "stores",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="MAPPE",
    help="En mappe med certifikater ud over dem i rapporterne. Kan gives flere gange.",
)
"""`--store MAPPE`; the command gets `stores: tuple[Path, ...]`."""

json_option = click.option("--json", "as_json", is_flag=True, help="Skriv ét JSON-objekt på stdout.")
"""`--json`; the command gets `as_json: bool`."""

signing_option = click.option(
    "--key",
    type=click.Path(path_type=Path),
    metavar="FIL",
    help="Nøglen (privat Ed25519, PEM), som pakken bliver underskrevet med. Ellers LPS_SIGNING_KEY, når den er sat.",
)
"""`--key FIL`; the command gets `key: Path | None`."""

publish_ca_option = click.option(
    "--publish-ca",
    type=click.Path(path_type=Path),
    metavar="FIL",
    help="Udstederen af tavlens certifikat (PEM), når maskinen ikke kender den.",
)
"""`--publish-ca FIL`; the command gets `publish_ca: Path | None`."""
