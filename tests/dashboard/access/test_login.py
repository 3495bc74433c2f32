"""In with a token or a link, out again, and what a browser is given to show."""

from __future__ import annotations

from pathlib import Path

import pytest
from visiting import HOST, PLANTED, Hall, a_hall, bearer

from harness.dashboard.access.limits import FOR_ONE, FOR_UNKNOWN, WINDOW_SECONDS
from harness.dashboard.access.register import IDLE_SECONDS, LINK_SECONDS, SESSION_SECONDS
from harness.dashboard.access.secret import new_secret
from harness.domain.access import Right
from harness.domain.errors import ConfigurationError


def test_a_token_lets_a_browser_in_and_the_way_out_ends_it(hall: Hall) -> None:
    browser = hall.visitor()
    assert browser.get("/system/novax").status_code == 401
    answer = browser.log_in(hall.token(Right.READER))
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert browser.get("/system/novax").text == PLANTED["novax"]

    shown = dict(browser.cookies)
    answer = browser.post("/ud", {"csrf": browser.csrf()})
    assert (answer.status_code, dict(browser.cookies)) == (303, {})
    browser.cookies.update(shown)
    replayed = browser.get("/system/novax")
    assert replayed.status_code == 401
    assert PLANTED["novax"] not in replayed.text
    assert "Max-Age=0" in replayed.headers["set-cookie"], "the browser is told to show it no more"


def test_the_cookie_is_for_this_host_and_no_script(hall: Hall) -> None:
    answer = hall.visitor().log_in(hall.token(Right.READER))
    flags = {each.strip().lower() for each in answer.headers["set-cookie"].split(";")[1:]}
    assert flags == {"httponly", f"max-age={SESSION_SECONDS}", "path=/", "samesite=lax"}

    answer = hall.visitor(base=f"https://{HOST}").log_in(hall.token(Right.READER))
    assert "; Secure" in answer.headers["set-cookie"]
    assert answer.headers["set-cookie"].startswith("__Host-")
    assert "max-age=" in answer.headers["strict-transport-security"]


def test_behind_something_that_speaks_tls_for_it_the_cookie_is_secure_too(tmp_path: Path) -> None:
    with a_hall(tmp_path, secure=True) as hall:
        answer = hall.visitor().log_in(hall.token(Right.READER))
        assert answer.headers["set-cookie"].startswith("__Host-")


def test_each_login_is_another_session_and_ends_the_one_before(hall: Hall) -> None:
    browser, secret = hall.visitor(), hall.token(Right.READER)
    browser.log_in(secret)
    before = dict(browser.cookies)
    browser.log_in(secret)
    assert dict(browser.cookies) != before
    old = hall.visitor()
    old.cookies.update(before)
    assert old.get("/").status_code == 401


@pytest.mark.parametrize("seconds", [SESSION_SECONDS + 1, IDLE_SECONDS + 1])
def test_a_session_ends_by_itself(hall: Hall, seconds: int) -> None:
    browser = hall.visitor()
    browser.log_in(hall.token(Right.READER))
    if seconds > IDLE_SECONDS + 1:
        for _ in range(SESSION_SECONDS // (IDLE_SECONDS - 10)):  # in use all the time
            hall.clock.at += IDLE_SECONDS - 10
            assert browser.get("/system/novax").status_code == 200
        hall.clock.at += IDLE_SECONDS - 10
    else:
        hall.clock.at += seconds
    assert browser.get("/system/novax").status_code == 401


def test_that_a_session_is_in_use_is_known_after_a_restart(hall: Hall, tmp_path: Path) -> None:
    browser = hall.visitor()
    browser.log_in(hall.token(Right.READER))
    for _ in range(2):
        hall.clock.at += IDLE_SECONDS - 10
        assert browser.get("/system/novax").status_code == 200
    hall.clock.at += 2
    browser.get("/")
    with a_hall(tmp_path) as restarted:
        restarted.clock.at = hall.clock.at
        again = restarted.visitor(cookies=browser.cookies)
        assert again.get("/system/novax").status_code == 200


def test_no_session_outlives_its_token(hall: Hall) -> None:
    browser = hall.visitor()
    browser.log_in(hall.token(Right.READER, days=0.01))
    hall.clock.at += 0.01 * 86_400 + 1
    assert browser.get("/system/novax").status_code == 401


def test_a_link_lets_one_browser_in_once(hall: Hall) -> None:
    token, _ = hall.register.issue(Right.SUPPLIER, "Novax", systems=["novax"])
    link = hall.register.new_link(token.id)
    first, second = hall.visitor(), hall.visitor()
    for _ in range(2):  # what looks at links before people do must not use them up
        assert "Log ind som Novax" in first.get(f"/ind/{link.shown}").text
    assert first.post(f"/ind/{link.shown}").status_code == 303
    assert first.get("/system/novax").status_code == 200
    assert first.get("/system/xmo").status_code == 403
    for answer in (second.get(f"/ind/{link.shown}"), second.post(f"/ind/{link.shown}")):
        assert answer.status_code == 401
        assert "Novax" not in answer.text
        assert "set-cookie" not in answer.headers


def test_a_link_that_is_too_old_or_of_a_revoked_token_lets_nobody_in(hall: Hall) -> None:
    old, _ = hall.register.issue(Right.READER, "En")
    revoked, _ = hall.register.issue(Right.READER, "To")
    links = [hall.register.new_link(each.id) for each in (old, revoked)]
    hall.register.revoke(revoked.id)
    assert hall.visitor().post(f"/ind/{links[1].shown}").status_code == 401
    hall.clock.at += LINK_SECONDS + 1
    assert hall.visitor().post(f"/ind/{links[0].shown}").status_code == 401
    with pytest.raises(ConfigurationError, match="trukket tilbage"):
        hall.register.new_link(revoked.id)


@pytest.mark.parametrize(
    "to",
    [
        "//ond.example/x",
        "///ond.example",
        "////ond.example/x",
        "https://ond.example",
        "/\\ond.example",
        "javascript:alert(1)",
        "\t//ond",
        "",
    ],
)
def test_after_login_nobody_is_led_away(hall: Hall, to: str) -> None:
    browser, secret = hall.visitor(), hall.token(Right.READER)
    assert browser.post("/ind", {"kode": secret.shown, "til": to}).headers["location"] == "/"


def test_after_login_one_is_where_one_wanted_to_be(hall: Hall) -> None:
    browser, secret = hall.visitor(), hall.token(Right.READER)
    refused = browser.get("/system/novax")
    assert 'href="/ind?til=/system/novax"' in refused.text
    assert 'name="til" value="/system/novax"' in browser.get("/ind?til=/system/novax").text
    assert browser.post("/ind", {"kode": secret.shown, "til": "/system/novax"}).headers["location"] == "/system/novax"


@pytest.mark.parametrize("origin", ["", "null", "http://ond.example", "http://tavle.test.ond.example", "http://tavle.test:81"])
def test_nobody_is_logged_in_from_another_place(hall: Hall, origin: str) -> None:
    answer = hall.visitor().post("/ind", {"kode": hall.token(Right.READER).shown}, origin=origin)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_who_guesses_is_stopped_and_keeps_nobody_else_out(hall: Hall) -> None:
    guesser, other, secret = hall.visitor(), hall.visitor(), hall.token(Right.READER)
    for _ in range(FOR_ONE):
        assert guesser.post("/ind", {"kode": new_secret().shown}).status_code == 401
    stopped = guesser.post("/ind", {"kode": new_secret().shown})
    assert (stopped.status_code, stopped.headers["retry-after"]) == (429, str(WINDOW_SECONDS))
    assert other.log_in(secret).status_code == 303, "from the very same address"
    hall.clock.at += WINDOW_SECONDS
    assert guesser.post("/ind", {"kode": new_secret().shown}).status_code == 401


def test_who_guesses_at_one_token_is_stopped_wherever_they_are(hall: Hall) -> None:
    secret = hall.token(Right.READER)
    wrong = f"{secret.id}.{new_secret().value}"
    for number in range(FOR_ONE):
        assert hall.visitor(address=f"192.0.2.{number}").post("/ind", {"kode": wrong}).status_code == 401
    assert hall.visitor(address="192.0.2.99").post("/ind", {"kode": wrong}).status_code == 429
    hall.clock.at += WINDOW_SECONDS
    assert hall.visitor().log_in(secret).status_code == 303


def test_all_who_guess_are_limited_together(hall: Hall) -> None:
    for number in range(FOR_UNKNOWN):
        assert hall.visitor(address=f"198.51.100.{number}").post("/ind", {"kode": new_secret().shown}).status_code == 401
    assert hall.visitor(address="203.0.113.1").post("/ind", {"kode": new_secret().shown}).status_code == 429
    assert hall.visitor(address="203.0.113.2").log_in(hall.token(Right.READER)).status_code == 303


def test_logging_in_often_is_no_guessing(hall: Hall) -> None:
    secret = hall.token(Right.READER)
    for _ in range(FOR_ONE + 2):
        assert hall.visitor().log_in(secret).status_code == 303


def test_two_who_may_verify_cannot_have_the_same_name(hall: Hall) -> None:
    token, _ = hall.register.issue(Right.MONITOR, "Bo Dal")
    with pytest.raises(ConfigurationError, match="Bo Dal har allerede adgang"):
        hall.register.issue(Right.ADMINISTRATOR, "bo dal")
    hall.register.revoke(token.id)
    hall.register.issue(Right.ADMINISTRATOR, "bo dal")


def test_no_secret_is_kept(hall: Hall, tmp_path: Path) -> None:
    secret = hall.token(Right.MONITOR)
    browser = hall.visitor()
    browser.log_in(secret)
    link = hall.register.new_link(secret.id)
    browser.get("/", **bearer(secret))
    hall.register.engine.dispose()
    kept = b"".join(each.read_bytes() for each in tmp_path.iterdir())
    cookie = next(iter(dict(browser.cookies).values()))
    for value in (secret.value, link.value, cookie.partition(".")[2]):
        assert value.encode() not in kept
        assert value not in repr((secret, link, hall.register.tokens()))
    assert secret.hash.encode() in kept
