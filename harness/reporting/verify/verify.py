"""Whether a bundle, a run's folder or a certificate is as it was left: signature, hashes, chains, and all that follows from them.

Everything is looked at off line, and named where it is another: the file, and the line where that can be known. A line ending
that was changed on the way (CRLF for LF) is no change.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from harness.domain.errors import ConfigurationError
from harness.house import House
from harness.record.log import LOG_NAME
from harness.record.review import REVIEW_NAME
from harness.reporting.bundle.manifest import MANIFEST_NAME
from harness.reporting.bundle.pack import CERTIFICATES
from harness.reporting.verify.certificates import hold_against_run, is_certificate, look_at_certificate
from harness.reporting.verify.chain import bytes_at, chain_lines, heads_of
from harness.reporting.verify.changes import Verified
from harness.reporting.verify.run_check import RunCheck
from harness.reporting.verify.zipped import lay_out

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


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
    if is_certificate(path):
        found = Verified()
        look_at_certificate(found, path, path.name, trusted)
        return found
    raise ConfigurationError(f"{path} er hverken en pakke (bundle.zip), et certifikat eller en kørsels mappe.")


def _with_certificates(check: RunCheck) -> Verified:
    found = check.whole()
    folder = check.folder
    heads = heads_of(chain_lines(bytes_at(folder / REVIEW_NAME)))
    for path in sorted({each.with_suffix(".json") for pattern in CERTIFICATES for each in folder.glob(pattern)}):
        name = path.relative_to(folder).as_posix()
        look_at_certificate(found, path, name, check.trusted)
        if check.result is not None and not found.named(name):
            hold_against_run(found, path, name, check.result, check.head, heads)
    return found


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
