"""`lps certificate`: the certificates that an approved certificering gives, signed; or why it gives none."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from harness.cli.danish import command
from harness.cli.options import home_option, reports_option
from harness.domain.errors import BadInput, ConfigurationError, EnvironmentFault
from harness.house import House


@command()
@click.argument("run", metavar="KØRSEL")
@click.option("--key", type=click.Path(path_type=Path), metavar="FIL", help="Den private nøgle (PEM). Ellers LPS_SIGNING_KEY.")
@reports_option
@home_option
def certificate(run: str, key: Path | None, reports: Path | None, house: House) -> int:
    """Udsted de certifikater, KØRSEL giver, som JSON og PDF i kørslens mappe.

    Kun en certificering, som MedCom har godkendt, giver certifikater: et for kampagnen, og et for hver af MedComs
    testprotokoller i den. Ellers står der, hvorfor der ingen er, og exitkoden er 1. KØRSEL er en mappe eller en id.

    Eksempel: lps certificate 20261120T090000 --key medcom.pem
    """
    from harness.cli.outcome import write_files
    from harness.record.delivery import is_mirror
    from harness.record.result import read_result
    from harness.record.signing import KEY_VARIABLE, read_private_key
    from harness.reporting.certificate.content import signed
    from harness.reporting.certificate.files import write_certificates
    from harness.reporting.certificate.issue import certificates_of
    from harness.reporting.latest import find_run

    folder = find_run(reports or house.reports, run)
    if is_mirror(folder):
        raise ConfigurationError(
            f"{folder.as_posix()}: Kørslen er sendt fra en anden maskine, hvor bilagene er. Udsted certifikatet dér."
        )
    try:
        result = read_result(folder)
        issued = certificates_of(result, result.head)
    except BadInput as error:
        raise EnvironmentFault(f"Kørslen kan ikke læses: {folder}: {error}.") from None
    for reason in issued.refusals:
        print(f"Intet certifikat: {reason}", file=sys.stderr)
    if not issued.certificates:
        return 1
    private = read_private_key(key)
    if private is None:
        raise ConfigurationError(
            "Et certifikat skal være underskrevet. Angiv den private nøgle med --key FIL eller miljøvariablen "
            f"{KEY_VARIABLE}. En ny nøgle laves med lps keys new FIL."
        )
    for path in write_certificates(folder, [signed(each, private) for each in issued.certificates]):
        print(path)
    write_files(folder, result, house, private)  # the bundle has the certificates too
    return 0
