"""How a worker speaks with the hub: JSON lines over loopback, with a token only this user's files hold.

    → {"token": "…"}
    → {"id": 1, "do": "open", "system": "novax", "folder": "…", "allowed": ["2512489996"], "tempo": 1, "resume": false}
    ← {"id": 1, "answer": {"address": "http://127.0.0.1:8080/novax", "now": "2026-10-05T10:15:00+00:00", "services": ["plsp"]}}
    → {"id": 2, "do": "append", "event": {"kind": "step_started", …}}
    ← {"id": 2, "answer": 17}                     the event is on the disk, as line 17
    → {"id": 3, "do": "order", "service": "plsp", "name": "tilgængelighed", "arguments": {"værdi": "optaget"}}
    → {"id": 4, "do": "settle"}                    answered when all that was sent before has been told
    → {"id": 5, "do": "ask", "request": {"method": "POST", "path": "/dds/iti18", "headers": [], "body": "<Base64>"}}
    → {"id": 6, "do": "found", "request": {…}, "facts": {"patient": …}}    a document read back from a real service; was it kept?
    → {"id": 7, "do": "close"}                     the run is over
    → {"id": 8, "do": "desk", "system": "novax"}   where a run of anybody's stands, as a tester sees it: see `desk_as_json`
    → {"id": 9, "do": "answer", "system": "novax", "prompt": "DEL-01/1/1", "answer": {…}, "files": [["billede.png", "<Base64>"]]}
    → {"id": 10, "do": "extend", "system": "novax", "wait": 3, "seconds": 300, "by": "Anna"}
    → {"id": 11, "do": "watch", "system": "novax"}  the lines of that run's log come here too
    → {"id": 12, "do": "borrowed"}                  how many other connections have no run
    → {"id": 13, "do": "link", "system": "novax"}   a new way in to the system's page, for one tester
    ← {"line": {…}}                               each line of the run's log, from the first, as it is written

`open` with `"partner": "xmo"` is a run of two: what comes from xmo goes to the same world, until the run is over.

A connection is one run. When it ends without `close`, the run goes on recording what its LPS sends: `open` with `resume` and
the same folder takes it up again, and `open` with another folder ends it. A connection without a run keeps a hub that would
end with its parent: it goes on until the connection ends.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import socket
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from harness.domain.errors import ConfigurationError, HarnessError
from harness.domain.event import Answered, Prompted
from harness.domain.exchange import Answer, Late, NoAnswer, Request, Response
from harness.hub.desk import Desk
from harness.hub.run import LiveRun, Place
from harness.record.log import decode_event, event_as_json
from harness.services.service import Order

CONTROL_FILE = ".hub.json"
"""Its name in the reports folder the hub writes to."""

LINE_LIMIT = 256 * 1024 * 1024
HELLO_SECONDS = 5.0


def running_hub(control: Path) -> dict[str, Any] | None:
    """What the file `control` says of the hub that runs; None when there is none, also when one died and left its file."""
    try:
        said: dict[str, Any] = json.loads(control.read_text("utf-8"))
        socket.create_connection(("127.0.0.1", said["port"]), timeout=HELLO_SECONDS).close()
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return said


class Runs(Protocol):
    """Where runs begin and end."""

    async def open(self, system: str, place: Place) -> tuple[LiveRun, str]:
        """The run of `system` that is active from now on, and the address its LPS sends to. Raises HarnessError."""
        ...

    async def close(self, system: str) -> None:
        """The run of `system` is over."""
        ...

    def leave(self, system: str) -> None:
        """The worker of the run of `system` is gone, and said nothing."""
        ...

    def run_of(self, system: str) -> LiveRun | None:
        """The run that `system` has under way."""
        ...

    async def settle_files(self, system: str) -> None:
        """Return when the files from the LPS of `system` are taken in, and those for it are laid out."""
        ...

    def link(self, system: str) -> str:
        """The address by which one tester gets in to the page of `system`, once. Raises ConfigurationError."""
        ...


class Control:
    """Serves workers on one loopback port."""

    def __init__(self, runs: Runs, token: str) -> None:
        self._runs = runs
        self._token = token
        self._server: asyncio.Server | None = None
        self._connections: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._workers: dict[_Worker, asyncio.Task[None]] = {}

    async def start(self) -> int:
        """Listen on a free port of this machine only; the port."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0, limit=LINE_LIMIT)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Listen no more, and end every connection; each closes its run."""
        if self._server is not None:
            self._server.close()
        for writer in self._connections.values():
            writer.transport.abort()  # not a cancelled task: what a worker has begun is written to its end
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def returned(self) -> None:
        """Return when no connection without a run is left: nobody else counts on this hub."""
        while holding := [task for worker, task in self._workers.items() if not worker.runs]:
            await asyncio.wait(holding)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = asyncio.create_task(self._serve(reader, writer))
        self._connections[connection] = writer
        connection.add_done_callback(self._connections.pop)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            hello = json.loads(await asyncio.wait_for(reader.readline(), HELLO_SECONDS) or b"{}")
            if hmac.compare_digest(str(hello.get("token", "")).encode(), self._token.encode()):
                worker = _Worker(self._runs, writer, lambda: sum(not each.runs for each in self._workers) - 1)
                task = asyncio.current_task()
                assert task is not None, "a connection is a task"
                self._workers[worker] = task
                try:
                    await worker.serve(reader)
                finally:
                    del self._workers[worker]
            writer.close()
            await writer.wait_closed()
        except (ValueError, AttributeError, OSError):
            pass  # not a worker of ours, or one that died: there is nobody to tell
        finally:
            writer.transport.abort()


class _Worker:
    """One worker's connection."""

    def __init__(self, runs: Runs, writer: asyncio.StreamWriter, borrowers: Callable[[], int]) -> None:
        self._runs = runs
        self._writer = writer
        self._borrowers = borrowers
        self._run: LiveRun | None = None
        self._watched: LiveRun | None = None
        self._system = ""

    @property
    def runs(self) -> bool:
        """Whether the connection has a run."""
        return self._run is not None

    async def serve(self, reader: asyncio.StreamReader) -> None:
        """Obey until the connection ends."""
        deeds: dict[str, Callable[[dict[str, Any]], Awaitable[Any]]] = {
            "open": self._open,
            "append": self._append,
            "order": self._order,
            "ask": self._ask,
            "found": self._found,
            "settle": self._settle,
            "watch": self._watch,
            "desk": self._desk,
            "answer": self._answer,
            "extend": self._extend,
            "close": self._close,
            "borrowed": self._borrowed,
            "link": self._link,
        }
        try:
            while line := await reader.readline():
                wish = json.loads(line)
                number, deed = wish.get("id"), deeds.get(wish.get("do"))
                try:
                    if deed is None:
                        raise ConfigurationError(f"Hubben kan ikke “{wish.get('do')}”. Den kan: {', '.join(deeds)}.")
                    answer = await deed(wish)
                except HarnessError as error:
                    self._send({"id": number, "error": str(error)})
                except Exception as error:
                    self._send({"id": number, "error": f"Fejl i testharnesset: {type(error).__name__}: {error}"})
                else:
                    self._send({"id": number, "answer": answer})
                await self._writer.drain()
        finally:
            if self._watched is not None:
                self._watched.unlisten(self._tell)
            if self._run is not None:
                self._run.unlisten(self._tell)
                self._runs.leave(self._system)

    async def _open(self, wish: dict[str, Any]) -> dict[str, Any]:
        if self._run is not None:
            raise ConfigurationError("Forbindelsen har allerede en kørsel.")
        self._run, address = await self._runs.open(wish["system"], Place.from_json(wish))
        self._system = wish["system"]
        await self._run.listen(self._tell)
        return {"address": address, "now": self._run.clock.now().isoformat(), "services": self._run.services}

    async def _close(self, _wish: dict[str, Any]) -> None:
        self._opened().unlisten(self._tell)
        self._run = None
        await self._runs.close(self._system)

    async def _borrowed(self, _wish: dict[str, Any]) -> int:
        return self._borrowers()

    async def _link(self, wish: dict[str, Any]) -> str:
        return self._runs.link(wish["system"])

    async def _append(self, wish: dict[str, Any]) -> int:
        return await self._opened().append(decode_event(wish["event"]))

    async def _order(self, wish: dict[str, Any]) -> dict[str, Any]:
        return await self._opened().order(wish["service"], Order(wish["name"], wish["arguments"]))

    async def _ask(self, wish: dict[str, Any]) -> dict[str, Any]:
        return answer_to_json(await self._opened().receive("harness", request_from_json(wish["request"])))

    async def _found(self, wish: dict[str, Any]) -> bool:
        return await self._opened().found(request_from_json(wish["request"]), wish["facts"])

    async def _settle(self, _wish: dict[str, Any]) -> None:
        await self._runs.settle_files(self._system)
        await self._opened().settle()

    async def _watch(self, wish: dict[str, Any]) -> None:
        if self._watched is not None:
            raise ConfigurationError("Forbindelsen følger allerede en kørsel.")
        self._watched = self._run_of(wish)
        await self._watched.listen(self._tell)

    async def _desk(self, wish: dict[str, Any]) -> dict[str, Any]:
        return await self._run_of(wish).look(desk_as_json)

    async def _answer(self, wish: dict[str, Any]) -> None:
        files = [(name, base64.b64decode(data)) for name, data in wish.get("files", ())]
        said = decode_event({"kind": "answered", "prompt": wish["prompt"], "answer": wish["answer"]})
        assert isinstance(said, Answered), "its kind says so"
        answer = replace(said.answer, role="")  # MedCom's testers are let in by their own page, and nowhere else
        await self._run_of(wish).answer(said.prompt, answer, files)

    async def _extend(self, wish: dict[str, Any]) -> None:
        await self._run_of(wish).extend(wish["wait"], wish["seconds"], wish["by"])

    def _run_of(self, wish: dict[str, Any]) -> LiveRun:
        run = self._runs.run_of(wish["system"])
        if run is None:
            raise ConfigurationError(f"{wish['system']} har ingen kørsel i gang.")
        return run

    def _opened(self) -> LiveRun:
        if self._run is None:
            raise HarnessError("Der er ikke åbnet en kørsel på denne forbindelse.")
        return self._run

    def _tell(self, line: bytes) -> None:
        self._writer.write(b'{"line":' + line.rstrip(b"\n") + b"}\n")

    def _send(self, what: dict[str, Any]) -> None:
        self._writer.write(json.dumps(what, ensure_ascii=False).encode() + b"\n")


def desk_as_json(desk: Desk) -> dict[str, Any]:
    """`desk` as it goes over the line: the scenario (None between two), the step, what is asked and waited for, and what came."""
    waiting = desk.waiting
    return {
        "over": desk.over,
        "scenario": desk.scenario and event_as_json(desk.scenario),
        "step": desk.step,
        "prompt": desk.open and event_as_json(Prompted(desk.open))["prompt"],
        "waiting": waiting and {**event_as_json(waiting[0]), "since": waiting[1].isoformat(), "seconds": waiting[2]},
        "arrived": [[each.exchange, each.at.isoformat(), each.what] for each in desk.arrived],
        "standings": {name: ended.standing for name, ended in desk.standings.items()},
    }


def request_to_json(request: Request) -> dict[str, Any]:
    """`request` as it goes over the line."""
    body = base64.b64encode(request.body).decode("ascii")
    return {"method": request.method, "path": request.path, "headers": request.headers, "body": body, "query": request.query}


def request_from_json(said: dict[str, Any]) -> Request:
    """The request that `said` is."""
    headers = tuple((name, value) for name, value in said["headers"])
    return Request(said["method"], said["path"], headers, base64.b64decode(said["body"]), said["query"])


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """`answer` as it goes over the line."""
    match answer:
        case Response(status, body, headers):
            return {"status": status, "headers": headers, "body": base64.b64encode(body).decode("ascii")}
        case Late(response, seconds):
            return {"late": seconds, **answer_to_json(response)}
        case NoAnswer():
            return {}


def answer_from_json(said: dict[str, Any]) -> Answer:
    """The answer that `said` is."""
    if not said:
        return NoAnswer()
    headers = tuple((name, value) for name, value in said["headers"])
    response = Response(said["status"], base64.b64decode(said["body"]), headers)
    return Late(response, said["late"]) if "late" in said else response
