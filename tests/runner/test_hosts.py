"""Who answers at which host in mock."""

from __future__ import annotations

import httpx
import pytest

from harness.lps.reference.system import HOST as LPS_HOST
from harness.runner.hosts import PARTNER_HOST, Hosts
from harness.services.door import HOST as SERVICES_HOST


def connected(hosts: Hosts) -> httpx.Client:
    line = hosts.line()
    for name in ("partner_services", "partner", "services", "lps"):
        getattr(hosts, name).answer = lambda request, name=name: httpx.Response(200, text=f"{name} {request.url.path}")
    return httpx.Client(transport=line)


def test_each_host_leads_to_whoever_plays_it() -> None:
    client = connected(Hosts(""))
    assert client.get(f"http://{SERVICES_HOST}/novax/dros").text == "services /novax/dros"
    assert client.get(f"http://{LPS_HOST}/egenskaber").text == "lps /egenskaber"


def test_of_two_systems_each_has_its_own_way_to_the_services() -> None:
    client = connected(Hosts("xmo"))
    assert client.get(f"http://{SERVICES_HOST}/xmo/dros").text == "partner_services /xmo/dros"
    assert client.get(f"http://{SERVICES_HOST}/novax/dros").text == "services /novax/dros"
    assert client.get(f"http://{PARTNER_HOST}/egenskaber").text == "partner /egenskaber"


def test_what_the_host_raises_comes_to_whoever_asked() -> None:
    hosts = Hosts("")
    client = connected(hosts)

    def too_late(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("intet svar", request=request)

    hosts.services.answer = too_late
    with pytest.raises(httpx.ReadTimeout, match="intet svar"):
        client.get(f"http://{SERVICES_HOST}/novax/dros")


def test_an_attempt_that_is_over_reaches_nobody_of_the_next_one() -> None:
    hosts = Hosts("")
    before, now = connected(hosts), connected(hosts)
    with pytest.raises(AssertionError, match="the attempt that runs"):
        before.get(f"http://{SERVICES_HOST}/novax/dros")
    assert now.get(f"http://{SERVICES_HOST}/novax/dros").text == "services /novax/dros"


def test_nobody_of_the_attempt_before_answers_in_the_next_one() -> None:
    hosts = Hosts("")
    connected(hosts)
    with pytest.raises(AssertionError, match=f"nobody answers at {LPS_HOST}"):
        httpx.Client(transport=hosts.line()).get(f"http://{LPS_HOST}/egenskaber")


def test_no_message_of_an_earlier_attempt_is_kept() -> None:
    hosts = Hosts("")
    connected(hosts).get(f"http://{SERVICES_HOST}/novax/dros")
    assert len(hosts._router.calls) == 1
    hosts.line()
    assert not hosts._router.calls
    assert not any(route.calls for route in hosts._router.routes)
