"""The day as one value, of which everything is written: each system with all that was due, the pairs, and what does not count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time

from harness.domain.connectathon import Partner
from harness.domain.finding import Finding
from harness.domain.grade import Grade, Standing
from harness.domain.requirement import Campaign
from harness.domain.scenario import Scenario
from harness.domain.vendor import Vendor
from harness.domain.verdict import Verdict
from harness.reporting.day.against import Against, against
from harness.reporting.day.due import Entry, entries_of, in_campaign, missing, scenarios_due
from harness.reporting.day.pairs import PairEntry, is_wordless, of_system, outside_pairs, pair_entries
from harness.reporting.day.runs import DayRun, LeftOut, Runs
from harness.reporting.day.tally import Tally, tally_of
from harness.reporting.day.together import Together, of_campaign, together


@dataclass(frozen=True, slots=True)
class Suite:
    """What a day is held against. `scenarios` are all there are: those of the campaign are in its folders, and those that two
    systems carry out together may belong to another of the `campaigns`. `vendors` is every system.
    """

    campaign: Campaign
    campaigns: tuple[Campaign, ...]
    scenarios: tuple[Scenario, ...]
    vendors: Mapping[str, Vendor]

    @property
    def alone(self) -> tuple[Scenario, ...]:
        """The campaign's scenarios of one system, in its folders' order."""
        own = {folder: [each for each in self.scenarios if each.folder == folder] for folder in self.campaign.features}
        return tuple(each for folder in own.values() for each in folder if not each.of_two)

    @property
    def of_two(self) -> tuple[Scenario, ...]:
        """The scenarios of two systems that belong to any campaign."""
        known = {folder for each in self.campaigns for folder in each.features}
        return tuple(each for each in self.scenarios if each.of_two and each.folder in known)


@dataclass(frozen=True, slots=True)
class SystemDay:
    """One system's day. `together` is None where it has no run, `before` where there is nothing earlier to hold it against.

    `rehearsals` are its rehearsals, which count nowhere. `outside_pairs` are findings on its messages to other systems that came
    outside the scenarios, each with the other's name. `unknown` counts what the suite does not have of the scenarios it sent.
    """

    vendor: Vendor
    together: Together | None
    entries: tuple[Entry, ...]
    pairs: tuple[PairEntry, ...]
    before: DayRun | None
    against: Against | None
    rehearsals: tuple[LeftOut, ...] = ()
    outside_pairs: tuple[tuple[str, Finding], ...] = ()
    unknown: int = 0

    @property
    def missing(self) -> list[Entry]:
        """What it was due to do alone, and that came to nothing."""
        return missing(self.entries)

    @property
    def missing_pairs(self) -> list[PairEntry]:
        """What it was due to do with another system, and that came to nothing."""
        return [each for each in self.pairs if each.due and not each.tried]

    @property
    def broken_pairs(self) -> list[PairEntry]:
        """What it did with another system, and that has a finding laid on it."""
        return [each for each in self.pairs if (own := each.side(self.vendor.id)) and is_broken(own.standing)]

    @property
    def lacking_pairs(self) -> list[PairEntry]:
        """What is missing with another system, and not for a finding of its own."""
        broken = self.broken_pairs
        return [each for each in self.missing_pairs if each not in broken]

    @property
    def sent(self) -> int:
        """How much of what came to a result was sent, and not seen here."""
        return sum(each.due and each.sent and each.came_to_something for each in self.entries)

    @property
    def tally(self) -> Tally:
        """How it stands in what was due alone."""
        return tally_of(each for each in self.entries if each.due)

    def in_feature(self, feature: str) -> Tally:
        """How it stands in one capability, as its feature file calls it."""
        return tally_of(each for each in self.entries if each.due and each.feature == feature)

    @property
    def verdict(self) -> str:
        """What its runs come to in the campaign, in Danish; that it has none, where it has none. The harness never approves.

        What the supplier has sent, and nobody here has seen, is not verified.
        """
        if self.together is None:
            return "ingen kørsel"
        verdict = self.together.result.verdict
        if verdict is not Verdict.APPROVED:
            return str(verdict)
        return str(Verdict.NOT_FULLY_VERIFIED) if self.sent else f"{verdict} (forslag: MedCom har ikke godkendt)"

    @property
    def findings_outside(self) -> int:
        """How many graded findings belong to no scenario that counts."""
        return len(self.outside_pairs) + (len(self.together.result.state.outside) if self.together else 0)

    @property
    def outside_sent(self) -> int:
        """How many of them are of runs that were sent."""
        return sum(is_wordless(each) for _, each in self.outside_pairs) + (self.together.outside_sent if self.together else 0)

    def with_partner(self, partner: Partner) -> tuple[Entry, ...]:
        """What it was due to do with a party."""
        return tuple(each for each in self.entries if each.due and partner.covers(each.scenario, each.file))


@dataclass(frozen=True, slots=True)
class Day:
    """The whole of it. `rehearsal`: all of it is rehearsals, which say nothing of any system. `runs` are those looked at."""

    campaign: Campaign
    systems: tuple[SystemDay, ...]
    pairs: tuple[PairEntry, ...]
    runs: tuple[DayRun, ...]
    left_out: tuple[LeftOut, ...]
    rehearsal: bool

    @property
    def began(self) -> datetime | None:
        """When the first run that is looked at began; None where there is none."""
        return min((each.began for each in self.runs), default=None)

    @property
    def ended(self) -> datetime | None:
        """When the last line of them was written. No clock is read."""
        return max((each.result.state.ended or each.began for each in self.runs), default=None)

    @property
    def dated(self) -> datetime:
        """The date of what is written: when the last line was; of a day without runs, that of the approvals it begins with."""
        newest = max(each.vendor.source_date for each in self.systems)
        return self.ended or datetime.combine(newest, time(), UTC)

    @property
    def missing(self) -> int:
        """How much was due and came to nothing."""
        return sum(len(each.missing) for each in self.systems) + sum(each.due and not each.tried for each in self.pairs)

    @property
    def suppliers(self) -> dict[str, tuple[SystemDay, ...]]:
        """Each supplier's systems."""
        named = dict.fromkeys(each.vendor.supplier for each in self.systems)
        return {name: tuple(each for each in self.systems if each.vendor.supplier == name) for name in named}

    @property
    def features(self) -> tuple[str, ...]:
        """The capabilities, as their feature files call them, in the campaign's order."""
        return tuple(dict.fromkeys(each.feature for system in self.systems for each in system.entries if each.due))


def is_broken(standing: Standing) -> bool:
    """Whether it is a grade that is not approved."""
    return isinstance(standing, Grade) and not standing.approved


def day_of(suite: Suite, runs: Runs, rehearsal: bool = False) -> Day:
    """The day: what the suite asks for, and what was found."""
    campaign, systems = suite.campaign, in_campaign(suite.campaign, suite.vendors)
    pairs = pair_entries(campaign.day, suite.of_two, suite.campaigns, systems, runs.pairs)
    return Day(
        campaign=campaign,
        systems=tuple(
            replace(
                _system(campaign, suite.alone, each, runs, pairs),
                outside_pairs=tuple(outside_pairs(runs.pairs, each.id, systems)),
                unknown=_unknown(suite, runs, each.id),
            )
            for each in systems.values()
        ),
        pairs=pairs,
        runs=runs.counted,
        left_out=runs.left_out,
        rehearsal=rehearsal,
    )


def _system(
    campaign: Campaign, scenarios: Sequence[Scenario], vendor: Vendor, runs: Runs, pairs: Iterable[PairEntry]
) -> SystemDay:
    due = [name for name, irrelevant in scenarios_due(campaign, scenarios, vendor).items() if not irrelevant]
    found = together(
        (each for each in runs.alone if each.started.system == vendor.id), campaign.id, due, {each.id for each in scenarios}
    )
    before = runs.before.get(vendor.id)
    rehearsals = tuple(
        each for each in runs.left_out if each.run and each.run.result.rehearsal and each.run.started.system == vendor.id
    )
    return SystemDay(
        vendor=vendor,
        together=found,
        entries=entries_of(campaign, scenarios, vendor, found, bool(rehearsals)),
        pairs=tuple(of_system(pairs, vendor.id)),
        before=before,
        against=against(before, found.result, due) if before and found else None,
        rehearsals=rehearsals,
    )


def _unknown(suite: Suite, runs: Runs, system: str) -> int:
    """How many scenarios of the runs a system sent are not in the suite: what they are called is their sender's own words."""
    alone, of_two = ({each.id for each in own} for own in (suite.alone, suite.of_two))
    sent = [each for each in runs.counted if each.sent and each.started.system == system]
    told = {name for each in sent if not each.started.partner for name in of_campaign(each, suite.campaign.id)} - alone
    return len(told | {name for each in sent if each.started.partner for name in each.result.state.scenarios} - of_two)
