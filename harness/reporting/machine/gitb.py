"""GITB's test reports, which the ITB test bed that MedCom uses has as its own: docs/gitb.md has the mapping and why it is so.

`gitb-tar.xml` is the whole run, a ConformanceStatementReport; `gitb-testcases.zip` has each scenario as a TestCaseOverviewReport.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from harness.domain.finding import Finding
from harness.domain.grade import Beside, Grade, Standing
from harness.domain.verdict import Verdict
from harness.record.fold import ScenarioState
from harness.record.result import Result
from harness.reporting.machine.gitb_steps import add_step, add_tar
from harness.reporting.machine.gitb_xml import FAILURE, SUCCESS, UNDEFINED, add, as_bytes, metadata, named, new_root, time_of
from harness.reporting.machine.xml_text import xml_text
from harness.reporting.rapport.mending import says_more
from harness.reporting.summary import REHEARSAL, REPLAY

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_OF_VERDICT = {Verdict.APPROVED: SUCCESS, Verdict.NOT_APPROVED: FAILURE}
_IGNORED = ("succeededIgnored", "failedIgnored", "incompleteIgnored")
_NO_DATE: Final = (1980, 1, 1, 0, 0, 0)
"""The oldest date a zip can tell: none of its files has one of its own."""


@dataclass(frozen=True, slots=True)
class _Case:
    """A test case of a suite. `state` is None for one that was never begun, or is no scenario; then `findings` are its own."""

    id: str
    name: str
    result: str
    standing: Standing
    state: ScenarioState | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether it is part of the sum: what is not relevant is not."""
        return self.standing is not Grade.IR


def statement_report(result: Result, _evidence: Path) -> bytes:
    """The whole run: how it stands, each feature as a suite, each scenario as a test case. Raises BadInput for no run."""
    root = new_root("ConformanceStatementReport")
    add(add(root, "metadata"), "reportTime", time_of(result.state.ended))
    statement = add(root, "statement", id=result.started.run)
    _definition(result, add(statement, "definition"))
    suites = list(_suites(result))
    every = [each for _, cases in suites for each in cases]
    summary = add(statement, "summary")
    add(summary, "status", status_of(result))
    for ignored, words in ((False, ("succeeded", "failed", "incomplete")), (True, _IGNORED)):
        own = [each.result for each in every if each.counts is not ignored]
        for word, count in zip(words, (own.count(SUCCESS), own.count(FAILURE), own.count(UNDEFINED)), strict=True):
            add(summary, word, str(count))
    add(statement, "lastUpdate", time_of(result.state.ended))
    overview = add(statement, "testOverview")
    for name, cases in suites:
        _suite(add(overview, "testSuite"), result, name, cases)
    details = add(statement, "testDetails")
    for each in every:
        _overview(add(details, "testCase"), result, each)
    return as_bytes(root)


def case_reports(result: Result, _evidence: Path) -> bytes:
    """A zip with a TestCaseOverviewReport for each test case, nothing compressed: the same bytes everywhere."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_STORED) as archive:
        for number, each in enumerate((each for _, cases in _suites(result) for each in cases), 1):
            root = new_root("TestCaseOverviewReport")
            _overview(root, result, each)
            name = "".join(letter if letter.isalnum() else "-" for letter in each.id).strip("-")
            member = ZipInfo(f"{number:04}-{name}.xml", _NO_DATE)
            member.create_system = 3  # else it says which machine made it
            archive.writestr(member, as_bytes(root))
    return file.getvalue()


def status_of(result: Result) -> str:
    """What the run comes to in GITB's words. A rehearsal, and whatever is not decided, is UNDEFINED."""
    return _OF_VERDICT.get(result.verdict, UNDEFINED)


def result_of_standing(result: Result, standing: Standing) -> str:
    """What one scenario comes to. Only OK and F4 are SUCCESS; what is not relevant is no success, and does not count."""
    if result.rehearsal or standing is Grade.IR or not isinstance(standing, Grade):
        return UNDEFINED
    return SUCCESS if standing.approved else FAILURE


def _suites(result: Result) -> Iterator[tuple[str, list[_Case]]]:
    features: dict[str, list[_Case]] = {}
    for each in result.state.scenarios.values():
        standing, started = result.standing(each), each.started
        case = _Case(started.scenario, started.title, result_of_standing(result, standing), standing, each)
        features.setdefault(started.feature, []).append(case)
    yield from features.items()
    if outside := tuple(result.state.outside):
        grade = min(each.grade for each in outside if each.grade)
        told = result_of_standing(result, grade)
        yield "Uden for scenarierne", [_Case("uden for scenarierne", "Beskeder, der kom imellem", told, grade, findings=outside)]
    if result.state.missing or not features:
        missing = result.state.missing or ["ingen"]
        yield "Ikke begyndt", [_Case(each, "Blev ikke begyndt", UNDEFINED, Beside.INTERRUPTED) for each in missing]


def _definition(result: Result, definition: Element) -> None:
    started = result.started
    party = add(definition, "party")
    add(add(party, "organisation"), "name", "PRØVEKØRSEL med referencesystemet" if result.rehearsal else started.supplier)
    system = add(party, "system")
    add(
        system, "name", f"Referencesystemet i stedet for {started.tried_products}" if result.rehearsal else started.tried_products
    )
    add(system, "version", "ukendt" if result.rehearsal else started.sut_version)
    if notice := _notice(result):
        add(system, "description", notice)
    named(add(definition, "domain"), "LPS-harness", "Betegnelserne her er projektets egne.")
    ids = [each.campaign.id for each in result.campaigns] or [started.campaign]
    titles = [each.campaign.title for each in result.campaigns]
    said = "godkendt" if result.assessed else "ikke godkendt"
    told = {"dom": result.verdict, "MedCom": said, "fase": started.phase, "grundlag": started.grundlag, "log": result.head}
    told |= started.fingerprint
    specification = add(definition, "specification")
    named(specification, ", ".join(ids), "; ".join(titles))
    add(specification, "metadata", "; ".join(f"{name}: {value}" for name, value in told.items() if value))
    named(add(definition, "actor"), "LPS", "Lægepraksissystem")


def _suite(suite: Element, result: Result, name: str, cases: Sequence[_Case]) -> None:
    metadata(suite, f"PRØVEKØRSEL: {name}" if result.rehearsal else name)
    counted = [each.result for each in cases if each.counts]
    add(suite, "result", _together(counted))
    listed = add(suite, "testCases")
    for each in cases:
        case = add(listed, "testCase", ref=each.id, **({} if each.counts else {"disabled": "true"}))
        metadata(case, f"{each.id}: {each.name}", _word(each.standing))
        add(case, "result", each.result)
        if each.state and each.state.ended:
            add(case, "lastUpdate", time_of(each.state.ended))


def _overview(report: Element, result: Result, case: _Case) -> None:
    """Fills a TestCaseOverviewReport."""
    report.set("id", xml_text(case.id))
    metadata(report, f"{case.id}: {case.name}", case.state.started.feature if case.state else "")
    state = case.state
    session = [result.started.run, case.id, *([str(state.started.attempt)] if state else [])]
    add(report, "sessionId", "/".join(session))
    add(report, "startTime", time_of(state.began if state else result.state.began))
    add(report, "endTime", time_of((state and state.ended) or result.state.ended))
    add(report, "result", case.result)
    for each in _messages(result, case):
        add(report, "message", each)
    steps = add(report, "steps")
    if state:
        at = time_of(state.ended or result.state.ended)
        for number, step in enumerate((state.before, *state.steps)):
            if step.judged or number:
                add_step(add(steps, "step", id=str(number)), result, state, step, at)
    if case.findings:
        step_element = add(steps, "step", id="1")
        add_tar(add(step_element, "report", id="1"), "Fund", time_of(result.state.ended), case.result, case.findings, 0, ())


def _messages(result: Result, case: _Case) -> Iterator[str]:
    if notice := _notice(result):
        yield notice
    reason = says_more(case.state) if case.state else ""
    yield f"{_word(case.standing)}: {reason}" if reason else _word(case.standing)
    said = None if result.rehearsal else result.review.assessed.get(case.id)
    if said:
        judged = f"MedCom vurdering: {said[1].grade} ({said[0].by})"
        yield f"{judged}. Testharnesset foreslog {said[1].proposed}. {said[1].reason}".strip()


def _together(results: Sequence[str]) -> str:
    if FAILURE in results:
        return FAILURE
    return SUCCESS if results and UNDEFINED not in results else UNDEFINED


def _word(standing: Standing) -> str:
    return f"{standing} {standing.danish}" if isinstance(standing, Grade) and standing is not Grade.OK else str(standing)


def _notice(result: Result) -> str:
    return REHEARSAL if result.rehearsal else REPLAY if result.replay else ""
