"""What a real service is to answer: passed on and back unchanged, written down before and after, and never answered twice."""

from __future__ import annotations

import asyncio
import gzip
import shutil
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme
from over_tcp import run

from harness.domain.event import Event, Exchanged, ForeignCpr, Forwarded, Observed
from harness.domain.exchange import Request, Response
from harness.domain.seat import Seat, Seating
from harness.house import find_house
from harness.hub.http import HttpDoor
from harness.hub.relay import Relay, passed_on
from harness.hub.run import CUT_OFF, LiveRun, Place
from harness.hub.tls import CHAIN, KEY, server_context
from harness.record.log import LOG_NAME, read_log
from harness.runner.mock import services
from harness.runner.seats.problems import seat_problems, seat_trouble
from harness.services.document_sharing import DocumentSharing
from harness.services.relayed import facts_of
from harness.services.service import Context
from harness.standards.xds.build import registry_response
from harness.standards.xds.metadata import RegistryError
from harness.suite.patients import allowed_cprs

ITI_41 = (Path(__file__).parent.parent / "examples" / "iti41_haandskrevet.xml").read_bytes()
SOAP = (("content-type", "text/xml; charset=utf-8"), ("soapaction", '"urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b"'))
SUBMISSION = Request("POST", "/dros/iti41", SOAP, ITI_41)
TAKEN = registry_response()


class Real:
    """A real service: what it was sent, byte for byte, and how it answers. `waits`: it says nothing before `answers` is set."""

    def __init__(self) -> None:
        self.came: list[bytes] = []
        self.head = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nX-Own: 1\r\nConnection: close, X-Hop\r\nX-Hop: 2\r\n"
        self.body = TAKEN
        self.answers = asyncio.Event()
        self.answers.set()
        self.asked = asyncio.Event()
        self.serving: set[asyncio.Task[None] | None] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.serving.add(asyncio.current_task())
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
        )
        self.came.append(head + await reader.readexactly(length))
        self.asked.set()
        await self.answers.wait()
        with suppress(ConnectionError):  # who gave up has left
            writer.write(self.head + f"Content-Length: {len(self.body)}\r\n\r\n".encode() + self.body)
            await writer.drain()
        writer.close()


@asynccontextmanager
async def real() -> AsyncIterator[tuple[Real, Seating]]:
    service = Real()
    server = await asyncio.start_server(service.serve, "127.0.0.1", 0)
    try:
        yield service, Seating(Seat.RELAY, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/under/dros")
    finally:
        service.answers.set()
        await asyncio.gather(*filter(None, service.serving))
        server.close()
        await server.wait_closed()


def place(folder: Path, seating: Seating, *, resume: bool = False) -> Place:
    folder.mkdir(exist_ok=True)
    return Place(folder, allowed_cprs(find_house()), resume=resume, seats={"dros": seating, "dds": seating})


def events(folder: Path) -> list[Event]:
    return [entry.event for entry in read_log(folder / LOG_NAME)]


def test_request_and_answer_go_unchanged_and_stand_in_the_log_as_one_exchange(tmp_path: Path) -> None:
    async def test() -> None:
        async with real() as (service, seating):
            packed = gzip.compress(TAKEN)
            service.head += b"Content-Encoding: gzip\r\n"
            service.body = packed
            opened = await LiveRun.open(place(tmp_path / "k", seating), services)
            sent = replace(
                SUBMISSION, query="a=%C3%A6", headers=(*SOAP, ("x-sag", "ø"), ("te", "x"), ("host", "hub"), ("expect", "x"))
            )
            answer = await opened.receive("lps", sent)
            await opened.close()
            head, _, body = service.came[0].partition(b"\r\n\r\n")
            first, *headers = head.split(b"\r\n")
            assert (first, body) == (b"POST /under/dros/iti41?a=%C3%A6 HTTP/1.1", ITI_41)
            own = seating.address.split("/")[2].encode()
            assert {line.lower() for line in headers} == {
                *(f"{name}: {value}".lower().encode("latin-1") for name, value in (*SOAP, ("x-sag", "ø"))),
                b"host: " + own,
                b"content-length: %d" % len(ITI_41),
            }
            assert answer == Response(200, packed, (("content-type", "text/xml"), ("x-own", "1"), ("content-encoding", "gzip")))

    run(test)
    forwarded, exchanged = events(tmp_path / "k")
    assert isinstance(forwarded, Forwarded)
    assert isinstance(exchanged, Exchanged)
    assert (exchanged.exchange, exchanged.sender, exchanged.seat) == (forwarded.exchange, "lps", "gennemstilling")
    assert (exchanged.request, exchanged.at) == (forwarded.request, forwarded.at)
    assert exchanged.answered > exchanged.at
    assert exchanged.facts["taken"] == "ja"


def test_other_messages_have_their_turn_while_the_real_service_thinks(tmp_path: Path) -> None:
    async def test() -> None:
        async with real() as (service, seating):
            service.answers.clear()
            opened = await LiveRun.open(place(tmp_path / "k", seating), services)
            slow = asyncio.create_task(opened.receive("lps", SUBMISSION))
            await service.asked.wait()
            assert isinstance(await opened.receive("lps", Request("GET", "/plsp/intet")), Response)
            closing = asyncio.create_task(opened.close())
            service.answers.set()
            assert (await slow).status == 200
            await closing

    run(test)
    assert [(type(each), each.exchange) for each in events(tmp_path / "k") if isinstance(each, Forwarded | Exchanged)] == [
        (Forwarded, "b1"),
        (Exchanged, "b2"),
        (Exchanged, "b1"),
    ]


def test_a_hub_killed_between_knows_what_was_under_way_and_that_nobody_knows_what_came_of_it(tmp_path: Path) -> None:
    async def test() -> None:
        async with real() as (service, seating):
            service.answers.clear()
            opened = await LiveRun.open(place(tmp_path / "k", seating), services)
            slow = asyncio.create_task(opened.receive("lps", SUBMISSION))
            await service.asked.wait()
            shutil.copytree(tmp_path / "k", tmp_path / "efter")
            service.answers.set()
            await slow
            await opened.close()
            for _ in range(2):  # the second finds nothing left to close
                again = await LiveRun.open(place(tmp_path / "efter", seating, resume=True), services)
                await again.receive("lps", SUBMISSION)
                await again.close()

    run(test)
    told = [each for each in events(tmp_path / "efter") if isinstance(each, Exchanged)]
    assert [(each.exchange, each.answer, each.facts.get("unreached", "")) for each in told] == [
        ("b1", "intet svar", CUT_OFF),
        ("b2", "svar", ""),
        ("b3", "svar", ""),
    ]
    assert (told[0].request, told[0].facts["patient"]) == (told[1].request, told[1].facts["patient"])


@pytest.mark.parametrize(
    ("request_", "kind"),
    [
        (SUBMISSION, "text/xml"),
        (replace(SUBMISSION, headers=(("content-type", "application/json"),)), "application/json"),
    ],
)
def test_a_service_that_cannot_be_reached_is_answered_for(tmp_path: Path, request_: Request, kind: str) -> None:
    async def test() -> None:
        opened = await LiveRun.open(place(tmp_path / "k", Seating(Seat.RELAY, "http://127.0.0.1:9/x")), services)
        answer = await opened.receive("lps", request_)
        assert isinstance(answer, Response)
        assert (answer.status, answer.header("content-type").partition(";")[0]) == (502, kind)
        assert "http://127.0.0.1:9/x kunne ikke" in answer.body.decode()
        await opened.close()

    run(test)
    [exchanged] = [each for each in events(tmp_path / "k") if isinstance(each, Exchanged)]
    assert exchanged.status == 502
    assert exchanged.facts["unreached"].startswith("Den rigtige løsning på http://127.0.0.1:9/x kunne ikke nås (ConnectError")
    assert not {"taken", "refused"} & exchanged.facts.keys()


def test_a_service_that_does_not_answer_in_time_is_answered_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.hub.relay.ANSWER_SECONDS", 0.3)

    async def test() -> None:
        async with real() as (service, seating):
            service.answers.clear()
            opened = await LiveRun.open(place(tmp_path / "k", seating), services)
            answer = await opened.receive("lps", SUBMISSION)
            assert isinstance(answer, Response)
            assert answer.status == 504
            await opened.close()

    run(test)


def test_a_foreign_number_never_reaches_the_real_service(tmp_path: Path) -> None:
    async def test() -> None:
        async with real() as (service, seating):
            opened = await LiveRun.open(place(tmp_path / "k", seating), services)
            answer = await opened.receive("lps", replace(SUBMISSION, body=ITI_41.replace(b"1502829995", b"0101010101")))
            assert isinstance(answer, Response)
            assert (answer.status, service.came) == (403, [])
            await opened.close()

    run(test)
    assert {type(each) for each in events(tmp_path / "k")} >= {ForeignCpr}
    assert not [each for each in events(tmp_path / "k") if isinstance(each, Forwarded | Exchanged)]


def test_a_path_cannot_lead_out_of_the_address(tmp_path: Path) -> None:
    async def test() -> None:
        async with real() as (service, seating):
            for path in ("/dros/../hemmelig", "/dros/a/%2e%2E/b"):
                answer, why = await Relay().forward(seating, replace(SUBMISSION, path=path))
                assert (answer.status, service.came) == (502, [])
                assert "fører ud af adressen" in why

    run(test)


def test_what_the_lps_sends_to_a_seat_that_is_read_back_is_turned_away(tmp_path: Path) -> None:
    async def test() -> None:
        opened = await LiveRun.open(place(tmp_path / "k", Seating(Seat.READ_BACK, "http://127.0.0.1:9/x")), services)
        answer = await opened.receive("lps", SUBMISSION)
        assert isinstance(answer, Response)
        assert answer.status == 404
        await opened.close()

    run(test)
    [observed] = events(tmp_path / "k")
    assert isinstance(observed, Observed)
    assert observed.text == (
        "En besked til /dros/iti41 blev afvist. Harnesset spiller ikke dros for dette system: "
        "pladsen er sat til aflæsning (http://127.0.0.1:9/x)."
    )


def test_the_facts_are_the_simulators_and_the_answer_is_the_real_ones() -> None:
    context = Context(datetime.now(UTC), lambda: "id")
    DocumentSharing().handle(SUBMISSION, context)
    taken = facts_of(SUBMISSION, Response(200, TAKEN, (("content-type", "text/xml"),)))
    same = context.facts.keys() - {"entry"}
    assert {name: taken[name] for name in same} == {name: context.facts[name] for name in same}
    busy = registry_response([RegistryError("XDSRepositoryBusy", "Vent")])
    refused = facts_of(SUBMISSION, Response(200, busy, (("content-type", "text/xml"),)))
    assert refused == {name: value for name, value in taken.items() if name not in ("taken", "entry")} | {
        "refused": "XDSRepositoryBusy: Vent"
    }
    page = facts_of(SUBMISSION, Response(503, b"<html>nede</html>", (("content-type", "text/html"),)))
    assert page["refused"].startswith("HTTP 503: ")
    assert "refused" not in facts_of(replace(SUBMISSION, method="GET", query="wsdl"), Response(200, b"<wsdl/>"))


def test_what_belongs_to_one_connection_stays_there() -> None:
    headers = (("connection", "keep-alive, X-Mine"), ("x-mine", "1"), ("keep-alive", "5"), ("upgrade", "h2c"), ("x-other", "2"))
    assert passed_on(headers, frozenset()) == (("x-other", "2"),)


def test_a_real_service_that_wants_a_client_certificate_gets_the_harnesss_own(tmp_path: Path) -> None:
    ca = trustme.CA()
    server, own = ca.issue_cert("127.0.0.1"), ca.issue_cert("harness.test")
    ca.cert_pem.write_to_path(tmp_path / "ca.pem")
    server.private_key_pem.write_to_path(tmp_path / KEY)
    server.cert_chain_pems[0].write_to_path(tmp_path / CHAIN)
    own.private_key_pem.write_to_path(tmp_path / "own.key")
    own.cert_chain_pems[0].write_to_path(tmp_path / "own.pem")

    async def answer(request: Request) -> Response:
        return Response(200, request.path.encode())

    async def test() -> None:
        context = server_context(tmp_path)
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(tmp_path / "ca.pem")
        door = HttpDoor(answer, frozenset())
        address = f"https://127.0.0.1:{await door.start('127.0.0.1', 0, context)}/d"
        without = Seating(Seat.RELAY, address, tmp_path / "ca.pem")
        with_it = replace(without, certificate=tmp_path / "own.pem", key=tmp_path / "own.key")
        relay = Relay()
        assert (await relay.forward(with_it, replace(SUBMISSION, path="/dros/x")))[0].body == b"/d/x"
        assert (await relay.forward(without, SUBMISSION))[0].status == 502
        await relay.close()
        assert await asyncio.to_thread(seat_trouble, "dros", with_it) is None
        wanted = await asyncio.to_thread(seat_trouble, "dros", without)
        assert wanted is not None
        assert (wanted.what, wanted.found) == ("pladser.dros.klientcertifikat", f"ingenting, og {address} kræver et")
        unknown = await asyncio.to_thread(seat_trouble, "dros", replace(with_it, ca=None))
        assert unknown is not None
        assert unknown.what == "pladser.dros.ca"
        await door.stop()
        gone = await asyncio.to_thread(seat_trouble, "dros", with_it)
        assert gone is not None
        assert gone.what == "pladser.dros.adresse"
        assert seat_problems({"dros": with_it, "dds": with_it}, "direkte") == []

    run(test)
