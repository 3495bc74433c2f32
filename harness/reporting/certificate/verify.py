"""What is wrong with a certificate: its form, its signature, its PDF, and whether it follows from its run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.domain.errors import BadInput
from harness.record.result import Result
from harness.record.signing import is_signed, public_hex
from harness.reporting.certificate.content import (
    CAMPAIGN,
    FORM,
    NO_END,
    Certificate,
    content_bytes,
    edition_of,
    path_of,
    read_certificate,
    written,
)
from harness.reporting.certificate.issue import certificates_of
from harness.reporting.certificate.pdf import pdf_of

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_SHA256 = re.compile(r"[0-9a-f]{64}")


def verify_certificate(data: bytes, trusted: Ed25519PublicKey | None = None, pdf: bytes | None = None) -> list[str]:
    """What is wrong with the certificate file `data`, and with its `pdf` where one is given, in Danish; empty when nothing is.

    `trusted` is MedCom's public key, from MedCom. Without it this says that the file is as its signer left it, not who that was.
    A line feed after the last character is no change.
    """
    return list(_problems(data, trusted, pdf))


def verify_files(file: Path, trusted: Ed25519PublicKey | None = None) -> list[str]:
    """As `verify_certificate`, of a certificate's JSON or PDF file and the other one beside it. Raises OSError.

    A JSON file may stand alone; a PDF without its JSON file proves nothing.
    """
    content, page = file.with_suffix(".json"), file.with_suffix(".pdf")
    if not content.is_file():
        return [f"{content.name} mangler. Underskriften står i den: en PDF alene viser ingenting."]
    return verify_certificate(content.read_bytes(), trusted, page.read_bytes() if page.is_file() else None)


def verify_against_run(data: bytes, result: Result, head: str, review_heads: tuple[str, ...] = ()) -> list[str]:
    """Where the certificate does not follow from its run, field by field. Its signature is not looked at.

    `head` is that of the run's log. `review_heads` are the hashes of the lines of its review: what was said after the certificate
    was issued does not change it, but while the approval is taken back, paused or critical the run gives no certificate.
    """
    try:
        told = read_certificate(data).certifikat
    except BadInput as error:
        return [str(error)]
    if result.started.run != told.kørsel.id or result.started.system != told.system.id:
        return [f"Certifikatet er til kørslen {told.kørsel.id} af {told.system.id}, ikke til denne."]
    issued = certificates_of(result, head)
    own = next((each for each in issued.certificates if each.sti == told.sti), None)
    if own is None:
        return [f"Kørslen giver ikke dette certifikat: {each}" for each in issued.refusals or ("Kampagnen er en anden.",)]
    differing = dict(_differences(asdict(told), asdict(own)))
    if told.kørsel.gennemgangens_hoved in review_heads:
        differing.pop("kørsel.gennemgangens_hoved", None)
    return [f"{field}: certifikatet siger {said}, kørslen siger {meant}." for field, (said, meant) in differing.items()]


def _problems(data: bytes, trusted: Ed25519PublicKey | None, pdf: bytes | None) -> Iterator[str]:
    try:
        certificate = read_certificate(data)
    except BadInput as error:
        yield str(error)
        return
    told = certificate.certifikat
    if data.rstrip(b"\r\n") != written(certificate):
        yield "Filen er ikke skrevet, som den blev udstedt: noget er flyttet, gentaget eller føjet til."
    signed = is_signed(content_bytes(told), certificate.underskrift, certificate.offentlig_nøgle)
    if not signed:
        yield "Underskriften passer ikke: certifikatet er ændret, efter at det blev udstedt."
    if trusted is not None and public_hex(trusted) != certificate.offentlig_nøgle:
        given = public_hex(trusted)
        yield f"Underskrevet med en anden nøgle ({certificate.offentlig_nøgle[:12]}…) end den givne ({given[:12]}…)."
    wrong = list(_fields(told))
    yield from wrong
    if pdf is not None and signed and not wrong and pdf != pdf_of(certificate):
        yield "PDF'en er ikke den, der hører til JSON-filen: den er ændret, eller lavet med en anden udgave af testharnesset."


def _fields(told: Certificate) -> Iterator[str]:
    """What contradicts itself inside the certificate, or says what no certificate says."""
    path = path_of(told.system.id, told.slags, told.navn, told.version, told.kanal)
    if told.sti != path:
        yield f"sti: {told.sti}. Ventet: {path}."
    if told.slags == CAMPAIGN and told.version != (edition := edition_of(told.fingeraftryk)):
        yield f"version: {told.version}. Fingeraftrykket giver {edition}."
    if told.slags != CAMPAIGN and not told.kanal:
        yield "kanal: mangler. Ventet: Sende eller Modtage."
    for field, said, meant in (("gyldighed", told.gyldighed, NO_END), ("form", told.form, FORM)):
        if said != meant:
            yield f"{field}: teksten er en anden end den, et certifikat har."
    hashes = {
        "kørsel.hoved": told.kørsel.hoved,
        "kørsel.gennemgangens_hoved": told.kørsel.gennemgangens_hoved,
        "kørsel.data": told.kørsel.data,
        **{f"fingeraftryk.{part}": sha for part, sha in told.fingeraftryk.items()},
    }
    for field, said in hashes.items():
        if not _SHA256.fullmatch(said):
            yield f"{field}: er ikke en SHA-256."
    if not _is_time(told.godkendt):
        yield f"godkendt: {told.godkendt} er ikke et tidspunkt med tidszone."


def _is_time(text: str) -> bool:
    try:
        when = datetime.fromisoformat(text)
        return when.tzinfo is not None and text.startswith(f"{when:%Y-%m-%d}")  # the page reads the date from the text
    except ValueError:
        return False


def _differences(one: Mapping[str, Any], other: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, tuple[Any, Any]]]:
    for name in {**one, **other}:
        said, meant = one.get(name, "intet"), other.get(name, "intet")
        if isinstance(said, Mapping) and isinstance(meant, Mapping):
            yield from _differences(said, meant, f"{above}{name}.")
        elif said != meant:
            yield f"{above}{name}", (said, meant)
