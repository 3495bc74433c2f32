"""What an attempt had go wrong in live does not meet the next one."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from harness.hub.control import CONTROL_FILE
from harness.hub.hub import Hub
from harness.runner.live import LiveStage
from harness.runner.mock import services
from harness.runner.options import RunSetup, Wish, prepare
from harness.services.disturbance import DISTURBANCE
from harness.services.service import Order


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


def test_every_attempt_begins_with_services_as_usual(tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    setup = prepare(Wish(vendor="novax", target="live", hub=reports / CONTROL_FILE, lps="http://127.0.0.1:9"))
    (tmp_path / "run").mkdir()
    with hub_for(setup, reports) as address, httpx.Client() as client:

        def search() -> int:
            return client.post(f"{address}/plsp/soegning", json={"patient": "2512489996"}).status_code

        stage = LiveStage(setup, tmp_path / "run")
        try:
            stage.story("første").services.order("plsp", Order(DISTURBANCE, {"slags": "optaget"}))
            assert [search(), search()] == [503, 503]
            stage.story("næste")
            assert search() == 200
        finally:
            stage.close()
