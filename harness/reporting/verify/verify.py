"""Whether a bundle, a run's folder or a certificate is as it was left: signature, hashes, chains, and all that follows from them.

Everything is looked at off line, and named where it is another: the file, and the line where that can be known. A line ending
that was changed on the way (CRLF for LF) is no change.
"""

from __future__ import annotations

import hashlib
import zipfile
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from harness.domain.errors import ConfigurationError
from harness.house import House
from harness.record.log import LOG_NAME
from harness.record.result import Result
from harness.record.review import REVIEW_NAME
from harness.reporting.bundle.manifest import MANIFEST_NAME
from harness.reporting.bundle.pack import CERTIFICATES
from harness.reporting.verify.chain import bytes_at, chain_lines
from harness.reporting.verify.changes import Verified
from harness.reporting.verify.run_check import RunCheck
from harness.reporting.verify.zipped import lay_out

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

NO_CERTIFICATES: Final = "Certifikaterne er ikke kontrolleret: denne udgave af testharnesset kan det ikke."


def verify(path: Path, house: House, trusted: Ed25519PublicKey | None = None) -> Verified:
    """What is changed in a run's folder (or its log or manifest), a bundle, or a certificate.

    `trusted` is the public key the signature must belong to. Raises ConfigurationError for what is none of them.
    """
    folder = path if path.is_dir() else path.parent
    if path.is_dir() or path.name in (LOG_NAME, MANIFEST_NAME):
        if not (folder / LOG_NAME).is_file():
            raise ConfigurationError(f"{path} er ingen kørsel: der er ingen {LOG_NAME}.")
        return _with_certificates(RunCheck(folder, house, trusted))
    if not path.is_file():
        raise ConfigurationError(f"{path} findes ikke. Angiv en pakke (bundle.zip), et certifikat eller en kørsels mappe.")
    if zipfile.is_zipfile(path) or path.suffix == ".zip":
        return _verify_bundle(path, house, trusted)
    if any(path.match(pattern) for pattern in CERTIFICATES):
        found = Verified()
        _certificate(found, path, path.name, trusted)
        return found
    raise ConfigurationError(f"{path} er hverken en pakke (bundle.zip), et certifikat eller en kørsels mappe.")


def check_certificate(path: Path, trusted: Ed25519PublicKey | None = None) -> list[str] | None:
    """What is wrong with the certificate in the JSON file `path` and the PDF beside it, in Danish; None when nobody can tell."""
    if find_spec("harness.reporting.certificate") is None:
        return None
    wrong: list[str] = import_module("harness.reporting.certificate.verify").verify_files(path, trusted)
    return wrong


def check_certificate_of(path: Path, result: Result, head: str, review_heads: tuple[str, ...]) -> list[str]:
    """Where the certificate in the JSON file `path` does not follow from its run, in Danish."""
    if find_spec("harness.reporting.certificate") is None:
        return []
    verify_against_run = import_module("harness.reporting.certificate.verify").verify_against_run
    wrong: list[str] = verify_against_run(path.read_bytes(), result, head, review_heads)
    return wrong


def _with_certificates(check: RunCheck) -> Verified:
    found = check.whole()
    folder = check.folder
    heads = tuple(hashlib.sha256(line).hexdigest() for line in chain_lines(bytes_at(folder / REVIEW_NAME)))
    for path in sorted({each.with_suffix(".json") for pattern in CERTIFICATES for each in folder.glob(pattern)}):
        name = path.relative_to(folder).as_posix()
        _certificate(found, path, name, check.trusted)
        if check.result is None or found.named(name):
            continue
        if wrong := check_certificate_of(path, check.result, check.head, heads):
            found.add(name, " ".join(wrong))
    return found


def _certificate(found: Verified, path: Path, name: str, trusted: Ed25519PublicKey | None) -> None:
    wrong = check_certificate(path, trusted)
    if wrong is None:
        found.notes.append(NO_CERTIFICATES)
    elif wrong:
        found.add(name, " ".join(wrong))


def _verify_bundle(path: Path, house: House, trusted: Ed25519PublicKey | None) -> Verified:
    """The bundle is laid out in a folder of its own, and looked at as a run's folder that has its ground with it."""
    with TemporaryDirectory(prefix="lps-", ignore_cleanup_errors=True) as laid:
        folder = Path(laid)
        odd = lay_out(path, folder)
        if not (folder / LOG_NAME).is_file() and LOG_NAME not in {each.file for each in odd}:
            raise ConfigurationError(f"{path} er ingen pakke fra en kørsel: der er ingen {LOG_NAME} i den.")
        check = RunCheck(folder, house, trusted, bundled=True)
        check.found.changes += odd
        return _with_certificates(check)
