"""`lps plan`: the certificeringssæt in order for one system, with persons and states, and how everybody stands afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import click

from harness.cli.danish import command
from harness.cli.options import home_option
from harness.cli.vendors import aligned
from harness.domain.errors import ConfigurationError
from harness.domain.planner import Order, Placed, once_only, order_of
from harness.domain.relevance import why_irrelevant
from harness.domain.vendor import Vendor
from harness.house import House
from harness.runner.options import DEFAULT_CAMPAIGN
from harness.suite.campaigns import load_campaign
from harness.suite.certification_set import load_certification_set
from harness.suite.gherkin import read_folders
from harness.suite.patients import load_patients
from harness.suite.vendors import load_vendors


@command()
@click.option("--vendor", required=True, metavar="ID", help="Systemet.")
@click.option("--campaign", default=DEFAULT_CAMPAIGN, show_default=True, metavar="ID", help="Kampagnen.")
@home_option
def plan(vendor: str, campaign: str, house: House) -> None:
    """Vis rækkefølgen af scenarier for ét system, med personer og tilstande.

    Et rigtigt system bliver ikke nulstillet mellem scenarierne. Derfor kommer det, der kræver en urørt person, først.

    Eksempel: lps plan --vendor novax
    """
    whole, system = load_campaign(house, campaign), _system(house, vendor)
    scenarios = read_folders(house.features, whole.features)
    relevant = [each for each in scenarios if not why_irrelevant(each, [whole], system, system.rute.value)]
    chosen = load_certification_set(house, campaign, load_patients(house))
    order = order_of(chosen.parts(relevant), chosen.states, chosen.persons)
    print(f"{system.product}: {len(order.placed)} scenarier, {len(scenarios) - len(relevant)} ikke relevante\n")
    titles = {each.id: each.title for each in relevant}
    print("\n".join(_order_lines(order, titles)))
    used = {use.person for each in order.placed for use in each.part.uses}
    print("\nBagefter kan alle personer bruges igen:")
    print("\n".join(aligned([(f"  {person}", _after(order, person)) for person in sorted(used)])))
    spent = once_only(order, chosen.states)
    if spent:
        print("\nKun én gang med de samme personer, for det, de kræver, kan ikke laves om:")
        print(f"  {', '.join(spent)}")


def _system(house: House, name: str) -> Vendor:
    vendors = load_vendors(house)
    if name not in vendors:
        raise ConfigurationError(f'--vendor skal være en af: {", ".join(vendors)}. Fundet: "{name}".')
    return vendors[name]


def _order_lines(order: Order, titles: dict[str, str]) -> Iterator[str]:
    numbers = len(str(len(order.placed)))
    cells = aligned([(each.part.scenario, _persons(each), titles[each.part.scenario]) for each in order.placed])
    for number, (each, cell) in enumerate(zip(order.placed, cells, strict=True), 1):
        yield from (f"{' ' * numbers}  Gør klar: {preparation.how}" for preparation in each.prepare)
        yield f"{number:>{numbers}}  {cell}"
    yield from (f"{' ' * numbers}  Ryd op: {preparation.how}" for preparation in order.restore)


def _persons(placed: Placed) -> str:
    return " · ".join(_used(placed, use.person, use.needs) for use in placed.part.uses) or "ingen person"


def _used(placed: Placed, person: str, needs: Mapping[str, str]) -> str:
    left = {state: value for (who, state), value in placed.changed.items() if who == person}
    parts = [f"kræver {_told(needs)}"] if needs else []
    parts += [f"efterlader {_told(left)}"] if left else []
    return f"{person} ({'; '.join(parts)})" if parts else person


def _after(order: Order, person: str) -> str:
    """The states that are otherwise now than before the first scenario."""
    changed = {state for each in order.placed for who, state in each.changed if who == person}
    now = {state: value for state, value in order.after[person].items() if state in changed}
    return _told(now) or "som før"


def _told(states: Mapping[str, str]) -> str:
    return ", ".join(f"{state}: {value}" for state, value in states.items())
