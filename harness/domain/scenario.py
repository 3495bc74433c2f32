"""One scenario as the feature file says it, ready to be run and written down."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

_REQUIREMENT = re.compile(r"[A-Z]{2,}-\d{2,}")

ACCOUNT: Final = "set:redegørelse"
"""The tag of a scenario in which the vendor gives an account, which MedCom judges."""


OF_TWO: Final = "par"
"""The tag of a scenario with two LPS: the run's own system sends, and its partner receives."""

PARTNERS: Final = "partner:"
"""How the tag of a requirement begins that a scenario of two tests the partner by: `@partner:EPJ-01`."""


def only_account(tags: Iterable[str]) -> bool:
    """Whether a scenario with these tags has nothing but an account: nothing an LPS does is seen in it."""
    return {each for each in tags if each.startswith("set:")} == {ACCOUNT}


def partner_requirements(tags: Iterable[str]) -> tuple[str, ...]:
    """The requirements that a scenario with these tags tests the partner by, sorted."""
    return tuple(sorted(tag.removeprefix(PARTNERS) for tag in tags if tag.startswith(PARTNERS)))


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario, or one row of an outline.

    `id` is its identity for good: the id tag, and for an outline the first column's value in brackets (`DEL-01[KOL]`). `tags`
    are without `@`, its own and the feature's. `steps` are keyword and text, background first. `parameters` is the row.
    """

    id: str
    title: str
    feature: str
    feature_description: str
    file: str
    line: int
    tags: frozenset[str]
    steps: tuple[str, ...]
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def tag(self) -> str:
        """Its id tag, which the rows of an outline share: `DEL-01` of `DEL-01[KOL]`."""
        return self.id.partition("[")[0]

    @property
    def requirements(self) -> tuple[str, ...]:
        """The requirements it tests, e.g. `KP-09`, sorted."""
        return tuple(sorted(tag for tag in self.tags if _REQUIREMENT.fullmatch(tag)))

    @property
    def partner_requirements(self) -> tuple[str, ...]:
        """The requirements it tests the partner by, sorted; none where there are not two systems."""
        return partner_requirements(self.tags)

    @property
    def of_two(self) -> bool:
        """Whether it needs two LPS."""
        return OF_TWO in self.tags

    @property
    def seen_in(self) -> tuple[str, ...]:
        """Where its outcome is seen: `snitflade`, `skærm`, `testgrænseflade`, `redegørelse`, sorted."""
        return tuple(sorted(tag.removeprefix("set:") for tag in self.tags if tag.startswith("set:")))

    @property
    def use_cases(self) -> tuple[str, ...]:
        """MedCom's use cases it belongs to: `@brug:HomeCareObservation:R1.A1` is `HomeCareObservation:R1.A1`. Sorted."""
        return tuple(sorted(tag.removeprefix("brug:") for tag in self.tags if tag.startswith("brug:")))

    @property
    def folder(self) -> str:
        """Its folder under features/: `henvisning` of `features/henvisning/kvittering.feature`. Empty when it has none."""
        parts = re.split(r"[/\\]", self.file)
        found = [place for place, part in enumerate(parts[:-1]) if part == "features"]
        return parts[found[-1] + 1] if found and found[-1] + 2 < len(parts) else ""

    @property
    def needs(self) -> tuple[tuple[str, str], ...]:
        """The standards a system must hold for the scenario to be relevant: `@kræver:Modtage:QRD` is `("Modtage", "QRD")`."""
        named = sorted(tag.removeprefix("kræver:") for tag in self.tags if tag.startswith("kræver:"))
        return tuple((channel, standard) for channel, _, standard in (each.partition(":") for each in named))

    @property
    def rute(self) -> str:
        """The only rute it is relevant for; empty when it is relevant for both."""
        return next((tag.removeprefix("rute:") for tag in self.tags if tag.startswith("rute:")), "")
