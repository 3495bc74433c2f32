"""The parts of the reference LPS, made as its variations have them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

C = TypeVar("C", bound=Callable[..., Any])


def varied(part: C, names: frozenset[str]) -> C:
    """The class `part` with those of `names` that are about how it behaves: each is a class that does one thing otherwise.

    `varied(Outbox, frozenset({"deler-i-baggrunden"}))(route, clock, …)`
    """
    if not names:
        return part
    from harness.lps.variations.behaviour import BEHAVIOUR  # its modules know the parts, which ask this one

    assert isinstance(part, type), "what can be made otherwise is a class"
    others = [each for name, ways in BEHAVIOUR.items() if name in names for each in ways if issubclass(each, part)]
    made: C = type(part.__name__, (*others, part), {"__slots__": ()}) if others else part  # type: ignore[assignment]
    return made
