"""What a scenario can have go wrong between one system and its services; each kind, and the same after a replay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from open_world import CLOCK_START, ELMER, FIRST, OpenWorld, edition, submitted

from harness.domain.clock import VirtualClock
from harness.domain.errors import ConfigurationError
from harness.domain.exchange import Answer, Exchange, Failure, Late, NoAnswer, Request, Response
from harness.runner.mock import services
from harness.services.disturbance import DISTURBANCE
from harness.services.document_sharing import DocumentSharing
from harness.services.door import HOST, MockDoor
from harness.services.service import NETWORK, USUAL, Context, Delivery, Order
from harness.standards.soap import SOAP, SOAP_12

OK = Response(200, b"ok")
XML = (("content-type", "text/xml; charset=utf-8"),)


@dataclass(slots=True)
class Office:
    """Sends on each message it gets to the archive, and knows the time, what it got and what became of what it sent."""

    name: str = "kontor"
    entrances: tuple[str, ...] = ("kontor",)
    heard: list[tuple[str, str, datetime]] = field(default_factory=list)
    learnt: list[tuple[str, Response | Failure]] = field(default_factory=list)

    def handle(self, request: Request, context: Context) -> Answer:
        self.heard.append((context.sender, request.path, context.now))
        context.note(patient="Elmer", taken="ja")
        context.deliver(Delivery(request.path, Request("POST", request.path.replace("kontor", "arkiv"))))
        return OK

    def order(self, order: Order, _context: Context) -> dict[str, Any]:
        assert order == USUAL
        return {}

    def settle(self, delivery: Delivery, answer: Response | Failure, _context: Context) -> None:
        self.learnt.append((delivery.key, answer))


@dataclass(slots=True)
class Archive:
    """Writes down what it gets, in order."""

    name: str = "arkiv"
    entrances: tuple[str, ...] = ("arkiv",)
    heard: list[str] = field(default_factory=list)

    def handle(self, request: Request, _context: Context) -> Answer:
        self.heard.append(request.path)
        return OK

    def order(self, _order: Order, _context: Context) -> dict[str, Any]:
        return {}

    def settle(self, _delivery: Delivery, _answer: Response | Failure, _context: Context) -> None:
        raise AssertionError("it sends nothing")


class Town(OpenWorld):
    """An office and an archive."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.office, self.archive = Office(), Archive()
        super().__init__(folder, services=(self.office, self.archive))

    def disturb(self, service: str = "kontor", **arguments: Any) -> None:
        self.world.order(service, Order(DISTURBANCE, arguments))

    def write(self, name: str = "a", *headers: tuple[str, str]) -> Answer:
        return self.send(Request("POST", f"/kontor/{name}", headers, b"x"))

    def told(self, name: str) -> list[str]:
        """What the exchanges say of this fact."""
        return [each.facts.get(name, "") for each in self.exchanges]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with Town(tmp_path / "by") as town:
        yield town


@pytest.mark.parametrize(
    ("kind", "status", "begins"),
    [("optaget", 503, "Tjenesten er forstyrret"), ("http-500", 500, "Tjenesten er forstyrret"), ("soap-fejl", 500, "<?xml")],
)
def test_a_refused_message_is_not_taken_in_and_known_all_the_same(town: Town, kind: str, status: int, begins: str) -> None:
    town.disturb(slags=kind, antal=1)
    refused, taken = town.write(), town.write()
    assert isinstance(refused, Response)
    assert (refused.status, taken) == (status, OK)
    assert refused.body.decode().startswith(begins)
    assert (refused.header("retry-after") == "60") is (kind == "optaget")
    assert len(town.office.heard) == 1
    assert (town.told("disturbance"), town.told("patient"), town.told("taken")) == ([kind, ""], ["Elmer"] * 2, ["", "ja"])


@pytest.mark.parametrize(
    ("headers", "namespace"),
    [(XML, SOAP), ((("content-type", "application/soap+xml"),), SOAP_12), ((), SOAP)],
    ids=["1.1", "1.2", "unsaid"],
)
def test_a_soap_fault_is_in_the_senders_own_soap(town: Town, headers: tuple[tuple[str, str], ...], namespace: str) -> None:
    town.disturb(slags="soap-fejl")
    answer = town.write("a", *headers)
    assert isinstance(answer, Response)
    assert f"{{{namespace}}}" in f"{{{answer.body.decode().split('xmlns:soap=')[1][1:].split(chr(34))[0]}}}"


def test_what_was_said_last_holds(town: Town) -> None:
    town.disturb(slags="nedbrud")
    town.disturb(slags="optaget")
    town.disturb(slags="nedbrud")
    assert town.write() == NoAnswer()
    town.disturb(slags="forsinkelse", sekunder=3)
    assert town.write() == Late(OK, 3)


def test_in_an_outage_nobody_hears_anything(town: Town) -> None:
    town.disturb(slags="nedbrud")
    assert (town.write(), town.office.heard, town.told("patient")) == (NoAnswer(), [], [""])


def test_a_late_answer_is_late_by_so_much_also_through_the_mock_door(town: Town) -> None:
    town.disturb(slags="forsinkelse", sekunder=20)
    assert town.write() == Late(OK, 20)
    assert len(town.office.heard) == 1
    clock = VirtualClock()
    client = httpx.Client(transport=httpx.MockTransport(MockDoor(town.world, clock, "lps", "novax")))
    assert client.post(f"http://{HOST}/novax/kontor/a", timeout=30).status_code == 200
    assert clock.now() - CLOCK_START == timedelta(seconds=20)
    with pytest.raises(httpx.ReadTimeout):
        client.post(f"http://{HOST}/novax/kontor/a", timeout=10)


def test_the_network_hands_a_message_over_twice_and_nobody_takes_the_second_for_the_systems(town: Town) -> None:
    town.disturb(slags="dublet", antal=1)
    assert town.write() == OK
    assert [sender for sender, _, _ in town.office.heard] == ["lps", NETWORK]
    assert [each.sender for each in town.exchanges] == ["lps", NETWORK]
    town.write()
    assert len(town.office.heard) == 3


def test_a_services_own_clock_is_off_and_the_records_is_not(town: Town) -> None:
    town.disturb(slags="ur", sekunder=-3600)
    town.write()
    assert [at for _, _, at in town.office.heard] == [CLOCK_START - timedelta(hours=1)]
    assert {each.at for each in town.exchanges} == {CLOCK_START}
    town.wait(0)
    assert town.archive.heard == ["/arkiv/a"]


def test_what_a_service_sends_is_late_twice_in_another_order_or_lost(town: Town) -> None:
    town.disturb(slags="forsinkelse", retning="levering", sekunder=100, antal=1)
    town.write("sen")
    town.wait(50)
    assert town.archive.heard == []
    town.wait(50)
    assert town.archive.heard == ["/arkiv/sen"]
    town.disturb(slags="dublet", retning="levering", antal=1)
    town.write("to")
    town.wait(0)
    assert town.archive.heard[1:] == ["/arkiv/to", "/arkiv/to"]
    town.disturb(slags="ombytning", retning="levering", sekunder=10, antal=2)
    for name in ("1", "2", "3"):
        town.write(name)
    town.wait(10)
    assert town.archive.heard[3:] == ["/arkiv/2", "/arkiv/3", "/arkiv/1"]
    town.disturb(slags="nedbrud", retning="levering", antal=1)
    town.write("tabt")
    town.wait(0)
    assert town.archive.heard[6:] == []
    assert [key for key, _ in town.office.learnt] == [f"/kontor/{name}" for name in ("sen", "to", "2", "3", "1", "tabt")]
    assert town.office.learnt[-1][1] == Failure("modtageren svarede ikke")


@pytest.mark.parametrize(("kind", "status"), [("optaget", 503), ("http-500", 500), ("soap-fejl", 500)])
def test_a_service_hears_that_what_it_sent_was_refused(town: Town, kind: str, status: int) -> None:
    town.disturb(slags=kind, retning="levering")
    assert town.write() == OK
    town.wait(0)
    [(_, answer)] = town.office.learnt
    assert isinstance(answer, Response)
    assert (answer.status, town.archive.heard, town.told("disturbance")) == (status, [], ["", kind])


def test_a_path_narrows_it_and_other_services_senders_and_the_harness_notice_nothing(town: Town) -> None:
    town.disturb(slags="optaget", sti="/kontor/b")
    assert (town.write("a"), town.send(Request("POST", "/arkiv/a"))) == (OK, OK)
    assert town.world.receive("harness", Request("POST", "/kontor/b")) == OK
    answer = town.write("b")
    assert isinstance(answer, Response)
    assert answer.status == 503


def test_usual_ends_everything_and_an_order_takes_the_place_of_the_one_before(town: Town) -> None:
    town.disturb(slags="forsinkelse", sekunder=5)
    town.disturb(slags="forsinkelse", sekunder=9)
    town.disturb("arkiv", slags="optaget")
    town.disturb(slags="ur", sekunder=60)
    assert town.write() == Late(OK, 9)
    town.world.order("kontor", USUAL)
    assert town.write() == OK
    assert [at for _, _, at in town.office.heard] == [CLOCK_START + timedelta(seconds=60), CLOCK_START]
    assert town.send(Request("POST", "/arkiv/a")) != OK


def test_each_order_ends_only_what_it_is_about(town: Town) -> None:
    wrong = timedelta(seconds=60)
    town.disturb(slags="ur", sekunder=60)
    town.disturb(slags="forsinkelse", sekunder=9)
    town.disturb(slags="dublet", retning="levering")
    town.disturb(slags="ingen")
    assert town.write() == OK
    town.wait(0)
    assert len(town.archive.heard) == 2
    town.disturb(slags="ingen", retning="levering")
    town.write()
    town.wait(0)
    assert len(town.archive.heard) == 3
    town.disturb(slags="forsinkelse", sekunder=9)
    town.disturb(slags="ur", sekunder=0)
    assert town.write() == Late(OK, 9)
    assert [at - CLOCK_START for _, _, at in town.office.heard] == [wrong, wrong, timedelta()]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, "slags kan være ingen, ur, forsinkelse, optaget, http-500, soap-fejl, nedbrud, dublet, ombytning. Der står None."),
        ({"slags": "optaget", "retning": "ud"}, "retning kan være anmodning, levering. Der står ud."),
        ({"slags": "optaget", "sekunder": 3}, "Forstyrrelsen optaget har ingen sekunder. Der står 3."),
        ({"slags": "forsinkelse"}, "Forstyrrelsen forsinkelse skal have et antal sekunder. Der står 0.0."),
        ({"slags": "forsinkelse", "sekunder": -1}, "Forstyrrelsen forsinkelse skal have et antal sekunder. Der står -1."),
        ({"slags": "forsinkelse", "sekunder": "1"}, "Forstyrrelsen forsinkelse skal have et antal sekunder. Der står 1."),
        ({"slags": "optaget", "antal": 0}, "antal skal være et helt tal, mindst 1. Der står 0."),
        ({"slags": "ombytning", "sekunder": 3}, "En anmodning venter på sit svar og kan ikke byttes om. Brug retning levering."),
        ({"slags": "ur", "sekunder": 3, "antal": 1}, "Forstyrrelsen ur gælder hele tjenesten. Den har sekunder og ikke andet."),
        ({"slags": "ur"}, "Forstyrrelsen ur gælder hele tjenesten. Den har sekunder og ikke andet."),
        (
            {"slags": "ingen", "sti": "/a"},
            "Forstyrrelsen ingen gælder alle beskeder i sin retning. Den har hverken antal eller sti.",
        ),
        ({"slags": "optaget", "hvor": 1}, "En forstyrrelse har slags, retning, sekunder, antal og sti, ikke hvor."),
    ],
)
def test_what_is_not_understood_is_refused_and_not_logged(town: Town, arguments: Mapping[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{said}$".replace("(", r"\(")):
        town.disturb(**arguments)
    assert town.happened == []
    with pytest.raises(KeyError):
        town.disturb("ukendt", slags="optaget")


def test_wherever_a_disturbed_run_is_cut_it_goes_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    """Each prefix of the record is replayed; then the rest of the day goes as it would have gone."""

    def day(town: Town, begin: int) -> None:
        """What happens from event `begin` on, each a turn of its own."""
        acts = [
            lambda: town.disturb(slags="optaget", antal=2),
            lambda: town.disturb(slags="dublet", antal=2),
            lambda: town.disturb(slags="forsinkelse", sekunder=7, sti="/kontor/sen"),
            lambda: town.disturb(slags="ur", sekunder=99),
            lambda: town.disturb(slags="ombytning", retning="levering", sekunder=600, antal=3),
            lambda: town.disturb(slags="dublet", retning="levering", antal=3),
            *(lambda name=name: town.write(name) for name in ("a", "b", "sen", "d", "e", "sen2", "g")),
            lambda: town.world.order("kontor", USUAL),
            lambda: town.write("efter"),
        ]
        for act in acts[begin:]:
            act()

    with Town(tmp_path / "hel") as whole:
        day(whole, 0)
        recorded = whole.happened
        whole.wait(700)
    # The network's copies are turns of their own in the record, and no act of the day.
    acts_done = [
        sum(not (isinstance(each, Exchange) and each.sender == NETWORK) for each in recorded[:cut])
        for cut in range(len(recorded))
    ]
    assert len(recorded) == 17  # fifteen acts, two of which the network doubled
    for cut, done in enumerate(acts_done):
        following = recorded[cut]
        if isinstance(following, Exchange) and following.sender == NETWORK:
            continue  # cut off between the two: the network lost the second
        with Town(tmp_path / f"del{cut}") as again:
            again.world.replay(recorded[:cut])
            day(again, done)
            again.wait(700)
            assert again.office == whole.office
            assert again.archive == whole.archive


def test_every_service_can_be_disturbed_and_is_as_usual_again(tmp_path: Path) -> None:
    with OpenWorld(tmp_path, services=services()) as world:
        for service in services():
            entrance = Request("POST", f"/{service.entrances[0]}/x", XML, b"<a/>")
            usual = world.send(entrance)
            world.world.order(service.name, Order(DISTURBANCE, {"slags": "optaget"}))
            busy = world.send(entrance)
            assert isinstance(busy, Response)
            assert busy.status == 503
            world.world.order(service.name, USUAL)
            assert world.send(entrance) == usual


def test_document_sharing_and_plsp_are_disturbed_like_any(tmp_path: Path) -> None:
    with OpenWorld(tmp_path) as world:
        world.world.order("dokumentdeling", Order(DISTURBANCE, {"slags": "soap-fejl", "sti": "/dros/iti41", "antal": 1}))
        assert world.share(submitted(FIRST)).status == 500
        assert (world.exchanges[0].facts["patient"], "taken" in world.exchanges[0].facts) == (str(ELMER.cpr), False)
        assert world.sharing == DocumentSharing()
        assert world.share(submitted(FIRST)).status == 200
        # PLSP tries again while the registry is busy, and the plan is registered in the end.
        world.world.order("plsp", Order(DISTURBANCE, {"slags": "optaget", "retning": "levering", "antal": 2}))
        world.hand_in(edition(2))
        world.wait(300)
        assert [plan["registrering"] for plan in world.held()] == ["registreret"]
