from __future__ import annotations

import asyncio
import json
import os
import stat
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from over_tcp import Watched, ask, connect, run

from harness.domain.errors import ConfigurationError
from harness.domain.event import Observed
from harness.domain.exchange import Late, NoAnswer, Request, Response
from harness.hub.control import CONTROL_FILE, answer_from_json, answer_to_json, request_from_json, request_to_json, running_hub
from harness.hub.hub import LOCK_FILE, Hub
from harness.hub.open_runs import OPEN_FILE
from harness.record.log import LOG_NAME, LogWriter, event_as_json, read_log


@asynccontextmanager
async def hub_in(reports: Path) -> AsyncIterator[Hub]:
    hub = Hub(reports, ("novax", "xmo"), lambda: [Watched()], frozenset())
    try:
        await hub.start("127.0.0.1", 0)
        yield hub
    finally:
        await hub.stop()


class Worker:
    """A worker's connection. `told` are the lines that came before the answer that was read last."""

    def __init__(self, reports: Path) -> None:
        self._said = json.loads((reports / CONTROL_FILE).read_text("utf-8"))
        self._folder = reports
        self._count = 0
        self.told: list[dict[str, Any]] = []

    async def come(self, token: str | None = None) -> Worker:
        self.client = await connect(self._said["port"])
        await self.say({"token": self._said["token"] if token is None else token})
        return self

    async def say(self, what: object) -> None:
        await self.client.send(json.dumps(what).encode() + b"\n")

    async def do(self, what: str, **more: Any) -> Any:
        self._count += 1
        await self.say({"id": self._count, "do": what, **more})
        while True:
            said = json.loads(await self.client.reader.readline())
            if "line" not in said:
                assert said.pop("id") == self._count
                return said.get("answer") if "answer" in said else said
            self.told.append(said["line"])

    async def open(self, system: str = "novax", run: str = "k1", *, resume: bool = False) -> Any:
        folder = self._folder / run
        folder.mkdir(exist_ok=True)
        return await self.do("open", system=system, folder=str(folder), allowed=[], tempo=1, resume=resume)


def observed(text: str) -> Any:
    return event_as_json(Observed(text))


def test_each_deed_is_done_and_lines_are_told_before_the_answer(tmp_path: Path) -> None:
    async def test() -> None:
        async with hub_in(tmp_path) as hub:
            worker = await Worker(tmp_path).come()
            opened = await worker.open()
            assert datetime.fromisoformat(opened.pop("now")).utcoffset() == timedelta(0)
            address = json.loads((tmp_path / CONTROL_FILE).read_text())["address"]
            assert opened == {"address": f"{address}/novax", "services": ["prøve"]}
            assert await worker.do("append", event=observed("første æ")) == 0
            assert [line["event"]["text"] for line in worker.told] == ["første æ"]
            assert await worker.do("order", service="prøve", name="x", arguments={"værdi": "ø"}) == {
                "ordre": "x",
                "argumenter": {"værdi": "ø"},
            }
            request = Request("POST", "/p/a", (("x", "y"),), b"\x00\xff", "q=1")
            answer = answer_from_json(await worker.do("ask", request=request_to_json(request)))
            assert answer == Response(200, b"svar a")
            assert [line["event"]["kind"] for line in worker.told] == ["observed", "ordered", "exchanged"]
            assert await worker.do("settle") is None
            await worker.client.close()
            assert hub.systems == ("novax", "xmo")

    run(test)
    assert len(list(read_log(tmp_path / "k1" / LOG_NAME))) == 3


def test_refused_deeds_are_answered_in_danish_and_the_connection_goes_on(tmp_path: Path) -> None:
    async def test() -> None:
        async with hub_in(tmp_path):
            worker = await Worker(tmp_path).come()
            assert await worker.do("settle") == {"error": "Der er ikke åbnet en kørsel på denne forbindelse."}
            assert "Hubben kan ikke “dans”. Den kan: open, append," in (await worker.do("dans"))["error"]
            assert (
                "kan ikke skrives i"
                in (
                    await worker.do(
                        "open", system="novax", folder=str(tmp_path / "findes ikke"), allowed=[], tempo=1, resume=False
                    )
                )["error"]
            )
            await worker.open()
            assert await worker.open("xmo", "k2") == {"error": "Forbindelsen har allerede en kørsel."}
            assert "Fejl i testharnesset: KeyError" in (await worker.do("order", service="x", name="x", arguments={}))["error"]
            assert "Fejl i testharnesset" in (await worker.do("append", event={"kind": "vrøvl"}))["error"]
            assert await worker.do("append", event=observed("godt")) == 0
            other = await Worker(tmp_path).come()
            assert await other.open("novax", "k3") == {"error": "novax har allerede en kørsel i gang."}
            await other.client.close()
            assert await worker.do("append", event=observed("stadig")) == 1
            await worker.client.close()

    run(test)


@pytest.mark.parametrize("token", ["", "forkert", "æ", "0" * 64])
def test_a_foreign_token_gets_nothing(tmp_path: Path, token: str) -> None:
    async def test() -> None:
        async with hub_in(tmp_path):
            stranger = await Worker(tmp_path).come(token)
            await stranger.client.send(b'{"id":1,"do":"settle"}\n')
            assert await stranger.client.ended() == b""
            await stranger.client.close()
            worker = await Worker(tmp_path).come()
            assert "address" in await worker.open()
            await worker.client.close()

    run(test)


@pytest.mark.parametrize("hello", [b"vroevl\n", b"[]\n", b"\xff\xfe\n", b'{"token":"\\ud800"}\n', b"{}\n"], ids=str)
def test_a_greeting_that_is_none_ends_only_that_connection(tmp_path: Path, hello: bytes) -> None:
    async def test() -> None:
        async with hub_in(tmp_path):
            worker = await Worker(tmp_path).come()
            await worker.open()
            stranger = await connect(json.loads((tmp_path / CONTROL_FILE).read_text())["port"])
            await stranger.send(hello)
            assert await stranger.ended() == b""
            await stranger.close()
            assert await worker.do("append", event=observed("x")) == 0
            await worker.client.close()

    run(test)


@pytest.mark.parametrize("line", [b"vroevl\n", b"[1]\n", b"\xff\n"], ids=str)
def test_a_broken_line_ends_its_connection_and_leaves_its_system_to_the_next_worker(tmp_path: Path, line: bytes) -> None:
    async def test() -> None:
        async with hub_in(tmp_path):
            other, broken = await Worker(tmp_path).come(), await Worker(tmp_path).come()
            await other.open("xmo", "k2")
            await broken.open()
            await broken.client.send(line)
            assert await broken.client.ended() == b""
            await broken.client.close()
            assert await other.do("append", event=observed("x")) == 0
            again = await Worker(tmp_path).come()
            assert "address" in await again.open("novax", "k4")
            await again.client.close()
            await other.client.close()

    run(test)


def test_the_file_is_its_users_own_and_goes_with_the_hub(tmp_path: Path) -> None:
    path = tmp_path / CONTROL_FILE

    async def test() -> None:
        async with hub_in(tmp_path):
            said = running_hub(path)
            assert said is not None
            assert said["pid"] == os.getpid()
            if sys.platform != "win32":
                assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert {file.name for file in tmp_path.iterdir()} == {CONTROL_FILE, LOCK_FILE, OPEN_FILE}

    run(test)
    assert not path.exists()


def test_a_second_hub_for_the_same_folder_is_refused_but_not_where_the_first_one_died(tmp_path: Path) -> None:
    async def test() -> None:
        async with hub_in(tmp_path):
            left = (tmp_path / CONTROL_FILE).read_bytes()
            second = Hub(tmp_path, (), list, frozenset())
            with pytest.raises(ConfigurationError, match="Der kører allerede en hub"):
                await second.start("127.0.0.1", 0)
            await second.stop()
            assert (tmp_path / CONTROL_FILE).read_bytes() == left
            assert running_hub(tmp_path / CONTROL_FILE)
        (tmp_path / CONTROL_FILE).write_bytes(left)
        assert running_hub(tmp_path / CONTROL_FILE) is None
        async with hub_in(tmp_path):
            assert running_hub(tmp_path / CONTROL_FILE)

    run(test)


def test_a_worker_that_is_gone_leaves_its_run_open_and_one_that_resumes_hears_all_of_it(tmp_path: Path) -> None:
    async def test() -> None:
        async with hub_in(tmp_path) as hub:
            first = await Worker(tmp_path).come()
            address = (await first.open())["address"]
            await first.do("append", event=observed("før"))
            await first.client.close()
            port = urlsplit(address).port
            assert port is not None
            assert (await ask(port, "/novax/p/imens"))[0] == 200
            second = await taken_over(tmp_path, "k1", resume=True)
            await second.do("append", event=observed("efter"))
            assert [line["event"].get("text") or line["event"]["path"] for line in second.told] == ["før", "/p/imens", "efter"]
            assert [line["seq"] for line in second.told] == [0, 1, 2]
            await second.client.close()
            assert hub.systems

    run(test)
    assert len(list(read_log(tmp_path / "k1" / LOG_NAME))) == 3


@pytest.mark.parametrize(("name", "resume"), [("k2", False), ("k2", True), ("k1", False)])
def test_another_run_ends_the_one_that_was_left(tmp_path: Path, name: str, resume: bool) -> None:
    async def test() -> None:
        async with hub_in(tmp_path):
            first = await Worker(tmp_path).come()
            address = (await first.open())["address"]
            await first.client.close()
            if name == "k1":
                (tmp_path / "k1" / LOG_NAME).unlink()
            second = await taken_over(tmp_path, name, resume=resume)
            port = urlsplit(address).port
            assert port is not None
            assert (await ask(port, "/novax/p/nu"))[0] == 200
            await second.do("settle")
            assert [line["event"]["path"] for line in second.told] == ["/p/nu"]
            await second.client.close()
            LogWriter(tmp_path / "k1", resume=True).close() if name != "k1" else None

    run(test)


async def taken_over(reports: Path, name: str, *, resume: bool) -> Worker:
    """A worker that has the system's run as soon as the hub has seen that the one before is gone."""
    while True:
        worker = await Worker(reports).come()
        if "address" in await worker.open(run=name, resume=resume):
            return worker
        await worker.client.close()


def test_a_run_that_is_closed_is_over_and_its_system_free_at_once(tmp_path: Path) -> None:
    async def test() -> None:
        async with hub_in(tmp_path):
            worker, next_one = await Worker(tmp_path).come(), await Worker(tmp_path).come()
            await worker.open()
            assert await worker.do("close") is None
            LogWriter(tmp_path / "k1", resume=True).close()
            assert await worker.do("append", event=observed("for sent")) == {
                "error": "Der er ikke åbnet en kørsel på denne forbindelse."
            }
            assert "address" in await next_one.open(run="k2")
            await worker.client.close()
            await next_one.client.close()

    run(test)


def test_those_without_a_run_are_the_ones_a_hub_waits_for(tmp_path: Path) -> None:
    async def test() -> None:
        async with hub_in(tmp_path) as hub:
            lender, borrower, worker = [await Worker(tmp_path).come() for _ in range(3)]
            await worker.open()
            assert await borrower.do("borrowed") == 0 + await greeted(lender)
            ending = asyncio.create_task(hub.returned())
            await lender.client.close()
            assert await borrower.do("borrowed") == 0
            assert not ending.done()
            await borrower.client.close()
            await ending
            assert await worker.do("append", event=observed("endnu")) == 0
            await worker.client.close()

    run(test)


async def greeted(worker: Worker) -> int:
    """1, once the hub knows of the worker."""
    assert "error" in await worker.do("settle")
    return 1


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"port": "x"}', '{"port": 99999999}'])
def test_a_control_file_that_is_none_means_no_hub(tmp_path: Path, text: str) -> None:
    (tmp_path / CONTROL_FILE).write_text(text, "utf-8")
    assert running_hub(tmp_path / CONTROL_FILE) is None


@pytest.mark.parametrize(
    "answer", [Response(200, b"\x00\xff", (("a", "æ"),)), Late(Response(503), 2.5), NoAnswer()], ids=["now", "late", "none"]
)
def test_answers_go_over_the_line_as_they_are(answer: Response | Late | NoAnswer) -> None:
    assert answer_from_json(json.loads(json.dumps(answer_to_json(answer)))) == answer


def test_requests_go_over_the_line_as_they_are() -> None:
    request = Request("POST", "/p/å", (("a", "æ"), ("a", "b")), b"\x00\xff", "q=%C3%A6")
    assert request_from_json(json.loads(json.dumps(request_to_json(request)))) == request


def test_stopping_ends_workers_connections_and_closes_their_logs(tmp_path: Path) -> None:
    async def test() -> None:
        async with hub_in(tmp_path):
            worker = await Worker(tmp_path).come()
            await worker.open()
            await asyncio.gather(*(worker.say({"id": n, "do": "append", "event": observed(str(n))}) for n in range(50)))
        await worker.client.ended()
        await worker.client.close()

    run(test)
    list(read_log(tmp_path / "k1" / LOG_NAME))
