"""From standings to a verdict: per requirement and per system.

The scale and the rule that only F4, OK and IR are approved are MedCom's (testprotokol for ConditionList v1.0.2); how an
undecided fact or an untested scenario weighs is this project's convention.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from harness.domain.grade import Beside, Grade, Standing


class Verdict(StrEnum):
    """What a requirement, or a system in a campaign and phase, comes to."""

    APPROVED = "godkendt"
    NOT_APPROVED = "ikke godkendt"
    NOT_FULLY_VERIFIED = "ikke fuldt verificeret"
    NOT_CARRIED_OUT = "ikke gennemført"
    AWAITING = "afventer"
    NOT_COUNTED = "tæller ikke: kørt på det udleverede sæt"
    REHEARSAL_CLEAN = "prøvekørsel uden fund"
    REHEARSAL_FINDINGS = "prøvekørsel med fund"


def verdict_of(
    standings: Iterable[Standing],
    *,
    rehearsal: bool,
    undecided: bool = False,
    awaiting: bool = False,
    shipped: bool = False,
    unassessed: bool = False,
) -> Verdict:
    """The verdict over some scenarios' standings.

    `undecided`: something they all rest on is not decided. `awaiting`: nothing here counts before it is decided who takes part,
    or what is demanded. `shipped`: it was certificering, and the values entered were those vendors have seen. `unassessed`: it
    was certificering, and MedCom has not approved it: a harness proposes, and never approves by itself. A rehearsal is
    never an approval, whatever stands there; one in which anything could not be carried out was not carried out, one in which
    everything waits for a decision waits, and one in which something could not be seen is never without findings. What testers
    have vouched for, and nobody has seen, is not verified.
    """
    found = list(standings)
    if awaiting:
        return Verdict.AWAITING
    if shipped and not rehearsal:
        return Verdict.NOT_COUNTED
    if any(isinstance(standing, Grade) and not standing.approved for standing in found):
        return Verdict.REHEARSAL_FINDINGS if rehearsal else Verdict.NOT_APPROVED
    if not found or any(standing in (Beside.UNTESTABLE, Beside.INTERRUPTED) for standing in found):
        return Verdict.NOT_CARRIED_OUT
    if rehearsal:
        told = [standing for standing in found if standing is not Grade.IR]
        if told and all(each is Beside.AWAITING for each in told):
            return Verdict.AWAITING
        unseen = Beside.UNCHECKED in told or Beside.ATTESTED in told
        return Verdict.NOT_FULLY_VERIFIED if unseen else Verdict.REHEARSAL_CLEAN
    if (
        undecided
        or unassessed
        or any(isinstance(standing, Beside) for standing in found)
        or all(standing is Grade.IR for standing in found)
    ):
        return Verdict.NOT_FULLY_VERIFIED
    return Verdict.APPROVED
