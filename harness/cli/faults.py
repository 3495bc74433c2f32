"""`lps faults`: proof that every check can fail, and that none fails for an LPS without defects."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from difflib import get_close_matches
from pathlib import Path

import click
from click.core import ParameterSource

from harness.cli.danish import command
from harness.cli.faults_page import faults_page
from harness.cli.faults_told import lines, told
from harness.cli.options import home_option, json_option, reports_option
from harness.domain.errors import ConfigurationError
from harness.house import House
from harness.runner.trials.plan import Breadth, Catalogue, load_catalogue
from harness.runner.trials.progress import TrialProgress
from harness.runner.trials.proof import prove
from harness.suite.campaigns import EVERY, asked_for, load_campaigns
from harness.suite.faults import load_faults
from harness.suite.requirements import load_requirements
from harness.suite.variations import load_variations

PAGE_NAME = "fejlproever.html"


@command()
@click.option(
    "--campaign", default=EVERY, show_default=True, metavar="ID,…|all", help="Kampagnerne, adskilt af komma, eller alle."
)
@click.option("--fault", "names", multiple=True, metavar="FEJL", help="Kun denne fejl. Kan gentages.")
@click.option(
    "--breadth",
    type=click.Choice([each.value for each in Breadth]),
    default=Breadth.SOME.value,
    show_default=True,
    help="Hvor mange scenarier hver fejl bliver prøvet på. alle: dem, hvor systemet kommer forbi fejlen. også-uset: resten med.",
)
@click.option(
    "--wire", is_flag=True, help="Lad i stedet hver del af hver besked mangle eller være en anden, og se, hvad der fanger det."
)
@click.option("--message", "kinds", multiple=True, metavar="BESKED", help="Med --wire: kun denne besked. Kan gentages.")
@click.option(
    "--tries", type=click.IntRange(0), default=0, metavar="ANTAL", help="Med --wire: højst så mange scenarier. 0: alle."
)
@click.option("--jobs", type=click.IntRange(1, 64), default=os.cpu_count() or 1, metavar="ANTAL", help="Processer ad gangen.")
@reports_option
@home_option
@json_option
def faults(
    campaign: str,
    names: tuple[str, ...],
    breadth: str,
    wire: bool,
    kinds: tuple[str, ...],
    tries: int,
    jobs: int,
    reports: Path | None,
    house: House,
    as_json: bool,
) -> int:
    """Bevis, at enhver kontrol kan fejle: giv referencesystemet én fejl ad gangen, og se, hvad der fanger den.

    Hver fejl bliver prøvet på de scenarier, der skal fange den, ad begge ruter og i begge udgaver af CPD-DK, og på nogle af
    dem, der ikke må lægge mærke til den. Systemet uden fejl bliver prøvet på dem alle. Exitkode 1: en fejl overlevede eller
    blev fanget af noget andet end det, kataloget siger, eller systemet uden fejl fik et fund.

    Eksempel: lps faults --campaign kol-lrs-2027
    """
    _refuse_mixed(wire=wire)
    catalogue = _asked(house, campaign, names)
    if wire:
        return _on_the_wire(house, catalogue, kinds, tries, jobs, as_json, everywhere=asked_for(campaign) == EVERY)
    with TrialProgress() as progress:
        proof = prove(house, catalogue, {} if names else load_variations(house), Breadth(breadth), jobs, progress.told)
    tested = {name for each in catalogue.scenarios for name in each.requirements}
    requirements = load_requirements(house)
    about = {} if names else {name: each for name, each in requirements.items() if campaign == EVERY or name in tested}
    page = (reports or house.reports) / PAGE_NAME
    out = told(proof, about, page.as_posix())
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(faults_page(out), encoding="utf-8", newline="\n")
    print(json.dumps(asdict(out), ensure_ascii=False) if as_json else "\n".join(lines(out)))
    return out.exitkode


def _on_the_wire(
    house: House, catalogue: Catalogue, kinds: tuple[str, ...], tries: int, jobs: int, as_json: bool, *, everywhere: bool
) -> int:
    from harness.cli.faults_wire import wire_lines, wire_out
    from harness.runner.trials.wire_proof import prove_on_the_wire

    with TrialProgress() as progress:
        proof = prove_on_the_wire(house, catalogue, kinds, tries, jobs, progress.told, everywhere)
    print(json.dumps(asdict(wire_out(proof)), ensure_ascii=False) if as_json else "\n".join(wire_lines(proof)))
    return 0 if proof.holds else 1


def _refuse_mixed(*, wire: bool) -> None:
    """Raise ConfigurationError for an option of the other of the two proofs: it would change nothing, and minutes go by."""
    context = click.get_current_context()
    other = {"names": "--fault", "breadth": "--breadth"} if wire else {"kinds": "--message", "tries": "--tries"}
    given = [name for each, name in other.items() if context.get_parameter_source(each) is ParameterSource.COMMANDLINE]
    if given:
        why = "kan ikke bruges sammen med --wire" if wire else "hører til --wire"
        raise ConfigurationError(f"{' og '.join(given)} {why}.")


def _asked(house: House, campaign: str, names: tuple[str, ...]) -> Catalogue:
    asked = asked_for(campaign)
    ids = () if asked == EVERY else tuple(each.id for each in load_campaigns(house, asked))
    catalogue = load_catalogue(house, ids, names)
    unknown = [name for name in names if name not in catalogue.faults]
    if unknown:
        known = load_faults(house)
        for name in unknown:
            if name not in known:
                near = get_close_matches(name, known, 1)
                told = f"Mente du {near[0]}?" if near else "Se fejlene i fixtures/faults/."
                raise ConfigurationError(f"--fault: Fejlen {name} kendes ikke. {told}")
        raise ConfigurationError(
            f"--fault: Ingen scenarier i {asked} skal fange {', '.join(unknown)}. Se fejlene i fixtures/faults/."
        )
    if not catalogue.faults:
        raise ConfigurationError(f"--campaign: Ingen fejl kan ses i {asked}: den har ingen scenarier endnu.")
    return catalogue
