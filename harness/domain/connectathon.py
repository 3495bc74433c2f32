"""The day on which all systems and the parties around them are tried together: who meets whom, when, and who sits where."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath


@dataclass(frozen=True, slots=True)
class Partner:
    """A party that each system is tried with: a column of the main grid.

    `entrances` are those of the services it plays (`dnhf`, `kommune`); `owner` is who has the seat, as a name. `scenarios` are
    folders under features/, files in them (`minplan/deling`), or scenarios' id tags: what tries a system with this party.
    """

    id: str
    name: str
    entrances: tuple[str, ...]
    scenarios: tuple[str, ...]
    owner: str = "simulator"

    def covers(self, scenario: str, file: str) -> bool:
        """Whether the scenario with this identity (`FORL-02`, `DEL-01[KOL]`), in this feature file, is one with this party."""
        path = PurePosixPath(file.replace("\\", "/"))
        return bool({scenario.partition("[")[0], path.parent.name, f"{path.parent.name}/{path.stem}"} & set(self.scenarios))


@dataclass(frozen=True, slots=True)
class Meeting:
    """Who meets at one place in a slot: two systems, which each send to the other, or one system and a party's id."""

    place: str
    system: str
    other: str
    rerun: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of the day, from `begins` (`09.00`) and `minutes` long. A break has a `title` and nobody meets."""

    begins: str
    minutes: int
    meetings: tuple[Meeting, ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """The plan of the day, in order."""

    slots: tuple[Slot, ...]
