"""A hub in a thread of the test's own process."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.hub.hub import Hub
from harness.runner.mock import services
from harness.runner.setup import RunSetup


@contextmanager
def hub_for(setup: RunSetup, reports: Path) -> Iterator[str]:
    """A hub in a thread of its own; the address of the system."""
    started: list[str] = []
    up, ended = threading.Event(), asyncio.Event()

    async def run() -> None:
        hub = Hub(reports, (setup.vendor.id,), services, setup.allowed_cprs)
        address, _ = await hub.start("127.0.0.1", 0)
        started.append(f"{address}/{setup.vendor.id}")
        up.set()
        await ended.wait()
        await hub.stop()

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_until_complete, args=(run(),))
    thread.start()
    try:
        assert up.wait(60)
        yield started[0]
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join()
        loop.close()
