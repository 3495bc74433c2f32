"""The pages in a real browser: by keyboard alone, with axe looking, and without losing what a tester writes."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest
from at_the_desk import (
    ACCOUNT,
    ATTEST,
    CHOOSE,
    DO,
    FINDING,
    JUDGE,
    NANCY,
    RUN,
    SCENARIO,
    TELL,
    WAITING,
    again,
    begin,
    begin_run,
    begin_scenario,
    pages_in,
)
from axe_playwright_python.base import AXE_SCRIPT
from over_tcp import PATIENCE
from playwright.async_api import Browser, Page, async_playwright, expect

from harness.domain.event import Answered, Extended, Judged, Prompted, RunEnded, ScenarioEnded, Waited
from harness.domain.prompt import Answer, Outcome
from harness.hub.hub import Hub
from harness.record.log import LOG_NAME, LogWriter, read_log
from harness.record.result import read_result

CHROMIUM = shutil.which("chromium") or ""
expect.set_options(timeout=30_000)  # another machine may be busy; nothing is measured by it
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed: the pages were not seen in a browser")


Testing = Callable[[Path, Callable[[Hub, Browser], Coroutine[Any, Any, None]]], None]


@pytest.fixture(scope="module")
def in_chromium() -> Iterator[Testing]:
    """Runs a test with a hub of its own that writes to a folder; one Chromium serves them all."""
    with asyncio.Runner() as runner:
        playwright = runner.run(async_playwright().start())
        browser = runner.run(playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"]))

        def carry_out(reports: Path, test: Callable[[Hub, Browser], Coroutine[Any, Any, None]]) -> None:
            async def whole() -> None:
                async with pages_in(reports) as hub:
                    await test(hub, browser)
                    for context in browser.contexts:
                        await context.close()

            runner.run(asyncio.wait_for(whole(), 2 * PATIENCE))

        yield carry_out
        runner.run(browser.close())
        runner.run(playwright.stop())


async def enter(hub: Hub, browser: Browser, by: str, **more: Any) -> Page:
    page = await (await browser.new_context(**more)).new_page()
    await page.goto(hub.link("novax"))
    await expect(page.locator("#navn")).to_be_focused()
    await page.keyboard.type(by)
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-system=novax]")).to_be_visible()
    return page


async def keys(page: Page, *pressed: str) -> None:
    """Press keys and type texts, one after the other; a text begins with `»`."""
    for each in pressed:
        if each.startswith("»"):
            await page.keyboard.type(each[1:])
        else:
            await page.keyboard.press(each)


async def tab_to(page: Page, place: str, *pressed: str) -> None:
    """Go to `place` as one does without a mouse, and press keys there."""
    for _ in range(40):
        await page.keyboard.press("Tab")
        if await page.evaluate("(place) => document.activeElement.matches(place)", place):
            return await keys(page, *pressed)
    raise AssertionError(f"no way to {place} by Tab")


def events(reports: Path, *kinds: type) -> list[Any]:
    return [entry.event for entry in read_log(reports / "kørsel" / LOG_NAME) if isinstance(entry.event, kinds)]


def test_a_run_is_carried_through_by_keyboard_alone(tmp_path: Path, in_chromium: Testing) -> None:
    async def test(hub: Hub, browser: Browser) -> None:
        page = await enter(hub, browser, "Anna Bek")
        one = await begin_run(hub)
        asked = page.locator("#spurgt")
        await one.append(Prompted(CHOOSE))
        await expect(asked).to_have_text("Vælg scenariets værdier")
        await tab_to(page, "[name=værdi1]", "»Kort", "Tab", "Tab")
        await keys(page, "g", "Control+Enter")
        await expect(page.locator("#fejl [role=alert]")).to_be_focused()
        await expect(page.locator("#f-værdi1")).to_have_attribute("aria-invalid", "true")
        await keys(page, "Tab", "Enter", "Control+a", "»Går på Ærø", "Control+Enter")
        await expect(asked).to_have_text("Kørslen er ved at begynde")
        await begin_scenario(one, at=2)
        await expect(asked).to_have_text("Harnesset arbejder")

        await one.append(Prompted(DO))
        await expect(asked).to_have_text("Gør dette i Novax")
        await expect(asked).to_be_focused()
        await keys(page, "c")
        await expect(page.locator("#nyt")).to_have_text(f"Kopieret: {NANCY}")
        await keys(page, "f", "2", "Control+Enter")
        await expect(page.locator("#fejl [role=alert]")).to_be_focused()
        await expect(page.locator("#f-_bemærkning")).to_have_attribute("aria-invalid", "true")
        await keys(page, "Tab", "Enter")  # the mistake's link leads to its field, and typing is no shortcut
        await keys(page, "»Udfyldt uden fuld titel", "Control+Enter")
        await expect(asked).to_have_text("Harnesset arbejder")

        await one.append(WAITING)
        await expect(asked).to_have_text("Harnesset venter på Novax")
        await keys(page, "t")
        await expect(page.locator(".nedtælling")).to_have_text(re.compile(r"^9\."))
        await one.append(Waited(1, True, 1))

        await one.append(Prompted(TELL))
        await expect(asked).to_have_text("Aflæs i Novax")
        await tab_to(page, "[name='henvisninger.0.plan']", "ArrowDown")
        await tab_to(page, "[name='henvisninger.0.modtager']", "ArrowDown")
        await tab_to(page, "[name='henvisninger.0.haster']", "ArrowDown")
        await tab_to(page, "[name='henvisninger.0.linjer.0']", "»første linje")
        await tab_to(page, "[data-ny='henvisninger.0.linjer'] + button", "Enter", "»anden linje")
        await tab_to(page, "[data-ny='henvisninger'] + button", "Enter", "ArrowDown", "ArrowDown")
        await tab_to(page, "[name='henvisninger.1.modtager']", "ArrowDown", "ArrowDown")
        await tab_to(page, "[name='henvisninger.1.haster']", "Space")
        await tab_to(page, "[name=udgave]", "»3")
        await tab_to(page, "[name=_svar]", "u", "Enter")

        await one.append(Prompted(JUDGE))
        await expect(page.locator(".forventning")).to_have_text(JUDGE.says)
        await keys(page, "o")
        await expect(page.locator("#send")).to_be_focused()
        await keys(page, "Enter")
        await expect(asked).to_have_text("Harnesset arbejder")

        await one.append(Prompted(ATTEST))
        await expect(asked).to_have_text("Sig god for dette")
        await keys(page, "o", "Control+Enter")
        await expect(page.locator("#fejl [role=alert]")).to_contain_text("Skriv, hvad du har set")
        await keys(page, "Tab", "Enter", "»Set i registeret", "Control+Enter")
        await expect(asked).to_have_text("Harnesset arbejder")

    in_chromium(tmp_path, test)
    typed, did, read, judged, vouched = (each.answer for each in events(tmp_path, Answered))
    assert (typed.outcome, typed.values) == ("udført", {"værdi1": "Går på Ærø"})
    assert (vouched.grade, vouched.remark) == ("OK", "Set i registeret")
    assert (did.outcome, did.grade, did.remark, did.by) == ("fejl", "F2", "Udfyldt uden fuld titel", "Anna Bek")
    assert (judged.outcome, judged.grade) == ("bedømt", "OK")
    assert read.values == {
        "henvisninger": [
            {"plan": "Plan 1 (Nancy)", "modtager": "kommune", "haster": False, "linjer": ["første linje", "anden linje"]},
            {"plan": "", "modtager": "privat klinik", "haster": True, "linjer": []},
        ],
        "udgave": 3,
    }
    assert len(events(tmp_path, Extended)) == 1


def test_what_a_tester_writes_is_never_lost(tmp_path: Path, in_chromium: Testing) -> None:
    async def test(hub: Hub, browser: Browser) -> None:
        page = await enter(hub, browser, "Anna Bek")
        one = await begin(hub, at=2)
        await one.append(Prompted(DO))
        remark = page.locator("#f-_bemærkning")
        await remark.fill("Langt og vigtigt")
        await one.append(WAITING)  # news of the same prompt
        await expect(page.locator("#del-venter")).to_be_visible()
        await expect(remark).to_be_focused()
        await expect(remark).to_have_value("Langt og vigtigt")

        await one.answer(DO.id, Answer(Outcome.DONE, "Bo Lund"))  # another tester is first
        await expect(page.locator("#del-besked")).to_contain_text("Bo Lund har allerede svaret: udført.")
        await expect(remark).to_have_value("Langt og vigtigt")
        await page.click("#del-besked button")
        await expect(page.locator("#spurgt")).to_have_text("Harnesset venter på Novax")

        await one.append(Prompted(again(DO, 2)))
        await remark.fill("Skrevet, mens hubben er væk")
        await page.route("**/svar", lambda route: route.abort())
        await keys(page, "Escape", "Tab")
        await page.check("[value='kan ikke udføres']")
        await page.click("#send")
        await expect(page.locator("#del-besked")).to_contain_text("Hubben svarer ikke")
        await expect(remark).to_have_value("Skrevet, mens hubben er væk")
        await page.unroute("**/svar")
        await page.click("#send")
        await expect(page.locator("#svar")).to_have_count(0)

        still = await enter(hub, browser, "Uden script", java_script_enabled=False)
        await one.append(Prompted(again(JUDGE, 3)))
        await still.click("noscript a")
        await still.check("[value=OK]")
        await still.click("#send")
        await expect(still.locator("#spurgt")).to_have_text("Harnesset venter på Novax")

    in_chromium(tmp_path, test)
    assert [(each.answer.by, each.answer.remark) for each in events(tmp_path, Answered)] == [
        ("Bo Lund", ""),
        ("Anna Bek", "Skrevet, mens hubben er væk"),
        ("Uden script", ""),
    ]


def test_axe_finds_nothing_serious_in_any_state_on_a_phone(tmp_path: Path, in_chromium: Testing) -> None:
    looked: list[str] = []

    async def violations(page: Page, **options: Any) -> list[Any]:
        found = await page.evaluate("(options) => axe.run(options)", {"resultTypes": ["violations"], **options})
        return [(each["id"], each["nodes"]) for each in found["violations"] if each["impact"] in ("serious", "critical")]

    async def look(page: Page, state: str, *, dark: bool = False) -> None:
        looked.append(state)
        assert await violations(page) == [], state
        if dark:
            await page.emulate_media(color_scheme="dark")
            assert await violations(page, runOnly=["color-contrast"]) == [], state
            await page.emulate_media(color_scheme="light")
        assert not await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"), state

    async def test(hub: Hub, browser: Browser) -> None:
        page = await enter(hub, browser, "Anna Bek", viewport={"width": 420, "height": 900})
        await page.context.add_init_script(AXE_SCRIPT)  # into every page from now on, whatever its policy says
        await page.reload()
        await look(page, "no run")
        await page.click("text=Første kontakt >> nth=-1")
        await look(page, "first contact")
        await page.goto(f"{hub.pages_address}/xmo/")
        await look(page, "outside")
        await page.goto(hub.link("novax"))
        await look(page, "link")
        await page.goto(f"{hub.pages_address}/novax/")
        one = await begin_run(hub)
        for prompt in (CHOOSE, DO, TELL, JUDGE, ACCOUNT, ATTEST):
            if prompt is DO:
                await begin_scenario(one, at=2)
            await one.append(Prompted(prompt))
            await expect(page.locator("[data-prompt]")).to_have_attribute("data-prompt", prompt.id)
            if prompt is not TELL:
                await look(page, prompt.wanted)
            if prompt is CHOOSE:
                await page.fill("[name=værdi1]", "Kort")
            await page.check(f"[value='{'udført' if prompt is CHOOSE else 'kan ikke udføres'}']")
            await page.click("#send")
            await expect(page.locator("#fejl [role=alert]")).to_be_visible()
            if prompt in (CHOOSE, TELL):
                await look(page, f"{prompt.wanted}, with mistakes", dark=True)
            await one.answer(prompt.id, Answer(Outcome.SKIPPED, "Bo Lund", remark="Findes ikke"))
            await expect(page.locator("#del-besked button")).to_be_visible()
            if prompt is ATTEST:
                await look(page, "another was first")
            await page.click("#del-besked button")
        await one.append(WAITING)
        await expect(page.locator(".ventetid")).to_be_visible()
        await page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        await look(page, "waiting, all open", dark=True)

    in_chromium(tmp_path, test)
    assert len(looked) == 13


def test_a_run_is_handed_in_and_judged_by_keyboard_on_a_phone(tmp_path: Path, in_chromium: Testing) -> None:
    folder = tmp_path / "kol" / "novax" / RUN.run
    folder.mkdir(parents=True)
    log = LogWriter(folder)
    finding = Judged("planen", "x1", (), {}, (FINDING,))
    for event in (replace(RUN, phase="prætest"), SCENARIO, finding, ScenarioEnded(SCENARIO.scenario, 1, "F3", "Titlen mangler")):
        log.append(event)
    log.append(RunEnded(1, 2.0))
    log.close()

    async def test(hub: Hub, browser: Browser) -> None:
        context = await browser.new_context(viewport={"width": 420, "height": 900})
        await context.add_init_script(AXE_SCRIPT)
        page = await context.new_page()

        async def look() -> None:
            await page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
            found = await page.evaluate("axe.run({resultTypes: ['violations']})")
            assert not [each["id"] for each in found["violations"] if each["impact"] in ("serious", "critical")], page.url
            assert not await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"), (
                page.url
            )

        for who, by in (("novax", "Anna Bek"), ("medcom", "Bo Dal")):
            await page.goto(hub.link(who))
            await keys(page, f"»{by}")
            async with page.expect_navigation():
                await page.keyboard.press("Enter")
            if who == "medcom":
                break
            await page.goto(f"{hub.pages_address}/novax/gennemgang/kol/novax/{RUN.run}")
            await page.focus("text=Indsend alle 1 resultater")
            async with page.expect_navigation():
                await page.keyboard.press("Enter")
        await page.click(f"text={RUN.run}")
        await page.click("text=Tag gennemgangen")
        await expect(page.locator("text=hos Bo Dal")).to_be_visible()
        await look()
        await page.click(f"td >> nth=0 >> xpath=.. >> a >> text={SCENARIO.scenario}")
        await look()
        await page.focus("[value=F4]")
        await keys(page, "Space", "Tab", "»Kun en stavefejl", "Tab")
        async with page.expect_navigation():
            await page.keyboard.press("Enter")

    in_chromium(tmp_path, test)
    [(said, act)] = read_result(folder).review.assessed.values()
    assert (said.by, act.grade, act.proposed, act.reason) == ("Bo Dal", "F4", "F3", "Kun en stavefejl")


BY_THE_PAGES_CLOCK = """
AbortSignal.timeout = (milliseconds) => {
  const ends = new AbortController();
  setTimeout(() => ends.abort(), milliseconds);
  return ends.signal;
};
"""
"""The clock that a test moves does not know of AbortSignal.timeout."""
COUNT_WHAT_IS_TOLD = """
globalThis.told = 0;
globalThis.failed = 0;
const ask = fetch;
globalThis.fetch = (...said) => ask(...said).catch((error) => { failed += 1; throw error; });
const own = Object.getOwnPropertyDescriptor(Node.prototype, "textContent");
Object.defineProperty(document.getElementById("besked"), "textContent", {
  get() { return own.get.call(this); },
  set(sentence) { told += 1; own.set.call(this, sentence); },
});
"""
"""Chromium takes no notice of the same words written once more; other browsers do."""


def test_the_control_room_follows_without_taking_the_reader_away(tmp_path: Path, in_chromium: Testing) -> None:
    """What differs is exchanged every ten seconds; focus and what is marked stay; axe finds nothing at all."""

    async def violations(page: Page) -> list[Any]:
        return [each["id"] for each in (await page.evaluate("axe.run({resultTypes: ['violations']})"))["violations"]]

    async def test(hub: Hub, browser: Browser) -> None:
        context = await browser.new_context(viewport={"width": 1200, "height": 800})
        await context.add_init_script(BY_THE_PAGES_CLOCK)
        await context.add_init_script(AXE_SCRIPT)
        page = await context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.clock.install()
        await page.goto(hub.pages_address)
        await expect(page.locator("#hent")).to_be_hidden()
        await expect(page.locator("#følger")).to_be_visible()
        await tab_to(page, "a[href='/xmo/']")

        await begin(hub)
        await page.clock.run_for(10_000)
        await expect(page).to_have_title("Hubben: 1 i gang")
        await expect(page.locator("#nu strong")).to_have_text("I gang")
        await expect(page.locator("a[href='/xmo/']")).to_be_focused()
        assert await violations(page) == []

        await page.evaluate("getSelection().selectAllChildren(document.querySelector('#nu code'))")
        async with httpx.AsyncClient() as client:
            await client.post(f"{urljoin(hub._address, '/ukendt/dros')}")
        await page.clock.run_for(10_000)
        await expect(page.locator("#besked")).to_have_text("Siden venter, mens du har markeret noget.")
        await expect(page.locator("#nu section").nth(1)).to_contain_text("Ingen.")
        await page.evaluate("getSelection().removeAllRanges()")
        await page.clock.run_for(10_000)
        await expect(page.locator("#nu section").nth(1)).to_contain_text("POST /ukendt/dros")
        await expect(page.locator("a[href='/xmo/']")).to_be_focused()
        await page.set_viewport_size({"width": 420, "height": 900})
        assert await violations(page) == []
        assert not await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert complaints == []

        await page.evaluate(COUNT_WHAT_IS_TOLD)
        await page.route("**/", lambda _: None)  # no answer at all
        await page.clock.run_for(20_000)
        await expect(page.locator("#besked")).to_have_text("Hubben svarer ikke. Siden prøver igen.")
        for each in (1, 2):
            while await page.evaluate("failed") <= each:
                await page.clock.run_for(1_000)
        assert await page.evaluate("told") == 1
        await page.unroute("**/")
        await page.clock.run_for(10_000)
        await expect(page.locator("#besked")).to_be_empty()
        await page.click("text=Hold siden stille")
        await expect(page.locator("main > p").first).to_have_text("Siden står stille. Følg med igen")
        assert await violations(page) == []

        still = await (await browser.new_context(java_script_enabled=False)).new_page()
        await still.goto(hub.pages_address)
        await expect(still.locator("#følger")).to_be_hidden()
        await still.click("text=Hent siden igen")
        await expect(still).to_have_title("Hubben: 1 i gang")

    in_chromium(tmp_path, test)
