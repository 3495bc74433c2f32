"""Mutual TLS: who is let in, what is known of them, and what those hear who are not."""

from __future__ import annotations

import asyncio
import hashlib
import ssl
import stat
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import trustme
from over_tcp import Client, run

from harness.domain.errors import ConfigurationError
from harness.domain.exchange import Request, Response
from harness.hub.certificates import AUTHORITY, Certificate, new_authority, read_certificate
from harness.hub.http import CERTIFICATE, HttpDoor
from harness.hub.tls import CHAIN, KEY, client_context, server_context

CLIENTS, STRANGERS = trustme.CA(), trustme.CA()
OWN = CLIENTS.issue_cert("novax.test", common_name="Novax", organization_name="Novax Ærø")
FOREIGN = STRANGERS.issue_cert("fremmed.test")
OLD = CLIENTS.issue_cert("novax.test", not_before=datetime(2019, 1, 1, tzinfo=UTC), not_after=datetime(2020, 1, 1, tzinfo=UTC))
UNKNOWN = "Systemets klientcertifikat er udløbet, eller dets CA står ikke i filen fra --klient-ca."


async def who(_: Request) -> Response:
    """Answers with the subject of the certificate that was shown."""
    shown = CERTIFICATE.get()
    return Response(200, read_certificate(shown).subject.encode() if shown else b"ingen")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hub's folder with a throw-away authority, and beside it the authority of the clients."""
    made = tmp_path_factory.mktemp("tls") / "certifikat"
    new_authority(made, ("hub.test", "127.0.0.1"))
    CLIENTS.cert_pem.write_to_path(made / "klienter.pem")
    return made


@asynccontextmanager
async def door(folder: Path, *, required: bool = False) -> AsyncIterator[tuple[int, list[str]]]:
    told: list[str] = []
    context = server_context(folder, folder / "klienter.pem", required=required)
    opened = HttpDoor(who, frozenset({"hub.test"}), no_tls=told.append)
    try:
        yield await opened.start("127.0.0.1", 0, context), told
    finally:
        await opened.stop()


async def asks(port: int, trusted: Path, shown: trustme.LeafCert | None = None) -> bytes:
    """What a client gets that shows this certificate; empty when it is not let in."""
    context = client_context(trusted)
    if shown:
        shown.configure_cert(context)
    with suppress(OSError, asyncio.IncompleteReadError):
        streams = await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname="hub.test")
        client = Client(*streams, "hub.test")
        try:
            return (await client.ask("/"))[1]
        finally:
            with suppress(ssl.SSLError):
                await client.close()
    return b""


async def until(told: list[str], number: int) -> None:
    """The door tells of a handshake after the client has heard that it failed."""
    while len(told) < number:
        await asyncio.sleep(0)


@pytest.mark.parametrize("required", [False, True], ids=["asked for", "demanded"])
def test_a_certificate_of_the_authoritys_is_known_and_others_are_not_let_in(folder: Path, required: bool) -> None:
    async def test() -> None:
        async with door(folder, required=required) as (port, told):
            trusted = folder / AUTHORITY
            subject = (await asks(port, trusted, OWN)).decode()
            assert {"CN=Novax", "O=Novax Ærø"} <= set(subject.split(","))
            assert await asks(port, trusted) == (b"" if required else b"ingen")
            expected = ["Systemet viste intet klientcertifikat."] if required else []
            for stranger in (FOREIGN, OLD):
                assert await asks(port, trusted, stranger) == b""
                expected.append(UNKNOWN)
            await until(told, len(expected))
            assert told == expected

    run(test)


def test_a_client_that_does_not_trust_the_hub_is_told_of(folder: Path, tmp_path: Path) -> None:
    STRANGERS.cert_pem.write_to_path(tmp_path / "anden.pem")

    async def test() -> None:
        async with door(folder) as (port, told):
            assert await asks(port, tmp_path / "anden.pem") == b""  # goes without a word
            with pytest.raises(httpx.ConnectError):  # says why
                await asyncio.to_thread(httpx.get, f"https://127.0.0.1:{port}", verify=client_context(tmp_path / "anden.pem"))
            await until(told, 2)
            assert told[0].endswith("Er CA-filen importeret?")
            assert told[1].startswith("Systemet stoler ikke på hubbens certifikat. Importér CA-filen")
            _, writer = await asyncio.open_connection("127.0.0.1", port)  # looks whether somebody is here
            writer.close()
            await writer.wait_closed()
            assert await asks(port, folder / AUTHORITY) == b"ingen"
            assert len(told) == 2

    run(test)


def test_a_certificate_is_known_by_its_fingerprint_and_its_subject() -> None:
    der = ssl.PEM_cert_to_DER_cert(OWN.cert_chain_pems[0].bytes().decode())
    found = read_certificate(der)
    assert found.fingerprint == f"sha256:{hashlib.sha256(der).hexdigest()}"
    assert found.facts == {"client_certificate": found.fingerprint, "client_subject": found.subject}
    assert found == Certificate(found.subject, found.fingerprint)


def test_a_new_authority_can_be_used_at_once_and_keeps_its_key_from_others(tmp_path: Path) -> None:
    said = new_authority(tmp_path / "ny" / "mappe", ("hub.test", "127.0.0.1"))
    made = tmp_path / "ny" / "mappe"
    assert {file.name for file in made.iterdir()} == {CHAIN, KEY, AUTHORITY}
    if sys.platform != "win32":
        assert stat.S_IMODE((made / KEY).stat().st_mode) == 0o600
    assert server_context(made).verify_mode is ssl.CERT_NONE
    assert "PRIVATE KEY" not in (made / AUTHORITY).read_text("utf-8") + (made / CHAIN).read_text("utf-8")
    assert "Det gælder for hub.test, 127.0.0.1 til" in said
    assert str(made / AUTHORITY) in said
    key = (made / KEY).read_bytes()
    with pytest.raises(ConfigurationError, match=r"server\.pem: Filen findes allerede\. Brug den uden --ny-ca, eller vælg"):
        new_authority(made, ("hub.test",))
    assert (made / KEY).read_bytes() == key


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda _: None, "Filen findes ikke."),
        (lambda file: file.write_text("ikke PEM", "utf-8"), "Filen indeholder ikke et læsbart certifikat"),
    ],
)
def test_a_file_of_authorities_that_is_none_is_told_of(
    folder: Path, tmp_path: Path, make: Callable[[Path], object], said: str
) -> None:
    make(tmp_path / "ca.pem")
    with pytest.raises(ConfigurationError, match=rf"ca\.pem: {said}"):
        server_context(folder, tmp_path / "ca.pem")
