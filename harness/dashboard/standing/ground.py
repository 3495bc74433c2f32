"""What the suite says beside the logs: campaigns, systems, and which scenarios there are to try."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from harness.dashboard.wall import Heading
from harness.domain.connectathon import Partner
from harness.domain.requirement import Campaign
from harness.domain.scenario import Scenario
from harness.house import House
from harness.suite.campaigns import load_campaign
from harness.suite.gherkin import read_folders
from harness.suite.vendors import load_vendors

ELSEWHERE: Final = "øvrige"
"""The column of what counts in a campaign and lies in none of its folders."""

_LETTERS: Final = {"ae": "æ", "oe": "ø", "aa": "å"}
_ACRONYMS: Final = frozenset({"pro", "epj", "flp"})


@dataclass(frozen=True, slots=True)
class Tested:
    """What one campaign has to try: the scenarios of its folders that take one LPS, those that take two, and its capabilities.

    A folder in which everything takes two LPS is no capability.
    """

    alone: tuple[str, ...]
    of_two: tuple[str, ...]
    columns: tuple[Heading, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """`campaigns` are those that can be shown, the day's own first. `systems` are those of the hall, each a row of every grid.
    `files` has the feature file of every scenario there is, by identity, and `tested` what each campaign has to try, by its id.
    """

    campaigns: tuple[Campaign, ...]
    systems: tuple[Heading, ...]
    files: Mapping[str, str] = field(default_factory=dict)
    tested: Mapping[str, Tested] = field(default_factory=dict)

    def campaign(self, id: str) -> Campaign | None:
        """The campaign called `id`; None when there is none."""
        return next((each for each in self.campaigns if each.id == id), None)


def load_ground(house: House, campaign: str = "") -> Ground:
    """The ground of `house`, with `campaign` first where one is named, else those that have a day.

    Raises YamlError, FeatureError, and ConfigurationError for a campaign that does not exist.
    """
    if campaign:
        load_campaign(house, campaign)
    every = [load_campaign(house, path.stem) for path in sorted(house.campaigns.glob("*.yaml"))]
    every.sort(key=lambda each: (each.id != campaign, each.day is None, each.id))
    folders = sorted({each for one in every for each in one.features})
    return ground_of(
        every,
        [Heading(each.id, each.product, each.supplier) for each in load_vendors(house).values()],
        read_folders(house.features, folders),
    )


def ground_of(campaigns: Iterable[Campaign], systems: Iterable[Heading], scenarios: Iterable[Scenario]) -> Ground:
    """The ground with these."""
    every, found = tuple(campaigns), list(scenarios)
    files = {each.id: each.file for each in found}
    return Ground(every, tuple(systems), files, {each.id: _tested(each, found) for each in every})


def _tested(campaign: Campaign, scenarios: Iterable[Scenario]) -> Tested:
    own = [each for each in scenarios if each.folder in campaign.features]
    alone = [each for each in own if not each.of_two]
    two = [each for each in own if each.of_two]
    left = {each.folder for each in two} - {each.folder for each in alone}
    columns = tuple(Heading(each, title_of(each)) for each in campaign.features if each not in left)
    return Tested(tuple(each.id for each in alone), tuple(each.id for each in two), columns)


def partners_of(campaign: Campaign, scenario: str, file: str) -> list[Partner]:
    """The parties that this scenario is tried with."""
    return [each for each in campaign.partners if each.covers(scenario, file)]


def title_of(folder: str) -> str:
    """What a capability is called where people read it.

    >>> title_of("kommunale-proevesvar"), title_of("pro"), title_of("kommunal-henvisning-flp")
    ('Kommunale prøvesvar', 'PRO', 'Kommunal henvisning FLP')
    """
    words = [each.upper() if each in _ACRONYMS else _spelt(each) for each in folder.split("-")]
    told = " ".join(words)
    return told[:1].upper() + told[1:]


def _spelt(word: str) -> str:
    for latin, danish in _LETTERS.items():
        word = word.replace(latin, danish)
    return word
