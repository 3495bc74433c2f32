"""Whether a scenario is relevant for a system: its rute, its approvals, and the campaigns' participation and N/R switches."""

from __future__ import annotations

from collections.abc import Iterable

from harness.domain.requirement import Campaign, holding
from harness.domain.scenario import Scenario
from harness.domain.vendor import Vendor

NOT_HELD = (
    "Gælder kun systemer, der er godkendt til at {channel} {standard}. Godkendelseslisten af {date} siger om systemet: {said}."
)
NOT_RELEVANT = "Gælder kun ruten {rute}; systemet bruger ruten {own}."


def why_irrelevant(scenario: Scenario, campaigns: Iterable[Campaign], vendor: Vendor, rute: str) -> str:
    """Why the scenario is not relevant for `vendor` by `rute`, in Danish; empty when it is for any of its campaigns."""
    if scenario.rute and scenario.rute != rute:
        return NOT_RELEVANT.format(rute=scenario.rute, own=rute)
    for channel, standard in scenario.needs:
        if not vendor.holds(channel, standard):
            said, date = vendor.said_of(channel, standard), f"{vendor.source_date:%d-%m-%Y}"
            return NOT_HELD.format(standard=standard, channel=channel.casefold(), date=date, said=said)
    reasons = [each.switched_off(scenario, vendor.id) for each in holding(campaigns, scenario)]
    return reasons[0] if reasons and all(reasons) else ""


def awaited(scenario: Scenario, campaigns: Iterable[Campaign], system: str) -> tuple[str, ...]:
    """What must be decided before the scenario can come to more than *afventer*; empty when one of its campaigns awaits nothing.

    Only campaigns in which the scenario is relevant for the system are asked.
    """
    asked = [each for each in holding(campaigns, scenario) if not each.switched_off(scenario, system)]
    waits = [each.awaits(system, scenario) for each in asked]
    return tuple(dict.fromkeys(name for names in waits for name in names)) if all(waits) else ()
