"""The pages as a browser asks for them, over sockets: who is let in, what they see, and what becomes of their answers."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from at_the_desk import (
    ACCOUNT,
    ATTEST,
    CHOOSE,
    DO,
    ELMER,
    FINDING,
    JUDGE,
    NANCY,
    RUN,
    SCENARIO,
    TELL,
    WAITING,
    again,
    begin,
    pages_in,
    port_of,
)
from lxml import html
from over_tcp import connect, run

from harness.cli.main import main
from harness.domain.errors import BadInput, ConfigurationError, EnvironmentFault
from harness.domain.event import Answered, Extended, Judged, Ordered, Prompted, RunEnded, ScenarioEnded, Waited
from harness.domain.exchange import Request
from harness.domain.prompt import Answer, Outcome, Prompt
from harness.hub.http import HttpDoor
from harness.hub.hub import Hub
from harness.hub.pages.access import ACCESS_FILE, Access
from harness.hub.pages.site import PAGE_LIMITS, Site
from harness.record.log import LOG_NAME, read_log

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


class Browser:
    """A browser that keeps cookies, follows redirects and fills in the forms it is shown."""

    def __init__(self, address: str) -> None:
        self._client = httpx.AsyncClient(base_url=address, follow_redirects=True, trust_env=False)
        self.seen: html.HtmlElement = html.document_fromstring("<html><body></body></html>")
        self.status = 0
        self.headers = httpx.Headers()

    async def get(self, address: str) -> str:
        return self._show(await self._client.get(address))

    async def post(self, address: str, form: dict[str, str], files: Any = None, csrf: str | None = None) -> str:
        """Send `form` with what the page shown last hides in its own forms."""
        hidden = {str(each.get("name")): str(each.get("value")) for each in self.seen.xpath("//input[@type='hidden']")}
        given = {**hidden, **form} | ({} if csrf is None else {"_csrf": csrf})
        return self._show(await self._client.post(address, data=given, files=files))

    async def enter(self, hub: Hub, by: str = "Anna Bek", system: str = "novax") -> str:
        return await self.post(hub.link(system), {"navn": by})

    def _show(self, answer: httpx.Response) -> str:
        self.status, self.headers = answer.status_code, answer.headers
        if "html" in answer.headers.get("content-type", ""):
            self.seen = html.document_fromstring(answer.text)
        return answer.text

    def text(self, of: str) -> str:
        """The text of the element with this id."""
        return " ".join(self.seen.get_element_by_id(of).text_content().split())

    @property
    def state(self) -> str:
        return str(self.seen.find("body").get("data-tilstand"))

    async def close(self) -> None:
        await self._client.aclose()


@asynccontextmanager
async def at_the_page(reports: Path) -> AsyncIterator[tuple[Hub, Browser]]:
    async with pages_in(reports) as hub:
        browser = Browser(hub.pages_address)
        await browser.enter(hub)
        try:
            yield hub, browser
        finally:
            await browser.close()


def answers(reports: Path) -> list[Answered]:
    log = read_log(reports / "kørsel" / LOG_NAME)
    return [entry.event for entry in log if isinstance(entry.event, Answered)]


def test_a_link_lets_one_browser_in_once_and_to_its_own_system_only(tmp_path: Path) -> None:
    async def test() -> None:
        async with pages_in(tmp_path) as hub:
            one, two = Browser(hub.pages_address), Browser(hub.pages_address)
            link = hub.link("novax")
            assert "lps link novax" in await one.get("/novax/")
            assert one.status == 403
            await one.get(link)
            await one.get(link)  # whoever only looks, as a mail program does, does not use it up
            await one.post(link, {"navn": " "})
            assert (one.status, one.text("navn-fejl")) == (422, "Skriv dit navn.")
            await one.post(link, {"navn": "2512489996"})
            assert one.text("navn-fejl") == "Skriv dit navn uden tal."
            await one.post(link, {"navn": "  Anna   Bek "})
            assert (one.status, one.state) == (200, "ingen kørsel")
            assert "Du er Anna Bek" in one.text("del-hoved")
            await two.post(link, {"navn": "Bo"})
            assert two.status == 410
            for there, status in (("/novax/", 200), ("/novax", 200), ("/xmo/", 403), ("/xmo/nyt", 403), ("/ukendt/", 404)):
                await one.get(there)
                assert one.status == status, there
            await one.close()
            await two.close()
            with pytest.raises(ConfigurationError, match="Kan være: novax, xmo"):
                hub.link("nova")

    run(test)


def test_what_is_kept_of_links_and_cookies_lets_nobody_in(tmp_path: Path) -> None:
    path = tmp_path / ACCESS_FILE
    access = Access(path, secure=True)
    secret = access.new_link("novax")
    system, cookie = access.enter(secret, "Åse")
    assert system == "novax"
    assert re.fullmatch(r"lps=[\w-]{43}; Path=/novax; Max-Age=2592000; HttpOnly; SameSite=Strict; Secure", cookie)
    value = cookie.partition(";")[0].partition("=")[2]
    kept = path.read_text("utf-8")
    assert secret not in kept
    assert value not in kept
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600

    later = Access(path)
    known = later.tester("novax", (("cookie", f"andet=1; lps={value}"),))
    assert known is not None
    assert known.by == "Åse"
    assert not known.sent("")
    assert later.tester("xmo", (("cookie", f"lps={value}"),)) is None
    assert later.tester("novax", (("cookie", f"lps={json.loads(kept)['sessions'].popitem()[0]}"),)) is None
    with pytest.raises(BadInput, match="brugt"):
        later.enter(secret, "Bo")


def test_a_link_and_a_cookie_stop_working_in_time(tmp_path: Path) -> None:
    path = tmp_path / ACCESS_FILE
    access = Access(path)
    secret = access.new_link("novax")
    cookie = access.enter(access.new_link("novax"), "Bo")[1].partition(";")[0]
    path.write_text(re.sub(r"20\d\d-", "2020-", path.read_text("utf-8")), "utf-8")
    old = Access(path)
    assert old.invited_to(secret) == ""
    assert old.tester("novax", (("cookie", cookie),)) is None
    path.write_text('{"links": []}', "utf-8")
    with pytest.raises(BadInput, match="Slet filen"):
        Access(path)


def test_every_page_forbids_what_it_does_not_need_and_calls_its_files_by_their_hash(tmp_path: Path) -> None:
    async def test() -> None:
        async with at_the_page(tmp_path) as (_, browser):
            page = await browser.get("/novax/")
            policy = browser.headers["content-security-policy"]
            assert policy.startswith("default-src 'none'; style-src 'self'; script-src 'self'")
            assert "unsafe" not in policy
            assert browser.headers["cache-control"] == "no-store"
            assert browser.headers["x-content-type-options"] == "nosniff"
            assert not re.search(r"""\s(style|on\w+)=|https?://(?!127\.0\.0\.1)""", page)
            named = re.findall(r'(?:href|src)="(/-/filer/\w+\.[0-9a-f]{16}\.(?:css|js|svg))"', page)
            assert len(named) == 3
            for address in named:
                await browser.get(address)
                assert (browser.status, browser.headers["cache-control"]) == (200, "public, max-age=31536000, immutable")
            for address in ("/-/filer/side.css", "/-/filer/../site.py", "/-/filer/", "/-/", "/novax/ukendt", "/novax/bilag/"):
                await browser.get(address)
                assert browser.status == 404, address

    run(test)


def test_a_form_from_elsewhere_changes_nothing(tmp_path: Path) -> None:
    async def test() -> None:
        async with at_the_page(tmp_path) as (hub, browser):
            one = await begin(hub)
            await one.append(Prompted(DO))
            await browser.get("/novax/")
            for csrf in ("", "0" * 64, "æ"):
                await browser.post("/novax/svar", {"_svar": "udført"}, csrf=csrf)
                assert browser.status == 403
                await browser.post("/novax/mere-tid", {"_nummer": "1"}, csrf=csrf)
                await browser.post("/novax/navn", {"navn": "Ond"}, csrf=csrf)
            assert "Du er Anna Bek" in await browser.get("/novax/")
            await browser.post("/novax/ukendt", {})
            assert browser.status == 404

    run(test)
    assert answers(tmp_path) == []


def test_large_bodies_are_for_those_who_were_let_in_and_a_foreign_name_is_for_nobody(tmp_path: Path) -> None:
    async def test() -> None:
        async with at_the_page(tmp_path) as (hub, browser):
            cookie = "; ".join(f"{name}={value}" for name, value in browser._client.cookies.items())
            for path, kept, status in (
                ("/novax/svar", cookie, b"100 "),
                ("/novax/svar", "lps=x", b"413"),
                ("/novax/navn", cookie, b"413"),
                ("/xmo/svar", cookie, b"413"),
                (hub.link("novax").removeprefix(hub.pages_address), "", b"413"),
            ):
                client = await connect(port_of(hub))
                head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {kept}\r\n"
                await client.send(f"{head}Content-Length: 90000000\r\nExpect: 100-continue\r\n\r\n".encode())
                assert (await client.reader.readexactly(12)).endswith(status.strip()), (path, kept)
                await client.close()
            foreign = await connect(port_of(hub), "ond.test")
            assert (await foreign.ask("/novax/"))[0] == 421
            await foreign.close()

    run(test)


def test_the_control_room_leads_to_the_systems_and_is_for_the_hubs_own_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test() -> None:
        async with pages_in(tmp_path) as hub:
            browser = Browser(hub.pages_address)
            await browser.get("/")
            assert browser.seen.xpath("//tbody//a/@href") == ["/novax/", "/xmo/"]
            await browser.close()
            monkeypatch.setattr("harness.hub.http.Stream.peer", property(lambda _: "10.0.0.17"))
            other = Browser(hub.pages_address)
            assert "Kontrolrummet vises kun" in await other.get("/")
            assert other.status == 403
            await other.close()

    run(test)


def test_a_tester_sees_what_to_do_with_whom_and_where_in_the_story(tmp_path: Path) -> None:
    async def test() -> None:
        async with at_the_page(tmp_path) as (hub, browser):
            one = await begin(hub, at=2)
            await one.append(Prompted(DO))
            await browser.get("/novax/")
            assert browser.state == "spørger"
            assert browser.text("spurgt") == "Gør dette i Novax"
            steps = browser.seen.xpath("//ol[@class='trin']/li")
            assert [each.get("class") for each in steps] == ["nu", "nu", "nu", "mangler", "mangler"]
            assert [each.get("aria-current") for each in steps] == ["step", None, None, None, None]
            assert browser.seen.xpath("//*[@data-kopi]/@data-kopi")[:3] == [NANCY, "Nancy Ann Test Berggren", "Nancy"]
            assert NANCY not in browser.seen.xpath("//*[@data-kopi]/@data-kopi")[1:]

            [form] = browser.seen.xpath("//form[@data-spørgsmål]")
            assert (form.get("data-spørgsmål"), form.get("data-ønsker")) == (DO.id, "udfør")
            tasks = browser.seen.xpath("//*[@data-handling or @data-visning]")
            assert [each.get("data-handling") for each in tasks] == ["opret-patient", "opret-plan"]
            assert [json.loads(each.get("data-indtastet")) for each in tasks] == [task.entered for task in DO.tasks]
            assert json.loads(tasks[1].get("data-laver")) == {"plan": "Plan 1 (Nancy)"}
            assert "Det, du laver her, hedder herefter Plan 1 (Nancy)." in browser.text("del-opgave")
            assert browser.seen.xpath("//input[@name='_svar']/@value") == ["udført", "fejl", "kan ikke udføres", "sprunget over"]

            await one.answer(DO.id, Answer(Outcome.DONE, "Bo"))
            told = {"tekst": "Vi har set ham", "mål": ["Gå en tur BCDFGH"], "antal": 2}
            await one.append(Ordered("vans", "send", told, "2027-03-01T09:15:00+00:00", ()))
            await one.append(Prompted(JUDGE))
            await browser.get("/novax/")
            steps = browser.seen.xpath("//ol[@class='trin']/li")
            assert [each.get("class") for each in steps[:2]] == ["gjort", "gjort"]
            assert browser.seen.xpath("//*[@id='sendt']/li/text()") == ["Gå en tur BCDFGH"]
            [looked] = browser.seen.xpath("//*[@data-visning]")
            assert looked.get("data-visning") == "plan"
            assert "Plan 1 (Nancy)" not in browser.seen.xpath("//*[@data-kopi]/@data-kopi")
            values = ["OK", "F4", "F3", "F2", "F1", "IR", "kan ikke udføres", "sprunget over"]
            assert browser.seen.xpath("//input[@name='_svar']/@value") == values
            assert not browser.seen.xpath("//form//input[@checked]"), "nothing is green by default"

    run(test)


def test_an_answer_is_on_the_disk_with_its_files_which_are_only_ever_saved(tmp_path: Path) -> None:
    async def test() -> None:
        async with at_the_page(tmp_path) as (hub, browser):
            one = await begin(hub)
            await one.append(Prompted(DO))
            await browser.get("/novax/")
            form = {"_svar": "fejl", "_karakter": "F2", "_bemærkning": "Knappen <b>mangler</b>."}
            await browser.post("/novax/svar", form, [("_filer", ("skærm æ.png", PNG)), ("_filer", ("", b""))])
            assert (browser.status, browser.state) == (200, "arbejder")
            [link] = browser.seen.xpath("//a[@download]")
            assert "Knappen <b>mangler</b>." in browser.text("d-svar")
            await browser.get(f"/novax/{link.get('href')}")
            assert browser.headers["content-disposition"] == "attachment; filename*=UTF-8''sk%C3%A6rm%20%C3%A6.png"
            assert (browser.headers["content-type"], browser.headers["content-security-policy"]) == ("image/png", "sandbox")
            await browser.get("/novax/bilag/" + "0" * 64)
            assert browser.status == 404

    run(test)
    [said] = [each.answer for each in answers(tmp_path)]
    assert (said.by, said.outcome, said.grade, said.remark) == ("Anna Bek", "fejl", "F2", "Knappen <b>mangler</b>.")
    assert [(each.name, each.media_type, each.size) for each in said.files] == [("skærm æ.png", "image/png", len(PNG))]


def test_a_refused_answer_says_why_at_the_field_and_keeps_what_was_written(tmp_path: Path) -> None:
    async def test() -> None:
        async with at_the_page(tmp_path) as (hub, browser):
            one = await begin(hub)
            await one.append(Prompted(TELL))
            await browser.get("/novax/")
            row = {"henvisninger.0.dato": "2027-03-01", "henvisninger.0.modtager": "kommune"}
            await browser.post("/novax/svar", {"_svar": "udført", "udgave": "tre", **row}, files=[("_filer", ("", b""))])
            assert browser.status == 422
            links = {link.get("href").removeprefix("#"): link.text for link in browser.seen.xpath("//*[@role='alert']//a")}
            assert links == {
                "f-henvisninger.0.haster": "Henvisninger, række 1: Haster mangler.",
                "f-udgave": "Udgave: Skriv et helt tal. Fundet: tre",
            }
            for place in links:
                field = browser.seen.get_element_by_id(place)
                assert field.get("aria-invalid") == "true"
                assert all(browser.seen.get_element_by_id(each) is not None for each in field.get("aria-describedby").split())
            assert browser.seen.get_element_by_id("f-udgave").get("value") == "tre"
            assert browser.seen.xpath("//input[@name='_svar'][@checked]/@value") == ["udført"]
            await browser.post("/novax/svar", {"_række": "+henvisninger", "udgave": "4", **row})
            assert browser.seen.xpath("//*[@data-række='henvisninger.1']")
            assert browser.seen.get_element_by_id("f-udgave").get("value") == "4"
            cannot = {"_svar": "kan ikke udføres", "_bemærkning": "x"}
            await browser.post("/novax/svar", cannot, files=[("_filer", ("a.txt", b"hej"))])
            assert (browser.status, browser.text("fejl-_filer")) == (
                422,
                "Filen a.txt er hverken PNG, JPEG, PDF, XML eller JSON.",
            )
            foreign = b"<a>\xc3\xa6 010203-1234</a>"
            await browser.post("/novax/svar", cannot, files=[("_filer", ("a.xml", foreign))])
            assert browser.text("fejl-_filer").startswith("Filen indeholder et CPR-nummer")

    run(test)
    assert answers(tmp_path) == []


def test_of_two_testers_the_second_is_told_who_was_first_and_keeps_their_text(tmp_path: Path) -> None:
    async def test() -> None:
        async with at_the_page(tmp_path) as (hub, browser):
            other = Browser(hub.pages_address)
            await other.enter(hub, "Bo Lund")
            one = await begin(hub)
            await one.append(Prompted(DO))
            for each in (browser, other):
                await each.get("/novax/")
            await other.post("/novax/svar", {"_svar": "udført"})
            await browser.post("/novax/svar", {"_svar": "sprunget over", "_bemærkning": "Vi har\nikke planer."})
            assert browser.status == 409
            assert "Bo Lund har allerede svaret: udført. Dit svar er ikke gemt." in browser.text("del-besked")
            assert "Vi har ikke planer." in browser.text("del-besked")
            assert browser.seen.xpath("//*[@data-om]/@data-sagt")[0].startswith("Bo Lund har allerede svaret: udført.")
            await other.post("/novax/svar", {"_svar": "udført", "_spørgsmål": DO.id})  # sent again: nobody heard the answer
            assert other.status == 200
            await one.append(ScenarioEnded("DEL-01[KOL]", 1, "OK", ""))
            await browser.post("/novax/svar", {"_svar": "udført", "_spørgsmål": DO.id, "_bemærkning": "for sent"})
            assert browser.status == 409
            assert "for sent" in browser.text("del-besked")
            await hub.close("novax")
            await browser.post("/novax/svar", {"_svar": "udført", "_spørgsmål": DO.id, "_bemærkning": "alt for sent"})
            assert (browser.status, browser.state) == (409, "ingen kørsel")
            assert "alt for sent" in browser.text("del-besked")
            await other.close()

    run(test)
    assert [each.answer.by for each in answers(tmp_path)] == ["Bo Lund"]


def test_an_answer_that_says_another_thing_under_the_same_name_is_not_lost(tmp_path: Path) -> None:
    async def test() -> None:
        async with at_the_page(tmp_path) as (hub, browser):
            one = await begin(hub)
            await one.append(Prompted(DO))
            await browser.get("/novax/")
            first = {"_svar": "kan ikke udføres", "_bemærkning": "Knappen mangler", "_spørgsmål": DO.id}
            await browser.post("/novax/svar", first, files=[("_filer", ("a.xml", b"<a/>"))])
            await browser.post("/novax/svar", first, files=[("_filer", ("a.xml", b"<a/>"))])
            assert browser.status == 200
            await browser.post("/novax/svar", {**first, "_bemærkning": "Der er ingen knap til to"})
            assert (browser.status, "Der er ingen knap til to" in browser.text("del-besked")) == (409, True)
            await browser.post("/novax/svar", first, files=[("_filer", ("a.xml", b"<b/>"))])
            assert (browser.status, "Fil (ikke gemt)" in browser.text("del-besked")) == (409, True)

    run(test)
    assert [each.answer.remark for each in answers(tmp_path)] == ["Knappen mangler"]


def test_a_foreign_number_in_a_remark_is_the_testers_to_take_out(tmp_path: Path) -> None:
    async def test() -> None:
        async with at_the_page(tmp_path) as (hub, browser):
            one = await begin(hub)
            await one.append(Prompted(DO))
            await browser.get("/novax/")
            await browser.post("/novax/svar", {"_svar": "kan ikke udføres", "_bemærkning": "Se CPR010203 1234"})
            assert browser.status == 422
            assert browser.text("fejl-_bemærkning").endswith("er et test-CPR-nummer. Ret teksten. Dit svar er ikke gemt.")
            await browser.post("/novax/svar", {"_svar": "kan ikke udføres", "_bemærkning": f"Se {NANCY}"})

    run(test)
    assert [each.answer.remark for each in answers(tmp_path)] == [f"Se {NANCY}"]


@pytest.mark.parametrize("prompt", [JUDGE, ATTEST, ACCOUNT], ids=lambda prompt: prompt.wanted)
def test_in_certificering_medcoms_tester_alone_judges(tmp_path: Path, prompt: Prompt) -> None:
    async def test() -> None:
        async with at_the_page(tmp_path) as (hub, anna):
            one = await begin(hub, as_started=replace(RUN, phase="certificering"))
            await one.append(Prompted(DO))
            await anna.get("/novax/")
            await anna.post("/novax/svar", {"_svar": "udført"})  # what is to be done is the supplier's own
            await one.append(Prompted(prompt))
            assert "MedComs tester svarer på dette." in await anna.get("/novax/")
            said = {"_spørgsmål": prompt.id, "_svar": "udført" if prompt is ACCOUNT else "OK", "_bemærkning": "Jeg så det"}
            await anna.post("/novax/svar", said)
            assert (anna.status, "det MedComs tester, der svarer" in anna.text("del-besked")) == (409, True)
            with pytest.raises(BadInput, match="MedComs tester"):
                await one.answer(prompt.id, Answer(Outcome.DONE, "Anna Bek", remark="Jeg så det"))
            await anna.enter(hub, "Bo Dal", "medcom")  # MedCom's page has a cookie of its own in the same browser
            assert prompt.says in await anna.get("/medcom/novax/")
            await anna.post("/medcom/novax/svar", said)
            assert anna.status == 200

    run(test)
    assert [(each.answer.by, each.answer.role) for each in answers(tmp_path)] == [("Anna Bek", ""), ("Bo Dal", "MedCom")]


def test_a_wait_is_shown_with_its_time_and_can_be_given_more(tmp_path: Path) -> None:
    async def test() -> None:
        async with at_the_page(tmp_path) as (hub, browser):
            one = await begin(hub, at=3)
            await one.append(WAITING)
            await one.receive("lps", Request("POST", "/p/plan", (), b"<a/>"))
            await one.append(Judged("Planen", "", (), {}, (FINDING,)))
            await browser.get("/novax/")
            assert browser.state == "venter"
            assert WAITING.what in browser.text("del-venter")
            [left] = browser.seen.xpath("//@data-rest")
            assert 0 < float(left) <= WAITING.seconds
            assert "POST /p/plan" in browser.text("d-kommet")
            assert "F3 CPD-31" in browser.text("d-fund")
            await browser.post("/novax/mere-tid", {})
            [left] = browser.seen.xpath("//@data-rest")
            assert WAITING.seconds < float(left) <= WAITING.seconds + 300
            await one.append(Waited(1, True, 1))
            await browser.post("/novax/mere-tid", {"_nummer": "1"})
            assert (browser.status, browser.state) == (409, "arbejder")
            await browser.post("/novax/mere-tid", {"_nummer": "en"})
            assert browser.status == 409

    run(test)
    log = read_log(tmp_path / "kørsel" / LOG_NAME)
    [given] = [entry.event for entry in log if isinstance(entry.event, Extended)]
    assert given == Extended(1, 300.0, "Anna Bek")


def test_the_page_knows_when_nothing_is_asked_and_says_what_to_do(tmp_path: Path) -> None:
    async def test() -> None:
        async with at_the_page(tmp_path) as (hub, browser):
            start = f"lps run --vendor novax --reports {tmp_path} --driver attended --target live"
            assert start in browser.text("del-opgave")
            hub.authority = tmp_path / "min mappe" / "ca.crt"
            await browser.get("/novax/")
            assert f'--ca "{hub.authority}" --driver attended' in browser.text("del-opgave")
            assert hub.address_of("novax") in browser.text("del-opgave")
            one = await begin(hub)
            await browser.get("/novax/")
            assert (browser.state, browser.text("del-besked")) == ("arbejder", "")
            hub.leave("novax")
            await browser.get("/novax/")
            assert "Kørslen står stille." in browser.text("del-besked")
            await one.append(ScenarioEnded("DEL-01[KOL]", 1, "F3", "Planen har ingen titel."))
            await browser.get("/novax/")
            assert browser.state == "mellem to scenarier"
            assert "DEL-01[KOL]: F3. Planen har ingen titel." in browser.text("del-opgave")
            await one.append(RunEnded(1, 2.0))
            await browser.get("/novax/")
            assert (browser.state, browser.text("spurgt")) == ("slut", "Kørslen er slut")

    run(test)


def test_what_belongs_to_the_last_scenario_is_not_shown_beside_the_next_ones_values(tmp_path: Path) -> None:
    kept = ("d-fund", "d-svar", "d-kommet", "sendt")

    def shown(browser: Browser) -> list[str]:
        return [name for name in kept if browser.seen.xpath(f"//*[@id='{name}']")]

    async def test() -> None:
        async with at_the_page(tmp_path) as (hub, browser):
            one = await begin(hub, at=2)
            await one.append(Prompted(DO))
            await one.answer(DO.id, Answer(Outcome.FAULT, "Bo", "F4", "Lidt langsomt"))
            await one.append(Judged("på skærmen", "", (), {}, (FINDING,)))
            await one.append(Ordered("vans", "send", {"tekst": "Vi har set ham BCDFGH"}, "2027-03-01T09:15:00+00:00", ()))
            await one.append(Prompted(JUDGE))
            await browser.get("/novax/")
            assert shown(browser) == [*kept]
            await one.append(ScenarioEnded("DEL-01[KOL]", 1, "F3", "Planen har ingen titel."))
            await browser.get("/novax/")
            assert "DEL-01[KOL]: F3. Planen har ingen titel." in browser.text("del-opgave")
            assert shown(browser) == []
            chosen = replace(CHOOSE, id="DEL-02/1/0")
            await one.append(Prompted(chosen))
            await browser.get("/novax/")
            assert (browser.text("spurgt"), shown(browser)) == ("Vælg scenariets værdier", [])
            await one.answer(chosen.id, Answer(Outcome.DONE, "Bo", values={"værdi1": "Går på Ærø"}))
            await one.append(replace(SCENARIO, scenario="DEL-02"))
            await browser.get("/novax/")
            assert shown(browser) == ["d-svar", "d-kommet"], "what was chosen belongs to the attempt it was chosen for"
            assert chosen.says in browser.text("d-svar")

    run(test)


def test_a_waiting_page_hears_of_news_at_once_and_misses_none(tmp_path: Path) -> None:
    async def test() -> None:
        async with at_the_page(tmp_path) as (hub, browser):

            async def heard(version: str) -> str:
                return str(json.loads(await browser.get(f"/novax/nyt?efter={version}"))["version"])

            none = str(browser.seen.find("body").get("data-version"))
            waiting = asyncio.create_task(heard(none))
            one = await begin(hub)
            begun = await waiting
            assert begun != none
            await browser.get("/novax/")
            shown = str(browser.seen.find("body").get("data-version"))
            waiting = asyncio.create_task(heard(shown))
            await asyncio.sleep(0)
            await one.append(Prompted(DO))
            asked = await waiting
            assert asked != shown
            assert await heard(shown) == asked, "what came meanwhile is told at once"
            waiting = asyncio.create_task(heard(asked))
            hub.leave("novax")
            assert await waiting != asked

    run(test)


def test_a_new_hub_lets_the_same_browsers_in_and_asks_the_same(tmp_path: Path) -> None:
    async def test() -> None:
        async with pages_in(tmp_path) as hub:
            browser = Browser(hub.pages_address)
            await browser.enter(hub)
            one = await begin(hub)
            await one.append(Prompted(DO))
            await one.append(Prompted(again(DO, 9)))
            await one.answer(again(DO, 9).id, Answer(Outcome.DONE, "Bo"))
            await browser.get("/novax/")
            before = str(browser.seen.find("body").get("data-version"))
        async with pages_in(tmp_path, port_of(hub)):
            assert json.loads(await browser.get(f"/novax/nyt?efter={before}"))["version"] != before
            await browser.get("/novax/")
            assert browser.seen.xpath("//form/@data-spørgsmål") == [DO.id]
            assert "Kørslen står stille." in browser.text("del-besked")
            await browser.post("/novax/svar", {"_svar": "udført"})
            assert browser.state == "arbejder"
            await browser.close()

    run(test)
    assert [each.prompt for each in answers(tmp_path)] == [again(DO, 9).id, DO.id]


def test_first_contact_tells_what_came_but_never_what_it_says(tmp_path: Path) -> None:
    async def test() -> None:
        async with at_the_page(tmp_path) as (hub, browser):
            assert "Der er ikke kommet noget endnu" in await browser.get("/novax/foerste-kontakt")
            async with httpx.AsyncClient(trust_env=False) as lps:
                for path, body in (
                    ("p/brev", f"<VANSEnvelope>{ELMER}</VANSEnvelope>"),
                    ("p/andet", f'{{"cpr": "{ELMER}"}}'),
                    ("p/hej", "hej"),
                    ("p/tom", ""),
                    ("ukendt/sti", "x"),
                ):
                    await lps.post(f"{hub.address_of('novax')}/{path}", content=body)
            await asyncio.gather(*hub._noting)  # what came is recognised after it was answered
            page = await browser.get("/novax/foerste-kontakt")
            assert ELMER not in page
            rows = [[" ".join(cell.text_content().split()) for cell in row] for row in browser.seen.xpath("//tbody/tr")]
            assert sorted(row[1:] for row in rows) == [
                ["POST /novax/p/andet", "ikke genkendt (JSON)", "21 bytes", "200", "127.0.0.1"],
                ["POST /novax/p/brev", "Kuvert (VANSEnvelope)", "39 bytes", "200", "127.0.0.1"],
                ["POST /novax/p/hej", "ikke genkendt (noget andet end XML, JSON og EDIFACT)", "3 bytes", "200", "127.0.0.1"],
                ["POST /novax/p/tom", "intet indhold", "0 bytes", "200", "127.0.0.1"],
                ["POST /novax/ukendt/sti", "ikke genkendt (noget andet end XML, JSON og EDIFACT)", "1 bytes", "404", "127.0.0.1"],
            ]

    run(test)


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    async def test() -> None:
        async with pages_in(tmp_path / "en") as hub:
            with pytest.raises(EnvironmentFault, match=f"Siderne kan ikke vises på 127.0.0.1:{port_of(hub)}"):
                async with pages_in(tmp_path / "to", port_of(hub)):
                    pass

    run(test)


def test_a_tester_may_be_called_something_else(tmp_path: Path) -> None:
    async def test() -> None:
        async with at_the_page(tmp_path) as (_, browser):
            await browser.post("/novax/navn", {"navn": "Bo Lund"})
            assert "Du er Bo Lund" in browser.text("del-hoved")
            await browser.post("/novax/navn", {"navn": "x" * 81})
            assert (browser.status, browser.text("del-besked")) == (422, "Navnet er for langt. Det må højst være på 80 tegn.")

    run(test)


def test_what_others_have_written_is_shown_as_text(tmp_path: Path) -> None:
    bad = "</textarea><script>alert('&')</script>\""

    async def test() -> None:
        async with at_the_page(tmp_path) as (hub, browser):
            one = await begin(hub)
            await one.append(Prompted(DO))
            await browser.get("/novax/")
            page = await browser.post("/novax/svar", {"_svar": bad, "_bemærkning": bad})
            assert page.count("<script") == 1
            await browser.post("/novax/svar", {"_svar": "sprunget over", "_bemærkning": bad})
            page = await browser.post("/novax/svar", {"_svar": "udført", "_spørgsmål": DO.id, "_bemærkning": bad, bad: bad})
            assert (browser.status, page.count("<script")) == (409, 1)
            await browser.post("/novax/navn", {"navn": bad})
            assert (await browser.get("/novax/")).count("<script") == 1

    run(test)


@dataclass(frozen=True)
class Told:
    taken: bool
    said: str


@dataclass(frozen=True)
class LeftThere:
    name: str
    why: str


class FilesByHand:
    """Carries files as a test wants."""

    def __init__(self, *waiting: Path) -> None:
        self._waiting = waiting
        self.came: list[tuple[str, str, bytes]] = []

    def waiting_files(self, system: str) -> tuple[Path, ...]:
        return self._waiting if system == "novax" else ()

    def left_files(self, system: str) -> tuple[LeftThere, ...]:
        return (LeftThere("gammel.xml", "Filen er ikke genkendt."),) if system == "novax" else ()

    async def hand_in(self, system: str, name: str, data: bytes) -> Told:
        if system != "novax":
            raise KeyError(system)
        if data == b"fuld":
            raise OSError("disken er fuld")
        self.came.append((system, name, data))
        return Told(data != b"?", "Filen er taget ind." if data != b"?" else "Filen er ikke genkendt.")


def test_files_are_fetched_and_handed_in_by_hand(tmp_path: Path) -> None:
    waiting = tmp_path / "svar æ&1.xml"
    waiting.write_bytes(b"<script>")
    files = FilesByHand(waiting, tmp_path / "hentet.xml")

    async def test() -> None:
        async with pages_in(tmp_path / "hub") as hub:
            access = Access(tmp_path / ACCESS_FILE)
            site = Site(hub, access, "127.0.0.1", files)
            door = HttpDoor(site.answer, frozenset(), PAGE_LIMITS, room=site.room)
            browser = Browser(f"http://127.0.0.1:{await door.start('127.0.0.1')}")
            await browser.post(f"/-/ind/{access.new_link('novax')}", {"navn": "Anna"})
            assert "svar æ&1.xml" in browser.text("del-filer")
            await browser.get("/novax/filer")
            assert browser.seen.xpath("//dl/div/*/text()") == ["gammel.xml", "Filen er ikke genkendt."]
            address = browser.seen.xpath("//a[@download]/@href")[0]
            assert await browser.get(address) == "<script>"
            assert browser.headers["content-disposition"] == "attachment; filename*=UTF-8''svar%20%C3%A6%261.xml"
            assert browser.headers["content-type"] == "application/octet-stream"
            for gone in ("hentet.xml", "..%2F.sider.json", ".sider.json", ""):
                await browser.get(f"/novax/filer/{gone}")
                assert browser.status == 404, gone
            await browser.get("/novax/filer")
            await browser.post("/novax/filer", {}, [("fil", ("a.xml", b"<a/>")), ("fil", ("b", b"?")), ("fil", ("c", b"fuld"))])
            told = [each.text_content() for each in browser.seen.xpath("//*[contains(@class, 'besked')]")]
            assert told == [
                "a.xml: Filen er taget ind.",
                "b: Filen er ikke genkendt.",
                "c: Filen er ikke taget ind: disken er fuld. Prøv igen.",
            ]
            assert browser.status == 422
            await browser.post("/novax/filer", {}, [("fil", ("a.xml", b"<b/>"))])
            assert browser.status == 200
            await browser.post("/novax/filer", {}, [("fil", ("", b""))])
            assert browser.status == 422
            await browser.post("/novax/filer", {}, [("fil", ("a.xml", b"<c/>"))], csrf="")
            assert browser.status == 403
            await browser.post(f"/-/ind/{access.new_link('xmo')}", {"navn": "Anna"})
            await browser.get("/xmo/filer")
            assert "Systemets fil siger ikke" in await browser.post("/xmo/filer", {}, [("fil", ("a", b"x"))])
            await browser.close()
            await door.stop()

    run(test)
    assert [data for _, _, data in files.came] == [b"<a/>", b"?", b"<b/>"]


def test_serve_prints_a_link_for_each_system_and_lps_link_makes_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lps = (sys.executable, "-m", "harness.cli.main")
    options = ("--port=0", "--pages-port=0", f"--reports={tmp_path}", "--until-stdin-ends")
    with subprocess.Popen([*lps, "serve", *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8") as hub:
        assert hub.stdout is not None
        said = {name.strip(): link.strip() for name, _, link in (hub.stdout.readline().partition(": ") for _ in range(9))}
        assert main(["link", "xmo", f"--reports={tmp_path}"]) == 0
        made = capsys.readouterr().out.strip()
        assert made != said["xmo"]
        for link in (made, said["xmo"]):
            assert "Test af xmo" in httpx.get(link, trust_env=False).text
        assert main(["link", "--medcom", f"--reports={tmp_path}"]) == 0
        assert "Her gennemgår MedComs testere" in httpx.get(capsys.readouterr().out.strip(), trust_env=False).text
        assert main(["link", "xom", f"--reports={tmp_path}"]) == 2
        assert capsys.readouterr().err.startswith("Systemet kendes ikke. Fundet: xom.")
        assert hub.stdin is not None
        hub.stdin.close()
