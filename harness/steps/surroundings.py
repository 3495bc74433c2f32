"""What a scenario can do to what surrounds the LPS: the national services, and time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from harness.services.service import Order


class Services(Protocol):
    """What a scenario can do to the national services."""

    def order(self, service: str, order: Order) -> dict[str, Any]:
        """Tell a service to be or do something."""
        ...


class Time(Protocol):
    """What a scenario can do to time."""

    def now(self) -> datetime:
        """The moment, in UTC."""
        ...

    def run_due(self) -> None:
        """Let what is due by now happen."""
        ...

    def until(self, done: Callable[[], bool], seconds: float, what: str = "") -> bool:
        """Let things happen until `done()`, at most `seconds`. `what` is waited for, in Danish."""
        ...
