"""`lps run`: scenarios against one or several systems, with everything a run leaves behind."""

from __future__ import annotations

import json
import os
import shlex
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from harness.cli.danish import command
from harness.cli.jobs import handed_on, job_of, remove_unused
from harness.cli.options import home_option, json_option, publish_ca_option, sts_option
from harness.cli.outcome import results_of, shown, told_by, write_together
from harness.cli.process import ended_in_order
from harness.cli.sending import sent_to, wall_of
from harness.domain.errors import ConfigurationError
from harness.domain.requirement import Campaign, Participation
from harness.domain.vendor import Driver, Vendor
from harness.house import House
from harness.record.log import LOG_NAME
from harness.record.result import ENVIRONMENT, GOOD
from harness.record.signing import read_private_key
from harness.reporting.summary import closing_lines, summary
from harness.runner.fleet import Done, Fleet, Job
from harness.runner.hall import Hall
from harness.runner.options import DEFAULT_CAMPAIGN, is_file, prepare
from harness.runner.pairs import campaign_of_pairs, each_system, label, partners_of, played_by_us, systems_in
from harness.runner.preflight.begin import refuse_unready
from harness.runner.preflight.machine import alone_with
from harness.runner.progress import Progress
from harness.runner.resume import LATEST, CutOff, find_cut_off
from harness.runner.wish import Wish
from harness.suite.campaigns import EVERY, asked_for, folder_of, load_campaigns
from harness.suite.vendors import load_vendor, load_vendors

if TYPE_CHECKING:
    from harness.cli.terminal import TerminalProgress


@command()
@click.option("--vendor", "vendor", default="all", metavar="ID,…|all", help="Systemerne, adskilt af komma. Ellers alle seks.")
@click.option(
    "--campaign",
    default=DEFAULT_CAMPAIGN,
    show_default=True,
    metavar="ID,…|all",
    help="Kampagnerne, adskilt af komma, eller alle.",
)
@click.option("--phase", default="egentest", show_default=True, metavar="FASE", help="Fasen.")
@click.option(
    "--target", default="mock", show_default=True, metavar="MÅL", help="mock: uden net. live: over TCP og i rigtig tid."
)
@click.option("--driver", default="", metavar="DRIVER", help="Driveren, i stedet for den i systemets fil.")
@click.option(
    "--rute", default="", metavar="RUTE", help="plsp eller direkte, i stedet for den i systemets fil (kun prøvekørsel)."
)
@click.option("--tag", default="", metavar="UDTRYK", help="Kun scenarier med disse tags, fx “KP-09 and not rute:direkte”.")
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="[ID:]FEJL",
    help="En fejl, referencesystemet skal have. Med et systems id foran har kun det fejlen, også som partner. Kan gentages.",
)
@click.option(
    "--partner",
    default="",
    metavar="ID,…|all",
    help="Kørsler af to: systemet sender, og partneren modtager. Adskilt af komma, eller alle de andre.",
)
@click.option("--cpd", default="", metavar="UDGAVE", help="Den CPD-DK-udgave, referencesystemet sender: 1.0.1 eller 2.0.")
@click.option(
    "--tempo",
    type=click.FloatRange(1, 120),
    default=1.0,
    metavar="GANGE",
    help="live: tiden går så mange gange hurtigere, højst 120.",
)
@click.option(
    "--replay",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="STI",
    help="Bedøm det, der ligger i en mappe, zip, HAR-fil eller besked, eller en kørsel, der er optaget. Kan gentages.",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    metavar="MAPPE",
    help="MedComs eget sæt personer og værdier, i stedet for det udleverede.",
)
@click.option(
    "--own-values", is_flag=True, help="attended: testeren må skrive sine egne tekster og tal, og de bliver kontrolleret."
)
@click.option("--ca", type=click.Path(path_type=Path), metavar="FIL", help="live: udstederen af hubbens certifikat (PEM).")
@sts_option
@click.option(
    "--ui",
    type=click.Choice(["side", "terminal"]),
    default="side",
    help="Hvor testeren svarer (attended): på hubbens side, eller i dette vindue.",
)
@click.option(
    "--resume",
    is_flag=False,
    flag_value=LATEST,
    default="",
    metavar="[KØRSEL]",
    help="Gå videre med den seneste kørsel, eller den med dette id. Kun det, der ikke kom til en dom, køres igen.",
)
@click.option("--reports", type=click.Path(path_type=Path), metavar="MAPPE", help="Hvor rapporterne skal ligge. Ellers reports/.")
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    metavar="ANTAL",
    help="Systemer ad gangen. Ellers ét pr. kerne; live er det alle, for dér venter de mest.",
)
@click.option(
    "--publish", default="", metavar="URL", help="Send kørslen til tavlen imens. Adgangsnøglen står i LPS_PUBLISH_TOKEN."
)
@publish_ca_option
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
    partner: str,
    cpd: str,
    tempo: float,
    replay: tuple[Path, ...],
    data: Path | None,
    own_values: bool,
    ca: Path | None,
    sts: tuple[bytes, ...],
    ui: str,
    resume: str,
    reports: Path | None,
    jobs: int | None,
    publish: str,
    publish_ca: Path | None,
    house: House,
    as_json: bool,
) -> int:
    """Kør scenarierne mod et eller flere systemer.

    Uden forbindelse kan beskeder, systemet har sendt, bedømmes med --replay.

    Eksempel: lps run --vendor novax --rute direkte

    Eksempel: lps run --vendor novax --replay beskeder.zip

    Eksempel: lps run --vendor all --partner all
    """
    began = time.monotonic()
    wall = wall_of(publish, publish_ca)  # what cannot be used is told now, not when the run is over
    replay = tuple(each.resolve() for each in replay)
    if partner and not _asked("campaign"):
        campaign = campaign_of_pairs(load_campaigns(house, EVERY))
    campaign = asked_for(_recorded_campaign(replay) or campaign)
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
        tag=tag,
        ca=ca,
        sts=sts,
        replay=replay,
        data=data and data.absolute(),
        own_values=own_values,
    )
    campaigns = load_campaigns(house, campaign)
    known = load_vendors(house)
    everyone = [each for each in known if any(map(partial(_takes_part, each), campaigns))]
    systems = everyone if vendor == "all" else list(dict.fromkeys(filter(None, map(str.strip, vendor.split(",")))))
    if vendor == "all" and not systems:
        raise ConfigurationError(f"Ingen systemer er med i {', '.join(each.id for each in campaigns)}.")
    if not systems:
        raise ConfigurationError("--vendor nævner intet system. Skriv fx --vendor novax, eller all for alle seks.")
    if resume:
        _refuse_beside_resume()
    if replay and len(systems) != 1:
        raise ConfigurationError("--replay er af ét system. Skriv hvilket: --vendor ID.")
    top = reports or house.reports
    folder = top / folder_of(campaigns, campaign)
    if not (resume or replay or _asked("target")) and all(_is_real(driver, system, known) for system in systems):
        wish = replace(wish, target="live")  # mock plays the system itself, so it was never what was meant
        print("Systemet er et rigtigt system: kørslen er live (--target live).", file=sys.stderr)
    pairs = partners_of(partner, systems, everyone)
    wishes = [replace(wish, vendor=system, partner=other) for system, other in pairs]
    read_private_key()  # one that cannot be used is told now, not when the run is over
    # What is wrong is told before anything is started; how the runs to resume were asked for is known only from their logs.
    if not resume:
        refuse_unready(house, each_system(wishes), folder, known)
    setups = [prepare(replace(each, driver=Driver.REFERENCE) if resume else each) for each in wishes]
    cut_off: dict[str, CutOff] = {}
    if resume:
        ids = {_called(each): setup.ids for each, setup in zip(wishes, setups, strict=True)}
        own, others = ({name: each[place] for name, each in ids.items()} for place in (0, 1))
        found = find_cut_off(folder, own, resume, others)
        resumed = [(found[name].wish(each), found[name]) for each in wishes if (name := _called(each)) in found]
        wishes = [each for each, _ in resumed]
        cut_off = {_called(each): cut for each, cut in resumed}
        refuse_unready(house, each_system(wishes), folder, known)
        setups = [prepare(each) for each in wishes]
    with ExitStack() as stack:
        stack.enter_context(ended_in_order())
        planned: list[Job] = []
        if not replay:
            stack.enter_context(_told_when_stopped(_again(vendor, campaign, reports, data, partner), planned))
        if wishes[0].target == "live":
            stack.enter_context(alone_with(systems_in(setups), top))
            played, partners = played_by_us(wishes, setups)
            own_files = [each.vendor for each in each_system(wishes) if is_file(each.vendor)]
            hall = stack.enter_context(Hall(wishes[0], played, top, own_files, partners))
            wishes = [replace(each, hub=hall.control, lps=hall.lps, partner_lps=hall.partner_lps) for each in wishes]
        cores = os.cpu_count() or 1
        at_once = jobs or (min(len(wishes), 64) if wishes[0].target == "live" else cores)
        if wishes[0].target == "live" and wishes[0].partner:
            at_once = 1  # a system is in one run at a time, whichever part it has
        trusted = handed_on(wishes[0].sts, stack)
        planned += [
            job_of(setup, each, folder, cut_off.get(_called(each)), trusted) for setup, each in zip(setups, wishes, strict=True)
        ]
        due = [job for each, job in zip(wishes, planned, strict=True) if not resume or cut_off[_called(each)].unfinished]
        left = stack.enter_context(
            ThreadPoolExecutor(min(at_once, cores))
        )  # a system's reports are written while others still run
        sending = sent_to(wall, [job.folder for job in planned])
        told = {job.system: left.submit(told_by, Done(job, 0, ""), house) for job in planned if job not in due}
        try:
            with _progress(ui, [job.system for job in due], wishes[0].hub, house) as progress:
                if due:
                    Fleet(due, min(at_once, len(due))).run(
                        sending(progress.told), lambda done: told.update({done.job.system: left.submit(told_by, done, house)})
                    )
        finally:
            remove_unused(planned)
    outcomes = [told[job.system].result() for job in [*due, *(job for job in planned if job not in due)]]
    results, troubles = results_of(outcomes)
    together = write_together({each.done.job.folder: each.result for each in outcomes}, folder)
    seconds = time.monotonic() - began
    where = shown(folder)
    taking = dict.fromkeys(setup.vendor.id for setup in setups)
    outside = {each.id: [system for system in taking if not _takes_part(system, each)] for each in campaigns}
    hints = [f"Ikke med i {name}: {', '.join(named)}." for name, named in outside.items() if named]
    hints += [hint for hint in dict.fromkeys([*(each.hint for each in outcomes), together]) if hint]
    stuck = [each for each in results.values() if each.state.seconds is None or each.state.untried]
    if (len(results) < len(planned) or stuck) and not replay:
        hints.append(f"Noget blev ikke kørt til ende. Gå videre med: {_again(vendor, campaign, reports, data, partner)}")
    print("\n".join([*troubles, *closing_lines(results, where, seconds), *hints]), file=sys.stderr if as_json else sys.stdout)
    if as_json:
        systems_object = {system: summary(result) for system, result in results.items()}
        whole = {"vendors": systems_object, "campaign": campaign, "reports": where, "seconds": round(seconds, 3)}
        print(json.dumps(whole, ensure_ascii=False))
    return max(ENVIRONMENT if troubles else GOOD, *(each.exit_code for each in results.values()))


@contextmanager
def _told_when_stopped(again: str, planned: Sequence[Job]) -> Iterator[None]:
    """Say how to go on when somebody stops the run: nothing that was answered is lost."""
    try:
        yield
    except KeyboardInterrupt:
        if any((job.folder / LOG_NAME).exists() for job in planned):
            print(f"Kørslen er standset. Alt, der er kørt, er gemt. Gå videre med: {again}", file=sys.stderr)
        raise


def _called(wish: Wish) -> str:
    """What a run is called as it was asked for."""
    return label(wish.vendor, wish.partner)


def _asked(option: str) -> bool:
    return click.get_current_context().get_parameter_source(option) is ParameterSource.COMMANDLINE


def _is_real(driver: str, system: str, known: Mapping[str, Vendor]) -> bool:
    """Whether `system` is driven as a real one: by a tester, or through its test interface."""
    if driver:
        return driver in (Driver.ATTENDED, Driver.ADAPTER)
    if system.endswith((".yaml", ".yml")):
        return load_vendor(Path(system)).driver in (Driver.ATTENDED, Driver.ADAPTER)
    return system in known and known[system].driver in (Driver.ATTENDED, Driver.ADAPTER)


def _progress(ui: str, systems: Sequence[str], control: Path | None, house: House) -> Progress | TerminalProgress:
    if ui != "terminal":
        return Progress(systems)
    if control is None or len(systems) != 1:
        raise ConfigurationError("--ui terminal er til ét system ad gangen, med --target live. Skriv fx --vendor novax.")
    from harness.cli.terminal import TerminalProgress
    from harness.suite.patients import load_patients

    return TerminalProgress(control, load_patients(house))


def _takes_part(system: str, campaign: Campaign) -> bool:
    return campaign.participation(system) is not Participation.OUTSIDE


def _recorded_campaign(replay: tuple[Path, ...]) -> str:
    """The campaign of the run that is to be replayed, where another was not asked for; else empty."""
    source = click.get_current_context().get_parameter_source("campaign")
    if not replay or source is ParameterSource.COMMANDLINE:
        return ""
    from harness.runner.replay.source import recorded_run

    recorded = recorded_run(replay)
    return recorded.campaign if recorded else ""


def _again(vendor: str, campaign: str, reports: Path | None, data: Path | None, partner: str) -> str:
    """The command that goes on with this run."""
    params = click.get_current_context().params
    chosen = {
        "--home": params["house"].home if _asked("house") else "",
        "--vendor": vendor,
        "--partner": partner,
        "--campaign": campaign,
        "--reports": reports or "",
        "--data": data or "",
        "--publish": params["publish"],
        "--publish-ca": params["publish_ca"] or "",
    }
    usual = {"--vendor": "all", "--campaign": DEFAULT_CAMPAIGN}
    given = [part for name, value in chosen.items() if value != usual.get(name, "") for part in (name, str(value))]
    return shlex.join(["lps", "run", *given, "--resume"])


def _refuse_beside_resume() -> None:
    context = click.get_current_context()
    asked = ("phase", "target", "driver", "rute", "tag", "faults", "cpd", "tempo", "replay", "sts", "own_values")
    given = [name for name in asked if context.get_parameter_source(name) is ParameterSource.COMMANDLINE]
    if given:
        options = ", ".join("--fault" if name == "faults" else f"--{name.replace('_', '-')}" for name in given)
        raise ConfigurationError(f"{options} kan ikke vælges sammen med --resume: en kørsel genoptages, som den blev startet.")
