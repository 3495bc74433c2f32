from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import trustme
from over_tcp import Client, ask, connect, run

from harness.domain.errors import ConfigurationError
from harness.domain.exchange import Request, Response
from harness.hub.http import Answering, HttpDoor, Limits
from harness.hub.tls import CHAIN, KEY, client_context, server_context

NAME = "hub.test"
TLS_ONLY = "Her tales kun TLS. Adressen skal begynde med https://.\n"
CA = trustme.CA()


def written(folder: Path, certificate: trustme.LeafCert | None = None, authority: trustme.CA = CA) -> Path:
    """A folder of TLS, with the authority's own certificate as `ca.pem` beside it."""
    certificate = certificate or authority.issue_cert(NAME, "127.0.0.1")
    certificate.private_key_pem.write_to_path(folder / KEY)
    (folder / CHAIN).write_bytes(b"".join(each.bytes() for each in certificate.cert_chain_pems))
    authority.cert_pem.write_to_path(folder / "ca.pem")
    return folder


async def echo(request: Request) -> Response:
    return Response(200, request.path.encode() + b" " + request.body)


@asynccontextmanager
async def door(folder: Path, limits: Limits | None = None, answering: Answering = echo) -> AsyncIterator[int]:
    opened = HttpDoor(answering, frozenset({NAME}), limits)
    try:
        yield await opened.start("127.0.0.1", 0, server_context(written(folder)))
    finally:
        await opened.stop()


async def secure(port: int, folder: Path, context: ssl.SSLContext | None = None) -> Client:
    context = context or client_context(folder / "ca.pem")
    return Client(*await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname=NAME), NAME)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=str)
def test_requests_go_by_tls_small_large_and_one_after_another(tmp_path: Path, version: ssl.TLSVersion) -> None:
    async def test() -> None:
        async with door(tmp_path) as port:
            context = client_context(tmp_path / "ca.pem")
            context.minimum_version = context.maximum_version = version
            client = await secure(port, tmp_path, context)
            assert client.writer.get_extra_info("ssl_object").version() == {771: "TLSv1.2", 772: "TLSv1.3"}[version]
            assert await client.ask("/en", b"x") == (200, b"/en x")
            large = bytes(range(256)) * 20_000
            assert await client.ask("/to", large) == (200, b"/to " + large)
            assert await client.ask("/tre") == (200, b"/tre ")
            await client.close()

    run(test)


def test_an_ordinary_client_is_served_and_hears_the_end(tmp_path: Path) -> None:
    async def test() -> None:
        async with door(tmp_path) as port:
            async with httpx.AsyncClient(verify=client_context(tmp_path / "ca.pem")) as client:
                answer = await client.post(f"https://127.0.0.1:{port}/novax", content=b"x", headers={"connection": "close"})
                assert (answer.status_code, answer.content) == (200, b"/novax x")
            last = await secure(port, tmp_path)
            await last.send(f"GET /a HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\n\r\n".encode())
            assert (await last.ended()).endswith(b"/a ")  # a connection that is only cut off raises here
            await last.close()

    run(test)


def test_limits_hold_and_are_told_by_tls(tmp_path: Path) -> None:
    async def test() -> None:
        async with door(tmp_path, Limits(head_seconds=0.2, body_seconds=0.2, body_bytes=100)) as port:
            for begun, status in ((b"GET / HT", 408), (b"POST / HTTP/1.1\r\nHost: hub.test\r\nContent-Length: 9\r\n\r\na", 408)):
                client = await secure(port, tmp_path)
                await client.send(begun)
                assert (await client.answer())[0] == status
                await client.close()
            client = await secure(port, tmp_path)
            assert (await client.ask("/", b"a" * 101))[0] == 413
            await client.close()

    run(test)


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "PUT"])
def test_a_client_that_speaks_plain_http_is_told_how_to_write_the_address(tmp_path: Path, method: str) -> None:
    async def test() -> None:
        async with door(tmp_path) as port:
            client = await connect(port)
            await client.send(f"{method} /novax HTTP/1.1\r\nHost: hub.test\r\nContent-Length: 0\r\n\r\n".encode())
            assert await client.answer() == (400, TLS_ONLY.encode())
            await client.close()
            other = await secure(port, tmp_path)
            assert (await other.ask("/"))[0] == 200
            await other.close()

    run(test)


@pytest.mark.parametrize(
    "begun", [b"", b"\x16", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"], ids=["nothing", "a byte", "half"]
)
def test_a_handshake_that_stops_is_ended_while_another_is_served(tmp_path: Path, begun: bytes) -> None:
    async def test() -> None:
        async with door(tmp_path, Limits(handshake_seconds=0.3)) as port:
            stopped, other = await connect(port), await secure(port, tmp_path)
            await stopped.send(begun)
            over = asyncio.create_task(stopped.ended())
            served = 0
            while not over.done():
                assert (await other.ask("/"))[0] == 200
                served += 1
            assert served > 1
            assert over.result() == b""
            await stopped.close()
            await other.close()

    run(test)


def test_handshakes_that_stop_keep_no_newcomer_out(tmp_path: Path) -> None:
    async def test() -> None:
        async with door(tmp_path, Limits(connections=5, handshake_seconds=60)) as port:
            stopped = [await connect(port) for _ in range(20)]
            for each in stopped:
                await each.send(b"\x16")
            client = await secure(port, tmp_path)
            assert (await client.ask("/"))[0] == 200
            for each in (*stopped, client):
                await each.close()

    run(test)


def test_a_newcomer_is_turned_away_by_tls_and_in_the_clear(tmp_path: Path) -> None:
    async def test() -> None:
        inside, go_on = asyncio.Event(), asyncio.Event()

        async def wait(_: Request) -> Response:
            inside.set()
            await go_on.wait()
            return Response(200)

        async with door(tmp_path, Limits(connections=1), wait) as port:
            busy = await secure(port, tmp_path)
            waiting = asyncio.create_task(busy.ask("/"))
            await inside.wait()
            newcomer = await secure(port, tmp_path)
            assert (await newcomer.answer())[0] == 503
            assert await ask(port, "/") == (400, TLS_ONLY.encode())
            go_on.set()
            assert (await waiting)[0] == 200
            await newcomer.close()
            await busy.close()

    run(test)


@pytest.mark.parametrize(
    "garbage", [b"\x00" * 100, b"vroevl\r\n\r\n", b"\x16\x03\x01\xff\xff" + b"\xff" * 70_000], ids=["zeros", "words", "tls"]
)
def test_what_is_neither_tls_nor_http_ends_only_its_own_connection(tmp_path: Path, garbage: bytes) -> None:
    async def test() -> None:
        async with door(tmp_path) as port:
            stranger, other = await connect(port), await secure(port, tmp_path)
            stranger.writer.write(garbage)
            assert not (await stranger.ended()).startswith(b"HTTP")
            assert (await other.ask("/"))[0] == 200
            stranger.writer.transport.abort()
            await other.close()

    run(test)


def test_a_client_that_does_not_trust_the_certificate_ends_only_its_own_connection(tmp_path: Path) -> None:
    async def test() -> None:
        async with door(tmp_path) as port:
            trustme.CA().cert_pem.write_to_path(tmp_path / "anden.pem")
            with pytest.raises(ssl.SSLCertVerificationError):
                await secure(port, tmp_path, client_context(tmp_path / "anden.pem"))
            client = await secure(port, tmp_path)
            assert (await client.ask("/"))[0] == 200
            await client.close()

    run(test)


def test_a_client_that_is_too_old_is_told_so_by_an_alert(tmp_path: Path) -> None:
    async def test() -> None:
        async with door(tmp_path) as port:
            old = client_context(tmp_path / "ca.pem")
            with pytest.warns(DeprecationWarning, match="TLS"):
                old.minimum_version = ssl.TLSVersion.TLSv1
            with pytest.warns(DeprecationWarning, match="TLS"):
                old.maximum_version = ssl.TLSVersion.TLSv1_1
            old.set_ciphers("ALL:@SECLEVEL=0")
            with pytest.raises(ssl.SSLError, match="PROTOCOL_VERSION"):
                await secure(port, tmp_path, old)

    run(test)


def test_a_chain_by_an_intermediate_authority_is_shown_whole(tmp_path: Path) -> None:
    between = CA.create_child_ca()
    written(tmp_path, between.issue_cert(NAME))

    async def test() -> None:
        opened = HttpDoor(echo, frozenset({NAME}))
        port = await opened.start("127.0.0.1", 0, server_context(tmp_path))
        client = await secure(port, tmp_path)
        assert (await client.ask("/"))[0] == 200
        await client.close()
        await opened.stop()

    run(test)


def refusal(folder: Path) -> str:
    with pytest.raises(ConfigurationError) as raised:
        server_context(folder)
    assert "Traceback" not in str(raised.value)
    return str(raised.value)


@pytest.mark.parametrize("file", [CHAIN, KEY])
def test_a_file_that_is_missing_empty_or_something_else_is_named(tmp_path: Path, file: str) -> None:
    path = written(tmp_path) / file
    path.unlink()
    assert refusal(tmp_path) == f"{path}: Filen findes ikke."
    path.mkdir()
    assert refusal(tmp_path).startswith(f"{path}: Filen kan ikke læses: ")
    path.rmdir()
    for content in (b"", b"vr\xc3\xb8vl", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        path.write_bytes(content)
        assert refusal(tmp_path).startswith(f"{path}: ")


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    assert refusal(tmp_path / "findes ikke") == f"{tmp_path / 'findes ikke' / CHAIN}: Filen findes ikke."


def test_a_key_of_another_certificate_is_told(tmp_path: Path) -> None:
    written(tmp_path)
    CA.issue_cert("andre.test").private_key_pem.write_to_path(tmp_path / KEY)
    assert refusal(tmp_path) == f"{tmp_path / KEY}: Nøglen passer ikke til certifikatet i server.pem."


def test_a_key_with_a_password_is_told_and_nobody_is_asked(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives import serialization as form

    key = form.load_pem_private_key(written(tmp_path).joinpath(KEY).read_bytes(), None)
    locked = key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.BestAvailableEncryption(b"hemmelig"))
    (tmp_path / KEY).write_bytes(locked)
    assert refusal(tmp_path) == f"{tmp_path / KEY}: Nøglen er låst med en adgangskode. Hubben skal bruge en nøgle uden."


@pytest.mark.parametrize(
    ("begins", "ends", "why"),
    [(-20, -10, "Certifikatet er udløbet."), (10, 20, "Certifikatet er ikke trådt i kraft endnu.")],
    ids=["expired", "not yet"],
)
def test_a_certificate_outside_its_time_is_told(tmp_path: Path, begins: int, ends: int, why: str) -> None:
    now = datetime.now(UTC)
    period = {"not_before": now + timedelta(begins), "not_after": now + timedelta(ends)}
    written(tmp_path, CA.issue_cert(NAME, **period))
    assert refusal(tmp_path) == f"{tmp_path / CHAIN}: {why}"


def test_what_a_client_trusts_has_to_be_there_and_readable(tmp_path: Path) -> None:
    for file, why in (
        (tmp_path / "nej.pem", "Filen findes ikke."),
        (tmp_path / "tom.pem", "Filen indeholder ikke et læsbart certifikat (PEM)."),
    ):
        (tmp_path / "tom.pem").write_bytes(b"")
        with pytest.raises(ConfigurationError) as raised:
            client_context(file)
        assert str(raised.value).startswith(f"{file}: {why}")
