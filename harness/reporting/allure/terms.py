"""How runs, scenarios and standings are told in Allure's own terms.

Allure's five statuses are fewer than ours, so this is how ours are shown. Nothing that is not approved is ever `passed`,
and what awaits a decision (`unknown`) is kept apart from what is not relevant (`skipped`). A rehearsal's own name stands before
each of its names, since Allure's word `passed` cannot be changed:

    OK, F4                      passed      F1, F2, F3                  failed
    IR                          skipped     afventer, ikke kontrolleret,
    kunne ikke testes, afbrudt  broken      attesteret                  unknown
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from allure_commons.model2 import Label, Parameter, Status
from allure_commons.types import LabelType, Severity

from harness.domain.event import RunStarted, ScenarioStarted
from harness.domain.finding import Finding
from harness.domain.grade import Beside, Grade, Standing
from harness.reporting.allure.whose import Whose

STATUS: dict[Standing, str] = {
    Grade.F1: Status.FAILED,
    Grade.F2: Status.FAILED,
    Grade.F3: Status.FAILED,
    Grade.F4: Status.PASSED,
    Grade.OK: Status.PASSED,
    Grade.IR: Status.SKIPPED,
    Beside.AWAITING: Status.UNKNOWN,
    Beside.UNCHECKED: Status.UNKNOWN,
    Beside.ATTESTED: Status.UNKNOWN,
    Beside.UNTESTABLE: Status.BROKEN,
    Beside.INTERRUPTED: Status.BROKEN,
}

# How serious what was found is. Where nothing was found it is `trivial`: without a label Allure would say `normal`, which is F3.
_SEVERITY = {Grade.F1: Severity.BLOCKER, Grade.F2: Severity.CRITICAL, Grade.F3: Severity.NORMAL, Grade.F4: Severity.MINOR}

BELONGS_TO = "Kategori: "
"""Begins the last line of every message: whose it is. Categories are told apart by it."""

STANDS = "karakter"
"""The label that has how a scenario stands."""


def heading(standing: Standing) -> str:
    """The first words of a result's message, e.g. `F3 Betydelig` or `Kunne ikke testes`."""
    return f"{standing} {standing.danish}" if isinstance(standing, Grade) else standing.capitalize()


def rehearsal_notice(run: RunStarted) -> str:
    """What must be said of a rehearsal wherever it is shown; empty for a run against the supplier's own system."""
    if not run.rehearsal:
        return ""
    return (
        "Dette er en prøvekørsel med harnessets indbyggede referencesystem. "
        f"Den siger intet om leverandørens produkt ({run.tried_products}, {run.supplier})."
    )


def before(run: RunStarted) -> str:
    """What stands before every name of a rehearsal."""
    return "Prøvekørsel: " if rehearsal_notice(run) else ""


def group(run: RunStarted) -> str:
    """The system, and its partner where it has one, as its results are grouped by."""
    return f"{before(run)}{run.tried_products}"


def message(head: str, reason: str, findings: Sequence[Finding], mine: Whose | None) -> str:
    """A result's message: how it stands, why, what was found, and last whose it is."""
    told = [str(finding) for finding in findings]
    says_more = reason and not any(text in reason for text in told)
    lines = [f"{head}: {reason}" if says_more else head, *told, *([f"{BELONGS_TO}{mine}"] if mine else [])]
    return "\n".join(lines)


def graded(run: RunStarted, standing: Standing) -> list[Label]:
    """How serious it is and how it stands. A rehearsal's OK is that word alone, and never MedCom's *Godkendt*."""
    severity = _SEVERITY.get(standing, Severity.TRIVIAL) if isinstance(standing, Grade) else Severity.TRIVIAL
    stands = "OK" if standing is Grade.OK and rehearsal_notice(run) else heading(standing)
    return [Label(LabelType.SEVERITY, severity.value), Label(STANDS, stands)]


def labels(run: RunStarted, started: ScenarioStarted) -> Iterator[Label]:
    for campaign in started.campaigns or (run.campaign,):
        yield Label(LabelType.EPIC, campaign)
    for use_case in started.use_cases:
        yield Label("brugstilfælde", use_case)
    yield Label(LabelType.FEATURE, started.feature)
    yield Label(LabelType.PARENT_SUITE, group(run))
    yield Label(LabelType.SUITE, started.feature)
    for requirement in started.requirements:
        yield Label(LabelType.STORY, requirement)
        yield Label("krav", requirement)
    for tag in started.tags:
        yield Label(LabelType.TAG, tag.removeprefix("@"))
    yield Label(LabelType.FRAMEWORK, "lps-harness")
    yield Label(LabelType.LANGUAGE, "gherkin")


def parameters(run: RunStarted, values: Mapping[str, str] | None = None) -> Iterator[Parameter]:
    """Allure 3 tells scenarios apart by the parameters that are not excluded: the system and the outline's first column."""
    yield Parameter("System", run.tried)
    for number, (column, value) in enumerate((values or {}).items()):
        yield Parameter(column, value, excluded=True if number else None)
    for name, value in {
        "SUT-version": run.sut_version,
        "Rute": run.rute,
        "Fase": run.phase,
        "Grundlag": run.grundlag,
    }.items():
        yield Parameter(name, value, excluded=True)


def md5(*parts: str) -> str:
    return hashlib.md5("\n".join(parts).encode(), usedforsecurity=False).hexdigest()


def milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)
