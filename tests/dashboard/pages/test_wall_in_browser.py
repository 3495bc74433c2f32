"""The wall in a real browser: with axe looking, by keyboard alone, live, on a phone, on paper, and large enough at ten metres."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest
import uvicorn
from axe_playwright_python.base import AXE_SCRIPT
from made_wall import CAMPAIGN, SYSTEMS, LetIn, MadeWall, a_day, run_name
from playwright.async_api import Browser, Page, async_playwright, expect
from starlette.middleware import Middleware

from harness.dashboard.app import dashboard_app
from harness.dashboard.wall import Cell, Sign
from harness.domain.grade import Grade

CHROMIUM = shutil.which("chromium") or ""
PATIENCE = 60.0
expect.set_options(timeout=30_000)  # another machine may be busy; nothing is measured by it
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed: the wall was not seen in a browser")

LEAST_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3, for text of any size."""
READ_AT_METRES, PICTURE_METRES = 10.0, 3.0
CAP_HEIGHT = 0.70
"""Of the font size: Segoe UI 0.70, Arial and Liberation Sans 0.72, Helvetica Neue 0.71."""
LEAST_ON_THE_WALL = READ_AT_METRES / 200 / PICTURE_METRES / CAP_HEIGHT
"""The least font size as a part of the picture's width: capitals 5 cm high can be read with ease at ten metres."""
LEAST_PIXELS = 45.7
"""The same on a picture of 1920 pixels."""
assert round(1920 * LEAST_ON_THE_WALL, 1) == LEAST_PIXELS

NOVAX = f"/koersel/{run_name('novax')}"
LOOKED_AT = {
    "matrix": "/",
    "capabilities, filtered and searched": "/?gitter=kapabiliteter&standing=F3&q=CPD-C04",
    "pairs": "/?gitter=par",
    "system": "/system/novax",
    "cell": f"/kampagne/{CAMPAIGN.id}/partnere/novax/dnhf",
    "run": NOVAX,
    "requirement": f"{NOVAX}/krav/KP-06",
    "scenario": f"{NOVAX}/scenarie/DEL-01",
    "message": f"{NOVAX}/scenarie/DEL-01/besked/besked-1",
    "finding": f"{NOVAX}/scenarie/DEL-01/fund/1",
    "codes": "/qr",
    "not shown": "/system/nej",
}

TEXTS = """() => {
  const channel = (part) => { const c = part / 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const colours = (text) => [...text.matchAll(/rgba?\\(([^)]+)\\)/g)].map((each) => each[1].split(/[ ,/]+/).map(Number));
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const style = getComputedStyle(each), striped = colours(style.backgroundImage), plain = colours(style.backgroundColor)[0];
      if (striped.length) return striped;
      if (plain && (plain.length < 4 || plain[3] > 0)) return [plain];
    }
    return [[255, 255, 255]];
  };
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement, style = getComputedStyle(element);
    if (!node.data.trim() || element.closest(".skjult, option, script, svg, .spring") || style.clipPath !== "none") continue;
    const box = element.getBoundingClientRect();
    if (!element.checkVisibility() || !box.width) continue;
    const ink = light(colours(style.color)[0]);
    const ratios = behind(element).map(light).map((each) => (Math.max(ink, each) + 0.05) / (Math.min(ink, each) + 0.05));
    found.push({
      text: node.data.trim().slice(0, 40), size: parseFloat(style.fontSize), contrast: Math.min(...ratios),
      inside: box.left >= -1 && box.right <= innerWidth + 1 && box.top >= -1 && box.bottom <= innerHeight + 1,
    });
  }
  return found;
}"""


class Hall:
    """A wall that is served, and a browser to look at it with."""

    def __init__(self, wall: MadeWall, browser: Browser) -> None:
        self.wall = wall
        self.complaints: list[str] = []
        self._browser = browser
        self._port = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    async def open(self) -> None:
        """Serve the wall, on the same port as before."""
        app = dashboard_app(self.wall, middleware=[Middleware(LetIn)])
        config = uvicorn.Config(app, port=self._port, log_level="critical", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        sockets = [config.bind_socket()]
        self._port = sockets[0].getsockname()[1]
        self._serving = asyncio.create_task(self._server.serve(sockets))

    async def close(self) -> None:
        """Serve it no more."""
        self._server.should_exit = True
        await self._serving

    async def page(self, path: str, who: str = "monitor", *, width: int = 1200, height: int = 900, **more: Any) -> Page:
        context = await self._browser.new_context(viewport={"width": width, "height": height}, **more)
        if who:
            await context.add_cookies([{"name": "hvem", "value": who, "url": self.address}])
        await context.add_init_script(AXE_SCRIPT)  # into every page, whatever its policy says
        page = await context.new_page()
        page.on("console", lambda message: self._complaint(message.type, message.text))
        page.on("pageerror", lambda error: self._complaint("error", str(error)))
        await page.goto(self.address + path)
        return page

    def _complaint(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and "404" not in text:
            self.complaints.append(text)


Testing = Callable[[Callable[[Hall], Coroutine[Any, Any, None]]], None]


@pytest.fixture(scope="module")
def in_chromium() -> Iterator[Testing]:
    """Runs a test with a wall of its own; one Chromium serves them all."""
    with asyncio.Runner() as runner:
        playwright = runner.run(async_playwright().start())
        browser = runner.run(playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"]))

        def carry_out(test: Callable[[Hall], Coroutine[Any, Any, None]]) -> None:
            async def whole() -> None:
                hall = Hall(a_day(), browser)
                await hall.open()
                try:
                    await test(hall)
                finally:
                    for context in browser.contexts:
                        await context.close()
                    await hall.close()
                assert hall.complaints == []

            runner.run(asyncio.wait_for(whole(), 2 * PATIENCE))

        yield carry_out
        runner.run(browser.close())
        runner.run(playwright.stop())


async def violations(page: Page, *, contrast: bool = True) -> list[Any]:
    options = {"resultTypes": ["violations"], "rules": {"color-contrast": {"enabled": contrast}}}
    found = await page.evaluate("(options) => axe.run(options)", options)
    return [
        (each["id"], [node["html"][:120] for node in each["nodes"][:3]])
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
    ]


async def wide(page: Page) -> bool:
    return bool(await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


async def low_contrast(page: Page) -> list[Any]:
    return [each for each in await page.evaluate(TEXTS) if each["contrast"] < LEAST_CONTRAST]


def test_axe_finds_nothing_serious_on_any_page_and_all_text_can_be_read(in_chromium: Testing) -> None:
    async def test(hall: Hall) -> None:
        page = await hall.page("/")
        for name, path in LOOKED_AT.items():
            await page.goto(hall.address + path)
            await page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
            assert await violations(page, contrast=False) == [], name
            assert await low_contrast(page) == [], name  # axe does not know of striped backgrounds
            await page.emulate_media(color_scheme="dark")
            assert await low_contrast(page) == [], f"{name}, dark"
            await page.emulate_media(color_scheme="light")

    in_chromium(test)


def test_a_phone_shows_rows_as_cards_and_nothing_is_wider_than_it(in_chromium: Testing) -> None:
    async def test(hall: Hall) -> None:
        page = await hall.page("/", "novax", width=420)
        await expect(page.locator(".matrix thead")).to_have_css("position", "absolute")
        box = await page.locator("[data-celle='partnere/novax/dnhf']").bounding_box()
        assert box is not None
        assert box["width"] > 300
        assert box["height"] >= 44
        for name, path in LOOKED_AT.items():
            await page.goto(hall.address + path)
            assert not await wide(page), name
            if name in ("matrix", "system", "scenario"):
                assert await violations(page, contrast=name == "matrix") == [], name

    in_chromium(test)


@pytest.mark.parametrize(("grid", "light"), [("partnere", "lys"), ("kapabiliteter", "moerk")])
def test_the_wall_is_read_at_ten_metres(in_chromium: Testing, grid: str, light: str) -> None:
    async def test(hall: Hall) -> None:
        page = await hall.page(f"/?visning=vaeg&gitter={grid}&{light}=1", "", width=1920, height=1080)
        await expect(page.locator("#ur")).to_have_text(re.compile(r"^\d\d\.\d\d$"))
        texts = await page.evaluate(TEXTS)
        assert len(texts) > 40
        assert [each for each in texts if each["size"] < LEAST_PIXELS] == []
        assert [each for each in texts if not each["inside"]] == []
        assert [each for each in texts if each["contrast"] < LEAST_CONTRAST] == []
        assert await page.evaluate("document.querySelector('.nederst').getBoundingClientRect().top") >= await page.evaluate(
            "document.querySelector('.matrix').getBoundingClientRect().bottom"
        )
        dark = await page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert dark == ("rgb(16, 22, 27)" if light == "moerk" else "rgb(244, 246, 247)")
        assert await violations(page) == []

    in_chromium(test)


def test_cells_change_where_they_stand_and_keep_the_focus(in_chromium: Testing) -> None:
    async def test(hall: Hall) -> None:
        page = await hall.page("/", "novax")
        await expect(page.locator("#linje")).to_have_text("Følger med")
        link = page.locator("[data-celle='partnere/novax/dnhf'] a")
        await link.focus()
        before = await link.bounding_box()
        cell = Cell("novax", "dnhf", Grade.F2, {"F2": 1, "OK": 15}, 16, frozenset({Sign.RUNNING}), "", run_name("novax"))
        hall.wall.put(CAMPAIGN.id, "partnere", cell)
        await expect(link.locator(".karakter")).to_contain_text("F2")
        await expect(page.locator("[data-celle='partnere/novax/dnhf']")).to_have_class("celle k-f2")
        await expect(link.locator(".antal")).to_have_text("1 F2 · 15 OK")  # what only this reader may see is fetched
        await expect(link).to_be_focused()
        after = await link.bounding_box()
        assert before is not None
        assert after is not None
        assert (before["x"], before["width"]) == (after["x"], after["width"])
        await expect(page.locator("#nyt")).to_contain_text("Novax, DNHF og EOJ: F2 alvorlig, kører")
        wall = await hall.page("/?visning=vaeg", "", width=1920, height=1080)
        await expect(wall.locator("#ur")).not_to_be_empty()
        hall.wall.put(CAMPAIGN.id, "partnere", Cell("xmo", "dnhf", Grade.F1, signs=frozenset({Sign.REHEARSAL})))
        await expect(wall.locator("[data-celle='partnere/xmo/dnhf']")).to_have_class("celle k-f1 prøve")
        await expect(wall.locator("#sidst")).to_contain_text("XMO, DNHF og EOJ: F1 kritisk, prøvekørsel")
        assert await wall.locator("[aria-live]").count() == 0  # a hall full of changes is not read aloud

    in_chromium(test)


def test_a_broken_line_is_told_and_what_was_missed_comes_when_it_is_back(in_chromium: Testing) -> None:
    async def test(hall: Hall) -> None:
        page = await hall.page("/?visning=vaeg&lys=1", "", width=1920, height=1080)
        await expect(page.locator("#levende")).not_to_have_class("gammelt")
        await expect(page.locator("#ur")).not_to_be_empty()
        hall.wall.put(CAMPAIGN.id, "partnere", Cell("novax", "dnhf", Grade.F2))
        await expect(page.locator("[data-celle='partnere/novax/dnhf']")).to_have_class("celle k-f2")
        await hall.close()
        await expect(page.locator("#linje")).to_have_text(re.compile(r"^Ingen forbindelse siden \d\d\.\d\d$"))
        assert not [
            each for each in await page.evaluate(TEXTS) if each["size"] < LEAST_PIXELS or each["contrast"] < LEAST_CONTRAST
        ]
        hall.wall.put(CAMPAIGN.id, "partnere", Cell("novax", "dnhf", Grade.F3))
        hall.wall.put(CAMPAIGN.id, "partnere", Cell("xmo", "cockpit", Grade.OK, {"OK": 2}, 2))
        await hall.open()
        await expect(page.locator("[data-celle='partnere/novax/dnhf']")).to_have_class("celle k-f3")
        await expect(page.locator("[data-celle='partnere/xmo/cockpit']")).to_have_class("celle k-ok")
        await expect(page.locator("#linje")).to_be_hidden()
        hall.complaints.clear()  # the browser complains of the line that was broken

    in_chromium(test)


def test_the_grid_and_the_filter_are_used_by_keyboard_alone(in_chromium: Testing) -> None:
    async def test(hall: Hall) -> None:
        page = await hall.page("/")
        await page.keyboard.press("Tab")
        await expect(page.locator(".spring")).to_be_focused()
        for _ in range(30):
            if await page.evaluate("document.activeElement.id") == "f-system":
                break
            await page.keyboard.press("Tab")
        await page.keyboard.type("Nov")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Tab")
        await page.keyboard.type("CPD-C04")
        async with page.expect_navigation():
            await page.keyboard.press("Enter")
        assert "system=novax" in page.url
        assert "q=CPD-C04" in page.url
        await expect(page.locator(".matrix tbody tr")).to_have_count(1)
        await page.goto(f"{hall.address}/")
        first = page.locator(".celle a").first
        for _ in range(40):
            if await first.evaluate("(link) => link === document.activeElement"):
                break
            await page.keyboard.press("Tab")
        await expect(first).to_be_focused()
        for key in ("ArrowRight", "ArrowRight", "ArrowLeft"):
            await page.keyboard.press(key)
        here = await page.evaluate("document.activeElement.closest('td').dataset.celle")
        assert here == f"partnere/{SYSTEMS[0].id}/sundhedsjournalen"
        outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
        async with page.expect_navigation():
            await page.keyboard.press("Enter")
        await expect(page.locator("h1")).to_have_text("EG Clinea · Sundhedsjournalen")

    in_chromium(test)


def test_without_script_the_page_is_whole(in_chromium: Testing) -> None:
    async def test(hall: Hall) -> None:
        page = await hall.page("/", java_script_enabled=False)
        await page.select_option("#f-standing", "F3")
        await page.click("text=Vis >> nth=0")
        assert "standing=F3" in page.url
        await page.click("[data-celle^='partnere/'] a >> nth=0")
        await expect(page.locator("h1")).to_be_visible()

    in_chromium(test)


def test_the_matrix_is_one_sheet_of_paper(in_chromium: Testing) -> None:
    async def test(hall: Hall) -> None:
        page = await hall.page("/")
        for grid in ("partnere", "kapabiliteter"):
            await page.goto(f"{hall.address}/?gitter={grid}")
            sheet = await page.pdf(prefer_css_page_size=True)
            assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1, grid
            assert re.search(rb"/MediaBox\s*\[0 0 84[12](\.\d+)? 59[45](\.\d+)?\]", sheet), grid

    in_chromium(test)
