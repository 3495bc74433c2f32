"""Which of a system's runs count, and which attempt at a scenario: one rule for the wall and for the results of a day.

The newest whole run counts, and the chosen runs after it. Of a scenario the newest attempt that came to a verdict counts; one
that was cut off, or could not be carried out, puts no verdict out of force. What was sent from another
machine counts only where the hall has nothing: a chain proves no authorship, so it puts nothing out of force that was seen
here. Project conventions.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol, TypeVar

from harness.domain.event import RunStarted
from harness.domain.grade import Beside, Grade, Standing


class Begun(Protocol):
    """A run: `name` tells those apart that began at once, `whole` says whether it was to try everything."""

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def began(self) -> datetime:
        """When it began."""
        ...

    @property
    def whole(self) -> bool:
        """Whether it was to try everything."""
        ...

    @property
    def sent(self) -> bool:
        """Whether it came from another machine, where nobody of the hall saw it."""
        ...

    @property
    def started(self) -> RunStarted:
        """How it began."""
        ...


class Tried(Protocol):
    """An attempt at a scenario; `decided`: it came to a verdict."""

    @property
    def began(self) -> datetime:
        """When it began."""
        ...

    @property
    def decided(self) -> bool:
        """Whether it came to a verdict."""
        ...


class Sent(Protocol):
    """A run; `sent`: from another machine, where nobody of the hall saw it."""

    @property
    def sent(self) -> bool:
        """Whether it was."""
        ...


_Run = TypeVar("_Run", bound=Begun)
_Sent = TypeVar("_Sent", bound=Sent)
_Attempt = TypeVar("_Attempt", bound=Tried)


def is_whole(started: RunStarted) -> bool:
    """Whether the run that began so was to try everything, on a system rather than on what was recorded of it."""
    return not started.selection and started.driver != "replay"


def age(run: Begun) -> tuple[datetime, str]:
    """What runs are ordered by: when they began."""
    return run.began, run.name


def counting(runs: Iterable[_Run]) -> list[_Run]:
    """The newest whole run and those after it, the oldest first; where no run is whole, all of them.

    Of what was sent it is the same, apart from the hall's own, and then those that have a scenario the hall's were not to try.
    Of these runs, `counts_in` says for which scenarios.
    """
    every = sorted(runs, key=age)
    here = _newest_whole(each for each in every if not each.sent)
    tried_here = seen_here(here)
    sent = _newest_whole(each for each in every if each.sent)
    return sorted((*here, *(each for each in sent if not here or not tried_here.issuperset(each.started.planned))), key=age)


def seen_here(runs: Iterable[_Run]) -> frozenset[str]:
    """The scenarios that the hall's own of these runs were to try."""
    return frozenset(name for each in runs if not each.sent for name in each.started.planned)


def counts_in(run: Begun, scenario: str, here: frozenset[str]) -> bool:
    """Whether a run that counts does so in this scenario: one that was sent, only where it is not `seen_here`."""
    return not run.sent or scenario not in here


def _newest_whole(oldest_first: Iterable[_Run]) -> list[_Run]:
    every = list(oldest_first)
    newest_whole = max((at for at, each in enumerate(every) if each.whole), default=0)
    return every[newest_whole:]


def believed(runs: Iterable[_Sent]) -> list[_Sent]:
    """Those of an ordered pair's runs that are looked at: where any is of this machine, none that was sent.

    What one supplier sends puts nothing out of force that was seen of another's system.
    """
    every = list(runs)
    return [each for each in every if not each.sent] or every


def newest_verdict(attempts: Iterable[_Attempt]) -> _Attempt:
    """The attempt that counts: the newest that came to a verdict, else the newest. Raises IndexError where there is none.

    Of two that began at once it is the later one given.
    """
    oldest_first = sorted(attempts, key=lambda each: each.began)
    return next((each for each in reversed(oldest_first) if each.decided), oldest_first[-1])


def is_decided(standing: Standing, of_partner: Iterable[Standing | None] = ()) -> bool:
    """Whether an attempt came to a verdict, also one that waits for a decision, or that a tester vouches for.

    In a run of two also where it could not be carried out since the partner broke a rule: `of_partner` are the grades of what is
    laid on it.
    """
    if isinstance(standing, Grade) or standing in (Beside.AWAITING, Beside.ATTESTED):
        return True
    broken = any(isinstance(each, Grade) and not each.approved for each in of_partner)
    return broken and standing is Beside.UNTESTABLE
