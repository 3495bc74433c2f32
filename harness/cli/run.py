"""`lps run`: scenarios against one or several systems, with everything a run leaves behind."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from harness.cli.danish import command
from harness.cli.options import home_option, json_option
from harness.domain.errors import BadInput, ConfigurationError, EnvironmentFault
from harness.domain.grade import Beside, Grade
from harness.house import House
from harness.record.fold import RunState, fold
from harness.record.log import LOG_NAME, read_log
from harness.reporting.allure import write_allure
from harness.reporting.allure_html import write_html
from harness.reporting.summary import closing_lines, headline, summary
from harness.runner.fleet import Done, Fleet, Job
from harness.runner.options import DEFAULT_CAMPAIGN, RunSetup, Wish, prepare
from harness.runner.progress import Progress
from harness.suite.vendors import load_vendors

NO_PAGES = "Allure-sider laves også, når kommandoen køres som: uv run --extra allure lps run …"
GOOD, FINDINGS, CONFIGURATION, ENVIRONMENT = 0, 1, 2, 3


@command()
@click.option("--vendor", "vendor", default="all", metavar="ID,…|all", help="Systemerne, adskilt af komma. Ellers alle seks.")
@click.option("--campaign", default=DEFAULT_CAMPAIGN, show_default=True, metavar="ID", help="Kampagnen.")
@click.option("--phase", default="egentest", show_default=True, metavar="FASE", help="Fasen.")
@click.option("--target", default="mock", show_default=True, metavar="MÅL", help="mock: alt i én proces, uden net.")
@click.option("--driver", default="", metavar="DRIVER", help="Driveren, i stedet for den i systemets fil.")
@click.option(
    "--rute", default="", metavar="RUTE", help="plsp eller direkte, i stedet for den i systemets fil (kun prøvekørsel)."
)
@click.option("--tag", default="", metavar="UDTRYK", help="Kun scenarier med disse tags, fx “KP-09 and not rute:direkte”.")
@click.option("--fault", "faults", multiple=True, metavar="FEJL", help="En fejl, referencesystemet skal have. Kan gentages.")
@click.option("--cpd", default="", metavar="UDGAVE", help="Den CPD-DK-udgave, referencesystemet sender: 1.0.1 eller 2.0.")
@click.option("--reports", type=click.Path(path_type=Path), metavar="MAPPE", help="Hvor rapporterne skal ligge. Ellers reports/.")
@click.option("--jobs", type=click.IntRange(1, 64), default=os.cpu_count() or 1, metavar="ANTAL", help="Systemer ad gangen.")
@home_option
@json_option
def run(
    vendor: str,
    campaign: str,
    phase: str,
    target: str,
    driver: str,
    rute: str,
    tag: str,
    faults: tuple[str, ...],
    cpd: str,
    reports: Path | None,
    jobs: int,
    house: House,
    as_json: bool,
) -> int:
    """Kør scenarierne mod et eller flere systemer.

    Eksempel: lps run --vendor novax --rute direkte
    """
    began = time.monotonic()
    wish = Wish(home=house.home, campaign=campaign, phase=phase, target=target, driver=driver, rute=rute, cpd=cpd, faults=faults)
    systems = list(load_vendors(house)) if vendor == "all" else [name.strip() for name in vendor.split(",") if name.strip()]
    setups = [prepare(replace(wish, vendor=system)) for system in systems]
    folder = (reports or house.reports) / campaign
    planned = [_job(setup, wish, system, folder, tag) for setup, system in zip(setups, systems, strict=True)]
    with Progress([job.system for job in planned]) as progress:
        done = Fleet(planned, min(jobs, len(planned))).run(progress.told)
    written = _with_logs(done)
    states = {each.job.system: _state(each) for each in written}
    with ThreadPoolExecutor(jobs) as pool:
        without = list(pool.map(_write_reports, written, states.values()))
    seconds = time.monotonic() - began
    shown = _shown(folder)
    stopped = [f"{each.job.system}: kørslen standsede før tid. {each.complaint.strip()}" for each in done if each.code]
    hints = [hint for hint in dict.fromkeys(without) if hint]
    print("\n".join([*stopped, *closing_lines(states, shown, seconds), *hints]), file=sys.stderr if as_json else sys.stdout)
    if as_json:
        systems_object = {system: summary(state) for system, state in states.items()}
        whole = {"vendors": systems_object, "campaign": campaign, "reports": shown, "seconds": round(seconds, 3)}
        print(json.dumps(whole, ensure_ascii=False))
    return max(ENVIRONMENT if stopped else GOOD, *map(_exit_code, states.values()))


def _job(setup: RunSetup, wish: Wish, system: str, folder: Path, tag: str) -> Job:
    target = _new_folder(folder / setup.vendor.id)
    options = {
        "--home": str(setup.house.home),
        "--vendor": system,
        "--campaign": wish.campaign,
        "--phase": wish.phase,
        "--target": wish.target,
        "--driver": wish.driver,
        "--rute": wish.rute,
        "--cpd": wish.cpd,
        "--tag": tag,
        "--run-folder": str(target),
        "--rootdir": str(setup.house.home),
    }
    given = [f"{name}={value}" for name, value in options.items() if value]
    features = [str(setup.house.features / name) for name in setup.campaign.features]
    return Job(setup.vendor.id, target, (*given, *(f"--fault={fault}" for fault in wish.faults), *features))


def _new_folder(system: Path) -> Path:
    """A folder no run has used; its name is the run's id and sorts by time."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    for number in range(1000):
        folder = system / (stamp if number == 0 else f"{stamp}-{number}")
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        except OSError as error:
            raise EnvironmentFault(f"Rapportmappen kan ikke laves: {error}.") from None
        return folder
    raise EnvironmentFault(f"Der kan ikke laves en ny mappe i {system}.")


def _with_logs(done: Sequence[Done]) -> list[Done]:
    """Those that came to write a log. Raises what the others said when there are none."""
    written = [each for each in done if (each.job.folder / LOG_NAME).exists()]
    for each in done:
        if each not in written:
            each.job.folder.rmdir()
    if written:
        return written
    text = (
        "\n".join(dict.fromkeys(each.complaint.strip().removeprefix("ERROR: ") for each in done))
        or "Kørslen standsede uden at sige hvorfor."
    )
    if all(each.code == CONFIGURATION for each in done):
        raise ConfigurationError(text)
    raise EnvironmentFault(text)


def _state(done: Done) -> RunState:
    try:
        return fold(read_log(done.job.folder / LOG_NAME))
    except BadInput as error:
        raise EnvironmentFault(f"{_shown(done.job.folder)}: {error}") from None


def _write_reports(done: Done, state: RunState) -> str:
    """Allure's results, and its page where the extra is installed; what stood in the way of the page, empty when nothing did."""
    results = write_allure(done.job.folder)
    try:
        page = write_html(results, done.job.folder / "allure-report" / "index.html", headline(state))
    except EnvironmentFault as error:
        return f"Allure-siden mangler. {error}"  # the verdict stands without it, and so does everything else that was written
    return "" if page else NO_PAGES


def _exit_code(state: RunState) -> int:
    if any(isinstance(standing, Grade) and not standing.approved for standing in state.standings):
        return FINDINGS
    stuck = any(standing in (Beside.UNTESTABLE, Beside.INTERRUPTED) for standing in state.standings)
    return ENVIRONMENT if stuck else GOOD


def _shown(path: Path) -> str:
    here = Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else path.as_posix()
