"""Each route of access and worklist × each right × own and other systems: nobody sees what is not theirs."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from visiting import PLANTED
from waiting_wall import FINDING, Fake, Tried, a_worklist
from who_may import Row, everybody, monitors, of, wrongly_answered

ITEM = "/arbejdsliste/punkt/{campaign}/{system}/{run}/{scenario:path}/{attempt:int}"
ROWS = [
    Row("/", "/", everybody),
    Row("/system/{system}", "/system/novax", of("novax"), system="novax", tells=True),
    Row("/system/{system}", "/system/xmo", of("xmo"), system="xmo", tells=True),
    Row("/fejl", "/fejl", everybody, answers=(500,)),
    Row("/modtag", "/modtag", everybody, "POST"),
    Row("/ind", "/ind", everybody),
    Row("/ind", "/ind", everybody, "POST", form={"kode": "forkert"}, answers=(401,)),
    Row("/ind/{link}", "/ind/deadbeef.deadbeef", everybody, answers=(401,)),
    Row("/ind/{link}", "/ind/deadbeef.deadbeef", everybody, "POST", answers=(401, 429)),
    Row("/ud", "/ud", everybody),
    Row("/ud", "/ud", everybody, "POST"),
    Row("/arbejdsliste", "/arbejdsliste", monitors),
    Row("/arbejdsliste/mine", "/arbejdsliste/mine", monitors),
    Row("/arbejdsliste/udskrift", "/arbejdsliste/udskrift", monitors),
    Row(ITEM, "/arbejdsliste/punkt/dagen/novax/r1/A/1", monitors, system="novax", tells=True),
    Row(ITEM, "/arbejdsliste/punkt/dagen/xmo/r1/A/1", monitors, system="xmo", tells=True),
    Row(ITEM, "/arbejdsliste/punkt/dagen/xmo/r1/findes-ikke/1", monitors, system="xmo"),
    *(
        Row(
            ITEM,
            "/arbejdsliste/punkt/dagen/novax/r1/A/1",
            monitors,
            "POST",
            "novax",
            {"handling": each, "tekst": "x", "set": "0"},
        )
        for each in ("tag", "slip", "verificer", "note", "kritisk", "tag-tilbage", "gennemgang")
    ),
]


@pytest.fixture
def wall() -> Fake:
    made = Fake()
    for system, planted in PLANTED.items():
        made.add("r1", Tried("A", "F3", planted, findings=(replace(FINDING, actual=planted),)), system=system)
    return made


def test_nobody_sees_what_is_not_theirs(tmp_path: Path, wall: Fake) -> None:
    with a_worklist(tmp_path, wall) as (hall, _):
        hall.clock.step = 0.2
        assert wrongly_answered(hall.app, hall.runner, hall.register, ROWS, PLANTED) == []


def test_the_table_finds_what_is_wrong(tmp_path: Path) -> None:
    """A wall without doors is found out, and so is a route nobody thought of."""

    async def tells(request: Request) -> PlainTextResponse:
        return PlainTextResponse(PLANTED["novax"])

    with a_worklist(tmp_path, Fake()) as (hall, _), asyncio.Runner() as runner:
        app = Starlette(routes=[Route("/system/{system}", tells), Route("/glemt", tells)])
        found = wrongly_answered(app, runner, hall.register, [Row("/system/{system}", "/system/novax", of("novax"))], PLANTED)
    assert "GET /glemt has no row" in found
    for who in ("nobody", "leverandør CGM", "revoked"):
        assert f"{who}: GET /system/novax gave 200 and told of novax" in found
    assert "leverandør EG: GET /system/novax gave 200 to somebody who may not" in found
    assert "expired: GET /system/novax gave 200, not 401" in found
    assert not [line for line in found if line.startswith("leverandør Novax")]
