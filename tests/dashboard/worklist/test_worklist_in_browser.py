"""Login, worklist, item and sheet in a real browser: axe looks, forms come from here, and the list keeps itself up to date."""

from __future__ import annotations

import os
import re
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, expect, sync_playwright
from starlette.applications import Starlette
from waiting_wall import FINDING, Fake, Tried, a_worklist

from harness.dashboard.access.secret import Secret
from harness.domain.access import Right
from harness.domain.grade import Grade

CHROMIUM = shutil.which("chromium") or ""
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed: the pages were not seen in a browser")
PICTURES = os.environ.get("LPS_PICTURES", "")
"""A folder to leave pictures of the pages in, for whoever looks at them."""
HOST = "127.0.0.1"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@contextmanager
def served(app: Starlette) -> Iterator[str]:
    """The address the app is served at."""
    with socket.create_server((HOST, 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://{HOST}:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def wall() -> Fake:
    made = Fake()
    worse = replace(
        FINDING, grade=Grade.F1, rule="DEL-R7", title="Planen er den rigtige patients", actual="Patienten er en anden"
    )
    made.add("r1", Tried("DEL-01[KOL]", "F3", "Planen har ingen titel", findings=(FINDING,)))
    made.add("r2", Tried("DEL-02", "kunne ikke testes", "Ingen svarede"), system="xmo", minutes=10)
    made.add("r4", Tried("DIS-03", "F1", findings=(worse,), folder="parvis"), partner="xmo", minutes=20)
    made.add("r5", Tried("DEL-07", "afventer", "En redegørelse venter på MedCom"), system="xmo", minutes=30)
    made.add("r3", Tried("DEL-03", "F2"), system="xmo", rehearsal=True)
    return made


def look(page: Page, name: str) -> None:
    """Nothing serious to be found, at a desk and on a phone; and a picture for whoever wants one."""
    for width in (1200, 400):
        page.set_viewport_size({"width": width, "height": 900})
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)
        found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == [], (page.url, width)
        assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"), (page.url, width)


def enter(browser: Browser, address: str, secret: Secret, *, lit: bool = False) -> Page:
    context = browser.new_context(bypass_csp=lit)  # axe comes from outside, and the policy would keep it out
    if lit:
        context.add_init_script(AXE_SCRIPT)
    page = context.new_page()
    page.goto(f"{address}/arbejdsliste")
    page.click("main a:text-is('Log ind')")
    if lit:
        look(page, "ind")
    page.fill("#kode", secret.shown)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Arbejdsliste")
    return page


def test_from_login_to_verified(tmp_path: Path, wall: Fake, browser: Browser) -> None:
    with a_worklist(tmp_path, wall, host=HOST) as (hall, _), served(hall.app) as address:
        hall.clock.step = 0.2
        page = enter(browser, address, hall.token(Right.MONITOR, "Bo Dal"), lit=True)
        look(page, "liste")
        page.click("text=Lægen deler en plan (DEL-01[KOL])")
        page.click("text=Tag punktet")
        expect(page.locator("h2:has-text('Verificér')")).to_be_visible()
        look(page, "punkt")
        page.check("text=Uenig")
        page.select_option("#karakter", "F4")
        page.fill("#grund", "Kun en stavefejl")
        page.click("button:text-is('Verificér')")
        expect(page.locator(".godt")).to_contain_text("uenig: F4 i stedet for F3")
        look(page, "verificeret")
        page.goto(f"{address}/arbejdsliste")
        page.click("[aria-label='Tag Lægen deler en plan (DIS-03), Novax']")
        page.fill("#tekst", "Forkert patient")
        page.click("text=Gør kritisk")
        look(page, "kritisk")
        page.goto(f"{address}/arbejdsliste/udskrift")
        look(page, "udskrift")
        if PICTURES:
            page.emulate_media(media="print")
            page.screenshot(path=f"{PICTURES}/papir.png", full_page=True)
            page.emulate_media(media="screen", color_scheme="dark")
            page.set_viewport_size({"width": 1200, "height": 900})
            page.goto(f"{address}/arbejdsliste")
            page.screenshot(path=f"{PICTURES}/mørk.png", full_page=True)
        page.goto(f"{address}/ud")
        page.click("button:text-is('Log ud')")
        page.goto(f"{address}/arbejdsliste")
        expect(page.locator("h1")).to_have_text("Du er ikke logget ind")
        look(page, "nej")
        page.context.close()


def test_the_list_follows_what_others_do_and_keeps_the_readers_place(tmp_path: Path, wall: Fake, browser: Browser) -> None:
    with a_worklist(tmp_path, wall, host=HOST) as (hall, desk), served(hall.app) as address:
        hall.clock.step = 0.2
        page = enter(browser, address, hall.token(Right.MONITOR, "Anna Bek"))
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.focus("[aria-label='Tag Lægen deler en plan (DEL-02), CGM XMO']")
        item = desk.items.all()["dagen/novax/r1/DEL-01[KOL]/1"]
        _, bo = hall.register.issue(Right.MONITOR, "Bo Dal")
        caller = next(each.caller for each in hall.register.tokens() if each.id == bo.id)
        expect(page.locator("#nyt")).to_be_empty()
        desk.take(item, caller)
        expect(page.locator("tr", has_text=re.compile("DEL-01"))).to_contain_text("Bo Dal", timeout=20_000)
        expect(page.locator("[aria-label='Tag Lægen deler en plan (DEL-02), CGM XMO']")).to_be_focused()
        assert complaints == [], "the policy keeps nothing of ours out"
        page.context.close()
