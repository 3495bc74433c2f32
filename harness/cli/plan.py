"""`lps plan`: the day of a connectathon; else the certificeringssæt in order for one system, with persons and states."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

import click

from harness.cli.danish import command
from harness.cli.options import home_option, json_option, reports_option
from harness.cli.plan_day import DayPlan, day_lines, day_out, own_day
from harness.cli.vendors import aligned
from harness.domain.day_proposal import proposed_day
from harness.domain.errors import ConfigurationError
from harness.domain.planner import Order, Placed, once_only, order_of
from harness.domain.relevance import why_irrelevant
from harness.domain.requirement import Campaign
from harness.domain.vendor import Vendor
from harness.house import House
from harness.reporting.minutes import minutes_of
from harness.runner.options import DEFAULT_CAMPAIGN
from harness.suite.campaigns import load_campaign, suppliers_in
from harness.suite.certification_set import load_certification_set
from harness.suite.connectathon import day_text
from harness.suite.gherkin import read_folders
from harness.suite.patients import load_patients
from harness.suite.vendors import load_vendors


@command()
@click.option("--vendor", default="", metavar="ID", help="Systemet. Skal stå der, når kampagnen ikke har en dag.")
@click.option("--campaign", default=DEFAULT_CAMPAIGN, show_default=True, metavar="ID", help="Kampagnen.")
@click.option(
    "--forslag", "proposal", is_flag=True, help="Skriv et forslag til kampagnens dag, klar til at sætte ind i dens fil."
)
@reports_option
@home_option
@json_option
def plan(vendor: str, campaign: str, proposal: bool, reports: Path | None, house: House, as_json: bool) -> None:
    """Vis planen for en connectathon, eller rækkefølgen af scenarier for ét system.

    Har kampagnen en dag: hvem møder hvem hvornår, hvem har pladserne, og hvor lang tid er planlagt og målt. Med --vendor kun
    det ene systems dag.

    Ellers vises rækkefølgen for ét system, med personer og tilstande. Et rigtigt system bliver ikke nulstillet mellem
    scenarierne. Derfor kommer det, der kræver en urørt person, først.

    Eksempel: lps plan --vendor novax

    Eksempel: lps plan --campaign connectathon-kol-lrs
    """
    whole = load_campaign(house, campaign)
    if proposal:
        print(day_text(proposed_day(suppliers_in(house, whole), _with_parties(whole).partners)))
    elif whole.day is not None:
        _show_day(house, whole, vendor, reports or house.reports, as_json)
    elif as_json:
        raise ConfigurationError(f"--json viser dagen i en connectathon. {whole.id} har ingen dag.")
    elif not vendor:
        raise ConfigurationError(f"--vendor: Der mangler en værdi. {whole.id} har ingen dag. Skriv fx --vendor novax.")
    else:
        _show_order(house, whole, vendor)


def _with_parties(campaign: Campaign) -> Campaign:
    if not campaign.partners:
        raise ConfigurationError(f"{campaign.id} har ingen partnere. Skriv dem i kampagnens fil, før du beder om et forslag.")
    return campaign


def _show_day(house: House, campaign: Campaign, vendor: str, reports: Path, as_json: bool) -> None:
    assert campaign.day is not None, "asked only of a campaign with a day"
    products = {name: each.product for name, each in load_vendors(house).items()}
    systems = list(suppliers_in(house, campaign))
    if vendor:
        if _system(house, vendor).id not in systems:
            raise ConfigurationError(f"{products[vendor]} er ikke med i {campaign.id}.")
        systems = [vendor]
    day = own_day(campaign.day, vendor) if vendor else campaign.day
    shown = DayPlan(campaign, day, products, minutes_of(campaign.day, systems, campaign.partners, reports), vendor)
    print(json.dumps(asdict(day_out(shown)), ensure_ascii=False) if as_json else "\n".join(day_lines(shown)))


def _show_order(house: House, whole: Campaign, vendor: str) -> None:
    system, campaign = _system(house, vendor), whole.id
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
