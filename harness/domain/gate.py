"""When a phase is over: what each gate of a campaign lacks. The gates' words are campaign data; what they ask for is here.

Sourced: the self-test is approved before the live test and on the same version, every result is F4, OK or IR, and an approval may
rest on others (MedCom, testprotokol for ConditionList 1.0.2 and HomeCareObservation 1.2.0). What prætest and connectathon ask for
is the project's convention: MedCom's rules for them are not public.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.domain.requirement import Gate
from harness.domain.vendor import Phase
from harness.domain.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Facts:
    """What a gate is held against, of one system in one campaign and phase.

    `verdict` is what the results come to. `reviewed`: MedCom's tester has approved them. `untried` are the mandatory requirements
    no scenario was carried out for, `awaiting` those that have nothing to stand on yet, and `undecided` what the results rest on
    that nobody has decided. `self_test`: the approval rests on an approved self-test of the same version.
    `prerequisites` are the standards whose approval is missing.
    """

    verdict: Verdict
    reviewed: bool
    untried: tuple[str, ...] = ()
    awaiting: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()
    self_test: bool = False
    prerequisites: tuple[str, ...] = ()


def lacking(gate: Gate, facts: Facts) -> tuple[str, ...]:
    """What must still be done before the gate is passed, in Danish; empty when it is."""
    return tuple(_lacking(gate.phase, facts))


def _lacking(phase: Phase, facts: Facts) -> Iterator[str]:
    if facts.verdict in (Verdict.REHEARSAL_CLEAN, Verdict.REHEARSAL_FINDINGS):
        yield "En prøvekørsel med referencesystemet tæller ikke."
        return
    if facts.untried and phase is not Phase.SELF_TEST:
        yield f"Ikke prøvet: {', '.join(facts.untried)}."
    if facts.verdict is not Verdict.APPROVED and not (phase is Phase.PRE_TEST and facts.verdict in _KNOWN):
        yield f"Resultaterne er: {facts.verdict}."
        if facts.undecided:
            yield f"Ikke besluttet: {', '.join(facts.undecided)}."
        if facts.awaiting:
            yield f"Krav, som afventer: {', '.join(facts.awaiting)}."
    if phase is Phase.CERTIFICATION:
        if not facts.self_test:
            yield "Egentesten er ikke godkendt for den samme version af systemet."
        yield from (f"{each} er ikke godkendt." for each in facts.prerequisites)
    if not facts.reviewed:
        yield "MedCom har ikke godkendt."


_KNOWN = (Verdict.NOT_APPROVED, Verdict.NOT_FULLY_VERIFIED)
"""In prætest the supplier and MedCom must know what is lacking; it need not be mended."""
