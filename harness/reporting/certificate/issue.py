"""Which certificates a run gives, and why it gives none: one for each of MedCom's protocols, and one for the campaign."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from harness.domain.protocol import Protocol
from harness.domain.verdict import Verdict
from harness.record.fold import ScenarioState
from harness.record.result import CampaignResult, Result
from harness.record.seen import seen
from harness.record.standard_approved import against_run, lacking, own_scenarios
from harness.reporting.certificate.content import (
    CAMPAIGN,
    FORM,
    NO_END,
    Certificate,
    CertifiedSystem,
    RestsOn,
    RunOut,
    SeenOut,
    edition_of,
    path_of,
)
from harness.reporting.summary import REHEARSAL, REPLAY


@dataclass(frozen=True, slots=True)
class Issued:
    """The certificates a run gives, and in Danish why it gives no others, a line each."""

    certificates: tuple[Certificate, ...]
    refusals: tuple[str, ...]


def certificates_of(result: Result, head: str) -> Issued:
    """What `result` gives. `head` is the hash of its log's last line. Raises BadInput for a log without a run."""
    reasons = tuple(_against_all(result))
    if reasons:
        return Issued((), reasons)
    found: list[Certificate] = []
    refused: list[str] = []
    for campaign in result.campaigns:
        if not result.certified(campaign):
            refused += [f"{campaign.campaign.id}: {each}" for each in _against(campaign)]
            continue
        found.append(_of_campaign(result, head, campaign))
        for protocol in campaign.campaign.protocols:
            own = own_scenarios(campaign, protocol)
            reason = lacking(result, protocol, own)
            if reason:
                refused.append(f"{protocol.standard} {protocol.version}, {protocol.channel}: {reason}")
            else:
                found.append(_of_protocol(result, head, campaign, protocol, own))
    return Issued(tuple({each.sti: each for each in found}.values()), tuple(refused))


def _against_all(result: Result) -> Iterator[str]:
    """Why the run gives no certificate whatever it was of."""
    if result.rehearsal:
        yield f"{REHEARSAL} Den giver aldrig et certifikat."
        return
    if result.replay:
        yield REPLAY
    yield from against_run(result)


def _against(campaign: CampaignResult) -> Iterator[str]:
    if campaign.verdict is not Verdict.APPROVED:
        yield f"Resultatet er: {campaign.verdict}."
    if campaign.gate is None:
        yield "Kampagnen har ingen port for certificering."
    else:
        yield from (each for each in campaign.gate.lacks if not each.startswith("Resultaterne er:"))


def _of_campaign(result: Result, head: str, one: CampaignResult) -> Certificate:
    edition = edition_of(result.started.fingerprint)
    return _certificate(result, head, one, CAMPAIGN, one.campaign.id, one.campaign.title, edition, "", one.scenarios)


def _of_protocol(result: Result, head: str, one: CampaignResult, protocol: Protocol, own: list[ScenarioState]) -> Certificate:
    title, version = protocol.title, protocol.version
    return _certificate(result, head, one, "standard", protocol.standard, title, version, protocol.channel, own)


def _certificate(
    result: Result,
    head: str,
    one: CampaignResult,
    kind: str,
    name: str,
    title: str,
    version: str,
    channel: str,
    scenarios: Iterable[ScenarioState],
) -> Certificate:
    started, approval = result.started, result.review.approved
    assert approval is not None, "asked before"
    counted = seen(result, scenarios, {each.id for each in one.campaign.requirements})
    return Certificate(
        skema="lps-certifikat-1",
        sti=path_of(started.system, kind, name, version, channel),
        slags="kampagne" if kind == CAMPAIGN else "standard",
        navn=name,
        titel=title,
        version=version,
        kanal=channel,  # type: ignore[arg-type]  # a Channel's word, or none
        system=CertifiedSystem(started.system, started.product, started.supplier, started.sut_version),
        kampagne=one.campaign.id,
        godkendt=approval[0].at,
        godkendt_af=approval[0].by,
        kørsel=RunOut(started.run, head, result.review.head, "certificering", "leverandørens system", started.data),
        hviler_på=tuple(
            RestsOn(each.what, each.run, each.head, each.sut_version, each.standard) for each in approval[1].rests_on
        ),
        set=SeenOut(
            krav=counted.requirements,
            snitflade=counted.wire,
            skærm=counted.screen,
            testgrænseflade=counted.interface,
            redegørelse=counted.account,
            attesteret=counted.attested,
            ikke_relevante=counted.irrelevant,
        ),
        fingeraftryk=started.fingerprint,
        gyldighed=NO_END,
        form=FORM,
    )
