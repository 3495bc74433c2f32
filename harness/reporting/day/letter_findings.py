"""What a letter tells of what was found: rule by rule, in what a system did alone, and with others.

Of another supplier's system it has the name, where the two met, and which rule it did not hold. Nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from harness.domain.finding import Finding
from harness.domain.grade import Grade, worst
from harness.record.found import again
from harness.record.pair import without_others_screen
from harness.reporting.day.blocks import Block, Command, Facts, Heading, Points, Text
from harness.reporting.day.day import SystemDay
from harness.reporting.day.pairs import PairEntry, again_together
from harness.reporting.day.runs import SENT
from harness.reporting.rapport.mending import Broken, broken, unexplained
from harness.reporting.rapport.page import label

OTHERS_RULES: Final = "Modparten holdt ikke {rules}."
NOT_YOURS: Final = "Det er ikke jeres fejl."

_MOST: Final = 12
"""So many scenarios are named in one line; the rest are counted."""


def findings(system: SystemDay) -> Iterator[Block]:
    """What was found in what the system did alone, and the command that tries it again."""
    assert system.together is not None
    result = system.together.result
    rules = broken(result, lambda grade: grade is not None and not grade.approved)
    minor = broken(result, lambda grade: grade is Grade.F4)
    judged = unexplained(result)
    titles = {each.scenario: each.title for each in system.entries}  # as the suite has them, whatever a run says
    yield Heading(3, "Det blev fundet")
    if not rules and not judged:
        yield Text("Der er ingen fund over F4.")
    for each in rules:
        yield Facts(_rule_title(each.grade, each.proof.finding), tuple(_rule_rows(each)))
        yield Command(again(result, each.scenarios))
    for state in judged:
        name = state.started.scenario
        yield Facts(
            f"{label(result.standing(state))}: {name} {titles.get(name, state.started.title)}",
            (("Hvorfor", _why(system, name, state.reason)), ("Prøv igen", "når det er rettet, med linjen herunder")),
        )
        yield Command(again(result, [name]))
    if minor:
        yield Text("Mindre betydeligt (F4), som gerne må rettes:")
        yield Points(tuple(f"{each.proof.finding.rule}: {each.proof.finding.title} ({names(each.scenarios)})" for each in minor))


def with_others(system: SystemDay) -> Iterator[Block]:
    """How it went with each other system, and what of the system's own was wrong there."""
    own = [each for each in system.pairs if each.sides and not each.irrelevant]
    if not own and not system.outside_pairs:
        return
    yield Heading(3, "Sammen med andre systemer")
    met: dict[str, list[PairEntry]] = {}
    for each in own:
        met.setdefault(part(each, system), []).append(each)
    fine = {name: [each for each in entries if _fine(each)] for name, entries in met.items()}
    points = [f"{name[0].upper()}{name[1:]}: {all_good(len(each), len(met[name]))}" for name, each in fine.items() if each]
    points += [f"{who(each, system)}: {_pair(each, system.vendor.id)}" for each in own if not _fine(each)]
    if points:
        yield Points(tuple(points))
    rules: dict[str, list[tuple[Finding, str, PairEntry | None]]] = {}
    for each in own:
        side = each.side(system.vendor.id)
        for finding in side.findings if side else ():
            rules.setdefault(finding.rule, []).append((finding, who(each, system), each))
    for other, finding in system.outside_pairs:
        rules.setdefault(finding.rule, []).append((finding, f"en besked uden for scenarierne, sammen med {other}", None))
    for founds in rules.values():
        yield from _pair_rule(system.vendor.id, [each for each in founds if each[0].grade and not each[0].grade.approved])


def who(entry: PairEntry, system: SystemDay) -> str:
    """Which scenario it is, and what the system is in it: `PAR-01, som afsender til Novax`."""
    return f"{entry.scenario}, {part(entry, system)}"


def part(entry: PairEntry, system: SystemDay) -> str:
    """What the system is in a pair: `som afsender til Novax`."""
    role = "som afsender til" if entry.sender == system.vendor.id else "som modtager fra"
    return f"{role} {entry.other_name(system.vendor.id)}"


def all_good(count: int, of: int = 0) -> str:
    """That so many scenarios went well, as people say it; `of` so many, else of these alone."""
    if count < of:
        return f"{count} af {of} scenarier er uden fund"
    if count == 1:
        return "scenariet er uden fund"
    return "begge scenarier er uden fund" if count == 2 else f"alle {count} scenarier er uden fund"


def names(scenarios: Iterable[str]) -> str:
    """Scenarios in a line: the first of them, and how many there are besides."""
    named = list(dict.fromkeys(scenarios))
    return ", ".join(named[:_MOST]) + (f" og {len(named) - _MOST} til" if len(named) > _MOST else "")


def first_line(text: str) -> str:
    """The first line of a text; empty for none."""
    return (text.splitlines() or [""])[0]


def _fine(entry: PairEntry) -> bool:
    """Whether both are OK, and nothing is laid on either."""
    return all(each.standing is Grade.OK and not each.findings for each in entry.sides or ())


def _pair(entry: PairEntry, system: str) -> str:
    """How it went for one of the two, and whether anybody here has seen it."""
    return f"{_went(entry, system)} {SENT}" if entry.sent else _went(entry, system)


def _went(entry: PairEntry, system: str) -> str:
    """How it went for one of the two. The other's findings are told by their rules only."""
    own, other = entry.side(system), entry.side(entry.other(system))
    if own is None or other is None:
        return entry.why
    others = [each.rule for each in other.findings if each.grade is not None and not each.grade.approved]
    if others:
        rules = tuple(dict.fromkeys(others))
        wrong = OTHERS_RULES.format(rules=f"{'reglen' if len(rules) == 1 else 'reglerne'} {', '.join(rules)}")
        return f"{label(own.standing)}. {wrong}" if own.findings else f"{label(own.standing)}. {wrong} {NOT_YOURS}"
    # The reason is the sender's, and may quote the other's message, but not what it showed: the sender is told it,
    # where nothing is laid on the other.
    tell = entry.sender == system and not own.findings and not other.findings
    reason = without_others_screen(first_line(own.reason)).rstrip(".") if tell else ""
    return f"{label(own.standing)}. {reason}." if reason else f"{label(own.standing)}."


def _pair_rule(system: str, founds: list[tuple[Finding, str, PairEntry | None]]) -> Iterator[Block]:
    """One rule that is broken together with others: the finding that shows it in the fewest words, and where else it was seen."""
    if not founds:
        return
    proof = min((each for each, _, _ in founds), key=lambda each: len(each.expected) + len(each.actual))
    grade = worst(each.grade for each, _, _ in founds if each.grade)
    yield Facts(_rule_title(grade, proof), (*_finding_rows(proof), ("Set i", names(where for _, where, _ in founds))))
    for line in again_together((each for _, _, each in founds if each), system):
        yield Command(line)


def _why(system: SystemDay, scenario: str, reason: str) -> str:
    assert system.together is not None
    told = system.together.result.review.assessed.get(scenario)
    if told is not None and not system.together.result.rehearsal:
        return told[1].reason or "MedCom har vurderet det."
    return reason or "Ingen grund er skrevet."


def _rule_title(grade: Grade | None, finding: Finding) -> str:
    return f"{label(grade) if grade else 'Bemærkning'} · {finding.rule}: {finding.title}"


def _rule_rows(each: Broken) -> Iterator[tuple[str, str]]:
    yield from _finding_rows(each.proof.finding)
    yield "Set i", names(each.scenarios) or "en besked uden for scenarierne"


def _finding_rows(finding: Finding) -> Iterator[tuple[str, str]]:
    yield "Hvor", str(finding.location)
    yield "Forventet", finding.expected
    yield "Fundet", finding.actual
    yield "Sådan skal det være", f"{finding.title}. Hører til: {finding.owner}."
    yield "Kilde", finding.source
