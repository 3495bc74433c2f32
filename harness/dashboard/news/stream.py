"""The address that a browser follows the wall at: `/haendelser?kampagne=…&fra=ID`, or the last id it heard in a header."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from harness.dashboard.news.broadcast import Broadcast
from harness.dashboard.wall import Wall

NEWS_ADDRESS: Final = "/haendelser"
_HEADERS: Final = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
)


class Stream:
    """An ASGI application of its own: five hundred streams that stay open all day cost no more than they must."""

    def __init__(self, wall: Wall, broadcast: Broadcast) -> None:
        self._wall = wall
        self._broadcast = broadcast

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with what changes, until either side has gone."""
        request = Request(scope)
        campaign = request.query_params.get("kampagne", "")
        if request.method != "GET":
            return await PlainTextResponse("Her kan kun hentes.", 405, {"allow": "GET"})(scope, receive, send)
        if campaign not in {each.id for each in self._wall.campaigns}:
            return await PlainTextResponse("Kampagnen findes ikke på tavlen.", 404)(scope, receive, send)
        after = _number(request.headers.get("last-event-id") or request.query_params.get("fra", ""))
        await send({"type": "http.response.start", "status": 200, "headers": list(_HEADERS)})
        writing = asyncio.create_task(self._write(campaign, after, send))
        leaving = asyncio.create_task(_gone(receive))
        try:
            await asyncio.wait({writing, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (writing, leaving):
                task.cancel()
        await asyncio.wait({writing, leaving})
        if not writing.cancelled():
            writing.result()
        return None

    async def _write(self, campaign: str, after: int | None, send: Send) -> None:
        async with aclosing(self._broadcast.follow(campaign, after)) as frames:  # type: ignore[type-var]
            async for frame in frames:
                await send({"type": "http.response.body", "body": frame, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _number(text: str) -> int | None:
    """The change a reader has heard of; one that no wall has counted to where what they say is no number."""
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 1 << 62
