"""What it costs to have Allure's results, of the same empty scenarios: with and without, for each that can write them."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from engines import ENGINES, Engine, Race, size_shown
from generated import Size
from measured import Line, timed
from peers import Installed, Peers
from processes import Failed, ratio

SIZE = Size(500, 300)
QUICK = Size(100, 300)


def _more(engine: Engine, peer: str, *arguments: str, ends: bool = False) -> Engine:
    """`engine`, which also writes results to a folder of its own; `ends`: its arguments stand after the folder of tests."""

    def command(at: Installed, folder: Path) -> tuple[str, ...]:
        target = tempfile.mkdtemp(prefix="allure-", dir=folder.parent)
        given = tuple(each.format(target) for each in arguments)
        usual = engine.command(at, folder)
        return (*usual, *given) if ends else (*usual[:3], *given, *usual[3:])

    return replace(engine, peer=peer, command=command)


OURS = ("-p", "allure_pytest.plugin", "-p", "harness.reporting.allure", "--alluredir={}")
WITH = {
    "plain": _more(ENGINES["plain"], "pytest-allure", "--alluredir={}"),
    "ours": _more(ENGINES["ours"], "", *OURS),
    "pytest-bdd": _more(ENGINES["pytest-bdd"], "pytest-bdd-allure", "--alluredir={}"),
    "behave": _more(ENGINES["behave"], "behave", "-f", "allure_behave.formatter:AllureFormatter", "-o", "{}"),
}


def _all_written(folder: Path) -> None:
    """Raise Failed where somebody was fast by writing less: there is one result a scenario."""
    for target in folder.rglob("allure-*"):
        scenarios = int(target.parent.name.split("-")[1])
        if (found := len(list(target.glob("*-result.json")))) != scenarios:
            raise Failed(f"skrev {found} resultater for {scenarios} scenarier", target.parent.name)


def lines(folder: Path, peers: Peers, rounds: int, size: Size) -> list[Line]:
    """Two lines each: without, and with."""
    engines = {name: ENGINES[name] for name in WITH} | {f"{name}+": each for name, each in WITH.items()}
    race = Race(folder, peers, rounds, engines)
    race.warm_up()
    took, missing = race.took(size)
    _all_written(folder)
    made = []
    for name in WITH:
        for key, title in ((name, ENGINES[name].title), (f"{name}+", f"{ENGINES[name].title}, med Allure")):
            if key in missing:
                made.append(Line(title, size_shown(size), missing=missing[key]))
                continue
            beside = ratio(took[key], took[name]) if key != name and name in took else None
            made.append(timed(title, took[key], size_shown(size), size.scenarios, ratio=beside, against="det samme uden Allure"))
    return made
