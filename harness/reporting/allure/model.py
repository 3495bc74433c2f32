"""What a run's log and review say, as Allure's own model: one test result for each attempt at a scenario."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from allure_commons.model2 import Label, StatusDetails, TestResult
from allure_commons.types import LabelType

from harness.domain.event import Answered, Prompted, ScenarioEnded, ScenarioStarted
from harness.domain.finding import Finding
from harness.domain.grade import Beside, Standing, parse_standing
from harness.record.log import Entry
from harness.record.result import Result
from harness.reporting.allure.attempt import Attempt, Sources
from harness.reporting.allure.terms import (
    STATUS,
    before,
    graded,
    group,
    heading,
    md5,
    message,
    milliseconds,
    parameters,
    rehearsal_notice,
)
from harness.reporting.allure.whose import whose

OUTSIDE = "Uden for scenarierne"
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def results(result: Result, entries: Iterable[Entry], evidence_dir: Path) -> list[tuple[TestResult, Sources]]:
    """One result with its attachments for each attempt at a scenario, in the log's order, and then what no scenario tells.

    `entries` is the log that `result` was made from. Attempts at one scenario share `historyId`, so that Allure shows the last as
    the result and the earlier as retries; the last stands as `result` says, which is MedCom's judgement where there is one. An
    attempt that was never ended is *afbrudt*, and so is a planned scenario that was never begun. What was asked and answered
    before an attempt belongs to it. Raises ValueError for a standing that does not exist.
    """
    done: list[tuple[TestResult, Sources]] = []
    attempt: Attempt | None = None
    asked_before: list[Entry] = []
    last = None
    for entry in entries:
        match entry.event:
            case ScenarioStarted() as event:
                if attempt:
                    done.append(attempt.interrupted(entry.at))
                attempt = Attempt(result, event, entry.at, evidence_dir)
                for each in asked_before:
                    attempt.add(each)
                asked_before.clear()
            case ScenarioEnded() as event if attempt:
                done.append(attempt.ended(event, entry.at))
                attempt = None
            case _ if attempt:
                attempt.add(entry)
            case Prompted() | Answered():
                asked_before.append(entry)
        last = entry
    if attempt and last:
        done.append(attempt.interrupted(last.at))
    return [*done, *_untold(result)]


def _untold(result: Result) -> Iterator[tuple[TestResult, Sources]]:
    """What counts in the verdict and belongs to no attempt: findings outside the scenarios, and scenarios never begun."""
    if result.state.started is None:
        return
    if found := result.state.outside:
        worst = min(str(each.grade) for each in found)
        yield _lone(result, OUTSIDE, parse_standing(worst), "Beskeder, som kom, mens intet scenarie kørte", found), {}
    for name in result.state.missing:
        yield _lone(result, name, Beside.INTERRUPTED, "Scenariet nåede ikke at begynde"), {}


def _lone(result: Result, name: str, standing: Standing, reason: str, findings: Sequence[Finding] = ()) -> TestResult:
    run, at = result.started, milliseconds(result.state.ended or _BEGINNING)
    shown = group(run)
    return TestResult(
        uuid=str(uuid5(NAMESPACE_URL, f"{run.system}/{run.run}/{name}")),
        name=f"{before(run)}{name}",
        fullName=name,
        testCaseId=md5(name.partition("[")[0]),
        historyId=md5(name, "", run.tried),
        titlePath=[shown],
        description=f"**{notice}**" if (notice := rehearsal_notice(run)) else None,
        status=STATUS[standing],
        statusDetails=StatusDetails(message=message(heading(standing), reason, findings, whose(standing, reason, findings))),
        labels=[Label(LabelType.PARENT_SUITE, shown), *graded(run, standing)],
        parameters=list(parameters(run)),
        start=at,
        stop=at,
    )
