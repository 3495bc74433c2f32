"""Whose it is that a scenario did not simply go well: who must mend, find out, decide or look."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from harness.domain.finding import Finding, Owner
from harness.domain.grade import Beside, Grade, Standing


class Whose(StrEnum):
    """The categories of a report, in the order they are shown: first those who have something to mend."""

    LPS = "LPS'et"
    SENDER = "Afsenderen"
    PLSP = "PLSP"
    DROS = "Dokumentdelingen"
    CONFIGURATION = "Konfigurationen"
    UNABLE = "Kunne ikke udføres i systemet"
    ENVIRONMENT = "Miljøet"
    HARNESS = "Testharnesset"
    UNDECIDED = "Afventer beslutning"
    UNSEEN = "Ikke set af harnesset"
    IRRELEVANT = "Ikke relevant"


_OWNERS = {
    Owner.LPS: Whose.LPS,
    Owner.SENDER: Whose.SENDER,
    Owner.PLSP: Whose.PLSP,
    Owner.DROS: Whose.DROS,
    Owner.CONFIGURATION: Whose.CONFIGURATION,
}

_BESIDE = {
    Beside.AWAITING: Whose.UNDECIDED,
    Beside.ATTESTED: Whose.UNSEEN,
    Beside.UNCHECKED: Whose.UNSEEN,
    Beside.INTERRUPTED: Whose.ENVIRONMENT,
}

# The words that the run's session puts before the reason of a scenario that could not be tested (harness/runner/session.py).
_REASONS = {"Fejl i testharnesset": Whose.HARNESS, "Miljøet fejlede": Whose.ENVIRONMENT}


def whose(standing: Standing, reason: str, findings: Iterable[Finding] = ()) -> Whose | None:
    """Whose it is; None for a scenario that is OK. With several findings the worst one's owner has it.

    `whose(Beside.UNTESTABLE, "Miljøet fejlede: …")` is the environment's.
    """
    if standing is Grade.OK:
        return None
    if standing is Grade.IR:
        return Whose.IRRELEVANT
    if isinstance(standing, Grade):
        graded = sorted((each for each in findings if each.grade), key=lambda each: str(each.grade))
        return _OWNERS[graded[0].owner] if graded else Whose.LPS
    if standing is Beside.UNTESTABLE:
        return next((each for begins, each in _REASONS.items() if reason.startswith(begins)), Whose.UNABLE)
    return _BESIDE[standing]
