from __future__ import annotations

import asyncio
import json
import os
import stat
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from over_tcp import Watched, connect, run

from harness.domain.event import Observed
from harness.domain.exchange import Late, NoAnswer, Request, Response
from harness.hub.control import CONTROL_FILE, answer_from_json, answer_to_json, request_from_json, request_to_json, running_hub
from harness.hub.hub import Hub
from harness.record.log import LOG_NAME, event_as_json, read_log


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

    async def open(self, system: str = "novax", run: str = "k1") -> Any:
        folder = self._folder / run
        folder.mkdir(exist_ok=True)
        return await self.do("open", system=system, folder=str(folder), allowed=[], tempo=1)


def observed(text: str) -> Any:
    return event_as_json(Observed(text))


def test_each_deed_is_done_and_lines_are_told_before_the_answer(tmp_path: Path) -> None:
    async def test() -> None:
        async with hub_in(tmp_path) as hub:
            worker = await Worker(tmp_path).come()
            assert await worker.open() == {"address": f"{json.loads((tmp_path / CONTROL_FILE).read_text())['address']}/novax"}
            assert await worker.do("append", event=observed("første æ")) == 0
            assert [line["event"]["text"] for line in worker.told] == ["første æ"]
            assert await worker.do("order", service="prøve", name="x", arguments={"værdi": "ø"}) == {
                "ordre": "x",
                "argumenter": {"værdi": "ø"},
            }
            request = Request("POST", "/p/a", (("x", "y"),), b"\x00\xff", "q=1")
            answer = answer_from_json(await worker.do("ask", request=request_to_json(request)))
            assert answer == Response(200, b"svar a")
            assert [line["event"]["kind"] for line in worker.told] == ["observed", "exchanged"]
            assert await worker.do("settle") is None
            await worker.client.close()
            assert hub.systems == ("novax", "xmo")

    run(test)
    assert len(list(read_log(tmp_path / "k1" / LOG_NAME))) == 2


def test_refused_deeds_are_answered_in_danish_and_the_connection_goes_on(tmp_path: Path) -> None:
    async def test() -> None:
        async with hub_in(tmp_path):
            worker = await Worker(tmp_path).come()
            assert await worker.do("settle") == {"error": "Der er ikke åbnet en kørsel på denne forbindelse."}
            assert "Hubben kan ikke “dans”. Den kan: open, append," in (await worker.do("dans"))["error"]
            assert (
                "kan ikke skrives i"
                in (await worker.do("open", system="novax", folder=str(tmp_path / "findes ikke"), allowed=[], tempo=1))["error"]
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
def test_a_broken_line_ends_its_connection_and_its_run_and_frees_the_system(tmp_path: Path, line: bytes) -> None:
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
            assert [file.name for file in tmp_path.iterdir()] == [CONTROL_FILE]

    run(test)
    assert not path.exists()


def test_a_second_hub_for_the_same_folder_is_refused_but_not_where_the_first_one_died(tmp_path: Path) -> None:
    async def test() -> None:
        async with hub_in(tmp_path):
            left = (tmp_path / CONTROL_FILE).read_bytes()
            with pytest.raises(Exception, match="Der kører allerede en hub"):
                await Hub(tmp_path, (), list, frozenset()).start("127.0.0.1", 0)
            assert (tmp_path / CONTROL_FILE).read_bytes() == left
        (tmp_path / CONTROL_FILE).write_bytes(left)
        assert running_hub(tmp_path / CONTROL_FILE) is None
        async with hub_in(tmp_path):
            assert running_hub(tmp_path / CONTROL_FILE)

    run(test)


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
