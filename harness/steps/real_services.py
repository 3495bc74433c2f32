"""What a real service did with the LPS's messages, where it did not do its part: never the LPS's fault by itself."""

from __future__ import annotations

from collections.abc import Sequence

from harness.domain.errors import EnvironmentFault, HarnessError
from harness.domain.exchange import Exchange
from harness.domain.seat import Seat
from harness.lps.driver import CannotAct


def let_down(received: Sequence[Exchange]) -> HarnessError | None:
    """Why nothing the scenario sees after these messages is the LPS's alone; None when real services did their part.

    EnvironmentFault where one could not be reached, CannotAct where it refused. What was tried again with success is made good.
    """
    sent = [each for each in received if each.sender == "lps" and each.seat is Seat.RELAY]
    amiss = [each for each in sent if _is_amiss(each) and not any(_made_good(each, later) for later in sent)]
    if not amiss:
        return None
    unreached = next((each for each in amiss if "unreached" in each.facts), None)
    if unreached is not None:
        return EnvironmentFault(f"{unreached.facts['unreached']} (besked {unreached.id}).")
    refused = amiss[0]
    return CannotAct(
        f"Den rigtige løsning tog ikke imod besked {refused.id}: {refused.facts['refused']}. Om det er systemets skyld, "
        "kan ikke ses af svaret alene."
    )


def _is_amiss(exchange: Exchange) -> bool:
    return not exchange.facts.keys().isdisjoint(("unreached", "refused"))


def _made_good(failed: Exchange, later: Exchange) -> bool:
    """Whether the same was tried again later, with success."""
    same = all(failed.facts.get(each) == later.facts.get(each) for each in ("transaction", "patient", "document_id"))
    return same and failed.at < later.at and not _is_amiss(later)


def why_blind(seats: Sequence[str]) -> str:
    """Why nothing is known here of what comes to these `seats`, in Danish."""
    *most, last = seats
    named = f"{', '.join(most)} og {last}" if most else last
    return f"Det, der når frem til {named}, kan kun testeren se."
