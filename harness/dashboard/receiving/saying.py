"""What a line that is sent may say of when it was written, and for whom (docs/adr/0033-runs-on-other-machines.md)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from harness.dashboard.receiving.admission import AHEAD
from harness.domain.errors import BadInput
from harness.domain.review import MEDCOMS_ACTS, Role, Said


def written_at(line: bytes) -> datetime | None:
    """When the line says that it was written; None where it does not say it as a log does, with an offset."""
    try:
        found = datetime.fromisoformat(json.loads(line)["at"])
    except (KeyError, TypeError, ValueError):
        return None
    return found if found.tzinfo is not None else None


def refuse_time(line: bytes, number: int, before: datetime | None, now: datetime, slack: timedelta) -> datetime:
    """When line `number` was written. `before` is when the one above it was, where there is one.

    Raises BadInput where it says no time, one ahead of the wall's clock `now`, or one more than `slack` before the line above.
    """
    at = written_at(line)
    if at is None:
        raise BadInput("linjen siger ikke, hvornår den er skrevet, som en log siger det", number)
    if at > now + AHEAD:
        raise BadInput("linjen er skrevet ude i fremtiden efter tavlens ur. Ret uret på den maskine, der kører", number)
    if before is not None and at < before - slack:
        raise BadInput("linjen siger, at den er skrevet før linjen over den", number)
    return at


def not_suppliers(said: Said) -> str:
    """Why a supplier's token may not send this act, in Danish; empty when it may."""
    if said.role is Role.SUPPLIER and not isinstance(said.act, MEDCOMS_ACTS):
        return ""
    return (
        "det er en handling af MedCom, og den kan ikke sendes med en leverandørs adgangsnøgle. "
        "Intet af det sendte er taget ind. MedCom sender selv sin gennemgang, eller skriver den på tavlens egen maskine"
    )
