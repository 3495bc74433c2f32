"""Whoever shows what does not hold gets nothing; every answer keeps the browser in; nobody posts from elsewhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route
from visiting import HOST, PLANTED, Hall, a_hall, bearer

from harness.dashboard.access.form import FORM_BYTES
from harness.dashboard.access.headers import host_name
from harness.dashboard.access.register import Register
from harness.dashboard.access.secret import Secret, new_secret
from harness.dashboard.database import address_in, open_database
from harness.domain.access import Right


@pytest.mark.parametrize(
    "shown",
    [
        "Bearer ",
        "Bearer x",
        "Bearer deadbeef.deadbeef",
        pytest.param(f"Bearer {new_secret().shown}", id="of nobody's"),
        "Bearer " + "a." + "x" * 5000,
        "Bearer æ.ø",
        "Basic Ym86ZGFs",
        "",
    ],
)
def test_a_forged_token_gets_nothing_not_even_the_public_wall(hall: Hall, shown: str) -> None:
    for path in ("/", "/system/novax", "/findes-ikke"):
        answer = hall.visitor().ask("GET", path, {"authorization": shown.encode()})
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert set(answer.json()) == {"fejl"}
        assert "offentlige" not in answer.text


def test_a_token_with_another_ones_secret_is_forged(hall: Hall) -> None:
    one, other = hall.token(Right.READER, "En"), hall.token(Right.READER, "To")
    assert hall.visitor().get("/system/novax", **bearer(Secret(one.id, other.value))).status_code == 401


def test_expired_and_revoked_tokens_get_nothing(hall: Hall) -> None:
    old, revoked = hall.token(Right.READER, days=1), hall.token(Right.READER)
    visitor = hall.visitor()
    assert visitor.get("/system/novax", **bearer(old)).text == PLANTED["novax"]
    assert visitor.get("/system/novax", **bearer(revoked)).text == PLANTED["novax"]
    hall.register.revoke(revoked.id)
    hall.clock.at += 1
    assert visitor.get("/system/novax", **bearer(revoked)).status_code == 401
    assert visitor.get("/system/novax", **bearer(old)).status_code == 200
    hall.clock.at += 86_400
    assert visitor.get("/system/novax", **bearer(old)).status_code == 401


def test_a_revocation_by_another_process_ends_sessions_within_a_second(hall: Hall, tmp_path: Path) -> None:
    browser, secret = hall.visitor(), hall.token(Right.READER)
    browser.log_in(secret)
    assert browser.get("/system/novax").status_code == 200
    other = open_database(address_in(tmp_path))
    Register(other).revoke(secret.id)
    other.dispose()
    hall.clock.at += 1
    assert browser.get("/system/novax").status_code == 401


def test_a_token_another_process_made_is_known_at_once(hall: Hall, tmp_path: Path) -> None:
    hall.visitor().get("/", **bearer(hall.token(Right.READER)))
    other = open_database(address_in(tmp_path))
    _, secret = Register(other, hall.clock).issue(Right.READER, "Ny")
    other.dispose()
    hall.clock.at += 0.2
    assert hall.visitor().get("/system/novax", **bearer(secret)).status_code == 200


@pytest.mark.parametrize("cookie", ["", "x", "deadbeef.deadbeef", pytest.param(new_secret().shown, id="of nobody's"), "æøå"])
def test_a_forged_cookie_gets_nothing(hall: Hall, cookie: str) -> None:
    answer = hall.visitor().ask("GET", "/", {"cookie": f"lps-tavle={cookie}".encode(), "accept": b"text/html"})
    assert answer.status_code == 401
    assert "Den offentlige" not in answer.text
    assert "Max-Age=0" in answer.headers["set-cookie"]


def test_a_token_and_a_dead_session_together_get_nothing(hall: Hall) -> None:
    secret = hall.token(Right.READER)
    headers = {"cookie": f"lps-tavle={new_secret().shown}", **bearer(secret)}
    assert hall.visitor().ask("GET", "/system/novax", headers).status_code == 401


def test_of_two_tokens_none_is_chosen(hall: Hall) -> None:
    good, bad = (f"Bearer {each.shown}" for each in (hall.token(Right.READER), new_secret()))
    for shown in ((good, bad), (bad, good), (good, good)):
        headers = [("host", HOST), *(("authorization", each) for each in shown)]
        assert hall.visitor().ask("GET", "/system/novax", headers).status_code == 401  # type: ignore[arg-type]  # a header twice


def test_a_supplier_reads_its_own_systems_only(hall: Hall) -> None:
    secret = hall.token(Right.SUPPLIER, "Novax", "novax")
    assert hall.visitor().get("/system/novax", **bearer(secret)).text == PLANTED["novax"]
    answer = hall.visitor().get("/system/xmo", **bearer(secret))
    assert answer.status_code == 403
    assert PLANTED["xmo"] not in answer.text


def test_a_session_posts_only_what_its_own_page_sends(hall: Hall) -> None:
    browser, other = hall.visitor(), hall.visitor()
    browser.log_in(hall.token(Right.READER))
    other.log_in(hall.token(Right.READER))
    own, others = browser.csrf(), other.csrf()
    assert own != others
    assert browser.post("/modtag", {"csrf": own, "andet": "ja"}).text == str(len(f"csrf={own}&andet=ja")), "the body is passed on"
    for form in ({}, {"csrf": ""}, {"csrf": others}, {"csrf": own[:-1]}):
        assert browser.post("/modtag", form).status_code == 403
    for origin in ("", "null", f"http://{HOST}:81", "http://ond.example"):
        assert browser.post("/modtag", {"csrf": own}, origin=origin).status_code == 403
    json = {"origin": browser.base, "content-type": "application/json"}
    assert browser.ask("POST", "/modtag", json, content=f"csrf={own}").status_code == 403
    for method in ("PUT", "DELETE", "PATCH"):
        assert browser.ask(method, "/modtag", {"origin": browser.base}).status_code == 403


def test_a_machine_with_a_token_posts_without(hall: Hall) -> None:
    answer = hall.visitor().ask("POST", "/modtag", bearer(hall.token(Right.SUPPLIER, "Novax", "novax")), content=b"{}")
    assert (answer.status_code, answer.text) == (200, "2")
    assert "set-cookie" not in answer.headers


def test_every_answer_keeps_the_browser_in(hall: Hall) -> None:
    visitor = hall.visitor()
    wrong = {"authorization": "Bearer x"}
    for answer, status in (
        (visitor.get("/"), 200),
        (visitor.get("/ind"), 200),
        (visitor.get("/findes-ikke"), 404),
        (visitor.get("/fejl"), 500),
        (visitor.get("/", **wrong), 401),
        (visitor.get("/", host="ond.example"), 421),
        (visitor.ask("POST", "/modtag", content=b"x" * (FORM_BYTES + 1)), 413),
    ):
        assert answer.status_code == status
        assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'; script-src 'self'")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["cross-origin-opener-policy"] == answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert "strict-transport-security" not in answer.headers
        assert PLANTED["novax"] not in answer.text


def test_what_is_sent_has_a_limit_also_when_nobody_says_how_long_it_is(tmp_path: Path) -> None:
    with a_hall(tmp_path, limits={"/modtag": 10}) as hall:
        headers = bearer(hall.token(Right.READER))

        async def parts() -> AsyncIterator[bytes]:
            for _ in range(3):
                yield b"xxxxx"

        assert hall.visitor().ask("POST", "/modtag", headers, content=b"x" * 10).text == "10"
        assert hall.visitor().ask("POST", "/modtag", headers, content=b"x" * 11).status_code == 413
        assert hall.visitor().ask("POST", "/modtag", headers, content=parts()).status_code == 413
        for length in ("-1", "x", "1_0", "9" * 5000):
            assert hall.visitor().ask("POST", "/modtag", headers | {"content-length": length}, content=b"").status_code == 413


def test_a_long_answer_ends_when_its_reader_is_let_in_no_more(tmp_path: Path) -> None:
    async def stream(request: Request) -> StreamingResponse:
        async def parts() -> AsyncIterator[bytes]:
            for number in range(6):
                if number == 3:
                    hall.register.revoke(secret.id)
                    hall.clock.at += 1
                yield f"del {number}\n".encode()

        return StreamingResponse(parts())

    with a_hall(tmp_path, Route("/strøm", stream)) as hall:
        secret = hall.token(Right.READER)
        assert hall.visitor().get("/strøm", **bearer(secret)).text == "del 0\ndel 1\ndel 2\n"
        assert hall.visitor().get("/strøm").status_code == 200


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("Tavle.Test", "tavle.test"),
        ("tavle.test:8443", "tavle.test"),
        ("[::1]:80", "::1"),
        ("::1", "::1"),
        ("", ""),
        ("tavle.test:80@ond.example", ""),
        ("tavle.test:80/@ond.example", ""),
        ("ond.example@tavle.test", ""),
        ("[::1]ond.example", ""),
        ("tavle.test:x", ""),
    ],
)
def test_a_host_is_known_without_its_port(host: str, name: str) -> None:
    assert host_name(host) == name
