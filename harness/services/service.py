"""The seam every simulated national service fits: one handler, a deterministic function of its state and its input.

A service never calls out and never reads a clock. What it needs comes through `Context`; what it wants sent it leaves
there, and the world sends it afterwards. Replaying the recorded requests with their recorded time and ids therefore
rebuilds its state.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Protocol

from harness.domain.exchange import Answer, Failure, Request, Response

LPS: Final = "lps"
PARTNER: Final = "partner"
"""Who sends what the other LPS of a run of two sends."""
NETWORK: Final = "netværket"
"""Who sends the second of two where the network hands a message over twice: never the LPS."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A request the service wants sent, to another service's `request.path`. `key` is the service's own name for it."""

    key: str
    request: Request
    after_seconds: float = 0.0


@dataclass(slots=True)
class Context:
    """What one `handle`, `order` or `settle` may use, and what it leaves behind.

    `now` is the moment, UTC; `new_id()` gives a fresh UUID as text and remembers it; `note()` says what the service
    understood (see `Exchange.facts`); `deliver()` queues a delivery; `observe()` leaves a Danish sentence for the reader
    that grades nothing. `sender` is who the request came from.
    """

    now: datetime
    id_source: Callable[[], str]
    sender: str = "lps"
    ids: list[str] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    deliveries: list[Delivery] = field(default_factory=list)
    observations: list[str] = field(default_factory=list)

    @property
    def from_lps(self) -> bool:
        """Whether the LPS wrote it, also where the network brings it a second time: a busy service takes neither in."""
        return self.sender in (LPS, NETWORK)

    def new_id(self) -> str:
        """A fresh UUID, lower case."""
        fresh = self.id_source()
        self.ids.append(fresh)
        return fresh

    def note(self, **facts: str) -> None:
        """Say what the request was about; empty values are left out."""
        self.facts.update({name: value for name, value in facts.items() if value})

    def deliver(self, delivery: Delivery) -> None:
        """Have `delivery` sent when this turn is over."""
        self.deliveries.append(delivery)

    def observe(self, sentence: str) -> None:
        """Leave a Danish sentence that a reader should see and nobody is graded for."""
        self.observations.append(sentence)


LATE_SECONDS = 900.0
"""How late a late answer is: longer than any client waits."""


class Availability(StrEnum):
    """How a receiver behaves towards the LPS; set by the order `tilgængelighed` with `{"værdi": …}`.

    A renewed one does as before, and says more in its answers.
    """

    NORMAL = "normal"
    BUSY = "optaget"
    REFUSING = "afviser"
    SILENT = "svarer ikke"
    LATE = "svarer for sent"
    RENEWED = "er kommet i en ny version"


@dataclass(frozen=True, slots=True)
class Order:
    """Something a scenario tells a service to be or do. `arguments` is plain JSON."""

    name: str
    arguments: dict[str, Any] = field(default_factory=dict)


USUAL = Order("tilgængelighed", {"værdi": str(Availability.NORMAL)})
"""Behave as usual from now on."""


class Service(Protocol):
    """A national service. `name` is its name in logs; `entrances` are the first path segments it answers to."""

    name: str
    entrances: tuple[str, ...]

    def handle(self, request: Request, context: Context) -> Answer:
        """Answer one request. Never raises for what the request contains."""
        ...

    def order(self, order: Order, context: Context) -> dict[str, Any]:
        """Obey an order from a scenario; plain JSON back. Raises KeyError for an order it does not know."""
        ...

    def settle(self, delivery: Delivery, answer: Response | Failure, context: Context) -> None:
        """Learn what came of a delivery it queued."""
        ...
