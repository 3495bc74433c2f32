"""A rule's subject: what was read, or why nothing could be; and how many places of it one rule tells of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from harness.conformance.rule import Breach
from harness.domain.errors import BadInput
from harness.domain.finding import Location

MOST = 20
"""How many places of one message a rule tells of, at the most: nobody reads a million, and a hostile message can have them."""

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What came could not be read as what it claims to be; `reason` is a Danish sentence."""

    reason: str
    location: Location


def readable(read: Callable[[], Read], file: str) -> Read | Unreadable:
    """What `read` gives; where it raises BadInput, the reason and the place in `file`.

    readable(lambda: parse(data, "svar.xml"), "svar.xml")
    """
    try:
        return read()
    except BadInput as bad:
        return Unreadable(bad.reason, Location(file, bad.line, bad.column))


def some(breaches: Iterable[Breach], most: int = MOST) -> tuple[Breach, ...]:
    """The first `most` of the breaches of one rule."""
    return tuple(islice(breaches, most))
