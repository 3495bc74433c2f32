"""Who looks at the wall, and what they may see and do there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Right(StrEnum):
    """What somebody may do on the wall. Whoever shows nothing sees the public matrix, and nothing else."""

    PUBLIC = "offentlig"
    READER = "læser"
    SUPPLIER = "leverandør"
    MONITOR = "monitor"
    ADMINISTRATOR = "administrator"


MEDCOMS: Final = frozenset({Right.MONITOR, Right.ADMINISTRATOR})
"""The rights of those who act for MedCom."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever asks for something. `systems` are those of a supplier's; `name` is the person's, or what a token is called."""

    right: Right = Right.PUBLIC
    name: str = ""
    systems: frozenset[str] = frozenset()

    def reads(self, system: str) -> bool:
        """Whether the caller may see more of `system` than its place in the public matrix."""
        return self.right is Right.READER or self.publishes(system)

    def publishes(self, system: str) -> bool:
        """Whether the caller may send the runs of `system` to the wall: its supplier, or MedCom."""
        return self.monitors or (self.right is Right.SUPPLIER and system in self.systems)

    @property
    def monitors(self) -> bool:
        """Whether the caller works through the worklist."""
        return self.right in MEDCOMS

    @property
    def administers(self) -> bool:
        """Whether the caller gives others access, and takes the day home."""
        return self.right is Right.ADMINISTRATOR
