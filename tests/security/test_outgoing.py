"""What the harness asks others for goes to the address somebody wrote, and nowhere a message, an answer or a path says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import httpx
import pytest

from harness.domain.errors import YamlError
from harness.domain.exchange import Request
from harness.domain.seat import Seat, Seating
from harness.hub.relay import url_of
from harness.lps.adapter import AdapterDriver
from harness.lps.driver import CannotAct, View
from harness.lps.own_api import load_own_api
from harness.suite.vendors import load_vendor
from tests.lps.rehearsal import HOUSE

ELSEWHERE: Final = "andet.example"
SAYS: Final = {"graenseflade": "1.0", "handlinger": ["opret-plan", "del-plan"], "visninger": ["plan", "interne-noter"]}


def driver(
    answer: Callable[[httpx.Request], httpx.Response], mapping: Path | None = None
) -> tuple[AdapterDriver, list[httpx.Request]]:
    """A driver of a system at lps.example/graense that is shown a token, and what it has been asked."""
    asked: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json=SAYS) if request.url.path.endswith("/egenskaber") else answer(request)

    client = httpx.Client(
        transport=httpx.MockTransport(handle),
        base_url="https://lps.example/graense",
        headers={"Authorization": "Bearer hunter2"},
    )
    return AdapterDriver(client, lambda: "k", load_own_api(mapping) if mapping else None), asked


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_system_that_points_elsewhere_is_not_followed_with_its_token(status: int) -> None:
    system, asked = driver(lambda _: httpx.Response(status, headers={"Location": f"https://{ELSEWHERE}/tag"}))
    with pytest.raises(CannotAct, match=f"svarede {status}"):
        system.share("p1")
    assert {each.url.host for each in asked} == {"lps.example"}


KEYS: Final = (
    *(f"//{ELSEWHERE}/x", f"https://{ELSEWHERE}/x", f"@{ELSEWHERE}"),
    *("../../andet", "..%2f..%2fandet", "a?b#c", "\\\\vært\\x"),
)


@pytest.mark.parametrize("key", KEYS)
def test_what_a_system_calls_its_plan_leads_nowhere_else(key: str, tmp_path: Path) -> None:
    """Nor what is entered, where its own API has it in the address."""
    file = tmp_path / "kort.yaml"
    file.write_text("visninger:\n  interne-noter:\n    sti: /notes/{cpr}/all\n    svar: { noter: '{n}' }\n", encoding="utf-8")
    for mapping, below in ((None, "/graense/planer/"), (file, "/graense/notes/")):
        system, asked = driver(lambda _: httpx.Response(500), mapping)
        with pytest.raises(CannotAct):
            system.show(View("interne-noter", {"cpr": key})) if mapping else system.share(key)
        asking = asked[-1].url
        assert (asking.host, asking.query, asking.fragment) == ("lps.example", b"", "")
        assert asking.raw_path.startswith(below.encode())
        assert asking.raw_path.count(b"/") == below.count("/") + 1, "it is one part of the path"


@pytest.mark.parametrize("path", [f"//{ELSEWHERE}/notes", "/../../notes"])
def test_a_mapping_leads_nowhere_else(path: str, tmp_path: Path) -> None:
    file = tmp_path / "kort.yaml"
    file.write_text(f"visninger:\n  interne-noter:\n    sti: {path}\n    svar: {{ noter: '{{n}}' }}\n", encoding="utf-8")
    try:
        system, asked = driver(lambda _: httpx.Response(500), file)
    except YamlError:
        return
    with pytest.raises(CannotAct):
        system.show(View("interne-noter", {"cpr": "2509479989"}))
    assert {each.url.host for each in asked} == {"lps.example"}


NO_ADDRESSES: Final = (
    *("ftp://lps.example", "file:///etc/passwd", "//lps.example", "lps.example", "https://", "javascript:alert(1)"),
    *("https://bruger:kode@lps.example", "https://:kode@lps.example", "https://bruger@lps.example", "https://lps.example/?til=x"),
)


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_an_address_that_is_none_or_has_a_secret_in_it_is_refused(address: str, tmp_path: Path) -> None:
    file = tmp_path / "eget.yaml"
    text = (HOUSE.vendors / "novax.yaml").read_text("utf-8").replace("driver: reference ", "driver: adapter ")
    file.write_text(f'{text}adgang: {{ adresse: "{address}" }}\n', encoding="utf-8")
    with pytest.raises(YamlError, match="Skal være en adresse") as refused:
        load_vendor(file)
    assert "kode@" not in str(refused.value)


RELAYED: Final = Seating(Seat.RELAY, "https://dros.example/test")


@pytest.mark.parametrize(
    "path",
    ["/dros/../admin", "/dros/%2e%2e/admin", "/dros/a/%2E./admin", "/dros/.%2e/", "/dros/..", f"/dros/../../{ELSEWHERE}"],
)
def test_what_is_passed_on_stays_below_the_address_of_the_seat(path: str) -> None:
    with pytest.raises(httpx.InvalidURL, match="fører ud af adressen"):
        url_of(RELAYED, Request("POST", path, (), b""))


@pytest.mark.parametrize("below", [f"/{ELSEWHERE}/x", f"@{ELSEWHERE}", f"https://{ELSEWHERE}", f"\\\\{ELSEWHERE}", "iti41"])
def test_whatever_stands_in_its_path_it_goes_to_the_seat(below: str) -> None:
    asked = url_of(RELAYED, replace(Request("POST", f"/dros/{below}", (), b""), query="a=1"))
    assert (asked.scheme, asked.host, asked.port) == ("https", "dros.example", None)
    assert asked.path.startswith("/test/")
