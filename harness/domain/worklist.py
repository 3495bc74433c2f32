"""What monitors say of a result that needs a person: pure values, and what they come to.

The life of a test instance that a monitor verifies is that of an IHE connectathon (Gazelle Test Management). Nothing here is a
verdict: that is made by a run's review (harness/domain/review.py), and everything that was said stays.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from harness.domain.grade import Grade

LONGEST_TEXT = 4000


@dataclass(frozen=True, slots=True)
class Verified:
    """A monitor has looked. `agrees` with what the harness `proposed`; else it should be `grade`, for `reason`."""

    agrees: bool
    proposed: str
    grade: Grade | None = None
    reason: str = ""
    kind: Literal["verified"] = "verified"


@dataclass(frozen=True, slots=True)
class Noted:
    """A remark. It grades nobody."""

    text: str
    kind: Literal["noted"] = "noted"


@dataclass(frozen=True, slots=True)
class Alarmed:
    """Somebody must look at this at once, for `reason`: it is *kritisk*."""

    reason: str
    kind: Literal["alarmed"] = "alarmed"


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A verification, or that it is *kritisk*, does not stand any more, for `reason`."""

    what: Literal["verificering", "kritisk"]
    reason: str
    kind: Literal["taken_back"] = "taken_back"


WorkAct = Verified | Noted | Alarmed | TakenBack


@dataclass(frozen=True, slots=True)
class Work:
    """One act on the item with this id: who did it, and when (ISO 8601 with offset)."""

    item: str
    by: str
    at: str
    act: WorkAct


@dataclass(frozen=True, slots=True)
class Handled:
    """What has been said of one item so far, and what of it stands."""

    said: tuple[Work, ...] = ()
    verified: tuple[Work, Verified] | None = None
    alarmed: tuple[Work, Alarmed] | None = None


@dataclass(slots=True)
class Worklist:
    """What has been said of every item, by its id. `head` is the hash of the chain's last line."""

    head: str = ""
    count: int = 0
    handled: dict[str, Handled] = field(default_factory=dict)

    def of(self, item: str) -> Handled:
        """What has been said of an item; nothing where nobody has spoken."""
        return self.handled.get(item, Handled())


def worklist_of(said: Iterable[Work], head: str = "") -> Worklist:
    """What these acts come to, one after the other. Whether they may be done is asked before they are written."""
    found = Worklist(head)
    for work in said:
        before = found.of(work.item)
        verified, alarmed = before.verified, before.alarmed
        match work.act:
            case Verified() as act:
                verified = (work, act)
            case Alarmed() as act:
                alarmed = (work, act)
            case TakenBack(what="verificering"):
                verified = None
            case TakenBack():
                alarmed = None
            case Noted():
                pass
        found.handled[work.item] = Handled((*before.said, work), verified, alarmed)
        found.count += 1
    return found


def objection_to(work: Work, handled: Handled, holder: str) -> str:
    """Why `work` cannot be done to an item now, in Danish; empty when it can. `holder` is who has taken it, if anybody has."""
    match work.act:
        case Verified() as act:
            if holder != work.by:
                return f"{holder} har punktet." if holder else "Tag punktet først."
            if handled.verified:
                return f"{handled.verified[0].by} har allerede verificeret det."
            if not act.agrees and (act.grade is None or not act.reason.strip()):
                return "Når du er uenig, skal du vælge en karakter og skrive hvorfor."
            text = act.reason
        case Noted(text=text):
            if not text.strip():
                return "Skriv bemærkningen."
        case Alarmed(reason=text):
            if not text.strip():
                return "Skriv, hvorfor det er kritisk."
            if handled.alarmed:
                return f"{handled.alarmed[0].by} har allerede gjort det kritisk."
            if handled.verified:
                return "Punktet er verificeret. Tag verificeringen tilbage først."
        case TakenBack(what=what, reason=text):
            if (handled.verified if what == "verificering" else handled.alarmed) is None:
                return f"Der er ingen {what} at tage tilbage." if what == "verificering" else "Punktet er ikke kritisk."
            if not text.strip():
                return "Skriv hvorfor."
    return f"Teksten er for lang. Den må højst være på {LONGEST_TEXT} tegn." if len(text) > LONGEST_TEXT else ""
