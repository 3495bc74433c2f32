"""One place where a resource is not as its profile says: what the walk over a profile finds, before it becomes a finding."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from harness.standards.fhir.tree import Node


class Check(StrEnum):
    """The kinds of check, by the rule each belongs to; in the order in which one hides another at the same place."""

    UNKNOWN = "FHIR-UKENDT"
    TYPE = "FHIR-TYPE"
    CARDINALITY = "FHIR-KARD"
    FIXED = "FHIR-FAST"
    BINDING = "FHIR-BINDING"
    SLICE = "FHIR-SLICE"
    REFERENCE = "FHIR-REF"
    INVARIANT = "FHIR-INV"


@dataclass(frozen=True, slots=True)
class Fault:
    """Where: `node`, or its element `missing`. Why: `element` (FHIR's id) of `profile`. A `remark` gives no grade.

    `about` is the resource a reference points at, whose own faults explain this one; `key` an invariant's name.
    """

    check: Check
    node: Node
    expected: str
    actual: str
    element: str
    profile: str
    missing: str = ""
    remark: str = ""
    about: Node | None = None
    key: str = ""

    @property
    def pointer(self) -> str:
        """The JSON pointer of the place."""
        return f"{self.node.pointer}/{self.missing}" if self.missing else self.node.pointer


def without_consequences(
    faults: list[Fault],
    where: Callable[[Fault], str] = operator.attrgetter("pointer"),
    told: frozenset[str] = frozenset(),
) -> tuple[list[Fault], list[Fault]]:
    """The faults that stand for themselves, and the invariants set aside because something else is wrong in what they speak of.

    One defect gives one finding: of several faults at one place the first kind counts; what is inside a node that is itself
    wrong is not looked at; what judges a whole (a slice, a reference, an invariant) yields to what is wrong within; and what is
    `told` already, by a rule of its own, is not told again. `where` gives a fault's place, as `told` writes places.
    """
    if not faults:
        return [], []
    kept: dict[str, Fault] = {}
    for fault in sorted(faults, key=lambda each: (bool(each.remark), list(Check).index(each.check))):
        kept.setdefault(where(fault), fault)
    kept = {
        place: each for place, each in kept.items() if not any(_under(place, other) or _under(other, place) for other in told)
    }
    graded = {place: each for place, each in kept.items() if not each.remark}
    blunt = {
        place for place, each in graded.items() if each.check in (Check.UNKNOWN, Check.TYPE, Check.SLICE) and not each.missing
    }
    plain = {
        place: each
        for place, each in graded.items()
        if each.check is not Check.INVARIANT and not any(place != other and _under(place, other) for other in blunt)
    }
    within = {each.pointer for each in plain.values() if each.check is not Check.REFERENCE}
    plain = {
        place: each
        for place, each in plain.items()
        if each.about is None or not any(_under(pointer, each.about.pointer) for pointer in within)
    }
    invariants = {place: each for place, each in graded.items() if each.check is Check.INVARIANT}
    wrong = {*plain, *told, *invariants}
    own = [each for place, each in invariants.items() if not any(other != place and _under(other, place) for other in wrong)]
    aside = [each for each in faults if each.check is Check.INVARIANT and not each.remark and each not in own]
    remarks = [each for place, each in kept.items() if each.remark and not any(_under(place, other) for other in wrong)]
    return [*plain.values(), *own, *remarks], aside


def _under(pointer: str, place: str) -> bool:
    """Whether a JSON pointer or an XPath is `place`, one of them (`extension[3]` of `extension`), or inside it."""
    return pointer == place or pointer.startswith((f"{place}/", f"{place}["))
