"""Whatever happens between a run and the wall: the mirror is byte for byte the log, nothing twice, and in order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from receiver import InProcess, client, wall_app
from sent_log import NOVAX, own_run

from harness.domain.event import Observed
from harness.record.log import LOG_NAME, LogWriter
from harness.runner.publisher.chain import OwnChain
from harness.runner.publisher.sender import Sender
from harness.runner.publisher.wall import Line, Unreachable, Unwanted

CUTS = ("", "før", "midt i", "efter")
STEPS = st.one_of(
    st.tuples(st.just("skriv"), st.integers(1, 4)),
    st.tuples(st.just("send"), st.sampled_from(CUTS)),
    st.tuples(st.just("ny afsender"), st.just(0)),
    st.tuples(st.just("ny tavle"), st.just(0)),
    st.tuples(st.just("dræbt tavle"), st.integers(0, 400)),
    st.tuples(st.just("igen"), st.integers(0, 50)),
)


class Cut(httpx.BaseTransport):
    """The line to `wall`, cut where `cut` says: once, and whole again. Remembers what was sent."""

    def __init__(self, wall: InProcess) -> None:
        self.wall = wall
        self.cut = ""
        self.sent: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        cut, self.cut = self.cut, ""
        if request.method == "POST":
            self.sent.append(httpx.Request("POST", request.url, headers=request.headers, content=request.read()))
        if cut == "før":
            raise httpx.ConnectError("cut before")
        if cut == "midt i":
            half_sent(self.wall, request)
            raise httpx.WriteError("cut in the middle")
        answer = self.wall.handle_request(request)
        if cut == "efter":
            raise httpx.RemoteProtocolError("cut after")
        return answer


def half_sent(wall: InProcess, request: httpx.Request) -> None:
    """The wall hears half of the request, and then that the connection is gone."""
    body = request.read()
    heard = iter([{"type": "http.request", "body": body[: len(body) // 2], "more_body": True}, {"type": "http.disconnect"}])
    headers = [(name.lower(), value) for name, value in request.headers.raw]
    path, _, query = request.url.raw_path.partition(b"?")
    scope = {"type": "http", "method": request.method, "path": path.decode(), "query_string": query, "headers": headers}

    async def receive() -> dict[str, Any]:
        return next(heard)

    async def send(_: Any) -> None:
        """Nobody hears the answer."""

    asyncio.run(wall.app({**scope, "http_version": "1.1", "scheme": "http"}, receive, send))  # type: ignore[arg-type]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEPS, max_size=25))
def test_the_mirror_is_the_log_whatever_happens(steps: list[tuple[str, Any]]) -> None:
    with TemporaryDirectory() as top:
        own, reports = own_run(Path(top) / "egen"), Path(top) / "tavle"
        wall = InProcess(wall_app(reports))
        line = Cut(wall)
        sender = new_sender(own, line)
        mirror = NOVAX.folder(reports) / LOG_NAME
        for what, how in steps:
            match what:
                case "skriv":
                    log = LogWriter(own, resume=True)
                    for number in range(how):
                        log.append(Observed(f"Blåbærgrød {number} " + "ø" * 300 * number))
                    log.close()
                case "send":
                    line.cut = how
                    send(sender)
                case "ny afsender":
                    sender = new_sender(own, line)
                case "ny tavle":
                    wall.app = wall_app(reports)
                case "dræbt tavle":  # while it wrote: the first bytes of what comes next are there
                    have = mirror.read_bytes() if mirror.exists() else b""
                    if have:
                        next_line = (own / LOG_NAME).read_bytes()[len(have) :].partition(b"\n")[0]
                        mirror.write_bytes(have + next_line[:how])
                    wall.app = wall_app(reports)
                case "igen" if line.sent:
                    again = line.sent[how % len(line.sent)]
                    assert wall.handle_request(again).status_code in (200, 409)
            if mirror.exists():
                whole = mirror.read_bytes()
                assert (own / LOG_NAME).read_bytes().startswith(whole[: whole.rfind(b"\n") + 1])
        line.cut = ""
        while send(sender):
            pass
        assert mirror.read_bytes() == (own / LOG_NAME).read_bytes()


def new_sender(own: Path, line: httpx.BaseTransport) -> Sender:
    return Sender(OwnChain(own / LOG_NAME), Line(client(line), NOVAX), asks_early=True)


def send(sender: Sender) -> int:
    try:
        return sender.send_next()
    except Unreachable:
        sender.sure = False
        return 1


@pytest.mark.parametrize("longer", ["egen", "tavle"])
def test_other_lines_of_the_same_run_are_told_and_left_as_they_are(tmp_path: Path, longer: str) -> None:
    extra = [Observed("En linje mere")] if longer == "egen" else []
    own = own_run(tmp_path / "egen", events=[Observed("Her"), *extra])
    other = own_run(tmp_path / "anden", events=[Observed("Der"), *([] if extra else [Observed("En linje mere")])])
    line = InProcess(wall_app(tmp_path / "tavle"))
    send(new_sender(other, line))
    with pytest.raises(Unwanted, match="andre linjer"):
        new_sender(own, line).send_next()
    assert (NOVAX.folder(tmp_path / "tavle") / LOG_NAME).read_bytes() == (other / LOG_NAME).read_bytes()


def test_a_wall_that_has_lost_lines_gets_them_again(tmp_path: Path) -> None:
    own, line = own_run(tmp_path / "egen"), InProcess(wall_app(tmp_path / "tavle"))
    sender = new_sender(own, line)
    send(sender)
    mirror = NOVAX.folder(tmp_path / "tavle") / LOG_NAME
    mirror.write_bytes(mirror.read_bytes().splitlines(keepends=True)[0])
    log = LogWriter(own, resume=True)
    log.append(Observed("Efter strømmen kom igen"))
    log.close()
    while send(sender):
        pass
    assert mirror.read_bytes() == (own / LOG_NAME).read_bytes()


@pytest.mark.parametrize(
    ("answer", "raised"),
    [
        (httpx.Response(200, json={"linjer": 0}), Unreachable),
        (httpx.Response(200, json=[]), Unreachable),
        (httpx.Response(200, text="<html>Log ind på netværket</html>"), Unreachable),
        (httpx.Response(302, headers={"Location": "https://andet.example"}), Unreachable),
        (httpx.Response(404, text="Not Found"), Unreachable),
        (httpx.Response(502, text="Bad Gateway"), Unreachable),
        (httpx.Response(503, json={"fejl": "Vent."}), Unreachable),
        (httpx.Response(401), Unwanted),
        (httpx.Response(403, json={"fejl": "Nej."}), Unwanted),
        (httpx.Response(413, json={"fejl": "For meget."}), Unwanted),
    ],
)
def test_what_does_not_answer_as_a_wall(tmp_path: Path, answer: httpx.Response, raised: type[Exception]) -> None:
    respond: Callable[[httpx.Request], httpx.Response] = lambda _: answer  # noqa: E731
    sender = new_sender(own_run(tmp_path), httpx.MockTransport(respond))
    with pytest.raises(raised):
        sender.send_next()


def test_a_wall_that_never_agrees_is_given_up(tmp_path: Path) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        status = 409 if request.method == "POST" else 200
        return httpx.Response(status, json={"linjer": 0, "hoved": "0" * 64, "fejl": "Aldrig\x1b[31m."})

    sender = new_sender(own_run(tmp_path), httpx.MockTransport(respond))
    assert [sender.send_next() for _ in range(4)] == [1, 1, 1, 1]
    with pytest.raises(Unwanted, match=r"Aldrig \[31m\."):
        sender.send_next()
