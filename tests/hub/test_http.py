from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from over_tcp import Client, ask, connect, run

from harness.domain.exchange import Request, Response
from harness.hub.http import CLIENT, Answering, HttpDoor, Limits

BODY_LATE = "Beskeden kom ikke helt frem inden for 1 sekunder."


async def echo(request: Request) -> Response:
    return Response(200, f"{request.method} {request.path} {request.query} ".encode() + request.body)


@asynccontextmanager
async def door(limits: Limits | None = None, answering: Answering = echo, host: str = "127.0.0.1") -> AsyncIterator[int]:
    opened = HttpDoor(answering, frozenset({"hub.test", "localhost"}), limits)
    try:
        yield await opened.start(host)
    finally:
        await opened.stop()


def asked(data: bytes, limits: Limits | None = None) -> tuple[int, bytes]:
    """The answer to these bytes, and that somebody else is served afterwards."""
    found: list[tuple[int, bytes]] = []

    async def test() -> None:
        async with door(limits) as port:
            client = await connect(port)
            await client.send(data)
            found.append(await client.answer())
            assert (await ask(port, "/andre"))[0] == 200
            await client.close()

    run(test)
    return found[0]


def test_keeps_the_connection_and_answers_a_second_request_that_was_sent_early() -> None:
    async def test() -> None:
        async with door() as port:
            client = await connect(port)
            assert await client.ask("/en?a=b", b"x") == (200, b"POST /en a=b x")
            await client.send(b"GET /to HTTP/1.1\r\nHost: hub.test\r\n\r\nGET /tre HTTP/1.1\r\nHost: hub.test\r\n\r\n")
            assert [await client.answer(), await client.answer()] == [(200, b"GET /to  "), (200, b"GET /tre  ")]
            await client.close()

    run(test)


def test_reads_a_chunked_body() -> None:
    body = b"3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n"
    assert asked(b"POST /a HTTP/1.1\r\nHost: hub.test\r\nTransfer-Encoding: chunked\r\n\r\n" + body) == (200, b"POST /a  abcdefg")


def test_says_100_before_the_body_where_the_client_waits_for_it() -> None:
    async def test() -> None:
        async with door() as port:
            client = await connect(port)
            await client.send(b"POST /a HTTP/1.1\r\nHost: hub.test\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n")
            assert (await client.reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 100 ")
            await client.send(b"abc")
            assert await client.answer() == (200, b"POST /a  abc")
            await client.close()

    run(test)


def test_answers_head_without_a_body() -> None:
    async def test() -> None:
        async with door() as port:
            client = await connect(port)
            await client.send(b"HEAD /a HTTP/1.1\r\nHost: hub.test\r\nConnection: close\r\n\r\n")
            head = await client.ended()
            assert head.startswith(b"HTTP/1.1 200 ")
            assert head.endswith(b"\r\n\r\n")
            await client.close()

    run(test)


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\nHost: hub.test\r\nx: " + b"a" * 20_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: hub.test\r\n" + b"x: aaaaaaaaaa\r\n" * 2_000 + b"\r\n",
        b"GET / HTTP/1.1\r\nHost: hub.test\r\nx: " + b"a" * 70_000,
    ],
    ids=["one long", "many", "without end"],
)
def test_refuses_a_head_that_is_too_long(data: bytes) -> None:
    assert asked(data)[0] == 431


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"vroevl\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: hub.test\r\nContent-Length: mange\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: hub.test\r\nTransfer-Encoding: chunked\r\n\r\nvroevl\r\n",
        b"GET / HTTP/1.1\r\nHost: hub.test\r\nHost: localhost\r\n\r\n",
    ],
    ids=["no host", "words", "tls", "length", "chunk", "two hosts"],
)
def test_refuses_what_is_no_http(data: bytes) -> None:
    assert asked(data) == (400, b"Anmodningen er ikke gyldig HTTP.\n")


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("hub.test", 200),
        ("HUB.Test:8080", 200),
        ("localhost", 200),
        ("127.0.0.1:1", 200),
        ("andre.test", 421),
        ("hub.test.andre.test", 421),
        ("127.0.0.2", 421),
        ("[::1]:8080", 421),
        ("", 421),
    ],
)
def test_answers_only_for_its_own_names(host: str, status: int) -> None:
    assert asked(f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())[0] == status


def test_answers_for_an_ipv6_address_in_brackets() -> None:
    with socket.socket(socket.AF_INET6) as six:
        try:
            six.bind(("::1", 0))
        except OSError:
            pytest.skip("no IPv6 on this machine")

    async def test() -> None:
        async with door(host="::1") as port:
            client = Client(*await asyncio.open_connection("::1", port), f"[::1]:{port}")
            assert (await client.ask("/"))[0] == 200
            await client.close()

    run(test)


def test_takes_a_whole_address_as_target() -> None:
    assert asked(b"GET http://hub.test/novax/plsp?a=b HTTP/1.1\r\nHost: hub.test\r\n\r\n") == (200, b"GET /novax/plsp a=b ")


@pytest.mark.parametrize(
    "rest",
    [
        b"Content-Length: 1001\r\n\r\n",
        b"Content-Length: 1001\r\nExpect: 100-continue\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n" + (b"%x\r\n" % 600 + b"a" * 600 + b"\r\n") * 2,
    ],
    ids=["said", "asked first", "chunked"],
)
def test_refuses_a_body_over_the_limit_before_it_has_come_whole(rest: bytes) -> None:
    status, text = asked(b"POST / HTTP/1.1\r\nHost: hub.test\r\n" + rest, Limits(body_bytes=1000))
    assert (status, text) == (413, "Beskeden er for stor. Den må højst være på 1000 bytes.\n".encode())


def test_a_client_that_goes_on_sending_a_body_that_was_refused_still_reads_why() -> None:
    async def test() -> None:
        async with door(Limits(body_bytes=1000)) as port:
            client = await connect(port)
            await client.send(b"POST / HTTP/1.1\r\nHost: hub.test\r\nContent-Length: 3000000\r\n\r\n" + b"a" * 3_000_000)
            assert (await client.answer())[0] == 413
            await client.close()

    run(test)


@pytest.mark.parametrize(
    ("begun", "why"),
    [
        (b"GET / HTTP/1.1\r\nx: ", "Anmodningens headere kom ikke helt frem inden for 1 sekunder."),
        (b"POST / HTTP/1.1\r\nHost: hub.test\r\nContent-Length: 100000\r\n\r\n", BODY_LATE),
        (b"POST / HTTP/1.1\r\nHost: hub.test\r\nTransfer-Encoding: chunked\r\n\r\n186a0\r\n", BODY_LATE),
    ],
    ids=["head", "body", "chunk"],
)
def test_what_comes_a_byte_at_a_time_is_told_so_and_ended_while_another_is_served(begun: bytes, why: str) -> None:
    async def test() -> None:
        async with door(Limits(head_seconds=0.6, body_seconds=0.6)) as port:
            slow, other = await connect(port), await connect(port, "hub.test")
            await slow.send(begun)
            over = asyncio.create_task(slow.ended())
            served = 0
            while not over.done():
                slow.writer.write(b"a")
                assert (await other.ask("/", b"x"))[0] == 200
                served += 1
            assert served > 1
            head, _, text = over.result().decode().partition("\r\n\r\n")
            assert head.startswith("HTTP/1.1 408 ")
            assert "connection: close" in head.lower()
            assert text == f"{why}\n"
            await slow.close()
            await other.close()

    run(test)


@pytest.mark.parametrize(
    "begun", [b"GET / HT", b"POST / HTTP/1.1\r\nHost: hub.test\r\nContent-Length: 9\r\n\r\nabc"], ids=["head", "body"]
)
def test_half_a_request_on_a_connection_that_was_used_before_is_told_so(begun: bytes) -> None:
    async def test() -> None:
        async with door(Limits(idle_seconds=0.1, body_seconds=0.1)) as port:
            client = await connect(port, "hub.test")
            assert (await client.ask("/"))[0] == 200
            await client.send(begun)
            assert (await client.answer())[0] == 408
            await client.close()

    run(test)


@pytest.mark.parametrize("first", [b"", b"GET / HTTP/1.1\r\nHost: hub.test\r\n\r\n"], ids=["never used", "used"])
def test_ends_an_idle_connection(first: bytes) -> None:
    async def test() -> None:
        async with door(Limits(head_seconds=0.1, idle_seconds=0.1)) as port:
            client = await connect(port)
            await client.send(first)
            assert (await client.ended() == b"") is (first == b"")
            await client.close()

    run(test)


def test_ends_a_client_that_never_reads_its_answer() -> None:
    async def long(request: Request) -> Response:
        return Response(200, b"a" * 30_000_000 if request.path == "/langt" else b"")

    async def test() -> None:
        async with door(Limits(read_seconds=0.2), long) as port:
            client = await connect(port)
            await client.send(b"GET /langt HTTP/1.1\r\nHost: hub.test\r\n\r\n")
            client.writer.transport.pause_reading()  # type: ignore[attr-defined]
            assert (await ask(port, "/"))[0] == 200
            if held := door_tasks():
                await asyncio.wait(held)
            client.writer.transport.resume_reading()  # type: ignore[attr-defined]
            assert len(await client.ended()) < 30_000_000
            await client.close()

    def door_tasks() -> list[asyncio.Task[None]]:
        return [task for task in asyncio.all_tasks() if task.get_coro().__qualname__ == "HttpDoor._to_its_end"]

    run(test)


class Held:
    """Answers everything at once but `…/vent…`, which waits until it is let go."""

    def __init__(self) -> None:
        self._inside = asyncio.Semaphore(0)
        self.go_on = asyncio.Event()

    async def __call__(self, request: Request) -> Response:
        if "vent" in request.path:
            self._inside.release()
            await self.go_on.wait()
        return Response(200, b"svar")

    async def hold(self, port: int, *paths: str) -> list[asyncio.Task[tuple[int, bytes]]]:
        """Requests to `paths` that are under way when this returns."""
        waiting = [asyncio.create_task(ask(port, path)) for path in paths]
        for _ in paths:
            await self._inside.acquire()
        return waiting


def test_the_connection_that_has_been_idle_the_longest_gives_way_to_a_newcomer() -> None:
    async def test() -> None:
        async with door(Limits(connections=3)) as port:
            first, second, half = await connect(port), await connect(port, "hub.test"), await connect(port)
            await half.send(b"GET / HT")
            assert (await first.ask("/"))[0] == 200  # so that the second is now the one that has waited longest
            fourth = await connect(port)
            assert (await fourth.ask("/"))[0] == 200
            assert await second.ended() == b""
            assert (await first.ask("/"))[0] == (await fourth.ask("/"))[0] == 200
            fifth = await connect(port)
            assert (await fifth.ask("/"))[0] == 200
            assert await half.ended() == b""
            assert (await first.ask("/"))[0] == 200
            for client in (first, second, half, fourth, fifth):
                await client.close()

    run(test)


def test_only_when_every_connection_is_busy_a_newcomer_is_turned_away() -> None:
    async def test() -> None:
        held = Held()
        async with door(Limits(connections=2), held) as port:
            body = await connect(port)
            await body.send(b"POST /krop HTTP/1.1\r\nHost: hub.test\r\nContent-Length: 3\r\n\r\nab")
            [waiting] = await held.hold(port, "/vent")
            assert await ask(port, "/") == (503, "Der er for mange forbindelser lige nu. Prøv igen om lidt.\n".encode())
            assert not waiting.done()
            await body.send(b"c")
            assert (await body.answer())[0] == 200
            assert (await ask(port, "/"))[0] == 200  # in the place of the one that has nothing under way any more
            assert await body.ended() == b""
            held.go_on.set()
            assert (await waiting)[0] == 200
            await body.close()

    run(test)


def test_a_crowd_that_is_turned_away_holds_nobody_up() -> None:
    async def test() -> None:
        held = Held()
        async with door(Limits(connections=1), held) as port:
            [waiting] = await held.hold(port, "/vent")
            crowd = [await connect(port) for _ in range(300)]
            told = [(await client.ended()).split(b"\r\n")[0] for client in crowd]
            assert set(told) <= {b"HTTP/1.1 503 ", b""}
            assert told.count(b"HTTP/1.1 503 ") >= 100
            held.go_on.set()
            assert (await waiting)[0] == 200
            while (await ask(port, "/"))[0] == 503:
                pass  # the door has not heard yet that the first one left
            for client in crowd:
                await client.close()

    run(test)


def test_hundreds_of_idle_connections_keep_no_newcomer_out() -> None:
    async def test() -> None:
        async with door(Limits(connections=50)) as port:
            idle = [await connect(port) for _ in range(400)]
            assert (await ask(port, "/", b"x"))[0] == 200
            for client in idle:
                client.writer.transport.abort()

    run(test)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on how many files a process has open")
def test_a_machine_that_allows_few_files_keeps_no_newcomer_out() -> None:
    serving = (
        "import asyncio, resource, sys; from harness.hub.http import HttpDoor; from harness.domain.exchange import Response;"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (64, 300))\n"
        "async def answer(request): return Response(200)\n"
        "async def serve():\n"
        "    print(await HttpDoor(answer, frozenset()).start('127.0.0.1'), flush=True)\n"
        "    await asyncio.to_thread(sys.stdin.read)\n"
        "asyncio.run(serve())"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", serving], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    )
    assert process.stdout is not None
    port = int(process.stdout.readline())

    async def test() -> None:
        idle = await asyncio.gather(*(connect(port) for _ in range(350)))
        assert (await ask(port, "/"))[0] == 200
        for client in idle:
            client.writer.transport.abort()

    try:
        run(test)
    finally:
        process.kill()
        _, complaints = process.communicate()
    assert complaints == ""


def test_a_system_has_only_so_many_requests_under_way_and_the_others_notice_nothing() -> None:
    async def test() -> None:
        held = Held()
        async with door(Limits(requests_per_system=2), held) as port:
            under_way = await held.hold(port, "/novax/vent/1", "/novax/vent/2")
            client = await connect(port, "hub.test")
            await client.send(b"POST /novax/plsp HTTP/1.1\r\nHost: hub.test\r\nContent-Length: 0\r\n\r\n")
            head = await client.reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 503 ")
            assert b"\r\nretry-after: 1\r\n" in head.lower()
            text = "Systemet har for mange beskeder i gang lige nu. Prøv igen om lidt.\n".encode()
            assert await client.reader.readexactly(len(text)) == text
            assert (
                (await client.ask("/novaxx/plsp"))[0] == (await client.ask("/xmo/plsp"))[0] == (await client.ask("/"))[0] == 200
            )
            held.go_on.set()
            assert [(await each)[0] for each in under_way] == [200, 200]
            assert (await client.ask("/novax/plsp"))[0] == 200
            await client.close()

    run(test)


def test_a_request_that_gets_no_answer_is_no_longer_under_way() -> None:
    async def test() -> None:
        async def answer(request: Request) -> Response | None:
            return None if "tavs" in request.path else Response(200)

        async with door(Limits(requests_per_system=1), answer) as port:
            silent = await connect(port)
            await silent.send(b"GET /novax/tavs HTTP/1.1\r\nHost: hub.test\r\n\r\n")
            assert (await ask(port, "/novax/a"))[0] == 200
            await silent.close()
            assert (await ask(port, "/novax/a"))[0] == 200

    run(test)


def test_the_one_who_answers_can_see_where_a_request_came_from() -> None:
    async def whence(_: Request) -> Response:
        return Response(200, CLIENT.get().encode())

    async def test() -> None:
        async with door(answering=whence) as port:
            assert await ask(port, "/") == (200, b"127.0.0.1")

    run(test)
    assert CLIENT.get() == ""


@pytest.mark.parametrize("leave", [Client.close, lambda client: _abort(client)], ids=["closed", "reset"])
def test_a_client_that_leaves_in_the_middle_of_a_body_is_nobodys_request(leave: Callable[[Client], object]) -> None:
    came: list[str] = []

    async def note(request: Request) -> Response:
        came.append(request.path)
        return Response(200)

    async def test() -> None:
        async with door(answering=note) as port:
            client = await connect(port)
            await client.send(b"POST /halv HTTP/1.1\r\nHost: hub.test\r\nContent-Length: 10\r\n\r\nabc")
            await leave(client)  # type: ignore[misc]
            assert (await ask(port, "/hel"))[0] == 200
        assert came == ["/hel"]

    run(test)


async def _abort(client: Client) -> None:
    client.writer.transport.abort()


def test_without_an_answer_the_client_is_held_until_it_gives_up_and_nobody_else_waits() -> None:
    async def silent(request: Request) -> Response | None:
        return None if request.path == "/tavs" else Response(200)

    async def test() -> None:
        async with door(Limits(connections=1), silent) as port:
            client = await connect(port)
            await client.send(b"GET /tavs HTTP/1.1\r\nHost: hub.test\r\n\r\n")
            assert (await ask(port, "/"))[0] == 503
            await client.close()
            while (await ask(port, "/"))[0] == 503:
                pass
        async with door(Limits(silent_seconds=0.1), silent) as port:
            client = await connect(port)
            await client.send(b"GET /tavs HTTP/1.1\r\nHost: hub.test\r\n\r\n")
            assert await client.ended() == b""
            await client.close()

    run(test)


def test_small_answers_never_wait_for_the_clients_acknowledgement() -> None:
    async def test() -> None:
        seen: list[int] = []

        class Seeing(HttpDoor):
            def _connected(self, entrance: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                seen.append(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
                super()._connected(entrance, reader, writer)

        opened = Seeing(echo, frozenset())
        assert (await ask(await opened.start("127.0.0.1"), "/"))[0] == 200
        await opened.stop()
        assert seen
        assert all(seen)

    run(test)


def test_a_defect_is_answered_and_told_and_the_next_is_served() -> None:
    told: list[dict[str, object]] = []

    async def defect(request: Request) -> Response:
        if request.path == "/galt":
            raise TimeoutError("vores egen fejl")
        return Response(200)

    async def test() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, what: told.append(what))
        async with door(answering=defect) as port:
            client = await connect(port)
            assert (await client.ask("/galt"))[0] == 500
            assert (await client.ask("/"))[0] == 200
            await client.close()

    run(test)
    assert [str(each["exception"]) for each in told] == ["vores egen fejl"]


def test_stopping_ends_every_connection() -> None:
    async def hangs(_: Request) -> Response:
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    async def test() -> None:
        async with door(answering=hangs) as port:
            waiting, idle = await connect(port), await connect(port)
            await waiting.send(b"GET / HTTP/1.1\r\nHost: hub.test\r\n\r\n")
        assert await waiting.ended() == await idle.ended() == b""
        await waiting.close()
        await idle.close()
        with pytest.raises(ConnectionRefusedError):
            await connect(port)

    run(test)


def test_a_port_that_is_taken_is_an_error() -> None:
    async def test() -> None:
        async with door() as port:
            with pytest.raises(OSError, match=r"Errno|WinError"):
                await HttpDoor(echo, frozenset()).start("127.0.0.1", port)

    run(test)
