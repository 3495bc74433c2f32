"""A hub and a reference LPS in this process that meet in folders only: the LPS has no address to send to."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from harness.cli.reference import _System
from harness.domain.exchange import Request, Response
from harness.domain.organisations import CLINIC
from harness.domain.way import By, Way
from harness.hub.control import CONTROL_FILE
from harness.hub.http import HttpDoor
from harness.hub.hub import Hub
from harness.runner.mock import services
from harness.runner.options import prepare
from harness.runner.wish import Wish

SENT = ("VANSEnvelope", "XREF15", "XCTL03", "SBDH", "EDS", "CPD-DK", "web-patient", "dnhf", "plsp-forloebsplaner")
RECEIVED = ("VANSEnvelope", "SBDH")


def ways(folder: Path) -> tuple[Way, ...]:
    """Everything by folder: `ud` from the LPS, `ind` to it. The folders are made."""
    for name in ("ud", "ind"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    sent = (Way(format_, True, By.FOLDER, folder / "ud") for format_ in SENT)
    received = (Way(format_, False, By.FOLDER, folder / "ind") for format_ in RECEIVED)
    return (*sent, *received)


@contextmanager
def folder_hall(place: Path, wish: Wish) -> Iterator[tuple[Wish, dict[str, Any]]]:
    """The wish for a live run with them, and what of the run's setup is other than its files say."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    lines = ways(place / "mapper")
    setup = prepare(wish)
    setup = replace(setup, vendor=replace(setup.vendor, ways=lines))
    hub = Hub(place / "reports", (setup.vendor.id,), services, setup.allowed_cprs, wish.tempo, ways={setup.vendor.id: lines})

    async def begin() -> tuple[HttpDoor, str]:
        await hub.start("127.0.0.1", 0)
        system = _System(setup, "", ssl.create_default_context(), "", CLINIC, wish.tempo)

        async def answer(request: Request) -> Response:
            return await system.answer(replace(request, path="/" + request.path.split("/", 2)[2]))

        door = HttpDoor(answer, frozenset({"localhost"}))
        return door, f"http://127.0.0.1:{await door.start('127.0.0.1', 0)}"

    door, address = asyncio.run_coroutine_threadsafe(begin(), loop).result()
    try:
        live = replace(wish, target="live", hub=place / "reports" / CONTROL_FILE, lps=address)
        yield live, {"vendor": setup.vendor}
    finally:
        asyncio.run_coroutine_threadsafe(door.stop(), loop).result()
        asyncio.run_coroutine_threadsafe(hub.stop(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
