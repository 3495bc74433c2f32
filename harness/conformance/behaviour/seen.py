"""How a rule of behaviour is written: where something is seen, and what differs there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, Protocol

from harness.conformance.rule import HOLDS, Breach, Outcome, Rule, rule
from harness.domain.finding import Location, Owner
from harness.domain.grade import Grade

MODEL: Final = "Sundhedsstyrelsen, Generisk model for pakkeforløb for mennesker med kronisk sygdom"
RECEIVER: Final = "hos modtageren"
SCREEN: Final = "i systemet"


class Decorator(Protocol):
    """Makes a function a rule of one capability; `fact` is the profile fact it compares with, when there is one; `remark` says
    why what it finds is never graded, when it is not.
    """

    def __call__(
        self, id: str, title: str, grade: Grade, source: str, *, fact: str = "", remark: str = ""
    ) -> Callable[[Callable[..., Outcome]], Rule]:
        """The decorator of one rule."""
        ...


def rules_about(subject: str) -> Decorator:
    """The decorator for the rules of `subject`; what breaks them is the LPS's."""

    def decorator(
        id: str, title: str, grade: Grade, source: str, *, fact: str = "", remark: str = ""
    ) -> Callable[[Callable[..., Outcome]], Rule]:
        return rule(id, subject=subject, title=title, grade=grade, owner=Owner.LPS, source=source, fact=fact, remark=remark)

    return decorator


def breach(place: str, expected: str, actual: str) -> Outcome:
    """The rule does not hold at `place` (Danish: `i systemet`)."""
    return (Breach(Location(place), expected, actual),)


def one_line(text: str) -> str:
    """The text as it is compared: how lines are broken does not count."""
    return " ".join(text.split())


def stands_in(text: str, texts: Sequence[str], place: str, nothing: str) -> Outcome:
    """Whether `text` can be read whole in one of `texts` at `place`; `nothing` says that there are none."""
    if any(one_line(text) in one_line(each) for each in texts):
        return HOLDS
    return breach(place, f"“{text}”", quoted(texts, nothing))


def quoted(texts: Iterable[str], nothing: str) -> str:
    """The texts as a reader sees them, each in quotation marks; `nothing` when there are none."""
    return "; ".join(f"“{text}”" for text in texts) or nothing
