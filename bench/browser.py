"""A campaign carried out by a scripted tester, who reads each prompt, works at a reference LPS, and answers; compared with mock.

uv run python bench/browser.py                                   # kol-lrs-2027 in a browser; an hour
uv run python bench/browser.py --tag "KP-06" --tempo 60
uv run python bench/browser.py --line --folders --campaign all --features henvisning,pro,kommunale-proevesvar
uv run python bench/browser.py --line --late 0.5 --campaign all  # over the hub's control line, by an LPS that sends later

It prints how many scenarios stand as in mock, each that does not with its reason, and what the run asked of the testers. With
`--late` the tester says *udført* so many seconds before the LPS does it, as when an LPS sends in the background; with `--folders`
the LPS has no address to send to: everything goes as files.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "runner")]

from page_tester import browser_page, work  # type: ignore[import-not-found]  # noqa: E402
from scripted_tester import ScriptedTester  # type: ignore[import-not-found]  # noqa: E402

from harness.domain.errors import HarnessError  # noqa: E402
from harness.domain.event import Prompted, ScenarioEnded, Waited, Waiting  # noqa: E402
from harness.domain.prompt import Wanted  # noqa: E402
from harness.hub.control import CONTROL_FILE, running_hub  # noqa: E402
from harness.record.log import LOG_NAME, Entry, read_log  # noqa: E402
from harness.runner.hub_line import HubLine  # noqa: E402
from harness.runner.session import TIME_STANDS  # noqa: E402

CHROMIUM = "/usr/bin/chromium"
SENT = ("VANSEnvelope", "XREF15", "XCTL03", "SBDH", "EDS", "CPD-DK", "web-patient", "dnhf", "plsp-forloebsplaner")
RECEIVED = ("VANSEnvelope", "SBDH")
LOOK = 0.02
"""Seconds between two looks at the desk."""
LPS = (sys.executable, "-m", "harness.cli.main")


@contextmanager
def running(*arguments: str) -> Iterator[str]:
    """`lps` with `arguments` until the end of the block; how it says that it is ready."""
    command = [*LPS, *arguments, "--until-stdin-ends"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8", cwd=ROOT)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.stdin.close()
        process.wait()
        process.stdout.close()


def log_of(reports: Path) -> list[Entry]:
    """The log of the only run there."""
    (log,) = reports.glob(f"*/*/*/{LOG_NAME}")
    return list(read_log(log))


def standings(entries: list[Entry]) -> dict[str, ScenarioEnded]:
    """How each scenario ended."""
    return {each.event.scenario: each.event for each in entries if isinstance(each.event, ScenarioEnded)}


def attended(given: argparse.Namespace, chosen: list[str], reports: Path) -> list[Entry]:
    """The log of the attended run."""
    tempo = f"--tempo={given.tempo}"
    system = str(with_folders(given.vendor, reports)) if given.folders else given.vendor
    own = [f"--vendor={system}"] if given.folders else []
    with ExitStack() as stack:
        stack.enter_context(running("serve", "--port=0", "--pages-port=0", f"--reports={reports}", tempo, *own))
        hub = running_hub(reports / CONTROL_FILE)
        assert hub is not None, "it has said that it is ready"
        reach = [] if given.folders else [f"--services={hub['address']}"]
        lps = stack.enter_context(running("reference", *reach, f"--vendor={system}", "--port=0", tempo))
        tester = ScriptedTester(f"{lps}/{given.vendor}", late=given.late)
        stack.callback(tester.close)
        line = HubLine(reports / CONTROL_FILE)
        stack.callback(line.close)
        page = (
            None if given.line else stack.enter_context(browser_page(CHROMIUM, line.do("link", system=given.vendor), "Anna Bek"))
        )
        run = lps_command(
            "run", *chosen, f"--vendor={system}", f"--reports={reports}", "--driver=attended", "--target=live", tempo
        )
        if page:
            work(page, tester, run)
        else:
            work_on_line(line, given.vendor, tester, run)
    return log_of(reports)


def with_folders(system: str, place: Path) -> Path:
    """A file of the system by which everything goes through two folders beside it, as a vendor would write it."""
    file = place.parent / "mapper" / f"{system}.yaml"
    for name in ("ud", "ind"):
        (file.parent / name).mkdir(parents=True)
    sent = [f"  - {{ format: {each}, retning: Sende, vej: mappe, mappe: ud }}" for each in SENT]
    received = [f"  - {{ format: {each}, retning: Modtage, vej: mappe, mappe: ind }}" for each in RECEIVED]
    usual = (ROOT / "fixtures" / "vendors" / f"{system}.yaml").read_text("utf-8")
    file.write_text("\n".join([usual, "kanaler:", *sent, *received, ""]), "utf-8")
    return file


def ids_in(folders: str) -> list[str]:
    """The ids of the scenarios in these folders of features/."""
    files = (file for name in folders.split(",") for file in sorted((ROOT / "features" / name).glob("*.feature")))
    return [each for file in files for each in re.findall(r"@id:(\S+)", file.read_text("utf-8"))]


def work_on_line(line: HubLine, system: str, tester: ScriptedTester, run: subprocess.Popen[str]) -> None:
    """Answer what the hub's control line asks until the run is over."""
    while run.poll() is None:
        with suppress(subprocess.TimeoutExpired):
            run.wait(LOOK)
        try:
            prompt = line.do("desk", system=system)["prompt"]
        except HarnessError:
            continue  # the run has not begun yet, or is over
        if prompt is not None:
            line.do("answer", system=system, prompt=prompt["id"], answer=tester.answer(prompt))


def lps_command(*arguments: str) -> subprocess.Popen[str]:
    """`lps` with `arguments`, whose own words are not shown."""
    return subprocess.Popen([*LPS, *arguments], stdout=subprocess.DEVNULL, encoding="utf-8", cwd=ROOT)


def asked(entries: list[Entry], tempo: float) -> dict[str, float]:
    """What the run asked of its testers, and how many minutes the harness itself would wait at tempo 1."""
    prompts = [each.event.prompt for each in entries if isinstance(each.event, Prompted)]
    began: dict[int, tuple[datetime, float]] = {}
    in_vain = on_arrival = 0.0
    last = 0
    for each in entries:
        match each.event:
            case Waiting(number=number, seconds=seconds):
                began[number] = (each.at, seconds)
            case Waited(number=number, came=came) if number in began:
                since, seconds = began.pop(number)
                if not any(outer < number for outer in began):  # a wait in a wait is part of it
                    in_vain += 0.0 if came else seconds
                    on_arrival += (each.at - since).total_seconds() if came else 0.0
            case ScenarioEnded():
                began.clear()
                last += 1
            case _:
                pass
    return {
        "scenarios": last,
        "sittings": len(prompts),
        "tasks": sum(len(each.tasks) for each in prompts),
        "judgements": sum(each.wanted == Wanted.JUDGE for each in prompts),
        "readings": sum(each.wanted == Wanted.TELL for each in prompts),
        "minutes waited where nothing was to come, at tempo 1": round(in_vain / 60, 1),
        f"minutes waited for what came, at tempo {tempo:g}": round(on_arrival / 60, 1),
    }


def main() -> int:
    """Run the bench; 1 when a scenario stands otherwise than in mock, but for those that live cannot carry out by design."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--vendor", default="novax")
    options.add_argument("--campaign", default="kol-lrs-2027")
    options.add_argument("--tag", default="")
    options.add_argument("--features", default="", metavar="FOLDER,…", help="only the scenarios in these folders of features/")
    options.add_argument("--folders", action="store_true", help="the LPS is reached by folders only")
    options.add_argument("--tempo", type=float, default=120.0)
    options.add_argument("--line", action="store_true", help="over the hub's control line, without a browser")
    options.add_argument("--late", type=float, default=0.0, metavar="SECONDS", help="the LPS does it so much later")
    options.add_argument("--mock", type=Path, help="reports of a mock run made before, to compare with")
    options.add_argument("--reports", type=Path, help="an empty folder to keep the runs in")
    given = options.parse_args()
    tag = " or ".join(f"id:{each}" for each in ids_in(given.features)) if given.features else given.tag
    chosen = [f"--campaign={given.campaign}", *([f"--tag={tag}"] if tag else [])]
    with tempfile.TemporaryDirectory(prefix="lps-browser-", ignore_cleanup_errors=True) as folder:
        place = given.reports or Path(folder)
        if not given.mock:
            lps_command("run", *chosen, f"--vendor={given.vendor}", f"--reports={place / 'mock'}").wait()
        mock = standings(log_of(given.mock or place / "mock"))
        entries = attended(given, chosen, place / "live")
    live = standings(entries)
    different = {name: each for name, each in live.items() if each.standing != mock[name].standing}
    by_design = {name for name, each in different.items() if each.reason == TIME_STANDS}
    print(
        f"{len(live) - len(different)} of {len(live)} the same as in mock; {len(by_design)} move time by hours, which live cannot"
    )
    for name, each in different.items():
        if name not in by_design:
            print(f"{name}: {mock[name].standing} in mock, here {each.standing}: {each.reason}")
    print("\n".join(f"{what}: {count:g}" for what, count in asked(entries, given.tempo).items()))
    return 1 if different.keys() - by_design else 0


if __name__ == "__main__":
    sys.exit(main())
