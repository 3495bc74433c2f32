"""The world and its door: one message at a time, what services want sent is sent afterwards, and all of it can be replayed."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from open_world import CLOCK_START, ELMER, FIRST, OpenWorld, edition, handed_in, submitted

from harness.domain.clock import VirtualClock
from harness.domain.errors import BadInput
from harness.domain.event import Event, Exchanged, Ordered, Settled
from harness.domain.exchange import Answer, Exchange, Failure, Late, NoAnswer, Request, Response
from harness.services.document_sharing import DocumentSharing
from harness.services.door import HOST, MockDoor
from harness.services.plsp import Plsp
from harness.services.service import Context, Delivery, Order, Service
from harness.services.world import MAX_BODY, fresh_ids
from harness.standards.cda.build import build_cpd
from harness.standards.xds import codes


@pytest.fixture
def world(tmp_path: Path) -> Iterator[OpenWorld]:
    with OpenWorld(tmp_path) as world:
        yield world


@pytest.mark.parametrize("path", ["/minlæge/planer", "/", "", "plsp/soegning", "//plsp", "/PLSP/soegning"])
def test_an_unknown_entrance_is_answered_and_noticed(world: OpenWorld, path: str) -> None:
    answer = world.post(path, b"{}")
    assert answer.status == 404
    assert answer.body.decode() == f"Her er ingen tjeneste på stien {path}."
    assert world.observations == [f"Der kom en besked til {path}, hvor der ikke er nogen tjeneste."]
    assert world.evidence == {}
    assert world.hand_in(FIRST).status == 201


@pytest.mark.parametrize("size", [MAX_BODY + 1, 2 * MAX_BODY])
def test_a_message_over_the_limit_is_refused_and_not_stored(world: OpenWorld, size: int) -> None:
    answer = world.post("/plsp/forloebsplaner", bytes(size))
    assert answer.status == 413
    assert "Beskeden er for stor" in answer.body.decode()
    assert world.observations == [
        f"En for stor besked til /plsp/forloebsplaner blev afvist ({size} bytes; grænsen er 100000000)."
    ]
    assert world.evidence == {}
    assert world.exchanges == []
    assert world.hand_in(FIRST).status == 201
    assert [event.exchange for event in world.events if isinstance(event, Exchanged)] == ["b1"]


def test_a_foreign_patient_is_refused_before_the_service_hears_of_it(world: OpenWorld) -> None:
    foreign = "3203921234"  # begins with no date: nobody's number
    answer = world.post("/plsp/soegning", f'{{"patient": "{foreign}"}}'.encode())
    assert answer.status == 403
    assert foreign not in answer.body.decode()
    assert world.exchanges == []
    assert world.evidence == {}


def test_an_exchange_is_recorded_as_it_was_handled(world: OpenWorld) -> None:
    answer = world.hand_in(FIRST)
    [exchange] = world.exchanges
    assert (exchange.id, exchange.sender, exchange.service, exchange.at) == ("b1", "lps", "plsp", CLOCK_START)
    assert exchange.answer == answer
    assert exchange.facts["patient"] == str(ELMER.cpr)
    assert len(exchange.ids) == 3
    assert all(uuid.UUID(each).version == 4 for each in exchange.ids)


@dataclass(slots=True)
class Sender:
    """A service that sends on what it gets, and notes what becomes of it."""

    name: str = "afsender"
    entrances: tuple[str, ...] = ("afsender",)
    log: list[Any] = field(default_factory=list)

    def handle(self, request: Request, context: Context) -> Answer:
        self.log.append("taget imod")
        for number, after in enumerate((0.0, 30.0, 0.0)):
            context.deliver(Delivery(f"d{number}", Request("POST", f"/modtager/{number}", body=request.body), after))
        return Response(202)

    def order(self, order: Order, context: Context) -> dict[str, Any]:
        context.observe(f"ordren {order.name}")
        context.deliver(Delivery("ordre", Request("POST", "/modtager/ordre")))
        return order.arguments

    def settle(self, delivery: Delivery, answer: Response | Failure, context: Context) -> None:
        self.log.append((delivery.key, answer, context.now, context.sender))
        if delivery.key == "d0":
            context.observe("d0 er afgjort")
            context.deliver(Delivery("igen", Request("POST", "/modtager/igen"), 60))


@dataclass(slots=True)
class Receiver:
    """A service that answers what it is told to, in turn."""

    answers: list[Answer]
    name: str = "modtager"
    entrances: tuple[str, ...] = ("modtager",)
    heard: list[tuple[str, str]] = field(default_factory=list)

    def handle(self, request: Request, context: Context) -> Answer:
        self.heard.append((context.sender, request.path))
        return self.answers.pop(0)

    def order(self, order: Order, _context: Context) -> dict[str, Any]:
        raise KeyError(order.name)

    def settle(self, *_: object) -> None:
        raise AssertionError


OK, SLOW = Response(200, b"ok"), Late(Response(200, b"sent"), 500.0)


def test_deliveries_are_sent_after_the_turn_and_their_answers_learnt(tmp_path: Path) -> None:
    sender, receiver = Sender(), Receiver([OK, NoAnswer(), SLOW, OK])
    with OpenWorld(tmp_path, services=(sender, receiver)) as world:
        assert world.post("/afsender", b"x").status == 202
        assert receiver.heard == []
        world.clock.run_due()
        assert receiver.heard == [("afsender", "/modtager/0"), ("afsender", "/modtager/2")]
        world.wait(100)
        assert [key for key, *_ in sender.log[1:]] == ["d0", "d2", "d1", "igen"]
        outcomes = {key: (answer, (now - CLOCK_START).total_seconds(), who) for key, answer, now, who in sender.log[1:]}
        assert outcomes == {
            "d0": (OK, 0, "afsender"),
            "d2": (Failure("modtageren svarede ikke"), 0, "afsender"),
            "d1": (SLOW.response, 30, "afsender"),
            "igen": (OK, 60, "afsender"),
        }
        assert world.observations == ["d0 er afgjort"]
        assert [exchange.sender for exchange in world.exchanges] == ["lps", *["afsender"] * 4]


def test_an_order_is_obeyed_and_what_it_leaves_is_carried_out(tmp_path: Path) -> None:
    sender, receiver = Sender(), Receiver([OK])
    with OpenWorld(tmp_path, services=(sender, receiver)) as world:
        assert world.world.order("afsender", Order("gør noget", {"a": 1})) == {"a": 1}
        assert world.observations == ["ordren gør noget"]
        world.clock.run_due()
        assert sender.log == [("ordre", OK, CLOCK_START, "afsender")]
        with pytest.raises(KeyError):
            world.world.order("modtager", Order("gør noget"))
        with pytest.raises(KeyError):
            world.world.order("findes ikke", Order("gør noget"))


def test_the_same_seed_gives_the_same_ids() -> None:
    first, again, other = fresh_ids("a"), fresh_ids("a"), fresh_ids("b")
    ids = [first() for _ in range(50)]
    assert ids == [again() for _ in range(50)]
    assert not set(ids) & {other() for _ in range(50)}
    assert len(set(ids)) == 50


def everything(world: OpenWorld) -> None:
    """Editions by both ways in, busy receivers, a withdrawal, readings and mistakes."""
    world.hand_in(FIRST)
    world.wait(0)
    world.order("dokumentdeling", "optaget")
    world.hand_in(edition(2))
    world.wait(130)
    world.order("dokumentdeling", "normal")
    world.wait(70)
    world.hand_in(edition(2))
    world.hand_in(edition(1, document_id="6f7b1c1e-3e0b-4b0e-9c3a-0c1f6c6d0009"))
    world.post("/plsp/forloebsplaner", b"[")
    world.share(submitted(edition(3, set_id="6f7b1c1e-3e0b-4b0e-9c3a-0c1f6c6d00fe")))
    world.share(b"<a/>")
    world.post("/plsp/tilbagetraekning", f'{{"patient": "{ELMER.cpr}", "setId": "{FIRST.set_id}"}}'.encode())
    world.wait(10)
    world.held()
    world.shared()


def test_the_same_seed_gives_the_same_run(tmp_path: Path) -> None:
    runs = []
    for number, seed in enumerate(("a", "a", "b")):
        (tmp_path / str(number)).mkdir()
        with OpenWorld(tmp_path / str(number), seed) as world:
            everything(world)
            runs.append([(each.request, each.answer, each.ids, each.at, each.facts) for each in world.exchanges])
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


# What was recorded, replayed


@pytest.fixture
def again(tmp_path: Path) -> Iterator[OpenWorld]:
    """A fresh world with a log of its own."""
    with OpenWorld(_made(tmp_path / "igen"), "igen") as again:
        yield again


def lived(world: OpenWorld) -> list[tuple[Plsp, DocumentSharing, datetime]]:
    """Everything, and both services and the moment after each thing that changed them."""
    moments = []
    write = world.log.append

    def append(event: Event) -> int:
        if isinstance(event, Exchanged | Ordered | Settled):
            moments.append((*deepcopy((world.plsp, world.sharing)), world.clock.now()))
        return write(event)

    world.log.append = append  # type: ignore[method-assign]
    everything(world)
    assert len(moments) == len(world.happened)
    return moments


def test_replaying_what_was_recorded_rebuilds_the_same_state_and_records_nothing(world: OpenWorld, again: OpenWorld) -> None:
    everything(world)
    again.world.replay(world.happened)
    assert again.plsp == world.plsp
    assert again.sharing == world.sharing
    assert again.events == []
    assert again.evidence == {}
    assert [plan["registrering"] for plan in again.held()] == ["registreret", "registreret"]
    assert [exchange.id for exchange in again.exchanges] == [f"b{len(world.exchanges) + 1}"]


def test_wherever_a_run_is_cut_its_services_are_what_they_were(world: OpenWorld, tmp_path: Path) -> None:
    """Between a delivery's answer and what its sender made of it, they are what they were just after."""
    moments = lived(world)
    recorded = world.happened
    settled = 0
    for cut in range(1, len(recorded) + 1):
        with OpenWorld(_made(tmp_path / str(cut)), str(cut)) as again:
            again.clock.moment = moments[cut - 1][2]
            again.world.replay(recorded[:cut])
            last = recorded[cut - 1]
            half = isinstance(last, Exchange) and last.delivery != 0
            assert (again.plsp, again.sharing) == moments[cut if half else cut - 1][:2]
            assert again.happened == ([recorded[cut]] if half else [])
            settled += half
    assert settled > 3


def test_a_run_that_is_cut_again_and_again_is_replayed_from_everything_it_recorded(tmp_path: Path) -> None:
    """Each life goes on with the numbers of the one before: messages and deliveries have theirs once."""
    recorded: list[Exchange | Ordered | Settled] = []
    for life in range(4):
        with OpenWorld(_made(tmp_path / f"liv{life}"), f"liv {life}") as again:
            again.clock.moment = CLOCK_START + timedelta(seconds=100 * life)
            again.world.replay(recorded)
            again.order("dokumentdeling", "optaget" if life % 2 else "normal")
            again.hand_in(edition(life + 1))
            again.wait(70)
            held, plsp, sharing = again.held(), again.plsp, again.sharing
            recorded += again.happened
        with OpenWorld(_made(tmp_path / f"alt{life}"), f"alt {life}") as whole:
            whole.clock.moment = CLOCK_START + timedelta(seconds=100 * life + 70)
            whole.world.replay(recorded)
            assert (whole.plsp, whole.sharing) == (plsp, sharing)
    assert [plan["registrering"] for plan in held] == ["registreret", "registreret", "registreret", "venter"]
    exchanges = [each.id for each in recorded if isinstance(each, Exchange)]
    assert exchanges == [f"b{number + 1}" for number in range(len(exchanges))]
    deliveries = [each.delivery for each in recorded if isinstance(each, Settled)]
    assert deliveries == sorted(set(deliveries))


def test_numbers_go_on_also_where_a_message_was_never_recorded(world: OpenWorld, again: OpenWorld) -> None:
    """A full disk can leave a hole."""
    for _ in range(3):
        world.held()
    first, _, third = world.happened
    again.world.replay([first, third])
    again.held()
    assert [exchange.id for exchange in again.exchanges] == ["b4"]


def sending(folder: Path, seconds: float) -> list[Exchange | Ordered | Settled]:
    """What is recorded of a message to a Sender and the `seconds` after it."""
    with OpenWorld(folder, services=(Sender(), Receiver([OK] * 9))) as world:
        world.post("/afsender", b"x")
        world.wait(seconds)
        return world.happened


@pytest.mark.parametrize(
    ("dead", "sent"),
    [
        (0, {"/modtager/1": 30, "/modtager/igen": 60}),
        (19, {"/modtager/1": 30, "/modtager/igen": 60}),
        (25, {"/modtager/1": 35, "/modtager/igen": 60}),
        (3600, {"/modtager/1": 3610, "/modtager/igen": 3610}),
    ],
)
def test_what_was_still_to_be_sent_is_sent_when_due_or_at_once(tmp_path: Path, dead: float, sent: dict[str, float]) -> None:
    recorded = sending(_made(tmp_path / "før"), 10)
    with OpenWorld(_made(tmp_path / "efter"), services=(Sender(), Receiver([OK] * 9))) as again:
        again.clock.moment = CLOCK_START + timedelta(seconds=10 + dead)
        again.world.replay(recorded)
        again.wait(200)
        assert {each.request.path: (each.at - CLOCK_START).total_seconds() for each in again.exchanges} == sent


def test_an_answer_its_sender_had_not_learnt_is_learnt_and_not_asked_for_again(tmp_path: Path) -> None:
    recorded = sending(_made(tmp_path / "før"), 0)
    first = next(number for number, each in enumerate(recorded) if isinstance(each, Settled))
    sender, receiver = Sender(), Receiver([OK] * 9)
    with OpenWorld(_made(tmp_path / "efter"), services=(sender, receiver)) as again:
        again.clock.moment = CLOCK_START + timedelta(seconds=5)
        again.world.replay(recorded[:first])
        assert sender.log[1:] == [("d0", OK, CLOCK_START + timedelta(seconds=5), "afsender")]
        assert again.observations == ["d0 er afgjort"]
        [settled] = again.happened
        assert isinstance(settled, Settled)
        assert (settled.delivery, settled.exchange) == (1, "b2")
        again.wait(500)
        assert [path for _, path in receiver.heard].count("/modtager/0") == 1
        assert sorted(path for _, path in receiver.heard) == [f"/modtager/{what}" for what in ("0", "1", "2", "igen")]


def test_a_delivery_that_was_refused_is_a_failure_again(tmp_path: Path) -> None:
    with OpenWorld(_made(tmp_path / "før"), services=(Sender(),)) as world:
        world.post("/afsender", b"x")
        world.wait(0)
        recorded = world.happened
    failures = [each for each in recorded if isinstance(each, Settled)]
    assert [each.failure for each in failures] == ["beskeden blev afvist, før den nåede modtageren"] * 2
    sender = Sender()
    with OpenWorld(_made(tmp_path / "efter"), services=(sender,)) as again:
        again.world.replay(recorded)
    assert [(key, answer) for key, answer, *_ in sender.log[1:]] == [
        (key, Failure("beskeden blev afvist, før den nåede modtageren")) for key in ("d0", "d2")
    ]


@pytest.mark.parametrize(
    "now",
    [Response(201, b"ok"), NoAnswer(), Late(OK, 5.0)],
    ids=["status", "none", "late"],
)
def test_services_that_answer_otherwise_today_do_not_go_on_with_the_run(tmp_path: Path, now: Answer) -> None:
    with OpenWorld(_made(tmp_path / "før"), services=(Receiver([OK, OK]),)) as world:
        world.post("/modtager", b"1")
        world.post("/modtager", b"2")
        recorded = world.happened
    with OpenWorld(_made(tmp_path / "efter"), services=(Receiver([OK, now]),)) as again:
        with pytest.raises(BadInput, match=r"^modtager svarer i dag anderledes på besked b2, end den gjorde$"):
            again.world.replay(recorded)
        assert again.events == []


def test_headers_and_words_may_differ_since_secrets_in_them_are_not_recorded(tmp_path: Path) -> None:
    then, now = (replace(OK, body=value.encode(), headers=(("set-cookie", value),)) for value in ("a=1", "a=2"))
    with OpenWorld(_made(tmp_path / "før"), services=(Receiver([then]),)) as world:
        world.post("/modtager", b"1")
        recorded = world.happened
    with OpenWorld(_made(tmp_path / "efter"), services=(Receiver([now]),)) as again:
        again.world.replay(recorded)


def test_services_that_use_more_ids_today_do_not_go_on_with_the_run(world: OpenWorld, again: OpenWorld) -> None:
    world.hand_in(FIRST)
    [exchange] = world.happened
    assert isinstance(exchange, Exchange)
    with pytest.raises(BadInput, match=r"^lps bruger i dag flere id'er, end den gjorde$"):
        again.world.replay([replace(exchange, ids=exchange.ids[:-1])])


@pytest.mark.parametrize(
    ("services", "order", "gone"),
    [
        ((Receiver([OK] * 9),), "gør noget", "afsender"),
        ((Sender(name="anden"), Receiver([OK] * 9)), "gør noget", "afsender"),
        ((Sender(), Receiver([OK] * 9)), "gør noget nyt", "gør noget"),
        ((Plsp(name="afsender"), Receiver([OK] * 9)), "gør noget", "gør noget"),
    ],
    ids=["no service", "other name", "other delivery", "no such order"],
)
def test_services_that_know_less_today_do_not_go_on_with_the_run(
    tmp_path: Path, services: tuple[Service, ...], order: str, gone: str
) -> None:
    with OpenWorld(_made(tmp_path / "før"), services=(Sender(), Receiver([OK] * 9))) as world:
        world.world.order("afsender", Order("gør noget"))
        world.wait(0)
        recorded = world.happened
    if order != "gør noget":
        recorded, gone = recorded[1:], "levering 1"
    with (
        OpenWorld(_made(tmp_path / "efter"), services=services) as again,
        pytest.raises(BadInput, match=rf"^tjenesterne kender i dag ikke '{gone}', som de gjorde$"),
    ):
        again.world.replay(recorded)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


# The door


class DoorTo:
    """A door to one service that gives one answer."""

    def __init__(self, folder: Path, answer: Answer) -> None:
        self.receiver = Receiver([answer])
        self.open = OpenWorld(folder, services=(self.receiver,))
        self.clock = VirtualClock()
        self.door = MockDoor(self.open.world, self.clock, "lps", "novax")
        self.client = httpx.Client(transport=httpx.MockTransport(self.door), base_url=self.door.address)

    @property
    def passed(self) -> float:
        return (self.clock.now() - CLOCK_START).total_seconds()


def test_a_request_goes_in_and_its_answer_out(tmp_path: Path) -> None:
    door = DoorTo(tmp_path, Response(201, "æøå".encode(), (("content-type", "text/plain; charset=utf-8"), ("x-a", "1"))))
    with door.open:
        got = door.client.post("/modtager/plan?a=%C3%A6&b=1", content=b"krop", headers={"X-Test": "1"})
    assert (got.status_code, got.text, got.headers["x-a"]) == (201, "æøå", "1")
    [exchange] = door.open.exchanges
    request = exchange.request
    assert (request.method, request.path, request.query, request.body) == ("POST", "/modtager/plan", "a=%C3%A6&b=1", b"krop")
    assert request.header("x-test") == "1"
    assert all(name == name.lower() for name, _ in request.headers)
    assert door.door.address == f"http://{HOST}/novax"
    assert door.passed == 0


@pytest.mark.parametrize(("late", "patience"), [(5.0, 30.0), (30.0, 30.0), (29.0, None)])
def test_an_answer_within_the_clients_patience_comes_and_time_passes(tmp_path: Path, late: float, patience: float | None) -> None:
    door = DoorTo(tmp_path, Late(Response(200, b"sent"), late))
    with door.open:
        assert door.client.get("/modtager", timeout=patience).content == b"sent"
    assert door.passed == late


@pytest.mark.parametrize("answer", [Late(Response(200), 30.5), NoAnswer()], ids=["for sent", "intet"])
@pytest.mark.parametrize(("timeout", "patience"), [(20.0, 20.0), (httpx.Timeout(1.0, read=7.0), 7.0), (None, 30.0)])
def test_beyond_it_the_client_gives_up_and_the_time_is_gone(
    tmp_path: Path, answer: Answer, timeout: Any, patience: float
) -> None:
    door = DoorTo(tmp_path, answer)
    with door.open, pytest.raises(httpx.ReadTimeout, match=f"intet svar inden for {patience:g} sekunder") as gave_up:
        door.client.get("/modtager", timeout=timeout)
    assert gave_up.value.request.url.path == "/novax/modtager"
    assert door.passed == patience


def test_what_was_answered_too_late_was_handled_all_the_same(world: OpenWorld) -> None:
    world.order("plsp", "svarer for sent")
    door = MockDoor(world.world, world.clock, "lps", "novax")
    client = httpx.Client(transport=httpx.MockTransport(door), base_url=door.address)
    with pytest.raises(httpx.ReadTimeout):
        client.post("/plsp/forloebsplaner", content=handed_in(build_cpd(FIRST)), timeout=30)
    world.order("plsp", "normal")
    assert [plan["dokumentId"] for plan in world.held()] == [FIRST.document_id]


def test_a_soap_client_reaches_document_sharing(world: OpenWorld) -> None:
    door = MockDoor(world.world, world.clock, "lps", "novax")
    client = httpx.Client(transport=httpx.MockTransport(door), base_url=door.address)
    got = client.post("/dros/iti41", content=submitted(FIRST), headers={"SOAPAction": f'"{codes.ITI_41}"'})
    assert got.status_code == 200
    assert [held.document_id for held in world.shared()] == [FIRST.document_id]
    assert world.observations == []
