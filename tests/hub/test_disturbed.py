"""A system that is disturbed in live: its own traffic only, and the same by the hub that comes after a killed one."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from over_tcp import ask, run

from harness.domain.event import Exchanged
from harness.house import find_house
from harness.hub.hub import Hub
from harness.hub.open_runs import OPEN_FILE, read_open, write_open
from harness.hub.run import Place
from harness.record.log import LOG_NAME, read_log
from harness.runner.mock import services
from harness.services.disturbance import DISTURBANCE
from harness.services.service import NETWORK, USUAL, Order
from harness.suite.patients import allowed_cprs

SEARCH = json.dumps({"patient": "2512489996"}).encode()
TEMPO = 3600.0
ALLOWED = allowed_cprs(find_house())


@asynccontextmanager
async def hub_in(reports: Path) -> AsyncIterator[Hub]:
    hub = Hub(reports, ("novax", "xmo"), services, ALLOWED, TEMPO)
    try:
        await hub.start("127.0.0.1", 0)
        yield hub
    finally:
        await hub.stop()


async def begin(hub: Hub, system: str) -> None:
    (hub.reports / system).mkdir()
    await hub.open(system, Place((hub.reports / system).resolve(), ALLOWED, TEMPO))


async def disturb(hub: Hub, system: str, **arguments: object) -> None:
    await hub._active[system].order("plsp", Order(DISTURBANCE, arguments))


async def search(hub: Hub, system: str) -> int:
    """The status of a search in the database of plans."""
    return (await ask(urlsplit(hub._address).port or 0, f"/{system}/plsp/soegning", SEARCH))[0]


def told(folder: Path) -> list[tuple[str, str, int]]:
    """Of each exchange its sender, its disturbance and its status."""
    found = [entry.event for entry in read_log(folder / LOG_NAME) if isinstance(entry.event, Exchanged)]
    return [(each.sender, each.facts.get("disturbance", ""), each.status) for each in found]


def killed(reports: Path) -> Path:
    """What a kill at this moment would leave, as a reports folder of its own."""
    left = reports.with_name("efter")
    shutil.copytree(reports, left)
    worlds = read_open(left / OPEN_FILE)
    moved = {
        kind: {system: replace(place, folder=(left / place.folder.name).resolve()) for system, place in places.items()}
        for kind, places in worlds.items()
    }
    write_open(left / OPEN_FILE, moved)
    return left


def test_one_systems_disturbances_are_its_own_and_the_next_hub_goes_on_with_them(tmp_path: Path) -> None:
    async def test() -> None:
        async with hub_in(tmp_path / "før") as first:
            for system in ("novax", "xmo"):
                await begin(first, system)
            await disturb(first, "novax", slags="optaget", antal=3)
            await disturb(first, "xmo", slags="dublet", antal=2)
            assert [await search(first, "novax") for _ in range(2)] == [503, 503]
            assert await search(first, "xmo") == 200
            left = killed(tmp_path / "før")
        async with hub_in(left) as second:
            assert [await search(second, "novax") for _ in range(2)] == [503, 200]
            assert [await search(second, "xmo") for _ in range(2)] == [200, 200]
            await disturb(second, "novax", slags="forsinkelse", sekunder=600)
            assert await search(second, "novax") == 200  # ten minutes are short at this tempo
            await second._active["novax"].order("plsp", USUAL)
            assert await search(second, "novax") == 200

    run(test)
    refused, plain = ("lps", "optaget", 503), ("lps", "", 200)
    assert told(tmp_path / "efter" / "novax") == [refused] * 3 + [plain, ("lps", "forsinkelse", 200), plain]
    assert told(tmp_path / "efter" / "xmo") == [plain, (NETWORK, "", 200), plain, (NETWORK, "", 200), plain]
