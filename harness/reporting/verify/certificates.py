"""A certificate on its own, or beside its run: whether it is as it was signed, and whether its run still gives it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.domain.errors import BadInput
from harness.record.result import Result
from harness.reporting.bundle.pack import CERTIFICATES
from harness.reporting.certificate.content import read_certificate
from harness.reporting.certificate.verify import verify_against_run, verify_files
from harness.reporting.verify.changes import Verified

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

UNTRUSTED: Final = (
    "Certifikatet er ikke holdt mod MedComs nøgle: underskriften viser, at det er uændret, ikke hvem der har underskrevet det. "
    "Giv MedComs offentlige nøgle med --key."
)


def is_certificate(path: Path) -> bool:
    """Whether the file is a certificate, by what stands in it or in the JSON file beside its PDF, else by its name."""
    content = path.with_suffix(".json")
    if path.suffix not in (".json", ".pdf"):
        return False
    if any(path.match(pattern) for pattern in CERTIFICATES) or not content.is_file():
        return path.suffix == ".pdf" or any(path.match(pattern) for pattern in CERTIFICATES)
    try:
        told = json.loads(content.read_bytes())
    except ValueError:
        return False
    return isinstance(told, dict) and "certifikat" in told


def look_at_certificate(found: Verified, path: Path, name: str, trusted: Ed25519PublicKey | None) -> None:
    """Say in `found` what the certificate at `path` is, who signed it, and what is wrong with it or its other file."""
    if wrong := verify_files(path, trusted):
        found.add(name, " ".join(wrong))
    try:
        signed = read_certificate(path.with_suffix(".json").read_bytes())
    except (BadInput, OSError):
        return  # what is wrong with it has been said
    told = signed.certifikat
    says = "men det passer ikke: den siger" if wrong else "den siger"
    found.notes.append(f"{name}, {says}: {told.system.produkt}, version {told.system.version}, er godkendt til {told.name}.")
    found.notes.append(f"{name}: underskrevet med nøglen {signed.offentlig_nøgle}.")
    if trusted is None and UNTRUSTED not in found.notes:
        found.notes.append(UNTRUSTED)


def hold_against_run(found: Verified, path: Path, name: str, result: Result, head: str, heads: tuple[str, ...]) -> None:
    """Say in `found` where the certificate does not follow from its run, with the `head` of its log and `heads` of its review."""
    if wrong := verify_against_run(path.read_bytes(), result, head, heads):
        found.add(name, " ".join(wrong))
