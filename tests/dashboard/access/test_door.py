"""The door asks the database seldom, and holds when it is away."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from visiting import PLANTED, Hall, bearer

from harness.dashboard.access.door import Door
from harness.dashboard.access.register import SESSION_SECONDS, Register
from harness.dashboard.access.secret import new_secret
from harness.domain.access import Right


class Counting(Register):
    """A register that counts how often everything is fetched, and that can be away."""

    fetched = 0
    away = False

    def live(self, used: Mapping[str, float]) -> Any:
        self.fetched += 1
        if self.away:
            raise OperationalError("SELECT", None, Exception("væk"))
        return super().live(used)


def test_five_hundred_who_ask_at_once_are_one_question(hall: Hall) -> None:
    register = Counting(hall.register.engine, hall.clock)
    _, secret = register.issue(Right.READER, "Læser")
    door = Door(register)

    async def all_at_once() -> int:
        found = await asyncio.gather(*(door.by_token(secret) for _ in range(500)))
        return sum(each is not None for each in found)

    assert hall.runner.run(all_at_once()) == 500
    assert register.fetched == 1


def test_a_flood_of_forged_secrets_is_few_questions(hall: Hall) -> None:
    register = Counting(hall.register.engine, hall.clock)
    door = Door(register, tick=lambda: 0.0)  # all within one moment, however busy the machine is

    async def flood() -> list[object]:
        return list(await asyncio.gather(*(door.by_cookie(new_secret()) for _ in range(500))))

    assert set(hall.runner.run(flood())) == {None}
    assert register.fetched == 2  # what is in memory at first, and then for those it does not have


@pytest.fixture
def away(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A function that takes the hall's database away."""

    def gone(*_: Any) -> Any:
        raise OperationalError("SELECT", None, Exception("væk"))

    return lambda: monkeypatch.setattr(hall.register, "engine", type("Away", (), {"begin": gone, "connect": gone})())


def test_without_the_database_whoever_is_in_goes_on_and_nobody_else_gets_in(hall: Hall, away: Any) -> None:
    browser, secret = hall.visitor(), hall.token(Right.SUPPLIER, "Novax", "novax")
    browser.log_in(secret)
    assert browser.get("/system/novax").status_code == 200
    unseen = hall.token(Right.READER)
    away()
    hall.clock.at += 60
    assert browser.get("/system/novax").text == PLANTED["novax"]
    assert browser.get("/system/xmo").status_code == 403
    assert hall.visitor().get("/system/novax", **bearer(secret)).status_code == 200
    for headers in (bearer(unseen), {"cookie": f"lps-tavle={new_secret().shown}"}):
        answer = hall.visitor().ask("GET", "/system/novax", headers)
        assert (answer.status_code, "retry-after" in answer.headers) == (503, True)
        assert PLANTED["novax"] not in answer.text
    assert hall.visitor().get("/").status_code == 200
    assert hall.visitor().post("/ind", {"kode": unseen.shown}).status_code == 503
    assert hall.visitor().get(f"/ind/{new_secret().shown}").status_code == 503
    hall.clock.at += SESSION_SECONDS
    assert browser.get("/system/novax").status_code == 401


def test_when_the_database_is_back_so_is_everybody(hall: Hall, away: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = hall.token(Right.READER)
    away()
    assert hall.visitor().get("/system/novax", **bearer(secret)).status_code == 503
    monkeypatch.undo()
    hall.clock.at += 1
    assert hall.visitor().get("/system/novax", **bearer(secret)).text == PLANTED["novax"]


def test_a_logout_the_database_did_not_hear_of_is_none(hall: Hall, away: Any) -> None:
    browser = hall.visitor()
    browser.log_in(hall.token(Right.READER))
    csrf = browser.csrf()
    away()
    assert browser.post("/ud", {"csrf": csrf}).status_code == 503


def test_an_ended_session_does_not_come_back_with_a_fetch_that_was_under_way(hall: Hall) -> None:
    class Slow(Register):
        def live(self, used: Mapping[str, float]) -> Any:
            found = super().live(used)
            asyncio.run_coroutine_threadsafe(looked.wait(), loop).result()
            return found

    loop = hall.runner.get_loop()
    looked = asyncio.Event()
    register = Slow(hall.register.engine, hall.clock)
    cookie = register.enter(register.issue(Right.READER, "Læser")[1])
    assert cookie is not None
    door = Door(register)

    async def leave_meanwhile() -> object:
        asked = asyncio.create_task(door.by_cookie(cookie))
        while door._fetching is None:
            await asyncio.sleep(0)
        register.leave(cookie.id)
        door.forget(cookie.id)
        looked.set()
        return await asked

    assert hall.runner.run(leave_meanwhile()) is None
