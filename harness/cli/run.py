"""`lps run`: scenarios against one or several systems, with everything a run leaves behind."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
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
from harness.runner.hall import Hall
from harness.runner.options import DEFAULT_CAMPAIGN, RunSetup, Wish, prepare
from harness.runner.progress import Progress
from harness.suite.vendors import load_vendors

NO_PAGES = "Allure-sider laves også, når kommandoen køres som: uv run --extra allure lps run …"
GOOD, FINDINGS, CONFIGURATION, ENVIRONMENT = 0, 1, 2, 3


@command()
@click.option("--vendor", "vendor", default="all", metavar="ID,…|all", help="Systemerne, adskilt af komma. Ellers alle seks.")
@click.option("--campaign", default=DEFAULT_CAMPAIGN, show_default=True, metavar="ID", help="Kampagnen.")
@click.option("--phase", default="egentest", show_default=True, metavar="FASE", help="Fasen.")
@click.option(
    "--target", default="mock", show_default=True, metavar="MÅL", help="mock: uden net. live: over TCP og i rigtig tid."
)
@click.option("--driver", default="", metavar="DRIVER", help="Driveren, i stedet for den i systemets fil.")
@click.option(
    "--rute", default="", metavar="RUTE", help="plsp eller direkte, i stedet for den i systemets fil (kun prøvekørsel)."
)
@click.option("--tag", default="", metavar="UDTRYK", help="Kun scenarier med disse tags, fx “KP-09 and not rute:direkte”.")
@click.option("--fault", "faults", multiple=True, metavar="FEJL", help="En fejl, referencesystemet skal have. Kan gentages.")
@click.option("--cpd", default="", metavar="UDGAVE", help="Den CPD-DK-udgave, referencesystemet sender: 1.0.1 eller 2.0.")
@click.option("--tempo", type=click.FloatRange(1), default=1.0, metavar="GANGE", help="live: tiden går så mange gange hurtigere.")
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
    tempo: float,
    reports: Path | None,
    jobs: int,
    house: House,
    as_json: bool,
) -> int:
    """Kør scenarierne mod et eller flere systemer.

    Eksempel: lps run --vendor novax --rute direkte
    """
    began = time.monotonic()
    wish = Wish(
        home=house.home,
        campaign=campaign,
        phase=phase,
        target=target,
        driver=driver,
        rute=rute,
        cpd=cpd,
        faults=faults,
        tempo=tempo,
    )
    systems = (
        list(load_vendors(house)) if vendor == "all" else list(dict.fromkeys(filter(None, map(str.strip, vendor.split(",")))))
    )
    top = reports or house.reports
    folder = top / campaign
    with ExitStack() as stack:
        if target == "live":
            prepare(replace(wish, vendor=systems[0], target="mock"))  # what is wrong is told before anything is started
            hall = stack.enter_context(Hall(wish, systems, top))
            wish = replace(wish, hub=hall.control, lps=hall.lps)
        setups = [prepare(replace(wish, vendor=system)) for system in systems]
        planned = [_job(setup, wish, system, folder, tag) for setup, system in zip(setups, systems, strict=True)]
        try:
            with Progress([job.system for job in planned]) as progress:
                done = Fleet(planned, min(jobs, len(planned))).run(progress.told)
        finally:
            _remove_unused(planned)
    states, troubles = _states(done)
    folders = [each.job.folder for each in done if each.job.system in states]
    with ThreadPoolExecutor(jobs) as pool:
        without = list(pool.map(_write_reports, folders, states.values()))
    seconds = time.monotonic() - began
    shown = _shown(folder)
    hints = [hint for hint in dict.fromkeys(without) if hint]
    print("\n".join([*troubles, *closing_lines(states, shown, seconds), *hints]), file=sys.stderr if as_json else sys.stdout)
    if as_json:
        systems_object = {system: summary(state) for system, state in states.items()}
        whole = {"vendors": systems_object, "campaign": campaign, "reports": shown, "seconds": round(seconds, 3)}
        print(json.dumps(whole, ensure_ascii=False))
    return max(ENVIRONMENT if troubles else GOOD, *map(_exit_code, states.values()))


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
        "--hub": str(wish.hub or ""),
        "--lps": wish.lps,
        "--tempo": str(wish.tempo),
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


def _remove_unused(planned: Sequence[Job]) -> None:
    """The folders of runs that never came to write anything."""
    for job in planned:
        if not any(job.folder.iterdir()):
            job.folder.rmdir()


def _states(done: Sequence[Done]) -> tuple[dict[str, RunState], list[str]]:
    """What each run's log tells, and what went wrong beside it. Raises what the runs said when none of them left a log."""
    states: dict[str, RunState] = {}
    troubles = []
    for each in done:
        log = each.job.folder / LOG_NAME
        said = each.complaint.strip().removeprefix("ERROR: ") or "Kørslen standsede uden at sige hvorfor."
        if each.code:
            troubles.append(f"{each.job.system}: {said}")
        if log.exists():
            try:
                states[each.job.system] = fold(read_log(log))
            except BadInput as error:
                troubles.append(f"{each.job.system}: {_shown(log)}: {error}")
    if states:
        return states, troubles
    text = "\n".join(dict.fromkeys(trouble.partition(": ")[2] for trouble in troubles))
    if done and all(each.code == CONFIGURATION for each in done):
        raise ConfigurationError(text)
    raise EnvironmentFault(text)


def _write_reports(folder: Path, state: RunState) -> str:
    """Allure's results, and its page where the extra is installed; what stood in the way of the page, empty when nothing did."""
    results = write_allure(folder)
    try:
        page = write_html(results, folder / "allure-report" / "index.html", headline(state))
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
