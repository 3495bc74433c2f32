"""`lps data`: MedCom's withheld set of persons, values and files, held against the scenarios before a run depends on it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli.danish import Command, Group
from harness.cli.options import home_option, json_option
from harness.house import House

if TYPE_CHECKING:
    from harness.suite.data_set import Entered

COMPLETE, LACKING = 0, 1


@click.group(cls=Group)
def data() -> None:
    """MedComs eget sæt personer, værdier og filer, som certificering kører på.

    Sættet ligger i en mappe uden for harnesset: personer.yaml, værdier.yaml og mappen filer.

    Eksempel: lps data tjek ~/livetest
    """


@data.command(cls=Command, name="tjek")
@click.argument("folder", metavar="MAPPE", type=click.Path(path_type=Path))
@click.option(
    "--campaign", default="all", show_default=True, metavar="ID,…|all", help="Kampagnerne, adskilt af komma, eller alle."
)
@home_option
@json_option
def check(folder: Path, campaign: str, house: House, as_json: bool) -> int:
    """Vis, hvad sættet erstatter, og hvad der stadig er som i det udleverede sæt.

    Det, der ikke passer til noget eller ikke kan bruges, bliver vist med linje og kolonne. Sættets egne værdier bliver ikke vist.

    Eksempel: lps data tjek ~/livetest --campaign kol-lrs-2027
    """
    from harness.domain.data_set import Kind
    from harness.suite.campaigns import load_campaigns
    from harness.suite.data_set import entered_in, kept_in, load_data, still_shipped
    from harness.suite.gherkin import read_folders
    from harness.suite.patients import load_patients

    found = load_data(house, folder)
    folders = dict.fromkeys(name for each in load_campaigns(house, campaign) for name in each.features)
    scenarios = read_folders(house.features, folders)
    entered = entered_in(scenarios, found.names)
    kept = {each.name: each for each in kept_in(found, entered)}
    must = {each.name for each in still_shipped(found, scenarios, load_patients(house))}
    counts = {kind: [each for each in entered if each.kind is kind] for kind in Kind}
    told = {
        str(kind): {"i_alt": len(all_), "erstattet": sum(each.name not in kept for each in all_)} for kind, all_ in counts.items()
    }
    if as_json:
        left = [{"slags": each.kind, "værdi": each.name, "scenarier": each.scenarios} for each in kept.values()]
        print(json.dumps({"sha256": found.sha256, **told, "filer": sorted(found.files), "udleveret": left}, ensure_ascii=False))
        return LACKING if must else COMPLETE
    print(f"MedComs eget sæt, SHA-256 {found.sha256}")
    for kind, label in ((Kind.PERSON, "Personer"), (Kind.TEXT, "Tekster"), (Kind.NUMBER, "Tal")):
        print(f"{label}: {told[kind]['erstattet']} af {told[kind]['i_alt']} erstattet")
    print(f"Filer: {', '.join(sorted(found.files)) or 'ingen erstattet'}")
    for title, names in (("Skal erstattes, før certificering tæller", must), ("Må blive stående", kept.keys() - must)):
        if names:
            print("\n".join([f"\n{title}:", *(_line(kept[name]) for name in kept if name in names)]))
    return LACKING if must else COMPLETE


def _line(entered: Entered) -> str:
    first, *more = entered.scenarios
    return f"  {entered.kind}  “{entered.name}”  i {first}" + (f" og {len(more)} til" if more else "")
