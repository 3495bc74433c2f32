"""Makes the protocol: empty for a campaign and a system, as a vendor gets it, or filled from a run's result alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from harness.domain.data_set import Kind, values_of
from harness.domain.errors import ConfigurationError
from harness.domain.event import Person
from harness.domain.relevance import why_irrelevant
from harness.domain.requirement import Campaign
from harness.domain.scenario import Scenario
from harness.domain.vendor import Phase, Vendor
from harness.record.fold import ScenarioState
from harness.record.result import Result
from harness.reporting.protocol import header, outcome
from harness.reporting.protocol.document import Block, Language, Protocol, Step
from harness.reporting.protocol.filled import Filling, day
from harness.reporting.protocol.steps import sections_of
from harness.reporting.protocol.words import COLUMNS, word

_MADE_BY: Final = "Lavet af LPS-harness efter blokke og kolonner i MedComs testprotokoller. Det er ikke et dokument fra MedCom."
_ORDER: Final = "Tallet foran en linje er dens plads i scenariet, også på tværs af Krav/Handlinger og Forventet resultat."
_SELF_TEST: Final = "I egentesten udfylder leverandøren kun Testdata og Aktuelt resultat. MedCom vurdering er MedComs."
_SHIPPED: Final = "Det udleverede sæt. Til livetesten vælger MedCom selv personer og værdier."
_UNKNOWN: Final = "Loggen siger ikke, hvem testpersonerne er."
_REHEARSAL_EN: Final = "Rehearsal with the reference system. It says nothing about any vendor's own system."
_MANY: Final = 2
_NO_CAMPAIGN: Final = "Scenarier uden kampagne"


def empty_protocol(
    campaign: Campaign,
    scenarios: Sequence[Scenario],
    persons: Mapping[str, Person],
    vendor: Vendor | None = None,
    language: Language = "da",
) -> Protocol:
    """The protocol as a vendor gets it: what is to be shown, and room for what comes of it.

    `scenarios` are the campaign's, in the order they are to stand; `persons` the test persons by the name steps use. Without a
    `vendor` it is for any system; what is not relevant for the vendor's is told with the reason.
    """
    off = {each.id: why_irrelevant(each, [campaign], vendor, vendor.rute.value) for each in scenarios} if vendor else {}

    def filled(step: Step) -> Step:
        why = off.get(step.key, "")
        return replace(step, actual=(f"{header.NOT_RELEVANT}. {why}",)) if why else step

    blocks = (
        header.standard_block([campaign], language),
        header.versioning_block([campaign], language),
        header.vendor_block(vendor.supplier if vendor else "", language),
        header.sut_block(vendor.product if vendor else "", "", language),
        header.open_result_block(language),
        header.use_case_block([campaign], vendor.id if vendor else "", language),
        header.persons_block(_used(scenarios, persons), (_SHIPPED,), language),
        header.tools_block(language),
    )
    return Protocol(
        title=word("protocol", language),
        subtitle=" · ".join((campaign.title, *([vendor.product] if vendor else ()))),
        language=language,
        rehearsal=False,
        notes=(_MADE_BY, _SELF_TEST, _ORDER),
        blocks=blocks,
        columns=COLUMNS[language],
        sections=tuple(sections_of(campaign.title, campaign.protocols, scenarios, persons, filled)),
    )


def run_protocol(result: Result, evidence: Path, campaign: str = "", language: Language = "da") -> Protocol:
    """The protocol of a run, from its log, review and `evidence` alone: of one `campaign`, or of each that it was of.

    Raises ConfigurationError when the run was not of `campaign`, and BadInput for a log that does not begin with a run.
    """
    started, chosen = result.started, [each for each in result.campaigns if campaign in ("", each.campaign.id)]
    if campaign and not chosen:
        there = ", ".join(started.participation) or "ingen"
        raise ConfigurationError(f"Kørslen {started.run} er ikke af kampagnen {campaign}. Den er af: {there}.")
    filling, known = (
        Filling(result, evidence),
        {each.alias: each for each in (result.state.basis.persons if result.state.basis else ())},
    )
    parts = [(one.campaign.title, one.campaign.protocols, _scenarios(one.scenarios)) for one in chosen]
    if not campaign:
        counted = {each.started.scenario for one in chosen for each in one.scenarios}
        left = (each for name, each in result.state.scenarios.items() if name not in counted)
        parts.append((_NO_CAMPAIGN, (), _scenarios(left)))
    sections = tuple(section for part in parts for section in sections_of(*part, known, filling.step))
    files = dict.fromkeys(file for section in sections for step in section.steps for file in step.files)
    notes = (_MADE_BY, *([_SELF_TEST] if started.phase == Phase.SELF_TEST else ()), _ORDER)
    return Protocol(
        title=word("protocol", language),
        subtitle=filling.shown(
            " · ".join((*_named([each.campaign.title for each in chosen]), started.tried_products, started.run))
        ),
        language=language,
        rehearsal=result.rehearsal,
        notes=(*notes, *([_REHEARSAL_EN] if result.rehearsal and language == "en" else ())),
        blocks=tuple(
            block.told(filling.shown)
            for block in (
                *_before(result, [each.campaign for each in chosen], language),
                *(outcome.result_block(result, each, language) for each in chosen),
                outcome.run_block(result, language),
                outcome.proposal_block(result, chosen, language),
                header.use_case_block([each.campaign for each in chosen], started.system, language),
                header.persons_block(
                    _used([each for *_, own in parts for each in own], known), () if known else (_UNKNOWN,), language
                ),
                header.tools_block(language),
            )
        ),
        columns=COLUMNS[language],
        sections=sections,
        after=(outcome.files_block(files, language),),
    )


def whole_protocol(result: Result, evidence: Path) -> Protocol:
    """The Danish protocol of every campaign of the run. Each form of the same result is made from the same one."""
    return _made(_This(result), evidence)


class _This:
    """A result that is known by being the same one, since a log has no quicker name."""

    def __init__(self, result: Result) -> None:
        self.result = result

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _This) and other.result is self.result

    def __hash__(self) -> int:
        return id(self.result)


@lru_cache(maxsize=1)
def _made(this: _This, evidence: Path) -> Protocol:
    return run_protocol(this.result, evidence)


def _before(result: Result, campaigns: Sequence[Campaign], language: Language) -> Iterator[Block]:
    """Standard, versioning, vendor and SUT. Of a rehearsal the system is the reference system, and there is no vendor."""
    started, rehearsal = result.started, result.rehearsal
    edition = (
        day(result.state.began) if result.state.began else "",
        f"Scenariernes udgave, SHA-256 {started.fingerprint.get('features', 'ukendt')}",
    )
    yield header.standard_block(campaigns, language)
    yield header.versioning_block(campaigns, language, [edition])
    yield header.vendor_block("" if rehearsal else started.supplier, language)
    system = f"Referencesystemet i rollen som {started.tried_products}" if rehearsal else started.tried_products
    phase = "prøvekørsel" if rehearsal else started.phase
    yield header.sut_block(system, "" if rehearsal else started.sut_version, language, phase)


def _named(titles: Sequence[str]) -> Sequence[str]:
    """The titles as a heading has room for them: of many, how many they are."""
    return titles if len(titles) <= _MANY else [f"{len(titles)} kampagner"]


def _scenarios(states: Iterable[ScenarioState]) -> list[Scenario]:
    """The scenarios as the log has them."""
    return [
        Scenario(
            id=each.scenario,
            title=each.title,
            feature=each.feature,
            feature_description=each.feature_description,
            file=each.file,
            line=each.line,
            tags=frozenset(tag.removeprefix("@") for tag in each.tags),
            steps=each.steps,
            parameters=each.parameters,
        )
        for each in (state.started for state in states)
    ]


def _used(scenarios: Iterable[Scenario], persons: Mapping[str, Person]) -> list[Person]:
    """Those of the persons that the scenarios speak of."""
    spoken = {each.name for scenario in scenarios for each in values_of(scenario, persons) if each.kind is Kind.PERSON}
    return [person for alias, person in persons.items() if alias in spoken]
