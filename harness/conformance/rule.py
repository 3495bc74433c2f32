"""What a rule is, and how rules are run over one subject.

A rule is one decorated function. It gets its subject and answers `HOLDS`, one or more `Breach`, or `NotJudged`:

    @rule("CPD-C05", subject="cpd", title="Afsnittet Helbredsproblemer har en titel", grade=Grade.F3, owner=Owner.LPS,
          since="CPD-DK 1.0.1", source="MedCom, CPD-DK 1.0.1, schematron", needs=("CPD-C02",))
    def health_concerns_title(cpd: Cpd) -> Outcome: ...

A rule that stands on a broken one is not judged, so that one defect gives one finding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from harness.domain.finding import Finding, Location, Owner
from harness.domain.grade import Grade


@dataclass(frozen=True, slots=True)
class Breach:
    """One place where a rule does not hold. `expected` and `actual` are short Danish phrases or plain values."""

    location: Location
    expected: str
    actual: str


@dataclass(frozen=True, slots=True)
class NotJudged:
    """The rule could not be judged; `reason` is a Danish phrase."""

    reason: str


Outcome = tuple[Breach, ...] | NotJudged
HOLDS: tuple[Breach, ...] = ()


class Result(StrEnum):
    """What came of one rule on one subject."""

    HOLDS = "holder"
    BROKEN = "brudt"
    NOT_JUDGED = "ikke bedømt"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with its stable id. `since` is the standard's version it is sourced for (empty: every version).

    `fact` names the profile fact the rule compares with; while that is undecided, what holds is *afventer*, never OK.
    `remark`: what it finds is told with these words and never graded, since no source forbids it.
    """

    id: str
    subject: str
    title: str
    grade: Grade
    owner: Owner
    source: str
    check: Callable[..., Outcome]
    since: str = ""
    needs: tuple[str, ...] = ()
    fact: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One rule's result on one subject. `undecided` is the profile fact it rests on, when that is not decided yet."""

    rule: Rule
    result: Result
    findings: tuple[Finding, ...] = ()
    reason: str = ""
    undecided: str = ""


REGISTRY: dict[str, Rule] = {}


def rule(
    id: str,
    *,
    subject: str,
    title: str,
    grade: Grade,
    owner: Owner,
    source: str,
    since: str = "",
    needs: tuple[str, ...] = (),
    fact: str = "",
    remark: str = "",
) -> Callable[[Callable[..., Outcome]], Rule]:
    """Make the decorated function a rule, and register it. `needs` are ids registered before, on the same subject."""

    def register(check: Callable[..., Outcome]) -> Rule:
        assert id not in REGISTRY, f"two rules are called {id}"
        for needed in needs:
            assert REGISTRY[needed].subject == subject, f"{id} needs {needed}, a rule of another subject"
        REGISTRY[id] = Rule(id, subject, title, grade, owner, source, check, since, needs, fact, remark)
        return REGISTRY[id]

    return register


def rules_for(subject: str) -> list[Rule]:
    """The rules of one subject, in the order they were written (a rule comes after those it needs)."""
    return [found for found in REGISTRY.values() if found.subject == subject]


def judge(
    rules: Iterable[Rule],
    *subject: Any,
    declared: str = "",
    confirmed: frozenset[str] = frozenset(),
    undecided: frozenset[str] = frozenset(),
) -> list[Judgement]:
    """Run `rules` over one subject, in order.

    `declared` is the version the message says it follows (`CPD-DK 2.0`, empty when it says none); a rule sourced for another
    version gives remarks without a grade, unless its id is in `confirmed`. `undecided` names the facts that are not decided.
    """
    judgements: list[Judgement] = []
    shaky: dict[str, Result] = {}
    for each in rules:
        lacking = [needed for needed in each.needs if needed in shaky]
        if lacking:
            why = "er brudt" if shaky[lacking[0]] is Result.BROKEN else "ikke blev bedømt"
            shaky[each.id] = Result.NOT_JUDGED
            judgements.append(Judgement(each, Result.NOT_JUDGED, reason=f"bygger på {lacking[0]}, der {why}"))
            continue
        outcome = each.check(*subject)
        waits = each.fact if each.fact in undecided else ""
        if isinstance(outcome, NotJudged):
            shaky[each.id] = Result.NOT_JUDGED
            judgements.append(Judgement(each, Result.NOT_JUDGED, reason=outcome.reason, undecided=waits))
        elif outcome:
            shaky[each.id] = Result.BROKEN
            findings = tuple(_finding(each, breach, declared, confirmed, waits) for breach in outcome)
            judgements.append(Judgement(each, Result.BROKEN, findings, undecided=waits))
        else:
            judgements.append(Judgement(each, Result.HOLDS, undecided=waits))
    return judgements


def _finding(each: Rule, breach: Breach, declared: str, confirmed: frozenset[str], waits: str) -> Finding:
    remark = each.remark
    if not remark and each.since and each.since != declared and each.id not in confirmed:
        remark = f"kun kendt fra {each.since.rpartition(' ')[2]}"
    elif not remark and waits:
        remark = f"afventer {waits}"
    return Finding(
        rule=each.id,
        title=each.title,
        grade=None if remark else each.grade,
        owner=each.owner,
        location=breach.location,
        expected=breach.expected,
        actual="kun mellemrum" if breach.actual.isspace() else breach.actual,  # it would be told as nothing
        source=each.source,
        remark=remark,
    )
