"""How far a system has come in a campaign once its certification is under way: one rung after the other."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

READY_AFTER = ("SIT", "releasetest")
"""What must be passed before a certified system is used against NSP beside MedCom's certification.

Source: NSP, Anvendersystemers vej til produktion (nspop.dk, pageId=121375035).
"""


class Reached(StrEnum):
    """A rung. Success is every system at `DEPLOYED`."""

    NOT_YET = "ikke certificeret"
    CERTIFIED = "certificeret"
    READY = "klar til drift"
    DEPLOYED = "udbredt til alle kunder"


def reached(certified: bool, attested: Mapping[str, object], deployed: bool) -> Reached:
    """How far it has come. `attested` are the tests MedCom does not see, by name (`SIT`, `releasetest`).

    No rung is skipped: what is said to be in use, without its tests, is certified and no more.
    `reached(True, {"SIT": act}, deployed=False)` is `Reached.CERTIFIED`.
    """
    if not certified:
        return Reached.NOT_YET
    if not set(READY_AFTER) <= set(attested):
        return Reached.CERTIFIED
    return Reached.DEPLOYED if deployed else Reached.READY
