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

_NOT_DONE = (Beside.UNTESTABLE, Beside.INTERRUPTED)


@dataclass(frozen=True, slots=True)
class RequirementResult:
    """One requirement of a campaign, and the identities of the run's scenarios that carry it. `irrelevant`: each of them is.

    `binds`: the system must meet it, in this phase or before. A condition for the work binds nobody.
    """

    requirement: Requirement
    verdict: Verdict
    scenarios: tuple[str, ...]
    irrelevant: bool = False
    binds: bool = True


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
        """The requirements that bind and are neither approved, broken nor irrelevant: they keep it open."""
        done = (Verdict.APPROVED, Verdict.NOT_APPROVED, Verdict.REHEARSAL_CLEAN, Verdict.REHEARSAL_FINDINGS)
        open_ = (each for each in self.requirements if each.verdict not in done and not each.irrelevant)
        return tuple(each.requirement.id for each in open_ if each.binds)


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
        """True unless the log says that the run's LPS was the vendor's own system: what says nothing, or anything else, is no
        approval either.
        """
        return self.state.started is None or self.state.started.rehearsal

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
        """Whether this is a part of what was to be tried only: chosen scenarios, those with a partner, recordings, or a part that
        was submitted.
        """
        return self._selected or not self._handed_in(self.state.scenarios.values())

    @property
    def _selected(self) -> bool:
        started = self.state.started
        return bool(started and (started.selection or started.partner)) or self.replay

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
        """The system's verdict in this run: the least its campaigns come to. Only where each is approved is the run.

        A run of chosen scenarios only, or of what was recorded before, is never more than *ikke fuldt verificeret*.
        """
        found = {each.verdict for each in self.campaigns if each.participation is not Participation.OUTSIDE}
        if self.rehearsal or not found:
            everything = [*self.weighed(self.state.scenarios.values()), *self._besides]
            return self._verdict(everything, undecided=bool(self.state.undecided) or self.chosen)
        if found == {Verdict.AWAITING}:
            return Verdict.AWAITING
        least = (Verdict.NOT_APPROVED, Verdict.NOT_COUNTED, Verdict.NOT_CARRIED_OUT, Verdict.NOT_FULLY_VERIFIED)
        if told := next((each for each in least if each in found), None):
            return told
        return Verdict.NOT_FULLY_VERIFIED if Verdict.AWAITING in found else Verdict.APPROVED

    @property
    def _besides(self) -> list[Standing]:
        """What is of no scenario that ran: findings on messages outside them, and scenarios that were never begun."""
        outside = [finding.grade for finding in self.state.outside if finding.grade is not None]
        return [*outside, *(Beside.INTERRUPTED for _ in self.state.missing)]

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
        carried = _by_requirement(self.state.scenarios.values())
        return {name: self._of_requirement(own) for name, own in sorted(carried.items())}

    @property
    def retest(self) -> tuple[str, ...]:
        """The scenarios to try again: what is not approved, what never began, and what the campaigns' rules add to those.

        Empty when there is nothing of that kind.
        """
        also = {target for each in self.campaigns if each.campaign.retest for target in each.campaign.retest.also}
        bad, added = set(self.state.missing), set()
        for name, each in self.state.scenarios.items():
            if any(not isinstance(one, Grade) or not one.approved for one in self.weighed([each])):
                bad.add(name)
            elif also & {name, name.partition("[")[0], *each.started.requirements, *each.started.use_cases}:
                added.add(name)
        again = bad | added if bad else bad
        return tuple(name for name in (*self.state.scenarios, *self.state.missing) if name in again)

    def outdated(self, suite: Mapping[str, str]) -> bool:
        """Whether it was measured with another suite than `suite`, a fingerprint, and nobody has reconfirmed it for that one."""
        same = self.started.fingerprint == dict(suite)
        return not same and all(each.fingerprint != dict(suite) for each in self.review.reconfirmed)

    @cached_property
    def exit_code(self) -> int:
        """0: nothing above F4, in certificering approved. 1: findings, or not approved. 3: something was not carried out.

        In a run of two, findings on either system count.
        """
        weighed = [*self.weighed(self.state.scenarios.values()), *self._besides]
        on_partner = [finding.grade for finding in self.state.on_partner]
        graded = any(isinstance(each, Grade) and not each.approved for each in (*weighed, *on_partner))
        if graded or self.verdict in (Verdict.NOT_APPROVED, Verdict.NOT_COUNTED):
            return FINDINGS
        stuck = self.verdict is Verdict.NOT_CARRIED_OUT or any(each in _NOT_DONE for each in weighed)
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

    def _of_requirement(self, own: list[ScenarioState], campaign: Campaign | None = None) -> Verdict:
        return self._verdict(self.weighed(own), undecided=bool(self.undecided(own, campaign)) or not self._handed_in(own))

    def _in_campaign(self, name: str, participation: str) -> CampaignResult:
        own = self.state.in_campaign(name)
        campaign = self._campaign(name, own)
        carried = _by_requirement(own)
        requirements = tuple(self._requirement(each, carried.get(each.id, []), campaign) for each in campaign.requirements)
        untried = self._untried(requirements)
        binding = self._binding(own, requirements)
        bound = {each.started.scenario for each in binding}
        voluntary = [each for each in own if each.started.scenario not in bound]
        weighed = [*self.weighed(binding), *(one for one in self.weighed(voluntary) if one not in _OPEN), *self._besides]
        undecided = self.undecided(binding, campaign)
        awaiting = tuple(
            each.requirement.id for each in requirements if each.binds and each.requirement.kind is RequirementKind.AWAITING
        )
        verdict = self._verdict(
            weighed,
            undecided=any((undecided, untried, awaiting, self._selected, not self._handed_in(own))),
            awaiting=name in self.started.awaiting,
        )
        gate = next((each for each in campaign.gates if each.phase == self.started.phase), None)
        facts = Facts(
            verdict=verdict,
            reviewed=self.assessed,
            untried=untried,
            undecided=undecided,
            awaiting=awaiting,
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

    def _binding(self, own: Iterable[ScenarioState], requirements: Iterable[RequirementResult]) -> list[ScenarioState]:
        """The scenarios that carry a requirement that binds; what is open in others keeps nothing open."""
        binding = {each.requirement.id for each in requirements if each.binds}
        return [each for each in own if binding & set(each.started.requirements) or self.state.basis is None]

    def undecided(self, own: Iterable[ScenarioState], campaign: Campaign | None = None) -> tuple[str, ...]:
        """What these rest on that nobody has decided: the connection's bindings, or those of `campaign`; and each scenario's
        facts, unless MedCom has judged it.
        """
        named = self.started.undecided_bindings
        told = self.state.basis.campaigns if self.state.basis and campaign else ()
        others = {name for other in told if campaign and other.id != campaign.id for name in other.bindings}
        bindings = [each for each in named if each not in others or (campaign and each in campaign.bindings)]
        unjudged = (each for each in own if self.rehearsal or each.started.scenario not in self.review.assessed)
        return tuple(dict.fromkeys([*bindings, *(fact for each in unjudged for fact in each.undecided)]))

    def _campaign(self, name: str, own: Iterable[ScenarioState]) -> Campaign:
        """The campaign as the log has it; of a log that has none, what its scenarios say."""
        told = self.state.basis.campaigns if self.state.basis else ()
        found = next((each for each in told if each.id == name), None)
        if found is not None:
            return found
        carried = sorted({requirement for each in own for requirement in each.started.requirements})
        requirements = tuple(Requirement(each, each, "", None, True, RequirementKind.REQUIREMENT, ()) for each in carried)
        return Campaign(name, name, "", requirements, (), (), {}, (), (), ())

    def _requirement(self, requirement: Requirement, carrying: list[ScenarioState], campaign: Campaign) -> RequirementResult:
        awaits = requirement.kind is RequirementKind.AWAITING
        verdict = Verdict.AWAITING if awaits else self._of_requirement(carrying, campaign)
        off = bool(carrying) and all(self.standing(each) is Grade.IR for each in carrying) and not awaits
        names = tuple(each.started.scenario for each in carrying)
        return RequirementResult(requirement, verdict, names, off, self._binds(requirement))

    def _untried(self, requirements: Iterable[RequirementResult]) -> tuple[str, ...]:
        """The requirements that bind, and that no scenario was carried out for, nor judged by MedCom."""
        demanded = (each for each in requirements if each.binds and each.requirement.kind is RequirementKind.REQUIREMENT)
        return tuple(each.requirement.id for each in demanded if not any(map(self._tried, each.scenarios)))

    def _tried(self, scenario: str) -> bool:
        return self.state.scenarios[scenario].carried_out or scenario in self.review.assessed

    def _binds(self, requirement: Requirement) -> bool:
        order = list(Phase)
        due = requirement.phase is None or order.index(requirement.phase) <= order.index(Phase(self.started.phase))
        meant = not requirement.systems or self.started.system in requirement.systems
        return requirement.kind is not RequirementKind.CONDITION and requirement.mandatory and due and meant

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
        held |= {each.standard for each in campaign.protocols}  # approved with it, or neither is
        asked = [each.standard for protocol in campaign.protocols for each in protocol.prerequisites]
        return tuple(dict.fromkeys(each for each in asked if each not in held))


def _by_requirement(scenarios: Iterable[ScenarioState]) -> dict[str, list[ScenarioState]]:
    carried: dict[str, list[ScenarioState]] = {}
    for scenario in scenarios:
        for requirement in dict.fromkeys(scenario.started.requirements):
            carried.setdefault(requirement, []).append(scenario)
    return carried


def result_of(entries: Iterable[Entry], review: Review | None = None, head: str = "") -> Result:
    """What a log and its review come to. `result_of(read_cut_log(log))`."""
    return Result(fold(entries), review or Review(), head)


def read_result(run_folder: Path) -> Result:
    """The result of the run in `run_folder`. Raises BadInput for a log or review that cannot be read, FileNotFoundError."""
    return result_of(read_cut_log(run_folder / LOG_NAME), read_review(run_folder), run_head(run_folder))
