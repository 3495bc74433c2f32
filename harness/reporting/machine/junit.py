"""`junit.xml`: a run as JUnit's XML, which build servers read. One suite for each feature, and one for the verdicts.

Passed are OK and F4 only. Failed: F1 to F3. In error: what could not be carried out. All else is skipped, and says why.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.domain.grade import Beside, Grade, Standing
from harness.domain.verdict import Verdict
from harness.record.fold import ScenarioState
from harness.record.found import findings_of, on_partner
from harness.record.result import ENVIRONMENT, FINDINGS, Result
from harness.reporting.machine.xml_text import xml_text
from harness.reporting.rapport.mending import says_more
from harness.reporting.summary import REHEARSAL

if TYPE_CHECKING:
    from junitparser import TestCase, TestSuite
    from junitparser.junitparser import FinalResult

_FAILED = (Verdict.NOT_APPROVED, Verdict.REHEARSAL_FINDINGS, Verdict.NOT_COUNTED)


def junit(result: Result, _evidence: Path) -> bytes:
    """The file. Raises BadInput for a log without a run."""
    from junitparser import JUnitXml

    features: dict[str, list[ScenarioState]] = {}
    for each in result.state.scenarios.values():
        features.setdefault(each.started.feature, []).append(each)
    suites = [_suite(result, "Dom", _verdicts(result))]
    suites += [_suite(result, feature, [_case(result, each) for each in own]) for feature, own in features.items()]
    if result.state.outside:
        suites.append(_suite(result, "Uden for scenarierne", [_outside(result)]))
    if result.state.missing:
        suites.append(_suite(result, "Ikke begyndt", [_missing(result, each) for each in result.state.missing]))
    whole: Any = JUnitXml(xml_text(_prefixed(result, f"{result.started.tried_products} {result.started.run}")))
    whole.extend(suites)
    whole.update_statistics()
    file = BytesIO()
    whole.write(file)
    return file.getvalue()


def _suite(result: Result, name: str, cases: list[TestCase]) -> TestSuite:
    from junitparser import TestSuite

    started = result.started
    suite = TestSuite(xml_text(_prefixed(result, name)))
    if result.state.began:
        suite.timestamp = f"{result.state.began:%Y-%m-%dT%H:%M:%S}"
    told = {"grundlag": started.grundlag, "verdict": result.verdict, "system": started.system, "version": started.sut_version}
    told |= {"fase": started.phase, "exitkode": str(result.exit_code)} | ({"forbehold": REHEARSAL} if result.rehearsal else {})
    for key, value in told.items():
        suite.add_property(key, xml_text(value))
    suite.add_testcases(cases)
    return suite


def _verdicts(result: Result) -> list[TestCase]:
    """What the run comes to, as its exit code has it, and each campaign: nothing reads as passed where the verdict is another."""
    from junitparser import Error, Failure, Skipped

    by_code: dict[int, type[FinalResult]] = {FINDINGS: Failure, ENVIRONMENT: Error}
    cases = [_made(result, "Kørslen", "Dom", 0.0, _unless_approved(result.verdict, by_code.get(result.exit_code, Skipped)))]
    for each in result.campaigns:
        kind: type[FinalResult] = Failure if each.verdict in _FAILED else Skipped
        cases.append(_made(result, each.campaign.id, "Dom", 0.0, _unless_approved(each.verdict, kind)))
    return cases


def _unless_approved(verdict: Verdict, kind: type[FinalResult]) -> FinalResult | None:
    return None if verdict is Verdict.APPROVED else kind(str(verdict), "dom")


def _case(result: Result, one: ScenarioState) -> TestCase:
    started, standing = one.started, result.standing(one)
    told = [str(each.finding) for each in (*findings_of(one), *on_partner(one))]
    assessed = None if result.rehearsal else result.review.assessed.get(started.scenario)
    if assessed:
        said, act = assessed
        told.insert(0, f"MedCom vurdering: {act.grade} ({said.by}). Testharnesset foreslog {act.proposed}. {act.reason}".strip())
    seconds = (one.ended - one.began).total_seconds() if one.began and one.ended else 0.0
    why = says_more(one) or ", ".join(dict.fromkeys(each.finding.rule for each in findings_of(one)))
    outcome = _outcome(standing, f"{standing}: {why}" if why else str(standing))
    case = _made(result, f"{started.scenario}: {started.title}", started.file, seconds, outcome, started.requirements, standing)
    if told:
        case.system_out = xml_text("\n".join(told))
    return case


def _outside(result: Result) -> TestCase:
    findings = result.state.outside
    worst = min(each.grade for each in findings if each.grade)
    case = _made(
        result, "Fund på beskeder uden for scenarierne", "Kørslen", 0.0, _outcome(worst, f"{worst}: {len(findings)} fund")
    )
    case.system_out = xml_text("\n".join(map(str, findings)))
    return case


def _missing(result: Result, name: str) -> TestCase:
    return _made(result, name, "Kørslen", 0.0, _outcome(Beside.INTERRUPTED, f"{Beside.INTERRUPTED}: blev ikke begyndt"))


def _outcome(standing: Standing, message: str) -> FinalResult | None:
    """What JUnit is told; None is passed."""
    from junitparser import Error, Failure, Skipped

    if standing in (Grade.OK, Grade.F4):
        return None
    kind: type[FinalResult] = Skipped
    if isinstance(standing, Grade) and not standing.approved:
        kind = Failure
    elif standing in (Beside.UNTESTABLE, Beside.INTERRUPTED):
        kind = Error
    return kind(xml_text(message), str(standing))


def _made(
    result: Result,
    name: str,
    group: str,
    seconds: float,
    outcome: FinalResult | None,
    requirements: tuple[str, ...] = (),
    standing: Standing | None = None,
) -> TestCase:
    from junitparser import Properties, Property, TestCase

    case: Any = TestCase(xml_text(name), xml_text(f"{result.started.system}.{group}"), round(seconds, 3))
    properties: Any = Properties  # has no types
    told = properties()
    told.add_property(Property("grundlag", result.started.grundlag))
    if standing is not None:
        told.add_property(Property("verdict", str(standing)))
        told.add_property(Property("krav", ", ".join(requirements)))
    case.append(told)
    if outcome is not None:
        case.append(outcome)
    made: TestCase = case
    return made


def _prefixed(result: Result, name: str) -> str:
    return f"PRØVEKØRSEL: {name}" if result.rehearsal else name
