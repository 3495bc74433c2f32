"""Who plays a national service in a run, and where the real one is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from harness.domain.organisations import CLINIC


class Seat(StrEnum):
    """Who plays a national service in a run."""

    SIMULATOR = "simulator"
    RELAY = "gennemstilling"
    READ_BACK = "aflæsning"
    FILE = "fil"
    ATTEST = "attest"


@dataclass(frozen=True, slots=True)
class Seating:
    """Who plays one national service and, where the real one does, how the harness reaches it.

    `address` stands in the place of the service's entrance: `/dros/iti41` is `address` + `/iti41` there. `ca` are the
    authorities (PEM) its certificate is known by, else the machine's own; `certificate` and `key` (PEM) are the harness's own
    towards it. `sor` is the clinic that the system under test is set up as. `owner` is the party that has the seat, as an
    organisation's name, where the campaign says so.
    """

    who: Seat = Seat.SIMULATOR
    address: str = ""
    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    sor: str = CLINIC.sor
    owner: str = ""

    @property
    def is_real(self) -> bool:
        """Whether another than the simulator plays the service."""
        return self.who is not Seat.SIMULATOR

    def __str__(self) -> str:
        whose = f" hos {self.owner}" if self.owner else ""
        return f"{self.who}{whose} ({self.address})" if self.address else f"{self.who}{whose}"

    def to_json(self) -> dict[str, str]:
        """As it goes over the control line, and is kept. The key is named, never told."""
        said: dict[str, str] = {"who": self.who, "address": self.address, "sor": self.sor}
        files = {"ca": self.ca, "certificate": self.certificate, "key": self.key}
        said |= {"owner": self.owner} if self.owner else {}
        return said | {name: str(path) for name, path in files.items() if path is not None}

    @staticmethod
    def from_json(said: Mapping[str, Any]) -> Seating:
        """The seating that `said` is. Raises KeyError and ValueError."""
        files = {name: Path(said[name]) for name in ("ca", "certificate", "key") if name in said}
        return Seating(Seat(said["who"]), said["address"], sor=said["sor"], owner=said.get("owner", ""), **files)


Seats = Mapping[str, Seating]
"""By entrance (`dros`, `dds`, `plsp` …) who plays the service there. An entrance that is not named is the simulator's."""

SIMULATED = Seating()
