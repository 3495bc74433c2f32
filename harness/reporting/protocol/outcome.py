"""The blocks that only a run fills: its own data, MedCom's result, what the harness proposes, and the files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from harness.domain.review import Refused, Reviewing, Role
from harness.record.result import CampaignResult, Result
from harness.reporting.protocol.document import Block, EvidenceFile, Language, Line, Table
from harness.reporting.protocol.filled import day, signed
from harness.reporting.protocol.header import TICKED
from harness.reporting.protocol.words import word
from harness.reporting.summary import REHEARSAL, REPLAY, UNPROVED, set_of

_FILES: Final = (
    "Navnene er MedComs: <Standard>_<step>_<bogstav>.<type>. Hvor trinnets nummer ikke er offentligt, står scenariets id, og "
    "hvor der ikke er nogen standard, kampagnens id. De nøgler er projektets egne. Samme fil kan have et navn i flere scenarier."
)

_OPERATED: Final = {
    "reference": "af sig selv (referencesystemet)",
    "adapter": "gennem systemets testgrænseflade",
    "attended": "af en tester i systemet",
    "replay": "ikke: bedømt efter optagelser",
}
_WHERE: Final = {"mock": "uden net", "live": "over nettet"}


def run_block(result: Result, language: Language) -> Block:
    """What was run, when, and how the system was operated: the harness's own data."""
    started, state = result.started, result.state
    lines = {
        "Kørsel": started.run,
        "Udført": " til ".join(dict.fromkeys(day(each) for each in (state.began, state.ended) if each)),
        "Fase": started.phase,
        "Grundlag": started.grundlag,
        "Betjent": f"{_OPERATED.get(started.driver, started.driver)} {_WHERE.get(started.target, started.target)}",
        "Planens rute": started.rute,
        "Testdata": set_of(result),
        "Andre end simulatoren": ", ".join(f"{name}: {who}" for name, who in started.seats.items()),
        "Kun udvalgte scenarier": started.selection,
        "Indlagte fejl": ", ".join(started.faults),
        "Ikke besluttet": ", ".join(state.undecided),
        "Aldrig begyndt": ", ".join(state.missing),
        "Databrud": "; ".join(dict.fromkeys(each.place for each in state.foreign_cprs)),
    }
    return Block(word("run", language), tuple(Line(label, value) for label, value in lines.items() if value))


def result_block(result: Result, one: CampaignResult, language: Language) -> Block:
    """MedCom's result of the campaign: open until MedCom's tester has approved or refused."""
    refusal = next((each for each in reversed(result.review.said) if isinstance(each.act, Refused)), None)
    refused = refusal if result.review.state is Reviewing.REFUSED and not result.rehearsal else None
    approved = result.review.approved[0] if result.review.approved and one.approved else None
    spoken = approved or refused
    ticks = f"{TICKED[approved is not None]} {word('yes', language)}   {TICKED[refused is not None]} {word('no', language)}"
    date = result.state.began if spoken else None
    return Block(
        f"{word('result', language)}: {one.campaign.title}",
        (
            Line(word("test date", language), day(date) if date else ""),
            Line(word("test location", language)),
            Line(word("approved", language), ticks),
            Line(word("remarks", language), "\n".join(_remarks(result, one))),
            Line(
                word("carried out by", language),
                signed(spoken) if spoken else "",
            ),
        ),
        notes=(UNPROVED,) if spoken or (result.review.approved and not result.rehearsal) else (),
    )


def _remarks(result: Result, one: CampaignResult) -> Iterator[str]:
    if result.rehearsal:
        yield REHEARSAL
        return
    for each in result.review.said:
        if isinstance(each.act, Refused) and result.review.state is Reviewing.REFUSED:
            yield f"Ikke godkendt: {each.act.reason}"
    yield from (f"{who.by}: {act.text}" for who, act in result.review.comments if who.role is Role.MEDCOM and not act.scenario)
    if result.review.approved and not one.approved and one.gate:
        yield f"Godkendt af {result.review.approved[0].by}, men fasen mangler: {' '.join(one.gate.lacks)}"


def proposal_block(result: Result, campaigns: Iterable[CampaignResult], language: Language) -> Block:
    """What the harness comes to, which approves nobody: the verdict of each campaign, what its phase lacks, each requirement."""
    lines, rows = [], []
    for one in campaigns:
        rows += [(each.requirement.id, each.requirement.text, each.verdict.value) for each in one.requirements]
        lines.append(Line(one.campaign.title, one.verdict.value))
        if one.gate and not result.rehearsal:
            lines.append(Line(f"{one.gate.gate.phase.value.capitalize()} mangler", " ".join(one.gate.lacks) or "intet"))
            convention = " (projektets konvention)" if one.gate.gate.convention else ""
            lines.append(Line("Fasen er forbi, når", f"{one.gate.gate.text}{convention}"))
    notes = (REHEARSAL,) if result.rehearsal else ("Et forslag er ikke en godkendelse. Kun en tester fra MedCom godkender.",)
    outside = tuple(f"Uden for scenarierne: {each}" for each in result.state.outside)
    whose = word("rehearsal" if result.rehearsal else "proposal", language)
    columns = (word("requirement", language), word("description", language), whose)
    return Block(
        whose,
        tuple(lines),
        Table(columns, tuple(rows)),
        (*notes, *([REPLAY] if result.replay else []), *outside),
    )


def files_block(files: Iterable[EvidenceFile], language: Language) -> Block:
    """Every file with its SHA-256 and size."""
    columns = (word("name", language), word("content", language), word("size", language), "SHA-256")
    rows = tuple((each.name, each.what, f"{each.size:,} B".replace(",", "."), each.sha256) for each in files)
    return Block(word("files", language), table=Table(columns, rows), notes=(_FILES,))
