"""What the test interface of an LPS says, written otherwise; and the mail, fetched in the background."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx

from harness.domain.clock import Clock
from harness.lps.reference.system import ReferenceLps, Setup

_POLL = 60.0
_POLLS = 60


class SaysMore(ReferenceLps):
    """Every answer, and every row in it, has fields that nobody asked for."""

    def _answered(self, name: str, plan: str, wish: dict[str, Any]) -> httpx.Response:
        answer = super()._answered(name, plan, wish)
        return httpx.Response(answer.status_code, json=_with_more(answer.json()))


def _with_more(said: Any) -> Any:
    if isinstance(said, list):
        return [_with_more(each) for each in said]
    if isinstance(said, dict):
        return {"_links": {"self": "/"}} | {name: _with_more(each) for name, each in said.items()} | {"intern": [None, 1, "x"]}
    return said


class SaysInAnotherOrder(ReferenceLps):
    """The fields of every answer in the opposite order, escaped, and indented."""

    def _answered(self, name: str, plan: str, wish: dict[str, Any]) -> httpx.Response:
        answer = super()._answered(name, plan, wish)
        said = dict(reversed(answer.json().items()))
        return httpx.Response(
            answer.status_code, content=json.dumps(said, indent=2), headers={"content-type": "application/json"}
        )


class FetchesMailByItself(ReferenceLps):
    """For an hour the post box is looked into every minute."""

    def __init__(self, setup: Setup, client: httpx.Client, clock: Clock, new_id: Callable[[], str]) -> None:
        super().__init__(setup, client, clock, new_id)
        self._clock = clock
        clock.call_in(_POLL, lambda: self._fetch(_POLLS))

    def _fetch(self, left: int) -> None:
        self._postbox.fetch(self._parts)
        if left:
            self._clock.call_in(_POLL, lambda: self._fetch(left - 1))
