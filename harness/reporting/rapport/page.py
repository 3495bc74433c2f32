"""`rapport.html`: one file for one system, to be mailed, read and printed. The verdict first, then what must be mended."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from harness.domain.clock import day_and_hour
from harness.domain.grade import Beside, Grade, Standing
from harness.domain.review import Refused, Returned, Submitted
from harness.domain.vendor import Phase
from harness.record.excerpt import Line, lines_at
from harness.record.fold import ScenarioState
from harness.record.found import again, findings_of, on_partner
from harness.record.result import CampaignResult, Result
from harness.record.seen import seen
from harness.reporting.rapport.mending import Broken, broken, says_more, unexplained
from harness.reporting.rendering import render
from harness.reporting.summary import REPLAY, UNPROVED, set_of

_SEEN = {
    "på snitfladen": "wire",
    "på skærmen": "screen",
    "gennem systemets testgrænseflade": "interface",
    "bedømt af MedCom ud fra en tekst": "account",
    "kun attesteret": "attested",
    "ikke relevant": "irrelevant",
}

_WHY_OPEN = {
    str(Beside.UNTESTABLE): "Det kunne ikke udføres. Grunden står her, og det er ikke regnet som systemets fejl.",
    str(Beside.INTERRUPTED): "Kørslen blev standset undervejs. Gå videre med den, eller kør scenarierne igen.",
    str(
        Beside.AWAITING
    ): "Det bygger på noget, der ikke er besluttet, eller som MedCom ikke har bedømt. Systemet kan ikke gøre noget ved det.",
    str(Beside.UNCHECKED): "Testharnesset har ikke set det, der skulle kontrolleres.",
    str(Beside.ATTESTED): "En tester står inde for det; ingen andre har set det.",
}


@dataclass(frozen=True, slots=True)
class Mend:
    """Something that must be mended, and the command that tries it again: a rule with the lines that show it, or a scenario."""

    grade: Standing
    command: str
    fault: Broken | None = None
    lines: tuple[Line, ...] = ()
    scenario: ScenarioState | None = None

    @property
    def scenarios(self) -> tuple[str, ...]:
        """The identities of the scenarios it is seen in."""
        return self.fault.scenarios if self.fault else (self.scenario.started.scenario,) if self.scenario else ()


def report_page(result: Result, evidence: Path) -> bytes:
    """The page of a run. Raises BadInput for a log without a run, FileNotFoundError for evidence that is not there."""
    started = result.started
    scenarios = list(result.state.scenarios.values())
    features: dict[str, list[ScenarioState]] = {}
    for each in scenarios:
        features.setdefault(each.started.feature, []).append(each)
    mending = _mending(result, evidence)
    return render(
        "rapport.html",
        result=result,
        run=started,
        rehearsal=result.rehearsal,
        replay=REPLAY if result.replay else "",
        medcom=_medcom(result),
        counts=_counts(result),
        seen=_seen,
        mending=mending,
        again=again(result, [name for each in mending for name in each.scenarios]),
        minor=broken(result, lambda grade: grade is not None and grade.approved),
        remarks=broken(result, lambda grade: grade is None),
        rest=_rest(result),
        why_open=_WHY_OPEN,
        features=features,
        findings_of=findings_of,
        on_partner=on_partner,
        says_more=says_more,
        standing=result.standing,
        label=label,
        when=_when,
        said=lambda at: _when(datetime.fromisoformat(at)),
        set_of=set_of(result),
    )


def label(standing: Standing) -> str:
    """A standing as it is written on a badge: `F3 Betydelig`, `afventer`.

    OK stands alone: MedCom's word for it is *Godkendt*, and that is MedCom's to say.
    """
    return f"{standing} {standing.danish}" if isinstance(standing, Grade) and standing is not Grade.OK else str(standing)


def _mending(result: Result, evidence: Path) -> list[Mend]:
    faults = broken(result, lambda grade: grade is not None and not grade.approved)
    alone = unexplained(result)
    mending = [
        Mend(each.grade or Grade.F1, again(result, each.scenarios), each, _lines(result, each, evidence)) for each in faults
    ]
    mending += [Mend(result.standing(each), again(result, [each.started.scenario]), scenario=each) for each in alone]
    return sorted(mending, key=lambda each: each.grade)


def _lines(result: Result, fault: Broken, evidence: Path) -> tuple[Line, ...]:
    found, exchange = fault.proof, fault.proof.exchange
    if exchange is None:
        return ()
    return lines_at(found.finding.location, exchange, evidence, result.state.foreign_cprs, result.review.cleared)


def _medcom(result: Result) -> str:
    """What MedCom has said of the whole, in Danish."""
    if result.rehearsal:
        return "Ingen. MedCom vurderer ikke en prøvekørsel."
    if result.review.approved:
        said = result.review.approved[0]
        return f"Godkendt af {said.by} {_when(datetime.fromisoformat(said.at))}. {UNPROVED}"
    last = next((each for each in reversed(result.review.said) if isinstance(each.act, Refused | Returned | Submitted)), None)
    if last and isinstance(last.act, Refused | Returned):
        what = "Ikke godkendt" if isinstance(last.act, Refused) else "Sendt tilbage"
        return f"{what} af {last.by} {_when(datetime.fromisoformat(last.at))}: {last.act.reason}"
    if result.started.phase == Phase.SELF_TEST and not result.review.assessed:
        return "Ingen. I egentest udfylder MedCom ikke vurderingen."
    return f"Ikke godkendt af MedCom endnu. Gennemgangen er: {result.review.state}."


def _seen(result: Result, one: CampaignResult) -> list[str]:
    """How many of the campaign's requirements were seen, and where."""
    counted = seen(result, one.scenarios, [each.requirement.id for each in one.requirements])
    told = [f"{count} {words}" for words, name in _SEEN.items() if (count := getattr(counted, name))]
    return [f"{len(one.requirements)} krav, heraf {counted.requirements} med scenarier i kørslen", *told]


def _counts(result: Result) -> list[tuple[str, int]]:
    """How many scenarios stand in each way: every grade, and the words beside the scale that anyone has."""
    counted = Counter(map(result.standing, result.state.scenarios.values()))
    counted[Beside.INTERRUPTED] += len(result.state.missing)
    return [(label(each), counted[each]) for each in (*Grade, *Beside) if counted[each] or isinstance(each, Grade)]


def _rest(result: Result) -> dict[str, dict[str, list[str]]]:
    """The scenarios that came to nothing good or bad: how they stand, then by why, worst known first."""
    rest: dict[str, dict[str, list[str]]] = {}
    for word in (Beside.UNTESTABLE, Beside.INTERRUPTED, Beside.AWAITING, Beside.UNCHECKED, Beside.ATTESTED, Grade.IR):
        own: dict[str, list[str]] = {}
        for each in result.state.scenarios.values():
            if result.standing(each) == word:
                names = each.undecided if word is Beside.AWAITING else ()
                for why in names or (each.reason or "Ingen grund er skrevet.",):
                    own.setdefault(why, []).append(each.started.scenario)
        if word is Beside.INTERRUPTED and result.state.missing:
            own["Blev ikke begyndt."] = list(result.state.missing)
        if own:
            rest[label(word)] = own
    return rest


def _when(at: datetime | None) -> str:
    return day_and_hour(at) if at else "ukendt"
