from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from over_tcp import Client, Watched, ask, connect, run

from harness.domain.errors import ConfigurationError
from harness.domain.event import Exchanged
from harness.hub.hub import STANDING, Hub
from harness.hub.run import Place
from harness.record.log import LOG_NAME, read_log


class Fixture:
    """A hub of two systems, its port, and every world's service in the order the worlds were made."""

    def __init__(self, reports: Path, tempo: float = 1.0) -> None:
        self.reports = reports
        self.services: list[Watched] = []
        self.hub = Hub(reports, ("novax", "xmo"), self._service, frozenset(), tempo)
        self.port = 0
        self.troubles: list[str] = []

    def _service(self) -> list[Watched]:
        self.services.append(Watched())
        return self.services[-1:]

    async def open(self, system: str, name: str) -> None:
        (self.reports / name).mkdir()
        await self.hub.open(system, Place(self.reports / name, frozenset()))


@asynccontextmanager
async def hub_in(reports: Path) -> AsyncIterator[Fixture]:
    fixture = Fixture(reports)
    try:
        address, fixture.troubles = await fixture.hub.start("127.0.0.1", 0)
        fixture.port = urlsplit(address).port or 0
        yield fixture
    finally:
        await fixture.hub.stop()


def paths(log: Path) -> list[str]:
    return [entry.event.path for entry in read_log(log) if isinstance(entry.event, Exchanged)]


def test_each_system_has_its_own_run_and_never_sees_the_others_messages(tmp_path: Path) -> None:
    async def test() -> None:
        async with hub_in(tmp_path) as on:
            await on.open("novax", "n")
            await on.open("xmo", "x")
            wishes = [ask(on.port, f"/{system}/p/{system}-{number}") for number in range(20) for system in ("novax", "xmo")]
            assert {status for status, _ in await asyncio.gather(*wishes)} == {200}

    run(test)
    for system, name in (("novax", "n"), ("xmo", "x")):
        assert sorted(paths(tmp_path / name / LOG_NAME)) == sorted(f"/p/{system}-{number}" for number in range(20))


@pytest.mark.parametrize("path", ["/ukendt/p/a", "/", "/p/a", "/NOVAX/p/a", "//novax/p/a", "*"])
def test_nobodys_message_is_noted_without_its_content(tmp_path: Path, path: str) -> None:
    async def test() -> None:
        async with hub_in(tmp_path) as on:
            status, text = await ask(on.port, path, b"2512489996 hemmeligt")
            assert (status, text.decode()) == (404, "Adressen skal begynde med systemets navn: novax, xmo.")
            assert on.services == []

    run(test)
    [line] = (tmp_path / "ukendt-afsender.jsonl").read_text("utf-8").splitlines()
    noted = json.loads(line)
    noted.pop("at")
    why = "Adressen skal begynde med systemets navn: novax, xmo."
    assert noted == {"client": "127.0.0.1", "method": "POST", "path": path, "size": 20, "status": 404, "why": why}


def test_the_standing_world_takes_what_comes_outside_a_run(tmp_path: Path) -> None:
    async def test() -> None:
        async with hub_in(tmp_path) as on:
            assert (await ask(on.port, "/novax/p/foer"))[0] == 200
            await on.open("novax", "n")
            assert (await ask(on.port, "/novax/p/under"))[0] == 200
            await on.hub.close("novax")
            assert (await ask(on.port, "/novax/p/efter"))[0] == 200
            assert [service.steps[0] for service in on.services] == ["ind foer", "ind under"]

    run(test)
    [standing] = (tmp_path / STANDING / "novax").iterdir()
    assert paths(standing / LOG_NAME) == ["/p/foer", "/p/efter"]
    assert paths(tmp_path / "n" / LOG_NAME) == ["/p/under"]


def test_a_system_has_one_run_at_a_time(tmp_path: Path) -> None:
    async def test() -> None:
        async with hub_in(tmp_path) as on:
            await on.open("novax", "n")
            with pytest.raises(ConfigurationError, match=r"^novax har allerede en kørsel i gang\.$"):
                await on.open("novax", "n2")
            await on.open("xmo", "x")
            await on.hub.close("novax")
            await on.open("novax", "n3")

    run(test)


@pytest.mark.parametrize("what", ["sent", "tavs"])
def test_a_late_answer_and_none_hold_nobody_up(tmp_path: Path, what: str) -> None:
    async def test() -> None:
        async with hub_in(tmp_path) as on:
            await on.open("novax", "n")
            waiting = await connect(on.port)
            answer = asyncio.create_task(waiting.ask(f"/novax/p/{what}"))
            while not on.services[0].steps:
                await ask(on.port, "/xmo/p/a")
            assert (await ask(on.port, "/novax/p/andre"))[0] == 200
            assert not answer.done()
            if what == "sent":
                assert await answer == (200, b"for sent")
            await waiting.close()
            await asyncio.gather(answer, return_exceptions=True)

    run(test)
    assert paths(tmp_path / "n" / LOG_NAME) == [f"/p/{what}", "/p/andre"]


def test_a_turn_that_takes_long_holds_only_its_own_system_up(tmp_path: Path) -> None:
    async def test() -> None:
        async with hub_in(tmp_path) as on:
            await on.open("novax", "n")
            slow = asyncio.create_task(ask(on.port, "/novax/p/vent"))
            await asyncio.to_thread(on.services[0].inside.wait)
            assert (await ask(on.port, "/xmo/p/a"))[0] == 200
            assert not slow.done()
            on.services[0].go_on.set()
            assert (await slow)[0] == 200

    run(test)


def test_stopping_answers_nobody_and_leaves_whole_logs(tmp_path: Path) -> None:
    async def test() -> None:
        clients: list[Client] = []
        async with hub_in(tmp_path) as on:
            await on.open("novax", "n")
            for path in ("/novax/p/tavs", "/novax/p/sent", "/xmo/p/tavs"):
                clients.append(await connect(on.port))
                await clients[-1].send(f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n".encode())
            while len(on.services) < 2 or len(on.services[0].steps) < 4 or not on.services[1].steps:
                await ask(on.port, "/")
        for client in clients:
            assert await client.ended() == b""
            await client.close()

    run(test)
    assert sorted(paths(tmp_path / "n" / LOG_NAME)) == ["/p/sent", "/p/tavs"]


def test_a_system_that_the_hub_does_not_know_gets_no_run(tmp_path: Path) -> None:
    async def test() -> None:
        async with hub_in(tmp_path) as fixture:
            with pytest.raises(ConfigurationError, match=r"Hubben kender ikke nyt-system\. .*lps serve --vendor FIL"):
                await fixture.open("nyt-system", "kørsel")

    run(test)


def senders(log: Path) -> list[tuple[str, str]]:
    return [(entry.event.sender, entry.event.path) for entry in read_log(log) if isinstance(entry.event, Exchanged)]


def test_in_a_run_of_two_both_systems_entrances_lead_to_one_world(tmp_path: Path) -> None:
    async def test() -> None:
        async with hub_in(tmp_path) as on:
            (tmp_path / "par").mkdir()
            await on.hub.open("novax", Place(tmp_path / "par", frozenset(), partner="xmo"))
            for system in ("novax", "xmo", "novax"):
                assert (await ask(on.port, f"/{system}/p/{system}"))[0] == 200
            assert len(on.services) == 1
            await on.hub.close("novax")
            assert (await ask(on.port, "/xmo/p/bagefter"))[0] == 200
            assert len(on.services) == 2, "then its messages go to a world of its own"

    run(test)
    assert senders(tmp_path / "par" / LOG_NAME) == [("lps", "/p/novax"), ("partner", "/p/xmo"), ("lps", "/p/novax")]


@pytest.mark.parametrize(
    ("running", "wished", "says"),
    [
        (("xmo", ""), ("novax", "xmo"), "xmo har allerede en kørsel i gang."),
        (("novax", "xmo"), ("xmo", ""), "xmo har allerede en kørsel i gang, som partner til novax."),
        (("novax", "xmo"), ("novax", ""), "novax har allerede en kørsel i gang."),
        (("novax", "xmo"), ("xmo", "novax"), "xmo har allerede en kørsel i gang, som partner til novax."),
        (("novax", ""), ("xmo", "fremmed"), "Hubben kender ikke partneren fremmed."),
    ],
)
def test_neither_of_two_may_be_in_another_run(
    tmp_path: Path, running: tuple[str, str], wished: tuple[str, str], says: str
) -> None:
    async def test() -> None:
        async with hub_in(tmp_path) as on:
            for name in ("k1", "k2"):
                (tmp_path / name).mkdir()
            await on.hub.open(running[0], Place(tmp_path / "k1", frozenset(), partner=running[1]))
            with pytest.raises(ConfigurationError, match=re.escape(says)):
                await on.hub.open(wished[0], Place(tmp_path / "k2", frozenset(), partner=wished[1]))
            assert (await ask(on.port, f"/{running[0]}/p/stadig"))[0] == 200

    run(test)
    assert senders(tmp_path / "k1" / LOG_NAME) == [("lps", "/p/stadig")]


def test_a_run_of_two_whose_worker_is_gone_makes_room_and_one_that_goes_on_keeps_both(tmp_path: Path) -> None:
    async def test() -> None:
        async with hub_in(tmp_path) as on:
            place = Place(tmp_path / "par", frozenset(), partner="xmo")
            place.folder.mkdir()
            first, _ = await on.hub.open("novax", place)
            on.hub.leave("novax")
            again, _ = await on.hub.open("novax", replace(place, resume=True))
            assert again is first
            on.hub.leave("novax")
            await on.open("xmo", "alene")
            assert first.closed
            assert (await ask(on.port, "/xmo/p/alene"))[0] == 200

    run(test)
    assert senders(tmp_path / "alene" / LOG_NAME) == [("lps", "/p/alene")]


def test_a_hub_that_is_started_after_a_kill_knows_the_partner(tmp_path: Path) -> None:
    place = Place(tmp_path / "par", frozenset({"2512489996"}), 60.0, partner="xmo")
    assert Place.from_json(place.to_json()) == place
