"""The worklist as monitors see it: items, who has them, and what was said; and the acts they do to them.

What a monitor says never changes a verdict. Where the run's review allows it, and its holder asks for it, the same is said there
too, by the review's own rules, and first (docs/adr/0028-worklist.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import UTC, datetime

from harness.dashboard.worklist.claims import Claim, Claims
from harness.dashboard.worklist.items import Item, Items, Kind
from harness.domain.access import Caller
from harness.domain.errors import ConfigurationError
from harness.domain.grade import Grade
from harness.domain.review import Act, Assessed, Claimed, Role
from harness.domain.review import Escalated as ReviewEscalated
from harness.domain.worklist import Alarmed, Handled, Verified, Work, WorkAct, Worklist, objection_to
from harness.record.guard import Guard
from harness.record.in_writing import refuse_private
from harness.record.objection import can_be
from harness.record.reviewing import Reviews
from harness.record.worklist import WorklistLog


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the worklist."""

    item: Item
    handled: Handled
    claim: Claim | None

    @property
    def holder(self) -> str:
        """Who has it; empty when nobody does."""
        return self.claim.holder if self.claim else ""

    @property
    def critical(self) -> bool:
        """Whether somebody must look at it at once."""
        return self.item.critical or self.handled.alarmed is not None

    @property
    def done(self) -> bool:
        """Whether a person has looked: a monitor has verified it, or MedCom has judged it in the run's review."""
        return self.handled.verified is not None or self.item.judged is not None

    @property
    def waits(self) -> bool:
        """Whether it is anybody's turn."""
        return not self.done and not self.item.replaced


@dataclass(frozen=True, slots=True)
class Offer:
    """What a caller may say in the review of the item's run as well. `holder` is who has that review."""

    assess: bool = False
    escalate: bool = False
    claim: bool = False
    holder: str = ""


class Desk:
    """The worklist over some items. `reviews` is None where runs are not reviewed from here; `guard` looks at what people write.

    Everything waits for the disk or the database: in a server it is called in a thread.
    """

    def __init__(self, items: Items, claims: Claims, log: WorklistLog, guard: Guard, reviews: Reviews | None = None) -> None:
        self.items = items
        self._claims = claims
        self._log = log
        self._guard = guard
        self._reviews = reviews

    def entries(self, items: Iterable[Item]) -> list[Entry]:
        """The lines of these items: what is critical first, then what has waited the longest. What was sent stands after the
        rest: how critical it is, and since when, is what its sender says.
        """
        held, said = self._claims.held(), self._log.read()
        found = [Entry(item, said.of(item.id), held.get(item.id)) for item in items]
        return sorted(found, key=lambda each: (each.item.sent, not each.critical, each.item.since, each.item.id))

    def take(self, item: Item, by: Caller) -> None:
        """Take an item. Raises ConfigurationError, in Danish, when somebody else was first, or nothing of it waits."""
        _refuse_stranger(by)
        if item.replaced:
            raise ConfigurationError("Punktet er forældet: det er prøvet igen.")
        holder = self._claims.take(item.id, by.name)
        if holder != by.name:
            raise ConfigurationError(f"{holder or 'En anden'} har taget punktet imens. Vælg et andet.")

    def release(self, item: str, by: Caller) -> None:
        """Let go of an item; an administrator lets go of anybody's. Raises ConfigurationError when it is another's."""
        _refuse_stranger(by)
        holder = self._claims.holder(item)
        if holder and holder != by.name and not by.administers:
            raise ConfigurationError(f"{holder} har punktet.")
        self._claims.release(item, holder)

    def say(self, item: Item, by: Caller, act: WorkAct, seen: int, in_review: bool = False) -> None:
        """Say something of an item, when `seen` acts on it had been seen; `in_review`: in the run's review too.

        Raises ConfigurationError, in Danish, when it may not be said: then nothing is written; and EnvironmentFault.
        """
        _refuse_stranger(by)
        work = Work(item.id, by.name, datetime.now(UTC).isoformat(), act)
        texts = (getattr(act, each.name) for each in fields(act))
        refuse_private(self._guard, (each for each in texts if isinstance(each, str)))
        holder = self._claims.holder(item.id)

        def objection(now: Worklist) -> str:
            if item.replaced and isinstance(act, Verified | Alarmed):
                return "Punktet er forældet: det er prøvet igen. Se på det nye."
            return objection_to(work, now.of(item.id), holder)

        def first() -> None:
            if in_review:
                self._say_in_review(item, by, act)

        self._log.append(work, seen, objection, first)
        if isinstance(act, Verified):
            self._claims.release(item.id, by.name)

    def claim_review(self, item: Item, by: Caller) -> None:
        """Take the review of the item's run. Raises ConfigurationError, in Danish, when its rules refuse it."""
        _refuse_stranger(by)
        self._do_in_review(item, by, Claimed())

    def offer(self, item: Item, by: Caller) -> Offer:
        """What may be said in the review of the item's run as well."""
        result = self.items.result(item.run)
        if result is None or self._reviews is None or item.rehearsal:
            return Offer()
        may = {kind: can_be(result, kind, Role.MEDCOM, by.name) for kind in (Assessed, ReviewEscalated, Claimed)}
        assess = may[Assessed] and item.kind is not Kind.SUBMITTED and item.scenario in result.review.submitted
        return Offer(assess, may[ReviewEscalated], may[Claimed], result.review.holder)

    def _say_in_review(self, item: Item, by: Caller, act: WorkAct) -> None:
        if isinstance(act, Alarmed):
            self._do_in_review(item, by, ReviewEscalated(act.reason))
        elif isinstance(act, Verified):
            grade = act.grade or (item.standing if isinstance(item.standing, Grade) else None)
            if grade is None:
                raise ConfigurationError("Forslaget er ingen karakter. Vælg en karakter for at skrive den i gennemgangen.")
            self._do_in_review(item, by, Assessed(item.scenario, grade, "", act.reason))

    def _do_in_review(self, item: Item, by: Caller, act: Act) -> None:
        folder = self._reviews.folder(item.run) if self._reviews else None
        if self._reviews is None or folder is None:
            raise ConfigurationError("Kørslen kan ikke gennemgås herfra. Intet er skrevet.")
        self._reviews.do(folder, by.name, Role.MEDCOM, act)


def _refuse_stranger(by: Caller) -> None:
    if not by.monitors:
        raise ConfigurationError("Det kan kun en monitor gøre.")
