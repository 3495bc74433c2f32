"""`testrapport.json`: all that a run came to, as one JSON object (docs/schema/testrapport.schema.json)."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from harness.domain.finding import Finding
from harness.domain.vendor import Phase
from harness.record.fold import ScenarioState
from harness.record.found import findings_of, on_partner
from harness.record.result import CampaignResult, Result
from harness.record.seen import seen
from harness.reporting.machine.json_schema import (
    AssessedOut,
    CampaignOut,
    FindingOut,
    GateOut,
    MedComOut,
    PartnerOut,
    ReportOut,
    RequirementOut,
    RunOut,
    ScenarioOut,
    SeenOut,
    StepOut,
    SystemOut,
)
from harness.reporting.summary import REHEARSAL, REPLAY


def json_report(result: Result, _evidence: Path) -> bytes:
    """The report of a run. Raises BadInput for a log without a run."""
    return json.dumps(asdict(report_of(result)), ensure_ascii=False, indent=1).encode() + b"\n"


def report_of(result: Result) -> ReportOut:
    """The same as values. Raises BadInput for a log without a run."""
    state, started = result.state, result.started
    notices = [REHEARSAL] if result.rehearsal else []
    notices += [REPLAY] if result.replay else []
    return ReportOut(
        udgave="1",
        prøvekørsel=result.rehearsal,
        forbehold=" ".join(notices),
        grundlag=started.grundlag,
        dom=result.verdict,
        exitkode=cast(Any, result.exit_code),
        system=SystemOut(started.system, started.product, started.supplier, started.sut_version),
        partner=PartnerOut(started.partner, started.partner_product, started.partner_version) if started.partner else None,
        kørsel=_run(result),
        medcom=_medcom(result),
        kampagner=tuple(_campaign(result, each) for each in result.campaigns),
        scenarier=tuple(_scenario(result, each) for each in state.scenarios.values()),
        ikke_kørt=tuple(state.missing),
        uden_for_scenarierne=tuple(map(_finding, state.outside)),
        uden_for_scenarierne_hos_partneren=tuple(map(_finding, state.outside_on_partner)),
        databrud=tuple(f"{each.place}, fra {each.sender}" for each in state.foreign_cprs),
        ikke_besluttet=tuple(state.undecided),
        forbindelser_ikke_besluttet=started.undecided_bindings,
        fingeraftryk=started.fingerprint,
        filer=state.basis.files if state.basis else {},
    )


def _run(result: Result) -> RunOut:
    started = result.started
    return RunOut(
        id=started.run,
        kampagne=started.campaign,
        fase=Phase(started.phase),
        driver=started.driver,
        mål=started.target,
        rute=started.rute,
        udvalg=started.selection,
        data=started.data,
        egne_værdier=started.own_values,
        cpd=started.cpd,
        fejl=started.faults,
        pladser=started.seats,
        begyndt=_time(result.state.began),
        sluttet=_time(result.state.ended),
        hoved=result.head,
    )


def _medcom(result: Result) -> MedComOut:
    if result.rehearsal:
        return MedComOut(None, False, "", "")
    said = result.review.approved[0] if result.review.approved else None
    return MedComOut(result.review.state, said is not None, said.by if said else "", said.at if said else "")


def _campaign(result: Result, one: CampaignResult) -> CampaignOut:
    held, gate = one.gate, None
    if held:
        gate = GateOut(held.passed, held.lacks, held.gate.text, held.gate.source, held.gate.convention)
    requirements = tuple(
        RequirementOut(told.id, told.text, told.source, told.kind, told.mandatory, each.verdict, each.scenarios)
        for each in one.requirements
        for told in (each.requirement,)
    )
    counted = seen(result, one.scenarios, [each.requirement.id for each in one.requirements])
    return CampaignOut(
        id=one.campaign.id,
        titel=one.campaign.title,
        deltagelse=one.participation,
        dom=one.verdict,
        port=gate,
        krav_set=SeenOut(
            krav=counted.requirements,
            snitflade=counted.wire,
            skærm=counted.screen,
            testgrænseflade=counted.interface,
            redegørelse=counted.account,
            attesteret=counted.attested,
            ikke_relevante=counted.irrelevant,
        ),
        krav=requirements,
    )


def _scenario(result: Result, one: ScenarioState) -> ScenarioOut:
    started = one.started
    assessed = None if result.rehearsal else result.review.assessed.get(started.scenario)
    return ScenarioOut(
        id=started.scenario,
        titel=started.title,
        egenskab=started.feature,
        fil=started.file,
        linje=started.line,
        forsøg=started.attempt,
        krav=started.requirements,
        kampagner=started.campaigns,
        udfald=cast(Any, str(result.standing(one))),
        foreslået=cast(Any, str(one.standing)),
        medcom=assessed
        and AssessedOut(assessed[1].grade, assessed[1].proposed, assessed[1].reason, assessed[0].by, assessed[0].at),
        grund=one.reason,
        venter_på=one.undecided,
        set=tuple(tag.removeprefix("set:") for tag in started.tags if tag.startswith("set:")),
        trin=tuple(StepOut(f"{each.started.keyword.strip()} {each.started.text}", each.outcome) for each in one.steps),
        fund=tuple(_finding(each.finding) for each in findings_of(one)),
        fund_hos_partneren=tuple(_finding(each.finding) for each in on_partner(one)),
        begyndt=_time(one.began),
        sluttet=_time(one.ended),
    )


def _finding(one: Finding) -> FindingOut:
    place = one.location
    return FindingOut(
        regel=one.rule,
        titel=one.title,
        karakter=one.grade,
        hører_til=one.owner,
        fil=place.file,
        linje=place.line,
        kolonne=place.column,
        sti=place.path,
        forventet=one.expected,
        fundet=one.actual,
        kilde=one.source,
        bemærkning=one.remark,
    )


def _time(at: datetime | None) -> str:
    return at.isoformat() if at else ""
