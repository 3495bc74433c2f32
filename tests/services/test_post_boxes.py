"""A post box is its owner's: another system is handed nothing from it, and can delete nothing in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from open_world import OpenWorld

from harness.domain.exchange import Request, Response
from harness.domain.organisations import CLINIC, PARTNER_CLINIC
from harness.services.boxes import CLOSED, Boxes
from harness.services.service import LPS, NETWORK, PARTNER, Context, Delivery, Order, Service


class Network:
    """A network with a letter in each of the two clinics' boxes."""

    name, entrances = "net", ("net",)

    def __init__(self) -> None:
        self.boxes = Boxes("/net/postkasse")
        self.boxes.put(CLINIC.gln, b"<til-klinikken/>")
        self.boxes.put(PARTNER_CLINIC.gln, b"<til-den-anden/>")

    def handle(self, request: Request, context: Context) -> Response:
        return self.boxes.handle(request, context) or Response(404)

    def order(self, order: Order, context: Context) -> dict[str, object]:
        raise KeyError(order.name, context.now)

    def settle(self, delivery: Delivery, answer: object, context: Context) -> None:
        """Nothing is sent."""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[OpenWorld]:
    network: Service = Network()
    with OpenWorld(tmp_path, services=[network]) as world:
        yield world


def asked(world: OpenWorld, sender: str, method: str, gln: str, number: str = "") -> Response:
    answer = world.world.receive(sender, Request(method, f"/net/postkasse/{gln}{number}"))
    assert isinstance(answer, Response)
    return answer


@pytest.mark.parametrize(
    ("stranger", "owner", "gln", "number"),
    [
        (LPS, PARTNER, PARTNER_CLINIC.gln, "/2"),
        (NETWORK, PARTNER, PARTNER_CLINIC.gln, "/2"),
        (PARTNER, LPS, CLINIC.gln, "/1"),
    ],
)
def test_another_system_is_refused_and_nothing_is_deleted(
    world: OpenWorld, stranger: str, owner: str, gln: str, number: str
) -> None:
    for method, rest in (("GET", ""), ("DELETE", number), ("GET", "")):
        refused = asked(world, stranger, method, gln, rest)
        assert refused.status == 403
        assert "er en andens" in refused.body.decode()
        assert world.exchanges[-1].facts == {CLOSED: gln}
    assert len(world.observations) == 1, "one that asks now and then is told of once"
    waiting = asked(world, owner, "GET", gln)
    assert (waiting.status, waiting.header("x-besked")) == (200, number[1:])
    assert asked(world, owner, "DELETE", gln, number).status == 204
    assert asked(world, owner, "GET", gln).status == 204
    assert CLOSED not in world.exchanges[-1].facts


def test_the_hub_lays_the_clinics_letters_out(world: OpenWorld) -> None:
    """It is no clinic, and asks for the run's own system."""
    assert asked(world, "harness", "GET", CLINIC.gln).body == b"<til-klinikken/>"
    assert asked(world, "harness", "DELETE", CLINIC.gln, "/1").status == 204
    assert asked(world, LPS, "GET", CLINIC.gln).status == 204
