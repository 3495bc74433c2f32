"""Who conforms to what: the overview asked for one standard, or one campaign, in one version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from harness.domain.errors import ConfigurationError
from harness.domain.reached import Reached
from harness.domain.vendor import ApprovalStatus, Vendor
from harness.reporting.overview.matrix import CampaignRow, Overview, Source


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of one system. `status` is None where there is no entry; then nothing is said of where it is from.

    `reached` is a campaign's, and NOT_YET for a standard.
    """

    system: Vendor
    channel: str
    status: ApprovalStatus | None = None
    reached: Reached = Reached.NOT_YET
    source: Source | None = None
    place: str = ""
    at: datetime | None = None

    @property
    def approved(self) -> bool:
        """Whether it conforms."""
        return self.status is ApprovalStatus.APPROVED


def asked_for(text: str) -> tuple[str, str]:
    """`CPD-DK:2.0` as the standard and its version. Raises ConfigurationError."""
    name, _, version = text.rpartition(":")
    if not name or not version:
        raise ConfigurationError(f'Skriv standard og version med kolon imellem, fx CPD-DK:2.0. Fundet: "{text}".')
    return name, version


def answers(overview: Overview, name: str, version: str, channel: str = "", systems: Iterable[str] = ()) -> tuple[Answer, ...]:
    """An answer for each of `systems` (empty: all) in each direction, or in `channel` alone.

    Raises ConfigurationError for a system, or a standard in a version and direction, that the overview does not have.
    """
    wanted = tuple(systems)
    known = {each.id: each for each in overview.systems}
    for each in wanted:
        if each not in known:
            raise ConfigurationError(f'Systemet kendes ikke. Fundet: "{each}". Kendes: {", ".join(known)}.')
    chosen = [known[each] for each in wanted or known]
    row = next((each for each in overview.campaigns if each.campaign.id == name), None)
    if row is not None and not channel:
        return tuple(_of_campaign(row, each, version) for each in chosen)
    lines = [
        each for each in overview.lines if (each.standard, each.version) == (name, version) and channel in ("", each.channel)
    ]
    if not lines:
        raise ConfigurationError(
            f'Der er intet opslag for "{name}:{version}"{f", {channel}" if channel else ""}.{_near(overview, name)}'
        )
    return tuple(
        Answer(system, line.channel, cell.status, Reached.NOT_YET, cell.last.source, cell.last.place, cell.last.at)
        if (cell := overview.cells.get((line, system.id)))
        else Answer(system, line.channel)
        for line in lines
        for system in chosen
    )


def _of_campaign(row: CampaignRow, system: Vendor, version: str) -> Answer:
    stage = row.stages[system.id]
    if stage.reached is Reached.NOT_YET:
        return Answer(system, "", stage.status, stage.reached, Source.REVIEW if stage.status else None, "", stage.since)
    if stage.edition != version:
        return Answer(system, "")
    return Answer(system, "", stage.status, stage.reached, Source.CERTIFICATE, stage.certificate, stage.since)


def _near(overview: Overview, name: str) -> str:
    found = dict.fromkeys(_known(overview, name))
    return f" Der er for: {', '.join(found)}." if found else " Se navnene med lps overview."


def _known(overview: Overview, name: str) -> Iterator[str]:
    for line in overview.lines:
        if line.standard.lower() == name.lower():
            yield f"{line.standard}:{line.version}, {line.channel}"
