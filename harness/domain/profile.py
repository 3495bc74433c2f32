"""What is decided, and what is not: the values rules compare with that MedCom may still change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Value = str | int | Sequence["Value"] | Mapping[str, "Value"]
"""What a fact may be: a text, a number, or lists and named values of them."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One value and whether it is decided. `value` is None where nobody has proposed one."""

    id: str
    value: Value | None
    decided: bool
    source: str


@dataclass(frozen=True, slots=True)
class Profile:
    """Facts by id, and the ids of the rules confirmed for the version the profile is about."""

    id: str
    facts: dict[str, Fact]
    rules_confirmed: frozenset[str] = frozenset()

    @property
    def undecided(self) -> frozenset[str]:
        """The ids of the facts that are not decided."""
        return frozenset(fact.id for fact in self.facts.values() if not fact.decided)

    def decided(self, fact: str) -> str:
        """The value of a fact, as text; empty while it is not decided, or is not there."""
        found = self.facts.get(fact)
        return str(found.value) if found is not None and found.decided else ""

    def pattern(self, fact: str) -> str:
        """How something is written where the standards say nothing: `Niveau {niveau}`. Raises KeyError where none is proposed."""
        value = self.facts[fact].value
        if not isinstance(value, Mapping):
            raise KeyError(f"{self.id}: {fact}")
        return str(value["mønster"])
