"""The pages of reviews as a browser asks for them: a supplier hands in, and MedCom's tester judges."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from lxml import html
from reviewed_run import GOOD, PLAN, reviews_of, write_run

from harness.domain.errors import ConfigurationError
from harness.domain.review import Reviewing
from harness.hub.hub import Hub
from harness.hub.pages.front import Listening
from harness.record.result import read_result

LIVE = {"phase": "prætest"}
RUN = "gennemgang/lille/novax/20270301T0915"


class Visitor:
    """A browser that keeps cookies, follows redirects and sends the hidden fields of the form it fills in."""

    def __init__(self, hub: Hub, who: str) -> None:
        self._client = httpx.AsyncClient(base_url=hub.pages_address, follow_redirects=True, trust_env=False)
        self._hub, self._home = hub, f"/{who}/"
        self.seen = html.document_fromstring("<p></p>")
        self.status = 0

    async def enter(self, by: str) -> None:
        await self._client.post(self._hub.link(self._home.strip("/")), data={"navn": by})

    async def close(self) -> None:
        await self._client.aclose()

    async def get(self, page: str = "") -> str:
        return self._show(await self._client.get(self._home + page))

    async def bytes(self, page: str) -> bytes:
        return (await self._client.get(self._home + page)).content

    async def act(self, word: str, page: str = RUN, **form: str) -> str:
        hidden = {each.get("name"): each.get("value") for each in self.seen.xpath("//input[@name='_csrf' or @name='_set']")}
        return self._show(await self._client.post(self._home + page, data={**hidden, "handling": word, **form}))

    def offered(self) -> set[str]:
        """What the page has forms for."""
        return {str(each.get("value")) for each in self.seen.xpath("//input[@name='handling']")}

    def _show(self, answer: httpx.Response) -> str:
        self.status, self.seen = answer.status_code, html.document_fromstring(answer.text)
        return " ".join(self.seen.text_content().split())


@asynccontextmanager
async def hub_in(reports: Path) -> AsyncIterator[Hub]:
    hub = Hub(reports, ("novax", "xmo"), list, frozenset(), reviews=reviews_of(reports))
    try:
        await hub.start("127.0.0.1", 0, pages=Listening())
        yield hub
    finally:
        await hub.stop()


Enter = Callable[[str, str], Coroutine[Any, Any, Visitor]]


def carry_out(reports: Path, test: Callable[[Hub, Enter], Coroutine[Any, Any, None]]) -> None:
    visitors: list[Visitor] = []

    async def whole() -> None:
        async with hub_in(reports) as hub:

            async def enter(who: str, by: str) -> Visitor:
                visitors.append(Visitor(hub, who))
                await visitors[-1].enter(by)
                return visitors[-1]

            try:
                await test(hub, enter)
            finally:
                await asyncio.gather(*(each.close() for each in visitors))

    asyncio.run(asyncio.wait_for(whole(), 60))


def test_a_run_is_handed_in_judged_and_returned_on_the_pages(tmp_path: Path) -> None:
    folder = write_run(tmp_path, standings={**GOOD, "DEL-02": "F3"}, **LIVE)

    async def test(_: Hub, enter: Enter) -> None:
        anna, bo = await enter("novax", "Anna Bek"), await enter("medcom", "Bo Dal")
        assert "Intet venter på MedCom." in await bo.get()
        assert "20270301T0915" in await anna.get("gennemgang")
        await anna.get(RUN)
        assert anna.offered() == {"indsend", "bemærk", "pause", "kritisk"}
        assert "Indsendt til MedCom: 3 resultater Anna Bek (leverandør)" in await anna.act("indsend")
        assert "Venter på MedCom" in await bo.get()
        assert "Det er ikke gemt" not in await bo.get(RUN)
        assert "godkend" not in bo.offered()
        await bo.act("tag")
        assert "Planen har en titel" in await bo.get(f"{RUN}?scenarie=DEL-02")
        assert "Vælg en karakter." in await bo.act("vurdér", scenarie="DEL-02", tekst="Kun en stavefejl")
        assert (bo.status, bo.seen.get_element_by_id("tekst-vurdér").text.strip()) == (422, "Kun en stavefejl")
        assert "Skriv, hvorfor det er et andet." in await bo.act("vurdér", scenarie="DEL-02", karakter="F4")
        shown = await bo.act("vurdér", scenarie="DEL-02", karakter="F4", tekst="Kun en stavefejl")
        assert (bo.seen.get_element_by_id("vurdering").text_content().split()[0], bo.status) == ("F4", 200)
        assert "Blev F3" in shown
        await bo.get(RUN)
        await bo.act("returnér", tekst="Send et skærmbillede")
        assert "Send et skærmbillede" in await anna.get(RUN)
        await anna.act("indsend", **{"udvalgte": "ja", "valgt.DEL-02": "ja"})

    carry_out(tmp_path, test)
    review = read_result(folder).review
    assert (review.state, review.submitted) == (Reviewing.TO_VERIFY, ("DEL-02",))


def test_a_supplier_sees_its_own_runs_alone_and_acts_for_nobody_else(tmp_path: Path) -> None:
    folder = write_run(tmp_path)

    async def test(hub: Hub, enter: Enter) -> None:
        anna, xmo = await enter("novax", "Anna Bek"), await enter("xmo", "Ida Lund")
        await xmo.get("gennemgang")
        assert (xmo.status, "Systemet har ingen kørsler endnu." in xmo.seen.text_content()) == (200, True)
        for page in (RUN, f"{RUN}?scenarie=DEL-02", "gennemgang/../../../etc", "gennemgang/lille/novax"):
            await xmo.get(page)
            assert xmo.status == 404
        await anna.get(RUN)
        await anna.act("tag")
        assert (anna.status, "Det kan kun MedCom gøre" in anna.seen.text_content()) == (422, True)
        await anna.get(RUN)
        await anna.act("indsend", _csrf="en anden side")
        assert anna.status == 403
        for page in ("/medcom/", f"/medcom/{RUN}", "/medcom/novax/"):
            assert (await asyncio.to_thread(httpx.get, hub.pages_address + page, trust_env=False)).status_code == 403

    carry_out(tmp_path, test)
    assert not read_result(folder).review.said


def test_evidence_is_saved_with_what_may_be_a_foreign_number_masked(tmp_path: Path) -> None:
    folder = write_run(tmp_path)

    async def test(_: Hub, enter: Enter) -> None:
        anna = await enter("novax", "Anna Bek")
        sha256 = read_result(folder).state.foreign_cprs[0].sha256
        assert await anna.bytes(f"{RUN}/bevis/{sha256}") == PLAN[:18] + b"x" * 11 + PLAN[29:]
        await anna.get(f"{RUN}/bevis/{'0' * 64}")
        assert anna.status == 404

    carry_out(tmp_path, test)


def test_what_was_written_meanwhile_stops_a_decision_on_an_older_page(tmp_path: Path) -> None:
    write_run(tmp_path)

    async def test(_: Hub, enter: Enter) -> None:
        anna, bo = await enter("novax", "Anna Bek"), await enter("medcom", "Bo Dal")
        await anna.get(RUN)
        await anna.act("indsend")
        await bo.get(RUN)
        await bo.act("tag")
        await anna.act("bemærk", tekst="Vent lidt")
        assert "En anden har skrevet i gennemgangen imens." in await bo.act("godkend")
        assert "verificeret" in await bo.act("godkend")

    carry_out(tmp_path, test)


def test_a_decision_that_does_not_say_what_was_seen_is_refused(tmp_path: Path) -> None:
    folder = write_run(tmp_path, **LIVE)
    judged = {"scenarie": "DEL-02", "karakter": "F4"}

    async def test(_: Hub, enter: Enter) -> None:
        anna, bo = await enter("novax", "Anna Bek"), await enter("medcom", "Bo Dal")
        await anna.get(RUN)
        await anna.act("indsend")
        await bo.get(RUN)
        await bo.act("tag")
        for word, form in (("vurdér", judged), ("returnér", {"tekst": "x"}), ("afvis", {"tekst": "x"}), ("godkend", {})):
            assert "Siden siger ikke, hvad der er set." in await bo.act(word, _set="", **form)
            assert bo.status == 422
        await bo.get(RUN)
        await anna.act("bemærk", tekst="Vent lidt")
        assert "En anden har skrevet i gennemgangen imens." in await bo.act("vurdér", **judged)
        await bo.act("vurdér", **judged)
        assert bo.status == 200

    carry_out(tmp_path, test)
    assert [*read_result(folder).review.assessed] == ["DEL-02"]


def test_no_system_is_called_as_medcoms_page_is(tmp_path: Path) -> None:
    async def start() -> None:
        hub = Hub(tmp_path, ("medcom",), list, frozenset(), reviews=reviews_of(tmp_path))
        try:
            await hub.start("127.0.0.1", 0, pages=Listening())
        finally:
            await hub.stop()

    with pytest.raises(ConfigurationError, match="Et system kan ikke hedde medcom"):
        asyncio.run(start())
