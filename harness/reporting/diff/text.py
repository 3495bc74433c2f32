"""What differs between two runs, as a person reads it: what was run, what is worse, what is better."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from harness.record.result import Result
from harness.reporting.diff.diff import Change, Diff, Pair, RuleDiff, ScenarioDiff
from harness.reporting.summary import REHEARSAL, counted

_HEADINGS = {
    Change.NEW: "Nye fejl",
    Change.WORSE: "Værre",
    Change.MENDED: "Udbedret",
    Change.BETTER: "Bedre",
    Change.OTHER: "Anderledes, hverken bedre eller værre",
    Change.ONLY_BEFORE: "Kun i den første",
    Change.ONLY_AFTER: "Kun i den anden",
}
_WORSE = (Change.NEW, Change.WORSE)
_NOTHING = "intet"


def diff_lines(found: Diff) -> list[str]:
    """The lines, the most important first; what is equal is counted in the last."""
    before, after = found.before, found.after
    lines = [REHEARSAL] if before.rehearsal or after.rehearsal else []
    lines += [f"Første: {_run(before)}", f"Anden:  {_run(after)}"]
    lines += [f"{pair.name}: {_change(pair)}" for pair in found.facts]
    if found.suite:
        count = sum(bool(each.outdated) for each in found.scenarios)
        outdated = "1 resultat er forældet" if count == 1 else f"{count} resultater er forældede"
        lines.append(f"Målt med hver sin udgave af {_listed(found.suite)}: {outdated}.")
    lines += _of_pairs("Dom", found.verdicts)
    lines += _of_rules("Regler, der kun er brudt i den anden", found.broken, "")
    for change in _WORSE:
        lines += _of_scenarios(change, found.scenarios)
    lines += _of_pairs("Krav", found.requirements)
    for change in (each for each in _HEADINGS if each not in _WORSE):
        lines += _of_scenarios(change, found.scenarios)
    lines += _of_rules("Regler, der kun er brudt i den første", found.gone, ". Ikke prøvet i den anden: ingen ved, om den holder")
    return [*lines, "", _closing(found)]


def _run(result: Result) -> str:
    run = result.started
    kind = "prøvekørsel" if result.rehearsal else run.phase
    return f"{run.tried_products} {run.sut_version}, {kind}, {run.campaign}, {run.run}: {result.verdict}"


def _of_pairs(title: str, pairs: Iterable[Pair]) -> Iterator[str]:
    told = [f"  {pair.name}: {_change(pair)}" for pair in pairs]
    yield from ["", f"{title} ({len(told)})", *told] if told else []


def _of_scenarios(change: Change, scenarios: Iterable[ScenarioDiff]) -> Iterator[str]:
    own = [each for each in scenarios if each.change is change]
    yield from ["", f"{_HEADINGS[change]} ({len(own)})"] if own else []
    for each in own:
        stood = " → ".join(str(standing) for standing in (each.before, each.after) if standing)
        outdated = f" (målt med anden udgave af {_listed(each.outdated)})" if each.outdated else ""
        why = f" ({each.reason})" if each.worse and each.reason else ""
        yield f"  {each.scenario} {each.title}: {stood}{why}{outdated}"


def _of_rules(title: str, rules: Iterable[RuleDiff], untried: str) -> Iterator[str]:
    own = list(rules)
    yield from ["", f"{title} ({len(own)})"] if own else []
    for each in own:
        where = ", ".join(each.scenarios) or "uden for scenarierne"
        yield f"  {each.grade} {each.rule} {each.title} ({each.owner}): {where}{'' if each.tried else untried}"
        yield f"      Ventet: {each.expected}. Fundet: {each.actual}."


def _change(pair: Pair) -> str:
    return f"{pair.before or _NOTHING} → {pair.after or _NOTHING}"


def _closing(found: Diff) -> str:
    counts = Counter(each.change for each in found.scenarios)
    told = [f"{counts[change]} {change}" for change in Change if counts[change]]
    return " · ".join(
        [counted(len(found.scenarios), "scenarie", "scenarier"), *told, "Noget er værre" if found.worse else "Intet er værre"]
    )


def _listed(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} og {last}" if most else last
