"""`lps coverage`: every requirement with its scenarios, where they are seen, the faults that prove them, the latest outcome."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import click

from harness.cli.coverage_json import BaselineOut, CampaignOut, CoverageOut, RequirementOut, RunOut, ScenarioOut, UseCaseOut
from harness.cli.danish import command
from harness.cli.options import home_option, json_option, reports_option
from harness.cli.vendors import aligned
from harness.domain.coverage import Coverage, Covered, CoveredUseCase, Covering, coverage_of
from harness.domain.grade import Standing
from harness.domain.protocol import UseCase
from harness.domain.requirement import Campaign, Participation, RequirementKind
from harness.house import House
from harness.record.fold import fold
from harness.record.result import Result
from harness.reporting.latest import entries_of, latest_log
from harness.suite.campaigns import load_campaigns
from harness.suite.faults import load_faults
from harness.suite.fingerprint import present_fingerprint
from harness.suite.gherkin import read_folders
from harness.suite.requirements import load_requirements

HEADINGS = ("Krav", "Scenarie", "Set", "Fejl", "Senest")
USE_CASE_HEADINGS = ("Brugstilfælde", "M/O", "Scenarier", "Trin i protokollen")


@dataclass(frozen=True, slots=True)
class Latest:
    """One system's latest run: its id, what it stood on, whether the suite was another then, and how each scenario stood."""

    system: str
    run: str
    rehearsal: bool
    outdated: bool
    standings: Mapping[str, Standing]


@command()
@click.option(
    "--campaign", default="all", show_default=True, metavar="ID,…|all", help="Kampagnerne, adskilt af komma, eller alle."
)
@reports_option
@home_option
@json_option
def coverage(campaign: str, reports: Path | None, house: House, as_json: bool) -> int:
    """Vis, hvilke scenarier og fejl der dækker hvert krav, og hvordan det gik senest.

    Huller giver exitkode 1: et krav uden scenarie eller fejl, et scenarie uden fejl eller med et krav, der ikke er med.

    Eksempel: lps coverage --campaign kol-lrs-2027
    """
    requirements, faults = load_requirements(house), list(load_faults(house).values())
    runs, shown = Runs(house, reports or house.reports), []
    for each in load_campaigns(house, campaign):
        covered = coverage_of(each, read_folders(house.features, each.features), faults, requirements)
        shown.append((covered, tuple(runs.latest(each))))
    code = 1 if any(covered.holes for covered, _ in shown) else 0
    if as_json:
        whole = CoverageOut(1 if code else 0, tuple(_campaign_out(*each) for each in shown))
        print(json.dumps(asdict(whole), ensure_ascii=False))
    else:
        print("\n\n".join("\n".join(_lines(*each)) for each in shown))
    return code


@dataclass(slots=True)
class Runs:
    """The systems' latest runs. A run of several campaigns is read once."""

    house: House
    reports: Path
    _read: dict[Path, Latest | None] = field(default_factory=dict)

    def latest(self, campaign: Campaign) -> Iterator[Latest]:
        """Each participant's latest run of the campaign, where there is one."""
        for system in campaign.participants:
            log = latest_log(self.reports, campaign.id, system)
            if log is None:
                continue
            if log not in self._read:
                self._read[log] = self._of(log, system)
            found = self._read[log]
            if found is not None:
                yield found

    def _of(self, log: Path, system: str) -> Latest | None:
        state = fold(entries_of(log))
        if state.started is None:
            return None
        now = present_fingerprint(self.house, state.started)
        standings = {name: scenario.standing for name, scenario in state.scenarios.items()}
        return Latest(system, state.started.run, Result(state).rehearsal, state.started.fingerprint != now, standings)


def _lines(covered: Coverage, latest: tuple[Latest, ...]) -> Iterator[str]:
    campaign = covered.campaign
    tested = covered.of_kind(RequirementKind.REQUIREMENT)
    scenarios = {each.tag for requirement in covered.covered for each in requirement.scenarios}
    yield f"{campaign.id}: {campaign.title}"
    yield f"{len(tested)} krav · {len(scenarios)} scenarier · {len(covered.holes)} huller"
    yield from _participation(campaign)
    yield from _baseline(campaign)
    for run in latest:
        kind = "prøvekørsel" if run.rehearsal else "kørsel"
        yield f"Seneste {kind} af {run.system}: {run.run}{' (forældet: noget er ændret siden)' if run.outdated else ''}"
    if tested:
        yield ""
        yield from aligned([HEADINGS, *(row for each in tested for row in _rows(each, latest))])
    for kind, heading in ((RequirementKind.CONDITION, "Rammevilkår, som ikke prøves"), (RequirementKind.AWAITING, "Afventer")):
        if found := covered.of_kind(kind):
            yield from ("", f"{heading}:")
            for each in found:
                yield f"  {each.requirement.id}  {each.requirement.text}"
                yield f"  {' ' * len(each.requirement.id)}  {each.requirement.reason}{_named(each)}"
    if campaign.awaits_basis:
        yield ""
        yield "Kravgrundlaget afventer. Intet i kampagnen kommer videre end til afventer, før det her er besvaret:"
        yield from (f"  {each.text} (besvares af {each.answered_by})" for each in campaign.open_questions)
    if covered.use_cases:
        yield ""
        yield from aligned([USE_CASE_HEADINGS, *map(_use_case_row, covered.use_cases)])
    if covered.holes:
        yield from ("", "Huller:", *(f"  {hole}" for hole in covered.holes))


def _participation(campaign: Campaign) -> Iterator[str]:
    """Who takes part, and how, where that is not simply everybody."""
    yield from _parts(campaign.participants, "")
    for each in campaign.exemptions:
        yield from _parts(each.systems, f"{', '.join(each.targets)}: ")


def _baseline(campaign: Campaign) -> Iterator[str]:
    """What each source said of the systems before the campaign."""
    for source in dict.fromkeys(each.source for each in campaign.baseline):
        yield f"Før kampagnen ({source}):"
        yield from (f"  {each.system}: {each.status}" for each in campaign.baseline if each.source == source)


def _parts(systems: Mapping[str, Participation], what: str) -> Iterator[str]:
    for part in Participation:
        if named := [system for system, own in systems.items() if own is part]:
            yield f"{what}{part.capitalize()}: {', '.join(named)}"


def _use_case_row(each: CoveredUseCase) -> tuple[str, ...]:
    """A use case, whether it is mandatory, its scenarios, and the numbers of its steps where somebody has filled them in."""
    numbers = [number for numbers in each.steps.values() for number in numbers]
    return (each.use_case.id, _demand(each.use_case), ", ".join(each.steps) or "intet", ", ".join(numbers) or "ikke udfyldt")


def _demand(use_case: UseCase) -> str:
    return {True: "M", False: "O", None: "ukendt"}[use_case.mandatory]


def _rows(covered: Covered, latest: tuple[Latest, ...]) -> Iterator[tuple[str, ...]]:
    name = covered.requirement.id
    if not covered.scenarios:
        yield (name, "intet", "", "", "")
    for each in covered.scenarios:
        own = tuple(fault for fault in each.faults if fault in covered.faults)
        yield (name, each.tag, ", ".join(each.seen_in), _few(own or each.faults), _outcomes(each, latest))
        name = ""


def _few(faults: tuple[str, ...]) -> str:
    return f"{faults[0]}{f' og {len(faults) - 1} til' if len(faults) > 1 else ''}" if faults else "ingen"


def _outcomes(scenario: Covering, latest: tuple[Latest, ...]) -> str:
    counted = Counter(str(run.standings[row]) for run in latest for row in scenario.rows if row in run.standings)
    return " · ".join(f"{count} {standing}" for standing, count in counted.items()) or "ikke kørt"


def _named(covered: Covered) -> str:
    return f" Nævnes af: {', '.join(each.tag for each in covered.scenarios)}." if covered.scenarios else ""


def _campaign_out(covered: Coverage, latest: tuple[Latest, ...]) -> CampaignOut:
    return CampaignOut(
        id=covered.campaign.id,
        titel=covered.campaign.title,
        udgangspunkt=tuple(BaselineOut(each.system, each.status, each.source) for each in covered.campaign.baseline),
        krav=tuple(_requirement_out(each, latest) for each in covered.covered),
        kørsler=tuple(
            RunOut(run.system, run.run, "referencesystem" if run.rehearsal else "leverandørens system", run.outdated)
            for run in latest
        ),
        huller=covered.holes,
        brugstilfælde=tuple(
            UseCaseOut(
                each.use_case.id,
                each.use_case.title,
                _demand(each.use_case),
                each.protocol.title,
                each.off,
                dict(each.steps),
            )
            for each in covered.use_cases
        ),
    )


def _requirement_out(covered: Covered, latest: tuple[Latest, ...]) -> RequirementOut:
    requirement = covered.requirement
    return RequirementOut(
        id=requirement.id,
        tekst=requirement.text,
        kilde=requirement.source,
        art=requirement.kind,
        grund=requirement.reason,
        obligatorisk=requirement.mandatory,
        karakter=requirement.grade,
        mvp=requirement.mvp,
        fase=requirement.phase,
        systemer=requirement.systems,
        fejl=covered.faults,
        scenarier=tuple(
            ScenarioOut(
                id=each.tag,
                titel=each.title,
                set=each.seen_in,
                fejl=each.faults,
                senest={
                    run.system: {row: str(run.standings[row]) for row in each.rows if row in run.standings} for run in latest
                },
            )
            for each in covered.scenarios
        ),
    )
