"""Whether a scenario is relevant for a system: its rute, its approvals, and the campaigns' participation and N/R switches."""

from __future__ import annotations

from collections.abc import Iterable

from harness.domain.requirement import Campaign, holding
from harness.domain.scenario import Scenario
from harness.domain.vendor import Vendor

NOT_HELD = (
    "Gælder kun systemer, der er godkendt til at {channel} {standard}. Godkendelseslisten af {date} siger om {whom}: {said}."
)
OF_TWO_SYSTEMS = "Prøves med to systemer: lps run --partner."
NOT_RELEVANT = "Gælder kun ruten {rute}; systemet bruger ruten {own}."


def why_irrelevant(
    scenario: Scenario, campaigns: Iterable[Campaign], vendor: Vendor, rute: str, partner: Vendor | None = None
) -> str:
    """Why the scenario is not relevant for `vendor` by `rute`, in Danish; empty when it is for any of its campaigns.

    In a scenario of two, what is received is received by the `partner`: it must be approved for that, and be in the campaign.
    Without a partner nothing of it can be tried.
    """
    if scenario.rute and scenario.rute != rute:
        return NOT_RELEVANT.format(rute=scenario.rute, own=rute)
    if scenario.of_two and partner is None:
        return OF_TWO_SYSTEMS
    other = partner if scenario.of_two else None
    for channel, standard in scenario.needs:
        holder = other if other and channel == "Modtage" else vendor
        if not holder.holds(channel, standard):
            said, date = holder.said_of(channel, standard), f"{holder.source_date:%d-%m-%Y}"
            whom = holder.product if other else "systemet"
            return NOT_HELD.format(standard=standard, channel=channel.casefold(), date=date, said=said, whom=whom)
    held = holding(campaigns, scenario)
    for each in (vendor, other) if other else (vendor,):
        reasons = [campaign.switched_off(scenario, each.id) for campaign in held]
        if reasons and all(reasons):
            return f"{each.product}: {reasons[0]}" if other else reasons[0]
    return ""


def awaited(scenario: Scenario, campaigns: Iterable[Campaign], *systems: str) -> tuple[str, ...]:
    """What must be decided before the scenario can come to more than *afventer*; empty when one of its campaigns awaits nothing.

    Only campaigns in which the scenario is relevant are asked, of each of the `systems` in it.
    """
    held = holding(campaigns, scenario)
    names: list[str] = []
    for system in systems:
        waits = [each.awaits(system, scenario) for each in held if not each.switched_off(scenario, system)]
        names += [name for found in waits for name in found] if all(waits) else []
    return tuple(dict.fromkeys(names))
