"""What the suite says beside the logs: campaigns, systems, and which scenarios there are to try."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from harness.dashboard.wall import Heading
from harness.domain.connectathon import Partner
from harness.domain.requirement import Campaign
from harness.domain.scenario import Scenario, folder_in
from harness.house import House
from harness.suite.campaigns import load_campaign
from harness.suite.gherkin import read_folders
from harness.suite.vendors import load_vendors

PAIR: Final = "par"
"""The tag of a scenario that takes two LPS."""

ELSEWHERE: Final = "øvrige"
"""The column of what counts in a campaign and lies in none of its folders."""

_LETTERS: Final = {"ae": "æ", "oe": "ø", "aa": "å"}
_ACRONYMS: Final = frozenset({"pro", "epj", "flp"})


@dataclass(frozen=True, slots=True)
class Ground:
    """`campaigns` are those that can be shown, the day's own first. `systems` are those of the hall, each a row of every grid.
    `files` has the feature file of every scenario there is, by identity, and `of_two` the identities of those that take two LPS.
    """

    campaigns: tuple[Campaign, ...]
    systems: tuple[Heading, ...]
    files: Mapping[str, str] = field(default_factory=dict)
    of_two: frozenset[str] = frozenset()

    def campaign(self, id: str) -> Campaign | None:
        """The campaign called `id`; None when there is none."""
        return next((each for each in self.campaigns if each.id == id), None)

    def scenarios(self, campaign: Campaign, *, of_two: bool = False) -> list[str]:
        """The identities of those in the campaign's folders: those that take one LPS, or those that take two."""
        folders = set(campaign.features)
        return [name for name, file in self.files.items() if folder_in(file) in folders and (name in self.of_two) == of_two]

    def columns(self, campaign: Campaign) -> tuple[Heading, ...]:
        """The campaign's capabilities, in its own order; a folder in which everything takes two LPS is none."""
        alone = {folder_in(self.files[name]) for name in self.scenarios(campaign)}
        two = {folder_in(self.files[name]) for name in self.scenarios(campaign, of_two=True)}
        return tuple(Heading(each, title_of(each)) for each in campaign.features if each in alone or each not in two)


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
    found = list(scenarios)
    return Ground(
        tuple(campaigns),
        tuple(systems),
        {each.id: each.file for each in found},
        frozenset(each.id for each in found if PAIR in each.tags),
    )


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
