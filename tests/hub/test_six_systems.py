"""Six systems on one hub: by path, by a port of each one's own, and with the certificates they have named."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
import trustme
from over_tcp import Watched, ask, run

from harness.domain.errors import EnvironmentFault
from harness.domain.event import Exchanged, Observed
from harness.house import find_house
from harness.hub.arrivals import UNKNOWN_FILE
from harness.hub.certificates import AUTHORITY, new_authority, read_certificate
from harness.hub.hub import STANDING, Hub
from harness.hub.run import Place
from harness.hub.tls import client_context, server_context
from harness.record.log import LOG_NAME, read_log
from harness.runner.mock import services
from harness.suite.patients import allowed_cprs
from harness.suite.vendors import load_vendors

SIX = tuple(load_vendors(find_house()))
ALLOWED = allowed_cprs(find_house())
OWN_PORTS = dict.fromkeys(SIX, 0)


@asynccontextmanager
async def hub_in(
    reports: Path, tls: ssl.SSLContext | None = None, certificates: dict[str, str] | None = None
) -> AsyncIterator[Hub]:
    real = certificates is not None
    hub = Hub(reports, SIX, services if real else lambda: [Watched()], ALLOWED, certificates=certificates or {})
    try:
        await hub.start("127.0.0.1", 0, tls=tls, own_ports=OWN_PORTS)
        yield hub
    finally:
        await hub.stop()


async def begin(hub: Hub, system: str) -> Path:
    folder = hub.reports / f"kørsel-{system}"
    folder.mkdir()
    await hub.open(system, Place(folder, ALLOWED))
    return folder


def exchanges(folder: Path) -> list[Exchanged]:
    return [entry.event for entry in read_log(folder / LOG_NAME) if isinstance(entry.event, Exchanged)]


def test_six_at_once_never_see_each_others_messages_by_path_or_by_port(tmp_path: Path) -> None:
    async def test() -> None:
        async with hub_in(tmp_path) as hub:
            for system in SIX[:5]:  # the sixth has no run: its messages go to its standing world
                await begin(hub, system)
            [shared] = {urlsplit(hub._address).port}
            wishes = []
            for number in range(5):
                for system in SIX:
                    own = urlsplit(hub.address_of(system)).port or 0
                    wishes += [
                        ask(shared or 0, f"/{system}/p/{system}-sti-{number}"),
                        ask(own, f"/p/{system}-port-{number}"),
                        ask(own, f"/{system}/p/{system}-begge-{number}"),
                    ]
            assert {status for status, _ in await asyncio.gather(*wishes)} == {200}
            own, other = (urlsplit(hub.address_of(system)).port or 0 for system in SIX[:2])
            assert own != other
            assert (await ask(own, f"/{SIX[1]}/p/fremmed"))[0] == 403
            await asyncio.gather(*hub._noting)
            for system in SIX:
                last = hub.arrivals(system)
                assert len(last) == 15
                assert {each.run for each in last} == {f"kørsel-{system}" if system in SIX[:5] else ""}
                assert {(each.status, each.client) for each in last} == {(200, "127.0.0.1")}

    run(test)
    for system in SIX:
        folder = tmp_path / f"kørsel-{system}"
        if system == SIX[5]:
            [folder] = (tmp_path / STANDING / system).iterdir()
        wanted = sorted(f"/p/{system}-{how}-{number}" for how in ("sti", "port", "begge") for number in range(5))
        assert sorted(each.path for each in exchanges(folder)) == wanted


def test_a_port_that_is_taken_is_told_by_its_number(tmp_path: Path) -> None:
    async def test() -> None:
        async with hub_in(tmp_path / "en") as hub:
            taken = urlsplit(hub.address_of("novax")).port or 0
            other = Hub(tmp_path / "to", SIX, lambda: [Watched()], frozenset())
            with pytest.raises(EnvironmentFault, match=rf"^Porten {taken} til xmo kan ikke bruges: "):
                await other.start("127.0.0.1", 0, own_ports={"xmo": taken})
            await other.stop()

    run(test)


def test_a_named_certificate_agrees_with_path_and_port_and_its_facts_are_in_the_log(tmp_path: Path) -> None:
    clients, folder = trustme.CA(), tmp_path / "tls"
    new_authority(folder, ("127.0.0.1",))
    clients.cert_pem.write_to_path(folder / "klienter.pem")
    own = clients.issue_cert("novax.test", common_name="Novax i Ærø")
    named = read_certificate(ssl.PEM_cert_to_DER_cert(own.cert_chain_pems[0].bytes().decode()))
    trusting = client_context(folder / AUTHORITY)
    own.configure_cert(trusting)
    soap = {"content-type": "text/xml; charset=utf-8", "soapaction": '"urn:ihe:iti:2007:RegistryStoredQuery"'}

    async def test() -> None:
        tls = server_context(folder, folder / "klienter.pem")
        async with hub_in(tmp_path / "r", tls, {"novax": named.fingerprint}) as hub:
            await begin(hub, "novax")
            port = urlsplit(hub._address).port
            async with httpx.AsyncClient(verify=trusting) as client:
                right = await client.post(f"{hub.address_of('novax')}/plsp/soegning", json={"patient": "2512489996"})
                assert right.status_code == 200
                described = await client.get(f"https://127.0.0.1:{port}/novax/dds/iti18?wsdl")
                assert f'location="https://127.0.0.1:{port}/novax/dds/iti18"' in described.text
                wrong = await client.post(f"https://127.0.0.1:{port}/xmo/dds/iti18", content=b"<hemmeligt/>", headers=soap)
                assert (wrong.status_code, "Klientcertifikatet hører til novax" in wrong.text) == (500, True)
                by_port = await client.post(f"{hub.address_of('xmo')}/plsp/soegning", json={"patient": "2512489996"})
                assert (by_port.status_code, by_port.text) == (403, "Klientcertifikatet hører til novax, men adressen til xmo.")
            await asyncio.gather(*hub._noting)
            assert [(each.method, each.path, each.kind) for each in hub.arrivals("novax")] == [
                ("GET", "/novax/dds/iti18", ""),
                ("POST", "/plsp/soegning", "JSON"),
            ]
            assert hub.arrivals("xmo") == ()
            assert [each.path for each in hub.state().unknown] == ["/plsp/soegning", "/xmo/dds/iti18"]

    run(test)
    log = tmp_path / "r" / "kørsel-novax"
    [exchange] = exchanges(log)
    assert {exchange.facts[name] for name in named.facts} == set(named.facts.values())
    observed = [entry.event.text for entry in read_log(log / LOG_NAME) if isinstance(entry.event, Observed)]
    assert observed == ["WSDL'en for /dds/iti18 blev hentet."]
    listed = (tmp_path / "r" / UNKNOWN_FILE).read_text("utf-8")
    assert [json.loads(line)["certificate"] for line in listed.splitlines()] == [named.subject] * 2
    assert "hemmeligt" not in listed
    assert not (tmp_path / "r" / STANDING / "xmo").exists()
