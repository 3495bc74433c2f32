"""What a run comes to, in one JSON object and in a few Danish lines. Both from the log alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from harness.domain.grade import Beside, Grade
from harness.domain.verdict import Verdict
from harness.record.fold import ScenarioState
from harness.record.result import CampaignResult, Result

REHEARSAL = "Prøvekørsel med referencesystemet. Den siger intet om leverandørernes egne systemer."

_TOLD = (Beside.AWAITING, Beside.UNCHECKED, Beside.ATTESTED)
"""What is neither good nor bad, and is counted where a run is told of."""

SENT = "Sendt af leverandøren, ikke set af MedCom."
"""What is said wherever a run that came from another machine is shown."""
REPLAY = "Bedømt af optagelser eller filer. Det tæller kun i egentest, og det, der ikke er i dem, er ikke kontrolleret."

UNPROVED = "Navnet står i kørslens gennemgang. Det bevises kun af et underskrevet certifikat eller manifest (lps verify)."
"""Beside a name from a review: whoever holds the folder can write one."""


def counted(number: int, one: str, several: str) -> str:
    """A number of things as people say it: `counted(1, "scenarie", "scenarier") == "1 scenarie"`."""
    return f"{number} {one if number == 1 else several}"


def set_of(result: Result) -> str:
    """Which set of persons and values the run was on, in Danish, and whether testers put values of their own before it."""
    started = result.state.started
    medcoms = f"MedComs eget sæt (SHA-256 {started.data[:12]}…)" if started and started.data else "det udleverede sæt"
    return f"{medcoms} med testernes egne værdier" if started and started.own_values else medcoms


def summary(result: Result) -> dict[str, Any]:
    """One system's part of what `lps run --json` prints."""
    run, started = result.state, result.state.started
    counts = Counter(result.standing(each) for each in run.scenarios.values())
    return {
        "verdict": result.verdict,
        "grundlag": started.grundlag if started else "",
        "data": started.data if started else "",
        "egne_værdier": started.own_values if started else False,
        "grades": {str(grade): counts[grade] for grade in Grade if counts[grade]},
        "afventer": counts[Beside.AWAITING],
        "kunne_ikke_testes": counts[Beside.UNTESTABLE],
        "ikke_kontrolleret": counts[Beside.UNCHECKED],
        "attesteret": counts[Beside.ATTESTED],
        "afbrudt": counts[Beside.INTERRUPTED] + len(run.missing),
        "scenarios": len(run.standings),
        "findings": len(run.findings),
        "partner": started.partner if started else "",
        "partner_findings": len(run.on_partner),
        "remarks": len(run.remarks),
        "undecided": run.undecided,
        "requirements": {requirement: str(verdict) for requirement, verdict in result.by_requirement().items()},
        "campaigns": {each.campaign.id: _in_campaign(result, each) for each in (result.campaigns if started else ())},
        "bemærket": run.observations if result.replay else [],
        "selection": started.selection if started else "",
        "seconds": run.seconds,
    }


def _in_campaign(result: Result, one: CampaignResult) -> dict[str, Any]:
    """One system's part in one campaign. Its findings are those of the campaign's scenarios."""
    standings = [result.standing(each) for each in one.scenarios]
    return {
        "verdict": one.verdict,
        "participation": one.participation,
        "scenarios": len(one.scenarios),
        "findings": sum(len(each.findings) for each in one.scenarios),
        "afventer": standings.count(Beside.AWAITING),
        "ikke_relevante": standings.count(Grade.IR),
    }


def headline(result: Result) -> str:
    """One system's run in a line, e.g. `Novax: prøvekørsel uden fund · 4 afventer`."""
    product = result.state.started.tried_products if result.state.started else "Ukendt system"
    told = [f" · {count} {word}" for word in _TOLD if (count := _count(result, word))]
    unread = " (testharnessets forslag: MedCom har ikke godkendt)"
    proposed = unread if result.verdict is Verdict.APPROVED and not result.assessed else ""
    return f"{product}: {result.verdict}{proposed}{''.join(told)}"


def _count(result: Result, word: Beside) -> int:
    return sum(result.standing(each) is word for each in result.state.scenarios.values())


def closing_lines(results: Mapping[str, Result], reports: str, seconds: float) -> list[str]:
    """The last lines of `lps run`: what it was, how much, what was found, what is undecided, and where the reports are."""
    runs = {system: each.state for system, each in results.items()}
    lines = [REHEARSAL] if any(each.rehearsal for each in results.values()) else []
    lines += [REPLAY] if any(each.replay for each in results.values()) else []
    for system, result in results.items():
        run = result.state
        lines += run.observations if result.replay else []
        lines += [f"{system}: Intet i optagelsen kunne bedømmes."] if result.replay and not run.judged else []
        lines += [f"{system}: {each.started.scenario} {result.standing(each)}. {each.reason}" for each in _problems(result)]
        lines += [f"{system}: Uden for scenarierne: {finding}" for finding in (*run.outside, *run.outside_on_partner)]
    scenarios = sum(len(run.standings) for run in runs.values())
    findings = sum(len(run.findings) for run in runs.values())
    on_partner = sum(len(run.on_partner) for run in runs.values())
    remarks = sum(len(run.remarks) for run in runs.values())
    undecided = list(dict.fromkeys(name for run in runs.values() for name in run.undecided))
    of_two = any(run.started and run.started.partner for run in runs.values())
    tried = counted(len(runs), "par af systemer", "par af systemer") if of_two else counted(len(runs), "system", "systemer")
    parts = [tried, counted(scenarios, "scenarie", "scenarier"), f"{findings} fund"]
    if of_two:
        parts.append(f"{on_partner} fund hos partnere")
    if remarks:
        parts.append(f"{counted(remarks, 'bemærkning', 'bemærkninger')} uden karakter")
    for word in _TOLD:
        if count := sum(_count(result, word) for result in results.values()):
            parts.append(f"{count} {word}")
    parts.append(f"{seconds:.1f} s".replace(".", ","))
    lines += _campaign_lines(list(results.values()))
    lines.append(" · ".join(parts))
    lines.append(f"Kørt på {' og '.join(dict.fromkeys(map(set_of, results.values())))}.")
    if undecided:
        lines.append(f"Ikke besluttet: {', '.join(undecided)}")
    lines.append(f"Rapporter: {reports}")
    return lines


def _campaign_lines(results: list[Result]) -> Iterator[str]:
    """How each campaign went over all systems, when there were several."""
    told: dict[str, list[dict[str, Any]]] = {}
    for result in results:
        for each in result.campaigns if result.state.started else ():
            told.setdefault(each.campaign.id, []).append(_in_campaign(result, each))
    for name, own in told.items() if len(told) > 1 else ():
        scenarios, findings, waiting = (sum(each[what] for each in own) for what in ("scenarios", "findings", "afventer"))
        verdict = ", ".join(dict.fromkeys(str(each["verdict"]) for each in own))
        many = f"{counted(scenarios, 'scenarie', 'scenarier')} · {findings} fund · {waiting} afventer"
        yield f"{name}: {verdict} · {many if scenarios else 'ingen scenarier endnu'}"


def _problems(result: Result) -> list[ScenarioState]:
    fine = (Beside.AWAITING, Beside.ATTESTED, *((Beside.UNCHECKED,) if result.replay else ()))
    standings = ((each, result.standing(each)) for each in result.state.scenarios.values())
    return [
        each for each, standing in standings if standing not in fine and not (isinstance(standing, Grade) and standing.approved)
    ]
