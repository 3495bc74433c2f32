"""A day in the hall: six systems run the connectathon at once against one hub, and a browser watches the wall.

uv run python bench/hall.py PICTURES               # about ten minutes
uv run python bench/hall.py PICTURES --tempo 20

Each system is a process of its own, and so are the hub and the wall. Pictures of the wall while it fills and when it is full, of
the way from a cell to a finding, the worklist and a phone are put in PICTURES. Each page is looked at by axe; its smallest text
and its faintest are told.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from processes import ROOT, environment

SYSTEMS = ("eg-clinea", "eg-winplc", "multimed", "myclinic", "novax", "xmo")
CAMPAIGN = "connectathon-kol-lrs"
FAULT = "besked-skilletegn-deler-teksten"
"""What one of the systems does wrong when runs of two are shown."""
WIDE, DESK, PHONE = (1920, 1080), (1300, 900), (420, 900)
LPS = (sys.executable, "-m", "harness.cli.main")
sys.path.insert(0, str(ROOT / "tests" / "dashboard" / "pages"))


@contextmanager
def kept_up(env: dict[str, str], *arguments: str) -> Iterator[str]:
    """A long-running command of ours; the line by which it says that it is ready."""
    process = subprocess.Popen(
        [*LPS, *arguments, "--until-stdin-ends"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        env=env,
    )
    assert process.stdin is not None, "its input is a pipe"
    assert process.stdout is not None, "so is its output"
    try:
        yield process.stdout.readline()
    finally:
        process.stdin.close()
        process.wait(30)


def access(env: dict[str, str], reports: Path, right: str, name: str) -> str:
    """A new token for the wall."""
    arguments = [*LPS, "access", "new", "--right", right, "--name", name, "--reports", str(reports)]
    return subprocess.run(arguments, cwd=ROOT, env=env, check=True, capture_output=True).stdout.decode().strip()


def run_command(reports: Path, *options: str) -> list[str]:
    """`lps run` of the day's campaign."""
    return [*LPS, "run", "--campaign", CAMPAIGN, "--phase", "connectathon", "--reports", str(reports), *options]


async def watch(
    base: str, token: str, pictures: Path, env: dict[str, str], runs: list[subprocess.Popen[bytes]], later: list[list[str]]
) -> list[str]:
    """Look at the wall until every run is over, and at everything afterwards; a line for each page that was looked at."""
    from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]
    from playwright.async_api import Page, ViewportSize, async_playwright
    from test_wall_in_browser import TEXTS  # type: ignore[import-not-found]

    told = []

    async def look(page: Page, name: str) -> None:
        await page.wait_for_timeout(600)  # what the page does by itself at first
        await page.screenshot(path=pictures / f"{name}.png", full_page="væg" not in name)
        await page.evaluate(AXE_SCRIPT)
        found: dict[str, Any] = await page.evaluate("() => axe.run()")
        bad = [f"{each['id']} ({each['impact']}, {len(each['nodes'])})" for each in found["violations"]]
        texts: list[dict[str, Any]] = await page.evaluate(TEXTS)
        faint = min(each["contrast"] for each in texts)
        small = min(each["size"] for each in texts)
        told.append(f"{name:28} axe: {', '.join(bad) or 'nothing'}; smallest text {small:.1f} px, least contrast {faint:.2f}")

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])

        async def page_of(size: tuple[int, int]) -> Page:
            seen = ViewportSize(width=size[0], height=size[1])
            return await (await browser.new_context(viewport=seen, bypass_csp=True)).new_page()

        wall, desk = await page_of(WIDE), await page_of(DESK)
        await wall.goto(urljoin(base, "/?visning=vaeg&skift=5"))
        await desk.goto(urljoin(base, "/"))
        began = time.monotonic()
        seen = 0
        while any(run.poll() is None for run in runs):
            await asyncio.sleep(2)
            if seen < 3 and time.monotonic() - began > 20 * (seen + 1):
                seen += 1
                await wall.screenshot(path=pictures / f"væg-undervejs-{seen}.png")
                await desk.screenshot(path=pictures / f"matrix-undervejs-{seen}.png", full_page=True)
        told.append(f"six runs at once: {time.monotonic() - began:.0f} s, exit codes {[run.returncode for run in runs]}")
        for command in later:
            running = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=env, stdout=asyncio.subprocess.DEVNULL)
            told.append(f"lps {' '.join(command[3:])}: exit code {await running.wait()}")
        await look(desk, "matrix")
        for light in ("lys", "moerk"):
            await wall.goto(urljoin(base, f"/?visning=vaeg&{light}="))
            await look(wall, f"væg-{light}")
        await wall.goto(urljoin(base, "/?visning=vaeg&gitter=par"))
        await look(wall, "væg-par")
        await desk.goto(urljoin(base, "/?gitter=par"))
        await look(desk, "par")
        await desk.goto(urljoin(base, "/ind"))
        await look(desk, "log-ind")
        await desk.fill("#kode", token)
        await desk.click("button.vigtig")
        await desk.wait_for_url(urljoin(base, "/"))
        await desk.goto(urljoin(base, "/?gitter=par"))
        for step, selector in enumerate(("td a[href*='/kampagne/']", "a[href*='/scenarie/']", "a[href*='/fund/']"), 1):
            links = await desk.locator(selector).evaluate_all(
                "(all) => all.map((each) => [each.href, /F[123]/.test(each.textContent + each.getAttribute('aria-label'))])"
            )
            if not links:
                told.append(f"no {selector} on {desk.url}")
                break
            await desk.goto(next((href for href, bad in links if bad), links[0][0]))
            await look(desk, f"ned-{step}")
        for name, address in (
            ("arbejdsliste", "/arbejdsliste"),
            ("arbejdsliste-udskrift", "/arbejdsliste/udskrift"),
            ("system", "/system/novax"),
            ("koder", "/qr"),
            ("dagens-resultater", "/dagens-resultater"),
        ):
            await desk.goto(urljoin(base, address))
            await look(desk, name)
        phone = await page_of(PHONE)
        for name, address in (("telefon-matrix", "/"), ("telefon-system", "/system/novax")):
            await phone.goto(urljoin(base, address))
            await look(phone, name)
        await browser.close()
    return told


def main() -> int:
    """Print what was seen; 0 whether it pleases or not: a bench reports."""
    parser = argparse.ArgumentParser(description="Six systems at once against one hub, watched in a browser.")
    parser.add_argument("pictures", type=Path, help="where the pictures are put")
    parser.add_argument("--tempo", default="20", help="how many times as fast as the clock the runs' time goes (default 20)")
    asked = parser.parse_args()
    asked.pictures.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="lps-bench-") as name, ExitStack() as stack:
        reports = Path(name) / "reports"
        reports.mkdir()
        env = environment(Path(name) / "compiled")
        stack.enter_context(kept_up(env, "serve", "--port", "0", "--tempo", asked.tempo, "--reports", str(reports)))
        ready = stack.enter_context(kept_up(env, "dashboard", "--port", "0", "--reports", str(reports)))
        base = next(word for word in ready.split() if word.startswith("http")).rstrip(".")
        token = access(env, reports, "administrator", "Anna Test")
        options = ("--target", "live", "--tempo", asked.tempo)
        runs = [
            subprocess.Popen(run_command(reports, "--vendor", each, *options), cwd=ROOT, env=env, stderr=subprocess.DEVNULL)
            for each in SYSTEMS
        ]
        later = [
            run_command(reports, "--vendor", "all", "--partner", "all"),
            run_command(reports, "--vendor", "novax", "--partner", "all", "--fault", f"novax:{FAULT}"),
        ]
        print("\n".join(asyncio.run(watch(base, token, asked.pictures, env, runs, later))))
        counted = [json.loads(log.open(encoding="utf-8").readline())["event"]["system"] for log in reports.rglob("events.jsonl")]
        print(f"{len(counted)} runs of {len(set(counted))} systems in the reports folder")
    return 0


if __name__ == "__main__":
    sys.exit(main())
