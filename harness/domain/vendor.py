"""A system under test: whose it is, how it is driven, how its plans travel and what it is approved for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Literal


class Driver(StrEnum):
    """How an LPS is made to act."""

    REFERENCE = "reference"
    ADAPTER = "adapter"
    ATTENDED = "attended"
    REPLAY = "replay"


class Seat(StrEnum):
    """Who plays a national service in a run."""

    SIMULATOR = "simulator"
    RELAY = "gennemstilling"
    READ_BACK = "aflæsning"
    FILE = "fil"
    ATTEST = "attest"


class Phase(StrEnum):
    """The phases of a campaign, in order."""

    SELF_TEST = "egentest"
    PRE_TEST = "prætest"
    CERTIFICATION = "certificering"
    CONNECTATHON = "connectathon"


class Channel(StrEnum):
    """The direction an approval is for, as MedCom's registry writes it."""

    SEND = "Sende"
    RECEIVE = "Modtage"


class ApprovalStatus(StrEnum):
    """The four states of MedCom's registry."""

    APPROVED = "Godkendt"
    NOT_APPROVED = "Ikke Godkendt"
    TESTING = "Tester"
    TEST_MISSING = "Test mangler"


@dataclass(frozen=True, slots=True)
class Approval:
    """One line of MedCom's registry for one system, e.g. CPD-DK 2.0, Sende, Godkendt."""

    standard: str
    version: str
    channel: Channel
    status: ApprovalStatus


@dataclass(frozen=True, slots=True)
class NoEntry:
    """A standard that MedCom's registry has for other systems, in this direction, but not for this one."""

    standard: str
    version: str
    channel: Channel


@dataclass(frozen=True, slots=True)
class Rute:
    """How a plan travels from the LPS; `decided` is False until MedCom has confirmed it."""

    value: Literal["plsp", "direkte"]
    decided: bool
    source: str


@dataclass(frozen=True, slots=True)
class Access:
    """Where a system's own test interface is, and what is needed to reach it.

    `key` says where its token is, `env:NAVN` or `fil:STI`; it is never the token itself. `ca` is the authority behind its
    certificate, `mapping` the file that says how its own API answers to the contract.
    """

    address: str
    key: str = ""
    ca: Path | None = None
    mapping: Path | None = None


@dataclass(frozen=True, slots=True)
class Vendor:
    """One system under test, as its YAML file says.

    `seats` maps a national service (`dros`, `dds`, `plsp`) to who plays it. `registered_as` is the system's name in the
    registry that `source` names; `source_date` is the registry's own date. `client_certificate` is the fingerprint of the one it
    shows by TLS, `sha256:` and 64 hex digits; empty when it names none.
    """

    id: str
    product: str
    supplier: str
    version: str
    driver: Driver
    rute: Rute
    seats: dict[str, Seat]
    approvals: tuple[Approval, ...]
    source: str
    source_date: date
    registered_as: str
    no_entry: tuple[NoEntry, ...] = ()
    access: Access | None = None
    client_certificate: str = ""

    def holds(self, channel: str, standard: str) -> bool:
        """Whether the system is approved for `standard` in this direction. `novax.holds("Modtage", "RPT01")`."""
        return any(
            (each.standard, each.channel, each.status) == (standard, channel, ApprovalStatus.APPROVED) for each in self.approvals
        )

    def said_of(self, channel: str, standard: str) -> str:
        """What the registry says of `standard` in this direction, in its own words: `Ikke Godkendt`; else that it says nothing.

        Of several versions each is said.
        """
        own = [each for each in self.approvals if (each.standard, each.channel) == (standard, channel)]
        return ", ".join(f"{each.status} ({each.version})" for each in own) or "intet opslag"

    def sends(self, standard: str) -> tuple[str, ...]:
        """The versions of `standard` approved for sending, newest last. `novax.sends("CPD-DK") == ("2.0",)`."""
        versions = (
            each.version
            for each in self.approvals
            if (each.standard, each.channel, each.status) == (standard, Channel.SEND, ApprovalStatus.APPROVED)
        )
        return tuple(sorted(versions, key=_by_number))


def _by_number(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]
