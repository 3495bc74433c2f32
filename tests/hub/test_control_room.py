from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from lxml import html
from over_tcp import ask, connect, run

from harness.domain.exchange import Request, Response
from harness.hub.arrivals import Arrival
from harness.hub.http import HttpDoor, Limits
from harness.hub.pages.control_room import REMEMBERED, HubState, Seen, SystemState, Tally, UnknownSender, control_room, page_of

NOW = datetime(2027, 3, 1, 8, 15, 30, tzinfo=UTC)
STATE = HubState(
    NOW,
    NOW.replace(hour=7, minute=0),
    (
        SystemState("novax", "https://hub.test:8443/novax", "20270301T0901-kol", Seen(12, NOW.replace(second=1)), Seen(2, NOW)),
        SystemState("xmo", "https://hub.test:8443/xmo", "", Seen(), Seen(3, NOW.replace(day=1, month=2))),
        SystemState("multimed", "https://hub.test:8443/multimed"),
    ),
    (
        UnknownSender("10.0.0.17", Seen(4, NOW), "POST", "/dros/iti41", "CN=Novax", "Klientcertifikatet er xmos.", 1200),
        UnknownSender("fe80::1", Seen(1, NOW), "TLS", why="Systemet viste intet klientcertifikat."),
    ),
)


def answered(request: Request, state: Callable[[], HubState] = lambda: STATE) -> Response:
    answer = asyncio.run(_answer(request, state))
    assert answer is not None
    return answer


async def _answer(request: Request, state: Callable[[], HubState]) -> Response | None:
    return await control_room(state)(request)


def rows(page: str, caption: str) -> list[list[str]]:
    [table] = [each for each in html.document_fromstring(page).iter("table") if each.findtext("caption") == caption]
    return [[" ".join(cell.text_content().split()) for cell in row.iter("th", "td")] for row in table.iter("tr")]


def test_the_page_tells_each_systems_address_run_and_messages() -> None:
    assert rows(page_of(STATE), "Systemer") == [
        ["System", "Adresse", "Kørsel", "Beskeder i kørslen", "Uden for kørsel", "Seneste besked"],
        ["novax", "https://hub.test:8443/novax", "I gang 20270301T0901-kol", "12", "2", "kl. 09.15.30"],
        ["xmo", "https://hub.test:8443/xmo", "Ingen", "–", "3", "1.2. kl. 09.15.30"],
        ["multimed", "https://hub.test:8443/multimed", "Ingen", "–", "0", "–"],
    ]


def test_the_page_tells_who_sends_to_a_wrong_address() -> None:
    assert rows(page_of(STATE), "Ukendte afsendere") == [
        ["Afsender", "Besked", "Certifikat", "Hvorfor", "Antal", "Bytes", "Seneste"],
        ["10.0.0.17", "POST /dros/iti41", "CN=Novax", "Klientcertifikatet er xmos.", "4", "1200", "kl. 09.15.30"],
        ["fe80::1", "TLS", "–", "Systemet viste intet klientcertifikat.", "1", "0", "kl. 09.15.30"],
    ]
    assert "<h2>Ukendte afsendere</h2><p>Ingen.</p>" in page_of(replace(STATE, unknown=()))


def test_the_page_is_accessible_html_also_without_script() -> None:
    page = html.document_fromstring(page_of(STATE))
    assert page.get("lang") == "da"
    assert page.findtext(".//title") == "Hubben: 1 i gang"
    assert [each.tag for each in page.iter("h1")] == ["h1"]
    for table in page.iter("table"):
        assert table.find("caption") is not None
        assert {each.get("scope") for each in table.find("thead").iter("th")} == {"col"}
        assert all([each.get("scope") for each in row.iter("th")] == ["row"] for row in table.find("tbody").iter("tr"))
    assert [dict(each.attrib) for each in page.iter("script")] == [{}]
    assert not list(page.iter("img", "link", "form", "iframe"))
    shown = [each.text_content() for each in page.iter("p") if "hidden" not in each.attrib]
    assert shown[0] == "Hent siden igen"
    assert not [each for each in page.iter() if each.get("style") or any(name.startswith("on") for name in each.attrib)]


def test_what_others_have_written_is_shown_as_text() -> None:
    bad = "<script>alert('&')</script>\""
    page = page_of(
        replace(STATE, systems=(SystemState(bad, bad, bad),), unknown=(UnknownSender(bad, Seen(1, NOW), bad, bad, bad, bad),))
    )
    assert page.count("<script") == 1
    assert rows(page, "Systemer")[1][:3] == [bad, bad, f"I gang {bad}"]
    assert rows(page, "Ukendte afsendere")[1][:4] == [bad, f"{bad} {bad}", bad, bad]


def test_it_follows_by_itself_and_can_be_held_still() -> None:
    assert "http-equiv" not in page_of(STATE)  # a page that reloads takes the reader back to its beginning
    assert '<a href="/?stille">' in page_of(STATE)
    still = answered(Request("GET", "/", query="stille")).body.decode()
    assert "<script" not in still
    assert '<a href="/">' in still


def test_the_policy_allows_the_pages_own_style_and_script_and_nothing_else() -> None:
    answer = answered(Request("GET", "/"))
    style, script = (
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
        for _, text in re.findall(r"<(style|script)>(.*?)</", answer.body.decode(), re.DOTALL)
    )
    policy = [part.strip() for part in answer.header("content-security-policy").split(";")]
    assert policy == [
        "default-src 'none'",
        f"style-src {style}",
        f"script-src {script}",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
    assert answer.header("cache-control") == "no-store"
    assert answer.header("x-content-type-options") == "nosniff"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "get"])
def test_the_page_can_only_be_read(method: str) -> None:
    answer = answered(Request(method, "/"))
    assert (answer.status, answer.header("allow")) == (405, "GET, HEAD")


@pytest.mark.parametrize("path", ["/novax", "/favicon.ico", "//", "/../", "", "*"])
def test_there_is_no_other_page(path: str) -> None:
    assert answered(Request("GET", path)).status == 404


def test_by_a_door_of_its_own_also_head_and_a_foreign_name() -> None:
    async def test() -> None:
        door = HttpDoor(control_room(lambda: STATE), frozenset({"localhost"}), Limits(body_bytes=1_000))
        port = await door.start("127.0.0.1")
        client = await connect(port)
        await client.send(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert await client.answer() == (200, page_of(STATE).encode())
        await client.send(b"HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert (await client.ended()).endswith(b"\r\n\r\n")
        await client.close()
        foreign = await connect(port, "ond.test")
        assert (await foreign.ask("/"))[0] == 421
        await foreign.close()
        assert (await ask(port, "/", b"a" * 1_001))[0] == 413
        await door.stop()

    run(test)


def arrival(client: str, size: int) -> Arrival:
    return Arrival(NOW, client, "GET", "/", size, why="derfor")


def test_messages_are_counted_by_run_and_by_unknown_sender() -> None:
    tally = Tally()
    for system, place in (("novax", "k1"), ("novax", ""), ("novax", "k2"), ("novax", "k2"), ("xmo", "")):
        tally.came(system, place)
    for number in range(REMEMBERED + 2):
        tally.came_from_unknown(arrival(f"10.0.0.{number}", 1))
    tally.came_from_unknown(arrival("10.0.0.2", 7))
    state = tally.state({"novax": "http://hub/novax", "xmo": "http://hub:8442"}, {"novax": "k2"})
    novax, xmo = state.systems
    assert (novax.address, novax.run, novax.in_run.count, novax.outside.count) == ("http://hub/novax", "k2", 2, 1)
    assert (xmo.run, xmo.in_run, xmo.outside.count) == ("", Seen(), 1)
    assert novax.in_run.last is not None
    assert state.since <= novax.in_run.last <= state.at
    assert len(state.unknown) == REMEMBERED
    last = [(each.sender, each.seen.count, each.size, each.why) for each in state.unknown[:2]]
    assert last == [("10.0.0.2", 2, 7, "derfor"), ("10.0.0.51", 1, 1, "derfor")]
