"""What one supplier is told of its own systems: what went well, what was found, what could not be tested, and what comes next.

Of another supplier's system a letter has the name, where the two met, and which rule its message broke. Nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from harness.domain.clock import copenhagen
from harness.domain.finding import Finding
from harness.domain.grade import Beside, Grade
from harness.domain.requirement import OpenQuestion
from harness.reporting.allure.whose import Whose
from harness.reporting.day.against import Became
from harness.reporting.day.blocks import Block, Command, Facts, Heading, Points, Text
from harness.reporting.day.day import Day, SystemDay
from harness.reporting.day.due import Entry
from harness.reporting.day.pairs import PairEntry
from harness.reporting.day.together import RULE
from harness.reporting.rapport.mending import Broken, again, broken, unexplained
from harness.reporting.rapport.page import label
from harness.reporting.summary import REHEARSAL, counted

NO_APPROVAL: Final = "Brevet er ingen godkendelse. Det viser, hvad testharnesset har set. Kun MedCom vurderer og godkender."
OTHERS_MESSAGE: Final = "Modpartens besked var forkert: {rules}. Det er ikke jeres fejl."

_TOLD_ABOVE: Final = "Ikke besluttet: "
"""How a gate begins to list what is not decided (domain/gate.py); the letter has told that with who answers it."""

_MOST: Final = 12
"""So many scenarios are named in one line; the rest are counted."""

_CAUSES: Final = {
    Whose.UNABLE: "Det kunne ikke udføres i systemet.",
    Whose.ENVIRONMENT: "Årsagen er miljøet omkring testen, ikke jeres system.",
    Whose.HARNESS: "Årsagen er testharnesset. Den fejl er vores.",
    Whose.UNDECIDED: "Det bygger på noget, der ikke er besluttet. I skal ikke gøre noget.",
    Whose.UNSEEN: "Testharnesset har ikke selv set det.",
}


def letter_of(day: Day, supplier: str) -> tuple[Block, ...]:
    """The letter to one of the day's suppliers. Raises KeyError for another."""
    own = day.suppliers[supplier]
    return tuple(_letter(day, supplier, own))


def _letter(day: Day, supplier: str, systems: tuple[SystemDay, ...]) -> Iterator[Block]:
    yield Heading(1, f"Til {supplier}: resultater fra {day.campaign.title}")
    if day.rehearsal:
        yield Text(REHEARSAL, notice=True)
    when = f"Kørslerne er fra {_dates(day)}. " if day.runs else ""
    yield Text(
        f"Tak, fordi I er med. {when}Her er, hvad der gik godt, hvad der blev fundet, og hvad der mangler, for "
        f"{_listed([each.vendor.product for each in systems])}."
    )
    yield Text(NO_APPROVAL)
    for each in systems:
        yield Heading(2, each.vendor.product)
        yield from _system(day, each)
    if day.campaign.deadlines:
        yield Heading(2, "Frister, som kilderne skriver dem")
        yield Points(tuple(f"{each.when.capitalize()}: {each.text} Kilde: {each.source}" for each in day.campaign.deadlines))
    yield Heading(2, "Sådan er resultaterne gjort op")
    yield Text(RULE)
    yield Text(
        "Karaktererne er MedComs: F1 kritisk, F2 alvorlig, F3 betydelig, F4 mindre betydelig. Kun F4, OK og ikke relevant kan "
        "godkendes. Er noget forkert eller uklart, så sig til: beviset for hvert fund ligger i kørslens mappe."
    )


def _system(day: Day, system: SystemDay) -> Iterator[Block]:
    found, own = system.together, system.tally
    if found is None:
        yield Text(f"{system.vendor.product} har ikke kørt i denne fase. Derfor er intet prøvet endnu.", notice=True)
        if system.rehearsals:
            yield Text("Der er prøvekørsler med referencesystemet. De siger intet om jeres system og tæller ikke.")
    else:
        yield Text(
            f"Version {_listed(found.versions)}. {own.tried} af {counted(own.relevant, 'scenarie', 'scenarier')} kom til et "
            f"resultat: {own.good} gik godt, {own.broken} har fund, og {own.tried - own.good - own.broken} er ikke afgjort. "
            f"{f'{own.lacking} mangler' if own.lacking else 'Ingen mangler'}."
        )
        if found.reservations:
            yield Points(found.reservations)
        yield from _went_well(day, system)
        yield from _findings(system)
        yield from _since(system)
        yield from _not_decided(day, system)
    yield from _pairs(system)
    yield from _not_tested(system)
    yield from _next(day, system)


def _went_well(day: Day, system: SystemDay) -> Iterator[Block]:
    yield Heading(3, "Det gik godt")
    features: dict[str, list[Entry]] = {}
    for entry in system.entries:
        if entry.due and not entry.irrelevant:
            features.setdefault(entry.feature, []).append(entry)
    whole = [f"{name}: {_all(own)}" for name, own in features.items() if all(each.went_well for each in own)]
    partners = []
    for partner in day.campaign.partners:
        with_it = [each for each in system.with_partner(partner) if not each.irrelevant]
        if with_it and all(each.went_well for each in with_it):
            partners.append(f"Sammen med {partner.name}: {_all(with_it)}")
    rest = sum(each.went_well for name, own in features.items() for each in own if not all(one.went_well for one in own))
    told = [*whole, *partners]
    if told:
        yield Points(tuple(told))
    if rest:
        yield Text(f"{'Desuden gik' if told else 'I alt gik'} {counted(rest, 'scenarie', 'scenarier')} godt i de øvrige dele.")
    if not told and not rest:
        yield Text("Ingen scenarier er endnu gennemført uden fund.")


def _all(own: list[Entry]) -> str:
    if len(own) == 1:
        return "scenariet er uden fund"
    return "begge scenarier er uden fund" if len(own) == 2 else f"alle {len(own)} scenarier er uden fund"


def _findings(system: SystemDay) -> Iterator[Block]:
    assert system.together is not None
    result = system.together.result
    rules = broken(result, lambda grade: grade is not None and not grade.approved)
    minor = broken(result, lambda grade: grade is Grade.F4)
    judged = unexplained(result)
    yield Heading(3, "Det blev fundet")
    if not rules and not judged:
        yield Text("Der er ingen fund over F4.")
    for each in rules:
        yield Facts(_rule_title(each.grade, each.proof.finding), tuple(_rule_rows(each)))
        yield Command(again(result, each.scenarios))
    for state in judged:
        name = state.started.scenario
        yield Facts(
            f"{label(result.standing(state))}: {name} {state.started.title}",
            (("Hvorfor", _why(system, name, state.reason)), ("Prøv igen", "når det er rettet, med linjen herunder")),
        )
        yield Command(again(result, [name]))
    if minor:
        yield Text("Mindre betydeligt (F4), som gerne må rettes:")
        yield Points(tuple(f"{each.proof.finding.rule}: {each.proof.finding.title} ({_names(each.scenarios)})" for each in minor))


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
    yield "Set i", _names(each.scenarios) or "en besked uden for scenarierne"


def _finding_rows(finding: Finding) -> Iterator[tuple[str, str]]:
    yield "Hvor", str(finding.location)
    yield "Forventet", finding.expected
    yield "Fundet", finding.actual
    yield "Sådan skal det være", f"{finding.title}. Hører til: {finding.owner}."
    yield "Kilde", finding.source


def _since(system: SystemDay) -> Iterator[Block]:
    """The day held against the earlier run."""
    yield Heading(3, "Siden sidst")
    found = system.against
    if found is None:
        yield Text("Der er ingen tidligere prætest eller egentest at holde dagen op imod.")
        return
    before, (then, now) = found.before, found.versions
    versions = f"version {then}" if then == now else f"version {then}; dagens er {now}"
    yield Text(f"Holdt op imod {before.started.phase}, kørslen {before.name} ({versions}).")
    told = [(became, found.scenarios[became]) for became in Became if found.scenarios[became]]
    if found.outdated:
        yield Text("De to er målt med hver sin udgave af testen. Nogle forskelle kan komme af det.")
    yield Points(
        tuple(
            f"{became.capitalize()}: {len(own)}"
            + ("" if became is Became.GOOD else f" ({_names(each.scenario for each in own)})")
            for became, own in told
        )
    )


def _not_decided(day: Day, system: SystemDay) -> Iterator[Block]:
    open_ = [each for each in system.entries if each.standing in (Beside.AWAITING, Beside.ATTESTED)]
    if not open_:
        return
    yield Heading(3, "Det er ikke afgjort")
    questions = {each.id: each for each in day.campaign.open_questions}
    facts: dict[str, list[str]] = {}
    for each in open_:
        names = each.state.undecided if each.state else ()
        for name in names or ("En tester står inde for det" if each.standing is Beside.ATTESTED else each.why,):
            facts.setdefault(name, []).append(each.scenario)
    yield Text("Her er der ikke noget at rette. Resultatet venter på andre.")
    asked = {name: own for name, own in facts.items() if name in questions}
    if asked:
        yield Points(tuple(f"{_question(questions[name])} ({_names(own)})" for name, own in asked.items()))
    rest = [f"{name} ({_names(own)})" for name, own in facts.items() if name not in asked]
    if rest:
        yield Text(f"Desuden: {'; '.join(rest)}." if asked else f"{'; '.join(rest)}.")


def _question(question: OpenQuestion) -> str:
    return f"{question.text} Besvares af {question.answered_by}"


def _pairs(system: SystemDay) -> Iterator[Block]:
    own = [each for each in system.pairs if not each.irrelevant]
    if not own and not system.outside_pairs:
        return
    yield Heading(3, "Sammen med andre systemer")
    yield Points(tuple(f"{_who(each, system)}: {_pair(each, system.vendor.id)}" for each in own))
    for each in own:
        side = each.side(system.vendor.id)
        for finding in side.findings if side else ():
            yield from _pair_finding(finding, _who(each, system))
    for other, finding in system.outside_pairs:
        yield from _pair_finding(finding, f"en besked uden for scenarierne, sammen med {other}")


def _pair_finding(finding: Finding, where: str) -> Iterator[Block]:
    if finding.grade is not None and not finding.grade.approved:
        yield Facts(_rule_title(finding.grade, finding), (*_finding_rows(finding), ("Set i", where)))


def _who(entry: PairEntry, system: SystemDay) -> str:
    """`DIS91-01, som afsender til Novax`."""
    part = "som afsender til" if entry.sender == system.vendor.id else "som modtager fra"
    return f"{entry.scenario}, {part} {entry.other_name(system.vendor.id)}"


def _pair(entry: PairEntry, system: str) -> str:
    """How it went for one of the two. The other's findings are told by their rules only."""
    own, other = entry.side(system), entry.side(entry.other(system))
    if own is None or other is None:
        return entry.why
    others = [each.rule for each in other.findings if each.grade is not None and not each.grade.approved]
    if others:
        wrong = OTHERS_MESSAGE.format(rules=", ".join(dict.fromkeys(others)))
        return f"{label(own.standing)}. {wrong}"
    return f"{label(own.standing)}. {own.reason}".rstrip(". ") + "." if own.reason else label(own.standing)


def _not_tested(system: SystemDay) -> Iterator[Block]:
    """What was due and came to nothing, by whose cause it was."""
    stuck = [each for each in system.missing if each.standing is not None]
    never = [each for each in system.missing if each.standing is None]
    pairs = [each for each in system.missing_pairs if each.sides is None]
    if not (stuck or never or pairs):
        return
    yield Heading(3, "Det kunne ikke testes, eller blev ikke kørt")
    told: dict[str, list[str]] = {}
    for entry in stuck:
        cause = _CAUSES.get(entry.whose, "") if entry.whose else ""
        told.setdefault(f"{entry.word.capitalize()}. {_first(entry.why)} {cause}".strip(), []).append(entry.scenario)
    for entry in never:
        told.setdefault(f"Ikke kørt. {entry.why}", []).append(entry.scenario)
    for pair in pairs:
        told.setdefault(f"Ikke kørt sammen. {pair.why}", []).append(_who(pair, system))
    yield Points(tuple(f"{why} {counted(len(own), 'scenarie', 'scenarier')}: {_names(own)}." for why, own in told.items()))


def _next(day: Day, system: SystemDay) -> Iterator[Block]:
    yield Heading(3, "Det næste")
    found = system.together
    waiting = {each.scenario for each in system.entries if each.standing in (Beside.AWAITING, Beside.ATTESTED)}
    wanted = [each for each in found.result.retest if each not in waiting] if found else []
    again_ = list(dict.fromkeys([*wanted, *(each.scenario for each in system.missing)]))
    gate = next((each.gate for each in found.result.campaigns if each.gate), None) if found else None
    lacks = [each for each in gate.lacks if not each.startswith(_TOLD_ABOVE)] if gate else []
    if gate and lacks:
        yield Text(f"Det mangler, før {gate.gate.phase} er bestået: {' '.join(lacks)}")
    if again_:
        yield Text(f"{counted(len(again_), 'scenarie', 'scenarier')} skal prøves eller prøves igen:")
        yield Command(_command(day, system, again_))
    elif not system.missing_pairs:
        yield Text("Der er ikke noget, I skal prøve igen nu.")
    partners = list(dict.fromkeys(each.other_name(system.vendor.id) for each in system.missing_pairs))
    if partners:
        yield Text(f"Mangler sammen med {_listed(partners)}. Aftal en tid med MedCom.")


def _command(day: Day, system: SystemDay, scenarios: list[str]) -> str:
    if system.together is not None:
        return again(system.together.result, scenarios)
    return f"lps run --vendor {system.vendor.id} --campaign {day.campaign.id} --phase connectathon --target live"


def _names(scenarios: Iterable[str]) -> str:
    named = list(dict.fromkeys(scenarios))
    return ", ".join(named[:_MOST]) + (f" og {len(named) - _MOST} til" if len(named) > _MOST else "")


def _first(text: str) -> str:
    return (text.splitlines() or [""])[0]


def _listed(words: Iterable[str]) -> str:
    *most, last = list(words) or [""]
    return f"{', '.join(most)} og {last}" if most else last


def _dates(day: Day) -> str:
    named = dict.fromkeys(f"{copenhagen(each.began):%d-%m-%Y}" for each in day.runs)
    return _listed(named)
