"""A deliberate defect the reference LPS can be told to have, and which scenarios must catch it by which rule."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from harness.domain.grade import Grade


class FaultPlace(StrEnum):
    """Where a fault sits."""

    PLAN = "behandlingsplanen"
    DOCUMENT = "dokumentet"
    SUBMISSION = "afleveringen"
    BEHAVIOUR = "systemets adfærd"


class FirstTry(StrEnum):
    """What came of a blind fault the first time it was tried, before anything was mended for its sake."""

    CAUGHT = "fanget"
    BY_ANOTHER = "fanget af en anden"
    SURVIVED = "overlevede"


@dataclass(frozen=True, slots=True)
class Catch:
    """Scenarios that catch a fault, and the rules they break, one finding each. `rute` empty: by either rute.

    `scenarios` are id tags (`DEL-01`, every row of it) or one row's identity (`DEL-11[er optaget]`).
    """

    rules: tuple[str, ...]
    scenarios: tuple[str, ...]
    rute: str = ""

    def catches(self, scenario: str, rute: str) -> bool:
        """Whether the scenario with this identity breaks the rules by this rute."""
        return self.rute in ("", rute) and bool({scenario, scenario.partition("[")[0]} & set(self.scenarios))


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. `rute` empty: it shows by either rute. `withheld`: it shows only on MedCom's withheld set.

    `awaits` names the undecided fact that makes its findings remarks. `blind`: it was written from the sources alone, before its
    author had read scenarios or rules; `first` is then what came of it the first time it was tried. `remarks` are rules that may
    remark on it, without a grade, beside those it breaks.
    """

    id: str
    description: str
    requirements: tuple[str, ...]
    place: FaultPlace
    rute: str
    grade: Grade
    catches: tuple[Catch, ...]
    awaits: str = ""
    withheld: bool = False
    blind: bool = False
    first: FirstTry | None = None
    remarks: tuple[str, ...] = ()

    def rules_broken_in(self, scenario: str, rute: str, *, withheld: bool = False) -> tuple[str, ...]:
        """The rules the scenario breaks by this rute because of the fault; empty when it must not notice it.

        `withheld`: the run is on MedCom's withheld set.

        `fault.rules_broken_in("DEL-01[KOL]", "plsp") == ("CPD-C04",)`
        """
        if self.rute not in ("", rute) or (self.withheld and not withheld):
            return ()
        return tuple(rule for catch in self.catches if catch.catches(scenario, rute) for rule in catch.rules)
