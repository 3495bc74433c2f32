"""What `lps review list` and `lps review show` print."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from harness.cli.outcome import shown
from harness.cli.review_json import ActOut, CampaignOut, NumberOut, ResultOut, RetestOut, ReviewOut, ReviewsOut, RuleOut, RunOut
from harness.cli.vendors import aligned
from harness.domain.clock import day_and_hour
from harness.domain.event import OWN_SYSTEM
from harness.domain.told import act_told
from harness.domain.vendor import Phase
from harness.record.delivery import sent_by_supplier
from harness.record.fold import ScenarioState
from harness.record.objection import OUTDATED, proposed
from harness.record.result import Result
from harness.record.reviewing import Reviewed
from harness.reporting.summary import REHEARSAL, SENT

HEADINGS = ("Kørsel", "Produkt", "Version", "Fase", "Gennemgang", "Hos", "Indsendt")
RESULT_HEADINGS = ("Scenarie", "Forslag", "MedCom vurdering", "Fund", "Grund")


def print_list(runs: Sequence[Reviewed], *, as_json: bool) -> None:
    """Print the runs with how far the review of each is."""
    if as_json:
        print(json.dumps(asdict(ReviewsOut(tuple(map(_listed, runs)))), ensure_ascii=False))
        return
    if not runs:
        print("Der er ingen kørsler.")
        return
    print("\n".join(aligned([HEADINGS, *map(_row, runs)])))
    if any(each.rehearsal for each in runs):
        print(f"\nPrøvekørsel: {REHEARSAL.partition('. ')[2]}")


def print_run(folder: Path, result: Result, *, outdated: bool, as_json: bool) -> None:
    """Print one run and all that has been said of it."""
    out = review_out(folder, result, outdated=outdated)
    if sent_by_supplier(folder) and not as_json:
        print(f"{SENT} En godkendelse i den tæller ikke.")
    print(json.dumps(asdict(out), ensure_ascii=False) if as_json else "\n".join(_lines(out)))


def review_out(folder: Path, result: Result, *, outdated: bool) -> ReviewOut:
    """What is shown of a run."""
    started, review = result.started, result.review
    cleared = {(each.sha256, each.start, each.end) for each in review.cleared}
    return ReviewOut(
        kørsel=started.run,
        mappe=shown(folder),
        system=started.system,
        produkt=started.product,
        version=started.sut_version,
        fase=Phase(started.phase),
        grundlag=started.grundlag,
        verdict=result.verdict,
        gennemgang=review.state,
        hos=review.holder,
        forældet=outdated,
        kampagner=tuple(
            CampaignOut(each.campaign.id, each.campaign.title, each.verdict, each.gate.lacks if each.gate else ())
            for each in result.campaigns
        ),
        resultater=tuple(_result(result, each) for each in result.state.scenarios.values()),
        handlinger=tuple(ActOut(each.at, each.by, each.role, *act_told(each.act)) for each in review.said),
        genprøve=_retest(result),
        ligner_cpr=tuple(
            NumberOut(each.sha256, each.start, each.end, each.place)
            for each in result.state.foreign_cprs
            if not each.stopped and (each.sha256, each.start, each.end) not in cleared
        ),
    )


def _result(result: Result, scenario: ScenarioState) -> ResultOut:
    name = scenario.started.scenario
    assessed = result.review.assessed.get(name)
    return ResultOut(
        scenarie=name,
        titel=scenario.started.title,
        forslag=proposed(scenario),
        grund=scenario.reason,
        indsendt=name in result.review.submitted,
        fund=tuple(f"{each.grade} {each.rule}: {each.title}" for each in scenario.findings),
        vurdering=str(assessed[1].grade) if assessed else "",
        vurderet_af=assessed[0].by if assessed else "",
        vurderet_fordi=assessed[1].reason if assessed else "",
    )


def _retest(result: Result) -> RetestOut:
    again = result.retest
    tags = dict.fromkeys(f"id:{each.partition('[')[0]}" for each in again)  # the rows of an outline share their tag
    rules = ((each.campaign.id, each.campaign.retest) for each in result.campaigns)
    told = (RuleOut(name, rule.also, "besluttet" if rule.decided else "afventer", rule.source) for name, rule in rules if rule)
    return RetestOut(again, " or ".join(tags), tuple(told))


def _listed(run: Reviewed) -> RunOut:
    return RunOut(
        mappe=run.name,
        kørsel=run.started.run,
        system=run.started.system,
        produkt=run.started.product,
        version=run.started.sut_version,
        fase=Phase(run.started.phase),
        grundlag=run.started.grundlag,
        slut=run.ended,
        gennemgang=run.review.state,
        hos=run.review.holder,
        indsendt=run.submitted_at,
    )


def _row(run: Reviewed) -> tuple[str, ...]:
    state = "prøvekørsel" if run.rehearsal else str(run.review.state) if run.ended else "ikke slut"
    if run.sent:
        state += " (sendt)"
    at = _moment(run.submitted_at) if run.submitted_at else ""
    started = run.started
    return run.name, started.product, started.sut_version, started.phase, state, run.review.holder, at


def _moment(at: str) -> str:
    return day_and_hour(datetime.fromisoformat(at))


def _lines(out: ReviewOut) -> Iterator[str]:
    if out.grundlag != OWN_SYSTEM:
        yield REHEARSAL
    yield f"{out.produkt} {out.version} · {out.fase} · {out.kørsel}"
    yield f"Resultat: {out.verdict}. Gennemgangen er: {out.gennemgang}{f', hos {out.hos}' if out.hos else ''}."
    if out.forældet:
        yield OUTDATED
    for one in out.kampagner:
        yield f"{one.titel}: {one.verdict}"
        yield from (f"  Mangler: {each}" for each in one.mangler)
    told = [each for each in out.resultater if each.forslag != "OK" or each.vurdering or each.fund]
    if told:
        yield ""
        yield from aligned([RESULT_HEADINGS, *map(_result_row, told)])
    yield f"{len(out.resultater) - len(told)} andre resultater: OK foreslået, uden fund."
    yield from (f"Ligner et CPR-nummer: {each.sha256} {each.fra} {each.til} ({each.sted})" for each in out.ligner_cpr)
    if out.handlinger:
        yield ""
    for act in out.handlinger:
        yield f"{_moment(act.tid)}  {act.handling} · {act.af} ({act.rolle}){f': {act.tekst}' if act.tekst else ''}"
    if out.genprøve.scenarier:
        yield ""
        yield f'Prøv igen ({len(out.genprøve.scenarier)} scenarier): --tag "{out.genprøve.tag}"'
        yield "En kørsel af udvalgte scenarier viser, om de er rettet. En godkendelse kræver en hel kørsel."
    for rule in out.genprøve.regler:
        also = f"også {', '.join(rule.også)}" if rule.også else "intet ud over det, der ikke er godkendt"
        yield f"Regel for genprøve i {rule.kampagne}: {also} ({rule.status}: {rule.kilde})."


def _result_row(one: ResultOut) -> tuple[str, ...]:
    judged = f"{one.vurdering} ({one.vurderet_af})" if one.vurdering else ""
    return one.scenarie, one.forslag, judged, str(len(one.fund)), one.vurderet_fordi or one.grund
