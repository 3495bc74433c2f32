"""What one supplier is told of its own systems: what went well, what was found, what could not be tested, and what comes next.

Of another supplier's system a letter has the name, where the two met, and which rule its message broke. Nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from harness.domain.clock import copenhagen
from harness.domain.grade import Beside
from harness.domain.requirement import OpenQuestion
from harness.record.found import again
from harness.reporting.allure.whose import Whose
from harness.reporting.day.against import Became
from harness.reporting.day.blocks import Block, Command, Heading, Points, Text
from harness.reporting.day.day import Day, SystemDay
from harness.reporting.day.due import Entry
from harness.reporting.day.letter_findings import all_good, findings, first_line, names, part, with_others
from harness.reporting.day.pairs import PairEntry, again_together
from harness.reporting.day.together import RULE
from harness.reporting.summary import REHEARSAL, counted

NO_APPROVAL: Final = "Brevet er ingen godkendelse. Det viser, hvad testharnesset har set. Kun MedCom vurderer og godkender."

_TOLD_ABOVE: Final = "Ikke besluttet: "
"""How a gate begins to list what is not decided (domain/gate.py); the letter has told that with who answers it."""

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
        with_others_only = any(each.sides for each in system.pairs)
        what = "kun kørt sammen med andre systemer" if with_others_only else "ikke kørt"
        yield Text(f"{system.vendor.product} har {what} i denne fase. Intet er prøvet alene endnu.", notice=True)
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
        yield from findings(system)
        yield from _since(system)
        yield from _not_decided(day, system)
    yield from with_others(system)
    yield from _not_tested(system)
    yield from _next(day, system)


def _went_well(day: Day, system: SystemDay) -> Iterator[Block]:
    yield Heading(3, "Det gik godt")
    features: dict[str, list[Entry]] = {}
    for entry in system.entries:
        if entry.due and not entry.irrelevant:
            features.setdefault(entry.feature, []).append(entry)
    whole = [f"{name}: {all_good(len(own))}" for name, own in features.items() if all(each.went_well for each in own)]
    partners = []
    for partner in day.campaign.partners:
        with_it = [each for each in system.with_partner(partner) if not each.irrelevant]
        if with_it and all(each.went_well for each in with_it):
            partners.append(f"Sammen med {partner.name}: {all_good(len(with_it))}")
    rest = sum(each.went_well for name, own in features.items() for each in own if not all(one.went_well for one in own))
    told = [*whole, *partners]
    if told:
        yield Points(tuple(told))
    if rest:
        yield Text(f"{'Desuden gik' if told else 'I alt gik'} {counted(rest, 'scenarie', 'scenarier')} godt i de øvrige dele.")
    if not told and not rest:
        yield Text("Ingen scenarier er endnu gennemført uden fund.")


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
            f"{became.capitalize()}: {len(own)}" + ("" if became is Became.GOOD else f" ({names(each.scenario for each in own)})")
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
        undecided = each.state.undecided if each.state else ()
        for name in undecided or ("En tester står inde for det" if each.standing is Beside.ATTESTED else each.why,):
            facts.setdefault(name, []).append(each.scenario)
    yield Text("Her er der ikke noget at rette. Resultatet venter på andre.")
    asked = {name: own for name, own in facts.items() if name in questions}
    if asked:
        yield Points(tuple(f"{_question(questions[name])} ({names(own)})" for name, own in asked.items()))
    rest = [f"{name} ({names(own)})" for name, own in facts.items() if name not in asked]
    if rest:
        yield Text(f"Desuden: {'; '.join(rest)}." if asked else f"{'; '.join(rest)}.")


def _question(question: OpenQuestion) -> str:
    return f"{question.text} Besvares af {question.answered_by}"


def _not_tested(system: SystemDay) -> Iterator[Block]:
    """What was due and came to nothing, by whose cause it was."""
    stuck = [each for each in system.missing if each.standing is not None]
    never = [each for each in system.missing if each.standing is None]
    pairs = [each for each in system.missing_pairs if each.sides is None]
    if not (stuck or never or pairs):
        return
    yield Heading(3, "Det kunne ikke testes, eller blev ikke kørt")
    told: dict[str, list[str]] = {}
    together: dict[str, list[PairEntry]] = {}
    for entry in stuck:
        cause = _CAUSES.get(entry.whose, "") if entry.whose else ""
        told.setdefault(f"{entry.word.capitalize()}. {first_line(entry.why)} {cause}".strip(), []).append(entry.scenario)
    for entry in never:
        told.setdefault(f"Ikke kørt. {entry.why}", []).append(entry.scenario)
    for pair in pairs:
        together.setdefault(pair.why, []).append(pair)
    points = [f"{why} {counted(len(own), 'scenarie', 'scenarier')}: {names(own)}." for why, own in told.items()]
    for why, unmet in together.items():
        met = names(part(each, system) for each in unmet)
        points.append(f"Ikke kørt sammen. {why} {counted(len(unmet), 'scenarie', 'scenarier')}: {met}.")
    yield Points(tuple(points))


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
        yield Text(f"Mangler sammen med {_listed(partners)}. Aftal en tid med MedCom. Det kan prøves med:")
        for line in again_together(system.missing_pairs, system.vendor.id):
            yield Command(line)


def _command(day: Day, system: SystemDay, scenarios: list[str]) -> str:
    if system.together is not None:
        return again(system.together.result, scenarios)
    return f"lps run --vendor {system.vendor.id} --campaign {day.campaign.id} --phase connectathon --target live"


def _listed(words: Iterable[str]) -> str:
    *most, last = list(words) or [""]
    return f"{', '.join(most)} og {last}" if most else last


def _dates(day: Day) -> str:
    named = dict.fromkeys(f"{copenhagen(each.began):%d-%m-%Y}" for each in day.runs)
    return _listed(named)
