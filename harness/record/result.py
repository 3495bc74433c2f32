"""What a run comes to once its reviewers have spoken: the one thing every artefact is made from.

A pure function of the run's log and its review. Nothing that is written of a run works out a verdict by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from harness.domain.errors import BadInput
from harness.domain.event import RunStarted
from harness.domain.gate import Facts, lacking
from harness.domain.grade import Beside, Grade, Standing
from harness.domain.reached import Reached, reached
from harness.domain.requirement import Campaign, Gate, Participation, Requirement, RequirementKind
from harness.domain.review import Review
from harness.domain.vendor import ApprovalStatus, Phase
from harness.domain.verdict import Verdict, verdict_of
from harness.record.fold import RunState, ScenarioState, fold
from harness.record.log import LOG_NAME, Entry, read_cut_log
from harness.record.review import read_review, run_head

GOOD, FINDINGS, ENVIRONMENT = 0, 1, 3
"""What `lps run` ends with, by what its runs came to."""

_OPEN = (Beside.AWAITING, Beside.UNCHECKED, Beside.ATTESTED)
"""What keeps a mandatory requirement open, and a voluntary one not."""


@dataclass(frozen=True, slots=True)
class RequirementResult:
    """One requirement of a campaign, and the identities of the run's scenarios that carry it. `irrelevant`: each of them is."""

    requirement: Requirement
    verdict: Verdict
    scenarios: tuple[str, ...]
    irrelevant: bool = False


@dataclass(frozen=True, slots=True)
class GateResult:
    """The gate of the run's phase, and what it still lacks, in Danish."""

    gate: Gate
    lacks: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether the phase is over."""
        return not self.lacks


@dataclass(frozen=True, slots=True)
class CampaignResult:
    """What the run comes to in one campaign. `gate` is None where the campaign does not have the run's phase."""

    campaign: Campaign
    participation: Participation
    verdict: Verdict
    requirements: tuple[RequirementResult, ...]
    scenarios: tuple[ScenarioState, ...]
    gate: GateResult | None

    @property
    def approved(self) -> bool:
        """Whether MedCom's tester has approved it, nothing of the phase is lacking, and every result may be approved."""
        return self.verdict is Verdict.APPROVED and self.gate is not None and self.gate.passed

    @property
    def open_mandatory(self) -> tuple[str, ...]:
        """The mandatory requirements that are neither approved, broken nor irrelevant: they keep it open."""
        done = (Verdict.APPROVED, Verdict.NOT_APPROVED, Verdict.REHEARSAL_CLEAN, Verdict.REHEARSAL_FINDINGS)
        open_ = (each for each in self.requirements if each.verdict not in done and not each.irrelevant)
        return tuple(each.requirement.id for each in open_ if each.requirement.mandatory)


@dataclass(frozen=True)
class Result:
    """A run and what its reviewers said of it. `review` is empty while nobody has; `head` is the hash of the log's last line."""

    state: RunState
    review: Review = field(default_factory=Review)
    head: str = ""

    @property
    def started(self) -> RunStarted:
        """The run's first event. Raises BadInput for a log that has none."""
        if self.state.started is None:
            raise BadInput("Loggen begynder ikke med en kørsel")
        return self.state.started

    @property
    def rehearsal(self) -> bool:
        """True when the run's LPS was the reference system, or when its log says nothing: then it is no approval either."""
        return self.state.started is None or self.state.started.grundlag == "referencesystem"

    @property
    def replay(self) -> bool:
        """True when what was judged had been recorded before: it counts in self-test only."""
        return self.state.started is not None and self.state.started.driver == "replay"

    @property
    def shipped(self) -> bool:
        """True when it was certificering on the persons and values that vendors have seen: then it does not count."""
        return self._certification and not self.started.data

    @property
    def _certification(self) -> bool:
        return self.state.started is not None and self.state.started.phase == Phase.CERTIFICATION

    @property
    def assessed(self) -> bool:
        """Whether MedCom's tester has approved the run. Nothing a reviewer says makes a rehearsal anything else."""
        return self.review.approved is not None and not self.rehearsal

    @property
    def chosen(self) -> bool:
        """Whether this is a part of what was to be tried only: chosen scenarios, recordings, or a part that was submitted."""
        return self._selected or not self._handed_in(self.state.scenarios.values())

    @property
    def _selected(self) -> bool:
        return bool(self.state.started and self.state.started.selection) or self.replay

    def _handed_in(self, own: Iterable[ScenarioState]) -> bool:
        """Whether MedCom was given all of these, where anything was submitted."""
        handed_in = self.review.submitted
        return not handed_in or {each.started.scenario for each in own} <= set(handed_in)

    def standing(self, scenario: ScenarioState) -> Standing:
        """How a scenario stands: MedCom's judgement where there is one, else what the harness proposes."""
        told = None if self.rehearsal else self.review.assessed.get(scenario.started.scenario)
        return told[1].grade if told else scenario.standing

    def weighed(self, scenarios: Iterable[ScenarioState]) -> list[Standing]:
        """What a verdict over `scenarios` rests on: how each stands, and the grade of every finding MedCom has not judged."""
        weighed: list[Standing] = []
        for each in scenarios:
            weighed.append(self.standing(each))
            if self.rehearsal or each.started.scenario not in self.review.assessed:
                weighed += [finding.grade for finding in each.findings if finding.grade is not None]
        return weighed

    @cached_property
    def verdict(self) -> Verdict:
        """The system's verdict in this run, over every campaign of it.

        A run of chosen scenarios only, or of what was recorded before, is never more than *ikke fuldt verificeret*.
        """
        everything = self._binding(self.state.scenarios.values(), [each.campaign for each in self.campaigns])
        everything += [finding.grade for finding in self.state.outside if finding.grade is not None]
        everything += [Beside.INTERRUPTED for _ in self.state.missing]
        opened = any(each.open_mandatory for each in self.campaigns) if self.state.basis else False
        return self._verdict(everything, undecided=bool(self.state.undecided) or opened or self.chosen)

    @cached_property
    def campaigns(self) -> tuple[CampaignResult, ...]:
        """What the run comes to in each of its campaigns, in the log's order."""
        return tuple(self._in_campaign(name, part) for name, part in self.started.participation.items())

    def certified(self, campaign: CampaignResult) -> bool:
        """Whether the run is an approved certificering in this campaign: approved by MedCom, and its gate lacks nothing."""
        return self._certification and self.assessed and not self.replay and campaign.approved

    def reached(self, campaign: CampaignResult) -> Reached:
        """How far the system has come in this campaign by this run."""
        return reached(self.certified(campaign), self.review.attested, self.review.deployed is not None)

    def by_requirement(self) -> dict[str, Verdict]:
        """Each requirement that a scenario of the run carries, and its verdict; by id."""
        carried: dict[str, list[ScenarioState]] = {}
        for scenario in self.state.scenarios.values():
            for requirement in scenario.started.requirements:
                carried.setdefault(requirement, []).append(scenario)
        return {name: self._of_requirement(own) for name, own in sorted(carried.items())}

    @property
    def retest(self) -> tuple[str, ...]:
        """The scenarios to try again: what is not approved, what never began, and what the campaigns' rules for it add."""
        also = {target for each in self.campaigns if each.campaign.retest for target in each.campaign.retest.also}

        def is_due(name: str, scenario: ScenarioState) -> bool:
            told = scenario.started
            named = {name, name.partition("[")[0], *told.requirements, *told.use_cases}
            bad = any(not isinstance(each, Grade) or not each.approved for each in self.weighed([scenario]))
            return bad or bool(named & also)

        return (*(name for name, each in self.state.scenarios.items() if is_due(name, each)), *self.state.missing)

    def outdated(self, suite: Mapping[str, str]) -> bool:
        """Whether it was measured with another suite than `suite`, a fingerprint, and nobody has reconfirmed it for that one."""
        same = self.started.fingerprint == dict(suite)
        return not same and all(each.fingerprint != dict(suite) for each in self.review.reconfirmed)

    @cached_property
    def exit_code(self) -> int:
        """0: nothing above F4, in certificering approved. 1: findings, or not approved. 3: something was not carried out."""
        weighed = [*self.weighed(self.state.scenarios.values()), *(each.grade for each in self.state.outside if each.grade)]
        if self.verdict is Verdict.NOT_COUNTED or any(isinstance(each, Grade) and not each.approved for each in weighed):
            return FINDINGS
        stuck = bool(self.state.missing) or any(each in (Beside.UNTESTABLE, Beside.INTERRUPTED) for each in weighed)
        if stuck or (self.replay and not self.state.judged):
            return ENVIRONMENT
        unapproved = self._certification and not self.rehearsal and self.verdict is not Verdict.APPROVED
        return FINDINGS if unapproved else GOOD

    def _verdict(self, weighed: Iterable[Standing], *, undecided: bool, awaiting: bool = False) -> Verdict:
        return verdict_of(
            weighed,
            rehearsal=self.rehearsal,
            undecided=undecided,
            awaiting=awaiting,
            shipped=self.shipped,
            unassessed=self._certification and not self.assessed,
        )

    def _of_requirement(self, own: list[ScenarioState]) -> Verdict:
        return verdict_of(
            self.weighed(own),
            rehearsal=self.rehearsal,
            undecided=bool(self.state.undecided) or not self._handed_in(own),
            shipped=self.shipped,
            unassessed=self._certification and not self.assessed,
        )

    def _in_campaign(self, name: str, participation: str) -> CampaignResult:
        own = self.state.in_campaign(name)
        campaign = self._campaign(name, own)
        requirements = tuple(self._requirement(each, own) for each in campaign.requirements)
        weighed = self._binding(own, [campaign])
        untried = self._untried(requirements)
        verdict = self._verdict(
            weighed,
            undecided=any((self.state.undecided, untried, self._awaiting(campaign), self._selected, not self._handed_in(own))),
            awaiting=name in self.started.awaiting,
        )
        gate = next((each for each in campaign.gates if each.phase == self.started.phase), None)
        facts = Facts(
            verdict=verdict,
            reviewed=self.assessed,
            untried=untried,
            self_test=self._rests_on_self_test(name),
            prerequisites=self._prerequisites(campaign),
        )
        return CampaignResult(
            campaign=campaign,
            participation=Participation(participation),
            verdict=verdict,
            requirements=requirements,
            scenarios=tuple(own),
            gate=GateResult(gate, lacking(gate, facts)) if gate else None,
        )

    def _binding(self, own: Iterable[ScenarioState], campaigns: Iterable[Campaign]) -> list[Standing]:
        """As `weighed`, without what is open in scenarios of voluntary requirements alone: it keeps nothing open."""
        mandatory = {each.id for campaign in campaigns for each in campaign.requirements if each.mandatory}
        weighed: list[Standing] = []
        for each in own:
            binding = bool(mandatory & set(each.started.requirements)) or self.state.basis is None
            weighed += [one for one in self.weighed([each]) if binding or one not in _OPEN]
        return weighed

    def _campaign(self, name: str, own: Iterable[ScenarioState]) -> Campaign:
        """The campaign as the log has it; of a log that has none, what its scenarios say."""
        told = self.state.basis.campaigns if self.state.basis else ()
        found = next((each for each in told if each.id == name), None)
        if found is not None:
            return found
        carried = sorted({requirement for each in own for requirement in each.started.requirements})
        requirements = tuple(Requirement(each, each, "", None, True, RequirementKind.REQUIREMENT, ()) for each in carried)
        return Campaign(name, name, "", requirements, (), (), {}, (), (), ())

    def _requirement(self, requirement: Requirement, own: Iterable[ScenarioState]) -> RequirementResult:
        carrying = [each for each in own if requirement.id in each.started.requirements]
        awaits = requirement.kind is RequirementKind.AWAITING
        verdict = Verdict.AWAITING if awaits else self._of_requirement(carrying)
        off = bool(carrying) and all(self.standing(each) is Grade.IR for each in carrying)
        return RequirementResult(requirement, verdict, tuple(each.started.scenario for each in carrying), off and not awaits)

    def _untried(self, requirements: Iterable[RequirementResult]) -> tuple[str, ...]:
        """The mandatory requirements for this system, due in this phase or before, that no scenario was carried out for."""
        return tuple(
            each.requirement.id
            for each in requirements
            if self._is_due(each.requirement) and not any(self.state.scenarios[name].carried_out for name in each.scenarios)
        )

    def _is_due(self, requirement: Requirement) -> bool:
        order = list(Phase)
        due = requirement.phase is None or order.index(requirement.phase) <= order.index(Phase(self.started.phase))
        meant = not requirement.systems or self.started.system in requirement.systems
        return requirement.kind is RequirementKind.REQUIREMENT and requirement.mandatory and due and meant

    def _awaiting(self, campaign: Campaign) -> bool:
        """Whether a mandatory requirement has nothing to stand on yet: then the campaign stays open."""
        return any(each.kind is RequirementKind.AWAITING and each.mandatory for each in campaign.requirements)

    def _rests_on_self_test(self, campaign: str) -> bool:
        grounds = self.review.approved[1].rests_on if self.review.approved else ()
        tests = [each for each in grounds if each.what == "egentest" and each.sut_version == self.started.sut_version]
        return any(each.campaign in ("", campaign) for each in tests)

    def _prerequisites(self, campaign: Campaign) -> tuple[str, ...]:
        """The standards that the campaign's protocols rest on, and that nothing says the system is approved for."""
        registry = self.state.basis.approvals if self.state.basis else ()
        held = {each.standard for each in registry if each.status is ApprovalStatus.APPROVED}
        if self.review.approved:
            held |= {each.standard for each in self.review.approved[1].rests_on if each.what == "godkendelse"}
        asked = [each.standard for protocol in campaign.protocols for each in protocol.prerequisites]
        return tuple(dict.fromkeys(each for each in asked if each not in held))


def result_of(entries: Iterable[Entry], review: Review | None = None, head: str = "") -> Result:
    """What a log and its review come to. `result_of(read_cut_log(log))`."""
    return Result(fold(entries), review or Review(), head)


def read_result(run_folder: Path) -> Result:
    """The result of the run in `run_folder`. Raises BadInput for a log or review that cannot be read, FileNotFoundError."""
    return result_of(read_cut_log(run_folder / LOG_NAME), read_review(run_folder), run_head(run_folder))
