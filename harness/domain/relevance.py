"""Whether a scenario is relevant for a system: its rute, its approvals, and the campaign's N/R switches."""

from __future__ import annotations

from harness.domain.requirement import Campaign
from harness.domain.scenario import Scenario
from harness.domain.vendor import Vendor

NOT_HELD = "Gælder kun systemer, der er godkendt til at {channel} {standard}; det er systemet ikke."
NOT_RELEVANT = "Gælder kun ruten {rute}; systemet bruger ruten {own}."


def why_irrelevant(scenario: Scenario, campaign: Campaign, vendor: Vendor, rute: str) -> str:
    """Why the scenario is not relevant for `vendor` by `rute`, in Danish; empty when it is."""
    if scenario.rute and scenario.rute != rute:
        return NOT_RELEVANT.format(rute=scenario.rute, own=rute)
    for channel, standard in scenario.needs:
        if not vendor.holds(channel, standard):
            return NOT_HELD.format(standard=standard, channel=channel.casefold())
    return campaign.switched_off(scenario, vendor.id)
