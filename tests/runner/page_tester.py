"""A tester at a system's page in a real browser: reads each prompt there, works at a reference LPS, and fills the form."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Error, Page, sync_playwright
from scripted_tester import ScriptedTester

PATIENCE = 60_000
"""Milliseconds the page may take over anything but the run itself: another machine may be busy, nothing is measured by it."""
LOOK = 500
"""Milliseconds until it is looked at whether the run is over."""

READ = """() => {
    const form = document.getElementById("svar"), task = (each) => ({
        act: each.dataset.handling || each.dataset.visning, looks: "visning" in each.dataset,
        entered: JSON.parse(each.dataset.indtastet), makes: JSON.parse(each.dataset.laver)});
    const fields = [...form.querySelectorAll(".felter > .felt, .felter > .liste")].map((each) =>
        each.dataset.felt || each.querySelector("[name]").name);
    return {id: form.dataset["spørgsmål"], wanted: form.dataset["ønsker"],
        tasks: [...document.querySelectorAll("[data-indtastet]")].map(task), fields};
}"""
"""The prompt that the page shows."""

ASKS_ANEW = """(answered) => document.getElementById("svar") && !document.querySelector("[data-sender]")
    && document.getElementById("svar").dataset["spørgsmål"] !== answered"""
TAKEN = """(answered) => document.querySelector("#fejl [role=alert]")
    || document.getElementById("svar")?.dataset["spørgsmål"] !== answered"""


@contextmanager
def browser_page(chromium: str, link: str, name: str) -> Iterator[Page]:
    """The page that the one-time `link` leads to, once the tester has given a `name`."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(link)
        page.fill("#navn", name)
        page.keyboard.press("Enter")
        page.wait_for_selector("[data-system]")
        yield page
        browser.close()


def work(page: Page, tester: ScriptedTester, run: subprocess.Popen[str]) -> list[str]:
    """Answer what the page asks until the run is over; the prompts that were answered. Raises AssertionError where it refuses."""
    answered = [""]
    while run.poll() is None:
        try:
            page.wait_for_function(ASKS_ANEW, arg=answered[-1], timeout=LOOK)
        except Error:
            continue  # nothing is asked yet
        prompt = page.evaluate(READ)
        prompt["fields"] = [{"name": each} for each in prompt["fields"]]
        answer = tester.answer(prompt)
        for name, value in answer.get("values", {}).items():
            _fill(page, name, value)
        page.check(f"[name=_svar][value='{answer.get('grade') or answer['outcome']}']")
        if answer.get("remark"):
            page.fill("[name=_bemærkning]", answer["remark"])
        page.click("#send")
        page.wait_for_function(TAKEN, arg=prompt["id"])
        refused = page.locator("#fejl [role=alert]")
        assert not refused.count(), f"{prompt['id']}: {refused.inner_text()} {json.dumps(answer, ensure_ascii=False)}"
        answered.append(prompt["id"])
    return answered[1:]


def _fill(page: Page, path: str, value: Any) -> None:
    """Write `value` in the input at `path`, row by row where it is a list. What the page does not ask for is not written."""
    if isinstance(value, dict):
        for name, each in value.items():
            _fill(page, f"{path}.{name}", each)
    elif isinstance(value, list):
        rows = page.locator(f'[data-felt="{path}"] > .rækker > [data-række]')
        for number, each in enumerate(value):
            if number >= rows.count():
                page.click(f'[data-felt="{path}"] > [data-tilføj]')
            _fill(page, f"{path}.{number}", each)
    elif value is not None:
        _write(page, path, value)


def _write(page: Page, path: str, value: Any) -> None:
    found = page.locator(f'[name="{path}"]')
    text = {True: "ja", False: "nej"}[value] if isinstance(value, bool) else str(value)
    if not found.count():
        return  # the system's own key of a thing the scenario has not named
    kind = found.first.evaluate("(each) => each.tagName === 'INPUT' ? each.type : each.tagName")
    match kind:
        case "radio":
            page.check(f'[name="{path}"][value="{text}"]')
        case "SELECT":
            offered = found.evaluate("(each) => [...each.options].map((one) => one.value)")
            found.select_option(next(each for each in (text or "_tom", "_anden") if each in offered))
        case "file":
            found.set_input_files({"name": "fil.bin", "mimeType": "", "buffer": base64.b64decode(value)})
        case _ if text == "" and page.locator(f'[name="{path}._tom"]').count():
            page.check(f'[name="{path}._tom"]')
        case _:
            found.fill(text)
