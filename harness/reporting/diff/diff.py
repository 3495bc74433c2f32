"""What differs between two runs: before and after, version and version, or one system and another. From their results alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from harness.domain.finding import Finding
from harness.domain.grade import Beside, Grade, Standing, worst
from harness.domain.verdict import Verdict
from harness.record.result import Result

_WORST_LAST: tuple[Standing, ...] = (
    Grade.OK,
    Grade.F4,
    Beside.AWAITING,
    Beside.ATTESTED,
    Beside.UNCHECKED,
    Beside.UNTESTABLE,
    Beside.INTERRUPTED,
    Grade.F3,
    Grade.F2,
    Grade.F1,
)
"""How bad a standing is beside another (project convention). What is not decided or not tried is no good, and no finding."""

_BROKEN = (Grade.F1, Grade.F2, Grade.F3)
_GOOD = (Grade.OK, Grade.F4)
_OPEN = (Beside.AWAITING, Beside.ATTESTED, Beside.UNCHECKED)

# What makes another suite of it. The system's own file and map are facts of the system, and tell themselves by what they change.
_SUITE = ("features", "regler", "profiler", "kampagne", "patienter", "kodelister")


class Change(StrEnum):
    """What became of a scenario, the most important first.

    `OTHER` is neither better nor worse: one of the two was not relevant, or what was broken is now undecided or was not tried.
    """

    NEW = "ny fejl"
    WORSE = "værre"
    MENDED = "udbedret"
    BETTER = "bedre"
    OTHER = "anderledes"
    ONLY_BEFORE = "kun i den første"
    ONLY_AFTER = "kun i den anden"
    SAME = "ens"


@dataclass(frozen=True, slots=True)
class ScenarioDiff:
    """One scenario in the two runs. A standing is None where the run does not have it.

    `outdated` are the parts of the suite that differ and bear on it: then the two standings are not measured with the same.
    """

    scenario: str
    title: str
    change: Change
    before: Standing | None
    after: Standing | None
    reason: str
    outdated: tuple[str, ...]

    @property
    def worse(self) -> bool:
        """Whether it must be looked at: it got worse, or it is there for the first time with a finding."""
        return self.change in (Change.NEW, Change.WORSE) or (self.change is Change.ONLY_AFTER and self.after in _BROKEN)


@dataclass(frozen=True, slots=True)
class RuleDiff:
    """A rule that is broken in one of the runs only, with the scenarios it is broken in there (none: outside the scenarios).

    `grade` is the worst it was broken with; `expected` and `actual` are those of the first place. `tried`: whether the other run
    carried out at least one of those scenarios; else nobody knows whether the rule holds there.
    """

    rule: str
    title: str
    grade: Grade
    owner: str
    scenarios: tuple[str, ...]
    tried: bool
    expected: str
    actual: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Something by name, as the first and the second run have it; empty where one does not."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Diff:
    """All that differs between `before` and `after`. `scenarios` are all of both, those that changed most first."""

    before: Result
    after: Result
    facts: tuple[Pair, ...]
    suite: tuple[str, ...]
    verdicts: tuple[Pair, ...]
    requirements: tuple[Pair, ...]
    scenarios: tuple[ScenarioDiff, ...]
    broken: tuple[RuleDiff, ...]
    gone: tuple[RuleDiff, ...]

    @property
    def worse(self) -> bool:
        """Whether anything is worse in the second: a scenario, a rule that was not broken, or a verdict that was an approval."""
        lost = any(each.before == Verdict.APPROVED and each.after for each in (*self.verdicts, *self.requirements))
        found = any(each.grade in _BROKEN for each in self.broken)
        return lost or found or any(each.worse for each in self.scenarios)


def diff(before: Result, after: Result) -> Diff:
    """What differs between two runs. Raises BadInput for a log that does not begin with a run."""
    suite = _suite(before, after)
    return Diff(
        before=before,
        after=after,
        facts=_pairs(_facts(before), _facts(after)),
        suite=suite,
        verdicts=_pairs(_verdicts(before), _verdicts(after)),
        requirements=_pairs(
            {name: str(verdict) for name, verdict in before.by_requirement().items()},
            {name: str(verdict) for name, verdict in after.by_requirement().items()},
        ),
        scenarios=tuple(sorted(_scenarios(before, after, suite), key=lambda each: list(Change).index(each.change))),
        broken=_only_in(after, before),
        gone=_only_in(before, after),
    )


def _facts(result: Result) -> dict[str, str]:
    """What was tried, and how."""
    run = result.started
    return {
        "System": run.product,
        "SUT-version": run.sut_version,
        "Grundlag": run.grundlag,
        "Fase": run.phase,
        "Kampagne": run.campaign,
        "Driver": run.driver,
        "Rute": run.rute,
        "Mål": run.target,
        "Sæt": f"MedComs eget, SHA-256 {run.data}" if run.data else "det udleverede",
        "Egne værdier": "ja" if run.own_values else "nej",
        "CPD-DK": run.cpd,
        "Udvalg": run.selection,
        "Fejl i referencesystemet": ", ".join(run.faults),
        "Rigtige tjenester": ", ".join(f"{name}: {seat}" for name, seat in run.seats.items()),
    }


def _verdicts(result: Result) -> dict[str, str]:
    own = {each.campaign.id: str(each.verdict) for each in result.campaigns}
    return {"Hele kørslen": str(result.verdict), **own}


def _pairs(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Pair, ...]:
    """What is not the same, in the order of the first."""
    both = ((name, before.get(name, ""), after.get(name, "")) for name in {**before, **after})
    return tuple(Pair(name, one, other) for name, one, other in both if one != other)


def _suite(before: Result, after: Result) -> tuple[str, ...]:
    """The parts of the suite that the two runs were measured with in different editions; none where somebody reconfirmed it."""
    one, other = before.started.fingerprint, after.started.fingerprint
    reconfirmed = [each.fingerprint for each in (*before.review.reconfirmed, *after.review.reconfirmed)]
    if other in reconfirmed or one in reconfirmed:
        return ()
    return tuple(part for part in _SUITE if one.get(part) != other.get(part))


def _scenarios(before: Result, after: Result, suite: tuple[str, ...]) -> Iterable[ScenarioDiff]:
    one, other = _standings(before), _standings(after)
    for name in {**one, **other}:
        had, has = one.get(name), other.get(name)
        state = after.state.scenarios.get(name) or before.state.scenarios.get(name)
        yield ScenarioDiff(
            scenario=name,
            title=state.started.title if state else "",
            change=_change(had, has),
            before=had,
            after=has,
            reason=_reason(after, name) if had != has else "",
            outdated=tuple(part for part in suite if part != "features" or _other_feature(before, after, name)),
        )


def _standings(result: Result) -> dict[str, Standing]:
    told = {name: result.standing(each) for name, each in result.state.scenarios.items()}
    return {**told, **dict.fromkeys(result.state.missing, Beside.INTERRUPTED)}


def _reason(result: Result, name: str) -> str:
    state = result.state.scenarios.get(name)
    if state is None:
        return ""
    rules = dict.fromkeys(f"{each.grade} {each.rule}" for each in state.findings)
    return ", ".join(rules) or (state.reason.splitlines() or [""])[0]


def _other_feature(before: Result, after: Result, name: str) -> bool:
    """Whether the scenario's own feature file differs, as far as the logs say: one that does not say may have another."""
    digests = []
    for each in (before, after):
        state = each.state.scenarios.get(name)
        digests.append(each.state.basis.files.get(state.started.file) if state and each.state.basis else None)
    return digests[0] is None or digests[0] != digests[1]


def _change(before: Standing | None, after: Standing | None) -> Change:
    if before is None or after is None:
        return Change.ONLY_AFTER if before is None else Change.ONLY_BEFORE
    if before == after:
        return Change.SAME
    if after in _BROKEN and before not in _BROKEN:
        return Change.NEW
    if Grade.IR in (before, after):
        return Change.OTHER
    if before in _BROKEN and after in _GOOD:
        return Change.MENDED
    if before in _OPEN and after in _OPEN:
        return Change.OTHER
    if _WORST_LAST.index(after) > _WORST_LAST.index(before):
        return Change.WORSE
    return Change.BETTER if after in _GOOD or (before in _BROKEN and after in _BROKEN) else Change.OTHER


def _only_in(one: Result, other: Result) -> tuple[RuleDiff, ...]:
    """The rules that are broken in `one` and not in `other`, the worst first."""
    elsewhere = {finding.rule for finding in other.state.findings}
    found: dict[str, list[tuple[str, Finding]]] = {}
    for name, state in one.state.scenarios.items():
        for finding in state.findings:
            found.setdefault(finding.rule, []).append((name, finding))
    for finding in one.state.outside:
        found.setdefault(finding.rule, []).append(("", finding))
    rules = [_rule(own, other) for rule, own in found.items() if rule not in elsewhere]
    return tuple(sorted(rules, key=lambda each: (each.grade, each.rule)))


def _rule(own: list[tuple[str, Finding]], other: Result) -> RuleDiff:
    scenarios = tuple(dict.fromkeys(name for name, _ in own if name))
    finding = own[0][1]
    there = [other.state.scenarios[name] for name in scenarios if name in other.state.scenarios]
    return RuleDiff(
        rule=finding.rule,
        title=finding.title,
        grade=worst(each.grade for _, each in own if each.grade),
        owner=str(finding.owner),
        scenarios=scenarios,
        tried=any(isinstance(each.standing, Grade) and each.standing is not Grade.IR for each in there),
        expected=finding.expected,
        actual=finding.actual,
    )
