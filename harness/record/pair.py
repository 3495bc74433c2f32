"""How each of the two systems stands in a scenario of two: a pure function of what the log says of it.

A rule that is broken in what a system sent or shows is laid on that system alone. The other one has then not been tried: it is
*kunne ikke testes*, and the reason says which rule, in which message, and whose it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from harness.domain.event import RunStarted
from harness.domain.finding import Finding
from harness.domain.grade import Beside, Grade, Standing, worst
from harness.record.fold import ScenarioState

_BUT: Final = "”, men "
_CANNOT_TELL: Final = "Hvem der er årsagen, kan ikke afgøres."


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two. `findings` are those laid on it, graded or not; `reason` says in Danish why it is not OK."""

    system: str
    standing: Standing
    findings: tuple[Finding, ...]
    reason: str


def sides(scenario: ScenarioState, started: RunStarted) -> tuple[Side, Side]:
    """The sender and the receiver, in that order, in a scenario of the run that began so.

    `sides(run.scenarios["PAR-01[flere sider]"], run.started)[1].standing`
    """
    own, others = (*scenario.findings, *scenario.remarks), tuple(scenario.on_partner)
    sender = Side(started.system, scenario.standing, own, scenario.reason)
    return sender, Side(started.partner, *_partner(scenario, started, others))


def _partner(
    scenario: ScenarioState, started: RunStarted, findings: tuple[Finding, ...]
) -> tuple[Standing, tuple[Finding, ...], str]:
    grade = worst(each.grade for each in findings if each.grade)
    if not grade.approved:
        return grade, findings, "\n".join(str(each) for each in findings if each.grade)
    standing = scenario.standing
    if isinstance(standing, Grade) and not standing.approved:
        return Beside.UNTESTABLE, findings, f"{blame(started.product, started.system, scenario.findings)}{_sent(scenario)}"
    if isinstance(standing, Grade) and standing is not Grade.IR:
        return grade, findings, "\n".join(map(str, findings))
    return standing, findings, scenario.reason


def blame(product: str, system: str, findings: Iterable[Finding]) -> str:
    """Who is the cause, and by which rules and where: what the other system's standing rests on, in Danish."""
    broken = "; ".join(
        f"{each.rule} {each.grade or ''} ({each.title}; {each.location}). Forventet: {each.expected}. Fundet: {each.actual}"
        for each in findings
    )
    return f"{product} ({system}) er årsagen: {broken}."


def undecidable(product: str, title: str, doubt: str) -> str:
    """Why neither is graded, in Danish: which rule the other `product` does not hold, and why that may not be its doing."""
    return f"{product} holder ikke “{title}{_BUT}{doubt} {_CANNOT_TELL}"


def without_others_screen(reason: str) -> str:
    """The reason as the sender may read it: where nobody can tell whose doing it is, what the other one showed is left out."""
    if _CANNOT_TELL not in reason or _BUT not in reason:
        return reason
    return f"Det, modparten viste, kan ikke bedømmes: {reason.partition(_BUT)[2]}"


def _sent(scenario: ScenarioState) -> str:
    """The messages that the sender sent in the scenario."""
    posted = [
        each.exchange
        for step in (scenario.before, *scenario.steps)
        for each in step.exchanges
        if each.sender == "lps" and each.method == "POST"
    ]
    return f" Sendt i besked {', '.join(posted)}." if posted else " Der blev ikke sendt nogen besked."
