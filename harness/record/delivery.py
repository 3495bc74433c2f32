"""What a run's machine and the wall agree on, when its lines are sent from the one to the other (docs/tavle.openapi.yaml)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from harness.domain.access import MEDCOMS, Right
from harness.domain.errors import BadInput

LARGEST: Final = 8_000_000
"""Bytes of lines that may be sent at once. A line is at most so long."""
LINES_TYPE: Final = "application/x-ndjson"
SOURCE_NAME: Final = "afsender.json"
"""The mark in a mirror's folder, which says who sent it. A run's folder without one was written on this machine."""
OWN: Final = "her"
_CAMPAIGN: Final = re.compile(r"[a-z0-9](?:[a-z0-9.+-]{0,78}[a-z0-9])?")
_SYSTEM: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,78}[a-z0-9])?")
"""As the files they are named after. None ends with a dot: Windows would leave it out."""
_RUN: Final = re.compile(rf"\d{{8}}T\d{{6}}(?:-{_SYSTEM.pattern})?", re.ASCII)
"""When it began; then its partner in a run of two, and a number where there are more of one second."""


@dataclass(frozen=True, slots=True)
class RunName:
    """A run's place under a folder of reports: the campaign's folder, the system, the run's id. Shown as `campaign/system/id`."""

    campaign: str
    system: str
    run: str

    def __post_init__(self) -> None:
        for what, pattern, found in (
            ("kampagne", _CAMPAIGN, self.campaign),
            ("system", _SYSTEM, self.system),
            ("kørsel", _RUN, self.run),
        ):
            if not pattern.fullmatch(found):
                raise BadInput(f"Navnet på en {what} kan ikke se sådan ud: “{found[:80]}”.")

    def __str__(self) -> str:
        return f"{self.campaign}/{self.system}/{self.run}"

    def folder(self, reports: Path) -> Path:
        """Where the run lies."""
        return reports / self.campaign / self.system / self.run


def name_of(run_folder: Path) -> RunName:
    """The name of the run in `run_folder`, by the folders it lies in. Raises BadInput where they have other names."""
    folder = run_folder.resolve()
    return RunName(folder.parents[1].name, folder.parent.name, folder.name)


def is_mirror(run_folder: Path) -> bool:
    """Whether the run is written on another machine, and only received here: its evidence is there, and not here."""
    return (run_folder / SOURCE_NAME).exists()


def source_of(run_folder: Path) -> str:
    """The name of the token that sent the run first, or `her` for a run of this machine. Raises OSError and ValueError."""
    mark = run_folder / SOURCE_NAME
    return str(json.loads(mark.read_text("utf-8"))["navn"]) if mark.exists() else OWN


def sent_by_supplier(run_folder: Path) -> bool:
    """Whether the run is a mirror that a supplier's token sent first: then nobody of MedCom's has vouched for it.

    A mark that does not say by which right it was made is a supplier's. Raises OSError and ValueError.
    """
    mark = run_folder / SOURCE_NAME
    return mark.exists() and json.loads(mark.read_text("utf-8")).get("ret", Right.SUPPLIER) not in MEDCOMS


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a chain has come: so many whole lines of so many bytes, the hash that the next line has to name, and when the last
    line says that it was written; None where nobody asked.
    """

    lines: int
    head: str
    size: int = 0
    at: datetime | None = None
