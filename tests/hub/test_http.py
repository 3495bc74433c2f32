from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from over_tcp import Client, ask, connect, run

from harness.domain.exchange import Request, Response
from harness.hub.http import Answering, HttpDoor, Limits


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
    "head",
    [b"GET / HTTP/1.1\r\nx: ", b"POST / HTTP/1.1\r\nHost: hub.test\r\nContent-Length: 100000\r\n\r\n"],
    ids=["head", "body"],
)
def test_ends_what_comes_a_byte_at_a_time_while_another_is_served(head: bytes) -> None:
    async def test() -> None:
        async with door(Limits(head_seconds=0.3, body_seconds=0.3)) as port:
            slow, other = await connect(port), await connect(port, "hub.test")
            await slow.send(head)
            over = asyncio.create_task(slow.ended())
            served = 0
            while not over.done():
                slow.writer.write(b"a")
                assert (await other.ask("/", b"x"))[0] == 200
                served += 1
            assert served > 1
            await slow.close()
            await other.close()

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
    async def long(_: Request) -> Response:
        return Response(200, b"a" * 30_000_000)

    async def test() -> None:
        async with door(Limits(read_seconds=0.2), long) as port:
            client = await connect(port)
            await client.send(b"GET / HTTP/1.1\r\nHost: hub.test\r\n\r\n")
            client.writer.transport.pause_reading()  # type: ignore[attr-defined]
            assert (await ask(port, "/"))[0] == 200
            await asyncio.wait(door_tasks())
            await client.close()

    def door_tasks() -> list[asyncio.Task[None]]:
        return [task for task in asyncio.all_tasks() if task.get_coro().__qualname__ == "HttpDoor._serve"]

    run(test)


def test_says_when_there_are_too_many_connections_and_serves_again_when_there_are_not() -> None:
    async def test() -> None:
        async with door(Limits(connections=2)) as port:
            first, second = await connect(port), await connect(port)
            assert (await first.ask("/"))[0] == (await second.ask("/"))[0] == 200
            assert await ask(port, "/") == (503, b"Der er for mange forbindelser lige nu.\n")
            await first.close()
            while (await ask(port, "/"))[0] == 503:
                pass  # the door has not heard yet that the first one left
            assert (await second.ask("/"))[0] == 200
            await second.close()

    run(test)


def test_hundreds_of_idle_connections_leave_the_others_alone() -> None:
    async def test() -> None:
        async with door() as port:
            idle = [await connect(port) for _ in range(400)]
            assert (await ask(port, "/", b"x"))[0] == 200
            for client in idle:
                client.writer.transport.abort()

    run(test)


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
            def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                seen.append(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
                super()._connected(reader, writer)

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
