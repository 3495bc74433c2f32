"""What came of the trials, as `lps faults` tells it: the object of `--json`, and the lines a person reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from harness.cli.faults_json import CaughtOut, FailedOut, FaultOut, FaultsOut, FewOut, HonestOut, ScoreOut
from harness.domain.coverage import ENOUGH_FAULTS
from harness.domain.fault import FirstTry
from harness.domain.requirement import Requirement
from harness.reporting.summary import REHEARSAL
from harness.runner.trials.again import command
from harness.runner.trials.held import Held, Row, Score, Tried
from harness.runner.trials.plan import Catalogue
from harness.runner.trials.proof import Proof
from harness.runner.trials.trial import Setting

SHOWN = 3
"""How many scenarios of one fault are told on the screen; the page and `--json` have them all."""


def told(proof: Proof, requirements: Mapping[str, Requirement], report: str) -> FaultsOut:
    """The object of `--json`. `requirements` are those the trials are about, `report` where the page lies."""
    blind = [each for each in proof.tried if each.fault.blind]
    return FaultsOut(
        exitkode=0 if proof.holds else 1,
        grundlag="referencesystem",
        alle=_score(each.score for each in proof.tried),
        skrevet_ud_fra_kilderne=_score(each.score for each in blind),
        første_gang=_score(_FIRST[each.fault.first] for each in blind),
        uden_fejl=len(proof.honest),
        anderledes=len(proof.varied),
        forsøg=proof.trials,
        sekunder=round(proof.seconds, 1),
        rapport=report,
        fejl=tuple(_fault(each, proof.catalogue) for each in proof.tried),
        fund_uden_fejl=tuple(
            HonestOut(
                each.trial.scenario,
                _setting(each.trial.setting),
                why,
                command(each.trial, proof.catalogue.by_id[each.trial.scenario]),
            )
            for each, why in proof.mistakes
        ),
        fund_hos_anderledes=tuple(
            FailedOut(each.trial.scenario, _setting(each.trial.setting), each.by, each.why) for each in proof.failed
        ),
        krav_med_få_fejl=tuple(_few(proof, requirements)),
    )


_FIRST: dict[FirstTry | None, Score] = {
    FirstTry.CAUGHT: Score.CAUGHT,
    FirstTry.BY_ANOTHER: Score.BY_ANOTHER,
    FirstTry.SURVIVED: Score.SURVIVED,
    None: Score.UNTRIED,
}


def _score(scores: Iterable[Score]) -> ScoreOut:
    counted = Counter(scores)
    return ScoreOut(*(counted[each] for each in (Score.CAUGHT, Score.BY_ANOTHER, Score.SURVIVED, Score.UNTRIED)))


def _fault(tried: Tried, catalogue: Catalogue) -> FaultOut:
    fault = tried.fault
    alike: dict[tuple[object, ...], list[Row]] = {}
    for row in tried.rows:
        if row.held is not Held.QUIET:
            key = (row.trial.scenario, row.held, row.expected, row.found, row.remarked, row.outcome.standing, row.why)
            alike.setdefault(key, []).append(row)
    return FaultOut(
        id=fault.id,
        beskrivelse=fault.description,
        krav=fault.requirements,
        karakter=fault.grade,
        afventer=fault.awaits,
        skrevet_ud_fra_kilderne=fault.blind,
        første=fault.first,
        udfald=tried.score,
        forsøg=len(tried.rows),
        uberørt=sum(row.held is Held.QUIET for row in tried.rows),
        scenarier=tuple(_caught(rows, catalogue) for rows in alike.values()),
    )


def _caught(rows: Sequence[Row], catalogue: Catalogue) -> CaughtOut:
    first = rows[0]
    return CaughtOut(
        scenarie=first.trial.scenario,
        opsætninger=tuple(_setting(row.trial.setting) for row in rows),
        udfald=first.held,
        ventet=first.expected,
        brudt=first.found,
        bemærket=first.remarked,
        karakter=first.outcome.standing,
        hvorfor=first.why,
        igen=command(first.trial, catalogue.by_id[first.trial.scenario]),
    )


def _setting(setting: Setting) -> str:
    return f"{setting.rute}, CPD-DK {setting.cpd}{', eget sæt' if setting.own_set else ''}"


def _few(proof: Proof, requirements: Mapping[str, Requirement]) -> Iterator[FewOut]:
    named = Counter(name for each in proof.tried for name in each.fault.requirements)
    for name, each in requirements.items():
        if named[name] < ENOUGH_FAULTS:
            yield FewOut(name, named[name], each.kind, each.reason)


def lines(out: FaultsOut) -> Iterator[str]:
    """What a person reads: a short account, then what is wrong, with the line that makes it again."""
    yield REHEARSAL
    yield f"Fejl: {len(out.fejl)} · {_scored(out.alle)}"
    if out.skrevet_ud_fra_kilderne != _score(()):
        yield f"Heraf skrevet ud fra kilderne alene: {_scored(out.skrevet_ud_fra_kilderne)}"
        yield f"De samme, første gang de blev prøvet: {_scored(out.første_gang)}"
    yield f"Uden fejl: {out.uden_fejl} forsøg · {len(out.fund_uden_fejl)} med fund"
    if out.anderledes:
        yield f"Anderledes, men ærligt: {out.anderledes} forsøg · {len(out.fund_hos_anderledes)} med fund"
    for heading, score in (
        ("Overlevede", Score.SURVIVED),
        ("Fanget af en anden", Score.BY_ANOTHER),
        ("Ikke prøvet", Score.UNTRIED),
    ):
        if found := [each for each in out.fejl if each.udfald is score]:
            yield from ("", f"{heading}:")
            for fault in found:
                yield from _wrong(fault)
    if out.fund_uden_fejl:
        yield from ("", "Systemet uden fejl fik fund:")
        for each in out.fund_uden_fejl:
            yield f"  {each.scenarie} ({each.opsætning}) {each.hvorfor}"
            yield f"    Igen: {each.igen}"
    if out.fund_hos_anderledes:
        yield from ("", "Ærlige systemer, der er anderledes, fik fund:")
        for other in out.fund_hos_anderledes:
            yield f"  {', '.join(other.forskelle)} i {other.scenarie} ({other.opsætning}) {other.hvorfor}"
    if out.krav_med_få_fejl:
        yield from ("", f"Krav med færre end {ENOUGH_FAULTS} fejl:")
        yield from (f"  {each.krav}: {each.fejl} fejl. {_why_few(each)}" for each in out.krav_med_få_fejl)
    yield ""
    yield f"{out.forsøg} forsøg · {out.sekunder:.0f} s · Rapport: {out.rapport}"


def _scored(score: ScoreOut) -> str:
    counts = {
        "fanget": score.fanget,
        "fanget af en anden": score.fanget_af_en_anden,
        "overlevede": score.overlevede,
        "ikke prøvet": score.ikke_prøvet,
    }
    return " · ".join(f"{count} {name}" for name, count in counts.items() if count or name != "ikke prøvet")


def _wrong(fault: FaultOut) -> Iterator[str]:
    yield f"  {fault.id}: {fault.beskrivelse}"
    found = [each for each in fault.scenarier if each.hvorfor]
    for each in found[:SHOWN]:
        yield f"    {each.scenarie} ({'; '.join(each.opsætninger)}) {each.hvorfor}"
        yield f"      Igen: {each.igen}"
    if len(found) > SHOWN:
        yield f"    og {len(found) - SHOWN} til; se rapporten."


def _why_few(few: FewOut) -> str:
    return f"Prøves ikke ({few.art}): {few.grund}" if few.grund else "Skriv flere i fixtures/faults/."
