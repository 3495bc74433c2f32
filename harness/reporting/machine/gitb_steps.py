"""What GITB's reports say of one step: a TAR, with a BAR for each finding. The mapping is in docs/gitb.md."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from harness.domain.finding import Finding
from harness.record.fold import ScenarioState, StepState
from harness.record.result import Result
from harness.reporting.machine.gitb_xml import FAILURE, SUCCESS, UNDEFINED, WARNING, XSI, add
from harness.reporting.machine.xml_text import xml_text

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


def add_step(element: Element, result: Result, state: ScenarioState, step: StepState, at: str) -> None:
    """Fills a `step` with what was asked for, what became of it, and what was found in it. `at` is when."""
    text = f"{step.started.keyword.strip()} {step.started.text}".strip() or "Før første trin"
    add(element, "description", text)
    findings = [each for judged in step.judged for each in judged.findings if not each.side]
    held = sum(len(judged.holds) for judged in step.judged)
    told = _of_step(result, step, findings)
    add_tar(add(element, "report", id=element.get("id")), text, at, told, findings, held, state.started.requirements)


def _of_step(result: Result, step: StepState, findings: Iterable[Finding]) -> str:
    """What the harness says of one step, whatever MedCom has judged of the scenario."""
    grades = {each.grade for each in findings if each.grade}
    if result.rehearsal:
        return UNDEFINED
    if any(not each.approved for each in grades) or step.outcome == "fund":
        return FAILURE
    open_ = any(judged.undecided or (judged.not_judged and not judged.holds) for judged in step.judged)
    if step.outcome != "udført" or open_:
        return UNDEFINED
    return WARNING if grades else SUCCESS


def add_tar(
    report: Element, name: str, at: str, told: str, findings: Sequence[Finding], held: int, requirements: tuple[str, ...]
) -> None:
    """Fills a TAR: each finding is a BAR with its rule, grade and the `requirements`; `held` counts the rules that held."""
    report.set(f"{{{XSI}}}type", "TAR")
    report.set("name", xml_text(name))
    add(report, "date", at)
    add(report, "result", told)
    entries = [(_kind(each), each) for each in findings]
    if held or entries:
        counters = add(report, "counters")
        add(counters, "nrOfAssertions", str(held + len(entries)))
        add(counters, "nrOfErrors", str(sum(kind == "error" for kind, _ in entries)))
        add(counters, "nrOfWarnings", str(sum(kind == "warning" for kind, _ in entries)))
    if not entries:
        return
    reports = add(report, "reports")
    for kind, each in entries:
        entry = add(reports, kind)
        entry.set(f"{{{XSI}}}type", "BAR")
        add(entry, "assertionID", each.rule)
        grade = str(each.grade) if each.grade else "Bemærkning"
        remark = f" ({each.remark})" if each.remark else ""
        add(entry, "description", f"[{grade}] {each.title}{remark}. Forventet: {each.expected}. Kilde: {each.source}")
        add(entry, "location", str(each.location))
        if requirements:
            add(entry, "test", ", ".join(requirements))
        add(entry, "type", grade)
        add(entry, "value", each.actual)


def _kind(finding: Finding) -> str:
    """`error` for F1 to F3, `warning` for F4, `info` for what has no grade."""
    if finding.grade is None:
        return "info"
    return "warning" if finding.grade.approved else "error"
