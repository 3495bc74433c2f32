"""How a system's messages travel: over HTTP, or as files in a folder or on a page; and what such files are called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePath
from typing import Final


class By(StrEnum):
    """What carries a message between the LPS and the harness."""

    HTTP = "http"
    FOLDER = "mappe"
    PAGE = "side"


VANS: Final = "vans"
EHMI: Final = "ehmi"
NETWORKS: Final = (VANS, EHMI)
"""What only carries a message on: nothing comes back at once, and the clinic has a post box there."""

_LETTERS: Final = (
    *("VANSEnvelope", "BIN01", "CareCommunication", "Acknowledgement", "DIS91", "GGOP", "QRD", "REF01", "RPT01", "RPT02"),
    *("RPT03", "RPT04", "XCTL02", "XCTL03", "XDIS15", "XDIS22", "XREF15", "XREF22", "XRPT05"),
)
_MESSAGES: Final = ("SBDH", "HomeCareObservation", "Acknowledgement", "EDS")
_DOCUMENTS: Final = ("XDS Metadata", "CPD-DK", "APD-DK", "PDC-DK")

CONTRACTS: Final[Mapping[str, tuple[str, ...]]] = {
    "dnhf": ("/kommune/tilbud",),
    "flp": ("/flp/tilmeldinger", "/flp/patient", "/flp/sessioner", "/flp/planer"),
    "health-hub": ("/health-hub/svar", "/health-hub/tilbagetraekning"),
    "minplan": ("/minplan/aktiviteter",),
    "plsp-diagnosekort": ("/plsp-diagnosekort/dokumenter", "/plsp-diagnosekort/tomme-kort", "/plsp-diagnosekort/opslag"),
    "plsp-forloebsplaner": ("/plsp/forloebsplaner", "/plsp/soegning", "/plsp/tilbagetraekning"),
    "web-patient": ("/web-patient/bestillinger",),
}
"""Our own contracts (docs/<name>.openapi.yaml) by name, and the calls in them whose body can be handed over as a file."""

FORMATS: Final[Mapping[str, tuple[str, ...]]] = {
    name: tuple(
        service
        for service, formats in ((VANS, _LETTERS), (EHMI, _MESSAGES), ("dros", _DOCUMENTS), ("plsp", ("CPD-DK",)))
        if name in formats
    )
    or (name,)
    for name in (*_LETTERS, *_MESSAGES, *_DOCUMENTS, *CONTRACTS)
}
"""What can come as files, as MedCom's registry names it (else as the harness does), and by which network or service."""

TAKEN: Final = "taget"
ANSWERS: Final = "svar"
ON_ITS_WAY: Final = "undervejs"
"""Subfolders: of a watched folder, what was taken in, and what is answered; of a drop folder, what is not there yet."""


@dataclass(frozen=True, slots=True)
class Way:
    """How one format travels in one direction: `sent` by the LPS, or to it. `folder` is there for `By.FOLDER` only."""

    format: str
    sent: bool
    by: By
    folder: Path | None = None

    @property
    def services(self) -> tuple[str, ...]:
        """The networks or services the format travels by."""
        return FORMATS[self.format]


def networks_of(ways: Iterable[Way]) -> frozenset[str]:
    """The networks whose post box has something that comes as files."""
    return frozenset(service for way in ways if way.by is not By.HTTP for service in way.services if service in NETWORKS)


def place_of(way: Way, page: Path) -> Path:
    """Where files to the LPS by `way` are laid: its drop folder; of a watched folder, its `svar`; else the page's."""
    if way.folder is None:
        return page
    return way.folder / ANSWERS if way.sent else way.folder


def call_named(name: str) -> str:
    """The path of the call that a file is the body of, by its name; empty when it names none.

    `call_named("web-patient.bestillinger.7.json") == "/web-patient/bestillinger"`.
    """
    return next((path for paths in CONTRACTS.values() for path in paths if name.startswith(f"{_dotted(path)}.")), "")


def name_for(path: str, own: str) -> str:
    """The name of a file that is the body of a call to `path`; `own` is the sender's part of it."""
    return f"{_dotted(path)}.{own}.json"


def answer_name(name: str, status: int) -> str:
    """The name of the file that answers the file `name` with an HTTP `status`."""
    asked = PurePath(name)
    return f"{asked.stem}.svar-{status}{asked.suffix}"


def answer_status(name: str, asked: str) -> int:
    """The HTTP status that the file `name` answers the file `asked` with; 0 when it answers another."""
    found = re.search(r"\.svar-(\d{3})", name)
    return int(found[1]) if found and name == answer_name(asked, int(found[1])) else 0


def _dotted(path: str) -> str:
    return path.removeprefix("/").replace("/", ".")
