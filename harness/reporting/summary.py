"""What a run comes to, in one JSON object and in a few Danish lines. Both from the log alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from harness.domain.grade import Beside, Grade
from harness.domain.vendor import Phase
from harness.domain.verdict import Verdict, verdict_by_requirement, verdict_of
from harness.record.fold import RunState

REHEARSAL = "Prøvekørsel med referencesystemet. Den siger intet om leverandørernes egne systemer."

_TOLD = (Beside.AWAITING, Beside.UNCHECKED, Beside.ATTESTED)
"""What is neither good nor bad, and is counted where a run is told of."""

REPLAY = "Bedømt af optagelser eller filer. Det tæller kun i egentest, og det, der ikke er i dem, er ikke kontrolleret."


def is_rehearsal(run: RunState) -> bool:
    """True when the run's LPS was the reference system, or when its log says nothing: then it is no approval either."""
    return run.started is None or run.started.grundlag == "referencesystem"


def is_replay(run: RunState) -> bool:
    """True when what was judged had been recorded before: it counts in self-test only."""
    return run.started is not None and run.started.driver == "replay"


def nothing_was_judged(run: RunState) -> bool:
    """True of a replay in which no rule was run: that it found nothing says nothing."""
    return is_replay(run) and not run.judged


def on_shipped_set(run: RunState) -> bool:
    """True when it was certificering on the persons and values that vendors have seen: then it does not count."""
    return run.started is not None and run.started.phase == Phase.CERTIFICATION and not run.started.data


def set_of(run: RunState) -> str:
    """Which set of persons and values the run was on, in Danish, and whether testers put values of their own before it."""
    started = run.started
    medcoms = f"MedComs eget sæt (SHA-256 {started.data[:12]}…)" if started and started.data else "det udleverede sæt"
    return f"{medcoms} med testernes egne værdier" if started and started.own_values else medcoms


def system_verdict(run: RunState) -> Verdict:
    """The system's verdict in this run.

    A run of chosen scenarios only, or of what was recorded before, is never more than *ikke fuldt verificeret*.
    """
    chosen = bool(run.started and run.started.selection) or is_replay(run)
    return verdict_of(
        run.weighed, rehearsal=is_rehearsal(run), undecided=bool(run.undecided) or chosen, shipped=on_shipped_set(run)
    )


def summary(run: RunState) -> dict[str, Any]:
    """One system's part of what `lps run --json` prints."""
    verdicts = verdict_by_requirement(
        run.by_requirement(),
        run.by_requirement(),
        rehearsal=is_rehearsal(run),
        undecided=bool(run.undecided),
        shipped=on_shipped_set(run),
    )
    return {
        "verdict": system_verdict(run),
        "grundlag": run.started.grundlag if run.started else "",
        "data": run.started.data if run.started else "",
        "egne_værdier": run.started.own_values if run.started else False,
        "grades": {str(grade): count for grade, count in run.grades.items()},
        "afventer": run.count(Beside.AWAITING),
        "kunne_ikke_testes": run.count(Beside.UNTESTABLE),
        "ikke_kontrolleret": run.count(Beside.UNCHECKED),
        "attesteret": run.count(Beside.ATTESTED),
        "afbrudt": run.count(Beside.INTERRUPTED) + len(run.missing),
        "scenarios": len(run.standings),
        "findings": len(run.findings),
        "remarks": len(run.remarks),
        "undecided": run.undecided,
        "requirements": {requirement: str(verdict) for requirement, verdict in verdicts.items()},
        "campaigns": {name: _in_campaign(run, name) for name in (run.started.participation if run.started else {})},
        "bemærket": run.observations if is_replay(run) else [],
        "selection": run.started.selection if run.started else "",
        "seconds": run.seconds,
    }


def _in_campaign(run: RunState, campaign: str) -> dict[str, Any]:
    """One system's part in one campaign. Its findings are those of the campaign's scenarios."""
    assert run.started is not None, "it says which campaigns there are"
    own = run.in_campaign(campaign)
    weighed = [each.standing for each in own] + [found.grade for each in own for found in each.findings if found.grade]
    verdict = verdict_of(
        weighed,
        rehearsal=is_rehearsal(run),
        undecided=bool(run.undecided) or bool(run.started.selection) or is_replay(run),
        awaiting=campaign in run.started.awaiting,
        shipped=on_shipped_set(run),
    )
    return {
        "verdict": verdict,
        "participation": run.started.participation[campaign],
        "scenarios": len(own),
        "findings": sum(len(each.findings) for each in own),
        "afventer": sum(each.standing is Beside.AWAITING for each in own),
        "ikke_relevante": sum(each.standing is Grade.IR for each in own),
    }


def headline(run: RunState) -> str:
    """One system's run in a line, e.g. `Novax: prøvekørsel uden fund · 4 afventer`."""
    product = run.started.product if run.started else "Ukendt system"
    counted = [f" · {count} {word}" for word in _TOLD if (count := run.count(word))]
    return f"{product}: {system_verdict(run)}{''.join(counted)}"


def closing_lines(runs: Mapping[str, RunState], reports: str, seconds: float) -> list[str]:
    """The last lines of `lps run`: what it was, how much, what was found, what is undecided, and where the reports are."""
    lines = [REHEARSAL] if any(is_rehearsal(run) for run in runs.values()) else []
    lines += [REPLAY] if any(map(is_replay, runs.values())) else []
    for system, run in runs.items():
        lines += run.observations if is_replay(run) else []
        lines += [f"{system}: Intet i optagelsen kunne bedømmes."] if nothing_was_judged(run) else []
        lines += [f"{system}: {scenario.started.scenario} {scenario.standing}. {scenario.reason}" for scenario in _problems(run)]
        lines += [f"{system}: Uden for scenarierne: {finding}" for finding in run.outside]
    scenarios = sum(len(run.standings) for run in runs.values())
    findings = sum(len(run.findings) for run in runs.values())
    remarks = sum(len(run.remarks) for run in runs.values())
    undecided = list(dict.fromkeys(name for run in runs.values() for name in run.undecided))
    parts = [f"{len(runs)} {'system' if len(runs) == 1 else 'systemer'}", f"{scenarios} scenarier", f"{findings} fund"]
    if remarks:
        parts.append(f"{remarks} bemærkninger uden karakter")
    for word in _TOLD:
        if count := sum(run.count(word) for run in runs.values()):
            parts.append(f"{count} {word}")
    parts.append(f"{seconds:.1f} s".replace(".", ","))
    lines += _campaign_lines(list(runs.values()))
    lines.append(" · ".join(parts))
    lines.append(f"Kørt på {' og '.join(dict.fromkeys(map(set_of, runs.values())))}.")
    if undecided:
        lines.append(f"Ikke besluttet: {', '.join(undecided)}")
    lines.append(f"Rapporter: {reports}")
    return lines


def _campaign_lines(runs: list[RunState]) -> Iterator[str]:
    """How each campaign went over all systems, when there were several."""
    taking_part = [(each.started.participation, each) for each in runs if each.started]
    names = list(dict.fromkeys(name for parts, _ in taking_part for name in parts))
    for name in names if len(names) > 1 else ():
        told = [_in_campaign(run, name) for parts, run in taking_part if name in parts]
        scenarios, findings, waiting = (sum(each[what] for each in told) for what in ("scenarios", "findings", "afventer"))
        verdict = ", ".join(dict.fromkeys(str(each["verdict"]) for each in told))
        counted = f"{scenarios} scenarier · {findings} fund · {waiting} afventer" if scenarios else "ingen scenarier endnu"
        yield f"{name}: {verdict} · {counted}"


def _problems(run: RunState) -> list[Any]:
    fine = (Beside.AWAITING, Beside.ATTESTED, *((Beside.UNCHECKED,) if is_replay(run) else ()))
    return [
        scenario
        for scenario in run.scenarios.values()
        if scenario.standing not in fine and not getattr(scenario.standing, "approved", False)
    ]
