"""`lps verify`: whether a bundle, a certificate or a run's folder is as it was left."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli.danish import command
from harness.cli.options import home_option, json_option
from harness.cli.verify_json import ChangeOut, VerifyOut
from harness.house import House
from harness.record.result import FINDINGS, GOOD
from harness.record.signing import read_public_key
from harness.reporting.summary import REHEARSAL, counted

if TYPE_CHECKING:
    from harness.reporting.verify.changes import Verified


@command()
@click.argument("path", metavar="FIL|PAKKE|MAPPE", type=click.Path(path_type=Path))
@click.option(
    "--key", type=click.Path(path_type=Path), metavar="FIL", help="Den offentlige nøgle (PEM), der skal være underskrevet med."
)
@home_option
@json_option
def verify(path: Path, key: Path | None, house: House, as_json: bool) -> int:
    """Se efter, om det, en kørsel har efterladt, er, som det var: uden net, og hvad der er ændret, bliver nævnt.

    Underskrift, manifest, log, gennemgang og bilag bliver kontrolleret, og hver rapport bliver lavet igen og sammenlignet.
    Skiftede linjeskift tæller ikke. Af en kørsels mappe bliver også scenarier og krav holdt op mod dem, der er her nu.

    Eksempel: lps verify bundle.zip --key medcom.pub.pem
    """
    from harness.reporting.verify.verify import verify as look

    found = look(path, house, read_public_key(key) if key else None)
    if as_json:
        print(json.dumps(asdict(_out(path, found)), ensure_ascii=False))
        return FINDINGS if found.changes else GOOD
    for each in (REHEARSAL,) if found.rehearsal else ():
        print(each)
    if found.run:
        print(f"{found.system}, kørslen {found.run}: {found.verdict}")
    for change in found.changes:
        print(f"Ændret: {change}")
    for note in found.notes:
        print(note)
    if found.signer:
        print(f"Underskrevet med nøglen {found.signer}.")
    count = len(found.changes)
    print(f"{counted(count, 'ændring', 'ændringer')}." if count else "Intet er ændret.")
    return FINDINGS if found.changes else GOOD


def _out(path: Path, found: Verified) -> VerifyOut:
    basis = "referencesystemet" if found.rehearsal else "leverandørens system"
    return VerifyOut(
        fil=path.as_posix(),
        uændret=not found.changes,
        kørsel=found.run,
        system=found.system,
        grundlag=basis if found.run else "",
        forbehold=REHEARSAL if found.rehearsal else "",
        resultat=found.verdict,
        underskrevet=found.signer,
        ændringer=tuple(ChangeOut(each.file, each.line, each.what) for each in found.changes),
        bemærkninger=tuple(found.notes),
    )
