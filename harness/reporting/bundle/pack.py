"""`bundle.zip`: everything of a run in one file that a stranger can check, with a manifest of what is in it.

The same run gives the same bytes: names are sorted, times fixed, and what is compressed already is stored. Allure's files are
left out: their pages differ from machine to machine, and `lps report` makes them again.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.domain.errors import EnvironmentFault
from harness.house import House
from harness.record.evidence import EVIDENCE_NAME
from harness.record.log import LOG_NAME
from harness.record.result import Result
from harness.record.review import REVIEW_NAME
from harness.reporting.artefacts import ARTEFACTS
from harness.reporting.bundle.grounds import GROUNDS, shown_grounds
from harness.reporting.bundle.manifest import MANIFEST_NAME, FileOut, manifest_of, signed, told_of, written
from harness.reporting.whole import write_whole

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

BUNDLE_NAME: Final = "bundle.zip"
CERTIFICATES: Final = ("certifikat.json", "certifikat.pdf", "certifikater/*.json", "certifikater/*.pdf")
"""Where a run's certificates lie; they are issued, not made with the other artefacts."""
_PACKED: Final = (b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"%PDF", b"\x1f\x8b")
_LEVEL: Final = 1
_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)


def files_of(run_folder: Path) -> list[str]:
    """What a run's folder has that belongs in its bundle, sorted; with `/` between folders."""
    named = [LOG_NAME, REVIEW_NAME, *ARTEFACTS]
    found = [run_folder / name for name in named if (run_folder / name).is_file()]
    found += [path for pattern in CERTIFICATES for path in run_folder.glob(pattern)]
    found += [path for path in (run_folder / EVIDENCE_NAME).glob("*") if not path.suffix]
    return sorted(path.relative_to(run_folder).as_posix() for path in found)


def write_bundle(run_folder: Path, result: Result, house: House, key: Ed25519PrivateKey | None = None) -> Path:
    """Write `bundle.zip` and its `manifest.json` to the run's folder, each whole or not at all; where the bundle is.

    Raises EnvironmentFault when that cannot be done, and BadInput for a log without a run.
    """
    target, fresh = run_folder / BUNDLE_NAME, run_folder / f"{BUNDLE_NAME}.{os.getpid()}.ny"
    basis = result.state.basis
    grounds, lacking = shown_grounds(basis, house) if basis else ({}, ())
    told: dict[str, FileOut] = {}
    try:
        with zipfile.ZipFile(fresh, "w") as bundle:
            for name, data in _packed(run_folder, grounds):
                told[name] = told_of(data)
                add_file(bundle, name, data)
            manifest = manifest_of(result, told, lacking)
            said = written(signed(manifest, key) if key else manifest)
            add_file(bundle, MANIFEST_NAME, said)
        write_whole(run_folder / MANIFEST_NAME, said)
        fresh.replace(target)
    except OSError as error:
        raise EnvironmentFault(f"{target} kan ikke skrives: {error.strerror or error}.") from None
    finally:
        fresh.unlink(missing_ok=True)
    return target


def _packed(run_folder: Path, grounds: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Everything that is put into the bundle, in its order, read when it is its turn."""
    laid = {f"{GROUNDS}/{name}": data for name, data in grounds.items()}
    for name in sorted([*files_of(run_folder), *laid]):
        yield name, laid[name] if name in laid else (run_folder / name).read_bytes()


def add_file(bundle: zipfile.ZipFile, name: str, data: bytes) -> None:
    """Put a file in a zip, the same on every machine: without a time, and stored where it is compressed already."""
    entry = zipfile.ZipInfo(name, _NO_TIME)
    entry.create_system = 3  # the same on every machine
    entry.external_attr = 0o644 << 16
    entry.compress_type = zipfile.ZIP_STORED if data.startswith(_PACKED) else zipfile.ZIP_DEFLATED
    bundle.writestr(entry, data, compresslevel=_LEVEL)
