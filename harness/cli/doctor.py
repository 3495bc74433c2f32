"""`lps doctor`: is everything there that a run stands on? It looks, and starts nothing."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Literal

import click
from click.core import ParameterSource

from harness.cli.artefacts import ENVIRONMENT, store
from harness.cli.danish import command
from harness.cli.doctor_json import DoctorOut, SystemOut, line_out
from harness.cli.options import home_option, json_option
from harness.house import House
from harness.runner.options import DEFAULT_CAMPAIGN
from harness.runner.preflight.begin import told
from harness.runner.preflight.line import Line, State
from harness.runner.preflight.look import looked_at
from harness.runner.preflight.machine import Machine, seen_of_the_machine
from harness.runner.wish import Wish
from harness.suite.campaigns import asked_for


@command()
@click.argument("system", metavar="[SYSTEM|FIL]", default="")
@click.option(
    "--campaign",
    default=DEFAULT_CAMPAIGN,
    show_default=True,
    metavar="ID,…|all",
    help="Kampagnerne, adskilt af komma, eller alle.",
)
@click.option("--phase", default="egentest", show_default=True, metavar="FASE", help="Fasen.")
@click.option("--target", default="", metavar="MÅL", help="mock eller live. Ellers det, systemets driver skal bruge.")
@click.option("--driver", default="", metavar="DRIVER", help="Driveren, i stedet for den i systemets fil.")
@click.option("--reports", type=click.Path(path_type=Path), metavar="MAPPE", help="Hvor rapporterne skal ligge. Ellers reports/.")
@home_option
@json_option
def doctor(
    system: str, campaign: str, phase: str, target: str, driver: str, reports: Path | None, house: House, as_json: bool
) -> int:
    """Se efter, om alt er på plads, før en kørsel. Intet bliver startet eller bedømt.

    Uden SYSTEM ses på alle systemerne. Exitkode 2: noget, der er skrevet forkert. 3: maskinen, nettet eller en server.

    Eksempel: lps doctor novax --target live
    """
    chosen = click.get_current_context().get_parameter_source("campaign") is not ParameterSource.DEFAULT
    top = reports or house.reports
    machine = Machine(top, asked_for(campaign), os.environ.get(ENVIRONMENT, ""), store())
    seen = {"": seen_of_the_machine(machine, whole=True)}
    for name in [system] if system else [each.stem for each in sorted(house.vendors.glob("*.yaml"))]:
        wish = Wish(home=house.home, vendor=name, campaign=campaign, phase=phase, target=target, driver=driver)
        seen[name] = looked_at(house, wish, top, whole=True, chosen=chosen)
    states = {line.state for lines in seen.values() for line in lines}
    code: Literal[0, 2, 3] = 2 if State.CONFIGURATION in states else 3 if State.ENVIRONMENT in states else 0
    if as_json:
        parts = {name: tuple(map(line_out, lines)) for name, lines in seen.items()}
        machines = parts.pop("")
        print(
            json.dumps(asdict(DoctorOut(code, machines, tuple(SystemOut(*each) for each in parts.items()))), ensure_ascii=False)
        )
    else:
        print("\n\n".join("\n".join([name or "Maskinen", *_lines(lines)]) for name, lines in seen.items()))
        print(f"\n{_END[code]}")
    return code


_END = {
    0: "En kørsel kan begynde.",
    2: "Ret det, der står som konfiguration, før en kørsel. Det er ikke fund hos systemet.",
    3: "Maskinen, nettet eller en server er i vejen for en kørsel. Det er ikke fund hos systemet.",
}


def _lines(lines: Iterable[Line]) -> Iterable[str]:
    """One line for each check, and what is wrong, or wise to do, below it."""
    for each in lines:
        if each.state.stops:
            yield "  " + told(each).replace("\n", "\n  ")
        else:
            yield f"  {each.state:<17}  {each.what}: {each.found}{f' {each.todo}' if each.todo else ''}"
