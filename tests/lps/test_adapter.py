"""What the adapter makes of a system's test interface: what it has, and why it cannot be asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from harness.lps.adapter import INTERFACE, AdapterDriver
from harness.lps.contract import own_contract
from harness.lps.driver import Act, CannotAct, NotThere, View
from harness.services.world import fresh_ids

SAYS = {"system": "X", "version": "1", "graenseflade": "1.4.2", "handlinger": ["del-plan"], "visninger": ["interne-noter"]}


def driver(answer: Callable[[httpx.Request], httpx.Response]) -> AdapterDriver:
    return AdapterDriver(httpx.Client(transport=httpx.MockTransport(answer), base_url="http://lps"), fresh_ids("n"))


def saying(**other: Any) -> Callable[[httpx.Request], httpx.Response]:
    return lambda request: (
        httpx.Response(200, json={**SAYS, **other}) if request.url.path == "/egenskaber" else httpx.Response(501, text="?")
    )


def test_our_contract_is_the_version_the_adapter_speaks() -> None:
    assert own_contract().version.startswith(f"{INTERFACE}.")


def test_what_it_does_not_claim_is_not_there_and_not_tried() -> None:
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return saying()(request)

    system = driver(answer)
    assert (system.can("del-plan"), system.can("interne-noter"), system.can("opret-plan")) == (True, True, False)
    with pytest.raises(NotThere, match=r"har ikke skriv-intern-note \(/egenskaber\)"):
        system.do(Act("skriv-intern-note"))
    with pytest.raises(NotThere, match="har ikke plan "):
        system.plan("p1")
    assert asked == ["/egenskaber"]


@pytest.mark.parametrize("status", [404, 501])
def test_what_it_claims_and_does_not_have_is_not_there(status: int) -> None:
    system = driver(lambda request: saying()(request) if request.method == "GET" else httpx.Response(status, text="øv"))
    with pytest.raises(NotThere, match=f"/visninger/interne-noter.*{status}: øv"):
        system.show(View("interne-noter"))


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (saying(graenseflade="2.0.0"), r"følger version 2\.0\.0 af kontrakten. Harnesset kan tale med 1\.x\.x"),
        (saying(handlinger="alle"), "handlinger skal være en liste af tekster"),
        (lambda _: httpx.Response(401, json={"fejl": "nej"}), r"svarede 401: .*Se adgang\.nøgle i systemets fil"),
        (lambda _: httpx.Response(404), "svarede 404"),
        (lambda _: httpx.Response(200, text="<html>"), "svarede ikke med JSON"),
        (lambda _: httpx.Response(200, json=[]), "svarede ikke med et JSON-objekt"),
    ],
)
def test_one_that_cannot_say_what_it_has_cannot_be_tested(answer: Callable[[httpx.Request], httpx.Response], told: str) -> None:
    with pytest.raises(CannotAct, match=told) as caught:
        driver(answer).share("p1")
    assert not isinstance(caught.value, NotThere)


def test_one_that_is_not_there_cannot_be_tested() -> None:
    def gone(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("afvist")

    with pytest.raises(CannotAct, match="svarede ikke: afvist"):
        driver(gone).share("p1")


def test_an_answer_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]

    class Dripping(httpx.SyncByteStream):
        """A part every other second, each of them well within the client's own limit."""

        def __iter__(self) -> Iterator[bytes]:
            while now[0] < 3600:
                now[0] += 2
                yield b" "

    monkeypatch.setattr("harness.lps.adapter.time.monotonic", lambda: now[0])
    with pytest.raises(CannotAct, match="begyndte at svare og blev ikke færdig inden for 5 sekunder"):
        driver(lambda _: httpx.Response(200, stream=Dripping())).can("del-plan")
    assert now[0] < 10
