"""Whether a run shows that a system keeps one of MedCom's protocols: what its certificate, and an approval that rests on it, ask.

Pure. What is written of it is `reporting/certificate`'s; what an approval rests on is looked up by `record/reviewing.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.domain.grade import Grade
from harness.domain.protocol import Protocol
from harness.domain.review import Reviewing
from harness.domain.vendor import Phase
from harness.record.fold import ScenarioState
from harness.record.result import CampaignResult, Result

_UNKNOWN = ("", "ukendt")
"""What a system's file says while nobody has written its version."""


def is_version_known(sut_version: str) -> bool:
    """Whether anybody has said which version of the system it was."""
    return sut_version.strip().lower() not in _UNKNOWN


def gives_certificate(result: Result, campaign: CampaignResult, protocol: Protocol) -> bool:
    """Whether the run gives the certificate of this protocol of the campaign."""
    counts = not any(against_run(result)) and result.certified(campaign)
    return counts and not lacking(result, protocol, own_scenarios(campaign, protocol))


def against_run(result: Result) -> Iterator[str]:
    """Why a run of a vendor's own system gives no certificate whatever it was of, in Danish."""
    if result.started.phase != Phase.CERTIFICATION:
        yield f"Kørslen er {result.started.phase}. Kun en certificering giver et certifikat."
    if result.started.partner:
        yield "Kørslen er af to systemer. Et certifikat hviler på en kørsel af systemet alene."
    if not is_version_known(result.started.sut_version):
        yield "Systemets version er ukendt. Den skal stå i systemets fil, før kørslen begynder."
    if result.shipped:
        yield "Kørt på det udleverede sæt. En certificering tæller kun på MedComs eget sæt (--data)."
    review = result.review
    if review.approved is None:
        yield f"MedCom har ikke godkendt kørslen. Gennemgangen er: {review.state}."
    elif review.state is not Reviewing.VERIFIED:
        yield f"Gennemgangen er: {review.state}."
    if result.state.missing:
        yield f"Ikke kørt: {', '.join(result.state.missing)}."
    if any(each.grade is not None and not each.grade.approved for each in result.state.outside):
        yield "Uden for scenarierne er der fund over F4."


def own_scenarios(campaign: CampaignResult, protocol: Protocol) -> list[ScenarioState]:
    """The run's scenarios that are the protocol's."""
    return [each for each in campaign.scenarios if belongs_to(protocol, each)]


def belongs_to(protocol: Protocol, scenario: ScenarioState) -> bool:
    """Whether the scenario is one of the protocol's: by its id tag, or by one of the protocol's own use cases."""
    cases = {each.id for each in protocol.use_cases}
    return _tag(scenario) in protocol.steps or bool(cases & set(scenario.started.use_cases))


def lacking(result: Result, protocol: Protocol, own: Sequence[ScenarioState]) -> str:
    """Why the run does not show that the system keeps this protocol, whose scenarios are `own`; empty when it does."""
    untried = set(protocol.steps) - {_tag(each) for each in own}
    standings = {each.started.scenario: result.standing(each) for each in own}
    if untried or not standings:
        return f"Ikke alle dens scenarier er i kørslen ({', '.join(sorted(untried)) or 'der er ingen'})."
    bad = [name for name, each in standings.items() if not (isinstance(each, Grade) and each.approved)]
    if bad:
        return f"Ikke godkendt: {', '.join(bad)}."
    return "Alle dens scenarier er ikke relevante." if set(standings.values()) == {Grade.IR} else ""


def _tag(scenario: ScenarioState) -> str:
    return scenario.started.scenario.partition("[")[0]
