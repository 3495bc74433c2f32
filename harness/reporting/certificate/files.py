"""Where a run's certificates lie: `certifikat.json` and `.pdf` for one, else a pair for each in `certifikater/`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final
from urllib.parse import quote

from harness.domain.errors import EnvironmentFault
from harness.reporting.certificate.content import ROOT, Signed, parts_of, written
from harness.reporting.certificate.pdf import pdf_of
from harness.reporting.whole import write_whole

ALONE: Final = "certifikat"
_BETWEEN: Final = "+"
"""Between the parts of a file's name. In a part it is percent-encoded."""


def named(certificates: Iterable[Signed]) -> dict[str, Signed]:
    """Each certificate by where its files lie from the run's folder, without `.json` and `.pdf`."""
    each = list(certificates)
    if len(each) == 1:
        return {ALONE: each[0]}
    return {f"{ROOT}/{_stem(one.certifikat.sti)}": one for one in each}


def write_certificates(run_folder: Path, certificates: Iterable[Signed]) -> list[Path]:
    """Write each as JSON and PDF, each file whole or not at all; where they are. Raises EnvironmentFault."""
    files = {
        f"{name}{suffix}": data
        for name, each in named(certificates).items()
        for suffix, data in ((".json", written(each)), (".pdf", pdf_of(each)))
    }
    try:
        for name, data in files.items():
            target = run_folder / name
            target.parent.mkdir(exist_ok=True)
            write_whole(target, data)
    except OSError as error:
        raise EnvironmentFault(f"Certifikaterne kan ikke skrives i {run_folder}: {error.strerror or error}.") from None
    return [run_folder / name for name in files]


def certificate_files(folder: Path) -> list[Path]:
    """The certificates' JSON files in a run's folder."""
    return sorted([*folder.glob(f"{ALONE}.json"), *(folder / ROOT).glob("*.json")])


def _stem(path: str) -> str:
    return _BETWEEN.join(quote(each, safe="") for each in parts_of(path)[1:])
