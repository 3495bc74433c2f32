"""What an attended attempt meets the outside by, so that it goes through its journal: the LPS's test interface, and its inbox."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from harness.domain.exchange import Exchange
from harness.record.inbox import Inbox, Waiting

Acted = Callable[[httpx.Request, Callable[[], httpx.Response]], httpx.Response]
"""What came of a request: by the journal, else by sending it."""


class Journalled(httpx.BaseTransport):
    """Sends requests, unless what came of them stands in the log of the attempt."""

    def __init__(self, acted: Acted, transport: httpx.BaseTransport) -> None:
        self._acted = acted
        self._transport = transport

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """What came of it."""
        return self._acted(request, lambda: self._transport.handle_request(request))

    def close(self) -> None:
        """Close what requests are sent by."""
        self._transport.close()


class AttendedInbox(Inbox):
    """Whoever counts what came counts what the testers' acts so far have sent: they are carried out first."""

    def __init__(self, waiting: Waiting, carry_out: Callable[[], None]) -> None:
        self._came: list[Exchange] = []
        self._carry_out = carry_out
        super().__init__(waiting)

    @property
    def received(self) -> list[Exchange]:
        """The exchanges so far."""
        self._carry_out()
        return self._came

    @received.setter
    def received(self, exchanges: list[Exchange]) -> None:
        self._came = exchanges

    def record(self, exchange: Exchange) -> None:
        """Take in a recorded exchange."""
        self._came.append(exchange)
