"""Which set of persons and values a run is on: the shipped one, or MedCom's own that no vendor has seen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from harness.domain.data_set import DataSet
from harness.domain.errors import ConfigurationError
from harness.domain.patient import Patient
from harness.domain.requirement import Campaign
from harness.domain.vendor import Phase
from harness.house import House
from harness.runner.wish import Wish
from harness.suite.campaigns import load_campaigns
from harness.suite.data_set import Entered, load_data, still_shipped
from harness.suite.gherkin import read_folders


def chosen_data(house: House, wish: Wish, campaigns: Sequence[Campaign] | None = None) -> DataSet | None:
    """MedCom's withheld set, where the wish names its folder, or where the campaigns do and the phase is certificering.

    Raises ConfigurationError for a set that cannot be used, and for campaigns that name different ones.
    """
    if wish.data is None and wish.phase != Phase.CERTIFICATION:
        return None
    named = campaigns if campaigns is not None else load_campaigns(house, wish.campaign)
    folders = {wish.data} if wish.data else {Path(each.data) for each in named if each.data}
    if len(folders) > 1:
        raise ConfigurationError("Kampagnerne bruger hver sit sæt livetest-data. Kør dem hver for sig, eller vælg ét med --data.")
    return load_data(house, folders.pop()) if folders else None


def refuse_shipped(house: House, data: DataSet | None, campaigns: Sequence[Campaign], patients: dict[str, Patient]) -> None:
    """In certificering nothing counts that vendors have seen beforehand: better told before the hours of work."""
    if data is None:
        raise ConfigurationError(
            "Certificering tæller ikke på det udleverede sæt, som leverandøren kender. Vælg MedComs eget sæt: --data MAPPE."
        )
    scenarios = read_folders(house.features, dict.fromkeys(folder for each in campaigns for folder in each.features))
    if kept := still_shipped(data, scenarios, patients):
        first = ", ".join(map(_told, kept[:3]))
        raise ConfigurationError(
            f"MedComs eget sæt lader {len(kept)} af det udleverede sæts personer og tekster stå, fx {first}. "
            "Certificering tæller ikke på dem. Se dem alle med: lps data tjek MAPPE."
        )


def _told(entered: Entered) -> str:
    return f"“{entered.name}” i {entered.scenarios[0]}"
