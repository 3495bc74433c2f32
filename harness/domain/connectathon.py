"""The day on which all systems and the parties around them are tried together: who meets whom, when, and who sits where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import PurePosixPath

from harness.domain.seat import Seating

SIMULATOR = "simulator"
"""The owner of a seat that no real party has."""


@dataclass(frozen=True, slots=True)
class Partner:
    """A party that each system is tried with: a column of the main grid.

    `entrances` are those of the services it plays (`dnhf`, `kommune`); `owner` is who has the seat, as a name. `scenarios` are
    folders under features/, files in them (`minplan/deling`), or scenarios' id tags: what tries a system with this party.
    `seats` are those of its entrances that the owner's own system plays on the day, whatever a system's file says. `everywhere`:
    it is met at several places at a time, since it is all the parties together.
    """

    id: str
    name: str
    entrances: tuple[str, ...]
    scenarios: tuple[str, ...]
    owner: str = SIMULATOR
    seats: Mapping[str, Seating] = field(default_factory=dict)
    everywhere: bool = False

    def covers(self, scenario: str, file: str) -> bool:
        """Whether the scenario with this identity (`FORL-02`, `DEL-01[KOL]`), in this feature file, is one with this party."""
        return not _places_of(scenario, file).isdisjoint(self.scenarios)


@lru_cache(maxsize=4096)  # asked of every scenario whenever a row of the wall is drawn
def _places_of(scenario: str, file: str) -> frozenset[str]:
    """What a party may call the scenario by: its id tag, its folder, its file."""
    path = PurePosixPath(file.replace("\\", "/"))
    return frozenset((scenario.partition("[")[0], path.parent.name, f"{path.parent.name}/{path.stem}"))


@dataclass(frozen=True, slots=True)
class Meeting:
    """Who meets at one place in a slot: two systems, which each send to the other, or one system and a party's id."""

    place: str
    system: str
    other: str
    rerun: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of the day, from `begins` (`09.00`) and `minutes` long. A break has a `title` and nobody meets.

    `rerun`: it is kept free for what must be tried again, and who meets in it is said on the day.
    """

    begins: str
    minutes: int
    meetings: tuple[Meeting, ...] = ()
    title: str = ""
    rerun: bool = False

    @property
    def start(self) -> int:
        """Minutes from midnight to its beginning."""
        hours, _, minutes = self.begins.partition(".")
        return int(hours) * 60 + int(minutes)

    @property
    def ends(self) -> str:
        """When it is over, written as `begins`."""
        return clock(self.start + self.minutes)


@dataclass(frozen=True, slots=True)
class Day:
    """The plan of the day, in order. `convention`: proposed by the project; `source` says why, or where it is said."""

    slots: tuple[Slot, ...]
    source: str = ""
    convention: bool = False


def clock(minutes: int) -> str:
    """A moment so many minutes after midnight. `clock(545) == "09.05"`."""
    return f"{minutes // 60:02}.{minutes % 60:02}"
