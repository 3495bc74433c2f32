"""The day taken home: by administrators alone, one at a time, and still there after a restart."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from planted_day import Day, FakeExport, a_planted_day
from visiting import Visitor

from harness.cli.dashboard import _Export
from harness.dashboard.taking_home import EXPORT_ADDRESS
from harness.domain.access import Right
from harness.domain.errors import ConfigurationError
from harness.house import find_house

PACKAGE = f"{EXPORT_ADDRESS}/dagen/koersler.zip"


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    with a_planted_day(tmp_path) as made:
        yield made


def administrator(day: Day) -> Visitor:
    visitor = day.hall.visitor()
    visitor.log_in(day.hall.token(Right.ADMINISTRATOR, "Ada Ny"))
    return visitor


def make(visitor: Visitor, **form: str) -> tuple[int, str]:
    """Press the button; the answer, and what the page then says."""
    answer = visitor.post(EXPORT_ADDRESS, {"csrf": visitor.csrf(), "kampagne": "dagen", **form})
    return answer.status_code, visitor.get(EXPORT_ADDRESS).text


def test_an_administrator_makes_it_and_takes_it_home(day: Day) -> None:
    visitor = administrator(day)
    export = FakeExport(day.reports)
    export.package("dagen", False).unlink()
    assert "Der er ingen pakke endnu." in visitor.get(EXPORT_ADDRESS).text
    assert visitor.get(PACKAGE).status_code == 404
    status, told = make(visitor)
    assert status == 303
    content = export.package("dagen", False).read_bytes()
    assert hashlib.sha256(content).hexdigest() in told
    fetched = visitor.get(PACKAGE)
    assert fetched.content == content
    assert fetched.headers["content-type"] == "application/zip"
    assert fetched.headers["content-disposition"] == 'attachment; filename="dagen-dagens-resultater.zip"'
    assert fetched.headers["cache-control"] == "no-store"
    assert fetched.headers["x-content-type-options"] == "nosniff"


def test_only_a_form_of_its_own_makes_it(day: Day) -> None:
    visitor = administrator(day)
    package = FakeExport(day.reports).package("dagen", False)
    package.unlink()
    assert visitor.post(EXPORT_ADDRESS, {"kampagne": "dagen"}).status_code == 403
    assert visitor.post(EXPORT_ADDRESS, {"kampagne": "dagen", "csrf": visitor.csrf()}, origin="http://ond").status_code == 403
    assert not package.exists()


@pytest.mark.parametrize("right", [Right.READER, Right.SUPPLIER, Right.MONITOR])
def test_nobody_else_does(day: Day, right: Right) -> None:
    visitor = day.hall.visitor()
    visitor.log_in(day.hall.token(right, "Bo Dal", *(["novax"] if right is Right.SUPPLIER else [])))
    package = FakeExport(day.reports).package("dagen", False)
    before = package.stat().st_mtime_ns
    assert visitor.post(EXPORT_ADDRESS, {"csrf": visitor.csrf(), "kampagne": "dagen"}).status_code == 403
    assert [visitor.get(path).status_code for path in (EXPORT_ADDRESS, PACKAGE)] == [403, 403]
    assert package.stat().st_mtime_ns == before
    assert EXPORT_ADDRESS not in visitor.get("/").text


def test_an_export_that_fails_is_told_and_the_one_before_it_stands(day: Day) -> None:
    visitor = administrator(day)
    status, told = make(visitor, prøvekørsler="ja")
    assert status == 303
    assert "Pakken er ikke lavet." in told
    assert "Der er ingen prøvekørsler." in told
    assert "Hent pakken" in told
    assert "Pakken er ikke lavet." not in make(visitor)[1]


def test_a_campaign_nobody_knows_is_none(day: Day) -> None:
    visitor = administrator(day)
    for campaign in ("", "findes-ikke", "../dagen"):
        answer = visitor.post(EXPORT_ADDRESS, {"csrf": visitor.csrf(), "kampagne": campaign})
        assert answer.status_code == 404, campaign


def test_what_the_wall_before_made_is_found_again(tmp_path: Path, day: Day) -> None:
    """The day's wall never made the package: it lay on the disk."""
    told = administrator(day).get(EXPORT_ADDRESS).text
    assert "Hent pakken" in told
    assert PACKAGE in told


def test_two_at_once_are_made_one_after_the_other(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    both, met = threading.Barrier(2), []

    def with_the_other(self: FakeExport, campaign: str, rehearsal: bool) -> tuple[str, ...]:
        try:
            both.wait(0.5)
        except threading.BrokenBarrierError:  # nobody else is at it
            return ("lavet",)
        met.append(campaign)
        return ()

    monkeypatch.setattr(FakeExport, "make", with_the_other)
    one, other = administrator(day), day.hall.visitor()
    other.log_in(day.hall.token(Right.ADMINISTRATOR, "Bo Dal"))
    forms = [(each, {"csrf": each.csrf(), "kampagne": "dagen"}) for each in (one, other)]

    async def together() -> list[int]:
        async def press(visitor: Visitor, form: dict[str, str]) -> int:
            way = httpx.ASGITransport(day.hall.app)
            async with httpx.AsyncClient(transport=way, base_url=visitor.base, cookies=visitor.cookies) as client:
                return (await client.post(EXPORT_ADDRESS, data=form, headers={"origin": visitor.base})).status_code

        return await asyncio.gather(*(press(*each) for each in forms))

    assert day.hall.runner.run(together()) == [303, 303]
    assert met == []


def test_a_campaign_without_a_day_says_so(tmp_path: Path) -> None:
    export = _Export(find_house(), tmp_path)
    with pytest.raises(ConfigurationError, match="Kampagnen har ingen dag"):
        export.make("kol-lrs-2027", False)
    assert export.package("kol-lrs-2027", True) == tmp_path / "kol-lrs-2027" / "dagens-resultater-proevekoersel.zip"
