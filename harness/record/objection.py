"""Which act of a review may be done now, and why not: pure, from the run's result and the act alone.

Sourced: only F4, OK and IR are approved, MedCom judges the live test and has no column to fill in the self-test (testprotokol for
ConditionList 1.0.2), and SIT and release test come before use (NSP, pageId=121375035). The order of the acts is that of an IHE
connectathon; the rest is the project's convention.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from harness.domain.clock import copenhagen
from harness.domain.grade import Beside, Grade
from harness.domain.review import (
    Act,
    Approved,
    Assessed,
    Attested,
    Claimed,
    Cleared,
    Commented,
    Deployed,
    Escalated,
    Paused,
    Reconfirmed,
    Refused,
    Released,
    Resumed,
    Returned,
    Reviewing,
    Role,
    Said,
    Submitted,
    review_of,
)
from harness.domain.vendor import Phase
from harness.domain.verdict import Verdict
from harness.record.fold import ScenarioState
from harness.record.result import CampaignResult, Result
from harness.record.standard_approved import is_version_known

OUTDATED: Final = "Kørslen er forældet: scenarier, regler eller data er ændret siden."

_ANYBODY: Final = frozenset(Role)
_MEDCOM: Final = frozenset({Role.MEDCOM})
_ANY_TIME: Final = frozenset(Reviewing)
_WITH_MEDCOM: Final = frozenset({Reviewing.TO_VERIFY, Reviewing.PARTLY})
_APPROVED: Final = frozenset({Reviewing.VERIFIED})


@dataclass(frozen=True, slots=True)
class _Rule:
    """Who may do an act, in which states, and whether they must hold the review."""

    who: frozenset[Role]
    states: frozenset[Reviewing]
    held: bool = False


EMPTY_IN_SELF_TEST: Final = (
    "I egentest står MedCom vurdering tom, undtagen ved en redegørelse og ved det, en tester har attesteret. Skriv en "
    "bemærkning, eller godkend eller returnér det hele."
)

_RULES: Final[Mapping[type[Any], _Rule]] = {
    Submitted: _Rule(frozenset({Role.SUPPLIER}), frozenset({Reviewing.RUNNING})),
    Claimed: _Rule(_MEDCOM, _WITH_MEDCOM),
    Released: _Rule(_MEDCOM, _ANY_TIME),
    Paused: _Rule(_ANYBODY, _WITH_MEDCOM | {Reviewing.RUNNING}),
    Escalated: _Rule(_ANYBODY, _WITH_MEDCOM | {Reviewing.RUNNING, Reviewing.PAUSED}),
    Resumed: _Rule(_ANYBODY, frozenset({Reviewing.PAUSED, Reviewing.CRITICAL})),
    Commented: _Rule(_ANYBODY, _ANY_TIME),
    Assessed: _Rule(_MEDCOM, _WITH_MEDCOM, held=True),
    Reconfirmed: _Rule(_MEDCOM, _WITH_MEDCOM, held=True),
    Cleared: _Rule(_MEDCOM, _ANY_TIME),
    Returned: _Rule(_MEDCOM, _WITH_MEDCOM, held=True),
    Refused: _Rule(_MEDCOM, _WITH_MEDCOM | _APPROVED, held=True),
    Approved: _Rule(_MEDCOM, _WITH_MEDCOM, held=True),
    Attested: _Rule(_ANYBODY, _APPROVED),
    Deployed: _Rule(_ANYBODY, _APPROVED),
}


def objection(result: Result, said: Said, suite: Mapping[str, str]) -> str:
    """Why `said` cannot be done to the run's review now, in Danish; empty when it can.

    `suite` is the fingerprint the run would have with the suite as it is now. What an approval rests on is what the act says:
    whoever writes it has looked it up.
    """
    return next(_objections(result, said, suite), "")


def can_be(result: Result, kind: type[Act], role: Role, by: str) -> bool:
    """Whether `by` may do such an act now as far as role, state and holder go: what is left is what they write."""
    return not any(_to_whom_and_when(result, kind, role, by))


def proposed(scenario: ScenarioState) -> str:
    """What the harness proposes of a scenario, as `Assessed` has it."""
    return str(scenario.standing)


def is_undecided(result: Result, scenario: ScenarioState) -> bool:
    """Whether what the scenario demands is not decided: then nobody can judge that it holds."""
    awaits = scenario.standing is Beside.AWAITING and bool(set(scenario.started.campaigns) & set(result.started.awaiting))
    return bool(scenario.undecided) or awaits


def _objections(result: Result, said: Said, suite: Mapping[str, str]) -> Iterator[str]:
    yield from _to_whom_and_when(result, type(said.act), said.role, said.by)
    if not said.by.strip():
        yield "Skriv, hvem der gør det (navn)."
    others = {_same(each.by) for each in result.review.said if each.role is not said.role}
    if _same(said.by) in others:
        yield f"{said.by} har handlet for den anden part i gennemgangen. Ingen kan være begge parter."
    if isinstance(said.act, Paused | Escalated | Returned | Refused | Reconfirmed | Cleared) and not said.act.reason.strip():
        yield "Skriv hvorfor."
    match said.act:
        case Submitted(scenarios=chosen):
            yield from _against_submission(result, chosen)
        case Released(reason=reason) if result.review.holder != said.by and not reason.strip():
            yield f"{result.review.holder} har gennemgangen. Skriv hvorfor, når en anden skal slippe den."
        case Commented(text=text, scenario=scenario):
            if not text.strip():
                yield "Skriv bemærkningen."
            if scenario and scenario not in result.state.scenarios:
                yield f"Scenariet {scenario} er ikke i kørslen."
        case Assessed() as act:
            yield from _against_assessment(result, act)
        case Reconfirmed(fingerprint=now):
            if now != dict(suite):
                yield "Bekræftelsen skal nævne det fingeraftryk, scenarier, regler og data har nu. Se på kørslen igen."
            elif not result.outdated(suite):
                yield "Kørslen er ikke forældet: scenarier, regler og data er de samme, eller det er bekræftet."
        case Cleared() as act:
            yield from _against_clearing(result, act)
        case Approved():
            yield from _against_approval(result, said, suite)
        case Attested(date=day, file=file, sha256=sha256):
            yield from _wrong_date(day, said.at)
            if not file.strip() or not re.fullmatch(r"[0-9a-f]{64}", sha256):
                yield "Vedlæg filen, der viser, at testen er bestået."
        case Deployed(date=day):
            yield from _against_deployment(result, day, said.at)
        case _:
            pass


def _to_whom_and_when(result: Result, kind: type[Act], role: Role, by: str) -> Iterator[str]:
    review, rule = result.review, _RULES[kind]
    if result.rehearsal and kind is not Commented:
        yield "Prøvekørsel med referencesystemet: den siger intet om leverandørens eget system. Der kan kun skrives bemærkninger."
    if result.state.seconds is None:
        yield "Kørslen er ikke slut. Kør den til ende først: lps run --resume."
    if role not in rule.who:
        yield f"Det kan kun {' eller '.join(sorted(rule.who))} gøre. Fundet: {role}."
    if review.state not in rule.states:
        when = ", ".join(each for each in Reviewing if each in rule.states)
        yield f"Gennemgangen er: {review.state}. Det kan kun gøres, når den er: {when}."
    if kind in (Attested, Deployed) and result.started.phase != Phase.CERTIFICATION:
        yield f"Det hører til efter en godkendt certificering. Kørslen er: {result.started.phase}."
    if kind is Assessed and not any(_is_medcoms_to_judge(result, each) for each in result.state.scenarios.values()):
        yield EMPTY_IN_SELF_TEST
    if kind is Claimed and review.holder:
        yield f"{review.holder} har allerede gennemgangen."
    if kind is Released and not review.holder:
        yield "Ingen har gennemgangen."
    if rule.held and review.state is not Reviewing.VERIFIED and review.holder != by:
        yield f"{review.holder} har gennemgangen." if review.holder else "Tag gennemgangen først."
    if kind is Resumed and role is Role.SUPPLIER and _stopped_by_medcom(result):
        yield "MedCom har standset gennemgangen og skal selv genoptage den."


def _stopped_by_medcom(result: Result) -> bool:
    """Whether MedCom has stopped it since it last went on, whoever stopped it besides."""
    for each in reversed(result.review.said):
        if isinstance(each.act, Resumed):
            return False
        if isinstance(each.act, Paused | Escalated) and each.role is Role.MEDCOM:
            return True
    return False


def _against_submission(result: Result, chosen: tuple[str, ...]) -> Iterator[str]:
    if result.replay and result.started.phase != Phase.SELF_TEST:
        yield f"Optagelser tæller kun i egentest. Kørslen er: {result.started.phase}."
    if not chosen:
        yield "Vælg mindst ét resultat."
    unknown = [each for each in chosen if each not in result.state.scenarios]
    if unknown:
        yield f"Det er ikke i kørslen: {', '.join(unknown)}."


def _is_medcoms_to_judge(result: Result, scenario: ScenarioState) -> bool:
    """Whether MedCom judges this result by itself: in egentest only what nobody else can, an account or what is vouched for."""
    open_ = scenario.standing in (Beside.AWAITING, Beside.ATTESTED) and not is_undecided(result, scenario)
    return result.started.phase != Phase.SELF_TEST or open_


def _against_assessment(result: Result, act: Assessed) -> Iterator[str]:
    scenario = result.state.scenarios.get(act.scenario)
    if scenario is None or act.scenario not in result.review.submitted:
        yield f"Scenariet {act.scenario} er ikke indsendt."
        return
    if not _is_medcoms_to_judge(result, scenario):
        yield EMPTY_IN_SELF_TEST
    if act.proposed != proposed(scenario):
        yield f"Testharnesset foreslår {proposed(scenario)}, ikke {act.proposed}. Se på kørslen igen."
    if act.grade in (Grade.OK, Grade.F4) and is_undecided(result, scenario):
        what = ", ".join(scenario.undecided) or "hvem der er med, eller hvad der kræves"
        yield f"{act.scenario} bygger på noget, der ikke er besluttet ({what}). Det kan ikke blive {act.grade}, før det er."
    if act.grade in (Grade.OK, Grade.F4) and scenario.standing in (Beside.UNTESTABLE, Beside.INTERRUPTED):
        yield f"{act.scenario} er ikke gennemført ({scenario.standing}). Det kan kun blive IR, F1, F2 eller F3."
    if not act.reason.strip() and (act.grade is Grade.IR or act.grade != scenario.standing):
        yield (
            "IR skal have en grund."
            if act.grade is Grade.IR
            else f"Forslaget er {scenario.standing}. Skriv, hvorfor det er et andet."
        )


def _against_clearing(result: Result, act: Cleared) -> Iterator[str]:
    place = (act.sha256, act.start, act.end)
    if place not in {(each.sha256, each.start, each.end) for each in result.state.foreign_cprs if not each.stopped}:
        yield "Der er ikke fundet et tal, der ligner et CPR-nummer, det sted."
    if place in {(each.sha256, each.start, each.end) for each in result.review.cleared}:
        yield "Stedet er allerede frigivet."


def _against_approval(result: Result, said: Said, suite: Mapping[str, str]) -> Iterator[str]:
    if result.outdated(suite):
        yield f"{OUTDATED} Kør igen, eller bekræft med en grund, at den stadig gælder."
    outside = sorted({f"{each.grade} {each.rule}" for each in result.state.outside if each.grade and not each.grade.approved})
    if outside and result.started.phase != Phase.PRE_TEST:
        yield f"Der er fund uden for scenarierne: {', '.join(outside)}. Kør igen."
    if result.started.phase in (Phase.SELF_TEST, Phase.CERTIFICATION) and not is_version_known(result.started.sut_version):
        yield "Systemets version er ukendt. Skriv den i systemets fil, og kør igen."
    if result.state.basis is None:
        yield "Loggen siger ikke, hvad kørslen er målt med. Ingen kan vide, hvad der var obligatorisk. Kør igen."
    after = replace(result, review=review_of((*result.review.said, said), result.review.head))
    submitted = [each for each in after.campaigns if _names(each) & set(result.review.submitted)]
    if not submitted:
        yield "Det, der er indsendt, hører ikke til nogen kampagne."
    for each in submitted:
        lacks = _lacks(each)
        if lacks:
            yield " ".join((f"{each.campaign.title}:", *lacks, *_why(after, each)))


def _names(campaign: CampaignResult) -> set[str]:
    return {each.started.scenario for each in campaign.scenarios}


def _lacks(campaign: CampaignResult) -> tuple[str, ...]:
    if campaign.gate:
        return campaign.gate.lacks
    return () if campaign.verdict is Verdict.APPROVED else (f"Resultaterne er: {campaign.verdict}.",)


def _why(after: Result, campaign: CampaignResult) -> Iterator[str]:
    """What a verdict that is no approval comes from, as far as it can be named."""
    left = sorted(_names(campaign) - set(after.review.submitted))
    bad = [f"{each.started.scenario} ({after.standing(each)})" for each in campaign.scenarios if not _is_good(after, each)]
    for says, found in (("Ikke indsendt", left), ("Ikke godkendt", bad)):
        if found:
            yield f"{says}: {', '.join(found[:_SHOWN])}{f' og {len(found) - _SHOWN} mere' if len(found) > _SHOWN else ''}."


_SHOWN: Final = 8


def _is_good(result: Result, scenario: ScenarioState) -> bool:
    return all(isinstance(each, Grade) and each.approved for each in result.weighed([scenario]))


def _same(name: str) -> str:
    """A name however it is typed."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _wrong_date(day: str, at: str) -> Iterator[str]:
    try:
        found = date.fromisoformat(day)
    except ValueError:
        found = None
    if found is None or found.isoformat() != day:
        yield f"Datoen skal skrives som ÅÅÅÅ-MM-DD. Fundet: {day}."
    elif found > copenhagen(datetime.fromisoformat(at)).date():
        yield f"Datoen {day} er ikke kommet endnu."


def _against_deployment(result: Result, day: str, at: str) -> Iterator[str]:
    yield from _wrong_date(day, at)
    attested = result.review.attested
    lacking = [each for each in ("SIT", "releasetest") if each not in attested]
    if lacking:
        yield f"Først skal det attesteres, at testen er bestået: {' og '.join(lacking)}."
    for what, (_, each) in attested.items():
        if day < each.date:
            yield f"Systemet kan ikke være taget i brug ({day}) før {what} ({each.date})."
