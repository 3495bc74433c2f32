"""Who is approved for what, and how each cell came to be so.

It begins with what MedCom's registry says in the systems' files. A certificate that counts makes a cell *Godkendt*; a
certificering MedCom refuses makes it *Ikke Godkendt*, one under way *Tester*. Conventions of the project, since MedCom has
published none: what was approved stays so while something newer is tried, and a refusal is of the standards in which something
was broken, or of all of the run's where nothing was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from enum import StrEnum

from harness.domain.grade import Grade
from harness.domain.reached import READY_AFTER, Reached
from harness.domain.requirement import Campaign, Participation
from harness.domain.review import Refused, Reviewing, Said
from harness.domain.vendor import ApprovalStatus, Vendor
from harness.record.result import CampaignResult, Result
from harness.record.standard_approved import own_scenarios
from harness.reporting.certificate.content import CAMPAIGN, Certificate


class Source(StrEnum):
    """What a change of a cell rests on."""

    REGISTRY = "godkendelsesliste"
    CERTIFICATE = "certifikat"
    REVIEW = "gennemgang"


@dataclass(frozen=True, slots=True)
class Line:
    """A row: a standard in one version and direction."""

    standard: str
    version: str
    channel: str


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened to a cell: when, what it says of the standard, in Danish what it was, and what that rests on."""

    at: datetime
    status: ApprovalStatus
    text: str
    source: Source
    place: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One system in one row. `history` is oldest first; a cell is there only when something has happened to it."""

    history: tuple[Change, ...]

    @property
    def last(self) -> Change:
        """The change that made the cell what it is."""
        standing = self.history[0]
        for each in self.history[1:]:
            tried = each.status is ApprovalStatus.TESTING and standing.status is ApprovalStatus.APPROVED
            standing = standing if tried else each
        return standing

    @property
    def status(self) -> ApprovalStatus:
        """What the cell says."""
        return self.last.status


@dataclass(frozen=True, slots=True)
class Stage:
    """How far one system has come in one campaign. `since` is when it came so far; None where it has not begun.

    `status` is the registry's word for it, None where nothing has happened. `history` has the dates, oldest first. `edition` and
    `certificate` (its path) are those of the certificate it rests on.
    """

    participation: Participation
    reached: Reached = Reached.NOT_YET
    status: ApprovalStatus | None = None
    since: datetime | None = None
    history: tuple[tuple[datetime, str], ...] = ()
    edition: str = ""
    certificate: str = ""

    @property
    def text(self) -> str:
        """The stage in Danish, with its date: `udbredt til alle kunder (15-12-2026)`; empty where nothing has happened."""
        return f"{self.word} ({self.since:%d-%m-%Y})" if self.since else ""

    @property
    def word(self) -> str:
        """The stage without its date."""
        return self.reached if self.reached is not Reached.NOT_YET else self.status or ""


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign and each system's stage in it, by id."""

    campaign: Campaign
    stages: Mapping[str, Stage]

    @property
    def success(self) -> str:
        """How near it is to its goal: every participant certified and in use."""
        own = [each for each in self.stages.values() if each.participation is Participation.PARTICIPANT]
        counted = own or self.stages.values()
        done = sum(each.reached is Reached.DEPLOYED for each in counted)
        told = f"{done} af {len(counted)} systemer er certificeret og udbredt til alle kunder."
        return told if own else f"Ingen er udpeget til at deltage. {told}"


@dataclass(frozen=True, slots=True)
class Overview:
    """The whole of it. `cells` are by row and system id; `told`, for its maker only, is what was found and does not count."""

    systems: tuple[Vendor, ...]
    lines: tuple[Line, ...]
    cells: Mapping[tuple[Line, str], Cell]
    campaigns: tuple[CampaignRow, ...]
    told: tuple[str, ...] = field(default=())

    @property
    def newest(self) -> datetime:
        """When the last thing in it happened: the date of what is written of it. No clock is read."""
        cells = (each.at for cell in self.cells.values() for each in cell.history)
        stages = (at for row in self.campaigns for stage in row.stages.values() for at, _ in stage.history)
        return max([*cells, *stages])


def overview_of(
    systems: Iterable[Vendor],
    campaigns: Iterable[Campaign],
    certificates: Iterable[Certificate] = (),
    runs: Iterable[Result] = (),
    told: Iterable[str] = (),
) -> Overview:
    """The overview. `certificates` are those that count, `runs` the certificeringer of real systems."""
    vendors, asked, issued, tried = tuple(systems), tuple(campaigns), tuple(certificates), tuple(runs)
    changes: dict[tuple[Line, str], list[Change]] = {}
    for vendor in vendors:
        for line, change in _of_registry(vendor):
            changes.setdefault((line, vendor.id), []).append(change)
    known = {each.id for each in vendors}
    for certificate in issued:
        if certificate.slags != CAMPAIGN and certificate.system.id in known:
            line = Line(certificate.navn, certificate.version, certificate.kanal)
            changes.setdefault((line, certificate.system.id), []).append(_of_certificate(certificate))
    for run in tried:
        if run.started.system not in known or (found := _of_run(run)) is None:
            continue
        for line in _lines_of(run):
            changes.setdefault((line, run.started.system), []).append(found)
    cells = {place: Cell(tuple(sorted(dict.fromkeys(each), key=lambda change: change.at))) for place, each in changes.items()}
    empty = {Line(each.standard, each.version, each.channel) for vendor in vendors for each in vendor.no_entry}
    empty |= {Line(each.standard, each.version, each.channel) for one in asked for each in one.protocols}
    lines = sorted(
        {line for line, _ in cells} | empty, key=lambda line: (line.channel != "Sende", line.standard.lower(), line.version)
    )
    rows = tuple(CampaignRow(each, {v.id: _stage(each, v.id, issued, tried) for v in vendors}) for each in asked)
    strangers = dict.fromkeys(
        f"Certifikatet {each.sti} er til et system, der ikke er i oversigten." for each in issued if each.system.id not in known
    )
    return Overview(vendors, tuple(lines), cells, rows, (*told, *strangers))


def _of_registry(vendor: Vendor) -> Iterator[tuple[Line, Change]]:
    at = datetime.combine(vendor.source_date, time(), UTC)
    for each in vendor.approvals:
        line = Line(each.standard, each.version, each.channel)
        yield line, Change(at, each.status, "MedComs godkendelsesliste", Source.REGISTRY, vendor.source)


def _of_certificate(one: Certificate) -> Change:
    text = f"Certifikat for version {one.system.version}, godkendt af {one.godkendt_af}, MedCom"
    return Change(one.approved_at, ApprovalStatus.APPROVED, text, Source.CERTIFICATE, one.sti)


def _lines_of(run: Result) -> set[Line]:
    """The standards a certificering speaks of: those it has scenarios of; where it is refused, those it is refused for."""
    planned = {each.partition("[")[0] for each in run.started.planned}
    tried: dict[Line, bool] = {}
    for campaign in run.campaigns:
        for each in campaign.campaign.protocols:
            own = [run.standing(one) for one in own_scenarios(campaign, each)]
            relevant = any(one is not Grade.IR for one in own)
            if relevant or (not own and planned & set(each.steps)):
                line = Line(each.standard, each.version, each.channel)
                tried[line] = any(isinstance(one, Grade) and not one.approved for one in own)
    refused = run.review.state is Reviewing.REFUSED and any(tried.values())
    return {line for line, broken in tried.items() if broken or not refused}


def _of_run(run: Result) -> Change | None:
    """What a certificering says while it has given no certificate; one that is approved waits for it as *Tester*."""
    review, place = run.review, f"kørslen {run.started.run}"
    if review.state is Reviewing.REFUSED:
        said, act = _last_refusal(review.said)
        text = f"Version {run.started.sut_version} er ikke godkendt af {said.by}, MedCom: {act.reason}"
        return Change(datetime.fromisoformat(said.at), ApprovalStatus.NOT_APPROVED, text, Source.REVIEW, place)
    began = run.state.began
    if began is None:
        return None
    text = f"Certificering af version {run.started.sut_version}: {review.state}"
    return Change(began, ApprovalStatus.TESTING, text, Source.REVIEW, place)


def _last_refusal(said: Iterable[Said]) -> tuple[Said, Refused]:
    return [(each, each.act) for each in said if isinstance(each.act, Refused)][-1]


def _stage(campaign: Campaign, system: str, certificates: Iterable[Certificate], runs: Iterable[Result]) -> Stage:
    part = campaign.participants.get(system, Participation.OUTSIDE)
    mine = [each for each in certificates if (each.slags, each.navn, each.system.id) == (CAMPAIGN, campaign.id, system)]
    own = [each for each in runs if each.started.system == system and campaign.id in each.started.participation]
    by_head = {(each.started.run, each.head): each for each in own}
    stages = [_certified(part, each, by_head.get((each.kørsel.id, each.kørsel.hoved)), campaign.id) for each in mine]
    done = {(each.kørsel.id, each.kørsel.hoved) for each in mine}
    for run in own:
        if (run.started.run, run.head) not in done and (change := _of_run(run)):
            stages.append(Stage(part, Reached.NOT_YET, change.status, change.at, ((change.at, change.text),)))
    if not stages:
        return Stage(part)
    best = max(stages, key=lambda each: (list(Reached).index(each.reached), each.since))
    history = sorted(dict.fromkeys(entry for each in stages for entry in each.history))
    return replace(best, history=tuple(history))


def _certified(part: Participation, certificate: Certificate, run: Result | None, campaign: str) -> Stage:
    """What a certificate, and what was said of its run afterwards, comes to."""
    at = certificate.approved_at
    history = [(at, f"certificeret, version {certificate.system.version} ({certificate.sti})")]
    own: CampaignResult | None = next((each for each in run.campaigns if each.campaign.id == campaign), None) if run else None
    reached = run.reached(own) if run and own else Reached.CERTIFIED
    if run is not None:
        for what, (_, act) in sorted(run.review.attested.items()):
            history.append((_day(act.date), f"{what} bestået (attesteret)"))
        if run.review.deployed is not None:
            history.append((_day(run.review.deployed[1].date), "meldt udbredt til alle kunder"))
    since = {
        Reached.READY: lambda: max(at, *(_day(run.review.attested[each][1].date) for each in READY_AFTER)) if run else at,
        Reached.DEPLOYED: lambda: _day(run.review.deployed[1].date) if run and run.review.deployed else at,
    }.get(reached, lambda: at)()
    return Stage(part, reached, ApprovalStatus.APPROVED, since, tuple(sorted(history)), certificate.version, certificate.sti)


def _day(date: str) -> datetime:
    return datetime.combine(datetime.fromisoformat(date).date(), time(), UTC)
