"""What a run saw of each scenario, put into its row: values entered, the harness's proposal, MedCom's assessment, files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Final

from harness.domain.clock import copenhagen
from harness.domain.finding import Finding
from harness.domain.grade import Grade, Standing
from harness.domain.prompt import Wanted
from harness.domain.review import Said
from harness.domain.told import said
from harness.domain.vendor import Phase
from harness.record.fold import ScenarioState
from harness.record.guard import Guard
from harness.record.redaction import redact
from harness.record.result import Result
from harness.reporting.protocol.document import EvidenceFile, Step
from harness.reporting.protocol.evidence import evidence_names

_OUTCOMES_TOLD: Final = ("", "udført")


class Filling:
    """Fills the rows of one run's protocol. `Filling(result, evidence).step(empty_row)`."""

    def __init__(self, result: Result, evidence: Path) -> None:
        self._result = result
        persons = result.state.basis.persons if result.state.basis else ()
        self._guard = Guard(frozenset(each.number for each in persons))
        self._told: dict[str, str] = {}
        self._files: dict[str, list[EvidenceFile]] = {}
        for each in evidence_names(result, evidence):
            shown = self.shown(each.what)
            self._files.setdefault(each.scenario, []).append(each if shown == each.what else replace(each, what=shown))

    def step(self, empty: Step) -> Step:
        """The row with what the run saw of its scenario."""
        state = self._result.state.scenarios[empty.key]
        return replace(
            empty,
            number=empty.number or ", ".join(state.started.protocol_steps),
            title=self.shown(empty.title),
            actions=tuple(map(self.shown, empty.actions)),
            data=tuple(map(self.shown, (*empty.data, *_chosen(state)))),
            expected=tuple(map(self.shown, empty.expected)),
            actual=tuple(map(self.shown, self._actual(state))),
            assessment=tuple(map(self.shown, self._assessment(state))),
            files=tuple(self._files.get(empty.key, ())),
        )

    def shown(self, text: str) -> str:
        """`text` as people may see it: no CPR number but the run's test persons', and no secret."""
        if text not in self._told:
            self._told[text] = redact(self._guard.hide(text).encode("utf-8", "replace")).decode()
        return self._told[text]

    @cached_property
    def assesses(self) -> bool:
        """Whether MedCom's column is filled: never in self-test, where it is MedCom's own, and never of a rehearsal."""
        return not self._result.rehearsal and self._result.started.phase != Phase.SELF_TEST

    def _actual(self, state: ScenarioState) -> Iterator[str]:
        whose = "Prøvekørsel" if self._result.rehearsal else "Testharnessets forslag"
        yield f"{whose}: {_graded(state.standing)}"
        if state.reason:
            yield state.reason
        yield from dict.fromkeys(map(_told, (*state.findings, *state.remarks)))
        yield from dict.fromkeys(f"Hos partneren: {_told(each)}" for each in state.on_partner)
        for step in state.steps:
            if step.outcome not in _OUTCOMES_TOLD:
                yield f"Trin {step.started.number + 1}: {step.outcome}{f'. {step.message}' if step.message else ''}"
        for prompt, answer in ((prompt, answer) for step in (state.before, *state.steps) for prompt, answer in step.answers):
            if prompt is None or prompt.wanted is not Wanted.CHOOSE:
                grade = f" {answer.grade}" if answer.grade else ""
                yield f"{answer.by}: {answer.outcome}{grade}{f'. {answer.remark}' if answer.remark else ''}"
                yield from said(prompt, answer)
        holds = sum(len(judged.holds) for step in (state.before, *state.steps) for judged in step.judged)
        if holds:
            yield f"Regler, der holdt: {holds}"
        if state.ended:
            yield f"Udført {day(state.ended)}"

    def _assessment(self, state: ScenarioState) -> Iterator[str]:
        if not self.assesses:
            return
        review, scenario = self._result.review, state.started.scenario
        if scenario in review.assessed:
            who, act = review.assessed[scenario]
            yield f"{act.grade} {act.grade.danish}"
            yield signed(who)
            if act.reason:
                yield act.reason
        elif review.approved and scenario in (review.submitted or (scenario,)) and isinstance(state.standing, Grade):
            yield f"{state.standing} {state.standing.danish}"
            yield f"{signed(review.approved[0])}, som foreslået"


def signed(who: Said) -> str:
    """Who said it, and when: `Nancy Berggren, MedCom, 05-10-2026`."""
    return f"{who.by}, {who.role}, {day(datetime.fromisoformat(who.at))}"


def day(moment: datetime) -> str:
    """The day it was in Denmark, as people write it."""
    return f"{copenhagen(moment):%d-%m-%Y}"


def _graded(standing: Standing) -> str:
    """The grade with MedCom's word; OK by itself, since its word is that of an approval."""
    return f"{standing} {standing.danish}" if isinstance(standing, Grade) and standing is not Grade.OK else str(standing)


def _told(finding: Finding) -> str:
    remark = f" ({finding.remark})" if finding.remark else ""
    return (
        f"{finding.grade or 'Bemærkning uden karakter'} {finding.rule}: {finding.title}{remark}. "
        f"Forventet: {finding.expected}. Fundet: {finding.actual}. Sted: {finding.location}"
    )


def _chosen(state: ScenarioState) -> Iterator[str]:
    """What a tester chose to enter."""
    for step in (state.before, *state.steps):
        for prompt, answer in step.answers:
            if prompt is not None and prompt.wanted is Wanted.CHOOSE:
                yield from (f"Valgt af {answer.by}: {each}" for each in said(prompt, answer))
