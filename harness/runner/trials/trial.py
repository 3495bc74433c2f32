"""What is tried, and what came of it: plain values, so that they can go from one process to another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from harness.domain.grade import Grade
from harness.domain.wire import WireChange

OWN_SET: Final = "eget-saet"
"""The folder beside the faults with the set that stands for MedCom's withheld one."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a scenario stands on beside the difference.

    `campaign` is one or more ids as `lps run` takes them. `own_set`: the scenario enters the persons and values of a set of its
    own, in certificering, as MedCom's withheld one would.
    """

    rute: str
    cpd: str
    campaign: str
    own_set: bool = False


@dataclass(frozen=True, slots=True)
class Trial:
    """One scenario, by its identity (`DEL-01[KOL]`), tried once in a setting.

    `changes` are the fields of the run's setup that differ (`{"faults": frozenset({"mål-mangler"})}`); in a run of two they are
    both systems'. None: the honest LPS. `surveys`: the outcome tells what could be changed in the messages it sends.
    """

    scenario: str
    setting: Setting
    changes: Mapping[str, Any] = field(default_factory=dict)
    surveys: bool = False

    @property
    def faults(self) -> frozenset[str]:
        """The defects the reference LPS has in it."""
        found = self.changes.get("faults", frozenset())
        assert isinstance(found, frozenset)
        return found


@dataclass(frozen=True, slots=True)
class Found:
    """One finding of a trial: the rule, its grade (None for a remark), whom it is laid on where that is the partner.

    `message` is the exchange it was found in, where it was found in a message.
    """

    rule: str
    grade: Grade | None
    side: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a trial.

    `asked` are the defects that somebody asked about in it, where it has none: one that nobody asked about cannot have changed
    anything. `entrances` are the first names in the paths of what was sent. `parts` are the changes that could have been made in
    what the LPS sent, where the trial surveys.
    """

    trial: Trial
    standing: str
    reason: str
    found: tuple[Found, ...] = ()
    asked: frozenset[str] = frozenset()
    entrances: frozenset[str] = frozenset()
    parts: frozenset[WireChange] = frozenset()

    def rules(self, *, graded: bool) -> frozenset[str]:
        """The rules that were broken with a grade, or remarked on without one."""
        return frozenset(each.rule for each in self.found if (each.grade is not None) is graded)
